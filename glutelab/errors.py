"""The one shape of every error text: what, where, found, expected, what to do."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["DataError", "ProblemList", "say"]


class DataError(ValueError):
    """Something in a file or table that the person holding it must mend.

    Examples
    --------
    >>> import glutelab as gl
    >>> try:
    ...     gl.load_cohort("rbds2018")
    ... except gl.DataError as error:
    ...     print(str(error)[:82])
    'rbds2018' is neither a built-in cohort nor a folder. Did you mean 'rbds2017'? ...
    """


class ProblemList(DataError):
    """All problems of one folder at once, one sentence each.

    Parameters
    ----------
    where : str
        The folder or file the problems were found in.
    problems : iterable of str
        One sentence per problem.
    """

    def __init__(self, where: str, problems: Iterable[str]):
        self.problems = list(problems)
        count = len(self.problems)
        head = f"{count} problem{'s' if count != 1 else ''} in {where}"
        super().__init__("\n".join([head, *(f"  {problem}" for problem in self.problems)]))
        self.where = where

    def __reduce__(self):
        # Else a process that met it could not tell the one that waits.
        return type(self), (self.where, self.problems)


def say(where: object, found: str, expected: str = "", remedy: str = "") -> str:
    """One problem as one readable line.

    Parameters
    ----------
    where : object
        File, row, column, runner: where to look.
    found : str
        What is there, as a clause ("hip_flexion_deg runs from 142 to 221").
    expected : str
        What should be there.
    remedy : str
        What to do, as a sentence.

    Examples
    --------
    >>> say("runners.csv, row 8", "level is 'Elite '", "elite", "Remove the space.")
    "runners.csv, row 8: level is 'Elite '. Expected elite. Remove the space."
    """
    text = f"{where}: {found.rstrip('.')}."
    if expected:
        text += f" Expected {expected.rstrip('.')}."
    if remedy:
        text += f" {remedy}"
    if not text.isprintable():  # what a damaged file holds must not move the cursor of a terminal
        text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    return text

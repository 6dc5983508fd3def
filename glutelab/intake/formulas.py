"""Text that a spreadsheet would run as a formula when somebody opens the cohort's CSV files."""

from __future__ import annotations

import re

import pandas as pd

from glutelab.errors import say

__all__ = ["formula_cells"]

# A number may begin with a sign; anything else that begins so is a formula to Excel and its kin.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r"\s*[=+@-](?!\d*[.,]?\d*\s*\Z)")
_SHOWN = 5


def formula_cells(frame: pd.DataFrame, where: str) -> list[str]:
    """Refuse what would be run; nothing is changed, as an id has to stay the one of the lab.

    Parameters
    ----------
    frame : DataFrame
    where : str
        File, for the sentences.

    Returns
    -------
    list of str

    Examples
    --------
    >>> formula_cells(pd.DataFrame({"runner_id": ["-5", "=1+1"]}), "runners.csv")
    ["runners.csv: runner_id is '=1+1', which a spreadsheet would run as a formula. Expected text
    that does not begin with = + - @. Write it without the sign."]
    """
    problems = []
    for name in frame:
        if pd.api.types.is_numeric_dtype(frame[name]):
            continue
        cells = frame[name].dropna().astype(str)
        found = dict.fromkeys(cells[cells.map(lambda cell: bool(_FORMULA.match(cell)))])
        problems += [
            say(
                where,
                f"{name} is {cell[:60]!r}, which a spreadsheet would run as a formula",
                "text that does not begin with = + - @",
                "Write it without the sign.",
            )
            for cell in list(found)[:_SHOWN]
        ]
    return problems

"""What a reader chooses: as attributes of an explorer, and as the code that makes a view again."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from typing import ClassVar

import numpy as np
import pandas as pd

from glutelab.datasets import list_cohorts
from glutelab.errors import DataError
from glutelab.schema.keys import CONDITIONS

__all__ = [
    "NOT_STATED",
    "Choice",
    "View",
    "cohort_code",
    "did_you_mean",
    "is_value",
    "names_in",
    "one_of",
    "read_condition",
]

NOT_STATED = "not stated"  # a condition that some trials name and others do not
LONG, FEW = 30, 8  # a list of names that is longer is cut to so many in a message


class Choice:
    """One of an explorer's choices as an attribute of its own: ``view.speed_m_s = 3.5``.

    Parameters
    ----------
    name : str, optional
        Of the field of ``choices``; by default that of the attribute.
    """

    def __init__(self, name: str = ""):
        self.name = name

    def __set_name__(self, owner, name: str) -> None:
        self.name = self.name or name

    def __get__(self, view, owner=None):
        return self if view is None else getattr(view.choices, self.name)

    def __set__(self, view, value) -> None:
        if self.name in CONDITIONS:
            value = read_condition(value)
        view.choices = replace(view.choices, **{self.name: value})


class View:
    """What a reader has chosen to see; each explorer says in a dataclass what there is to choose.

    Attributes
    ----------
    explorer : str
        Name of the class that shows it.
    """

    explorer: ClassVar[str]

    @property
    def conditions(self) -> dict[str, object]:
        """Speed, slope, shoe and session; None is one that is not stated."""
        return {name: getattr(self, name) for name in CONDITIONS}

    def code(self, load: str, plain: View) -> str:
        """The line that makes this view again.

        Parameters
        ----------
        load : str
            Code that gives the cohort, and whatever else stands first.
        plain : View
            What is shown if nothing is asked for; what equals it is left out.

        Returns
        -------
        str
        """
        parts = [load]
        for one in fields(self):
            value = getattr(self, one.name)
            if value == getattr(plain, one.name):
                continue
            if value is None and one.name in CONDITIONS:
                value = NOT_STATED
            value = list(value) if isinstance(value, tuple) else value
            parts.append(f"{one.name}={_bare(value)!r}")
        return f"gl.{self.explorer}({', '.join(parts)})"


def _bare(value: object) -> object:
    """Without numpy, which a reader of the code may not have imported."""
    if isinstance(value, Mapping):
        return {_bare(key): _bare(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_bare, value))
    return value.item() if isinstance(value, np.generic) else value


_known_cohorts = cache(list_cohorts)


def cohort_code(cohort) -> str:
    """Code that gives this cohort: by its name, by its folder, or the variable that holds it."""
    known = _known_cohorts()
    # A name alone does not tell: every simulated cohort has that of the built-in one.
    mine = {"name": cohort.name, "title": cohort.title}
    mine |= {name: len(getattr(cohort, name)) for name in ("runners", "trials", "strides")}
    if any(row.items() >= mine.items() for row in known[list(mine)].to_dict("records")):
        return f"gl.load_cohort({cohort.name!r})"
    return "cohort" if cohort.folder is None else f"gl.load_cohort({str(cohort.folder)!r})"


def read_condition(value: object) -> object:
    """None for a condition that is asked for as not stated."""
    return None if isinstance(value, str) and value == NOT_STATED else value


def is_value(column: np.ndarray | pd.Series, value: object) -> np.ndarray:
    """Which rows are under a condition; None is those that do not state it.

    Examples
    --------
    >>> is_value(np.array(["flats", None], object), None).tolist()
    [False, True]
    """
    found = pd.isna(column) if value is None else column == value
    return np.asarray(found, bool)


def did_you_mean(value: object, there: Iterable) -> str:
    """The closest names, whatever their case, as a question; empty if there is none.

    Examples
    --------
    >>> did_you_mean("rbds1", ["RBDS001", "BMC01"])
    ' Did you mean RBDS001?'
    """
    known = {str(one).upper(): str(one) for one in there}
    same = [one for one in known if _without_zeros(one) == _without_zeros(str(value).upper())]
    close = same or difflib.get_close_matches(str(value).upper(), known, 3, 0.5)
    return f" Did you mean {' or '.join(known[one] for one in close)}?" if close else ""


def _without_zeros(name: str) -> str:
    """S7 and S007 are the same."""
    return re.sub(r"\d+", lambda digits: str(int(digits[0])), name)


def one_of(what: str, value: object, there: Sequence, whose: str = "This cohort has") -> None:
    """Refuse what is not there, and name the closest; of a long list, only its beginning.

    Raises
    ------
    DataError
    """
    if value in there:
        return
    shown = [NOT_STATED if one is None else str(one) for one in there] or ["none"]
    if len(shown) > LONG:
        shown = [*shown[:FEW], f"... ({len(shown)} in all)"]
    listed = ", ".join(shown)
    raise DataError(f"{what} is {value!r}. {whose} {listed}.{did_you_mean(value, there)}")


def names_in(given: object, what: str) -> tuple[str, ...]:
    """Runners as they may be typed: one name, several, rows of a table, or None for none.

    Raises
    ------
    DataError
        If it is nothing of that.

    Examples
    --------
    >>> names_in("RBDS012", "selected"), names_in(["A", "B"], "selected")
    (('RBDS012',), ('A', 'B'))
    >>> names_in(pd.DataFrame({"runner_id": ["A"]}), "selected")
    ('A',)
    """
    if given is None:
        return ()
    if isinstance(given, str):
        return (given,)
    if isinstance(given, pd.DataFrame) and "runner_id" in given:
        given = given["runner_id"].unique()
    if isinstance(given, Mapping | pd.DataFrame) or not isinstance(given, Iterable):
        kind = "a table without runner_id" if isinstance(given, pd.DataFrame) else repr(given)
        raise DataError(f"{what} is {kind}. Expected names of runners, such as ['S001'].")
    return tuple(map(str, given))

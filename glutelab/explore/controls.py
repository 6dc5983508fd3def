"""What explorers share: controls, choices as attributes, and the code that makes a view again."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace

import ipywidgets as widgets
import numpy as np
import pandas as pd

from glutelab.errors import DataError
from glutelab.schema.keys import CONDITIONS

__all__ = [
    "NOT_STATED",
    "WRAP",
    "Choice",
    "code_of",
    "conditions_of",
    "did_you_mean",
    "drop",
    "is_value",
    "names_in",
    "one_of",
    "pick_runner",
    "read_condition",
    "with_unstated",
]

NOT_STATED = "not stated"  # a condition that some trials name and others do not
LONG, FEW = 30, 8  # a list of names that is longer is cut to so many in a message
MANY = 60  # runners; from here on one types a name instead of looking through a list
WRAP = {"flex_flow": "row wrap", "align_items": "flex-start"}


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


def drop(label: str, options: Sequence, width: str = "270px") -> widgets.Dropdown:
    """A list to choose one of, its label whole."""
    style = {"description_width": "initial"}
    layout = widgets.Layout(width=width)
    return widgets.Dropdown(options=options, description=label, layout=layout, style=style)


def pick_runner(label: str, levels: Mapping[str, str], first: Sequence = ()) -> widgets.Widget:
    """A list of runners; of many, a field in which one types a name.

    Parameters
    ----------
    label : str
    levels : mapping of str to str
        Level by name of the runner.
    first : sequence of tuple
        What stands above the runners: label and value.
    """
    if len(levels) > MANY:
        return widgets.Combobox(
            options=list(levels),
            description=label,
            placeholder="type a name" if not first else "nobody else",
            continuous_update=False,
            style={"description_width": "initial"},
            layout=widgets.Layout(width="270px"),
        )
    return drop(label, [*first, *((f"{name} ({level})", name) for name, level in levels.items())])


def with_unstated(options: Iterable, unstated: bool) -> list[tuple[str, object]]:
    """Values of a condition as a list to choose from; "(not stated)" where some trials lack it.

    Examples
    --------
    >>> with_unstated([2.5, 3.5], False)
    [('2.5', 2.5), ('3.5', 3.5)]
    >>> with_unstated(["flats"], True)
    [('(not stated)', ''), ('flats', 'flats')]
    """
    named = [(f"{one:g}" if isinstance(one, float) else str(one), one) for one in options]
    return [(f"({NOT_STATED})", ""), *named] if unstated else named


def read_condition(value: object) -> object:
    """None for a condition that is asked for as not stated."""
    return None if isinstance(value, str) and value == NOT_STATED else value


def conditions_of(choices) -> dict[str, object]:
    """Speed, slope, shoe and session of a view; None is one that is not stated."""
    return {name: getattr(choices, name) for name in CONDITIONS}


def is_value(column: np.ndarray | pd.Series, value: object) -> np.ndarray:
    """Which rows are under a condition; None is those that do not state it.

    Examples
    --------
    >>> is_value(np.array(["flats", None], object), None).tolist()
    [False, True]
    """
    found = pd.isna(column) if value is None else column == value
    return np.asarray(found, bool)


def code_of(
    name: str, load: str, choices, plain, *, last: Mapping[str, object] | None = None
) -> str:
    """The line that makes a view again.

    Parameters
    ----------
    name : str
        Of the explorer.
    load : str
        Code that gives the cohort, and whatever else stands first.
    choices, plain : dataclass
        What is shown, and what is shown if nothing is asked for: what equals it is left out.
    last : mapping, optional
        Fields that are written differently, and after the others.
    """
    given, late = [], []
    for one in fields(choices):
        value = getattr(choices, one.name)
        if value == getattr(plain, one.name):
            continue
        if value is None and one.name in CONDITIONS:
            value = NOT_STATED
        if last and one.name in last:
            late.append((one.name, last[one.name]))
        else:
            given.append((one.name, list(value) if isinstance(value, tuple) else value))
    parts = [f"{key}={_bare(value)!r}" for key, value in (*given, *late)]
    return f"gl.{name}({', '.join([load, *parts])})"


def _bare(value: object) -> object:
    """Without numpy, which a reader of the code may not have imported."""
    if isinstance(value, Mapping):
        return {_bare(key): _bare(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_bare, value))
    return value.item() if isinstance(value, np.generic) else value


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

"""What somebody typed, checked: numbers, and names of columns."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from numbers import Integral, Real

import numpy as np

from glutelab.arguments import check_name
from glutelab.errors import DataError

__all__ = [
    "MAX_EXACT",
    "check_confidence",
    "check_number",
    "check_paired",
    "check_whole",
    "list_measures",
    "list_names",
    "plain",
]

MAX_EXACT = 200_000  # up to as many relabelings all are tried


def plain(value: object) -> object:
    """A value as Python itself writes it: 3.5, not np.float64(3.5)."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if type(value) in (list, tuple):
        return type(value)(plain(one) for one in value)
    return value


def check_number(
    name: str, value: object, allowed: Callable[[float], bool], expected: str
) -> float:
    """The value, if it is a number that is allowed.

    Raises
    ------
    DataError
    """
    if isinstance(value, Real) and not isinstance(value, bool) and allowed(value):
        return value
    raise DataError(f"{name} is {plain(value)!r}. Expected {expected}.")


def check_whole(name: str, value: object, least: int, expected: str) -> int:
    """The value, if it is a whole number, `least` or more.

    Raises
    ------
    DataError
    """
    if isinstance(value, Integral) and not isinstance(value, bool) and value >= least:
        return value
    raise DataError(f"{name} is {plain(value)!r}. Expected {expected}.")


def check_paired(paired: object) -> None:
    """Yes, no, or to be found out."""
    if not (paired is None or isinstance(paired, bool | np.bool_)):
        raise DataError(f"paired is {plain(paired)!r}. Expected True, False, or nothing.")


def list_names(given: object, use: str) -> list:
    """One name or several, as a list; nothing is an empty one.

    Parameters
    ----------
    given : str, iterable of str, or None
    use : str
        The argument, for the error text.

    Raises
    ------
    DataError
    """
    if given is None or isinstance(given, str):
        return [] if given is None else [given]
    if isinstance(given, Iterable) and not isinstance(given, Mapping):
        names = list(given)
        if all(isinstance(name, Hashable) for name in names):
            return names
    raise DataError(f"{use} is {plain(given)!r}. Expected a column name, or a list of names.")


def check_confidence(name: str, value: object, example: float = 0.95) -> float:
    """A chance of one half or more; refuses percent, and error rates such as 0.05.

    Examples
    --------
    >>> check_confidence("confidence", 0.95)
    0.95
    """
    expected = f"a part of one from 0.5 up, such as {example}"
    return check_number(name, value, lambda chance: 0.5 <= chance < 1, expected)


def list_measures(given: str | Iterable[str]) -> list[str]:
    """One measure or several, as a list; refuses none at all, and one that stands there twice.

    Examples
    --------
    >>> list_measures("hip_range_deg")
    ['hip_range_deg']
    """
    names = [check_name(name) for name in list_names(given, "measures")]
    if not names:
        raise DataError("no measure was asked for. Give one name, or a list of names.")
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise DataError(f"{twice[0]} is asked for twice. Name each measure once.")
    return names

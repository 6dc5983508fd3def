"""What should be numbers and is something else, told by name, runner and value."""

from __future__ import annotations

from numbers import Number

import numpy as np
import pandas as pd

from glutelab.errors import DataError

__all__ = ["as_numbers", "is_real", "only_numbers", "why_no_numbers"]

_KINDS = {"b": "yes and no", "c": "complex numbers", "M": "dates", "m": "lengths of time"}
_REMEDY = "Turn them into numbers with pandas.to_numeric"


def as_numbers(values: object, name: str) -> np.ndarray:
    """An array of numbers; what is missing is NaN.

    Parameters
    ----------
    values : array
    name : str
        What it is called in the error text.

    Raises
    ------
    DataError
        For words, numbers stored as text, dates, or rows of different lengths.

    Examples
    --------
    >>> as_numbers([8.5, None], "posture").tolist()
    [8.5, nan]
    """
    try:
        array = np.asarray(values)
    except ValueError:
        raise DataError(
            f"{name} has rows of different lengths. Expected a number per row."
        ) from None
    if array.dtype.kind in "iufb":
        return array.astype(float)
    flat = pd.Series(array.ravel().tolist(), dtype=object)
    known = flat.dropna()
    if array.dtype.kind not in _KINDS and known.map(is_real).all():
        return flat.where(flat.notna(), np.nan).to_numpy(float).reshape(array.shape)
    if known.map(lambda one: isinstance(one, str)).all() and _readable(known).all():
        raise DataError(f"{name} holds numbers stored as text. {_REMEDY}.")
    what = _KINDS.get(array.dtype.kind, "words")
    raise DataError(f"{name} holds {what}. Expected a number per row.")


def only_numbers(values: pd.Series) -> bool:
    """Whether a column of mixed type holds nothing but numbers, and maybe gaps.

    Examples
    --------
    >>> only_numbers(pd.Series([8.5, None], dtype=object)), only_numbers(pd.Series(["8.5"]))
    (True, False)
    """
    known = values.dropna()
    return bool(len(known) and values.dtype == object and known.map(is_real).all())


def why_no_numbers(
    table: pd.DataFrame, name: str, expected: str = "a number, or nothing", use: str = ""
) -> str:
    """A sentence on a column that holds something else than numbers.

    Parameters
    ----------
    table : DataFrame
        With ``runner_id``.
    name : str
    expected : str
        What should be there, as the end of a sentence.
    use : str
        What the column is used as, for one that holds nothing but words.

    Returns
    -------
    str

    Examples
    --------
    >>> table = pd.DataFrame({"runner_id": ["S1", "S2"], "tilt_deg": [8.5, "n/a"]})
    >>> why_no_numbers(table, "tilt_deg")
    "tilt_deg of runner S2 is 'n/a'. Expected a number, or nothing."
    """
    values = table[name]
    head = f"{use} {name}".strip()
    kind = getattr(values.dtype, "kind", "O")
    if kind in _KINDS:
        return f"{head} holds {_KINDS[kind]}. Expected a number per runner."
    known = values.dropna().astype(object)
    readable = known.map(is_real) | _readable(known)
    who = table.loc[known.index, "runner_id"]
    if readable.all():
        text = known[~known.map(is_real)]
        return (
            f"{name} holds numbers stored as text ({text.iloc[0]!r} of runner "
            f"{who[text.index[0]]}). {_REMEDY}: runners[{name!r}] = "
            f"pandas.to_numeric(runners[{name!r}])."
        )
    if use and not readable.any():
        return f"{head} holds words. Expected a number per runner."
    wrong = known[~readable]
    return f"{name} of runner {who[wrong.index[0]]} is {wrong.iloc[0]!r}. Expected {expected}."


def is_real(value: object) -> bool:
    """Whether a value is a number; yes and no are none, nor are complex ones."""
    return isinstance(value, Number | np.number) and not isinstance(
        value, bool | np.bool_ | complex | np.complexfloating
    )


def _readable(values: pd.Series) -> pd.Series:
    """Which are numbers, if they are read as such."""
    words = values.where(values.map(lambda one: isinstance(one, str)))
    return pd.to_numeric(words.astype(object), errors="coerce").notna()

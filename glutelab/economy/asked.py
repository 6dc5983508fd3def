"""Numbers that a caller asks for: checked, with a sentence where one cannot be."""

from __future__ import annotations

import math

from glutelab.errors import DataError, say

__all__ = ["asked_number"]


def asked_number(
    name: str, value: object, low: float, high: float, unit: str = "", remedy: str = ""
) -> float:
    """A number between two bounds, or an error that says what was found.

    Parameters
    ----------
    name : str
        What it is called by the caller.
    value : object
    low, high : float
        Both allowed; `high` may be infinite, `value` may not.
    unit : str
    remedy : str
        What to do.

    Returns
    -------
    float

    Raises
    ------
    DataError
        If it is no number, infinite, or out of bounds.

    Examples
    --------
    >>> asked_number("max_rer", "high", 0.8, 1.1)
    Traceback (most recent call last):
    glutelab.errors.DataError: max_rer: 'high' is no number. Expected 0.8 to 1.1.
    """
    expected = f"{low:g} to {high:g} {unit}" if high < math.inf else f"{low:g} {unit} or more"
    try:
        number = math.nan if isinstance(value, str | bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if low <= number <= high and number < math.inf:
        return number
    shown = repr(value) if len(repr(value)) <= 40 else f"a {type(value).__name__}"
    found = f"{shown} is no number" if math.isnan(number) else f"it is {number:g}"
    raise DataError(say(name, found, " ".join(expected.split()), remedy))

"""Speed, height and mass of a trial, checked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.errors import DataError, say

__all__ = ["check_body"]


def check_body(source: str, speed_m_s, height_m=np.nan, mass_kg=np.nan) -> list[float]:
    """The three as numbers, NaN where they are not known.

    Parameters
    ----------
    source : str
        File, for the sentence.
    speed_m_s, height_m, mass_kg : float or nothing

    Returns
    -------
    list of float

    Raises
    ------
    DataError
        If one is no number, or cannot be.
    """
    values = []
    for name, value, low, high, hint in (
        ("speed_m_s", speed_m_s, 0.5, 12.0, "Is it in km/h, or negative?"),
        ("height_m", height_m, 1.0, 2.5, "Is it in centimeters?"),
        ("mass_kg", mass_kg, 25.0, 200.0, "Is it in pounds or grams?"),
    ):
        try:
            number = np.nan if pd.isna(value) else float(value)
        except (TypeError, ValueError) as error:
            found = f"{name} is {value!r}"
            raise DataError(say(source or "trial", found, "a number, or nothing")) from error
        if not np.isnan(number) and not low <= number <= high:
            raise DataError(
                say(source or "trial", f"{name} is {number:g}", f"{low:g} to {high:g}", hint)
            )
        values.append(number)
    return values

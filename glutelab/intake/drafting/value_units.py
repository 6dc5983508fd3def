"""The unit of a column of numbers, by what its head says and by what its values can be."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from glutelab.intake.drafting.guess import GUESS, NOT_FOUND, SURE, Guess
from glutelab.schema import LEGS, RUNNERS, TRIALS

__all__ = ["guess_unit"]

# Unit, factor to ours, and where the medians of a group of adults who run can lie (in that unit).
# Where two ranges hold a median, the unit is asked for.
_BY_VALUES: dict[str, tuple[tuple[str, float, float, float], ...]] = {
    "height_m": (("m", 1.0, 1.35, 2.1), ("cm", 0.01, 135, 210), ("mm", 0.001, 1350, 2100),
                 ("in", 0.0254, 53, 83)),
    "mass_kg": (("kg", 1.0, 40, 105), ("lb", 0.45359237, 95, 230), ("N", 1 / 9.80665, 400, 1000),
                ("g", 0.001, 40_000, 105_000)),
    "speed_m_s": (("m/s", 1.0, 1.8, 7.0), ("km/h", 1 / 3.6, 6.5, 25.2), ("mph", 0.44704, 4, 15.7)),
    "leg_length_m": (("m", 1.0, 0.6, 1.15), ("cm", 0.01, 60, 115), ("mm", 0.001, 600, 1150)),
    "experience_months": (),
    "thomas_test_deg": (),
}  # fmt: skip
_FACTORS = {
    "m": {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254, "ft": 0.3048},
    "kg": {"kg": 1.0, "lb": 0.45359237, "N": 1 / 9.80665, "g": 0.001},
    "m/s": {"m/s": 1.0, "km/h": 1 / 3.6, "mph": 0.44704, "min/km": None},
    "months": {"months": 1.0, "years": 12.0},
    "years": {"years": 1.0, "months": 1 / 12},
    "°": {"deg": 1.0, "rad": 180 / np.pi},
    "%": {"%": 1.0},
    "min/km": {"min/km": 1.0},
    "ml/kg/min": {"ml/kg/min": 1.0},
    "ml/kg/km": {"ml/kg/km": 1.0},
    "J/kg/m": {"J/kg/m": 1.0, "kJ/kg/km": 1.0, "kcal/kg/km": 4.184},
    "kg_force": {"kg": 1.0, "N": 1 / 9.80665, "lb": 0.45359237},
}
_FEET = re.compile(r"\d\s*(?:'|′|ft|feet|’)\s*\d*")


def guess_unit(
    ours: str, cells: pd.Series, stated: str, *, own_name: bool = False
) -> tuple[Guess | None, str] | None:
    """The unit of a column.

    Parameters
    ----------
    ours : str
        Our column.
    cells : Series
        Its values, as text or numbers, without empty ones.
    stated : str
        The unit in the head; empty if there is none.
    own_name : bool
        The head is our own name, which states our unit.

    Returns
    -------
    (Guess or None, str) or None
        The unit, None where it is ours without doubt; and why the column cannot be what its head
        says (then it is left out). None for a column of text.
    """
    column = next((table[ours] for table in (RUNNERS, LEGS, TRIALS) if ours in table), None)
    if column is None or column.dtype == "text":
        return None
    numbers = _numbers(cells)
    if numbers.isna().mean() > 0.5:
        if ours == "height_m" and cells.astype(str).str.contains(_FEET).any():
            return None, "it is in feet and inches; write it in cm"
        return None, f"{cells.iloc[0]!r} is no number"
    median = float(numbers.median())
    own = "kg_force" if ours.endswith("_strength_kg") else column.unit
    factors = _FACTORS.get(own, {})
    if stated or own_name:
        stated = stated or next(iter(factors), "")
        return _stated(column, stated, factors, median)
    if _BY_VALUES.get(ours):
        return _by_values(ours, median)
    if ours == "experience_months":
        return Guess(None, NOT_FOUND, f"years or months? Its median is {median:g}"), ""
    if not _plausible(column, median):
        return None, f"its median of {median:g} is not plausible for it"
    return None, ""


def _numbers(cells: pd.Series) -> pd.Series:
    text = cells.astype(str).str.strip().str.replace(",", ".", regex=False)
    return pd.to_numeric(text, errors="coerce")


def _plausible(column, value: float) -> bool:
    low, high = column.plausible or (-np.inf, np.inf)
    return low <= value <= high


def _stated(column, stated, factors, median) -> tuple[Guess | None, str]:
    if stated not in factors:
        if not factors:
            return None, ""
        return Guess(None, NOT_FOUND, f"{stated!r} is none of {', '.join(factors)}"), ""
    factor = factors[stated]
    value = median if factor == 1.0 else 60 / median / 3.6 if factor is None else factor * median
    if not _plausible(column, value):
        why = f"the head says {stated}, but a median of {median:g} {stated} is not plausible"
        return Guess(None, NOT_FOUND, why), ""
    return (None if factor == 1.0 else Guess(stated, SURE, "in the head")), ""


def _by_values(ours: str, median: float) -> tuple[Guess | None, str]:
    fits = [unit for unit, _, low, high in _BY_VALUES[ours] if low <= median <= high]
    first = _BY_VALUES[ours][0][0]
    if not fits:
        return None, f"its median of {median:g} is not plausible in any unit"
    if len(fits) > 1:
        return Guess(None, NOT_FOUND, f"{' or '.join(fits)}? Its median is {median:g}"), ""
    # A mass in lb, and a speed in km/h, are each other's light or fast runners: never quite sure.
    if fits[0] == first:
        return None, ""
    sure = ours in ("height_m", "leg_length_m") and fits[0] in ("cm", "mm")
    why = f"a median of {median:g} can only be {fits[0]}" if sure else f"its median is {median:g}"
    return Guess(fits[0], SURE if sure else GUESS, why), ""

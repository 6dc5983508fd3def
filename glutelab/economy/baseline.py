"""What quiet standing costs, for net costs of running."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from glutelab.economy.asked import asked_number
from glutelab.economy.steady import look_at_window
from glutelab.errors import DataError, say

__all__ = ["Baseline", "standing_baseline"]

STANDING_ML_KG_MIN = (2.0, 9.0)
SHORTEST_S = 60.0


@dataclass(frozen=True)
class Baseline:
    """What is taken off, ml/min, and how the result is named."""

    vo2_ml_min: float = 0.0
    vco2_ml_min: float = 0.0
    name: str = "gross"


def standing_baseline(
    breaths: pd.DataFrame,
    standing: tuple[float, float] | Mapping[str, float] | None,
    mass_kg: float,
) -> Baseline:
    """Oxygen uptake and carbon dioxide output of quiet standing.

    Parameters
    ----------
    breaths : DataFrame
    standing : tuple of float, mapping, or None
        Start and end in this recording, s; or ``vo2_ml_min`` and ``vco2_ml_min``; or nothing.
    mass_kg : float

    Returns
    -------
    Baseline

    Raises
    ------
    DataError
        If it is neither of these, shorter than a minute, or no uptake of a person who stands.
    """
    if standing is None:
        return Baseline()
    if isinstance(standing, Mapping):
        absent = [name for name in ("vo2_ml_min", "vco2_ml_min") if name not in standing]
        if absent:
            raise DataError(say("standing", f"no {absent[0]}", "vo2_ml_min and vco2_ml_min"))
        vo2, vco2 = (
            asked_number(f"standing, {name}", standing[name], 0, np.inf, "ml/min")
            for name in ("vo2_ml_min", "vco2_ml_min")
        )
        baseline = Baseline(vo2, vco2, "net of standing")
    else:
        start_s, end_s = _start_and_end(standing)
        if not end_s - start_s >= SHORTEST_S:
            found = f"it lasts {end_s - start_s:g} s"
            raise DataError(say("standing", found, f"{SHORTEST_S:g} s or more"))
        window = look_at_window(breaths, start_s, end_s)
        if not window.is_filled(None):
            found = f"{window.n_breaths} values between {start_s:g} and {end_s:g} s"
            raise DataError(say("standing", found, "a recording without a gap"))
        baseline = Baseline(window.vo2_ml_min, window.vco2_ml_min, "net of standing")
    per_kg = baseline.vo2_ml_min / mass_kg
    ratio = baseline.vco2_ml_min / baseline.vo2_ml_min if baseline.vo2_ml_min > 0 else np.nan
    low, high = STANDING_ML_KG_MIN
    if not low <= per_kg <= high or not 0.6 <= ratio <= 1.3:
        found = f"VO2 is {per_kg:.1f} ml/kg/min, RER {ratio:.2f}"
        remedy = "Was the runner still recovering, or is the unit another? Give ml/min."
        raise DataError(say("standing", found, f"{low:g} to {high:g} ml/kg/min", remedy))
    return baseline


def _start_and_end(standing: object) -> list[float]:
    if isinstance(standing, str) or not isinstance(standing, Iterable):
        values = []
    else:
        values = list(standing)
    if len(values) != 2:
        shown = repr(standing)
        found = f"it is {shown}" if len(shown) <= 40 else f"it is a {type(standing).__name__}"
        remedy = "Or give {'vo2_ml_min': ..., 'vco2_ml_min': ...}."
        raise DataError(say("standing", found, "its start and end, s: (0, 120)", remedy))
    return [
        asked_number(f"standing, {name}", value, 0, np.inf, "s")
        for name, value in zip(("start", "end"), values, strict=True)
    ]

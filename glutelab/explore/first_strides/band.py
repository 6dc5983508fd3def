"""The band of running: mean and 2 SD over runners of a reference cohort at the nearest speed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from glutelab.datasets import load_cohort
from glutelab.measures import runner_curves

__all__ = ["REFERENCE", "Band", "band_speeds", "find_band"]

REFERENCE = "rbds2017"
SPREAD = 2.0  # standard deviations on each side


@dataclass(frozen=True)
class Band:
    """Mean curves of runners, and how far apart they are.

    Attributes
    ----------
    variable : str
    speed_m_s : float
    n_runners : int
    mean, low, high : ndarray, shape (101,)
        Degrees; mean over runners of both sides, and 2 standard deviations below and above.
    """

    variable: str
    speed_m_s: float
    n_runners: int
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def outside(self, curves: np.ndarray) -> float:
        """Percent of the points of some curves that lie outside."""
        known = curves[np.isfinite(curves).all(axis=1)]
        if len(known) == 0:
            return np.nan
        return float(100 * ((known < self.low) | (known > self.high)).mean())


@lru_cache(maxsize=1)
def _reference():
    return load_cohort(REFERENCE)


def band_speeds() -> list[float]:
    """Speeds of the reference, ascending."""
    return sorted(float(one) for one in _reference().trials["speed_m_s"].unique())


@lru_cache(maxsize=64)
def find_band(variable: str, speed_m_s: float) -> Band | None:
    """The band of one variable at one of `band_speeds`; None if the reference has no such curve."""
    cohort = _reference()
    if variable not in cohort.curve_variables:
        return None
    table = runner_curves(cohort, variable, side="both").xs(speed_m_s, level="speed_m_s")
    values = table.to_numpy(float)
    values = values[np.isfinite(values).all(axis=1)]
    mean, spread = values.mean(axis=0), SPREAD * values.std(axis=0, ddof=1)
    return Band(variable, speed_m_s, len(values), mean, mean - spread, mean + spread)

"""The last minute or two of a stage: its means, and whether it is a steady state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["Window", "look_at_window"]

OUTLIER_SD = 4.0  # a breath further than this from the line of the window is a cough or a swallow
FEWEST = 3
LONGEST_GAP = 0.25  # of the window


@dataclass(frozen=True)
class Window:
    """What was measured in a window.

    Attributes
    ----------
    start_s, end_s : float
    n_breaths, n_left_out : int
        Rows that the means are of, and rows left out as outliers.
    vo2_ml_min, vco2_ml_min : float
        Means, each row weighted by its duration.
    slope_ml_min2, slope_se_ml_min2, slope_half_width_ml_min2 : float
        Change of VO2 per minute (least squares), its standard error, and half of its 95 % interval.
    gap_s : float
        Longest stretch without a value.
    """

    start_s: float
    end_s: float
    n_breaths: int
    n_left_out: int
    vo2_ml_min: float
    vco2_ml_min: float
    slope_ml_min2: float
    slope_se_ml_min2: float
    slope_half_width_ml_min2: float
    gap_s: float

    @property
    def rer(self) -> float:
        """Respiratory exchange ratio: ratio of the two means."""
        return self.vco2_ml_min / self.vo2_ml_min

    def is_filled(self, interval_s: float | None) -> bool:
        """Whether there are enough values, without a long gap."""
        allowed = max(LONGEST_GAP * (self.end_s - self.start_s), 1.5 * (interval_s or 0.0))
        return self.n_breaths >= FEWEST and self.gap_s <= allowed


def look_at_window(breaths: pd.DataFrame, start_s: float, end_s: float) -> Window:
    """Means and slope of a stretch of the recording.

    Parameters
    ----------
    breaths : DataFrame
        ``time_s, vo2_ml_min, vco2_ml_min``.
    start_s, end_s : float
        Rows after the first and up to the second.

    Returns
    -------
    Window
        With NaN where there are too few rows.
    """
    time, uptake, output, duration = _rows(breaths, start_s, end_s)
    kept = _without_outliers(time, uptake)
    left_out = int((~kept).sum())
    time, uptake, output, duration = (v[kept] for v in (time, uptake, output, duration))
    if len(time) < FEWEST:
        means = [_mean(values, duration) for values in (uptake, output)]
        nothing = [np.nan] * 3
        return Window(start_s, end_s, len(time), left_out, *means, *nothing, end_s - start_s)
    slope, error, half_width = _slope(time, uptake)
    gap = float(np.max(np.diff(np.concatenate([[start_s], time, [end_s]]))))
    vo2, vco2 = _mean(uptake, duration), _mean(output, duration)
    return Window(start_s, end_s, len(time), left_out, vo2, vco2, slope, error, half_width, gap)


def _rows(breaths: pd.DataFrame, start_s: float, end_s: float) -> tuple[np.ndarray, ...]:
    """Time, VO2, VCO2 and duration of the rows in which both gases were measured."""
    names = ("time_s", "vo2_ml_min", "vco2_ml_min")
    time, uptake, output = (breaths[name].to_numpy(dtype=float) for name in names)
    steps = np.diff(time, prepend=np.nan)
    usual = np.nanmedian(steps)
    duration = np.clip(np.nan_to_num(steps, nan=usual), 0.25 * usual, 3 * usual)
    inside = (time > start_s) & (time <= end_s) & np.isfinite(uptake) & np.isfinite(output)
    return tuple(values[inside] for values in (time, uptake, output, duration))


def _without_outliers(time: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Which rows lie near the line through them; all of them if there are few."""
    if len(time) < 8 or np.ptp(time) == 0:
        return np.ones(len(time), dtype=bool)
    line = np.polynomial.Polynomial.fit(time, values, 1)
    residual = np.abs(values - line(time))
    spread = 1.4826 * np.median(residual)
    return residual <= OUTLIER_SD * spread if spread > 0 else np.ones(len(time), dtype=bool)


def _mean(values: np.ndarray, weights: np.ndarray) -> float:
    return float(np.average(values, weights=weights)) if len(values) else np.nan


def _slope(time_s: np.ndarray, values: np.ndarray) -> tuple[float, float, float]:
    """Slope per minute, its standard error, and half the width of its 95 % interval."""
    from scipy.special import stdtrit

    if np.ptp(time_s) == 0:
        return np.nan, np.nan, np.nan
    minutes = (time_s - time_s.mean()) / 60
    spread = minutes @ minutes
    slope = float(minutes @ values / spread)
    residual = values - values.mean() - slope * minutes
    error = float(np.sqrt(residual @ residual / (len(values) - 2) / spread))
    return slope, error, float(stdtrit(len(values) - 2, 0.975)) * error

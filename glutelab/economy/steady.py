"""The last minute or two of a stage: its means, and whether it is a steady state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["Window", "look_at_window"]

OUTLIER_SD = 4.0  # a breath further than this from the line of the window is a cough or a swallow
FEWEST = 3
ENOUGH_FOR_LINE = 8  # rows from which on scatter about a line can be judged
LONGEST_GAP = 0.25  # of the window


@dataclass(frozen=True)
class Window:
    """What was measured in a window.

    Attributes
    ----------
    start_s, end_s : float
    n_breaths, n_left_out : int
        Rows that the means are of, and rows left out as outliers in either gas.
    vo2_ml_min, vco2_ml_min : float
        Means, each row weighted by its duration.
    slope_ml_min2, slope_se_ml_min2, slope_half_width_ml_min2 : float
        Change of VO2 per minute (least squares), its standard error, and half of its 95 % interval.
    n_slope : int
        Rows that the slope is of.
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
    n_slope: int
    gap_s: float

    @property
    def rer(self) -> float:
        """Respiratory exchange ratio: ratio of the two means."""
        return self.vco2_ml_min / self.vo2_ml_min

    def is_filled(self, interval_s: float | None) -> bool:
        """Whether there are enough values, without a long gap."""
        allowed = max(LONGEST_GAP * (self.end_s - self.start_s), 1.5 * (interval_s or 0.0))
        return self.n_breaths >= FEWEST and self.gap_s <= allowed


def look_at_window(
    breaths: pd.DataFrame, start_s: float, end_s: float, slope_start_s: float | None = None
) -> Window:
    """Means and slope of a stretch of the recording.

    Parameters
    ----------
    breaths : DataFrame
        ``time_s, vo2_ml_min, vco2_ml_min``.
    start_s, end_s : float
        Rows after the first and up to the second.
    slope_start_s : float, optional
        Start of the stretch that the slope is of, if it is longer than the window.

    Returns
    -------
    Window
        With NaN where there are too few rows.
    """
    time, uptake, output, duration, left_out = _kept_rows(breaths, start_s, end_s)
    means = [_mean(values, duration) for values in (uptake, output)]
    if len(time) < FEWEST:
        nothing = [np.nan] * 3
        return Window(start_s, end_s, len(time), left_out, *means, *nothing, 0, end_s - start_s)
    n_breaths = len(time)
    gap = float(np.max(np.diff(np.concatenate([[start_s], time, [end_s]]))))
    if slope_start_s is not None and slope_start_s < start_s:
        time, uptake, *_ = _kept_rows(breaths, slope_start_s, end_s)
    return Window(
        start_s, end_s, n_breaths, left_out, *means, *_slope(time, uptake), len(time), gap
    )


def _kept_rows(breaths: pd.DataFrame, start_s: float, end_s: float) -> tuple:
    """Time, VO2, VCO2 and duration of the rows that are no outliers, and how many are."""
    time, uptake, output, duration = _rows(breaths, start_s, end_s)
    kept = _without_outliers(time, uptake) & _without_outliers(time, output)
    return *(values[kept] for values in (time, uptake, output, duration)), int((~kept).sum())


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
    if len(time) < ENOUGH_FOR_LINE or np.ptp(time) == 0:
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
    wider, n = _widening(residual), len(values)
    error = wider * float(np.sqrt(residual @ residual / (n - 2) / spread))
    freedom = min(n - 2, max(n / wider**2 - 2, FEWEST))  # of as many independent breaths
    return slope, error, float(stdtrit(freedom, 0.975)) * error


def _widening(residual: np.ndarray) -> float:
    """How much wider an interval has to be as neighbors are alike: in running averages they are.

    First-order autocorrelation r, put right for its bias in few rows: sqrt((1 + r) / (1 - r)).
    """
    n, total = len(residual), residual @ residual
    if n < ENOUGH_FOR_LINE or total == 0:
        return 1.0
    r = residual[1:] @ residual[:-1] / total
    r = min(max(r + (1 + 4 * r) / n, 0.0), 0.95)
    return float(np.sqrt((1 + r) / (1 - r)))

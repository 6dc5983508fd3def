"""Effect sizes, equivalence and adjusted p: arrays in, numbers out."""

from __future__ import annotations

import numpy as np
from scipy.special import nctdtrinc, stdtr

from glutelab.contrasts.estimate import Estimate

__all__ = [
    "adjust_p",
    "average_sd",
    "equivalence_p",
    "hedges_correction",
    "hedges_g",
    "pooled_sd",
    "shift_interval",
]


def pooled_sd(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Standard deviation within groups.

    Parameters
    ----------
    first, second : ndarray, shape (..., n)
        The last axis counts runners.
    """
    n1, n2 = first.shape[-1], second.shape[-1]
    squares = (n1 - 1) * first.var(axis=-1, ddof=1) + (n2 - 1) * second.var(axis=-1, ddof=1)
    return np.sqrt(squares / (n1 + n2 - 2))


def average_sd(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Root of the mean variance of two conditions of the same runners."""
    return np.sqrt((first.var(axis=-1, ddof=1) + second.var(axis=-1, ddof=1)) / 2)


def hedges_correction(n1: int, n2: int) -> float:
    """Factor that makes Cohen's d nearly unbiased: ``1 - 3 / (4 (n1 + n2) - 9)``.

    Hedges 1981, doi 10.3102/10769986006002107, as pingouin has it; the exact factor is a ratio of
    gamma functions and differs by 1 in 1,000 at 10 runners in all.

    Examples
    --------
    >>> hedges_correction(14, 14)
    0.970873786407767
    """
    return 1 - 3 / (4 * (n1 + n2) - 9)


def hedges_g(first: np.ndarray, second: np.ndarray, *, paired: bool = False) -> np.ndarray:
    """Difference of means in standard deviations, corrected for small samples.

    Parameters
    ----------
    first, second : ndarray, shape (..., n1), (..., n2)
    paired : bool
        Standardize by the average standard deviation of the two conditions (Cumming 2012), not by
        that of the changes, so that paired and unpaired g are on one scale.

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> float(hedges_g(np.array([10.0, 12, 14, 9]), np.array([8.0, 9, 7, 11])).round(3))
    1.098
    """
    sd = average_sd(first, second) if paired else pooled_sd(first, second)
    correction = hedges_correction(first.shape[-1], second.shape[-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        return correction * (first.mean(axis=-1) - second.mean(axis=-1)) / sd


def shift_interval(t: float, df: float, confidence: float) -> tuple[float, float]:
    """Interval of the noncentrality of a t value, in standard errors.

    The noncentralities under which the observed t is the upper and the lower
    ``(1 - confidence) / 2`` quantile; times (g / t) they are the analytic interval of an effect
    size. Steiger 2004, doi 10.1037/1082-989X.9.2.164.
    """
    if not np.isfinite(t):
        return np.nan, np.nan
    tail = (1 - confidence) / 2
    low, high = float(nctdtrinc(df, 1 - tail, t)), float(nctdtrinc(df, tail, t))
    return low, high


def equivalence_p(estimate: Estimate, margin: float) -> float:
    """P of the two one-sided tests that the difference lies within plus or minus the margin.

    Schuirmann 1987, doi 10.1007/BF01068419. Small means: too large a difference is excluded.
    """
    if not estimate.se > 0 or not margin > 0:
        return np.nan
    lower = stdtr(estimate.df, -(estimate.value + margin) / estimate.se)
    upper = stdtr(estimate.df, (estimate.value - margin) / estimate.se)
    return float(max(lower, upper))


def adjust_p(p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """P values adjusted for all tests that were asked for.

    Parameters
    ----------
    p : ndarray, shape (n_tests,)
        NaN stays NaN and does not count as a test.

    Returns
    -------
    holm : ndarray
        Holm 1979: the chance of any false finding is held.
    benjamini_hochberg : ndarray
        doi 10.1111/j.2517-6161.1995.tb02031.x: the share of false findings is held.

    Examples
    --------
    >>> holm, bh = adjust_p(np.array([0.01, 0.04, 0.03]))
    >>> holm.round(2).tolist(), bh.round(2).tolist()
    ([0.03, 0.06, 0.06], [0.03, 0.04, 0.04])
    """
    p = np.asarray(p, float)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    m = len(order)
    holm, bh = np.full_like(p, np.nan), np.full_like(p, np.nan)
    if m:
        rank = np.arange(1, m + 1)
        holm[order] = np.minimum(np.maximum.accumulate((m - rank + 1) * p[order]), 1.0)
        steps = p[order] * m / rank
        bh[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return holm, bh

"""The random-effects mean of studies, with the interval of Hartung and Knapp."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from glutelab.evidence.heterogeneity import (
    find_q,
    i2_share,
    q_test,
    reml_tau2,
    tau2_interval,
    weighted_mean,
)
from glutelab.evidence.predict import FEWEST_TO_PREDICT

__all__ = ["Average", "Spread", "average", "margin_p", "spread"]


@dataclass(frozen=True, eq=False)
class Average:
    """Mean of studies, on the scale of the average.

    Attributes
    ----------
    mean, se : float
        `se` by Hartung and Knapp; of one study, its own.
    df : float
        k - 1; infinite (normal) for one study.
    low, high : float
        Confidence interval.
    plugin_low, plugin_high : float
        Prediction interval as metafor has it, with tau² taken for known; NaN below 3 studies.
    tau2 : float
        Variance between studies; NaN for one.
    factor : float
        What Hartung and Knapp multiply the usual standard error with; below 1 their interval may
        be narrower than the usual one. NaN for one study.
    weights : ndarray, shape (k,)
        Shares of the mean, sum 1.
    """

    mean: float
    se: float
    df: float
    low: float
    high: float
    plugin_low: float
    plugin_high: float
    tau2: float
    factor: float
    weights: np.ndarray

    @property
    def t(self) -> float:
        """The mean in standard errors; NaN if studies do not differ at all."""
        return self.mean / self.se if self.se > 0 else np.nan

    @property
    def p(self) -> float:
        """Two-sided p against zero."""
        return float(2 * stdtr(self.df, -abs(self.t)))

    def cautious(self, confidence: float) -> tuple[float, float]:
        """The wider of the interval and the one whose standard error is not made smaller."""
        return _interval(self.mean, self.cautious_se, self.df, confidence)

    @property
    def cautious_se(self) -> float:
        """Standard error that the studies' agreement by chance has not made smaller."""
        return self.se / self.factor if self.factor < 1 else self.se


@dataclass(frozen=True)
class Spread:
    """How much studies differ: NaN where it cannot be told."""

    q: float = np.nan
    q_p: float = np.nan
    tau2: float = np.nan
    tau2_low: float = np.nan
    tau2_high: float = np.nan
    i2_pct: float = np.nan
    i2_low: float = np.nan
    i2_high: float = np.nan


def average(y: np.ndarray, v: np.ndarray, confidence: float = 0.95) -> Average:
    """Random-effects mean: REML, and the interval of Hartung, Knapp, Sidik and Jonkman.

    As metafor's ``rma(yi, vi, method="REML", test="knha")`` and its ``predict``: the prediction
    interval has a t of k - 1 degrees of freedom (Higgins 2009, doi
    10.1111/j.1467-985X.2008.00552.x, take k - 2). It is too narrow; see `predict` for another.

    Parameters
    ----------
    y, v : ndarray, shape (k,)
        Effects and sampling variances.
    confidence : float

    Returns
    -------
    Average

    References
    ----------
    Hartung and Knapp 2001, doi 10.1002/sim.1009; Sidik and Jonkman 2002, doi 10.1002/sim.1262;
    IntHout, Ioannidis and Borm 2014, doi 10.1186/1471-2288-14-25.

    Examples
    --------
    >>> found = average(np.array([0.1, 0.5, 0.9]), np.full(3, 0.04))
    >>> round(found.mean, 3), round(found.low, 3), round(found.high, 3)
    (0.5, -0.494, 1.494)
    """
    k = len(y)
    if k == 1:
        se = float(np.sqrt(v[0]))
        low, high = _interval(float(y[0]), se, np.inf, confidence)
        nothing = (np.nan,) * 4
        return Average(float(y[0]), se, np.inf, low, high, *nothing, np.ones(1))
    tau2 = reml_tau2(y, v)
    w = 1 / (v + tau2)
    mean = weighted_mean(y, v, tau2)
    factor = float(np.sqrt(find_q(y, v, tau2) / (k - 1)))
    se = factor / np.sqrt(w.sum())
    low, high = _interval(mean, se, k - 1, confidence)
    ahead = (np.nan, np.nan)
    if k >= FEWEST_TO_PREDICT:
        ahead = _interval(mean, np.sqrt(se**2 + tau2), k - 1, confidence)
    return Average(mean, float(se), k - 1, low, high, *ahead, tau2, factor, w / w.sum())


def spread(y: np.ndarray, v: np.ndarray, tau2: float, confidence: float) -> Spread:
    """Heterogeneity with its Q-profile interval; nothing is known of it from one study."""
    if len(y) < 2:
        return Spread()
    q = find_q(y, v)
    low, high = tau2_interval(y, v, confidence)
    shares = (i2_share(one, v) for one in (tau2, low, high))
    return Spread(q, q_test(q, len(y)), tau2, low, high, *shares)


def margin_p(found: Average, low: float, high: float) -> float:
    """P of the two one-sided tests that the mean lies within a margin.

    Schuirmann 1987, doi 10.1007/BF01068419; by the cautious standard error.
    """
    se = found.cautious_se
    if not se > 0 or not (np.isfinite(low) and np.isfinite(high)):
        return np.nan
    below, above = (
        stdtr(found.df, (low - found.mean) / se),
        stdtr(found.df, (found.mean - high) / se),
    )
    return float(max(below, above))


def _interval(middle: float, se: float, df: float, confidence: float) -> tuple[float, float]:
    tail = 0.5 + confidence / 2
    half = (ndtri(tail) if np.isinf(df) else stdtrit(df, tail)) * se
    return float(middle - half), float(middle + half)

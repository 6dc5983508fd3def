"""Do small studies find more? The regression of Egger, from ten studies on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

__all__ = ["FEWEST", "SmallStudies", "check_small_studies"]

FEWEST = 10


@dataclass(frozen=True)
class SmallStudies:
    """Whether effects go with the size of the studies.

    Attributes
    ----------
    answerable : bool
    reason : str
        Why there is no answer, as a sentence.
    slope, se, t, df, p : float
        Change of the effect per unit of its standard error, on the scale of the average.
    limit, limit_low, limit_high : float
        Effect of a study without error, as the line has it, on the scale of the average.
    """

    answerable: bool
    reason: str = ""
    slope: float = np.nan
    se: float = np.nan
    t: float = np.nan
    df: float = np.nan
    p: float = np.nan
    limit: float = np.nan
    limit_low: float = np.nan
    limit_high: float = np.nan


def check_small_studies(y: np.ndarray, v: np.ndarray, confidence: float = 0.95) -> SmallStudies:
    """Egger's regression: effects on their standard errors, weighted by 1 / variance.

    As metafor's ``regtest(model="lm")``. A slope has many causes: small studies that found nothing
    were not published, or small studies differ in runners or methods; for g and for ratios effect
    and standard error are coupled by arithmetic, which alone makes one.

    Parameters
    ----------
    y, v : ndarray, shape (k,)
    confidence : float
        Of the interval of the limit.

    Returns
    -------
    SmallStudies
        Without an answer below 10 studies (Sterne 2011, doi 10.1136/bmj.d4002; Cochrane Handbook
        13.3.5.4) or if all are equally sure.

    References
    ----------
    Egger 1997, doi 10.1136/bmj.315.7109.629.
    """
    k, se = len(y), np.sqrt(v)
    if k < FEWEST:
        few = f"{k} {'study is' if k == 1 else 'studies are'} too few"
        return SmallStudies(
            False, f"Cannot tell whether small studies find more: {few}, expected {FEWEST} or more."
        )
    if np.ptp(se) <= 1e-9 * se.max():
        return SmallStudies(
            False, "Cannot tell whether small studies find more: all are equally sure."
        )
    x = np.column_stack([np.ones(k), se]) / se[:, None]
    inverse = np.linalg.inv(x.T @ x)
    limit, slope = inverse @ x.T @ (y / se)
    df = k - 2
    left = ((y - limit - slope * se) ** 2 / v).sum() / df
    limit_se, slope_se = np.sqrt(left * np.diag(inverse))
    t = slope / slope_se if slope_se > 0 else np.nan
    half = stdtrit(df, 0.5 + confidence / 2) * limit_se
    numbers = (slope, slope_se, t, df, 2 * stdtr(df, -abs(t)), limit, limit - half, limit + half)
    return SmallStudies(True, "", *map(float, numbers))

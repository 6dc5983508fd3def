"""Intervals of a mean, a share and a correlation over runners."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtr, stdtrit

__all__ = ["correlation_interval", "mean_interval", "share_interval", "t_half_width"]


def t_half_width(sd: np.ndarray, n: np.ndarray, confidence: float = 0.95) -> np.ndarray:
    """Half the width of the t interval of a mean.

    Parameters
    ----------
    sd : array_like
        Standard deviation between runners.
    n : array_like
        Runners; below two the result is NaN.
    confidence : float
        Level of the interval.

    Returns
    -------
    ndarray
    """
    n = np.asarray(n, float)
    degrees = np.where(n > 1, n - 1, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        return stdtrit(degrees, 0.5 + confidence / 2) * np.asarray(sd, float) / np.sqrt(n)


def mean_interval(values: pd.Series, confidence: float) -> dict[str, float]:
    """``n_runners, mean, sd, ci_low, ci_high, min, max`` of values, none of which is missing."""
    mean, sd, n = values.mean(), values.std(), len(values)
    half = float(t_half_width(sd, n, confidence))
    row = {"n_runners": n, "mean": mean, "sd": sd, "ci_low": mean - half, "ci_high": mean + half}
    return row | {"min": values.min(), "max": values.max()}


def share_interval(count: int, n: int, confidence: float) -> tuple[float, float]:
    """Wilson's interval of a share (1927, doi 10.1080/01621459.1927.10502953); NaN if n is 0."""
    if not n:
        return np.nan, np.nan
    z, share = ndtri(0.5 + confidence / 2), count / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    return max(0.0, middle - half), min(1.0, middle + half)


def correlation_interval(x: pd.Series, y: pd.Series, confidence: float) -> dict[str, float]:
    """``n_runners, r, ci_low, ci_high`` (Fisher's z) and ``p``.

    NaN with fewer than four runners who have both, where one is the same for all, and where ``x``
    and ``y`` have one name.
    """
    seen = x.notna() & y.notna()
    x, y, n = x[seen], y[seen], int(seen.sum())
    varied = n > 3 and x.nunique() > 1 and y.nunique() > 1 and x.name != y.name
    r = np.corrcoef(x, y)[0, 1] if varied else np.nan
    half = ndtri(0.5 + confidence / 2) / np.sqrt(max(n - 3, 1))
    with np.errstate(divide="ignore"):  # |r| of 1
        z, t = np.arctanh(r), r * np.sqrt((n - 2) / (1 - r**2))
    numbers = {"r": r, "ci_low": np.tanh(z - half), "ci_high": np.tanh(z + half)}
    return {"n_runners": n} | numbers | {"p": 2 * stdtr(n - 2, -abs(t))}

"""An estimate with its t distribution, and how much so many runners could have found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import nctdtrinc, ndtri, stdtr, stdtrit

__all__ = ["MOST", "Estimate", "detectable_r", "detectable_shift", "runners_for_r"]

MOST = 1_000_000  # runners; beyond it no study is planned


@dataclass(frozen=True, eq=False)
class Estimate:
    """A difference or a coefficient with its standard error; or many of them, as arrays.

    Attributes
    ----------
    value, se : float or ndarray
        In the unit of the measure.
    df : float or ndarray
        Degrees of freedom of the t distribution of ``value / se``.
    """

    value: float
    se: float
    df: float

    @property
    def t(self) -> float:
        """The value in standard errors; NaN if nothing varies."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.se > 0, np.divide(self.value, self.se), np.nan)[()]

    @property
    def p(self) -> float:
        """Two-sided p against zero."""
        return 2 * stdtr(self.df, -np.abs(self.t))

    def half_width(self, confidence: float) -> float:
        """Half the width of the confidence interval; NaN if nothing varies."""
        return stdtrit(self.df, 0.5 + confidence / 2) * np.where(self.se > 0, self.se, np.nan)[()]

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Confidence interval."""
        half = self.half_width(confidence)
        return self.value - half, self.value + half


def detectable_shift(df: float, alpha: float, power: float = 0.80) -> float:
    """Smallest true value, in standard errors, that a t test finds with the given power.

    Examples
    --------
    Two groups of 14: in standard deviations, times sqrt(1/14 + 1/14).

    >>> round(detectable_shift(26, 0.05) * (2 / 14) ** 0.5, 2)
    1.1
    """
    return float(nctdtrinc(df, 1 - power, stdtrit(df, 1 - alpha / 2)))


def detectable_r(n: int, covariates: int, alpha: float, power: float = 0.80) -> float:
    """Smallest partial correlation over n runners found with the given power, by Fisher's z.

    Examples
    --------
    >>> [round(detectable_r(n, 0, 0.05), 2) for n in (194, 62, 30)]
    [0.2, 0.35, 0.49]
    """
    free = n - 3 - covariates
    if free < 1:
        return np.nan
    return float(np.tanh((ndtri(1 - alpha / 2) + ndtri(power)) / np.sqrt(free)))


def runners_for_r(r: float, covariates: int, alpha: float, power: float = 0.80) -> float:
    """Runners it takes to find a partial correlation, by Fisher's z; a whole number.

    Examples
    --------
    >>> [runners_for_r(r, 0, 0.05) for r in (0.20, 0.35)]
    [194.0, 62.0]
    """
    needed = (ndtri(1 - alpha / 2) + ndtri(power)) / np.arctanh(r)
    return float(np.ceil(needed**2 + 3 + covariates))

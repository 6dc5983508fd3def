"""Least squares for many outcomes, designs and selections of runners at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

__all__ = ["Fits", "cook_distance", "fit_squares"]

ILL = 1e-10  # of the largest eigenvalue of the scaled cross product


@dataclass(frozen=True, eq=False)
class Fits:
    """One coefficient of m models; NaN where a model cannot be solved.

    Attributes
    ----------
    value, se, df : ndarray, shape (m,)
    """

    value: np.ndarray
    se: np.ndarray
    df: np.ndarray

    @property
    def t(self) -> np.ndarray:
        """Values in standard errors."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.value / self.se

    @property
    def p(self) -> np.ndarray:
        """Two-sided p, by t."""
        return 2 * stdtr(self.df, -np.abs(self.t))

    def half_width(self, level: float) -> np.ndarray:
        """Half of the confidence interval."""
        return stdtrit(self.df, 0.5 + level / 2) * self.se


def fit_squares(
    design: np.ndarray, y: np.ndarray, used: np.ndarray, column: int, *, robust: bool = True
) -> Fits:
    """One coefficient of each of m linear models, by default with its HC3 standard error.

    HC3: MacKinnon and White 1985, doi 10.1016/0304-4076(85)90158-7; recommended for small samples
    by Long and Ervin 2000, doi 10.1080/00031305.2000.10474549.

    Parameters
    ----------
    design : ndarray, shape (m, n, k)
        Values of rows that are not used do not matter, NaN included.
    y : ndarray, shape (m, n) or (n,)
    used : ndarray of bool, shape (m, n)
    column : int
        Which coefficient.
    robust : bool
        False: the standard error that equal variances give.

    Returns
    -------
    Fits
    """
    x, outcome, inverse, solvable = _solve(design, y, used)
    df = used.sum(axis=1) - x.shape[-1]
    beta = np.einsum("mij,mnj,mn->mi", inverse, x, outcome, optimize=True)
    left = np.where(used, outcome - np.einsum("mnj,mj->mn", x, beta), 0.0)
    if robust:
        row = np.einsum("mnj,mj->mn", x, inverse[:, column])
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = row * left / (1 - _leverage(x, inverse))
        scaled = np.where(used, scaled, 0.0)
        se = np.sqrt((scaled**2).sum(axis=1))
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = (left**2).sum(axis=1) / df
        se = np.sqrt(variance * inverse[:, column, column])
    good = solvable & (df > 0)
    value, se = (np.where(good, part, np.nan) for part in (beta[:, column], se))
    return Fits(value, se, np.where(good, df, np.nan).astype(float))


def cook_distance(design: np.ndarray, y: np.ndarray, used: np.ndarray) -> np.ndarray:
    """How far all coefficients move without each row, in their own uncertainty; 0 if not used.

    Cook 1977, doi 10.1080/00401706.1977.10489493.

    Parameters
    ----------
    design, y, used
        As in `fit_squares`.

    Returns
    -------
    ndarray, shape (m, n)
    """
    x, outcome, inverse, solvable = _solve(design, y, used)
    k = x.shape[-1]
    beta = np.einsum("mij,mnj,mn->mi", inverse, x, outcome, optimize=True)
    left = np.where(used, outcome - np.einsum("mnj,mj->mn", x, beta), 0.0)
    leverage = _leverage(x, inverse)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (left**2).sum(axis=1) / (used.sum(axis=1) - k)
        distance = left**2 * leverage / ((1 - leverage) ** 2 * k * variance[:, None])
    return np.where(used & solvable[:, None] & np.isfinite(distance), distance, 0.0)


def _leverage(x: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    return ((x @ inverse) * x).sum(axis=-1)


def _solve(design, y, used):
    """Rows that are not used become zero; the inverse cross product, and which ones there are."""
    x = np.where(used[..., None], design, 0.0)
    outcome = np.where(used, y, 0.0)
    crossed = x.swapaxes(-1, -2) @ x
    size = np.sqrt(np.maximum(np.einsum("mii->mi", crossed), 1e-300))
    scaled = crossed / size[:, :, None] / size[:, None, :]
    values = np.linalg.eigvalsh(scaled)
    solvable = values[:, 0] > ILL * values[:, -1]
    scaled = np.where(solvable[:, None, None], scaled, np.eye(x.shape[-1]))
    inverse = np.linalg.inv(scaled) / size[:, :, None] / size[:, None, :]
    return x, outcome, inverse, solvable

"""Least squares for many outcomes, designs and selections of runners at once."""

from __future__ import annotations

import numpy as np

from glutelab.contrasts.estimate import Estimate
from glutelab.contrasts.least_squares import robust_se

__all__ = ["cook_distance", "fit_squares"]

ILL = 1e-10  # of the largest eigenvalue of the scaled cross product


def fit_squares(design: np.ndarray, y: np.ndarray, used: np.ndarray, column: int) -> Estimate:
    """One coefficient of each of m linear models, with its HC3 standard error.

    Parameters
    ----------
    design : ndarray, shape (m, n, k)
        Values of rows that are not used do not matter, NaN included.
    y : ndarray, shape (m, n) or (n,)
    used : ndarray of bool, shape (m, n)
    column : int
        Which coefficient.

    Returns
    -------
    Estimate
        Of arrays of shape (m,); NaN where a model cannot be solved.
    """
    x, inverse, solvable, beta, left = _solve(design, y, used)
    df = used.sum(axis=1) - x.shape[-1]
    weights = np.einsum("mnj,mj->mn", x, inverse[:, column])
    se = robust_se(weights, left, _leverage(x, inverse))
    good = solvable & (df > 0)
    value, se, df = (np.where(good, part, np.nan) for part in (beta[:, column], se, df))
    return Estimate(value, se, df)


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
    x, inverse, solvable, _, left = _solve(design, y, used)
    k = x.shape[-1]
    leverage = _leverage(x, inverse)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (left**2).sum(axis=1) / (used.sum(axis=1) - k)
        distance = left**2 * leverage / ((1 - leverage) ** 2 * k * variance[:, None])
    return np.where(used & solvable[:, None] & np.isfinite(distance), distance, 0.0)


def _leverage(x: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    return ((x @ inverse) * x).sum(axis=-1)


def _solve(design, y, used):
    """Least squares of m models; rows that are not used become zero.

    Gives the rows, the inverse of their cross product, where there is one, coefficients, residuals.
    """
    x = np.where(used[..., None], design, 0.0)
    outcome = np.where(used, y, 0.0)
    crossed = x.swapaxes(-1, -2) @ x
    size = np.sqrt(np.maximum(np.einsum("mii->mi", crossed), 1e-300))
    scaled = crossed / size[:, :, None] / size[:, None, :]
    values = np.linalg.eigvalsh(scaled)
    solvable = values[:, 0] > ILL * values[:, -1]
    scaled = np.where(solvable[:, None, None], scaled, np.eye(x.shape[-1]))
    inverse = np.linalg.inv(scaled) / size[:, :, None] / size[:, None, :]
    beta = np.einsum("mij,mnj,mn->mi", inverse, x, outcome, optimize=True)
    left = np.where(used, outcome - np.einsum("mnj,mj->mn", x, beta), 0.0)
    return x, inverse, solvable, beta, left

"""Least squares with standard errors that allow for unequal variances (HC3).

MacKinnon and White 1985, doi 10.1016/0304-4076(85)90158-7; recommended for small samples by Long
and Ervin 2000, doi 10.1080/00031305.2000.10474549.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from glutelab.contrasts.estimate import Estimate

__all__ = [
    "Solved",
    "classical_estimate",
    "estimate_coefficient",
    "robust_se",
    "robust_t",
    "share_explained",
    "slope",
    "solve",
]


class Solved(NamedTuple):
    """A design, ready for any outcome.

    Attributes
    ----------
    weights : ndarray, shape (k, n)
        Times an outcome, the coefficients.
    leverage : ndarray, shape (n,)
    basis : ndarray, shape (n, k)
        Orthonormal columns of the design.
    triangular : ndarray, shape (k, k)
        ``design = basis @ triangular``.
    """

    weights: np.ndarray
    leverage: np.ndarray
    basis: np.ndarray
    triangular: np.ndarray

    def residuals(self, y: np.ndarray) -> np.ndarray:
        """What the design leaves of one outcome, or of several in columns."""
        return y - self.basis @ (self.basis.T @ y)


def solve(design: np.ndarray) -> Solved:
    """Solve a design of shape (n, k) and full rank."""
    basis, triangular = np.linalg.qr(design)
    weights = np.linalg.solve(triangular, basis.T)
    return Solved(weights, (basis**2).sum(axis=1), basis, triangular)


def robust_se(weights: np.ndarray, residuals: np.ndarray, leverage: np.ndarray) -> np.ndarray:
    """HC3 standard errors of coefficients ``weights @ y``; the last axis counts runners.

    Parameters
    ----------
    weights, residuals, leverage : ndarray, shapes that broadcast to (..., n)

    Returns
    -------
    ndarray, shape (...)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(((weights / (1 - leverage) * residuals) ** 2).sum(axis=-1))


def share_explained(values: np.ndarray, others: np.ndarray) -> float:
    """Share of the variance of one column that others explain, 0 to 1; all of it if it has none.

    Parameters
    ----------
    values : ndarray, shape (n,)
    others : ndarray, shape (n, k)
        Columns that do not vary explain nothing.
    """
    left = values - values.mean()
    total = left @ left
    size = others.std(axis=0)
    others = (others - others.mean(axis=0))[:, size > 0] / size[size > 0]
    if not total > 0 or not others.shape[1]:
        return 0.0 if total > 0 else 1.0
    left = left - others @ np.linalg.lstsq(others, left, rcond=1e-12)[0]
    return float(1 - left @ left / total)


def estimate_coefficient(design: np.ndarray, y: np.ndarray, column: int) -> Estimate:
    """One coefficient of a linear model with its HC3 standard error.

    The reference is t with n - k degrees of freedom (statsmodels takes the normal distribution
    unless told otherwise).

    Parameters
    ----------
    design : ndarray, shape (n, k)
    y : ndarray, shape (n,)
    column : int
        Which coefficient.

    Returns
    -------
    Estimate
    """
    coefficient, se = _fit(design, y[:, None], column)
    return Estimate(float(coefficient[0]), float(se[0]), float(len(y) - design.shape[1]))


def classical_estimate(design: np.ndarray, y: np.ndarray, column: int) -> Estimate:
    """One coefficient with the standard error that equal variances give.

    With two groups and nothing else this is Student's t. What a sample could have found, and the
    analytic interval of g, rest on it; tests and intervals of differences do not.

    Parameters
    ----------
    design : ndarray, shape (n, k)
    y : ndarray, shape (n,)
    column : int

    Returns
    -------
    Estimate
    """
    n, k = design.shape
    solved = solve(design)
    weights = solved.weights[column]
    se = np.sqrt((solved.residuals(y) ** 2).sum() / (n - k) * (weights**2).sum())
    return Estimate(float(weights @ y), float(se), float(n - k))


def robust_t(design: np.ndarray, y: np.ndarray, column: int) -> np.ndarray:
    """HC3 t values of one coefficient for many outcomes.

    Parameters
    ----------
    design : ndarray, shape (n, k)
    y : ndarray, shape (n, m)

    Returns
    -------
    ndarray, shape (m,)
    """
    coefficient, se = _fit(design, y, column)
    with np.errstate(divide="ignore", invalid="ignore"):
        return coefficient / se


def _fit(design: np.ndarray, y: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
    solved = solve(design)
    weights = solved.weights[column]
    return weights @ y, robust_se(weights, solved.residuals(y).T, solved.leverage)


def slope(design: np.ndarray, y: np.ndarray, column: int) -> np.ndarray:
    """One coefficient of many small linear models at once.

    Parameters
    ----------
    design : ndarray, shape (m, n, k)
    y : ndarray, shape (m, n)

    Returns
    -------
    ndarray, shape (m,)
        NaN where a model cannot be solved.
    """
    crossed = np.einsum("mni,mnj->mij", design, design)
    moments = np.einsum("mni,mn->mi", design, y)
    solvable = np.linalg.cond(crossed) < 1e12
    result = np.full(len(y), np.nan)
    result[solvable] = np.linalg.solve(crossed[solvable], moments[solvable][..., None])[
        :, column, 0
    ]
    return result

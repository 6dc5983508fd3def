"""Least squares with standard errors that allow for unequal variances."""

from __future__ import annotations

import numpy as np

from glutelab.groups.effect import Estimate

__all__ = ["classical_estimate", "estimate_coefficient", "robust_t", "slope"]


def estimate_coefficient(design: np.ndarray, y: np.ndarray, column: int) -> Estimate:
    """One coefficient of a linear model with its HC3 standard error.

    MacKinnon and White 1985, doi 10.1016/0304-4076(85)90158-7; recommended for small samples by
    Long and Ervin 2000, doi 10.1080/00031305.2000.10474549. The reference is t with
    n - k degrees of freedom (statsmodels takes the normal distribution unless told otherwise).

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
    orthogonal, triangular = np.linalg.qr(design)
    weights = np.linalg.solve(triangular, orthogonal.T)[column]
    residuals = y - orthogonal @ (orthogonal.T @ y)
    se = np.sqrt((residuals**2).sum() / (n - k) * (weights**2).sum())
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
    orthogonal, triangular = np.linalg.qr(design)
    leverage = (orthogonal**2).sum(axis=1)
    weights = np.linalg.solve(triangular, orthogonal.T)[column]
    residuals = y - orthogonal @ (orthogonal.T @ y)
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = (weights / (1 - leverage))[:, None] * residuals
    return weights @ y, np.sqrt((scaled**2).sum(axis=0))


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

"""Least squares with HC3 standard errors: one row per runner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glutelab.contrasts.least_squares import robust_se, solve
from glutelab.errors import DataError

__all__ = ["OlsFit", "bootstrap_ols", "fit_ols"]

_FULL = 1 - 1e-8  # leverage of a row that is fitted exactly


@dataclass(frozen=True, eq=False)
class OlsFit:
    """A linear model of runners.

    Attributes
    ----------
    design : ndarray, shape (n, k)
        The intercept first.
    y : ndarray, shape (n,)
    coefficients, se, classical_se : ndarray, shape (k,)
        HC3 standard errors, and those that equal variances give. NaN if a row is fitted exactly.
    df : float
        n - k.
    errors_left_out : ndarray, shape (n,)
        Of each runner, predicted from the others.
    """

    design: np.ndarray
    y: np.ndarray
    coefficients: np.ndarray
    se: np.ndarray
    classical_se: np.ndarray
    df: float
    errors_left_out: np.ndarray


def fit_ols(y: np.ndarray, predictors: np.ndarray) -> OlsFit:
    """Least squares; tests by t with n - k degrees of freedom.

    Parameters
    ----------
    y : ndarray, shape (n,)
    predictors : ndarray, shape (n, k - 1)
        Without the intercept, of full rank.

    Returns
    -------
    OlsFit

    Raises
    ------
    DataError
        If a column is given by the others.

    Examples
    --------
    >>> fit = fit_ols(np.array([4.1, 4.3, 4.2, 4.6, 4.4]), np.array([[8.0], [9], [10], [12], [13]]))
    >>> fit.coefficients.round(3).tolist(), fit.df
    ([3.558, 0.073], 3.0)
    """
    design = np.column_stack([np.ones(len(y)), predictors])
    n, k = design.shape
    solved = solve(design)
    size = np.abs(solved.triangular)
    if np.diag(size).min() <= 1e-10 * size.max():
        raise DataError("a column of the model is given by the others. Leave it out.")
    weights, residuals = solved.weights, solved.residuals(y)
    leverage = np.where(solved.leverage < _FULL, solved.leverage, np.nan)
    variance = (residuals**2).sum() / (n - k) if n > k else np.nan
    return OlsFit(
        design,
        y,
        weights @ y,
        robust_se(weights, residuals, leverage),
        np.sqrt(variance * (weights**2).sum(axis=1)),
        float(n - k),
        residuals / (1 - leverage),
    )


def bootstrap_ols(fit: OlsFit, *, n_boot: int, seed: int) -> np.ndarray:
    """Studentized deviations of resampled runners, each by its own HC3 standard error.

    Parameters
    ----------
    fit : OlsFit
    n_boot, seed : int

    Returns
    -------
    ndarray, shape (n_boot, k)
        NaN where a resample cannot be fitted.
    """
    n, k = fit.design.shape
    drawn = np.random.default_rng(seed).integers(0, n, (n_boot, n))
    result = np.full((n_boot, k), np.nan)
    size = np.abs(fit.design).max(axis=0)
    scaled = fit.design / size
    for start in range(0, n_boot, 500):
        part = drawn[start : start + 500]
        result[start : start + 500] = _resample(scaled[part], fit.y[part], fit.coefficients * size)
    return result


def _resample(design: np.ndarray, y: np.ndarray, center: np.ndarray) -> np.ndarray:
    crossed = np.einsum("mni,mnj->mij", design, design)
    good = np.linalg.cond(crossed) < 1e10
    result = np.full((len(y), design.shape[2]), np.nan)
    design, y, crossed = design[good], y[good], crossed[good]
    weights = np.linalg.solve(crossed, design.swapaxes(1, 2))
    found = np.einsum("mkn,mn->mk", weights, y)
    residuals = y - np.einsum("mnk,mk->mn", design, found)
    leverage = np.einsum("mnk,mkn->mn", design, weights)
    leverage = np.where(leverage < _FULL, leverage, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = robust_se(weights, residuals[:, None], leverage[:, None])
        result[good] = (found - center) / se
    return result

"""How much of the differences a model explains: R2 of least squares and of mixed models."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glutelab.models.economy.ols import OlsFit
from glutelab.models.mixed import MixedFit

__all__ = ["Explained", "share_of_variance"]


@dataclass(frozen=True)
class Explained:
    """Shares of variance, 0 to 1.

    Attributes
    ----------
    predictors : float
        By the predictors alone: R2 of least squares, marginal R2 of a mixed model.
    with_runners : float
        By predictors and runners, conditional R2; NaN for least squares.
    """

    predictors: float
    with_runners: float = np.nan


def share_of_variance(fit: OlsFit | MixedFit) -> Explained:
    """R2 of a fitted model.

    Of a mixed model the marginal and the conditional R2 of Nakagawa and Schielzeth (2013, doi
    10.1111/j.2041-210x.2012.00261.x), the variance of runners being averaged over rows where their
    slopes differ (Johnson 2014, doi 10.1111/2041-210X.12225).

    Parameters
    ----------
    fit : OlsFit or MixedFit

    Returns
    -------
    Explained

    Examples
    --------
    >>> from glutelab.models.economy.ols import fit_ols
    >>> x = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    >>> fit = fit_ols(2 * x + [0.1, -0.1, 0.0, 0.1, -0.1], x[:, None])
    >>> round(share_of_variance(fit).predictors, 3)
    0.999
    """
    if isinstance(fit, OlsFit):
        left = fit.y - fit.design @ fit.coefficients
        total = ((fit.y - fit.y.mean()) ** 2).sum()
        return Explained(float(1 - (left**2).sum() / total) if total > 0 else np.nan)
    rows = fit.rows
    fixed = float(np.var(rows.predictors @ fit.coefficients, ddof=1))
    varying = np.ones((len(rows.y), 1))
    if rows.slope is not None:
        varying = np.column_stack([varying, rows.predictors[:, rows.slope]])
    runners = float(np.einsum("ij,jk,ik->i", varying, fit.runner_covariance, varying).mean())
    total = fixed + runners + fit.residual_variance
    return Explained(fixed / total, (fixed + runners) / total)

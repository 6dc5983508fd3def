"""Degrees of freedom of a contrast of fixed effects after Satterthwaite."""

from __future__ import annotations

import numpy as np

from glutelab.models.mixed.reml import Profile, cholesky_chain

__all__ = ["degrees_of_freedom", "variance_sensitivity"]

_FLAT = 1e-8


def variance_sensitivity(
    at: Profile, theta: np.ndarray, free: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How the covariance of fixed effects hangs on the variances, and how sure these are.

    The parameters are those of lmerTest (Kuznetsova, Brockhoff and Christensen 2017,
    doi 10.18637/jss.v082.i13): the elements of the Cholesky factor of the relative covariance and
    the residual standard deviation; their covariance is twice the inverse Hessian of the REML
    deviance, without directions in which the deviance is flat. lmerTest differentiates numerically,
    here derivatives are exact.

    Parameters
    ----------
    at : Profile
        Of one sample, at the estimate.
    theta : ndarray, shape (v,)
    free : ndarray of int, shape (f,)
        Which elements of theta were estimated.

    Returns
    -------
    change : ndarray, shape (f + 1, k, k)
        Derivative of the covariance of the fixed effects.
    uncertainty : ndarray, shape (f + 1, f + 1)
        Covariance of the variance parameters.
    """
    variance = float(at.squares[0] / at.free[0])
    sigma, inverse = np.sqrt(variance), at.inverse[0]
    _, curvature, jacobian = cholesky_chain(theta, at.gradient[0], at.curvature[0])
    jacobian = jacobian[:, free]
    hessian = np.empty((len(free) + 1,) * 2)
    hessian[:-1, :-1] = curvature[np.ix_(free, free)]
    hessian[:-1, -1] = hessian[-1, :-1] = -2 * (at.squares_change[0] @ jacobian) / sigma**3
    hessian[-1, -1] = 4 * at.free[0] / variance
    by_d = -variance * inverse @ at.inverse_change[0] @ inverse
    change = np.concatenate([np.tensordot(jacobian.T, by_d, 1), 2 * sigma * inverse[None]])
    values, vectors = np.linalg.eigh(hessian)
    kept = values > _FLAT * values[-1]
    return change, 2 * (vectors[:, kept] / values[kept]) @ vectors[:, kept].T


def degrees_of_freedom(
    weights: np.ndarray, covariance: np.ndarray, change: np.ndarray, uncertainty: np.ndarray
) -> float:
    """``2 v^2 / var(v)`` of the variance v of a contrast.

    Parameters
    ----------
    weights : ndarray, shape (k,)
    covariance : ndarray, shape (k, k)
        Of the fixed effects.
    change, uncertainty : ndarray
        From `variance_sensitivity`.

    Returns
    -------
    float
    """
    variance = weights @ covariance @ weights
    gradient = np.einsum("i,vij,j->v", weights, change, weights)
    return float(2 * variance**2 / (gradient @ uncertainty @ gradient))

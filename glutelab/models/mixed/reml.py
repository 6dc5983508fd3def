"""The restricted likelihood of a mixed model, with its exact first and second derivatives.

Written in the relative covariance D of the random effects (in units of the residual variance), as
in Bates and others 2015, doi 10.18637/jss.v067.i01. With S = Z'Z and K = (I + S D)^-1 of a runner,
``X'V^-1 X = X'X - sum X'Z D K Z'X``, so that all rows enter through `Moments`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from glutelab.models.mixed.moments import Moments

__all__ = [
    "Profile",
    "cholesky_chain",
    "criterion",
    "profile",
    "random_part",
    "relative_covariance",
]


@dataclass(frozen=True, eq=False)
class Profile:
    """Pieces of the criterion at one D per sample; v counts the elements of D.

    Attributes
    ----------
    coefficients : ndarray, shape (m, k)
    inverse : ndarray, shape (m, k, k)
        ``(X'V^-1 X)^-1`` with V in units of the residual variance.
    inverse_change : ndarray, shape (m, v, k, k)
        Derivative of ``X'V^-1 X``.
    squares : ndarray, shape (m,)
        Weighted sum of squared residuals; over `free` it is the residual variance.
    squares_change : ndarray, shape (m, v)
    log_determinants : ndarray, shape (m,)
        Of V and of ``X'V^-1 X``.
    gradient : ndarray, shape (m, v)
    curvature : ndarray, shape (m, v, v)
        At a fixed residual variance, ``squares / free``.
    free : ndarray, shape (m,)
        Rows less fixed effects.
    """

    coefficients: np.ndarray
    inverse: np.ndarray
    inverse_change: np.ndarray
    squares: np.ndarray
    squares_change: np.ndarray
    log_determinants: np.ndarray
    gradient: np.ndarray
    curvature: np.ndarray
    free: np.ndarray

    @property
    def value(self) -> np.ndarray:
        """REML criterion, -2 log restricted likelihood, with the residual variance at its best."""
        return _deviance(self.log_determinants, self.squares, self.free)

    @property
    def profiled_curvature(self) -> np.ndarray:
        """Second derivative of `value`: the residual variance follows D."""
        change = self.squares_change / self.squares[:, None]
        return self.curvature - self.free[:, None, None] * change[:, :, None] * change[:, None, :]


def _deviance(log_determinants, squares, free) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return log_determinants + free * (1 + np.log(2 * np.pi * squares / free))


@cache
def _directions(q: int) -> np.ndarray:
    """Elements of a symmetric D that may change: (1,), or (11, 21 and 12, 22)."""
    if q == 1:
        return np.ones((1, 1, 1))
    return np.array([[[1.0, 0], [0, 0]], [[0, 1], [1, 0]], [[0, 0], [0, 1]]])


def random_part(patterns: np.ndarray, covariance: np.ndarray):
    """K, the weights D K and log|I + S D| of every pattern and every sample.

    Parameters
    ----------
    patterns : ndarray, shape (g, q, q)
    covariance : ndarray, shape (m, q, q)

    Returns
    -------
    k, weights, log_v : ndarray, shapes (m, g, q, q), (m, g, q, q), (m, g)
    """
    inside = np.eye(patterns.shape[-1]) + patterns @ covariance[..., None, :, :]
    k = np.linalg.inv(inside)
    return k, covariance[..., None, :, :] @ k, np.linalg.slogdet(inside)[1]


def criterion(moments: Moments, covariances: np.ndarray) -> np.ndarray:
    """REML criterion of m samples at each of j covariances.

    Parameters
    ----------
    moments : Moments
    covariances : ndarray, shape (j, q, q)

    Returns
    -------
    ndarray, shape (m, j)
    """
    _, weights, log_v = random_part(moments.patterns, covariances)
    m, p = moments.crossed.shape[:2]
    taken = weights.reshape(len(covariances), -1) @ moments.outer
    crossed = moments.crossed[:, None] - taken.reshape(m, -1, p, p)
    log_all, log_x = (np.linalg.slogdet(part)[1] for part in (crossed, crossed[..., :-1, :-1]))
    free = (moments.n_rows - (p - 1))[:, None]
    return _deviance(moments.counts @ log_v.T + log_x, np.exp(log_all - log_x), free)


def profile(moments: Moments, covariance: np.ndarray) -> Profile:
    """Criterion, estimates and derivatives at one D per sample.

    Parameters
    ----------
    moments : Moments
    covariance : ndarray, shape (m, q, q)
        Relative to the residual variance.

    Returns
    -------
    Profile
    """
    m, p = moments.crossed.shape[:2]
    directions = _directions(covariance.shape[-1])
    v = len(directions)
    k, weights, log_v = random_part(moments.patterns, covariance)
    w = k @ moments.patterns
    first, second = _weight_changes(k, w, directions)
    stacked = np.concatenate([weights[:, None], first, second.reshape(m, v * v, *k.shape[1:])], 1)
    taken = (stacked.reshape(m, 1 + v + v * v, -1) @ moments.outer).reshape(m, -1, p, p)
    crossed, change = moments.crossed - taken[:, 0], -taken[:, 1 : 1 + v]
    change2 = -taken[:, 1 + v :].reshape(m, v, v, p, p)

    inverse = np.linalg.inv(crossed[:, :-1, :-1])
    coefficients = (inverse @ crossed[:, :-1, -1:])[..., 0]
    u = np.concatenate([-coefficients, np.ones((m, 1))], 1)
    pulled = (change @ u[:, None, :, None])[..., 0]
    squares = (crossed[:, -1] * u).sum(-1)
    squares1 = (pulled * u[:, None]).sum(-1)
    squares2 = ((change2 @ u[:, None, None, :, None])[..., 0] * u[:, None, None]).sum(-1)
    across = pulled[..., :-1] @ inverse
    squares2 = squares2 - 2 * across @ pulled[..., :-1].swapaxes(-1, -2)

    turned = inverse[:, None] @ change[..., :-1, :-1]
    log_x1 = np.trace(turned, axis1=-2, axis2=-1)
    log_x2 = (change2[..., :-1, :-1] * inverse[:, None, None]).sum((-1, -2))
    log_x2 = log_x2 - np.einsum("maij,mbji->mab", turned, turned)
    bent = w[:, None] @ directions[:, None]
    log_v1 = np.einsum("mg,mvgaa->mv", moments.counts, bent)
    log_v2 = -np.einsum("mg,mvgab,mwgba->mvw", moments.counts, bent, bent)
    free = moments.n_rows - (p - 1)
    variance = (squares / free)[:, None]
    return Profile(
        coefficients=coefficients,
        inverse=inverse,
        inverse_change=change[..., :-1, :-1],
        squares=squares,
        squares_change=squares1,
        log_determinants=(moments.counts * log_v).sum(-1)
        + np.linalg.slogdet(crossed[:, :-1, :-1])[1],
        gradient=log_v1 + log_x1 + squares1 / variance,
        curvature=log_v2 + log_x2 + squares2 / variance[..., None],
        free=free,
    )


def _weight_changes(k, w, directions) -> tuple[np.ndarray, np.ndarray]:
    """First and second derivatives of the weights D K, shapes (m, v, g, q, q), (m, v, v, ...)."""
    k = k[:, None]
    turned = directions[:, None] @ k
    first = k.swapaxes(-1, -2) @ turned
    middle = turned.swapaxes(-1, -2)[:, :, None] @ w[:, None, None] @ turned[:, None]
    return first, -(middle + middle.swapaxes(-1, -2))


def relative_covariance(theta: np.ndarray) -> np.ndarray:
    """D from its Cholesky factor: (l11,), or (l11, l21, l22).

    Examples
    --------
    >>> relative_covariance(np.array([2.0, 1.0, 3.0])).tolist()
    [[4.0, 2.0], [2.0, 10.0]]
    """
    if len(theta) == 1:
        return theta[:, None] ** 2
    factor = np.array([[theta[0], 0.0], [theta[1], theta[2]]])
    return factor @ factor.T


def cholesky_chain(
    theta: np.ndarray, gradient: np.ndarray, curvature: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Derivatives by the Cholesky factor from those by D.

    Parameters
    ----------
    theta, gradient, curvature : ndarray, shapes (v,), (v,), (v, v)

    Returns
    -------
    gradient, curvature, jacobian : ndarray, shapes (v,), (v, v), (v, v)
        ``jacobian[i, j]`` is the change of element i of D with theta j.
    """
    if len(theta) == 1:
        jacobian, bent = 2 * theta[:, None], 2 * gradient[:, None]
    else:
        a, b, c = theta
        jacobian = np.array([[2 * a, 0, 0], [b, a, 0], [0, 2 * b, 2 * c]])
        d11, d21, d22 = gradient
        bent = np.array([[2 * d11, d21, 0], [d21, 2 * d22, 0], [0, 0, 2 * d22]])
    return jacobian.T @ gradient, jacobian.T @ curvature @ jacobian + bent, jacobian

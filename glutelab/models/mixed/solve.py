"""Where the restricted likelihood of a mixed model is largest."""

from __future__ import annotations

import numpy as np

from glutelab.models.mixed.moments import Moments
from glutelab.models.mixed.reml import (
    cholesky_chain,
    criterion,
    profile,
    relative_covariance,
)

__all__ = ["solve_intercept", "solve_slope"]

# Intraclass correlations to start from; between its neighbors the best one is refined.
_GRID = np.array([0, 0.01, 0.1, 0.2, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99, 0.999, 0.9999])
_GRID = np.append(_GRID, [1 - 1e-6, 1 - 1e-8, 1 - 1e-10])
_STEPS = 60
_FLAT = 1e-8  # of the largest curvature: a direction in which the likelihood does not change


def solve_intercept(moments: Moments) -> tuple[np.ndarray, np.ndarray]:
    """Variance between runners over residual variance, for many samples at once.

    Newton's method in the intraclass correlation, kept inside a bracket by bisection; the bracket
    surrounds the best of 16 starting values, so that a local maximum is not taken for the largest.

    Parameters
    ----------
    moments : Moments
        Of m samples.

    Returns
    -------
    ratio : ndarray, shape (m,)
    converged : ndarray of bool, shape (m,)
    """
    with np.errstate(invalid="ignore"):
        values = criterion(moments, (_GRID / (1 - _GRID))[:, None, None])
    best = np.argmin(np.where(np.isnan(values), np.inf, values), axis=1)
    x = _GRID[best]
    low, high = _GRID[np.maximum(best - 1, 0)], _GRID[np.minimum(best + 1, len(_GRID) - 1)]
    done = np.zeros(len(x), bool)
    for _ in range(_STEPS):
        slope, bend = _by_correlation(moments, x)
        low, high = np.where(slope < 0, x, low), np.where(slope > 0, x, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = x - slope / bend
        inside = (bend > 0) & (step >= low) & (step <= high)
        new = np.where(inside, step, (low + high) / 2)
        new = np.where((slope == 0) | ((x == 0) & (slope > 0)), x, new)
        new = np.where(done, x, new)
        # Where Newton's method takes a step of 1e-6, its error is of the order of the square.
        done |= np.abs(new - x) <= np.where(inside, 1e-6, 1e-11) * (1 - x)
        x = new
        if done.all():
            break
    return x / (1 - x), done & (x < _GRID[-1])


def _by_correlation(moments: Moments, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and second derivative by the intraclass correlation x; the ratio is x / (1 - x)."""
    at = profile(moments, (x / (1 - x))[:, None, None])
    first, second = at.gradient[:, 0], at.profiled_curvature[:, 0, 0]
    return first / (1 - x) ** 2, second / (1 - x) ** 4 + 2 * first / (1 - x) ** 3


def solve_slope(
    moments: Moments, *, correlated: bool, start: np.ndarray | None = None
) -> tuple[np.ndarray, bool]:
    """Cholesky factor of the relative covariance of intercept and slope.

    lme4 searches (l11, l21, l22) with l11, l22 >= 0. Their signs do not matter to the likelihood,
    so that here Newton's method, with exact derivatives and from three starting points, needs no
    bounds; a variance of 0 is an ordinary minimum. Converged means that a further step would move
    the factor by less than 1e-4 of its own standard error.

    Parameters
    ----------
    moments : Moments
        Of one sample.
    correlated : bool
        False holds l21 at 0.
    start : ndarray, shape (3,), optional
        Search from here only.

    Returns
    -------
    theta : ndarray, shape (3,)
    converged : bool
    """
    free = np.array([0, 1, 2] if correlated else [0, 2])
    if start is None:
        ratio = float(np.sqrt(_without_slope(moments)))
        starts = [[1.0, 0, 1], [ratio + 0.1, 0, 0.1], [ratio + 0.1, 0, 3]]
    else:
        starts = [np.maximum(start, [0.1, -np.inf, 0.1])]
    found = [_search(moments, np.asarray(theta, float), free) for theta in starts]
    theta = min(found, key=lambda theta: _value(moments, theta))
    theta = _at_the_edge(moments, theta, free)
    return theta, _distance(moments, theta, free) < 1e-8


def _without_slope(moments: Moments) -> float:
    """Roughly the best ratio if slopes do not differ."""
    ratios = _GRID[:-4] / (1 - _GRID[:-4])
    covariances = ratios[:, None, None] * np.array([[1.0, 0], [0, 0]])
    return float(ratios[np.argmin(criterion(moments, covariances)[0])])


def _value(moments: Moments, theta: np.ndarray) -> float:
    return float(criterion(moments, relative_covariance(theta)[None])[0, 0])


def _derivatives(moments: Moments, theta: np.ndarray, free: np.ndarray):
    at = profile(moments, relative_covariance(theta)[None])
    gradient, curvature, _ = cholesky_chain(theta, at.gradient[0], at.profiled_curvature[0])
    return float(at.value[0]), gradient[free], curvature[np.ix_(free, free)]


def _step(gradient: np.ndarray, curvature: np.ndarray) -> tuple[np.ndarray, float]:
    """Newton step, and its squared length in standard errors.

    Where the surface bends down, as in a saddle with a variance of 0, the step leads away from
    there, and the length is infinite.
    """
    values, vectors = np.linalg.eigh(curvature)
    largest = np.abs(values).max()
    along = gradient @ vectors
    down = values < -1e-6 * largest
    kept = down | (values > _FLAT * largest)
    size = -along[kept] / np.abs(values[kept])
    away = np.where(size < 0, -1, 1) * np.maximum(np.abs(size), 0.3)
    size = np.where(down[kept], away, size)
    distance = np.inf if down.any() else float((along[kept] ** 2 / values[kept]).sum())
    return vectors[:, kept] @ size, distance


def _search(moments: Moments, theta: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Newton's method with steps no longer than have proved good."""
    radius = 1.0
    value, gradient, curvature = _derivatives(moments, theta, free)
    for _ in range(100):
        step, distance = _step(gradient, curvature)
        length = float(np.linalg.norm(step))
        if distance < 1e-18 or radius < 1e-9:
            break
        shorter = min(1.0, radius / length)
        trial = theta.copy()
        trial[free] += shorter * step
        new = _derivatives(moments, trial, free)
        if new[0] <= value + 1e-12 * abs(value):
            theta, (value, gradient, curvature) = trial, new
            radius = max(radius, 2 * shorter * length)
        else:
            radius = shorter * length / 4
    return _upright(theta)


def _upright(theta: np.ndarray) -> np.ndarray:
    """The same covariance with l11 and l22 not negative."""
    theta = theta.copy()
    theta[:2] *= -1.0 if theta[0] < 0 else 1.0
    theta[2] = abs(theta[2])
    return theta


def _at_the_edge(moments: Moments, theta: np.ndarray, free: np.ndarray) -> np.ndarray:
    """The factor with a vanishing element set to 0, if the likelihood is as large there."""
    for j in (0, 2):
        if 0 < theta[j] < 0.02:
            edge = theta.copy()
            edge[j] = 0.0
            edge = _search(moments, edge, free)
            if _value(moments, edge) <= _value(moments, theta) + 1e-9:
                theta = edge
    return theta


def _distance(moments: Moments, theta: np.ndarray, free: np.ndarray) -> float:
    """Squared distance to the maximum in standard errors of the factor; inf at a saddle."""
    _, gradient, curvature = _derivatives(moments, theta, free)
    return _step(gradient, curvature)[1]

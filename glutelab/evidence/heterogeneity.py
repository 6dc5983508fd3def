"""How much studies differ beyond their own errors: tau², Q and I², with intervals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import chdtrc, chdtri

__all__ = ["find_q", "i2_share", "reml_tau2", "tau2_interval", "weighted_mean"]

_STEPS = 200  # places at which the likelihood is looked at before it is followed upward


def weighted_mean(y: np.ndarray, v: np.ndarray, tau2: float = 0.0) -> float:
    """Mean with inverse-variance weights.

    Parameters
    ----------
    y, v : ndarray, shape (k,)
        Effects and their sampling variances.
    tau2 : float
        Variance between studies.
    """
    w = 1 / (v + tau2)
    return float(w @ y / w.sum())


def find_q(y: np.ndarray, v: np.ndarray, tau2: float = 0.0) -> float:
    """Weighted squares around the weighted mean; Cochran's Q if `tau2` is 0."""
    w = 1 / (v + tau2)
    return float(w @ (y - w @ y / w.sum()) ** 2)


def q_test(q: float, k: int) -> float:
    """P of Q under no variance between studies: chi-square with k - 1 degrees of freedom."""
    return float(chdtrc(k - 1, q))


def reml_tau2(y: np.ndarray, v: np.ndarray) -> float:
    """Variance between studies by restricted maximum likelihood, never below 0.

    The likelihood may have more than one peak: it is looked at on a grid that depends on the data
    only (so that units do not matter), and followed to the top from the best place.

    Parameters
    ----------
    y, v : ndarray, shape (k,)
        Effects and their sampling variances; k of 2 or more.

    Returns
    -------
    float

    References
    ----------
    Viechtbauer 2005, doi 10.3102/10769986030003261.

    Examples
    --------
    >>> round(reml_tau2(np.array([0.1, 0.5, 0.9]), np.full(3, 0.04)), 4)
    0.12
    """
    largest = max(np.ptp(y) ** 2, np.finfo(float).tiny)
    smallest = min(v.min(), largest) * 1e-6
    grid = np.append(0.0, np.geomspace(smallest, 4 * largest, _STEPS))
    best = int(np.argmax(_log_likelihood(y, v, grid)))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, _STEPS)]
    if _slope(y, v, low) <= 0:  # it falls from 0 on
        return float(low)
    if _slope(y, v, high) >= 0:
        return float(high)
    from scipy.optimize import brentq  # only those who pool wait for it

    return float(brentq(lambda tau2: _slope(y, v, tau2), low, high, xtol=1e-12 * high, rtol=1e-13))


def _log_likelihood(y: np.ndarray, v: np.ndarray, tau2: np.ndarray) -> np.ndarray:
    """Restricted log-likelihood at many places, but for a constant."""
    w = 1 / (v + tau2[:, None])
    total = w.sum(axis=1)
    left = y - (w @ y / total)[:, None]
    return 0.5 * (np.log(w).sum(axis=1) - np.log(total) - (w * left**2).sum(axis=1))


def _slope(y: np.ndarray, v: np.ndarray, tau2: float) -> float:
    """Twice the first derivative of the restricted log-likelihood."""
    w = 1 / (v + tau2)
    total = w.sum()
    return float((w**2) @ (y - w @ y / total) ** 2 - total + (w**2).sum() / total)


def tau2_interval(y: np.ndarray, v: np.ndarray, confidence: float) -> tuple[float, float]:
    """Q-profile interval of the variance between studies.

    All values under which Q is no more surprising than the level allows; both limits are 0 if
    studies differ so little that every value is.

    Parameters
    ----------
    y, v : ndarray, shape (k,)
    confidence : float

    Returns
    -------
    low, high : float

    References
    ----------
    Viechtbauer 2007, doi 10.1002/sim.2514.
    """
    tail = (1 - confidence) / 2
    # Q falls with tau²: its high quantile belongs to the lower limit.
    limits = [chdtri(len(y) - 1, p) for p in (tail, 1 - tail)]
    low, high = (_where(lambda tau2: find_q(y, v, tau2), float(limit)) for limit in limits)
    return low, high


def _where(q: Callable[[float], float], limit: float) -> float:
    """Where a falling function comes down to a limit; 0 if it begins below it."""
    if q(0.0) <= limit:
        return 0.0
    low, high = 0.0, 1e-12
    while q(high) > limit:
        low, high = high, 4 * high
    from scipy.optimize import brentq  # see above

    return float(brentq(lambda tau2: q(tau2) - limit, low, high, xtol=1e-12 * high, rtol=1e-13))


def i2_share(tau2: float, v: np.ndarray) -> float:
    """I², percent: how much of the variance of effects lies between studies, not within them.

    Of tau² and the typical sampling variance (Higgins and Thompson 2002, doi 10.1002/sim.1186), as
    in metafor; with REML it is not (Q - df) / Q.

    Examples
    --------
    >>> i2_share(0.04, np.full(5, 0.04))
    50.0
    """
    w = 1 / v
    typical = (len(v) - 1) * w.sum() / (w.sum() ** 2 - (w**2).sum())
    return float(100 * tau2 / (tau2 + typical))

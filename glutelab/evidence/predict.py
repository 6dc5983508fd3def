"""Where the true effect of a further study lies, with tau² not taken for known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import chdtri, stdtr

__all__ = ["FEWEST_TO_PREDICT", "predict"]

FEWEST_TO_PREDICT = 3
_TAU2, _GRID, _NORMAL = 120, 500, 16  # places at which the integrals are taken


def predict(y: np.ndarray, v: np.ndarray, confidence: float = 0.95) -> tuple[float, float]:
    """Prediction interval by the confidence distribution of tau².

    The usual interval puts one estimate of tau² into its formula, which is 0 too often, and is then
    too narrow. Here every tau² counts as much as Cochran's generalized Q lets it, and for each of
    them the mean with the t of Hartung and Knapp, and the normal spread of studies. It is the
    method of Nagashima, Noma and Furukawa, with the Q-profile's distribution of tau² in place of
    that of Cochran's Q; integrals are sums over fixed places, so that there is no seed.

    Parameters
    ----------
    y, v : ndarray, shape (k,)
        Effects and sampling variances.
    confidence : float

    Returns
    -------
    low, high : float
        NaN below three studies.

    References
    ----------
    Nagashima, Noma and Furukawa 2019, doi 10.1177/0962280218773520.

    Examples
    --------
    >>> low, high = predict(np.array([0.1, 0.3, 0.5, 0.2, 0.4]), np.full(5, 0.03))
    >>> low < 0.1 < 0.5 < high
    True
    """
    k = len(y)
    if k < FEWEST_TO_PREDICT:
        return np.nan, np.nan
    tau2 = _spread_of_tau2(y, v)
    w = 1 / (v + tau2[:, None])
    total = w.sum(axis=1)
    mean = w @ y / total
    se = np.sqrt((w * (y - mean[:, None]) ** 2).sum(axis=1) / ((k - 1) * total))
    if not se.min() > 0:  # all studies found the very same
        return np.nan, np.nan
    z, weight = np.polynomial.hermite_e.hermegauss(_NORMAL)
    weight = weight / weight.sum()
    middle = mean[:, None] + np.sqrt(tau2)[:, None] * z

    def below(x: float) -> float:
        return float((stdtr(k - 1, (x - middle) / se[:, None]) @ weight).mean())

    center, step = float(np.median(mean)), float(np.ptp(y) + np.sqrt(v.max()))
    low = _where(below, (1 - confidence) / 2, center, -step)
    return low, _where(below, (1 + confidence) / 2, center, step)


def _where(below: Callable[[float], float], share: float, start: float, step: float) -> float:
    """The value below which a share of a distribution lies, sought from its middle outward."""
    near, far = start, start + step
    while (below(far) < share) == (step > 0):
        near, step = far, 2 * step
        far = start + step
    from scipy.optimize import brentq  # only those who pool wait for it

    return float(brentq(lambda x: below(x) - share, near, far, xtol=1e-6 * abs(step)))


def _spread_of_tau2(y: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Equally likely values of tau²: those under which Q is each quantile of its distribution."""
    top = max(np.ptp(y) ** 2, v.max())
    grid = np.append(0.0, np.geomspace(1e-4 * v.min(), 1e4 * top, _GRID))
    w = 1 / (v + grid[:, None])
    mean = w @ y / w.sum(axis=1)
    q = (w * (y - mean[:, None]) ** 2).sum(axis=1)
    tails = (np.arange(_TAU2) + 0.5) / _TAU2
    # Q falls along the grid; beyond its beginning tau² is 0.
    return np.interp(-chdtri(len(y) - 1, tails), -q, grid)

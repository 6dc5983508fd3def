"""Least squares of many resamples at once, and the intervals they give.

Slopes need only sums of products, and sums over a sample of runners are weighted sums over all
runners: 5,000 resamples are one matrix product and 5,000 small systems.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtrit

from glutelab.contrasts.resample import bca_places, draw_counts

__all__ = ["PATHS", "Pathway", "pathway", "resample", "runner_sums", "solve_paths"]

BLOCK = 2_000_000  # numbers held at a time
PATHS = ("total", "direct", "indirect", "posture_to_mediator", "mediator_to_outcome")


@dataclass(frozen=True)
class Pathway:
    """One coefficient with its bootstrap intervals.

    Attributes
    ----------
    estimate : float
        Unit of what is predicted per unit of the predictor.
    interval : tuple of float
        Low and high, the one to read: the percentile interval, widened for few runners. NaN where
        resamples do not give one.
    percentile, bca : tuple of float
        The plain percentile interval and the bias-corrected and accelerated one, for comparison
        with other software; both hold the truth less often than they say.
    """

    estimate: float
    interval: tuple[float, float]
    percentile: tuple[float, float]
    bca: tuple[float, float]


def runner_sums(x, m, y, c, who, n_runners: int) -> tuple[np.ndarray, float]:
    """Cross products of each runner's rows, and the factor that turns slopes back into units.

    Intercept, covariates and posture become orthonormal columns (posture last), so that products
    are as good as the data: shape (n_runners, p, p) with p = columns + mediator + outcome.
    """
    base = np.column_stack([np.ones(len(x)), c - c.mean(axis=0), x - x.mean()])
    orthogonal, triangular = np.linalg.qr(base)
    columns = np.column_stack([orthogonal, m - m.mean(), y - y.mean()])
    products = columns[:, :, None] * columns[:, None, :]
    sums = np.zeros((n_runners, *products.shape[1:]))
    np.add.at(sums, who, products)
    return sums, triangular[-1, -1]


def solve_paths(crossed: np.ndarray, scale: float) -> np.ndarray:
    """The five coefficients of many samples, from their cross products.

    Parameters
    ----------
    crossed : ndarray, shape (samples, p, p)

    Returns
    -------
    ndarray, shape (samples, 5)
        In the order of ``PATHS``; NaN where a sample has no unique answer.
    """
    k = crossed.shape[1] - 2
    design, targets = crossed[:, :k, :k], crossed[:, :k, k:]
    result = np.full((len(crossed), 5), np.nan)
    good = np.linalg.det(design) > 1e-10
    slopes = np.linalg.solve(design[good], targets[good])
    left = crossed[good, k, k:] - np.einsum("ski,sk->si", targets[good], slopes[:, :, 0])
    total, to_mediator = slopes[:, -1, 1] / scale, slopes[:, -1, 0] / scale
    with np.errstate(divide="ignore", invalid="ignore"):
        to_outcome = np.where(left[:, 0] > 1e-12 * crossed[good, k, k], left[:, 1] / left[:, 0],
                              np.nan)  # fmt: skip
    indirect = to_mediator * to_outcome
    result[good] = np.column_stack([total, total - indirect, indirect, to_mediator, to_outcome])
    return result


def resample(sums: np.ndarray, scale: float, n_boot: int, seed: int) -> np.ndarray:
    """Coefficients of samples of whole runners, shape (n_boot, 5)."""
    n, p = sums.shape[:2]
    flat = sums.reshape(n, p * p)
    rng = np.random.default_rng(seed)
    rows = max(1, BLOCK // max(n, p * p))
    values = []
    for start in range(0, n_boot, rows):
        m = min(rows, n_boot - start)
        counts = draw_counts(rng, m, n).astype(float)
        values.append(solve_paths((counts @ flat).reshape(m, p, p), scale))
    return np.concatenate(values)


def pathway(
    observed: float, values: np.ndarray, without: np.ndarray, confidence: float, df: float
) -> Pathway:
    """Estimate and intervals of one coefficient; `df` counts runners the model leaves."""
    none = (np.nan, np.nan)
    kept = np.sort(values[np.isfinite(values)])
    if len(kept) < 0.9 * len(values):
        return Pathway(float(observed), none, none, none)
    tails = np.array([(1 - confidence) / 2, (1 + confidence) / 2])
    wide = ndtr(stdtrit(df, tails) * np.sqrt(len(without) / (len(without) - 1)))
    percentile, interval = _quantiles(kept, tails), _quantiles(kept, wide)
    if not np.isfinite(without).all():
        return Pathway(float(observed), interval, percentile, none)
    influence = without.mean() - without
    size = (influence**2).sum() ** 1.5
    acceleration = (influence**3).sum() / (6 * size) if size > 0 else 0.0
    places = bca_places(kept, observed, acceleration, confidence)
    return Pathway(float(observed), interval, percentile, _quantiles(kept, places))


def _quantiles(ordered: np.ndarray, places: np.ndarray) -> tuple[float, float]:
    """Linear quantiles of values in order."""
    low, high = np.interp(places * (len(ordered) - 1), np.arange(len(ordered)), ordered)
    return float(low), float(high)

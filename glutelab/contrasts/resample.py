"""What bootstraps of whole runners have in common."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

__all__ = ["bca_places", "draw_counts"]


def draw_counts(rng: np.random.Generator, samples: int, n: int) -> np.ndarray:
    """How often each of n runners is drawn in each sample of n, shape (samples, n)."""
    drawn = rng.integers(0, n, (samples, n)) + n * np.arange(samples)[:, None]
    return np.bincount(drawn.ravel(), minlength=samples * n).reshape(samples, n)


def bca_places(
    ordered: np.ndarray, observed: float, acceleration: float, confidence: float
) -> np.ndarray:
    """Which quantiles of resampled values are the bias-corrected and accelerated interval.

    Efron 1987, doi 10.1080/01621459.1987.10478410.

    Parameters
    ----------
    ordered : ndarray, shape (n_boot,)
        Values of the resamples, sorted, none missing.
    observed : float
    acceleration : float
        Of the jackknife.
    confidence : float

    Returns
    -------
    ndarray, shape (2,)
    """
    below = (np.searchsorted(ordered, observed) + np.searchsorted(ordered, observed, "right")) / 2
    edge = 0.5 / len(ordered)
    bias = ndtri(np.clip(below / len(ordered), edge, 1 - edge))
    shifted = bias + ndtri(np.array([(1 - confidence) / 2, (1 + confidence) / 2]))
    return ndtr(bias + shifted / (1 - acceleration * shifted))

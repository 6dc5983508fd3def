"""Bootstrap intervals and permutation tests; the same seed gives the same number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, combinations
from math import comb

import numpy as np
from scipy.special import ndtr, ndtri

from glutelab.groups.linear import robust_t

__all__ = ["MAX_EXACT", "bca_interval", "permute_groups", "permute_model", "permute_signs"]

MAX_EXACT = 200_000  # up to as many relabelings all are tried
BLOCK = 2_000_000  # numbers held at a time
_TIE = 1 - 1e-9  # relabelings that differ by rounding only count as ties


def bca_interval(
    statistic: Callable[..., np.ndarray],
    samples: Sequence[np.ndarray],
    *,
    n_boot: int,
    seed: int,
    level: float,
) -> tuple[float, float]:
    """Bias-corrected and accelerated bootstrap interval; runners are drawn within each group.

    Efron 1987, doi 10.1080/01621459.1987.10478410; the acceleration over several samples is that
    of Efron and Tibshirani 1993, as in ``scipy.stats.bootstrap``, which importing would take
    longer than computing.

    Parameters
    ----------
    statistic : callable
        Takes one array of shape (m, n_j, ...) per sample and returns shape (m,).
    samples : sequence of ndarray, shape (n_j, ...)
        One per group; the first axis counts runners.
    n_boot, seed : int
    level : float

    Returns
    -------
    low, high : float
        NaN if a tenth of the resamples, or a sample without one of its runners, has no value.
    """
    observed = float(statistic(*(sample[None] for sample in samples))[0])
    rng = np.random.default_rng(seed)
    size = max(sum(sample.size for sample in samples), 1)
    values = np.concatenate(
        [
            statistic(*(s[rng.integers(0, len(s), (m, len(s)))] for s in samples))
            for m in _blocks(n_boot, size)
        ]
    )
    values = np.sort(values[np.isfinite(values)])
    acceleration = _acceleration(statistic, samples)
    if len(values) < 0.9 * n_boot or not np.isfinite(acceleration):
        return np.nan, np.nan
    below = (np.searchsorted(values, observed) + np.searchsorted(values, observed, "right")) / 2
    bias = ndtri(np.clip(below / len(values), 1 / (2 * n_boot), 1 - 1 / (2 * n_boot)))
    tail = (1 - level) / 2
    shifted = bias + ndtri(np.array([tail, 1 - tail]))
    places = ndtr(bias + shifted / (1 - acceleration * shifted))
    low, high = np.quantile(values, places)
    return float(low), float(high)


def _acceleration(statistic, samples) -> float:
    """Skewness of the jackknife over all samples, one runner left out at a time."""
    cubes = squares = 0.0
    for j, sample in enumerate(samples):
        n = len(sample)
        if n < 3:
            return np.nan
        left = np.array([np.delete(np.arange(n), i) for i in range(n)])
        others = [np.broadcast_to(s, (n, *s.shape)) for s in samples]
        others[j] = sample[left]
        values = statistic(*others)
        influence = (n - 1) * (values.mean() - values)
        cubes += (influence**3).sum() / n**3
        squares += (influence**2).sum() / n**2
    return cubes / (6 * squares**1.5) if squares > 0 else np.nan


def permute_groups(
    first: np.ndarray, second: np.ndarray, *, n_permutations: int, seed: int
) -> tuple[float, int]:
    """P of the Welch t over relabelings of who belongs to which group.

    The statistic is divided by its own standard error, so that the test stays valid for large
    groups when variances differ (Janssen 1997, doi 10.1016/S0167-7152(97)00043-6); tests on the
    plain difference of means do not.

    Parameters
    ----------
    first, second : ndarray, shape (n1,), (n2,)

    Returns
    -------
    p : float
        Two-sided.
    relabelings : int
        All of them, up to 200,000; else as many random ones as asked for, the observed one
        counted in.
    """
    y = np.concatenate([first, second])
    y = y - y.mean()
    n1, n = len(first), len(y)
    observed = abs(_welch_t(y[None, :n1], y)[0])
    total = comb(n, n1)
    if total <= MAX_EXACT:
        flat = np.fromiter(chain.from_iterable(combinations(range(n), n1)), np.intp, total * n1)
        chosen = flat.reshape(total, n1)
        hits = sum(
            int((np.abs(_welch_t(y[block], y)) >= observed * _TIE).sum())
            for block in np.array_split(chosen, max(1, total * n1 // BLOCK))
        )
        return hits / total, total
    rng = np.random.default_rng(seed)
    hits = 0
    for m in _blocks(n_permutations, n):
        shuffled = rng.permuted(np.broadcast_to(y, (m, n)), axis=1)
        hits += int((np.abs(_welch_t(shuffled[:, :n1], y)) >= observed * _TIE).sum())
    return (hits + 1) / (n_permutations + 1), n_permutations + 1


def _welch_t(first: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Welch t of each row against what is left of y, which has mean 0."""
    n1, n2 = first.shape[1], len(y) - first.shape[1]
    sums, squares = first.sum(axis=1), (first**2).sum(axis=1)
    mean1, mean2 = sums / n1, -sums / n2
    variance1 = (squares - n1 * mean1**2) / (n1 - 1)
    variance2 = ((y**2).sum() - squares - n2 * mean2**2) / (n2 - 1)
    error = np.sqrt(np.maximum(variance1, 0) / n1 + np.maximum(variance2, 0) / n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (mean1 - mean2) / error
    return np.where(np.isnan(t), 0.0, t)


def permute_signs(
    changes: np.ndarray, *, n_permutations: int, seed: int, design: np.ndarray | None = None
) -> tuple[float, int]:
    """P of a mean change over flips of the sign of each runner's change.

    Parameters
    ----------
    changes : ndarray, shape (n,)
    design : ndarray, shape (n, k), optional
        Changes of covariates; the test is that of the intercept, by Freedman and Lane.

    Returns
    -------
    p, relabelings : float, int
        As `permute_groups` gives them.
    """
    n = len(changes)
    if 2**n <= MAX_EXACT:
        signs = 1.0 - 2.0 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
        blocks, exact = np.array_split(signs, max(1, signs.size // BLOCK)), True
    else:
        rng = np.random.default_rng(seed)
        blocks = (rng.choice([-1.0, 1.0], (m, n)) for m in _blocks(n_permutations, n))
        exact = False
    if design is None:
        observed = abs(changes.sum())
        hits = sum(int((np.abs(s @ changes) >= observed * _TIE).sum()) for s in blocks)
    else:
        full = np.column_stack([np.ones(n), design])
        fitted = design @ np.linalg.lstsq(design, changes, rcond=None)[0]
        observed = abs(robust_t(full, changes[:, None], 0)[0])
        hits = 0
        for signs in blocks:
            y = fitted[:, None] + signs.T * (changes - fitted)[:, None]
            hits += int((np.abs(robust_t(full, y, 0)) >= observed * _TIE).sum())
    if exact:
        return hits / 2**n, 2**n
    return (hits + 1) / (n_permutations + 1), n_permutations + 1


def permute_model(
    design: np.ndarray, y: np.ndarray, column: int, *, n_permutations: int, seed: int
) -> tuple[float, int]:
    """P of one coefficient: residuals of the model without it are permuted.

    Freedman and Lane 1983, doi 10.1080/07350015.1983.10509354, with the HC3 t as the statistic.

    Parameters
    ----------
    design : ndarray, shape (n, k)
    y : ndarray, shape (n,)
    column : int

    Returns
    -------
    p, relabelings : float, int
    """
    reduced = np.delete(design, column, axis=1)
    fitted = reduced @ np.linalg.lstsq(reduced, y, rcond=None)[0]
    residuals = y - fitted
    observed = abs(robust_t(design, y[:, None], column)[0])
    rng, hits = np.random.default_rng(seed), 0
    for m in _blocks(n_permutations, len(y)):
        shuffled = rng.permuted(np.broadcast_to(residuals, (m, len(y))), axis=1)
        t = robust_t(design, fitted[:, None] + shuffled.T, column)
        hits += int((np.abs(t) >= observed * _TIE).sum())
    return (hits + 1) / (n_permutations + 1), n_permutations + 1


def _blocks(count: int, size: int) -> list[int]:
    """How many rows to make at a time, so that memory stays bounded."""
    rows = max(1, BLOCK // size)
    return [min(rows, count - start) for start in range(0, count, rows)]

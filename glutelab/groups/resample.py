"""Bootstrap intervals and permutation tests; the same seed gives the same number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, combinations, permutations
from math import comb, factorial
from typing import NamedTuple

import numpy as np

from glutelab.contrasts.choices import MAX_EXACT
from glutelab.contrasts.least_squares import robust_t
from glutelab.contrasts.resample import bca_places

__all__ = ["Permuted", "bca_interval", "permute_groups", "permute_model", "permute_signs"]

BLOCK = 2_000_000  # numbers held at a time
_TIE = 1 - 1e-9  # relabelings that differ by rounding only count as ties


class Permuted(NamedTuple):
    """What relabelings say.

    Attributes
    ----------
    p : float
        Two-sided.
    relabelings : int
        All of them, up to 200,000; else as many random ones as asked for, the observed one
        counted in.
    least : float
        The smallest p that any result of these runners could have had.
    """

    p: float
    relabelings: int
    least: float


def bca_interval(
    statistic: Callable[..., np.ndarray],
    samples: Sequence[np.ndarray],
    *,
    n_boot: int,
    seed: int,
    confidence: float,
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
    confidence : float

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
    low, high = np.quantile(values, bca_places(values, observed, acceleration, confidence))
    return float(low), float(high)


def _acceleration(statistic, samples) -> float:
    """Skewness of the jackknife over all samples, one runner left out at a time."""
    cubes = squares = 0.0
    for j, sample in enumerate(samples):
        n = len(sample)
        if n < 3:
            return np.nan
        size = sum(s.size for s in samples)
        values = np.concatenate(list(_jackknife(statistic, samples, j, size)))
        influence = (n - 1) * (values.mean() - values)
        cubes += (influence**3).sum() / n**3
        squares += (influence**2).sum() / n**2
    return cubes / (6 * squares**1.5) if squares > 0 else np.nan


def _jackknife(statistic, samples, j: int, size: int):
    """The statistic without each runner of sample `j` in turn, in blocks that bound memory."""
    n, first = len(samples[j]), 0
    for m in _blocks(n, size):
        out = np.arange(first, first + m)[:, None]
        left = np.arange(n - 1) + (np.arange(n - 1) >= out)
        parts = [np.broadcast_to(s, (m, *s.shape)) for s in samples]
        parts[j] = samples[j][left]
        yield statistic(*parts)
        first += m


def permute_groups(
    first: np.ndarray, second: np.ndarray, *, n_permutations: int, seed: int
) -> Permuted:
    """P of the Welch t over relabelings of who belongs to which group.

    The statistic is divided by its own standard error, so that the test stays valid for large
    groups when variances differ (Janssen 1997, doi 10.1016/S0167-7152(97)00043-6); tests on the
    plain difference of means do not. Which group is named first, and in which order runners come,
    changes nothing.

    Parameters
    ----------
    first, second : ndarray, shape (n1,), (n2,)

    Returns
    -------
    Permuted
    """
    small = first if len(first) <= len(second) else second
    y = np.concatenate([first, second])
    small, y = small - y.mean(), np.sort(y - y.mean())
    few, n = len(small), len(y)
    observed = np.abs(_welch_t(small[None], y))
    total = comb(n, few)
    if total <= MAX_EXACT:
        flat = np.fromiter(chain.from_iterable(combinations(range(n), few)), np.intp, total * few)
        blocks = np.array_split(flat.reshape(total, few), max(1, total * few // BLOCK))
        return _count(observed, (np.abs(_welch_t(y[block], y)) for block in blocks), exact=True)
    rng = np.random.default_rng(seed)
    drawn = (
        rng.permuted(np.broadcast_to(y, (m, n)), axis=1)[:, :few]
        for m in _blocks(n_permutations, n)
    )
    return _count(observed, (np.abs(_welch_t(part, y)) for part in drawn), exact=False)


def _count(observed: np.ndarray, blocks: Iterable[np.ndarray], *, exact: bool) -> Permuted:
    """How many relabelings reach the observed statistic, which counts in if they are random."""
    size = np.concatenate([*blocks, *([] if exact else [observed])])
    size = np.sort(np.where(np.isnan(size), 0.0, size))
    reached, most = (
        size.size - np.searchsorted(size, value * _TIE) for value in (observed[0], size[-1])
    )
    least = most if exact else 1
    return Permuted(float(reached / size.size), size.size, float(least / size.size))


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
) -> Permuted:
    """P of a mean change over flips of the sign of each runner's change.

    Parameters
    ----------
    changes : ndarray, shape (n,)
    design : ndarray, shape (n, k), optional
        Changes of covariates; the test is that of the intercept, by Freedman and Lane.

    Returns
    -------
    Permuted
    """
    n = len(changes)
    exact = 2**n <= MAX_EXACT
    if exact:
        signs = 1.0 - 2.0 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
        blocks = np.array_split(signs, max(1, signs.size // BLOCK))
    else:
        rng = np.random.default_rng(seed)
        blocks = (rng.choice([-1.0, 1.0], (m, n)) for m in _blocks(n_permutations, n))
    if design is None:
        observed = np.abs(changes.sum(keepdims=True))
        return _count(observed, (np.abs(s @ changes) for s in blocks), exact=exact)
    full = np.column_stack([np.ones(n), design])
    fitted = design @ np.linalg.lstsq(design, changes, rcond=None)[0]
    observed = np.abs(robust_t(full, changes[:, None], 0))
    flipped = (fitted[:, None] + s.T * (changes - fitted)[:, None] for s in blocks)
    return _count(observed, (np.abs(robust_t(full, y, 0)) for y in flipped), exact=exact)


def permute_model(
    design: np.ndarray, y: np.ndarray, column: int, *, n_permutations: int, seed: int
) -> Permuted:
    """P of one coefficient: residuals of the model without it are permuted.

    Freedman and Lane 1983, doi 10.1080/07350015.1983.10509354, with the HC3 t as the statistic.
    Without covariates this relabels the runners.

    Parameters
    ----------
    design : ndarray, shape (n, k)
    y : ndarray, shape (n,)
    column : int

    Returns
    -------
    Permuted
    """
    reduced = np.delete(design, column, axis=1)
    fitted = reduced @ np.linalg.lstsq(reduced, y, rcond=None)[0]
    residuals, n = y - fitted, len(y)
    observed = np.abs(robust_t(design, y[:, None], column))
    exact = factorial(n) <= MAX_EXACT
    if exact:
        orders = np.array(list(permutations(range(n))))
        blocks = (residuals[orders[k : k + 10_000]] for k in range(0, len(orders), 10_000))
    else:
        rng = np.random.default_rng(seed)
        blocks = (
            rng.permuted(np.broadcast_to(residuals, (m, n)), axis=1)
            for m in _blocks(n_permutations, n)
        )
    values = (np.abs(robust_t(design, fitted[:, None] + part.T, column)) for part in blocks)
    return _count(observed, values, exact=exact)


def _blocks(count: int, size: int) -> list[int]:
    """How many rows to make at a time, so that memory stays bounded."""
    rows = max(1, BLOCK // size)
    return [min(rows, count - start) for start in range(0, count, rows)]

"""What a mixed model needs to know of its rows: small matrices, summed over runners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Moments", "Parts", "gather", "split"]


@dataclass(frozen=True, eq=False)
class Parts:
    """The contribution of each runner, in orthonormal predictors and a scaled outcome.

    With orthonormal columns nothing is lost to rounding when squares of m/s and kg meet.

    Attributes
    ----------
    triangular : ndarray, shape (k, k)
        ``predictors = orthonormal @ triangular``.
    offset : ndarray, shape (k,)
        Least-squares coefficients; the outcome of the model is what they leave, over `scale`.
    scale : float
        In the unit of the outcome.
    random_scale : ndarray, shape (q, q)
        Takes scaled random effects back to the unit of the data.
    n_rows, patterns, pattern : ndarray, shapes (n,), (g, q, q), (n,)
        Rows of each runner; distinct ``Z'Z``; which one each runner has.
    crossed : ndarray, shape (n, p, p)
        ``C'C`` with C the k predictors and the outcome, p = k + 1.
    outer : ndarray, shape (n, q * q, p * p)
        Products of the rows of ``Z'C``.
    """

    triangular: np.ndarray
    offset: np.ndarray
    scale: float
    random_scale: np.ndarray
    n_rows: np.ndarray
    patterns: np.ndarray
    pattern: np.ndarray
    crossed: np.ndarray
    outer: np.ndarray

    @property
    def k(self) -> int:
        """Number of fixed effects, the intercept included."""
        return len(self.triangular)

    @property
    def q(self) -> int:
        """Number of random effects: 1 (intercept) or 2 (and slope)."""
        return self.patterns.shape[-1]


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums over runners, for m samples at once (the sample itself, resamples, one left out).

    Attributes
    ----------
    n_rows : ndarray, shape (m,)
    counts : ndarray, shape (m, g)
        How many runners have each pattern.
    patterns : ndarray, shape (g, q, q)
    crossed : ndarray, shape (m, p, p)
    outer : ndarray, shape (m, g * q * q, p * p)
    """

    n_rows: np.ndarray
    counts: np.ndarray
    patterns: np.ndarray
    crossed: np.ndarray
    outer: np.ndarray


def split(
    y: np.ndarray, predictors: np.ndarray, runner: np.ndarray, slope: int | None, correlated: bool
) -> Parts:
    """Sum rows within runners.

    Parameters
    ----------
    y : ndarray, shape (n_rows,)
    predictors : ndarray, shape (n_rows, k)
        With the intercept, of full rank.
    runner : ndarray of int, shape (n_rows,)
        0 .. n - 1.
    slope : int or None
        The column whose slope differs between runners.
    correlated : bool
        May intercept and slope go together? Then the column is centered, which changes nothing but
        rounding; else its zero has a meaning and stays.

    Returns
    -------
    Parts
    """
    orthonormal, triangular = np.linalg.qr(predictors)
    projected = orthonormal.T @ y
    left = y - orthonormal @ projected
    scale = float(np.sqrt((left**2).sum() / (len(y) - len(projected))))
    z, random_scale = _random_columns(predictors, slope, correlated)
    order = np.argsort(runner, kind="stable")
    starts = np.flatnonzero(np.diff(runner[order], prepend=-1))
    columns = np.column_stack([orthonormal, left / scale])[order]
    z = z[order]
    squares = np.add.reduceat(z[:, :, None] * z[:, None, :], starts)
    sums = np.add.reduceat(z[:, :, None] * columns[:, None, :], starts)
    patterns, pattern = np.unique(squares.round(12), axis=0, return_inverse=True)
    n, q, p = sums.shape
    return Parts(
        triangular=triangular,
        offset=np.linalg.solve(triangular, projected),
        scale=scale,
        random_scale=random_scale,
        n_rows=np.diff(starts, append=len(y)),
        patterns=patterns,
        pattern=pattern.ravel(),
        crossed=np.add.reduceat(columns[:, :, None] * columns[:, None, :], starts),
        outer=(sums[:, :, None, :, None] * sums[:, None, :, None, :]).reshape(n, q * q, p * p),
    )


def _random_columns(predictors, slope, correlated) -> tuple[np.ndarray, np.ndarray]:
    ones = np.ones((len(predictors), 1))
    if slope is None:
        return ones, np.eye(1)
    x = predictors[:, slope]
    center = x.mean() if correlated else 0.0
    spread = np.sqrt(((x - center) ** 2).mean())
    back = np.array([[1.0, -center / spread], [0.0, 1 / spread]])
    return np.column_stack([ones, (x - center) / spread]), back


def gather(parts: Parts, times: np.ndarray) -> Moments:
    """Sum over runners.

    Parameters
    ----------
    parts : Parts
    times : ndarray, shape (m, n)
        How often each runner is in each sample; twice means two runners with the same rows.

    Returns
    -------
    Moments
    """
    m, n = times.shape
    times = times.astype(float)
    p = parts.k + 1
    counts, outer = _by_pattern(parts, times)
    return Moments(
        n_rows=times @ parts.n_rows,
        counts=counts,
        patterns=parts.patterns,
        crossed=(times @ parts.crossed.reshape(n, -1)).reshape(m, p, p),
        outer=outer.reshape(m, -1, p * p),
    )


def _by_pattern(parts: Parts, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number of runners and sum of products, for the runners of each pattern."""
    order = np.argsort(parts.pattern, kind="stable")
    starts = np.flatnonzero(np.diff(parts.pattern[order], prepend=-1))
    times, products = times[:, order], parts.outer.reshape(len(order), -1)[order]
    counts = np.add.reduceat(times, starts, axis=1)
    if len(times) == 1:  # with slopes each runner may have a pattern of their own
        return counts, np.add.reduceat(times[0][:, None] * products, starts)
    ends = [*starts[1:], len(order)]
    sums = [times[:, a:b] @ products[a:b] for a, b in zip(starts, ends, strict=True)]
    return counts, np.stack(sums, axis=1)

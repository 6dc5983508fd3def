"""From relabelings to adjusted p values, thresholds and clusters."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from glutelab.curves.clusters import find_runs, largest_runs
from glutelab.curves.field import LinearField, Scratch, relabelings_for
from glutelab.curves.separate import SeparateField

__all__ = ["KINDS", "Inference", "cluster_table", "critical_value", "exceeding", "infer"]

KINDS = ("max-t", "cluster-extent", "cluster-mass")
# Relabelings that are the same in theory differ by rounding; so much counts as equal.
_EQUAL = 1.0 - 1e-9


@dataclass(frozen=True)
class Inference:
    """What the relabelings say.

    Attributes
    ----------
    maxima, residual_maxima : ndarray, shape (n_relabelings,)
        Largest |t| of each relabeling, of the curves and of the residuals.
    runs : ndarray, shape (n_relabelings,), or None
        Extent (points) or mass of the largest cluster of each relabeling.
    cluster_t : float
        Cluster-forming threshold; NaN for "max-t".
    exact : bool
        All relabelings there are.
    possible : int
        How many there are.
    """

    maxima: np.ndarray
    residual_maxima: np.ndarray
    runs: np.ndarray | None
    cluster_t: float
    exact: bool
    possible: int


def infer(
    field: LinearField | SeparateField,
    *,
    kind: str = "max-t",
    cluster_t: float | None = None,
    circular: bool = True,
    n_permutations: int = 10_000,
    seed: int = 0,
    workers: int = 1,
    **how,
) -> Inference:
    """Relabel, and keep the largest statistic of each relabeling.

    Parameters
    ----------
    field : LinearField or SeparateField
    kind : {"max-t", "cluster-extent", "cluster-mass"}
    cluster_t : float, optional
        Cluster-forming |t|; by default that of a two-sided pointwise p of 0.01.
    circular : bool
    n_permutations, seed : int
    workers : int
        Threads. The numbers do not depend on it.
    **how
        ``exact_limit`` of `Relabelings`.

    Returns
    -------
    Inference
    """
    relabelings = relabelings_for(field, n_random=n_permutations, seed=seed, **how)
    if kind == "max-t":
        cluster_t = np.nan
    elif cluster_t is None:
        cluster_t = float(stdtrit(field.df, 0.995))
    limit = field.from_t(cluster_t)
    maxima, residual_maxima = np.empty(relabelings.count), np.empty(relabelings.count)
    runs = None if kind == "max-t" else np.empty(relabelings.count)

    jobs, lock = relabelings.blocks(), Lock()

    def work(_: int) -> None:
        scratch = Scratch(field.residuals.shape[1])
        while True:
            with lock:
                job = next(jobs, None)
            if job is None:
                return
            weights = relabelings.weights(*job)
            for first in range(0, len(weights), scratch.rows):
                values, largest = field.raw_and_residual(weights[first:][: scratch.rows], scratch)
                part = slice(job[0] + first, job[0] + first + len(values))
                residual_maxima[part] = largest
                size = np.abs(values, out=scratch.take(2, len(values))[1])
                maxima[part] = size.max(axis=1)
                if runs is not None:
                    runs[part] = _runs(field, values, size, limit, kind, circular)

    if workers > 1:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, range(workers)))
    else:
        work(0)
    if not field.observed_among:
        maxima[0] = np.abs(field.t).max()
        if runs is not None:
            runs[0] = _runs(field, field.t[None], np.abs(field.t), limit, kind, circular)[0]
    return Inference(
        field.to_t(maxima),
        field.to_t(residual_maxima),
        runs,
        cluster_t,
        relabelings.exact,
        relabelings.possible,
    )


def _runs(field, values, size, limit, kind, circular) -> np.ndarray:
    """Largest run of each relabeling."""
    size = size.ravel()
    places = np.flatnonzero(size > limit)
    mass = field.to_t(size[places]) if kind == "cluster-mass" else None
    return largest_runs(values, mass, places, circular)


def exceeding(largest: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Share of relabelings whose largest statistic reaches the observed one.

    Parameters
    ----------
    largest : ndarray, shape (n_relabelings,)
        The observed relabeling is among them, so that no p is zero.
    observed : array_like
        Absolute statistics.

    Returns
    -------
    ndarray, shape of `observed`
    """
    below = np.searchsorted(np.sort(largest), np.abs(observed) * _EQUAL, side="left")
    return (largest.size - below) / largest.size


def critical_value(largest: np.ndarray, alpha: float) -> float:
    """Smallest value that at most a share `alpha` of the relabelings reaches.

    The interpolated quantile, as in other software, wherever it has this property; with few or
    tied relabelings the next larger one.

    Parameters
    ----------
    largest : ndarray, shape (n_relabelings,)
    alpha : float

    Returns
    -------
    float
        Infinite if even the largest is reached by more than `alpha`.
    """
    ordered = np.sort(largest)
    allowed = int(alpha * ordered.size + 1e-9)
    quantile = np.quantile(ordered, 1.0 - alpha)
    if ordered.size - np.searchsorted(ordered, quantile * _EQUAL) <= allowed:
        return float(quantile)
    reached = ordered.size - np.searchsorted(ordered, ordered * _EQUAL)
    enough = np.flatnonzero(reached <= allowed)
    return float(ordered[enough[0]]) if enough.size else np.inf


def cluster_table(
    t: np.ndarray,
    above: np.ndarray,
    percent: np.ndarray,
    effect: np.ndarray,
    circular: bool,
    directions: tuple[str, str],
) -> pd.DataFrame:
    """One row per run of neighboring points of equal sign, in order of the gait cycle.

    Parameters
    ----------
    t, effect : ndarray, shape (n_points,)
    above : ndarray of bool, shape (n_points,)
    percent : ndarray, shape (n_points,)
    circular : bool
    directions : tuple of str
        What positive and negative t mean.

    Returns
    -------
    DataFrame
        ``from_pct, to_pct, size, extent, mass, peak_pct, peak_t, peak_difference, direction``.
    """
    places = np.flatnonzero(above)
    first, size, _, joins = find_runs(t[None, :], places, circular)
    parts = [places[start : start + length] for start, length in zip(first, size, strict=True)]
    if joins.any():
        parts[0] = np.concatenate([parts.pop(), parts[0]])
    step = percent[1] - percent[0] if percent.size > 1 else 1.0
    rows = []
    for part in parts:
        peak = part[np.argmax(np.abs(t[part]))]
        rows.append(
            {
                "from_pct": percent[part[0]],
                "to_pct": percent[part[-1]],
                "size": part.size,
                "extent": (part.size - 1) * step,
                "mass": float(np.abs(t[part]).sum()),
                "peak_pct": percent[peak],
                "peak_t": t[peak],
                "peak_difference": effect[peak],
                "direction": directions[0] if t[peak] > 0 else directions[1],
            }
        )
    columns = ["from_pct", "to_pct", "size", "extent", "mass"]
    columns += ["peak_pct", "peak_t", "peak_difference", "direction"]
    return pd.DataFrame(rows, columns=columns)

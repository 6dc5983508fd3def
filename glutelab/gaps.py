"""Gaps in marker trajectories: filled from the rest of the cluster, or from the frames beside them.

Time runs along the last axis in every function of this file.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from glutelab.rigid import fit_rigid_body
from glutelab.signals import runs

__all__ = ["fill_from_cluster", "fill_gaps"]


def fill_from_cluster(cluster_m: np.ndarray, reference_m: np.ndarray) -> np.ndarray:
    """Fill gaps of a marker from three or more others of its rigid cluster.

    Where the others put the marker, plus how far it really was from there just before and after
    the gap (skin moves), interpolated over the gap.

    Parameters
    ----------
    cluster_m : ndarray, shape (n_markers, 3, n_frames)
        NaN where a marker was not seen.
    reference_m : ndarray, shape (n_markers, 3)
        The cluster in the standing pose.

    Returns
    -------
    ndarray, same shape
        A copy. Gaps during which fewer than three others were seen, or at an end of the recording,
        stay NaN.
    """
    filled = np.array(cluster_m, dtype=float)
    missing = np.isnan(cluster_m[:, 0])
    n_frames = missing.shape[1]
    for marker in np.flatnonzero(missing.any(axis=1)):
        others = np.arange(len(missing)) != marker
        spans = [(a, b) for a, b in runs(missing[marker]).tolist() if a > 0 and b < n_frames]
        if others.sum() < 3 or not spans:
            continue
        # One frame more on each side of every gap, all gaps of the marker in one fit.
        frames = np.concatenate([np.arange(start - 1, stop + 1) for start, stop in spans])
        pose = fit_rigid_body(reference_m[others], cluster_m[others][..., frames])
        expected = np.einsum("ijt,j->it", pose.rotation, reference_m[marker])
        expected += pose.translation_m
        first = 0
        for start, stop in spans:
            here = expected[:, first : first + stop - start + 2]
            first += stop - start + 2
            before = cluster_m[marker, :, start - 1] - here[:, 0]
            after = cluster_m[marker, :, stop] - here[:, -1]
            share = np.arange(1, stop - start + 1) / (stop - start + 1)
            off = before[:, None] * (1 - share) + after[:, None] * share
            filled[marker, :, start:stop] = here[:, 1:-1] + off
    return filled


def fill_gaps(channels: np.ndarray, longest: int = 20, support: int = 3) -> np.ndarray:
    """Fill gaps with a third-order polynomial through the frames beside them.

    Parameters
    ----------
    channels : ndarray, shape (n_channels, n_frames)
        NaN where a value is missing.
    longest : int
        Longest gap that is filled, frames.
    support : int
        Frames on each side the polynomial is fitted to by least squares.

    Returns
    -------
    ndarray, same shape
        A copy. Longer gaps, and gaps at the start or end, stay NaN.
    """
    filled = np.array(channels, dtype=float)
    missing = np.isnan(filled)
    n_frames = filled.shape[-1]
    for row in np.flatnonzero(missing.any(axis=-1)):
        for start, stop in runs(missing[row]).tolist():
            if stop - start > longest or start == 0 or stop == n_frames:
                continue
            near = np.arange(max(start - support, 0), min(stop + support, n_frames))
            near = near[~missing[row, near]]
            if len(near) >= 4:
                weights = _bridge(tuple((near - start).tolist()), stop - start)
                filled[row, start:stop] = weights @ channels[row, near]
    return filled


@lru_cache(maxsize=1024)
def _bridge(support: tuple[int, ...], length: int) -> np.ndarray:
    """Weights that turn the supporting values into the missing ones, shape (length, n_support)."""
    middle = 0.5 * (length - 1)
    scale = middle + len(support)
    inside = np.vander((np.arange(length) - middle) / scale, 4)
    return inside @ np.linalg.pinv(np.vander((np.array(support) - middle) / scale, 4))

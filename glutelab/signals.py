"""Low-pass filter for every channel at once, and runs of flags.

Time runs along the last axis in every function of this file.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

__all__ = ["low_pass", "runs"]

# Two passes of a second-order Butterworth filter are 3 dB down at this part of one pass's cut-off.
_TWO_PASSES = (np.sqrt(2.0) - 1.0) ** 0.25


def runs(flags: np.ndarray) -> np.ndarray:
    """Start and one-past-end of every run of True.

    Parameters
    ----------
    flags : ndarray of bool, shape (n,)

    Returns
    -------
    ndarray of int, shape (n_runs, 2)

    Examples
    --------
    >>> runs(np.array([True, False, True, True])).tolist()
    [[0, 1], [2, 4]]
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return edges.reshape(-1, 2)


def low_pass(channels: np.ndarray, rate_hz: float, cutoff_hz: float) -> np.ndarray:
    """Zero-lag Butterworth low-pass: second order, forward and backward, fourth order in all.

    The cut-off of each pass is raised so that both together are 3 dB down at `cutoff_hz`
    (Winter 2009, Biomechanics and Motor Control of Human Movement, 4th ed., section 3.4.4).
    Software that skips this correction filters harder than its label says (8.0 Hz for "10 Hz").

    Parameters
    ----------
    channels : ndarray, shape (..., n_frames)
        NaN splits a channel; each stretch is filtered by itself.
    rate_hz : float
        Samples per second.
    cutoff_hz : float
        Frequency at which the result is 3 dB down.

    Returns
    -------
    ndarray, same shape
        Stretches too short to filter (under 13 frames) become NaN.
    """
    from scipy.signal import sosfiltfilt  # it brings half of scipy along

    sos = _sections(float(rate_hz), float(cutoff_hz)).copy()
    pad = 12
    flat = channels.reshape(-1, channels.shape[-1])
    missing = np.isnan(flat)
    gappy = missing.any(axis=-1) | (flat.shape[-1] <= pad)
    if not gappy.any():
        return sosfiltfilt(sos, flat, axis=-1, padlen=pad).reshape(channels.shape)
    result = np.full(flat.shape, np.nan)
    if not gappy.all():
        result[~gappy] = sosfiltfilt(sos, flat[~gappy], axis=-1, padlen=pad)
    for row in np.flatnonzero(gappy):
        for start, stop in runs(~missing[row]):
            if stop - start > pad:
                result[row, start:stop] = sosfiltfilt(sos, flat[row, start:stop], padlen=pad)
    return result.reshape(channels.shape)


@lru_cache(maxsize=32)
def _sections(rate_hz: float, cutoff_hz: float) -> np.ndarray:
    from scipy.signal import butter  # see above

    warped = np.tan(np.pi * cutoff_hz / rate_hz) / _TWO_PASSES
    return butter(2, rate_hz / np.pi * np.arctan(warped), fs=rate_hz, output="sos")

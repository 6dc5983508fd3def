"""The fine step of events from motion: a linear model that says how far away the event is.

What it reads are velocities and their derivatives at fixed times around the present guess; guess,
move, repeat. Markers (`glutelab.events.motion`) and angles (`glutelab.events.angles`) share it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["follow_model", "read_windows"]

_STEPS = 6
_LONGEST_STEP_S = 0.03


def read_windows(
    velocity: Callable[[np.ndarray, int], np.ndarray],
    n_channels: int,
    unseen: np.ndarray,
    rate_hz: float,
    times_s: np.ndarray,
    offsets_s: np.ndarray,
) -> np.ndarray:
    """Velocity and acceleration of all channels around each time.

    Parameters
    ----------
    velocity : callable
        ``velocity(moments, order)``: its derivatives, shape (n_channels, *moments.shape).
    n_channels : int
    unseen : ndarray of bool, shape (n_frames,)
        Frames that may not be read.
    rate_hz : float
    times_s : ndarray, shape (n,)
    offsets_s : ndarray, shape (m,)
        Ascending.

    Returns
    -------
    ndarray, shape (n, 2 * n_channels * m)
        Velocity, then acceleration; channels; offsets. NaN where the window leaves the record or
        meets a frame that may not be read.
    """
    moments = np.asarray(times_s)[:, None] + offsets_s
    frames = moments[:, [0, -1]] * rate_hz
    unseen_before = np.cumsum(np.concatenate([[0], unseen]), dtype=int)
    inside = (frames[:, 0] >= 0) & (frames[:, 1] <= len(unseen) - 1)  # False for NaN
    first = np.floor(np.where(inside, frames[:, 0], 0)).astype(int)
    last = np.ceil(np.where(inside, frames[:, 1], 0)).astype(int)
    good = inside & (unseen_before[last + 1] == unseen_before[first])
    result = np.full((len(moments), 2 * n_channels * len(offsets_s)), np.nan)
    if good.any():
        stacked = np.concatenate([velocity(moments[good], order) for order in (0, 1)])
        result[good] = stacked.transpose(1, 0, 2).reshape(int(good.sum()), -1)
    return result


def follow_model(read: Callable[[np.ndarray], np.ndarray], coarse_s: np.ndarray, model):
    """Move every guess by what the linear model says, until it says stay.

    The second round starts all strides from the median of the first, which brings back the few
    that started too far away.

    Parameters
    ----------
    read : callable
        Times in seconds to what the model reads there, one row each.
    coarse_s : ndarray, shape (n,)
        Swing peaks, seconds.
    model : tuple
        Start relative to the peak in seconds, intercept in seconds, coefficients.

    Returns
    -------
    ndarray, shape (n,)
        Seconds, NaN where it cannot be read.
    """
    start_s, intercept_s, coefficients = model
    for _ in range(2):
        times_s = coarse_s + start_s
        for _ in range(_STEPS):
            step = intercept_s + read(times_s) @ coefficients
            times_s = times_s + np.clip(step, -_LONGEST_STEP_S, _LONGEST_STEP_S)
        if np.isnan(times_s).all():
            break
        start_s = np.nanmedian(times_s - coarse_s)
    return times_s

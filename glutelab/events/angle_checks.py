"""Angles from which events may be told: of running, in degrees, with this library's signs.

Every limit lies far from what was measured in all 84 trials of RBDS, which is stated beside it. The
full contract of signs and units is checked when a cohort is made; here only what would give events
that look right and are not.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glutelab.errors import DataError, say

__all__ = ["check_ranges", "check_swings"]

_KNEE_LOW_DEG, _KNEE_HIGH_DEG = 45.0, 40.0  # measured: lowest -7 to 21, highest 84 to 127
_UPPER_MIDDLE_DEG = (-40.0, 75.0)  # hip 16 to 43, thigh about 15 less; zeros differ
_LEAST_UPPER_RANGE_DEG = 15.0  # hip 37 to 89
_LEAST_ANKLE_RANGE_DEG = 12.0  # 35 to 67
_STRIDE_S = (0.40, 0.95)  # 300 to 126 steps per minute
_LEAST_SWING_DEG_S = 50.0  # hip when the knee bends most: 198 to 597


def check_ranges(where: str, angles_deg: Mapping[str, np.ndarray]) -> None:
    """Refuse radians, flipped knees and angles that were counted from the other end.

    Parameters
    ----------
    where : str
        File and leg, for the sentence.
    angles_deg : dict of str to ndarray, shape (n_frames,)
        ``hip`` or ``thigh``, ``knee``, and ``ankle`` if there is one.

    Raises
    ------
    DataError
    """
    knee = _spread(angles_deg["knee"])
    if knee[2] < _KNEE_HIGH_DEG or knee[0] > _KNEE_LOW_DEG:
        if knee[2] - knee[0] < 5.0:
            cause = "Is it in radians, or a standing trial?"
        elif knee[0] > _KNEE_LOW_DEG:
            cause = "Did the export use 180 minus the angle?"
        elif knee[0] < -_KNEE_HIGH_DEG:
            cause = "Is its sign flipped?"
        else:
            cause = "Is it in radians?"
        _refuse(where, "knee flexion", knee, "about 5 to 110 degrees, flexion positive", cause)
    name = "thigh" if "thigh" in angles_deg else "hip"
    upper = _spread(angles_deg[name])
    if upper[2] - upper[0] < _LEAST_UPPER_RANGE_DEG:
        expected = "about -10 to 50 degrees"
        _refuse(where, _said(name), upper, expected, "Is the hip in radians?")
    if not _UPPER_MIDDLE_DEG[0] < upper[1] < _UPPER_MIDDLE_DEG[1]:
        cause = "Is the sign of the hip flipped?"
        if upper[1] > 0:
            cause = "Did the export use 180 minus the angle, or is tilt off by a right angle?"
        _refuse(where, _said(name), upper, "about -20 to 60 degrees", cause)
    if "ankle" in angles_deg:
        ankle = _spread(angles_deg["ankle"])
        if ankle[2] - ankle[0] < _LEAST_ANKLE_RANGE_DEG:
            _refuse(where, "the ankle", ankle, "about -25 to 25 degrees", "Is it in radians?")


def check_swings(
    where: str, angles_deg: Mapping[str, np.ndarray], forward_s, rearward_s, rate_hz: float
) -> None:
    """Refuse what is no running, and a hip or an ankle with the wrong sign.

    While the knee bends most the thigh swings forward; in stance the ankle bends up before it
    stretches. Both hold in every leg of RBDS.

    Parameters
    ----------
    where, angles_deg
        As in `check_ranges`.
    forward_s, rearward_s : ndarray
        Swing peaks.
    rate_hz : float

    Raises
    ------
    DataError
    """
    if len(forward_s) < 2 or len(rearward_s) == 0:
        raise DataError(
            say(
                where,
                "no stride was found: the leg does not swing fore and aft twice",
                "two strides of running or more",
                "Is this a standing trial, or one stride only? Curves over the gait cycle need no "
                "events. Or is the sign of the hip flipped?",
            )
        )
    stride_s = float(np.median(np.diff(forward_s)))
    name = "thigh" if "thigh" in angles_deg else "hip"
    speed = np.gradient(angles_deg[name]) * rate_hz
    knee = angles_deg["knee"]
    swinging = [
        speed[first + int(knee[first:last].argmax())]
        for first, last in _windows(forward_s, -1.0, 0.0, stride_s, rate_hz, knee)
    ]
    if swinging and not np.nanmedian(swinging) > _LEAST_SWING_DEG_S:
        raise DataError(
            say(
                where,
                f"the {name} turns by {np.nanmedian(swinging):.0f} degrees per second when the "
                "knee bends most",
                "200 to 600: the leg swings forward then",
                "Is the sign of the hip flipped, or are hip and knee of different legs?",
            )
        )
    if not _STRIDE_S[0] <= stride_s <= _STRIDE_S[1]:
        raise DataError(
            say(
                where,
                f"a stride takes {stride_s:.2f} s at {rate_hz:g} frames per second",
                f"{_STRIDE_S[0]:g} to {_STRIDE_S[1]:g} s, as in running",
                "Is the rate right, and is this running? Events of walking cannot be told here.",
            )
        )
    if "ankle" in angles_deg:
        ankle = angles_deg["ankle"]
        later = [
            int(ankle[first:last].argmin()) - int(ankle[first:last].argmax())
            for first, last in _windows(rearward_s, -0.45, 0.25, stride_s, rate_hz, ankle)
        ]
        if later and np.median(later) <= 0:
            raise DataError(
                say(
                    where,
                    "the ankle stretches before it bends up",
                    "dorsiflexion in midstance, plantarflexion at toe-off",
                    "Is its sign flipped? Without the ankle foot strike can be told, toe-off not.",
                )
            )


def _windows(peaks_s, start: float, stop: float, stride_s: float, rate_hz: float, values):
    """First and last frame around each peak, in strides, where there are all values."""
    for peak_s in peaks_s:
        first = round((peak_s + start * stride_s) * rate_hz)
        last = round((peak_s + stop * stride_s) * rate_hz)
        inside = first >= 0 and last <= len(values) and last - first > 3
        if inside and np.isfinite(values[first:last]).all():
            yield first, last


def _spread(values: np.ndarray) -> np.ndarray:
    return np.nanpercentile(values, [1, 50, 99])


def _said(name: str) -> str:
    return "hip flexion" if name == "hip" else "hip flexion minus pelvic tilt"


def _refuse(where: str, what: str, spread: np.ndarray, expected: str, cause: str) -> None:
    found = f"{what} runs from {spread[0]:.3g} to {spread[2]:.3g}"
    raise DataError(say(where, found, expected, cause))

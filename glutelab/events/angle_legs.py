"""How both legs move, told from joint angles: how fast joints turn, and when the leg swings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from glutelab.errors import DataError, say
from glutelab.events.angle_checks import check_ranges, check_swings
from glutelab.events.swings import swing_times
from glutelab.frames import AngleFrames
from glutelab.gaps import fill_gaps
from glutelab.signals import low_pass

__all__ = ["CUTOFF_HZ", "AngleLeg", "angle_legs"]

# Laboratories export angles low-passed at 6 to 15 Hz. At 8 Hz most of them look alike.
CUTOFF_HZ = 8.0
_LEAST_RATE_HZ = 60.0
_LONGEST_GAP_S = 20 / 150
_SEGMENT_M = 0.42  # thigh, and shank: of a usual leg; only the size of the swing depends on it
_USUAL_TILT_DEG = 10.0  # where tilt is not known; peaks of the swing hardly depend on it
_SHORTEST_S = 0.6  # about one stride
SIDES = ("left", "right")


@dataclass(frozen=True)
class AngleLeg:
    """What the fine step reads of one leg.

    Attributes
    ----------
    side : str
    channels : tuple of str
        ``hip`` or ``thigh``, ``knee``, and ``ankle`` if there is one.
    velocity : CubicSpline
        Of time in seconds: the angular velocity of each channel, degrees per second.
    unseen : ndarray of bool, shape (n_frames, n_channels)
        Frames in which a channel is missing.
    rate_hz : float
    forward_s, rearward_s : ndarray
        When the foot of a leg with these angles is farthest forward and farthest back.
    """

    side: str
    channels: tuple[str, ...]
    velocity: CubicSpline
    unseen: np.ndarray
    rate_hz: float
    forward_s: np.ndarray
    rearward_s: np.ndarray


def angle_legs(angles: AngleFrames) -> list[AngleLeg]:
    """Angular velocities and coarse swing times of the legs there are."""
    where = angles.source or "angles"
    if not angles.rate_hz >= _LEAST_RATE_HZ:
        known = f"{angles.rate_hz:g}" if np.isfinite(angles.rate_hz) else "an unknown number of"
        raise DataError(
            say(
                where,
                f"{known} frames per second",
                f"at least {_LEAST_RATE_HZ:g}",
                "Events from angles need a faster recording; say the rate if it is faster.",
            )
        )
    legs = [
        _leg(where, side, angles.angles_deg[side], angles.rate_hz)
        for side in SIDES
        if side in angles.angles_deg
    ]
    if not legs:
        raise DataError(say(where, "there are no joint angles", "hip and knee of a leg"))
    return legs


def _leg(where: str, side: str, angles_deg, rate_hz: float) -> AngleLeg:
    hip, knee, ankle, tilt, thigh = (
        _known(angles_deg, f"{name}_deg")
        for name in (
            "hip_flexion",
            "knee_flexion",
            "ankle_dorsiflexion",
            "pelvic_tilt",
            "thigh_angle",
        )
    )
    if thigh is None and hip is not None and tilt is not None:
        thigh = hip - tilt
    lacking = [
        name
        for name, found in (("hip_flexion_deg", hip if thigh is None else thigh), ("knee", knee))
        if found is None
    ]
    if lacking:
        names = ", ".join("knee_flexion_deg" if name == "knee" else name for name in lacking)
        raise DataError(
            say(
                f"{where}, {side} leg",
                f"there is no {names}",
                "hip and knee flexion, frame by frame",
                "Events cannot be told from fewer angles; give them in a file of their own.",
            )
        )
    upper = ("thigh", thigh) if thigh is not None else ("hip", hip)
    chosen = dict([upper, ("knee", knee)] + ([("ankle", ankle)] if ankle is not None else []))
    filled = fill_gaps(np.array(list(chosen.values())), longest=round(_LONGEST_GAP_S * rate_hz))
    smooth = low_pass(filled, rate_hz, CUTOFF_HZ)
    unseen = np.isnan(smooth[:2]).any(axis=0)
    if (~unseen).sum() < _SHORTEST_S * rate_hz:
        raise DataError(
            say(
                f"{where}, {side} leg",
                f"hip and knee are both there for {(~unseen).sum() / rate_hz:.1f} s",
                f"at least {_SHORTEST_S:g} s of running",
            )
        )
    lean = np.radians(smooth[0] - (0.0 if thigh is not None else _USUAL_TILT_DEG))
    shank = np.radians(smooth[1]) - lean
    swing = _SEGMENT_M * (np.sin(lean) - np.sin(shank))
    forward, rearward = swing_times(swing, rate_hz)
    who = f"{where}, {side} leg"
    check_ranges(who, dict(zip(chosen, smooth, strict=True)))
    check_swings(who, dict(zip(chosen, smooth, strict=True)), forward, rearward, rate_hz)
    time_s = np.arange(smooth.shape[1]) / rate_hz
    velocity = _velocity(smooth, time_s)
    return AngleLeg(
        side,
        tuple(chosen),
        CubicSpline(time_s, np.nan_to_num(velocity), axis=1),
        np.isnan(velocity).T,
        rate_hz,
        forward,
        rearward,
    )


def _known(angles_deg, name: str) -> np.ndarray | None:
    values = angles_deg.get(name)
    if values is None or not np.isfinite(values).any():
        return None
    return np.asarray(values, float)


def _velocity(angles_deg: np.ndarray, time_s: np.ndarray) -> np.ndarray:
    """Derivative of a spline through the frames there are, NaN elsewhere."""
    result = np.full(angles_deg.shape, np.nan)
    for row, values in enumerate(angles_deg):
        seen = np.isfinite(values)
        if seen.sum() > 3:
            # Over a gap it means nothing, and is not read.
            result[row, seen] = CubicSpline(time_s[seen], values[seen])(time_s[seen], 1)
    return result

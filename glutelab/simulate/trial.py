"""A running skeleton whose angles, contacts and events are known exactly.

For tests and teaching: whatever the library measures on these recordings can be held against the
truth that made them. Nothing here is a measurement of anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from glutelab.frames import ForceFrames, MarkerFrames

if TYPE_CHECKING:  # else where it is used: the list of cohorts need not wait for it
    from scipy.spatial.transform import Rotation

__all__ = ["SimulatedTrial", "pose_markers", "simulate_trial"]

GRAVITY_M_S2 = 9.81
_ASIS_DISTANCE, _THIGH, _SHANK, _ANKLE_HEIGHT = 0.24, 0.42, 0.41, 0.09
# Landmarks and cluster markers in their segment's axes (forward, up, outward), meters.
_HALF = 0.5 * _ASIS_DISTANCE
_PELVIS_POINTS = {"asis": (0.0, 0.0, _HALF), "psis": (-0.16, 0.0, 0.04)}
_PELVIS_POINTS |= {"iliac_crest": (-0.06, 0.08, 0.14)}
_THIGH_POINTS = {
    "trochanter": (0.0, 0.0, 0.07),
    "knee_lateral": (0.0, -_THIGH, 0.055),
    "knee_medial": (0.0, -_THIGH, -0.055),
    "thigh_top_lateral": (0.03, -0.18, 0.08),
    "thigh_bottom_lateral": (0.03, -0.30, 0.08),
    "thigh_top_medial": (0.09, -0.18, 0.02),
    "thigh_bottom_medial": (0.09, -0.30, 0.02),
}
_SHANK_POINTS = {
    "fibula_head": (0.0, -0.05, 0.05),
    "tibial_tuberosity": (0.05, -0.06, 0.0),
    "ankle_lateral": (0.0, -_SHANK, 0.04),
    "ankle_medial": (0.0, -_SHANK, -0.04),
    "shank_top_lateral": (0.02, -0.20, 0.06),
    "shank_bottom_lateral": (0.02, -0.28, 0.06),
    "shank_top_medial": (0.06, -0.20, 0.02),
    "shank_bottom_medial": (0.06, -0.28, 0.02),
}
_FOOT_POINTS = {
    "heel_top": (-0.06, -0.02, 0.0),
    "heel_bottom": (-0.06, -0.07, 0.0),
    "heel_lateral": (-0.04, -0.06, 0.035),
    "metatarsal_1": (0.13, -0.07, -0.05),
    "metatarsal_2": (0.14, -0.06, 0.0),
    "metatarsal_5": (0.10, -0.07, 0.05),
}
# Braking and pushing off as in RBDS; with legs that swing, this delay of the hips looks like one of
# 5 ms (`glutelab.kinetics.force_lag`).
_HIP_HEIGHT_M, _PUSH_N_S_KG, _BODY_LAG_S = 0.92, 0.2, 0.0015
_JOINTS = ("hip", "knee", "ankle")
_TURNS = {
    "hip": ("hip_flexion_deg", "hip_adduction_deg", "hip_internal_rotation_deg"),
    "knee": ("knee_flexion_deg", "knee_adduction_deg", "knee_internal_rotation_deg"),
    "ankle": ("ankle_dorsiflexion_deg", "ankle_inversion_deg", "ankle_internal_rotation_deg"),
}


@dataclass(frozen=True)
class SimulatedTrial:
    """A recording and the truth behind it.

    Attributes
    ----------
    standing, markers : MarkerFrames
    forces : ForceFrames
    angles : dict of str to dict of str to ndarray, shape (n_frames,)
        By side: the joint angles and pelvic tilt that were put in, degrees.
    events : DataFrame
        ``event, side, time_s, method`` of every contact put in.
    """

    standing: MarkerFrames
    markers: MarkerFrames
    forces: ForceFrames
    angles: dict[str, dict[str, np.ndarray]]
    events: pd.DataFrame


def pose_markers(
    angles: Mapping[str, Mapping[str, np.ndarray]],
    *,
    rate_hz: float = 150.0,
    hip_height_m: float | np.ndarray = 0.92,
) -> MarkerFrames:
    """Markers of a skeleton held in given angles.

    Parameters
    ----------
    angles : dict of str to dict of str to array_like
        By side ("left", "right"): any of the joint angles of
        `glutelab.kinematics.joint_angles`, degrees, and ``pelvic_tilt_deg`` (anterior positive)
        under either side. What is not given is zero.
    rate_hz : float
    hip_height_m : float or ndarray, shape (n_frames,)
        Height of the hip centers above the ground.

    Returns
    -------
    MarkerFrames
        All running and standing markers, meters.
    """
    given = [np.atleast_1d(value) for side in angles.values() for value in side.values()]
    n_frames = max((len(value) for value in given), default=1)
    tilt = next(
        (side["pelvic_tilt_deg"] for side in angles.values() if "pelvic_tilt_deg" in side), 0
    )
    tilt = np.broadcast_to(np.asarray(tilt, float), n_frames)
    from scipy.spatial.transform import Rotation

    pelvis = Rotation.from_euler("Z", -tilt[:, None], degrees=True)
    middle = np.array([-0.19, -0.30, 0.0]) * _ASIS_DISTANCE
    height = np.broadcast_to(np.asarray(hip_height_m, float), n_frames)
    origin = height[:, None] * [0.0, 1.0, 0.0] - pelvis.apply(middle)
    names, positions = [], []

    def place(prefix: str, points: Mapping, turn: Rotation, start: np.ndarray, out: float) -> None:
        for name, point in points.items():
            names.append(f"{prefix}_{name}")
            moved = start + turn.apply(np.array(point) * [1, 1, out])
            positions.append(np.broadcast_to(moved, (n_frames, 3)))

    for side, out in (("left", -1.0), ("right", 1.0)):
        turn = {joint: _turn(angles.get(side, {}), joint, out, n_frames) for joint in _JOINTS}
        hip = origin + pelvis.apply(np.array([-0.19, -0.30, 0.36 * out]) * _ASIS_DISTANCE)
        thigh = pelvis * turn["hip"]
        knee = hip + thigh.apply([0.0, -_THIGH, 0.0])
        shank = thigh * turn["knee"]
        ankle = knee + shank.apply([0.0, -_SHANK, 0.0])
        place(side, _PELVIS_POINTS, pelvis, origin, out)
        place(side, _THIGH_POINTS, thigh, hip, out)
        place(side, _SHANK_POINTS, shank, knee, out)
        place(side, _FOOT_POINTS, shank * turn["ankle"], ankle, out)
    stacked = np.stack(positions, axis=1)
    return MarkerFrames(tuple(names), stacked, rate_hz, "simulated")


def _turn(angles: Mapping, joint: str, out: float, n_frames: int) -> Rotation:
    from scipy.spatial.transform import Rotation

    flexion, adduction, rotation = (
        np.broadcast_to(np.asarray(angles.get(name, 0.0), float), n_frames)
        for name in _TURNS[joint]
    )
    sign = -1.0 if joint == "knee" else 1.0
    turns = np.column_stack([sign * flexion, out * adduction, out * rotation])
    return Rotation.from_euler("ZXY", turns, degrees=True)


def simulate_trial(
    *,
    duration_s: float = 10.0,
    stride_time_s: float = 0.70,
    contact_time_s: float = 0.24,
    pelvic_tilt_deg: float = 15.0,
    standing_pelvic_tilt_deg: float = 10.0,
    hip_extension_deg: float = 8.0,
    mass_kg: float = 68.0,
    marker_rate_hz: float = 150.0,
    force_rate_hz: float = 300.0,
    noise_m: float = 0.0,
    start_s: float = 0.2,
    seed: int = 0,
) -> SimulatedTrial:
    """A runner on a treadmill with known angles, foot strikes and toe-offs.

    Parameters
    ----------
    duration_s, stride_time_s, contact_time_s : float
    pelvic_tilt_deg, standing_pelvic_tilt_deg : float
        Anterior tilt while running (mean) and standing, degrees.
    hip_extension_deg : float
        Peak extension of the hip relative to the pelvis, degrees.
    mass_kg : float
    marker_rate_hz, force_rate_hz : float
    noise_m : float
        Standard deviation of the marker noise, meters.
    start_s : float
        First strike of the right foot.
    seed : int
        Of the noise.

    Returns
    -------
    SimulatedTrial
    """
    time = np.arange(round(duration_s * marker_rate_hz)) / marker_rate_hz
    delays = {"right": start_s, "left": start_s + 0.5 * stride_time_s}
    angles = {}
    for side, delay in delays.items():
        phase = 2 * np.pi * (time - delay) / stride_time_s
        swing = 2 * np.pi * 0.70
        angles[side] = {
            # Hip: most extended just after toe-off; knee: one bend in stance, a large one in swing.
            "hip_flexion_deg": 22.0
            - hip_extension_deg / 2
            + (22.0 + hip_extension_deg / 2) * np.cos(phase - 2 * np.pi * 0.88),
            "hip_adduction_deg": 6.0 * np.sin(phase),
            "hip_internal_rotation_deg": 5.0 * np.cos(phase),
            "knee_flexion_deg": 50.0
            + 40.0 * np.cos(phase - swing)
            + 14.0 * np.cos(2 * phase - 1.2),
            "knee_adduction_deg": 2.0 * np.sin(phase),
            "knee_internal_rotation_deg": 4.0 * np.sin(phase + 1.0),
            "ankle_dorsiflexion_deg": 5.0 + 20.0 * np.sin(phase - 0.4),
            "ankle_inversion_deg": 5.0 * np.cos(phase),
            "ankle_internal_rotation_deg": 3.0 * np.sin(phase),
        }
    tilt = pelvic_tilt_deg + 2.0 * np.cos(4 * np.pi * (time - start_s) / stride_time_s)
    for side in angles:
        angles[side]["pelvic_tilt_deg"] = tilt
    height = _HIP_HEIGHT_M + _bob(time - start_s, stride_time_s, contact_time_s)
    markers = pose_markers(angles, rate_hz=marker_rate_hz, hip_height_m=height)
    noise = np.random.default_rng(seed).normal(0.0, noise_m, markers.positions_m.shape)
    standing = pose_markers(
        {
            side: {
                "pelvic_tilt_deg": [standing_pelvic_tilt_deg],
                "hip_flexion_deg": [standing_pelvic_tilt_deg],
            }
            for side in delays
        }
    )
    events = _contacts(delays, duration_s, stride_time_s, contact_time_s)
    given = (duration_s, force_rate_hz, mass_kg, stride_time_s, contact_time_s)
    forces = _force(events, markers, *given)
    return SimulatedTrial(
        standing, markers.replaced(markers.positions_m + noise), forces, angles, events
    )


def _contacts(
    delays: Mapping, duration_s: float, stride_s: float, contact_s: float
) -> pd.DataFrame:
    rows = []
    for side, delay in delays.items():
        for strike in np.arange(delay, duration_s, stride_s):
            rows.append(("foot_strike", side, strike, "simulated"))
            if strike + contact_s < duration_s:
                rows.append(("toe_off", side, strike + contact_s, "simulated"))
    table = pd.DataFrame(rows, columns=["event", "side", "time_s", "method"])
    return table.sort_values("time_s", ignore_index=True)


def _bob(time_s: np.ndarray, stride_s: float, contact_s: float) -> np.ndarray:
    """Height of the hips about its mean: twice the integral of the force, a little later."""
    step_s = 0.5 * stride_s
    grid_s = np.arange(512) / 512 * step_s
    push = sum(
        np.where(late < contact_s, np.sin(np.pi * late / contact_s), 0.0)
        for late in (grid_s + k * step_s for k in range(int(contact_s / step_s) + 1))
    )
    push *= step_s * np.pi * GRAVITY_M_S2 / (2 * contact_s)
    turns = 2j * np.pi * np.arange(1, 40) / step_s
    waves = np.fft.rfft(push)[1:40] / 256 / turns**2
    return (waves[:, None] * np.exp(turns[:, None] * (time_s - _BODY_LAG_S))).sum(axis=0).real


def _force(events, markers, duration_s, rate_hz, mass_kg, stride_s, contact_s) -> ForceFrames:
    """Half-sine contacts whose mean over the stride is body weight, under the foot.

    The foot is braked first and pushed then, by as much; the center of pressure goes from the
    rearfoot to the metatarsal heads at an even pace.
    """
    time = np.arange(round(duration_s * rate_hz)) / rate_hz
    peak = mass_kg * GRAVITY_M_S2 * stride_s / 2 * np.pi / (2 * contact_s)
    frames = np.arange(len(markers)) / markers.rate_hz
    force, pressure = np.zeros((2, len(time), 3))
    for strike, side in events.loc[events["event"] == "foot_strike", ["time_s", "side"]].itertuples(
        index=False
    ):
        inside = (time >= strike) & (time <= strike + contact_s)
        part = (time[inside] - strike) / contact_s
        force[inside, 1] += peak * np.sin(np.pi * part)
        force[inside, 0] -= _PUSH_N_S_KG * mass_kg * np.pi / contact_s * np.sin(2 * np.pi * part)
        for axis in (0, 2):
            heel, ball = (
                np.interp(time[inside], frames, markers[f"{side}_{name}"][:, axis])
                for name in ("heel_bottom", "metatarsal_2")
            )
            pressure[inside, axis] = heel + (0.3 + 0.75 * part) * (ball - heel)
    return ForceFrames(force, pressure, rate_hz, "simulated")

"""Moments and powers of ankle, knee and hip, frame by frame."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glutelab.errors import DataError, say
from glutelab.kinematics import Motion
from glutelab.kinetics.dynamics import angular_velocity, moments_at, segment_loads
from glutelab.kinetics.ground import Ground
from glutelab.kinetics.inertia import CHAIN, Inertia
from glutelab.segments import SIDES

__all__ = ["FRAMES", "JOINTS", "KINETIC_NAMES", "THREE_PLANES", "joint_kinetics"]

JOINTS = ("ankle", "knee", "hip")  # from the ground up, each at the upper end of its segment
FRAMES = ("proximal", "distal", "laboratory")
# Extension and plantarflexion are positive; a turn about the axis to the right bends hip and ankle
# and straightens the knee.
_MOMENTS = {
    "ankle": ("ankle_plantarflexor_moment_nm_kg", -1.0),
    "knee": ("knee_extensor_moment_nm_kg", 1.0),
    "hip": ("hip_extensor_moment_nm_kg", -1.0),
}
KINETIC_NAMES = (
    *(_MOMENTS[joint][0] for joint in reversed(JOINTS)),
    *(f"{joint}_power_w_kg" for joint in reversed(JOINTS)),
)
THREE_PLANES = tuple(f"{joint}_power_3d_w_kg" for joint in reversed(JOINTS))


def joint_kinetics(
    motion: Motion,
    bodies: Mapping[str, Mapping[str, Inertia]],
    ground: Ground,
    mass_kg: float,
    *,
    frame: str = "proximal",
) -> dict[str, dict[str, np.ndarray]]:
    """Net joint moments and powers of both legs by inverse dynamics, three-dimensional.

    The moment is that of the proximal on the distal segment, about the upper end of the distal
    segment (see `segment_inertia`). Its sagittal part is the one about the mediolateral axis of
    the proximal segment, the axis of joint flexion. Without contact the ground adds nothing, so
    swing is covered, too.

    Parameters
    ----------
    motion : Motion
        From `track_segments`.
    bodies : dict of str to dict
        `segment_inertia` of each side.
    ground : Ground
        From `ground_loads`, low-passed like the markers.
    mass_kg : float
        Moments and powers are divided by it.
    frame : {"proximal", "distal", "laboratory"}
        Whose mediolateral axis the sagittal part is taken about.

    Returns
    -------
    dict of str to dict of str to ndarray, shape (n_frames,)
        For each side ``{hip, knee}_extensor_moment_nm_kg``, ``ankle_plantarflexor_moment_nm_kg``
        (N m/kg), ``{joint}_power_w_kg`` (sagittal moment times sagittal angular velocity, W/kg,
        generation positive), ``{joint}_power_3d_w_kg`` (all three planes) and ``leg_load_n``, the
        vertical force that carries and moves the leg. NaN within four frames of where a segment
        was not tracked.

    Raises
    ------
    DataError
        If there is no such frame.
    """
    if frame not in FRAMES:
        raise DataError(say("kinetics", f"frame is {frame!r}", ", ".join(FRAMES)))
    rate = motion.rate_hz
    segments, pelvis = _both(motion.axes, CHAIN), motion.axes["pelvis"]
    velocity = angular_velocity(segments, rate)
    origin = _both(motion.points_m, [bodies["left"][name].origin for name in CHAIN])
    top, center = (
        origin + np.einsum("ijskt,jsk->iskt", segments, _stack(bodies, field))
        for field in ("top_m", "center_m")
    )
    force, moment = segment_loads(
        _stack(bodies, "mass_kg"),
        center,
        _stack(bodies, "tensor_kg_m2"),
        segments,
        velocity,
        rate,
    )
    leg_load = force[1].sum(axis=1)
    # What holds a joint up holds up every segment below it, less what the ground does.
    for loads, from_ground in ((force, ground.force_n), (moment, ground.moment_nm)):
        loads[:, :, 0] -= from_ground
        loads[:, :, 1] += loads[:, :, 0]
        loads[:, :, 2] += loads[:, :, 1]
    moment = moments_at(top, force, moment) / mass_kg
    velocity[:, :, :2] -= velocity[:, :, 1:]
    velocity[:, :, 2] -= angular_velocity(pelvis, rate)[:, None]
    relative = velocity
    if frame == "laboratory":
        about, turning = moment[2], relative[2]
    else:
        right = segments[:, 2]
        if frame == "proximal":
            above = np.broadcast_to(pelvis[:, 2, None, None], right[:, :, :1].shape)
            right = np.concatenate([right[:, :, 1:], above], axis=2)
        about, turning = (np.einsum("iskt,iskt->skt", right, v) for v in (moment, relative))
    in_space = np.einsum("iskt,iskt->skt", moment, relative)
    result: dict[str, dict[str, np.ndarray]] = {}
    for s, side in enumerate(SIDES):
        result[side] = {"leg_load_n": leg_load[s]}
        for k, joint in enumerate(JOINTS):
            name, sign = _MOMENTS[joint]
            result[side][name] = sign * about[s, k]
            result[side][f"{joint}_power_w_kg"] = about[s, k] * turning[s, k]
            result[side][f"{joint}_power_3d_w_kg"] = in_space[s, k]
    return result


def _both(parts: Mapping[str, np.ndarray], names) -> np.ndarray:
    """Arrays of both sides, stacked as (..., side, segment, n_frames)."""
    of_side = [np.stack([parts[f"{side}_{name}"] for name in names], axis=-2) for side in SIDES]
    return np.stack(of_side, axis=-3)


def _stack(bodies: Mapping[str, Mapping[str, Inertia]], field: str) -> np.ndarray:
    """One quantity of all bodies, stacked as (..., side, segment)."""
    values = [[getattr(bodies[side][name], field) for name in CHAIN] for side in SIDES]
    return np.moveaxis(np.array(values), (0, 1), (-2, -1))

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
    of_pelvis = motion.axes["pelvis"], angular_velocity(motion.axes["pelvis"], rate)
    result: dict[str, dict[str, np.ndarray]] = {}
    # One segment at a time: its arrays stay in the cache of the processor.
    for s, side in enumerate(SIDES):
        turns = [
            (motion.axes[f"{side}_{name}"], angular_velocity(motion.axes[f"{side}_{name}"], rate))
            for name in CHAIN
        ]
        below = -ground.force_n[:, s], -ground.moment_nm[:, s]
        leg_load = np.zeros(below[0].shape[-1])
        result[side] = {"leg_load_n": leg_load}
        for joint, name, here, above in zip(
            JOINTS, CHAIN, turns, [*turns[1:], of_pelvis], strict=True
        ):
            body, (axes, velocity) = bodies[side][name], here
            origin = motion.points_m[f"{side}_{body.origin}"]
            top, center = (
                origin + np.einsum("ijt,j->it", axes, place)
                for place in (body.top_m, body.center_m)
            )
            own = segment_loads(body.mass_kg, center, body.tensor_kg_m2, axes, velocity, rate)
            leg_load += own[0][1]
            # What holds a joint up holds up every segment below it, less what the ground does.
            below = own[0] + below[0], own[1] + below[1]
            moment = moments_at(top, *below) / mass_kg
            turning = velocity - above[1]
            parts = _sagittal(moment, turning, {"proximal": above[0], "distal": axes}.get(frame))
            name, sign = _MOMENTS[joint]
            result[side][name] = sign * parts[0]
            result[side][f"{joint}_power_w_kg"] = parts[0] * parts[1]
            result[side][f"{joint}_power_3d_w_kg"] = np.einsum("it,it->t", moment, turning)
    return result


def _sagittal(moment: np.ndarray, turning: np.ndarray, axes: np.ndarray | None):
    """Parts of both about the axis to the right: of a segment, or of the laboratory."""
    if axes is None:
        return moment[2], turning[2]
    return tuple(np.einsum("it,it->t", axes[:, 2], vector) for vector in (moment, turning))

"""From moving markers to joint centers and angles.

Angles follow docs/conventions.md: flexion, anterior tilt and forward are positive, and frontal and
transverse angles have the same meaning on both sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from glutelab.errors import DataError, say
from glutelab.frames import MarkerFrames
from glutelab.gaps import fill_from_cluster, fill_gaps
from glutelab.rigid import fit_rigid_body
from glutelab.segments import FOREFOOT, SIDES, Segment
from glutelab.signals import low_pass

__all__ = [
    "ANGLE_NAMES",
    "Motion",
    "forefoot_markers",
    "joint_angles",
    "relabel_forefoot",
    "standing_posture",
    "track_segments",
]


@dataclass(frozen=True)
class Motion:
    """All segments of one recording, frame by frame.

    Attributes
    ----------
    axes : dict of str to ndarray, shape (3, 3, n_frames)
        Columns are the forward, up and right axis of the segment; NaN where it was not tracked.
    points_m : dict of str to ndarray, shape (3, n_frames)
        Joint centers and other points, meters, laboratory axes.
    seen : dict of str to ndarray of int, shape (n_frames,)
        Cluster markers seen, after gaps were filled.
    misfit_m : dict of str to ndarray, shape (n_frames,)
        Root mean square distance of the cluster markers from the rigid cluster, meters. About
        1 mm on plates, 4 mm on the pelvis; centimeters mean that markers were mixed up.
    rate_hz : float
        Frames per second.
    source : str
        File the markers came from.
    """

    axes: Mapping[str, np.ndarray]
    points_m: Mapping[str, np.ndarray]
    seen: Mapping[str, np.ndarray]
    misfit_m: Mapping[str, np.ndarray]
    rate_hz: float
    source: str = ""


def track_segments(
    markers: MarkerFrames,
    model: Mapping[str, Segment],
    *,
    cutoff_hz: float = 10.0,
    longest_gap: int = 20,
    fewest: int = 3,
) -> Motion:
    """Carry each segment along with its marker cluster.

    Gaps are filled from the rest of the cluster where three other markers were seen, else by a
    third-order polynomial; markers are low-passed without lag; each cluster is fitted by least
    squares to the markers there are.

    Parameters
    ----------
    markers : MarkerFrames
        The running trial.
    model : dict of str to Segment
        From `segment_model`.
    cutoff_hz : float
        Zero-lag low-pass of the marker positions.
    longest_gap : int
        Longest gap that the polynomial fills, frames.
    fewest : int
        Frames with fewer cluster markers leave the segment NaN.

    Returns
    -------
    Motion

    Raises
    ------
    DataError
        If a marker of a cluster is not among the columns.
    """
    used = [name for segment in model.values() for name in segment.markers]
    forefoot = forefoot_markers(model)
    absent = [name for name in (*used, *forefoot) if name not in markers]
    if absent:
        raise DataError(
            say(
                markers.source or "markers",
                f"no columns for {', '.join(absent)}",
                "all markers of the tracking clusters",
                "Map the laboratory's own marker names to these in the reader.",
            )
        )
    channels = np.ascontiguousarray(
        markers.positions_m[:, [markers.index(name) for name in (*used, *forefoot)]].transpose(
            1, 2, 0
        )
    )
    start = 0
    for segment in model.values():
        cluster = slice(start, start := start + len(segment.markers))
        channels[cluster] = fill_from_cluster(channels[cluster], segment.reference_m)
    flat = fill_gaps(channels.reshape(-1, len(markers)), longest_gap)
    smooth = low_pass(flat, markers.rate_hz, cutoff_hz).reshape(channels.shape)
    axes, points, seen, misfit, start = {}, {}, {}, {}, 0
    for name, segment in model.items():
        cluster = smooth[start : (start := start + len(segment.markers))]
        pose = fit_rigid_body(segment.reference_m, cluster, fewest)
        axes[name] = np.einsum("ijt,jk->ikt", pose.rotation, segment.axes)
        for point, standing_m in segment.points_m.items():
            turned = np.einsum("ijt,j->it", pose.rotation, standing_m)
            points[point] = turned + pose.translation_m
        seen[name], misfit[name] = pose.seen, pose.misfit_m
    for side in SIDES:
        if f"{side}_forefoot" in points:
            continue  # a set without both metatarsals: the rigid foot carries its toe
        pair, start = smooth[start : start + 2], start + 2
        carried = [points.pop(f"{side}_{name}") for name in FOREFOOT]
        points[f"{side}_forefoot"] = _forefoot(pair, carried)
    return Motion(axes, points, seen, misfit, markers.rate_hz, markers.source)


def forefoot_markers(model: Mapping[str, Segment]) -> list[str]:
    """Metatarsal markers that the forefoot of each side is the middle of; none if it is a toe."""
    return [
        f"{side}_{name}"
        for side in SIDES
        for name in FOREFOOT
        if f"{side}_{name}" in model[f"{side}_foot"].points_m
    ]


def _forefoot(seen_m: np.ndarray, carried_m: list[np.ndarray]) -> np.ndarray:
    """Middle of the metatarsal heads 1 and 5.

    Where one marker is missing (whole trials lack one) it is set beside the other as far away as
    the rigid foot says; where both are, the rigid foot carries the point along.
    """
    first, fifth = seen_m
    apart = carried_m[1] - carried_m[0]
    candidates = (
        0.5 * (first + fifth),
        first + 0.5 * apart,
        fifth - 0.5 * apart,
        0.5 * (carried_m[0] + carried_m[1]),
    )
    forefoot = candidates[0]
    for candidate in candidates[1:]:
        forefoot = np.where(np.isnan(forefoot), candidate, forefoot)
    return forefoot


def relabel_forefoot(
    markers: MarkerFrames, model: Mapping[str, Segment]
) -> tuple[MarkerFrames, list[str]]:
    """Put exchanged labels of the first and fifth metatarsal right, and say so.

    A marker whose distances to the heel cluster fit the other metatarsal better by more than
    15 mm carries the wrong label.

    Parameters
    ----------
    markers : MarkerFrames
    model : dict of str to Segment

    Returns
    -------
    markers : MarkerFrames
        With the labels that fit.
    notes : list of str
        One sentence per change; empty if nothing was changed.
    """
    positions, notes = markers.positions_m, []
    for side in SIDES:
        foot = model[f"{side}_foot"]
        names = [f"{side}_{name}" for name in FOREFOOT]
        if not set(names) <= set(foot.points_m):
            continue
        if set(names) & set(foot.markers):
            continue  # they track the foot: a swap shows as misfit
        if not {*names, *foot.markers} <= set(markers.names):
            continue
        standing = np.array([foot.points_m[name] for name in names])
        expected = np.linalg.norm(standing[:, None] - foot.reference_m, axis=-1)
        fits = [
            _fits(markers[name], markers, foot.markers, expected, own)
            for own, name in enumerate(names)
        ]
        if all(fit is None or fit == own for own, fit in enumerate(fits)):
            continue
        columns = [markers.index(name) for name in names]
        positions = positions.copy()
        if fits == [1, 0]:
            positions[:, columns] = positions[:, columns[::-1]]
            notes.append(f"{names[0]} and {names[1]} carried each other's label")
            continue
        wrong = next(own for own, fit in enumerate(fits) if fit == 1 - own)
        if fits[1 - wrong] is None:
            positions[:, columns[1 - wrong]] = positions[:, columns[wrong]]
            notes.append(f"the marker labeled {names[wrong]} sits on {names[1 - wrong]}")
        else:
            notes.append(f"{names[wrong]} was not used: it sits on {names[1 - wrong]}")
        positions[:, columns[wrong]] = np.nan
    return markers.replaced(positions) if notes else markers, notes


def _fits(marker, markers: MarkerFrames, cluster: tuple, expected_m, own: int) -> int | None:
    """Which distance pattern a marker fits: its own unless the other fits clearly better.

    None if the marker was never seen together with the cluster.
    """
    step = max(1, len(markers) // 500)  # enough for a median
    distances = [np.linalg.norm((marker - markers[name])[::step], axis=1) for name in cluster]
    if np.isnan(distances).all(axis=1).any():
        return None
    misfit = np.abs(expected_m - np.nanmedian(distances, axis=1)).max(axis=1)
    return 1 - own if misfit[own] - misfit[1 - own] > 0.015 else own


ANGLE_NAMES = (
    "hip_flexion_deg",
    "hip_adduction_deg",
    "hip_internal_rotation_deg",
    "knee_flexion_deg",
    "knee_adduction_deg",
    "knee_internal_rotation_deg",
    "ankle_dorsiflexion_deg",
    "ankle_inversion_deg",
    "ankle_internal_rotation_deg",
    "pelvic_tilt_deg",
    "pelvic_obliquity_deg",
    "pelvic_rotation_deg",
    "thigh_angle_deg",
    "shank_angle_deg",
    "foot_angle_deg",
)


def joint_angles(motion: Motion, side: str) -> dict[str, np.ndarray]:
    """Joint and segment angles of one side.

    Joint angles are Cardan angles of the distal in the proximal segment, in the order flexion,
    adduction, rotation (Z-X-Y, as Visual3D and Grood and Suntay 1983, doi 10.1115/1.3138397).
    Thigh, shank, foot and pelvic tilt are angles of the segment's axis in the laboratory's sagittal
    plane. As long as the leg stays near it, hip flexion is thigh angle plus pelvic tilt, and knee
    flexion is thigh angle plus shank angle.

    Parameters
    ----------
    motion : Motion
    side : {"left", "right"}

    Returns
    -------
    dict of str to ndarray, shape (n_frames,)
        One entry per name in `ANGLE_NAMES`, degrees. Positive are flexion, dorsiflexion,
        adduction, inversion, internal rotation; anterior tilt, this side of the pelvis up and
        forward; knee ahead of hip (thigh), knee ahead of ankle (shank), toes up (foot).
    """
    mirror = 1.0 if side == "right" else -1.0
    pelvis, thigh, shank, foot = (
        motion.axes[name] for name in ("pelvis", f"{side}_thigh", f"{side}_shank", f"{side}_foot")
    )
    hip, knee, ankle = _cardan(pelvis, thigh), _cardan(thigh, shank), _cardan(shank, foot)
    angles = (
        hip[0],
        mirror * hip[1],
        mirror * hip[2],
        -knee[0],
        mirror * knee[1],
        mirror * knee[2],
        ankle[0],
        mirror * ankle[1],
        mirror * ankle[2],
        np.arctan2(-pelvis[1, 0], pelvis[0, 0]),
        mirror * np.arcsin(np.clip(pelvis[1, 2], -1.0, 1.0)),
        mirror * np.arctan2(pelvis[0, 2], pelvis[2, 2]),
        np.arctan2(-thigh[0, 1], thigh[1, 1]),
        np.arctan2(shank[0, 1], shank[1, 1]),
        np.arctan2(foot[1, 0], foot[0, 0]),
    )
    return {name: np.degrees(angle) for name, angle in zip(ANGLE_NAMES, angles, strict=True)}


def _cardan(proximal: np.ndarray, distal: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rotations about Z, X and Y that turn the proximal into the distal axes, radians."""

    def relative(i: int, j: int) -> np.ndarray:
        return np.einsum("it,it->t", proximal[:, i], distal[:, j])

    about_z = np.arctan2(-relative(0, 1), relative(1, 1))
    about_x = np.arcsin(np.clip(relative(2, 1), -1.0, 1.0))
    about_y = np.arctan2(-relative(2, 0), relative(2, 2))
    return about_z, about_x, about_y


def standing_posture(model: Mapping[str, Segment]) -> dict[str, float]:
    """How the runner stands: the same angles, and leg lengths, in the standing trial.

    Returns
    -------
    dict of str to float
        ``pelvic_tilt_deg`` (anterior +) and, for each side, ``{side}_hip_flexion_deg``,
        ``{side}_thigh_angle_deg``, ``{side}_knee_flexion_deg`` and ``{side}_leg_length_m``
        (hip center to knee center to ankle center). A model made from running gives leg lengths
        only; its angles are NaN.
    """
    still = Motion({name: part.axes[..., None] for name, part in model.items()}, {}, {}, {}, 1.0)
    posture = {}
    for side in SIDES:
        angles = joint_angles(still, side)
        posture["pelvic_tilt_deg"] = float(angles["pelvic_tilt_deg"][0])
        for name in ("hip_flexion_deg", "thigh_angle_deg", "knee_flexion_deg"):
            posture[f"{side}_{name}"] = float(angles[name][0])
        hip = model["pelvis"].points_m[f"{side}_hip_center"]
        knee = model[f"{side}_thigh"].points_m[f"{side}_knee_center"]
        ankle = model[f"{side}_shank"].points_m[f"{side}_ankle_center"]
        length = np.linalg.norm(hip - knee) + np.linalg.norm(knee - ankle)
        posture[f"{side}_leg_length_m"] = float(length)
    if not model["pelvis"].standing:
        posture |= {name: np.nan for name in posture if name.endswith("_deg")}
    return posture

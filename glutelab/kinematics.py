"""From markers to segments, joint centers and angles.

Segments are defined once, on the standing trial, and then carried along by rigid marker clusters.
Axes of every segment are X forward, Y up (along the segment), Z to the runner's right.
Angles follow docs/conventions.md: flexion, anterior tilt and forward are positive, and frontal and
transverse angles have the same meaning on both sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from glutelab.errors import DataError, say
from glutelab.frames import MarkerFrames
from glutelab.rigid import fit_rigid_body
from glutelab.signals import fill_gaps, low_pass

__all__ = [
    "ANGLE_NAMES",
    "Motion",
    "Segment",
    "joint_angles",
    "relabel_forefoot",
    "segment_model",
    "standing_posture",
    "track_segments",
]

SIDES = ("left", "right")
CLUSTERS = {
    "thigh": ("thigh_top_lateral", "thigh_bottom_lateral", "thigh_top_medial", "thigh_bottom_medial"),
    "shank": ("shank_top_lateral", "shank_bottom_lateral", "shank_top_medial", "shank_bottom_medial"),
    "foot": ("heel_top", "heel_bottom", "heel_lateral"),
}
PELVIS_CLUSTER = ("right_asis", "left_asis", "right_psis", "left_psis")
_LANDMARKS = (
    "trochanter",
    "knee_lateral",
    "knee_medial",
    "fibula_head",
    "tibial_tuberosity",
    "ankle_lateral",
    "ankle_medial",
    "metatarsal_1",
    "metatarsal_2",
    "metatarsal_5",
)
FOREFOOT = ("metatarsal_1", "metatarsal_5")


@dataclass(frozen=True)
class Segment:
    """One rigid body as it stands in the standing trial.

    Attributes
    ----------
    markers : tuple of str
        The cluster that tracks it.
    reference_m : ndarray, shape (n_markers, 3)
        Standing positions of the cluster, meters.
    axes : ndarray, shape (3, 3)
        Columns are the forward, up and right axis in the laboratory.
    points_m : dict of str to ndarray, shape (3,)
        Points that move with the segment (joint centers), standing, meters.
    """

    markers: tuple[str, ...]
    reference_m: np.ndarray
    axes: np.ndarray
    points_m: Mapping[str, np.ndarray]


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
    rate_hz : float
        Frames per second.
    source : str
        File the markers came from.
    """

    axes: Mapping[str, np.ndarray]
    points_m: Mapping[str, np.ndarray]
    seen: Mapping[str, np.ndarray]
    rate_hz: float
    source: str = ""


# --- the model ------------------------------------------------------------------------------------


def segment_model(standing: MarkerFrames) -> dict[str, Segment]:
    """Pelvis, thighs, shanks and feet of one runner, from the standing trial.

    The definitions are those of the RBDS authors' Visual3D model, so that angles can be compared
    with theirs: CODA pelvis with hip centers by regression on the distance d between the ASIS
    (0.36 d lateral, 0.19 d posterior, 0.30 d inferior; Bell 1989, doi 10.1016/0167-9457(89)90020-1);
    thigh and shank frontal planes fitted by least squares to their landmarks. The shank runs from
    the ankle center to the tibial tuberosity projected into the plane of fibula head and malleoli.
    The foot points from heel to second metatarsal and is level in standing, by definition.

    Parameters
    ----------
    standing : MarkerFrames
        Standing trial with the anatomical landmarks; positions are averaged over frames.

    Returns
    -------
    dict of str to Segment
        Keys ``pelvis``, ``left_thigh``, ``right_thigh``, and so on for shank and foot.

    Raises
    ------
    DataError
        If a marker the model needs was never seen.
    """
    at = _mean_positions(standing)
    pelvis_axes, pelvis_origin = _pelvis(at)
    asis_distance = np.linalg.norm(at["right_asis"] - at["left_asis"])
    segments = {}
    pelvis_points = {"pelvis_origin": pelvis_origin}
    right = pelvis_axes[:, 2]
    for side, outward in (("left", -1.0), ("right", 1.0)):
        here = {name: at[f"{side}_{name}"] for name in (*_LANDMARKS, "heel_bottom")}
        hip = pelvis_origin + pelvis_axes @ (
            asis_distance * np.array([-0.19, -0.30, 0.36 * outward])
        )
        knee = 0.5 * (here["knee_lateral"] + here["knee_medial"])
        ankle = 0.5 * (here["ankle_lateral"] + here["ankle_medial"])
        thigh_plane = (hip, here["trochanter"], here["knee_lateral"], here["knee_medial"])
        ankle_plane = (here["fibula_head"], here["ankle_lateral"], here["ankle_medial"])
        top = _project(here["tibial_tuberosity"], ankle_plane)
        pelvis_points[f"{side}_hip_center"] = hip
        definitions = {
            "thigh": (_long_axes(hip, knee, thigh_plane, right), {"knee_center": knee}),
            "shank": (_long_axes(top, ankle, (top, *ankle_plane), right), {"ankle_center": ankle}),
            "foot": (
                _foot_axes(here["heel_bottom"], here["metatarsal_2"]),
                {"heel": here["heel_bottom"], **{name: here[name] for name in FOREFOOT}},
            ),
        }
        for name, (axes, points) in definitions.items():
            points = {f"{side}_{point}": where for point, where in points.items()}
            cluster = tuple(f"{side}_{marker}" for marker in CLUSTERS[name])
            segments[f"{side}_{name}"] = _segment(cluster, at, axes, points)
    return {"pelvis": _segment(PELVIS_CLUSTER, at, pelvis_axes, pelvis_points), **segments}


def _mean_positions(standing: MarkerFrames) -> dict[str, np.ndarray]:
    needed = set(PELVIS_CLUSTER)
    for side in SIDES:
        for names in (*CLUSTERS.values(), _LANDMARKS):
            needed |= {f"{side}_{name}" for name in names}
    unseen = [
        name
        for name in sorted(needed)
        if name not in standing or np.isnan(standing[name]).any(axis=1).all()
    ]
    if unseen:
        raise DataError(
            say(
                standing.source or "standing trial",
                f"{', '.join(unseen)} not seen in any frame",
                "every landmark of the standing trial in at least one frame",
                "Label the markers in the standing trial, or use another standing trial.",
            )
        )
    return {name: np.nanmean(standing[name], axis=0) for name in needed}


def _segment(cluster: tuple[str, ...], at: Mapping, axes: np.ndarray, points: dict) -> Segment:
    return Segment(cluster, np.array([at[name] for name in cluster]), axes, points)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def _plane_normal(points: tuple) -> np.ndarray:
    """Normal of the least-squares plane through three or more points."""
    centered = np.array(points) - np.mean(points, axis=0)
    return np.linalg.svd(centered)[2][2]


def _project(point: np.ndarray, plane: tuple) -> np.ndarray:
    normal = _plane_normal(plane)
    return point - ((point - plane[0]) @ normal) * normal


def _pelvis(at: Mapping) -> tuple[np.ndarray, np.ndarray]:
    origin = 0.5 * (at["right_asis"] + at["left_asis"])
    right = _unit(at["right_asis"] - at["left_asis"])
    forward = origin - 0.5 * (at["right_psis"] + at["left_psis"])
    forward = _unit(forward - (forward @ right) * right)
    return np.column_stack([forward, np.cross(right, forward), right]), origin


def _long_axes(top: np.ndarray, bottom: np.ndarray, frontal_plane: tuple, right: np.ndarray):
    """Axes with Y from bottom to top inside the fitted frontal plane and X normal to it."""
    forward = _plane_normal(frontal_plane)
    up = top - bottom
    up = _unit(up - (up @ forward) * forward)
    if np.cross(forward, up) @ right < 0:
        forward = -forward
    return np.column_stack([forward, up, np.cross(forward, up)])


def _foot_axes(heel: np.ndarray, toe: np.ndarray) -> np.ndarray:
    forward = toe - heel
    forward = _unit(np.array([forward[0], 0.0, forward[2]]))
    up = np.array([0.0, 1.0, 0.0])
    return np.column_stack([forward, up, np.cross(forward, up)])


# --- motion ---------------------------------------------------------------------------------------


def track_segments(
    markers: MarkerFrames,
    model: Mapping[str, Segment],
    *,
    cutoff_hz: float = 10.0,
    longest_gap: int = 20,
    fewest: int = 3,
) -> Motion:
    """Carry each segment along with its marker cluster.

    Gaps are filled by a third-order polynomial, markers are low-passed without lag, and each
    cluster is fitted by least squares to the markers seen.

    Parameters
    ----------
    markers : MarkerFrames
        The running trial.
    model : dict of str to Segment
        From `segment_model`.
    cutoff_hz : float
        Zero-lag low-pass of the marker positions.
    longest_gap : int
        Longest gap that is filled, frames.
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
    forefoot = [f"{side}_{name}" for side in SIDES for name in FOREFOOT]
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
        markers.positions_m[
            :, [markers.index(name) for name in (*used, *forefoot)]
        ].transpose(1, 2, 0)
    )
    flat = fill_gaps(channels.reshape(-1, len(markers)), longest_gap)
    smooth = low_pass(flat, markers.rate_hz, cutoff_hz).reshape(channels.shape)
    axes, points, seen, start = {}, {}, {}, 0
    for name, segment in model.items():
        stop = start + len(segment.markers)
        rotation, shift, seen[name] = fit_rigid_body(
            segment.reference_m, smooth[start:stop], fewest
        )
        axes[name] = np.einsum("ijt,jk->ikt", rotation, segment.axes)
        for point, standing_m in segment.points_m.items():
            points[point] = np.einsum("ijt,j->it", rotation, standing_m) + shift
        start = stop
    for side, pair in (("left", smooth[start : start + 2]), ("right", smooth[start + 2 :])):
        carried = [points.pop(f"{side}_{name}") for name in FOREFOOT]
        points[f"{side}_forefoot"] = _forefoot(pair, carried)
    return Motion(axes, points, seen, markers.rate_hz, markers.source)


def _forefoot(seen_m: np.ndarray, carried_m: list[np.ndarray]) -> np.ndarray:
    """Middle of the metatarsal heads 1 and 5; one seen marker is enough.

    A marker that is missing (whole trials lack one) is set beside the other as far away as the
    rigid foot says; the lever is short, so bending of the forefoot matters little.
    """
    first, fifth = seen_m
    apart = carried_m[1] - carried_m[0]
    from_first, from_fifth = first + 0.5 * apart, fifth - 0.5 * apart
    both = 0.5 * (first + fifth)
    return np.where(np.isnan(both), np.where(np.isnan(first), from_fifth, from_first), both)


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
        standing = np.array([foot.points_m[name] for name in names])
        expected = np.linalg.norm(standing[:, None] - foot.reference_m, axis=-1)
        fits = [_fits(markers[name], markers, foot.markers, expected) for name in names]
        if fits == [0, 1] or not any(fit is not None and fit != k for k, fit in enumerate(fits)):
            continue
        columns = [markers.index(name) for name in names]
        positions = positions.copy()
        if fits == [1, 0]:
            positions[:, columns] = positions[:, columns[::-1]]
            notes.append(f"{names[0]} and {names[1]} carried each other's label")
            continue
        wrong = next(k for k, fit in enumerate(fits) if fit is not None and fit != k)
        if fits[1 - wrong] is None:
            positions[:, columns[1 - wrong]] = positions[:, columns[wrong]]
            notes.append(f"the marker labeled {names[wrong]} sits on {names[1 - wrong]}")
        else:
            notes.append(f"both forefoot markers of the {side} foot fit {names[1 - wrong]}")
        positions[:, columns[wrong]] = np.nan
    return markers.replaced(positions) if notes else markers, notes


def _fits(marker, markers: MarkerFrames, cluster: tuple, expected_m: np.ndarray) -> int | None:
    """Which of the expected distance patterns a marker's distances to a cluster fit."""
    distances = [np.linalg.norm(marker - markers[name], axis=1) for name in cluster]
    if np.isnan(distances).all():
        return None
    misfit = np.abs(expected_m - np.nanmedian(distances, axis=1)).max(axis=1)
    clear = abs(misfit[0] - misfit[1]) > 0.015
    return int(misfit.argmin()) if clear else None


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
        (hip center to knee center to ankle center).
    """
    still = Motion({name: part.axes[..., None] for name, part in model.items()}, {}, {}, 1.0)
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
    return posture

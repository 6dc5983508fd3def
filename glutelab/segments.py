"""The segments of one runner, defined on the standing trial.

Axes of every segment are X forward, Y up (along the segment), Z to the runner's right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from glutelab.errors import DataError, say
from glutelab.frames import MarkerFrames

__all__ = ["FOREFOOT", "SIDES", "Segment", "segment_model"]

SIDES = ("left", "right")
CLUSTERS = {
    "thigh": (
        "thigh_top_lateral",
        "thigh_bottom_lateral",
        "thigh_top_medial",
        "thigh_bottom_medial",
    ),
    "shank": (
        "shank_top_lateral",
        "shank_bottom_lateral",
        "shank_top_medial",
        "shank_bottom_medial",
    ),
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


def segment_model(standing: MarkerFrames) -> dict[str, Segment]:
    """Pelvis, thighs, shanks and feet of one runner, from the standing trial.

    The definitions are those of the RBDS authors' Visual3D model, so that angles can be compared
    with theirs: CODA pelvis with hip centers by regression on the distance d between the ASIS
    (0.36 d lateral, 0.19 d posterior, 0.30 d inferior; Bell 1989, doi
    10.1016/0167-9457(89)90020-1);
    thigh and shank frontal planes fitted by least squares to their landmarks. The shank runs from
    the ankle center to the tibial tuberosity projected into the plane of fibula head and malleoli;
    its upper end for moments, ``shank_top``, is the knee center projected into that plane.
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
            "shank": (
                _long_axes(top, ankle, (top, *ankle_plane), right),
                {"ankle_center": ankle, "shank_top": _project(knee, ankle_plane)},
            ),
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

"""The segments of one runner, defined on the standing trial.

Axes of every segment are X forward, Y up (along the segment), Z to the runner's right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from glutelab.errors import DataError, say
from glutelab.frames import MarkerFrames
from glutelab.landmarks import SIDES, find_landmarks

__all__ = ["FOREFOOT", "SIDES", "Segment", "cluster_names", "model_notes", "segment_model"]

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
    skin : bool
        Whether the cluster sits on skin and not on a plate: it may be less rigid.
    standing : bool
        Whether the reference is a standing trial; False if it was made from running, so that it
        tells nothing of how the runner stands.
    notes : tuple of str
        What stands in for landmarks that were not marked.
    """

    markers: tuple[str, ...]
    reference_m: np.ndarray
    axes: np.ndarray
    points_m: Mapping[str, np.ndarray]
    skin: bool = False
    standing: bool = True
    notes: tuple[str, ...] = ()


def segment_model(
    standing: MarkerFrames,
    clusters: Mapping[str, tuple[str, ...]] | None = None,
    *,
    centers: str = "regression",
    from_running: bool = False,
) -> dict[str, Segment]:
    """Pelvis, thighs, shanks and feet of one runner, from the standing trial.

    The definitions are those of the RBDS authors' Visual3D model, so that angles can be compared
    with theirs: CODA pelvis with hip centers by regression on the distance d between the ASIS
    (0.36 d lateral, 0.19 d posterior, 0.30 d inferior; Bell 1989, doi
    10.1016/0167-9457(89)90020-1);
    thigh and shank frontal planes fitted by least squares to their landmarks. The shank runs from
    the ankle center to the tibial tuberosity projected into the plane of fibula head and malleoli;
    its upper end for moments, ``shank_top``, is the knee center projected into that plane.
    The foot points from heel to second metatarsal and is level in standing, by definition.

    A marker set without some of these landmarks is used with what it has; `model_notes` says what
    stands in for what.

    Parameters
    ----------
    standing : MarkerFrames
        Standing trial with the anatomical landmarks; positions are averaged over frames. Needed
        are both ASIS, both PSIS or ``sacrum``, and per side knee and ankle (lateral and medial, or
        lateral and ``knee_center``), heel (``heel_bottom`` or ``heel``) and a toe
        (``metatarsal_2``, metatarsals 1 and 5, or ``toe``).
    clusters : dict of str to tuple of str, optional
        Markers that track ``pelvis``, ``thigh``, ``shank`` and ``foot``, three or more each,
        without side (the pelvis with or without). Default: the plates of RBDS.
    centers : {"regression", "given"}
        ``given``: hip centers are markers of the trial, ``right_hip_center``.
    from_running : bool
        Whether `standing` was made by `reference_from_running`.

    Returns
    -------
    dict of str to Segment
        Keys ``pelvis``, ``left_thigh``, ``right_thigh``, and so on for shank and foot.

    Raises
    ------
    DataError
        If a marker the model needs was never seen, or a cluster has fewer than three markers.
    """
    tracked = cluster_names(clusters)
    every = tuple(name for names in tracked.values() for name in names)
    found = find_landmarks(standing, every, centers)
    at, absent = found.at, found.absent
    pelvis_axes, pelvis_origin = _pelvis(at)
    asis_distance = np.linalg.norm(at["right_asis"] - at["left_asis"])
    built = {}
    pelvis_points = {"pelvis_origin": pelvis_origin}
    right = pelvis_axes[:, 2]
    for side, outward in (("left", -1.0), ("right", 1.0)):
        here = {
            name.removeprefix(f"{side}_"): where
            for name, where in at.items()
            if name.startswith(f"{side}_")
        }
        hip = pelvis_origin + pelvis_axes @ (
            asis_distance * np.array([-0.19, -0.30, 0.36 * outward])
        )
        if centers == "given":
            hip = here["hip_center"]
        knee = 0.5 * (here["knee_lateral"] + here["knee_medial"])
        ankle = 0.5 * (here["ankle_lateral"] + here["ankle_medial"])
        thigh_plane = (hip, here["knee_lateral"], here["knee_medial"])
        if "trochanter" not in absent:
            thigh_plane = (hip, here["trochanter"], *thigh_plane[1:])
        pelvis_points[f"{side}_hip_center"] = hip
        forefoot = {name: here[name] for name in FOREFOOT if name in here}
        if len(forefoot) < len(FOREFOOT):
            forefoot = {"forefoot": here["toe_point"]}
        axes, top = _shank(here, absent, knee, ankle, right)
        definitions = {
            "thigh": (_long_axes(hip, knee, thigh_plane, right), {"knee_center": knee}),
            "shank": (axes, {"ankle_center": ankle, "shank_top": top}),
            "foot": (
                _foot_axes(here["heel_point"], here["toe_point"]),
                {"heel": here["heel_point"], **forefoot},
            ),
        }
        for name, (axes, points) in definitions.items():
            points = {f"{side}_{point}": where for point, where in points.items()}
            built[f"{side}_{name}"] = (axes, points)
    notes = [*found.notes, *_forefoot_note(at)]
    if centers == "given":
        notes.append("hip centers are those of the file")
    if from_running:
        notes.append(_FROM_RUNNING)
    skin = clusters is not None
    return {
        name: Segment(
            tracked[name],
            np.array([at[marker] for marker in tracked[name]]),
            axes,
            points,
            skin,
            not from_running,
            tuple(notes) if name == "pelvis" else (),
        )
        for name, (axes, points) in {"pelvis": (pelvis_axes, pelvis_points), **built}.items()
    }


_FROM_RUNNING = (
    "no standing trial: segments were defined while running; the foot counts as level where heel "
    "and toe are lowest, and nothing is known of how the runner stands"
)


def model_notes(model: Mapping[str, Segment]) -> list[str]:
    """What a reader of the angles should know of the model: what stands in for what.

    Parameters
    ----------
    model : dict of str to Segment
        From `segment_model`.

    Returns
    -------
    list of str
        Empty for the full marker set with a standing trial.
    """
    return [note for segment in model.values() for note in segment.notes]


def cluster_names(
    clusters: Mapping[str, tuple[str, ...]] | None = None,
) -> dict[str, tuple[str, ...]]:
    """Canonical markers that track each segment, with side.

    Parameters
    ----------
    clusters : dict of str to tuple of str, optional
        As in `segment_model`.

    Returns
    -------
    dict of str to tuple of str
        Keys ``pelvis, left_thigh, left_shank, left_foot, right_thigh ...``.

    Raises
    ------
    DataError
        If a segment is absent or has fewer than three markers.

    Examples
    --------
    >>> cluster_names({**CLUSTERS, "pelvis": ("asis", "sacrum")})["pelvis"]
    ('right_asis', 'left_asis', 'sacrum')
    """
    clusters = {"pelvis": PELVIS_CLUSTER, **CLUSTERS} if clusters is None else clusters
    pelvis = []
    for name in clusters.get("pelvis", PELVIS_CLUSTER):
        sided = name.startswith(("left_", "right_", "sacrum", "pelvis_"))
        pelvis += [name] if sided else [f"right_{name}", f"left_{name}"]
    names = {"pelvis": tuple(pelvis)}
    for side in SIDES:
        for part in ("thigh", "shank", "foot"):
            names[f"{side}_{part}"] = tuple(f"{side}_{name}" for name in clusters.get(part, ()))
    few = [
        f"{segment} ({', '.join(markers) or 'none'})"
        for segment, markers in names.items()
        if len(set(markers)) < 3
    ]
    if few:
        raise DataError(
            say(
                "marker clusters",
                f"fewer than three markers track {'; '.join(few)}",
                "three or more per segment, not in one line",
                "Add landmarks that move with the segment to its cluster. Sets with two markers on "
                "a segment (Plug-in Gait) cannot be tracked here: import the joint angles instead.",
            )
        )
    return names


def _forefoot_note(at: Mapping) -> list[str]:
    if all(f"{side}_{name}" in at for side in SIDES for name in FOREFOOT):
        return []
    return ["no markers on both metatarsals 1 and 5: the toe landmark stands for the forefoot"]


def _shank(here: Mapping, absent: frozenset, knee, ankle, right) -> tuple[np.ndarray, np.ndarray]:
    """Axes of the shank and its upper end for moments."""
    ankle_plane = (here["ankle_lateral"], here["ankle_medial"])
    if "fibula_head" not in absent:
        ankle_plane = (here["fibula_head"], *ankle_plane)
    if not absent & {"fibula_head", "tibial_tuberosity"}:
        top = _project(here["tibial_tuberosity"], ankle_plane)
        axes = _long_axes(top, ankle, (top, *ankle_plane), right)
        return axes, _project(knee, ankle_plane)
    return _long_axes(knee, ankle, (knee, *ankle_plane), right), knee


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
    forward = origin - at["mid_psis"]
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

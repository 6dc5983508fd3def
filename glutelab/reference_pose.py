"""A pose to define the segments on, made from running: for recordings without a standing trial."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glutelab.errors import DataError, say
from glutelab.frames import MarkerFrames
from glutelab.rigid import Pose, fit_rigid_body

__all__ = ["mean_shape", "reference_from_running"]

_ROUNDS = 10
# Which segment a landmark moves with; cluster markers say it themselves.
_MOVES_WITH = {
    "pelvis": ("asis", "psis", "sacrum", "iliac_crest", "hip_center"),
    "thigh": ("trochanter", "knee_lateral", "knee_medial", "knee_center"),
    "shank": (
        "fibula_head",
        "tibial_tuberosity",
        "ankle_lateral",
        "ankle_medial",
        "ankle_center",
    ),
    "foot": ("heel", "heel_bottom", "toe", "metatarsal_1", "metatarsal_2", "metatarsal_5"),
}
_LEVEL_SHARE = 0.10  # of all frames: those in which heel and toe are lowest


def reference_from_running(
    markers: MarkerFrames, clusters: Mapping[str, tuple[str, ...]]
) -> MarkerFrames:
    """One made-up pose with every landmark, from the frames of a running trial.

    Each segment gets the median shape of its markers over all frames (generalized Procrustes
    analysis, Gower 1975, doi 10.1007/BF02291478); the landmarks that move with it are added where
    they are on average. Segments are then put together: each in its mean orientation, so placed
    that the joint centers of neighbors, averaged in either segment, coincide. The foot is taken in
    the orientation it has where heel and toe are lowest, as if it stood on the ground.

    Nothing in the result tells how the runner stands: `segment_model` has to know by
    ``from_running=True``.

    Parameters
    ----------
    markers : MarkerFrames
        A running trial in which the anatomical landmarks were tracked, as real or as virtual
        markers.
    clusters : dict of str to tuple of str
        Tracking markers with side, from `glutelab.segments.cluster_names`.

    Returns
    -------
    MarkerFrames
        One frame.

    Raises
    ------
    DataError
        If a cluster was never seen with three markers at once.
    """
    wanted = {segment: _members(markers, segment, names) for segment, names in clusters.items()}
    shapes, poses = {}, {}
    for segment, names in wanted.items():
        cluster = [name for name in clusters[segment] if name in markers]
        observed = _stack(markers, cluster)
        together = np.isfinite(observed[:, 0]).sum(axis=0)
        if len(cluster) < 3 or together.max(initial=0) < 3:
            raise DataError(
                say(
                    markers.source or "markers",
                    f"the {segment.replace('_', ' ')} cluster ({', '.join(clusters[segment])}) is "
                    "never seen with three markers at once",
                    "three or more markers per segment while running",
                    "Check the marker names, or give a standing trial.",
                )
            )
        shape = mean_shape(observed)
        poses[segment] = fit_rigid_body(shape, observed)
        shapes[segment] = dict(zip(cluster, shape, strict=True))
        for name in names:
            if name not in shapes[segment]:
                local = _inside(poses[segment], markers[name].T)
                if np.isfinite(local).any():
                    shapes[segment][name] = np.nanmedian(local, axis=1)
    placed = _assemble(markers, shapes, poses)
    names = tuple(placed)
    positions = np.array([placed[name] for name in names])[None]
    return MarkerFrames(names, positions, markers.rate_hz, markers.source)


def mean_shape(observed_m: np.ndarray) -> np.ndarray:
    """Shape of a cluster that moves, by generalized Procrustes analysis without scaling.

    Parameters
    ----------
    observed_m : ndarray, shape (n_markers, 3, n_frames)
        NaN where a marker was not seen.

    Returns
    -------
    ndarray, shape (n_markers, 3)
        Centered; its orientation is that of the frame in which most markers were seen.
    """
    seen = np.isfinite(observed_m[:, 0])
    shape = observed_m[..., int(seen.sum(axis=0).argmax())]
    known = np.isfinite(shape[:, 0])
    for _ in range(_ROUNDS):
        pose = fit_rigid_body(shape[known], observed_m[known])
        back = np.einsum("jit,mjt->mit", pose.rotation, observed_m - pose.translation_m)
        # The median: labels are exchanged for part of many recordings.
        seen = np.isfinite(back[:, 0]).any(axis=1)
        shape = np.full(shape.shape, np.nan)
        shape[seen] = np.nanmedian(back[seen], axis=2)
        known = seen
    return shape


def _members(markers: MarkerFrames, segment: str, cluster: tuple[str, ...]) -> list[str]:
    side, _, part = segment.rpartition("_")
    if segment == "pelvis":
        names = [f"{s}_{name}" for s in ("left", "right") for name in _MOVES_WITH["pelvis"]]
        names.append("sacrum")
    else:
        names = [f"{side}_{name}" for name in _MOVES_WITH[part]]
    return [name for name in dict.fromkeys((*cluster, *names)) if name in markers]


def _stack(markers: MarkerFrames, names: list[str]) -> np.ndarray:
    return np.stack([markers[name].T for name in names])


def _inside(pose: Pose, point_m: np.ndarray) -> np.ndarray:
    """A point of the laboratory, shape (3, n_frames), in the axes of a segment's shape."""
    return np.einsum("jit,jt->it", pose.rotation, point_m - pose.translation_m)


def _mean_rotation(rotations: np.ndarray) -> np.ndarray:
    """The rotation nearest to the mean of many, shape (3, 3)."""
    u, _, v = np.linalg.svd(np.nanmean(rotations, axis=-1))
    return u @ np.diag([1.0, 1.0, np.linalg.det(u @ v)]) @ v


def _assemble(markers: MarkerFrames, shapes: dict, poses: dict) -> dict[str, np.ndarray]:
    middle = np.nanmedian(poses["pelvis"].translation_m, axis=1)
    placed = _place(shapes["pelvis"], _mean_rotation(poses["pelvis"].rotation), middle)
    hips = _hip_centers(placed)
    for side, hip in hips.items():
        thigh, shank, foot = (f"{side}_{part}" for part in ("thigh", "shank", "foot"))
        moving = poses["pelvis"]
        turn = _mean_rotation(moving.rotation)
        in_pelvis = turn.T @ (hip - middle)
        hip_t = np.einsum("ijt,j->it", moving.rotation, in_pelvis) + moving.translation_m
        placed |= _join(shapes[thigh], poses[thigh], hip_t, hip)
        joints = [(thigh, shank, "knee"), (shank, foot, "ankle")]
        for upper, lower, joint in joints:
            ends = [f"{side}_{joint}_lateral", f"{side}_{joint}_medial"]
            ends = [name for name in ends if name in shapes[upper]]
            center = [f"{side}_{joint}_center"]
            ends = ends if len(ends) == 2 else [name for name in center if name in shapes[upper]]
            if not ends:
                return placed  # what lacks is said where the landmarks are looked for
            local = np.mean([shapes[upper][name] for name in ends], axis=0)
            pose = poses[upper]
            path = np.einsum("ijt,j->it", pose.rotation, local) + pose.translation_m
            target = np.mean([placed[name] for name in ends], axis=0)
            frames = _level_frames(markers, side) if lower == foot else slice(None)
            joined = _join(shapes[lower], poses[lower], path, target, frames)
            placed = {**joined, **placed}
    return placed


def _join(shape: dict, pose: Pose, path_m, target_m, frames=slice(None)) -> dict:
    """A segment in its mean orientation, moved so that a point it shares is on the target."""
    turn = _mean_rotation(pose.rotation[..., frames])
    shared = np.nanmedian(_inside(pose, path_m), axis=1)
    return _place(shape, turn, target_m - turn @ shared)


def _place(shape: dict, turn: np.ndarray, move: np.ndarray) -> dict[str, np.ndarray]:
    return {name: turn @ point + move for name, point in shape.items()}


def _hip_centers(pelvis: dict) -> dict[str, np.ndarray]:
    """Rough hip centers, to hang the thighs on: those of the file, or beside the ASIS."""
    if {"left_hip_center", "right_hip_center"} <= set(pelvis):
        return {side: pelvis[f"{side}_hip_center"] for side in ("left", "right")}
    if not {"left_asis", "right_asis"} <= set(pelvis):
        return {}
    back = [pelvis[name] for name in ("left_psis", "right_psis", "sacrum") if name in pelvis]
    if not back:
        return {}
    origin = 0.5 * (pelvis["left_asis"] + pelvis["right_asis"])
    across = pelvis["right_asis"] - pelvis["left_asis"]
    width = np.linalg.norm(across)
    right = across / width
    forward = origin - np.mean(back, axis=0)
    forward -= (forward @ right) * right
    forward /= np.linalg.norm(forward)
    up = np.cross(right, forward)
    inner = origin - width * (0.19 * forward + 0.30 * up)
    return {"left": inner - 0.36 * width * right, "right": inner + 0.36 * width * right}


def _level_frames(markers: MarkerFrames, side: str) -> np.ndarray:
    """Frames in which heel and toe markers are lowest."""
    options = (("heel_bottom", "heel"), ("metatarsal_2", "toe", "metatarsal_5", "metatarsal_1"))
    height = np.zeros(len(markers))
    for names in options:
        name = next((f"{side}_{n}" for n in names if f"{side}_{n}" in markers), None)
        if name is not None:
            height = height + markers[name][:, 1]
    if np.isnan(height).all():
        return np.arange(len(markers))
    return np.flatnonzero(height <= np.nanquantile(height, _LEVEL_SHARE))

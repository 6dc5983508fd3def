"""Segment poses of Theia3D (C3D files with a ROTATION group) to joint angles.

Theia writes one 4 x 4 matrix per segment and frame (``pelvis_4X4``, ``l_thigh_4X4`` ...): its axes
and origin in the laboratory (https://wiki.has-motion.com/doku.php?id=visual3d:documentation:third-party:theia).
Which way the axes of a segment point is in no document that we found. They are taken to be those of
Visual3D - X to the right, Y forward, Z along the segment, up - and each file is asked whether that
is so: the long axes of thigh and shank must run through the joints, and X of the pelvis from the
left hip to the right. A file that disagrees is refused. Tested with files made after that
description, not with an original.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.recording import Channels, Points

__all__ = ["SIGNS", "Poses", "angles_of_poses"]

SUFFIX = "_4X4"
INSTEAD = "Export the joint angles from Visual3D as text, and read these."
SIGNS = (
    "Cardan X-Y-Z in the proximal segment, X right, Y forward, Z up. X: hip flexion and "
    "dorsiflexion +, knee flexion -, anterior tilt -; Y and Z: adduction and internal rotation + "
    "on the right, - on the left. Pelvis, thigh and shank: in the laboratory, Y along the mean "
    "heading."
)
_LEG = ("thigh", "shank", "foot")
_NEEDED = ("pelvis", *(f"{side}_{part}" for side in "lr" for part in _LEG[:2]))


class Poses(NamedTuple):
    """Axes and origins of segments.

    Attributes
    ----------
    names : tuple of str
        ``pelvis_4X4`` ..., as in the file.
    matrices : ndarray, shape (n_segments, n_frames, 4, 4)
        Columns are the axes X, Y and Z of the segment, and its origin, in the laboratory.
    unit : str
        Of the origins.
    rate_hz : float
    """

    names: tuple[str, ...]
    matrices: np.ndarray
    unit: str
    rate_hz: float


def angles_of_poses(poses: Poses, where: str) -> tuple[Channels, Points, list[str]]:
    """Joint and segment angles of segment poses.

    Parameters
    ----------
    poses : Poses
    where : str
        The file, for error texts.

    Returns
    -------
    channels : Channels
        ``LHip.X`` ... in degrees: see `SIGNS`. NaN where a pose is missing.
    points : Points
        Origins of the segments: hip, knee and ankle centers, under the segments' names.
    notes : list of str

    Raises
    ------
    DataError
        If segments are missing, or their axes are not those of `SIGNS`.
    """
    place = {name.removesuffix(SUFFIX).casefold(): k for k, name in enumerate(poses.names)}
    absent = [name + SUFFIX for name in _NEEDED if name not in place]
    if absent:
        found = f"no segment {', '.join(absent)}"
        raise DataError(say(where, found, "pelvis, thighs and shanks", INSTEAD))
    whole = _whole(poses.matrices)
    matrices = np.where(whole[..., None, None], poses.matrices, np.nan)
    axes = {name: matrices[k, :, :3, :3] for name, k in place.items()}
    origins = {name: matrices[k, :, :3, 3] for name, k in place.items()}
    if min(whole[place[name]].mean() for name in _NEEDED) < 0.5:
        found = "most segment poses are no rotations"
        raise DataError(say(where, found, "4 x 4 matrices with axes of length 1", INSTEAD))
    _check_axes(axes, origins, where)
    heading = _heading(axes, where)
    notes = [f"{where}: angles were computed from segment poses; {SIGNS}"]
    angles = {"Pelvis": _cardan(heading, axes["pelvis"])}
    for side in "lr":
        thigh, shank = axes[f"{side}_thigh"], axes[f"{side}_shank"]
        angles[f"{side.upper()}Hip"] = _cardan(axes["pelvis"], thigh)
        angles[f"{side.upper()}Knee"] = _cardan(thigh, shank)
        if _foot_points_forward(axes, origins, side):
            angles[f"{side.upper()}Ankle"] = _cardan(shank, axes[f"{side}_foot"])
        else:
            notes.append(
                f"{where}: no {side.upper()}Ankle: Y of the foot does not point to the toes."
            )
        angles[f"{side.upper()}Thigh"] = _cardan(heading, thigh)
        angles[f"{side.upper()}Shank"] = _cardan(heading, shank)
    names = tuple(f"{name}.{axis}" for name in angles for axis in "XYZ")
    values = np.concatenate(list(angles.values()), axis=1)
    channels = Channels(names, values, ("deg",) * len(names), poses.rate_hz)
    positions = matrices[:, :, :3, 3].transpose(1, 0, 2)
    return channels, Points(poses.names, positions, poses.unit, poses.rate_hz), notes


def _whole(matrices: np.ndarray) -> np.ndarray:
    """Whether a matrix holds three orthogonal axes of length 1, right-handed."""
    axes = np.nan_to_num(matrices[..., :3, :3], posinf=0.0, neginf=0.0)
    product = np.swapaxes(axes, -1, -2) @ axes
    orthogonal = np.abs(product - np.eye(3)).max(axis=(-1, -2)) < 1e-2
    return orthogonal & (np.linalg.det(axes) > 0) & np.isfinite(matrices).all(axis=(-1, -2))


def _check_axes(axes: dict, origins: dict, where: str) -> None:
    between_hips = origins["r_thigh"] - origins["l_thigh"]
    along = [
        ("X of the pelvis and the line between the hips", axes["pelvis"][..., 0], between_hips)
    ]
    for side in "lr":
        thigh, shank = axes[f"{side}_thigh"], axes[f"{side}_shank"]
        bone = origins[f"{side}_thigh"] - origins[f"{side}_shank"]
        along.append((f"Z of {side}_thigh and the line from knee to hip", thigh[..., 2], bone))
        along.append(
            (f"X of {side}_thigh and of the pelvis", thigh[..., 0], axes["pelvis"][..., 0])
        )
        along.append((f"X of {side}_thigh and {side}_shank", thigh[..., 0], shank[..., 0]))
        if f"{side}_foot" in axes and not np.isnan(origins[f"{side}_foot"]).all():
            bone = origins[f"{side}_shank"] - origins[f"{side}_foot"]
            along.append(
                (f"Z of {side}_shank and the line from ankle to knee", shank[..., 2], bone)
            )
    for what, axis, line in along:
        length = np.linalg.norm(line, axis=1)
        cosine = (axis * line).sum(axis=1) / np.where(length > 0, length, np.nan)
        angle = np.degrees(np.arccos(np.clip(np.nanmedian(cosine), -1, 1)))
        if not angle < 35:
            found = f"{what} are {angle:.0f} degrees apart"
            expected = "X right, Y forward, Z up along the segment"
            raise DataError(say(where, found, expected, INSTEAD))


def _heading(axes: dict, where: str) -> np.ndarray:
    """The laboratory with Y along the runner's mean heading, shape (1, 3, 3)."""
    mean = np.nanmean(axes["pelvis"][..., 2], axis=0)
    k = int(np.argmax(np.abs(mean)))
    up = np.zeros(3)
    up[k] = np.sign(mean[k])
    forward = np.nanmean(axes["pelvis"][..., 1], axis=0)
    forward = forward - (forward @ up) * up
    if np.linalg.norm(forward) < 0.5:
        found = "the pelvis does not keep one heading"
        raise DataError(say(where, found, "running straight on", INSTEAD))
    forward /= np.linalg.norm(forward)
    return np.stack([np.cross(forward, up), forward, up], axis=1)[None]


def _foot_points_forward(axes: dict, origins: dict, side: str) -> bool:
    foot, toes = f"{side}_foot", f"{side}_toes"
    if foot not in axes or toes not in origins:
        return False
    line = origins[toes] - origins[foot]
    length = np.linalg.norm(line, axis=1)
    cosine = (axes[foot][..., 1] * line).sum(axis=1) / np.where(length > 0, length, np.nan)
    return bool(not np.isnan(cosine).all() and np.nanmedian(cosine) > np.cos(np.radians(50)))


def _cardan(proximal: np.ndarray, distal: np.ndarray) -> np.ndarray:
    """Angles about X, Y and Z in this order, degrees, shape (n_frames, 3)."""
    r = np.swapaxes(proximal, -1, -2) @ distal
    x = np.arctan2(-r[:, 1, 2], r[:, 2, 2])
    y = np.arcsin(np.clip(r[:, 0, 2], -1, 1))
    z = np.arctan2(-r[:, 0, 1], r[:, 0, 0])
    return np.degrees(np.stack([x, y, z], axis=1))

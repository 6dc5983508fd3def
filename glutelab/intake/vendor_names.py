"""Names that joint angles have in exports; ``{S}`` is L or R, ``{s}`` is l or r."""

from __future__ import annotations

import re

__all__ = ["OPENSIM_NAMES", "PLUG_IN_GAIT_NAMES", "RBDS_NAMES", "plain", "visual3d_names"]

PLUG_IN_GAIT_NAMES = {
    "hip_flexion_deg": ("{S}HipAngles.X",),
    "hip_adduction_deg": ("{S}HipAngles.Y",),
    "hip_internal_rotation_deg": ("{S}HipAngles.Z",),
    "knee_flexion_deg": ("{S}KneeAngles.X",),
    "knee_adduction_deg": ("{S}KneeAngles.Y",),
    "knee_internal_rotation_deg": ("{S}KneeAngles.Z",),
    "ankle_dorsiflexion_deg": ("{S}AnkleAngles.X",),
    "ankle_inversion_deg": ("{S}AnkleAngles.Y",),
    "ankle_internal_rotation_deg": ("{S}AnkleAngles.Z",),
    "pelvic_tilt_deg": ("{S}PelvisAngles.X",),
    "pelvic_obliquity_deg": ("{S}PelvisAngles.Y",),
    "pelvic_rotation_deg": ("{S}PelvisAngles.Z",),
}
OPENSIM_NAMES = {
    "hip_flexion_deg": ("hip_flexion_{s}",),
    "hip_adduction_deg": ("hip_adduction_{s}",),
    "hip_internal_rotation_deg": ("hip_rotation_{s}",),
    "knee_flexion_deg": ("knee_angle_{s}",),
    "ankle_dorsiflexion_deg": ("ankle_angle_{s}",),
    "pelvic_tilt_deg": ("pelvis_tilt",),
    "pelvic_obliquity_deg": ("pelvis_list",),
    "pelvic_rotation_deg": ("pelvis_rotation",),
}
RBDS_NAMES = {
    "hip_flexion_deg": "{S}hipAngZ",
    "hip_adduction_deg": "{S}hipAngX",
    "hip_internal_rotation_deg": "{S}hipAngY",
    "knee_flexion_deg": "{S}kneeAngZ",
    "knee_adduction_deg": "{S}kneeAngX",
    "knee_internal_rotation_deg": "{S}kneeAngY",
    "ankle_dorsiflexion_deg": "{S}ankleAngZ",
    "ankle_inversion_deg": "{S}ankleAngX",
    "ankle_internal_rotation_deg": "{S}ankleAngY",
}
# Users name the signals; these are the usual ways.
_VISUAL3D = {
    "hip_flexion_deg": ("hip", "X"),
    "hip_adduction_deg": ("hip", "Y"),
    "hip_internal_rotation_deg": ("hip", "Z"),
    "knee_flexion_deg": ("knee", "X"),
    "knee_adduction_deg": ("knee", "Y"),
    "knee_internal_rotation_deg": ("knee", "Z"),
    "ankle_dorsiflexion_deg": ("ankle", "X"),
    "pelvic_tilt_deg": ("pelvis", "X"),
    "pelvic_obliquity_deg": ("pelvis", "Y"),
    "pelvic_rotation_deg": ("pelvis", "Z"),
}
_ENDINGS = ("angle", "angles", "jointangle", "jointangles", "ang", "angletheia", "anglestheia")


def visual3d_names() -> dict[tuple[str, str], tuple[str, ...]]:
    """Names by side and variable: ``Right Hip Angle.X``, ``R_HIP_ANGLE.X`` and the like."""
    names = {}
    for side in ("left", "right"):
        for variable, (joint, axis) in _VISUAL3D.items():
            joints = [joint] if joint != "pelvis" else ["pelvis", "pelvic", "pelvislab"]
            starts = [side, side[0]] + ([""] if joint == "pelvis" else [])
            names[side, variable] = tuple(
                f"{start}_{one}_{ending}.{axis}".lstrip("_")
                for one in joints
                for ending in _ENDINGS
                for start in starts
            )
    return names


def plain(name: str) -> str:
    """A name without what differs between exports of the same thing.

    Examples
    --------
    >>> plain("Subject 1:Right Hip_Angle.X"), plain("/jointset/hip_r/hip_flexion_r/value")
    ('righthipanglex', 'hipflexionr')
    """
    name = name.removesuffix("/value").split(":")[-1].split("/")[-1]
    return re.sub(r"[^a-z0-9]", "", name.lower())

"""Mass, center of mass and inertia of foot, shank and thigh, from published proportions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from glutelab.errors import DataError, say
from glutelab.segments import FOREFOOT, Segment

__all__ = ["CHAIN", "INERTIA_SETS", "Inertia", "segment_inertia"]

CHAIN = ("foot", "shank", "thigh")  # from the ground up
INERTIA_SETS = {"de_leva": "10.1016/0021-9290(95)00178-6", "dempster": ""}
_SEXES = ("female", "male")

# Mass as a part of body mass; center of mass from the first end as a part of length; radii of
# gyration about the sagittal (forward), transverse (sideways) and longitudinal axis as a part of
# length. De Leva 1996, table 4: hip to knee center, knee to ankle center, heel to toe tip.
_DE_LEVA = {
    "male": {
        "thigh": (0.1416, 0.4095, (0.329, 0.329, 0.149)),
        "shank": (0.0433, 0.4395, (0.251, 0.246, 0.102)),
        "foot": (0.0137, 0.4415, (0.257, 0.245, 0.124)),
    },
    "female": {
        "thigh": (0.1478, 0.3612, (0.369, 0.364, 0.162)),
        "shank": (0.0481, 0.4352, (0.267, 0.263, 0.092)),
        "foot": (0.0129, 0.4014, (0.299, 0.279, 0.139)),
    },
}
# Dempster 1955 as in Winter 2009, table 4.1: hip to knee, knee to malleolus, malleolus to
# metatarsal head. There is no radius about the long axis: a slender rod.
_DEMPSTER = {
    "thigh": (0.100, 0.433, (0.323, 0.323, 0.0)),
    "shank": (0.0465, 0.433, (0.302, 0.302, 0.0)),
    "foot": (0.0145, 0.500, (0.475, 0.475, 0.0)),
}
# No marker is on the toe tip. The metatarsal heads lie at about three quarters of foot length.
_HEEL_TO_TOE = 4.0 / 3.0


class Inertia(NamedTuple):
    """One segment as a rigid body, in the axes of the segment.

    Attributes
    ----------
    mass_kg : float
    origin : str
        Point of the tracked motion, without its side, that `top_m` and `center_m` are counted from.
    top_m : ndarray, shape (3,)
        Upper end: the joint that moves this segment.
    center_m : ndarray, shape (3,)
        Center of mass.
    tensor_kg_m2 : ndarray, shape (3, 3)
        Inertia about the center of mass.
    """

    mass_kg: float
    origin: str
    top_m: np.ndarray
    center_m: np.ndarray
    tensor_kg_m2: np.ndarray


def segment_inertia(
    model: Mapping[str, Segment],
    side: str,
    mass_kg: float,
    *,
    inertia: str = "de_leva",
    sex: str | None = None,
) -> dict[str, Inertia]:
    """Inertia of foot, shank and thigh of one side.

    Each segment is rigid from its own upper end: the thigh from the hip center as it stands in the
    standing trial, the shank from the knee center in its own frontal plane, the foot from the ankle
    center. So do six-degree-of-freedom models (Visual3D), in which segments may slide apart a
    little where the skin does.

    Parameters
    ----------
    model : dict of str to Segment
        From `segment_model`.
    side : {"left", "right"}
    mass_kg : float
        Of the runner.
    inertia : {"de_leva", "dempster"}
        ``"de_leva"``: de Leva 1996, doi 10.1016/0021-9290(95)00178-6, measured on 100 young men
        and 15 young women, between joint centers, by sex. ``"dempster"``: Dempster 1955 as in
        Winter 2009, from eight cadavers of elderly men, the same for everybody.
    sex : {"female", "male"}
        Needed for de Leva.

    Returns
    -------
    dict of str to Inertia
        Keys ``foot, shank, thigh``.

    Raises
    ------
    DataError
        If the set is unknown, mass or sex is missing.
    """
    table = _table(inertia, sex)
    if pd.isna(mass_kg) or not mass_kg > 0:
        raise DataError(
            say(
                "kinetics",
                f"mass_kg is {mass_kg}",
                "the mass of the runner",
                "Give mass_kg, or leave the forces out to have angles only.",
            )
        )
    thigh, shank, foot = (model[f"{side}_{name}"] for name in ("thigh", "shank", "foot"))
    hip = model["pelvis"].points_m[f"{side}_hip_center"]
    knee = thigh.points_m[f"{side}_knee_center"]
    top, ankle = (shank.points_m[f"{side}_{name}"] for name in ("shank_top", "ankle_center"))
    heel = foot.points_m[f"{side}_heel"]
    ball = foot.points_m.get(f"{side}_forefoot")
    if ball is None:
        ball = np.mean([foot.points_m[f"{side}_{name}"] for name in FOREFOOT], axis=0)
    toe = heel + _HEEL_TO_TOE * (ball - heel)
    ends = {
        "thigh": (thigh, "knee_center", hip, hip, knee),
        "shank": (shank, "ankle_center", top, top, ankle),
        "foot": (foot, "heel", ankle, *((heel, toe) if inertia == "de_leva" else (ankle, ball))),
    }
    result = {}
    for name in CHAIN:
        segment, origin, upper, first, last = ends[name]
        part, place, radii = table[name]
        here = segment.points_m[f"{side}_{origin}"]
        into = segment.axes.T
        result[name] = Inertia(
            part * mass_kg,
            origin,
            into @ (upper - here),
            into @ (first + place * (last - first) - here),
            part * mass_kg * _unit_tensor(into @ (last - first), radii),
        )
    return result


def _table(inertia: str, sex: str | None) -> dict:
    if inertia not in INERTIA_SETS:
        raise DataError(say("kinetics", f"inertia is {inertia!r}", ", ".join(INERTIA_SETS)))
    if inertia == "dempster":
        return _DEMPSTER
    if not isinstance(sex, str) or sex not in _SEXES:
        raise DataError(
            say(
                "kinetics",
                f"sex is {sex!r}, and the inertia of de Leva differs by sex",
                " or ".join(_SEXES),
                'Give sex, or use inertia="dempster", which is the same for everybody.',
            )
        )
    return _DE_LEVA[sex]


def _unit_tensor(along_m: np.ndarray, radii: tuple[float, float, float]) -> np.ndarray:
    """Inertia per mass of a segment along a vector, in the axes of the segment, m^2."""
    length = np.linalg.norm(along_m)
    long = along_m / length
    sideways = np.array([0.0, 0.0, 1.0]) - long[2] * long
    sideways /= np.linalg.norm(sideways)
    axes = np.array([_across(sideways, long), sideways, long]).T
    return axes @ np.diag((np.array(radii) * length) ** 2) @ axes.T


def _across(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Vector product of two vectors, which numpy's takes ten times as long for."""
    (x, y, z), (u, v, w) = a, b
    return np.array([y * w - z * v, z * u - x * w, x * v - y * u])

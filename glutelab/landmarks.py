"""Anatomical landmarks of one runner: which were marked, and what stands in for the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from glutelab.errors import DataError, say
from glutelab.frames import MarkerFrames

__all__ = ["CENTERS", "SIDES", "Landmarks", "find_landmarks", "missing_landmarks"]

SIDES = ("left", "right")
CENTERS = ("regression", "given")
# What must be there per side, in words, and the sets of markers of which one will do.
_NEEDED = {
    "knee": (("knee_lateral", "knee_medial"), ("knee_lateral", "knee_center")),
    "ankle": (("ankle_lateral", "ankle_medial"), ("ankle_lateral", "ankle_center")),
    "heel": (("heel_bottom",), ("heel",)),
    "toe": (("metatarsal_2",), ("metatarsal_1", "metatarsal_5"), ("toe",)),
}
_PELVIS = (("right_psis", "left_psis"), ("sacrum",))
# What may be absent, from both sides alike, and what is done then.
_OPTIONAL = {
    "trochanter": "the thigh plane is fitted without it",
    "fibula_head": "the shank plane is fitted without it",
    "tibial_tuberosity": "the shank runs from knee center to ankle center",
}


@dataclass(frozen=True)
class Landmarks:
    """Positions in the reference pose, and which rule each of them came from.

    Attributes
    ----------
    at : dict of str to ndarray, shape (3,)
        Meters. Beside the markers: ``mid_psis``, and per side ``knee_medial``, ``ankle_medial``,
        ``heel_point`` and ``toe_point``.
    absent : frozenset of str
        Optional landmarks, without side, that at least one side lacks; neither side uses them.
    notes : tuple of str
        One sentence per landmark that something else stands in for.
    """

    at: Mapping[str, np.ndarray]
    absent: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=())


def find_landmarks(
    standing: MarkerFrames, cluster_markers: tuple[str, ...], centers: str = "regression"
) -> Landmarks:
    """Every landmark the segment model needs, with stand-ins where a marker set has another one.

    Parameters
    ----------
    standing : MarkerFrames
        Standing trial, or the pose made by `reference_from_running`; averaged over frames.
    cluster_markers : tuple of str
        Markers of the tracking clusters.
    centers : {"regression", "given"}
        Whether hip centers come by regression on the ASIS or are markers of the file
        (``right_hip_center``), as many laboratories export them.

    Returns
    -------
    Landmarks

    Raises
    ------
    DataError
        One sentence that names every missing marker and what would do instead. A marker that has
        a column but was never seen is missing too: its absence is a fault of this trial, not a
        property of the marker set.
    """
    where = standing.source or "standing trial"
    seen = {name for name in standing.names if not np.isnan(standing[name]).any(axis=1).all()}
    never = [
        name
        for name in standing.names
        if name not in seen and (_is_landmark(name) or name in cluster_markers)
    ]
    absent = sorted({*never, *(name for name in cluster_markers if name not in seen)})
    lacking = missing_landmarks(set(seen) | set(never), centers)
    if absent or lacking:
        found = [f"{', '.join(absent)} not seen in any frame"] if absent else []
        found += [f"no {what} ({would_do})" for what, would_do in lacking.items()]
        raise DataError(
            say(
                where,
                "; ".join(found),
                "every landmark of the standing trial in at least one frame",
                "Label the markers in the standing trial, or use another standing trial; a marker "
                "that this laboratory never sets is left out of the names.",
            )
        )
    at = {name: np.nanmean(standing[name], axis=0) for name in sorted(seen)}
    notes = []
    if "right_psis" in at and "left_psis" in at:
        at["mid_psis"] = 0.5 * (at["right_psis"] + at["left_psis"])
    else:
        at["mid_psis"] = at["sacrum"]
        notes.append("the sacrum marker stands for the middle of the PSIS")
    for joint in ("knee", "ankle"):
        if any(f"{side}_{joint}_medial" not in at for side in SIDES):
            notes.append(f"no medial {joint} marker: the given {joint} center was used")
            for side in SIDES:
                center = at[f"{side}_{joint}_center"]
                at[f"{side}_{joint}_medial"] = 2.0 * center - at[f"{side}_{joint}_lateral"]
    for side in SIDES:
        heel = "heel_bottom" if f"{side}_heel_bottom" in at else "heel"
        at[f"{side}_heel_point"] = at[f"{side}_{heel}"]
        at[f"{side}_toe_point"], toe = _toe(at, side)
    if toe != "metatarsal_2":
        notes.append(f"no marker of metatarsal 2: the foot points from heel to {toe}")
    gone = frozenset(
        name for name in _OPTIONAL if any(f"{side}_{name}" not in at for side in SIDES)
    )
    notes += [f"no {name.replace('_', ' ')} marker: {_OPTIONAL[name]}" for name in sorted(gone)]
    return Landmarks(at, gone, tuple(notes))


def missing_landmarks(names: set[str], centers: str = "regression") -> dict[str, str]:
    """Landmarks that a set of canonical names cannot give, and what would do for each.

    Parameters
    ----------
    names : set of str
        Canonical marker names.
    centers : {"regression", "given"}

    Returns
    -------
    dict of str to str
        Empty if a segment model can be made.

    Examples
    --------
    >>> missing_landmarks({"right_asis", "left_asis"})["posterior pelvis"]
    'right_psis and left_psis, or sacrum'
    """
    if centers not in CENTERS:
        raise ValueError(
            f"centers is {centers!r}; expected one of {', '.join(map(repr, CENTERS))}."
        )
    asked = {"anterior pelvis": (("right_asis", "left_asis"),), "posterior pelvis": _PELVIS}
    for side in SIDES:
        for what, options in _NEEDED.items():
            asked[f"{side} {what}"] = tuple(
                tuple(f"{side}_{name}" for name in option) for option in options
            )
        if centers == "given":
            asked[f"{side} hip center"] = ((f"{side}_hip_center",),)
    return {
        what: ", or ".join(" and ".join(option) for option in options)
        for what, options in asked.items()
        if not any(set(option) <= names for option in options)
    }


def _toe(at: Mapping[str, np.ndarray], side: str) -> tuple[np.ndarray, str]:
    if f"{side}_metatarsal_2" in at:
        return at[f"{side}_metatarsal_2"], "metatarsal_2"
    if f"{side}_metatarsal_1" in at and f"{side}_metatarsal_5" in at:
        middle = 0.5 * (at[f"{side}_metatarsal_1"] + at[f"{side}_metatarsal_5"])
        return middle, "the middle of metatarsals 1 and 5"
    return at[f"{side}_toe"], "the toe marker"


def _is_landmark(name: str) -> bool:
    """Whether the model would use the marker if it were seen."""
    part = name.split("_", 1)[-1]
    used = {"asis", "psis", "metatarsal_1", "metatarsal_5", *_OPTIONAL}
    used |= {marker for options in _NEEDED.values() for option in options for marker in option}
    return name == "sacrum" or (part in used and name.split("_", 1)[0] in SIDES)

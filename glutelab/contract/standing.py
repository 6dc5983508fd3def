"""The standing trial: which marker must be above, and right of, which."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from glutelab.contract.finding import ERROR, WARNING, Finding
from glutelab.contract.markers import body_axes, body_unit
from glutelab.frames import MarkerFrames

__all__ = ["examine_standing"]

# Upper before lower; meters that must at least lie between them.
_ABOVE = (
    ("asis", "knee_lateral", 0.15, ERROR),
    ("trochanter", "knee_lateral", 0.15, ERROR),
    ("knee_lateral", "ankle_lateral", 0.15, ERROR),
    ("knee_medial", "ankle_medial", 0.15, ERROR),
    ("heel_top", "heel_bottom", 0.0, WARNING),
)
# The same marker of the other leg; the least that the right one lies to the right of the left one.
_SLACK_M = 0.02  # a lateral marker may sit a little inside of a medial one in a bow leg
_PAIRS = {
    "asis": 0.1,
    "psis": 0.02,
    **dict.fromkeys(("trochanter", "knee_lateral", "ankle_lateral", "fibula_head"), 0.0),
    **dict.fromkeys(("heel", "heel_top", "heel_bottom", "metatarsal_5"), 0.0),
    # Inner edges of feet and knees that touch.
    **dict.fromkeys(("toe", "metatarsal_1", "metatarsal_2"), -_SLACK_M),
    **dict.fromkeys(("knee_medial", "ankle_medial"), -_SLACK_M),
}


def examine_standing(markers: MarkerFrames) -> list[Finding]:
    """What is wrong with the markers of a standing trial.

    Parameters
    ----------
    markers : MarkerFrames
        Canonical names, supposedly meters and Y up. The runner may face any way.

    Returns
    -------
    list of Finding
        Unit and axes first; only if they are right, names that seem to be exchanged.
    """
    where = markers.source or "standing trial"
    found = body_unit(markers, where)
    turned = {"faces_backward", "axes_turned"}  # a runner may stand another way than he ran
    found = found or [f for f in body_axes(markers, where) if f.code not in turned]
    if found:  # nobody's feet cross over in standing
        return [replace(finding, severity=ERROR) for finding in found]
    middle = {
        name: np.nanmean(markers[name], axis=0)
        for name in markers.names
        if np.isfinite(markers[name]).any()
    }
    return [*_sides(middle, where), *_heights(middle, where)]


def _heights(middle: dict[str, np.ndarray], where: str) -> list[Finding]:
    findings = []
    for upper, lower, least, severity in _ABOVE:
        wrong = [
            f"{side}_{upper}"
            for side in ("left", "right")
            if {f"{side}_{upper}", f"{side}_{lower}"} <= set(middle)
            and middle[f"{side}_{upper}"][1] - middle[f"{side}_{lower}"][1] < least
        ]
        if wrong:
            found = f"{' and '.join(wrong)} is not above {lower} in standing"
            remedy = f"Are {upper} and {lower} exchanged in [markers.names]?"
            findings.append(
                Finding("names_exchanged", ", ".join(wrong), where, found, "", remedy, severity)
            )
    return findings


def _sides(middle: dict[str, np.ndarray], where: str) -> list[Finding]:
    """Right of the line that most pairs agree on."""
    across = {
        name: (middle[f"right_{name}"] - middle[f"left_{name}"])[[0, 2]]
        for name in _PAIRS
        if {f"right_{name}", f"left_{name}"} <= set(middle)
    }
    if len(across) < 3:
        return []
    right = np.median(np.array(list(across.values())), axis=0)
    right = right / max(float(np.linalg.norm(right)), 1e-9)
    wrong = [name for name, vector in across.items() if vector @ right < _PAIRS[name]]
    if not wrong:
        return _outside(middle, right, where)
    listed = ", ".join(wrong)
    found = f"the right {listed} lies left of the left one in standing, other markers do not"
    remedy = "Are left and right exchanged in the names of these markers?"
    return [Finding("sides_swapped", listed, where, found, "", remedy)]


def _outside(middle: dict[str, np.ndarray], right: np.ndarray, where: str) -> list[Finding]:
    """Lateral markers outside of medial ones."""
    wrong = []
    for side, outward in (("left", -1.0), ("right", 1.0)):
        for joint in ("knee", "ankle"):
            names = [f"{side}_{joint}_{edge}" for edge in ("lateral", "medial")]
            if not set(names) <= set(middle):
                continue
            apart = (middle[names[0]] - middle[names[1]])[[0, 2]] @ right
            if outward * apart < -_SLACK_M:
                wrong.append(" and ".join(names))
    if not wrong:
        return []
    listed = "; ".join(wrong)
    found = f"{listed} lie the other way round in standing"
    remedy = "Are the two exchanged in [markers.names]?"
    expected = "lateral ones outside"
    return [Finding("medial_lateral_swapped", listed, where, found, expected, remedy)]

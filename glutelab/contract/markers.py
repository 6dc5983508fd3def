"""Marker positions: meters, X forward, Y up, Z right, both sides, running."""

from __future__ import annotations

import numpy as np

from glutelab.contract.finding import ERROR, WARNING, Finding
from glutelab.contract.gait import examine_gait
from glutelab.frames import MarkerFrames

__all__ = ["examine_markers", "examine_pose"]

_UNITS = {
    1000.0: (
        "millimeters",
        "millimeters read as meters",
        "State mm as the unit, or divide by 1000.",
    ),
    100.0: ("centimeters", "centimeters read as meters", "State cm as the unit, or divide by 100."),
    10.0: ("decimeters", "10 times too large", "Is the unit cm, read as mm?"),
    0.1: ("tenths", "10 times too small", "Is the unit mm, read as cm?"),
    0.01: ("hundredths", "100 times too small", "Is the unit m, read as cm?"),
    0.001: ("thousandths", "meters divided by 1000 once more", "The file is in m: state that."),
    1e-6: ("millionths", "divided by 1000 twice", "The file is in m: state that."),
}
# Between the middle of the ASIS and that of the PSIS; between hip height and heel over a trial.
_DEPTH_M = (0.09, 0.28)
_REACH_M = (0.6, 1.35)
_SLACK_M = 0.02  # feet that stand close may cross a little
_LETTERS = "XYZ"


def examine_markers(markers: MarkerFrames, speed_m_s: float | None = None) -> list[Finding]:
    """What is wrong with the markers of one recording.

    Parameters
    ----------
    markers : MarkerFrames
        Canonical names, supposedly meters and X forward, Y up, Z to the right. Best with ASIS,
        PSIS or sacrum, and a heel marker on each side; what is not there is not asked.
    speed_m_s : float, optional
        The stated speed of running, to compare with that of the foot on the ground.

    Returns
    -------
    list of Finding
        Unit, axes and sides first; only if they are right, sampling rate, gait and speed.
    """
    where = markers.source or "markers"
    if not np.isfinite(markers.positions_m).any():
        found, remedy = "no marker was seen in any frame", "Look at the file and its names."
        return [Finding("empty", "positions_m", where, found, "positions", remedy)]
    body = _body(markers)
    axes = [*_unit(body, where), *_axes(body, where)]
    return axes or examine_gait(markers, where, speed_m_s)


def examine_pose(markers: MarkerFrames) -> list[Finding]:
    """What is wrong with unit, axes, sides and single names of a standing trial.

    Parameters
    ----------
    markers : MarkerFrames
        As for `examine_markers`; the runner faces X.

    Returns
    -------
    list of Finding
    """
    where, body = markers.source or "markers", _body(markers)
    return [*_unit(body, where), *_axes(body, where)] or _names(markers, where)


def _names(markers: MarkerFrames, where: str) -> list[Finding]:
    """Right ones right of left ones, lateral ones outside of medial ones."""
    across = {
        name: float(np.nanmedian(markers[name][:, 2]))
        for name in markers.names
        if np.isfinite(markers[name][:, 2]).any()
    }
    findings = []
    for code, first, second, sign in (
        ("sides_swapped", "right_", "left_", 1),
        ("medial_lateral_swapped", "_lateral", "_medial", 0),
    ):
        wrong = []
        for name, z in across.items():
            other = name.replace(first, second)
            if first not in name or other not in across:
                continue
            outward = sign or (1 if name.startswith("right_") else -1)
            if outward * (z - across[other]) < -_SLACK_M:
                wrong.append(f"{name} and {other}")
        if wrong:
            found = f"{'; '.join(wrong)} lie the other way round in standing"
            expected = "right ones on the right, lateral ones outside"
            remedy = "Are the two exchanged in [markers.names]?"
            findings.append(Finding(code, "; ".join(wrong), where, found, expected, remedy))
    return findings


def _middle(markers: MarkerFrames, names: list[str], step: int) -> np.ndarray | None:
    """Mean path of the first names that were seen, shape (n, 3)."""
    seen = [
        markers[name][::step]
        for name in names
        if name in markers and np.isfinite(markers[name]).any()
    ]
    if not seen:
        return None
    stacked = np.array(seen)
    count = np.isfinite(stacked).sum(axis=0)
    return np.nansum(stacked, axis=0) / np.where(count > 0, count, np.nan)


def _body(markers: MarkerFrames) -> dict[str, np.ndarray]:
    """Vectors of the body, medians over time: back to front, left to right, foot and so on."""
    step = max(1, len(markers) // 1000)

    def path(*names: str) -> np.ndarray | None:
        return _middle(markers, list(names), step)

    asis = [path(f"{side}_asis") for side in ("left", "right")]
    psis = [path(f"{side}_psis") for side in ("left", "right")]
    back = path("sacrum")
    if all(p is not None for p in psis):
        back = 0.5 * (psis[0] + psis[1])
    heels = [
        path(f"{side}_heel_bottom", f"{side}_heel", f"{side}_heel_top", f"{side}_ankle_lateral")
        for side in ("left", "right")
    ]
    toes = [
        path(
            *(f"{side}_{name}" for name in ("metatarsal_1", "metatarsal_2", "metatarsal_5", "toe"))
        )
        for side in ("left", "right")
    ]
    body: dict[str, np.ndarray] = {}

    def add(name: str, end, start) -> None:
        if end is not None and start is not None:
            vector = np.nanmedian(end - start, axis=0)
            if np.isfinite(vector).all():
                body[name] = vector

    front = 0.5 * (asis[0] + asis[1]) if all(p is not None for p in asis) else None
    pelvis = front if front is not None else back
    add("forward", front, back)
    add("right", asis[1], asis[0])
    add("right_back", psis[1], psis[0])
    heel = 0.5 * (heels[0] + heels[1]) if all(p is not None for p in heels) else None
    toe = 0.5 * (toes[0] + toes[1]) if all(p is not None for p in toes) else None
    add("up", pelvis, heel)
    add("foot", toe, heel)
    add("right_heel", heels[1], heels[0])
    if pelvis is not None and heel is not None:
        reach = np.linalg.norm(pelvis - np.array(heels), axis=-1)
        if np.isfinite(reach).any():
            body["reach"] = np.array([np.nanquantile(reach, 0.95)])
    return body


def _unit(body: dict, where: str) -> list[Finding]:
    sizes = []
    if "forward" in body:
        depth = float(np.linalg.norm(body["forward"]))
        sizes.append(("ASIS and PSIS are {} apart", depth, _DEPTH_M))
    if "reach" in body:
        sizes.append(("heel and pelvis are up to {} apart", float(body["reach"][0]), _REACH_M))
    odd = [(text, size, limit) for text, size, limit in sizes if not limit[0] < size < limit[1]]
    if not odd:
        return []
    text, size, limit = odd[0]
    found = text.format(f"{size:.3g} m")
    expected = f"{limit[0]:g} to {limit[1]:g} m"
    for factor, (code, words, fix) in _UNITS.items():
        if all(low < value / factor < high for _, value, (low, high) in sizes):
            fix = f"These look like {words}. {fix}"
            return [Finding(code, "positions_m", where, found, expected, fix)]
    remedy = "Are the names right? Markers of the pelvis or heel sit elsewhere."
    return [Finding("unlike_running", "positions_m", where, found, expected, remedy)]


def _axes(body: dict, where: str) -> list[Finding]:
    if "up" not in body or "forward" not in body:
        return []
    up = _nearest(body["up"])
    # Forward and right are horizontal: what is left of them beside the vertical.
    forward = _nearest(_without(body["forward"], up))
    right = _nearest(_without(body["right"], up)) if "right" in body else None
    findings = []
    feet = _nearest(_without(body["foot"], up)) if "foot" in body else None
    if feet is not None and feet != forward and feet == _opposite(forward):
        found = f"the ASIS lie {_say(forward)} of the PSIS, but the toes {_say(feet)} of the heels"
        remedy = "Are the names ASIS and PSIS exchanged (or heel and toe)?"
        findings.append(Finding("front_back_names", "asis, psis", where, found, "", remedy))
        forward = feet
    if (up, forward) == ((1, 1), (0, 1)):
        return [*findings, *_sides(body, right, where)]
    found = f"up is {_say(up)} and forward is {_say(forward)}"
    expected = "Y up, X forward, Z to the right"
    if up == (1, 1) and forward == (0, -1):
        remedy = "The runner faces -X: change the sign of X and Z."
        findings.append(Finding("faces_backward", "X, Z", where, found, expected, remedy))
    elif up == (1, -1):
        remedy = "Y points down: turn the axes, or was the sign of Y changed?"
        findings.append(Finding("upside_down", "Y", where, found, expected, remedy))
    else:
        order = _turn(up, forward)
        remedy = f"Turn the axes: take {order} as X, Y, Z."
        code = "y_not_up" if up[0] != 1 else "axes_turned"
        findings.append(Finding(code, "axes", where, found, expected, remedy))
    expected_right = _cross(forward, up)
    if right is not None and right == _opposite(expected_right):
        found = f"the right ASIS lies {_say(right)} of the left one, with {found}"
        remedy = "Mirrored: an axis has the wrong sign, or left and right names are exchanged."
        findings.append(Finding("mirrored", "axes, sides", where, found, "", remedy))
    return findings


def _sides(body: dict, right, where: str) -> list[Finding]:
    """With X forward and Y up, the right side lies towards +Z."""
    across = {
        name: float(body[name][2]) for name in ("right", "right_back", "right_heel") if name in body
    }
    wrong = [name for name, value in across.items() if value < 0]
    if not wrong:
        return []
    words = {"right": "ASIS", "right_back": "PSIS", "right_heel": "heel"}
    listed = " and ".join(words[name] for name in wrong)
    found = f"the right {listed} lies to the left of the left one along Z"
    if "right" not in wrong and wrong == ["right_heel"]:
        if across["right_heel"] > -0.05:
            return []  # narrow steps may cross over
        remedy = "Are left and right exchanged in the names of the feet?"
        return [Finding("sides_swapped", "heel", where, found, "Z to the right", remedy, WARNING)]
    if len(wrong) < len(across) and wrong != ["right", "right_back"]:
        remedy = f"Are left and right exchanged in the names of the {listed}?"
        return [Finding("sides_swapped", listed, where, found, "Z to the right", remedy, ERROR)]
    remedy = "Exchange left and right in the names, or change the sign of Z."
    return [Finding("sides_swapped", "all markers", where, found, "Z to the right", remedy)]


def _without(vector: np.ndarray, axis: tuple[int, int]) -> np.ndarray:
    rest = vector.copy()
    rest[axis[0]] = 0.0
    return rest


def _nearest(vector: np.ndarray) -> tuple[int, int]:
    """The laboratory axis a vector is nearest to: number and sign."""
    axis = int(np.abs(vector).argmax())
    return axis, 1 if vector[axis] >= 0 else -1


def _opposite(axis: tuple[int, int]) -> tuple[int, int]:
    return axis[0], -axis[1]


def _vector(axis: tuple[int, int]) -> np.ndarray:
    return axis[1] * np.eye(3)[axis[0]]


def _cross(first: tuple[int, int], second: tuple[int, int]) -> tuple[int, int]:
    return _nearest(np.cross(_vector(first), _vector(second)))


def _say(axis: tuple[int, int]) -> str:
    return f"{'+' if axis[1] > 0 else '-'}{_LETTERS[axis[0]]}"


def _turn(up: tuple[int, int], forward: tuple[int, int]) -> str:
    return ", ".join(_say(axis) for axis in (forward, up, _cross(forward, up)))

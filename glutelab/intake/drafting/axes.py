"""Which axis of a laboratory is up, which is forward, and in which unit markers are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from glutelab.formats.recording import Points
from glutelab.intake.drafting.guess import GUESS, NOT_FOUND, SURE, Guess

__all__ = ["AxesGuess", "guess_axes", "is_still"]

_WIDTHS = (0.16, 0.36)  # m between the ASIS of adults, markers on clothes
_UNITS = {"mm": 0.001, "cm": 0.01, "m": 1.0}
_MOST_FRAMES = 200
_NO_UNIT = Guess(None, NOT_FOUND, "mm, cm or m")
_NO_UP = Guess(None, NOT_FOUND, "the axis that points up")
_NO_FORWARD = Guess(None, NOT_FOUND, "the axis that the runner faces")
_CLEAR = 0.8  # share of a direction that lies along one axis


@dataclass
class AxesGuess:
    """Unit and axes.

    Attributes
    ----------
    unit, up, forward : Guess
    said : list of str
        What does not fit together, one sentence each.
    """

    unit: Guess = _NO_UNIT
    up: Guess = _NO_UP
    forward: Guess = _NO_FORWARD
    said: list[str] = field(default_factory=list)


def guess_axes(recordings: Sequence[Points], names: Mapping[str, str]) -> AxesGuess:
    """Unit and axes of a laboratory, from where pelvis and feet are.

    Parameters
    ----------
    recordings : sequence of Points
    names : dict of str to str
        Our marker to theirs.

    Returns
    -------
    AxesGuess
        Up is where the pelvis is above the feet; forward, where the ASIS are ahead of the PSIS and
        the toes ahead of the heels; the unit, what makes the ASIS lie 0.16 to 0.36 m apart.
    """
    result, ups, ahead, sides, widths, headers = AxesGuess(), [], [], [], [], set()
    for points in recordings:
        middle = _means(points, names)
        headers.add(points.unit)
        asis, psis = _pair(middle, "asis"), _pair(middle, "psis")
        feet = _feet(middle)
        pelvis = asis if asis is not None else psis
        if pelvis is not None and feet is not None:
            ups.append(_axis(pelvis - feet))
        if asis is not None and psis is not None:
            ahead.append(asis - psis)
        for side in ("left", "right"):
            toe = next((middle[m] for m in _toes(side) if m in middle), None)
            heel = next((middle[m] for m in _heels(side) if m in middle), None)
            if toe is not None and heel is not None:
                ahead.append(toe - heel)
        if {"left_asis", "right_asis"} <= set(middle):
            sides.append(middle["right_asis"] - middle["left_asis"])
            widths.append(float(np.linalg.norm(sides[-1])))
    result.unit = _unit(headers - {""}, widths, result.said)
    result.up = _vote(ups, "the pelvis is above the feet", result.up)
    if result.up.value:
        # The pelvis tilts, and feet point down: only what is level counts.
        level = [_axis(_without(v, result.up.value)) for v in ahead]
        why = "the ASIS are ahead of the PSIS and toes ahead of heels"
        result.forward = _vote(level, why, result.forward)
        if len(level) < 2 and result.forward.confidence == SURE:
            result.forward = Guess(result.forward.value, GUESS, "only one pair of markers says so")
        _check_right(result, sides)
    return result


def is_still(points: Points) -> bool | None:
    """Whether markers hardly move, as in a standing trial; None if too few are seen."""
    positions = points.positions[:: max(1, len(points.positions) // _MOST_FRAMES)]
    seen = ~np.isnan(positions).any(axis=2)
    enough = seen.sum(axis=0) >= 2
    if not enough.any():
        return None
    positions = positions[:, enough]
    size = np.nanmax(np.nanmax(positions, axis=(0, 1)) - np.nanmin(positions, axis=(0, 1)))
    moves = np.nanmedian(np.linalg.norm(np.nanstd(positions, axis=0), axis=1))
    return bool(moves < 0.02 * size) if size > 0 else None


def _means(points: Points, names: Mapping[str, str]) -> dict[str, np.ndarray]:
    index = {name: place for place, name in enumerate(points.names)}
    some = points.positions[:: max(1, len(points.positions) // _MOST_FRAMES)]
    middle = {}
    for ours, theirs in names.items():
        if theirs not in index:
            continue
        values = some[:, index[theirs]]
        values = values[np.isfinite(values).all(axis=1)]
        if len(values):
            middle[ours] = values.mean(axis=0)
    return middle


def _toes(side: str) -> list[str]:
    return [f"{side}_{name}" for name in ("metatarsal_2", "metatarsal_5", "metatarsal_1", "toe")]


def _heels(side: str) -> list[str]:
    return [f"{side}_{name}" for name in ("heel_bottom", "heel_top", "heel", "ankle_lateral")]


def _pair(middle: Mapping, name: str) -> np.ndarray | None:
    both = [middle.get(f"{side}_{name}") for side in ("left", "right")]
    return None if any(one is None for one in both) else (both[0] + both[1]) / 2


def _feet(middle: Mapping) -> np.ndarray | None:
    low = [middle[m] for s in ("left", "right") for m in (*_heels(s), *_toes(s)) if m in middle]
    return np.mean(low, axis=0) if low else None


def _axis(direction: np.ndarray) -> str:
    """The axis a direction lies along; empty if it is not clear."""
    length = np.linalg.norm(direction)
    if not np.isfinite(length) or length == 0:
        return ""
    place = int(np.argmax(np.abs(direction)))
    if abs(direction[place]) < _CLEAR * length:
        return ""
    return ("+" if direction[place] > 0 else "-") + "XYZ"[place]


def _without(direction: np.ndarray, axis: str) -> np.ndarray:
    direction = direction.copy()
    direction["XYZ".index(axis[1])] = 0.0
    return direction


def _vote(axes: list[str], why: str, nothing: Guess) -> Guess:
    clear = [axis for axis in axes if axis]
    if not clear:
        return nothing
    best = max(sorted(set(clear)), key=clear.count)
    share = clear.count(best) / len(axes)
    if share < 0.5:
        others = ", ".join(sorted(set(clear)))
        return Guess(None, NOT_FOUND, f"{others}: recordings do not agree")
    # Toes that point outward leave a direction open; one that points elsewhere contradicts.
    sure = set(clear) == {best} and share >= 0.75
    return Guess(best, SURE if sure else GUESS, why)


def _unit(headers: set[str], widths: list[float], said: list[str]) -> Guess:
    header = next(iter(headers)) if len(headers) == 1 else ""
    if len(headers) > 1:
        said.append(f"Files are in different units: {', '.join(sorted(headers))}.")
    width = float(np.median(widths)) if widths else float("nan")
    fits = [unit for unit, scale in _UNITS.items() if _WIDTHS[0] <= scale * width <= _WIDTHS[1]]
    if header in _UNITS and fits == [header]:
        return Guess(header, SURE, f"the files say so, and the ASIS are {width:.4g} {header} apart")
    if header in _UNITS and not widths:
        return Guess(header, GUESS, "the files say so")
    if header in _UNITS:
        said.append(
            f"The files say {header}, but then the ASIS would be {width:.4g} {header} apart."
        )
        return Guess(None, NOT_FOUND, "what the files say does not fit the size of a pelvis")
    if fits:
        return Guess(fits[0], SURE, f"the ASIS are {width:.4g} {fits[0]} apart")
    return Guess(None, NOT_FOUND, "mm, cm or m")


def _check_right(result: AxesGuess, sides: list[np.ndarray]) -> None:
    """The right side has to be on the right; else left and right are swapped, or axes mirrored."""
    if not sides or not result.forward.value:
        return
    forward, up = (_vector(guess.value) for guess in (result.forward, result.up))
    right = np.cross(forward, up)
    agree = np.mean([side @ right > 0 for side in sides])
    if agree < 1.0:
        result.said.append(
            "The right ASIS is on the runner's left. Are left and right swapped in the names, or "
            "is an axis mirrored?"
        )
        result.forward = Guess(result.forward.value, GUESS, "left and right do not fit to it")


def _vector(axis: str) -> np.ndarray:
    vector = np.zeros(3)
    vector["XYZ".index(axis[1])] = -1.0 if axis[0] == "-" else 1.0
    return vector

"""Recordings of the Running Injury Clinic data set: one JSON file per visit.

Ferber R, Brett A, Fukuchi RK, Hettinga B, Osis ST (2024) A biomechanical dataset of 1,798 healthy
and injured subjects during treadmill walking and running. Scientific Data 11:1232,
doi 10.1038/s41597-024-04011-7.

Structure, units and axes are those of the authors' own programs (``processing_code_example.m``,
``gait_kinematics.m``): ``joints`` and ``neutral`` hold one position per marker while standing,
``walking`` and ``running`` one row per frame, ``hz_w`` and ``hz_r`` the rates; millimeters; X to
the subject's right, Y up, Z *against* the direction of running. Tested with files made after that
structure, not with an original.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.content import read_content
from glutelab.formats.recording import Points, Recording
from glutelab.formats.text import decode, head_text

__all__ = ["looks_like_running_injury_clinic", "read_running_injury_clinic"]

PARTS = ("running", "walking", "neutral")
MOST_FRAMES = 1_000_000
MOST_MARKERS = 500
_RATES = {"running": "hz_r", "walking": "hz_w"}
_KEYS = ('"joints"', '"neutral"', '"running"', '"walking"', '"hz_r"', '"hz_w"', '"dv_r"', '"dv_w"')
_EXPECTED = "joints, neutral, running or walking, hz_r or hz_w"


def looks_like_running_injury_clinic(head: bytes) -> bool:
    """Whether a file begins as a JSON object with the names of that data set."""
    text = head_text(head)
    return text.lstrip().startswith("{") and any(key in text for key in _KEYS)


def read_running_injury_clinic(path: str | Path, part: str = "running") -> Recording:
    """Markers of running, walking or standing.

    Parameters
    ----------
    path : path
        May be packed as ``.gz``.
    part : str
        ``running``, ``walking``, or ``neutral``: the standing trial, one frame, clusters and the
        landmarks of ``joints`` (``L_hip`` is the greater trochanter, ``L_lat_knee`` ...).

    Returns
    -------
    Recording
        ``points`` in millimeters, X right, Y up, Z backward. Events and forces there are none.

    Raises
    ------
    DataError
        If the file is damaged, lacks the part, or markers differ in their number of frames.

    Notes
    -----
    The pelvis has a cluster of markers but no landmarks. The authors let it be level while
    standing, so pelvic tilt and hip angle are relative to the runner's own standing.
    """
    where = Path(path).name
    if part not in PARTS:
        raise DataError(say("part", f"{part!r}", f"one of {', '.join(PARTS)}"))
    text, notes = decode(read_content(path), where)
    content = _parse(text, where)
    notes = [*notes]
    if part == "neutral":
        positions, rate = {}, np.nan
        for key in ("neutral", "joints"):
            for name, place in _markers(content, key, where).items():
                if name in positions:
                    found = f"marker {name!r} is in neutral and in joints"
                    raise DataError(say(where, found, "each name once"))
                positions[name] = _standing(place, f"{where}, {key}, {name}")[None]
    else:
        markers = _markers(content, part, where)
        positions = {n: _frames(rows, f"{where}, {part}, {n}") for n, rows in markers.items()}
        rate = _rate(content.get(_RATES[part]), f"{where}, {_RATES[part]}")
    counts = {len(rows) for rows in positions.values()}
    if len(counts) > 1:
        found = f"markers with {min(counts)} and with {max(counts)} frames"
        raise DataError(say(f"{where}, {part}", found, "as many for each", _DAMAGED))
    values = np.stack(list(positions.values()), axis=1)
    unseen = np.isnan(values).any(axis=2) | (values == 0).all(axis=2)
    values[unseen] = np.nan
    notes.append(
        f"{where}: the pelvis has no landmarks; its tilt is relative to the runner's own standing."
    )
    about = {"axes": "X right, Y up, Z backward", "part": part}
    points = Points(tuple(positions), values, "mm", rate)
    return Recording(where, "running_injury_clinic", points, about=about, notes=tuple(notes))


_DAMAGED = "The file was damaged or edited; download it again."


def _parse(text: str, where: str) -> dict:
    def once(pairs: list[tuple[str, object]]) -> dict:
        keys = [key for key, _ in pairs]
        if len(set(keys)) < len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise DataError(say(where, f"{twice[:40]!r} comes more than once", "once", _DAMAGED))
        return dict(pairs)

    try:
        content = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        line = f"{where}, line {error.lineno}, column {error.colno}"
        raise DataError(say(line, f"damaged JSON ({error.msg})", "whole JSON", _DAMAGED)) from None
    except (RecursionError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(say(where, "JSON that cannot be read", "numbers", _DAMAGED)) from None
    if not isinstance(content, dict):
        raise DataError(say(where, "JSON without named parts", _EXPECTED))
    return content


def _markers(content: dict, part: str, where: str) -> dict[str, object]:
    markers = content.get(part)
    if not isinstance(markers, dict) or not markers:
        there = [key for key in ("running", "walking") if content.get(key)]
        remedy = f"There is {' and '.join(there)}." if there and part in _RATES else ""
        raise DataError(say(where, f"no markers under {part!r}", _EXPECTED, remedy))
    if len(markers) > MOST_MARKERS:
        raise DataError(say(where, f"{len(markers)} markers under {part!r}", "28 or so", _DAMAGED))
    return markers


def _standing(place: object, where: str) -> np.ndarray:
    """One position, written as three numbers, as a column, or as rows that are averaged."""
    if isinstance(place, list) and len(place) == 3 and not any(isinstance(x, list) for x in place):
        return _frames([place], where)[0]
    rows = place if isinstance(place, list) else []
    if len(rows) == 3 and all(isinstance(row, list) and len(row) == 1 for row in rows):
        return _frames([[row[0] for row in rows]], where)[0]
    frames = _frames(place, where)
    frames = frames[~np.isnan(frames).any(axis=1)]
    return frames.mean(axis=0) if len(frames) else np.full(3, np.nan)


def _frames(rows: object, where: str) -> np.ndarray:
    """Rows of three numbers; null is not seen."""
    if not isinstance(rows, list) or not rows:
        raise DataError(say(where, "no list of positions", "rows of X, Y and Z", _DAMAGED))
    if len(rows) > MOST_FRAMES:
        raise DataError(say(where, f"{len(rows)} frames", f"at most {MOST_FRAMES}", _DAMAGED))
    for k, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != 3 or not all(map(_is_coordinate, row)):
            found = f"frame {k + 1} is {str(row)[:40]}"
            raise DataError(say(where, found, "three finite numbers", _DAMAGED))
    return np.array([[np.nan if x is None else x for x in row] for row in rows], dtype=float)


def _is_coordinate(x: object) -> bool:
    if isinstance(x, bool) or not isinstance(x, int | float | None):
        return False
    return x is None or x != x or abs(x) < 1e9  # a whole number can be too large for isnan


def _rate(value: object, where: str) -> float:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 20 <= value <= 5000:
        raise DataError(say(where, f"the rate is {str(value)[:20]}", "frames per second", _DAMAGED))
    return float(value)

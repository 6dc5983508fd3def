"""Motion and storage files of OpenSim (.mot, .sto): joint angles and ground reaction forces.

Both styles of header are read (``nRows=122`` and ``datarows 122``). Format: OpenSim documentation,
"Storage (.sto) Files" and "Motion (.mot) Files".
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.content import read_content
from glutelab.formats.event_names import side_of
from glutelab.formats.numbers import block, decimal_mark, even_rate
from glutelab.formats.recording import Channels, Plate, Recording
from glutelab.formats.text import (
    check_end,
    decode,
    head_text,
    repeated,
    split_cells,
    split_lines,
)

__all__ = ["looks_like_opensim", "read_opensim"]

AGAIN = "Export it again; it was probably edited or cut off."
LOADED_N = 10.0  # less vertical force has no center of pressure worth the name
LONGEST_HEADER = 500
_END = re.compile(r"^\s*\"?endheader", re.IGNORECASE | re.MULTILINE)
_FORCE = re.compile(r"(.*force.*?)_?v([xyz])$", re.IGNORECASE)
_TORQUE = re.compile(r"torque|moment", re.IGNORECASE)
_LENGTH = re.compile(r"_t[xyz](/value)?$", re.IGNORECASE)
_NO_ANGLE = re.compile(
    r"/speed$|_u$|activation|excitation|force|power|_length|reserve|residual|muscle", re.IGNORECASE
)


def looks_like_opensim(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a .mot or .sto file."""
    return _END.search(head_text(head[:20000])) is not None


def read_opensim(path: str | Path) -> Recording:
    """Joint angles, or ground reaction force, of a .mot or .sto file.

    Parameters
    ----------
    path : path
        Text, plain or packed as ``.gz``.

    Returns
    -------
    Recording
        Rotations are in the unit that ``inDegrees`` states (empty, with a note, if it is not
        there), translations (``pelvis_tx``) in meters. Columns such as ``R_ground_force_vx`` are
        plates, with the side where the name states one; newtons and meters, Y up. The name in the
        header is not copied.

    Raises
    ------
    DataError
        If the header lies about rows or columns, a cell is no number, or time is not even.
    """
    path = Path(path)
    name = path.name
    text, encoding_notes = decode(read_content(path), name)
    lines = split_lines(text)
    header, start = _header(name, lines)
    if header.get("datatype", "double").lower() not in ("double", ""):
        found = f"DataType is {header['datatype'][:20]}"
        raise DataError(say(name, found, "columns of numbers", "Export joint angles instead."))
    names, rows = _table(name, lines, start)
    check_end(text, rows, name)
    decimal = decimal_mark((cell for _, row in rows[:100] for cell in row), name, strict=False)
    values = block(rows, names, name, decimal=decimal, expected=f"{len(names)}, as there are names")
    _check_counts(name, header, len(rows), len(names))
    time = [place for place, label in enumerate(names) if label.lower() == "time"]
    if time != [0]:
        raise DataError(say(name, "no column time in the first place", "time in seconds", AGAIN))
    rate = even_rate(values[:, 0], name)
    notes = [*encoding_notes]
    plates, used = _plates(names, values, rate, notes)
    rest = [place for place in range(1, len(names)) if place not in used]
    torques = [place for place in rest if plates and _TORQUE.search(names[place])]
    if torques:
        notes.append(f"{len(torques)} torques of the ground were left out.")
    rest = [place for place in rest if place not in torques]
    channels = None
    if rest:
        stated = header.get("indegrees", "").lower()
        if stated not in ("yes", "no"):
            notes.append("The header does not say whether angles are in degrees (inDegrees).")
        angle = {"yes": "deg", "no": "rad"}.get(stated, "")
        labels = tuple(names[place] for place in rest)
        units = tuple(_unit(label, angle) for label in labels)
        channels = Channels(labels, values[:, rest], units, rate)
    about = {"in_degrees": header.get("indegrees", ""), "start_s": f"{values[0, 0]:g}"}
    return Recording(
        name,
        "opensim",
        channels=channels,
        plates=plates,
        about={key: value for key, value in about.items() if value},
        notes=tuple(notes),
    )


def _header(name: str, lines: list[str]) -> tuple[dict[str, str], int]:
    """What the header states, and the line after it."""
    header = {}
    for place, line in enumerate(lines[:LONGEST_HEADER]):
        line = line.strip().strip('"')
        if line.lower().startswith("endheader"):
            return header, place + 1
        found = re.fullmatch(r"(\w+)\s*=\s*(.*?)\s*|(\w+)\s+([-+\d.,eE]+)", line)
        if found:
            header[(found[1] or found[3]).lower()] = (found[2] or found[4] or "").strip()
    remedy = "Is it really an OpenSim file?"
    raise DataError(say(name, "no line endheader", "a .mot or .sto file", remedy))


def _table(name: str, lines: list[str], start: int) -> tuple[list[str], list]:
    """Column names, and line number and cells of each row."""
    first = next((line for line in lines[start:] if line.strip()), "")
    mark = "\t" if "\t" in first else None
    filled = split_cells(lines[start:], mark, name, first=start + 1)
    if len(filled) < 2:
        raise DataError(say(name, "no rows after the header", "column names and rows", AGAIN))
    (line, names), *rows = filled
    while not names[-1]:
        names = names[:-1]
    twice = repeated(names)
    if twice or "" in names:
        found = "a column without name" if "" in names else f"two columns named {twice[0]}"
        raise DataError(say(f"{name}, line {line}", found, "a name for each", AGAIN))
    return names, rows


def _check_counts(name: str, header: dict[str, str], n_rows: int, n_columns: int) -> None:
    for keys, found, word in (
        (("nrows", "datarows"), n_rows, "rows"),
        (("ncolumns", "datacolumns"), n_columns, "columns"),
    ):
        for key in keys:
            if key not in header:
                continue
            if not re.fullmatch("[0-9]{1,9}", header[key]) or int(header[key]) != found:
                text = f"{found} {word}, but {key} is {header[key][:20]}"
                raise DataError(say(name, text, "as many as the header says", AGAIN))


def _unit(label: str, angle: str) -> str:
    if _LENGTH.search(label):
        return "m"
    return "" if _NO_ANGLE.search(label) or _TORQUE.search(label) else angle


def _plates(names: list[str], values: np.ndarray, rate: float, notes: list[str]):
    """Columns ``..force_vx, vy, vz`` and ``px, py, pz``, each group a plate."""
    places = {label.lower(): place for place, label in enumerate(names)}
    plates, used = [], set()
    for label in names:
        found = _FORCE.fullmatch(label)
        if not found or found[2].lower() != "x":
            continue
        stem = label[:-2].lower()
        force, pressure = ([places.get(f"{stem}{kind}{a}") for a in "xyz"] for kind in "vp")
        if None in force:
            continue
        used.update(force)
        force_n = values[:, force].copy()
        cop = np.full_like(force_n, np.nan)
        if None not in pressure:
            used.update(pressure)
            cop = values[:, pressure].copy()
            cop[~(np.abs(force_n[:, 1]) >= LOADED_N)] = np.nan
        if np.nansum(force_n[:, 1]) < 0:
            notes.append(f"{found[1]}: the force along Y is negative, downward in OpenSim's axes.")
        words = re.split(r"[^a-z]+", found[1].lower())
        sides = {side_of(word) for word in words} - {""}
        side = sides.pop() if len(sides) == 1 else ""
        plates.append(Plate(found[1], force_n, cop, rate, "N", "m", side))
    return tuple(plates), used

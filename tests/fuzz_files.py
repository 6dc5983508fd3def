"""The numbers of an export, changed in place: C3D, TRC, MOT, Visual3D ASCII and plain tables."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from pathlib import Path

import ezc3d
import numpy as np

__all__ = ["change_numbers", "change_rate", "change_rows", "columns_of"]

Change = Callable[[list[str], np.ndarray], np.ndarray]


def _c3d(content: bytes, path: Path) -> tuple[list[str], np.ndarray, np.ndarray, int]:
    n_points, n_analog, first, last = struct.unpack_from("<4H", content, 2)
    start = 512 * (struct.unpack_from("<H", content, 16)[0] - 1)
    n_frames = last - first + 1
    width = 4 * n_points + n_analog
    floats = np.frombuffer(content, "<f4", n_frames * width, start).reshape(n_frames, width).copy()
    labels = ezc3d.c3d(str(path))["parameters"]["POINT"]["LABELS"]["value"][:n_points]
    names = [f"{label}.{axis}" for label in labels for axis in "XYZ"]
    places = np.array([4 * k + axis for k in range(n_points) for axis in range(3)])
    return names, floats, places, start


def _header_row(lines: list[str], path: Path) -> tuple[int, int, int]:
    """Line of the names, first line of numbers, columns before the numbers."""
    if path.suffix == ".trc":
        return 3, next(k for k in range(5, len(lines)) if lines[k].strip()), 2
    if path.suffix == ".mot":
        names = lines.index("endheader") + 1
        return names, names + 1, 1
    if lines[0].startswith("\t"):
        return 1, 5, 1
    return 0, 1, 1


def _separator(line: str) -> str:
    return max("\t;,", key=line.count)


def _names(cells: list[str], path: Path, width: int) -> list[str]:
    if path.suffix != ".trc":
        return cells[:width]
    markers = [cell for cell in cells if cell]
    return [f"{name}.{axis}" for name in markers for axis in "XYZ"][:width]


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return np.nan


def change_numbers(path: Path, change: Change) -> None:
    """Rewrite a file with other numbers; the change gets names of columns and an array."""
    content = path.read_bytes()
    if path.suffix == ".c3d":
        names, floats, places, start = _c3d(content, path)
        values = floats[:, places].astype(float)
        changed = np.asarray(change(names, values.copy()), float)
        floats[:, places] = np.nan_to_num(changed)
        for point in range(len(names) // 3):  # what is not seen has a residual of -1
            lost = np.isnan(changed[:, 3 * point])
            floats[lost, 4 * point + 3] = -1.0
        raw = floats.tobytes()
        path.write_bytes(content[:start] + raw + content[start + len(raw) :])
        return
    lines = content.decode("utf-8").split("\n")
    at, first, before = _header_row(lines, path)
    separator = _separator(lines[first])
    rows = [k for k in range(first, len(lines)) if lines[k].strip()]
    cells = [lines[k].split(separator) for k in rows]
    width = max(map(len, cells))
    cells = [row + [""] * (width - len(row)) for row in cells]
    values = np.array([[_number(cell) for cell in row[before:]] for row in cells])
    names = _names(lines[at].split(separator)[before:], path, width - before)
    changed = np.asarray(change(names, values.copy()), float)
    for row, line, old, new in zip(cells, rows, values, changed, strict=True):
        for place in np.flatnonzero(~((old == new) | (np.isnan(old) & np.isnan(new)))):
            row[before + place] = "" if np.isnan(new[place]) else f"{new[place]:.9g}"
        lines[line] = separator.join(row)
    path.write_bytes("\n".join(lines).encode("utf-8"))


def columns_of(names: list[str], pattern: str) -> np.ndarray:
    """Places of the columns whose name fits."""
    return np.array([k for k, name in enumerate(names) if re.fullmatch(pattern, name)], int)


def change_rows(path: Path, order: Callable[[int], np.ndarray]) -> None:
    """Put the frames in another order, or repeat them; clocks and counts stay plausible."""
    content = path.read_bytes()
    if path.suffix == ".c3d":
        _, floats, _, start = _c3d(content, path)
        chosen = floats[order(len(floats))][: len(floats)]
        raw = chosen.tobytes()
        path.write_bytes(content[:start] + raw + content[start + len(raw) :])
        return
    lines = content.decode("utf-8").split("\n")
    _, first, before = _header_row(lines, path)
    separator = _separator(lines[first])
    rows = [k for k in range(first, len(lines)) if lines[k].strip()]
    clock = [lines[k].split(separator)[:before] for k in rows]
    cells = [lines[k].split(separator)[before:] for k in rows]
    for k, place in enumerate(order(len(rows))[: len(rows)]):
        lines[rows[k]] = separator.join(clock[k] + cells[place])
    path.write_bytes("\n".join(lines).encode("utf-8"))


def change_rate(path: Path, factor: float) -> None:
    """Let the file state another sampling rate, in header and clock."""
    content = path.read_bytes()
    if path.suffix == ".c3d":
        c3d = ezc3d.c3d(str(path))
        rate = c3d["parameters"]["POINT"]["RATE"]["value"][0]
        old, new = struct.pack("<f", rate), struct.pack("<f", rate * factor)
        path.write_bytes(content.replace(old, new))
        return
    lines = content.decode("utf-8").split("\n")
    _, first, before = _header_row(lines, path)
    separator = _separator(lines[first])
    if path.suffix == ".trc":
        cells = lines[2].split("\t")
        for place in (0, 1, 5):
            cells[place] = f"{float(cells[place]) * factor:g}"
        lines[2] = "\t".join(cells)
    for k in range(first, len(lines)):
        if lines[k].strip():
            row = lines[k].split(separator)
            row[before - 1] = f"{float(row[before - 1]) / factor:.9g}"
            lines[k] = separator.join(row)
    path.write_bytes("\n".join(lines).encode("utf-8"))

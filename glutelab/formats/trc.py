"""Marker trajectories in TRC files (Motion Analysis, OpenSim, OpenCap)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.content import read_content
from glutelab.formats.numbers import block, decimal_mark, even_rate
from glutelab.formats.point_names import point_names
from glutelab.formats.recording import Points, Recording
from glutelab.formats.text import check_end, decode, head_text, split_cells, split_lines

__all__ = ["looks_like_trc", "read_trc"]

TIME_DIGITS_S = 0.001  # times are written with three decimals
RATE_TOLERANCE = 0.02
AGAIN = "Export it again; it was probably edited or cut off."


def looks_like_trc(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a TRC file."""
    return head_text(head).lstrip(" \t\r\n\"'").lower().startswith("pathfiletype")


def read_trc(path: str | Path) -> Recording:
    """Markers of a TRC file.

    Parameters
    ----------
    path : path
        Tab-separated text, plain or packed as ``.gz``; decimal points or commas.

    Returns
    -------
    Recording
        Only `points`, in the unit the header states. Empty cells and 0 0 0 are NaN: not seen. The
        path in the first line is not copied.

    Raises
    ------
    DataError
        If rows and header contradict each other (frames, markers, rate), a cell is no number, or
        time is not evenly spaced.
    """
    path = Path(path)
    name = path.name
    text, encoding_notes = decode(read_content(path), name)
    lines = split_lines(text)
    if not looks_like_trc(lines[0].encode()):
        remedy = "Is it the right kind of file?"
        raise DataError(say(f"{name}, line 1", "no PathFileType", "a TRC file", remedy))
    header = _header(name, lines)
    rate = _number(name, header, "DataRate")
    n_markers = int(_number(name, header, "NumMarkers"))
    n_frames = int(_number(name, header, "NumFrames"))
    notes = [*encoding_notes]
    names = _names(name, lines[3], n_markers, notes)
    _check_columns(name, lines[4], n_markers)
    rows = split_cells(lines[5:], "\t", name, first=6)
    check_end(text, rows, name)
    if len(rows) != n_frames:
        found = f"{len(rows)} rows, but NumFrames is {n_frames}"
        raise DataError(say(name, found, "one row per frame", AGAIN))
    columns = ["Frame", "Time", *(f"{label} {axis}" for label in names for axis in "XYZ")]
    decimal = decimal_mark((cell for _, row in rows[:100] for cell in row), name, strict=False)
    expected = f"{len(columns)}: frame, time and three for each of {n_markers} markers"
    values = block(rows, columns, name, decimal=decimal, expected=expected)
    _check_rate(name, values[:, 1], rate)
    positions = values[:, 2:].reshape(n_frames, n_markers, 3)
    partly = np.isnan(positions).any(axis=2) & ~np.isnan(positions).all(axis=2)
    zeros = (positions == 0).all(axis=2)
    if partly.any():
        notes.append(f"{int(partly.sum())} positions lack a coordinate and count as not seen.")
    if zeros.any():
        notes.append(f"{int(zeros.sum())} positions are 0 0 0 and count as not seen.")
    positions[partly | zeros] = np.nan
    unit = header.get("units", "").strip().lower()
    about = {"data_rate": f"{rate:g}", "camera_rate": header.get("camerarate", "")}
    return Recording(
        name,
        "trc",
        Points(names, positions, unit, rate),
        about={key: value for key, value in about.items() if value},
        notes=tuple(notes),
    )


def _header(name: str, lines: list[str]) -> dict[str, str]:
    if len(lines) < 6:
        raise DataError(say(name, f"only {len(lines)} lines", "five header lines and rows", AGAIN))
    keys, values = (lines[row].strip().strip('"').split() for row in (1, 2))
    if len(keys) != len(values):
        found = f"{len(keys)} names above {len(values)} values"
        raise DataError(say(f"{name}, lines 2 and 3", found, "a value for each name", AGAIN))
    return {key.lower(): value for key, value in zip(keys, values, strict=True)}


def _number(name: str, header: dict[str, str], key: str) -> float:
    text = header.get(key.lower())
    where = f"{name}, line 3"
    if text is None:
        raise DataError(say(f"{name}, line 2", f"no {key}", "the header of a TRC file", AGAIN))
    try:
        value = float(text.replace(",", "."))
    except ValueError as error:
        raise DataError(say(where, f"{key} is '{text[:30]}'", "a number", AGAIN)) from error
    if not 0 < value < 1e7 or (key != "DataRate" and value != int(value)):
        raise DataError(say(where, f"{key} is {text[:30]}", "a number above zero", AGAIN))
    return value


def _names(name: str, line: str, n_markers: int, notes: list[str]) -> tuple[str, ...]:
    """Marker names: each above its three columns, or one after the other."""
    cells = [cell.strip() for cell in line.rstrip().split("\t")][2:]
    filled = [place for place, cell in enumerate(cells) if cell]
    where = f"{name}, line 4"
    if all(place % 3 == 0 for place in filled):
        found = [cells[place] for place in range(0, len(cells), 3)]
    else:
        found = [cells[place] for place in filled]
    if len(found) > n_markers or (len(found) < n_markers and len(filled) == len(cells)):
        text = f"{len(found)} marker names, but NumMarkers is {n_markers}"
        raise DataError(say(where, text, "as many names as markers", AGAIN))
    found += [""] * (n_markers - len(found))
    return tuple(point_names(found, where, notes))


def _check_columns(name: str, line: str, n_markers: int) -> None:
    labels = line.split()
    if len(labels) != 3 * n_markers or labels[0].upper() != "X1":
        found = f"{len(labels)} column names ({' '.join(labels[:2])[:20]} ...)"
        expected = f"X1 Y1 Z1 ... of {n_markers} markers"
        raise DataError(say(f"{name}, line 5", found, expected, AGAIN))


def _check_rate(name: str, times: np.ndarray, rate: float) -> None:
    found = even_rate(times, name)
    # Rounding of the first and last time alone can move the rate by this much.
    slack = RATE_TOLERANCE + TIME_DIGITS_S * rate / max(len(times) - 1, 1)
    if not np.isnan(found) and abs(found - rate) > slack * rate:
        text = f"DataRate is {rate:g} Hz, but the column Time runs at {found:.4g} Hz"
        raise DataError(say(name, text, "the same rate twice", "Which of them is right?"))

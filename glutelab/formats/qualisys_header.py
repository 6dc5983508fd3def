"""Header and clock of a text export (TSV) of Qualisys Track Manager."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.content import read_content
from glutelab.formats.numbers import block, decimal_mark, even_rate, number
from glutelab.formats.text import check_end, decode, split_cells, split_lines

__all__ = ["AGAIN", "Header", "check_clock", "check_count", "frequency", "leading", "read_header"]

AGAIN = "Export it again from QTM, as TSV with header."
_KEY = re.compile(r"[A-Z][A-Z0-9_]{2,}")
_OTHERS = {
    "NO_OF_BODIES": "a 6DOF export",
    "TOT_NO_OF_CHAN": "an export of analog channels",
    "CHANNEL_NAMES": "an export of analog channels",
    "REFERENCE": "a skeleton export",
}


@dataclass(frozen=True)
class Header:
    """The lines above the numbers."""

    values: dict[str, list[str]]
    events: list[list[str]]
    columns: list[str] | None
    rows: list[tuple[int, list[str]]]
    notes: tuple[str, ...]


def read_header(path: str | Path) -> Header:
    """Header, column names and cells of an export.

    Raises
    ------
    DataError
        If there is no header, or it is of another kind of export.
    """
    where = Path(path).name
    text, notes = decode(read_content(path), where)
    lines = split_lines(text)
    values: dict[str, list[str]] = {}
    events = []
    start = len(lines)
    for k, line in enumerate(lines):
        key, *rest = (cell.strip() for cell in line.rstrip("\t ").split("\t"))
        key = key.split(" ")[0]
        if not _KEY.fullmatch(key) or key in ("SAMPLE", "FRAME"):
            start = k
            break
        if key == "EVENT":
            events.append(rest)
        elif key != "TIME_STAMP":
            values[key] = rest
    if not {"NO_OF_FRAMES", "NO_OF_SAMPLES"} & values.keys():
        found = "no header with NO_OF_FRAMES or NO_OF_SAMPLES"
        raise DataError(say(where, found, "a TSV export of QTM with header", AGAIN))
    other = next((kind for key, kind in _OTHERS.items() if key in values), None)
    if other or "2D" in values.get("DATA_INCLUDED", [])[:1]:
        remedy = "Export 3D trajectories, or forces, as TSV."
        raise DataError(say(where, f"this is {other or 'a 2D export'}", "3D markers", remedy))
    rows = split_cells(lines[start:], "\t", where, first=start + 1)
    check_end(text, rows[1:], where)
    columns = None
    if rows and not any(number(cell) is not None and cell for cell in rows[0][1]):
        columns = rows.pop(0)[1]
        while columns and not columns[-1]:
            columns.pop()
    return Header(values, events, columns, rows, notes)


def frequency(values: dict[str, list[str]], where: str) -> float:
    """The rate that the header states; NaN for an external clock (EXT)."""
    text = (values.get("FREQUENCY") or [""])[0]
    if text.upper() in ("EXT", ""):
        return np.nan
    rate = number(text.replace(",", "."))
    if not rate or not 1 <= rate <= 100_000:
        raise DataError(say(where, f"FREQUENCY is {text!r}", "frames per second", AGAIN))
    return rate


def check_count(values: dict[str, list[str]], key: str, found: int, where: str) -> None:
    """Refuse a file that does not hold as many as its header says: it was cut off or edited."""
    stated = (values.get(key) or [""])[0]
    if stated and stated != str(found):
        remedy = "Rows or columns were doubled, or the file was cut off; export it again."
        raise DataError(
            say(where, f"{key} is {stated!r}, but there are {found}", "as many", remedy)
        )


def leading(
    rows: Sequence, columns: Sequence[str] | None, width: int, where: str
) -> tuple[np.ndarray, list[str] | None]:
    """Numbers of a file, and the clock columns before the `width` columns of the data.

    Returns
    -------
    values : ndarray, shape (n_rows, n_clocks + width)
    names : list of str or None
        Of the `width` columns, where the file names its columns.
    """
    if not rows:
        raise DataError(say(where, "a header but no rows", "one per frame", AGAIN))
    if columns is not None:
        clocks = sum(re.sub(r"\W", "", c).casefold() in _CLOCKS for c in columns[:2])
    else:
        filled = [len(cells) - (not cells[-1]) for _, cells in rows[:50]]
        clocks = int(np.median(filled)) - width
    if clocks not in (0, 1, 2) or (columns is not None and len(columns) - clocks != width):
        count = len(columns) - clocks if columns is not None else width + clocks
        found = f"{count} columns of numbers"
        raise DataError(say(where, found, f"{width}, as the header says", AGAIN))
    names = (
        list(columns) if columns is not None else [f"column {k + 1}" for k in range(width + clocks)]
    )
    sample = (cell for _, cells in rows[:100] for cell in cells)
    values = block(rows, names, where, decimal=decimal_mark(sample, where, strict=False))
    return values, names[clocks:] if columns is not None else None


_CLOCKS = {"frame", "time", "sample", "frames", "times", "framenumber"}


def check_clock(clock: np.ndarray, rate: float, where: str) -> tuple[float, float]:
    """Rate and time of the first row, after the columns of frames and seconds agree with them.

    Parameters
    ----------
    clock : ndarray, shape (n_rows, 0, 1 or 2)
        Frame, or frame and time, before the data.
    rate : float
        As the header states it.

    Returns
    -------
    rate : float
    start : float
        Seconds from the start of the measurement; 0 in a file that was not trimmed.

    Raises
    ------
    DataError
        If frames do not count by one, or time does not run with the stated rate.
    """
    start = 0.0
    for column in clock.T:
        steps = np.diff(column)
        if np.array_equal(steps, np.ones(len(steps))):  # frames
            start = (column[0] - 1) / rate if np.isfinite(rate) else 0.0
            continue
        start = column[0]
        measured = even_rate(column, where)
        if np.isnan(rate):
            rate = measured
        elif abs(measured - rate) > 0.01 * rate:
            found = f"FREQUENCY is {rate:g}, but time runs with {measured:g} rows per second"
            raise DataError(say(where, found, "the same", AGAIN))
    return rate, float(np.nan_to_num(start))

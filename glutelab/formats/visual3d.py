"""Text exports of Visual3D (``Export_Data_To_Ascii_File``).

Five rows stand above the numbers: source file, signal, type, folder and component; the first
column, ITEM, counts rows. Lengths are meters and angles degrees. Described at
https://wiki.has-motion.com/doku.php?id=visual3d:documentation:definitions:file_formats:visual3d_ascii_format;
tested with files made after that description, not with an original.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.errors import DataError, say
from glutelab.formats.content import read_content
from glutelab.formats.event_names import event_of
from glutelab.formats.numbers import block, decimal_mark, even_rate
from glutelab.formats.recording import Channels, Points, Recording
from glutelab.formats.text import base_name, check_end, decode, head_text, split_cells, split_lines
from glutelab.schema.curves import POINTS

__all__ = ["looks_like_visual3d", "read_visual3d"]

HEADER = ("source file", "signal", "type", "folder", "component")
# Recorded at the rate of the amplifier, so they share no clock with the joint angles.
_OTHER_CLOCK = {"ANALOG", "FORCE", "COFP", "FREEMOMENT", "FREE_MOMENT", "EMG"}
_NUMBERED = {("0", "1", "2"): "XYZ", ("1", "2", "3"): "XYZ"}


@dataclass(frozen=True)
class _Column:
    trial: str
    signal: str
    kind: str
    component: str
    values: np.ndarray

    @property
    def name(self) -> str:
        return f"{self.signal}.{self.component}" if self.component else self.signal

    @property
    def rows(self) -> int:
        """Number of rows up to the last value."""
        seen = np.flatnonzero(~np.isnan(self.values))
        return int(seen[-1]) + 1 if len(seen) else 0


def looks_like_visual3d(head: bytes) -> bool:
    """Whether a file begins as Visual3D writes it: ITEM at the start of the fifth line."""
    text = head_text(head)
    lines = split_lines(text)
    if len(lines) >= len(HEADER):
        return lines[4].split("\t")[0].strip().strip('"').upper() == "ITEM"
    # Of many signals with long paths, the first lines alone can be longer than what is looked at.
    return bool(lines) and lines[0].startswith("\t") and ".c3d" in lines[0].casefold()


def read_visual3d(path: str | Path) -> Recording:
    """Signals, markers and events of a Visual3D export.

    Parameters
    ----------
    path : path
        Tab-separated text; may be packed as ``.gz``.

    Returns
    -------
    Recording
        ``channels`` are named ``LHipAngle.X``; curves over the gait cycle (101 rows, no column of
        time) are ``normalized``, and each column says its source file, without folders, in
        ``trials``. TARGET signals of one source file are ``points``, in meters. EVENT_LABEL
        columns are ``events``; of a file with several sources these have a column ``trial``.

    Raises
    ------
    DataError
        If it is no such export, is cut off, rows are missing or doubled, or a cell is no number.
    """
    where = Path(path).name
    text, notes = decode(read_content(path), where)
    lines = split_lines(text)
    columns = _columns(text, lines, where)
    notes = [*notes]
    events = _events([c for c in columns if c.kind == "EVENT_LABEL"], columns, notes)
    clocks = [c for c in columns if c.kind == "FRAME_NUMBERS"]
    signals = [c for c in columns if c.kind not in ("EVENT_LABEL", "FRAME_NUMBERS")]
    length = max((c.rows for c in signals), default=0)
    normalized = not clocks and events is None and length == POINTS
    if normalized:
        notes.append(f"{where}: 101 rows and no column of time: read as 0 to 100 % of gait cycles.")
    signals = _leave_out(signals, normalized, where, notes)
    rate = np.nan if normalized else _rate(clocks, where)
    if signals and not normalized and np.isnan(rate):
        notes.append(f"{where}: there is no signal TIME, so the sampling rate is not known.")
    points, signals = _points(signals, rate) if not normalized else (None, signals)
    channels = _channels(signals, rate, normalized)
    if channels is None and points is None and events is None:
        raise DataError(
            say(where, "no signal with a value", "joint angles, targets or events", _AGAIN)
        )
    about = {"software": "Visual3D"}
    return Recording(where, "visual3d", points, channels, (), events, about, tuple(notes))


_AGAIN = "Export it again with Export_Data_To_Ascii_File, not in P2D format."


def _columns(text: str, lines: Sequence[str], where: str) -> list[_Column]:
    if len(lines) <= len(HEADER):
        found = f"{len(lines)} lines"
        raise DataError(say(where, found, "five header rows and numbers below", _AGAIN))
    cells = [[cell.strip().strip('"') for cell in line.split("\t")] for line in lines[:5]]
    if cells[4][0].upper() != "ITEM":
        found = f"line 5 begins with {cells[4][0][:20]!r}"
        raise DataError(say(where, found, "ITEM, as in a Visual3D export", _AGAIN))
    width = max(k + 1 for k, cell in enumerate(cells[1]) if cell) if any(cells[1]) else 0
    for row, what in zip(cells, HEADER, strict=True):
        row.extend([""] * (width - len(row)))
        empty = [k + 1 for k in range(1, width) if not row[k]]
        if empty and what != "component":
            found = f"the {what} of column {empty[0]} is empty"
            raise DataError(say(where, found, "five filled header rows", "Export it again."))
    if width < 2:
        raise DataError(say(where, "no signal is named in line 2", "one or more", _AGAIN))
    rows = split_cells(lines[5:], "\t", where, first=6)
    check_end(text, rows, where)
    sample = (cell for _, row in rows[:200] for cell in row[1:])
    decimal = decimal_mark(sample, where, strict=False)
    names = ["ITEM", *cells[1][1:width]]
    values = block(rows, names, where, decimal=decimal, short=True)
    _check_items(values[:, 0], rows, where)
    kinds = [kind.upper() for kind in cells[2][:width]]
    components = _components(cells[0], cells[1], cells[4], width)
    return [
        _Column(base_name(cells[0][k]), cells[1][k], kinds[k], components[k], values[:, k])
        for k in range(1, width)
    ]


def _check_items(items: np.ndarray, rows: list, where: str) -> None:
    """Rows that were doubled or taken out would shift everything that follows."""
    if not len(items):
        raise DataError(say(where, "no rows below the header", "one per frame", "Export it again."))
    wrong = np.flatnonzero(~(np.diff(items) == 1))
    if np.isnan(items[0]) or wrong.size:
        place = int(wrong[0]) + 1 if wrong.size else 0
        found = f"ITEM is {items[place]:g} after {items[place - 1]:g}" if place else "ITEM is empty"
        remedy = "Rows were doubled, removed or moved; export it again."
        raise DataError(say(f"{where}, line {rows[place][0]}", found, "rows in order", remedy))


def _components(trials: list, signals: list, components: list, width: int) -> list[str]:
    """X, Y and Z where a version of the program numbers them."""
    of_signal: dict[tuple, set] = {}
    for k in range(1, width):
        of_signal.setdefault((trials[k], signals[k]), set()).add(components[k])
    lettered = []
    for k, component in enumerate(components[:width]):
        numbers = tuple(sorted(of_signal.get((trials[k], signals[k]), ()))) if k else ()
        letters = _NUMBERED.get(numbers)
        lettered.append(letters[numbers.index(component)] if letters else component)
    return lettered


def _rate(clocks: list[_Column], where: str) -> float:
    rates = [
        even_rate(clock.values[: clock.rows], f"{where}, TIME of {clock.trial}")
        for clock in clocks
        if clock.signal.upper() == "TIME" and clock.rows > 1
    ]
    if rates and max(rates) - min(rates) > 0.002 * max(rates):
        found = f"TIME with {min(rates):g} and with {max(rates):g} frames per second"
        raise DataError(say(where, found, "one rate", "Export the trials one by one."))
    return float(np.median(rates)) if rates else np.nan


def _leave_out(
    signals: list[_Column], normalized: bool, where: str, notes: list[str]
) -> list[_Column]:
    """Leave out what shares no clock with the frames, and say so."""

    def is_odd(column: _Column) -> bool:
        return column.kind == "METRIC" or (column.kind in _OTHER_CLOCK and not normalized)

    odd = sorted({f"{c.kind} {c.signal}" for c in signals if is_odd(c)})
    if odd:
        more = f" and {len(odd) - 5} more" if len(odd) > 5 else ""
        notes.append(f"{where}: not read, no frames of motion: {', '.join(odd[:5])}{more}.")
    empty = sorted({c.name for c in signals if not is_odd(c) and not c.rows})
    if empty:
        more = f" and {len(empty) - 5} more" if len(empty) > 5 else ""
        notes.append(f"{where}: left out, without any value: {', '.join(empty[:5])}{more}.")
    return [c for c in signals if not is_odd(c) and c.rows]


def _points(signals: list[_Column], rate: float) -> tuple[Points | None, list[_Column]]:
    """Targets of one source file as points; all else stays a channel."""
    targets = [c for c in signals if c.kind == "TARGET" and c.component in "XYZ" and c.component]
    parts: dict[str, dict[str, np.ndarray]] = {}
    for column in targets:
        parts.setdefault(column.signal, {})[column.component] = column.values
    whole = len(targets) == 3 * len(parts) and all(len(part) == 3 for part in parts.values())
    if not targets or not whole or len({c.trial for c in targets}) > 1:
        return None, signals
    rows = max(c.rows for c in targets)
    positions = np.stack([np.stack([p[a][:rows] for a in "XYZ"], -1) for p in parts.values()], 1)
    positions[np.isnan(positions).any(axis=2)] = np.nan
    rest = [c for c in signals if c not in targets]
    return Points(tuple(parts), positions, "m", rate), rest


def _channels(signals: list[_Column], rate: float, normalized: bool) -> Channels | None:
    if not signals:
        return None
    rows = max(c.rows for c in signals)
    values = np.stack([c.values[:rows] for c in signals], axis=1)
    names = tuple(c.name for c in signals)
    units = tuple("m" if c.kind == "TARGET" else _unit(c) for c in signals)
    trials = tuple(c.trial for c in signals)
    return Channels(names, values, units, rate, normalized, trials)


def _unit(column: _Column) -> str:
    is_angle = "ang" in column.signal.casefold() and "vel" not in column.signal.casefold()
    return "deg" if column.kind == "LINK_MODEL_BASED" and is_angle else ""


def _events(labels: list[_Column], columns: list[_Column], notes: list[str]) -> pd.DataFrame | None:
    if not labels:
        return None
    starts = {
        c.trial: c.values[0]
        for c in columns
        if c.kind == "FRAME_NUMBERS" and c.signal.upper() == "TIME"
    }
    several = len({c.trial for c in columns}) > 1
    rows, unknown = [], []
    for column in labels:
        meaning = event_of(column.signal)
        if meaning is None:
            unknown.append(column.signal)
            continue
        times = column.values[~np.isnan(column.values)]
        start = np.nan_to_num(starts.get(column.trial, 0.0))
        rows += [(*meaning, float(t - start), column.trial) for t in times]
    if unknown:
        names = ", ".join(dict.fromkeys(unknown))
        notes.append(f"Events that are no foot strike or toe-off were left out: {names}.")
    table = pd.DataFrame(rows, columns=["event", "side", "time_s", "trial"])
    table = table.sort_values(["trial", "time_s"], kind="stable", ignore_index=True)
    return table if several else table.drop(columns="trial")

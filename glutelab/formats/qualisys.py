"""Text exports (TSV) of Qualisys Track Manager: markers (``run.tsv``) and forces (``run_f_1.tsv``).

Lengths are millimeters. A marker that was not seen is 0, 0, 0, or empty. Described at
https://docs.qualisys.com/qtm/content/processing_measurement/motion_data_tsv.htm; tested with files
made after that description, not with an original.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.errors import DataError, say
from glutelab.formats.event_names import event_of
from glutelab.formats.numbers import number
from glutelab.formats.qualisys_force import plate_of
from glutelab.formats.qualisys_header import (
    AGAIN,
    Header,
    check_clock,
    check_count,
    frequency,
    leading,
    read_header,
)
from glutelab.formats.recording import Plate, Points, Recording
from glutelab.formats.text import head_text, split_lines, unique

__all__ = ["looks_like_qualisys", "read_qualisys"]


def looks_like_qualisys(head: bytes) -> bool:
    """Whether a file begins with the header of a QTM export."""
    text = head_text(head)
    keys = {line.split("\t")[0].strip() for line in split_lines(text)[:40]}
    return bool({"NO_OF_FRAMES", "NO_OF_SAMPLES"} & keys) and bool(
        {"MARKER_NAMES", "NO_OF_MARKERS", "FORCE_PLATE_NAME", "DATA_INCLUDED"} & keys
    )


def read_qualisys(path: str | Path, with_forces: bool = True) -> Recording:
    """Markers, events and force plates of a QTM export.

    Parameters
    ----------
    path : path
        The file of markers, or one of a force plate.
    with_forces : bool
        Whether the plates beside a file of markers (``run_f_1.tsv`` beside ``run.tsv``) are read
        as well.

    Returns
    -------
    Recording
        ``points`` in millimeters, ``plates`` with the force on the runner in newtons and the
        axes of the laboratory; see `glutelab.formats.qualisys_force.plate_of`. The time stamp
        and descriptions are not copied.

    Raises
    ------
    DataError
        If it is no such export, its header does not agree with what follows, rows are missing
        or doubled, or a cell is no number.
    """
    path = Path(path)
    where = path.name
    header = read_header(path)
    if "NO_OF_SAMPLES" in header.values:
        plate, notes = plate_of(header, where, "plate_1")
        points, events, plates = None, None, [plate]
    else:
        points, start = _points(header, where)
        events, notes = _events(header, start, where)
        plates, more = _plates_beside(path) if with_forces else ([], [])
        notes += more
    about = {"software": "Qualisys Track Manager"}
    if header.values.get("FILE_VERSION"):
        about["file version"] = header.values["FILE_VERSION"][0][:20]
    notes = (*header.notes, *notes)
    return Recording(where, "qualisys", points, None, tuple(plates), events, about, notes)


def _plates_beside(path: Path) -> tuple[list[Plate], list[str]]:
    pattern = re.compile(re.escape(path.stem) + r"_f(?:_(\d+))?\.tsv", re.IGNORECASE)
    beside = [(pattern.fullmatch(file.name), file) for file in path.parent.iterdir()]
    beside = sorted((int(found[1] or 1), file) for found, file in beside if found)
    plates, notes = [], []
    for place, file in beside:
        header = read_header(file)
        plate, more = plate_of(header, file.name, f"plate_{place}")
        plates.append(plate)
        notes += [*header.notes, *more]
    return plates, notes


def _points(header: Header, where: str) -> tuple[Points, float]:
    """The markers, and the time of their first frame in the measurement, seconds."""
    names = [name for name in header.values.get("MARKER_NAMES", []) if name]
    if not names:
        raise DataError(say(where, "no MARKER_NAMES", "a list of labeled markers", AGAIN))
    unique(names, where, "marker")
    check_count(header.values, "NO_OF_MARKERS", len(names), where)
    check_count(header.values, "NO_OF_FRAMES", len(header.rows), where)
    values, columns = leading(header.rows, header.columns, 3 * len(names), where)
    if columns is not None:
        wanted = [f"{name} {axis}" for name in names for axis in "XYZ"]
        different = [(a, b) for a, b in zip(columns, wanted, strict=True) if a != b]
        if different:
            found = f"a column is {different[0][0]!r} where MARKER_NAMES means {different[0][1]!r}"
            raise DataError(say(where, found, "the same order", AGAIN))
    clocks = values.shape[1] - 3 * len(names)
    rate, start = check_clock(values[:, :clocks], frequency(header.values, where), where)
    positions = values[:, clocks:].reshape(len(values), len(names), 3)
    unseen = (positions == 0).all(axis=2) | np.isnan(positions).any(axis=2)
    positions[unseen] = np.nan
    return Points(tuple(names), positions, "mm", rate), start


def _events(header: Header, start: float, where: str) -> tuple[pd.DataFrame | None, list[str]]:
    rows, unknown = [], []
    for label, *rest in (event for event in header.events if event):
        time = number(rest[1].replace(",", ".")) if len(rest) > 1 else None
        if time is None or np.isnan(time):
            raise DataError(say(where, f"EVENT {label!r} has no time", "frame and time", AGAIN))
        meaning = event_of(label)
        if meaning is None:
            unknown.append(label)
        else:
            rows.append((*meaning, time - start))
    notes = []
    if unknown:
        names = ", ".join(dict.fromkeys(unknown))
        notes = [f"{where}: events that are no foot strike or toe-off were left out: {names}."]
    if not rows:
        return None, notes
    table = pd.DataFrame(rows, columns=["event", "side", "time_s"])
    return table.sort_values("time_s", kind="stable", ignore_index=True), notes

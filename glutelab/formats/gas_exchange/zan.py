"""The text export of ZAN carts: sections in brackets, whole numbers with a divisor per column."""

from __future__ import annotations

import re

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.gas_exchange.assemble import Measured

__all__ = ["is_zan", "read_zan"]

# Number of the parameter: our column, and the unit it has once divided by its divisor.
PARAMETERS = {
    "340": ("time_s", "s"),
    "305": ("vo2_ml_min", "l/min"),
    "306": ("vco2_ml_min", "l/min"),
    "354": ("speed_m_s", "km/h"),
    "355": ("slope_pct", "%"),
    "310": ("heart_rate_bpm", "1/min"),
    "339": ("power_w", "w"),
}
AGAIN = "The file was probably cut off; copy or export it again."


def is_zan(text: str) -> bool:
    """Whether a text begins as a ZAN export does."""
    return text.lstrip("\ufeff \r\n").casefold().startswith("[person]")


def read_zan(text: str, where: str) -> tuple[dict[str, Measured], np.ndarray, str, list[str]]:
    """Columns of a ZAN export, as the file has them.

    Parameters
    ----------
    text : str
    where : str
        For error texts.

    Returns
    -------
    columns : dict of str to Measured
    lines : ndarray of int
        Line of the file for each breath.
    mass : str
        Body mass in kg as the file writes it; nothing else of the person is looked at.
    notes : list of str

    Raises
    ------
    DataError
        If a section or a needed parameter is missing, or a line was cut off.
    """
    sections = _split_sections(text)
    absent = [name for name in ("parameter", "data") if name not in sections]
    if absent:
        raise DataError(say(where, f"no section [{absent[0]}]", "as ZAN exports it", AGAIN))
    parameters = [line[2:].split(",", 2) for _, line in sections["parameter"] if line[:2] == "P="]
    lines, values, strange = _numbers(sections["data"], len(parameters) + 1, where)
    columns = {}
    for place, (code, divisor, *title) in enumerate(parameters):
        if code in PARAMETERS:
            name, unit = PARAMETERS[code]
            header = title[0] if title else code
            columns[name] = Measured(
                values[:, place + 1] / _divisor(divisor, where), unit, header.strip()
            )
    for code in ("340", "305", "306"):
        if PARAMETERS[code][0] not in columns:
            found = f"no parameter {code} ({PARAMETERS[code][0]})"
            raise DataError(say(where, found, "time, VO2 and VCO2", AGAIN))
    notes = []
    if strange:
        notes.append(f"{strange} lines in [Data] are no breaths and were left out.")
    if "start" not in sections:
        notes.append("The file ends within [Data]: it may have been cut off.")
    last = int(np.argmax(columns["time_s"].values)) + 1
    if last < len(lines):
        notes.append(f"{len(lines) - last} lines after the last breath were left out.")
        columns = {k: Measured(c.values[:last], c.unit, c.header) for k, c in columns.items()}
    mass = next((v for _, v in sections.get("person", []) if v.startswith("gewicht=")), "")
    return columns, lines[:last], mass.partition("=")[2], notes


def _split_sections(text: str) -> dict[str, list[tuple[int, str]]]:
    sections: dict[str, list[tuple[int, str]]] = {}
    name = ""
    for line, content in enumerate(text.splitlines(), start=1):
        title = re.fullmatch(r"\ufeff?\s*\[(\w+)\]\s*", content)
        if title:
            name = title[1].casefold()
            sections[name] = []
        elif name and content.strip():
            sections[name].append((line, content.strip()))
    return sections


def _divisor(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not (np.isfinite(value) and value > 0):
        raise DataError(say(f"{where}, [parameter]", "a divisor is no number", "1000.0", AGAIN))
    return value


def _numbers(
    data: list[tuple[int, str]], width: int, where: str
) -> tuple[np.ndarray, np.ndarray, int]:
    """Line numbers and values of all breaths, and how many lines are none."""
    lines, rows, strange = [], [], 0
    for line, content in data:
        match = re.fullmatch(r"B\d+=(.*)", content)
        if not match:
            strange += 1
            continue
        cells = match[1].split(",")
        try:
            row = [float(cell) for cell in cells]
        except ValueError:
            row = []
        if len(row) != width or not np.isfinite(row).all():
            found = f"the breath has {len(cells)} values" if row else "a value is no number"
            raise DataError(say(f"{where}, line {line}", found, f"{width} numbers", AGAIN))
        lines.append(line)
        rows.append(row)
    if not rows:
        raise DataError(say(where, "no breaths in [Data]", "one line per breath", AGAIN))
    return np.array(lines), np.array(rows), strange

"""Read gas exchange from a file, whatever wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.content import read_content
from glutelab.formats.gas_exchange.assemble import Measured, assemble
from glutelab.formats.gas_exchange.columns import FACTORS, is_unit, normal_unit
from glutelab.formats.gas_exchange.delimited import decode, split_cells
from glutelab.formats.gas_exchange.header import check_mass, find_mass, mass_of
from glutelab.formats.gas_exchange.locate import Located, locate
from glutelab.formats.gas_exchange.markup import read_spreadsheet_xml
from glutelab.formats.gas_exchange.result import GasExchange
from glutelab.formats.gas_exchange.zan import is_zan, read_zan
from glutelab.formats.text import DELIMITERS
from glutelab.formats.workbook.cells import (
    Cell,
    Grid,
    decimal_mark,
    is_blank,
    number,
    seconds,
)
from glutelab.formats.workbook.xlsx import read_workbook

__all__ = ["read_gas_exchange"]


class _Asked(NamedTuple):
    """What the caller says of a file."""

    columns: Mapping[str, str] | None
    units: Mapping[str, str]
    mass_kg: float | None
    decimal: str | None


_DEFAULT_UNITS = {"time_s": "s", "slope_pct": "%", "heart_rate_bpm": "1/min", "rer": ""}
_DEFAULT_UNITS |= {"ventilation_l_min": "l/min", "power_w": "w", "vo2_ml_kg_min": "ml/kg/min"}
_NAMED_UNITS = {"vo2_ml_min": "ml/min", "vco2_ml_min": "ml/min", "speed_m_s": "m/s"}


def read_gas_exchange(
    path: str | Path,
    columns: Mapping[str, str] | None = None,
    *,
    units: Mapping[str, str] | None = None,
    mass_kg: float | None = None,
    decimal: str | None = None,
) -> GasExchange:
    """Oxygen uptake and carbon dioxide output from an export of a metabolic cart, or any table.

    COSMED (xlsx), Cortex (xml) and ZAN (text) are recognized by their content, and so is any table
    (.xlsx, .csv, .tsv, .txt; German or English headers) that has columns for time, VO2 and VCO2.
    Decimal commas, h:mm:ss and mm:ss times and a row of units are understood. Nothing that tells
    who was measured is kept. Formulas are never evaluated.

    Parameters
    ----------
    path : path
    columns : mapping of str to str, optional
        Our name to the header in the file, for a table whose headers are not recognized.
        ``time_s``, ``vo2_ml_min`` (or ``vo2_ml_kg_min``) and ``vco2_ml_min`` (or ``rer``) are
        needed. A column is converted from the unit that the file states; if it states none, our
        name says it.
    units : mapping of str to str, optional
        Header to unit, where the file is wrong or silent: ``{"v": "km/h"}``.
    mass_kg : float, optional
        Body mass, kg, for columns per kilogram; by default what the file states.
    decimal : {".", ","}, optional
        Decimal mark of text; by default found from the numbers.

    Returns
    -------
    GasExchange

    Raises
    ------
    DataError
        If the file cannot be read, is damaged, or is none of the above.
    ProblemList
        Everything in the numbers that cannot be right: units that do not fit, negative uptake,
        time that goes back, and so on, one sentence each.

    Examples
    --------
    >>> from glutelab.datasets import resource_folder
    >>> import glutelab as gl
    >>> samples = resource_folder("samples") / "gas_exchange"
    >>> gl.read_gas_exchange(samples / "cortex_test.xml")
    Gas exchange (cortex): 13 breaths, 9 to 70 s, 74.8 kg
      columns: time_s, vo2_ml_min, vco2_ml_min, heart_rate_bpm, ventilation_l_min, power_w
      note: Uptake per kilogram in the file was computed with 80.0 kg, but the body mass is stated
      as 74.8 kg. Which is right?
    """
    where = Path(path).name
    if decimal not in (None, ".", ","):
        raise DataError(say("decimal", f"it is {decimal!r}", "'.' or ','"))
    if mass_kg is not None:
        mass_kg = check_mass(mass_kg, "mass_kg")
    asked = _Asked(columns, units or {}, mass_kg, decimal)
    content = read_content(path)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        remedy = "Open it and save it as an Excel workbook (.xlsx)."
        raise DataError(say(where, "an old Excel file (.xls)", ".xlsx, .xml or text", remedy))
    if content.startswith(b"PK"):
        grids = read_workbook(content, where)
    elif _is_markup(content):
        grids = read_spreadsheet_xml(content, where)
    else:
        text = decode(content, where)
        if is_zan(text):
            return _from_zan(text, mass_kg, where)
        return _from_text(text, asked, where)
    return _from_grids(grids, asked, where)


def _is_markup(content: bytes) -> bool:
    start = content[:200].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    return start.startswith(b"<")


def _from_zan(text: str, mass_kg: float | None, where: str) -> GasExchange:
    columns, lines, stated, notes = read_zan(text, where)
    found, note = mass_of(stated)
    notes += [note] if note else []
    return assemble(columns, lines, mass_kg or found, "zan", notes, where)


def _from_text(text: str, asked: _Asked, where: str) -> GasExchange:
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        grid = split_cells(text, delimiter, where)
        located = locate(grid, asked.columns, where) if _could_hold(grid, asked) else None
        if located:
            _refuse_short(located, where)
            mark = asked.decimal or ("." if delimiter == "," else None)
            return _from_located(grid, located, asked._replace(decimal=mark), where)
    if asked.columns is not None:
        delimiter = max(DELIMITERS, key=text.count)
        locate(split_cells(text, delimiter, where), asked.columns, where)
    raise DataError(_unknown(where))


def _could_hold(grid: Grid, asked: _Asked) -> bool:
    """Whether a header can be in it; with named columns, all of them in one row."""
    if asked.columns is None:
        return True
    wanted = {str(header).strip() for header in asked.columns.values()}
    return any(wanted <= {c for c in cells if isinstance(c, str)} for _, cells in grid[:200])


def _from_grids(grids: list[Grid], asked: _Asked, where: str) -> GasExchange:
    for grid in grids:
        located = locate(grid, asked.columns, where) if _could_hold(grid, asked) else None
        if located:
            return _from_located(grid, located, asked, where)
    if asked.columns is not None and grids:
        locate(grids[0], asked.columns, where)
    raise DataError(_unknown(where))


def _unknown(where: str) -> str:
    return say(
        where,
        "no row of headers with time, VO2 and VCO2",
        "an export of COSMED (.xlsx), Cortex (.xml) or ZAN (text), or a table of breaths",
        "Name the columns: columns={'time_s': ..., 'vo2_ml_min': ..., 'vco2_ml_min': ...}.",
    )


def _refuse_short(located: Located, where: str) -> None:
    """A line of text with fewer cells than the header was cut off."""
    needed = 1 + max(place for place, _, _ in located.columns.values())
    for line, cells in located.rows:
        if len(cells) < needed:
            found = f"the line ends after {len(cells)} of {located.width} cells"
            remedy = "The file was probably cut off; copy or export it again."
            raise DataError(say(f"{where}, line {line}", found, "whole lines", remedy))


def _from_located(grid: Grid, located: Located, asked: _Asked, where: str) -> GasExchange:
    stated, note = find_mass(grid)
    notes = [note] if note else []
    rows = [(line, cells) for line, cells in located.rows if not _empty(cells, located)]
    lines = np.array([line for line, _ in rows], dtype=int)
    texts = [c for _, cells in rows for c in _wanted(cells, located) if isinstance(c, str)]
    texts = [text for text in texts if ":" not in text]
    mark = asked.decimal or decimal_mark(texts, where)
    _check_units(asked.units, located)
    measured = {}
    for name, (place, header, unit) in located.columns.items():
        cells = [row[place] if place < len(row) else None for _, row in rows]
        at = f"{where}, column {header}"
        unit = normal_unit(asked.units[header]) if header in asked.units else unit
        unit = _unit_or_refuse(name, unit, asked.columns is not None, header, at)
        measured[name] = _measure(name, cells, unit, header, mark, lines, at)
    return assemble(measured, lines, asked.mass_kg or stated, _device(grid), notes, where)


def _wanted(cells: list[Cell], located: Located) -> list[Cell]:
    return [cells[place] for place, _, _ in located.columns.values() if place < len(cells)]


def _empty(cells: list[Cell], located: Located) -> bool:
    return all(is_blank(cell) for cell in _wanted(cells, located))


def _check_units(units: Mapping[str, str], located: Located) -> None:
    headers = [header for _, header, _ in located.columns.values()]
    for header, unit in units.items():
        if header not in headers:
            found = f"{header!r} is none of the headers that are read"
            raise DataError(say("units", found, ", ".join(headers)))
        if not is_unit(normal_unit(unit)):
            raise DataError(say("units", f"{unit!r} is not known", "ml/min, l/min, km/h ..."))


def _unit_or_refuse(name: str, unit: str | None, named: bool, header: str, where: str) -> str:
    """The unit of a column; VO2, VCO2 and speed are never guessed."""
    if unit:
        return unit
    if name in _DEFAULT_UNITS:
        return _DEFAULT_UNITS[name]
    if named:
        return _NAMED_UNITS[name]
    allowed = ", ".join(FACTORS[name])
    remedy = f"Add it to the header, or state it: units={{{header!r}: '{_NAMED_UNITS[name]}'}}."
    raise DataError(say(where, "no unit is stated", f"one of {allowed}", remedy))


def _measure(
    name: str,
    cells: list[Cell],
    unit: str,
    header: str,
    mark: str,
    lines: np.ndarray,
    where: str,
) -> Measured:
    """Numbers of one column; what a cell holds instead of a number is not repeated."""
    if name == "time_s":
        factor = FACTORS[name].get(unit, 1.0)
        days = unit == "h:mm:ss" and all(isinstance(cell, float) for cell in cells)
        values = [seconds(cell, mark, 86_400.0 if days else factor) for cell in cells]
        unit = "s" if unit in FACTORS[name] else unit
    else:
        values = [number(cell, mark) for cell in cells]
    wrong = next((k for k, value in enumerate(values) if value is None), None)
    if wrong is not None:
        kind = "a time" if isinstance(cells[wrong], timedelta) else "text"
        found = f"{kind} where a number should be"
        remedy = "Mend or empty the cell; remove rows that are no breaths (means, remarks)."
        raise DataError(say(f"{where}, row {lines[wrong]}", found, "a number", remedy))
    return Measured(np.array(values, dtype=float), unit, header)


def _device(grid: Grid) -> str:
    """The cart that writes such a header; only its fixed words are looked at."""
    words = {c.strip() for _, cells in grid[:12] for c in cells[:1] if isinstance(c, str)}
    if words & {"Stammdaten", "Administrative Data"}:
        return "cortex"
    first = next((cells[0] for _, cells in grid[:1] if cells), None)
    return "cosmed" if isinstance(first, str) and first.startswith("ID") else "table"

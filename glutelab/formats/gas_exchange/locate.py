"""Find the table of breaths among the cells of a file: header, units, and the columns in it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from glutelab.errors import DataError, say
from glutelab.formats.gas_exchange.columns import (
    HEADERS,
    is_unit,
    normal_name,
    normal_unit,
    split_unit,
)
from glutelab.formats.workbook.cells import Cell, Grid, is_blank, number, seconds

__all__ = ["Located", "locate"]

LOOKED_AT = 200  # rows from the top in which the header can stand


@dataclass(frozen=True)
class Located:
    """Where a table stands: its columns as (place, header, unit or None), and its rows."""

    columns: dict[str, tuple[int, str, str | None]]
    rows: Grid
    width: int


def locate(grid: Grid, columns: Mapping[str, str] | None, where: str) -> Located | None:
    """The table of breaths in a sheet, or None if there is none.

    Parameters
    ----------
    grid : Grid
    columns : mapping of str to str, optional
        Our name to the header in the file; without it headers are recognized.
    where : str
        For error texts.

    Raises
    ------
    DataError
        If a header that is needed stands in two columns.
    """
    if columns is not None:
        _check_mapping(columns)
    for k, (line, cells) in enumerate(grid[:LOOKED_AT]):
        found = _named(cells, columns) if columns is not None else _recognized(cells)
        if found is None:
            continue
        for name, places in found.items():
            if len(places) > 1:
                raise DataError(_twice(cells, name, places, f"{where}, row {line}"))
        places = {name: place for name, (place,) in found.items()}
        units = _units_row(grid[k + 1 : k + 3], places)
        rows = grid[k + 1 + units[0] :]
        headers = {name: str(cells[place]).strip() for name, place in places.items()}
        located = {
            name: (place, headers[name], units[1].get(name) or split_unit(headers[name])[1])
            for name, place in places.items()
        }
        return Located(located, rows, len(cells))
    if columns is not None:
        _refuse_mapping(grid, columns, where)
    return None


def _check_mapping(columns: Mapping[str, str]) -> None:
    unknown = [name for name in columns if name not in HEADERS]
    if unknown:
        allowed = ", ".join(HEADERS)
        raise DataError(say("columns", f"{unknown[0]!r} is no column of gas exchange", allowed))
    absent = [name for name in ("time_s", "vo2_ml_min", "vco2_ml_min") if name not in columns]
    instead = {"vo2_ml_min": "vo2_ml_kg_min", "vco2_ml_min": "rer"}
    absent = [name for name in absent if instead.get(name) not in columns]
    if absent:
        example = "columns={'time_s': 't', 'vo2_ml_min': 'VO2', 'vco2_ml_min': 'VCO2'}"
        raise DataError(say("columns", f"{', '.join(absent)} is not named", f"as in {example}"))


def _named(cells: list[Cell], columns: Mapping[str, str]) -> dict[str, list[int]] | None:
    texts = [cell.strip() if isinstance(cell, str) else None for cell in cells]
    found = {}
    for name, header in columns.items():
        places = [place for place, text in enumerate(texts) if text == str(header).strip()]
        if not places:
            return None
        found[name] = places
    return found


def _recognized(cells: list[Cell]) -> dict[str, list[int]] | None:
    names = [normal_name(cell) if isinstance(cell, str) else "" for cell in cells]
    found = {}
    for name, known in HEADERS.items():
        header = next((text for text in known if text in names), None)
        if header:
            found[name] = [place for place, text in enumerate(names) if text == header]
    uptake = "vo2_ml_min" in found or "vo2_ml_kg_min" in found
    output = "vco2_ml_min" in found or "rer" in found
    return found if "time_s" in found and uptake and output else None


def _twice(cells: list[Cell], name: str, places: list[int], where: str) -> str:
    header = str(cells[places[0]]).strip()
    letters = ", ".join(str(place + 1) for place in places)
    return say(
        where,
        f"{header!r} stands in {len(places)} columns ({letters})",
        f"one column for {name}",
        "Remove or rename the other, or name another one with columns=.",
    )


def _units_row(below: Grid, places: dict[str, int]) -> tuple[int, dict[str, str]]:
    """How many rows the units take, and the unit of each column that states one."""
    for skipped, (_, cells) in enumerate(below):
        texts = {name: cells[place] for name, place in places.items() if place < len(cells)}
        written = [cell for cell in texts.values() if not is_blank(cell)]
        if not written:
            continue
        if any(not isinstance(cell, str) or seconds(cell, ",") is not None for cell in written):
            break
        units = {name: normal_unit(cell) for name, cell in texts.items() if not is_blank(cell)}
        if any(is_unit(unit) for unit in units.values()):
            return skipped + 1, {name: unit for name, unit in units.items() if unit}
        break
    return 0, {}


def _refuse_mapping(grid: Grid, columns: Mapping[str, str], where: str) -> None:
    """Say which of the named headers is not there, and which comes near."""
    wanted = {str(header).strip() for header in columns.values()}
    best = max(
        grid[:LOOKED_AT],
        key=lambda row: len({c.strip() for c in row[1] if isinstance(c, str)} & wanted),
        default=(1, []),
    )
    there = {cell.strip() for cell in best[1] if isinstance(cell, str)}
    absent = sorted(wanted - there)
    headers = _headers_over_numbers(grid, best)
    near = difflib.get_close_matches(absent[0], headers, n=1, cutoff=0.5) if absent else []
    hint = f" (nearest: {near[0]})" if near else ""
    shown = ", ".join(headers[:12]) or "none that stands over numbers"
    raise DataError(
        say(
            where,
            f"no row has all of the named headers; missing: {', '.join(absent)}{hint}",
            f"headers as in the file: {shown}",
            "Write them in columns= exactly as the file does.",
        )
    )


def _headers_over_numbers(grid: Grid, header: tuple[int, list[Cell]]) -> list[str]:
    """Headers of columns of numbers; a cell of a personal header is none and is never shown."""
    below = [cells for line, cells in grid if line > header[0]]
    names = []
    for place, cell in enumerate(header[1]):
        under = [cells[place] for cells in below if place < len(cells)]
        under = [value for value in under if not is_blank(value)]
        numbers = sum(number(v) is not None or seconds(v, ",") is not None for v in under)
        if isinstance(cell, str) and cell.strip() and numbers > 0.8 * max(len(below), 1):
            names.append(cell.strip())
    return names

"""Tables of metadata - runners, trials - from text, Excel (.xlsx) or Parquet.

Cells are text or numbers, never evaluated; dates are text. Where a spreadsheet leaves room for
doubt (titles above the header, units beneath it, several sheets, merged cells), what was made of
it stands in the notes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.errors import DataError, say
from glutelab.formats.content import read_content
from glutelab.formats.numbers import MISSING, decimal_mark, number
from glutelab.formats.parquet import read_parquet
from glutelab.formats.text import (
    decode,
    delimiter_of,
    repeated,
    split_cells,
    split_lines,
)
from glutelab.formats.units import UNITS, unit_in
from glutelab.formats.workbook.cells import Cell, Grid
from glutelab.formats.workbook.xlsx import Sheet, read_sheets

__all__ = ["SheetTable", "note_of_others", "read_sheet"]

LOOKED_AT = 30  # rows from the top in which the header can stand
MOST_ROWS = 200_000
_ID = re.compile(r"[+-]?0\d+|\d{16,}")  # 007 is a name, not a number


@dataclass(frozen=True)
class SheetTable:
    """A table of metadata.

    Attributes
    ----------
    frame : DataFrame
        Columns as in the header; float64 where all cells are numbers, else text (``str``); NaN
        where a cell is empty. The index, ``row``, counts as a spreadsheet does.
    units : dict of str to str
        Unit of a column, from a row beneath the header or from its name (``height (cm)``).
    sheet : str
        Empty for text and Parquet.
    notes : tuple of str
        What was left out or made of odd cells.
    others : tuple of str
        Sheets of the workbook that hold tables, too, where no sheet was asked for.
    """

    frame: pd.DataFrame
    units: dict[str, str]
    sheet: str
    notes: tuple[str, ...]
    others: tuple[str, ...] = ()


def read_sheet(
    path: str | Path, sheet: str | None = None, *, decimal: str | None = None
) -> SheetTable:
    """A table of metadata.

    Parameters
    ----------
    path : path
        Delimited text in any of the usual dialects, ``.xlsx``, or Parquet.
    sheet : str, optional
        Name of the sheet; else the first visible one that holds a table.
    decimal : str, optional
        ``","`` or ``"."`` of text; found out if not given.

    Returns
    -------
    SheetTable

    Raises
    ------
    DataError
        If there is no table, a column has no name or the name of another, a number can be read
        in two ways, or the file is damaged.
    """
    where = Path(path).name
    if decimal not in (None, ".", ","):
        raise DataError(say("decimal", repr(decimal), "',' or '.'"))
    content = read_content(path)
    if content.startswith(b"PK\x03\x04"):
        return _from_sheets(read_sheets(content, where), where, sheet)
    if sheet is not None:
        raise DataError(say(where, f"sheet {sheet!r} was asked for", "a workbook (.xlsx)"))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        remedy = "Save it as .xlsx or .csv, without a password."
        raise DataError(say(where, "an old or protected Excel file", ".xlsx", remedy))
    if content.startswith(b"PAR1"):
        names, arrays = read_parquet(content, where)
        grid: Grid = [(1, list(names))]
        columns = [[None if x in ("",) or x != x else x for x in column] for column in arrays]
        grid += [(k + 2, [c[k] for c in columns]) for k in range(len(arrays[0]))]
        return _table(grid, where, "", "row", [])
    text, notes = decode(content, where)
    lines = split_lines(text)
    delimiter = delimiter_of(lines) or "\t"
    if re.fullmatch(r"sep=.", lines[0].strip('"')):
        delimiter, lines = lines[0].strip('"')[-1], ["", *lines[1:]]
    rows = split_cells(lines, delimiter, where)
    cells = (cell for _, row in rows for cell in row if not _ID.fullmatch(cell))
    decimal = decimal or decimal_mark(cells, where)
    grid = [(line, [_cell(cell, decimal) for cell in row]) for line, row in rows]
    return _table(grid, where, "", "line", [*notes])


def _cell(text: str, decimal: str) -> Cell:
    """A number where it is one; text that only looks like one (007) stays."""
    if _ID.fullmatch(text):
        return text
    value = number(text, decimal)
    return text or None if value is None or np.isnan(value) else _Written(value, text)


class _Written(float):
    """A number that remembers its spelling, for columns that also hold words."""

    def __new__(cls, value: float, text: str):
        self = super().__new__(cls, value)
        self.text = text
        return self


def _from_sheets(sheets: list[Sheet], where: str, wanted: str | None) -> SheetTable:
    names = [sheet.name for sheet in sheets]
    if wanted is not None:
        chosen = [sheet for sheet in sheets if sheet.name == wanted]
        if not chosen:
            raise DataError(say(where, f"no sheet {wanted!r}", f"one of {', '.join(names)}"))
        others = []
    else:
        tables = [s for s in sheets if not s.hidden and _header_place(s.grid) is not None]
        if not tables:
            raise DataError(say(where, "no sheet holds a table", "a header and rows below it"))
        chosen, others = tables[:1], tables[1:]
    sheet = chosen[0]
    notes = []
    if others:
        notes.append(note_of_others(where, sheet.name, [other.name for other in others]))
    if sheet.unstored:
        notes.append(
            f"{where}: {sheet.unstored} formulas without a stored result are empty; open and save "
            "the file in a spreadsheet."
        )
    grid = _unmerged(sheet, where, notes)
    table = _table(grid, f"{where}, sheet {sheet.name!r}", sheet.name, "row", notes)
    return replace(table, others=tuple(other.name for other in others))


def note_of_others(where: str, sheet: str, others: Sequence[str]) -> str:
    """What is said of a workbook of which the first sheet was read.

    Parameters
    ----------
    where, sheet : str
        The workbook, and its sheet that was read.
    others : list of str
        Sheets that hold tables, too.

    Examples
    --------
    >>> note_of_others("a.xlsx", "Runners", ["Trials"])
    "a.xlsx: sheet 'Runners' was read; 'Trials' holds a table, too."
    """
    hold = "holds a table" if len(others) == 1 else "hold tables"
    return f"{where}: sheet {sheet!r} was read; {', '.join(map(repr, others))} {hold}, too."


def _unmerged(sheet: Sheet, where: str, notes: list[str]) -> Grid:
    """A cell that is merged over several rows stands for all of them; over columns it does not."""
    rows = dict(sheet.grid)
    down = [m for m in sheet.merged if m[1] == m[3] and m[2] > m[0] and m[0] in rows]
    across = [m for m in sheet.merged if m[1] != m[3]]
    filled = 0
    for first, column, last, _ in down:
        cells = rows[first]
        value = cells[column - 1] if column <= len(cells) else None
        if value is None or last - first > MOST_ROWS:
            continue
        for line in range(first + 1, last + 1):
            if line in rows:
                rows[line].extend([None] * (column - len(rows[line])))
                if rows[line][column - 1] is None:
                    rows[line][column - 1] = value
                    filled += 1
    if filled:
        notes.append(f"{where}: {filled} cells below a merged cell were given its value.")
    if across:
        notes.append(f"{where}: cells merged over several columns count for the first of them.")
    return sorted(rows.items())


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _filled(cells: Sequence[Cell]) -> list[int]:
    return [k for k, cell in enumerate(cells) if not _is_empty(cell)]


def _header_place(grid: Grid) -> int | None:
    """The first row of words that is about as wide as what stands below it."""
    filled = [_filled(cells) for _, cells in grid]
    for k in range(min(len(grid), LOOKED_AT)):
        below = [len(row) for row in filled[k + 1 : k + 1 + LOOKED_AT] if row]
        words = all(isinstance(grid[k][1][place], str) for place in filled[k])
        if filled[k] and below and words and len(filled[k]) >= 0.6 * max(below):
            return k
    return None


def _table(grid: Grid, where: str, sheet: str, what: str, notes: list[str]) -> SheetTable:
    grid = [(line, cells) for line, cells in grid if _filled(cells)]
    place = _header_place(grid)
    if place is None:
        remedy = "Put the names of the columns into one row above the values."
        raise DataError(say(where, "no header with rows below it", "a table", remedy))
    if place:
        notes.append(f"{where}: {place} rows above the header were left out.")
    line, header = grid[place]
    names = ["" if _is_empty(cell) else _text(cell).strip() for cell in header]
    rows = grid[place + 1 :]
    if len(rows) > MOST_ROWS:
        raise DataError(say(where, f"{len(rows)} rows", f"at most {MOST_ROWS}", "Is it metadata?"))
    used = sorted({k for _, cells in rows for k in _filled(cells)} | set(_filled(names)))
    unnamed = [k for k in used if k >= len(names) or not names[k]]
    if unnamed:
        at = next(at for at, cells in rows if unnamed[0] < len(cells) and cells[unnamed[0]])
        found = f"column {_letters(unnamed[0])} has no name, but a value in {what} {at}"
        raise DataError(say(f"{where}, {what} {line}", found, "a name", "Name it, or empty it."))
    twice = repeated([names[k] for k in used])
    if twice:
        places = ", ".join(_letters(k) for k in used if names[k] == twice[0])
        found = f"{twice[0]!r} is the name of columns {places}"
        raise DataError(say(f"{where}, {what} {line}", found, "each name once", "Rename one."))
    columns = {names[k]: [cells[k] if k < len(cells) else None for _, cells in rows] for k in used}
    units = {name: unit_in(name) for name in columns if unit_in(name)}
    lines = [at for at, _ in rows]
    below = _units_below(columns)
    if below:
        units |= below
        notes.append(f"{where}, {what} {lines[0]}: units ({', '.join(below.values())}), not a row.")
        columns = {name: cells[1:] for name, cells in columns.items()}
        lines = lines[1:]
    if not lines:
        raise DataError(say(where, "a header without rows", "one row per runner or trial"))
    index = pd.Index(lines, name="row")
    frame = pd.DataFrame({name: _column(cells) for name, cells in columns.items()})
    return SheetTable(frame.set_index(index), units, sheet, tuple(notes))


def _units_below(columns: dict[str, list[Cell]]) -> dict[str, str]:
    """Units, where the first row holds nothing else, and what follows holds numbers."""
    firsts = {
        name: cells[0] for name, cells in columns.items() if cells and not _is_empty(cells[0])
    }
    words = {name: str(cell).strip(" ()[]") for name, cell in firsts.items()}
    words = {name: word for name, word in words.items() if word not in ("-", "--", "")}
    if not words or not all(isinstance(cell, str) for cell in firsts.values()):
        return {}
    if not all(word.casefold() in UNITS for word in words.values()):
        return {}
    # "m" can be a sex as well as a unit: a unit stands above a number.
    rest = Counter(isinstance(c, float) for n in words for c in columns[n][1:] if not _is_empty(c))
    return words if rest[True] > rest[False] else {}


def _column(cells: list[Cell]) -> pd.Series:
    given = [cell for cell in cells if not _is_empty(cell)]
    words = [
        c for c in given if not isinstance(c, float) and str(c).strip().casefold() not in MISSING
    ]
    if given and not words and any(isinstance(cell, float) for cell in given):
        return pd.Series([c if isinstance(c, float) else np.nan for c in cells], dtype="float64")
    texts = [None if _is_empty(cell) else _text(cell).strip() for cell in cells]
    return pd.Series(texts, dtype="str")


def _text(cell: Cell) -> str:
    if isinstance(cell, _Written):
        return cell.text
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(cell.total_seconds(), 60)
        hours, minutes = divmod(int(minutes), 60)
        return f"{hours}:{minutes:02d}:{seconds:02.0f}"
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def _letters(place: int) -> str:
    """A spreadsheet's name of a column: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

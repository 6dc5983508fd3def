"""A table with one header row, from delimited text or Parquet; no column has a meaning yet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.content import read_content
from glutelab.formats.numbers import MISSING, block, decimal_mark, number
from glutelab.formats.parquet import MOST_CELLS, MOST_COLUMNS, read_parquet
from glutelab.formats.text import (
    decode,
    delimiter_of,
    split_cells,
    split_lines,
    unique,
)
from glutelab.formats.units import UNITS, unit_in, unit_of

__all__ = ["PlainTable", "read_table"]

_LIKE_A_NUMBER = re.compile(r"\s*[+-]?[.,]?\d")


@dataclass(frozen=True)
class PlainTable:
    """Columns of a table, as text or as numbers.

    Attributes
    ----------
    names : tuple of str
    units : tuple of str
        From a row beneath the header or from the names; empty where neither says.
    notes : tuple of str
    """

    where: str
    names: tuple[str, ...]
    units: tuple[str, ...]
    notes: tuple[str, ...]
    _rows: list[tuple[int, list[str]]] | None
    _arrays: list[np.ndarray] | None
    _decimal: str = "."

    def __len__(self) -> int:
        return len(self._rows) if self._arrays is None else len(self._arrays[0])

    def texts(self, place: int) -> list[str]:
        """A column as text; whole numbers without decimals."""
        if self._arrays is None:
            return [cells[place] if place < len(cells) else "" for _, cells in self._rows]
        values = self._arrays[place]
        if values.dtype.kind == "f":
            return ["" if np.isnan(x) else f"{x:.15g}" for x in values]
        return list(values)

    def is_words(self, place: int) -> bool:
        """Whether no cell of a column begins like a number, and some cell is not empty."""
        if self._arrays is not None and self._arrays[place].dtype.kind == "f":
            return False
        is_words = False
        for cell in self.texts(place):
            if _LIKE_A_NUMBER.match(cell):
                return False
            is_words = is_words or cell.strip().casefold() not in MISSING
        return is_words

    def numbers(self, places: Sequence[int]) -> np.ndarray:
        """Columns as numbers, shape (n_rows, n_places).

        Raises
        ------
        DataError
            With line and column, if a cell is no number.
        """
        names = [self.names[place] for place in places]
        if self._arrays is None:
            width = len(self.names)
            rows = [
                (line, [cells[place] for place in places]) if len(cells) >= width else (line, cells)
                for line, cells in self._rows
            ]
            _check_widths(self._rows, width, self.where)
            return block(rows, names, self.where, decimal=self._decimal)
        columns = [self._array(place) for place in places]
        return np.stack(columns, axis=1) if columns else np.empty((len(self), 0))

    def _array(self, place: int) -> np.ndarray:
        column, name = self._arrays[place], self.names[place]
        if column.dtype.kind != "f":
            rows = [(k + 1, [cell]) for k, cell in enumerate(column)]
            return block(rows, [name], self.where)[:, 0]
        if np.isinf(column).any():
            at = f"{self.where}, line {int(np.flatnonzero(np.isinf(column))[0]) + 1}, {name}"
            raise DataError(say(at, "an infinite value", "a number or an empty cell"))
        return column


def read_table(path: str | Path, decimal: str | None = None) -> PlainTable:
    """A table with its header, from text (any of the usual dialects) or Parquet.

    Parameters
    ----------
    path : path
        May be packed as ``.gz``. Cells are never evaluated: ``=1+1`` is text.
    decimal : str, optional
        ``","`` or ``"."``; found out if not given.

    Raises
    ------
    DataError
        If it is no table, is damaged or too large, or a column name is empty or comes twice.
    """
    where = Path(path).name
    if decimal not in (None, ".", ","):
        raise DataError(say("decimal", repr(decimal), "',' or '.'"))
    content = read_content(path)
    if content.startswith(b"PAR1"):
        names, arrays = read_parquet(content, where)
        _check_header(names, where, "schema")
        units = tuple(unit_in(name) for name in names)
        return PlainTable(where, tuple(names), units, (), None, arrays)
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        remedy = "Save the sheet as .csv (UTF-8); only metadata are read from workbooks."
        raise DataError(say(where, "this is a workbook or an archive", "text or Parquet", remedy))
    text, notes = decode(content, where)
    lines = split_lines(text)
    delimiter = delimiter_of(lines)
    if delimiter is None:
        found = "no tab, semicolon, bar or comma separates its cells"
        raise DataError(say(where, found, "a table with several columns", "Export it as .csv."))
    if lines and re.fullmatch(r"sep=.", lines[0].strip('"')):
        delimiter, lines = lines[0].strip('"')[-1], ["", *lines[1:]]  # a hint for spreadsheets
    rows = split_cells(lines, delimiter, where)
    if len(rows) < 2:
        raise DataError(say(where, f"{len(rows)} lines", "a header and rows of numbers"))
    header = rows[0][1]
    while header and not header[-1]:
        header = header[:-1]
    _check_header(header, where, f"line {rows[0][0]}")
    if len(rows) * len(header) > MOST_CELLS:
        raise DataError(say(where, "too many cells", f"at most {MOST_CELLS}", "Split the file."))
    units, rows = _units_row(rows[1:], header)
    if not rows:
        raise DataError(say(where, "a header but no rows", "rows of numbers"))
    if decimal is None:
        cells = (cell for _, row in rows[:500] for cell in row)
        decimal = decimal_mark(cells, where)
    return PlainTable(where, tuple(header), units, notes, rows, None, decimal)


def _check_header(header: Sequence[str], where: str, line: str) -> None:
    if not header:
        raise DataError(say(f"{where}, {line}", "no column has a name", "one name per column"))
    if len(header) > MOST_COLUMNS:
        found = f"{len(header)} columns"
        raise DataError(say(where, found, f"at most {MOST_COLUMNS}", "Is it the right file?"))
    if "" in header:
        place = header.index("") + 1
        remedy = "Name it, or remove it."
        raise DataError(say(f"{where}, {line}", f"column {place} has no name", "names", remedy))
    unique(header, f"{where}, {line}")
    if all(number(name) is not None or number(name, ",") is not None for name in header):
        remedy = "Add a line with the names of the columns."
        raise DataError(say(f"{where}, {line}", "numbers where names should be", "names", remedy))


def _check_widths(rows: list[tuple[int, list[str]]], width: int, where: str) -> None:
    for line, cells in rows:
        if len(cells) < width or any(cells[width:]):
            remedy = "Was it cut off, or are decimal commas also the delimiter? Export it again."
            expected = f"{width}, as in the header"
            found = f"{len(cells)} cells"
            raise DataError(say(f"{where}, line {line}", found, expected, remedy))


def _units_row(
    rows: list[tuple[int, list[str]]], header: Sequence[str]
) -> tuple[tuple[str, ...], list[tuple[int, list[str]]]]:
    """Units beneath the header, else those in the names."""
    own = [unit_in(name) for name in header]
    cells = [re.sub(r"^[(\[]|[)\]]$", "", cell).strip() for cell in rows[0][1]] if rows else []
    words = [cell for cell in cells if cell.casefold() not in MISSING]
    if words and all(word.casefold() in UNITS for word in words):
        cells += [""] * (len(header) - len(cells))
        below = [unit_of(cell) if cell.casefold() not in MISSING else "" for cell in cells]
        return tuple(b or o for b, o in zip(below, own, strict=False)), rows[1:]
    return tuple(own), rows

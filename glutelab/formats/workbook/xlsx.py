"""The cells of an .xlsx workbook: a zip of XML sheets, read with care.

A workbook is read here instead of by a spreadsheet library because a file of one kilobyte that
names its last possible cell makes the libraries at hand allocate the whole sheet (and one of them
ends the process). Only stored values are read; formulas are never evaluated.
"""

from __future__ import annotations

import io
import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from xml.etree import ElementTree

from glutelab.errors import DataError, say
from glutelab.formats.workbook.cells import Cell, Grid
from glutelab.formats.workbook.guarded import (
    attribute,
    children,
    elements,
    parse_xml,
    put_cell,
    whole,
)

__all__ = ["Sheet", "read_sheets", "read_workbook"]

MOST_BYTES = 60_000_000  # of one unpacked part; an hour of breaths takes about 3,000,000
MOST_SHEETS = 100
# Built-in number formats that show a time of day or a duration, and those that show a date.
_TIME_FORMATS = {18, 19, 20, 21, 22, 45, 46, 47}
_DATE_FORMATS = {14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)}
_EPOCHS = (datetime(1899, 12, 30), datetime(1904, 1, 1))
# What a damaged directory of a zip can end in; a DataError is a ValueError, too.
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError)
_DAMAGED += (NotImplementedError, RuntimeError, ValueError, LookupError)
AGAIN = "The file was probably cut off; copy or export it again."


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook.

    Attributes
    ----------
    name : str
    grid : Grid
        Numbers as float, times as timedelta, dates as text (2024-05-31), all else as text.
    merged : tuple of (int, int, int, int)
        First row, first column, last row, last column of each merged range, from 1.
    hidden : bool
    unstored : int
        Cells with a formula of which no result is stored.
    """

    name: str
    grid: Grid
    merged: tuple[tuple[int, int, int, int], ...]
    hidden: bool
    unstored: int


@dataclass(frozen=True)
class _Book:
    """What the cells of a sheet point to."""

    texts: list[str]
    times: set[int]
    dates: set[int]
    epoch: datetime


def read_workbook(content: bytes, where: str) -> list[Grid]:
    """The cells of all sheets, first to last; dates as the numbers that are stored.

    Parameters
    ----------
    content : bytes
    where : str
        For error texts.

    Returns
    -------
    list of Grid
        Numbers as float, times as timedelta, all else as text.

    Raises
    ------
    DataError
        If the file is damaged, is no workbook, has no sheets, or unpacks to more than a recording.
    """
    return [sheet.grid for sheet in read_sheets(content, where, dates=False)]


def read_sheets(content: bytes, where: str, dates: bool = True) -> list[Sheet]:
    """The sheets of a workbook, first to last.

    Parameters
    ----------
    content : bytes
    where : str
        For error texts.
    dates : bool
        Whether dates come as text (2024-05-31, 2024-05-31 14:30); else as the numbers stored.

    Raises
    ------
    DataError
        As `read_workbook`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return _read_sheets(packed, where, dates)
    except _DAMAGED as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            say(where, "the workbook cannot be unpacked", "a whole .xlsx file", AGAIN)
        ) from error


def _read_sheets(packed: zipfile.ZipFile, where: str, dates: bool) -> list[Sheet]:
    parts = set(packed.namelist())
    if "xl/workbook.xml" not in parts:
        remedy = "Save the export as an Excel workbook (.xlsx)."
        raise DataError(say(where, "it is packed, but no Excel workbook", ".xlsx", remedy))
    root = _part(packed, "xl/workbook.xml", where)
    targets = {}
    if "xl/_rels/workbook.xml.rels" in parts:
        for link in _part(packed, "xl/_rels/workbook.xml.rels", where):
            target = posixpath.normpath(posixpath.join("/xl", link.get("Target", ""))).lstrip("/")
            targets[link.get("Id")] = target
    listed = [(sheet, targets.get(attribute(sheet, "id"))) for sheet in elements(root, "sheet")]
    listed = [(sheet, part) for sheet, part in listed if part in parts]
    if not listed:
        raise DataError(say(where, "the workbook has no sheets", "one with a table", AGAIN))
    if len(listed) > MOST_SHEETS:
        raise DataError(say(where, f"{len(listed)} sheets", f"at most {MOST_SHEETS}", AGAIN))
    is_1904 = any(p.get("date1904") in ("1", "true") for p in elements(root, "workbookPr"))
    book = _Book(
        _shared_texts(packed, parts, where),
        _styles(packed, parts, where, _TIME_FORMATS, _shows_time),
        _styles(packed, parts, where, _DATE_FORMATS, _shows_date) if dates else set(),
        _EPOCHS[is_1904],
    )
    return [_read_sheet(sheet, _part(packed, part, where), book, where) for sheet, part in listed]


def _part(packed: zipfile.ZipFile, name: str, where: str) -> ElementTree.Element:
    """One unpacked and parsed part; its size is counted while unpacking, not believed."""
    with packed.open(name) as stream:
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        found = f"a part of the workbook unpacks to more than {MOST_BYTES // 1_000_000} MB"
        raise DataError(say(where, found, "a recording", "Keep only the sheet that is needed."))
    return parse_xml(content, where)


def _shared_texts(packed: zipfile.ZipFile, parts: set[str], where: str) -> list[str]:
    if "xl/sharedStrings.xml" not in parts:
        return []
    return [_text_of(item) for item in _part(packed, "xl/sharedStrings.xml", where)]


def _text_of(item: ElementTree.Element) -> str:
    """Text of a cell, of which parts may be formatted; phonetic hints (rPh) are left out."""
    runs = [item, *children(item, "r")]
    return "".join(t.text or "" for run in runs for t in children(run, "t"))


def _styles(
    packed: zipfile.ZipFile,
    parts: set[str],
    where: str,
    built_in: set[int],
    shows: Callable[[str], bool],
) -> set[int]:
    """Numbers of the cell styles that show a number of days as a time, or as a date."""
    if "xl/styles.xml" not in parts:
        return set()
    root = _part(packed, "xl/styles.xml", where)
    formats = set(built_in)
    for own in elements(root, "numFmt"):
        code = re.sub(r'"[^"]*"|\\.|\[\$[^\]]*\]', "", own.get("formatCode", "")).casefold()
        if shows(code) and "general" not in code and "standard" not in code:
            formats.add(whole(own.get("numFmtId")))
    styles = next(children(root, "cellXfs"), ())
    return {k for k, style in enumerate(styles) if whole(style.get("numFmtId")) in formats}


def _shows_time(code: str) -> bool:
    return "h" in code or "s" in code


def _shows_date(code: str) -> bool:
    code = re.sub(r"\[[^\]]*\]", "", code)  # colors and conditions
    return "y" in code or "d" in code or "mmm" in code


def _read_sheet(
    element: ElementTree.Element, root: ElementTree.Element, book: _Book, where: str
) -> Sheet:
    grid: Grid = []
    unstored = 0
    for row in elements(root, "row"):
        line = whole(row.get("r")) or (grid[-1][0] + 1 if grid else 1)
        cells: list[Cell] = []
        for cell in children(row, "c"):
            place = _column(cell.get("r")) or len(cells) + 1
            value = _value(cell, book)
            unstored += value is None and any(True for _ in children(cell, "f"))
            put_cell(cells, place, value, f"{where}, row {line}")
        grid.append((line, cells))
    merged = tuple(filter(None, (_range(m.get("ref")) for m in elements(root, "mergeCell"))))
    hidden = element.get("state", "visible") != "visible"
    return Sheet(element.get("name", ""), grid, merged, hidden, unstored)


def _range(reference: str | None) -> tuple[int, int, int, int] | None:
    found = re.fullmatch(r"([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})", reference or "")
    if not found:
        return None
    first, last = ((int(re.sub(r"\D", "", c)), _column(c)) for c in found.groups())
    return (*first, *last)


def _column(reference: str | None) -> int:
    """Number of a column from a reference: A is 1, AA is 27; 0 if there is none."""
    letters = re.match(r"[A-Z]{1,3}", reference or "")
    count = 0
    for letter in letters[0] if letters else "":
        count = 26 * count + ord(letter) - ord("A") + 1
    return count


def _value(cell: ElementTree.Element, book: _Book) -> Cell:
    kind = cell.get("t", "n")
    inline = next(children(cell, "is"), None)
    if inline is not None:
        return _text_of(inline)
    stored = next((e.text for e in children(cell, "v") if e.text), None)
    if stored is None:
        return None
    if kind == "s":
        index = whole(stored)
        return book.texts[index] if stored.strip().isdigit() and index < len(book.texts) else None
    if kind != "n":
        return stored
    try:
        value = float(stored)
    except ValueError:
        return stored
    style = whole(cell.get("s"))
    if style in book.dates and 0 <= value < 2_900_000:
        moment = book.epoch + timedelta(seconds=round(value * 86_400))
        return moment.isoformat(" ", "minutes") if value % 1 else moment.date().isoformat()
    # Six digits of a second: a time kept as a fraction of a day carries rounding beyond that.
    is_time = style in book.times and abs(value) < 1e6
    return timedelta(seconds=round(value * 86_400, 6)) if is_time else value

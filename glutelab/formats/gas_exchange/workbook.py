"""The cells of an .xlsx workbook: a zip of XML sheets, read with care.

A workbook is read here instead of by a spreadsheet library because a file of one kilobyte that
names its last possible cell makes the libraries at hand allocate the whole sheet (and one of them
ends the process). Only stored values are read; formulas are never evaluated.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from datetime import timedelta
from xml.etree import ElementTree

from glutelab.errors import DataError, say
from glutelab.formats.gas_exchange.cells import Cell, Grid
from glutelab.formats.gas_exchange.guarded import (
    attribute,
    children,
    elements,
    parse_xml,
    put_cell,
    whole,
)

__all__ = ["read_workbook"]

MOST_BYTES = 60_000_000  # of one unpacked part; an hour of breaths takes about 3,000,000
# Built-in number formats that show a time of day or a duration.
_TIME_FORMATS = {18, 19, 20, 21, 22, 45, 46, 47}
AGAIN = "The file was probably cut off; copy or export it again."


def read_workbook(content: bytes, where: str) -> list[Grid]:
    """The sheets of a workbook, first to last.

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
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return _read_sheets(packed, where)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DataError(
            say(where, "the workbook cannot be unpacked", "a whole .xlsx file", AGAIN)
        ) from error


def _read_sheets(packed: zipfile.ZipFile, where: str) -> list[Grid]:
    parts = set(packed.namelist())
    if "xl/workbook.xml" not in parts:
        remedy = "Save the export as an Excel workbook (.xlsx)."
        raise DataError(say(where, "it is packed, but no Excel workbook", ".xlsx", remedy))
    book = _part(packed, "xl/workbook.xml", where)
    targets = {}
    if "xl/_rels/workbook.xml.rels" in parts:
        for link in _part(packed, "xl/_rels/workbook.xml.rels", where):
            target = posixpath.normpath(posixpath.join("/xl", link.get("Target", ""))).lstrip("/")
            targets[link.get("Id")] = target
    links = [attribute(sheet, "id") for sheet in elements(book, "sheet")]
    names = [targets.get(link) for link in links if targets.get(link) in parts]
    if not names:
        raise DataError(say(where, "the workbook has no sheets", "one with breaths", AGAIN))
    texts = _shared_texts(packed, parts, where)
    times = _time_styles(packed, parts, where)
    return [_read_sheet(_part(packed, name, where), texts, times, where) for name in names]


def _part(packed: zipfile.ZipFile, name: str, where: str) -> ElementTree.Element:
    """One unpacked and parsed part; its size is counted while unpacking, not believed."""
    with packed.open(name) as stream:
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        found = f"a part of the workbook unpacks to more than {MOST_BYTES // 1_000_000} MB"
        raise DataError(say(where, found, "a recording", "Keep only the sheet with the breaths."))
    return parse_xml(content, where)


def _shared_texts(packed: zipfile.ZipFile, parts: set[str], where: str) -> list[str]:
    if "xl/sharedStrings.xml" not in parts:
        return []
    return [_text_of(item) for item in _part(packed, "xl/sharedStrings.xml", where)]


def _text_of(item: ElementTree.Element) -> str:
    """Text of a cell, of which parts may be formatted; phonetic hints (rPh) are left out."""
    runs = [item, *children(item, "r")]
    return "".join(t.text or "" for run in runs for t in children(run, "t"))


def _time_styles(packed: zipfile.ZipFile, parts: set[str], where: str) -> set[int]:
    """Numbers of the cell styles that show a number of days as a time."""
    if "xl/styles.xml" not in parts:
        return set()
    root = _part(packed, "xl/styles.xml", where)
    formats = set(_TIME_FORMATS)
    for own in elements(root, "numFmt"):
        code = re.sub(r'"[^"]*"|\\.|\[\$[^\]]*\]', "", own.get("formatCode", "")).casefold()
        if ("h" in code or "s" in code) and "general" not in code and "standard" not in code:
            formats.add(whole(own.get("numFmtId")))
    styles = next(children(root, "cellXfs"), ())
    return {k for k, style in enumerate(styles) if whole(style.get("numFmtId")) in formats}


def _read_sheet(root: ElementTree.Element, texts: list[str], times: set[int], where: str) -> Grid:
    grid: Grid = []
    for row in elements(root, "row"):
        line = whole(row.get("r")) or (grid[-1][0] + 1 if grid else 1)
        cells: list[Cell] = []
        for cell in children(row, "c"):
            place = _column(cell.get("r")) or len(cells) + 1
            put_cell(cells, place, _value(cell, texts, times), f"{where}, row {line}")
        grid.append((line, cells))
    return grid


def _column(reference: str | None) -> int:
    """Number of a column from a reference: A is 1, AA is 27; 0 if there is none."""
    letters = re.match(r"[A-Z]{1,3}", reference or "")
    count = 0
    for letter in letters[0] if letters else "":
        count = 26 * count + ord(letter) - ord("A") + 1
    return count


def _value(cell: ElementTree.Element, texts: list[str], times: set[int]) -> Cell:
    kind = cell.get("t", "n")
    inline = next(children(cell, "is"), None)
    if inline is not None:
        return _text_of(inline)
    stored = next((e.text for e in children(cell, "v") if e.text), None)
    if stored is None:
        return None
    if kind == "s":
        index = whole(stored)
        return texts[index] if stored.strip().isdigit() and index < len(texts) else None
    if kind != "n":
        return stored
    try:
        value = float(stored)
    except ValueError:
        return stored
    # Six digits of a second: a time kept as a fraction of a day carries rounding beyond that.
    is_time = whole(cell.get("s")) in times and abs(value) < 1e6
    return timedelta(seconds=round(value * 86_400, 6)) if is_time else value

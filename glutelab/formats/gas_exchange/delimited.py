"""Delimited text to cells, whatever its encoding and delimiter."""

from __future__ import annotations

import codecs
import csv

from glutelab.errors import DataError, say
from glutelab.formats.workbook.cells import Grid

__all__ = ["DELIMITERS", "decode", "split_cells"]

# A comma last: in most exports with decimal commas it also stands within numbers.
DELIMITERS = ("\t", ";", "|", ",")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(content: bytes, where: str) -> str:
    """Text of a file: UTF-8, UTF-16 with its mark, or else Windows Western European.

    Raises
    ------
    DataError
        If it is no text.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    for name in [encoding] if encoding else ["utf-8", "cp1252", "latin-1"]:
        try:
            text = content.decode(name)
            break
        except UnicodeDecodeError:
            text = None
    strange = text is None or sum(ord(c) < 32 and c not in "\t\n\r\f" for c in text[:100_000])
    if strange:
        raise DataError(
            say(
                where,
                "the file is neither text, nor a workbook, nor XML",
                "an export of a metabolic cart, or a table (.csv, .tsv, .txt, .xlsx, .xml)",
                "Export it again as text (UTF-8) or .xlsx.",
            )
        )
    return text


def split_cells(text: str, delimiter: str, where: str) -> Grid:
    """Lines and their cells; empty lines are left out."""
    lines = text.splitlines()
    grid: Grid = []
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                grid.append((reader.line_num, [cell.strip() for cell in cells]))
    except csv.Error:
        remedy = "Is there a quotation mark without its end?"
        line = f"{where}, line {reader.line_num}"
        raise DataError(say(line, "the line cannot be split", "cells", remedy)) from None
    return grid

"""Delimited text to cells, whatever its encoding and delimiter."""

from __future__ import annotations

import csv

from glutelab.errors import DataError, say
from glutelab.formats import text
from glutelab.formats.workbook.cells import Grid

__all__ = ["decode", "split_cells"]


def decode(content: bytes, where: str) -> str:
    """Text of a file: UTF-8, UTF-16 with its mark, or else Windows Western European.

    Raises
    ------
    DataError
        If it is no text.
    """
    try:
        return text.decode(content, where)[0]
    except DataError as error:
        raise DataError(
            say(
                where,
                "the file is neither text, nor a workbook, nor XML",
                "an export of a metabolic cart, or a table (.csv, .tsv, .txt, .xlsx, .xml)",
                "Export it again as text (UTF-8) or .xlsx.",
            )
        ) from error


def split_cells(content: str, delimiter: str, where: str) -> Grid:
    """Lines and their cells; empty lines are left out.

    Not strict about quotation marks, as one delimiter after the other is tried.
    """
    lines = content.splitlines()
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

"""The cells of an Excel 2003 XML workbook."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree

from glutelab.formats.workbook.cells import Cell, Grid
from glutelab.formats.workbook.guarded import (
    attribute,
    children,
    elements,
    parse_xml,
    put_cell,
    whole,
)

__all__ = ["read_spreadsheet_xml"]


def read_spreadsheet_xml(content: bytes, where: str) -> list[Grid]:
    """The sheets of an Excel 2003 XML workbook, as Cortex writes it.

    Parameters
    ----------
    content : bytes
    where : str
        For error texts.

    Returns
    -------
    list of Grid
        Empty if the document has no sheets. Formulas are never looked at.
    """
    root = parse_xml(content, where)
    return [_read_sheet(sheet, where) for sheet in elements(root, "Worksheet")]


def _read_sheet(sheet: ElementTree.Element, where: str) -> Grid:
    grid, line = [], 0
    for row in elements(sheet, "Row"):
        line = _position(row, line)
        cells: list[Cell] = []
        column = 0
        for cell in children(row, "Cell"):
            column = _position(cell, column)
            put_cell(cells, column, _value(cell), f"{where}, row {line}")
            column += whole(attribute(cell, "MergeAcross"))
        grid.append((line, cells))
    return grid


def _position(element: ElementTree.Element, last: int) -> int:
    """Number of a row or cell: its index if it states one, else the next after the last."""
    index = whole(attribute(element, "Index"))
    return index if index > last else last + 1


def _value(cell: ElementTree.Element) -> Cell:
    data = next(children(cell, "Data"), None)
    if data is None:
        return None
    text = "".join(data.itertext()).strip()
    kind = attribute(data, "Type")
    try:
        if kind == "Number":
            return float(text)
        if kind == "DateTime":
            return datetime.fromisoformat(text) - datetime(1899, 12, 31)
    except ValueError:
        pass
    return text

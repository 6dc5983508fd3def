"""XML without danger: no document type, so no entities are expanded and nothing is fetched."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree
from xml.parsers import expat

from glutelab.errors import DataError, say
from glutelab.formats.gas_exchange.cells import Cell, Grid

__all__ = ["local_name", "parse_xml", "read_spreadsheet_xml"]

MOST_COLUMNS = 1000
MOST_ROWS = 1_000_000
MOST_DEEP = 100
AGAIN = "The file was probably cut off or changed; export it again."


def parse_xml(content: bytes, where: str) -> ElementTree.Element:
    """The root element of a document that declares no document type and no entities.

    Raises
    ------
    DataError
        If there is a document type declaration, or the text is not well-formed XML.
    """
    _look_through(content, where)
    return ElementTree.fromstring(content)


def _look_through(content: bytes, where: str) -> None:
    """Refuse what no export has, before a tree is built."""
    depth = 0

    def refuse_doctype(*_: object) -> None:
        raise DataError(
            say(
                where,
                "the XML declares a document type or entities",
                "plain data, as metabolic carts write it",
                "It is not read, because such a file can be made to do harm. Export it again.",
            )
        )

    def go_down(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEEP:
            raise DataError(say(where, f"more than {MOST_DEEP} levels of XML", "a spreadsheet"))

    def go_up(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.EntityDeclHandler = refuse_doctype
    parser.StartElementHandler = go_down
    parser.EndElementHandler = go_up
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        line = f", line {error.lineno}" if isinstance(error, expat.ExpatError) else ""
        raise DataError(say(f"{where}{line}", "the XML is damaged", "whole XML", AGAIN)) from None


def local_name(element: ElementTree.Element) -> str:
    """Name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


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
    sheets = [element for element in root.iter() if local_name(element) == "Worksheet"]
    return [_read_sheet(sheet, where) for sheet in sheets]


def _read_sheet(sheet: ElementTree.Element, where: str) -> Grid:
    grid, line = [], 0
    for row in (element for element in sheet.iter() if local_name(element) == "Row"):
        line = _position(row, line, MOST_ROWS, where)
        cells: list[Cell] = []
        column = 0
        for cell in (element for element in row if local_name(element) == "Cell"):
            column = _position(cell, column, MOST_COLUMNS, where)
            cells.extend([None] * (column - 1 - len(cells)))
            cells.append(_value(cell))
            column += _whole(_attribute(cell, "MergeAcross"))
        grid.append((line, cells))
    return grid


def _position(element: ElementTree.Element, last: int, most: int, where: str) -> int:
    """Number of a row or cell: its index if it states one, else the next after the last."""
    index = _whole(_attribute(element, "Index"))
    place = index if index > last else last + 1
    if place > most:
        raise DataError(say(where, f"more than {most} rows or columns", "a recording"))
    return place


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _attribute(element: ElementTree.Element, name: str) -> str:
    return next((v for key, v in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _value(cell: ElementTree.Element) -> Cell:
    data = next((element for element in cell if local_name(element) == "Data"), None)
    if data is None:
        return None
    text = "".join(data.itertext()).strip()
    kind = _attribute(data, "Type")
    try:
        if kind == "Number":
            return float(text)
        if kind == "DateTime":
            return datetime.fromisoformat(text) - datetime(1899, 12, 31)
    except ValueError:
        pass
    return text

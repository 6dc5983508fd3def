"""XML without danger: no document type, so no entities are expanded and nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.parsers import expat

from glutelab.errors import DataError, say
from glutelab.formats.workbook.cells import Cell

__all__ = ["attribute", "children", "elements", "parse_xml", "put_cell", "whole"]

MOST_COLUMNS = 1000
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
                "plain data",
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


def elements(root: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    """All elements of a name without its namespace, the root and what is deep within included."""
    return (element for element in root.iter() if _local(element.tag) == name)


def children(parent: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    """Elements of a name right below another."""
    return (element for element in parent if _local(element.tag) == name)


def attribute(element: ElementTree.Element, name: str) -> str:
    """An attribute by its name without namespace; empty if there is none."""
    return next((value for key, value in element.attrib.items() if _local(key) == name), "")


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def whole(text: str | None) -> int:
    """A whole number of at most eight digits; 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def put_cell(cells: list[Cell], place: int, value: Cell, where: str) -> None:
    """Set a cell of a row by its number from 1; refuses rows that are wider than any recording."""
    if place > MOST_COLUMNS:
        raise DataError(
            say(
                where,
                f"more than {MOST_COLUMNS} columns",
                "a recording",
                "Keep only the columns that are needed.",
            )
        )
    cells.extend([None] * (place - len(cells)))
    cells[place - 1] = value

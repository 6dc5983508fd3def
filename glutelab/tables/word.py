"""A table for Word, made anew with the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from itertools import groupby

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

__all__ = ["word_file"]

_FONT = "Arial"
_BODY, _NOTE = 9.0, 8.0  # points
_BROADEST = 42  # letters of a line of a column
_WIDE = 6  # columns of numbers; from there on the page lies on its side
_SOME_DAY = datetime(2000, 1, 1)
_THICK, _THIN = "12", "6"  # eighths of a point


def word_file(table) -> bytes:
    """Caption, table and notes as a .docx file.

    Parameters
    ----------
    table : PrintTable
    """
    document = Document()
    _set_up(document, table)
    _write(document.add_paragraph(), table.caption, _BODY, bold=True)
    spanned = any(head.span for head in table.heads)
    first = 2 if spanned else 1
    grid = document.add_table(first + len(table.rows), 1 + len(table.heads))
    _set_widths(grid, table, document.sections[0])
    if spanned:
        _write_spans(grid, table.heads)
    _fill(grid.cell(first - 1, 0), table.stub, bold=True, left=True)
    for k, head in enumerate(table.heads):
        marks = () if head.span else head.marks
        _fill(grid.cell(first - 1, k + 1), head.text, marks, bold=True)
    for k, row in enumerate(table.rows):
        _write_row(grid, first + k, row)
    for k in range(first):
        _repeat(grid.rows[k])
    for line in grid.rows:
        _keep_whole(line)
    _rule(grid.rows[0], "top", _THICK)
    _rule(grid.rows[first - 1], "bottom", _THIN)
    _rule(grid.rows[-1], "bottom", _THICK)
    for mark, text in table.lettered:
        note = document.add_paragraph()
        _write(note, "", _NOTE, (mark,))
        _write(note, f" {text}", _NOTE)
    for text in table.notes:
        _write(document.add_paragraph(), text, _NOTE)
    return _same_bytes(document)


def _set_up(document, table) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(_BODY)
    style.paragraph_format.space_after = Pt(2)
    section = document.sections[0]
    if len(table.heads) >= _WIDE:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    about = document.core_properties
    about.author = about.last_modified_by = about.comments = about.keywords = ""
    about.title, about.language = table.caption[:255], "en-US"
    about.created = about.modified = _SOME_DAY
    about.revision = 1


def _set_widths(grid, table, section) -> None:
    """Columns as wide as what they hold, together as wide as the page's text."""
    data = table.data.iloc[:, :-1]
    texts = [[head.text, *data.iloc[:, k + 1]] for k, head in enumerate(table.heads)]
    labels = [table.stub, *(row.label for row in table.rows if row.cells)]
    letters = [min(max(map(len, texts)) + 3, _BROADEST) for texts in [labels, *texts]]
    text = section.page_width - section.left_margin - section.right_margin
    grid.autofit = False
    for column, share in zip(grid.columns, letters, strict=True):
        column.width = int(text * share / sum(letters))
        for cell in column.cells:
            cell.width = column.width


def _write(paragraph, text: str, size: float, marks=(), *, bold: bool = False) -> None:
    if text:
        run = paragraph.add_run(text)
        run.font.size, run.bold = Pt(size), bold or None
    if marks:
        run = paragraph.add_run(",".join(marks))
        run.font.size, run.font.superscript = Pt(size), True


def _fill(cell, text: str, marks=(), *, bold: bool = False, left: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    side = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.CENTER
    paragraph.alignment = side
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
    _write(paragraph, text, _BODY, marks, bold=bold)


def _write_spans(grid, heads) -> None:
    at = 1
    for (span, marks), group in groupby(heads, lambda head: (head.span, head.marks)):
        n = len(list(group))
        if span:
            cell = grid.cell(0, at).merge(grid.cell(0, at + n - 1))
            _fill(cell, span, marks, bold=True)
            _line(cell, "bottom", _THIN)
        at += n


def _write_row(grid, place: int, row) -> None:
    stub = grid.cell(place, 0)
    if not row.cells:
        stub = stub.merge(grid.cell(place, len(grid.columns) - 1))
        stub.paragraphs[0].paragraph_format.keep_with_next = True
    _fill(stub, row.label, row.marks, bold=not row.cells, left=True)
    if row.under:
        stub.paragraphs[0].paragraph_format.left_indent = Pt(10)
    for k, text in enumerate(row.cells):
        _fill(grid.cell(place, k + 1), text)


def _line(cell, side: str, size: str) -> None:
    """A rule at one side of a cell."""
    about = cell._tc.get_or_add_tcPr()
    borders = about.find(qn("w:tcBorders"))
    if borders is None:
        borders = OxmlElement("w:tcBorders")
        about.append(borders)
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", size), ("space", "0"), ("color", "auto")):
        line.set(qn(f"w:{name}"), value)
    borders.insert(0 if side == "top" else len(borders), line)  # in the order Word expects


def _rule(row, side: str, size: str) -> None:
    for element in row._tr.tc_lst:
        _line(_Cell(element), side, size)


class _Cell:
    """A cell as the file has it: a merged one counts once."""

    def __init__(self, element):
        self._tc = element


def _repeat(row) -> None:
    """The head stands on each page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_whole(row) -> None:
    about = row._tr.get_or_add_trPr()
    about.insert(0, OxmlElement("w:cantSplit"))


def _same_bytes(document) -> bytes:
    """The file without the date of today in its archive."""
    related = document.part.package.rels
    for key in [key for key, one in related.items() if one.reltype.endswith("/thumbnail")]:
        del related[key]  # a picture of the template's empty page
    drawn, same = io.BytesIO(), io.BytesIO()
    document.save(drawn)
    with zipfile.ZipFile(drawn) as old, zipfile.ZipFile(same, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _SOME_DAY.timetuple()[:6])
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            new.writestr(entry, old.read(name), zipfile.ZIP_DEFLATED, 9)
    return same.getvalue()

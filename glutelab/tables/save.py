"""Tables as files: whole or not at all."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from glutelab.arguments import make_place
from glutelab.errors import DataError
from glutelab.files import write_together
from glutelab.tables.html import html_page
from glutelab.tables.latex import latex_table
from glutelab.tables.text import page_text

__all__ = ["csv_text", "save_sheet"]

_ENDINGS = ("html", "tex", "docx", "csv", "md")
_OTHERS = ("doc", "htm", "pdf", "png", "rtf", "svg", "txt", "xls", "xlsx")
# A spreadsheet takes what begins so for a formula, some also in their wide forms.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def save_sheet(table, target: str | Path) -> list[Path]:
    """Write a table; see `PrintTable.save`."""
    target, endings = _read_target(target)
    target = make_place(target)
    contents = {ending: _content(table, ending, target.name) for ending in endings}
    paths = [target.with_name(f"{target.name}.{ending}") for ending in endings]
    write_together(target, dict(zip(paths, contents.values(), strict=True)))
    return paths


def _read_target(target) -> tuple[str | Path, tuple[str, ...]]:
    """A name that ends as one of the files asks for that one."""
    if isinstance(target, str | Path):
        ending = Path(target).suffix.lower().removeprefix(".")
        if ending in _ENDINGS:
            return Path(target).with_suffix(""), (ending,)
        if ending in _OTHERS:
            raise DataError(
                f"tables are not written as .{ending}. Known: {', '.join(_ENDINGS)}; without an "
                "ending all of them."
            )
    return target, _ENDINGS


def _content(table, ending: str, name: str) -> bytes:
    if ending == "docx":
        from glutelab.tables.word import word_file  # python-docx: only those who save wait

        return word_file(table)
    if ending == "csv":
        return csv_text(table).encode("utf-8-sig")  # else spreadsheets misread ± and °
    if ending == "tex":
        return latex_table(table, name).encode()
    return (html_page(table) if ending == "html" else page_text(table)).encode()


def csv_text(table) -> str:
    """The displayed strings; footnotes in full beside the rows they belong to.

    Parameters
    ----------
    table : PrintTable
    """
    said = dict(table.lettered)
    of_heads = list(dict.fromkeys(mark for head in table.heads for mark in head.marks))
    frame = table.data
    marks = [" ".join(said[mark] for mark in row.marks) for row in table.rows]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    stub, *heads = frame.columns
    stub = f"SIMULATED: {stub}" if table.simulated else stub
    writer.writerow([_safe(name) for name in [stub, *heads]])
    for row, note in zip(frame.itertuples(index=False), marks, strict=True):
        writer.writerow([_safe(cell) for cell in [*row[:-1], note]])
    blank = [""] * (frame.shape[1] - 1)
    for text in [table.caption, *(said[mark] for mark in of_heads), *table.notes]:
        writer.writerow([*blank, _safe(text)])
    return file.getvalue()


def _safe(text: str) -> str:
    """A cell that no spreadsheet computes."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text

"""A table of an article: what is displayed, what is said of it, and its files."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from glutelab.tables.footnotes import letter

__all__ = ["Head", "PrintTable", "Row", "clean", "lay_table"]

_DIRECTION = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0xFEFF}


def clean(text: object) -> str:
    r"""Text on one line that every kind of file can hold: words may come from somebody's file.

    Controls, half characters and marks that turn the direction of writing are taken out.

    Examples
    --------
    >>> clean("elite\x00\n runners \u202e")
    'elite runners'
    """
    kept = []
    for sign in str(text):
        kind = unicodedata.category(sign)
        if ord(sign) in _DIRECTION or kind in ("Cn", "Co"):
            continue
        kept.append(" " if kind in ("Cc", "Cs", "Zl", "Zp") else sign)
    return " ".join(part for part in "".join(kept).split(" ") if part)


@dataclass(frozen=True)
class Head:
    """The head of a column.

    Attributes
    ----------
    text : str
    span : str
        What stands above it and its neighbors of the same span.
    marks : tuple of str
        Letters of footnotes; of the span, if there is one.
    """

    text: str
    span: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes
    ----------
    label : str
    cells : tuple of str
        Empty for the heading of a part of the table.
    marks : tuple of str
        Letters of footnotes.
    under : bool
        Whether it belongs to the row above, and is set in.
    """

    label: str
    cells: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    under: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class PrintTable:
    """A table as it is printed. Made by `gl.table.runners` and its like.

    In JupyterLab it shows itself; elsewhere it prints as text.

    Attributes
    ----------
    caption : str
        Begins with "SIMULATED" where runners were made by a program.
    stub : str
        Head of the first column.
    heads : tuple of Head
        Of the others.
    rows : tuple of Row
    footnotes : tuple of str
        Sentences; the first has the letter a.
    notes : tuple of str
        Abbreviations, tests, data and license.
    code : str
        The line that made it.
    simulated : bool
    """

    caption: str
    stub: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    footnotes: tuple[str, ...]
    notes: tuple[str, ...]
    code: str
    simulated: bool

    @property
    def data(self) -> pd.DataFrame:
        """The strings that are displayed; the last column has the letters of the footnotes."""
        names = [self.stub or " "]
        names += [f"{head.span}: {head.text}" if head.span else head.text for head in self.heads]
        names.append("footnotes")
        width = len(self.heads)
        rows = [[row.label, *(row.cells or [""] * width), " ".join(row.marks)] for row in self.rows]
        return pd.DataFrame(rows, columns=names, dtype=str)

    @property
    def lettered(self) -> list[tuple[str, str]]:
        """Letter and sentence of each footnote."""
        return [(letter(k), text) for k, text in enumerate(self.footnotes)]

    def save(self, target: str | Path) -> list[Path]:
        """Write the table for a browser, for LaTeX, for Word and for a spreadsheet.

        Parameters
        ----------
        target : str or Path
            Folder and name: ``"tables/table_1"``. With the ending of one of the files, only that.

        Returns
        -------
        list of Path
            ``.html`` (needs no network), ``.tex`` (with booktabs and threeparttable), ``.docx``,
            ``.csv``, and ``.md`` with caption, notes and the line of code. The same table gives the
            same bytes. All are written, or none.

        Raises
        ------
        DataError
            If nothing can be written there.
        """
        from glutelab.tables.save import save_sheet

        return save_sheet(self, target)

    def _repr_html_(self) -> str:
        from glutelab.tables.html import draw_html

        return draw_html(self)

    def __repr__(self) -> str:
        from glutelab.tables.text import draw_text

        return draw_text(self)


def lay_table(
    caption: str,
    stub: str,
    heads: Sequence[Head],
    rows: Sequence[Row],
    *,
    footnotes: Iterable[str] = (),
    notes: Iterable[str] = (),
    code: str = "",
    simulated: bool = False,
) -> PrintTable:
    """A table whose words are clean and whose heads differ."""
    heads = [Head(clean(head.text), clean(head.span), head.marks) for head in heads]
    rows = [
        Row(clean(row.label), tuple(map(clean, row.cells)), row.marks, row.under) for row in rows
    ]
    caption = clean(caption)
    if simulated and not caption.startswith("SIMULATED"):
        caption = f"SIMULATED. {caption}"
    return PrintTable(
        caption,
        clean(stub),
        tuple(heads),
        tuple(rows),
        tuple(map(clean, footnotes)),
        tuple(clean(note) for note in notes if note),
        code,
        simulated,
    )

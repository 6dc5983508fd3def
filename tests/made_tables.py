"""Cells of a table, and names that no table may obey."""

from __future__ import annotations

from glutelab.tables.sheet import PrintTable

FIRM = "\N{NO-BREAK SPACE}"


def cell(table: PrintTable, label: str, column: int) -> str:
    row = next(one for one in table.rows if one.label == label)
    return row.cells[column].replace(FIRM, " ")

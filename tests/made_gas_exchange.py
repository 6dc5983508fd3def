"""Tables and workbooks of gas exchange, written for a test."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples" / "gas_exchange"


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def breaths(n=40, step=3.0, vo2=2800.0, rer=0.9, **more):
    rows = {"time_s": step * np.arange(1, n + 1), "vo2_ml_min": vo2, "vco2_ml_min": vo2 * rer}
    return pd.DataFrame(rows | more)


def table(path, header="t (s);VO2 (ml/min);VCO2 (ml/min)", rows=None, encoding="utf-8"):
    rows = rows or [f"{3 * k};{2800 + k};{2500 + k}" for k in range(1, 30)]
    path.write_text("\n".join([header, *rows]) + "\n", encoding=encoding)
    return path


def xlsx(path, sheet, *, book='<sheet name="A" sheetId="1" r:id="r1"/>', more=()):
    """Write the least workbook: one sheet, given as XML."""
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{book}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="x"><Relationship Id="r1" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData>'
        "</worksheet>",
        **dict(more),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return path


def sheet_rows(rows):
    def cell(value):
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        return f"<c><v>{value}</v></c>"

    return "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)


BREATH_ROWS = [["t (s)", "VO2 (ml/min)", "VCO2 (ml/min)"]]

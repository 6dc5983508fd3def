"""The sheet as one printed page."""

from __future__ import annotations

import pandas as pd

from glutelab.paper.sheet import DARK, GREY, LIGHT, Sheet, pdf_page
from glutelab.verdicts.rule import CONTRADICTED, RULE, SUPPORTED, VERDICTS
from glutelab.verdicts.sheet.row import (
    FARTHEST,
    HOW_TO_READ,
    SIGNS,
    bar_of,
    group_of,
    say_estimate,
    say_reasons,
)

__all__ = ["print_sheet"]

LEFT, RIGHT, BOTTOM = 14.0, 196.0, 287.0  # mm
VERDICT, BAR, WHY = 82.0, (104.0, 132.0), 136.0
LETTERS, FOOT = 6.8, 5.6  # points
SMALLEST = 0.8  # of the letters, on a full page
YES, NO = "#0072B2", "#D55E00"


def print_sheet(found) -> bytes:
    """One page of A4.

    Parameters
    ----------
    found : Claims

    Returns
    -------
    bytes
        PDF.
    """

    def draw(sheet: Sheet) -> None:
        top = _draw_head(sheet, found)
        low = _draw_foot(sheet, found)
        size = LETTERS
        while _draw_rows(sheet, found, top, size, dry=True) > low and size > SMALLEST * LETTERS:
            size *= 0.97
        _draw_rows(sheet, found, top, size)
        if found.simulated:
            sheet.across("SIMULATED")

    return pdf_page(draw, f"{found.heading}: {found.subtitle}")


def _draw_rows(sheet: Sheet, found, y: float, size: float, dry: bool = False) -> float:
    """Draw all claims, or only measure them; returns where they end."""
    reasons = dict(zip(found.table["claim"], say_reasons(found.table), strict=True))
    for group, rows in _grouped(found.table):
        y += 0.85 * size
        if not dry:
            sheet.text(LEFT, y - 1.3, group, 1.1 * size, weight="bold")
            sheet.line((LEFT, y), (RIGHT, y), color=GREY, width=0.6)
        for k, (_, row) in enumerate(rows.iterrows()):
            if k and not dry:
                sheet.line((LEFT, y), (RIGHT, y), color=LIGHT, width=0.4)
            height = _row_height(sheet, row, reasons[row["claim"]], size)
            if not dry:
                _draw_row(sheet, row, reasons[row["claim"]], y, size)
            y += height
    return y


def _grouped(table: pd.DataFrame):
    names = table["claim"].map(group_of)
    for name in names.unique():
        yield name, table[names == name]


def _draw_head(sheet: Sheet, found) -> float:
    kicker = "CLAIMS SHEET" + ("  ·  SIMULATED" if found.simulated else "")
    sheet.text(LEFT, 15, kicker, 6.5, color=YES, weight="bold")
    sheet.text(LEFT, 22, found.heading, 15, weight="bold")
    y = sheet.paragraph(LEFT, 27, found.subtitle, 7.5, RIGHT - LEFT, color=GREY) + 1.0
    counts, x = found.table["verdict"].value_counts(), LEFT
    for word in VERDICTS:
        sheet.text(x, y, str(counts.get(word, 0)), 10, weight="bold")
        sheet.text(x + 6, y, word, 7)
        x += 35
    return y + 1.5


def _row_height(sheet: Sheet, row: pd.Series, reason: str, size: float) -> float:
    claim = sheet.height(row["sentence"], size, VERDICT - LEFT - 8)
    why = sheet.height(_why(sheet, row, reason, size), 0.92 * size, RIGHT - WHY)
    why += sheet.height("1", size, 50) if say_estimate(row) else 0.0
    return max(claim, why) + 0.2 * size


def _who(row: pd.Series) -> str:
    return f"{row['n_runners']} runners"


def _beside(sheet: Sheet, row: pd.Series, size: float) -> bool:
    """Whether estimate and runners have room in one line, with a gap between."""
    line = f"{say_estimate(row)}    {_who(row)}"
    return sheet.height(line, size, RIGHT - WHY) == sheet.height("1", size, RIGHT - WHY)


def _why(sheet: Sheet, row: pd.Series, reason: str, size: float) -> str:
    """The reason and the caveat; before it the runners, if there is no room for them above."""
    apart = say_estimate(row) and not _beside(sheet, row, size)
    said = [f"{_who(row)}."] if apart else []
    return " ".join([*said, reason, *filter(None, [row["caveat"]])])


def _draw_row(sheet: Sheet, row: pd.Series, reason: str, top: float, size: float) -> None:
    word, y = row["verdict"], top + 0.43 * size
    color = {SUPPORTED: YES, CONTRADICTED: NO}.get(word, GREY)
    sheet.text(LEFT, y, row["claim"], size, color=GREY)
    sheet.paragraph(LEFT + 6, y, row["sentence"], size, VERDICT - LEFT - 8)
    bold = "bold" if word in (SUPPORTED, CONTRADICTED) else "normal"
    sheet.text(VERDICT, y, SIGNS[word], size, color=color, weight="bold")
    sheet.text(VERDICT + 2.8, y, word, size, color=color, weight=bold)
    below = y
    if say_estimate(row):
        sheet.text(WHY, y, say_estimate(row), size)
        if _beside(sheet, row, size):
            sheet.text(RIGHT, y, _who(row), 0.92 * size, color=GREY, align="right")
        below += sheet.height("1", size, 50)
    why = _why(sheet, row, reason, size)
    sheet.paragraph(WHY, below, why, 0.92 * size, RIGHT - WHY, color=GREY)
    _draw_bar(sheet, row, y - 0.8)


def _draw_bar(sheet: Sheet, row: pd.Series, y: float) -> None:
    bar = bar_of(row)
    if bar is None:
        return

    def x(place: float) -> float:
        return BAR[0] + (place + FARTHEST) / (2 * FARTHEST) * (BAR[1] - BAR[0])

    sheet.box(x(-1), y - 1.6, x(1) - x(-1), 3.2)
    sheet.line((x(0), y - 2), (x(0), y + 2), width=0.5)
    sheet.line((x(bar.low), y), (x(bar.high), y), width=1.1)
    for open_end, end, way in ((bar.open_low, x(bar.low), -1), (bar.open_high, x(bar.high), 1)):
        for back in (0.0, 1.3) if bar.beyond else (0.0,):
            if open_end:
                tip = end - way * back
                sheet.lines([tip - way, tip, tip - way], [y - 0.8, y, y + 0.8])
    if bar.estimate is not None:
        sheet.dots([x(bar.estimate)], [y], color=DARK, size=3.4, alpha=1.0)


def _draw_foot(sheet: Sheet, found) -> float:
    """Draw the foot, from the lower edge up; returns where the rows have to end."""
    wide = RIGHT - LEFT
    parts = [("", " ".join(found.notes)), ("How to read it.", HOW_TO_READ)]
    parts += [("The rule, stated before.", RULE), ("", found.sources)]
    parts = [(lead, text) for lead, text in parts if text]
    heights = [sheet.height(f"{lead} {text}", FOOT, wide) + 0.8 for lead, text in parts]
    y = BOTTOM - sum(heights)
    sheet.line((LEFT, y - 3.2), (RIGHT, y - 3.2), color=GREY, width=0.6)
    for (lead, text), height in zip(parts, heights, strict=True):
        sheet.paragraph(LEFT, y, text, FOOT, wide, lead=lead)
        y += height
    return BOTTOM - sum(heights) - 4.5

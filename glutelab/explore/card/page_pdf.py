"""The card as one printed page, drawn in millimeters."""

from __future__ import annotations

import pandas as pd

from glutelab.explore.card.look import COLUMNS, KEY, SIMULATED_MARK
from glutelab.explore.card.paper import BLUE, Paper
from glutelab.explore.card.strip import Strip, say_value
from glutelab.explore.card.wording import say_percentile, say_why
from glutelab.paper.sheet import DARK, GREY, LIGHT, text_width
from glutelab.paper.sheet import pdf_page as print_page

__all__ = ["pdf_page"]

LEFT, RIGHT, BOTTOM = 16.0, 194.0, 284.0  # mm
LABEL = 40.0  # mm, width of a label and of the small line beneath it
VALUE, STRIP, PERCENTILE, VERDICT = 69.0, (74.0, 142.0), 150.5, 158.5
# Heights of a row, at most and at least; of one without drawing; of a heading.
_HIGH, _LOW, _EMPTY, _GROUP = 13.2, 8.4, 8.2, 8.6


def pdf_page(card) -> bytes:
    """A4, vectors, embedded fonts, no date.

    Parameters
    ----------
    card : Page

    Returns
    -------
    bytes
    """

    def draw(paper: Paper) -> None:
        top = _draw_head(paper, card)
        bottom = _draw_foot(paper, card)
        _draw_rows(paper, card, top, bottom)
        if card.simulated:
            paper.across(SIMULATED_MARK)

    return print_page(draw, f"Runner card: {card.heading}", Paper)


def _draw_head(paper: Paper, card) -> float:
    """Title and the answer; returns where the table begins."""
    (lead, answer), *_ = card.notes
    conditions, others = card.subtitle
    kicker = "RUNNER CARD" + (f"  ·  {SIMULATED_MARK}" if card.simulated else "")
    paper.text(LEFT, 18, kicker, 6.5, color=BLUE, weight="bold")
    paper.text(LEFT, 26.5, card.heading, 19, weight="bold")
    y = paper.paragraph(LEFT, 32.5, f"{conditions}; {others}", 8, RIGHT - LEFT, color=GREY)
    y += 3.2
    end = paper.paragraph(LEFT + 4, y, answer, 8, RIGHT - LEFT - 4, lead=lead)
    paper.line((LEFT + 0.5, y - 3), (LEFT + 0.5, end - 2.6), color=BLUE, width=1.8)
    end = paper.paragraph(LEFT, end + 2.2, card.error, 7.2, RIGHT - LEFT, lead=card.tally)
    return end - 1.0 if card.error else end + 2.6


def _draw_foot(paper: Paper, card) -> float:
    """Notes and sources, from the lower edge up; returns where the table has to end."""
    size, gap, column = 6.8, 1.5, LEFT + 34
    notes = card.notes[1:]
    heights = [paper.height(text, size, RIGHT - column) for _, text in notes]
    source = paper.height(card.sources, 6, RIGHT - LEFT)
    top = y = BOTTOM - source - sum(heights) - gap * len(notes)
    for (lead, text), height in zip(notes, heights, strict=True):
        paper.text(LEFT, y, lead, size, weight="bold")
        paper.paragraph(column, y, text, size, RIGHT - column)
        y += height + gap
    paper.paragraph(LEFT, y + 0.6, card.sources, 6, RIGHT - LEFT, color=GREY)
    _draw_key(paper, top - 8.5)
    return top - 13.5


def _draw_key(paper: Paper, y: float) -> None:
    paper.line((LEFT, y - 4), (RIGHT, y - 4), color=LIGHT)
    paper.line((LEFT, y + 3.6), (RIGHT, y + 3.6), color=LIGHT)
    x = LEFT
    for kind, text in KEY:
        wide = {"band": 7.0, "arrow": 6.0}.get(kind, 4.0)
        if kind == "dot":
            paper.dots([x + 1], [y - 0.2])
        elif kind == "band":
            paper.band(x, x + wide - 1.5, y - 0.2, 4.4)
        elif kind == "middle":
            paper.line((x + 1, y - 2.4), (x + 1, y + 2), width=1.3)
        elif kind == "needle":
            paper.needle(x + 1.2, (x + 0.5, x + 1.9), y - 0.2, 4.8)
        else:
            paper.arrow(x + 4, y - 0.2, 1)
        paper.text(x + wide, y + 0.7, text, 6.8)
        x += wide + text_width(text, 6.8) + 5.5


def _draw_rows(paper: Paper, card, top: float, bottom: float) -> None:
    table = card.table
    groups = list(table["group"].unique())
    drawn = [bool(strip.ticks) for strip in card.strips]
    room = bottom - top - 6 - _GROUP * len(groups) - _EMPTY * drawn.count(False)
    high = min(_HIGH, max(_LOW, room / max(1, sum(drawn))))
    y = top + 5
    for x, text, align in zip(
        (LEFT, VALUE, sum(STRIP) / 2, PERCENTILE, VERDICT),
        COLUMNS,
        ("left", "right", "center", "center", "left"),
        strict=True,
    ):
        paper.text(x, y, text, 6.5, color=GREY, align=align)
    for group in groups:
        y += _GROUP
        paper.text(LEFT, y - 1.6, group, 9, weight="bold")
        paper.line((LEFT, y), (RIGHT, y), color=GREY, width=0.7)
        rows = [k for k, name in enumerate(table["group"]) if name == group]
        for k in rows:
            height = high if drawn[k] else _EMPTY
            _draw_row(paper, card, k, y, height)
            y += height
            if k != rows[-1]:
                paper.line((LEFT, y), (RIGHT, y), color=LIGHT)


def _draw_row(paper: Paper, card, k: int, y: float, height: float) -> None:
    row, strip = card.table.iloc[k], card.strips[k]
    middle = y + height / 2
    heads = paper.wrap(row["label"], 7.4, LABEL)
    notes = paper.wrap(card.small_lines[k], 6, LABEL)
    first = middle - 0.2 - 1.5 * (len(heads) - 1) - 1.2 * max(0, len(notes) - 1)
    for line, text in enumerate(heads):
        paper.text(LEFT, first + 3.0 * line, text, 7.4)
    first += 3.0 * (len(heads) - 1) + 3.1
    for line, text in enumerate(notes):
        paper.text(LEFT, first + 2.4 * line, text, 6, color=GREY)
    if not strip.ticks:
        paper.text(STRIP[0] + 5, middle + 1.0, row["verdict"], 7, color=GREY)
        return
    paper.text(VALUE, middle + 1.0, say_value(row, brief=True), 9, weight="bold", align="right")
    percent, _, interval = say_percentile(row).partition(" ")
    paper.text(PERCENTILE, middle - 0.2, percent, 8.5, align="center")
    paper.text(PERCENTILE, middle + 3.0, interval, 6, color=GREY, align="center")
    why = say_why(row)
    lines = paper.wrap(card.verdict(row), 7, RIGHT - VERDICT) + ([why] if why else [])
    first = middle + 1.0 - 1.55 * (len(lines) - 1)
    for k, line in enumerate(lines):
        small = why and k == len(lines) - 1
        size, color = (6, GREY) if small else (7, GREY if pd.isna(row["value"]) else DARK)
        paper.text(VERDICT, first + 3.1 * k, line, size, color=color)
    _draw_strip(paper, strip, int(row["article_direction"]), y, height)


def _draw_strip(paper: Paper, strip: Strip, direction: int, y: float, height: float) -> None:
    left, right = STRIP[0] + 5, STRIP[1] - 5

    def x(place: float) -> float:
        return left + place * (right - left)

    tall = min(6.4, height - 4.2)
    base = y + (height - tall - 3.2) / 2 + tall
    middle = base - tall / 2
    paper.line((left, base + 0.3), (right, base + 0.3), color=GREY, width=0.4)
    for place, text in strip.ticks:
        paper.line((x(place), base + 0.3), (x(place), base + 0.9), color=GREY, width=0.4)
        paper.text(x(place), base + 2.9, text, 5.2, color=GREY, align="center")
    if strip.band:
        paper.band(x(strip.band[0]), x(strip.band[1]), middle, tall - 1)
    lane = min(1.15, tall / 5.5)
    paper.dots([x(place) for place, _ in strip.dots], [middle - lane * k for _, k in strip.dots])
    if strip.median is not None:
        paper.line((x(strip.median), base - tall + 0.3), (x(strip.median), base), width=1.3)
    if strip.value is not None:
        ends = strip.error and (x(strip.error[0]), x(strip.error[1]))
        paper.needle(x(strip.value), ends, middle, tall)
    if direction:
        paper.arrow(STRIP[1] if direction > 0 else STRIP[0], middle, direction)

"""A figure of the screen as a print figure: its heading and notes go into the caption."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from glutelab.paper import (
    SCREEN,
    PrintFigure,
    in_print_style,
    on_paper,
    split_panels,
    width_mm,
)
from glutelab.paper.page import TEXT_PT
from glutelab.paper.read import as_numbers, as_text, wrap
from glutelab.provenance import cell_code

__all__ = [
    "drawn_of",
    "dress",
    "heading_of",
    "lay_panels",
    "print_panels",
    "print_sentence",
    "reason_of",
    "redrawn",
]

NO_MARGIN = {"t": 0, "b": 0, "l": 0, "r": 0}
EDGE, LINE = 3.0, 1.35 * 25.4 / 72  # mm around a sentence; mm of height per point of letters


def heading_of(figure: go.Figure) -> dict:
    """``title, subtitle, notes`` of a figure of the screen."""
    return dict(figure.layout.meta)


def reason_of(figure: go.Figure) -> str:
    """Why nothing is drawn in a figure of the screen; empty where something is."""
    for trace in figure.data:
        if trace.y is not None and np.isfinite(as_numbers(trace.to_plotly_json()["y"])).any():
            return ""
    said = [note.text for note in figure.layout.annotations if note.text != "SIMULATED"]
    return " ".join(as_text(said[-1] if said else figure.layout.title.text).split())


def print_sentence(
    reason: str,
    width: str | float,
    journal: str | None,
    data: Mapping[str, pd.DataFrame],
    code: str = "",
    *,
    simulated: bool = False,
) -> PrintFigure:
    """In place of a figure that cannot be drawn, a low one that says why."""
    said = f"SIMULATED. {reason}" if simulated and "SIMULATED" not in reason else reason

    def draw(wide: str | float, whose: str | None) -> PrintFigure:
        total = width_mm(wide, whose)
        with in_print_style():
            lines = wrap(said, TEXT_PT, total - 2 * EDGE)
            high = 2 * EDGE + len(lines) * TEXT_PT * LINE
            paper = PrintFigure(total, high)
            for k, line in enumerate(lines):
                y = 1 - (EDGE + k * TEXT_PT * LINE) / high
                paper.text(EDGE / total, y, line, size=TEXT_PT, va="top", parse_math=False)
        return paper

    return dress(redrawn(draw, width, journal), said, data, code)


def drawn_of(figure: go.Figure) -> dict:
    """Data and layout without the heading, which goes into the caption."""
    drawn = figure.to_plotly_json()
    drawn["layout"] = {k: v for k, v in drawn["layout"].items() if k not in ("title", "meta")}
    return drawn


def lay_panels(drawn: Mapping, aspect: float, *, split: bool = False) -> list[dict]:
    """Panels whose plots are ``aspect`` times as high as wide."""
    panels = split_panels(drawn) if split else [dict(drawn)]
    size = {"margin": NO_MARGIN, "height": aspect * SCREEN}
    return [panel | {"layout": panel["layout"] | size} for panel in panels]


def redrawn(draw, width: str | float, journal: str | None) -> PrintFigure:
    """A figure that draws itself anew when it is saved in another width."""
    figure = draw(width, journal)
    figure.redraw = partial(_again, draw)
    return figure


def _again(draw, width: float) -> PrintFigure:
    return redrawn(draw, width, None)


def dress(
    figure: PrintFigure, caption: str, data: Mapping[str, pd.DataFrame], code: str
) -> PrintFigure:
    """The figure with what is saved beside it."""
    figure.caption, figure.data = caption, dict(data)
    figure.code = code or cell_code()
    return figure


def print_panels(
    panels: Sequence[Mapping], width: str | float, journal: str | None, **page
) -> PrintFigure:
    """Panels on paper; laid out anew for another width."""
    return redrawn(lambda wide, whose: on_paper(panels, wide, whose, **page), width, journal)

"""A figure of the screen as a print figure: its heading and notes go into the caption."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd
import plotly.graph_objects as go

from glutelab.errors import DataError
from glutelab.paper import SCREEN, PrintFigure, on_paper, split_panels
from glutelab.paper.read import as_text

__all__ = ["drawn_of", "dress", "heading_of", "lay_panels", "print_panels", "redrawn"]

NO_MARGIN = {"t": 0, "b": 0, "l": 0, "r": 0}


def heading_of(figure: go.Figure) -> dict:
    """``title, subtitle, notes`` of a figure of the screen.

    Raises
    ------
    DataError
        If the figure is only a sentence that says why there is none.
    """
    if not figure.data:
        raise DataError(f"nothing to draw. {as_text(figure.layout.title.text)}")
    return dict(figure.layout.meta)


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
    figure.caption, figure.data, figure.code = caption, dict(data), code
    return figure


def print_panels(
    panels: Sequence[Mapping], width: str | float, journal: str | None, **page
) -> PrintFigure:
    """Panels on paper; laid out anew for another width."""
    return redrawn(lambda wide, whose: on_paper(panels, wide, whose, **page), width, journal)

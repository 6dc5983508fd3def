"""A sentence in place of a figure, where there is nothing to draw."""

from __future__ import annotations

import plotly.graph_objects as go

from glutelab.style import LAYOUT, heading

__all__ = ["say_instead"]


def say_instead(text: str) -> go.Figure:
    """A low figure without axes that says why there is none.

    Parameters
    ----------
    text : str

    Returns
    -------
    plotly.graph_objects.Figure
    """
    figure = go.Figure(layout={**LAYOUT, "height": 90, "title": heading(text)})
    figure.update_xaxes(visible=False)
    return figure.update_yaxes(visible=False)

"""Parts that the figures of an explorer are made of: plain data, which pages read quickly."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np

from glutelab.style import LAYOUT

__all__ = ["empty", "layout", "packed"]

GRID = "#eeeeee"
INK, QUIET = "#222222", "#555555"


def packed(values: np.ndarray) -> dict[str, str]:
    """An array of numbers as plotly.js takes it without parsing.

    Examples
    --------
    >>> packed(np.array([1.0]))
    {'dtype': 'f4', 'bdata': 'AACAPw=='}
    """
    data = np.ascontiguousarray(values, "<f4").tobytes()
    return {"dtype": "f4", "bdata": base64.b64encode(data).decode("ascii")}


def layout(x: str, y: str, *, title: str = "", height: int = 420, revision: str = "", **more):
    """Layout of one panel.

    Parameters
    ----------
    x, y : str
        Titles of the axes.
    title : str
        What is shown, with n.
    height : int
        Pixels.
    revision : str
        While it is the same, the reader's zoom stays.
    """
    axis = {"gridcolor": GRID, "zeroline": False, "linecolor": "#bbbbbb", "automargin": False}
    return {
        "font": LAYOUT["font"] | {"size": 13},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "height": height,
        "margin": {"l": 64, "r": 16, "t": 44, "b": 84},
        "xaxis": axis | {"title": {"text": x, "standoff": 6, "font": {"size": 13}}},
        "yaxis": axis | {"title": {"text": y, "standoff": 8, "font": {"size": 13}}},
        "title": {
            "text": title,
            "font": {"size": 14, "color": INK},
            "x": 0.01,
            "xanchor": "left",
            "y": 0.985,
            "yanchor": "top",
        },
        "legend": {"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0, "font": {"size": 12}},
        "hoverlabel": {"font": {"size": 12}},
        "modebar": {"orientation": "v"},
        "uirevision": revision,
        **more,
    }


def empty(text: str, height: int = 420) -> dict:
    """A figure without axes that says why there is nothing."""
    blank = layout("", "", height=height)
    for name in ("xaxis", "yaxis"):
        blank[name] = {"visible": False}
    blank["annotations"] = [note(text, 0.5, 0.5)]
    return {"data": [], "layout": blank}


def note(text: str, x: float, y: float, **more) -> dict:
    """Words on a figure, placed on its paper."""
    place = {"x": x, "y": y, "xref": "paper", "yref": "paper", "showarrow": False}
    return place | {"text": text, "font": {"size": 13, "color": QUIET}} | more


def watermark() -> dict:
    """What every figure of made-up runners carries."""
    return note("SIMULATED", 0.5, 0.5, font={"size": 44, "color": "rgba(128, 128, 128, 0.22)"})


def in_groups(values: Sequence) -> dict[str, np.ndarray]:
    """Positions of each group, in the order of the names."""
    words = np.array(["not stated" if one is None else str(one) for one in values], object)
    return {name: np.flatnonzero(words == name) for name in sorted(set(words))}

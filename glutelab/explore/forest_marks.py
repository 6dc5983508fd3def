"""The marks of a forest plot, drawn from its rows.

Rows are numbered from the top and hold ``kind, label, value, low, high, weight_pct``; `kind` is
pooled, listed, mean, ahead or beside.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from glutelab.style import BLACK, BLUE, faded

__all__ = [
    "QUIET",
    "draw_margin",
    "draw_mean",
    "draw_prediction",
    "draw_references",
    "draw_studies",
    "draw_zero",
]

QUIET = "#555555"
SMALLEST, LARGEST = 5, 22  # pixels, side of a square


def draw_margin(figure: go.Figure, margin: float) -> None:
    """A band of what is too small to matter."""
    if not np.isfinite(margin):
        return
    figure.add_vrect(x0=-margin, x1=margin, fillcolor="#e6e6e6", line_width=0, layer="below")
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="markers",
        marker={"symbol": "square", "size": 12, "color": "#e6e6e6"},
        name="too small to matter",
    )


def _draw_lines(figure: go.Figure, rows: pd.DataFrame, line: dict) -> None:
    rows = rows[np.isfinite(rows["low"])]
    figure.add_scatter(
        x=np.column_stack([rows["low"], rows["high"], np.full(len(rows), np.nan)]).ravel(),
        y=np.repeat(rows.index.to_numpy(float), 3),
        mode="lines",
        line=line,
        hoverinfo="skip",
        showlegend=False,
    )


def draw_studies(figure: go.Figure, rows: pd.DataFrame, *, apart: bool) -> None:
    """Squares with their intervals; hollow and dashed where they were not pooled."""
    rows = rows[np.isfinite(rows["value"])]
    if rows.empty:
        return
    _draw_lines(figure, rows, {"color": BLUE, "width": 2, "dash": "4px,3px" if apart else "solid"})
    share = (rows["weight_pct"] / rows["weight_pct"].max()).fillna(0)
    marker = {"symbol": "square", "size": np.maximum(LARGEST * np.sqrt(share), SMALLEST)}
    marker |= {"color": BLUE, "opacity": 1, "line": {"width": 1, "color": "white"}}
    if apart:
        marker = {"symbol": "square", "size": 10, "color": "white"}
        marker |= {"line": {"color": BLUE, "width": 2}}
    name = "study that was not pooled" if apart else "study, area by its weight"
    figure.add_scatter(
        x=rows["value"],
        y=rows.index,
        customdata=np.column_stack([rows["label"], rows["low"], rows["high"]]),
        mode="markers",
        marker=marker,
        name=name,
        showlegend=True,
        hovertemplate="%{customdata[0]}: %{x:.3g} [%{customdata[1]:.3g}, %{customdata[2]:.3g}]"
        "<extra></extra>",
    )


def _draw_diamond(figure: go.Figure, row, *, filled: bool, name: str, first: bool) -> None:
    half = 0.26 if filled else 0.2
    low, high = (one if np.isfinite(one) else row.value for one in (row.low, row.high))
    figure.add_scatter(
        x=[low, row.value, high, row.value, low],
        y=[row.Index, row.Index - half, row.Index, row.Index + half, row.Index],
        mode="lines",
        line={"color": BLACK, "width": 1.5},
        fill="toself",
        fillcolor=BLACK if filled else "white",
        hoverinfo="skip",
        showlegend=False,
    )
    if first:  # the legend of an outline would be a line
        marker = {"symbol": "diamond-wide", "size": 12, "color": BLACK if filled else "white"}
        marker |= {"line": {"color": BLACK, "width": 1.5}}
        figure.add_scatter(x=[None], y=[None], mode="markers", marker=marker, name=name)


def draw_zero(figure: go.Figure, rows: pd.DataFrame) -> None:
    """Zero, and a line between the studies and what is said of them together."""
    figure.add_scatter(
        x=[0, 0],
        y=[-0.6, len(rows) - 0.4],
        mode="lines",
        line={"color": QUIET, "width": 1.5},
        hoverinfo="skip",
        showlegend=False,
    )
    studies = int(rows["kind"].isin(["pooled", "listed"]).sum())
    if 0 < studies < len(rows):
        figure.add_hline(y=studies - 0.5, line={"color": "#bbbbbb", "width": 1}, layer="below")


def draw_mean(figure: go.Figure, rows: pd.DataFrame) -> None:
    """A diamond as wide as the interval."""
    for row in rows[rows["kind"] == "mean"].itertuples():
        _draw_diamond(figure, row, filled=True, name="mean with its interval", first=True)


def draw_prediction(figure: go.Figure, rows: pd.DataFrame) -> None:
    """A bar where the true effect of a further study lies."""
    for row in rows[rows["kind"] == "ahead"].itertuples():
        figure.add_scatter(
            x=[row.low, row.high],
            y=[row.Index, row.Index],
            mode="lines+markers",
            line={"color": faded(BLACK, 0.55), "width": 7},
            marker={"symbol": "line-ns", "size": 12, "line": {"color": BLACK, "width": 2}},
            name="prediction interval",
            hovertemplate="%{x:.3g}<extra></extra>",
        )


def draw_references(figure: go.Figure, rows: pd.DataFrame) -> None:
    """Of each meta-analysis a dotted line through the studies, and a hollow diamond."""
    for k, row in enumerate(rows[rows["kind"] == "beside"].itertuples()):
        line = {"color": QUIET, "width": 1.5, "dash": "2px,4px"}
        figure.add_scatter(
            x=[row.value, row.value],
            y=[-0.6, row.Index],
            mode="lines",
            line=line,
            hoverinfo="skip",
            showlegend=False,
        )
        if np.isfinite(row.low):
            name = "published meta-analysis, not pooled"
            _draw_diamond(figure, row, filled=False, name=name, first=k == 0)
            continue
        figure.add_scatter(
            x=[row.value],
            y=[row.Index],
            mode="markers",
            marker={
                "symbol": "diamond",
                "size": 11,
                "color": "white",
                "line": {"color": BLACK, "width": 1.5},
            },
            name="published meta-analysis without interval",
            hovertemplate="%{x:.3g}<extra></extra>",
        )

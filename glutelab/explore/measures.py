"""Measures: one point per runner."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from glutelab.compare import t_half_width
from glutelab.schema import axis_label, column
from glutelab.selection import select_runners
from glutelab.style import LAYOUT, LEVEL_COLORS, color_of, heading

__all__ = ["plot_relation", "plot_with_speed"]

PER_ROW = 3


def plot_with_speed(
    runners: pd.DataFrame, measures: str | list[str], *, side: str = "both"
) -> go.Figure:
    """Each runner's line across speeds, and the mean with its 95 % interval.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`.
    measures : str or list of str
        One panel each. Panels in the same unit share the scale, so that they can be compared.
    side : {"both", "left", "right"}

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    DataError
        If a measure or side is not there.
    """
    names = [measures] if isinstance(measures, str) else list(measures)
    rows = select_runners(runners, names, side=side).sort_values("speed_m_s")
    figure = _panels(names)
    shown = set()
    for panel, name in enumerate(names):
        place = {"row": 1 + panel // PER_ROW, "col": 1 + panel % PER_ROW}
        # Small groups are drawn last and stronger, so that they are not buried.
        for level, at_level in sorted(rows.groupby("level"), key=lambda pair: -len(pair[1])):
            lines = [part for _, part in at_level.groupby("runner_id")]
            gap = pd.DataFrame({"speed_m_s": [np.nan], name: [np.nan], "runner_id": [""]})
            broken = pd.concat([piece for part in lines for piece in (part, gap)])
            figure.add_scatter(
                x=broken["speed_m_s"],
                y=broken[name],
                customdata=broken["runner_id"],
                mode="lines+markers",
                line={"color": LEVEL_COLORS[level], "width": 1},
                marker={"size": 5},
                opacity=0.45 if len(lines) > 8 else 0.9,
                name=f"{level} (n = {len(lines)})",
                legendgroup=level,
                showlegend=level not in shown,
                hovertemplate="%{customdata}: %{y:.3g}<extra></extra>",
                **place,
            )
            shown.add(level)
        by_speed = rows.groupby("speed_m_s")[name]
        mean, n = by_speed.mean(), by_speed.count()
        figure.add_scatter(
            x=mean.index,
            y=mean,
            error_y={
                "array": np.nan_to_num(t_half_width(by_speed.std(), n)),
                "thickness": 2,
                "width": 6,
            },
            mode="lines+markers",
            line={"color": "black", "width": 3},
            marker={"size": 9},
            name="mean, 95 % interval",
            legendgroup="mean",
            showlegend=panel == 0,
            **place,
        )
        if rows[name].isna().all():
            _say_unmeasured(figure, place)
        few = list(mean.index) if len(mean) < 8 else None
        figure.update_xaxes(title="Speed (m/s)", tickvals=few, **place)
    return _finish(figure, rows, names, "Change with speed", "each thin line is a runner")


def plot_relation(
    runners: pd.DataFrame, x: str, y: str | list[str], *, speed_m_s: float, side: str = "both"
) -> go.Figure:
    """One measure against another, one point per runner, at one speed.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`.
    x : str
    y : str or list of str
        One panel each.
    speed_m_s : float
    side : {"both", "left", "right"}

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    DataError
        If a measure, the side or the speed is not there.
    """
    names = [y] if isinstance(y, str) else list(y)
    rows = select_runners(runners, [x, *names], side=side, speed_m_s=speed_m_s)
    figure = _panels(names)
    for panel, name in enumerate(names):
        place = {"row": 1 + panel // PER_ROW, "col": 1 + panel % PER_ROW}
        for level, part in rows.groupby("level"):
            color = color_of(level, [])
            figure.add_scatter(
                x=part[x],
                y=part[name],
                customdata=part["runner_id"],
                mode="markers",
                marker={"color": color, "size": 9, "line": {"width": 1, "color": "white"}},
                name=f"{level} (n = {len(part)})",
                legendgroup=level,
                showlegend=panel == 0,
                hovertemplate="%{customdata}: %{x:.3g}, %{y:.3g}<extra></extra>",
                **place,
            )
        seen = rows[[x, name]].dropna()
        if seen.empty:
            _say_unmeasured(figure, place)
        if len(seen) > 2 and seen[x].nunique() > 1:
            line = np.polynomial.Polynomial.fit(seen[x], seen[name], 1)
            ends = np.array([seen[x].min(), seen[x].max()])
            figure.add_scatter(
                x=ends,
                y=line(ends),
                mode="lines",
                line={"color": "#444444", "dash": "dash"},
                name="least squares",
                showlegend=panel == 0,
                **place,
            )
        figure.update_xaxes(title=axis_label(x), **place)
    return _finish(figure, rows, names, f"At {speed_m_s:g} m/s", "one point per runner")


def _panels(names: list[str]) -> go.Figure:
    return make_subplots(
        rows=-(-len(names) // PER_ROW),
        cols=min(len(names), PER_ROW),
        shared_yaxes="all" if len({column(name).unit for name in names}) == 1 else False,
        horizontal_spacing=0.09,
        vertical_spacing=0.16,
        subplot_titles=[axis_label(name) for name in names],
    )


def _say_unmeasured(figure: go.Figure, place: dict) -> None:
    figure.add_annotation(
        text="not measured in this cohort",
        xref="x domain",
        yref="y domain",
        x=0.5,
        y=0.5,
        showarrow=False,
        font={"size": 14, "color": "#777777"},
        **place,
    )
    figure.update_xaxes(visible=False, **place)
    figure.update_yaxes(visible=False, **place)


def _finish(figure: go.Figure, rows: pd.DataFrame, names: list[str], title: str, what: str):
    figure.update_yaxes(showticklabels=True)
    sides = {"both": "mean of both sides"}
    side = ", ".join(sides.get(side, f"{side} side") for side in rows["side"].unique())
    cohorts = ", ".join(rows["cohort"].unique()) if "cohort" in rows else ""
    figure.update_layout(**LAYOUT, title=heading(title, f"{cohorts}; {side}; {what}"))
    return figure.update_layout(height=520 + 360 * ((len(names) - 1) // PER_ROW))

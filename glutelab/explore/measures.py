"""Measures: one point per runner."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from glutelab.compare import t_half_width
from glutelab.schema import axis_label
from glutelab.style import LAYOUT, LEVEL_COLORS, color_of, heading

__all__ = ["plot_relation", "plot_with_speed"]


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
    """
    names = [measures] if isinstance(measures, str) else list(measures)
    rows = runners[runners["side"] == side].sort_values("speed_m_s")
    figure = make_subplots(cols=len(names), shared_yaxes=_same_unit(names), horizontal_spacing=0.08)
    shown = set()
    for panel, name in enumerate(names, start=1):
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
                hovertemplate="%{customdata}: %{y:.1f}<extra></extra>",
                row=1,
                col=panel,
            )
            shown.add(level)
        by_speed = rows.groupby("speed_m_s")[name]
        mean, n = by_speed.mean(), by_speed.count()
        half = np.nan_to_num(t_half_width(by_speed.std(), n))
        figure.add_scatter(
            x=mean.index,
            y=mean,
            error_y={"array": half, "thickness": 2, "width": 6},
            mode="lines+markers",
            line={"color": "black", "width": 3},
            marker={"size": 9},
            name="mean, 95 % interval",
            legendgroup="mean",
            showlegend=panel == 1,
            row=1,
            col=panel,
        )
        figure.update_xaxes(title="Speed (m/s)", tickvals=list(mean.index), row=1, col=panel)
        figure.update_yaxes(title=axis_label(name), showticklabels=True, row=1, col=panel)
    cohorts = ", ".join(rows["cohort"].unique())
    title = heading("Change with speed", f"{cohorts}; each thin line is a runner")
    figure.update_layout(**LAYOUT, height=520, title=title)
    return figure


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
    """
    names = [y] if isinstance(y, str) else list(y)
    rows = runners[(runners["side"] == side) & (runners["speed_m_s"] == speed_m_s)]
    figure = make_subplots(cols=len(names), shared_yaxes=_same_unit(names), horizontal_spacing=0.08)
    for panel, name in enumerate(names, start=1):
        for level, part in rows.groupby("level"):
            figure.add_scatter(
                x=part[x],
                y=part[name],
                customdata=part["runner_id"],
                mode="markers",
                marker={
                    "color": color_of(level, []),
                    "size": 9,
                    "line": {"width": 1, "color": "white"},
                },
                name=f"{level} (n = {len(part)})",
                legendgroup=level,
                showlegend=panel == 1,
                hovertemplate="%{customdata}: %{x:.1f}, %{y:.1f}<extra></extra>",
                row=1,
                col=panel,
            )
        seen = rows[[x, name]].dropna()
        if len(seen) > 2:
            line = np.polynomial.Polynomial.fit(seen[x], seen[name], 1)
            ends = np.array([seen[x].min(), seen[x].max()])
            figure.add_scatter(
                x=ends,
                y=line(ends),
                mode="lines",
                line={"color": "#444444", "dash": "dash"},
                name="least squares",
                showlegend=panel == 1,
                row=1,
                col=panel,
            )
        figure.update_xaxes(title=axis_label(x), row=1, col=panel)
        figure.update_yaxes(title=axis_label(name), showticklabels=True, row=1, col=panel)
    cohorts = ", ".join(rows["cohort"].unique())
    title = heading(f"At {speed_m_s:g} m/s", f"{cohorts}; one point per runner")
    figure.update_layout(**LAYOUT, height=520, title=title)
    return figure


def _same_unit(names: list[str]) -> bool:
    return len({name.rsplit("_", 1)[-1] for name in names}) == 1

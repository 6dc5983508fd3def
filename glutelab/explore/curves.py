"""Curves over the gait cycle."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from scipy import stats

from glutelab.measures import runner_curves
from glutelab.schema import axis_label
from glutelab.style import LAYOUT, color_of, faded

__all__ = ["plot_curves"]

PERCENT = np.arange(101)


def plot_curves(
    cohort, variable: str, *, by: str = "speed_m_s", side: str = "both", runners: bool = False
) -> go.Figure:
    """Mean curve over runners with its 95 % interval, one line per group.

    Parameters
    ----------
    cohort : Cohort
    variable : str
        For example ``hip_flexion_deg``.
    by : str
        Column that makes the groups: ``speed_m_s``, ``level``, ``sex``.
    side : {"both", "left", "right"}
    runners : bool
        Whether to draw each runner as a thin line, too.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    table = runner_curves(cohort, variable, side=side)
    groups = table.index.get_level_values(by)
    names = sorted(groups.unique())
    toe_off = _mean_toe_off(cohort, by, side)
    figure = go.Figure()
    for name in names:
        curves = table[groups == name].to_numpy()
        color, label = color_of(name, names), _label(by, name, len(curves))
        mean = curves.mean(axis=0)
        if runners:
            figure.add_scatter(
                x=np.tile(np.append(PERCENT, np.nan), len(curves)),
                y=np.column_stack([curves, np.full(len(curves), np.nan)]).ravel(),
                mode="lines",
                line={"color": faded(color, 0.25), "width": 1},
                hoverinfo="skip",
                showlegend=False,
            )
        elif len(curves) > 1:
            half = stats.t.ppf(0.975, len(curves) - 1) * stats.sem(curves, axis=0)
            figure.add_scatter(
                x=np.concatenate([PERCENT, PERCENT[::-1]]),
                y=np.concatenate([mean + half, (mean - half)[::-1]]),
                fill="toself",
                fillcolor=faded(color, 0.2),
                line={"width": 0},
                hoverinfo="skip",
                showlegend=False,
            )
        figure.add_scatter(
            x=PERCENT, y=mean, mode="lines", name=label, line={"color": color, "width": 3}
        )
        figure.add_vline(
            x=toe_off[name],
            line={"color": color, "width": 1, "dash": "dot"},
            annotation={"text": "toe-off" if name == names[-1] else "", "font_size": 12},
            annotation_position="bottom right",
        )
    band = "thin lines are runners" if runners else "bands are 95 % intervals of the mean"
    title = f"{axis_label(variable)}<br><sup>{_source(cohort, side)}; {band}</sup>"
    figure.update_layout(**LAYOUT, title=title, height=460)
    figure.update_xaxes(title="Gait cycle (%), foot strike to foot strike", range=[0, 100])
    figure.update_yaxes(title=axis_label(variable), zeroline=True, zerolinecolor="#bbbbbb")
    return figure


def _mean_toe_off(cohort, by: str, side: str):
    strides = cohort.strides
    if by not in strides.columns:
        strides = strides.merge(cohort.runners[["runner_id", by]], on="runner_id")
    if side != "both":
        strides = strides[strides["side"] == side]
    return strides.groupby([by, "runner_id"])["toe_off_pct"].mean().groupby(by).mean()


def _label(by: str, name, n: int) -> str:
    shown = f"{name:g} m/s" if by == "speed_m_s" else str(name)
    return f"{shown} (n = {n})"


def _source(cohort, side: str) -> str:
    sides = "mean of both sides" if side == "both" else f"{side} side"
    return f"{cohort.name}{', simulated' if cohort.simulated else ''}; {sides}"

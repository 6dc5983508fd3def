"""Curves over the gait cycle."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from glutelab.arguments import check_cohort, check_name
from glutelab.conditions import pooled_caveats
from glutelab.contrasts.caveats import find_caveats
from glutelab.contrasts.choices import check_number
from glutelab.errors import DataError
from glutelab.explore.notes import say_instead
from glutelab.explore.words import say_side
from glutelab.intervals import t_half_width
from glutelab.measures import runner_curves
from glutelab.schema import CURVES, axis_label
from glutelab.schema.keys import CONDITIONS
from glutelab.selection import pick_side
from glutelab.style import color_of, dash_of, faded, lay_out

__all__ = ["mean_toe_off", "plot_curves"]

PERCENT = np.arange(101)
NOT_STATED = "not stated"
MOST_GROUPS = 7  # as many as there are colors


def plot_curves(
    cohort,
    variable: str,
    *,
    by: str = "speed_m_s",
    speed_m_s: float | None = None,
    side: str = "both",
    runners: bool = False,
) -> go.Figure:
    """Mean curve over runners with its 95 % interval, one line per group.

    A variable that this cohort does not have gives a figure that says so.

    Parameters
    ----------
    cohort : Cohort
    variable : str
        For example ``hip_flexion_deg``.
    by : str
        What makes the groups: a condition (``speed_m_s``, ``slope_pct``, ``shoe``, ``session``) or
        a column of the runners (``level``, ``sex``, ``laboratory``, ...) with up to seven values.
    speed_m_s : float, optional
        Show one speed only. Needed for groups other than speeds when there are several speeds:
        they are never pooled.
    side : {"both", "left", "right"}
    runners : bool
        Whether to draw each runner as a thin line, too.

    Returns
    -------
    plotly.graph_objects.Figure
        What has to be known of the runners, and what the groups are confounded with, stands
        beneath the title.

    Raises
    ------
    DataError
        If it is no cohort, speeds would be pooled, or there is no such group or speed.

    Examples
    --------
    >>> import glutelab as gl
    >>> figure = gl.plot.curves(gl.load_cohort("rbds2017"), "hip_flexion_deg")
    >>> [trace.name for trace in figure.data if trace.name]
    ['2.5 m/s (n = 28)', '3.5 m/s (n = 28)', '4.5 m/s (n = 28)']
    """
    check_cohort(cohort)
    variable = check_name(variable, "curve", "hip_flexion_deg")
    by = check_name(by, "by", "level")
    if speed_m_s is not None:
        check_number("speed_m_s", speed_m_s, np.isfinite, "a number")
    if variable in CURVES and variable not in cohort.curve_variables:
        found = f"{CURVES[variable].label}: not measured in {cohort.name}"
        return say_instead(found)
    table, groups = _grouped(cohort, runner_curves(cohort, variable, side=side), by, speed_m_s)
    names = sorted(groups.unique(), key=lambda name: (isinstance(name, str), name))
    toe_off = mean_toe_off(cohort, by, side, speed_m_s)
    figure = go.Figure()
    for name in names:
        curves, color = table[groups == name].to_numpy(), color_of(name, names)
        line = {"color": color, "width": 3, "dash": dash_of(name, names)}
        _draw_group(figure, curves, line, _label(by, name, len(curves)), runners)
        if name in toe_off:
            last = name == toe_off.idxmax()
            _mark_toe_off(figure, toe_off[name], color, "toe-off" if last else "")
    band = "thin lines are runners" if runners else "bands are 95 % intervals of the mean"
    if len(table) == len(names):
        band = "one runner each, no interval"
    at = "" if speed_m_s is None else f" at {speed_m_s:.4g} m/s"
    figure.update_xaxes(title="Gait cycle (%), foot strike to foot strike", range=[0, 100])
    figure.update_yaxes(title=axis_label(variable), zeroline=True, zerolinecolor="#bbbbbb")
    side = table.index.get_level_values("side")[0]
    return lay_out(
        figure,
        f"{axis_label(variable)}{at}",
        f"{cohort.name}; {say_side(side)}; {band}",
        _caveats(cohort, table, by, names),
        inner=380,
        simulated=cohort.simulated,
    )


# --- lines ----------------------------------------------------------------------------------------


def _draw_group(
    figure: go.Figure, curves: np.ndarray, line: dict, label: str, runners: bool
) -> None:
    """The mean curve; behind it those of the runners, or the interval."""
    mean, color = curves.mean(axis=0), line["color"]
    silent = {"mode": "lines", "hoverinfo": "skip", "showlegend": False}
    if runners:
        figure.add_scatter(
            x=np.tile(np.append(PERCENT, np.nan), len(curves)),
            y=np.column_stack([curves, np.full(len(curves), np.nan)]).ravel(),
            line={"color": faded(color, 0.4), "width": 1},
            **silent,
        )
    elif len(curves) > 1:
        half = t_half_width(curves.std(axis=0, ddof=1), len(curves))
        figure.add_scatter(
            x=np.concatenate([PERCENT, PERCENT[::-1]]),
            y=np.concatenate([mean + half, (mean - half)[::-1]]),
            fill="toself",
            fillcolor=faded(color, 0.2),
            line={"width": 0},
            **silent,
        )
    figure.add_scatter(x=PERCENT, y=mean, mode="lines", name=label, line=line)


def _mark_toe_off(figure: go.Figure, percent: float, color: str, text: str) -> None:
    figure.add_vline(
        x=percent,
        line={"color": color, "width": 1, "dash": "dot"},
        annotation={"text": text, "font_size": 12},
        annotation_position="bottom right",
    )


# --- groups ---------------------------------------------------------------------------------------


def _grouped(cohort, table: pd.DataFrame, by: str, speed_m_s: float | None):
    """Curves of one speed, and the group of each; refuses to pool other conditions."""
    rows = table.index.to_frame(index=False)
    if by not in rows and by in cohort.runners:
        rows[by] = rows["runner_id"].map(cohort.runners.set_index("runner_id")[by])
    possible = [*CONDITIONS, *cohort.runners.columns.drop("runner_id")]
    if by not in rows or by not in possible:
        raise DataError(f"by={by!r}: expected one of {', '.join(possible)}.")
    if speed_m_s is not None:
        keep = np.isclose(rows["speed_m_s"], speed_m_s)
        if not keep.any():
            there = ", ".join(f"{speed:.4g}" for speed in sorted(rows["speed_m_s"].unique()))
            raise DataError(f"no runner at {speed_m_s:.4g} m/s. There are: {there} m/s.")
        table, rows = table[keep], rows[keep]
    for name in CONDITIONS:
        if name != by and name in rows and rows[name].nunique() > 1:
            known = sorted(rows[name].dropna().unique())
            words = ", ".join(
                f"{value:.4g}" if name == "speed_m_s" else str(value) for value in known
            )
            remedy = (
                f"speed_m_s={known[len(known) // 2]:g}" if name == "speed_m_s" else f"by={name!r}"
            )
            raise DataError(
                f"groups by {by} would pool {name} {words} and count each runner several times. "
                f"Choose one, for example {remedy}."
            )
    groups = rows[by].where(rows[by].notna(), NOT_STATED).to_numpy()
    if len(set(groups)) > MOST_GROUPS:
        raise DataError(
            f"by={by!r} makes {len(set(groups))} groups, too many to tell apart. Expected up to "
            f"{MOST_GROUPS}: a column of words, or a rule with compare_curves."
        )
    return table, pd.Index(groups)


def mean_toe_off(cohort, by: str, side: str, speed_m_s: float | None) -> pd.Series:
    """Mean toe-off of each group, percent of the gait cycle; runners count alike.

    Parameters
    ----------
    cohort : Cohort
    by : str
    side : {"both", "left", "right"}
    speed_m_s : float or None

    Returns
    -------
    Series
        By group; empty if toe-off is not known.
    """
    strides = cohort.strides
    if strides.empty:
        return pd.Series(dtype=float)
    side = pick_side(set(strides["side"]), side)
    if by in cohort.trials and by not in strides:
        strides = strides.merge(cohort.trials[["trial_id", by]], on="trial_id")
    if by not in strides:
        known = cohort.runners.set_index("runner_id").get(by)
        words = strides["runner_id"].map(known) if known is not None else None
        strides = strides.assign(**{by: words})
    if "toe_off_pct" not in strides:
        return pd.Series(dtype=float)
    if side != "both":
        strides = strides[strides["side"] == side]
    if speed_m_s is not None:
        strides = strides[np.isclose(strides["speed_m_s"], speed_m_s)]
    return strides.groupby([by, "runner_id"])["toe_off_pct"].mean().groupby(by).mean().dropna()


def _caveats(cohort, table: pd.DataFrame, by: str, names: list) -> list[str]:
    """What has to be known of the runners, and what else the groups differ in."""
    here = table.index.get_level_values("runner_id")
    runners = cohort.runners[cohort.runners["runner_id"].isin(here)]
    runners = runners.assign(cohort=cohort.name, simulated=cohort.simulated)
    if by not in runners or len(names) < 2:
        return pooled_caveats(runners)
    return find_caveats(runners, runners[by].where(runners[by].notna(), NOT_STATED), names, by)


def _label(by: str, name, n: int) -> str:
    shown = f"{name:.4g} m/s" if by == "speed_m_s" else str(name)
    return f"{shown} (n = {n})"

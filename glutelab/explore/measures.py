"""Measures: one point per runner."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from glutelab.arguments import check_name
from glutelab.compare import mean_by_speed, relate
from glutelab.conditions import refuse_several, select_runners
from glutelab.contrasts.caveats import is_simulated
from glutelab.contrasts.choices import check_number, list_measures
from glutelab.explore.words import say_side, say_warnings
from glutelab.schema import axis_label, unit
from glutelab.schema.keys import CONDITIONS
from glutelab.style import BLACK, color_of, lay_out, symbol_of, wrapped

__all__ = ["plot_relation", "plot_with_speed"]

PER_ROW = 3
TITLE_WIDTH = 22  # characters over a panel of a full row, on a narrow page
PANEL, BETWEEN = 330, 100  # pixels
_ONE_EACH = ("cohort", *CONDITIONS[1:])


def plot_with_speed(
    runners: pd.DataFrame, measures: str | list[str], *, side: str = "both"
) -> go.Figure:
    """Each runner's line across speeds, and the mean with its 95 % interval.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`, of one cohort, slope, shoe and session.
    measures : str or list of str
        One panel each. Panels in the same unit share the scale, so that they can be compared.
    side : {"both", "left", "right"}

    Returns
    -------
    plotly.graph_objects.Figure
        The means are those of `mean_by_speed`, whose warnings stand beneath the title.

    Raises
    ------
    DataError
        If a measure or side is not there, or cohorts or conditions would be pooled.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.runner_means(gl.load_cohort("rbds2017"))
    >>> figure = gl.plot.with_speed(runners, "peak_hip_extension_deg")
    >>> [trace.name for trace in figure.data]
    ['competitive (n = 25)', 'elite (n = 3)', 'mean, 95 % interval']
    """
    names = list_measures(measures)
    rows = select_runners(runners, names, side=side).sort_values("speed_m_s")
    refuse_several(rows, _ONE_EACH)
    means = mean_by_speed(runners, names, side=side)
    figure = _panels(names)
    shown: set[str] = set()
    for panel, name in enumerate(names):
        place = _place(panel)
        # Small groups are drawn last and stronger, so that they are not buried.
        groups = sorted(rows.groupby(_levels(rows)), key=lambda pair: -len(pair[1]))
        levels = sorted(level for level, _ in groups)
        for level, part in groups:
            first = level not in shown
            _draw_lines(figure, part, name, (level, levels), place, first=first)
            shown.add(level)
        mean = means[means["measure"] == name]
        _draw_means(figure, mean, place, first=panel == 0)
        if rows[name].isna().all():
            _say_unmeasured(figure, place)
        few = list(mean["speed_m_s"]) if len(mean) < 8 else None
        figure.update_xaxes(title="Speed (m/s)", tickvals=few, **place)
    return _finish(figure, rows, names, means, "Change with speed", "each thin line is a runner")


def plot_relation(
    runners: pd.DataFrame, x: str, y: str | list[str], *, speed_m_s: float, side: str = "both"
) -> go.Figure:
    """One measure against another, one point per runner, at one speed.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`, of one cohort, slope, shoe and session.
    x : str
    y : str or list of str
        One panel each.
    speed_m_s : float
    side : {"both", "left", "right"}

    Returns
    -------
    plotly.graph_objects.Figure
        The warnings of `relate` stand beneath the title.

    Raises
    ------
    DataError
        If a measure, the side or the speed is not there, or cohorts or conditions would be pooled.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.runner_means(gl.load_cohort("rbds2017"))
    >>> tilt, hip = "standing_pelvic_tilt_deg", "peak_hip_extension_deg"
    >>> figure = gl.plot.relation(runners, tilt, hip, speed_m_s=3.5)
    >>> figure.layout.xaxis.title.text
    'Standing pelvic tilt (°)'
    """
    names, x = list_measures(y), check_name(x)
    check_number("speed_m_s", speed_m_s, np.isfinite, "a number")
    rows = select_runners(runners, [x, *names], side=side, speed_m_s=speed_m_s)
    refuse_several(rows, _ONE_EACH)
    relations = relate(runners, x, names, speed_m_s=speed_m_s, side=side)
    figure = _panels(names)
    for panel, name in enumerate(names):
        place = _place(panel)
        levels = sorted(_levels(rows).unique())
        for level, part in rows.groupby(_levels(rows)):
            figure.add_scatter(
                x=part[x],
                y=part[name],
                customdata=part["runner_id"],
                mode="markers",
                marker={
                    "color": color_of(level, levels),
                    "symbol": symbol_of(level, levels),
                    "size": 9,
                    "line": {"width": 1, "color": "white"},
                },
                name=f"{wrapped(level, 40)} (n = {len(part)})",
                legendgroup=level,
                showlegend=panel == 0,
                hovertemplate="%{customdata}: %{x:.3g}, %{y:.3g}<extra></extra>",
                **place,
            )
        _draw_trend(figure, rows[x], rows[name], place, first=panel == 0)
        figure.update_xaxes(title=axis_label(x), **place)
    title, said = f"At {speed_m_s:.4g} m/s", relations.rename(columns={"y": "measure"})
    return _finish(figure, rows, names, said, title, "one point per runner")


# --- panels ---------------------------------------------------------------------------------------


def _panels(names: list[str]) -> go.Figure:
    rows = -(-len(names) // PER_ROW)
    return make_subplots(
        rows=rows,
        cols=min(len(names), PER_ROW),
        shared_yaxes="all" if len({unit(name) for name in names}) == 1 else False,
        horizontal_spacing=0.09,
        vertical_spacing=BETWEEN / _inner(rows) if rows > 1 else 0,
        subplot_titles=_titles(names),
    )


def _titles(names: list[str]) -> list[str]:
    width = TITLE_WIDTH if len(names) >= PER_ROW else TITLE_WIDTH * PER_ROW // 2
    return [wrapped(axis_label(name), width) for name in names]


def _place(panel: int) -> dict[str, int]:
    return {"row": 1 + panel // PER_ROW, "col": 1 + panel % PER_ROW}


def _inner(rows: int) -> int:
    return PANEL * rows + BETWEEN * (rows - 1)


def _levels(rows: pd.DataFrame) -> pd.Series:
    if "level" not in rows:
        return pd.Series("unknown", rows.index)
    return rows["level"].astype(object).where(rows["level"].notna(), "unknown").astype(str)


def _draw_lines(
    figure, rows: pd.DataFrame, name: str, group: tuple[str, list[str]], place, *, first: bool
) -> None:
    level, levels = group
    lines = [part for _, part in rows.groupby("runner_id")]
    gap = pd.DataFrame({"speed_m_s": [np.nan], name: [np.nan], "runner_id": [""]})
    broken = pd.concat([piece for part in lines for piece in (part, gap)])
    figure.add_scatter(
        x=broken["speed_m_s"],
        y=broken[name],
        customdata=broken["runner_id"],
        mode="lines+markers",
        line={"color": color_of(level, levels), "width": 1},
        marker={"size": 5, "symbol": symbol_of(level, levels)},
        opacity=0.45 if len(lines) > 8 else 0.9,
        name=f"{wrapped(level, 40)} (n = {len(lines)})",
        legendgroup=level,
        showlegend=first,
        hovertemplate="%{customdata}: %{y:.3g}<extra></extra>",
        **place,
    )


def _draw_means(figure: go.Figure, mean: pd.DataFrame, place, *, first: bool) -> None:
    half = (mean["ci_high"] - mean["ci_low"]) / 2
    figure.add_scatter(
        x=mean["speed_m_s"],
        y=mean["mean"],
        error_y={"array": np.nan_to_num(half), "thickness": 2, "width": 6},
        mode="lines+markers",
        line={"color": BLACK, "width": 3},
        marker={"size": 9},
        name="mean, 95 % interval",
        legendgroup="mean",
        showlegend=first,
        **place,
    )


def _draw_trend(figure: go.Figure, x: pd.Series, y: pd.Series, place, *, first: bool) -> None:
    seen = x.notna() & y.notna()
    x, y = x[seen], y[seen]
    if not len(x):
        _say_unmeasured(figure, place)
    if len(x) < 3 or x.nunique() < 2:
        return
    line, ends = np.polynomial.Polynomial.fit(x, y, 1), np.array([x.min(), x.max()])
    figure.add_scatter(
        x=ends,
        y=line(ends),
        mode="lines",
        line={"color": "#444444", "dash": "dash"},
        name="least squares",
        legendgroup="trend",
        showlegend=first,
        **place,
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


def _finish(
    figure: go.Figure,
    rows: pd.DataFrame,
    names: list[str],
    results: pd.DataFrame,
    title: str,
    what: str,
) -> go.Figure:
    figure.update_yaxes(showticklabels=True)
    parts = [rows["cohort"].iloc[0], say_side(rows["side"].iloc[0]), what]
    return lay_out(
        figure,
        title,
        "; ".join(filter(None, parts)),
        say_warnings(results),
        inner=_inner(-(-len(names) // PER_ROW)),
        above=40 + 16 * max(title.count("<br>") for title in _titles(names)),
        simulated=is_simulated(rows),
    )

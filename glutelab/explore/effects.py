"""How far groups differ, drawn from the table of `compare_groups`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from glutelab.explore import words
from glutelab.schema import plain_label
from glutelab.style import BLUE, ROW_AXIS, lay_out, print_interval, print_p, wrapped

__all__ = ["plot_effects"]

LABEL_WIDTH, TEXT_WIDTH = 24, 28  # characters
LEFT, RIGHT = 180, 190  # pixels
ROW, TEXT_LINE = 44, 15


def plot_effects(comparison: pd.DataFrame) -> go.Figure:
    """Forest plot: standardized difference of each row with its interval, and the difference.

    Parameters
    ----------
    comparison : DataFrame
        From `compare_groups`: one row per measure, pair of groups and speed.

    Returns
    -------
    plotly.graph_objects.Figure
        One row per row of the table, in its order. Filled points with solid lines: Hedges g with
        its bootstrap interval; hollow points with dashed lines: with the analytic interval where
        there is no other. For a dose: the correlation with its interval. A grey bar spans what is
        too small to be found by so many runners (``detectable_g``, ``detectable_r``). At the right
        the difference (change per unit) with interval and unit, and p after Holm's correction. A
        row without an effect says why. The warnings of the table stand beneath the title.

    Raises
    ------
    DataError
        If it is given something else than the table of `compare_groups`.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.runner_means(gl.load_cohort("rbds2017"))
    >>> names = ["peak_hip_extension_deg", "hip_range_deg"]
    >>> figure = gl.plot.effects(gl.compare_groups(runners, names, speed_m_s=3.5, n_boot=0))
    >>> len(figure.layout.yaxis.ticktext)
    2
    """
    table = words.check_effects(comparison)
    effects, labels = _effects(table), _row_labels(table)
    scale = "Correlation r" if words.is_dose(table) else "Hedges g"
    figure = go.Figure()
    _draw_undetectable(figure, effects)
    for analytic in (False, True):
        _draw_intervals(figure, effects[effects["analytic"] == analytic], scale, analytic)
    for place in effects.index[effects["value"].isna()]:
        _write(figure, words.no_answer(table.loc[place]), x=0.5, xref="x domain", y=place)
    _write_differences(figure, table)
    figure.add_vline(x=0, line={"color": "#555555", "width": 1.5})
    figure.update_xaxes(title=scale, range=_range(effects), zeroline=False)
    figure.update_yaxes(
        range=[len(table) - 0.5, -0.5],
        tickvals=list(range(len(table))),
        ticktext=labels,
        **ROW_AXIS,
    )
    lines = max(label.count("<br>") + 1 for label in labels)
    one = table["groups"].nunique() == 1
    return lay_out(
        figure,
        words.name_contrast(table) + (f" ({words.say_counts(table)})" if one else ""),
        words.say_conditions(table),
        words.say_warnings(table),
        inner=max(80, max(ROW, 14 + TEXT_LINE * lines) * len(table)),
        above=TEXT_LINE * 2 + 8,
        left=LEFT,
        right=RIGHT,
        simulated=words.says_simulated(table),
    )


def _effects(table: pd.DataFrame) -> pd.DataFrame:
    """``value, low, high, least, analytic`` of each row, as the table holds them."""
    if words.is_dose(table):
        names = {"value": "r", "low": "r_low", "high": "r_high", "least": "detectable_r"}
        return pd.DataFrame({new: table[old] for new, old in names.items()}).assign(analytic=False)
    drawn = table["g_low"].notna() & table["g_high"].notna()
    return pd.DataFrame(
        {
            "value": table["hedges_g"],
            "low": table["g_low"].where(drawn, table["g_analytic_low"]),
            "high": table["g_high"].where(drawn, table["g_analytic_high"]),
            "least": table["detectable_g"],
            "analytic": ~drawn,
        }
    )


def _range(effects: pd.DataFrame) -> list[float]:
    """All intervals, both sides of zero; bars of what cannot be found may run out of it."""
    shown = effects[["value", "low", "high"]].to_numpy(float)
    shown = np.append(shown[np.isfinite(shown)], [-1.0, 1.0])
    pad = 0.06 * (shown.max() - shown.min())
    return [float(shown.min() - pad), float(shown.max() + pad)]


def _row_labels(table: pd.DataFrame) -> list[str]:
    """Measure, and beneath it the groups and the speed where these differ between rows."""
    pairs, speeds = table["groups"].nunique() > 1, table["speed_m_s"].nunique() > 1
    labels = []
    for place, row in table.iterrows():
        under = [row["groups"]] if pairs else []
        if pairs and np.isfinite(row["difference"]):
            under.append(words.say_counts(table.loc[[place]]))
        under += [f"{row['speed_m_s']:.4g} m/s"] if speeds else []
        label = wrapped(plain_label(row["measure"]), LABEL_WIDTH)
        if under:
            small = wrapped(", ".join(under), LABEL_WIDTH + 3)
            label += f'<br><span style="font-size: 11px; color: #555555">{small}</span>'
        labels.append(label)
    return labels


def _draw_undetectable(figure: go.Figure, effects: pd.DataFrame) -> None:
    known = effects[np.isfinite(effects["least"])]
    figure.add_bar(
        base=-known["least"],
        x=2 * known["least"],
        y=known.index,
        orientation="h",
        width=0.4,
        marker={"color": "#dddddd", "line": {"width": 0}},
        name="too small for so few runners to find (80 % power)",
        hoverinfo="skip",
        showlegend=bool(len(known)),
    )


def _draw_intervals(figure: go.Figure, rows: pd.DataFrame, scale: str, analytic: bool) -> None:
    rows = rows[rows["value"].notna()]
    if rows.empty:
        return
    kind = "interval" if scale != "Hedges g" else "bootstrap interval"
    kind = "analytic interval (no bootstrap)" if analytic else kind
    figure.add_scatter(
        x=np.column_stack([rows["low"], rows["high"], np.full(len(rows), np.nan)]).ravel(),
        y=np.repeat(rows.index.to_numpy(float), 3),
        mode="lines",
        line={"color": BLUE, "width": 2.5, "dash": "4px,3px" if analytic else "solid"},
        hoverinfo="skip",
        showlegend=False,
        legendgroup=kind,
    )
    marker = {"size": 11, "color": BLUE}
    if analytic:
        marker = {"size": 11, "color": "white", "line": {"color": BLUE, "width": 2}}
    figure.add_scatter(
        x=rows["value"],
        y=rows.index,
        customdata=rows[["low", "high", "least"]],
        mode="markers",
        marker=marker,
        name=f"{scale}, {kind}",
        legendgroup=kind,
        showlegend=True,
        hovertemplate=f"{scale} %{{x:.2f}} [%{{customdata[0]:.2f}}, %{{customdata[1]:.2f}}]"
        "<br>so many runners find %{customdata[2]:.2f}<extra></extra>",
    )


def _write_differences(figure: go.Figure, table: pd.DataFrame) -> None:
    """The right-hand column: difference with interval and unit, and p."""
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 10, "align": "left"}
    what = "Change per unit" if words.is_dose(table) else "Difference"
    tests = table["n_tests"].iloc[0] if "n_tests" in table else len(table)
    head = f"<b>{what} [{_interval(table)}]</b><br>p (Holm, {tests:g} tests)"
    _write(figure, head, 12, y=1, yref="paper", yanchor="bottom", yshift=4, **place)
    for row in table.itertuples():
        numbers = (row.difference, row.ci_low, row.ci_high)
        whole, under = print_interval(*numbers, row.unit), ""
        if len(whole) > TEXT_WIDTH:
            whole, under = print_interval(*numbers), row.unit
        under = ", ".join(filter(None, [under, print_p(row.p_holm)]))
        _write(figure, "<br>".join(filter(None, [whole, under])) or "–", 12, y=row.Index, **place)


def _interval(table: pd.DataFrame) -> str:
    levels = table["confidence"].dropna().unique() if "confidence" in table else []
    return f"{100 * levels[0]:g} % interval" if len(levels) == 1 else "interval"


def _write(figure: go.Figure, text: str, size: int = 13, **place) -> None:
    figure.add_annotation(
        text=text,
        showarrow=False,
        font={"size": size, "color": "#222222"},
        bgcolor="rgba(255, 255, 255, 0.85)",
        **place,
    )

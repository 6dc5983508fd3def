"""How far measures and curves can be trusted, drawn from the tables of `reliability`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from glutelab.errors import DataError
from glutelab.explore import words
from glutelab.schema import plain_label, unit
from glutelab.style import (
    DASHES,
    ROW_AXIS,
    SYMBOLS,
    color_of,
    faded,
    lay_out,
    print_interval,
    wrapped,
)

__all__ = ["plot_curve_reliability", "plot_reliability"]

MARKS = (0.5, 0.75, 0.9)  # Koo and Li 2016: poor, moderate, good, excellent between them
LABEL_WIDTH = 24  # characters
LINE = 19  # pixels of one speed of one measure
_MARK = {"color": "#888888", "width": 1, "dash": "dot"}
PARTS = {
    "odd_even": "odd against even strides",
    "halves": "first against second half",
    "sessions": "between sessions",
}


def plot_reliability(table: pd.DataFrame) -> go.Figure:
    """ICC of each measure with its interval, and the smallest change that is no error.

    Parameters
    ----------
    table : DataFrame
        From `reliability`: one row per measure and speed.

    Returns
    -------
    plotly.graph_objects.Figure
        One row per measure, in the table's order; in it one point per speed with its interval, and
        lines at 0.5, 0.75 and 0.9, between which ICCs are commonly called poor, moderate, good and
        excellent (Koo and Li 2016, doi 10.1016/j.jcm.2016.02.012). At the right ``mdc95`` with its
        interval and unit. Drawn are the numbers of the mean over all strides (``icc_mean``,
        ``mdc95_mean``), which is what `runner_means` gives; between sessions those of one session.

    Raises
    ------
    DataError
        If it is given something else than the table of `reliability`.

    Examples
    --------
    >>> import glutelab as gl
    >>> table = gl.reliability(gl.load_cohort("bmc-ric"), ["peak_hip_extension_deg"])
    >>> list(gl.plot.reliability(table).layout.yaxis.ticktext)
    ['Peak hip extension']
    """
    _check(table, "measure", "reliability(cohort, measures)")
    table, labels, colors = _prepare(table)
    names = list(table["measure"].unique())
    inner = max(90, (LINE * len(labels) + 16) * len(names))
    low = _lowest(table)
    offset = (table["number"] - (len(labels) - 1) / 2) * LINE * len(names) / inner
    table["y"] = table["measure"].map(names.index) + offset
    figure = go.Figure()
    for number, label in enumerate(labels):
        _draw_icc(figure, table[table["number"] == number], label, colors[number], low)
    for _, row in table.iterrows():
        _write_row(figure, row, low)
    for mark in _marks(low):
        note = {"text": f"{mark:g}", "font_size": 11, "yanchor": "bottom"}
        side = "top right" if mark == MARKS[-1] else "top left"
        figure.add_vline(x=mark, line=_MARK, annotation=note, annotation_position=side)
    figure.update_xaxes(title=_form(table), range=[low, 1.0], zeroline=False)
    figure.update_yaxes(
        range=[len(names) - 0.5, -0.5],
        tickvals=list(range(len(names))),
        ticktext=[wrapped(plain_label(name), LABEL_WIDTH) for name in names],
        **ROW_AXIS,
    )
    _write(figure, "<b>MDC95 [interval]</b>", y=1, yref="paper", yanchor="bottom", yshift=20)
    title = "Reliability: ICC and smallest detectable change"
    return _finish(figure, table, title, inner, {"above": 42, "left": 180, "right": 230})


def plot_curve_reliability(table: pd.DataFrame) -> go.Figure:
    """Smallest change that is no error, and ICC, over the gait cycle.

    Parameters
    ----------
    table : DataFrame
        From `curve_reliability`: one row per point of the gait cycle and speed.

    Returns
    -------
    plotly.graph_objects.Figure
        Above ``mdc95``, below the ICC, one line per speed, with their intervals as bands. Drawn
        are the numbers of the mean over all strides; between sessions those of one session.

    Raises
    ------
    DataError
        If it is given something else than the table of `curve_reliability`, or several variables.

    Examples
    --------
    >>> import glutelab as gl
    >>> from glutelab.repeatability import curve_reliability
    >>> points = curve_reliability(gl.load_cohort("bmc-ric"), "hip_flexion_deg")
    >>> gl.plot.curve_reliability(points).layout.yaxis.title.text
    'MDC95 (°)'
    """
    _check(table, "percent", "curve_reliability(cohort, 'hip_flexion_deg')")
    variables = table["variable"].unique()
    if len(variables) > 1:
        raise DataError(
            f"the table holds {len(variables)} variables: {', '.join(variables)}. Draw one, for "
            f"example table[table['variable'] == {variables[0]!r}]."
        )
    table, labels, colors = _prepare(table)
    low, of = _lowest(table), unit(variables[0])
    figure = make_subplots(
        rows=2, shared_xaxes=True, vertical_spacing=0.07, row_heights=[0.62, 0.38]
    )
    for number, label in enumerate(labels):
        points = table[table["number"] == number].sort_values("percent")
        line = {"color": colors[number], "width": 2.5, "dash": DASHES[number % len(DASHES)]}
        for panel, name in enumerate(("mdc95", "icc"), start=1):
            _draw_curve(figure, points, name, line, label, panel)
    if table["icc"].isna().all():
        place = {"x": 50, "y": 0.5, "yref": "y domain", "showarrow": False, "font_size": 20}
        figure.add_annotation(text=words.no_answer(table.iloc[0]), **place)
        figure.update_yaxes(showticklabels=False)
    for mark in _marks(low):
        figure.add_hline(y=mark, line=_MARK, row=2, col=1)
    figure.update_yaxes(ticksuffix=" ", zeroline=False)
    figure.update_yaxes(title=f"MDC95 ({of})" if of else "MDC95", rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title=_form(table), range=[low, 1.0], row=2, col=1)
    figure.update_xaxes(range=[0, 100], showgrid=False, zeroline=False)
    figure.update_xaxes(title="Gait cycle (%), foot strike to foot strike", row=2, col=1)
    figure.update_layout(hovermode="x unified")
    title = f"{plain_label(variables[0])}: smallest detectable change, and ICC"
    return _finish(figure, table, title, 460, {}, "bands: interval of each point by itself")


def _check(table: object, key: str, remedy: str) -> None:
    if not isinstance(table, pd.DataFrame):
        kind = type(table).__name__
        raise DataError(f"a {kind} was given. Expected the table of {remedy}.")
    needed = (key, "speed_m_s", "icc", "icc_low", "icc_high", "mdc95", "warning")
    missing = [name for name in needed if name not in table]
    if missing or (key == "measure" and "percent" in table):
        lacks = f"the table has no column {', '.join(missing)}" if missing else "these are points"
        raise DataError(f"{lacks}. Expected the table of {remedy}.")
    if table.empty:
        raise DataError(f"the table has no rows. Was it filtered? Expected that of {remedy}.")


def _prepare(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str], list[str]]:
    """The table with the numbers that are drawn, and label and color of each speed (and slope).

    ``icc...`` and ``mdc95...`` become those of the mean over all strides, except between sessions;
    ``number`` says which label belongs to a row.
    """
    table = table.reset_index(drop=True)
    if "icc_mean" in table and not ("split" in table and (table["split"] == "sessions").all()):
        drawn = [name for name in table if f"{name}_mean" in table]
        table = table.assign(**{name: table[f"{name}_mean"] for name in drawn})
    keys = [name for name in ("speed_m_s", "slope_pct") if name in table]
    known = table[keys].drop_duplicates().sort_values(keys).reset_index(drop=True)
    labels = known["speed_m_s"].map("{:.4g} m/s".format)
    if "slope_pct" in known and known["slope_pct"].nunique() > 1:
        labels += known["slope_pct"].map(", {:g} % slope".format)
    among = list(map(float, known.index))
    numbers = table[keys].merge(known.assign(number=known.index), on=keys, how="left")["number"]
    return table.assign(number=numbers), list(labels), [color_of(one, among) for one in among]


def _form(table: pd.DataFrame) -> str:
    forms = table["form"].dropna().unique() if "form" in table else []
    return forms[0] if len(forms) == 1 else "ICC"


def _lowest(table: pd.DataFrame) -> float:
    """Left end of the axis: all intervals, and the line at 0.9."""
    shown = table[["icc", "icc_low"]].to_numpy(float)
    shown = np.append(shown[np.isfinite(shown)], 0.9)
    return max(float(np.floor(20 * (shown.min() - 0.02)) / 20), -1.0)


def _marks(low: float) -> list[float]:
    return [mark for mark in MARKS if mark > low]


def _draw_icc(figure, rows: pd.DataFrame, label: str, color: str, low: float) -> None:
    rest = {"legendgroup": label, "cliponaxis": False}
    ends = np.column_stack([rows["icc_low"].clip(lower=low), rows["icc_high"]])
    figure.add_scatter(
        x=np.column_stack([ends, np.full(len(rows), np.nan)]).ravel(),
        y=np.repeat(rows["y"].to_numpy(), 3),
        mode="lines",
        line={"color": color, "width": 2.5},
        hoverinfo="skip",
        showlegend=False,
        **rest,
    )
    symbol = SYMBOLS[rows["number"].iloc[0] % len(SYMBOLS)]
    figure.add_scatter(
        x=rows["icc"],
        y=rows["y"],
        customdata=rows[["icc_low", "icc_high"]],
        mode="markers",
        marker={"color": color, "size": 9, "symbol": symbol},
        name=label,
        showlegend=True,
        hovertemplate="%{x:.3f} [%{customdata[0]:.3f}, %{customdata[1]:.3f}]",
        **rest,
    )
    out = rows[rows["icc_low"] < low]
    figure.add_scatter(  # an arrow where an interval leaves the axis
        x=np.full(len(out), low),
        y=out["y"],
        mode="markers",
        marker={"color": color, "size": 10, "symbol": "triangle-left"},
        hoverinfo="skip",
        showlegend=False,
        **rest,
    )


def _write_row(figure: go.Figure, row: pd.Series, low: float) -> None:
    change = print_interval(row["mdc95"], row["mdc95_low"], row["mdc95_high"], row["unit"])
    _write(figure, change or "–", y=row["y"])
    if not np.isfinite(row["icc"]):
        place = {"x": (low + 1) / 2, "y": row["y"], "showarrow": False, "bgcolor": "white"}
        figure.add_annotation(text=words.no_answer(row), **place)


def _write(figure: go.Figure, text: str, **place) -> None:
    place |= {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 12, "align": "left"}
    figure.add_annotation(text=text, showarrow=False, font_size=12, **place)


def _draw_curve(figure, points: pd.DataFrame, name: str, line: dict, label: str, panel: int):
    known = points[points[[f"{name}_low", f"{name}_high"]].notna().all(axis=1)]
    place = {"row": panel, "col": 1, "legendgroup": label}
    figure.add_scatter(
        x=np.concatenate([known["percent"], known["percent"][::-1]]),
        y=np.concatenate([known[f"{name}_high"], known[f"{name}_low"][::-1]]),
        fill="toself",
        fillcolor=faded(line["color"], 0.15),
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
        **place,
    )
    figure.add_scatter(
        x=points["percent"],
        y=points[name],
        mode="lines",
        line=line,
        name=label,
        showlegend=panel == 1,
        hovertemplate="%{y:.3g}",
        **place,
    )


def _finish(figure, table: pd.DataFrame, title: str, inner: int, room: dict, more: str = ""):
    n = table["n_runners"][table["n_runners"] > 0] if "n_runners" in table else pd.Series()
    parts = [f"n = {n.min():g}" + (f" to {n.max():g}" if n.nunique() > 1 else "")] if len(n) else []
    for column, say in (
        ("split", lambda name: PARTS.get(name, str(name))),
        ("side", words.say_side),
    ):
        if column in table:
            parts += [say(name) for name in table[column].unique()]
    return lay_out(
        figure,
        title,
        "; ".join([*parts, *([more] if more else [])]),
        words.say_warnings(table),
        inner=inner,
        simulated=words.says_simulated(table),
        **room,
    )

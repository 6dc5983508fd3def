"""Each runner of two groups beside their difference, drawn from a table of `compare_groups`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from glutelab.contrasts.membership import form_groups, group_column
from glutelab.contrasts.rows import PERSON
from glutelab.contrasts.tables import check_table
from glutelab.errors import DataError
from glutelab.explore import words
from glutelab.intervals import t_half_width
from glutelab.schema import unit
from glutelab.sentences import short
from glutelab.style import BLACK, color_of, lay_out, wrapped

__all__ = ["plot_groups"]

PER_ROW = 2
PANEL, BETWEEN = 270, 110  # pixels
MEANS, DIFFERENCE = (-0.32, 1.32), 2.25  # places on the horizontal axis; groups are at 0 and 1
JITTER = 0.2
SPEED_WITHIN = 0.05  # m/s, as in compare_groups
FARTHEST = 1.5  # spans of the runners, by which intervals may go beyond them


def plot_groups(
    runners: pd.DataFrame,
    comparison: pd.DataFrame,
    by: str | Callable | Mapping = "level",
    groups: Sequence | Mapping | str | None = None,
) -> go.Figure:
    """Estimation plot: the runners of two groups, their means, and the difference.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`, as it was given to `compare_groups`.
    comparison : DataFrame
        From `compare_groups`: one pair of groups, few measures. Each row becomes a panel.
    by, groups
        As they were given to `compare_groups`.

    Returns
    -------
    plotly.graph_objects.Figure
        In each panel a point per runner, spread sideways so that points do not hide each other;
        beside each group its mean with the 95 % interval, from the table's mean, standard
        deviation and count; a group of one has none. Runners that were measured under both
        conditions are joined by a line. At the right, on an axis whose zero is the mean of the
        second group, the difference of the table with its interval.

    Raises
    ------
    DataError
        If the table is no table of `compare_groups`, holds several pairs of groups or a dose, or
        was made from other runners.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.runner_means(gl.load_cohort("rbds2017"))
    >>> table = gl.compare_groups(runners, "hip_range_deg", speed_m_s=3.5, n_boot=0)
    >>> [len(trace.x) for trace in gl.plot.groups(runners, table).data[:2]]
    [3, 25]
    """
    table = _check(comparison)
    everyone = check_table(runners)
    column = group_column(everyone, by)
    rows, cols = -(-len(table) // PER_ROW), min(len(table), PER_ROW)
    inner = PANEL * rows + BETWEEN * (rows - 1)
    figure = make_subplots(
        rows=rows,
        cols=cols,
        specs=[[{"secondary_y": True}] * cols] * rows,
        horizontal_spacing=0.2,
        vertical_spacing=BETWEEN / inner if rows > 1 else 0,
        subplot_titles=words.title_panels(table),
    )
    figure.update_annotations(font_size=13, yshift=6)
    table = _with_units(table, column, groups)
    cut = False
    for k, row in table.iterrows():
        place = {"row": 1 + k // PER_ROW, "col": 1 + k % PER_ROW}
        points = _find_runners(everyone, row, column, groups)
        cut |= _draw_panel(figure, row, points, place, first=k == 0)
    subtitle = [words.say_conditions(table), "each point is a runner"]
    subtitle += ["an interval runs out of its panel"] if cut else []
    return lay_out(
        figure,
        f"{words.name_contrast(table)} ({words.say_counts(table)})",
        "; ".join(filter(None, subtitle)),
        words.say_warnings(table),
        inner=inner,
        above=52,
        left=60,
        right=60,
        simulated=words.says_simulated(table),
    )


def _check(comparison: object) -> pd.DataFrame:
    table = words.check_effects(comparison)
    if words.is_dose(table):
        raise DataError(
            "a dose makes no groups. Use gl.plot.relation, or gl.plot.effects for the table."
        )
    pairs = list(table["groups"].unique())
    if len(pairs) > 1:
        raise DataError(
            f"the table holds {len(pairs)} pairs of groups: {', '.join(pairs)}. Draw one, for "
            f"example comparison[comparison['groups'] == {pairs[0]!r}]."
        )
    return table


def _with_units(table: pd.DataFrame, by: str, groups) -> pd.DataFrame:
    """Groups that are numbers (speeds) get their unit, for the labels."""
    if isinstance(groups, Mapping | str) or not unit(by):
        return table.assign(name_1=table["group_1"], name_2=table["group_2"])
    names = {f"name_{k}": table[f"group_{k}"] + f" {unit(by)}" for k in (1, 2)}
    return table.assign(**names, groups=names["name_1"] + " minus " + names["name_2"])


# --- the runners of one row -----------------------------------------------------------------------


def _find_runners(everyone: pd.DataFrame, row: pd.Series, by: str, groups) -> pd.DataFrame:
    """Runners of one row of the table: ``runner_id, value, group`` (0 or 1), ``paired``."""
    rows = everyone
    if "side" in rows and row["side"] in set(rows["side"]):
        rows = rows[rows["side"] == row["side"]]
    if by != "speed_m_s" and np.isfinite(row["speed_m_s"]):
        away = (rows["speed_m_s"] - row["speed_m_s"]).abs()
        rows = rows[away <= SPEED_WITHIN + 1e-9] if away.max() > 2 * SPEED_WITHIN else rows
    named = isinstance(groups, Mapping | str)
    labels = form_groups(rows, by, groups)[0] if named else rows[by]
    values = labels.round(6) if pd.api.types.is_float_dtype(labels) else labels
    number = values.map(short, na_action="ignore").map({row["group_1"]: 0, row["group_2"]: 1})
    points = rows.assign(group=number, value=rows.get(row["measure"], np.nan))
    covariates = [name for name in str(row.get("adjusted_for", "")).split(", ") if name in points]
    points = points.dropna(subset=["group", "value", *covariates])
    points = points.sort_values(PERSON)
    paired = points.groupby(PERSON)["group"].transform("nunique") > 1
    points = points[paired] if paired.any() else points
    _refuse_other_runners(points, row, by)
    return points.assign(paired=bool(paired.any()))


def _refuse_other_runners(points: pd.DataFrame, row: pd.Series, by: str) -> None:
    """What is drawn are the runners that the table counted."""
    for group, (count, mean) in enumerate((("n_1", "mean_1"), ("n_2", "mean_2"))):
        values = points.loc[points["group"] == group, "value"]
        n = 0 if pd.isna(row[count]) else int(row[count])
        if len(values) == n and (n == 0 or np.isclose(values.mean(), row[mean], rtol=1e-6)):
            continue
        name = row["group_1" if group == 0 else "group_2"]
        raise DataError(
            f"{row['measure']}: the table counts {n} runners of {name!r}, and {len(values)} "
            f"are found by {by!r} among those given. Give the runners, by and groups that "
            "compare_groups was given."
        )


# --- one panel ------------------------------------------------------------------------------------


def _draw_panel(figure: go.Figure, row: pd.Series, points: pd.DataFrame, place, *, first) -> bool:
    """Draw one row of the table; returns whether an interval is cut off."""
    _draw_points(figure, row, points, place)
    halves = [float(t_half_width(row[f"sd_{k}"], row[f"n_{k}"])) for k in (1, 2)]
    means = [row["mean_1"], row["mean_2"]]
    _draw_marks(figure, MEANS, means, halves, "square", "mean with 95 % interval", place, first)
    zero = row["mean_2"] if np.isfinite(row["mean_2"]) else 0.0
    ends = np.array([row["ci_low"], row["ci_high"]])
    _draw_marks(
        figure,
        [DIFFERENCE],
        [row["difference"]],
        [(ends[1] - ends[0]) / 2],
        "diamond",
        "difference with its interval (axis at the right)",
        place | {"secondary_y": True},
        first,
    )
    drawn = [*means, *(np.subtract(means, halves)), *(np.add(means, halves)), *(zero + ends)]
    low, high, cut = _range(points["value"].to_numpy(float), np.array([*drawn, zero]))
    figure.update_yaxes(range=[low, high], zeroline=False, secondary_y=False, **place)
    figure.update_yaxes(range=[low - zero, high - zero], secondary_y=True, **place)
    figure.update_yaxes(
        tickmode="auto", nticks=6, zeroline=False, showgrid=False, secondary_y=True, **place
    )
    below = np.isfinite(row["difference"]) and zero + row["difference"] > (low + high) / 2
    _label_panel(figure, row, place, zero, 0.1 if below else 0.9)
    return cut


def _draw_points(figure: go.Figure, row: pd.Series, points: pd.DataFrame, place) -> None:
    names = [row["group_1"], row["group_2"]]
    for group, name in enumerate(names):
        part = points[points["group"] == group]
        figure.add_scatter(
            x=group + _spread(len(part)),
            y=part["value"],
            customdata=part["runner_id"],
            mode="markers",
            marker={
                "color": color_of(name, names),
                "size": 8,
                "opacity": 0.75,
                "line": {"width": 1, "color": "white"},
            },
            name=str(name),
            showlegend=False,
            hovertemplate="%{customdata}: %{y:.3g}<extra></extra>",
            **place,
        )
    if len(points) and points["paired"].all():
        both = points.pivot_table(index=PERSON, columns="group", values="value", sort=False)
        spread, gap = _spread(len(both)), np.full(len(both), np.nan)
        figure.add_scatter(
            x=np.column_stack([spread, 1 + spread, gap]).ravel(),
            y=np.column_stack([both[0], both[1], gap]).ravel(),
            mode="lines",
            line={"color": "rgba(0, 0, 0, 0.25)", "width": 1},
            hoverinfo="skip",
            showlegend=False,
            **place,
        )


def _spread(n: int) -> np.ndarray:
    """Sideways places: the golden ratio spreads any number evenly, and always the same."""
    return JITTER * (2 * (np.arange(n) * 0.618034 % 1) - 1)


def _draw_marks(figure, x, y, halves, symbol: str, name: str, place, first: bool) -> None:
    error = {"type": "data", "array": np.nan_to_num(halves), "thickness": 2.5, "width": 5}
    figure.add_scatter(
        x=list(x),
        y=list(y),
        error_y=error,
        mode="markers",
        marker={"color": BLACK, "symbol": symbol, "size": 10},
        name=name,
        legendgroup=name,
        showlegend=first,
        hovertemplate="%{y:.3g}<extra></extra>",
        **place,
    )


def _range(values: np.ndarray, marks: np.ndarray) -> tuple[float, float, bool]:
    """All runners, and intervals as far as they do not press the runners into a line."""
    marks = marks[np.isfinite(marks)]
    low, high = np.append(values, marks).min(), np.append(values, marks).max()
    cut = False
    if len(values) > 1 and np.ptp(values) > 0:
        span = FARTHEST * np.ptp(values)
        bounds = max(low, values.min() - span), min(high, values.max() + span)
        cut = bounds != (low, high)
        low, high = bounds
    pad = 0.06 * (high - low) or 0.5
    return float(low - pad), float(high + pad), bool(cut)


def _label_panel(figure: go.Figure, row: pd.Series, place, zero: float, free: float) -> None:
    names = [
        f"{wrapped(str(row[f'name_{k}']), 14)}<br>n = {int(np.nan_to_num(row[f'n_{k}']))}"
        for k in (1, 2)
    ]
    figure.update_xaxes(
        range=[-0.7, 2.85],
        tickvals=[-0.1, 1.1, DIFFERENCE],
        ticktext=[*names, "difference"],
        tickfont_size=11,
        showgrid=False,
        zeroline=False,
        **place,
    )
    if np.isfinite(row["difference"]):
        line = {"color": "#777777", "width": 1, "dash": "dot"}
        figure.add_shape(type="line", x0=1.5, x1=2.85, y0=zero, y1=zero, line=line, **place)
    else:
        figure.update_yaxes(showticklabels=False, secondary_y=True, **place)
    nobody = not np.isfinite([row["mean_1"], row["mean_2"]]).any()
    if nobody:
        figure.update_yaxes(showticklabels=False, showgrid=False, secondary_y=False, **place)
    if not np.isfinite(row["ci_low"]):
        where = {"x": 1.1, "y": 0.5} if nobody else {"x": DIFFERENCE, "y": free}
        text = wrapped(words.no_answer(row), 30 if nobody else 14)
        figure.add_annotation(
            text=text, **where, yref="y domain", showarrow=False, font_size=13, **place
        )

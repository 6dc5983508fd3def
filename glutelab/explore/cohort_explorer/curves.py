"""Mean curves of the runners in view, and those of the ones that were chosen."""

from __future__ import annotations

import html

import numpy as np
import pandas as pd

from glutelab.explore.cohort_explorer.choices import Choices
from glutelab.explore.cohort_explorer.people import People
from glutelab.explore.drawing import empty, in_groups, layout, packed, watermark
from glutelab.intervals import t_half_width
from glutelab.schema import axis_label
from glutelab.style import GREEN, color_of, dash_of, faded, print_p

__all__ = ["draw_curves", "mark_clusters"]

MOST_LINES = 40
PERCENT = np.arange(101)


def draw_curves(people: People, choices: Choices, rows: np.ndarray, simulated: bool) -> dict:
    """Mean and 95 % interval of each group; chosen runners as lines, the others as one group.

    Parameters
    ----------
    people : People
    choices : Choices
    rows : ndarray of int
    simulated : bool

    Returns
    -------
    dict
        ``data`` and ``layout``.
    """
    if not choices.curve:
        return empty("This cohort has no curves.")
    every = people.curves(choices.curve, choices.side)
    rows = rows[np.isfinite(every[rows, 0])]
    if not len(rows):
        return empty("No runner in view has this curve.")
    names = people.column("runner_id")[rows].astype(str)
    chosen = np.isin(names, choices.selected)
    data: list[dict] = []
    if chosen.any():
        data += _lines(every[rows[chosen]], names[chosen])
        for name, part, color, dash in (
            ("others", ~chosen, "#777777", "dash"),
            ("chosen", chosen, GREEN, "solid"),
        ):
            data += _group(every[rows[part]], name, color, dash)
    else:
        groups = people.column(choices.by)[rows] if choices.by else np.full(len(rows), "runners")
        order = in_groups(groups)
        for name, places in order.items():
            color = color_of(name, list(order))
            data += _group(every[rows[places]], name, color, dash_of(name, list(order)))
    count = f"{len(rows)} runners"
    if chosen.any():
        count += f", {chosen.sum()} chosen"
        count += f" (the first {MOST_LINES} as lines)" if chosen.sum() > MOST_LINES else ""
    panel = layout(
        "Gait cycle (%)",
        axis_label(choices.curve),
        title=f"{count}; bands are 95 % intervals",
        revision=choices.curve,
    )
    panel["xaxis"]["range"] = [0, 100]
    panel["yaxis"] |= {"zeroline": True, "zerolinecolor": "#bbbbbb"}
    if simulated:
        panel["annotations"] = [watermark()]
    return {"data": data, "layout": panel}


def _lines(curves: np.ndarray, names: np.ndarray) -> list[dict]:
    """Single runners as one trace with gaps, which is drawn several times as fast as many."""
    curves, names = curves[:MOST_LINES], names[:MOST_LINES]
    gap = np.full((len(curves), 1), np.nan)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": packed(np.tile(np.append(PERCENT, np.nan), len(curves))),
            "y": packed(np.hstack([curves, gap]).ravel()),
            "customdata": np.repeat(names, 102).tolist(),
            "line": {"width": 1, "color": faded(GREEN, 0.55)},
            "hovertemplate": "%{customdata}: %{y:.1f} at %{x:.0f} %<extra></extra>",
            "showlegend": False,
        }
    ]


def _group(curves: np.ndarray, name: str, color: str, dash: str) -> list[dict]:
    n = len(curves)
    if not n:
        return []
    mean = curves.mean(axis=0, dtype=float)
    data = []
    if n > 2:  # the interval of two runners is wider than any figure
        half = t_half_width(curves.std(axis=0, ddof=1, dtype=float), np.full(101, n))
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": packed(np.append(PERCENT, PERCENT[::-1])),
                "y": packed(np.append(mean - half, (mean + half)[::-1])),
                "fill": "toself",
                "fillcolor": faded(color, 0.2),
                "line": {"width": 0},
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )
    label = f"{html.escape(name)} (n = {n})"
    line = {"color": color, "width": 2.5, "dash": dash}
    data.append(
        {
            "type": "scatter",
            "mode": "lines",
            "x": packed(PERCENT),
            "y": packed(mean),
            "name": label,
            "line": line,
            "hovertemplate": f"{html.escape(name)}: %{{y:.1f}} at %{{x:.0f}} %<extra></extra>",
        }
    )
    return data


def mark_clusters(figure: dict, clusters: pd.DataFrame) -> dict:
    """The same figure with a bar beneath the stretches in which the groups differ.

    Parameters
    ----------
    figure : dict
    clusters : DataFrame
        ``from_pct, to_pct, p``; from is larger than to where a stretch goes through foot strike.
    """
    shapes, notes = [], list(figure["layout"].get("annotations", ()))
    for row in clusters.itertuples():
        around = row.from_pct > row.to_pct
        ends = [(row.from_pct, 100), (0, row.to_pct)] if around else [(row.from_pct, row.to_pct)]
        for start, end in ends:
            place = {"type": "rect", "xref": "x", "yref": "paper", "line": {"width": 0}}
            place |= {"x0": start, "x1": max(end, start + 0.5), "y0": 0.0, "y1": 0.02}
            shapes.append(place | {"fillcolor": "#222222"})
        at = {"x": sum(ends[0]) / 2, "y": 0.03, "xref": "x", "yref": "paper", "yanchor": "bottom"}
        words = {"text": print_p(row.p).replace("<", "&lt;"), "showarrow": False}
        notes.append(at | words | {"font": {"size": 11, "color": "#222222"}})
    return figure | {"layout": figure["layout"] | {"shapes": shapes, "annotations": notes}}

"""One measure against another: a dot per runner, and the line through them."""

from __future__ import annotations

import html

import numpy as np
import pandas as pd

from glutelab.explore.cohort_explorer.choices import Choices
from glutelab.explore.cohort_explorer.people import People
from glutelab.explore.drawing import empty, in_groups, layout, packed, watermark
from glutelab.intervals import correlation_interval, t_half_width
from glutelab.schema import axis_label
from glutelab.style import color_of, faded, print_p, symbol_of

__all__ = ["draw_scatter"]

MANY = 400  # dots; from here on the graphics card draws them
FEW = 4  # runners; below there is no line


def draw_scatter(people: People, choices: Choices, rows: np.ndarray, simulated: bool) -> dict:
    """The dots of a view.

    Parameters
    ----------
    people : People
    choices : Choices
    rows : ndarray of int
        Rows of the table that are shown.
    simulated : bool

    Returns
    -------
    dict
        ``data`` and ``layout``.
    """
    x, y = people.column(choices.x)[rows], people.column(choices.y)[rows]
    both = np.isfinite(x) & np.isfinite(y)
    if not both.any():
        return empty("No runner has both measures here.")
    rows, x, y = rows[both], x[both], y[both]
    names = people.column("runner_id")[rows]
    chosen = np.isin(names.astype(str), choices.selected)
    groups = people.column(choices.by)[rows] if choices.by else np.full(len(rows), "runners")
    kind = "scattergl" if len(rows) > MANY else "scatter"
    data = _line(x, y)
    order = in_groups(groups)
    for name, places in order.items():
        data.append(
            {
                "type": kind,
                "mode": "markers",
                "x": packed(x[places]),
                "y": packed(y[places]),
                "customdata": names[places].tolist(),
                "name": f"{html.escape(name)} (n = {len(places)})",
                "marker": {
                    "color": color_of(name, list(order)),
                    "symbol": symbol_of(name, list(order)),
                    "size": 6 if len(rows) > MANY else 9,
                    "opacity": 0.85,
                },
                "selected": {"marker": {"size": 13, "opacity": 1.0}},
                "unselected": {"marker": {"opacity": 0.3}},
                "selectedpoints": np.flatnonzero(chosen[places]).tolist() if chosen.any() else None,
                "hovertemplate": "%{customdata}: %{x:.3g}, %{y:.3g}<extra></extra>",
            }
        )
    title = f"{len(rows)} runners; {_say(x, y)}"
    panel = layout(
        axis_label(choices.x),
        axis_label(choices.y),
        title=title,
        revision=f"{choices.x}|{choices.y}",
        dragmode="lasso",
        clickmode="event",
    )
    if simulated:
        panel["annotations"] = [watermark()]
    return {"data": data, "layout": panel}


def _say(x: np.ndarray, y: np.ndarray) -> str:
    found = correlation_interval(pd.Series(x, name="x"), pd.Series(y, name="y"), 0.95)
    if not np.isfinite(found["r"]):
        return "no correlation can be given"
    low, high = found["ci_low"], found["ci_high"]
    text = f"r = {found['r']:.2f} [{low:.2f}, {high:.2f}], {print_p(found['p'])}"
    return text.replace("-", "−").replace("<", "&lt;")


def _line(x: np.ndarray, y: np.ndarray) -> list[dict]:
    """Least squares with the 95 % interval of its mean."""
    n = len(x)
    if n < FEW or np.ptp(x) == 0:
        return []
    at = np.linspace(x.min(), x.max(), 40)
    middle, spread = x.mean(), ((x - x.mean()) ** 2).sum()
    slope = ((x - middle) * (y - y.mean())).sum() / spread
    line = y.mean() + slope * (at - middle)
    residual = y - y.mean() - slope * (x - middle)
    sd = np.sqrt((residual**2).sum() / (n - 2))
    # The half width for a mean of n - 1 is t(n - 2) sd / sqrt(n - 1): the right t, another root.
    t = t_half_width(1.0, n - 1) * np.sqrt(n - 1)
    half = t * sd * np.sqrt(1 / n + (at - middle) ** 2 / spread)
    silent = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False}
    band = {"x": packed(np.append(at, at[::-1])), "fill": "toself", "line": {"width": 0}}
    band["y"] = packed(np.append(line - half, (line + half)[::-1]))
    band["fillcolor"] = faded("#777777", 0.2)
    return [
        silent | band,
        silent | {"x": packed(at), "y": packed(line), "line": {"color": "#444444"}},
    ]

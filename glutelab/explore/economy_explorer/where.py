"""Where one analysis lies among all that other analysts might have made."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.explore.drawing import empty, layout, packed, watermark
from glutelab.explore.economy_explorer.choices import Choices
from glutelab.explore.economy_explorer.dots import HEIGHT, LEGEND, LOW, MARGIN
from glutelab.explore.specification import KINDS, kind_of, say_choice
from glutelab.models.specification import SpecificationCurve
from glutelab.style import print_p, wrapped

__all__ = ["draw_where", "find_place", "say_place"]

NAMES = ("better economy", "interval holds zero", "worse economy")  # of KINDS
WAITING = "Where this choice lies among others: the specifications are being fitted …"
UNTESTED = (
    "Whether the whole curve is more than chance makes was not tested here: "
    "specification_curve(runners) shuffles posture over runners."
)


def find_place(curve: SpecificationCurve | None, choices: Choices) -> pd.DataFrame:
    """The row of this choice in the table of a curve; empty if it has none.

    Parameters
    ----------
    curve : SpecificationCurve or None
    choices : Choices

    Returns
    -------
    DataFrame
        Columns as in `SpecificationCurve.table`.
    """
    if curve is None:
        return pd.DataFrame()
    speed = "all speeds" if choices.speed_m_s is None else f"{choices.speed_m_s:.4g} m/s"
    wanted = {"posture": choices.posture, "outcome": choices.outcome, "outliers": "none"}
    wanted |= {"covariates": ", ".join(choices.adjust_for) or "none", "speed": speed}
    keep = np.logical_and.reduce([curve.table[name] == value for name, value in wanted.items()])
    return curve.table[keep].reset_index(drop=True)


def say_place(curve: SpecificationCurve | None, choices: Choices) -> list[str]:
    """Where this choice lies, and what the others find, in sentences."""
    place = find_place(curve, choices)
    if place.empty:
        return []
    row, known = place.iloc[0], curve.table[curve.table["answerable"]]
    if not row["answerable"]:
        said = f"Among {len(curve.table)} specifications this one has no answer: {row['reason']}"
        return [said]
    value, every = row["standardized"], known["standardized"]
    lower = int((every < value).sum())
    numbers = (
        f"{value:+z.2f}, median {every.median():+z.2f}, {every.min():+z.2f} to {every.max():+z.2f}"
    )
    said = (
        f"Other analysts: this is specification {lower + 1} of {len(known)} in the order of their "
        f"results, in SD of cost per SD of a more relaxed posture ({numbers})."
    ).replace("-", "−")
    return [said, curve.verdict, UNTESTED]


def draw_where(curve: SpecificationCurve | None, choices: Choices, *, measured: bool) -> dict:
    """Every specification in the order of its result, this one marked.

    Parameters
    ----------
    curve : SpecificationCurve or None
        None while it is being computed.
    choices : Choices
    measured : bool
        Whether there is any cost.

    Returns
    -------
    dict
        ``data`` and ``layout``.
    """
    if not measured:
        return empty(wrapped("Without a cost there are no specifications to compare.", 44), LOW)
    if curve is None:
        return empty(wrapped(WAITING, 44), HEIGHT)
    if not curve.answerable:
        return empty(wrapped(curve.table["reason"].mode()[0], 44), HEIGHT)
    table = curve.table[curve.table["answerable"]].reset_index(drop=True)
    data = []
    kinds = kind_of(table)
    for k, (name, (_, color, symbol)) in enumerate(zip(NAMES, KINDS, strict=True)):
        data += _one_kind(table[kinds == k], name, color, symbol)
    place = find_place(curve, choices)
    if len(place) and place.loc[0, "answerable"]:
        data += _mark(place.iloc[0])
    panel = layout(
        "Specifications, in the order of their result",
        "SD of cost per SD of posture",
        title=f"{len(table)} specifications; below zero: relaxed posture, better economy",
        height=HEIGHT,
        revision="specifications",
        dragmode="pan",
        clickmode="event",
        legend=LEGEND,
        margin=MARGIN,
        shapes=[_zero()],
    )
    if curve.simulated:
        panel["annotations"] = [watermark()]
    return {"data": data, "layout": panel}


def _one_kind(rows: pd.DataFrame, name: str, color: str, symbol: str) -> list[dict]:
    if rows.empty:
        return []
    x, y = rows["specification"].to_numpy(float), rows["standardized"].to_numpy(float)
    ends = rows[["standardized_low", "standardized_high"]].assign(gap=np.nan).to_numpy(float)
    bars = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False}
    bars |= {"x": packed(np.repeat(x, 3)), "y": packed(ends.ravel()), "opacity": 0.4}
    bars["line"] = {"color": color, "width": 1}
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": packed(x),
        "y": packed(y),
        "customdata": rows["specification"].astype(str).tolist(),
        "text": [_hover(row) for row in rows.itertuples()],
        "hovertemplate": "%{text}<extra></extra>",
        "name": f"{name} ({len(rows)})",
        "marker": {"color": color, "size": float(np.clip(900 / len(rows), 4, 7)), "symbol": symbol},
    }
    return [bars, dots]


def _mark(row: pd.Series) -> list[dict]:
    x, y = float(row["specification"]), float(row["standardized"])
    ends = np.array([row["standardized_low"], row["standardized_high"]], float)
    line = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False}
    line |= {"x": [x, x], "y": packed(ends), "line": {"color": "#222222", "width": 3}}
    dot = {"type": "scatter", "mode": "markers", "x": [x], "y": [y], "name": "this choice"}
    dot |= {"hovertemplate": f"this choice<br>{_hover(row)}<extra></extra>"}
    edge = {"color": "#222222", "width": 2}
    dot["marker"] = {"symbol": "star", "size": 17, "color": "#E69F00", "line": edge}
    return [line, dot]


def _zero() -> dict:
    ends = {"xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0}
    return {"type": "line", "layer": "below", "line": {"color": "#777777", "width": 1.5}, **ends}


def _hover(row) -> str:
    low, high = row.standardized_low, row.standardized_high
    number = f"<b>{row.standardized:+z.2f} [{low:+z.2f}, {high:+z.2f}]</b>, {print_p(row.p)}"
    return "<br>".join([number.replace("-", "−").replace("< ", "&lt; "), *say_choice(row)])

"""Hip, thigh and pelvis over the gait cycle, one above the other, with a line where the body is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glutelab.explore.drawing import layout, note, packed, watermark
from glutelab.explore.stride_viewer.posture import COLORS, LETTERS, MODEBAR, STYLES, degrees
from glutelab.explore.stride_viewer.strides import SHOWN, MeanStride
from glutelab.schema import axis_label

__all__ = ["draw_curves"]

HEIGHT = 600
GAP = 0.085  # of the height, between panels
LEAST_DEG = 16.0  # that a panel spans
WORDS_PCT = 26  # what the name of toe-off is wide
PERCENT = np.arange(101)
INK, QUIET = "#222222", "#555555"
X_TITLE = "Gait cycle (%), from foot strike to foot strike"


def draw_curves(
    strides: Sequence[MeanStride], at_pct: int, simulated: bool, has: Sequence[str]
) -> dict:
    """Three panels in which one degree is equally high.

    Parameters
    ----------
    strides : sequence of MeanStride
    at_pct : int
    simulated : bool
    has : sequence of str
        Curves that the cohort has.

    Returns
    -------
    dict
        ``data`` and ``layout``.
    """
    panel = layout("", "", title=_title(strides, at_pct), height=HEIGHT, revision="curves")
    panel["title"] |= {"x": 0, "xref": "paper"}
    axis = panel.pop("yaxis")
    panel.pop("xaxis")
    panel["margin"] = {"l": 44, "r": 14, "t": 52, "b": 52}
    panel["modebar"] = MODEBAR
    panel["showlegend"] = False
    spans = [_span(strides, name) for name in SHOWN]
    data, notes, dots = [], [], []
    for k, (name, (bottom, top)) in enumerate(zip(SHOWN, _domains(spans), strict=True)):
        number = "" if k == 0 else str(k + 1)
        panel[f"yaxis{number}"] = axis | {
            "domain": [bottom, top],
            "anchor": f"x{number}",
            "range": spans[k],
            "dtick": next(
                step for step in (5, 10, 20) if np.ptp(spans[k]) <= 3.6 * step or step == 20
            ),
            "tickfont": {"size": 11},
            "ticklabelstandoff": 6,  # the dots at 0 % are as wide
            "showticklabels": any(name in one.curves for one in strides),
            "showgrid": any(name in one.curves for one in strides),
            "zeroline": True,
            "zerolinecolor": "#bbbbbb",
            "title": {"text": ""},
        }
        panel[f"xaxis{number}"] = axis | {
            "domain": [0, 1],
            "anchor": f"y{number}",
            "range": [0, 100],
            "matches": None if k == 0 else "x",
            "dtick": 20,
            "showticklabels": k == len(SHOWN) - 1,
            "title": {"text": X_TITLE if k == 2 else "", "font": {"size": 13}, "standoff": 6},
        }
        data += _lines(strides, name, number) or [_nothing(number)]
        dots += _dots(strides, name, at_pct, number)
        notes += _heading(strides, name, at_pct, top)
        if not any(name in one.curves for one in strides):
            whose = "runner" if name in has else "cohort"
            words = f"Not measured: this {whose} has no curve of it."
            notes.append(note(words, 0.5, (bottom + top) / 2))
    panel["shapes"] = [*_upright_lines(strides, at_pct), *dots]
    notes += _named_events(strides, _domains(spans)[0][1], at_pct)
    under = {"xanchor": "left", "yanchor": "bottom", "font": {"size": 12, "color": QUIET}}
    notes.append(note(_counts(strides), 0.0, 1.005, **under))
    panel["annotations"] = [*notes, watermark()] if simulated else notes
    return {"data": data, "layout": panel}


def _span(strides: Sequence[MeanStride], name: str) -> list[float]:
    """Lowest and highest of the panel, in steps of 5 degrees."""
    values = [one.curves[name] for one in strides if name in one.curves]
    if not values:
        return [0.0, LEAST_DEG]
    low, high = np.min(values) - 1.5, np.max(values) + 1.5
    more = max(0.0, LEAST_DEG - (high - low)) / 2
    return [float(low - more), float(high + more)]


def _domains(spans: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """Where each panel stands, from top to bottom; heights are in proportion to the degrees."""
    heights = np.array([high - low for low, high in spans])
    heights = heights / heights.sum() * (1 - GAP * len(spans))
    places, top = [], 1.0
    for height in heights:
        top -= GAP
        places.append((float(max(0.0, top - height)), float(top)))
        top -= height
    return places


def _lines(strides: Sequence[MeanStride], name: str, number: str) -> list[dict]:
    data = []
    for k, stride in enumerate(strides):
        if name not in stride.curves:
            continue
        on = {"xaxis": f"x{number}", "yaxis": f"y{number}", "type": "scatter"}
        values = stride.curves[name]
        letter = f"{LETTERS[k]} " if len(strides) > 1 else ""
        data.append(
            on
            | {
                "mode": "lines",
                "x": packed(PERCENT),
                "y": packed(values),
                "line": {"color": COLORS[k], "width": 2.5, "dash": STYLES[k]},
                "hovertemplate": f"{letter}%{{y:.1f}}° at %{{x:.0f}} %<extra></extra>",
            }
        )
    return data


def _dots(strides: Sequence[MeanStride], name: str, at: int, number: str) -> list[dict]:
    """Where the curves are now: shapes, which move without the curves being drawn again."""
    around = {"xsizemode": "pixel", "ysizemode": "pixel", "x0": -5, "x1": 5, "y0": -5, "y1": 5}
    return [
        {"type": ("circle", "rect")[k], "xref": f"x{number}", "yref": f"y{number}", **around}
        | {"xanchor": at, "yanchor": float(one.curves[name][at])}
        | {"fillcolor": "white" if k else COLORS[k], "line": {"color": COLORS[k], "width": 2}}
        for k, one in enumerate(strides)
        if name in one.curves and np.isfinite(one.curves[name][at])
    ]


def _nothing(number: str) -> dict:
    """A line that is not there, so that its panel is."""
    on = {"xaxis": f"x{number}", "yaxis": f"y{number}", "type": "scatter", "mode": "lines"}
    return on | {"x": [0, 100], "y": [None, None], "hoverinfo": "skip"}


def _heading(strides: Sequence[MeanStride], name: str, at: int, top: float) -> list[dict]:
    """Name of the curve on the left, its values on the right, above the panel."""
    place = {"y": top + 0.006, "yanchor": "bottom"}
    notes = [
        note(f"<b>{axis_label(name)}</b>", x=0.0, xanchor="left", **place)
        | {"font": {"size": 13, "color": INK}}
    ]
    values = [stride.value(name, at) for stride in strides]
    if not np.isfinite(values).any():
        return notes
    texts = [(degrees(value), COLORS[k]) for k, value in enumerate(values)]
    if len(strides) > 1:
        texts = [(f"{LETTERS[k]} {text}", color) for k, (text, color) in enumerate(texts)]
        difference = degrees(values[0] - values[1])
        texts.append((f"A − B {difference}" if np.isfinite(values).all() else "", INK))
    for k, (text, color) in enumerate(reversed(texts)):
        x = 1.0 - (0.0, 0.27, 0.46)[k]
        font = {"size": 13, "color": color}
        notes.append(note(f"<b>{text}</b>", x=x, xanchor="right", **place, font=font))
    return notes


def _upright_lines(strides: Sequence[MeanStride], at: int) -> list[dict]:
    """Where the body is, and toe-off, through all panels."""
    through = {"type": "line", "xref": "x", "yref": "paper", "y0": 0, "y1": 1 - GAP}
    lines = [
        through
        | {"x0": one.toe_off_pct, "x1": one.toe_off_pct}
        | {"line": {"color": COLORS[k], "width": 1.3, "dash": "dot"}}
        for k, one in enumerate(strides)
        if np.isfinite(one.toe_off_pct)
    ]
    now = {"x0": at, "x1": at, "line": {"color": INK, "width": 1.6}}
    return [*lines, through | now]


def _named_events(strides: Sequence[MeanStride], top: float, at_pct: int) -> list[dict]:
    """Toe-off by name, at the top of the first panel: there, hips are extended and curves low."""
    known = [(one.toe_off_pct, k) for k, one in enumerate(strides) if np.isfinite(one.toe_off_pct)]
    notes = []
    # On the other side while the line of the present is where the words would be.
    ahead = not known or not 0 <= at_pct - max(known)[0] <= WORDS_PCT
    for row, (x, k) in enumerate(known):
        letter = f"{LETTERS[k]} " if len(strides) > 1 else ""
        at = {"xref": "x", "yanchor": "top", "yshift": -14 * row}
        at |= {"xanchor": "left"} if ahead else {"xanchor": "right"}
        beside = max(known)[0] + 1 if ahead else min(known)[0] - 1
        font = {"size": 11, "color": COLORS[k]}
        notes.append(note(f"{letter}toe-off {x:.0f} %", beside, top, **at, font=font))
    return notes


def _title(strides: Sequence[MeanStride], at: int) -> str:
    """How the hip angle of this instant, or the difference, comes about."""
    sums = [[stride.value(name, at) for stride in strides] for name in SHOWN]
    values = [one[0] if len(one) == 1 else one[0] - one[1] for one in sums]
    hip, thigh, tilt = (degrees(value) for value in values)
    what = "Hip" if len(strides) == 1 else "A − B: hip"
    if not np.isfinite(values).all():
        return f"{what} {hip}"
    return f"{what} {hip} ≈ thigh {thigh} + pelvis {tilt}"


def _counts(strides: Sequence[MeanStride]) -> str:
    counts = " and ".join(str(one.n_strides) for one in strides)
    return f"Means of {counts} strides; 1° is equally high in all panels"

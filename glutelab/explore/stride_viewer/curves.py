"""Hip, thigh and pelvis over the gait cycle, one above the other, with a line where the body is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glutelab.explore.cohort_explorer.drawing import layout, note, packed, watermark
from glutelab.explore.stride_viewer.posture import COLORS, LETTERS, STYLES, degrees
from glutelab.explore.stride_viewer.strides import SHOWN, MeanStride
from glutelab.schema import axis_label

__all__ = ["draw_curves"]

HEIGHT = 600
GAP = 0.085  # of the height, between panels
LEAST_DEG = 16.0  # that a panel spans
PERCENT = np.arange(101)
INK, QUIET = "#222222", "#555555"


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
    panel = layout("", "", title=_title(strides), height=HEIGHT, revision="curves")
    axis = panel.pop("yaxis")
    panel.pop("xaxis")
    panel["margin"] = {"l": 58, "r": 14, "t": 44, "b": 56}
    panel["showlegend"] = False
    spans = [_span(strides, name) for name in SHOWN]
    data, notes = [], []
    for k, (name, (bottom, top)) in enumerate(zip(SHOWN, _domains(spans), strict=True)):
        number = "" if k == 0 else str(k + 1)
        panel[f"yaxis{number}"] = axis | {
            "domain": [bottom, top],
            "anchor": f"x{number}",
            "range": spans[k],
            "dtick": 20 if np.ptp(spans[0]) > 50 and np.ptp(spans[k]) > 30 else 10,
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
            "title": {"text": "Gait cycle (%), from foot strike to foot strike" if k == 2 else ""},
        }
        data += _lines(strides, name, at_pct, number)
        notes += _heading(strides, name, at_pct, top)
        if not any(name in one.curves for one in strides):
            whose = "runner" if name in has else "cohort"
            words = f"Not measured: this {whose} has no {axis_label(name).lower()}."
            notes.append(note(words, 0.5, (bottom + top) / 2))
    panel["shapes"] = _upright_lines(strides, at_pct)
    notes += _named_events(strides, _domains(spans)[0][0])
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


def _lines(strides: Sequence[MeanStride], name: str, at: int, number: str) -> list[dict]:
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
        dot = {"size": 10, "symbol": ("circle", "square")[k], "color": "white" if k else COLORS[k]}
        data.append(
            on
            | {
                "mode": "markers",
                "x": packed(np.array([at])),
                "y": packed(values[[at]]),
                "marker": dot | {"line": {"color": COLORS[k], "width": 2}},
                "hoverinfo": "skip",
            }
        )
    return data


def _heading(strides: Sequence[MeanStride], name: str, at: int, top: float) -> list[dict]:
    """Name of the curve on the left, its values on the right, above the panel."""
    place = {"y": top + 0.006, "yanchor": "bottom"}
    notes = [
        note(f"<b>{axis_label(name)}</b>", x=0.0, xanchor="left", **place)
        | {"font": {"size": 13, "color": INK}}
    ]
    values = [stride.value(name, at) for stride in strides]
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


def _named_events(strides: Sequence[MeanStride], bottom: float) -> list[dict]:
    """Toe-off by name, in the first panel, on the side where there is room."""
    known = [(one.toe_off_pct, k) for k, one in enumerate(strides) if np.isfinite(one.toe_off_pct)]
    notes = []
    for place, (x, k) in enumerate(sorted(known)):
        right = place == len(known) - 1
        letter = f"{LETTERS[k]} " if len(strides) > 1 else ""
        at = {"xref": "x", "xanchor": "left" if right else "right", "yanchor": "bottom"}
        font = {"size": 11, "color": COLORS[k]}
        words = f"{letter}toe-off {x:.0f} %"
        notes.append(note(words, x + (0.8 if right else -0.8), bottom, **at, font=font))
    return notes


def _title(strides: Sequence[MeanStride]) -> str:
    counts = ", ".join(f"{one.n_strides}" for one in strides)
    return f"Mean of {counts.replace(', ', ' and ')} strides; 1° is equally high in all panels"

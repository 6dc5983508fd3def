"""The figure of lines: legs and pelvis at one percent of the stride, and their angles."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np

from glutelab.explore.drawing import empty, layout, note, packed, watermark
from glutelab.explore.stride_viewer.body import ANKLE, FOREFOOT, arc, pelvis_points
from glutelab.explore.stride_viewer.strides import HIP, THIGH, TILT, MeanStride
from glutelab.style import BLUE, VERMILION, faded

__all__ = ["COLORS", "LETTERS", "STYLES", "degrees", "draw_posture"]

HEIGHT = 600
COLORS, STYLES, LETTERS = (BLUE, VERMILION), ("solid", "dash"), ("A", "B")
SYMBOLS = ("circle", "square")
REFERENCE, QUIET = "#777777", "#555555"
HIP_RADIUS, THIGH_RADIUS, TILT_RADIUS, SECOND = (
    0.34,
    0.20,
    0.20,
    0.025,
)  # per leg; the second runner's are larger
LINE_UP = 0.27  # half the line that continues the pelvis, per leg
MODEBAR = {"remove": ["lasso"], "bgcolor": "rgba(0, 0, 0, 0)", "color": REFERENCE}
PAPER = "rgba(255, 255, 255, 0.8)"  # behind words that lie on lines
NOT_A_RECORDING = "Drawn from mean angles, not a recording"
LEG = (0, 1, 2, 3, 5, 2)  # hip, knee, ankle, and round the foot


def draw_posture(strides: Sequence[MeanStride], at_pct: int, simulated: bool) -> dict:
    """One stride or two, at the same percent, with the hip in the same place.

    Parameters
    ----------
    strides : sequence of MeanStride
        The second is drawn dashed over the first.
    at_pct : int
    simulated : bool

    Returns
    -------
    dict
        ``data`` and ``layout``.
    """
    upright = all(stride.upright for stride in strides)
    legs = [stride.legs(upright) for stride in strides]
    if any(pair is None for pair in legs):
        return empty("Neither hip nor thigh angle was measured: there is no leg to draw.", HEIGHT)
    leg = max(stride.lengths.leg for stride in strides)
    data = _references(leg, upright)
    for k, stride in enumerate(strides):
        data += _background(stride, *legs[k], at_pct, k)
    notes = []
    for k, stride in enumerate(strides):
        tilt = stride.value(TILT, at_pct) if upright else 0.0
        data += _pelvis(stride, tilt, k)
        data += _arcs(stride, tilt, at_pct, k, upright)
        data += _leg(legs[k][0][at_pct], k, _called(strides, k))
    notes += _labels(strides, legs, at_pct, upright, leg)
    notes += _said(strides, upright, leg)
    panel = layout("", "", title=_title(strides, at_pct), height=HEIGHT, revision="posture")
    panel["title"] |= {"x": 0, "xref": "paper"}
    panel["margin"] = {"l": 8, "r": 8, "t": 52, "b": 66}
    panel["legend"] |= {"y": -0.01, "itemwidth": 40}
    panel["hovermode"] = "closest"
    panel["modebar"] = MODEBAR
    hidden = {"visible": False, "fixedrange": False}
    panel["xaxis"] = hidden | {"range": [-0.86 * leg, 0.86 * leg], "constrain": "domain"}
    panel["yaxis"] = hidden | {"range": [-1.22 * leg, 0.45 * leg], "scaleanchor": "x"}
    panel["annotations"] = [*notes, watermark()] if simulated else notes
    return {"data": data, "layout": panel}


def degrees(value: float) -> str:
    """An angle as it is printed.

    Examples
    --------
    >>> degrees(-3.14159), degrees(-0.01), degrees(float("nan"))
    ('−3.1°', '0.0°', '–')
    """
    if not np.isfinite(value):
        return "–"
    return f"{round(value, 1) + 0.0:.1f}°".replace("-", "−")


# --- lines ----------------------------------------------------------------------------------------


def _line(points: np.ndarray, color: str, width: float, dash: str = "solid", **more) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": packed(points[:, 0]),
        "y": packed(points[:, 1]),
        "line": {"color": color, "width": width, "dash": dash},
        "hoverinfo": "skip",
        "showlegend": False,
        **more,
    }


def _joined(*parts: np.ndarray) -> np.ndarray:
    """Several lines as one, with gaps."""
    gap = np.full((1, 2), np.nan)
    return np.vstack([row for part in parts for row in (part, gap)])


def _references(leg: float, upright: bool) -> list[dict]:
    trunk = np.array([[0.0, 0.10], [0.0, 0.40]]) * leg
    vertical = np.array([[0.0, 0.42], [0.0, -1.16]]) * leg
    data = [_line(trunk, REFERENCE, 22, opacity=0.16)] if upright else []
    return [*data, _line(vertical, REFERENCE, 1.2, "dot")]


def _background(
    stride: MeanStride, legs: np.ndarray, other: np.ndarray, at: int, k: int
) -> list[dict]:
    """Paths, legs at the events, and the other leg."""
    color, data = COLORS[k], []
    paths = _joined(legs[:, ANKLE], legs[:, FOREFOOT])
    if np.isfinite(paths).any():
        more = {"opacity": 0.65, "legendgroup": "path", "showlegend": k == 0}
        name = "path of ankle" + (" and forefoot" if np.isfinite(legs[0, FOREFOOT]).all() else "")
        data.append(_line(paths, color, 1.2, "solid" if k == 0 else "dash", name=name, **more))
    ghosts = [legs[0, LEG]]
    if np.isfinite(stride.toe_off_pct):
        ghosts.append(legs[round(stride.toe_off_pct), LEG])
    name = "at foot strike" + (" and toe-off" if len(ghosts) > 1 else "")
    more = {"opacity": 0.38, "legendgroup": "events", "showlegend": k == 0, "name": name}
    data.append(_line(_joined(*ghosts), color, 3, STYLES[k], **more))
    more = {
        "opacity": 0.5 - 0.12 * k,
        "legendgroup": "other",
        "showlegend": k == 0,
        "name": "other leg",
    }
    data.append(_line(other[at, LEG], REFERENCE, 3.5 - k, STYLES[k], **more))
    return data


def _leg(points: np.ndarray, k: int, name: str) -> list[dict]:
    color = COLORS[k]
    joints = points[[0, 1, 2]]
    words = ["hip", "knee", "ankle"]
    dots = _line(joints, color, 0) | {
        "mode": "markers",
        "marker": {
            "symbol": SYMBOLS[k],
            "size": 11,
            "color": "white" if k else color,
            "line": {"color": color, "width": 2},
        },
        "text": words,
        "hoverinfo": None,
        "hovertemplate": f"{name}: %{{text}} %{{x:.2f}} m ahead of the hip, %{{y:.2f}} m above it"
        "<extra></extra>",
        "legendgroup": name,
    }
    width = 4.5 if k == 0 else 3
    leg = _line(points[list(LEG)], color, width, STYLES[k], name=name, legendgroup=name)
    return [leg | {"showlegend": True, "legendrank": 1}, dots]


def _pelvis(stride: MeanStride, tilt: float, k: int) -> list[dict]:
    """Pelvis as a wedge on the hip, its line continued, and where it points."""
    color = COLORS[k]
    if not np.isfinite(tilt):
        return []
    leg = stride.lengths.leg
    psis, asis = pelvis_points(tilt, stride.lengths)
    middle, along = (psis + asis) / 2, (asis - psis) / np.linalg.norm(asis - psis)
    wedge = np.vstack([[0, 0], psis, asis, [0, 0]])
    line = middle + np.outer([-LINE_UP, LINE_UP], along) * leg
    normal = np.vstack([[0.0, 0.0], arc(-tilt, -tilt, 0.5 * leg, 1)])
    level = middle + np.array([[0.0, 0.0], [LINE_UP, 0.0]]) * leg
    tips = middle + arc(90.0, 90.0 - tilt, (TILT_RADIUS + k * SECOND) * leg)
    body = _line(wedge, color, 2, STYLES[k])
    if k == 0:
        body |= {"fill": "toself", "fillcolor": faded(color, 0.18)}
    return [
        body,
        _line(_joined(line, normal), color, 1.8, STYLES[k]),
        _line(level, REFERENCE, 1, "dot"),
        _line(tips, color, 2.5, STYLES[k]),
    ]


def _arcs(stride: MeanStride, tilt: float, at: int, k: int, upright: bool) -> list[dict]:
    """Hip angle from where the pelvis points to the thigh; thigh angle from the vertical."""
    thigh = _thigh(stride, at, upright)
    leg, color, data = stride.lengths.leg, COLORS[k], []
    if np.isfinite(tilt):
        edge = arc(-tilt, thigh, (HIP_RADIUS + k * SECOND) * leg)
        if k == 0:
            wedge = np.vstack([[0, 0], edge, [0, 0]])
            fill = {"fill": "toself", "fillcolor": faded(color, 0.13)}
            data.append(_line(wedge, color, 0, **fill))
        data.append(_line(edge, color, 2.5, STYLES[k]))
    if upright:
        edge = arc(0.0, thigh, (THIGH_RADIUS + k * SECOND) * leg)
        data.append(_line(edge, color, 2.5, STYLES[k]))
    return data


# --- words ----------------------------------------------------------------------------------------


def _thigh(stride: MeanStride, at: int, upright: bool) -> float:
    """Where the thigh is drawn."""
    if not upright:
        return stride.value(HIP, at)
    thigh = stride.value(THIGH, at)
    return thigh if np.isfinite(thigh) else stride.value(HIP, at) - stride.value(TILT, at)


def _labels(strides, legs, at: int, upright: bool, leg: float) -> list[dict]:
    """Angles beside their arcs: hip behind, thigh ahead, tilt ahead of the pelvis."""
    thighs = [_thigh(stride, at, upright) for stride in strides]
    tilts = [stride.value(TILT, at) if upright else 0.0 for stride in strides]
    tilts = [tilt for tilt in tilts if np.isfinite(tilt)]
    notes = []
    far = (HIP_RADIUS + 0.03) * leg
    back = min([*thighs, *(-tilt for tilt in tilts)])
    x, y = arc(back, back, far, 1)[0]
    if tilts:
        notes += _stack("hip", strides, HIP, at, x - 0.03 * leg, y, "right")
    if upright:
        front = max([*thighs, 0.0])
        x, y = arc(front, front, (THIGH_RADIUS + 0.01) * leg, 1)[0]
        notes += _stack("thigh", strides, THIGH, at, x + 0.035 * leg, y + 0.02 * leg, "left")
        x, y = (LINE_UP + 0.04) * leg, 0.07 * leg
        notes += _stack("pelvic tilt", strides, TILT, at, x, y, "left")
    return notes


def _stack(word: str, strides, name: str, at: int, x: float, y: float, anchor: str) -> list[dict]:
    notes = []
    for k, stride in enumerate(strides):
        letter = f"{LETTERS[k]} " if len(strides) > 1 else ""
        text = f"{letter}{word} <b>{degrees(stride.value(name, at))}</b>"
        place = {
            "x": x,
            "y": y,
            "xref": "x",
            "yref": "y",
            "xanchor": anchor,
            "yshift": 17 * (len(strides) - 1 - k),
        }
        font = {"size": 13, "color": COLORS[k]}
        notes.append(note(text, **place, font=font, align=anchor, bgcolor=PAPER, borderpad=0))
    return notes


def _said(strides, upright: bool, leg: float) -> list[dict]:
    small = {"size": 11, "color": QUIET}
    word = "vertical" if upright else "at right angles to the pelvis"
    place = {"xref": "x", "yref": "y", "font": small, "yanchor": "bottom"}
    notes = [note(word, 0.02 * leg, 0.36 * leg, **place, xanchor="left")]
    under = {"xanchor": "left", "yanchor": "bottom", "font": {"size": 12, "color": QUIET}}
    notes.append(note(f"{NOT_A_RECORDING}; the hip is held still", 0.0, 1.005, **under))
    if upright:
        notes.append(note("trunk: not measured", -0.05 * leg, 0.36 * leg, **place, xanchor="right"))
    else:
        text = "No pelvic tilt or thigh angle:<br>the leg is drawn against the pelvis,"
        text += "<br>as if that were level."
        notes.append(note(text, 0.0, 1.0, xanchor="left", yanchor="top", align="left"))
    lacking = [one.runner_id for one in strides if upright and TILT not in one.curves]
    if lacking:
        text = f"Pelvic tilt of {html.escape(' and '.join(lacking))}: not measured."
        notes.append(note(text, 0.0, 1.0, xanchor="left", yanchor="top"))
    return notes


def _called(strides: Sequence[MeanStride], k: int) -> str:
    letter = f"{LETTERS[k]}: " if len(strides) > 1 else ""
    return f"{letter}{html.escape(strides[k].name)}"


def _title(strides: Sequence[MeanStride], at: int) -> str:
    words = []
    for k, stride in enumerate(strides):
        if np.isfinite(stride.toe_off_pct):
            words.append("stance" if at < stride.toe_off_pct or at == 100 else "swing")
            words[-1] = f"{LETTERS[k]} {words[-1]}" if len(strides) > 1 else words[-1]
    phase = f": {', '.join(words)}" if words else ""
    return f"{at} % of the gait cycle of the {strides[0].side} leg{phase}"

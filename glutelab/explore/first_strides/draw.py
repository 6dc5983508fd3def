"""Five panels: strides of both sides over the band of running."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glutelab.contrasts.wording import counted
from glutelab.explore.drawing import empty, layout, note, packed, watermark
from glutelab.explore.first_strides.band import REFERENCE, Band
from glutelab.explore.first_strides.trials import PANELS
from glutelab.schema import axis_label
from glutelab.style import SIDE_COLORS, faded

__all__ = ["FAR_PCT", "draw_strides"]

HEIGHT = 580
PERCENT = np.arange(101)
COLUMNS, GAP_X, GAP_Y = 3, 0.06, 0.17
BAND = "rgba(128, 128, 128, 0.27)"
BAND_LINE, INK, QUIET, ALARM = "#8a8a8a", "#222222", "#555555", "#ffe08a"
# A runner's strides are a tenth outside a band of 2 SD now and then; a wrong sign most of the time.
FAR_PCT = 50.0
ON_ALARM = "#1a1a1a"  # stays dark in the dark theme, as its ground stays light


def draw_strides(
    strides: Mapping[str, Mapping[str, np.ndarray]],
    bands: Mapping[str, Band | None],
    outside: Mapping[str, float],
    *,
    title: str,
    simulated: bool = False,
) -> dict:
    """The figure.

    Parameters
    ----------
    strides : dict of str to dict of str to ndarray, shape (n_strides, 101)
        ``strides["left"]["hip_flexion_deg"]``, degrees.
    bands : dict of str to Band or None
        By variable.
    outside : dict of str to float
        Percent of the points outside the band, by variable.
    title : str
    simulated : bool

    Returns
    -------
    dict
        ``data`` and ``layout``.
    """
    if not any(len(values) for there in strides.values() for values in there.values()):
        return empty("No stride was kept: there is nothing to draw.", 160)
    panel = layout("", "", title=title, height=HEIGHT, revision="first strides")
    axis, _ = panel.pop("yaxis"), panel.pop("xaxis")
    panel["margin"] = {"l": 40, "r": 12, "t": 54, "b": 44}
    panel["modebar"] = {"remove": ["lasso", "select"], "bgcolor": "rgba(0,0,0,0)"}
    panel["showlegend"] = False
    data, notes = [], []
    for k, name in enumerate(PANELS):
        number = "" if k == 0 else str(k + 1)
        left, right, bottom, top = _place(k)
        values = [there[name] for there in strides.values() if name in there]
        panel[f"xaxis{number}"] = axis | {
            "domain": [left, right],
            "anchor": f"y{number}",
            "range": [0, 100],
            "dtick": 25,
            "tickfont": {"size": 11},
            "title": {
                "text": "Gait cycle (%)" if k >= COLUMNS - 1 else "",
                "font": {"size": 12},
                "standoff": 4,
            },
        }
        panel[f"yaxis{number}"] = axis | {
            "domain": [bottom, top],
            "anchor": f"x{number}",
            "range": _span(values, bands.get(name)),
            "tickfont": {"size": 11},
            "zeroline": True,
            "zerolinecolor": "#777777",
            "zerolinewidth": 1.4,
            "title": {"text": ""},
        }
        data += _band(bands.get(name), number)
        data += _lines(strides, name, number)
        notes += _heading(name, outside.get(name, np.nan), left, top)
        if not any(len(one) and np.isfinite(one).any() for one in values):
            words = "not in<br>this trial"  # two lines: panels are narrow in a narrow window
            notes.append(note(words, (left + right) / 2, (bottom + top) / 2) | {"bgcolor": "white"})
    notes += _key(strides, next((band for band in bands.values() if band), None))
    panel["annotations"] = [*notes, watermark()] if simulated else notes
    return {"data": data, "layout": panel}


def _place(k: int) -> tuple[float, float, float, float]:
    """Left, right, bottom and top of a panel on the paper."""
    row, column = divmod(k, COLUMNS)
    width, height = (1 - GAP_X * (COLUMNS - 1)) / COLUMNS, (1 - GAP_Y - 0.05) / 2
    left = column * (width + GAP_X)
    top = 0.95 - row * (height + GAP_Y)
    return left, left + width, max(0.0, top - height), top


def _span(values: list[np.ndarray], band: Band | None) -> list[float]:
    """What the panel shows: all of the strides and of the band."""
    parts = [one.ravel() for one in values] + ([band.low, band.high] if band else [])
    known = np.concatenate(parts) if parts else np.zeros(0)
    known = known[np.isfinite(known)]
    if len(known) == 0:
        return [-10.0, 10.0]
    low, high = known.min(), known.max()
    pad = max(2.0, 0.06 * (high - low))
    return [float(low - pad), float(high + pad)]


def _band(band: Band | None, number: str) -> list[dict]:
    if band is None:
        return []
    on = {"xaxis": f"x{number}", "yaxis": f"y{number}", "type": "scatter", "mode": "lines"}
    on |= {"hoverinfo": "skip", "showlegend": False}
    return [
        on
        | {
            "name": "band",
            "x": packed(np.concatenate([PERCENT, PERCENT[::-1]])),
            "y": packed(np.concatenate([band.high, band.low[::-1]])),
            "fill": "toself",
            "fillcolor": BAND,
            "line": {"width": 0},
        },
        on
        | {
            "name": "reference",
            "x": packed(PERCENT),
            "y": packed(band.mean),
            "line": {"color": BAND_LINE, "width": 1.6, "dash": "dash"},
        },
    ]


def _lines(strides, name: str, number: str) -> list[dict]:
    """All strides of a side as one line with breaks."""
    data = []
    for side, there in strides.items():
        values = there.get(name, np.zeros((0, 101)))
        if len(values) == 0:
            continue
        broken = np.column_stack([values, np.full(len(values), np.nan)])
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": side,
                "xaxis": f"x{number}",
                "yaxis": f"y{number}",
                "x": packed(np.tile(np.append(PERCENT, np.nan), len(values))),
                "y": packed(broken.ravel()),
                "line": {"color": faded(SIDE_COLORS[side], 0.85), "width": 1.6},
                "hovertemplate": f"{side}: %{{y:.1f}}° at %{{x:.0f}} %<extra></extra>",
                "showlegend": False,
            }
        )
    return data


def _heading(name: str, outside: float, left: float, top: float) -> list[dict]:
    """The name of the angle; marked where it lies outside of what runners do."""
    far = np.isfinite(outside) and outside > FAR_PCT
    text = f"<b>{axis_label(name)}</b>"
    if far:
        text = f"{outside:.0f} % outside the band<br>{text}"
    place = {"xanchor": "left", "yanchor": "bottom", "align": "left"}
    place |= {"font": {"size": 13, "color": ON_ALARM if far else INK}}
    return [note(text, left, top + 0.008, **place) | ({"bgcolor": ALARM} if far else {})]


def _key(strides, band: Band | None) -> list[dict]:
    """What the colors mean, in the place of the sixth panel."""
    left, _, _, top = _place(len(PANELS))
    rows = [
        (f"<b>━</b> {side}: first {_count(there)}", SIDE_COLORS[side])
        for side, there in strides.items()
    ]
    if band is not None:
        rows.append(
            (
                f"<b>■</b> {REFERENCE}, {band.speed_m_s:.4g} m/s:<br>{band.n_runners} runners,<br>"
                "mean ± 2 SD",
                QUIET,
            )
        )
    rows.append(("0 % is foot strike;<br>flexion and anterior<br>tilt are up", QUIET))
    notes, y = [], top - 0.02
    for text, color in rows:
        font = {"size": 13, "color": color}
        place = {"xanchor": "left", "yanchor": "top", "align": "left", "font": font}
        notes.append(note(text, left, y, **place))
        y -= 0.065 + 0.04 * text.count("<br>")
    return notes


def _count(there: Mapping[str, np.ndarray]) -> str:
    count = max((len(values) for values in there.values()), default=0)
    return counted(count, "stride")

"""Lines, dots, filled shapes and the legend of one panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from glutelab.errors import DataError
from glutelab.paper import read
from glutelab.paper.page import SMALL_PT
from glutelab.paper.sheet import text_width

__all__ = [
    "Entry",
    "draw_legend",
    "draw_shape",
    "draw_shared_legend",
    "draw_trace",
    "legend_height",
    "list_entries",
    "shrinkage",
]

LINE_PT, DOT_PT = 0.55, 0.5  # points on paper per pixel on the screen
THINNEST = 0.4  # points
ROW, MORE = 3.4, 2.9  # mm per row of the legend; per further line of a name
MANY, FEW, SMALLEST = 300, 20, 0.4  # dots of a panel before they shrink; of a trace; how far
HANDLE = 9.0  # mm that the sign before a name takes
_LEGEND = {
    "fontsize": SMALL_PT,
    "handlelength": 2.6,
    "handletextpad": 0.6,
    "columnspacing": 1.4,
    "borderaxespad": 0.0,
    "borderpad": 0.0,
    "labelspacing": 0.45,
}


class Entry(NamedTuple):
    """One name of the legend and what stands before it."""

    name: str
    handle: object


def shrinkage(traces: Sequence[Mapping]) -> float:
    """How much smaller dots are where there are very many, so that they do not become one blot."""
    count = sum(
        len(read.as_numbers(trace["x"]))
        for trace in traces
        if "markers" in (trace.get("mode") or "") and trace.get("x") is not None
    )
    return float(np.clip((MANY / max(count, 1)) ** 0.5, SMALLEST, 1.0))


def draw_trace(one: Axes, trace: Mapping, shrink: float = 1.0) -> None:
    """Draw a trace of the screen; its dots may be smaller than there."""
    if trace.get("type", "scatter") not in ("scatter", "scattergl") or "r" in trace:
        raise DataError(f"a trace of type {trace.get('type')!r} is not drawn on paper.")
    if trace.get("visible") is False or trace.get("x") is None:
        return
    x, y = read.as_numbers(trace["x"]), read.as_numbers(trace["y"])
    mode = trace.get("mode") or "lines"
    opacity = trace.get("opacity", 1.0)
    clip = trace.get("cliponaxis", True)
    if trace.get("fill") == "toself":
        for part in _parts(x, y):
            color = read.as_color(trace.get("fillcolor"), opacity)
            one.fill(*part, facecolor=color, edgecolor="none", linewidth=0, zorder=1.5)
    elif trace.get("fill") not in (None, "none"):
        raise DataError(f"a filling of type {trace['fill']!r} is not drawn on paper.")
    line = trace.get("line") or {}
    if "lines" in mode and line.get("width", 2) > 0:
        one.plot(x, y, clip_on=clip, zorder=2, **_line(line, opacity))
    for axis in "xy":
        if (trace.get(f"error_{axis}") or {}).get("visible", True) and trace.get(f"error_{axis}"):
            _draw_error(one, x, y, trace, axis)
    if "markers" in mode:
        _draw_dots(one, x, y, trace, opacity, clip, shrink)
    if "text" in mode:
        raise DataError("words at dots are not drawn on paper; use notes.")


def _line(line: Mapping, opacity: float) -> dict:
    return {
        "color": read.as_color(line.get("color"), opacity),
        "linewidth": max(THINNEST, line.get("width", 2) * LINE_PT),
        "linestyle": read.line_style(line.get("dash")),
        "solid_capstyle": "round",
        "solid_joinstyle": "round",
    }


def _parts(x: np.ndarray, y: np.ndarray):
    """Polygons that gaps keep apart."""
    gaps = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y)))
    for part in np.split(np.arange(len(x)), gaps):
        keep = part[np.isfinite(x[part]) & np.isfinite(y[part])]
        if len(keep) > 2:
            yield x[keep], y[keep]


def _draw_error(one: Axes, x, y, trace: Mapping, axis: str) -> None:
    error = trace[f"error_{axis}"]
    after = read.as_numbers(error["array"])
    before = after if error.get("arrayminus") is None else read.as_numbers(error["arrayminus"])
    color = read.as_color(error.get("color") or (trace.get("marker") or {}).get("color"))
    one.errorbar(
        x,
        y,
        **{f"{axis}err": np.vstack([before, after])},
        fmt="none",
        ecolor=color,
        elinewidth=max(THINNEST, error.get("thickness", 2) * LINE_PT),
        capsize=0,
    )


def _draw_dots(one: Axes, x, y, trace: Mapping, opacity: float, clip: bool, shrink) -> None:
    marker = trace.get("marker") or {}
    count = len(x)
    size = np.array(np.broadcast_to(_each(marker.get("size", 6)), count), float)
    if count > FEW:  # a mean stays as large as it is
        size *= shrink
    strength = np.broadcast_to(_each(marker.get("opacity", 1.0)), count) * opacity
    chosen = trace.get("selectedpoints")
    if chosen is not None:
        inside = np.isin(np.arange(count), np.asarray(list(chosen), int))
        for rows, name in ((inside, "selected"), (~inside, "unselected")):
            look = (trace.get(name) or {}).get("marker") or {}
            strength = np.where(rows, look.get("opacity", strength), strength)
            size = np.where(rows, look.get("size", size), size)
    given = marker.get("color") or (trace.get("line") or {}).get("color")
    colors = [given] * count if given is None or isinstance(given, str) else list(given)
    faces = np.array(
        [read.as_color(color, a) for color, a in zip(colors, strength, strict=True)]
    ).reshape(-1, 4)
    symbols = marker.get("symbol")
    symbols = [symbols] * count if symbols is None or isinstance(symbols, str) else list(symbols)
    edge = marker.get("line") or {}
    for symbol in dict.fromkeys(symbols):
        rows = np.array([other == symbol for other in symbols])
        letter, hollow = read.marker_of(symbol)
        wide = max(THINNEST, edge.get("width", 0) * LINE_PT) if edge.get("width") else 0.0
        rim = read.as_color(edge["color"], opacity) if edge.get("color") else "none"
        if letter == "|":  # has no face: the color and width of its edge are its own
            color = faces[rows] if rim == "none" else [rim]
            look = {"s": (size[rows] * DOT_PT) ** 2, "color": color, "linewidths": wide or 0.9}
            one.scatter(x[rows], y[rows], marker=letter, zorder=3, **look)
            continue
        one.scatter(
            x[rows],
            y[rows],
            s=(size[rows] * DOT_PT) ** 2,
            marker=letter,
            facecolors="none" if hollow else faces[rows],
            edgecolors=faces[rows] if hollow else rim,
            linewidths=0.9 if hollow else wide,
            clip_on=clip,
            zorder=3,
        )


def _each(value: object) -> np.ndarray:
    """One number for all dots, or one for each."""
    return np.asarray(value, float) if np.isscalar(value) else read.as_numbers(value)


def draw_shape(one: Axes, shape: Mapping, transform) -> None:
    """A straight line, a rectangle, or a dot of so many pixels."""
    line = shape.get("line") or {}
    if shape.get("xsizemode") == "pixel":
        _draw_dot(one, shape, line, transform)
        return
    if shape["type"] == "line":
        ends = [shape["x0"], shape["x1"]], [shape["y0"], shape["y1"]]
        style = _line(line, shape.get("opacity", 1.0))
        one.add_line(Line2D(*ends, transform=transform, clip_on=False, zorder=1.8, **style))
    elif shape["type"] == "rect":
        wide, high = shape["x1"] - shape["x0"], shape["y1"] - shape["y0"]
        face = read.as_color(shape.get("fillcolor"), shape.get("opacity", 1.0))
        corner = (shape["x0"], shape["y0"])
        back = 0.8 if shape.get("layer") == "below" else 1.8
        rim = {"ec": "none"}
        if line.get("width"):
            style = _line(line, shape.get("opacity", 1.0))
            rim = {"ec": style["color"], "lw": style["linewidth"], "ls": style["linestyle"]}
        patch = Rectangle(corner, wide, high, transform=transform, fc=face, zorder=back, **rim)
        one.add_artist(patch)
        # What is placed on the paper may run over several axes.
        patch.set_clip_on("paper" not in (shape.get("xref"), shape.get("yref")))
    else:
        raise DataError(f"a shape of type {shape['type']!r} is not drawn on paper.")


def _draw_dot(one: Axes, shape: Mapping, line: Mapping, transform) -> None:
    """A shape that is placed by the data and measured in pixels."""
    across = abs(shape["x1"] - shape["x0"])
    face = read.as_color(shape.get("fillcolor"), shape.get("opacity", 1.0))
    dot = Line2D(
        [shape["xanchor"]],
        [shape["yanchor"]],
        transform=transform,
        marker={"circle": "o", "rect": "s"}[shape["type"]],
        markersize=across * DOT_PT,
        markerfacecolor=face,
        markeredgecolor=read.as_color(line.get("color")),
        markeredgewidth=max(THINNEST, line.get("width", 2) * LINE_PT),
        linestyle="none",
        clip_on=False,
        zorder=4,
    )
    one.add_line(dot)


# --- legend ---------------------------------------------------------------------------------------


def list_entries(figure: Mapping) -> list[Entry]:
    """Names of a legend in the order of the screen."""
    if figure["layout"].get("showlegend") is False:
        return []
    shown = [
        trace
        for trace in figure["data"]
        if trace.get("name") and trace.get("showlegend") is not False
    ]
    shown.sort(key=lambda trace: trace.get("legendrank", 1000))
    return [Entry(read.as_text(trace["name"]), _handle(trace)) for trace in shown]


def _handle(trace: Mapping):
    opacity, mode = trace.get("opacity", 1.0), trace.get("mode") or "lines"
    if trace.get("fill") == "toself" and not (trace.get("line") or {}).get("width"):
        return Patch(facecolor=read.as_color(trace.get("fillcolor"), opacity))
    look: dict = {"linestyle": "none"}
    if "lines" in mode:
        look = _line(trace.get("line") or {}, opacity)
    if "markers" in mode:
        marker = trace.get("marker") or {}
        first = {
            k: v if v is None or isinstance(v, str) else v[0]
            for k, v in marker.items()
            if k in ("color", "symbol")
        }
        letter, hollow = read.marker_of(first.get("symbol"))
        color = read.as_color(
            first.get("color") or (trace.get("line") or {}).get("color"),
            marker.get("opacity", 1.0) if np.isscalar(marker.get("opacity", 1.0)) else 1.0,
        )
        edge = marker.get("line") or {}
        rim = read.as_color(edge["color"]) if edge.get("color") and edge.get("width") else color
        look |= {
            "marker": letter,
            "markersize": 4,
            "markerfacecolor": "none" if hollow else color,
            "markeredgecolor": rim,
            "markeredgewidth": 0.9 if hollow or edge.get("width") else 0,
        }
    return Line2D([], [], **look)


def _lay(entries: list[Entry], width: float) -> tuple[list[str], int]:
    """Names, broken where they are wider than the page, and the number of columns."""
    names = ["\n".join(read.wrap(entry.name, SMALL_PT, width - HANDLE - 2)) for entry in entries]
    wide = [
        max(text_width(line, SMALL_PT) for line in name.split("\n")) + HANDLE + 2 for name in names
    ]
    for count in range(len(entries), 1, -1):  # a column is as wide as its longest name
        if sum(max(part) for part in np.array_split(wide, count)) <= width:
            return names, count
    return names, 1


def legend_height(entries: list[Entry], width: float) -> float:
    """Room that the legend takes below its panel, mm."""
    if not entries:
        return 0.0
    names, count = _lay(entries, width)
    rows = [
        sum(ROW + name.count("\n") * MORE for name in part) for part in np.array_split(names, count)
    ]
    return max(rows) + 0.6


def _draw_entries(on: Axes | Figure, entries: list[Entry], width: float, **place) -> None:
    names, count = _lay(entries, width)
    handles = [entry.handle for entry in entries]
    legend = on.legend(handles, names, ncols=count, **place, **_LEGEND)
    for text in legend.get_texts():
        text.set_parse_math(False)


def draw_shared_legend(paper: Figure, entries: list[Entry], width: float, outer: float) -> None:
    """Names at the lower left of a page."""
    wide, high = (side * 25.4 for side in paper.get_size_inches())
    place = {"loc": "lower left", "bbox_to_anchor": (outer / wide, outer / high)}
    _draw_entries(paper, entries, width, **place)


def draw_legend(whole: Axes, entries: list[Entry], width: float, left: float, below: float) -> None:
    """Names below a panel, from its left edge."""
    inner = whole.get_position().width * whole.figure.get_size_inches()[0] * 25.4
    place = {"loc": "upper left", "bbox_to_anchor": (-left / inner, -below)}
    _draw_entries(whole, entries, width, **place)

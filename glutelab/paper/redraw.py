"""Figures of the screen drawn again for paper, panel by panel, from the same numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, MultipleLocator
from matplotlib.transforms import blended_transform_factory, offset_copy

from glutelab.errors import DataError
from glutelab.paper import marks, read
from glutelab.paper.page import SMALL_PT, TEXT_PT, PrintFigure, in_print_style, width_mm

__all__ = ["on_paper"]

LINE = 1.3 * 25.4 / 72  # mm of height per point of letters
OUTER, BETWEEN = 1.5, 6.0  # mm around the figure; between columns
BESIDE, BELOW = 13.0, 9.5  # mm for the numbers and the name of an axis
TWO_COLUMNS = 130.0  # mm: a narrower figure has its panels below each other
SCREEN = 460.0  # pixels that the plot of a panel is wide on the screen
NAME_ROOM = 1.08  # a name may be a little longer than its axis
CROWDED = 4.0  # mm per number on an axis
PIXEL = 0.5  # points on paper: shifts and sizes of letters shrink to this


def on_paper(
    figures: Sequence[Mapping], width: str | float = "double", journal: str | None = None
) -> PrintFigure:
    """Draw figures of the screen as panels of one print figure.

    Parameters
    ----------
    figures : sequence of dict
        ``data`` and ``layout`` as plotly has them: lines, dots and filled shapes on linear axes.
    width : {"single", "one-and-half", "double"} or float
        Columns of a journal, or millimeters.
    journal : {"elsevier", "springer"}, optional

    Returns
    -------
    PrintFigure
        Panels side by side and lettered; below each other where the page is narrow.

    Raises
    ------
    DataError
        If a figure holds what cannot be drawn on paper.

    Examples
    --------
    >>> line = {"type": "scatter", "mode": "lines", "x": [0, 1], "y": [1, 2], "name": "a runner"}
    >>> figure = on_paper([{"data": [line], "layout": {}}], 88)
    >>> [round(side * 25.4) for side in figure.get_size_inches()]
    [88, 64]
    """
    total = width_mm(width, journal)
    columns = 2 if len(figures) > 1 and total >= TWO_COLUMNS else 1
    each = (total - 2 * OUTER - (columns - 1) * BETWEEN) / columns
    with in_print_style():
        panels = [_measure(figure, each, k, len(figures)) for k, figure in enumerate(figures)]
        rows = [panels[k : k + columns] for k in range(0, len(panels), columns)]
        for row in rows:  # axes of one row stand on one line
            head, plot, foot = (max(getattr(p, n) for p in row) for n in ("head", "plot", "foot"))
            for panel in row:
                panel.head, panel.plot, panel.foot = head, plot, foot
        height = 2 * OUTER + sum(row[0].height for row in rows) + 4.0 * (len(rows) - 1)
        paper = PrintFigure(total, height)
        top = height - OUTER
        for row in rows:
            for column, panel in enumerate(row):
                panel.place(paper, OUTER + column * (each + BETWEEN), top)
            top -= row[0].height + 4.0
    return paper


@dataclass
class _Panel:
    """One figure and the room it takes, in mm."""

    figure: Mapping
    letter: str
    width: float
    left: float
    right: float
    title: list[str]
    legend: list[marks.Entry]
    head: float
    plot: float
    foot: float

    @property
    def height(self) -> float:
        return self.head + self.plot + self.foot

    def place(self, paper: PrintFigure, left: float, top: float) -> None:
        wide, high = (side * 25.4 for side in paper.get_size_inches())

        def at(x: float, y: float, w: float, h: float) -> tuple[float, float, float, float]:
            return x / wide, y / high, w / wide, h / high

        inner = self.width - self.left - self.right
        low = top - self.head - self.plot
        area = (left + self.left, low, inner, self.plot)
        whole = paper.add_axes(at(*area))
        whole.set_axis_off()
        whole.set_zorder(3)
        if self.letter:
            paper.text(left / wide, top / high, self.letter, size=9, weight="bold", va="top")
        x = (left + (5.0 if self.letter else 0.0)) / wide
        for k, line in enumerate(self.title):
            y = (top - 0.4 - k * TEXT_PT * LINE) / high
            paper.text(x, y, line, size=TEXT_PT, va="top")
        axes = _draw_axes(paper, self.figure, lambda box: at(*_inside(area, box)))
        for trace in self.figure["data"]:
            marks.draw_trace(axes[_pair(trace)], trace)
        _draw_shapes(self.figure["layout"], axes, whole)
        _draw_notes(self.figure["layout"], axes, whole, inner)
        for one in axes.values():
            _finish(one)
        if self.legend:
            below = 3.0 if _bare(self.figure["layout"]) else BELOW
            marks.draw_legend(whole, self.legend, self.width, self.left, below / self.plot)


def _measure(figure: Mapping, width: float, k: int, among: int) -> _Panel:
    layout = figure["layout"]
    bare = _bare(layout)
    left, right = (1.0, 1.0) if bare else (BESIDE, 2.0)
    text = _title(layout)
    lines = read.wrap(read.as_text(text), TEXT_PT, width - (5 if among > 1 else 0)) if text else []
    margin = {"t": 44, "b": 84} | dict(layout.get("margin", {}))
    tall = min((layout.get("height", 420) - margin["t"] - margin["b"]) / SCREEN, 1.1)
    left += (_name_lines(layout, tall * (width - left - right)) - 1) * TEXT_PT * LINE
    inner = width - left - right
    above = max(
        (_rise(note, inner) for note in layout.get("annotations", ()) if note.get("y", 0) >= 1),
        default=0.0,
    )
    legend = marks.list_entries(figure)
    foot = (2.0 if bare else BELOW) + marks.legend_height(legend, width)
    return _Panel(
        figure=figure,
        letter="ABCDEFGH"[k] if among > 1 else "",
        width=width,
        left=left,
        right=right,
        title=lines,
        legend=legend,
        head=max(len(lines) * TEXT_PT * LINE, 3.5 if among > 1 else 0.0) + 2.0 + above,
        plot=inner * tall,
        foot=foot,
    )


def _name_lines(layout: Mapping, tall: float) -> int:
    """Lines that the longest name of a vertical axis takes."""
    lines = [1]
    for name, axis in layout.items():
        if name.startswith("yaxis") and (text := _title(axis)):
            first, last = axis.get("domain", (0, 1))
            room = tall * (last - first) * NAME_ROOM
            lines.append(len(read.wrap(read.as_text(text), TEXT_PT, room)))
    return max(lines)


def _title(item: Mapping) -> str:
    title = item.get("title") or {}
    return (title.get("text") if isinstance(title, Mapping) else title) or ""


def _rise(note: Mapping, inner: float) -> float:
    """Room that a note above the plot takes, mm."""
    lines = read.wrap(read.as_text(note["text"]), SMALL_PT, inner * (1 - note.get("x", 0) * 0.5))
    return len(lines) * SMALL_PT * LINE + note.get("yshift", 0) * PIXEL * 25.4 / 72 + 0.8


def _bare(layout: Mapping) -> bool:
    """Whether the panel shows no axes."""
    return layout.get("xaxis", {}).get("visible") is False


def _inside(area, box):
    """The part of an area that two domains take."""
    left, low, wide, high = area
    (x0, x1), (y0, y1) = box
    return left + x0 * wide, low + y0 * high, (x1 - x0) * wide, (y1 - y0) * high


# --- axes -----------------------------------------------------------------------------------------


def _pair(trace: Mapping) -> tuple[str, str]:
    return trace.get("xaxis") or "x", trace.get("yaxis") or "y"


def _axis(layout: Mapping, name: str) -> Mapping:
    return layout.get(f"{name[0]}axis{name[1:]}") or {}


def _draw_axes(paper, figure: Mapping, at) -> dict[tuple[str, str], Axes]:
    layout = figure["layout"]
    axes: dict[tuple[str, str], Axes] = {}
    pairs = dict.fromkeys([_pair(trace) for trace in figure["data"]]) or {("x", "y"): None}
    for x, y in pairs:
        across, up = _axis(layout, x), _axis(layout, y)
        box = (across.get("domain", (0, 1)), up.get("domain", (0, 1)))
        one = paper.add_axes(at(box))
        one.set_facecolor("none")  # a line through several axes is not covered by the next
        _dress(one, one.xaxis, across)
        _dress(one, one.yaxis, up)
        if up.get("scaleanchor"):
            one.set_aspect("equal", adjustable="box")
        axes[x, y] = one
    return axes


def _dress(one: Axes, axis, layout: Mapping) -> None:
    way = axis.axis_name
    if layout.get("type") not in (None, "linear", "-", "category"):
        raise DataError(f"an axis of type {layout['type']!r} is not drawn on paper.")
    if layout.get("visible") is False:
        axis.set_visible(False)
        for side in ("bottom", "top") if way == "x" else ("left", "right"):
            one.spines[side].set_visible(False)
    if text := _title(layout):
        axis.set_label_text(read.as_text(text))
        axis.labelpad = 2.5
    if layout.get("showgrid", True) and layout.get("visible") is not False:
        axis.grid(True, color="#e8e8e8", linewidth=0.5)
        one.set_axisbelow(True)
    if layout.get("zeroline"):
        draw = one.axvline if way == "x" else one.axhline
        draw(0, color="#999999", linewidth=0.6, zorder=0.9)
    if layout.get("dtick"):
        axis.set_major_locator(MultipleLocator(layout["dtick"]))
    if layout.get("tickvals") is not None:
        axis.set_ticks(read.as_numbers(layout["tickvals"]))
        if layout.get("ticktext") is not None:
            axis.set_ticklabels([read.as_text(str(word)) for word in layout["ticktext"]])
    if layout.get("showticklabels") is False:
        axis.set_tick_params(labelbottom=False, labelleft=False)
    if layout.get("range") is not None:
        (one.set_xlim if way == "x" else one.set_ylim)(*layout["range"])
    elif layout.get("autorange") == "reversed":
        axis.set_inverted(True)


def _finish(one: Axes) -> None:
    """A name that is longer than its axis is broken; numbers are not crowded."""
    wide, high = (one.get_position().size * one.figure.get_size_inches()) * 25.4
    for axis, room in ((one.xaxis, wide), (one.yaxis, high)):
        if axis.get_label_text():
            axis.set_label_text(
                "\n".join(read.wrap(axis.get_label_text(), TEXT_PT, room * NAME_ROOM))
            )
        locator = axis.get_major_locator()
        if isinstance(locator, MultipleLocator):
            while len(locator()) > max(3, room / CROWDED):
                step = 2 * np.diff(locator())[0]
                locator = MultipleLocator(step)
                axis.set_major_locator(locator)
        elif isinstance(locator, MaxNLocator):
            locator.set_params(nbins=max(3, min(7, int(room / 6.5))))


# --- shapes and words -----------------------------------------------------------------------------


def _where(item: Mapping, axes: Mapping, whole: Axes):
    """The axes and the transform in which a shape or a note is placed."""
    x, y = item.get("xref", "x"), item.get("yref", "y")
    pair = x.removesuffix(" domain"), y.removesuffix(" domain")
    either = [one for other, one in axes.items() if pair[0] == other[0] or pair[1] == other[1]]
    exact = axes.get(pair) or (either[0] if either else whole)
    across = whole.transAxes if x == "paper" else exact.transData
    up = whole.transAxes if y == "paper" else exact.transData
    across = exact.transAxes if x.endswith(" domain") else across
    up = exact.transAxes if y.endswith(" domain") else up
    return exact, blended_transform_factory(across, up)


def _draw_shapes(layout: Mapping, axes: Mapping, whole: Axes) -> None:
    for shape in layout.get("shapes", ()):
        one, transform = _where(shape, axes, whole)
        keep = one.get_xlim(), one.get_ylim()
        marks.draw_shape(one, shape, transform)
        one.set_xlim(keep[0])
        one.set_ylim(keep[1])


def _draw_notes(layout: Mapping, axes: Mapping, whole: Axes, inner: float) -> None:
    for note in layout.get("annotations", ()):
        _, transform = _where(note, axes, whole)
        font = note.get("font") or {}
        large = font.get("size", 12) > 30  # what is written across the whole panel
        size = font["size"] * PIXEL if large else SMALL_PT
        text = read.as_text(note["text"])
        over = note.get("yref") == "paper" and note.get("y", 0) >= 1
        if over or not axes:
            text = "\n".join(read.wrap(text, size, inner))
        shift = {axis: note.get(f"{axis}shift", 0) * PIXEL for axis in "xy"}
        placed = offset_copy(transform, whole.figure, shift["x"], shift["y"], units="points")
        edges = {"left": "left", "right": "right", "middle": "center", "center": "center"}
        ups = {"top": "top", "bottom": "bottom", "middle": "center"}
        among = "paper" not in (note.get("xref"), note.get("yref"))  # lines may run behind it
        veil = {"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.6}
        whole.text(
            note["x"],
            note["y"],
            text,
            transform=placed,
            size=size,
            color=read.as_color(font.get("color")),
            weight="bold" if large or read.is_bold(note["text"]) else "normal",
            ha=edges[note.get("xanchor") or "center"],
            va=ups[note.get("yanchor") or "middle"],
            rotation=-note.get("textangle", 0),
            linespacing=1.25,
            parse_math=False,
            clip_on=False,
            bbox=veil if among else None,
        )

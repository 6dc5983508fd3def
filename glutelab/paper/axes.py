"""Axes of a panel: numbers, names, lines behind the marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, MultipleLocator

from glutelab.errors import DataError
from glutelab.paper import read
from glutelab.paper.page import TEXT_PT, PrintFigure
from glutelab.paper.room import NAME_ROOM, labels_of, name_gap, row_width, title_of

__all__ = ["draw_axes", "finish", "match", "pair_of"]

CROWDED, CLOSEST = 4.0, 5.0  # mm per number on an axis, where steps are given and are not


def pair_of(trace: Mapping) -> tuple[str, str]:
    """Names of the two axes of a trace."""
    return trace.get("xaxis") or "x", trace.get("yaxis") or "y"


def _axis(layout: Mapping, name: str) -> Mapping:
    return layout.get(f"{name[0]}axis{name[1:]}") or {}


def draw_axes(
    paper: PrintFigure, figure: Mapping, at: Callable, width: float
) -> dict[tuple[str, str], Axes]:
    """Empty axes, one for each pair that traces are drawn on.

    Parameters
    ----------
    paper : PrintFigure
    figure : dict
    at : callable
        Place on the page of two domains.
    width : float
        Of the panel, mm.

    Returns
    -------
    dict
        Pair of names to axes.
    """
    layout = figure["layout"]
    axes: dict[tuple[str, str], Axes] = {}
    pairs = dict.fromkeys([pair_of(trace) for trace in figure["data"]]) or {("x", "y"): None}
    for x, y in pairs:
        across, up = _axis(layout, x), _axis(layout, y)
        base = _axis(layout, up["overlaying"]) if up.get("overlaying") else up
        box = (across.get("domain", (0, 1)), base.get("domain", (0, 1)))
        one = paper.add_axes(at(box))
        one.set_facecolor("none")  # a line through several axes is not covered by the next
        wide = one.get_position().width * paper.get_size_inches()[0] * 25.4
        _dress(one, one.xaxis, across, wide)
        _dress(one, one.yaxis, up, row_width(layout, width))
        if base is not up:  # the axes beneath already show what lies across
            one.xaxis.set_visible(False)
            one.spines["bottom"].set_visible(False)
        if up.get("side") == "right":
            one.yaxis.tick_right()
            one.yaxis.set_label_position("right")
            one.spines["left"].set_visible(False)
            shown = up.get("visible") is not False and up.get("showticklabels") is not False
            one.spines["right"].set_visible(shown)
            one.yaxis.set_tick_params(right=shown, labelright=shown)
        if up.get("scaleanchor"):
            one.set_aspect("equal", adjustable="box")
        axes[x, y] = one
    return axes


def _dress(one: Axes, axis, layout: Mapping, room: float) -> None:
    way = axis.axis_name
    if layout.get("type") not in (None, "linear", "-", "category"):
        raise DataError(f"an axis of type {layout['type']!r} is not drawn on paper.")
    if layout.get("visible") is False:
        axis.set_visible(False)
        for side in ("bottom", "top") if way == "x" else ("left", "right"):
            one.spines[side].set_visible(False)
    if text := title_of(layout):
        axis.set_label_text(read.as_text(text))
        axis.labelpad = 2.5 + name_gap(layout)
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
            _name_ticks(one, axis, layout, room)
    if layout.get("showticklabels") is False:
        axis.set_tick_params(labelbottom=False, labelleft=False)
    if layout.get("range") is not None:
        (one.set_xlim if way == "x" else one.set_ylim)(*layout["range"])
    elif layout.get("autorange") == "reversed":
        axis.set_inverted(True)


def _name_ticks(one: Axes, axis, layout: Mapping, room: float) -> None:
    """Words in place of numbers; bold ones stay bold, and rows need no marks."""
    words = labels_of(layout, room) or [str(word) for word in layout["ticktext"]]
    axis.set_ticklabels(words, parse_math=False, linespacing=1.2)
    for label, word in zip(axis.get_ticklabels(), layout["ticktext"], strict=True):
        label.set_fontweight("bold" if str(word).startswith("<b>") else "normal")
    if axis.axis_name == "y" and layout.get("tickcolor") == "white":
        axis.set_tick_params(length=0, pad=3)
        one.spines["left"].set_visible(False)


def match(axes: Mapping[tuple[str, str], Axes], layout: Mapping) -> None:
    """Axes that go together have one range."""
    for way in (0, 1):
        together: dict[str, list[Axes]] = {}
        for pair, one in axes.items():
            axis = _axis(layout, pair[way])
            if axis.get("range") is None:
                together.setdefault(axis.get("matches") or pair[way], []).append(one)
        for group in together.values():
            if len(group) > 1:
                ends = [one.get_ylim() if way else one.get_xlim() for one in group]
                for one in group:
                    (one.set_ylim if way else one.set_xlim)(np.min(ends), np.max(ends))


def finish(one: Axes) -> None:
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
            locator.set_params(nbins=max(3, min(7, int(room / CLOSEST))))

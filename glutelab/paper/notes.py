"""Shapes and words of a panel."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.transforms import blended_transform_factory, offset_copy

from glutelab.paper import marks, read
from glutelab.paper.page import LETTER_PT, SMALL_PT
from glutelab.paper.room import PIXEL, note_lines
from glutelab.paper.sheet import text_width

__all__ = ["LETTER", "draw_notes", "draw_shapes"]

LETTER = "letter"  # the name of a note that is the letter of a panel
LARGE = 30  # pixels: what is written across the whole panel


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


def draw_shapes(layout: Mapping, axes: Mapping, whole: Axes) -> None:
    """Lines and rectangles, which change no range."""
    for shape in layout.get("shapes", ()):
        one, transform = _where(shape, axes, whole)
        keep = one.get_xlim(), one.get_ylim()
        marks.draw_shape(one, shape, transform)
        one.set_xlim(keep[0])
        one.set_ylim(keep[1])


def draw_notes(layout: Mapping, axes: Mapping, whole: Axes, inner: float) -> None:
    """Words at their places; those outside a plot are broken to fit its width, mm."""
    for note in layout.get("annotations", ()):
        where, transform = _where(note, axes, whole)
        font = note.get("font") or {}
        large = (font.get("size") or 12) > LARGE
        size = font["size"] * PIXEL if large else SMALL_PT
        size = LETTER_PT if note.get("name") == LETTER else size
        text = read.as_text(note["text"])
        if large:
            size *= min(1.0, 0.9 * inner / text_width(text, size, "bold"))
        outside = note.get("yref") == "paper" and not 0 < note.get("y", 0.5) < 1
        if outside or not axes:
            text = "\n".join(note_lines(note, size, inner))
        elif str(note.get("xref")).endswith(" domain") and note.get("x") == 0.5 and not large:
            room = where.get_position().width * whole.figure.get_size_inches()[0] * 25.4
            text = "\n".join(read.wrap(text, size, room * 0.9))
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

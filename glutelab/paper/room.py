"""Room that names, numbers and notes of a panel take on paper, measured before it is drawn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glutelab.paper import read
from glutelab.paper.page import SMALL_PT, TEXT_PT
from glutelab.paper.sheet import text_width

__all__ = [
    "LINE",
    "NAME_ROOM",
    "PIXEL",
    "clear_names",
    "foot_of",
    "head_of",
    "is_bare",
    "labels_of",
    "left_of",
    "note_lines",
    "right_of",
    "row_width",
    "rows_height",
    "stack_notes",
    "title_of",
]

LINE = 1.3 * 25.4 / 72  # mm of height per point of letters
PIXEL = 0.5  # points on paper: shifts and sizes of letters shrink to this
SHIFT = PIXEL * 25.4 / 72  # mm per pixel of a shift
BESIDE, BELOW = 13.0, 9.5  # mm for the numbers and the name of an axis
NUMBERS = 9.0  # mm for numbers alone
TICK = 2.2  # mm between a name of a row and its axis
NAME_ROOM = 1.08  # a name may be a little longer than its axis
ROW_SHARE, NARROW_SHARE = 0.46, 0.34  # of the width, at most, for names of rows
TICKS = 4.5  # mm that the numbers beneath a plot take
CLOSE = 10  # pixels: a name that stands farther off is moved on paper, too


def title_of(item: Mapping) -> str:
    """Text of the title of a figure or an axis."""
    title = item.get("title") or {}
    return (title.get("text") if isinstance(title, Mapping) else title) or ""


def is_bare(layout: Mapping) -> bool:
    """Whether the panel shows no axes."""
    return layout.get("xaxis", {}).get("visible") is False


def _axes(layout: Mapping, way: str):
    for name, axis in layout.items():
        if name.startswith(f"{way}axis") and axis and axis.get("visible") is not False:
            yield name, axis


def labels_of(axis: Mapping, width: float) -> list[str]:
    """Names of the ticks, broken where they are longer than ``width`` mm."""
    if axis.get("ticktext") is None or axis.get("showticklabels") is False:
        return []
    texts = [read.as_text(str(word)) for word in axis["ticktext"]]
    return ["\n".join(read.wrap(text, SMALL_PT, width)) for text in texts]


def row_width(layout: Mapping, width: float) -> float:
    """Width, mm, that names of rows may have; less where numbers stand at the right, too."""
    return width * (ROW_SHARE if right_of(layout) < NUMBERS else NARROW_SHARE)


def _bold(axis: Mapping, k: int) -> str:
    return "bold" if str(axis["ticktext"][k]).startswith("<b>") else "normal"


def left_of(layout: Mapping, width: float, tall: float) -> float:
    """Room at the left, mm; ``tall`` is the height of the plot."""
    room = [BESIDE]
    for _, axis in _axes(layout, "y"):
        if axis.get("side") == "right":
            continue
        first, last = axis.get("domain", (0, 1))
        text = read.as_text(title_of(axis))
        lines = len(read.wrap(text, TEXT_PT, tall * (last - first) * NAME_ROOM)) if text else 0
        labels = labels_of(axis, row_width(layout, width))
        if labels:
            wide = [
                text_width(line, SMALL_PT, _bold(axis, k))
                for k, label in enumerate(labels)
                for line in label.split("\n")
            ]
            room.append(max(wide) + TICK + lines * TEXT_PT * LINE + (0.8 if lines else 0))
        else:
            room.append(BESIDE + max(0, lines - 1) * TEXT_PT * LINE)
    return max(room)


def right_of(layout: Mapping) -> float:
    """Room at the right: an axis there, and notes beside the plot."""
    room = [2.0]
    for _, axis in _axes(layout, "y"):
        if axis.get("side") == "right" and axis.get("showticklabels") is not False:
            room.append(NUMBERS + (TEXT_PT * LINE + 1.0 if title_of(axis) else 0.0))
    for note in layout.get("annotations", ()):
        if note.get("xref") == "paper" and note["x"] >= 1 and note.get("xanchor") == "left":
            weight = "bold" if "<b>" in note["text"] else "normal"
            lines = read.as_text(note["text"]).split("\n")
            wide = max(text_width(line, SMALL_PT, weight) for line in lines)
            room.append(wide + note.get("xshift", 0) * SHIFT + 0.5)
    return max(room)


def rows_height(layout: Mapping, width: float) -> float:
    """Height of the plot, mm, that leaves each named row of an axis its lines."""
    need = [0.0]
    for name, axis in _axes(layout, "y"):
        labels = labels_of(axis, row_width(layout, width))
        if not labels:
            continue
        beside = [
            read.as_text(note["text"])
            for note in layout.get("annotations", ())
            if note.get("yref", "y") == name.replace("axis", "")
        ]
        lines = max(text.count("\n") + 1 for text in [*labels, *beside])
        first, last = axis.get("domain", (0, 1))
        ends = axis.get("range") or (0, len(labels))
        count = abs(ends[1] - ends[0])
        need.append(count * (lines * SMALL_PT * LINE + 0.4) / (last - first))
    return max(need)


def foot_of(layout: Mapping, inner: float) -> float:
    """Room beneath the plot: numbers or names, the name of the axis, notes."""
    room = [0.0]
    for _, axis in _axes(layout, "x"):
        labels = labels_of(axis, inner)
        lines = max((label.count("\n") + 1 for label in labels), default=1)
        text = read.as_text(title_of(axis))
        names = len(read.wrap(text, TEXT_PT, inner * NAME_ROOM)) if text else 1
        more = (lines - 1) * SMALL_PT * LINE + (names - 1) * TEXT_PT * LINE
        room.append(BELOW + more + name_gap(axis) * 25.4 / 72 - (0.0 if text or not labels else 3))
    for note in layout.get("annotations", ()):
        if note.get("yref") == "paper" and note["y"] <= 0 and note.get("yanchor") == "top":
            room.append(_depth(note, inner) + 1.0)
    return max(room) or BELOW


def _depth(note: Mapping, inner: float) -> float:
    lines = note_lines(note, SMALL_PT, inner)
    return len(lines) * SMALL_PT * LINE - note.get("yshift", 0) * SHIFT


def clear_names(layout: Mapping, inner: float) -> dict:
    """The layout, the name of the horizontal axis moved below the notes that stand there."""
    axis = dict(layout.get("xaxis") or {})
    notes = [
        _depth(note, inner)
        for note in layout.get("annotations", ())
        if note.get("yref") == "paper" and note.get("y") == 0 and note.get("yanchor") == "top"
    ]
    if not notes or not title_of(axis):
        return dict(layout)
    gap = max(0.0, max(notes) - TICKS) / (25.4 / 72)  # points
    title = {"text": title_of(axis), "standoff": CLOSE + gap / PIXEL}
    return dict(layout) | {"xaxis": axis | {"title": title}}


def name_gap(axis: Mapping) -> float:
    """Points that the name of an axis stands farther off than usual."""
    title = axis.get("title") or {}
    standoff = title.get("standoff") if isinstance(title, Mapping) else None
    return (standoff - CLOSE) * PIXEL if (standoff or 0) > CLOSE else 0.0


def note_lines(note: Mapping, size: float, inner: float) -> list[str]:
    """Lines of a note above or beneath a plot, as wide as its place allows."""
    x = note.get("x", 0.5) if note.get("xref") == "paper" else 0.5
    share = {"left": 1 - x, "right": x}.get(note.get("xanchor") or "", 1.0)
    if note["y"] <= 0 and share > 0.5:
        share = 0.5  # what stands at the other end has the other half
    text = read.as_text(note["text"]).replace(" →", "\u00a0→").replace("← ", "←\u00a0")
    return text.split("\n") if share <= 0 else read.wrap(text, size, inner * share)


def head_of(layout: Mapping, inner: float) -> float:
    """Room that notes above the plot take, mm."""
    room = [0.0]
    for note in layout.get("annotations", ()):
        if note.get("yref") == "paper" and note.get("y", 0) >= 1:
            high = len(note_lines(note, SMALL_PT, inner)) * SMALL_PT * LINE
            room.append(high + note.get("yshift", 0) * SHIFT + 0.8)
    return max(room)


def stack_notes(layout: Mapping, inner: float) -> dict:
    """The layout, notes above the plot moved so that none covers another or leaves the plot."""
    ends = (layout.get("xaxis") or {}).get("range")
    notes = list(layout.get("annotations", ()))
    over = [
        k
        for k, note in enumerate(notes)
        if note.get("yref") == "paper" and note.get("y", 0) >= 1 and note.get("xref", "x")[0] == "x"
    ]
    if ends is None or not over:
        return dict(layout)
    taken: list[list[tuple[float, float]]] = []
    for k in sorted(over, key=lambda k: (notes[k].get("yshift", 0), notes[k]["x"])):
        lines = read.wrap(read.as_text(notes[k]["text"]), SMALL_PT, inner)
        half = (max(text_width(line, SMALL_PT) for line in lines) + 2.0) / 2
        middle = (notes[k]["x"] - ends[0]) / (ends[1] - ends[0]) * inner
        middle = float(np.clip(middle, half, max(half, inner - half)))
        low, high = middle - half, middle + half
        row = next(
            (r for r, row in enumerate(taken) if all(high <= a or low >= b for a, b in row)),
            len(taken),
        )
        taken[row : row + 1] = [[*(taken[row] if row < len(taken) else []), (low, high)]]
        place = {"x": middle / inner, "xref": "paper", "xanchor": "center"}
        up = (row * SMALL_PT * LINE + 0.6) / SHIFT
        notes[k] = notes[k] | place | {"yshift": up, "text": "<br>".join(lines)}
    return dict(layout) | {"annotations": notes}

"""Figures of the screen drawn again for paper, panel by panel, from the same numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from string import ascii_uppercase

from glutelab.errors import DataError
from glutelab.paper import marks, read
from glutelab.paper.axes import draw_axes, finish, match, pair_of
from glutelab.paper.notes import draw_notes, draw_shapes
from glutelab.paper.page import LETTER_PT, TEXT_PT, PrintFigure, in_print_style, width_mm
from glutelab.paper.room import (
    LINE,
    clear_names,
    foot_of,
    head_of,
    is_bare,
    left_of,
    right_of,
    rows_height,
    stack_notes,
    title_of,
)

__all__ = ["SCREEN", "on_paper"]

OUTER, BETWEEN, APART = 1.5, 6.0, 4.0  # mm around the figure; between columns; between rows
TWO_COLUMNS = 125.0  # mm: a narrower figure has its panels below each other
SCREEN = 460.0  # pixels that the plot of a panel is wide on the screen


def on_paper(
    figures: Sequence[Mapping],
    width: str | float = "double",
    journal: str | None = None,
    *,
    columns: int = 2,
    one_legend: bool = False,
) -> PrintFigure:
    """Draw figures of the screen as panels of one print figure.

    Parameters
    ----------
    figures : sequence of dict
        ``data`` and ``layout`` as plotly has them: lines, dots and filled shapes on linear axes,
        above each other or with a second axis at the right.
    width : {"single", "one-and-half", "double"} or float
        Columns of a journal, or millimeters.
    journal : {"elsevier", "springer"}, optional
    columns : int
        Panels side by side, where the page is wide.
    one_legend : bool
        Whether all panels share one legend, beneath the last.

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
    [88, 63]
    """
    if not 0 < len(figures) <= len(ascii_uppercase):
        said = f"{len(figures)} panels were given; expected 1 to {len(ascii_uppercase)}."
        raise DataError(said if figures else "there is no figure to draw.")
    total = width_mm(width, journal)
    columns = min(columns, len(figures)) if total >= TWO_COLUMNS else 1
    each = (total - 2 * OUTER - (columns - 1) * BETWEEN) / columns
    with in_print_style():
        panels = [_measure(figure, each, k, len(figures)) for k, figure in enumerate(figures)]
        shared = _share(panels) if one_legend else []
        rows = [panels[k : k + columns] for k in range(0, len(panels), columns)]
        for row in rows:  # axes of one row stand on one line
            head, plot, foot = (max(getattr(p, n) for p in row) for n in ("head", "plot", "foot"))
            for panel in row:
                panel.head, panel.plot, panel.foot = head, plot, foot
        under = marks.legend_height(shared, total - 2 * OUTER)
        height = 2 * OUTER + sum(row[0].height for row in rows) + APART * (len(rows) - 1) + under
        paper = PrintFigure(total, height)
        top = height - OUTER
        for row in rows:
            for column, panel in enumerate(row):
                panel.place(paper, OUTER + column * (each + BETWEEN), top)
            top -= row[0].height + APART
        if shared:
            marks.draw_shared_legend(paper, shared, total - 2 * OUTER, OUTER)
    more = {"columns": columns if total >= TWO_COLUMNS else 2, "one_legend": one_legend}
    paper.redraw = partial(on_paper, figures, **more)
    return paper


def _share(panels: Sequence[_Panel]) -> list[marks.Entry]:
    """Each name once; the panels lose theirs."""
    entries = {entry.name: entry for panel in panels for entry in reversed(panel.legend)}
    order = dict.fromkeys(entry.name for panel in panels for entry in panel.legend)
    for panel in panels:
        panel.foot -= marks.legend_height(panel.legend, panel.width)
        panel.legend = []
    return [entries[name] for name in order]


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
    below: float

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
            paper.text(
                left / wide, top / high, self.letter, size=LETTER_PT, weight="bold", va="top"
            )
        x = (left + (5.0 if self.letter else 0.0)) / wide
        for k, line in enumerate(self.title):
            y = (top - 0.4 - k * TEXT_PT * LINE) / high
            paper.text(x, y, line, size=TEXT_PT, va="top", parse_math=False)
        layout = self.figure["layout"]
        axes = draw_axes(paper, self.figure, lambda box: at(*_inside(area, box)), self.width)
        shrink = marks.shrinkage(self.figure["data"])
        for trace in self.figure["data"]:
            marks.draw_trace(axes[pair_of(trace)], trace, shrink)
        match(axes, layout)
        draw_shapes(layout, axes, whole)
        draw_notes(layout, axes, whole, inner)
        for one in axes.values():
            finish(one)
        if self.legend:
            below = 3.0 if is_bare(layout) else self.below
            marks.draw_legend(whole, self.legend, self.width, self.left, below / self.plot)


def _measure(figure: Mapping, width: float, k: int, among: int) -> _Panel:
    layout = figure["layout"]
    bare = is_bare(layout)
    text = title_of(layout)
    lines = read.wrap(read.as_text(text), TEXT_PT, width - (5 if among > 1 else 0)) if text else []
    margin = {"t": 44, "b": 84} | dict(layout.get("margin", {}))
    tall = min((layout.get("height", 420) - margin["t"] - margin["b"]) / SCREEN, 1.1)
    left, right = (1.0, 1.0) if bare else (13.0, right_of(layout))
    need = 0.0 if bare else rows_height(layout, width)
    if not bare:
        left = left_of(layout, width, max(tall * (width - left - right), need))
    inner = width - left - right
    layout = clear_names(stack_notes(layout, inner), inner)
    legend = marks.list_entries(figure)
    below = 2.0 if bare else foot_of(layout, inner)
    above = head_of(layout, inner)
    return _Panel(
        figure=dict(figure) | {"layout": layout},
        letter=ascii_uppercase[k] if among > 1 else "",
        width=width,
        left=left,
        right=right,
        title=lines,
        legend=legend,
        head=max(len(lines) * TEXT_PT * LINE, 3.5 if among > 1 else 0.0) + 2.0 + above,
        plot=max(inner * tall, need),
        foot=below + marks.legend_height(legend, width),
        below=below,
    )


def _inside(area, box):
    """The part of an area that two domains take."""
    left, low, wide, high = area
    (x0, x1), (y0, y1) = box
    return left + x0 * wide, low + y0 * high, (x1 - x0) * wide, (y1 - y0) * high

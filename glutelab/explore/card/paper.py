"""A sheet of A4 to draw on in millimeters, the origin at its upper left."""

from __future__ import annotations

from functools import cache

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyBboxPatch, Polygon, Rectangle
from matplotlib.textpath import text_to_path

from glutelab.explore.card.look import ACCENT

__all__ = ["BLUE", "DARK", "GREY", "LIGHT", "Paper", "text_width"]

BLUE, DARK, GREY, LIGHT, SOFT = ACCENT, "#1d2125", "#5f666d", "#d3d7da", "#e1e4e7"
POINT = 25.4 / 72  # mm
LEADING = 1.42  # between lines, of the size of the letters
FONT = "DejaVu Sans"  # comes with matplotlib: the same page on every computer


@cache
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Width of one line, mm; kept, as measuring is slow and words come again."""
    font = FontProperties(family=FONT, size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0] * POINT


class Paper:
    """One page.

    Parameters
    ----------
    figure : Figure
        Of 210 by 297 mm.
    """

    def __init__(self, figure: Figure):
        self.axes = figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, 210)
        self.axes.set_ylim(297, 0)

    # --- letters ----------------------------------------------------------------------------------

    def text(self, x, y, text, size, *, color=DARK, weight="normal", align="left") -> None:
        """One line; ``y`` is where its letters stand."""
        if text:
            font = FontProperties(family=FONT, size=size, weight=weight)
            place = {"ha": align, "va": "baseline"}
            self.axes.text(x, y, text, fontproperties=font, color=color, parse_math=False, **place)

    def wrap(self, text: str, size: float, width: float, indent: float = 0.0) -> list[str]:
        """Lines no wider than ``width``; the first is shorter by ``indent``."""
        lines: list[list[str]] = [[]]
        space, used = text_width(" ", size), indent
        for word in text.split():
            wide = text_width(word, size)
            if lines[-1] and used + wide > width:
                lines.append([])
                used = 0.0
            lines[-1].append(word)
            used += wide + space
        return [" ".join(words) for words in lines if words]

    def height(self, text: str, size: float, width: float) -> float:
        """Height of a paragraph, mm."""
        return len(self.wrap(text, size, width)) * size * LEADING * POINT

    def paragraph(self, x, y, text, size, width, *, color=DARK, lead="") -> float:
        """Lines of text after a bold beginning; returns where the next would stand."""
        self.text(x, y, lead, size, weight="bold")
        indent = text_width(f"{lead}  ", size, "bold") if lead else 0.0
        for k, line in enumerate(self.wrap(text, size, width, indent)):
            self.text(x + (0.0 if k else indent), y, line, size, color=color)
            y += size * LEADING * POINT
        return y

    def across(self, text: str) -> None:
        """Large letters over the whole page, that leave it readable."""
        font = FontProperties(family=FONT, size=82, weight="bold")
        place = {"ha": "center", "va": "center", "rotation": 52}
        self.axes.text(105, 150, text, fontproperties=font, color="#000000", alpha=0.11, **place)

    # --- lines and shapes -------------------------------------------------------------------------

    def line(self, start, end, *, color=DARK, width=0.5) -> None:
        """A straight line; its width is in points."""
        xs, ys = zip(start, end, strict=True)
        self.axes.plot(xs, ys, color=color, linewidth=width, solid_capstyle="butt")

    def dots(self, xs, ys) -> None:
        """The others."""
        self.axes.plot(
            xs, ys, "o", color=GREY, markersize=2.7, markeredgewidth=0, alpha=0.75, linestyle=""
        )

    def band(self, left: float, right: float, middle: float, tall: float) -> None:
        """The middle half."""
        shape = "round,pad=0,rounding_size=0.7"
        corner = (left, middle - tall / 2)
        patch = FancyBboxPatch(corner, right - left, tall, boxstyle=shape, fc=SOFT, ec="none")
        self.axes.add_patch(patch)

    def needle(self, x: float, ends, middle: float, tall: float) -> None:
        """The runner, and the error around."""
        top, low = middle - tall / 2, middle + tall / 2
        if ends:
            patch = Rectangle(
                (ends[0], top), ends[1] - ends[0], tall, fc=BLUE, ec="none", alpha=0.4
            )
            self.axes.add_patch(patch)
        self.line((x, top), (x, low + 0.3), color=BLUE, width=1.0)
        head = [(x - 1.25, top - 1.2), (x + 1.25, top - 1.2), (x, top + 0.9)]
        self.axes.add_patch(Polygon(head, closed=True, fc=BLUE, ec="none"))

    def arrow(self, tip: float, y: float, way: int) -> None:
        """Which way the article points."""
        self.axes.plot(
            [tip - 3 * way, tip, tip - 1.1 * way, tip, tip - 1.1 * way],
            [y, y, y - 1.1, y, y + 1.1],
            color=DARK,
            linewidth=0.8,
            solid_joinstyle="miter",
        )

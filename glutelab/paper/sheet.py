"""A sheet of A4 to draw on in millimeters, the origin at its upper left."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache

from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path

from glutelab.paper.page import MM, in_print_style

__all__ = ["DARK", "GREY", "LIGHT", "SOFT", "Sheet", "pdf_page", "text_width"]

DARK, GREY, LIGHT, SOFT = "#1d2125", "#5f666d", "#d3d7da", "#e1e4e7"
POINT = 25.4 / 72  # mm
LEADING = 1.42  # between lines, of the size of the letters
FONT = "DejaVu Sans"  # comes with matplotlib: the same page on every computer


@cache
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Width of one line, mm; kept, as measuring is slow and words come again."""
    font = FontProperties(family=FONT, size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0] * POINT


class Sheet:
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

    def lines(self, xs, ys, *, color=DARK, width=0.8) -> None:
        """A line with corners."""
        self.axes.plot(xs, ys, color=color, linewidth=width, solid_joinstyle="miter")

    def dots(self, xs, ys, *, color=GREY, size=2.7, alpha=0.75) -> None:
        """Dots; their size is in points."""
        look = {"markersize": size, "markeredgewidth": 0, "alpha": alpha, "linestyle": ""}
        self.axes.plot(xs, ys, "o", color=color, **look)

    def box(self, x, y, wide, tall, *, color=SOFT, alpha=1.0) -> None:
        """A filled rectangle, from its upper left corner."""
        patch = Rectangle((x, y), wide, tall, facecolor=color, edgecolor="none", alpha=alpha)
        self.axes.add_patch(patch)


def pdf_page(draw: Callable[[Sheet], None], title: str, sheet: type[Sheet] = Sheet) -> bytes:
    """A4, vectors, embedded letters, no date.

    Parameters
    ----------
    draw : callable
        Draws on the sheet it is given.
    title : str
        Of the document.
    sheet : type, optional
        Kind of sheet.

    Returns
    -------
    bytes
    """
    with in_print_style():
        figure = Figure(figsize=(210 * MM, 297 * MM))
        canvas = FigureCanvasPdf(figure)
        draw(sheet(figure))
        file = io.BytesIO()
        about = {"Title": title, "Creator": "glutelab", "CreationDate": None}
        canvas.print_pdf(file, metadata=about)
    return file.getvalue()

"""A printed page with the drawings of a card."""

from __future__ import annotations

from matplotlib.patches import FancyBboxPatch, Polygon

from glutelab.explore.card.look import ACCENT
from glutelab.paper.sheet import SOFT, Sheet

__all__ = ["BLUE", "Paper"]

BLUE = ACCENT


class Paper(Sheet):
    """A sheet that draws where a runner is among others."""

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
            self.box(ends[0], top, ends[1] - ends[0], tall, color=BLUE, alpha=0.4)
        self.line((x, top), (x, low + 0.3), color=BLUE, width=1.0)
        head = [(x - 1.25, top - 1.2), (x + 1.25, top - 1.2), (x, top + 0.9)]
        self.axes.add_patch(Polygon(head, closed=True, fc=BLUE, ec="none"))

    def arrow(self, tip: float, y: float, way: int) -> None:
        """Which way the article points."""
        back = [tip - 3 * way, tip, tip - 1.1 * way, tip, tip - 1.1 * way]
        self.lines(back, [y, y, y - 1.1, y, y + 1.1])

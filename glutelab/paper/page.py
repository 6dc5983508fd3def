"""The page that figures are drawn for: widths, letters, lines."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import matplotlib
from matplotlib.figure import Figure

from glutelab.arguments import closest
from glutelab.errors import DataError

__all__ = ["MM", "TEXT_PT", "WIDTHS_MM", "PrintFigure", "in_print_style", "width_mm"]

MM = 1 / 25.4  # inches
LETTER_PT, TEXT_PT, SMALL_PT = 9.0, 7.5, 6.5  # most journals want 6 pt at least, 8 pt at most
# As the author guides of the publishers give them: Elsevier (Journal of Biomechanics, Gait &
# Posture), Springer (Sports Medicine, European Journal of Applied Physiology).
WIDTHS_MM = {
    "default": {"single": 88.0, "one-and-half": 130.0, "double": 180.0},
    "elsevier": {"single": 90.0, "one-and-half": 140.0, "double": 190.0},
    "springer": {"single": 84.0, "one-and-half": 129.0, "double": 174.0},
}
NARROWEST, WIDEST = 40.0, 400.0  # mm

_STYLE = {
    # DejaVu Sans comes with matplotlib: the same letters on every machine.
    "font.family": ["DejaVu Sans"],
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": TEXT_PT,
    "axes.labelsize": TEXT_PT,
    "axes.titlesize": TEXT_PT,
    "xtick.labelsize": SMALL_PT,
    "ytick.labelsize": SMALL_PT,
    "legend.fontsize": SMALL_PT,
    "axes.linewidth": 0.6,
    "axes.edgecolor": "#444444",
    "axes.labelcolor": "#222222",
    "text.color": "#222222",
    "xtick.color": "#444444",
    "ytick.color": "#444444",
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "pdf.fonttype": 42,  # letters are embedded as letters
    "svg.fonttype": "path",  # a page without these letters draws them all the same
    "svg.hashsalt": "glutelab",
    "savefig.facecolor": "white",
}


@contextmanager
def in_print_style() -> Iterator[None]:
    """Whatever style somebody has set, print figures are drawn in ours."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        yield


def width_mm(width: str | float, journal: str | None = None) -> float:
    """Millimeters of a width given in words.

    Parameters
    ----------
    width : {"single", "one-and-half", "double"} or float
        Columns of a journal, or millimeters.
    journal : {"elsevier", "springer"}, optional
        Whose columns.

    Raises
    ------
    DataError
        If there is no such word, or no page is so wide.

    Examples
    --------
    >>> width_mm("single", "elsevier"), width_mm(120)
    (90.0, 120.0)
    """
    table = WIDTHS_MM.get("default" if journal is None else journal)
    if table is None:
        known = [name for name in WIDTHS_MM if name != "default"]
        hint = closest(journal, known)
        raise DataError(
            f"no columns of {journal!r} are known.{hint} Known: {', '.join(known)}; or give width "
            "in millimeters."
        )
    if isinstance(width, str):
        if width not in table:
            raise DataError(
                f"no width {width!r}.{closest(width, table)} Give one of {', '.join(table)}, or "
                "millimeters."
            )
        return table[width]
    if isinstance(width, bool) or not isinstance(width, int | float) or not math.isfinite(width):
        raise DataError(f"width is {width!r}; give millimeters or one of {', '.join(table)}.")
    if not NARROWEST <= width <= WIDEST:
        raise DataError(f"width is {width:g} mm; expected {NARROWEST:g} to {WIDEST:g}.")
    return float(width)


class PrintFigure(Figure):
    """A matplotlib figure that a notebook shows as it will be printed.

    Parameters
    ----------
    width, height : float
        Millimeters.

    Attributes
    ----------
    caption : str
        Draft of a caption; empty if there is none.
    data : dict of str to DataFrame
        What is drawn, by name.
    code : str
        The line that made it, if it is known.
    redraw : callable or None
        Draws the same for another width, in millimeters.
    """

    def __init__(self, width: float, height: float):
        super().__init__(figsize=(width * MM, height * MM), dpi=150, facecolor="white")
        self.caption = ""
        self.data: dict = {}
        self.code = ""
        self.redraw: Callable[[float], PrintFigure] | None = None

    def _repr_png_(self) -> bytes:
        with in_print_style():
            file = io.BytesIO()
            self.savefig(file, format="png", dpi=150, metadata={"Software": None})
        return file.getvalue()

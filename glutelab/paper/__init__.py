"""Figures on paper: exact millimeters, embedded fonts, the same bytes every time."""

from glutelab.paper.notes import LETTER
from glutelab.paper.page import WIDTHS_MM, PrintFigure, in_print_style, width_mm
from glutelab.paper.redraw import SCREEN, on_paper
from glutelab.paper.save import save_figure
from glutelab.paper.split import split_panels

__all__ = [
    "LETTER",
    "SCREEN",
    "WIDTHS_MM",
    "PrintFigure",
    "in_print_style",
    "on_paper",
    "save_figure",
    "split_panels",
    "width_mm",
]

"""Figures on paper: exact millimeters, embedded fonts, the same bytes every time."""

from glutelab.paper.page import WIDTHS_MM, PrintFigure, in_print_style, width_mm
from glutelab.paper.redraw import on_paper
from glutelab.paper.save import save_figure

__all__ = ["WIDTHS_MM", "PrintFigure", "in_print_style", "on_paper", "save_figure", "width_mm"]

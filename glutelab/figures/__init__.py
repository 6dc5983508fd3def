"""Figures of an article, drawn from result tables, with caption, data and code."""

from glutelab.figures.curves import figure_curves
from glutelab.figures.economy import figure_economy
from glutelab.figures.flow import figure_flow
from glutelab.figures.forest import figure_forest
from glutelab.figures.groups import figure_groups
from glutelab.figures.hip import figure_hip
from glutelab.figures.specifications import figure_specifications
from glutelab.figures.speed import figure_speed

__all__ = [
    "figure_curves",
    "figure_economy",
    "figure_flow",
    "figure_forest",
    "figure_groups",
    "figure_hip",
    "figure_specifications",
    "figure_speed",
]

"""Figures of an article, each from a result table, with a draft of its caption, data and code.

``gl.save_figure(gl.figure.curves(hip, cohort), "figure_3", "double")`` writes PDF, SVG and PNG.
"""

from glutelab.lazy import attach

_HOME = {
    "curves": "figures:figure_curves",
    "economy": "figures:figure_economy",
    "flow": "figures:figure_flow",
    "forest": "figures:figure_forest",
    "groups": "figures:figure_groups",
    "hip": "figures:figure_hip",
    "specifications": "figures:figure_specifications",
    "speed": "figures:figure_speed",
}

__getattr__, __dir__, __all__ = attach(__name__, _HOME)

"""Figures for the screen, one per question; each draws a table that a function has computed.

``gl.plot.curves(cohort, "hip_flexion_deg")`` is a plotly figure: hover, zoom, click the legend.
"""

from glutelab.lazy import attach

_HOME = {
    "agreement": "explore.quality:plot_agreement",
    "comparison": "explore.comparison:plot_comparison",
    "completeness": "explore.quality:plot_completeness",
    "curve_reliability": "explore.repeatability:plot_curve_reliability",
    "curves": "explore.curves:plot_curves",
    "economy": "explore.economy:plot_economy",
    "economy_stages": "explore.economy_stages:plot_economy_stages",
    "effects": "explore.effects:plot_effects",
    "first_strides": "explore.first_strides:plot_first_strides",
    "forest": "explore.forest:plot_forest",
    "groups": "explore.estimation:plot_groups",
    "relation": "explore.measures:plot_relation",
    "reliability": "explore.repeatability:plot_reliability",
    "signals": "explore.trial:plot_signals",
    "specifications": "explore.specification:plot_specifications",
    "with_speed": "explore.measures:plot_with_speed",
}

__getattr__, __dir__, __all__ = attach(__name__, _HOME)

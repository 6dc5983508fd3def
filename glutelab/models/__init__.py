"""Models of running economy: associations between and within runners, and their doubts."""

from glutelab.lazy import attach

_HOME = {
    "economy_power": "models.power",
    "fit_economy": "models.economy",
    "list_postures": "models.posture",
    "posture_composite": "models.composite",
    "posture_pathway": "models.pathways",
    "specification_curve": "models.specification",
}

__getattr__, __dir__, __all__ = attach(__name__, _HOME)

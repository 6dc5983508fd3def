"""One runner beside the others, on one page."""

from glutelab.explore.card.card import RunnerCard

__all__ = ["RunnerCard"]

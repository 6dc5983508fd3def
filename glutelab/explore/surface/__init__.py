"""Where explorers draw: a figure that is redrawn as a whole, and never shows old data."""

from glutelab.explore.surface.surface import Surface, prepare_page

__all__ = ["Surface", "prepare_page"]

"""Whether explorers are for a page that has no kernel."""

from __future__ import annotations

import os

__all__ = ["STATIC", "static_pages"]

STATIC = "GLUTELAB_STATIC"  # environment variable, inherited by kernels; anything but empty is yes


def static_pages() -> bool:
    """Whether explorers show their static twin: pages that are exported have no kernel."""
    return bool(os.environ.get(STATIC))

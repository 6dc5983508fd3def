"""Differences between groups of runners, or between conditions, as one row of the paper."""

from glutelab.groups.changes import condition_changes
from glutelab.groups.compare import compare_groups
from glutelab.groups.effect import adjust_p, hedges_g
from glutelab.groups.power import runners_needed

__all__ = ["adjust_p", "compare_groups", "condition_changes", "hedges_g", "runners_needed"]

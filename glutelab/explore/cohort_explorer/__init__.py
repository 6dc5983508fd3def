"""Look at a cohort: filter, compare, choose runners, and keep the line that shows it again."""

from glutelab.explore.cohort_explorer.explorer import CohortExplorer

__all__ = ["CohortExplorer"]

"""Several cohorts and published studies together: each counts as one study, never as a heap."""

from glutelab.evidence.cohorts import study_rows
from glutelab.evidence.pool import pool_effects
from glutelab.evidence.published import published_effects
from glutelab.evidence.result import PooledEffects

__all__ = ["PooledEffects", "pool_effects", "published_effects", "study_rows"]

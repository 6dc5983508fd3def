"""Recordings and cohorts whose truth is known: for tests, teaching and planning.

Nothing here is a measurement of anybody, and everything made here says that it is simulated.
"""

from glutelab.simulate.cohort import built_in_cohort, built_in_entry, simulate_cohort
from glutelab.simulate.runners import simulate_runners
from glutelab.simulate.trial import SimulatedTrial, pose_markers, simulate_trial

__all__ = [
    "SimulatedTrial",
    "built_in_cohort",
    "built_in_entry",
    "pose_markers",
    "simulate_cohort",
    "simulate_runners",
    "simulate_trial",
]

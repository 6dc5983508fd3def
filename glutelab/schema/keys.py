"""Columns that travel along in several tables: who, which trial, which stride."""

from __future__ import annotations

from glutelab.schema.column import Column

__all__ = [
    "CONDITIONS",
    "LEVELS",
    "RUNNER_ID",
    "SIDE",
    "SLOPE_PCT",
    "SPEED_M_S",
    "START_S",
    "STRIDE",
    "TRIAL_ID",
]

# What may differ between rows of one runner, and is never pooled in silence.
CONDITIONS = ("speed_m_s", "slope_pct", "shoe", "session")
LEVELS = ("recreational", "competitive", "elite", "unknown")

RUNNER_ID = Column(
    "runner_id",
    "Runner",
    "",
    "Name of the runner in this cohort, the same in every table.",
    dtype="text",
    required=True,
)
TRIAL_ID = Column(
    "trial_id",
    "Trial",
    "",
    "Name of the trial (one recording of one runner at one speed).",
    dtype="text",
    required=True,
)
SIDE = Column(
    "side",
    "Side",
    "",
    "The leg that the row describes.",
    allowed=("left", "right"),
    dtype="text",
    required=True,
)
STRIDE = Column(
    "stride",
    "Stride",
    "",
    "Number of the stride within its trial and side, in order of time.",
    possible=(0, 1_000_000),
    dtype="whole",
    required=True,
)
START_S = Column(
    "start_s",
    "Start",
    "s",
    "Foot strike, counted from the start of the recording.",
    possible=(0.0, 100_000.0),
)
SPEED_M_S = Column(
    "speed_m_s",
    "Running speed",
    "m/s",
    "Speed of the belt, or mean forward speed over ground.",
    plausible=(2.0, 7.0),
    possible=(0.3, 13.0),
    required=True,
)
SLOPE_PCT = Column(
    "slope_pct",
    "Slope",
    "%",
    "Rise per 100 of horizontal distance.",
    sign="uphill positive",
    plausible=(-20.0, 20.0),
    possible=(-60.0, 60.0),
)

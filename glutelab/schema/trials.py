"""The tables of recordings: one row per trial, and the ledger of every candidate stride."""

from __future__ import annotations

from glutelab.schema.column import Column, Table
from glutelab.schema.keys import RUNNER_ID, SIDE, SLOPE_PCT, SPEED_M_S, START_S, STRIDE, TRIAL_ID

__all__ = ["LEDGER", "TRIALS"]

_BY_WHICH = "The equation stands in `energy_equation`, gross or net in `energy_baseline`."
_WORSE = "higher is less economical"
_COST = (
    Column(
        "vo2_ml_kg_min",
        "Oxygen uptake per kg",
        "ml/kg/min",
        "Steady-state oxygen uptake of the trial per body mass and minute.",
        "",
        (15.0, 85.0),
        (1.0, 110.0),
    ),
    Column(
        "respiratory_exchange_ratio",
        "Respiratory exchange ratio",
        "",
        "Carbon dioxide output divided by oxygen uptake, steady state; from 1 on, cost is not "
        "covered by oxygen.",
        "",
        (0.7, 1.0),
        (0.4, 2.0),
    ),
    Column(
        "oxygen_cost_ml_kg_km",
        "Oxygen cost",
        "ml/kg/km",
        "Oxygen per body mass and distance. Gross or net: `energy_baseline`.",
        _WORSE,
        (100.0, 350.0),
        (10.0, 2000.0),
    ),
    Column(
        "energy_cost_j_kg_m",
        "Energy cost",
        "J/kg/m",
        f"Metabolic energy per body mass and distance. {_BY_WHICH}",
        _WORSE,
        (2.0, 7.5),
        (0.2, 45.0),
    ),
    Column(
        "energy_equation",
        "Energy equation",
        "",
        "From oxygen and carbon dioxide to energy: peronnet-massicotte, brockway, weir.",
        dtype="text",
    ),
    Column(
        "energy_baseline",
        "Energy baseline",
        "",
        "Whether costs are gross or net of standing.",
        allowed=("gross", "net of standing"),
        dtype="text",
    ),
)

TRIALS = Table(
    "trials",
    "one row per trial",
    ("trial_id",),
    (
        TRIAL_ID,
        RUNNER_ID,
        SPEED_M_S,
        SLOPE_PCT,
        Column(
            "surface",
            "Surface",
            "",
            "What was run on.",
            allowed=("treadmill", "track", "road", "grass", "trail", "indoor"),
            dtype="text",
        ),
        Column(
            "shoe",
            "Shoe",
            "",
            "What was worn, where runners ran in several.",
            dtype="text",
        ),
        Column(
            "session",
            "Session",
            "",
            "Number of the visit, 1 for the first, where runners came several times.",
            possible=(0, 100_000),
            dtype="whole",
        ),
        Column(
            "marker_rate_hz",
            "Marker rate",
            "Hz",
            "Marker positions per second.",
            "",
            (60.0, 1000.0),
            (10.0, 20_000.0),
        ),
        Column(
            "force_rate_hz",
            "Force rate",
            "Hz",
            "Force samples per second; missing where no force was measured.",
            "",
            (100.0, 5000.0),
            (10.0, 100_000.0),
        ),
        Column(
            "duration_s",
            "Duration",
            "s",
            "Length of the recording.",
            "",
            (3.0, 3600.0),
            (0.0, 100_000.0),
        ),
        Column(
            "event_method",
            "Event method",
            "",
            "How foot strike and toe-off were found.",
            dtype="text",
        ),
        Column(
            "candidate_strides",
            "Candidate strides",
            "",
            "Strides found in the recording, both sides (rows of the ledger).",
            possible=(0.0, 1e6),
        ),
        Column(
            "kept_strides",
            "Kept strides",
            "",
            "Strides that passed every rule, both sides (rows of strides).",
            possible=(0.0, 1e6),
        ),
        Column(
            "kinetics_method",
            "Kinetics method",
            "",
            "Segment inertia, filter and axes behind moments, power and work; empty where no force "
            "was measured.",
            dtype="text",
        ),
        *_COST,
        Column(
            "notes",
            "Notes",
            "",
            "Whatever a reader of the results has to know, for example markers that are missing.",
            dtype="text",
        ),
    ),
)

LEDGER = Table(
    "ledger",
    "one row per candidate stride: candidates = kept + dropped",
    ("trial_id", "side", "stride"),
    (
        TRIAL_ID,
        RUNNER_ID,
        SIDE,
        STRIDE,
        START_S,
        Column(
            "end_s",
            "End",
            "s",
            "Next foot strike of the same foot, counted from the start of the recording.",
            possible=(0.0, 100_000.0),
        ),
        Column(
            "kept",
            "Kept",
            "",
            "Whether the stride is a row of strides.",
            dtype="yes_no",
            required=True,
        ),
        Column("rule", "Rule", "", "The rule that dropped the stride.", dtype="text"),
        Column("value", "Value", "", "What the rule looked at, in the unit the reason names."),
        Column("threshold", "Threshold", "", "The limit of the rule, in the same unit."),
        Column("reason", "Reason", "", "Why it was dropped, as a sentence.", dtype="text"),
        Column(
            "kinetics_rule",
            "Kinetics rule",
            "",
            "The rule by which a stride that is kept has no moments, power and work.",
            dtype="text",
        ),
        Column(
            "kinetics_value",
            "Kinetics value",
            "",
            "What that rule looked at, in the unit its reason names.",
        ),
        Column(
            "kinetics_threshold",
            "Kinetics threshold",
            "",
            "The limit of that rule, in the same unit.",
        ),
        Column(
            "kinetics_reason",
            "Kinetics reason",
            "",
            "Why it has none, as a sentence.",
            dtype="text",
        ),
    ),
    required=False,
)

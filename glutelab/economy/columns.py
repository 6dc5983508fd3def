"""The table of running economy: one row per stage."""

from __future__ import annotations

from glutelab.schema import Column, Table
from glutelab.schema.keys import SLOPE_PCT

__all__ = ["ECONOMY"]

_TIMES = tuple(
    Column(name, label, "s", definition, possible=(0.0, 200_000.0))
    for name, label, definition in (
        ("start_s", "Start", "Start of the stage."),
        ("end_s", "End", "End of the stage."),
        ("window_start_s", "Start of window", "Start of the stretch that the means are of."),
        ("window_end_s", "End of window", "End of the stretch that the means are of."),
    )
)
_STAGE = (
    Column(
        "stage", "Stage", "", "Number of the stage, in order of time.", dtype="whole", required=True
    ),
    *_TIMES,
    Column(
        "speed_m_s",
        "Running speed",
        "m/s",
        "Speed of the belt; missing in a ramp, 0 while standing.",
        "",
        (2.0, 7.0),
        (0.0, 7.5),
    ),
    SLOPE_PCT,
)
_GAS = (
    Column("n_breaths", "Breaths", "", "Breaths or rows in the window.", dtype="whole"),
    Column("n_left_out", "Breaths left out", "", "Outliers left out of it.", dtype="whole"),
    Column("vo2_ml_min", "Oxygen uptake", "ml/min", "Gross mean of the window.", "", (700, 6500)),
    Column(
        "vo2_ml_kg_min",
        "Oxygen uptake per kg",
        "ml/kg/min",
        "Gross mean of the window per body mass.",
        "",
        (15.0, 85.0),
    ),
    Column(
        "vco2_ml_min",
        "Carbon dioxide output",
        "ml/min",
        "Gross mean of the window.",
        "",
        (500, 7500),
    ),
    Column("rer", "Respiratory exchange ratio", "", "VCO2 divided by VO2.", "", (0.7, 1.0)),
    Column(
        "vo2_slope_ml_min2",
        "Slope of VO2",
        "ml/min per min",
        "Change of VO2, least squares: in the window, or from 3 min on (at most the last 5 min) "
        "where that is longer.",
        "rising positive",
        (-50.0, 50.0),
    ),
    Column(
        "vo2_slope_se_ml_min2",
        "Standard error of the slope",
        "ml/min per min",
        "Standard error of the slope of VO2; wider where neighboring breaths are alike.",
    ),
)
_COSTS = (
    Column(
        "metabolic_power_w_kg",
        "Metabolic power",
        "W/kg",
        "Metabolic power by the named equation; missing if the stage is refused.",
        "",
        (7.0, 30.0),
    ),
    Column(
        "oxygen_cost_ml_kg_km",
        "Oxygen cost",
        "ml/kg/km",
        "Oxygen per body mass and distance; missing if the stage is refused.",
        "higher is less economical",
        (140.0, 260.0),
        (0.0, 2000.0),
    ),
    Column(
        "energy_cost_j_kg_m",
        "Energy cost",
        "J/kg/m",
        "Metabolic energy per body mass and distance; missing if the stage is refused.",
        "higher is less economical",
        (3.0, 5.6),
        (0.0, 45.0),
    ),
    Column(
        "energy_cost_kcal_kg_km",
        "Energy cost",
        "kcal/kg/km",
        "The same in kcal (4.184 kJ).",
        "higher is less economical",
        (0.7, 1.35),
        (0.0, 11.0),
    ),
)
_HOW = (
    Column("equation", "Equation", "", "Equation of the energy columns.", dtype="text"),
    Column(
        "baseline",
        "Baseline",
        "",
        "Whether costs are gross or net of standing.",
        allowed=("gross", "net of standing"),
        dtype="text",
    ),
    Column("mass_kg", "Body mass", "kg", "Body mass that was used.", "", (38.0, 120.0), (20, 250)),
    Column(
        "accepted",
        "Accepted",
        "",
        "Whether the stage is an aerobic steady state of running.",
        dtype="yes_no",
        required=True,
    ),
    Column("reason", "Reason", "", "Why a stage is refused.", dtype="text"),
    Column("caution", "Caution", "", "What has to be said of an accepted stage.", dtype="text"),
    Column("simulated", "Simulated", "", "Whether it comes from a model.", dtype="yes_no"),
)

ECONOMY = Table(
    "economy",
    "one row per stage of a test",
    ("stage",),
    _STAGE + _GAS + _COSTS + _HOW,
    required=False,
)

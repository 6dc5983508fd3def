"""The tables of people: one row per runner, and one row per leg."""

from __future__ import annotations

from glutelab.schema.column import Column, Table
from glutelab.schema.keys import LEVELS, RUNNER_ID, SIDE

__all__ = ["LEGS", "RUNNERS"]

RUNNERS = Table(
    "runners",
    "one row per runner",
    ("runner_id",),
    (
        RUNNER_ID,
        Column(
            "sex",
            "Sex",
            "",
            "Sex as recorded by the source.",
            allowed=("female", "male"),
            dtype="text",
        ),
        Column(
            "age_years", "Age", "years", "Age at the measurement.", "", (14.0, 80.0), (5.0, 110.0)
        ),
        Column("height_m", "Height", "m", "Standing height.", "", (1.4, 2.1), (0.9, 2.5)),
        Column("mass_kg", "Body mass", "kg", "Body mass.", "", (38.0, 120.0), (20.0, 250.0)),
        Column(
            "level",
            "Level",
            "",
            "Level of performance, mapped from `source_level`; the cohort states the mapping.",
            allowed=LEVELS,
            dtype="text",
            required=True,
        ),
        Column("source_level", "Level in the source", "", "The source's own word.", dtype="text"),
        Column(
            "dominant_side",
            "Dominant side",
            "",
            "Preferred leg as reported.",
            allowed=("left", "right", "both"),
            dtype="text",
        ),
        Column(
            "experience_months",
            "Running experience",
            "months",
            "Time since the runner took up running.",
            "",
            (0.0, 720.0),
            (0.0, 1200.0),
        ),
        Column(
            "sessions_per_week",
            "Sessions per week",
            "per week",
            "Running sessions in a usual week.",
            "",
            (0.0, 14.0),
            (0.0, 30.0),
        ),
        Column(
            "weekly_distance_km",
            "Weekly distance",
            "km",
            "Distance of a usual week, as the class the source gives (26-35, >45).",
            dtype="text",
        ),
        Column(
            "pace_min_km",
            "Race pace",
            "min/km",
            "Pace over `race_distance_km`, minutes as a decimal number (4.5 is 4:30).",
            "",
            (2.6, 8.0),
            (2.2, 20.0),
        ),
        Column(
            "race_distance_km",
            "Race distance",
            "km",
            "Distance, or distances, that the pace belongs to, as the source gives them.",
            dtype="text",
        ),
        Column(
            "injured",
            "Injured",
            "",
            "Whether an injury was reported.",
            allowed=("yes", "no"),
            dtype="text",
        ),
        Column(
            "laboratory",
            "Laboratory",
            "",
            "Where the runner was measured, in a cohort from several laboratories.",
            dtype="text",
        ),
        Column(
            "measured_speed_m_s",
            "Measured speed",
            "m/s",
            "The runner's own speed, where the speed of the trial is the class it belongs to.",
            "",
            (1.5, 8.0),
            (0.1, 15.0),
        ),
        Column(
            "same_runner_as",
            "Same runner as",
            "",
            "The same person in another cohort, as cohort:runner_id.",
            dtype="text",
        ),
        Column(
            "caveat",
            "Caveat",
            "",
            "What has to be said of this runner beside every number.",
            dtype="text",
        ),
        Column(
            "standing_pelvic_tilt_deg",
            "Standing pelvic tilt",
            "°",
            "Mean tilt of the pelvis against the laboratory's horizontal in quiet standing.",
            "anterior tilt positive",
            (-5.0, 30.0),
            (-45.0, 60.0),
        ),
    ),
)


def _strength(muscles: str, words: str, note: str = "") -> Column:
    return Column(
        f"hip_{muscles}_strength_kg",
        f"Hip {words} strength",
        "kg",
        f"Greatest force of the hip in {words}, hand-held dynamometer, kilogram-force.{note}",
        "",
        (2.0, 60.0),
        (0.0, 150.0),
    )


LEGS = Table(
    "legs",
    "one row per runner and side",
    ("runner_id", "side"),
    (
        RUNNER_ID,
        SIDE,
        Column(
            "leg_length_m",
            "Leg length",
            "m",
            "Hip to knee to ankle joint center in quiet standing; lengths per leg length are "
            "divided by it.",
            "",
            (0.60, 1.05),
            (0.30, 1.50),
        ),
        Column(
            "thomas_test_deg",
            "Modified Thomas test",
            "°",
            "Angle of the thigh against the horizontal in the modified Thomas test.",
            "thigh below the horizontal (longer hip flexors) positive",
            (-30.0, 45.0),
            (-90.0, 90.0),
        ),
        Column(
            "ober_test_deg",
            "Ober test",
            "°",
            "Angle of the thigh in the Ober test (length of the iliotibial band), as the source "
            "gives it.",
            "",
            (0.0, 60.0),
            (-90.0, 90.0),
        ),
        _strength("extension", "extension"),
        _strength("abduction", "abduction"),
        _strength("external_rotation", "external rotation"),
        _strength("internal_rotation", "internal rotation", " rbds2017 has the right side only."),
        Column(
            "standing_hip_flexion_deg",
            "Standing hip flexion",
            "°",
            "Mean angle of the thigh against the pelvis in quiet standing.",
            "flexion positive",
            (-20.0, 35.0),
            (-60.0, 90.0),
        ),
        Column(
            "standing_thigh_angle_deg",
            "Standing thigh angle",
            "°",
            "Mean angle of the thigh against the vertical in quiet standing, sagittal plane.",
            "knee ahead of the hip positive",
            (-20.0, 20.0),
            (-60.0, 90.0),
        ),
        Column(
            "standing_knee_flexion_deg",
            "Standing knee flexion",
            "°",
            "Mean angle of the shank against the thigh in quiet standing.",
            "flexion positive",
            (-15.0, 25.0),
            (-40.0, 120.0),
        ),
    ),
    required=False,
)

"""The table of measures: one row per kept stride.

The forefoot is the middle between the first and fifth metatarsal head, the pelvis center the
middle between the two hip joint centers. Ahead and behind are distances along the running
direction.
"""

from __future__ import annotations

from glutelab.schema.column import Column, Table
from glutelab.schema.keys import RUNNER_ID, SIDE, SLOPE_PCT, SPEED_M_S, START_S, STRIDE, TRIAL_ID
from glutelab.schema.kinetics import KINETICS

__all__ = ["STRIDES"]

MORIN = "10.1123/jab.21.2.167"
ANTERIOR = "anterior tilt positive"
EXTENSION = "extension positive"
FLEXION = "flexion positive"


def _deg(name, label, definition, sign, plausible, possible):
    return Column(name, label, "°", definition, sign, plausible, possible)


_IDENTITY = (
    RUNNER_ID,
    TRIAL_ID,
    SPEED_M_S,
    SLOPE_PCT,
    SIDE,
    STRIDE,
    START_S,
    Column(
        "foot_strike_pattern",
        "Foot strike pattern",
        "",
        "Rearfoot, midfoot or forefoot, as the source labels this runner, side and speed.",
        dtype="text",
    ),
)

_HIP_AND_PELVIS = (
    _deg(
        "peak_hip_extension_deg",
        "Peak hip extension",
        "Greatest extension of the thigh against the pelvis in the stride.",
        EXTENSION,
        (-20.0, 40.0),
        (-90.0, 90.0),
    ),
    _deg(
        "hip_extension_at_toe_off_deg",
        "Hip extension at toe-off",
        "Extension of the thigh against the pelvis at toe-off.",
        EXTENSION,
        (-25.0, 40.0),
        (-90.0, 90.0),
    ),
    _deg(
        "peak_thigh_extension_deg",
        "Peak thigh extension",
        "Greatest angle of the thigh behind the vertical in the stride, sagittal plane.",
        "knee behind the hip positive",
        (8.0, 50.0),
        (-60.0, 90.0),
    ),
    _deg(
        "thigh_extension_at_toe_off_deg",
        "Thigh extension at toe-off",
        "Angle of the thigh behind the vertical at toe-off, sagittal plane.",
        "knee behind the hip positive",
        (3.0, 50.0),
        (-60.0, 90.0),
    ),
    _deg(
        "hip_flexion_at_foot_strike_deg",
        "Hip flexion at foot strike",
        "Flexion of the thigh against the pelvis at foot strike.",
        FLEXION,
        (8.0, 75.0),
        (-60.0, 130.0),
    ),
    _deg(
        "pelvic_tilt_mean_deg",
        "Mean pelvic tilt",
        "Tilt of the pelvis against the laboratory's horizontal, mean of the stride.",
        ANTERIOR,
        (-5.0, 40.0),
        (-45.0, 75.0),
    ),
    _deg(
        "trunk_lean_mean_deg",
        "Mean trunk lean",
        "Lean of the trunk against the vertical, mean of the stride; for cohorts that bring it, as "
        "the markers of rbds2017 do not reach the trunk.",
        "forward lean positive",
        (-5.0, 25.0),
        (-30.0, 60.0),
    ),
    _deg(
        "pelvic_tilt_at_foot_strike_deg",
        "Pelvic tilt at foot strike",
        "Tilt of the pelvis against the laboratory's horizontal at foot strike.",
        ANTERIOR,
        (-10.0, 45.0),
        (-45.0, 75.0),
    ),
    _deg(
        "pelvic_tilt_at_toe_off_deg",
        "Pelvic tilt at toe-off",
        "Tilt of the pelvis against the laboratory's horizontal at toe-off.",
        ANTERIOR,
        (-10.0, 45.0),
        (-45.0, 75.0),
    ),
    _deg(
        "pelvic_tilt_from_standing_deg",
        "Pelvic tilt from standing",
        "Mean pelvic tilt of the stride minus the runner's own tilt in quiet standing.",
        "more anterior than standing positive",
        (-20.0, 25.0),
        (-75.0, 75.0),
    ),
    _deg(
        "hip_range_deg",
        "Hip range of motion",
        "Greatest minus smallest hip flexion of the stride.",
        "",
        (25.0, 105.0),
        (0.0, 180.0),
    ),
    _deg(
        "hip_extension_after_toe_off_deg",
        "Hip extension after toe-off",
        "How much further the hip extends after toe-off: greatest extension after toe-off minus "
        "extension at toe-off.",
        "further extension positive",
        (0.0, 15.0),
        (-1.0, 60.0),
    ),
)

_REACH = (
    Column(
        "foot_ahead_m",
        "Foot ahead of pelvis",
        "m",
        "Horizontal distance from the pelvis center to the forefoot at foot strike.",
        "foot ahead of the pelvis positive",
        (0.05, 0.60),
        (-1.5, 1.5),
    ),
    Column(
        "foot_behind_m",
        "Foot behind pelvis",
        "m",
        "Horizontal distance from the forefoot to the pelvis center at toe-off.",
        "foot behind the pelvis positive",
        (0.15, 0.90),
        (-1.5, 1.5),
    ),
    Column(
        "behind_ahead_ratio",
        "Behind/ahead ratio",
        "",
        "`foot_behind_m` at toe-off divided by `foot_ahead_m` at foot strike.",
        "",
        (0.5, 10.0),
    ),
    Column(
        "rearward_reach_m",
        "Rearward reach",
        "m",
        "Greatest horizontal distance of the forefoot behind the pelvis center in the stride.",
        "foot behind the pelvis positive",
        (0.25, 1.10),
        (-0.5, 1.8),
    ),
    Column(
        "rearward_reach_delay_s",
        "Rearward reach delay",
        "s",
        "Time from toe-off to the rearward reach.",
        "after toe-off positive",
        (-0.02, 0.20),
        (-0.5, 1.0),
    ),
    _deg(
        "peak_knee_flexion_swing_deg",
        "Peak knee flexion in swing",
        "Greatest knee flexion between toe-off and the next foot strike.",
        FLEXION,
        (55.0, 150.0),
        (-30.0, 175.0),
    ),
    Column(
        "heel_rise_m",
        "Heel rise",
        "m",
        "Greatest height of the heel in the stride above its lowest height in contact.",
        "up positive",
        (0.10, 1.00),
        (0.0, 1.5),
    ),
)

_TIME_AND_SPRING = (
    Column(
        "contact_time_s",
        "Contact time",
        "s",
        "Foot strike to toe-off of the same foot.",
        "",
        (0.12, 0.40),
        (0.03, 1.5),
    ),
    Column(
        "flight_time_s",
        "Flight time",
        "s",
        "Toe-off to the next foot strike of the other foot; negative when both feet are on the "
        "ground.",
        "",
        (0.0, 0.25),
        (-0.5, 1.0),
    ),
    Column(
        "stride_time_s",
        "Stride time",
        "s",
        "Foot strike to the next foot strike of the same foot.",
        "",
        (0.50, 0.95),
        (0.2, 3.0),
    ),
    Column(
        "duty_factor",
        "Duty factor",
        "",
        "Contact time divided by stride time.",
        "",
        (0.15, 0.50),
        (0.02, 0.98),
    ),
    Column(
        "cadence_spm",
        "Cadence",
        "steps/min",
        "Steps per minute, both feet counted: 120 divided by stride time.",
        "",
        (135.0, 240.0),
        (40.0, 600.0),
    ),
    Column(
        "stride_length_m",
        "Stride length",
        "m",
        "Running speed times stride time (two steps).",
        "",
        (1.2, 5.0),
        (0.3, 7.0),
    ),
    Column(
        "toe_off_pct",
        "Toe-off",
        "% of gait cycle",
        "When toe-off happens: 100 times the duty factor.",
        "",
        (15.0, 50.0),
        (2.0, 98.0),
    ),
    Column(
        "vertical_oscillation_m",
        "Vertical oscillation",
        "m",
        "Highest minus lowest height of the pelvis center in the stride.",
        "",
        (0.03, 0.17),
        (0.0, 0.5),
    ),
    Column(
        "leg_stiffness_kn_m",
        "Leg stiffness",
        "kN/m",
        "Spring-mass stiffness of the leg, from contact and flight time, speed, body mass and "
        "leg length (0.53 of height).",
        "",
        (3.0, 30.0),
        (0.1, 200.0),
        source=MORIN,
    ),
    Column(
        "vertical_stiffness_kn_m",
        "Vertical stiffness",
        "kN/m",
        "Spring-mass stiffness of the body, from contact and flight time and body mass.",
        "",
        (8.0, 90.0),
        (0.1, 500.0),
        source=MORIN,
    ),
)


def _per_leg(name: str, label: str, plausible: tuple[float, float]) -> Column:
    return Column(
        f"{name}_leg",
        label,
        "leg lengths",
        f"`{name}_m` divided by `leg_length_m` of the same side.",
        "",
        plausible,
        (-2.5, 12.0),
    )


_PER_LEG_LENGTH = (
    _per_leg("foot_ahead", "Foot ahead of pelvis", (0.05, 0.70)),
    _per_leg("foot_behind", "Foot behind pelvis", (0.18, 1.0)),
    _per_leg("rearward_reach", "Rearward reach", (0.3, 1.3)),
    _per_leg("heel_rise", "Heel rise", (0.12, 1.2)),
    _per_leg("stride_length", "Stride length", (1.3, 6.0)),
    _per_leg("vertical_oscillation", "Vertical oscillation", (0.03, 0.22)),
)

STRIDES = Table(
    "strides",
    "one row per kept stride, with its measures",
    ("trial_id", "side", "stride"),
    _IDENTITY + _HIP_AND_PELVIS + _REACH + _TIME_AND_SPRING + _PER_LEG_LENGTH + KINETICS,
    required=False,
)

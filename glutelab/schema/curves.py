"""The table of curves: one row per kept stride, 101 points from foot strike to foot strike.

Expected shapes are wide enough for every runner of rbds2017 (28 runners, 2.5 to 4.5 m/s) and
narrow enough that radians, a flipped sign or "180 minus the angle" break them.
"""

from __future__ import annotations

from glutelab.schema.column import Column, Shape, Table
from glutelab.schema.keys import SIDE, STRIDE, TRIAL_ID

__all__ = ["CURVES", "CURVE_KEY", "POINTS"]

POINTS = 101  # 0 to 100 % of the gait cycle, both inclusive
CURVE_KEY = ("trial_id", "side", "stride")

POSSIBLE = (-400.0, 400.0)  # beyond a full turn
POSSIBLE_MOMENT, POSSIBLE_POWER = (-30.0, 30.0), (-300.0, 300.0)


def _curve(name, label, definition, sign, plausible, *shape):
    return Column(
        f"{name}_deg", label, "°", definition, sign, plausible, POSSIBLE, shape=tuple(shape)
    )


def _joint(name, label, of, sign, plausible, *shape):
    definition = f"Cardan angle (mediolateral axis first) of {of}."
    return _curve(name, label, definition, sign, plausible, *shape)


def _moment(joint, muscles, low, high, *shape):
    return Column(
        f"{joint}_{muscles}_moment_nm_kg",
        f"{joint.capitalize()} {muscles} moment",
        "N m/kg",
        f"Net moment of the {joint} about the mediolateral axis of its proximal segment, per body "
        "mass.",
        f"{muscles} positive",
        (low, high),
        POSSIBLE_MOMENT,
        shape=tuple(shape),
    )


def _power(joint, planes, low, high, *shape):
    sagittal = "Sagittal moment times sagittal angular velocity"
    return Column(
        f"{joint}_power_{'3d_' if planes == 3 else ''}w_kg",
        f"{joint.capitalize()} power{' in three planes' if planes == 3 else ''}",
        "W/kg",
        f"{'Moment times angular velocity, all three planes,' if planes == 3 else sagittal} of the "
        f"{joint}, per body mass.",
        "generation positive",
        (low, high),
        POSSIBLE_POWER,
        shape=tuple(shape),
    )


_HIP = "the thigh in the pelvis"
_KNEE = "the shank in the thigh"
_ANKLE = "the foot in the shank"

CURVES = Table(
    "curves",
    "one row per kept stride, in the order of strides; each value is a list of 101 numbers",
    CURVE_KEY,
    (
        TRIAL_ID,
        SIDE,
        STRIDE,
        _joint(
            "hip_flexion",
            "Hip flexion",
            _HIP,
            "flexion positive",
            (-45.0, 110.0),
            Shape("at foot strike", 0, 5, "mean", 8.0, 75.0),
            Shape("lowest around toe-off", 20, 60, "min", -40.0, 20.0),
            Shape("peak in swing", 60, 100, "max", 15.0, 110.0),
        ),
        _joint(
            "hip_adduction",
            "Hip adduction",
            _HIP,
            "adduction positive",
            (-35.0, 35.0),
            Shape("in midstance", 10, 20, "mean", -4.0, 30.0),
        ),
        _joint(
            "hip_internal_rotation",
            "Hip internal rotation",
            _HIP,
            "internal rotation positive",
            (-60.0, 60.0),
        ),
        _joint(
            "knee_flexion",
            "Knee flexion",
            _KNEE,
            "flexion positive",
            (-20.0, 165.0),
            Shape("at foot strike", 0, 2, "mean", -15.0, 50.0),
            Shape("peak in swing", 50, 95, "max", 55.0, 165.0),
        ),
        _joint("knee_adduction", "Knee adduction", _KNEE, "adduction positive", (-50.0, 50.0)),
        _joint(
            "knee_internal_rotation",
            "Knee internal rotation",
            _KNEE,
            "internal rotation positive",
            (-70.0, 70.0),
        ),
        _joint(
            "ankle_dorsiflexion",
            "Ankle dorsiflexion",
            _ANKLE,
            "dorsiflexion positive",
            (-70.0, 50.0),
            Shape("in midstance", 10, 20, "mean", 2.0, 45.0),
            Shape("lowest around toe-off", 25, 65, "min", -70.0, 5.0),
        ),
        _joint("ankle_inversion", "Ankle inversion", _ANKLE, "inversion positive", (-45.0, 50.0)),
        _joint(
            "ankle_internal_rotation",
            "Ankle internal rotation",
            _ANKLE,
            "internal rotation positive",
            (-50.0, 55.0),
        ),
        _curve(
            "pelvic_tilt",
            "Pelvic tilt",
            "Angle of the line from PSIS to ASIS against the horizontal, sagittal plane.",
            "anterior tilt positive",
            (-25.0, 60.0),
            Shape("mean", 0, 100, "mean", -5.0, 45.0),
        ),
        _curve(
            "pelvic_obliquity",
            "Pelvic obliquity",
            "Tilt of the pelvis against the horizontal, frontal plane.",
            "this side of the pelvis higher positive",
            (-35.0, 35.0),
            Shape("in midstance", 10, 20, "mean", -5.0, 25.0),
        ),
        _curve(
            "pelvic_rotation",
            "Pelvic rotation",
            "Turn of the pelvis against the running direction, transverse plane.",
            "this side of the pelvis forward positive",
            (-45.0, 45.0),
            Shape("in midstance", 10, 20, "mean", -30.0, 8.0),
        ),
        _curve(
            "thigh_angle",
            "Thigh angle",
            "Angle of the thigh against the vertical, sagittal plane.",
            "knee ahead of the hip positive",
            (-55.0, 95.0),
            Shape("at foot strike", 0, 5, "mean", 2.0, 60.0),
            Shape("lowest around toe-off", 20, 60, "min", -55.0, -5.0),
        ),
        _curve(
            "shank_angle",
            "Shank angle",
            "Angle of the shank against the vertical, sagittal plane.",
            "knee ahead of the ankle (leaning forward) positive",
            (-60.0, 155.0),
            Shape("peak in swing", 40, 90, "max", 35.0, 155.0),
        ),
        _curve(
            "foot_angle",
            "Foot angle",
            "Angle of the foot against the horizontal, sagittal plane; 0 in standing.",
            "toes up positive",
            (-175.0, 80.0),
            Shape("lowest in swing", 30, 80, "min", -175.0, -35.0),
        ),
        _moment("hip", "extensor", -5.0, 6.0, Shape("lowest", 20, 60, "min", -5.0, -0.2)),
        _moment("knee", "extensor", -4.0, 6.0, Shape("peak in stance", 5, 30, "max", 0.8, 6.0)),
        _moment(
            "ankle", "plantarflexor", -1.5, 5.5, Shape("peak in stance", 5, 40, "max", 1.2, 5.5)
        ),
        _power("hip", 2, -30.0, 30.0),
        _power("knee", 2, -40.0, 30.0),
        _power("ankle", 2, -30.0, 40.0, Shape("peak in stance", 5, 45, "max", 2.0, 40.0)),
        _power("hip", 3, -30.0, 30.0),
        _power("knee", 3, -40.0, 30.0),
        _power("ankle", 3, -30.0, 40.0, Shape("peak in stance", 5, 45, "max", 2.0, 40.0)),
    ),
    required=False,
)

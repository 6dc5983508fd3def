"""Measures of joint moments, power and work: columns of strides, where force was measured.

Moments are net and sagittal, about the mediolateral axis of the proximal segment. Power and work
are sagittal, too: moment times angular velocity about that axis.
"""

from __future__ import annotations

from glutelab.schema.column import Column

__all__ = ["KINETICS"]

GENERATED = "generation positive"
ABSORBED = "absorption, so never positive"
_JOINTS = ("hip", "knee", "ankle")
_WORDS = {"positive": ("generated", "Positive"), "negative": ("absorbed", "Negative")}


def _peak(name, of, when, plausible):
    text = name.replace("_", " ")
    return Column(
        f"peak_{name}_moment_nm_kg",
        f"Peak {text} moment",
        "N m/kg",
        f"Greatest net {text} moment {when}, per body mass.",
        f"{of} positive",
        plausible,
        (-5.0, 30.0),
    )


_PEAKS = (
    _peak(
        "hip_extensor",
        "extensor",
        "from 5 % of the gait cycle (after the impact) to toe-off",
        (-0.5, 6.0),
    ),
    _peak("hip_flexor", "flexor", "in the stride", (0.3, 5.0)),
    _peak("knee_extensor", "extensor", "in stance", (0.8, 6.0)),
    _peak("ankle_plantarflexor", "plantarflexor", "in stance", (1.2, 5.5)),
    Column(
        "hip_extensor_impulse_nm_s_kg",
        "Hip extensor impulse",
        "N m s/kg",
        "Integral of the hip extensor moment over the time of stance in which it is positive.",
        "extensor positive",
        (0.0, 0.6),
        (0.0, 10.0),
    ),
    Column(
        "peak_hip_power_stance_w_kg",
        "Peak hip power in stance",
        "W/kg",
        "Greatest local maximum above zero of the sagittal power of the hip between 5 % of the "
        "gait cycle (after the impact) and toe-off, per body mass; empty where there is none.",
        GENERATED,
        (0.0, 25.0),
        (-20.0, 200.0),
    ),
    Column(
        "peak_hip_power_stance_pct",
        "Time of peak hip power in stance",
        "% of gait cycle",
        "When `peak_hip_power_stance_w_kg` is reached; empty where there is no such maximum.",
        "",
        (4.0, 45.0),
        (0.0, 100.0),
    ),
)


def _work(joint, sign, phase, suffix, unit, largest):
    done, word = _WORDS[sign]
    over = "stance" if phase else "the stride"
    per = "body mass and distance run" if suffix == "_j_kg_m" else "body mass"
    distance = " per distance" if suffix == "_j_kg_m" else ""
    plausible = (0.0, largest) if sign == "positive" else (-largest, 0.0)
    possible = (0.0, 50.0) if sign == "positive" else (-50.0, 0.0)
    return Column(
        f"{joint}_{sign}_work{phase}{suffix}",
        f"{word} {joint} work{' in stance' if phase else distance}",
        unit,
        f"Work {done} at the {joint} in {over}: integral of its {sign} sagittal power over time, "
        f"per {per}.",
        GENERATED if sign == "positive" else ABSORBED,
        plausible,
        possible,
    )


_WORK = tuple(
    _work(joint, sign, phase, suffix, unit, largest)
    for phase, suffix, unit, largest in (
        ("_stance", "_j_kg", "J/kg", 2.5),
        ("", "_j_kg", "J/kg", 4.0),
        ("", "_j_kg_m", "J/kg/m", 1.2),
    )
    for sign in ("positive", "negative")
    for joint in _JOINTS
)

KINETICS = (
    *_PEAKS,
    *_WORK,
    Column(
        "hip_positive_work_share_stance_pct",
        "Hip share of positive work in stance",
        "%",
        "`hip_positive_work_stance_j_kg` as a part of the sum of hip, knee and ankle.",
        "",
        (0.0, 70.0),
        (0.0, 100.0),
    ),
)

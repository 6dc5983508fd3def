"""Claims 3 and 4: what elite runners show at the speed of others."""

from __future__ import annotations

from functools import partial

from glutelab.verdicts.answer import from_groups
from glutelab.verdicts.claim import Claim

__all__ = ["LEVEL_CLAIMS"]

EXTENSION = {"peak_hip_extension_deg": 2.0, "peak_thigh_extension_deg": 2.0}
KICK = {"rearward_reach_leg": 0.02, "peak_knee_flexion_swing_deg": 5.0}
REACH = {"behind_ahead_ratio": 0.05, "foot_ahead_leg": 0.02}
_CAMERA = "less is within what placing markers again changes"
_LENGTH = "2 % of the leg, some 2 cm"
_SELECTION = "Runners were not assigned a level: training, selection, body and shoe differ, too."
_ISBS = (
    "Hip extension at toe-off differed by sex, not by level (ISBS 2017, 35:281); two patterns, "
    "pulling forward at toe-off or extending past it (Int J Exerc Sci Abstr 16(3):350)."
)
_PREECE = "14 high-performance runners: longer flight, more flexed knee in swing (Preece 2019)."


def _level(name, sentence, estimand, measure, family, why, literature, direction=1) -> Claim:
    return Claim(
        name=name,
        sentence=sentence,
        estimand=estimand,
        direction=direction,
        margin=family[measure],
        why_margin=why,
        needs=(measure,),
        ask=partial(from_groups, measures=family, measure=measure),
        literature=literature,
        beyond=_SELECTION,
        levels=True,
    )


LEVEL_CLAIMS = (
    _level(
        "3a",
        "Elite runners extend the hip more at the same speed (against the pelvis).",
        "peak hip extension, higher minus lower level",
        "peak_hip_extension_deg",
        EXTENSION,
        _CAMERA,
        _ISBS,
    ),
    _level(
        "3b",
        "Elite runners extend the hip more at the same speed (against the vertical).",
        "peak thigh extension, higher minus lower level",
        "peak_thigh_extension_deg",
        EXTENSION,
        _CAMERA,
        _ISBS,
    ),
    _level(
        "3c",
        "Elite runners have a stronger back kick: the foot reaches further behind.",
        "greatest rearward reach in leg lengths, higher minus lower level",
        "rearward_reach_leg",
        KICK,
        _LENGTH,
        _PREECE,
    ),
    _level(
        "3d",
        "Elite runners have a stronger back kick: the heel comes up further.",
        "peak knee flexion in swing, higher minus lower level",
        "peak_knee_flexion_swing_deg",
        KICK,
        _CAMERA,
        _PREECE,
    ),
    _level(
        "4a",
        "Recreational runners ride a bike: their foot is less far behind than ahead.",
        "ratio of foot behind (toe-off) to foot ahead (foot strike), higher minus lower level",
        "behind_ahead_ratio",
        REACH,
        "5 % of an even ratio",
        "No published comparison was found.",
    ),
    _level(
        "4b",
        "Recreational runners reach further forward.",
        "foot ahead at foot strike in leg lengths, higher minus lower level",
        "foot_ahead_leg",
        REACH,
        _LENGTH,
        "No published comparison was found.",
        direction=-1,
    ),
)

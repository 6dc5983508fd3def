"""Claims 1 and 2: how runners stand, and whether that goes with hip extension in running."""

from __future__ import annotations

from functools import partial

from glutelab.verdicts.answer import Answer, from_dose
from glutelab.verdicts.claim import Claim
from glutelab.verdicts.question import Question

__all__ = ["POSTURE_CLAIMS"]

TILT, THOMAS = "standing_pelvic_tilt_deg", "thomas_test_deg"
# Angle of the line from PSIS to ASIS in 30 pelves that were all held the same: what the shape of
# the bone alone gives (Preece and others 2008). Beyond its mean a pelvis counts as tipped.
NEUTRAL_TILT, SHAPE_SD = 13.0, 5.0  # deg
SHARE_MARGIN = 0.1
# Sensitivity and specificity of the modified Thomas test (Vigotsky and others 2016).
SENSITIVITY, SPECIFICITY = 0.32, 0.57
SLOPE_MARGIN = 0.2  # deg per deg
COUPLED = {"peak_hip_extension_deg": SLOPE_MARGIN, "peak_thigh_extension_deg": SLOPE_MARGIN}


def _ask_tilt(question: Question) -> Answer:
    """The share beyond the threshold; its interval has the error of the instrument in it."""
    at = {"above": NEUTRAL_TILT}
    row, call = question.call("compare.share_beyond", TILT, on=_standing(question, TILT), **at)
    ends = []
    for limit, end in ((NEUTRAL_TILT + SHAPE_SD, "ci_low"), (NEUTRAL_TILT - SHAPE_SD, "ci_high")):
        moved, _ = question.call(
            "compare.share_beyond", TILT, on=_standing(question, TILT), above=limit
        )
        ends.append(moved[end].iloc[0])
    alone = row.iloc[0]
    return Answer(
        estimate=alone["share"],
        low=ends[0],
        high=ends[1],
        unit="of runners",
        rows=question.once.dropna(subset=[TILT]),
        call=call,
        result=row,
        notes=(
            f"Sampling alone: {alone['ci_low']:.2f} to {alone['ci_high']:.2f}; the interval also "
            f"moves the threshold by {SHAPE_SD:g}°, which the shape of the bone alone makes.",
        ),
    )


def _ask_thomas(question: Question) -> Answer:
    row, call = question.call(
        "compare.share_beyond", THOMAS, on=_standing(question, THOMAS), below=0
    )
    alone = row.iloc[0]
    return Answer(
        estimate=alone["share"],
        low=alone["ci_low"],
        high=alone["ci_high"],
        unit="of runners",
        rows=question.once.dropna(subset=[THOMAS]),
        call=call,
        result=row,
        cannot=(
            f"With a sensitivity of {SENSITIVITY:.0%} and a specificity of {SPECIFICITY:.0%} the "
            'test says "tight" less often of tight hips than of others, so that no share of '
            "tight hips can be worked out from it. Repeat it with the pelvis held."
        ).replace("%", " %"),
    )


def _standing(question: Question, measure: str) -> tuple:
    """One row per runner and side, whatever the speed, and the code that gives them."""
    names = ["runner_id", "side"]
    table = question.table.dropna(subset=[measure]).drop_duplicates(names).assign(speed_m_s=0.0)
    steps = f".dropna(subset=[{measure!r}]).drop_duplicates({names!r}).assign(speed_m_s=0.0)"
    return table, f"{question.base}{steps}"


_SCHACHE = "Schache and others 2000 (14 elite runners; 10.1136/bjsm.34.4.279)"
_SLOPE = "a pelvis that tips 5° less would have to come with 1° more, to be seen by any camera"

POSTURE_CLAIMS = (
    Claim(
        name="1a",
        sentence="Most runners stand with their pelvis tipped forward, as by tight hip flexors.",
        estimand=f"share of runners with a standing pelvic tilt above {NEUTRAL_TILT:g}°",
        direction=1,
        null=0.5,
        margin=SHARE_MARGIN,
        why_margin="between 4 and 6 of 10 runners is neither most nor few",
        needs=(TILT,),
        ask=_ask_tilt,
        literature=(
            "In 30 pelves held the same the angle was 13° with an SD of 5°, by the shape of the "
            "bone alone (Preece and others 2008; 10.1179/106698108790818459)."
        ),
        beyond="Tilt in standing is not the length of a muscle.",
    ),
    Claim(
        name="1b",
        sentence="Most runners have tight hip flexors, by the modified Thomas test.",
        estimand="share of runners whose thigh stays above the horizontal",
        direction=1,
        null=0.5,
        margin=SHARE_MARGIN,
        why_margin="between 4 and 6 of 10 runners is neither most nor few",
        needs=(THOMAS,),
        ask=_ask_thomas,
        literature=(
            "Sensitivity 32 %, specificity 57 % unless pelvic tilt is controlled (Vigotsky and "
            "others 2016; 10.7717/peerj.2325)."
        ),
        beyond="The test was made lying, by hand.",
    ),
    Claim(
        name="2a",
        sentence="A relaxed-hip-flexor posture goes with more hip extension (against the pelvis).",
        estimand="change of peak hip extension per degree of standing pelvic tilt",
        direction=-1,
        margin=SLOPE_MARGIN,
        why_margin=_SLOPE,
        needs=(TILT, "peak_hip_extension_deg"),
        ask=partial(from_dose, measures=COUPLED, dose=TILT, measure="peak_hip_extension_deg"),
        literature=f"The same coupling: {_SCHACHE}; Franz and others 2009 (73 recreational).",
        beyond=(
            "The pelvis is in both numbers: a pelvis tipped forward takes extension off the hip "
            "angle even if the thigh moves the same. Read it with 2b."
        ),
        caveat="The pelvis is in both numbers: part of this is built in; read with 2b.",
    ),
    Claim(
        name="2b",
        sentence="A relaxed-hip-flexor posture goes with a thigh that goes back further.",
        estimand="change of peak thigh extension per degree of standing pelvic tilt",
        direction=-1,
        margin=SLOPE_MARGIN,
        why_margin=_SLOPE,
        needs=(TILT, "peak_thigh_extension_deg"),
        ask=partial(from_dose, measures=COUPLED, dose=TILT, measure="peak_thigh_extension_deg"),
        literature=(
            "Three weeks of stretching gave more passive hip extension, and not more in running "
            "(Mettler and others 2019; J Strength Cond Res 33:3338)."
        ),
        beyond=(
            "Where 2a holds and 2b does not, it is the pelvis that differs between runners, not "
            "how far the leg goes back."
        ),
    ),
)

"""Claims 5 to 7 and 9c: what running costs."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

from glutelab.models.economy.limits import choose_margin
from glutelab.schema import unit
from glutelab.verdicts.answer import Answer, confounded_with, from_economy, say_reason
from glutelab.verdicts.claim import Claim
from glutelab.verdicts.question import Question

__all__ = ["ECONOMY_CLAIMS", "SHARE_COST", "of_known_cost"]

COST, OXYGEN, TILT = "energy_cost_j_kg_m", "oxygen_cost_ml_kg_km", "standing_pelvic_tilt_deg"
EXTENSION, SHARE = "peak_hip_extension_deg", "hip_positive_work_share_stance_pct"
COVARIATES = ["sex", "mass_kg"]
_WORTH = (
    "{margin:g} % of the mean cost per SD: the smallest worthwhile change of one runner (Shaw "
    "2013), taken over to differences between runners by our choice"
)
_ASSOCIATION = "An association between runners: nobody was made to stand or run differently."
_VAN_HOOREN = (
    "51 studies: joint angles not significant, single measures of gait explain 4 to 12 % of cost "
    "(Van Hooren 2024; 10.1007/s40279-024-01997-3)."
)

_OTHER_WAY = (
    "It is another path than the claimed one: here a pelvis tipped forward goes with more hip "
    "extension, and that with a higher cost."
)


def _ask_pathway(question: Question) -> Answer:
    """The indirect association, per SD of posture."""
    options = {"adjust_for": COVARIATES, "n_boot": question.n_boot, "seed": question.seed}
    found, call = question.call("posture_pathway", TILT, EXTENSION, **options)
    cost = found.outcome
    rows, call = question.rows_of_model(TILT, cost, [EXTENSION, *COVARIATES]), f"{call}.table"
    per_sd = f"{unit(cost)} per SD"
    if not found.answerable:
        nothing = (math.nan,) * 3
        return Answer(*nothing, per_sd, rows, call, found.table, cannot=say_reason(found.reason))
    paths = found.table.set_index("path")
    row = found.table[found.table["path"] == "indirect"]
    one = row.iloc[0]
    # Both of the runners that are in the model, and of no others.
    means = rows.groupby("runner_id")[[TILT, cost]].mean()
    sd = means[TILT].std()
    other = paths.loc["posture_to_mediator", "estimate"] > 0 and one["ci_low"] > 0
    notes = [text for text in (found.sensitivity,) if text]
    return Answer(
        estimate=one["estimate"] * sd,
        low=one["ci_low"] * sd,
        high=one["ci_high"] * sd,
        unit=per_sd,
        rows=rows,
        call=call,
        result=row,
        margin=choose_margin(cost, None)[0] / 100 * means[cost].mean(),
        confounded=confounded_with("  ".join(found.warnings)),
        cannot=_OTHER_WAY if other else "",
        notes=(f"Per SD of standing pelvic tilt, {sd:.1f}°.", *notes),
    )


def of_known_cost(claim: Claim, question: Question) -> Claim:
    """The claim about oxygen cost, if it is about energy cost and oxygen alone was measured."""
    if COST not in claim.needs or question.has(COST) or not question.has(OXYGEN):
        return claim
    return replace(
        claim,
        estimand=claim.estimand.replace("energy cost", "oxygen cost"),
        why_margin=_WORTH.format(margin=choose_margin(OXYGEN, None)[0]),
        needs=tuple(OXYGEN if name == COST else name for name in claim.needs),
    )


def _cost(name, sentence, estimand, measure, direction, literature) -> Claim:
    return Claim(
        name=name,
        sentence=sentence,
        estimand=estimand,
        direction=direction,
        margin=math.nan,
        why_margin=_WORTH.format(margin=choose_margin(COST, None)[0]),
        needs=(measure, COST, *COVARIATES),
        ask=partial(from_economy, posture=measure, covariates=COVARIATES),
        literature=literature,
        beyond=_ASSOCIATION,
    )


ECONOMY_CLAIMS = (
    _cost(
        "5",
        "More rearward push-off goes with a lower cost of running.",
        "energy cost per SD of foot behind pelvis at toe-off, speed, sex and mass held equal",
        "foot_behind_leg",
        -1,
        "A less extended leg at toe-off was more economical (review of Moore 2016; "
        "10.1007/s40279-016-0474-4).",
    ),
    _cost(
        "6",
        "A relaxed-hip-flexor posture goes with a lower cost, beyond speed, mass and sex.",
        "energy cost per SD of standing pelvic tilt, speed, sex and mass held equal",
        TILT,
        1,
        _VAN_HOOREN,
    ),
    Claim(
        name="7",
        sentence="Posture lowers the cost of running by way of hip extension.",
        estimand="association of standing tilt with energy cost through peak hip extension, per SD",
        direction=1,
        margin=math.nan,
        why_margin=_WORTH.format(margin=choose_margin(COST, None)[0]),
        needs=(TILT, EXTENSION, COST, *COVARIATES),
        ask=_ask_pathway,
        literature=_VAN_HOOREN,
        beyond=f"{_ASSOCIATION} A third thing may lie behind all three.",
    ),
)
SHARE_COST = _cost(
    "9c",
    "Where the hip does less of the work, running costs more.",
    "energy cost per SD of the hip's share of positive work in stance, speed, sex and mass equal",
    SHARE,
    -1,
    "No published value was found.",
)

"""Claim 8: what fast strides change, and whether form carries over."""

from __future__ import annotations

from functools import partial

from glutelab.schema import unit as unit_of
from glutelab.verdicts.answer import Answer, confounded_with, why_none
from glutelab.verdicts.claim import Claim
from glutelab.verdicts.question import SAME, Question

__all__ = ["SPEED_CLAIMS"]

MEASURES = ["peak_hip_extension_deg", "peak_thigh_extension_deg", "rearward_reach_leg"]
STABLE = 0.5


def _ask_change(question: Question, measure: str) -> Answer:
    """Mean change within runners per m/s."""
    table, call = question.call("change_with_speed", measure)
    row = table.iloc[0]
    speeds = question.speeds_m_s
    return Answer(
        estimate=row["per_m_s"],
        low=row["ci_low"],
        high=row["ci_high"],
        unit=row["unit"],
        rows=_both_speeds(question, measure),
        call=call,
        result=table,
        cannot=why_none(table),
        notes=(
            f"Within runners, {speeds[0]:.4g} to {speeds[-1]:.4g} m/s; it rises in "
            f"{row['share_positive']:.0%} of them.".replace("%", " %"),
        ),
    )


def _ask_order(question: Question, measure: str) -> Answer:
    table, call = question.call("stability.rank_stability", measure)
    row = table.iloc[0]
    rows = question.rows(measure)
    speeds = [row["speed_1_m_s"], row["speed_2_m_s"]]
    near = [(rows["speed_m_s"] - speed).abs() <= SAME for speed in speeds]
    rows = rows[near[0] | near[1]]
    rows = rows[rows.groupby("runner_id")["speed_m_s"].transform("nunique") > 1]
    return Answer(
        estimate=row["rho"],
        low=row["ci_low"],
        high=row["ci_high"],
        unit="",
        rows=rows,
        call=call,
        result=table,
        cannot=why_none(table),
        notes=(f"Order of the runners at {speeds[0]:.4g} and at {speeds[1]:.4g} m/s.",),
    )


def _ask_slope(question: Question, measure: str) -> Answer:
    """A slight downhill against the level, within runners."""
    table = question.slopes
    down, level, speed = question.downhill(measure)
    found, call = question.call(
        "compare_groups",
        [measure],
        on=(table, question.slopes_base),
        by="slope_pct",
        groups=[down, level],
        speed_m_s=speed,
        n_boot=0,
    )
    row = found.iloc[0]
    rows = table[(table["side"] == row["side"]) & table["slope_pct"].isin([down, level])]
    rows = rows[(rows["speed_m_s"] - speed).abs() <= SAME].dropna(subset=[measure])
    rows = rows[rows.groupby("runner_id")["slope_pct"].transform("nunique") == 2]
    return Answer(
        estimate=row["difference"],
        low=row["ci_low"],
        high=row["ci_high"],
        unit=row["unit"],
        rows=rows,
        call=call,
        result=found,
        p=row["p"],
        detectable=row["detectable_difference"],
        confounded=confounded_with(row["warning"]),
        cannot=why_none(found),
        notes=(f"{down:g} % against {level:g} %, both at {speed:.4g} m/s.".replace("-", "−"),),
    )


def _both_speeds(question: Question, measure: str):
    rows = question.rows(measure)
    return rows[rows.groupby("runner_id")["speed_m_s"].transform("nunique") > 1]


def _change(name: str, what: str, measure: str, margin: float, why: str) -> Claim:
    return Claim(
        name=name,
        sentence=f"Running faster brings {what}.",
        estimand=f"change within runners, {unit_of(measure)} per m/s",
        direction=1,
        margin=margin,
        why_margin=why,
        needs=(measure,),
        ask=partial(_ask_change, measure=measure),
        literature=(
            "In six trained runners hip extension rose with speed, not with slope (Front Sports "
            "Act Living 2021, 682401)."
        ),
        beyond="Steady running at each speed; a stride session was not recorded.",
        speeds=True,
    )


def _order(name: str, what: str, measure: str) -> Claim:
    return Claim(
        name=name,
        sentence=f"Form carries over from fast to slow running: {what}.",
        estimand="rank correlation between the fastest and the slowest speed, over runners",
        direction=1,
        margin=STABLE,
        why_margin="below 0.5 three quarters of the ranks' spread is something else",
        needs=(measure,),
        ask=partial(_ask_order, measure=measure),
        literature="No published value was found.",
        beyond=(
            "That runners keep their order is not that practice at speed changes slow running: "
            "that takes the same runners before and after."
        ),
        speeds=True,
    )


SPEED_CLAIMS = (
    _change(
        "8a",
        "more hip extension (against the pelvis)",
        MEASURES[0],
        1.0,
        "a stride 1 m/s faster that adds less than 1° teaches nobody",
    ),
    _change("8b", "more hip extension (against the vertical)", MEASURES[1], 1.0, "as in 8a"),
    _change("8c", "more back kick: rearward reach", MEASURES[2], 0.01, "1 % of the leg, some 1 cm"),
    Claim(
        name="8d",
        sentence="A slight downhill brings more hip extension at the same speed.",
        estimand="peak hip extension, downhill minus level, within runners",
        direction=1,
        margin=1.0,
        why_margin="as in 8a",
        needs=("peak_hip_extension_deg",),
        ask=partial(_ask_slope, measure="peak_hip_extension_deg"),
        literature=(
            "In six trained runners hip extension rose with speed, not with slope (Front Sports "
            "Act Living 2021, 682401)."
        ),
        beyond="One speed, one slope; the gentlest that most runners ran.",
    ),
    _order("8e", "who extends the hip more fast does so slow", MEASURES[0]),
    _order("8f", "who kicks further back fast does so slow", MEASURES[2]),
)

"""What a call answered to a claim: one estimate with its interval, and on whom it stands."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pandas as pd

from glutelab.contrasts.wording import counted
from glutelab.schema import axis_label, unit
from glutelab.sentences import split
from glutelab.verdicts.question import Question

__all__ = [
    "FEWEST",
    "Answer",
    "confounded_with",
    "from_dose",
    "from_economy",
    "from_groups",
    "say_reason",
    "why_none",
]

FEWEST = 5  # runners per group: benchmarks/results/groups.md
NONE, CONFOUNDED = "Cannot tell:", "Confounded with"


@dataclass(frozen=True)
class Answer:
    """One estimate.

    Attributes
    ----------
    estimate, low, high : float
        With the 95 % interval.
    unit : str
    rows : DataFrame
        The runner means behind it.
    call : str
        Code that gives ``result`` again.
    result : DataFrame
        The table row behind it.
    p : float
        After Holm, where a claim has several measures.
    margin : float
        Where the smallest effect of interest depends on the cohort.
    detectable : float
    confounded : str
        With what.
    cannot : str
        Why there is no verdict whatever the numbers.
    notes : tuple of str
        What has to be known.
    """

    estimate: float
    low: float
    high: float
    unit: str
    rows: pd.DataFrame
    call: str
    result: pd.DataFrame
    p: float = math.nan
    margin: float = math.nan
    detectable: float = math.nan
    confounded: str = ""
    cannot: str = ""
    notes: tuple[str, ...] = field(default=())


def from_groups(question: Question, measures: dict[str, float], measure: str) -> Answer:
    """Difference between the levels of the cohort, of one of several measures.

    Parameters
    ----------
    measures : dict of str to float
        Measures of this claim, with their margins.
    """
    levels, speed = question.levels, question.level_speed(measure)
    table, call = question.call(
        "compare_groups",
        list(measures),
        groups=levels,
        speed_m_s=speed,
        equivalence_margin=measures,
        n_boot=0,
    )
    row = table[table["measure"] == measure]
    one = row.iloc[0]
    rows = question.rows(measure, speed_m_s=speed)
    rows = rows[rows["level"].isin([word for group in levels.values() for word in group])]
    few = int(min(one["n_1"], one["n_2"]))
    cannot = why_none(row)
    if few < FEWEST and not cannot:
        cannot = f"Only {counted(few, 'runner')} in a group; from {FEWEST} on intervals hold."
    first, second = levels
    notes = [f"Compared: {first} with {second}, at {speed:.4g} m/s."]
    return Answer(
        estimate=one["difference"],
        low=one["ci_low"],
        high=one["ci_high"],
        unit=one["unit"],
        rows=rows,
        call=call,
        result=row,
        p=one["p_holm"],
        detectable=one["detectable_difference"],
        confounded=confounded_with(one["warning"]),
        cannot=cannot,
        notes=tuple(notes),
    )


def from_dose(question: Question, measures: dict[str, float], dose: str, measure: str) -> Answer:
    """Change of a measure per unit of another, over runners, at one speed."""
    table, call = question.call(
        "compare_groups",
        list(measures),
        by=dose,
        speed_m_s=question.speed_m_s,
        equivalence_margin=measures,
        n_boot=0,
    )
    row = table[table["measure"] == measure]
    one = row.iloc[0]
    r = f"r = {one['r']:.2f}, " if math.isfinite(one["r"]) else ""
    return Answer(
        estimate=one["difference"],
        low=one["ci_low"],
        high=one["ci_high"],
        unit=one["unit"],
        rows=question.rows(dose, measure, speed_m_s=question.speed_m_s),
        call=call,
        result=row,
        p=one["p_holm"],
        detectable=one["detectable_difference"],
        confounded=confounded_with(one["warning"]).replace("the dose", axis_label(dose)),
        cannot=why_none(row),
        notes=(f"{r}at {question.speed_m_s:.4g} m/s.".replace("-", "−"),),
    )


def from_economy(question: Question, posture: str, covariates: list[str]) -> Answer:
    """Cost per standard deviation of a measure between runners, other things equal."""
    fit, call = question.call("fit_economy", posture, adjust_for=covariates)
    per_sd = f"{unit(fit.outcome)} per SD"
    rows, call = question.rows_of_model(posture, fit.outcome, covariates), f"{call}.coefficients"
    if not fit.answerable:
        nothing = (math.nan,) * 3
        return Answer(*nothing, per_sd, rows, call, fit.coefficients, cannot=say_reason(fit.reason))
    held = fit.equivalence
    p = fit.posture.loc[fit.posture["part"] == "between", "p"].iloc[0]
    prediction = fit.prediction
    adjusted = [*(["speed"] if len(fit.speeds_m_s) > 1 else []), *fit.adjusted_for]
    better = "smaller" if prediction.difference_pct < 0 else "larger"
    notes = (
        f"Adjusted for {' and '.join(adjusted)}." if adjusted else "",
        f"Runners left out are predicted with {abs(prediction.difference_pct):.1f} % {better} "
        "error if it is known.",
        *(text for text in fit.warnings if text.startswith(CONFOUNDED)),
    )
    return Answer(
        estimate=held.per_sd,
        low=held.low,
        high=held.high,
        unit=per_sd,
        rows=rows,
        call=call,
        result=fit.coefficients,
        p=p,
        margin=held.margin,
        detectable=fit.detectable.per_sd,
        confounded=confounded_with("  ".join(fit.warnings)),
        notes=tuple(filter(None, notes)),
    )


def confounded_with(warning: object) -> str:
    """With what, from the sentences of a result."""
    for sentence in split(warning):
        if sentence.startswith(CONFOUNDED):
            return sentence.removeprefix(CONFOUNDED).strip().rstrip(".")
    return ""


def why_none(result: pd.DataFrame) -> str:
    """Why a row of a result has no interval, from its own sentences; nothing if it has one."""
    row = result.iloc[0]
    if math.isfinite(row["ci_low"]) and math.isfinite(row["ci_high"]):
        return ""
    said = [text for text in split(row["warning"]) if text.startswith(NONE)]
    return say_reason(said[0]) if said else ""


def say_reason(text: str) -> str:
    """The reason beside a verdict that says already that nothing can be told.

    Examples
    --------
    >>> say_reason("Cannot tell: no runner has a cost.")
    'No runner has a cost.'
    """
    reason = text.removeprefix(NONE).strip()
    return f"{reason[:1].upper()}{reason[1:]}"

"""What studies say together, as the sentences one would write about it."""

from __future__ import annotations

import numpy as np

from glutelab.contrasts.wording import counted, put_under, series
from glutelab.evidence.scales import SCALES
from glutelab.schema import axis_label, unit

__all__ = ["describe", "judge", "name_question"]


def judge(low: float, high: float, small: bool, *, relation: bool) -> str:
    """The verdict of an interval and of an equivalence test.

    Examples
    --------
    >>> judge(0.1, 0.4, False, relation=True), judge(-0.1, 0.2, True, relation=False)
    ('goes with higher', 'too small to matter')
    """
    if low > 0 or high < 0:
        found = ("goes with " if relation else "") + ("higher" if low > 0 else "lower")
        return f"{found}, too little to matter" if small else found
    return "too small to matter" if small else "cannot tell"


def name_question(pooled) -> str:
    """What was asked: the measure and what it goes with, or the groups.

    Parameters
    ----------
    pooled : PooledEffects
    """
    measure = _plain(pooled.measure) if pooled.measure else ""
    if not pooled.effect or pooled.effect == "r_squared" or SCALES[pooled.effect].contrast:
        what = pooled.outcome if pooled.outcome_measure or not measure else measure
        return f"{what}: {pooled.exposure}"
    return f"{measure or pooled.exposure} and {small(pooled.outcome)}"


def small(label: str) -> str:
    """A label within a sentence; abbreviations keep their capitals.

    Examples
    --------
    >>> small("Energy cost"), small("RER")
    ('energy cost', 'RER')
    """
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _plain(name: str) -> str:
    return axis_label(name).removesuffix(f" ({unit(name)})")


def describe(pooled) -> str:
    """Mean, interval, prediction, differences, doubts, and what was not pooled.

    Parameters
    ----------
    pooled : PooledEffects

    Returns
    -------
    str
        A line per thought, at most 98 characters wide.
    """
    k, n = pooled.k, pooled.n_runners
    runners = f", {counted(int(n), 'runner')}" if np.isfinite(n) and k else ""
    studies = f"{k} {'study' if k == 1 else 'studies'}"
    question = name_question(pooled)
    heading = f"{question[:1].upper()}{question[1:]} ({studies}{runners})"
    lines = [*_mean(pooled), *_spread(pooled), *_doubts(pooled)] if pooled.answerable else []
    lines = lines or [pooled.reason]
    return put_under(
        heading, [*lines, *_not_pooled(pooled), *_references(pooled), *pooled.warnings]
    )


def _number(pooled, value: float) -> str:
    gap = "" if pooled.unit in ("°", "") else " "
    return f"{value:+.3g}{gap}{pooled.unit}"


def _mean(pooled) -> list[str]:
    row = pooled.table.iloc[0]
    level = f"{100 * pooled.confidence:g} %"
    p = "p < 0.001" if row["p"] < 0.001 else f"p = {row['p']:.3f}"
    limits = f"{_number(pooled, row['ci_low'])} to {_number(pooled, row['ci_high'])}"
    verdict = pooled.verdict[:1].upper() + pooled.verdict[1:]
    if verdict.startswith("Goes with"):
        head, comma, tail = verdict.partition(",")
        verdict = f"{head} {small(pooled.outcome)}{comma}{tail}"
    what = "Mean of studies" if pooled.k > 1 else "One study"
    kind = SCALES[pooled.effect].name.lower().replace("hedges", "Hedges")
    said = [
        f"{what}, {kind}: {_number(pooled, row['estimate'])} ({level} CI {limits}, {p}). {verdict}."
    ]
    if pooled.positive_means:
        said.append(f"Positive means: {pooled.positive_means}.")
    if pooled.average.factor < 1:
        low, high = (
            SCALES[pooled.effect].outside(x) for x in pooled.average.cautious(pooled.confidence)
        )
        wide = f"{_number(pooled, low)} to {_number(pooled, high)}"
        said.append(
            "The studies agree more closely than their own errors let expect, which makes the "
            f"interval narrower; without that it is {wide}, and the verdict asks that one."
        )
    if np.isfinite(pooled.equivalence_margin):
        size = _number(pooled, pooled.equivalence_margin).lstrip("+")
        said.append(f"Smaller than {size}, either way: p = {pooled.p_equivalence:.3f}.")
    if np.isfinite(row["prediction_low"]):
        ahead = (
            f"{_number(pooled, row['prediction_low'])} to {_number(pooled, row['prediction_high'])}"
        )
        said.append(f"True effect of a further study like these: {ahead} ({level} prediction).")
    else:
        said.append(f"Cannot tell what a further study would find, from {_few(pooled.k)}.")
    return said


def _few(k: int) -> str:
    return {1: "one study", 2: "two studies"}[k]


def _spread(pooled) -> list[str]:
    if pooled.k == 1:
        return ["Cannot tell how much studies differ, from one study; nothing was averaged."]
    found = pooled.spread
    numbers = (
        f"tau² {found.tau2:.3g} ({found.tau2_low:.3g} to {found.tau2_high:.3g}), I² "
        f"{found.i2_pct:.0f} % ({found.i2_low:.0f} to {found.i2_high:.0f} %), Q = {found.q:.2f}, "
        f"p = {found.q_p:.3f}"
    )
    if pooled.k == 2:
        return [f"Cannot tell how much studies differ, from two studies: {numbers}."]
    return [f"How much studies differ: {numbers}."]


def _doubts(pooled) -> list[str]:
    said = []
    out = pooled.leave_one_out
    if len(out):
        names = list(out.loc[out["decides"], "study"])
        if names:
            said.append(f"The verdict would be another without {series(names)}.")
        else:
            said.append("No single study decides the verdict.")
    small = pooled.small_studies
    if not small.answerable:
        return [*said, small.reason]
    seen = "go" if small.p < 0.1 else "were not seen to go"
    return [
        *said,
        f"Effects {seen} with the size of the studies (Egger's regression, t = {small.t:.2f}, "
        f"df = {small.df:g}, p = {small.p:.3f}); this has more causes than unpublished studies.",
    ]


def _not_pooled(pooled) -> list[str]:
    rest = pooled.studies[~pooled.studies["pooled"]]
    return [f"Not pooled: {row.study}. {row.reason}" for row in rest.itertuples()]


def _references(pooled) -> list[str]:
    said = []
    for row in pooled.references.itertuples():
        limits = ""
        if np.isfinite(row.ci_low):
            low, high = _number(pooled, row.ci_low), _number(pooled, row.ci_high)
            limits = f" ({100 * row.confidence:g} % CI {low} to {high})"
        of = f" of {row.n_studies:g} studies" if np.isfinite(row.n_studies) else ""
        said.append(
            f"Beside it: {row.study}, a meta-analysis{of}: {_number(pooled, row.value)}{limits}. "
            "Not pooled, as it may contain these studies."
        )
    return said

"""What studies say together, as the sentences one would write about it."""

from __future__ import annotations

import numpy as np

from glutelab.contrasts.wording import counted, put_under, series
from glutelab.evidence.scales import SCALES
from glutelab.schema import plain_label
from glutelab.style import print_p

__all__ = [
    "describe",
    "judge",
    "name_question",
    "say_levels",
    "say_mean",
    "say_not_pooled",
    "say_spread",
    "small",
]


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
    measure = plain_label(pooled.measure) if pooled.measure else ""
    if not pooled.effect or pooled.effect == "r_squared" or SCALES[pooled.effect].contrast:
        what = pooled.outcome if pooled.outcome_measure or not measure else measure
        return ": ".join(filter(None, [what, pooled.exposure])) or "pooled effects"
    both = filter(None, [measure or pooled.exposure, small(pooled.outcome)])
    return " and ".join(both) or "pooled effects"


def small(label: str) -> str:
    """A label within a sentence; abbreviations keep their capitals.

    Examples
    --------
    >>> small("Energy cost"), small("RER")
    ('energy cost', 'RER')
    """
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


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
    lines = [pooled.reason]
    if pooled.answerable:
        lines = [*say_mean(pooled), *say_spread(pooled), *_prediction(pooled), *say_levels(pooled)]
        lines += _single_studies(pooled)
    lines += [*say_not_pooled(pooled), *_references(pooled), *pooled.warnings]
    return put_under(heading, lines)


def _number(pooled, value: float) -> str:
    gap = "" if pooled.unit in ("°", "") else " "
    return f"{value:+.3g}{gap}{pooled.unit}"


def say_mean(pooled) -> list[str]:
    """The mean with its interval and the verdict, and what a positive value means."""
    row = pooled.table.iloc[0]
    level = f"{100 * pooled.confidence:g} %"
    limits = f"{_number(pooled, row['ci_low'])} to {_number(pooled, row['ci_high'])}"
    verdict = pooled.verdict[:1].upper() + pooled.verdict[1:]
    if verdict.startswith("Goes with"):
        head, comma, tail = verdict.partition(",")
        verdict = f"{head} {small(pooled.outcome)}{comma}{tail}"
    what = "Mean of studies" if pooled.k > 1 else "One study"
    kind = SCALES[pooled.effect].name.lower().replace("hedges", "Hedges")
    said = [
        f"{what}, {kind}: {_number(pooled, row['estimate'])} ({level} CI {limits}, "
        f"{print_p(row['p'])}). {verdict}."
    ]
    if pooled.positive_means:
        said.append(f"Positive means: {pooled.positive_means}.")
    said += _narrower(pooled)
    if np.isfinite(pooled.equivalence_margin):
        size = _number(pooled, pooled.equivalence_margin).lstrip("+")
        said.append(f"Smaller than {size}, either way: {print_p(pooled.p_equivalence)}.")
    return said


def _narrower(pooled) -> list[str]:
    """A sentence where the correction narrows the interval so much that it counts."""
    found, outside = pooled.average, SCALES[pooled.effect].outside
    if not found.factor < 1:
        return []
    low, high = found.cautious(pooled.confidence)
    decides = (found.low > 0) != (low > 0) or (found.high < 0) != (high < 0)
    if found.tau2 > 0 and not decides:
        return []
    agree = "The studies agree more closely than their own errors let expect. "
    return [
        f"{agree if found.tau2 == 0 else ''}Hartung and Knapp's correction makes the interval "
        f"narrower here; without it is {_number(pooled, outside(low))} to "
        f"{_number(pooled, outside(high))}, and the verdict asks that one."
    ]


def _prediction(pooled) -> list[str]:
    row = pooled.table.iloc[0]
    if not np.isfinite(row["prediction_low"]):
        return [f"Cannot tell what a further study would find, from {_few(pooled.k)}."]
    level = f"{100 * pooled.confidence:g} %"
    low, high = (_number(pooled, row[f"prediction_{end}"]) for end in ("low", "high"))
    return [f"True effect of a further study like these: {low} to {high} ({level} prediction)."]


def _few(k: int) -> str:
    return {1: "one study", 2: "two studies"}[k]


def say_spread(pooled) -> list[str]:
    """How much studies differ, or that it cannot be told."""
    if pooled.k == 1:
        return ["Cannot tell how much studies differ, from one study; nothing was averaged."]
    found = pooled.spread
    numbers = (
        f"tau² {found.tau2:.3g} ({found.tau2_low:.3g} to {found.tau2_high:.3g}), I² "
        f"{found.i2_pct:.0f} % ({found.i2_low:.0f} to {found.i2_high:.0f} %), Q = {found.q:.2f}, "
        f"{print_p(found.q_p)}"
    )
    if pooled.k == 2:
        return [f"Cannot tell how much studies differ, from two studies: {numbers}."]
    return [f"How much studies differ: {numbers}."]


def say_levels(pooled) -> list[str]:
    """Levels of stated intervals that are not that of the result."""
    said = []
    for row in pooled.studies[pooled.studies["pooled"]].itertuples():
        if np.isfinite(row.ci_low) and not np.isclose(row.confidence, pooled.confidence):
            low, high = _number(pooled, row.ci_low), _number(pooled, row.ci_high)
            said.append(
                f"{row.study} states a {100 * row.confidence:g} % interval: {low} to {high}."
            )
    return said


def _single_studies(pooled) -> list[str]:
    said = []
    out = pooled.leave_one_out
    if len(out):
        names = list(out.loc[out["decides"], "study"])
        if names:
            said.append(f"The verdict would be another without {series(names)}.")
        else:
            said.append("No single study decides the verdict.")
    found = pooled.small_studies
    if not found.answerable:
        return [*said, found.reason]
    seen = "go" if found.p < 0.1 else "were not seen to go"
    return [
        *said,
        f"Effects {seen} with the size of the studies (Egger's regression, t = {found.t:.2f}, "
        f"df = {found.df:g}, {print_p(found.p)}); this has more causes than unpublished studies.",
    ]


def say_not_pooled(pooled) -> list[str]:
    """Each study that was left out of the mean, with the reason."""
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

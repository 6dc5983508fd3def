"""What a model of running economy cannot be asked of these runners, and what to say beside it."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from glutelab.contrasts.caveats import find_caveats, say_same_values, say_unmeasured
from glutelab.contrasts.covariates import not_adjusted
from glutelab.contrasts.least_squares import share_explained
from glutelab.contrasts.membership import DOSE
from glutelab.contrasts.rows import PERSON, has_all, is_number, left_out, listed
from glutelab.contrasts.wording import counted, series
from glutelab.models.economy.design import Design
from glutelab.models.economy.rows import label, small, with_unit
from glutelab.models.posture import coupling_warning

__all__ = [
    "FEWEST",
    "about_costs",
    "collinearity",
    "complete_rows",
    "find_warnings",
    "not_measured",
    "why_inseparable",
    "why_too_few",
]

FEWEST = 8
HIGH_VIF = 5.0
_FREE = 3  # degrees of freedom between runners that have to be left
_COSTS = ("energy_cost_j_kg_m", "oxygen_cost_ml_kg_km")  # either will do
_SAME = 0.999  # share of posture that covariates explain: it cannot be told apart
_PER_KG = re.compile(r"_per_kg|_(n|nm|w|j|kj|ml|kcal)_kg")


def not_measured(table: pd.DataFrame, names: list[str]) -> str:
    """A sentence if the cohort has no value at all of something that is needed.

    Where one cost is missing and the other was measured, it says how to ask for that one.
    """
    missing = [name for name in dict.fromkeys(names) if table[name].isna().all()]
    said = say_unmeasured(list(map(label, missing)))
    there = [name for name in _COSTS if name in table and table[name].notna().any()]
    if there and set(missing) & set(_COSTS):
        said += f' {label(there[0])} was: outcome="{there[0]}".'
    return said


def complete_rows(
    rows: pd.DataFrame, posture: str, outcome: str, covariates: list[str]
) -> tuple[pd.DataFrame, list[str], list[str], str]:
    """Rows with all that is needed, the covariates that differ, and who was left out and why.

    Parameters
    ----------
    rows : DataFrame
    posture, outcome : str
    covariates : list of str

    Returns
    -------
    rows : DataFrame
    covariates : list of str
    notes : list of str
    reason : str
        A sentence if nobody is left; else empty.
    """
    needed = [outcome, posture, *covariates]
    whole = has_all(rows, needed)
    kept, lost = rows[whole], rows[~whole]
    gone = ~pd.MultiIndex.from_frame(lost[PERSON]).isin(pd.MultiIndex.from_frame(kept[PERSON]))
    notes = left_out(f"no {' or '.join(needed)}", lost[gone])
    some = lost[~gone]
    if len(some):
        people = len(some.drop_duplicates(PERSON))
        trials, runners = counted(len(some), "trial"), counted(people, "runner")
        notes.append(f"Left out, something missing: {trials} of {runners}.")
    if kept.empty:
        reason = f"Cannot tell: no runner has {series([posture, outcome, *covariates])}."
        return kept, covariates, notes, reason
    kept, said, reason = _without_lone_classes(kept, covariates)
    if reason:
        return kept, covariates, [*notes, *said], reason
    used = [name for name in covariates if kept[name].nunique() > 1]
    notes += [*said, *not_adjusted(name for name in covariates if name not in used)]
    return kept, used, notes, ""


def _without_lone_classes(rows: pd.DataFrame, covariates: list[str]):
    """Without runners who are the only one of their class: they cannot be compared within it.

    Gives the rows, who was left out, and a sentence if that is everybody.
    """
    notes = []
    for name in covariates:
        if is_number(rows[name]):
            continue
        people = rows.drop_duplicates([*PERSON, name])
        count = people[name].astype(str).value_counts()
        lone = rows[name].astype(str).isin(count.index[count == 1])
        if not lone.any() or len(count) == 1:
            continue
        notes += left_out(f"the only one of their {name}, for which it is adjusted", rows[lone])
        rows = rows[~lone]
        if rows.empty:
            reason = f"each {small(name)} has one runner, so adjusting for {small(name)} leaves"
            return rows, notes, f"Cannot tell: {reason} nothing."
    return rows, notes, ""


def why_too_few(rows: pd.DataFrame, posture: str, outcome: str) -> str:
    """A sentence if there are too few to learn from, or nothing that differs."""
    n = len(rows.drop_duplicates(PERSON))
    if n < FEWEST:
        return (
            f"Cannot tell: {n} runner{' is' if n == 1 else 's are'} too few for a model of "
            f"running economy. Expected {FEWEST} or more."
        )
    for name, why in ((posture, "nothing can go with it"), (outcome, "it goes with nothing")):
        values = rows.groupby(PERSON)[name].mean()
        if np.ptp(values) <= 1e-9 * values.abs().max():
            what = with_unit(values.iloc[0], name)
            return f"Cannot tell: {label(name)} is the same for all ({what}), so {why}."
    return ""


def why_inseparable(design: Design, posture: str, covariates: list[str]) -> str:
    """A sentence if the covariates leave nothing of posture, or repeat each other."""
    x, runner = design.columns, design.runner
    between = np.abs(x - design.means(x)[runner]).max(axis=0) <= 1e-9 * np.abs(x).max(axis=0)
    k = int(between.sum()) if design.repeated else x.shape[1]
    words = ", ".join(covariates) or "speed"
    if design.n_runners - 1 - k < _FREE:
        return f"Cannot tell: {design.n_runners} runners are too few to adjust for {words}."
    if share_explained(x[:, 0], x[:, 1:]) > _SAME:
        return (
            f"Cannot tell: {label(posture)} cannot be told apart from {words}. Leave out of "
            "adjust_for what repeats it."
        )
    for j in range(1, x.shape[1]):
        if share_explained(x[:, j], np.delete(x, j, axis=1)) > 1 - 1e-10:
            name = design.terms[j].label
            return f"Cannot tell: {name} is given by the other columns. Leave one of {words} out."
    if design.repeated:
        return ""
    full = np.column_stack([np.ones(len(x)), x])
    leverage = (np.linalg.qr(full)[0] ** 2).sum(axis=1)
    alone = design.people["runner_id"].to_numpy()[runner[leverage > 1 - 1e-8]]
    if share_explained(design.y, x) > 1 - 1e-12:
        return "Cannot tell: cost is given by the model without any residual. Was it computed?"
    if not len(alone):
        return ""
    return (
        f"Cannot tell: adjusted for {words}, {listed(alone)} can be compared with nobody. Leave "
        "out a covariate, or such runners."
    )


def collinearity(design: Design) -> pd.DataFrame:
    """Variance inflation of each term, and the term it goes with most.

    Parameters
    ----------
    design : Design

    Returns
    -------
    DataFrame
        ``term, part, vif, goes_with, r``.
    """
    x = design.columns
    r = np.atleast_2d(np.corrcoef(x, rowvar=False)) if x.shape[1] > 1 else np.ones((1, 1))
    np.fill_diagonal(r, 0.0)
    result = []
    for j, term in enumerate(design.terms):
        vif = 1 / max(1 - share_explained(x[:, j], np.delete(x, j, axis=1)), 1e-12)
        other = int(np.abs(r[j]).argmax())
        name = design.terms[other].label if r[j, other] else ""
        result.append((term.name, term.part, term.label, vif, name, r[j, other]))
    columns = ["term", "part", "label", "vif", "goes_with", "r"]
    return pd.DataFrame(result, columns=columns)


def find_warnings(
    rows: pd.DataFrame, posture: str, outcome: str, covariates: list[str], vif: pd.DataFrame
) -> list[str]:
    """What a reader has to know beside the numbers.

    Parameters
    ----------
    rows : DataFrame
    posture, outcome : str
    covariates : list of str
    vif : DataFrame
        From `collinearity`.

    Returns
    -------
    list of str
    """
    means = rows.groupby(PERSON)[posture].transform("mean")
    first = ~rows.duplicated(PERSON)
    said = [
        text.replace("of the dose", f"of {label(posture)}")
        for text in find_caveats(rows[first], means[first], [DOSE], posture)
    ]
    for row in vif[vif["vif"] > HIGH_VIF].itertuples():
        said.append(
            f"Collinear: {row.label} has a variance inflation of {row.vif:.1f} (above "
            f"{HIGH_VIF:g}), most of all with {row.goes_with} (r = {row.r:+z.2f})."
        )
    said += _shared_denominators(posture, outcome, covariates)
    for name in covariates:
        coupled = coupling_warning(posture, name)
        said += [f"{coupled[0].upper()}{coupled[1:]}."] if coupled else []
    if posture == "thomas_test_deg":
        said.append(
            "The Thomas test is a weak instrument (ICC 0.30 to 0.65 between two examiners, by "
            "goniometer, PMC4560013; other instruments repeat better): what it goes with is seen "
            "smaller than it is by about that factor; give reliability= to state it."
        )
    said += say_same_values(rows, [posture, outcome])
    return said + about_costs(rows)


def _shared_denominators(posture: str, outcome: str, covariates: list[str]) -> list[str]:
    """Both sides divided by the same body mass, or one divided by it and the other it."""
    if not _PER_KG.search(outcome):
        return []
    said = []
    for name in (posture, *covariates):
        if name == "mass_kg":
            what = f"{outcome} is divided by body mass, and mass_kg is in the model"
        elif _PER_KG.search(name):
            what = f"{outcome} and {name} are both divided by body mass"
        else:
            continue
        said.append(
            f"Shared denominator: {what}, so that part of what they have in common is arithmetic. "
            "Compare with the result without it."
        )
    return said


def about_costs(rows: pd.DataFrame) -> list[str]:
    """Sentences on costs that are not of one kind, or not covered by oxygen."""
    said = []
    words = ("energy_equation", "energy_baseline")
    for name in (one for one in words if one in rows and rows[one].nunique() > 1):
        known = listed(sorted(rows[name].dropna().unique()))
        said.append(f"Pools costs that differ in {name}: {known}.")
    ratio = "respiratory_exchange_ratio"
    if ratio in rows and is_number(rows[ratio]) and (high := int((rows[ratio] >= 1).sum())):
        said.append(
            f"In {high} of {len(rows)} rows the respiratory exchange ratio is 1 or more: their "
            "cost is not covered by oxygen, and reads too low."
        )
    return said

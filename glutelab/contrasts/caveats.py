"""What a reader has to know beside the number: confounding, simulation, too few runners."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from glutelab.contrasts.membership import DOSE
from glutelab.contrasts.rows import PERSON, SHOWN, distinct, has_all, listed
from glutelab.contrasts.wording import counted
from glutelab.errors import DataError
from glutelab.selection import ENOUGH
from glutelab.sentences import SIMULATED, short

__all__ = [
    "find_caveats",
    "is_simulated",
    "refuse_same_person",
    "say_same_values",
    "say_simulated",
    "say_unmeasured",
    "too_few",
    "why_no_answer",
    "why_not_measured",
]

SOURCES = {"cohort": "cohorts", "laboratory": "laboratories", "pipeline": "pipelines"}
DIFFERENT_SHARES = 0.2  # of a group in one source, against the other group
EXPLAINED = 0.2  # of a dose, by where runners come from


def find_caveats(rows: pd.DataFrame, labels: pd.Series, names: list, by: str) -> list[str]:
    """Sentences on the runners of one contrast.

    Parameters
    ----------
    rows : DataFrame
        The rows the numbers come from.
    labels : Series
        Group of each row, or its dose.
    names : list
        The two groups, or ``[DOSE]``.
    by : str

    Returns
    -------
    list of str
    """
    said = say_simulated(rows)
    sources = [name for name in SOURCES if name in rows and name != by]
    if by in SOURCES and "level" in rows:
        sources.append("level")
    for source in sources:
        said += _source(rows[source], labels, names, source)
    if "caveat" in rows:
        texts = [str(text).strip().rstrip(".") for text in rows["caveat"].dropna().unique()]
        said += [f"{text[0].upper()}{text[1:]}." for text in texts if text]
    return said


def is_simulated(rows: pd.DataFrame) -> bool:
    """Whether any of the runners was made up by a program."""
    if (rows["cohort"] == "simulated").any():
        return True
    if "simulated" not in rows:
        return False
    # By its text, since a column that was read from a file may hold words.
    said = {str(value).lower() for value in rows["simulated"].unique()}
    return not said.isdisjoint({"true", "1", "1.0"})


def say_simulated(rows: pd.DataFrame) -> list[str]:
    """The sentence that every number from made-up runners carries."""
    return [SIMULATED] if is_simulated(rows) else []


def _source(source: pd.Series, labels: pd.Series, names: list, name: str) -> list[str]:
    """Whether what is compared goes with where runners come from."""
    source = source.astype(object).where(source.notna(), "not stated").astype(str)
    if source.nunique() < 2:
        return []
    pooled = (
        [] if name == "level" else [f"Pools the {SOURCES[name]} {listed(sorted(set(source)))}."]
    )
    if name == "pipeline":  # a paragraph each; a number will do
        source = "pipeline " + pd.Series(pd.factorize(source)[0] + 1, source.index).astype(str)
        pooled = [f"Pools {source.nunique()} pipelines."]
    if names == [DOSE]:
        within = labels - labels.groupby(source).transform("mean")
        explained = 1 - (within**2).sum() / ((labels - labels.mean()) ** 2).sum()
        if explained < EXPLAINED:
            return pooled
        return [f"Confounded with {name}: it explains {100 * explained:.0f} % of the dose."]
    counts = pd.crosstab(labels, source).reindex(names)
    shares = counts.div(counts.sum(axis=1), axis=0)
    # Of many sources each holds a small share of a group, even where they hold one group each.
    alike = np.ptp(shares.to_numpy(), axis=0).max() < DIFFERENT_SHARES
    if alike and _told_apart(counts.to_numpy(float)) < EXPLAINED:
        return pooled
    parts = [
        f"{group} {_count_sources(row[row > 0])}"
        for group, (_, row) in zip(distinct(names), counts.iterrows(), strict=True)
    ]
    return [f"Confounded with {name}: {'; '.join(parts)}."]


def _told_apart(counts: np.ndarray) -> float:
    """How much of who is in which group (rows) the source (columns) explains, beyond chance.

    Goodman and Kruskal's tau, adjusted as R2 is; 1 if each source holds one group only, and 0
    if there is one group.
    """
    groups, sources = counts.sum(axis=1), counts.sum(axis=0)
    sources, counts = sources[sources > 0], counts[:, sources > 0]
    n, k = counts.sum(), len(sources)
    between = n - (groups**2).sum() / n
    within = n - (counts**2 / sources).sum()
    if between == 0:
        return 0.0
    if within == 0 or n <= k:
        return 1.0
    return float(1 - within / (n - k) * (n - 1) / between)


def _count_sources(counts: pd.Series) -> str:
    shown = " + ".join(f"{n} {one}" for one, n in counts[:SHOWN].items())
    more = len(counts) - SHOWN
    return f"{shown} + {counts[SHOWN:].sum()} of {more} more" if more > 0 else shown


def too_few(n: Sequence[int], enough: bool, limit: str, purpose: str = "this test") -> list[str]:
    """A sentence if the smallest group can tell nothing, or not much.

    Parameters
    ----------
    n : sequence of int
        Runners of each group.
    enough : bool
        Whether the test can be made at all.
    limit : str
        What so few can tell, as the end of the sentence.
    purpose : str
        What they are too few for.
    """
    many = "runner is" if list(n) == [1] else "runners are"
    sizes = " and ".join(map(str, n))
    if not enough:
        return [f"Cannot tell: {sizes} {many} too few for {purpose}."]
    if min(n) >= ENOUGH:
        return []
    return [f"Cannot tell much: with {sizes} runners {limit}."]


def say_unmeasured(names: Sequence[str]) -> str:
    """A sentence on what nobody in the cohort has, by the words it is called; empty for nothing."""
    return f"Not measured in this cohort: {', '.join(names)}." if names else ""


def why_not_measured(table: pd.DataFrame, names: Sequence[str]) -> str:
    """A sentence if the cohort has no value at all of the measure (the first) or of what it needs.

    Parameters
    ----------
    table : DataFrame
        All rows there are, of every speed and group.
    names : sequence of str

    Returns
    -------
    str
        Empty if all were measured.
    """
    absent = [name for name in names if table[name].isna().all()]
    if absent and absent[0] == names[0]:
        return "Not measured in this cohort."
    return say_unmeasured(absent)


def why_no_answer(
    rows: pd.DataFrame, labels: pd.Series, names: list, by: str, needed: Sequence[str]
) -> str:
    """A sentence if a group has no runner, or none with all that is needed; else nothing.

    Parameters
    ----------
    rows, labels, names, by
        As in `find_caveats`.
    needed : sequence of str
        The measure and its covariates; the dose, too, if there is one.

    Returns
    -------
    str
    """
    has, what = has_all(rows, needed), " and ".join(needed)
    if names == [DOSE]:
        dose = labels[has].dropna()
        if dose.empty:
            return f"Cannot tell: no runner has {what}."
        if len(dose) > 1 and np.ptp(dose) <= 1e-9 * dose.abs().max():
            return f"Cannot tell: {by} is the same for all, so nothing can depend on it."
        return ""
    for there, lacking in ((labels, ""), (labels[has], f" has {what}")):
        empty = [name for name in names if not (there == name).any()]
        who = " and ".join(
            f"no {name} runner" if isinstance(name, str) else f"no runner of {by} {short(name)}"
            for name in empty
        )
        if empty:
            return f"Cannot tell: {who}{lacking}."
    return ""


def refuse_same_person(rows: pd.DataFrame) -> None:
    """People who are in two cohorts of the table would count twice.

    Raises
    ------
    DataError
    """
    if "same_runner_as" not in rows:
        return
    here = set(rows["cohort"].astype(str) + ":" + rows["runner_id"].astype(str))
    twice = rows.loc[rows["same_runner_as"].isin(here), [*PERSON, "same_runner_as"]]
    if len(twice):
        first = twice.iloc[0]
        n = len(twice.drop_duplicates(PERSON))
        raise DataError(
            f"{counted(n, 'runner')} {'is' if n == 1 else 'are'} in two cohorts and would count "
            f"twice: {first.runner_id} of {first.cohort} is {first.same_runner_as}. Compare within "
            "one of the cohorts."
        )


def say_same_values(rows: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """A sentence if a runner has the same values in several cohorts.

    Parameters
    ----------
    rows : DataFrame
        One row per runner and condition.
    names : sequence of str
        What is compared: columns of numbers, two or more.

    Returns
    -------
    list of str
    """
    if rows["cohort"].nunique() < 2:
        return []
    keys = ["runner_id", *(name for name in ("speed_m_s",) if name in rows)]
    known = rows[has_all(rows, names)]
    again = known.duplicated([*keys, *names], keep=False)
    who = sorted(set(known.loc[again, "runner_id"]), key=str)
    if not who:
        return []
    where = "both" if rows["cohort"].nunique() == 2 else "several"
    if len(who) == 1:
        return [f"{who[0]} of {where} cohorts has the same values. The same person?"]
    return [
        f"{listed(who)} of {where} cohorts have the same values ({len(who)} runners). The same "
        "people?"
    ]

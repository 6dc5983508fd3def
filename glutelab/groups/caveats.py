"""What a reader has to know beside the number: confounding, simulation, too few runners."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.errors import DataError
from glutelab.groups.membership import DOSE
from glutelab.groups.rows import PERSON, SHOWN

__all__ = ["find_caveats", "refuse_same_person", "too_few", "unequal_spread"]

SOURCES = ("cohort", "laboratory", "pipeline")
DIFFERENT_SHARES = 0.2  # of a group in one source, against the other group
FEW = 8
UNEQUAL = 1.5


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
    """
    sentences = []
    if _simulated(rows):
        sentences.append("simulated: these numbers were made by a program")
    sources = [name for name in SOURCES if name in rows and name != by]
    if by in SOURCES and "level" in rows:
        sources.append("level")
    for source in sources:
        sentences.extend(_source(rows[source], labels, names, source))
    if "caveat" in rows:
        sentences.extend(str(text).rstrip(".") for text in rows["caveat"].dropna().unique())
    return sentences


def _simulated(rows: pd.DataFrame) -> bool:
    if "simulated" in rows:
        return bool(rows["simulated"].fillna(False).astype(bool).any())
    return bool((rows["cohort"] == "simulated").any())


def _source(source: pd.Series, labels: pd.Series, names: list, name: str) -> list[str]:
    """Whether groups differ in where their runners come from."""
    source = source.where(source.notna(), "not stated").astype(str)
    if source.nunique() < 2:
        return []
    where = ", ".join(sorted(source.unique())[:SHOWN])
    pooled = [] if name == "level" else [f"pools the {_plural(name)} {where}"]
    if names == [DOSE]:
        within = labels - labels.groupby(source).transform("mean")
        explained = 1 - (within**2).sum() / ((labels - labels.mean()) ** 2).sum()
        if explained < DIFFERENT_SHARES:
            return pooled
        return [
            f"confounded with {name}: it explains {100 * explained:.0f} % of the dose ({where})"
        ]
    counts = pd.crosstab(labels, source).reindex(names)
    shares = counts.div(counts.sum(axis=1), axis=0)
    if np.ptp(shares.to_numpy(), axis=0).max() < DIFFERENT_SHARES:
        return pooled
    parts = [
        f"{group} " + " + ".join(f"{n} {word}" for word, n in row.items() if n)
        for group, row in counts.iterrows()
    ]
    return [f"confounded with {name}: {'; '.join(parts)}"]


def _plural(name: str) -> str:
    return {"laboratory": "laboratories"}.get(name, f"{name}s")


def too_few(n: list[int], detectable: float, unit: str) -> list[str]:
    """A sentence if the smallest group cannot tell much."""
    sizes = " and ".join(map(str, n))
    if not np.isfinite(detectable):
        return [f"cannot tell: {sizes} runners are too few for this test"]
    if min(n) >= FEW:
        return []
    return [f"cannot tell: with {sizes} runners only {unit} of {detectable:.1f} or more is found"]


def unequal_spread(row: dict) -> list[str]:
    """A sentence if sizes and standard deviations both differ so much that intervals suffer."""
    n, sd = (row["n_1"], row["n_2"]), (row["sd_1"], row["sd_2"])
    if min(n) < FEW or not min(sd) > 0 or max(n) < UNEQUAL * min(n) or max(sd) < UNEQUAL * min(sd):
        return []
    ratio = max(sd) / min(sd)
    return [f"standard deviations differ by a factor of {ratio:.1f}: do not use g_analytic"]


def refuse_same_person(rows: pd.DataFrame) -> None:
    """People who are in two cohorts of the table would count twice.

    Raises
    ------
    DataError
    """
    if "same_runner_as" not in rows or rows["cohort"].nunique() < 2:
        return
    here = set(rows["cohort"] + ":" + rows["runner_id"])
    twice = rows.loc[rows["same_runner_as"].isin(here), [*PERSON, "same_runner_as"]]
    if len(twice):
        first = twice.iloc[0]
        raise DataError(
            f"{len(twice)} runners are in two cohorts and would count twice: {first.runner_id} of "
            f"{first.cohort} is {first.same_runner_as}. Compare within one of the cohorts."
        )

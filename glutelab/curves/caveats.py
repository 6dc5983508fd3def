"""What a reader has to know beside the numbers of a curve comparison."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.curves.contrast import Contrast
from glutelab.curves.rows import PERSON
from glutelab.errors import DataError

__all__ = ["SOURCES", "find_caveats", "is_simulated"]

SOURCES = ("cohort", "laboratory", "pipeline")
DIFFERENT_SHARES = 0.2  # of a group in one source, against the other group
EXPLAINED = 0.2  # of a dose, by where runners come from
FEW = 8
UNEQUAL_N, UNEQUAL_SPREAD = 1.25, 1.5  # ratio of runners, of variances
VERY_UNEQUAL_SPREAD = 3.0  # matters in groups of equal size, too
OPEN_CYCLE = 0.1  # share of a curve's range by which its ends differ
_PLURAL = {"cohort": "cohorts", "laboratory": "laboratories", "pipeline": "pipelines"}


def is_simulated(rows: pd.DataFrame) -> bool:
    """Whether any of the runners was made up by a program.

    Parameters
    ----------
    rows : DataFrame

    Returns
    -------
    bool
    """
    said = "simulated" in rows and rows["simulated"].eq(True).any()
    return bool(said or (rows["cohort"] == "simulated").any())


def find_caveats(
    asked: Contrast,
    used: np.ndarray,
    by: str,
    variances: str,
    detectable: float,
    alpha: float,
    cycles: np.ndarray | None,
) -> list[str]:
    """Sentences that travel with the result.

    Parameters
    ----------
    asked : Contrast
    used : ndarray, shape (n_runners, n_points)
        The curves that were compared.
    by : str
    variances : str
    detectable : float
        Difference that reaches `alpha` at a usual point; infinite if none can.
    alpha : float
    cycles : ndarray, shape (n_runners, 101), or None
        Whole cycles, if their end was taken as their start.

    Returns
    -------
    list of str

    Raises
    ------
    DataError
        If one person is in the table twice, in two cohorts.
    """
    rows = asked.rows
    _refuse_same_person(rows)
    said = []
    if is_simulated(rows):
        said.append("Simulated: these runners were made by a program.")
    if asked.form != "pairs":
        sources = [name for name in SOURCES if name in rows and name != by]
        if by in SOURCES and "level" in rows:
            sources.append("level")
        for name in sources:
            said += _source(asked, name)
    if "caveat" in rows:
        said += [f"{str(text).rstrip('.')}." for text in rows["caveat"].dropna().unique()]
    said += asked.notes
    if np.isinf(detectable):
        said.append(
            f"Cannot tell: so few relabelings exist that none can reach p = {alpha:g}. More "
            "runners are needed."
        )
    elif min(asked.n.values()) < FEW:
        sizes = " and ".join(f"{count} {name}" for name, count in asked.n.items())
        said.append(
            f"Cannot tell much: with {sizes} only differences of about {detectable:.2g} or more "
            "are found. Finding none says little."
        )
    if asked.form == "groups" and variances == "pooled":
        said += _spread(asked, used)
    if cycles is not None:
        said += _open_cycle(cycles)
    return said


def _source(asked: Contrast, name: str) -> list[str]:
    """Whether what is compared goes with where runners come from."""
    source = asked.rows[name].astype(object)
    source = source.where(source.notna(), "not stated").astype(str)
    if source.nunique() < 2:
        return []
    if name == "pipeline":  # a paragraph each; a number will do
        source = "pipeline " + pd.Series(pd.factorize(source)[0] + 1, source.index).astype(str)
    pooled = [] if name == "level" else [f"Pools {source.nunique()} {_PLURAL[name]}."]
    if asked.form == "dose":
        dose = pd.Series(asked.design, index=source.index)
        within = dose - dose.groupby(source).transform("mean")
        explained = 1 - (within**2).sum() / ((dose - dose.mean()) ** 2).sum()
        if explained < EXPLAINED:
            return pooled
        return [f"Confounded with {name}: it explains {100 * explained:.0f} % of the dose."]
    counts = pd.crosstab(asked.labels, source.to_numpy()).reindex(list(asked.n))
    shares = counts.div(counts.sum(axis=1), axis=0)
    if np.ptp(shares.to_numpy(), axis=0).max() < DIFFERENT_SHARES:
        return pooled
    parts = [
        f"{group} " + " + ".join(f"{count} {word}" for word, count in row.items() if count)
        for group, row in counts.iterrows()
    ]
    return [f"Confounded with {name}: {'; '.join(parts)}. It may explain any difference."]


def _refuse_same_person(rows: pd.DataFrame) -> None:
    """People who are in two cohorts of the table would count twice."""
    if "same_runner_as" not in rows:
        return
    here = set(rows["cohort"].astype(str) + ":" + rows["runner_id"].astype(str))
    twice = rows.loc[rows["same_runner_as"].isin(here), [*PERSON, "same_runner_as"]]
    if len(twice):
        first = twice.iloc[0]
        raise DataError(
            f"{len(twice)} runners are in two cohorts and would count twice: {first.runner_id} of "
            f"{first.cohort} is {first.same_runner_as}. Compare within one of the cohorts."
        )


def _spread(asked: Contrast, curves: np.ndarray) -> list[str]:
    """Pooled variances with unequal groups: where the stated error rate fails."""
    (many, n_many), (few, n_few) = sorted(asked.n.items(), key=lambda item: -item[1])
    variance = {name: part.var(axis=0, ddof=1).mean() for name, part in asked.parts(curves).items()}
    ratio = variance[few] / variance[many]
    uneven, wider = n_many / n_few >= UNEQUAL_N, max(ratio, 1 / ratio)
    if n_few < 5 or wider < (UNEQUAL_SPREAD if uneven else VERY_UNEQUAL_SPREAD):
        return []
    effect = "too small" if ratio > 1 or not uneven else "too large"
    remedy = "variances='separate'" if not asked.covariates.shape[1] else "fewer, or no, covariates"
    return [
        f"Unequal spread: the variance of {few} (n = {n_few}) is {ratio:.1f} "
        f"times that of {many} (n = {n_many}). If that is no accident, p values are {effect}. "
        f"Compare with {remedy}."
    ]


def _open_cycle(cycles: np.ndarray) -> list[str]:
    gap = np.median(np.abs(cycles[:, -1] - cycles[:, 0]))
    if gap <= OPEN_CYCLE * np.median(np.ptp(cycles, axis=1)):
        return []
    return [
        f"Curves do not close: at 100 % they are {gap:.2g} off their start. Are they whole "
        "strides? If not, use circular=False."
    ]

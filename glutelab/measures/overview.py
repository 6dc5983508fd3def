"""What a cohort holds: the range of each measure, and the count of strides."""

from __future__ import annotations

import pandas as pd

from glutelab.arguments import check_cohort
from glutelab.measures.runners import measure_names
from glutelab.schema import STRIDES

__all__ = ["count_strides", "describe_measures"]


def describe_measures(cohort) -> pd.DataFrame:
    """Smallest, mean and largest value of each measure over strides, beside its plausible range.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        ``measure, unit, n_strides, min, mean, max, plausible_low, plausible_high, outside``: the
        last is the number of strides outside the plausible range.

    Raises
    ------
    DataError
        If it is no cohort.
    """
    check_cohort(cohort)
    rows = []
    for declared in STRIDES:
        if declared.plausible is None or declared.name not in measure_names(cohort.strides):
            continue
        values = cohort.strides[declared.name].dropna()
        low, high = declared.plausible
        rows.append(
            {
                "measure": declared.name,
                "unit": declared.unit,
                "n_strides": len(values),
                "min": values.min(),
                "mean": values.mean(),
                "max": values.max(),
                "plausible_low": low,
                "plausible_high": high,
                "outside": int((~values.between(low, high)).sum()),
            }
        )
    return pd.DataFrame(rows)


def count_strides(cohort) -> pd.DataFrame:
    """Candidate, kept and dropped strides of every trial and side.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        ``trial_id, runner_id, side, candidates, kept, dropped`` and one column per rule that
        dropped any. A side in which no stride was found has a row of zeros. Empty if the cohort
        came without strides; without a ledger, what was found and dropped is not known: missing.

    Raises
    ------
    DataError
        If it is no cohort.
    """
    check_cohort(cohort)
    ledger = cohort.ledger
    if ledger.empty and cohort.strides.empty:  # nobody counted, as there are none
        columns = ["trial_id", "runner_id", "side", "candidates", "kept", "dropped"]
        return pd.DataFrame(columns=columns)
    if ledger.empty:
        return _count_kept(cohort)
    keys = ["trial_id", "runner_id", "side"]
    every = cohort.trials[["trial_id", "runner_id"]].merge(
        pd.DataFrame({"side": sorted(ledger["side"].unique())}), how="cross"
    )
    groups = ledger.groupby(keys)["kept"]
    counts = pd.DataFrame({"candidates": groups.size(), "kept": groups.sum()})
    counts["dropped"] = counts["candidates"] - counts["kept"]
    lost = ledger[~ledger["kept"]].groupby([*keys, "rule"]).size().unstack(fill_value=0)
    counts = every.merge(counts.join(lost).reset_index(), on=keys, how="left")
    numbers = [name for name in counts if name not in keys]
    return counts.fillna(dict.fromkeys(numbers, 0)).astype(dict.fromkeys(numbers, int))


def _count_kept(cohort) -> pd.DataFrame:
    """What a cohort without a ledger tells: the strides that are there."""
    keys = ["trial_id", "runner_id", "side"]
    counts = cohort.strides.groupby(keys, observed=True).size().rename("kept").reset_index()
    unknown = pd.Series(pd.NA, counts.index, dtype="Int64")
    counts = counts.assign(candidates=unknown, dropped=unknown)
    return counts[[*keys, "candidates", "kept", "dropped"]]

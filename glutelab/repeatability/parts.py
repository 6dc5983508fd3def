"""The parts of a recording, or the sessions, that are compared with each other."""

from __future__ import annotations

import pandas as pd

from glutelab.errors import DataError
from glutelab.measures import with_conditions
from glutelab.selection import pick_side

__all__ = ["split_strides"]


def split_strides(cohort, split: str, side: str) -> tuple[pd.DataFrame, list[str], str]:
    """Kept strides of the sides asked for, with the column ``part``; and which side that is.

    Parameters
    ----------
    cohort : Cohort
    split : {"odd_even", "halves", "sessions"}
    side : {"both", "left", "right"}

    Returns
    -------
    strides : DataFrame
    conditions : list of str
        Columns in which trials of one runner differ; sessions are none if they are the parts.
    side : str
    """
    strides, conditions = with_conditions(cohort)
    if strides.empty and not len(cohort.ledger):  # a cohort that came without: nothing to split
        conditions = [name for name in conditions if name != "session" or split != "sessions"]
        return strides.assign(part=0), conditions, side
    side = pick_side(set(strides["side"]), side)
    if side != "both":
        strides = strides[strides["side"] == side]
    order = strides.sort_values(["trial_id", "side", "stride"], kind="stable")
    by_trial = order.groupby(["trial_id", "side"], observed=True)
    if split == "sessions":
        conditions = [name for name in conditions if name != "session"]
    if split == "odd_even":
        part = by_trial.cumcount() % 2
    elif split == "halves":
        size = by_trial["stride"].transform("size")
        part = (2 * by_trial.cumcount() >= size).astype(int)
    else:
        part = order["trial_id"].map(_sessions(cohort))
        if part.isna().any():
            raise DataError(f"{cohort.name}: some trials have no session. Fill in the column.")
    strides = strides.assign(part=part.reindex(strides.index))
    if side == "both":
        keys = ["runner_id", *conditions, "part"]
        sides = strides.groupby(keys, observed=True, dropna=False)["side"].transform("nunique")
        strides = strides[sides == 2]
    return strides, conditions, side


def _sessions(cohort) -> pd.Series:
    trials = cohort.trials
    if "session" not in trials:
        raise DataError(
            f"{cohort.name} has no repeated sessions: trials has no column session. "
            "Use split='halves' for the reliability within one recording."
        )
    if trials["session"].nunique() < 2:
        raise DataError(f"{cohort.name}: all trials are of one session. Expected two or more.")
    return trials.set_index("trial_id")["session"]

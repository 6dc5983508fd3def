"""The cost of running that was measured in a trial, beside the means of its strides."""

from __future__ import annotations

import pandas as pd

from glutelab.errors import DataError

__all__ = ["COSTS", "join_costs"]

COSTS = (
    "vo2_ml_kg_min",
    "respiratory_exchange_ratio",
    "oxygen_cost_ml_kg_km",
    "energy_cost_j_kg_m",
)


def join_costs(cohort, table: pd.DataFrame, keys: list[str]) -> tuple[list[str], pd.DataFrame]:
    """Add the cost columns of the trials, means where a runner has several in one condition.

    Parameters
    ----------
    cohort : Cohort
    table : DataFrame
        One row per runner, condition and side.
    keys : list of str
        Runner and conditions.

    Returns
    -------
    names : list of str
        The columns that were added.
    table : DataFrame

    Raises
    ------
    DataError
        If trials differ in the equation of energy, or some are gross and some net.
    """
    trials = cohort.trials
    names = [name for name in COSTS if name in trials and trials[name].notna().any()]
    if not names:
        return [], table
    words = [name for name in ("energy_equation", "energy_baseline") if name in trials]
    for word in words:
        if trials[word].nunique() > 1:
            found = ", ".join(sorted(trials[word].dropna().unique()))
            raise DataError(f"{cohort.name}: trials differ in {word} ({found}). Take one for all.")
    by_condition = trials.groupby(keys, dropna=False)
    costs = by_condition[names].mean().join(by_condition[words].first())
    return [*names, *words], table.merge(costs.reset_index(), on=keys, how="left")

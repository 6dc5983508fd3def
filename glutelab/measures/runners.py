"""From strides to runners: one row, or one mean curve, per runner and condition."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.arguments import check_cohort, check_name
from glutelab.errors import DataError
from glutelab.measures.costs import join_costs
from glutelab.schema.keys import CONDITIONS
from glutelab.selection import pick_side

__all__ = ["measure_names", "runner_curves", "runner_means", "with_conditions"]

_NO_MEASURES = {*CONDITIONS, "start_s"}
_FRONT = ("cohort", "runner_id", "level", *CONDITIONS, "side")
# What a comparison of curves has to know of its runners, to say what it is confounded with.
_PROVENANCE = ("laboratory", "same_runner_as", "caveat")


def measure_names(strides: pd.DataFrame) -> list[str]:
    """Columns of the strides table that are measures: numbers, and neither condition nor time.

    Parameters
    ----------
    strides : DataFrame

    Returns
    -------
    list of str
    """
    return [
        name
        for name in strides.columns
        if name not in _NO_MEASURES and pd.api.types.is_float_dtype(strides[name])
    ]


def runner_means(cohort) -> pd.DataFrame:
    """One row per runner, condition and side: the mean of each measure over kept strides.

    The runner, not the stride, is the unit of every comparison. Conditions are speed, slope, and
    shoe and session where the trials name them. The row of ``side`` "both" is the mean of the two
    sides' means, so a side with more strides does not weigh more; it is missing where one side is,
    and there is none if the cohort holds one side only.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        ``cohort, runner_id, level, speed_m_s, slope_pct, side, n_strides, n_dropped`` (missing if
        the cohort has no ledger), then every measure, the cost of the trial where it was measured
        (the same in the rows of both sides), then what is known of the runner and the leg, and
        ``simulated``. A side without a kept stride keeps its row, with ``n_strides`` 0. So does a
        cohort without strides, whose sides are those of its legs (one row, ``side`` "both", if
        there are no legs either).

    Raises
    ------
    DataError
        If it is no cohort.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.runner_means(gl.load_cohort("rbds2017"))
    >>> columns = ["runner_id", "speed_m_s", "side", "n_strides", "peak_hip_extension_deg"]
    >>> runners[columns].head(3).round(1)
      runner_id  speed_m_s   side  n_strides  peak_hip_extension_deg
    0   RBDS001        2.5   both         76                     1.0
    1   RBDS001        2.5   left         38                     2.0
    2   RBDS001        2.5  right         38                     0.0
    """
    strides, conditions = with_conditions(cohort)
    keys = ["runner_id", *conditions, "side"]
    measures = measure_names(strides)
    groups = strides.groupby(keys, observed=True, dropna=False)
    means = groups[measures].mean().join(groups.size().rename("n_strides"))
    sides = _recorded_sides(cohort, conditions).merge(means.reset_index(), on=keys, how="left")
    sides["n_strides"] = sides["n_strides"].fillna(0).astype(int)
    legs = cohort.legs.dropna(axis=1, how="all")
    leg_columns = [name for name in legs.columns if name not in ("runner_id", "side")]
    if leg_columns:
        sides = sides.merge(legs, on=["runner_id", "side"], how="left")
    table = sides
    if sides["side"].nunique() == 2:
        pairs = sides.groupby(keys[:-1], dropna=False)
        both = pairs[[*measures, *leg_columns]].mean(numeric_only=True, skipna=False)
        both = both.join(pairs[["n_strides", "n_dropped"]].sum(min_count=2))
        table = pd.concat([sides, both.reset_index().assign(side="both")], ignore_index=True)
    costs, table = join_costs(cohort, table, keys[:-1])
    table = table.merge(cohort.runners, on="runner_id", how="left")
    table = table.assign(cohort=cohort.name, simulated=cohort.simulated)
    known = [name for name in _FRONT if name in table]
    front = [*known, "n_strides", "n_dropped", *measures, *costs]
    rest = [name for name in table.columns if name not in front]
    return table[front + rest].sort_values(keys, ignore_index=True)


def runner_curves(cohort, variable: str, *, side: str = "both") -> pd.DataFrame:
    """One mean curve per runner and condition.

    Parameters
    ----------
    cohort : Cohort
    variable : str
        For example ``hip_flexion_deg``.
    side : {"both", "left", "right"}
        "both" is the mean of the two sides' mean curves, or the only side there is.

    Returns
    -------
    DataFrame, shape (n_runners x n_conditions, 101)
        Index ``cohort, runner_id, level, sex, speed_m_s, slope_pct, side, simulated`` and, where
        the cohort has them, ``shoe, session, laboratory, same_runner_as, caveat``; columns 0..100 %
        of the gait cycle.

    Raises
    ------
    DataError
        If it is no cohort, no runner has that side, or there is no such curve.

    Examples
    --------
    >>> import glutelab as gl
    >>> curves = gl.runner_curves(gl.load_cohort("rbds2017"), "hip_flexion_deg")
    >>> curves.shape                                            # 28 runners at 3 speeds
    (84, 101)
    >>> curves.groupby("speed_m_s").mean().idxmin(axis=1)       # percent of the gait cycle
    speed_m_s
    2.5    42
    3.5    38
    4.5    36
    dtype: int64
    """
    strides, conditions = with_conditions(cohort)
    variable = check_name(variable, "curve", "hip_flexion_deg")
    keys = ["runner_id", *conditions]
    # By number of the group: an index of names for each stride takes longer than the means.
    groups = strides.groupby([*keys, "side"], observed=True, dropna=False)
    means = pd.DataFrame(cohort.curves(variable)).groupby(groups.ngroup().to_numpy()).mean()
    means.index = groups.size().index
    side = pick_side(set(strides["side"].unique()), side)
    if side == "both":
        counts = means.groupby(level=keys, dropna=False).transform("size")
        means = means[counts == 2].groupby(level=keys, dropna=False).mean()
    else:
        means = means[means.index.get_level_values("side") == side].droplevel("side")
    if means.empty:
        raise DataError(f"{cohort.name}: no runner has curves of both sides.")
    index = means.index.to_frame(index=False)
    index = index.assign(cohort=cohort.name, side=side, simulated=cohort.simulated)
    who = cohort.runners.set_index("runner_id")
    for name in ("level", "sex"):
        known = who[name] if name in who else pd.Series("unknown", index=who.index)
        index[name] = index["runner_id"].map(known).fillna("unknown")
    provenance = [name for name in _PROVENANCE if name in who]
    for name in provenance:
        index[name] = index["runner_id"].map(who[name])
    front = ["cohort", "runner_id", "level", "sex", *conditions, "side", "simulated", *provenance]
    means.index = pd.MultiIndex.from_frame(index[front])
    return means


def with_conditions(cohort) -> tuple[pd.DataFrame, list[str]]:
    """Strides with the conditions of their trials, and the names of these conditions.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    strides : DataFrame
    conditions : list of str
        Speed and slope, and shoe and session if trials name any.

    Raises
    ------
    DataError
        If it is no cohort.
    """
    check_cohort(cohort)
    strides, trials = cohort.strides, cohort.trials
    named = [
        name
        for name in CONDITIONS
        if name in strides or (name in trials and trials[name].notna().any())
    ]
    more = [name for name in named if name not in strides]
    if more:
        known = trials.set_index("trial_id")[more]
        strides = strides.join(known, on="trial_id")
    return strides, named


def _recorded_sides(cohort, conditions: list[str]) -> pd.DataFrame:
    """Every runner, condition and side that was recorded, kept or not, with the strides dropped."""
    keys = ["runner_id", *conditions, "side"]
    trials = cohort.trials[["trial_id", *keys[:-1]]]
    found = next((t for t in (cohort.ledger, cohort.strides, cohort.legs) if len(t)), None)
    there = ["both"] if found is None else sorted(found["side"].unique())
    sides = pd.DataFrame({"side": there})
    table = trials[keys[:-1]].drop_duplicates().merge(sides, how="cross")
    if cohort.ledger.empty:
        return table.assign(n_dropped=np.nan)
    lost = cohort.ledger.loc[~cohort.ledger["kept"], ["trial_id", "side"]]
    lost = lost.merge(trials, on="trial_id").groupby(keys, dropna=False).size().rename("n_dropped")
    table = table.merge(lost.reset_index(), on=keys, how="left")
    return table.fillna({"n_dropped": 0}).astype({"n_dropped": int})

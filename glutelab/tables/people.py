"""Who the runners are: one row per runner, whatever table they came in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.arguments import closest
from glutelab.contrasts.rows import PERSON, is_number, listed
from glutelab.contrasts.tables import check_table
from glutelab.errors import DataError
from glutelab.schema import LEGS, RUNNERS

__all__ = ["BMI", "SHOWN", "choose_columns", "one_per_runner"]

BMI = "body_mass_index_kg_m2"
# What a first table shows, in this order, of what there is.
SHOWN = (
    "sex",
    "age_years",
    "height_m",
    "mass_kg",
    BMI,
    "level",
    "experience_months",
    "sessions_per_week",
    "weekly_distance_km",
    "pace_min_km",
    "injured",
    "laboratory",
    "standing_pelvic_tilt_deg",
    "thomas_test_deg",
)
_CARRIED = ("same_runner_as", "caveat", "laboratory", "pipeline", "simulated")


def one_per_runner(given: object) -> pd.DataFrame:
    """One row per runner, with what does not change between the rows of any; legs are averaged.

    Parameters
    ----------
    given : Cohort or DataFrame
        A cohort, its runners, or the table of `runner_means`.

    Returns
    -------
    DataFrame
        ``cohort, runner_id``, everything that is known once of each runner, `BMI`. Columns that
        differ between the rows of a runner are named in ``attrs["changing"]``; whose leg it is, in
        ``attrs["legs"]``.

    Raises
    ------
    DataError
        If it is neither, or holds strides.
    """
    if hasattr(given, "runners") and hasattr(given, "legs"):
        table = _of_cohort(given)
    else:
        table = check_table(given)
        if "side" in table:
            parts = [_of_both_sides(part) for _, part in table.groupby("cohort", sort=False)]
            table = pd.concat(parts, ignore_index=True)
    changing = []
    if table.duplicated(PERSON).any():
        changing = _changing(table)
        table = table.groupby(PERSON, sort=False, dropna=False).first().reset_index()
    kept = table.drop(columns=changing).copy()
    for name in kept.select_dtypes("category"):
        kept[name] = kept[name].astype(kept[name].cat.categories.dtype)
    for name in kept.select_dtypes("bool"):
        if name != "simulated":
            kept[name] = kept[name].map({True: "yes", False: "no"})
    if {"height_m", "mass_kg"} <= set(kept) and BMI not in kept:
        kept[BMI] = _numbers(kept, "mass_kg") / _numbers(kept, "height_m") ** 2
    sides = set(table["side"].dropna()) if "side" in table else {"both"}
    legs = "mean of both legs" if sides == {"both"} else f"{' or '.join(sorted(sides))} leg"
    kept.attrs = {"changing": changing, "legs": legs}
    return kept


def _of_cohort(cohort) -> pd.DataFrame:
    """The runners, and the mean of both legs; a leg that is missing leaves none."""
    table = cohort.runners.assign(cohort=cohort.name, simulated=cohort.simulated)
    legs = [name for name in LEGS.names if name not in PERSON and name in cohort.legs]
    legs = [name for name in legs if is_number(cohort.legs[name])]
    if legs:
        sides = cohort.legs.groupby("runner_id")[legs]
        means = sides.mean()[sides.count() == sides.size().to_numpy()[:, None]]
        table = table.merge(means.reset_index(), on="runner_id", how="left")
    return table


def _of_both_sides(rows: pd.DataFrame) -> pd.DataFrame:
    """Means of both sides where a cohort has them; else all rows it has."""
    both = rows["side"] == "both"
    return rows[both] if both.any() else rows


def _changing(table: pd.DataFrame) -> list[str]:
    """Columns of which a runner has several values; of numbers, beyond their last digits."""
    each = table.groupby(PERSON, sort=False, dropna=False)
    names = [name for name in table if name not in PERSON]
    counts = each[names].nunique()
    several = [name for name in names if (counts[name] > 1).any()]
    numbers = [name for name in several if is_number(table[name])]
    if numbers:
        apart = (each[numbers].max() - each[numbers].min()).max()
        same = apart <= 1e-9 * table[numbers].abs().max()
        several = [name for name in several if not same.get(name, False)]
    return several


def _numbers(table: pd.DataFrame, name: str) -> pd.Series:
    numbers = table[name] if is_number(table[name]) else pd.Series(np.nan, table.index)
    return numbers.astype(float)


def choose_columns(people: pd.DataFrame, asked: list[str], by: str | None) -> list[str]:
    """Columns that are shown: those asked for, or what a first table shows of what there is.

    Raises
    ------
    DataError
        For a name that is not there, or of which a runner has several values.
    """
    if not asked:
        there = [name for name in SHOWN if name in people and name != by]
        return [name for name in there if people[name].notna().any()]
    for name in asked:
        if name in people.attrs["changing"]:
            raise DataError(
                f"{name} differs between the rows of a runner, and a table of runners has one "
                "value for each. Keep one speed, for example runners[runners['speed_m_s'] == 3.5]."
            )
        if name in PERSON or (name not in people and name not in RUNNERS and name not in LEGS):
            known = [one for one in people if one not in (*PERSON, *_CARRIED[:2], "side")]
            raise DataError(
                f"{name!r} is nothing that is known once of each runner.{closest(name, known)} "
                f"There are: {listed(known)}."
            )
    twice = [name for name in asked if asked.count(name) > 1]
    if twice:
        raise DataError(f"{twice[0]} is asked for twice. Name each column once.")
    return asked

"""The mean curves that are compared, and what is known of each: from cohorts, or from a table."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from glutelab.contrasts.choices import plain
from glutelab.contrasts.rows import PERSON, listed, with_persons
from glutelab.errors import DataError
from glutelab.measures import runner_curves, runner_means
from glutelab.schema import CURVES
from glutelab.schema.keys import CONDITIONS
from glutelab.selection import pick_side, sides_of

__all__ = ["N_POINTS", "gather"]

N_POINTS = 101
_DECLARED = {one.name for one in CURVES} - set(CURVES.key)


def gather(
    data: object,
    variable: str | None,
    side: str,
    runners: pd.DataFrame | None,
    names: Iterable[str] | None,
    *,
    each_side: bool = False,
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """What is known of each curve, and the curves.

    Parameters
    ----------
    data : Cohort, list of Cohort, or DataFrame
    variable : str or None
    side : str
    runners : DataFrame or None
        More about the runners.
    names : iterable of str or None
        Columns that will be needed; None for all there are.
    each_side : bool
        Of cohorts take the left and the right curves, whatever `side`.

    Returns
    -------
    rows : DataFrame, one row per curve
    curves : ndarray, shape (n_curves, 101)
        NaN throughout for the runners of a cohort that does not have the variable.
    measured : ndarray of bool, shape (n_curves,)
        False for these.
    """
    if not (variable is None or isinstance(variable, str)):
        raise DataError(f"variable is {plain(variable)!r}. Expected a name: 'hip_flexion_deg'.")
    if isinstance(data, pd.DataFrame):
        rows, curves = _from_table(data)
        measured = np.ones(len(rows), bool)
    else:
        cohorts = data if isinstance(data, list | tuple) else [data]
        if not cohorts or not all(hasattr(one, "curve_variables") for one in cohorts):
            raise DataError(
                f"a {type(data).__name__} was given. Expected a cohort, a list of cohorts, or the "
                "table that glutelab.runner_curves(cohort, variable) gives."
            )
        sides = ("left", "right") if each_side else (_side_of(cohorts, side),)
        parts = [_from_cohort(one, variable, side, names) for one in cohorts for side in sides]
        rows = pd.concat([part[0] for part in parts], ignore_index=True)
        curves = np.vstack([part[1] for part in parts])
        measured = np.concatenate([part[2] for part in parts])
    if runners is not None:
        rows = _join_more(rows, runners)
    return rows, curves, measured


def _side_of(cohorts: list, side: str) -> str:
    """The side that all cohorts have; where all have one side only, that one."""
    used = {one.name: pick_side(sides_of(one), side) for one in cohorts}
    if len(set(used.values())) > 1:
        name, lone = next((name, lone) for name, lone in used.items() if lone != "both")
        raise DataError(f"{name} has only the {lone} side; choose side={lone!r}.")
    return next(iter(used.values()))


def _from_cohort(cohort, variable, side, names) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    if variable is None:
        raise DataError(
            f"no variable was named. {cohort.name} has {listed(cohort.curve_variables)}."
        )
    there = variable in cohort.curve_variables or variable not in _DECLARED
    if there:
        table = runner_curves(cohort, variable, side=side)
        rows, curves = table.index.to_frame(index=False), table.to_numpy(float)
    else:
        rows = _means(cohort, side)
        curves = np.full((len(rows), N_POINTS), np.nan)
    about = {"cohort": cohort.name, "simulated": bool(cohort.simulated)}
    about |= {"laboratory": cohort.about.get("laboratory"), "pipeline": _pipeline(cohort.about)}
    for name, value in about.items():
        if value is not None and name not in rows and name not in cohort.runners:
            rows[name] = value
    rows = _join(rows, cohort.runners)
    if names is None or not set(names) <= set(rows):
        rows = _join(rows, _means(cohort, side))
    return rows, curves, np.full(len(rows), there)


def _means(cohort, side: str) -> pd.DataFrame:
    means = runner_means(cohort)
    return means[means["side"] == side].reset_index(drop=True)


def _pipeline(about: dict) -> str | None:
    """The processing as one word per step, so that two cohorts can be told to differ."""
    steps = about.get("processing", {})
    return "; ".join(f"{name}: {steps[name]}" for name in sorted(steps)) or None


def _from_table(table: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    points = {int(name): k for k, name in enumerate(table.columns) if _is_point(name)}
    if sorted(points) != list(range(N_POINTS)):
        raise DataError(
            f"the table has {len(points)} columns of percent of the gait cycle. Expected 101, "
            "named 0 to 100, as glutelab.runner_curves(cohort, variable) gives."
        )
    try:
        curves = table.iloc[:, [points[percent] for percent in range(N_POINTS)]].to_numpy(float)
    except (TypeError, ValueError):
        raise DataError("the curves hold text. Expected a number at every percent.") from None
    known = table.iloc[:, sorted(set(range(table.shape[1])) - set(points.values()))]
    names = [name for name in table.index.names if name is not None]
    twice = known.columns[known.columns.duplicated()].tolist() or [
        name for name in names if name in known
    ]
    if twice:
        raise DataError(f"the table has {twice[0]} twice, as index or column. Keep one of them.")
    rows = known.reset_index(drop=True)
    if names:
        who = table.index.to_frame(index=False)[names]
        rows = who if rows.empty else pd.concat([who, rows], axis=1)
    if "runner_id" not in rows:
        raise DataError(
            "the table does not say whose curves these are: no runner_id. Expected one mean curve "
            "per runner and speed, as glutelab.runner_curves(cohort, variable) gives."
        )
    if rows.empty:
        raise DataError("the table has no curves. Expected one mean curve per runner.")
    return with_persons(rows), curves


def _is_point(name: object) -> bool:
    if isinstance(name, str):
        return name.isdecimal() and name.isascii() and str(int(name)) == name
    return isinstance(name, int | float | np.number) and float(name).is_integer()


def _join_more(rows: pd.DataFrame, more: object) -> pd.DataFrame:
    """Add what somebody knows of the runners."""
    if not isinstance(more, pd.DataFrame):
        raise DataError(f"runners is a {type(more).__name__}. Expected a table with runner_id.")
    if "runner_id" not in more:
        raise DataError("the runners' table has no column runner_id. Expected one row per runner.")
    if not more["runner_id"].isin(rows["runner_id"]).any():
        raise DataError(
            f"the runners' table knows none of these runners. It has {listed(more['runner_id'])}; "
            f"the curves are of {listed(rows['runner_id'].unique())}."
        )
    return _join(rows, with_persons(more) if "cohort" in more else more)


def _join(rows: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Add columns that `rows` has not, by whatever identifies a row in both."""
    keys = [name for name in (*PERSON, *CONDITIONS) if name in rows and name in more]
    new = [name for name in more.columns if name not in rows]
    if not new:
        return rows
    several = more.duplicated(keys)
    if several.any():
        who = more.loc[several, "runner_id"].iloc[0]
        raise DataError(
            f"the runners' table has several rows for runner {who}. Expected one row per runner, "
            "or one per runner and condition."
        )
    return rows.merge(more[[*keys, *new]], on=keys, how="left")

"""The mean curves that are compared, and what is known of each: from cohorts, or from a table."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from glutelab.contrasts.rows import PERSON, listed
from glutelab.errors import DataError
from glutelab.measures import runner_curves, runner_means
from glutelab.schema import CURVES
from glutelab.schema.keys import CONDITIONS
from glutelab.selection import pick_side

__all__ = ["N_POINTS", "gather"]

N_POINTS = 101
_DECLARED = {one.name for one in CURVES} - set(CURVES.key)


def gather(
    data: object,
    variable: str | None,
    side: str,
    runners: pd.DataFrame | None,
    names: Iterable[str] | None,
) -> tuple[pd.DataFrame, np.ndarray]:
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

    Returns
    -------
    rows : DataFrame, one row per curve
    curves : ndarray, shape (n_curves, 101)
        NaN throughout for the runners of a cohort that does not have the variable; the column of
        `rows` that bears its name is missing then.
    """
    if isinstance(data, pd.DataFrame):
        rows, curves = _from_table(data)
        rows[variable or "curve"] = 1.0
    else:
        cohorts = data if isinstance(data, list | tuple) else [data]
        if not cohorts or not all(hasattr(one, "strides") for one in cohorts):
            raise DataError(
                f"a {type(data).__name__} was given. Expected a cohort, a list of cohorts, or the "
                "table that glutelab.runner_curves(cohort, variable) gives."
            )
        parts = [_from_cohort(one, variable, side, names) for one in cohorts]
        rows = pd.concat([part[0] for part in parts], ignore_index=True)
        curves = np.vstack([part[1] for part in parts])
    return rows if runners is None else _join(rows, runners), curves


def _from_cohort(cohort, variable, side, names) -> tuple[pd.DataFrame, np.ndarray]:
    if variable is None:
        raise DataError(
            f"no variable was named. {cohort.name} has {listed(cohort.curve_variables)}."
        )
    if variable in _DECLARED and variable not in cohort.curve_variables:
        rows = _means(cohort, side).assign(**{variable: np.nan})
        curves = np.full((len(rows), N_POINTS), np.nan)
    else:
        table = runner_curves(cohort, variable, side=side)
        rows, curves = table.index.to_frame(index=False), table.to_numpy(float)
        rows[variable] = 1.0
    about = {"cohort": cohort.name, "simulated": bool(cohort.simulated)}
    about |= {"laboratory": cohort.about.get("laboratory"), "pipeline": _pipeline(cohort.about)}
    for name, value in about.items():
        if value is not None and name not in rows and name not in cohort.runners:
            rows[name] = value
    rows = _join(rows, cohort.runners)
    if names is None or not set(names) <= set(rows):
        rows = _join(rows, _means(cohort, side))
    return rows, curves


def _means(cohort, side: str) -> pd.DataFrame:
    means = runner_means(cohort)
    return means[means["side"] == pick_side(set(means["side"]), side)].reset_index(drop=True)


def _pipeline(about: dict) -> str | None:
    """The processing as one word per step, so that two cohorts can be told to differ."""
    steps = about.get("processing", {})
    return "; ".join(f"{name}: {steps[name]}" for name in sorted(steps)) or None


def _from_table(table: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    points = {int(name): name for name in table.columns if _is_point(name)}
    if sorted(points) != list(range(N_POINTS)):
        raise DataError(
            f"the table has {len(points)} columns of percent of the gait cycle. Expected 101, "
            "named 0 to 100, as glutelab.runner_curves(cohort, variable) gives."
        )
    curves = table[[points[percent] for percent in range(N_POINTS)]].to_numpy(float)
    rows = table.drop(columns=points.values())
    if table.index.names != [None]:
        rows = rows.reset_index()
    if "runner_id" not in rows:
        raise DataError(
            "the table does not say whose curves these are: no runner_id. Expected one mean curve "
            "per runner and speed, as glutelab.runner_curves(cohort, variable) gives."
        )
    if rows.empty:
        raise DataError("the table has no curves. Expected one mean curve per runner.")
    if "cohort" not in rows:
        rows["cohort"] = ""
    return rows.reset_index(drop=True), curves


def _is_point(name: object) -> bool:
    if isinstance(name, str):
        return name.isdigit()
    return isinstance(name, int | float | np.number) and float(name).is_integer()


def _join(rows: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Add columns that `rows` has not, by whatever identifies a row in both."""
    if "runner_id" not in more:
        raise DataError("the runners' table has no column runner_id. Expected one row per runner.")
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

"""Which curves are compared: one per runner, at one speed; the rest is refused with the remedy."""

from __future__ import annotations

import difflib

import numpy as np
import pandas as pd

from glutelab.errors import DataError
from glutelab.measures import runner_curves, runner_means

__all__ = ["CONDITIONS", "N_POINTS", "PERSON", "choose_rows", "find_column", "gather"]

N_POINTS = 101
PERSON = ["cohort", "runner_id"]
# What may differ between rows of one runner, and must not be pooled in silence.
CONDITIONS = ("speed_m_s", "slope_pct")
SHOWN = 6


def gather(
    data: object, variable: str | None, *, side: str, runners: pd.DataFrame | None, names: list[str]
) -> tuple[pd.DataFrame, np.ndarray]:
    """What is known of each curve, and the curves.

    Parameters
    ----------
    data : Cohort, list of Cohort, or DataFrame
    variable : str or None
    side : str
    runners : DataFrame or None
        More about the runners.
    names : list of str
        Columns that will be needed.

    Returns
    -------
    rows : DataFrame, one row per curve
    curves : ndarray, shape (n_curves, 101)
    """
    if isinstance(data, pd.DataFrame):
        rows, curves = _from_table(data, side)
    elif isinstance(data, list | tuple) and data and all(hasattr(one, "strides") for one in data):
        parts = [_from_cohort(one, variable, side, names) for one in data]
        rows = pd.concat([part[0] for part in parts], ignore_index=True)
        curves = np.vstack([part[1] for part in parts])
    elif hasattr(data, "strides"):
        rows, curves = _from_cohort(data, variable, side, names)
    else:
        raise DataError(
            f"a {type(data).__name__} was given. Expected a cohort, a list of cohorts, or the "
            "table that glutelab.runner_curves(cohort, variable) gives."
        )
    if runners is not None:
        rows = _join(rows, runners)
    return rows, curves


def _from_cohort(cohort, variable, side, names) -> tuple[pd.DataFrame, np.ndarray]:
    if variable is None:
        raise DataError(
            f"no variable was named. {cohort.name} has {_list(cohort.curve_variables)}."
        )
    table = runner_curves(cohort, variable, side=side)
    rows = table.index.to_frame(index=False).assign(cohort=cohort.name)
    about = cohort.about
    rows["simulated"] = bool(cohort.simulated)
    for name, value in (("laboratory", about.get("laboratory")), ("pipeline", _pipeline(about))):
        if value and name not in cohort.runners:
            rows[name] = value
    rows = _join(rows, cohort.runners)
    if not set(names) <= set(rows.columns):
        means = runner_means(cohort)
        rows = _join(rows, means[means["side"] == side].drop(columns="side"))
    return rows, table.to_numpy(float)


def _pipeline(about: dict) -> str:
    """The processing as one word per step, so that two cohorts can be told to differ."""
    steps = about.get("processing", {})
    return "; ".join(f"{name}: {steps[name]}" for name in sorted(steps)) if steps else ""


def _from_table(table: pd.DataFrame, side: str) -> tuple[pd.DataFrame, np.ndarray]:
    if table.index.names != [None]:
        table = table.reset_index()
    points = [name for name in table.columns if _is_point(name)]
    if sorted(map(int, points)) != list(range(N_POINTS)):
        raise DataError(
            f"the table has {len(points)} columns of percent of the gait cycle. Expected 101, "
            "named 0 to 100, as glutelab.runner_curves(cohort, variable) gives."
        )
    points = sorted(points, key=int)
    rows = table.drop(columns=points)
    if "runner_id" not in rows:
        raise DataError(
            "the table does not say whose curves these are: no runner_id. Expected one mean curve "
            "per runner and speed, as glutelab.runner_curves(cohort, variable) gives."
        )
    if "cohort" not in rows:
        rows["cohort"] = ""
    curves = table[points].to_numpy(float)
    if "side" in rows and len(rows):
        there = sorted(rows["side"].dropna().unique())
        keep = (rows["side"] == side).to_numpy()
        if not keep.any() and there != ["both"]:
            raise DataError(
                f"no curve has side {side!r}. There are: {_list(there)}. Choose one, for example "
                f"side={there[0]!r}, or let glutelab.runner_curves average them."
            )
        rows, curves = rows[keep], curves[keep]
    if rows.empty:
        raise DataError("the table has no curves. Expected one mean curve per runner.")
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
            "or one per runner and speed."
        )
    return rows.merge(more[[*keys, *new]], on=keys, how="left")


def choose_rows(
    rows: pd.DataFrame,
    curves: np.ndarray,
    by: str,
    *,
    speed_m_s: float | None,
    speed_within_m_s: float,
    modeled: tuple[str, ...],
) -> tuple[pd.DataFrame, np.ndarray]:
    """Curves of one speed and slope, one per runner and condition.

    Parameters
    ----------
    rows : DataFrame
        From `gather`.
    curves : ndarray, shape (n_curves, 101)
    by : str
        The column that makes the groups; it alone may differ between rows of a runner.
    speed_m_s : float or None
    speed_within_m_s : float
        Curves count as run at a speed if they are no further from it.
    modeled : tuple of str
        Covariates: speeds that are modeled need not be the same.

    Returns
    -------
    rows : DataFrame
    curves : ndarray
    """
    conditions = [name for name in CONDITIONS if name in rows]
    again = rows[rows.duplicated([*PERSON, *conditions])]
    if len(again):
        who = again["runner_id"].iloc[0]
        count = int((rows["runner_id"] == who).sum())
        raise DataError(
            f"runner {who} has {count} curves, several of them under the same conditions: these "
            "look like strides. Strides are not people. Use glutelab.runner_curves(cohort, "
            "variable), which averages them within runner."
        )
    if speed_m_s is not None:
        speeds = find_column(rows, "speed_m_s", "speed_m_s needs")
        keep = ((speeds - speed_m_s).abs() <= speed_within_m_s + 1e-9).to_numpy()
        if not keep.any():
            known = _list(f"{speed:g}" for speed in sorted(speeds.dropna().unique()))
            raise DataError(f"no runner at {speed_m_s:g} m/s. There are: {known} m/s.")
        rows, curves = rows[keep].reset_index(drop=True), curves[keep]
    for name in conditions:
        within = speed_within_m_s if name == "speed_m_s" else 0.0
        if name != by:
            _refuse_pooling(rows, name, within, modeled)
    return rows, curves


def _refuse_pooling(rows: pd.DataFrame, name: str, within: float, modeled: tuple) -> None:
    known = sorted(rows[name].dropna().unique())
    if len(known) < 2:
        return
    unit = "m/s" if name == "speed_m_s" else "%"
    there = _list(f"{value:g}" for value in known)
    several = (rows.groupby(PERSON)[name].nunique() > 1).any()
    if not several and (name in modeled or known[-1] - known[0] <= 2 * within + 1e-9):
        return
    middle = known[len(known) // 2]
    remedy = f"Choose one, for example speed_m_s={middle:g}"
    if name != "speed_m_s":
        remedy = f"Keep one, for example the curves with {name} == {known[0]:g}"
    counted = " and count each runner several times" if several else ""
    model = "" if several else f", or model it: adjust_for=[{name!r}]"
    raise DataError(
        f"this would pool {name.split('_')[0]}s of {there} {unit}{counted}. {remedy}{model}."
    )


def find_column(rows: pd.DataFrame, name: str, use: str) -> pd.Series:
    """A column, or an error that names the closest.

    Parameters
    ----------
    rows : DataFrame
    name : str
    use : str
        What it is wanted for, as the error's first words.

    Returns
    -------
    Series
    """
    if name in rows:
        return rows[name]
    known = [str(other) for other in rows.columns]
    close = difflib.get_close_matches(name, known, 3, 0.5)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    raise DataError(
        f"{use} {name!r}: nothing of that name is known of these runners.{hint} More can be given "
        "as runners=, a table with one row per runner_id."
    )


def _list(words) -> str:
    words = [str(word) for word in words]
    return ", ".join(words[:SHOWN]) + (", ..." if len(words) > SHOWN else "") or "nothing"

"""Which rows of the runners' table a comparison uses; others are refused with the remedy."""

from __future__ import annotations

import difflib

import numpy as np
import pandas as pd

from glutelab.errors import DataError
from glutelab.selection import pick_side

__all__ = ["CONDITIONS", "PERSON", "check_measures", "check_table", "choose_rows", "find_column"]

PERSON = ["cohort", "runner_id"]
# What may differ between rows of one runner, and must not be pooled in silence.
CONDITIONS = ("speed_m_s", "slope_pct")
SHOWN = 6


def check_table(runners: object) -> pd.DataFrame:
    """The table with its person columns; refuses cohorts, strides and tables without runners.

    Raises
    ------
    DataError
        Says what to call instead.
    """
    if not isinstance(runners, pd.DataFrame):
        if hasattr(runners, "strides"):
            raise DataError(
                "this is a cohort, not a table with one row per runner. Give "
                "compare_groups(glutelab.runner_means(cohort), ...): runners, not strides, count."
            )
        raise DataError(f"a {type(runners).__name__} was given. Expected a table of runners.")
    if "runner_id" not in runners:
        raise DataError(
            "the table has no column runner_id. Expected one row per runner, as "
            "glutelab.runner_means(cohort) gives."
        )
    if "stride" in runners or "percent" in runners:
        kind = "strides" if "stride" in runners else "points of curves"
        raise DataError(
            f"the table holds {kind}: {len(runners):,} rows of "
            f"{runners['runner_id'].nunique()} runners. Strides are not people: averaged within "
            "runner first, they would count as many. Use glutelab.runner_means(cohort)."
        )
    twice = [str(name) for name in runners.columns[runners.columns.duplicated()]]
    if twice:
        raise DataError(f"the table has the column {twice[0]} twice. Keep one of them.")
    if runners["runner_id"].isna().any():
        raise DataError(f"{runners['runner_id'].isna().sum()} rows have no runner_id. Fill it in.")
    if runners.empty:
        raise DataError("the table has no rows. Expected one row per runner.")
    table = runners.copy()
    if "cohort" not in table:
        table["cohort"] = ""
    return table.reset_index(drop=True)


def find_column(table: pd.DataFrame, name: str, use: str) -> pd.Series:
    """A column of the table, or an error that names the closest."""
    if name in table:
        return table[name]
    close = difflib.get_close_matches(name, [str(other) for other in table], 3, 0.5)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    raise DataError(f"{use} {name!r} is no column of the table.{hint}")


def check_measures(table: pd.DataFrame, measures: str | list[str]) -> list[str]:
    """Names of the measures, all of them numbers in the table."""
    names = [measures] if isinstance(measures, str) else list(measures)
    if not names:
        raise DataError("no measure was asked for. Give one name, or a list of names.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(f"{', '.join(twice)} is asked for twice; each measure counts as one test.")
    for name in names:
        values = find_column(table, name, "measure")
        if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
            raise DataError(f"{name} holds {values.dtype} values. Expected a measure: numbers.")
        infinite = np.isinf(values.to_numpy(float))
        if infinite.any():
            who = table.loc[infinite, "runner_id"].iloc[0]
            raise DataError(f"{name} of runner {who} is infinite. Expected a number, or nothing.")
    return names


def choose_rows(
    table: pd.DataFrame,
    by: str,
    *,
    side: str,
    speed_m_s: float | None,
    speed_within_m_s: float,
    modeled: tuple[str, ...],
) -> tuple[pd.DataFrame, str, float]:
    """Rows of one side and one speed.

    Parameters
    ----------
    table : DataFrame
        From `check_table`.
    by : str
        The column that makes the groups; it alone may differ between rows of a runner.
    side : str
    speed_m_s : float or None
    speed_within_m_s : float
        Trials count as run at a speed if they are no further from it.
    modeled : tuple of str
        Covariates: speeds that are modeled need not be the same.

    Returns
    -------
    rows : DataFrame
    side : str
        The side that was used; the only one there is, if the table has no rows of both sides.
    speed_m_s : float
        The speed asked for, else the mean speed of the rows; NaN if unknown.
    """
    rows, used = _one_side(table, by, side)
    rows, speed = _one_speed(rows, by, speed_m_s, speed_within_m_s, modeled)
    if "slope_pct" in rows and by != "slope_pct" and "slope_pct" not in modeled:
        slopes = sorted(rows["slope_pct"].dropna().unique())
        if len(slopes) > 1:
            there = ", ".join(f"{slope:g}" for slope in slopes[:SHOWN])
            raise DataError(
                f"the rows have slopes of {there} %. They are never pooled: keep one, for example "
                f"runners[runners['slope_pct'] == {slopes[0]:g}], compare them with "
                "by='slope_pct', or model them with adjust_for=['slope_pct']."
            )
    return rows, used, speed


def _one_side(table: pd.DataFrame, by: str, side: str) -> tuple[pd.DataFrame, str]:
    if by == "side":
        return table[table["side"] != "both"], "each"
    if "side" not in table:
        return table, ""
    used = pick_side(set(table["side"].dropna()), side)
    rows = table[table["side"] == used]
    if rows.empty:
        raise DataError(
            "no row is the mean of both sides. Use glutelab.runner_means(cohort), or choose "
            "side='left' or 'right', or compare the sides with by='side'."
        )
    return rows, used


def _one_speed(rows, by, speed_m_s, within, modeled) -> tuple[pd.DataFrame, float]:
    if "speed_m_s" not in rows:
        return rows, np.nan
    if by == "speed_m_s":
        return rows, np.nan
    speeds = rows["speed_m_s"]
    known = sorted(speeds.dropna().unique())
    there = ", ".join(f"{speed:g}" for speed in known[:SHOWN])
    there += ", ..." if len(known) > SHOWN else ""
    if speed_m_s is not None:
        chosen = rows[(speeds - speed_m_s).abs() <= within + 1e-9]
        if chosen.empty:
            raise DataError(f"no runner at {speed_m_s:g} m/s. There are: {there} m/s.")
        return chosen, float(speed_m_s)
    if not known:
        return rows, np.nan
    mean = float(speeds.mean())
    if known[-1] - known[0] <= 2 * within + 1e-9:
        return rows, mean
    several = rows.groupby(PERSON)["speed_m_s"].nunique().gt(1).any()
    if not several and "speed_m_s" in modeled:
        return rows, mean
    middle = known[len(known) // 2]
    remedy = f"Choose one, for example speed_m_s={middle:g}, or each by itself: "
    remedy += f"speed_m_s=[{', '.join(f'{speed:g}' for speed in known[:3])}]."
    if not several:
        remedy += " Or model it: adjust_for=['speed_m_s']."
    counted = " and count each runner several times" if several else ""
    raise DataError(f"this would pool the speeds {there} m/s{counted}. {remedy}")

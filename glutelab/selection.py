"""Pick rows and columns of the runner means, with a sentence for what is not there."""

from __future__ import annotations

import difflib

import numpy as np
import pandas as pd

from glutelab.errors import DataError
from glutelab.schema import LEGS, RUNNERS, STRIDES

__all__ = ["SIDES", "fill_unmeasured", "level_groups", "pick_side", "select_runners"]

SIDES = ("both", "left", "right")
ENOUGH = 8  # runners of a level; with fewer, hardly any difference is found


def pick_side(there: set[str], side: str) -> str:
    """Side to use: the one asked for, or the only one there is if both were asked for.

    Parameters
    ----------
    there : set of str
        Sides the data hold.
    side : {"both", "left", "right"}

    Returns
    -------
    str

    Raises
    ------
    DataError
        If there is no such side.
    """
    if side not in SIDES:
        raise DataError(f"side={side!r}. Expected one of {', '.join(SIDES)}.")
    recorded = there - {"both"}
    if side == "both" and len(recorded) == 1:
        return next(iter(recorded))
    if side not in there and not (side == "both" and len(recorded) == 2):
        raise DataError(
            f"there is no {side} side. There are: {', '.join(sorted(there)) or 'none'}."
        )
    return side


def level_groups(runners: pd.DataFrame) -> dict[str, list[str]]:
    """The two groups of levels that these runners can set against each other.

    Elite against recreational, if there are at least 8 of each. Else all above recreational against
    recreational; and elite against competitive, if nobody is recreational. The rule looks at who
    ran, never at how.

    Parameters
    ----------
    runners : DataFrame
        ``runner_id`` and ``level``: the runners of a cohort, or their means.

    Returns
    -------
    dict of str to list of str
        Label to levels, the higher group first, for ``groups`` of `compare_groups` and
        `compare_curves`. A group may be empty; the comparison then says that it cannot tell.

    Examples
    --------
    >>> runners = pd.DataFrame(
    ...     {"runner_id": list("ABC"), "level": ["elite", "competitive", "recreational"]}
    ... )
    >>> level_groups(runners)
    {'elite or competitive': ['elite', 'competitive'], 'recreational': ['recreational']}
    """
    if not isinstance(runners, pd.DataFrame) or not {"runner_id", "level"} <= set(runners):
        raise DataError(
            f"a {type(runners).__name__} was given. Expected a table of runners with their level, "
            "for example cohort.runners."
        )
    keys = [name for name in ("cohort", "runner_id") if name in runners]
    count = runners.drop_duplicates(keys)["level"].value_counts()
    elite, recreational = count.get("elite", 0), count.get("recreational", 0)
    if min(elite, recreational) >= ENOUGH:
        return {"elite": ["elite"], "recreational": ["recreational"]}
    if not recreational:
        return {"elite": ["elite"], "competitive": ["competitive"]}
    above = [name for name in ("elite", "competitive") if name in count]
    above = above or ["elite", "competitive"]
    return {" or ".join(above): above, "recreational": ["recreational"]}


def fill_unmeasured(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The table with an empty column for each measure that the cohort does not have.

    "Not measured" is an answer about a cohort; a name that no table declares is a slip of the pen,
    and stays an error for whoever looks for it.

    Parameters
    ----------
    table : DataFrame
        Runner means.
    names : list of str

    Returns
    -------
    DataFrame
        The same object if nothing was missing.
    """
    tables = (STRIDES, LEGS, RUNNERS)
    declared = {one.name for part in tables for one in part if one.dtype == "number"}
    absent = [name for name in names if name not in table and name in declared]
    return table.assign(**dict.fromkeys(absent, np.nan)) if absent else table


def select_runners(
    runners: pd.DataFrame,
    names: list[str],
    *,
    side: str = "both",
    speed_m_s: float | None = None,
) -> pd.DataFrame:
    """Rows of one side, one per runner, speed and slope; strides are refused.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`.
    names : list of str
        Columns that will be used: numbers. Measures the cohort does not have become empty columns.
    side : {"both", "left", "right"}
        "both" means the only side in a cohort that holds one.
    speed_m_s : float, optional
        One speed only.

    Returns
    -------
    DataFrame

    Raises
    ------
    DataError
        If the table, a column, the side or the speed is not what is needed.
    """
    if not isinstance(runners, pd.DataFrame) or not {"runner_id", "side"} <= set(runners):
        raise DataError(
            f"a {type(runners).__name__} was given. Expected the table of runner_means(cohort)."
        )
    runners = fill_unmeasured(runners, names)
    for name in names:
        if name not in runners:
            close = difflib.get_close_matches(str(name), runners.columns, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise DataError(f"there is no column {name!r} among the runner means.{hint}")
        if not pd.api.types.is_numeric_dtype(runners[name]):
            raise DataError(f"{name} holds words. Expected a measure, a number per runner.")
    rows = runners[runners["side"] == pick_side(set(runners["side"]), side)]
    keys = [key for key in ("cohort", "runner_id", "speed_m_s", "slope_pct") if key in rows]
    if rows.duplicated(keys).any():
        raise DataError(
            f"{len(rows)} rows for {rows['runner_id'].nunique()} runners: several per runner and "
            "speed. Strides are not people: average them first with runner_means(cohort)."
        )
    if speed_m_s is None:
        return rows
    chosen = rows[np.isclose(rows["speed_m_s"], float(speed_m_s))]
    if chosen.empty:
        there = ", ".join(f"{speed:g}" for speed in sorted(rows["speed_m_s"].unique()))
        raise DataError(f"no runner at {float(speed_m_s):g} m/s. There are: {there} m/s.")
    return chosen

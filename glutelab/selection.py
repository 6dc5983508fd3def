"""Which side, and which levels, can be taken; a sentence for what is not there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.errors import DataError
from glutelab.schema import LEGS, RUNNERS, STRIDES, TRIALS

__all__ = ["ENOUGH", "fill_unmeasured", "level_groups", "pick_side", "rows_of_side", "sides_of"]

_SIDES = ("both", "left", "right")
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
    if side not in _SIDES:
        raise DataError(f"side={side!r}. Expected one of {', '.join(_SIDES)}.")
    recorded = there - {"both"}
    if side == "both" and len(recorded) == 1:
        return next(iter(recorded))
    if side not in there and not (side == "both" and len(recorded) == 2):
        if not there:
            raise DataError(f"there is no {side} side: nobody has a kept stride.")
        raise DataError(f"there is no {side} side. There are: {', '.join(sorted(there))}.")
    return side


def sides_of(cohort) -> set[str]:
    """Sides that a cohort has: of its strides; without strides of its legs; else "both" it is.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    set of str
    """
    found = cohort.strides if len(cohort.strides) else cohort.legs
    return set(found["side"]) or {"both"}


def rows_of_side(table: pd.DataFrame, side: str) -> pd.DataFrame:
    """Rows of one side, the same in every cohort of the table; none of them drops out in silence.

    Parameters
    ----------
    table : DataFrame
        With ``side`` and ``cohort``.
    side : {"both", "left", "right"}
        "both" means the only side, where all cohorts hold that one only.

    Returns
    -------
    DataFrame

    Raises
    ------
    DataError
        If there is no such side, or not in every cohort.

    Examples
    --------
    >>> table = pd.DataFrame({"cohort": "mine", "side": ["right"], "hip_range_deg": [55.0]})
    >>> rows_of_side(table, "both")["side"].tolist()
    ['right']
    """
    used = pick_side(set(table["side"].dropna()), side)
    sides = {name: set(part["side"].dropna()) for name, part in table.groupby("cohort")}
    recorded = {name: there - {"both"} for name, there in sides.items()}
    lone = {name: next(iter(there)) for name, there in recorded.items() if len(there) == 1}
    if len(set(lone.values())) > 1:
        which = ", ".join(f"{name} only the {one} side" for name, one in lone.items())
        raise DataError(f"the cohorts have no side in common: {which}. Take one at a time.")
    for name, one in lone.items():
        if one != used:
            raise DataError(f'{name} has only the {one} side: side="{one}".')
    for name, there in sides.items():
        if used not in there:
            where = f" of {name}" if len(sides) > 1 else ""
            raise DataError(
                f"no row{where} is the mean of both sides. Use runner_means(cohort), which gives "
                'it, or choose side="left" or side="right".'
            )
    return table[table["side"] == used]


def level_groups(runners: pd.DataFrame) -> dict[str, list[str]]:
    """The two groups of levels that these runners can set against each other.

    Elite against recreational, if there are at least 8 of each. Else all above recreational against
    recreational, or elite against all others, where that makes the smaller group larger; and elite
    against competitive, if nobody is recreational. The rule looks at who ran, never at how.

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
    >>> import glutelab as gl
    >>> runners = pd.DataFrame(
    ...     {"runner_id": list("ABC"), "level": ["elite", "competitive", "recreational"]}
    ... )
    >>> gl.level_groups(runners)
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
    competitive = count.get("competitive", 0)
    if min(elite, competitive + recreational) > min(elite + competitive, recreational):
        below = [name for name in ("competitive", "recreational") if name in count]
        return {"elite": ["elite"], " or ".join(below): below}
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
    tables = (STRIDES, LEGS, RUNNERS, TRIALS)
    declared = {one.name for part in tables for one in part if one.dtype == "number"}
    absent = [name for name in names if name not in table and name in declared]
    return table.assign(**dict.fromkeys(absent, np.nan)) if absent else table

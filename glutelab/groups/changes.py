"""Changes between two conditions, as a table of runners that can be compared in turn."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real

import numpy as np
import pandas as pd

from glutelab.contrasts.rows import PERSON, find_column, is_number, listed
from glutelab.contrasts.tables import check_measures, check_table
from glutelab.errors import DataError
from glutelab.schema import STRIDES
from glutelab.schema.keys import CONDITIONS

__all__ = ["condition_changes"]

_SAME = 1e-6  # two speeds that differ by less are one


def condition_changes(
    runners: pd.DataFrame, measures: str | list[str], by: str, between: tuple
) -> pd.DataFrame:
    """How much each runner changes from one condition to another.

    The result has one row per runner (and side, and whatever else does not change) and goes into
    `compare_groups` again: do elite runners change more with speed than others?

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`.
    measures : str or list of str
    by : str
        The column that holds the conditions, for example ``"speed_m_s"`` or a column ``session``
        of one's own.
    between : tuple
        The two conditions, first and last: ``(2.5, 4.5)`` gives the value at 4.5 minus that at 2.5.

    Returns
    -------
    DataFrame
        One row per runner with both conditions: the changes under the names of the measures, and
        what is the same under both: who it is, the side, the other conditions, and what is known of
        the runner. Without ``by``, measures that were not asked for, and whatever else differs.

    Raises
    ------
    DataError
        If ``between`` is not two conditions, one is absent, nobody has both, or a runner has one
        twice.

    Examples
    --------
    >>> runners = pd.DataFrame(
    ...     {
    ...         "runner_id": ["A", "A", "B", "B"],
    ...         "speed_m_s": [2.5, 4.5, 2.5, 4.5],
    ...         "hip_range_deg": [40.0, 55.0, 44.0, 50.0],
    ...     }
    ... )
    >>> changes = condition_changes(runners, "hip_range_deg", "speed_m_s", (2.5, 4.5))
    >>> changes["hip_range_deg"].tolist()
    [15.0, 6.0]
    """
    table, names = check_measures(check_table(runners), measures)
    values = find_column(table, by, "by")
    if by in PERSON or by in names:
        raise DataError(f"{by} is no condition. Expected one of the same runners, like speed_m_s.")
    keys = [name for name in (*PERSON, "side", *CONDITIONS) if name in table and name != by]
    first, last = (_rows_under(table, values, one, keys) for one in _check_between(between, by))
    both = first.merge(last, on=keys, suffixes=("", "|last"))
    if both.empty:
        words = " and ".join(map(repr, between))
        raise DataError(f"no runner has rows of {by} {words}, so nothing changes within runners.")
    changes = {name: both[f"{name}|last"] - both[name] for name in names}
    others = [name for name in table if name not in (*keys, *names, by) and not _of_strides(name)]
    kept = [name for name in others if _equal(both[name], both[f"{name}|last"])]
    return both[[name for name in table if name in (*keys, *names, *kept)]].assign(**changes)


def _check_between(between: object, by: str) -> tuple:
    listable = isinstance(between, Sequence | np.ndarray) and not isinstance(between, str)
    if not listable or len(between) != 2 or between[0] == between[1]:
        raise DataError(
            f"between is {between!r}. Expected two conditions of {by}, first and last, such as "
            "(2.5, 4.5)."
        )
    return tuple(between)


def _rows_under(
    table: pd.DataFrame, values: pd.Series, condition: object, keys: list[str]
) -> pd.DataFrame:
    """Rows under one condition, one for each of the keys."""
    if is_number(values) and isinstance(condition, Real):
        part = table[(values - condition).abs() <= _SAME]
    else:
        part = table[values == condition]
    if part.empty:
        there = listed(sorted(values.dropna().unique(), key=None if is_number(values) else str))
        raise DataError(f"no row has {values.name} {condition!r}. There are: {there}.")
    again = part[part.duplicated(keys)]
    if len(again):
        raise DataError(
            f"runner {again['runner_id'].iloc[0]} has several rows with {values.name} "
            f"{condition!r}. Expected one for each of {', '.join(keys)}."
        )
    return part


def _of_strides(name: str) -> bool:
    """Whether a column tells of the strides under a condition, and not of the runner."""
    return name in STRIDES or name in ("n_strides", "n_dropped")


def _equal(one: pd.Series, other: pd.Series) -> bool:
    return bool(((one == other) | (one.isna() & other.isna())).all())

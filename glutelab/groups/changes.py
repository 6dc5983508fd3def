"""Changes between two conditions, as a table of runners that can be compared in turn."""

from __future__ import annotations

import pandas as pd

from glutelab.contrasts.rows import PERSON, find_column, listed
from glutelab.errors import DataError
from glutelab.groups.rows import check_measures, check_table

__all__ = ["condition_changes"]


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
        The rows of the first condition, without the column ``by``, with each measure replaced by
        its change; runners without both conditions are left out.

    Raises
    ------
    DataError
        If a condition is absent, or a runner has one condition twice.

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
    keys = [*PERSON, *(name for name in ("side", "speed_m_s", "slope_pct") if name in table)]
    keys = [name for name in keys if name != by]
    parts = []
    for condition in between:
        part = table[values == condition]
        if part.empty:
            there = listed(sorted(values.dropna().unique()))
            raise DataError(f"no row has {by} {condition!r}. There are: {there}.")
        again = part[part.duplicated(keys)]
        if len(again):
            raise DataError(
                f"runner {again['runner_id'].iloc[0]} has several rows with {by} {condition!r}. "
                f"Expected one for each of {', '.join(keys)}."
            )
        parts.append(part.set_index(keys))
    first, last = parts
    common = first.index.intersection(last.index, sort=False)
    changed = first.loc[common].drop(columns=by)
    changed[names] = last.loc[common, names] - first.loc[common, names]
    return changed.reset_index()

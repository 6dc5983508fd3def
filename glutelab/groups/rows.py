"""The table of runners that is compared; whatever is none is refused with the remedy."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from glutelab.contrasts.choices import list_names
from glutelab.contrasts.rows import find_column, is_number, refuse_infinite, with_persons
from glutelab.errors import DataError
from glutelab.selection import fill_unmeasured

__all__ = ["check_measures", "check_table"]


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
    if runners.empty:
        raise DataError("the table has no rows. Expected one row per runner.")
    return with_persons(runners).reset_index(drop=True)


def check_measures(
    table: pd.DataFrame, measures: str | Sequence[str]
) -> tuple[pd.DataFrame, list[str]]:
    """The table, with empty columns for what was not measured, and the names of the measures."""
    names = list_names(measures, "measures")
    if not names:
        raise DataError("no measure was asked for. Give one name, or a list of names.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(f"{', '.join(twice)} is asked for twice; each measure counts as one test.")
    table = fill_unmeasured(table, names)
    for name in names:
        values = find_column(table, name, "measure")
        if not is_number(values):
            raise DataError(f"{name} holds {values.dtype} values. Expected a measure: numbers.")
        refuse_infinite(table, name)
    return table, names

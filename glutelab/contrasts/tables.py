"""The table of runners that is asked; whatever is none is refused with the remedy."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from glutelab.contrasts.choices import list_measures
from glutelab.contrasts.numbers import why_no_numbers
from glutelab.contrasts.rows import find_column, is_number, refuse_infinite, with_persons
from glutelab.contrasts.wording import counted
from glutelab.errors import DataError
from glutelab.selection import fill_unmeasured

__all__ = ["check_measures", "check_table"]

_EXPECTED = "Expected one row per runner and speed, as glutelab.runner_means(cohort) gives."


def check_table(runners: object, needed: Sequence[str] = ()) -> pd.DataFrame:
    """A copy with its person columns; refuses cohorts, strides and tables without runners.

    Parameters
    ----------
    runners : DataFrame
    needed : sequence of str
        Columns it must have beside ``runner_id``.

    Raises
    ------
    DataError
        Says what to give instead.
    """
    if not isinstance(runners, pd.DataFrame):
        if hasattr(runners, "strides"):
            raise DataError(
                "this is a cohort, not a table with one row per runner. Give "
                "glutelab.runner_means(cohort): runners, not strides, count."
            )
        raise DataError(f"a {type(runners).__name__} was given. {_EXPECTED}")
    _refuse_missing(runners, ["runner_id"])
    if "stride" in runners or "percent" in runners:
        kind = "strides" if "stride" in runners else "points of curves"
        raise DataError(
            f"the table holds {kind}: {len(runners):,} rows of "
            f"{counted(runners['runner_id'].nunique(), 'runner')}. Strides are not people: average "
            "them first with runner_means(cohort)."
        )
    _refuse_missing(runners, needed)
    twice = [str(name) for name in runners.columns[runners.columns.duplicated()]]
    if twice:
        raise DataError(f"the table has the column {twice[0]} twice. Keep one of them.")
    if runners.empty:
        raise DataError(f"the table has no rows. {_EXPECTED}")
    table = with_persons(runners).reset_index(drop=True)
    table.attrs = {}  # pandas copies them with every step
    return table


def _refuse_missing(table: pd.DataFrame, names: Sequence[str]) -> None:
    missing = [name for name in names if name not in table]
    if missing:
        raise DataError(f"the table has no column {', '.join(missing)}. {_EXPECTED}")


def check_measures(
    table: pd.DataFrame, measures: str | Sequence[str]
) -> tuple[pd.DataFrame, list[str]]:
    """The table, with empty columns for what was not measured, and the names of the measures."""
    names = list_measures(measures)
    table = fill_unmeasured(table, names)
    for name in names:
        values = find_column(table, name, "measure")
        if not is_number(values):
            raise DataError(why_no_numbers(table, name, use="measure"))
        refuse_infinite(table, name)
    return table, names

"""Runner means one condition at a time, and what has to be said of the runners in it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

import pandas as pd

from glutelab.contrasts.caveats import find_caveats, say_simulated, too_few, why_not_measured
from glutelab.contrasts.membership import DOSE
from glutelab.contrasts.rows import (
    PERSON,
    at_speed,
    has_all,
    is_number,
    listed,
    refuse_infinite,
)
from glutelab.contrasts.tables import check_table
from glutelab.errors import DataError
from glutelab.schema.keys import CONDITIONS
from glutelab.selection import fill_unmeasured, rows_of_side
from glutelab.sentences import join

__all__ = [
    "each_condition",
    "pooled_caveats",
    "refuse_several",
    "say_warning",
    "select_runners",
]

_ALL = "all"
_UNITS = {"speed_m_s": " m/s", "slope_pct": " %"}


# --- rows -----------------------------------------------------------------------------------------


def select_runners(
    runners: pd.DataFrame,
    names: list[str],
    *,
    side: str = "both",
    speed_m_s: float | None = None,
) -> pd.DataFrame:
    """Rows of one side, one per runner and condition; strides are refused.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`, of one cohort or of several; without a column ``cohort`` all are of
        one without a name.
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
    table = fill_unmeasured(check_table(runners, ("speed_m_s", "side")), names)
    if table["speed_m_s"].isna().any():
        raise DataError(f"{table['speed_m_s'].isna().sum()} rows have no speed_m_s. Fill it in.")
    for name in names:
        if name not in table:
            close = difflib.get_close_matches(name, [str(other) for other in table], n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise DataError(f"there is no column {name!r} among the runner means.{hint}")
        if not is_number(table[name]):
            raise DataError(f"{name} holds words. Expected a measure, a number per runner.")
        refuse_infinite(table, name)
    rows = rows_of_side(table, side)
    keys = [key for key in (*PERSON, *CONDITIONS) if key in rows]
    if rows.duplicated(keys).any():
        raise DataError(
            f"{len(rows)} rows for {len(rows[PERSON].drop_duplicates())} runners: several per "
            "runner and condition. Strides are not people: average them first with "
            "runner_means(cohort)."
        )
    if speed_m_s is None:
        return rows
    return at_speed(rows, speed_m_s)


def each_condition(rows: pd.DataFrame) -> Iterator[tuple[dict, pd.DataFrame]]:
    """The rows of each condition; neither conditions nor cohorts are ever pooled.

    Parameters
    ----------
    rows : DataFrame
        From `select_runners`.

    Yields
    ------
    condition : dict
        ``speed_m_s``; and ``cohort`` (first), ``slope_pct``, ``shoe``, ``session`` where the rows
        hold several.
    rows : DataFrame
    """
    several = [name for name in ("cohort", *CONDITIONS[1:]) if _is_several(rows, name)]
    names = [name for name in ("cohort", *CONDITIONS) if name == "speed_m_s" or name in several]
    for values, part in rows.groupby(names, observed=True, dropna=False):
        yield dict(zip(names, values, strict=True)), part


def refuse_several(rows: pd.DataFrame, names: Sequence[str]) -> None:
    """Cohorts or conditions that would be pooled.

    Parameters
    ----------
    rows : DataFrame
    names : sequence of str
        Some of ``cohort, slope_pct, shoe, session``.

    Raises
    ------
    DataError
    """
    for name in filter(lambda one: _is_several(rows, one), names):
        known = sorted(rows[name].dropna().unique(), key=None if is_number(rows[name]) else str)
        # As it is typed: 2.0, 'flats'; and not np.float64(2.0).
        first = repr(known[0].item() if hasattr(known[0], "item") else known[0])
        which = listed([*known, *(["not stated"] if rows[name].isna().any() else [])])
        raise DataError(
            f"this would pool {name.split('_')[0]}s: {which}{_UNITS.get(name, '')}. Keep one, for "
            f"example runners[runners[{name!r}] == {first}]."
        )


def _is_several(rows: pd.DataFrame, name: str) -> bool:
    return name in rows and rows[name].nunique(dropna=False) > 1


# --- sentences ------------------------------------------------------------------------------------


def pooled_caveats(rows: pd.DataFrame) -> list[str]:
    """What has to be said of runners that make one group: simulated, from several laboratories.

    Parameters
    ----------
    rows : DataFrame
        With ``cohort``.

    Returns
    -------
    list of str
    """
    return find_caveats(rows, pd.Series(_ALL, rows.index), [_ALL], "")


def say_warning(
    part: pd.DataFrame,
    everyone: pd.DataFrame,
    needed: Sequence[str],
    *,
    fewest: int,
    purpose: str,
    nobody: str = "",
    dose: str | None = None,
) -> str:
    """The column ``warning`` of one row of a result.

    Parameters
    ----------
    part : DataFrame
        The rows it is about.
    everyone : DataFrame
        All rows of these cohorts, to tell "not measured" from "not measured here".
    needed : sequence of str
        The measure, and what else a runner must have.
    fewest : int
        Runners it takes.
    purpose : str
        What fewer are too few for.
    nobody : str
        What no runner did, if there is none; by default "has ... here".
    dose : str, optional
        The column on which another is taken to depend; it may go with where runners come from.

    Returns
    -------
    str
        Sentences as `glutelab.sentences.join` joins them.
    """
    seen = part[has_all(part, needed)]
    if seen.empty:
        here = everyone[everyone["cohort"].isin(part["cohort"])]
        why = why_not_measured(here, needed)
        nobody = nobody or f"has {' and '.join(needed)} here"
        return join([why or f"Cannot tell: no runner {nobody}.", *say_simulated(part)])
    n = len(seen[PERSON].drop_duplicates())
    few = too_few([n], False, "", purpose) if n < fewest else []
    if dose is None or few:
        return join([*few, *pooled_caveats(seen)])
    if len(set(needed)) < len(needed):
        return join(["Cannot tell: both are the same measure.", *pooled_caveats(seen)])
    same = [name for name in needed if seen[name].nunique() < 2]
    if same:
        said = f"Cannot tell: {same[0]} is the same for all."
        return join([said, *pooled_caveats(seen)])
    return join(find_caveats(seen, seen[dose].astype(float), [DOSE], dose))

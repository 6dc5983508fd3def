"""Which rows a comparison uses: of one side, one speed and one slope; pooling is refused."""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterable, Sequence

import numpy as np
import pandas as pd

from glutelab.contrasts.choices import check_number, plain
from glutelab.contrasts.numbers import why_no_numbers
from glutelab.contrasts.wording import counted
from glutelab.errors import DataError
from glutelab.schema.keys import CONDITIONS
from glutelab.selection import pick_side, rows_of_side
from glutelab.sentences import short

__all__ = [
    "PERSON",
    "SHOWN",
    "at_speed",
    "choose_rows",
    "distinct",
    "find_column",
    "has_all",
    "is_number",
    "left_out",
    "listed",
    "refuse_infinite",
    "with_persons",
]

PERSON = ["cohort", "runner_id"]
SHOWN = 6
_ROUNDING = 1e-5  # m/s
_UNITS = {"speed_m_s": " m/s", "slope_pct": " %"}


def distinct(names: Sequence) -> list[str]:
    """Names of groups as they are read, and different wherever the groups are."""
    words: list[str] = []
    for how in (short, lambda name: str(plain(name)), lambda name: repr(plain(name))):
        words = [how(name) for name in names]
        if len(set(words)) == len(words):
            break
    return words


def listed(names: Iterable) -> str:
    """The first few of some names."""
    words = [short(name) for name in names]
    return ", ".join(words[:SHOWN]) + (", ..." if len(words) > SHOWN else "") or "nothing"


def is_number(values: pd.Series) -> bool:
    """Whether a column holds numbers; yes and no are none, nor are complex ones."""
    types = pd.api.types
    return types.is_numeric_dtype(values) and not (
        types.is_bool_dtype(values) or types.is_complex_dtype(values)
    )


def find_column(table: pd.DataFrame, name: str, use: str) -> pd.Series:
    """A column of the table, or an error that names the closest."""
    if isinstance(name, Hashable) and name in table:
        return table[name]
    close = difflib.get_close_matches(str(name), [str(other) for other in table], 3, 0.5)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    raise DataError(
        f"{use} {plain(name)!r}: nothing of that name is known of these runners.{hint} More about "
        "them can be joined by runner_id (in compare_curves with runners=)."
    )


def refuse_infinite(table: pd.DataFrame, name: str) -> None:
    """A missing number is left out and counted; an infinite one is a fault of the table."""
    if not is_number(table[name]):
        return
    infinite = np.isinf(table[name].astype(float))
    if infinite.any():
        who = table.loc[infinite, "runner_id"].iloc[0]
        raise DataError(f"{name} of runner {who} is infinite. Expected a number, or nothing.")


def with_persons(table: pd.DataFrame) -> pd.DataFrame:
    """A copy in which each row says whose it is; a cohort that is not named is "".

    Raises
    ------
    DataError
        If a runner has no name.
    """
    if table["runner_id"].isna().any():
        n = int(table["runner_id"].isna().sum())
        raise DataError(f"{n} row{' has' if n == 1 else 's have'} no runner_id. Fill it in.")
    if "cohort" not in table:
        return table.assign(cohort="")
    cohort = table["cohort"]
    if cohort.notna().all():
        return table.copy()
    # Rows without a cohort would drop out wherever rows are grouped by it.
    return table.assign(cohort=cohort.astype(object).where(cohort.notna(), ""))


def has_all(rows: pd.DataFrame, names: Iterable[str]) -> np.ndarray:
    """Which rows miss none of these columns."""
    return np.logical_and.reduce([rows[name].notna().to_numpy() for name in names])


def left_out(why: str, rows: pd.DataFrame) -> list[str]:
    """A sentence on the runners of these rows, if there are any."""
    if rows.empty:
        return []
    who = sorted(rows[PERSON].drop_duplicates()["runner_id"], key=str)
    return [f"Left out, {why}: {counted(len(who), 'runner')} ({listed(who)})."]


def choose_rows(
    table: pd.DataFrame,
    by: str,
    *,
    side: str,
    speed_m_s: float | None,
    speed_within_m_s: float,
    modeled: list[str],
) -> tuple[pd.DataFrame, str]:
    """Rows of one side, one speed and one slope.

    Parameters
    ----------
    table : DataFrame
        With `PERSON` columns.
    by : str
        The column that makes the groups; it alone may differ between rows of a runner.
    side : str
    speed_m_s : float or None
    speed_within_m_s : float
        Rows count as run at a speed if they are no further from it.
    modeled : list of str
        Covariates: speeds that are modeled need not be the same.

    Returns
    -------
    rows : DataFrame
    side : str
        The side that was used; the only one there is, if the table has no rows of both sides.
    """
    for name in ("speed_m_s", "slope_pct"):
        if name in table and not is_number(table[name]) and table[name].notna().any():
            raise DataError(why_no_numbers(table, name, _UNITS[name].strip()))
    rows, used = _one_side(table, by, side)
    if speed_m_s is not None:
        rows = _at_speed(rows, by, speed_m_s, speed_within_m_s)
    for name in CONDITIONS:
        if name in rows and name != by:
            within = speed_within_m_s if name == "speed_m_s" else 0.0
            _refuse_pooling(rows, name, within, modeled)
    return rows, used


def _one_side(table: pd.DataFrame, by: str, side: str) -> tuple[pd.DataFrame, str]:
    if "side" not in table:
        return table, ""
    if by == "side":
        rows = table[table["side"].isin(["left", "right"])]
        if rows.empty:
            raise DataError(
                "by='side' compares left with right, but no row is of one side alone. Use "
                "glutelab.runner_means(cohort), which has both, or give the cohort itself."
            )
        return rows, "each"
    there = table["side"].unique()
    if len(there) == 1:  # and so in every cohort
        return table, pick_side({one for one in there if isinstance(one, str)}, side)
    rows = rows_of_side(table, side)
    return rows, rows["side"].iloc[0]


def at_speed(rows: pd.DataFrame, speed_m_s: float, within: float = _ROUNDING) -> pd.DataFrame:
    """Rows at one speed, or not further from it than `within`; there must be some.

    Raises
    ------
    DataError
    """
    check_number("speed_m_s", speed_m_s, np.isfinite, "a number")
    speeds = find_column(rows, "speed_m_s", "speed_m_s needs")
    if not is_number(speeds) and speeds.notna().any():
        raise DataError(why_no_numbers(rows, "speed_m_s", "m/s"))
    chosen = rows[(speeds - speed_m_s).abs() <= within + 1e-9]
    if chosen.empty:
        there = listed(sorted(speeds.dropna().unique()))
        raise DataError(f"no runner at {speed_m_s:.4g} m/s. There are: {there} m/s.")
    return chosen


def _at_speed(rows: pd.DataFrame, by: str, speed_m_s: float, within: float) -> pd.DataFrame:
    check_number("speed_m_s", speed_m_s, np.isfinite, "a number")
    if by == "speed_m_s":
        raise DataError(
            f"by='speed_m_s' compares speeds, so speed_m_s={speed_m_s:g} leaves nothing to "
            "compare. Leave it out, and name two speeds in groups."
        )
    return at_speed(rows, speed_m_s, within)


def _refuse_pooling(rows: pd.DataFrame, name: str, within: float, modeled: list[str]) -> None:
    """No runner counts twice; and speeds and slopes that differ between runners are a confounder.

    Shoes of one's own are none: every runner has them.
    """
    known = sorted(rows[name].dropna().unique())
    number = is_number(rows[name])
    if len(known) < 2 or (number and known[-1] - known[0] <= 2 * within + 1e-9):
        return
    several = (rows.groupby(PERSON)[name].nunique() > 1).any()
    if not several and (not number or name in modeled):
        return
    unit = _UNITS.get(name, "")
    counted = " and count each runner several times" if several else ""
    first = short(known[0]) if number else repr(known[0])
    remedy = f"Choose one, for example speed_m_s={short(known[len(known) // 2])}"
    if name != "speed_m_s":
        remedy = f"Keep one, for example the rows with {name} == {first}"
    other = f"compare them: by={name!r}" if several else f"model it: adjust_for=[{name!r}]"
    raise DataError(
        f"this would pool {name.split('_')[0]}s of {listed(known)}{unit}{counted}. {remedy}, or "
        f"{other}."
    )

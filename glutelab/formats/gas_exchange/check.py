"""What cannot be right in a table of breaths, one sentence each."""

from __future__ import annotations

from numbers import Real

import numpy as np
import pandas as pd

from glutelab.errors import ProblemList, say
from glutelab.formats.gas_exchange.columns import BREATHS
from glutelab.formats.gas_exchange.traps import rer_problem, unit_problem

__all__ = ["check_breaths", "find_breath_problems", "word_problem"]

NEEDED = ("time_s", "vo2_ml_min", "vco2_ml_min")
# Seconds between rows, as the median: breaths come 8 to 80 a minute, averages at most each minute.
STEP_S = (0.3, 90.0)


def check_breaths(breaths: pd.DataFrame, where: str = "breaths") -> None:
    """Refuse a table of breaths that cannot be right.

    Parameters
    ----------
    breaths : DataFrame
        ``time_s, vo2_ml_min, vco2_ml_min``, and if there ``speed_m_s, slope_pct`` and so on.
    where : str
        For error texts.

    Raises
    ------
    ProblemList
        One sentence per problem, with the likely cause.

    Examples
    --------
    >>> rows = {"time_s": range(0, 30, 3), "vo2_ml_min": 45.0, "vco2_ml_min": 40.0}
    >>> check_breaths(pd.DataFrame(rows))
    Traceback (most recent call last):
    glutelab.errors.ProblemList: 2 problems in breaths
      breaths, vo2_ml_min: values up to 45 ml/min. Expected 120 to 9,000 ml/min. Are they in
      ml/kg/min?
      breaths, vco2_ml_min: values up to 40 ml/min. Expected 120 to 9,000 ml/min. Are they in
      ml/kg/min?
    """
    problems = find_breath_problems(breaths, where)
    if problems:
        raise ProblemList(where, problems)


def find_breath_problems(
    breaths: pd.DataFrame, where: str, lines: np.ndarray | None = None
) -> list[str]:
    """What cannot be right, one sentence each.

    Parameters
    ----------
    breaths : DataFrame
    where : str
    lines : ndarray of int, optional
        Number of each row in its file; without it rows are counted from 1.

    Returns
    -------
    list of str
        Empty if nothing is wrong.
    """
    absent = [name for name in NEEDED if name not in breaths]
    if absent:
        return [say(where, f"no column {name}", ", ".join(NEEDED)) for name in absent]
    if len(breaths) < 3:
        return [say(where, f"{len(breaths)} rows of numbers", "a recording of many breaths")]
    lines = np.arange(1, len(breaths) + 1) if lines is None else lines
    names = [name for name in BREATHS.names if name in breaths]
    problems = [p for name in names if (p := word_problem(breaths[name], where, lines))]
    if problems:
        return problems
    numbers = {name: pd.to_numeric(breaths[name]).astype(float).to_numpy() for name in names}
    problems = _time_problems(numbers["time_s"], lines, where)
    for name in NEEDED[1:]:
        if not np.isfinite(numbers[name]).any():
            problems.append(say(where, f"{name} has no numbers", "one per row"))
    for name, values in numbers.items():
        if name != "time_s":
            problems.extend(_value_problems(name, values, lines, where))
    ratio = rer_problem(numbers["vo2_ml_min"], numbers["vco2_ml_min"])
    if ratio:
        found, expected, cause = ratio
        problems.append(say(where, found, expected, cause))
    return problems


def word_problem(column: pd.Series, where: str, lines: np.ndarray | None = None) -> str | None:
    """A sentence on the first cell that is no number, if there is one; an empty cell is none.

    Parameters
    ----------
    column : Series
    where : str
        The table.
    lines : ndarray of int, optional
        Number of each row in its file; without it rows are counted from 1.

    Returns
    -------
    str or None

    Examples
    --------
    >>> word_problem(pd.Series([2800, "cough"], name="vo2_ml_min"), "breaths")
    "breaths, row 2: vo2_ml_min is 'cough', which is no number. Expected numbers, and empty cells
    where nothing was measured."
    """
    if pd.api.types.is_numeric_dtype(column.dtype) and column.dtype.kind in "iuf":
        return None
    for k, cell in enumerate(column):
        missing = cell is None or cell is pd.NaT or cell is pd.NA
        if missing or (isinstance(cell, Real) and not isinstance(cell, bool)):
            continue
        row = k + 1 if lines is None else lines[k]
        shown = repr(cell) if isinstance(cell, str) else str(cell)
        more = sum(isinstance(c, type(cell)) for c in column) - 1
        found = f"{column.name} is {shown[:40]}, which is no number"
        if isinstance(cell, str) and pd.notna(pd.to_numeric(cell, errors="coerce")):
            found = f"{column.name} is the text {shown[:40]}"
        found += f", and {more} more" if more else ""
        expected = "numbers, and empty cells where nothing was measured"
        if column.name == "time_s":
            expected = "seconds, as numbers"
        return say(f"{where}, row {row}", found, expected)
    return None


def _time_problems(time_s: np.ndarray, lines: np.ndarray, where: str) -> list[str]:
    gaps = np.flatnonzero(~np.isfinite(time_s))
    if len(gaps):
        return [say(f"{where}, row {lines[gaps[0]]}", "there is no time", "a time in every row")]
    back = np.flatnonzero(np.diff(time_s) < 0)
    if len(back):
        k = back[0]
        found = f"time goes back from {time_s[k]:.1f} to {time_s[k + 1]:.1f} s"
        remedy = "Are two recordings in one file, or are its rows out of order?"
        if time_s[k] - time_s[k + 1] > 43_200:
            remedy = "Did the test run past midnight? Give times since its start."
        return [say(f"{where}, row {lines[k + 1]}", found, "time that goes on", remedy)]
    step = float(np.median(np.diff(time_s)))
    if STEP_S[0] <= step <= STEP_S[1]:
        return []
    units = {"minutes": 60.0, "milliseconds": 0.001, "days": 86_400.0, "mm:ss read as h:mm": 1 / 60}
    fits = [text for text, factor in units.items() if STEP_S[0] <= step * factor <= STEP_S[1]]
    cause = f"Are times in {' or '.join(fits)}?" if fits else "Is it the time of each row?"
    found = f"rows are {step:.3g} s apart (median)"
    if step == 0:
        cause = "Are the rows in it twice? Keep one of each."
    return [say(f"{where}, time_s", found, f"{STEP_S[0]:g} to {STEP_S[1]:g} s", cause)]


def _value_problems(name: str, values: np.ndarray, lines: np.ndarray, where: str) -> list[str]:
    column = BREATHS[name]
    negative = np.flatnonzero(values < 0)
    if len(negative) and column.possible[0] >= 0:
        k = negative[0]
        more = f", and {len(negative) - 1} more" if len(negative) > 1 else ""
        found = f"{name} is {values[k]:.4g}{more}"
        remedy = "Is the sign flipped? If the value was not measured, empty its cell."
        return [say(f"{where}, row {lines[k]}", found, f"no negative {name}", remedy)]
    trap = unit_problem(name, values, column.unit)
    if trap:
        found, expected, cause = trap
        return [say(f"{where}, {name}", found, expected, cause)]
    outside = np.flatnonzero(column.outside(pd.Series(values)))
    if len(outside) == 0:
        return []
    k = outside[0]
    low, high = column.possible
    found = f"{name} is {values[k]:.4g}"
    remedy = "If the value was not measured, empty its cell."
    return [say(f"{where}, row {lines[k]}", found, f"{low:g} to {high:g}", remedy)]

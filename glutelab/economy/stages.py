"""The stages of a test: found from the speed of the belt, or as a table states them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from glutelab.errors import DataError, ProblemList, say
from glutelab.formats.gas_exchange.check import word_problem

__all__ = ["FASTEST_M_S", "STEEPEST_PCT", "find_stages", "stages_from_table"]

SAME_SPEED_M_S = 0.05  # a treadmill's display has steps of 0.1 km/h = 0.028 m/s
SAME_SLOPE_PCT = 0.25
SAME_TIME_S = 1.0  # by which stages that were written down by hand may overlap
STANDING_M_S = 0.3
RAMP_STEP_S = 60.0  # three and more steps on end, each shorter than this, are a ramp
FASTEST_M_S = 7.5  # nobody has run four minutes as fast as this
STEEPEST_PCT = (-60.0, 60.0)


def find_stages(breaths: pd.DataFrame) -> pd.DataFrame:
    """Stretches of one speed and slope.

    Three and more stretches on end that each last less than a minute are a ramp, and become one
    row without a speed.

    Parameters
    ----------
    breaths : DataFrame
        ``time_s``, ``speed_m_s`` and if there ``slope_pct``, one row per breath.

    Returns
    -------
    DataFrame
        ``start_s, end_s, speed_m_s, slope_pct, steps``; ``steps`` is 1, or the number of steps
        of a ramp, whose ``speed_m_s`` is NaN. A stage begins with the last row of the one before:
        the speed is known only at rows.

    Raises
    ------
    DataError
        If there is no column of speeds, or a word stands in one of numbers.

    Examples
    --------
    >>> breaths = pd.DataFrame({"time_s": range(10, 610, 10), "speed_m_s": [3.0] * 30 + [3.5] * 30})
    >>> find_stages(breaths)[["start_s", "end_s", "speed_m_s"]]
       start_s  end_s  speed_m_s
    0     10.0  300.0        3.0
    1    300.0  600.0        3.5
    """
    if "speed_m_s" not in breaths or breaths["speed_m_s"].isna().all():
        hint = "It has power: was this an ergometer? " if "power_w" in breaths else ""
        remedy = f"{hint}Give stages=, a table of start_s, end_s, speed_m_s; or one speed_m_s=."
        raise DataError(say("breaths", "there is no speed", "speed_m_s in each row", remedy))
    known_slope = "slope_pct" in breaths
    names = ["time_s", "speed_m_s", *(["slope_pct"] if known_slope else [])]
    problems = [p for name in names if (p := word_problem(breaths[name], "breaths"))]
    if problems:
        raise ProblemList("breaths", problems)
    numbers = breaths[names].apply(pd.to_numeric).astype(float)
    time = numbers["time_s"].to_numpy()
    speed = numbers["speed_m_s"].ffill().bfill().to_numpy()
    slope = numbers["slope_pct"].ffill().bfill().to_numpy() if known_slope else 0 * speed
    firsts = _changes(speed, np.nan_to_num(slope))
    rows = []
    for first, stop in zip(firsts, [*firsts[1:], len(time)], strict=True):
        rows.append(
            {
                "start_s": time[max(first - 1, 0)],
                "end_s": time[stop - 1],
                "speed_m_s": float(np.median(speed[first:stop])),
                "slope_pct": float(np.median(slope[first:stop])) if known_slope else np.nan,
                "steps": 1,
            }
        )
    return pd.DataFrame(_join_ramps(rows))


def _changes(speed: np.ndarray, slope: np.ndarray) -> list[int]:
    """First row of each stretch."""
    firsts = [0]
    for k in range(1, len(speed)):
        first = firsts[-1]
        faster = abs(speed[k] - speed[first]) > SAME_SPEED_M_S
        if faster or abs(slope[k] - slope[first]) > SAME_SLOPE_PCT:
            firsts.append(k)
    return firsts


def _join_ramps(rows: list[dict]) -> list[dict]:
    joined: list[dict] = []
    run: list[dict] = []
    for row in [*rows, None]:
        moving = row is not None and row["speed_m_s"] >= STANDING_M_S
        if moving and row["end_s"] - row["start_s"] < RAMP_STEP_S:
            run.append(row)
            continue
        joined.extend(run if len(run) < 3 else [_ramp(run)])
        run = []
        if row is not None:
            joined.append(row)
    return joined


def _ramp(run: list[dict]) -> dict:
    ends = {"start_s": run[0]["start_s"], "end_s": run[-1]["end_s"]}
    slopes = {row["slope_pct"] for row in run}
    slope = slopes.pop() if len(slopes) == 1 else np.nan
    return {**ends, "speed_m_s": np.nan, "slope_pct": slope, "steps": len(run)}


def stages_from_table(
    stages: pd.DataFrame, speed_m_s: float | None, slope_pct: float | None
) -> pd.DataFrame:
    """Check stages that were given.

    Parameters
    ----------
    stages : DataFrame
        ``start_s, end_s``, and ``speed_m_s`` unless one speed is given for all; ``slope_pct`` if
        it is known.
    speed_m_s, slope_pct : float or None
        For all stages.

    Returns
    -------
    DataFrame
        As from `find_stages`, in order of time.

    Raises
    ------
    ProblemList
        One sentence per stage that cannot be, or that lies in another.
    """
    if not isinstance(stages, pd.DataFrame):
        found = f"it is a {type(stages).__name__}"
        raise DataError(say("stages", found, "a table of start_s, end_s, speed_m_s"))
    stages = stages.reset_index(drop=True)
    if speed_m_s is not None:
        stages["speed_m_s"] = speed_m_s
    if slope_pct is not None:
        stages["slope_pct"] = slope_pct
    absent = [name for name in ("start_s", "end_s", "speed_m_s") if name not in stages]
    if absent or stages.empty:
        found = f"no column {', '.join(absent)}" if absent else "no rows"
        raise DataError(say("stages", found, "start_s, end_s, speed_m_s: one row per stage"))
    if "slope_pct" not in stages:
        stages["slope_pct"] = np.nan
    names = ["start_s", "end_s", "speed_m_s", "slope_pct"]
    problems = [p for name in names if (p := word_problem(stages[name], "stages"))]
    if problems:
        raise ProblemList("stages", problems)
    table = stages[names].apply(pd.to_numeric).astype(float)
    problems = [p for k, row in table.iterrows() if (p := _stage_problem(k + 1, row))]
    if problems := problems or _overlaps(table):
        raise ProblemList("stages", problems)
    return table.sort_values("start_s", ignore_index=True).assign(steps=1)


def _stage_problem(number: int, row: pd.Series) -> str:
    """What cannot be of one stage that was given; empty if nothing."""
    where = f"stages, row {number}"
    unknown = [name for name in row.index[:3] if not np.isfinite(row[name])]
    if unknown:
        value = row[unknown[0]]
        found = f"{unknown[0]} is {'missing' if np.isnan(value) else 'infinite'}"
        return say(where, found, "a number", "Give start_s, end_s and speed_m_s of each stage.")
    start_s, end_s, speed, slope = row
    if start_s < 0:
        return say(where, f"start_s is {start_s:g}", "no negative time")
    if end_s <= start_s:
        found = f"it runs from {start_s:g} to {end_s:g} s"
        return say(where, found, "an end after the start")
    if speed < 0:
        return say(where, f"speed_m_s is {speed:g}", "no negative speed")
    low, high = STEEPEST_PCT
    if not np.isnan(slope) and not low <= slope <= high:
        remedy = "It is rise per 100 of horizontal distance, uphill positive."
        return say(where, f"slope_pct is {slope:g}", f"{low:g} to {high:g} %", remedy)
    return ""


def _overlaps(table: pd.DataFrame) -> list[str]:
    """Stages that begin before the one before has ended, one sentence each."""
    problems = []
    rows = list(table.sort_values(["start_s", "end_s"], kind="stable").itertuples())
    for before, row in pairwise(rows):
        if row.start_s >= before.end_s - SAME_TIME_S:
            continue
        same = (row.start_s, row.end_s) == (before.start_s, before.end_s)
        what = "is the same stretch as" if same else "begins within"
        found = f"it {what} row {before.Index + 1}, {before.start_s:g} to {before.end_s:g} s"
        remedy = "Leave one out, or mend its times."
        problems.append(say(f"stages, row {row.Index + 1}", found, "one after the other", remedy))
    return problems


def check_speeds(stages: pd.DataFrame) -> None:
    """Refuse speeds that nobody runs for a stage.

    Raises
    ------
    DataError
        With what the number would be in km/h.
    """
    too_fast = stages["speed_m_s"][stages["speed_m_s"] > FASTEST_M_S]
    if too_fast.empty:
        return
    speed, row = float(too_fast.iloc[0]), int(too_fast.index[0]) + 1
    found = f"speed_m_s is {speed:g}"
    remedy = f"Is it in km/h? {speed:g} km/h is {speed / 3.6:.2f} m/s."
    expected = f"up to {FASTEST_M_S:g} m/s in a stage of some minutes"
    raise DataError(say(f"stage {row}", found, expected, remedy))

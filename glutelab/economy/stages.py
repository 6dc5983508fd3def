"""The stages of a test: found from the speed of the belt, or as a table states them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.errors import DataError, ProblemList, say

__all__ = ["FASTEST_M_S", "find_stages", "stages_from_table"]

SAME_SPEED_M_S = 0.05  # a treadmill's display has steps of 0.1 km/h = 0.028 m/s
SAME_SLOPE_PCT = 0.25
STANDING_M_S = 0.3
RAMP_STEP_S = 60.0  # three and more steps on end, each shorter than this, are a ramp
FASTEST_M_S = 7.5  # nobody has run four minutes as fast as this


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
        If there is no column of speeds.

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
    time = breaths["time_s"].to_numpy(dtype=float)
    speed = breaths["speed_m_s"].ffill().bfill().to_numpy(dtype=float)
    known_slope = "slope_pct" in breaths
    slope = breaths["slope_pct"].ffill().bfill().to_numpy(float) if known_slope else 0 * speed
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
        As from `find_stages`.

    Raises
    ------
    ProblemList
        One sentence per stage that cannot be.
    """
    stages = pd.DataFrame(stages).reset_index(drop=True)
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
    table = stages[names].apply(pd.to_numeric, errors="coerce").astype(float)
    problems = []
    for k, row in table.iterrows():
        where = f"stages, row {k + 1}"
        if row[names[:3]].isna().any():
            problems.append(say(where, "a value is missing or no number", ", ".join(names[:3])))
        elif row["end_s"] <= row["start_s"]:
            found = f"it runs from {row['start_s']:g} to {row['end_s']:g} s"
            problems.append(say(where, found, "an end after the start"))
        elif row["speed_m_s"] < 0:
            problems.append(say(where, f"speed_m_s is {row['speed_m_s']:g}", "no negative speed"))
    if problems:
        raise ProblemList("stages", problems)
    return table.assign(steps=1)


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

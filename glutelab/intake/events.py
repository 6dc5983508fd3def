"""Events that somebody marked, in a table of their own."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from glutelab.errors import DataError, say
from glutelab.formats.sheet import read_sheet

__all__ = ["read_events"]

_COLUMNS = ("event", "side", "time_s")
_ALLOWED = {"event": ("foot_strike", "toe_off"), "side": ("left", "right")}


def read_events(path: Path) -> pd.DataFrame:
    """A table of events.

    Parameters
    ----------
    path : Path
        CSV, Excel or Parquet with ``event`` (foot_strike, toe_off), ``side`` (left, right) and
        ``time_s`` from the first frame.

    Returns
    -------
    DataFrame
        ``event, side, time_s, method``, sorted by time.

    Raises
    ------
    DataError
        If a column is absent, or a cell is something else.
    """
    frame = read_sheet(path).frame
    absent = [name for name in _COLUMNS if name not in frame]
    if absent:
        found = f"no column {', '.join(absent)}"
        raise DataError(say(path.name, found, ", ".join(_COLUMNS), f"It has {list(frame)[:6]}."))
    for name, allowed in _ALLOWED.items():
        wrong = frame.index[~frame[name].isin(allowed)]
        if len(wrong):
            found = f"{name} is {frame[name][wrong[0]]!r}"
            raise DataError(say(f"{path.name}, row {wrong[0]}", found, " or ".join(allowed)))
    times = pd.to_numeric(frame["time_s"], errors="coerce")
    if times.isna().any():
        row = frame.index[times.isna()][0]
        found = f"time_s is {frame['time_s'][row]!r}"
        raise DataError(say(f"{path.name}, row {row}", found, "seconds"))
    events = frame[list(_COLUMNS)].assign(time_s=times.astype(float), method="as marked")
    return events.sort_values("time_s", ignore_index=True)

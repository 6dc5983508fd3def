"""The clock of a plain table: seconds, frames, or percents of the gait cycle."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.numbers import even_rate
from glutelab.formats.units import unit_in
from glutelab.schema.curves import POINTS

__all__ = ["Clock", "clock_of", "find_clock", "key_of"]

SLOWEST_HZ = 10.0  # no recording of running has fewer frames
_PERCENT = re.compile(r"percent|pct|%|perc|cycle|gc")
_TIME = re.compile(r"(time|times|t|zeit|tempo)[(\[]?(s|ms|sec|seconds)?[)\]]?")
_FRAME = re.compile(r"(frame|frames|sample|samples|item|index|row|frameno|framenumber)")


class Clock(NamedTuple):
    """A column that says when: its name, its kind, and its place and those of others like it."""

    name: str
    kind: str
    places: list[int]


def key_of(name: str) -> str:
    """A column name without case, spaces, underscores, hyphens and points."""
    return re.sub(r"[\s_\-.]", "", name).casefold()


def find_clock(names: Sequence[str]) -> Clock | None:
    """The column of percents, else of time, else of frames.

    Percents are looked for in the first column only, as any name can have one (``slope_pct``).
    """
    keys = [key_of(name) for name in names]
    times = [k for k, key in enumerate(keys) if _TIME.fullmatch(key)]
    frames = [k for k, key in enumerate(keys) if _FRAME.fullmatch(key)]
    percents = [k for k, key in enumerate(keys) if _is_percent(key, k)]
    for kind, places in (("percent", percents[:1]), ("time", times), ("frame", frames)):
        if places:
            others = [k for k in (*times, *frames) if k != places[0]]
            return Clock(names[places[0]], kind, [places[0], *others])
    return None


def _is_percent(key: str, place: int) -> bool:
    whole = key in ("percent", "pct", "percentcycle", "gaitcycle", "cyclepercent", "%gaitcycle")
    return whole or (place == 0 and bool(_PERCENT.search(key)))


def clock_of(
    clock: np.ndarray | None,
    found: Clock | None,
    groups: Sequence[np.ndarray],
    where: str,
    rate_hz: float | None,
    notes: list[str],
) -> tuple[float, bool]:
    """Rows per second, and whether rows are percents of the gait cycle.

    Parameters
    ----------
    clock : ndarray, shape (n_rows,), or None
    found : Clock or None
    groups : sequence of ndarray of int
        Rows of each series.
    where : str
        The file, for error texts.
    rate_hz : float or None
        As the caller states it.
    notes : list of str
        Added to: what had to be taken for granted.

    Raises
    ------
    DataError
        If rows were lost, doubled or moved, or the clock contradicts `rate_hz`.
    """
    lengths = {len(group) for group in groups}
    stated = np.nan if rate_hz is None else float(rate_hz)
    if clock is None or found is None:
        if lengths == {POINTS} and rate_hz is None:
            notes.append(f"{where}: 101 rows and no clock: read as 0 to 100 % of gait cycles.")
            return np.nan, True
        if rate_hz is None:
            notes.append(f"{where}: no column of time, so the sampling rate is not known.")
        return stated, False
    series = [clock[group] for group in groups]
    if _are_percents(series, found, where):
        if found.kind != "percent":
            notes.append(f"{where}: {found.name} runs from 0 to 100: read as % of gait cycles.")
        return np.nan, True
    rates = [_rate(one, found, where) for one in series]
    if np.isnan(rates).all():
        notes.append(f"{where}: {found.name} counts rows; the sampling rate is not in the file.")
        return stated, False
    slowest, fastest = np.nanmin(rates), np.nanmax(rates)
    if slowest < SLOWEST_HZ:
        at = f"{found.name} runs with {slowest:.3g} rows per second"
        remedy = "If it is in milliseconds, name it time_ms."
        raise DataError(say(where, at, "seconds", remedy))
    if fastest - slowest > 0.01 * slowest:
        at = f"series with {slowest:g} and with {fastest:g} rows per second"
        raise DataError(say(where, at, "one rate", "Put them into separate files."))
    rate = float(np.nanmedian(rates))
    if rate_hz is not None and abs(rate - stated) > 0.01 * stated:
        at = f"{found.name} runs with {rate:g} rows per second"
        raise DataError(say(where, at, f"{stated:g}, as stated by rate_hz"))
    return rate, False


def _are_percents(series: Sequence[np.ndarray], found: Clock, where: str) -> bool:
    full = all(np.array_equal(one, np.arange(POINTS)) for one in series)
    if found.kind != "percent" or full:
        return full
    lengths = {len(one) for one in series}
    even = all(
        np.allclose(one, np.linspace(0, 100, len(one)), rtol=0, atol=0.011) for one in series
    )
    counted = all(np.array_equal(one, np.arange(1, POINTS + 1)) for one in series)
    if len(lengths) > 1 or not (even or counted):
        at = f"the percents in {found.name} do not go evenly from 0 to 100"
        raise DataError(say(where, at, "0 to 100 in each curve", "Were rows lost or doubled?"))
    return True


def _rate(one: np.ndarray, found: Clock, where: str) -> float:
    """Rows per second of one series; NaN where the clock counts rows."""
    steps = np.diff(one)
    counted = np.array_equal(steps, np.ones(len(steps)))
    if counted:
        return np.nan
    if found.kind == "frame":
        place = int(np.flatnonzero(steps != 1)[0])
        at = f"{found.name} goes from {one[place]:g} to {one[place + 1]:g}"
        raise DataError(say(where, at, "steps of one", "Were rows lost, doubled or moved?"))
    is_ms = unit_in(found.name) == "ms" or key_of(found.name).endswith("ms")
    return even_rate(one * (0.001 if is_ms else 1.0), f"{where}, {found.name}")

"""From events and frames to strides: cutting, sampling, and the quality ledger."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from glutelab.errors import DataError

__all__ = ["cut_strides", "sample", "time_normalize"]

# A stride this far from the trial's median duration contains a missed or an extra contact.
STRIDE_TIME_TOLERANCE = 0.25


def sample(signals: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """Values of evenly sampled signals at instants between frames.

    The value comes from the cubic through the two frames on each side (near the ends, through the
    four outermost frames), so a straight ramp stays straight.

    Parameters
    ----------
    signals : ndarray, shape (n_signals, n_frames)
        At least four frames.
    frames : ndarray, any shape
        Instants counted in frames, not necessarily whole.

    Returns
    -------
    ndarray, shape (n_signals, *frames.shape)
        NaN where a needed frame is missing or the instant lies outside the recording.

    Raises
    ------
    ValueError
        If there are fewer than four frames.

    Examples
    --------
    >>> ramp = np.arange(10.0)[None]
    >>> sample(ramp, np.array([0.0, 2.5, 9.0, 9.5])).round(12).tolist()
    [[0.0, 2.5, 9.0, nan]]
    """
    n_frames = signals.shape[-1]
    if n_frames < 4:
        raise ValueError(f"signals have {n_frames} frames. Expected at least 4.")
    first = np.clip(np.floor(np.nan_to_num(frames)).astype(np.intp) - 1, 0, n_frames - 4)
    u = frames - first
    weights = np.stack(
        [
            -(u - 1) * (u - 2) * (u - 3) / 6,
            u * (u - 2) * (u - 3) / 2,
            -u * (u - 1) * (u - 3) / 2,
            u * (u - 1) * (u - 2) / 6,
        ],
        axis=-1,
    )
    weights[(frames < 0) | (frames > n_frames - 1)] = np.nan
    by_frame = np.ascontiguousarray(signals.T)
    values = np.zeros((*np.shape(frames), len(signals)))
    for k in range(4):
        values += by_frame[first + k] * weights[..., k, None]
    return np.moveaxis(values, -1, 0)


def time_normalize(
    signals: np.ndarray, start: np.ndarray, stop: np.ndarray, points: int = 101
) -> np.ndarray:
    """Resample stretches of signals to 0..100 %, both ends included.

    Parameters
    ----------
    signals : ndarray, shape (n_signals, n_frames)
    start, stop : ndarray, shape (n_strides,)
        First and last instant, counted in frames, not necessarily whole.
    points : int
        Points from 0 to 100 % inclusive.

    Returns
    -------
    ndarray, shape (n_signals, n_strides, points)
        NaN where `sample` gives NaN.

    Examples
    --------
    A straight ramp stays straight to its end.

    >>> ramp = np.arange(11.0)[None]
    >>> curve = time_normalize(ramp, np.array([0.0]), np.array([10.0]))[0, 0]
    >>> bool(np.allclose(curve, np.linspace(0, 10, 101)))
    True
    """
    start, stop = np.asarray(start, float), np.asarray(stop, float)
    return sample(signals, start[:, None] + (stop - start)[:, None] * np.linspace(0, 1, points))


def cut_strides(events: pd.DataFrame, *, without: Collection[str] = ()) -> pd.DataFrame:
    """Candidate strides of one trial, from foot strike to the next foot strike of the same foot.

    Parameters
    ----------
    events : DataFrame
        Columns ``event`` (foot_strike, toe_off), ``side``, ``time_s``.
    without : collection of {"toe_off", "other_foot"}
        Rules that cannot be asked, as the events of a whole kind or side are not known; what they
        would look at is NaN.

    Returns
    -------
    DataFrame
        One row per candidate: ``side, stride, start_s, toe_off_s, other_strike_s, end_s`` and the
        verdict of the event rules: ``rule`` (empty if kept), ``value``, ``threshold``, ``reason``.

        Rules: ``toe_off`` (exactly one toe-off between the strikes), ``other_foot`` (exactly one
        strike of the other foot between them), ``stride_time`` (duration within 25 % of the
        median of its trial and side).

    Raises
    ------
    DataError
        If a column is absent.
    """
    absent = [name for name in ("event", "side", "time_s") if name not in events]
    if absent:
        raise DataError(f"events: no column {', '.join(absent)}. Expected event, side, time_s.")
    times = {
        (side, event): np.sort(part["time_s"].to_numpy())
        for (side, event), part in events.groupby(["side", "event"])
    }
    empty = np.empty(0)
    tables = []
    for side, other in (("left", "right"), ("right", "left")):
        strikes = times.get((side, "foot_strike"), empty)
        start, stop = strikes[:-1], strikes[1:]
        toe_off, toe_offs = _single(times.get((side, "toe_off"), empty), start, stop)
        opposite, opposites = _single(times.get((other, "foot_strike"), empty), start, stop)
        table = pd.DataFrame(
            {
                "side": side,
                "stride": np.arange(1, len(start) + 1),
                "start_s": start,
                "toe_off_s": toe_off,
                "other_strike_s": opposite,
                "end_s": stop,
                "rule": "",
                "value": np.nan,
                "threshold": np.nan,
                "reason": "",
            }
        )
        duration = stop - start
        median = np.median(duration) if len(duration) else np.nan
        drop(
            table,
            np.abs(duration / median - 1) > STRIDE_TIME_TOLERANCE,
            "stride_time",
            duration / median,
            1 + STRIDE_TIME_TOLERANCE * np.sign(duration / median - 1),
            "duration relative to the trial's median: a contact was missed or doubled",
        )
        if "toe_off" not in without:
            drop(table, toe_offs != 1, "toe_off", toe_offs, 1, "toe-offs within the stride")
        if "other_foot" not in without:
            drop(table, opposites != 1, "other_foot", opposites, 1, "strikes of the other foot")
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def drop(table: pd.DataFrame, failed, rule: str, value, threshold, reason: str) -> None:
    """Enter a rule's verdict for candidates that no earlier rule has dropped, in place."""
    failed = np.asarray(failed)
    if not failed.any():
        return
    failed = failed & (table["rule"] == "").to_numpy()
    for column, entry in (("value", value), ("threshold", threshold)):
        table.loc[failed, column] = np.broadcast_to(entry, len(table))[failed].astype(float)
    table.loc[failed, ["rule", "reason"]] = [rule, reason]


def _single(times: np.ndarray, start: np.ndarray, stop: np.ndarray):
    """First instant after each start, and how many lie before the stop."""
    first = np.searchsorted(times, start, side="right")
    count = np.searchsorted(times, stop, side="left") - first
    padded = np.append(times, np.nan)
    return np.where(count > 0, padded[first], np.nan), count

"""One side of a trial from its signals to strides, curves and measures, whatever the source."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from glutelab.measures import stride_measures
from glutelab.processing.result import SideStrides
from glutelab.strides import drop, sample, time_normalize

__all__ = ["JUMP_DEG", "cut_side", "drop_jumps", "drop_outside", "find_jumps", "stated_method"]

# No hip turns by 6 degrees within 1 % of the gait cycle (about 800 degrees per second). Intact
# strides of bmc-ric stay below 3.3, the others begin at 12.9: the pelvis was lost for a moment.
JUMP_DEG = 6.0
JUMP_REASON = (
    "the hip angle changes by more than a hip can turn within 1 % of the gait cycle (value and "
    "threshold in degrees): the pelvis was lost for a moment"
)


def cut_side(
    candidates: pd.DataFrame,
    signals: Mapping[str, np.ndarray],
    rate_hz: float,
    judge: Callable[[pd.DataFrame, np.ndarray], None],
    **body,
) -> SideStrides:
    """Cut, judge and measure the strides of one side.

    Parameters
    ----------
    candidates : DataFrame
        Of this side, from `cut_strides`.
    signals : dict of str to ndarray, shape (n_frames,)
    rate_hz : float
    judge : callable
        Enters the verdicts of further rules into the candidates, given the cut signals, shape
        (n_signals, n_candidates, 101).
    **body
        For `stride_measures`.

    Returns
    -------
    SideStrides
    """
    table = candidates.reset_index(drop=True)
    values = np.array(list(signals.values()))
    cut = time_normalize(values, table["start_s"] * rate_hz, table["end_s"] * rate_hz)
    judge(table, cut)
    kept = (table["rule"] == "").to_numpy()
    times, cut = table[kept].reset_index(drop=True), cut[:, kept]
    at_toe_off = sample(values, times["toe_off_s"].to_numpy() * rate_hz)
    curves = dict(zip(signals, cut, strict=True))
    measures = stride_measures(curves, dict(zip(signals, at_toe_off, strict=True)), times, **body)
    table["kept"] = kept
    return SideStrides(table, times, curves, measures)


def drop_outside(
    table: pd.DataFrame, n_frames: int, rate_hz: float, what: str
) -> tuple[np.ndarray, np.ndarray]:
    """Drop strides that are not wholly within the recording; first and last instant in frames."""
    start = table["start_s"].to_numpy() * rate_hz
    stop = table["end_s"].to_numpy() * rate_hz
    outside = np.maximum(-start, stop - (n_frames - 1))
    reason = f"frames beyond the recording of the {what}"
    drop(table, outside > 0, "recording", outside, 0, reason)
    return start, stop


def find_jumps(hip_flexion_deg: np.ndarray) -> np.ndarray:
    """Largest change of each curve within 1 % of the gait cycle, degrees.

    Parameters
    ----------
    hip_flexion_deg : ndarray, shape (n_strides, 101)

    Returns
    -------
    ndarray, shape (n_strides,)
    """
    return np.abs(np.diff(hip_flexion_deg, axis=1)).max(axis=1)


def drop_jumps(table: pd.DataFrame, hip_flexion_deg: np.ndarray) -> None:
    """Drop strides in which the hip turns faster than hips do: there are no markers to ask."""
    jumps = find_jumps(hip_flexion_deg)
    drop(table, jumps > JUMP_DEG, "jump", jumps.round(3), JUMP_DEG, JUMP_REASON)


def stated_method(events: pd.DataFrame) -> str:
    """How the events were found, as they say themselves."""
    return ", ".join(sorted(events["method"].unique())) if "method" in events else "not stated"

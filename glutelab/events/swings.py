"""The coarse step of events from motion: a leg swings fore and aft once per stride."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.events.contacts import check_contacts, contact_rows
from glutelab.signals import low_pass, runs

__all__ = ["contacts_in_order", "contacts_of_leg", "pair_swings", "swing_times", "vertex"]

# The fine step may not wander off to another event.
_FARTHEST_S = {"foot_strike": 0.09, "toe_off": 0.18}
_UNSEEN = "neither foot strike nor toe-off can be seen (end of the record, or a gap)"

# Of the heel or the foot relative to the pelvis; less is standing, or a marker that shakes.
_LEAST_SWING_M = 0.15


def swing_times(swing_m: np.ndarray, rate_hz: float) -> tuple[np.ndarray, np.ndarray]:
    """When the foot is farthest forward and farthest back, seconds.

    Parameters
    ----------
    swing_m : ndarray, shape (n_frames,)
        Foot ahead of the pelvis, meters; NaN where it was not seen.
    rate_hz : float

    Returns
    -------
    tuple of ndarray
    """
    seen = np.flatnonzero(np.isfinite(swing_m))
    if len(seen) < rate_hz / 2:
        return np.empty(0), np.empty(0)
    bridged = np.interp(np.arange(len(swing_m)), seen, swing_m[seen])
    # 5 Hz keeps the stride (1.3 to 1.9 Hz) and leaves one peak per swing.
    smooth = low_pass(bridged, rate_hz, 5.0)
    smooth = smooth - 0.5 * (np.percentile(smooth, 5) + np.percentile(smooth, 95))
    times = []
    for curve in (smooth, -smooth):
        peaks = [
            start + int(curve[start:stop].argmax())
            for start, stop in runs(curve > 0.0)
            if curve[start:stop].max() > _LEAST_SWING_M / 2
        ]
        peaks = np.array([p for p in peaks if 0 < p < len(curve) - 1], dtype=int)
        times.append(vertex(curve, peaks) / rate_hz)
    return times[0], times[1]


def pair_swings(forward_s: np.ndarray, rearward_s: np.ndarray) -> np.ndarray:
    """Index pairs (forward, next rearward before the next forward), -1 where there is none."""
    pairs, used = [], set()
    following = np.append(forward_s, np.inf)[1:]
    for first, (start, stop) in enumerate(zip(forward_s, following, strict=True)):
        second = int(np.searchsorted(rearward_s, start))
        if second < len(rearward_s) and rearward_s[second] < stop:
            pairs.append((first, second))
            used.add(second)
        else:
            pairs.append((first, -1))
    pairs += [(-1, second) for second in range(len(rearward_s)) if second not in used]
    return np.array(pairs, dtype=int).reshape(-1, 2)


def contacts_of_leg(leg, strike: np.ndarray, toe_off: np.ndarray, method: str) -> pd.DataFrame:
    """One row per swing of one leg, used or not, with the time of its swing.

    Parameters
    ----------
    leg : object
        With ``side, forward_s, rearward_s``.
    strike, toe_off : ndarray
        What the fine step made of each forward and each rearward peak, seconds.
    method : str

    Returns
    -------
    DataFrame
        A contacts table and ``swing_s``, for `contacts_in_order`.
    """
    far_strike = ~(np.abs(strike - leg.forward_s) < _FARTHEST_S["foot_strike"])
    far_toe_off = ~(np.abs(toe_off - leg.rearward_s) < _FARTHEST_S["toe_off"])
    # A trailing NaN stands for "no such swing" (index -1).
    forward, rearward = pair_swings(leg.forward_s, leg.rearward_s).T
    strike = np.append(np.where(far_strike, np.nan, strike), np.nan)[forward]
    toe_off = np.append(np.where(far_toe_off, np.nan, toe_off), np.nan)[rearward]
    unseen = np.isnan(strike) & np.isnan(toe_off)
    rows = contact_rows(
        leg.side,
        strike,
        toe_off,
        method,
        kept=~unseen,
        problem=np.where(unseen, _UNSEEN, ""),
    )
    swings = [np.append(leg.forward_s, np.nan)[forward], np.append(leg.rearward_s, np.nan)]
    return rows.assign(swing_s=np.fmin(swings[0], swings[1][rearward]))


def contacts_in_order(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Contacts of both legs by time, checked."""
    contacts = pd.concat(parts).sort_values("swing_s", kind="stable", ignore_index=True)
    return check_contacts(contacts.drop(columns="swing_s"))


def vertex(curve: np.ndarray, peak: np.ndarray) -> np.ndarray:
    """Place of a maximum between samples, by the parabola through the three around it."""
    before, at, after = curve[peak - 1], curve[peak], curve[peak + 1]
    bend = before - 2.0 * at + after
    return peak + np.clip(0.5 * (before - after) / np.where(bend < 0.0, bend, -np.inf), -0.5, 0.5)

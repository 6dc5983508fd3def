"""Contacts from one combined vertical force; markers only say which foot it was."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.errors import DataError, say
from glutelab.events.contacts import check_contacts, contact_rows, events_from_contacts
from glutelab.frames import AngleFrames, ForceFrames, MarkerFrames
from glutelab.signals import low_pass, runs

__all__ = [
    "detect_events_from_force",
    "detect_events_rbds",
    "list_contacts_from_force",
    "list_contacts_rbds",
]

# A crossing of the threshold that never gets near the usual peak is belt vibration, not a foot.
_LEAST_PART_OF_PEAK = 0.25
# A contact cut off by the end of the record has to show about half of itself.
_LEAST_PART_OF_CUT_CONTACT = 0.8
# During stance the swing heel is 0.1 m (slow jogging) to 0.5 m higher than the stance heel.
_LEAST_HEEL_DIFFERENCE_M = 0.05
_HEEL = ("heel_top", "heel_bottom", "heel_lateral", "heel")


def detect_events_from_force(
    forces: ForceFrames,
    markers: MarkerFrames,
    *,
    threshold_n: float = 20.0,
    cutoff_hz: float = 50.0,
) -> pd.DataFrame:
    """Foot strike and toe-off where the low-passed vertical force crosses a threshold.

    Parameters
    ----------
    forces : ForceFrames
        One force for both feet (treadmill with one belt), Y up, newtons.
    markers : MarkerFrames
        The same trial, starting at the same instant; at least one heel marker per foot.
    threshold_n : float
        Vertical force above which a foot is on the ground.
    cutoff_hz : float
        Effective cut-off of the zero-lag low-pass, Hz.

    Returns
    -------
    DataFrame
        Columns ``event``, ``side``, ``time_s`` (linear interpolation between the samples beside
        the crossing), ``method`` (for example ``force_20n_50hz``).

    Raises
    ------
    DataError
        If force and markers do not last equally long, or there is no contact.

    See Also
    --------
    list_contacts_from_force : the same with every contact that was not used and why.

    Notes
    -----
    A lower cut-off makes contact begin earlier and end later: with 10 Hz, before any rounding to
    frames, contact starts about 8 ms early (mean over RBDS).
    """
    return events_from_contacts(
        list_contacts_from_force(forces, markers, threshold_n=threshold_n, cutoff_hz=cutoff_hz)
    )


def list_contacts_from_force(
    forces: ForceFrames,
    markers: MarkerFrames,
    *,
    threshold_n: float = 20.0,
    cutoff_hz: float = 50.0,
) -> pd.DataFrame:
    """One row per stretch of force above the threshold, used or not.

    Parameters are those of `detect_events_from_force`.

    Returns
    -------
    DataFrame
        Columns ``side``, ``foot_strike_s``, ``toe_off_s``, ``peak_n``, ``kept``, ``problem``,
        ``method``.

    Notes
    -----
    The stance foot is the one whose heel is lower in the middle half of the contact. Each heel
    marker is measured from its own low point in the record, so that a marker that comes and goes
    does not move the mean. Metatarsal markers are not used: in RBDS they are missing or swapped
    in several trials. Sides are not repaired so that they alternate; two in a row are reported.
    """
    check_same_trial(forces, markers)
    vertical = low_pass(np.ascontiguousarray(forces.force_n[:, 1]), forces.rate_hz, cutoff_hz)
    spans = spans_above(vertical, threshold_n, forces)
    strike = crossing(vertical, spans[:, 0], threshold_n) / forces.rate_hz
    toe_off = crossing(vertical, spans[:, 1], threshold_n) / forces.rate_hz
    method = f"force_{threshold_n:g}n_{cutoff_hz:g}hz"
    return _contacts(forces, markers, vertical, spans, strike, toe_off, method)


def detect_events_rbds(forces: ForceFrames, markers: MarkerFrames) -> pd.DataFrame:
    """Events as the authors of RBDS cut their strides, to compare with their curves.

    The force is low-passed at 10 Hz before the 20 N threshold; the first sample above (foot
    strike) or no longer above (toe-off) moves to the next frame of the markers. Contact then
    begins 6 ms earlier and ends 5 ms later (mean over RBDS) than with
    `detect_events_from_force`, so do not take contact times from these events.

    Parameters
    ----------
    forces : ForceFrames
        One force for both feet.
    markers : MarkerFrames
        The same trial.

    Returns
    -------
    DataFrame
        Columns ``event``, ``side``, ``time_s`` (a whole number of marker frames), ``method``
        (``force_20n_10hz_next_frame``).

    References
    ----------
    Fukuchi RK, Fukuchi CA, Duarte M (2017) PeerJ 5:e3298, doi 10.7717/peerj.3298.
    """
    return events_from_contacts(list_contacts_rbds(forces, markers))


def list_contacts_rbds(forces: ForceFrames, markers: MarkerFrames) -> pd.DataFrame:
    """The contacts behind `detect_events_rbds`, used or not.

    Parameters and columns are those of `list_contacts_from_force`, without the settings.
    """
    check_same_trial(forces, markers)
    vertical = low_pass(np.ascontiguousarray(forces.force_n[:, 1]), forces.rate_hz, 10.0)
    spans = spans_above(vertical, 20.0, forces)
    edges = np.where(np.isnan(crossing(vertical, spans, 20.0)), np.nan, spans)
    # The small allowance keeps ceil(2 * 0.5) at 1 when the rates do not divide exactly.
    frames = np.ceil(edges * (markers.rate_hz / forces.rate_hz) - 1e-9)
    strike, toe_off = frames.T / markers.rate_hz
    method = "force_20n_10hz_next_frame"
    return _contacts(forces, markers, vertical, spans, strike, toe_off, method)


def check_same_trial(forces: ForceFrames, markers: MarkerFrames | AngleFrames) -> None:
    """Refuse a force that does not last as long as the motion beside it."""
    what = "angles" if isinstance(markers, AngleFrames) else "markers"
    force_s = len(forces) / forces.rate_hz
    markers_s = len(markers) / markers.rate_hz
    # Two frames may be lost at the end of a recording; more means that something else was.
    if abs(force_s - markers_s) > 2.5 / markers.rate_hz:
        raise DataError(
            say(
                forces.source or "forces",
                f"the force lasts {force_s:.2f} s and the {what} last {markers_s:.2f} s",
                "two recordings of the same trial",
                "Check that the two files belong together and that both rates are right.",
            )
        )


def spans_above(vertical: np.ndarray, threshold_n: float, forces: ForceFrames) -> np.ndarray:
    """First sample above and first sample no longer above the threshold, shape (n, 2)."""
    spans = runs(vertical > threshold_n)
    if len(spans) == 0:
        highest = np.nanmax(vertical) if np.isfinite(vertical).any() else np.nan
        raise DataError(
            say(
                forces.source or "forces",
                f"the vertical force never exceeds {threshold_n:g} N (highest {highest:.1f} N)",
                "newtons, Y up, positive when the ground pushes up",
                "Check the unit, the sign and the order of the columns.",
            )
        )
    return spans


def crossing(vertical: np.ndarray, index: np.ndarray, threshold_n: float) -> np.ndarray:
    """Where the force crosses the threshold between samples index - 1 and index, in samples.

    NaN where the record or a gap in it begins or ends above the threshold.
    """
    before = np.where(index > 0, vertical[np.maximum(index - 1, 0)], np.nan)
    inside = index < len(vertical)
    after = np.where(inside, vertical[np.minimum(index, len(vertical) - 1)], np.nan)
    return index - 1 + (threshold_n - before) / (after - before)


def _contacts(forces, markers, vertical, spans, strike, toe_off, method) -> pd.DataFrame:
    peak = np.maximum.reduceat(np.append(vertical, -np.inf), spans.ravel())[::2]
    usual = np.percentile(peak, 90)
    difference = _heel_difference(markers, spans / forces.rate_hz)
    side = np.select(
        [difference > _LEAST_HEEL_DIFFERENCE_M, difference < -_LEAST_HEEL_DIFFERENCE_M],
        ["right", "left"],
        "unknown",
    )
    cut = np.isnan(strike) | np.isnan(toe_off)
    partial = cut & (peak < _LEAST_PART_OF_CUT_CONTACT * usual)
    blip = ~cut & (peak < _LEAST_PART_OF_PEAK * usual)
    problem = np.full(len(spans), "", dtype=object)
    problem[np.isnan(strike)] = "already on the ground where the record or a gap in it begins"
    problem[np.isnan(toe_off)] = "still on the ground where the record or a gap in it ends"
    problem[partial] += ": too little of the contact to tell the foot"
    for row in np.flatnonzero(blip):
        problem[row] = f"only {peak[row]:.0f} N, usual peak {usual:.0f} N: vibration, not a foot"
    unused = blip | partial
    table = contact_rows(
        np.where(unused, "unknown", side),
        strike,
        toe_off,
        method,
        peak_n=peak,
        kept=~unused,
        problem=problem,
    )
    # Neither is a neighbor of the contacts around it.
    checked = check_contacts(table[~unused])
    return pd.concat([checked, table[unused]]).sort_index()


def _heel_difference(markers: MarkerFrames, spans_s: np.ndarray) -> np.ndarray:
    """Height of the left heel minus the right in the middle half of each span, meters."""
    heights = {}
    for side in ("left", "right"):
        names = [f"{side}_{name}" for name in _HEEL if f"{side}_{name}" in markers]
        seen = [markers[name][:, 1] for name in names]
        seen = [height - np.nanmin(height) for height in seen if np.isfinite(height).any()]
        if not seen:
            raise DataError(
                say(
                    markers.source or "markers",
                    f"no {side} heel marker was seen",
                    f"at least one of {', '.join(f'{side}_{name}' for name in _HEEL)}",
                    "Without it the contacts cannot be told apart: check the marker names.",
                )
            )
        stacked = np.stack(seen)
        count = np.isfinite(stacked).sum(axis=0)
        heights[side] = np.nansum(stacked, axis=0) / np.where(count > 0, count, np.nan)
    difference = heights["left"] - heights["right"]
    quarter = 0.25 * (spans_s[:, 1] - spans_s[:, 0])
    first = np.floor((spans_s[:, 0] + quarter) * markers.rate_hz).astype(int)
    last = np.ceil((spans_s[:, 1] - quarter) * markers.rate_hz).astype(int)
    result = np.full(len(spans_s), np.nan)
    for row, (start, stop) in enumerate(zip(first, last + 1, strict=True)):
        middle = difference[start:stop]
        if np.isfinite(middle).any():
            result[row] = np.nanmean(middle)
    return result

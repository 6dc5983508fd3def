"""Foot strike and toe-off from marker motion alone.

Two steps. A coarse one that cannot miss: relative to the pelvis, the heel swings fore and aft once
per stride; it is farthest forward 0.0 to 0.06 s before foot strike and farthest back 0.04 to
0.12 s after toe-off. Then a fine one, chosen by `rule`:

``trained``
    A linear model reads velocity and acceleration (forward, up) of heel, shank and forefoot at
    fixed times around the present guess and says how far away the event is; guess, move, repeat.
    The coefficients are in ``coefficients.json`` and were fitted to force events by
    ``benchmarks/events.py --refit``. Left and right share them.
``physical``
    No fitted number: foot strike at the peak upward acceleration of the heel (Hreljac and
    Stergiou 2000, Med Biol Eng Comput 38:503-506), toe-off where the forward acceleration of the
    foot falls fastest. Biased in runners who do not land on the heel.

Velocities, not positions, go in, so neither the place on the treadmill, nor the marker height, nor
a cluster that loses a marker matters; forward velocity is relative to the mean of the pelvis.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.events.contacts import events_from_contacts
from glutelab.events.legs import CLUSTERS, LegMotion, leg_motions
from glutelab.events.linear import follow_model, read_windows
from glutelab.events.swings import contacts_in_order, contacts_of_leg, vertex
from glutelab.frames import MarkerFrames

__all__ = ["detect_events_from_markers", "list_contacts_from_markers"]

COEFFICIENTS = Path(__file__).with_name("coefficients.json")
RULES = ("trained", "physical")
# Around the swing peaks, for the physical rule.
_WINDOWS_S = {"foot_strike": (-0.020, 0.090), "toe_off": (-0.150, -0.020)}


def detect_events_from_markers(markers: MarkerFrames, *, rule: str = "trained") -> pd.DataFrame:
    """Foot strike and toe-off of running, from markers alone.

    Parameters
    ----------
    markers : MarkerFrames
        Raw markers (not yet filtered) in meters, X the way the runner faces, Y up, at 80 Hz or
        more. Needed per side: a heel marker, shank markers (not for ``physical``), and one
        pelvis marker. Metatarsal markers help but may be missing or swapped. Gaps up to 0.13 s
        are filled.
    rule : {"trained", "physical"}
        See the top of this module.

    Returns
    -------
    DataFrame
        Columns ``event``, ``side``, ``time_s`` (seconds since the first frame, between frames),
        ``method`` (``kinematic_trained`` or ``kinematic_physical``). Events nearer than about
        0.1 s to the ends of the record are not reported.

    Raises
    ------
    ValueError
        If `rule` is unknown.
    DataError
        If markers are missing, the axes are not those above, or nobody runs.

    See Also
    --------
    list_contacts_from_markers : the same with every contact that was not used and why.

    Notes
    -----
    Accuracy against force on runners that were not used for fitting is in
    ``benchmarks/results/events.md``. The coefficients are from treadmill running at 2.5 to
    4.5 m/s in shoes; walking and sprinting are outside.
    """
    return events_from_contacts(list_contacts_from_markers(markers, rule=rule))


def list_contacts_from_markers(markers: MarkerFrames, *, rule: str = "trained") -> pd.DataFrame:
    """One row per contact seen in the markers, used or not.

    Parameters are those of `detect_events_from_markers`.

    Returns
    -------
    DataFrame
        Columns ``side``, ``foot_strike_s``, ``toe_off_s``, ``peak_n`` (NaN), ``kept``,
        ``problem``, ``method``.
    """
    if rule not in RULES:
        raise ValueError(f"rule is {rule!r}; expected one of {', '.join(map(repr, RULES))}.")
    refine = _refine_trained if rule == "trained" else _refine_physical
    parts = []
    for leg in leg_motions(markers, needs_shank=rule == "trained"):
        strike = refine(leg, "foot_strike", leg.forward_s)
        toe_off = refine(leg, "toe_off", leg.rearward_s)
        parts.append(contacts_of_leg(leg, strike, toe_off, f"kinematic_{rule}"))
    return contacts_in_order(parts)


def features(leg: LegMotion, times_s, offsets_s, n_clusters: int) -> np.ndarray:
    """What the linear model reads at each time.

    Parameters
    ----------
    leg : LegMotion
    times_s : ndarray, shape (n,)
    offsets_s : ndarray, shape (m,)
        Ascending.
    n_clusters : int
        2 for heel and shank, 3 with the forefoot.

    Returns
    -------
    ndarray, shape (n, 4 * n_clusters * m)
        Velocity, then acceleration; heel forward, heel up, shank forward, ...; offsets. NaN where
        the window leaves the record or a cluster was not seen.
    """
    return read_windows(
        lambda moments, order: leg.velocity(moments, order)[: 2 * n_clusters],
        2 * n_clusters,
        leg.unseen[:, :n_clusters].any(axis=1),
        leg.rate_hz,
        times_s,
        offsets_s,
    )


@lru_cache(maxsize=1)
def _stored() -> tuple[np.ndarray, dict]:
    """Offsets, and per number of clusters and event: start, intercept, coefficients."""
    document = json.loads(COEFFICIENTS.read_text(encoding="utf-8"))
    models = {}
    for clusters, events in document["models"].items():
        n_clusters = len(clusters.split("_"))
        for event, model in events.items():
            channels = [model["coefficients"][name] for name in channel_names(n_clusters)]
            models[n_clusters, event] = (
                model["start_s"],
                model["intercept_s"],
                np.concatenate(channels),
            )
    return np.array(document["offsets_s"]), models


def channel_names(n_clusters: int) -> list[str]:
    """Names of the channels of `features`, in order."""
    return [
        f"{cluster}_{direction}_{quantity}"
        for quantity in ("velocity_m_s", "acceleration_m_s2")
        for cluster in list(CLUSTERS)[:n_clusters]
        for direction in ("forward", "up")
    ]


def _refine_trained(leg: LegMotion, event: str, coarse_s: np.ndarray) -> np.ndarray:
    offsets_s, models = _stored()
    result = np.full(len(coarse_s), np.nan)
    # With the forefoot where it was seen, without it elsewhere.
    for n_clusters in (3, 2):
        todo = np.flatnonzero(np.isnan(result))
        if len(todo):
            model = models[n_clusters, event]
            result[todo] = follow(leg, coarse_s[todo], model, offsets_s, n_clusters)
    return result


def follow(leg: LegMotion, coarse_s, model, offsets_s, n_clusters: int) -> np.ndarray:
    """Guesses moved to where the linear model says stay, see `follow_model`.

    Parameters
    ----------
    leg : LegMotion
    coarse_s : ndarray, shape (n,)
        Swing peaks, seconds.
    model : tuple
        Start relative to the peak in seconds, intercept in seconds, coefficients.
    offsets_s : ndarray
        As in `features`.
    n_clusters : int
        As in `features`.

    Returns
    -------
    ndarray, shape (n,)
        Seconds, NaN where the markers do not show it.
    """
    return follow_model(
        lambda times_s: features(leg, times_s, offsets_s, n_clusters), coarse_s, model
    )


def _refine_physical(leg: LegMotion, event: str, coarse_s: np.ndarray) -> np.ndarray:
    start, stop = _WINDOWS_S[event]
    grid = np.arange(start, stop, 0.002)
    # NaN windows (outside the record, marker not seen) come from the same check as elsewhere.
    seen = np.isfinite(features(leg, coarse_s, grid, 1)).all(axis=1)
    moments = coarse_s[seen, None] + grid
    if event == "foot_strike":
        curve = leg.velocity(moments, 1)[1]
    else:
        jerk = leg.velocity(moments, 2)
        forefoot = not leg.unseen[:, 2].any()
        curve = -(0.5 * (jerk[0] + jerk[4]) if forefoot else jerk[0])
    result = np.full(len(coarse_s), np.nan)
    if len(moments):
        peak = curve.argmax(axis=1).clip(1, len(grid) - 2)
        flat = peak + len(grid) * np.arange(len(peak))
        place = vertex(curve.ravel(), flat) - len(grid) * np.arange(len(peak))
        result[seen] = coarse_s[seen] + start + 0.002 * place
    return result

"""Foot strike and toe-off from joint angles alone: no events, no forces, no markers.

A leg with these angles swings fore and aft once per stride, which gives the strides;
then a linear model reads the angular velocity and acceleration of thigh (or hip), knee and ankle
around the present guess and says how far away the event is. Velocities, not angles, go in: the zero
of an angle depends on laboratory and model.

Foot strike is read from hip and knee only (the ankle makes it worse for runners who strike
otherwise). Toe-off is told **only where there is an ankle angle**: without one, P95 of the error of
held-out runners is beyond 10 ms. Coefficients: ``coefficients_angles.json``, made by
``benchmarks/events_angles.py --refit``; accuracy: ``benchmarks/results/events.md``.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.events.angle_legs import AngleLeg, angle_legs
from glutelab.events.contacts import events_from_contacts
from glutelab.events.linear import follow_model, read_windows
from glutelab.events.swings import contacts_in_order, contacts_of_leg
from glutelab.frames import AngleFrames

__all__ = ["detect_events_from_angles", "list_contacts_from_angles"]

COEFFICIENTS = Path(__file__).with_name("coefficients_angles.json")
METHOD = "angles_trained"
# Number of channels that each event is read from: hip and knee, or hip, knee and ankle.
READ = {"foot_strike": 2, "toe_off": 3}
NO_ANKLE = "toe-off cannot be told without an ankle angle"


def detect_events_from_angles(angles: AngleFrames) -> pd.DataFrame:
    """Foot strike and toe-off of running, from joint angles alone.

    Parameters
    ----------
    angles : AngleFrames
        Per side at least ``hip_flexion_deg`` (or ``thigh_angle_deg``) and ``knee_flexion_deg``, at
        60 Hz or more; ``ankle_dorsiflexion_deg`` for toe-off. Pelvic tilt helps. Gaps up to 0.13 s
        are filled.

    Returns
    -------
    DataFrame
        Columns ``event``, ``side``, ``time_s`` (seconds since the first frame, between frames),
        ``method`` (``angles_trained``). Without an ankle angle there is no toe-off.

    Raises
    ------
    DataError
        If hip or knee is missing, the rate is too low, or these are not angles of running with
        this library's signs.

    See Also
    --------
    list_contacts_from_angles : the same with every contact that was not used and why.

    Notes
    -----
    Less sure than force (which defines the events) and than markers
    (`detect_events_from_markers`); prefer these where there are any. The coefficients are from
    treadmill running at 2.5 to 4.5 m/s; walking is refused, sprinting is outside.
    """
    return events_from_contacts(list_contacts_from_angles(angles))


def list_contacts_from_angles(angles: AngleFrames) -> pd.DataFrame:
    """One row per contact seen in the angles, used or not.

    Parameters are those of `detect_events_from_angles`.

    Returns
    -------
    DataFrame
        Columns ``side``, ``foot_strike_s``, ``toe_off_s`` (NaN without an ankle angle),
        ``peak_n`` (NaN), ``kept``, ``problem``, ``method``.
    """
    parts, silent = [], []
    for leg in angle_legs(angles):
        strike = _refine(leg, "foot_strike", leg.forward_s)
        toe_off = _refine(leg, "toe_off", leg.rearward_s)
        parts.append(contacts_of_leg(leg, strike, toe_off, METHOD))
        silent += [leg.side] * ("ankle" not in leg.channels)
    contacts = contacts_in_order(parts)
    told = contacts["side"].isin(silent) & contacts["kept"]
    contacts.loc[told, "problem"] = NO_ANKLE
    return contacts


def _refine(leg: AngleLeg, event: str, coarse_s: np.ndarray) -> np.ndarray:
    if READ[event] > len(leg.channels):
        return np.full(len(coarse_s), np.nan)
    offsets_s, models = _stored()
    model = models["_".join(leg.channels[: READ[event]]), event]
    return follow(leg, coarse_s, model, offsets_s, READ[event])


def features(leg: AngleLeg, times_s, offsets_s, n_channels: int) -> np.ndarray:
    """What the linear model reads at each time.

    Returns
    -------
    ndarray, shape (n, 2 * n_channels * n_offsets)
        See `read_windows`; degrees per second, and per second squared.
    """
    return read_windows(
        lambda moments, order: leg.velocity(moments, order)[:n_channels],
        n_channels,
        leg.unseen[:, :n_channels].any(axis=1),
        leg.rate_hz,
        times_s,
        offsets_s,
    )


def follow(leg: AngleLeg, coarse_s, model, offsets_s, n_channels: int) -> np.ndarray:
    """Guesses moved to where the linear model says stay, see `follow_model`."""
    return follow_model(
        lambda times_s: features(leg, times_s, offsets_s, n_channels), coarse_s, model
    )


def channel_names(channels: tuple[str, ...]) -> list[str]:
    """Names of what `features` reads, in order."""
    return [
        f"{channel}_{quantity}"
        for quantity in ("velocity_deg_s", "acceleration_deg_s2")
        for channel in channels
    ]


@lru_cache(maxsize=1)
def _stored() -> tuple[np.ndarray, dict]:
    """Offsets, and per channels and event: start, intercept, coefficients."""
    document = json.loads(COEFFICIENTS.read_text(encoding="utf-8"))
    models = {}
    for channels, events in document["models"].items():
        for event, model in events.items():
            names = channel_names(tuple(channels.split("_")))
            slope = np.concatenate([model["coefficients"][name] for name in names])
            models[channels, event] = (model["start_s"], model["intercept_s"], slope)
    return np.array(document["offsets_s"]), models

"""Ground reaction force of each foot, from the one combined signal of a belt or a plate.

A sample belongs to the foot whose contact it lies in. Each foot's force, and its moment about the
origin of the laboratory, are low-passed by themselves, with the cut-off of the markers: force with
higher frequencies than the acceleration it causes makes false peaks in the moments (Kristianslund
2012, doi 10.1016/j.jbiomech.2011.12.011; Bezodis 2013, doi 10.1016/j.gaitpost.2013.02.015). To
filter the moment, and not the center of pressure, needs no center of pressure in flight.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from glutelab.frames import ForceFrames
from glutelab.kinetics.dynamics import cross
from glutelab.segments import SIDES
from glutelab.signals import low_pass
from glutelab.strides import sample

__all__ = [
    "LOADED_N",
    "LONGEST_CONTACT_S",
    "REACH_S",
    "Ground",
    "foot_contacts",
    "ground_loads",
    "in_contact",
    "still_in_flight",
]

LOADED_N = 20.0  # less vertical force is no contact, and has no center of pressure
# The 50 Hz low-pass behind the events moves the crossing of 20 N by less than this.
_MARGIN_S = 0.010
# How far a low-pass at 10 Hz carries a sample.
REACH_S = 0.06
# The events know no longer one, and 84 trials of RBDS have none beyond 0.34 s.
LONGEST_CONTACT_S = 0.5


class Ground(NamedTuple):
    """Ground reaction of both feet at the frames of the markers; sides left, right.

    Attributes
    ----------
    force_n : ndarray, shape (3, 2, n_frames)
        On the runner, low-passed. NaN where the force was not recorded.
    moment_nm : ndarray, shape (3, 2, n_frames)
        Of that force about the origin of the laboratory.
    height_m : float
        Of the surface the center of pressure lies on.
    vertical_n : ndarray, shape (n_frames,), or None
        Vertical force of both feet together, whosever it is; NaN where it was not recorded.
    """

    force_n: np.ndarray
    moment_nm: np.ndarray
    height_m: float
    vertical_n: np.ndarray | None = None


def foot_contacts(events: pd.DataFrame, duration_s: float) -> dict[str, np.ndarray]:
    """When each foot was on the ground.

    Parameters
    ----------
    events : DataFrame
        ``event, side, time_s``.
    duration_s : float
        Length of the recording.

    Returns
    -------
    dict of str to ndarray, shape (n_contacts, 2)
        Foot strike and toe-off per side, seconds. A contact that the end of the recording cuts off
        lasts until then. Left out is a contact without a toe-off before the next strike.
    """
    contacts = {}
    time_s = events["time_s"].to_numpy(float)
    # As objects they are compared in a tenth of the time that pandas takes.
    sides, kinds = (events[name].to_numpy(object) for name in ("side", "event"))
    for side in SIDES:
        strike, toe_off = (
            np.sort(time_s[(sides == side) & (kinds == kind)])
            for kind in ("foot_strike", "toe_off")
        )
        following = np.searchsorted(toe_off, strike, side="right")
        end = np.append(toe_off, duration_s)[following]
        seen = (following < len(toe_off)) | (end - strike <= LONGEST_CONTACT_S)
        seen[:-1] &= end[:-1] <= strike[1:]
        contacts[side] = np.column_stack([strike, end])[seen]
    return contacts


def in_contact(contacts: np.ndarray, n_samples: int, rate_hz: float) -> np.ndarray:
    """Whether each sample's force is given to this foot: it lies in a contact of usual length.

    Parameters
    ----------
    contacts : ndarray, shape (n_contacts, 2)
        Of one side, from `foot_contacts`.
    n_samples : int
    rate_hz : float

    Returns
    -------
    ndarray of bool, shape (n_samples,)
    """
    return _inside(_usual(contacts), 0.0, n_samples, rate_hz)


def still_in_flight(forces: ForceFrames, contacts: dict[str, np.ndarray]) -> ForceFrames:
    """The same forces, with zero for what was not recorded while no foot was on the ground.

    Parameters
    ----------
    forces : ForceFrames
    contacts : dict of str to ndarray
        From `foot_contacts`.

    Returns
    -------
    ForceFrames
    """
    if not forces.missing.any():
        return forces
    missing = forces.missing.copy()
    for side in SIDES:
        missing &= ~_inside(contacts[side], 0.0, len(forces), forces.rate_hz)
    force = np.where(missing[:, None], 0.0, forces.force_n)
    return replace(forces, force_n=force)


def ground_loads(
    forces: ForceFrames,
    contacts: dict[str, np.ndarray],
    n_frames: int,
    rate_hz: float,
    *,
    cutoff_hz: float = 10.0,
) -> Ground:
    """Force under each foot and its moment about the origin, at the frames of the markers.

    Parameters
    ----------
    forces : ForceFrames
    contacts : dict of str to ndarray, shape (n_contacts, 2)
        From `foot_contacts`.
    n_frames : int
    rate_hz : float
        Of the markers; it need not divide the rate of the force.
    cutoff_hz : float
        Zero-lag low-pass, the same as that of the markers.

    Returns
    -------
    Ground
        Samples that were not recorded count as no force here; `kinetics_verdicts` strikes out the
        strides they lie in.
    """
    force, pressure = forces.force_n.T, forces.cop_m.T
    loaded = force[1] > LOADED_N
    usable = loaded & ~forces.unplaced & ~forces.missing
    loads = np.concatenate([force, cross(pressure, force)])
    channels = np.empty((len(loads) * len(SIDES) + 1, len(forces)))
    both, channels[-1] = channels[:-1].reshape(len(loads), len(SIDES), -1), np.nan_to_num(force[1])
    wide, strict = (
        [_inside(_usual(contacts[side]), margin_s, len(forces), forces.rate_hz) for side in SIDES]
        for margin_s in (_MARGIN_S, 0.0)
    )
    for place in range(len(SIDES)):
        here = usable & (strict[place] | (wide[place] & ~wide[1 - place]))
        both[:, place] = np.where(here, loads, 0.0)
    smooth = low_pass(channels, forces.rate_hz, cutoff_hz)
    at_frames = _at_frames(smooth, forces.rate_hz, n_frames, rate_hz)
    vertical = at_frames[-1].copy()
    for sample_s in np.flatnonzero(np.isnan(force[1])) / forces.rate_hz:
        first, last = ((sample_s + sign * REACH_S) * rate_hz for sign in (-1, 1))
        vertical[max(0, int(first)) : int(last) + 1] = np.nan
    height = float(np.median(pressure[1, usable])) if usable.any() else 0.0
    of_sides = at_frames[:-1].reshape(2, 3, len(SIDES), n_frames)
    return Ground(*of_sides, height, vertical)


def _usual(contacts: np.ndarray) -> np.ndarray:
    return contacts[contacts[:, 1] - contacts[:, 0] <= LONGEST_CONTACT_S]


def _inside(contacts: np.ndarray, margin_s: float, n_samples: int, rate_hz: float) -> np.ndarray:
    """Whether each sample lies in a contact, or so little before or after it."""
    inside = np.zeros(n_samples, bool)
    first = np.ceil((contacts[:, 0] - margin_s) * rate_hz).astype(int)
    last = np.floor((contacts[:, 1] + margin_s) * rate_hz).astype(int) + 1
    for since, until in zip(
        np.maximum(first, 0).tolist(), np.maximum(last, 0).tolist(), strict=True
    ):
        inside[since:until] = True
    return inside


def _at_frames(
    values: np.ndarray, rate_hz: float, n_frames: int, frame_rate_hz: float
) -> np.ndarray:
    """Values at the frames of the markers; NaN after the last sample."""
    ratio = rate_hz / frame_rate_hz
    step = round(ratio)
    if step >= 1 and abs(ratio - step) < 1e-9:
        picked = values[..., ::step][..., :n_frames]
        short = [(0, 0)] * (values.ndim - 1) + [(0, n_frames - picked.shape[-1])]
        return np.pad(picked, short, constant_values=np.nan) if short[-1][1] else picked
    flat = values.reshape(-1, values.shape[-1])
    return sample(flat, np.arange(n_frames) * ratio).reshape(*values.shape[:-1], n_frames)

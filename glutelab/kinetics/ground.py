"""Ground reaction force of each foot, from the one combined signal of a belt or a plate.

A sample belongs to the foot whose contact it lies in. Each foot's force, and its moment about the
origin of the laboratory, are low-passed by themselves, with the cut-off of the markers: force with
higher frequencies than the acceleration it causes makes false peaks in the moments (Kristianslund
2012, doi 10.1016/j.jbiomech.2011.12.011; Bezodis 2013, doi 10.1016/j.gaitpost.2013.02.015). To
filter the moment, and not the center of pressure, needs no center of pressure in flight.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from glutelab.errors import DataError, say
from glutelab.frames import ForceFrames
from glutelab.kinetics.dynamics import GRAVITY_M_S2, cross
from glutelab.segments import SIDES
from glutelab.signals import low_pass
from glutelab.strides import sample

__all__ = ["LOADED_N", "Ground", "check_forces", "foot_contacts", "ground_loads"]

LOADED_N = 20.0  # less vertical force is no contact, and has no center of pressure
# The 50 Hz low-pass behind the events moves the crossing of 20 N by less than this.
_MARGIN_S = 0.010
# A contact cut off by the end of the recording.
_LONGEST_CONTACT_S = 0.5
# Over whole strides the ground carries body weight: 0.93 to 1.00 of it in 84 trials of RBDS.
_BODY_WEIGHTS = (0.80, 1.20)


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
    """

    force_n: np.ndarray
    moment_nm: np.ndarray
    height_m: float


def check_forces(forces: ForceFrames, markers_s: float, frame_s: float, mass_kg: float) -> None:
    """Refuse forces that are not of these markers, or not of this runner.

    Parameters
    ----------
    forces : ForceFrames
    markers_s, frame_s : float
        How long the markers, and one frame of them, last.
    mass_kg : float

    Raises
    ------
    DataError
    """
    where = forces.source or "forces"
    force_s = len(forces) / forces.rate_hz
    if abs(force_s - markers_s) > 2.5 * frame_s:
        raise DataError(
            say(
                where,
                f"the force lasts {force_s:.2f} s and the markers last {markers_s:.2f} s",
                "two recordings of the same trial",
                "Check that the two files belong together and that both rates are right.",
            )
        )
    vertical = forces.force_n[:, 1]
    known = np.isfinite(vertical)
    if not known.any() or np.isnan(forces.cop_m).all():
        what = "center of pressure" if known.any() else "force"
        found = f"the {what} is missing in every sample"
        remedy = "Export force and center of pressure, or leave the forces out."
        raise DataError(say(where, found, "newtons and meters", remedy))
    weights = vertical[known].mean() / (mass_kg * GRAVITY_M_S2)
    if not _BODY_WEIGHTS[0] <= weights <= _BODY_WEIGHTS[1]:
        raise DataError(
            say(
                where,
                f"the mean vertical force is {weights:.2f} times the weight of {mass_kg:g} kg",
                f"{_BODY_WEIGHTS[0]:g} to {_BODY_WEIGHTS[1]:g} times: a runner neither rises nor "
                "sinks in the long run",
                "Is the force in newtons, of both feet, and mass_kg that of this runner?",
            )
        )


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
        lasts until then.
    """
    contacts = {}
    time_s = events["time_s"].to_numpy(float)
    sides, kinds = (np.array(events[name].to_list()) for name in ("side", "event"))
    for side in SIDES:
        strike, toe_off = (
            np.sort(time_s[(sides == side) & (kinds == kind)])
            for kind in ("foot_strike", "toe_off")
        )
        following = np.searchsorted(toe_off, strike, side="right")
        end = np.append(toe_off, duration_s)[following]
        # Where the toe-off was not seen, the contact before the next strike is not known.
        unseen = end - strike > _LONGEST_CONTACT_S
        contacts[side] = np.column_stack([strike, end])[~unseen]
    return contacts


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
    usable = loaded & np.isfinite(pressure).all(axis=0) & np.isfinite(force).all(axis=0)
    loads = np.concatenate([force, cross(pressure, force)])
    both = np.empty((len(loads), len(SIDES), len(forces)))
    wide, strict = (
        [_inside(contacts[side], margin_s, len(forces), forces.rate_hz) for side in SIDES]
        for margin_s in (_MARGIN_S, 0.0)
    )
    for place in range(len(SIDES)):
        here = usable & (strict[place] | (wide[place] & ~wide[1 - place]))
        both[:, place] = np.where(here, loads, 0.0)
    smooth = low_pass(both, forces.rate_hz, cutoff_hz)
    at_frames = _at_frames(smooth, forces.rate_hz, n_frames, rate_hz)
    height = float(np.median(pressure[1, usable])) if usable.any() else 0.0
    return Ground(at_frames[:3], at_frames[3:], height)


def _inside(contacts: np.ndarray, margin_s: float, n_samples: int, rate_hz: float) -> np.ndarray:
    """Whether each sample lies in a contact, or so little before or after it."""
    edges = np.zeros(n_samples + 1)
    first = np.ceil((contacts[:, 0] - margin_s) * rate_hz).astype(int)
    last = np.floor((contacts[:, 1] + margin_s) * rate_hz).astype(int) + 1
    np.add.at(edges, np.clip(first, 0, n_samples), 1)
    np.add.at(edges, np.clip(last, 0, n_samples), -1)
    return np.cumsum(edges[:-1]) > 0


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

"""Forces that cannot be of these markers, of this runner or in these axes, each in one sentence."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glutelab.errors import DataError, say
from glutelab.frames import ForceFrames
from glutelab.kinetics.dynamics import GRAVITY_M_S2
from glutelab.kinetics.ground import LOADED_N, in_contact
from glutelab.kinetics.place import LEAST_PART_LOADED, Place, count, overlap
from glutelab.segments import SIDES

__all__ = ["check_forces", "check_place", "shown_contacts"]

# Median over the strides of a trial: 0.93 to 1.00 in 84 trials of RBDS, 0.977 +- 0.016.
_BODY_WEIGHTS, _USUAL_BODY_WEIGHTS = (0.80, 1.20), (0.92, 1.03)
# What the second half of a contact pushes forward more than the first: 0.27 to 0.59 N s/kg in the
# trials of RBDS; of the lateral force 0.03 at most. A slope or a change of speed adds the same to
# both halves.
_LEAST_PUSH_N_S_KG = 0.10
# Medians over the trials of RBDS: in the last third of stance the center of pressure lies 0.009
# +- 0.006 m ahead of the metatarsal heads (-0.003 to 0.026), and in stance the lower of heel marker
# and metatarsal heads is 0.027 to 0.046 m above it. 5 cm too far, back or high are seen in each of
# them, 3 cm in about half.
_AHEAD_M, _CLEARANCE_M = (-0.02, 0.04), (0.01, 0.08)
_FARTHEST_M = 0.5
_ANGLES_ONLY = "or leave the forces out to have angles only."


def shown_contacts(
    forces: ForceFrames, contacts: dict[str, np.ndarray]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Which contacts the force shows, and which of them are whole and of one foot only.

    Parameters
    ----------
    forces : ForceFrames
    contacts : dict of str to ndarray
        From `foot_contacts`.

    Returns
    -------
    dict of str to (ndarray of bool, ndarray of bool)
        Per side, one flag per contact.
    """
    flags = forces.force_n[:, 1] > LOADED_N, forces.missing
    result = {}
    for side, other in zip(SIDES, reversed(SIDES), strict=True):
        start, stop = contacts[side].T
        loaded, missing = count(flags, start, stop, forces.rate_hz)
        length = np.floor(stop * forces.rate_hz) - np.ceil(start * forces.rate_hz) + 1
        shown = loaded >= LEAST_PART_LOADED * length
        alone = overlap(start, stop, contacts[other]) == 0
        ended = stop * forces.rate_hz >= len(forces) - 1
        result[side] = shown, shown & alone & (missing == 0) & ~ended & (start >= 0)
    return result


def check_forces(
    forces: ForceFrames,
    contacts: dict[str, np.ndarray],
    unseen: np.ndarray,
    whole: np.ndarray,
    markers_s: float,
    frame_s: float,
    mass_kg: float,
) -> list[str]:
    """Refuse forces that are not of these markers, not of this runner, or not in these axes.

    Parameters
    ----------
    forces : ForceFrames
    contacts : dict of str to ndarray
        From `foot_contacts`.
    unseen : ndarray, shape (n, 2)
        Those of both feet that the force does not show.
    whole : ndarray, shape (n, 2)
        Those of both feet that are whole, see `shown_contacts`.
    markers_s, frame_s : float
        How long the markers, and one frame of them, last.
    mass_kg : float

    Returns
    -------
    list of str
        A note if the force is unusual for this mass.

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
    known = np.isfinite(forces.force_n[:, 1])
    known &= np.any([in_contact(contacts[side], len(forces), forces.rate_hz) for side in SIDES], 0)
    if not known.any() or np.isnan(forces.cop_m).all():
        what = "center of pressure" if known.any() else "force"
        found = f"the {what} is missing in every sample"
        remedy = "Export force and center of pressure, or leave the forces out."
        raise DataError(say(where, found, "newtons and meters", remedy))
    notes = _check_weight(where, forces, contacts, unseen, mass_kg)
    _check_push(where, forces, whole, mass_kg)
    return notes


def _check_weight(where: str, forces: ForceFrames, contacts, unseen, mass_kg: float) -> list[str]:
    """Over strides in which the force shows every contact; a plate in the floor shows only some."""
    missed = np.sort(unseen[:, 0])
    if len(missed) == sum(map(len, contacts.values())):
        missed = missed[:0]  # it shows none at all
    vertical, gone = np.nan_to_num(forces.force_n[:, 1]), forces.missing
    means = []
    for side in SIDES:
        start = contacts[side][:, 0]
        strikes = np.ceil(start * forces.rate_hz).astype(int)
        inside = (strikes >= 0) & (strikes < len(forces))
        start, strikes = start[inside], strikes[inside]
        if len(strikes) > 1:
            lengths = np.diff(strikes)
            sums, losses = (np.add.reduceat(part, strikes)[:-1] for part in (vertical, gone * 1.0))
            seen = (losses == 0) & (np.diff(np.searchsorted(missed, start)) == 0)
            means.append((sums / np.maximum(lengths, 1))[seen])
    if not means:
        return []
    means = np.concatenate(means)
    if not len(means):
        return []
    weights = np.median(means) / (mass_kg * GRAVITY_M_S2)
    low, high = _USUAL_BODY_WEIGHTS
    if low <= weights <= high:
        return []
    found = f"the mean vertical force is {weights:.2f} times the weight of {mass_kg:g} kg"
    if _BODY_WEIGHTS[0] <= weights <= _BODY_WEIGHTS[1]:
        return [
            f"{found} ({low:g} to {high:g} is usual): is mass_kg right? Moments, power and work "
            "per kg are off by as much"
        ]
    raise DataError(
        say(
            where,
            found,
            f"{_BODY_WEIGHTS[0]:g} to {_BODY_WEIGHTS[1]:g} times: a runner neither rises nor "
            "sinks in the long run",
            "Is the force in newtons, of both feet, and mass_kg that of this runner?",
        )
    )


def _check_push(where: str, forces: ForceFrames, whole: np.ndarray, mass_kg: float) -> None:
    if not len(whole):
        return
    first = np.ceil(whole[:, 0] * forces.rate_hz).astype(int)
    stop = np.floor(whole[:, 1] * forces.rate_hz).astype(int) + 1
    total = np.zeros((len(forces) + 1, 2))
    np.cumsum(np.nan_to_num(forces.force_n[:, [0, 2]]), axis=0, out=total[1:])
    start, half, end = (total[samples] for samples in (first, (first + stop) // 2, stop))
    push = np.median(end - 2.0 * half + start, axis=0) / (mass_kg * forces.rate_hz)
    if push[0] >= _LEAST_PUSH_N_S_KG:
        return
    if push[0] <= -_LEAST_PUSH_N_S_KG:
        cause = "The sign of X is flipped: give the force on the runner, X forward,"
    elif abs(push[1]) >= _LEAST_PUSH_N_S_KG:
        cause = "Fore-aft and lateral force are swapped: give X forward and Z to the right,"
    elif not forces.force_n[:, 0].any():
        cause = "The horizontal force is all zero: export all three components,"
    else:
        cause = "Are all three components in newtons, X forward and Z to the right? Mend it,"
    raise DataError(
        say(
            where,
            f"the second half of a contact pushes forward by {push[0]:+.2f} N s/kg more than the "
            f"first (median of {len(whole)})",
            f"at least {_LEAST_PUSH_N_S_KG:g}: a runner brakes first, then pushes off",
            f"{cause} {_ANGLES_ONLY}",
        )
    )


def check_place(places: Mapping[str, Place], source: str) -> None:
    """Refuse a center of pressure that lies elsewhere than the feet do, over the whole trial.

    Parameters
    ----------
    places : dict of str to Place
        From `pressure_on_foot`, of both sides.
    source : str
        The file, for the error text.

    Raises
    ------
    DataError
    """
    heavy, ahead, distance, clearance, whole, late = (
        np.concatenate([getattr(place, name) for place in places.values()])
        for name in ("heavy", "ahead_m", "distance_m", "clearance_m", "whole", "late")
    )
    heavy = heavy & whole & np.isfinite(distance)
    if not heavy.any():
        return
    origin = f"Has the force the origin and axes of the markers? Mend it, {_ANGLES_ONLY}"

    def refuse(found: str, expected: str, unit: str = "") -> None:
        found = f"the center of pressure lies {found} (median of the trial)"
        raise DataError(say(source or "forces", found, expected, unit + origin))

    far = np.median(distance[heavy])
    if far > _FARTHEST_M:
        unit = "Is it in millimeters? Give meters. " if far > 20.0 else ""
        refuse(f"{far:.3g} m from the foot", "under the foot", unit)
    under = np.median(clearance[heavy])
    low, high = _CLEARANCE_M
    if not low <= under <= high:
        refuse(
            f"{abs(under):.3f} m {'below' if under > 0 else 'above'} heel and metatarsal heads",
            f"{low:g} to {high:g} m below",
        )
    if not (heavy & late).any():
        return
    forward = np.median(ahead[heavy & late])
    low, high = _AHEAD_M
    if not low <= forward <= high:
        refuse(
            f"{forward:+.3f} m ahead of the metatarsal heads late in stance",
            f"{low:g} to {high:g} m",
        )

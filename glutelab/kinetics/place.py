"""Where under the foot the force acts, frame by frame, and how often a flag is up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from glutelab.kinematics import Motion
from glutelab.kinetics.dynamics import GRAVITY_M_S2
from glutelab.kinetics.ground import Ground
from glutelab.segments import SIDES

__all__ = ["LEAST_PART_LOADED", "Place", "count", "overlap", "pressure_on_foot"]

# Events from markers are 10 ms off in a contact of 200 ms or more.
LEAST_PART_LOADED = 0.8
_TOUCH_S = 1e-6  # less than this of two contacts at a time is rounding
# The center of pressure of a lesser force is noise.
_LEAST_BODY_WEIGHTS = 0.25
_LATE = 2.0 / 3.0  # the last third of stance, in which the heel is up


class Place(NamedTuple):
    """Center of pressure relative to one foot, frame by frame.

    Attributes
    ----------
    heavy : ndarray of bool
        Enough force to know the place.
    ahead_m : ndarray
        How far it lies ahead of the metatarsal heads, along the foot.
    distance_m : ndarray
        Horizontal, from the line between heel and metatarsal heads.
    clearance_m : ndarray
        Height of the lower of both above the center of pressure.
    whole : ndarray of bool
        In a contact that was recorded whole.
    late : ndarray of bool
        In the last third of one.
    """

    heavy: np.ndarray
    ahead_m: np.ndarray
    distance_m: np.ndarray
    clearance_m: np.ndarray
    whole: np.ndarray
    late: np.ndarray


def pressure_on_foot(
    side: str, ground: Ground, motion: Motion, mass_kg: float, whole: np.ndarray
) -> Place:
    """Center of pressure relative to the foot of one side.

    Parameters
    ----------
    side : {"left", "right"}
    ground : Ground
    motion : Motion
    mass_kg : float
    whole : ndarray, shape (n_contacts, 2)
        Contacts of this side that were recorded whole, seconds.

    Returns
    -------
    Place
    """
    force, moment = (values[:, SIDES.index(side)] for values in (ground.force_n, ground.moment_nm))
    heavy = force[1] > _LEAST_BODY_WEIGHTS * mass_kg * GRAVITY_M_S2
    vertical = np.where(heavy, force[1], np.nan)
    forward = (moment[2] + ground.height_m * force[0]) / vertical
    right = (ground.height_m * force[2] - moment[0]) / vertical
    heel, ball = (motion.points_m[f"{side}_{name}"] for name in ("heel", "forefoot"))
    foot = (ball - heel)[[0, 2]]
    from_heel = np.stack([forward, right]) - heel[[0, 2]]
    length = np.hypot(*foot)
    along = (from_heel * foot).sum(axis=0) / length**2
    distance = np.hypot(*(from_heel - np.clip(along, 0.0, 1.0) * foot))
    clearance = np.minimum(heel[1], ball[1]) - ground.height_m
    strike, toe_off = whole.T
    late = strike + _LATE * (toe_off - strike)
    phases = (_between(since, toe_off, len(heavy), motion.rate_hz) for since in (strike, late))
    return Place(heavy, (along - 1.0) * length, distance, clearance, *phases)


def _between(since_s: np.ndarray, until_s: np.ndarray, n_frames: int, rate_hz: float):
    between = np.zeros(n_frames, bool)
    ends = (
        np.maximum(np.ceil(part * rate_hz), 0).astype(int).tolist() for part in (since_s, until_s)
    )
    for since, until in zip(*ends, strict=True):
        between[since:until] = True
    return between


def overlap(start_s: np.ndarray, stop_s: np.ndarray, contacts: np.ndarray) -> np.ndarray:
    """Seconds of each stretch that lie in contacts of the other foot; a touch is none.

    Parameters
    ----------
    start_s, stop_s : ndarray, shape (n,)
    contacts : ndarray, shape (n_contacts, 2)

    Returns
    -------
    ndarray, shape (n,)
    """
    first = np.maximum(start_s[:, None], contacts[:, 0])
    last = np.minimum(stop_s[:, None], contacts[:, 1])
    shared = last - first
    return np.where(shared > _TOUCH_S, shared, 0.0).sum(axis=1)


def count(flags: Sequence[np.ndarray], start_s, stop_s, rate_hz: float) -> np.ndarray:
    """How many flags of each row are up between two instants, both included.

    Parameters
    ----------
    flags : sequence of ndarray of bool, each of shape (n_samples,)
    start_s, stop_s : ndarray, shape (n,)
    rate_hz : float

    Returns
    -------
    ndarray, shape (n_rows, n)
    """
    length = len(flags[0])
    first = np.clip(np.ceil(start_s * rate_hz).astype(int), 0, length)
    last = np.clip(np.floor(stop_s * rate_hz).astype(int) + 1, first, length)
    before = np.zeros(length + 1, np.int32)
    result = np.zeros((len(flags), len(first)))
    for row, total in zip(flags, result, strict=True):
        if row.any():
            np.cumsum(row, dtype=np.int32, out=before[1:])
            total[:] = before[last] - before[first]
    return result

"""Strides without kinetics, and why: they keep their angles, and nothing is guessed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.frames import ForceFrames
from glutelab.kinematics import Motion
from glutelab.kinetics.dynamics import GRAVITY_M_S2
from glutelab.kinetics.ground import LOADED_N, Ground
from glutelab.segments import SIDES

__all__ = ["VERDICT_COLUMNS", "kinetics_verdicts", "no_verdicts"]

VERDICT_COLUMNS = ("rule", "value", "threshold", "reason")
# Events from markers are 10 ms off in a contact of 200 ms or more.
LEAST_PART_LOADED = 0.8
# In 5,122 stances of RBDS the center of pressure leaves this distance from the line between heel
# and metatarsal heads for 4 % of stance at most: 0.06 m of toes, 0.05 m of sole beside the line.
FARTHEST_FROM_FOOT_M, LARGEST_PART_OUTSIDE = 0.08, 0.10
_REACH_S = 0.06  # of a low-pass at 10 Hz
# The center of pressure of a lesser force is noise.
_LEAST_BODY_WEIGHTS = 0.25


def kinetics_verdicts(
    times: pd.DataFrame,
    side: str,
    curves: np.ndarray,
    forces: ForceFrames,
    contacts: dict[str, np.ndarray],
    ground: Ground,
    motion: Motion,
    mass_kg: float,
) -> dict[str, np.ndarray]:
    """Which strides have kinetics, by rules in this order.

    ``force`` (samples without force in stance, or within 0.06 s after the next foot strike),
    ``cop`` (loaded samples there without a center of pressure), ``double_support`` (seconds of
    stance with the other foot on the ground: one combined force cannot be shared out), ``load``
    (part of stance with more than 20 N), ``cop_outside`` (part of stance with the center of
    pressure farther than 0.08 m from the foot), ``moments`` (points of the stride without a
    moment: the force ended, or a segment was lost nearby).

    Parameters
    ----------
    times : DataFrame
        ``start_s, toe_off_s, end_s`` of the strides.
    side : {"left", "right"}
    curves : ndarray, shape (n_signals, n_strides, n_points)
        Moments and powers of these strides.
    forces : ForceFrames
    contacts : dict of str to ndarray
        From `foot_contacts`.
    ground : Ground
    motion : Motion
    mass_kg : float

    Returns
    -------
    dict of str to ndarray, shape (n_strides,)
        ``rule`` (empty where there are kinetics), ``value``, ``threshold``, ``reason``.
    """
    verdicts = no_verdicts(len(times))
    where = "in stance, or just after the next foot strike"
    start, toe_off = times["start_s"].to_numpy(), times["toe_off_s"].to_numpy()
    vertical = forces.force_n[:, 1]
    loaded = vertical > LOADED_N
    no_force = np.isnan(forces.force_n).any(axis=1)
    no_cop = loaded & np.isnan(forces.cop_m).any(axis=1)
    flags = np.stack([no_force, no_cop, loaded])
    unknown, unplaced, carried = _count(flags, start, toe_off, forces.rate_hz)
    first, last = np.ceil(start * forces.rate_hz), np.floor(toe_off * forces.rate_hz)
    samples = np.minimum(last, len(forces) - 1) - first + 1
    # The filter carries the beginning of the next contact back into the end of the stride.
    end = times["end_s"].to_numpy()
    again, missed = _count(flags[:2], end, end + _REACH_S, forces.rate_hz)
    unknown, unplaced = unknown + again, unplaced + missed
    # What the end of the recording cuts off was not recorded, either.
    unknown += last - first + 1 - samples
    _strike(verdicts, unknown > 0, "force", unknown, 0, f"samples without force {where}")
    reason = f"samples without a center of pressure {where}"
    _strike(verdicts, unplaced > 0, "cop", unplaced, 0, reason)
    shared = _overlap(start, toe_off, contacts["left" if side == "right" else "right"])
    reason = "seconds of stance with both feet on the ground: one force for both"
    _strike(verdicts, shared > 0, "double_support", shared, 0, reason)
    part = carried / np.maximum(samples, 1)
    reason = f"part of stance with more than {LOADED_N:g} N: the force shows no such contact"
    _strike(verdicts, part < LEAST_PART_LOADED, "load", part, LEAST_PART_LOADED, reason)
    heavy, far = _outside(side, ground, motion, mass_kg)
    far, heavy = _count(np.stack([far, heavy]), start, toe_off, motion.rate_hz)
    part = far / np.maximum(heavy, 1)
    reason = (
        f"part of stance with the center of pressure more than {FARTHEST_FROM_FOOT_M} m "
        "from the foot"
    )
    _strike(
        verdicts, part > LARGEST_PART_OUTSIDE, "cop_outside", part, LARGEST_PART_OUTSIDE, reason
    )
    lost = np.isnan(curves).any(axis=0).sum(axis=-1)
    reason = "points of the stride without a moment: the force ended, or a segment was lost nearby"
    _strike(verdicts, lost > 0, "moments", lost, 0, reason)
    return verdicts


def no_verdicts(count: int) -> dict[str, np.ndarray]:
    """So many strides with nothing against them."""
    return {
        name: np.full(count, "", object) if name in ("rule", "reason") else np.full(count, np.nan)
        for name in VERDICT_COLUMNS
    }


def _strike(verdicts, failed, rule: str, value, threshold, reason: str) -> None:
    """Enter a rule's verdict for strides that no earlier rule has struck out, in place."""
    if not failed.any():
        return
    failed = failed & (verdicts["rule"] == "")
    for name, entry in zip(VERDICT_COLUMNS, (rule, value, threshold, reason), strict=True):
        verdicts[name][failed] = np.broadcast_to(entry, len(failed))[failed]


def _count(flags: np.ndarray, start_s, stop_s, rate_hz: float) -> np.ndarray:
    """How many flags of each row are up between two instants, both included."""
    before = np.zeros((len(flags), flags.shape[1] + 1), np.int32)
    for row, total in zip(flags, before, strict=True):
        if row.any():
            np.cumsum(row, dtype=np.int32, out=total[1:])
    first = np.clip(np.ceil(start_s * rate_hz).astype(int), 0, flags.shape[1])
    last = np.clip(np.floor(stop_s * rate_hz).astype(int) + 1, first, flags.shape[1])
    return (before[:, last] - before[:, first]).astype(float)


def _overlap(start_s, stop_s, contacts: np.ndarray) -> np.ndarray:
    """Seconds of each stance that lie in contacts of the other foot."""
    first = np.maximum(start_s[:, None], contacts[:, 0])
    last = np.minimum(stop_s[:, None], contacts[:, 1])
    return np.maximum(last - first, 0.0).sum(axis=1)


def _outside(side: str, ground: Ground, motion: Motion, mass_kg: float):
    """Frames with enough force to know its place, and those with that place off the foot."""
    force, moment = (values[:, SIDES.index(side)] for values in (ground.force_n, ground.moment_nm))
    heavy = force[1] > _LEAST_BODY_WEIGHTS * mass_kg * GRAVITY_M_S2
    vertical = np.where(heavy, force[1], np.nan)
    forward = (moment[2] + ground.height_m * force[0]) / vertical
    right = (ground.height_m * force[2] - moment[0]) / vertical
    heel, ball = (motion.points_m[f"{side}_{name}"][[0, 2]] for name in ("heel", "forefoot"))
    foot = ball - heel
    from_heel = np.stack([forward, right]) - heel
    along = np.clip((from_heel * foot).sum(axis=0) / (foot**2).sum(axis=0), 0.0, 1.0)
    distance = np.hypot(*(from_heel - along * foot))
    return heavy, distance > FARTHEST_FROM_FOOT_M

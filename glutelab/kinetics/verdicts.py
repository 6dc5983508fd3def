"""Strides without kinetics, and why: they keep their angles, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from glutelab.frames import ForceFrames
from glutelab.kinetics.ground import LOADED_N, LONGEST_CONTACT_S, REACH_S, in_contact
from glutelab.kinetics.place import LEAST_PART_LOADED, Place, count, overlap

__all__ = ["VERDICT_COLUMNS", "kinetics_notes", "kinetics_verdicts", "no_verdicts", "strike_out"]

VERDICT_COLUMNS = ("rule", "value", "threshold", "reason")
# In 5,122 stances of RBDS the center of pressure leaves this distance from the line between heel
# and metatarsal heads for 4 % of stance at most: 0.06 m of toes, 0.05 m of sole beside the line.
FARTHEST_FROM_FOOT_M, LARGEST_PART_OUTSIDE = 0.08, 0.10
# Of the 0.06 s after the next foot strike half may be without load: strikes from filtered force are
# up to 0.02 s early (the authors' of RBDS): little of a stance, and a third of these.
EARLY_PART = LEAST_PART_LOADED - 0.5


def kinetics_verdicts(
    times: Mapping[str, np.ndarray],
    side: str,
    curves: np.ndarray,
    forces: ForceFrames,
    contacts: dict[str, np.ndarray],
    place: Place,
    rate_hz: float,
) -> dict[str, np.ndarray]:
    """Which strides have kinetics, by rules in this order.

    ``force`` (samples without force), ``cop`` (loaded samples without a center of pressure),
    ``double_support`` (seconds with the other foot on the ground: one combined force cannot be
    shared out), ``assigned`` (part of stance whose force was given to this foot), ``load`` (part
    with more than 20 N), ``cop_outside`` (part with the center of pressure farther than 0.08 m
    from the foot), ``moments`` (points of the stride without a moment: the force ended, or a
    segment was lost nearby). All but the last look at stance, and at the 0.06 s after the next foot
    strike, too, which the low-pass carries into the end of the stride; the worse of both counts.

    Parameters
    ----------
    times : dict of str to ndarray, shape (n_strides,)
        ``start_s, toe_off_s, end_s`` of the strides.
    side : {"left", "right"}
    curves : ndarray, shape (n_signals, n_strides, n_points)
        Moments and powers of these strides.
    forces : ForceFrames
    contacts : dict of str to ndarray
        From `foot_contacts`.
    place : Place
        From `pressure_on_foot`, of this side.
    rate_hz : float
        Of the markers, and of `place`.

    Returns
    -------
    dict of str to ndarray, shape (n_strides,)
        ``rule`` (empty where there are kinetics), ``value``, ``threshold``, ``reason``.
    """
    start, toe_off, end = (np.asarray(times[name]) for name in ("start_s", "toe_off_s", "end_s"))
    verdicts = no_verdicts(len(start))
    where = "stance, or just after the next foot strike"
    loaded = forces.force_n[:, 1] > LOADED_N
    flags = (
        forces.missing,
        loaded & forces.unplaced,
        in_contact(contacts[side], len(forces), forces.rate_hz),
        loaded,
    )
    since, until = np.concatenate([start, end]), np.concatenate([toe_off, end + REACH_S])
    here, there = np.split(count(flags, since, until, forces.rate_hz), 2, axis=1)
    samples, again = np.split(_samples(since, until, forces), 2)
    unknown, unplaced = here[:2] + there[:2]
    # What the end of the recording cuts off was not recorded, either.
    length = np.floor(toe_off * forces.rate_hz) - np.ceil(start * forces.rate_hz) + 1
    unknown += length - samples
    strike_out(verdicts, unknown > 0, "force", unknown, 0, f"samples without force in {where}")
    reason = f"samples without a center of pressure in {where}"
    strike_out(verdicts, unplaced > 0, "cop", unplaced, 0, reason)
    other = contacts["left" if side == "right" else "right"]
    shared = overlap(start, toe_off, other) + overlap(end, end + REACH_S, other)
    reason = f"seconds with both feet on the ground, one force for both, in {where}"
    strike_out(verdicts, shared > 0, "double_support", shared, 0, reason)
    # Nothing can be said against a next contact that was not recorded.
    given, carried = (
        np.minimum(
            part / np.maximum(samples, 1),
            np.where(again > 0, more / np.maximum(again, 1) + EARLY_PART, 1.0),
        )
        for part, more in zip(here[2:], there[2:], strict=True)
    )
    least = LEAST_PART_LOADED
    reason = (
        f"part of {where}, whose force was given to this foot: a contact was missed, or lasts more "
        f"than {LONGEST_CONTACT_S:g} s"
    )
    strike_out(verdicts, given < least, "assigned", given, least, reason)
    reason = f"part of {where}, with more than {LOADED_N:g} N: the force shows no such contact"
    strike_out(verdicts, carried < least, "load", carried, least, reason)
    flags = place.heavy & (place.distance_m > FARTHEST_FROM_FOOT_M), place.heavy
    (far, heavy), (again, _) = np.split(count(flags, since, until, rate_hz), 2, axis=1)
    part = np.maximum(far, again) / np.maximum(heavy, 1)
    largest = LARGEST_PART_OUTSIDE
    reason = (
        f"part of stance, or as much just after the next foot strike, with the center of pressure "
        f"more than {FARTHEST_FROM_FOOT_M} m from the foot"
    )
    strike_out(verdicts, part > largest, "cop_outside", part, largest, reason)
    lost = np.isnan(curves).any(axis=0).sum(axis=-1)
    reason = "points of the stride without a moment: the force ended, or a segment was lost nearby"
    strike_out(verdicts, lost > 0, "moments", lost, 0, reason)
    return verdicts


def kinetics_notes(side: str, measures: pd.DataFrame, verdicts: dict[str, np.ndarray]) -> list[str]:
    """What a reader should know of the strides of one side: none has kinetics, or some no burst.

    Parameters
    ----------
    side : {"left", "right"}
    measures : DataFrame
        From `kinetic_measures`.
    verdicts : dict of str to ndarray
        From `kinetics_verdicts`.

    Returns
    -------
    list of str
    """
    struck = verdicts["rule"] != ""
    if len(struck) and struck.all():
        rules, counts = np.unique(verdicts["rule"].astype(str), return_counts=True)
        rule = rules[counts.argmax()]
        reason = verdicts["reason"][verdicts["rule"] == rule][0]
        return [f"no {side} stride has joint moments, {counts.max()} by the rule {rule}: {reason}"]
    peak = measures["peak_hip_power_stance_w_kg"].to_numpy()
    without = int((np.isnan(peak) & ~struck).sum())
    return [f"{without} {side} stride(s) without a peak of hip power in stance"] if without else []


def no_verdicts(count: int) -> dict[str, np.ndarray]:
    """So many strides with nothing against them."""
    return {
        name: np.full(count, "", object) if name in ("rule", "reason") else np.full(count, np.nan)
        for name in VERDICT_COLUMNS
    }


def strike_out(verdicts, failed, rule: str, value, threshold, reason: str) -> None:
    """Enter a rule's verdict for strides that no earlier rule has struck out, in place."""
    if not failed.any():
        return
    failed = failed & (verdicts["rule"] == "")
    for name, entry in zip(VERDICT_COLUMNS, (rule, value, threshold, reason), strict=True):
        verdicts[name][failed] = np.broadcast_to(entry, len(failed))[failed]


def _samples(start_s: np.ndarray, stop_s: np.ndarray, forces: ForceFrames) -> np.ndarray:
    """How many samples lie between two instants, both included."""
    first = np.clip(np.ceil(start_s * forces.rate_hz), 0, len(forces))
    return np.clip(np.floor(stop_s * forces.rate_hz) + 1, first, len(forces)) - first

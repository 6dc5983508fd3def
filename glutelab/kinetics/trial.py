"""The kinetics of one trial: from markers and forces to curves, measures and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from glutelab.frames import ForceFrames
from glutelab.kinematics import Motion
from glutelab.kinetics.checks import check_forces, check_place, shown_contacts
from glutelab.kinetics.ground import Ground, foot_contacts, ground_loads, still_in_flight
from glutelab.kinetics.inertia import segment_inertia
from glutelab.kinetics.joints import KINETIC_NAMES, joint_kinetics
from glutelab.kinetics.measures import kinetic_measures
from glutelab.kinetics.place import Place, overlap, pressure_on_foot
from glutelab.kinetics.synchrony import check_synchrony
from glutelab.kinetics.verdicts import kinetics_verdicts, strike_out
from glutelab.segments import SIDES, Segment
from glutelab.strides import time_normalize

__all__ = ["TrialKinetics", "trial_kinetics"]

_WALKING = (
    "every contact begins before the other foot has left the ground, as in walking: one force "
    "cannot be shared out between two feet, so no stride has joint moments"
)
_AROUND_S = 0.1  # flight, before and after a contact that the force does not show


@dataclass(frozen=True)
class TrialKinetics:
    """Joint moments and powers of one trial, frame by frame.

    Attributes
    ----------
    signals : dict of str to dict of str to ndarray, shape (n_frames,)
        For each side what `joint_kinetics` gives.
    method : str
        Inertia, cut-off and axis, as words.
    notes : list of str
        What a reader should know of these forces.
    """

    signals: Mapping[str, Mapping[str, np.ndarray]]
    method: str
    notes: list[str]
    _rate_hz: float
    _forces: ForceFrames
    _contacts: Mapping[str, np.ndarray]
    _places: Mapping[str, Place]

    def of_strides(
        self,
        side: str,
        times: pd.DataFrame,
        *,
        speed_m_s: float,
        names: tuple[str, ...] = KINETIC_NAMES,
    ) -> tuple[dict[str, np.ndarray], pd.DataFrame, dict[str, np.ndarray]]:
        """Curves, measures and verdicts of the strides of one side.

        Parameters
        ----------
        side : {"left", "right"}
        times : DataFrame
            ``start_s, toe_off_s, end_s`` of the strides.
        speed_m_s : float
        names : tuple of str
            Signals to cut: the sagittal ones of `KINETIC_NAMES`, and more if wanted.

        Returns
        -------
        curves : dict of str to ndarray, shape (n_strides, 101)
            All NaN where a stride has no kinetics.
        measures : DataFrame
            From `kinetic_measures`.
        verdicts : dict of str to ndarray
            From `kinetics_verdicts`.
        """
        values = np.array([self.signals[side][name] for name in names])
        at = {name: times[name].to_numpy(float) for name in ("start_s", "toe_off_s", "end_s")}
        cut = time_normalize(values, at["start_s"] * self._rate_hz, at["end_s"] * self._rate_hz)
        verdicts = kinetics_verdicts(
            at, side, cut, self._forces, self._contacts, self._places[side], self._rate_hz
        )
        cut[:, verdicts["rule"] != ""] = np.nan
        curves = dict(zip(names, cut, strict=True))
        measures = kinetic_measures(curves, at, speed_m_s=speed_m_s)
        reason = "positive work of hip, knee and ankle in stance (J/kg): nothing to take a share of"
        share = measures["hip_positive_work_share_stance_pct"].to_numpy()
        none = np.isnan(share) & (verdicts["rule"] == "")
        if none.any():
            strike_out(verdicts, none, "work", 0.0, 0, reason)
            cut[:, none] = np.nan
            measures.loc[none] = np.nan
        return curves, measures, verdicts


def trial_kinetics(
    forces: ForceFrames,
    motion: Motion,
    model: Mapping[str, Segment],
    events: pd.DataFrame,
    *,
    mass_kg: float,
    inertia: str = "de_leva",
    sex: str | None = None,
    cutoff_hz: float = 10.0,
    frame: str = "proximal",
) -> TrialKinetics:
    """Moments and powers of ankle, knee and hip over a whole trial, both legs.

    Parameters
    ----------
    forces : ForceFrames
        One combined force, starting with the markers: newtons, center of pressure in meters, in
        the axes of the markers.
    motion : Motion
        From `track_segments`, with the same `cutoff_hz`.
    model : dict of str to Segment
        From `segment_model`.
    events : DataFrame
        ``event, side, time_s``: whose foot the force is of.
    mass_kg : float
    inertia, sex : str
        See `segment_inertia`.
    cutoff_hz : float
        Zero-lag low-pass of the force.
    frame : str
        See `joint_kinetics`.

    Returns
    -------
    TrialKinetics

    Raises
    ------
    DataError
        If mass or sex is missing, or the forces are not of these markers or this runner.

    Examples
    --------
    >>> from glutelab.kinematics import track_segments
    >>> from glutelab.segments import segment_model
    >>> from glutelab.simulate import simulate_trial
    >>> trial = simulate_trial(duration_s=5.0)
    >>> model = segment_model(trial.standing)
    >>> motion = track_segments(trial.markers, model)
    >>> trial_kinetics(trial.forces, motion, model, trial.events, mass_kg=68.0, sex="male").method
    'de_leva (male), markers and force low-passed at 10 Hz, proximal axes'
    """
    bodies = {
        side: segment_inertia(model, side, mass_kg, inertia=inertia, sex=sex) for side in SIDES
    }
    n_frames = motion.axes["pelvis"].shape[-1]
    duration_s = n_frames / motion.rate_hz
    contacts = foot_contacts(events, duration_s)
    forces = still_in_flight(forces, contacts)
    shown = shown_contacts(forces, contacts)
    whole = {side: contacts[side][shown[side][1]] for side in SIDES}
    frame_s = 1.0 / motion.rate_hz
    of_both = np.concatenate(list(whole.values()))
    unseen = np.concatenate([contacts[side][~shown[side][0]] for side in SIDES])
    notes = check_forces(forces, contacts, unseen, of_both, duration_s, frame_s, mass_kg)
    ground = ground_loads(forces, contacts, n_frames, motion.rate_hz, cutoff_hz=cutoff_hz)
    places = {side: pressure_on_foot(side, ground, motion, mass_kg, whole[side]) for side in SIDES}
    signals = joint_kinetics(motion, bodies, ground, mass_kg, frame=frame)
    if _always_shared(contacts):
        notes.append(_WALKING)
    else:
        notes += _check_time(ground, unseen, motion, signals, forces.source)
        # After the time: under a foot that the belt carries back, a late force lies too far ahead.
        check_place(places, forces.source)
    whose = f"{inertia} ({sex})" if inertia == "de_leva" else inertia
    method = f"{whose}, markers and force low-passed at {cutoff_hz:g} Hz, {frame} axes"
    return TrialKinetics(signals, method, notes, motion.rate_hz, forces, contacts, places)


def _always_shared(contacts: Mapping[str, np.ndarray]) -> bool:
    """Whether next to no contact, but the first and the last, is of one foot alone."""
    pairs = zip(SIDES, reversed(SIDES), strict=True)
    alone = [overlap(*contacts[side].T, contacts[other]) == 0 for side, other in pairs]
    return sum(map(len, alone)) > 4 and sum(map(np.count_nonzero, alone)) <= 2


def _check_time(ground: Ground, unseen, motion: Motion, signals, source: str) -> list[str]:
    """Whether force and markers are synchronous, where the force shows the contacts."""
    height = 0.5 * (motion.points_m["left_hip_center"][1] + motion.points_m["right_hip_center"][1])
    vertical = ground.vertical_n.copy()
    for since, until in unseen:
        first = max(0, int((since - _AROUND_S) * motion.rate_hz))
        vertical[first : int((until + _AROUND_S) * motion.rate_hz)] = np.nan
    legs = signals["left"]["leg_load_n"] + signals["right"]["leg_load_n"]
    return check_synchrony(vertical, legs, height, motion.rate_hz, source)

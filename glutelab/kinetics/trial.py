"""The kinetics of one trial: from markers and forces to curves, measures and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from glutelab.frames import ForceFrames
from glutelab.kinematics import Motion
from glutelab.kinetics.ground import Ground, check_forces, foot_contacts, ground_loads
from glutelab.kinetics.inertia import segment_inertia
from glutelab.kinetics.joints import KINETIC_NAMES, joint_kinetics
from glutelab.kinetics.measures import kinetic_measures
from glutelab.kinetics.verdicts import kinetics_verdicts
from glutelab.segments import SIDES, Segment
from glutelab.strides import time_normalize

__all__ = ["TrialKinetics", "trial_kinetics"]


@dataclass(frozen=True)
class TrialKinetics:
    """Joint moments and powers of one trial, frame by frame.

    Attributes
    ----------
    signals : dict of str to dict of str to ndarray, shape (n_frames,)
        For each side what `joint_kinetics` gives.
    method : str
        Inertia, cut-off and axis, as words.
    """

    signals: Mapping[str, Mapping[str, np.ndarray]]
    method: str
    _motion: Motion
    _forces: ForceFrames
    _contacts: Mapping[str, np.ndarray]
    _ground: Ground
    _mass_kg: float

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
        start, end = (
            times[name].to_numpy() * self._motion.rate_hz for name in ("start_s", "end_s")
        )
        cut = time_normalize(values, start, end)
        verdicts = kinetics_verdicts(
            times,
            side,
            cut,
            self._forces,
            self._contacts,
            self._ground,
            self._motion,
            self._mass_kg,
        )
        cut[:, verdicts["rule"] != ""] = np.nan
        curves = dict(zip(names, cut, strict=True))
        return curves, kinetic_measures(curves, times, speed_m_s=speed_m_s), verdicts


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
    >>> from glutelab import simulate_trial, segment_model, track_segments
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
    check_forces(forces, duration_s, 1.0 / motion.rate_hz, mass_kg)
    contacts = foot_contacts(events, duration_s)
    ground = ground_loads(forces, contacts, n_frames, motion.rate_hz, cutoff_hz=cutoff_hz)
    signals = joint_kinetics(motion, bodies, ground, mass_kg, frame=frame)
    whose = f"{inertia} ({sex})" if inertia == "de_leva" else inertia
    method = f"{whose}, markers and force low-passed at {cutoff_hz:g} Hz, {frame} axes"
    return TrialKinetics(signals, method, motion, forces, contacts, ground, mass_kg)

"""From the frames of one trial to its strides, curves and ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from glutelab.frames import MarkerFrames
from glutelab.kinematics import (
    ANGLE_NAMES,
    Motion,
    joint_angles,
    relabel_forefoot,
    standing_posture,
    track_segments,
)
from glutelab.measures import stride_measures
from glutelab.segments import FOREFOOT, SIDES, Segment
from glutelab.strides import cut_strides, drop, sample, time_normalize

__all__ = ["ProcessedTrial", "process_trial"]

# Skin lets the four pelvis markers move against each other by up to 20 mm; marker plates on the
# leg stay within 5 mm.
LARGEST_PELVIS_MISFIT_M, LARGEST_PLATE_MISFIT_M = 0.030, 0.015


@dataclass(frozen=True)
class ProcessedTrial:
    """What one trial becomes.

    Attributes
    ----------
    strides : DataFrame
        One row per kept stride: ``side, stride, start_s`` and the measures.
    ledger : DataFrame
        One row per candidate stride: kept or dropped, by which rule, value and threshold.
    curves : dict of str to ndarray, shape (n_kept, 101), float32
        In the order of `strides`.
    event_method : str
        How foot strike and toe-off were found.
    notes : list of str
        What was found and put right in the recording.
    """

    strides: pd.DataFrame
    ledger: pd.DataFrame
    curves: dict[str, np.ndarray]
    event_method: str
    notes: list[str]


def process_trial(
    markers: MarkerFrames,
    model: Mapping[str, Segment],
    events: pd.DataFrame,
    *,
    speed_m_s: float,
    height_m: float = np.nan,
    mass_kg: float = np.nan,
) -> ProcessedTrial:
    """Angles, strides, measures and ledger of one trial.

    Parameters
    ----------
    markers : MarkerFrames
        The running trial.
    model : dict of str to Segment
        From `segment_model`, of the same runner.
    events : DataFrame
        ``event, side, time_s, method``, timed from the first frame of the markers.
    speed_m_s : float
        Running speed.
    height_m, mass_kg : float
        Of the runner; without them spring-mass stiffness is NaN.

    Returns
    -------
    ProcessedTrial

    Raises
    ------
    DataError
        If a marker of a cluster is absent.
    """
    markers, notes = relabel_forefoot(markers, model)
    motion = track_segments(markers, model)
    notes += _notes(markers, motion, model)
    posture = standing_posture(model)
    candidates = cut_strides(events)
    strides, curves, ledgers = [], [], []
    for side in SIDES:
        table = candidates[candidates["side"] == side].reset_index(drop=True)
        signals = side_signals(motion, side)
        values = np.array(list(signals.values()))
        rate = motion.rate_hz
        cut = time_normalize(values, table["start_s"] * rate, table["end_s"] * rate)
        _drop_untracked(table, cut, motion, side)
        kept = (table["rule"] == "").to_numpy()
        times, cut = table[kept].reset_index(drop=True), cut[:, kept]
        at_toe_off = sample(values, times["toe_off_s"].to_numpy() * rate)
        here = dict(zip(signals, cut, strict=True))
        measures = stride_measures(
            here,
            dict(zip(signals, at_toe_off, strict=True)),
            times,
            speed_m_s=speed_m_s,
            leg_length_m=posture[f"{side}_leg_length_m"],
            standing_pelvic_tilt_deg=posture["pelvic_tilt_deg"],
            height_m=height_m,
            mass_kg=mass_kg,
        )
        strides.append(pd.concat([times[["side", "stride", "start_s"]], measures], axis=1))
        curves.append({name: here[name].astype(np.float32) for name in ANGLE_NAMES})
        ledgers.append(table.assign(kept=kept))
    ledger = pd.concat(ledgers, ignore_index=True)
    return ProcessedTrial(
        pd.concat(strides, ignore_index=True),
        ledger[
            ["side", "stride", "start_s", "end_s", "kept", "rule", "value", "threshold", "reason"]
        ],
        {name: np.concatenate([part[name] for part in curves]) for name in ANGLE_NAMES},
        ", ".join(sorted(events["method"].unique())),
        notes,
    )


def _notes(markers: MarkerFrames, motion: Motion, model: Mapping[str, Segment]) -> list[str]:
    """What a reader should know of the tracking: markers never seen, clusters often incomplete."""
    notes = [
        f"{name} was never seen"
        for side in SIDES
        for name in (f"{side}_{marker}" for marker in FOREFOOT)
        if np.isnan(markers[name]).all()
    ]
    for name, segment in model.items():
        share = 100 * (motion.seen[name] < len(segment.markers)).mean()
        if share > 1:
            notes.append(f"{name.replace('_', ' ')} cluster incomplete in {share:.0f} % of frames")
    return notes


def side_signals(motion: Motion, side: str) -> dict[str, np.ndarray]:
    """Angles (degrees) and foot and pelvis positions (meters) of one side, frame by frame."""
    points = motion.points_m
    middle = 0.5 * (points["left_hip_center"] + points["right_hip_center"])
    return {
        **joint_angles(motion, side),
        "forefoot_ahead_m": points[f"{side}_forefoot"][0] - middle[0],
        "heel_height_m": points[f"{side}_heel"][1],
        "pelvis_height_m": middle[1],
    }


def _drop_untracked(table: pd.DataFrame, cut: np.ndarray, motion: Motion, side: str) -> None:
    """Drop strides in which a needed segment was not tracked, or its markers contradict."""
    needed = ("pelvis", f"{side}_thigh", f"{side}_shank", f"{side}_foot")
    start = np.floor(table["start_s"].to_numpy() * motion.rate_hz).astype(int)
    stop = np.ceil(table["end_s"].to_numpy() * motion.rate_hz).astype(int) + 1
    untracked = np.isnan(cut).any(axis=(0, 2))
    for row in np.flatnonzero(untracked):
        frames = slice(max(start[row], 0), stop[row])
        lost = {name: int(np.isnan(motion.axes[name][0, 0, frames]).sum()) for name in needed}
        worst = max(lost, key=lost.get)
        reason = f"frames with fewer than 3 markers of the {worst.replace('_', ' ')} cluster"
        drop(table, np.arange(len(table)) == row, "markers", lost[worst], 0, reason)
    for name in needed:
        largest = LARGEST_PELVIS_MISFIT_M if name == "pelvis" else LARGEST_PLATE_MISFIT_M
        misfit = np.nan_to_num(motion.misfit_m[name])
        frames = zip(np.maximum(start, 0), stop, strict=True)
        worst = np.array([misfit[first:last].max(initial=0.0) for first, last in frames])
        reason = f"misfit of the {name.replace('_', ' ')} cluster (m): markers were mixed up"
        drop(table, worst > largest, "cluster", worst, largest, reason)

"""From the markers of one trial to its strides, curves and ledger."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from glutelab.errors import DataError, say
from glutelab.frames import ForceFrames, MarkerFrames
from glutelab.kinematics import (
    ANGLE_NAMES,
    Motion,
    forefoot_markers,
    joint_angles,
    relabel_forefoot,
    standing_posture,
    track_segments,
)
from glutelab.kinetics import (
    KINETIC_NAMES,
    THREE_PLANES,
    VERDICT_COLUMNS,
    kinetics_notes,
    no_verdicts,
    trial_kinetics,
)
from glutelab.processing.body import check_body
from glutelab.processing.cut import cut_side, drop_outside, stated_method
from glutelab.processing.result import ProcessedTrial, gather_sides
from glutelab.segments import SIDES, Segment, model_notes
from glutelab.strides import cut_strides, drop

__all__ = ["process_trial"]

# Skin lets the four pelvis markers move against each other by up to 20 mm; marker plates on the
# leg stay within 5 mm.
LARGEST_PELVIS_MISFIT_M, LARGEST_PLATE_MISFIT_M = 0.030, 0.015
# Of clusters that are not plates: one runner measured (thigh 2.5, shank 1.3, shoe 1.2 mm; at most
# 4.5); exchanged labels on a shoe are 10 mm and more.
LARGEST_SKIN_MISFIT_M = {"foot": 0.010, "shank": 0.020, "thigh": 0.020, "pelvis": 0.030}
LARGEST_MEDIAN_SKIN_MISFIT_M = {"foot": 0.005, "shank": 0.010, "thigh": 0.010, "pelvis": 0.015}
# Median over a trial: a runner's own standing trial fits within 0.6 mm at the foot, 2.2 mm at a
# plate and 8.4 mm at the pelvis (84 trials); another runner's foot is at least 1.9 mm off.
LARGEST_MEDIAN_MISFIT_M = {"foot": 0.0012, "shank": 0.004, "thigh": 0.004, "pelvis": 0.015}


def process_trial(
    markers: MarkerFrames,
    model: Mapping[str, Segment],
    events: pd.DataFrame,
    *,
    speed_m_s: float,
    height_m: float = np.nan,
    mass_kg: float = np.nan,
    forces: ForceFrames | None = None,
    inertia: str = "de_leva",
    sex: str | None = None,
    three_planes: bool = False,
) -> ProcessedTrial:
    """Angles, strides, measures and ledger of one trial; with forces, joint moments and powers too.

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
    forces : ForceFrames, optional
        The combined force of both feet, recorded together with the markers. Without it there are
        no moments, powers and work.
    inertia : {"de_leva", "dempster"}
        Segment inertia behind the moments, see `glutelab.kinetics.segment_inertia`.
    sex : {"female", "male"}, optional
        Of the runner; de Leva's inertia needs it.
    three_planes : bool
        Also the curves ``{joint}_power_3d_w_kg``: power over all three planes, not the sagittal.

    Returns
    -------
    ProcessedTrial

    Raises
    ------
    DataError
        If a marker of a cluster is absent, the standing trial is of somebody else, a side has no
        stride at all, or speed, height or mass cannot be; if forces are given, but mass or sex is
        missing, or they are not of these markers, this runner or these axes (the sentences of
        `glutelab.kinetics`).
    """
    speed_m_s, height_m, mass_kg = check_body(markers.source, speed_m_s, height_m, mass_kg)
    candidates = cut_strides(events)
    _check_sides(candidates, markers)
    raw = markers
    markers, notes = relabel_forefoot(markers, model)
    motion = track_segments(markers, model)
    _check_runner(motion, model)
    notes += [*model_notes(model), *_missing(raw, model)]
    posture = standing_posture(model)
    kinetics = None
    if forces is not None:
        kinetics = trial_kinetics(
            forces, motion, model, events, mass_kg=mass_kg, inertia=inertia, sex=sex
        )
        notes += kinetics.notes
    kinetic_names = (*KINETIC_NAMES, *(THREE_PLANES if three_planes else ()))
    names = ANGLE_NAMES if kinetics is None else (*ANGLE_NAMES, *kinetic_names)
    sides, of_candidates = [], []
    for side in SIDES:
        here = cut_side(
            candidates[candidates["side"] == side],
            side_signals(motion, side),
            motion.rate_hz,
            lambda table, cut, side=side: _drop_untracked(table, cut, motion, side, model),
            speed_m_s=speed_m_s,
            leg_length_m=posture[f"{side}_leg_length_m"],
            standing_pelvic_tilt_deg=posture["pelvic_tilt_deg"],
            height_m=height_m,
            mass_kg=mass_kg,
        )
        kept = here.table["kept"].to_numpy()
        if not kept.any():
            notes.append(f"no {side} stride was kept")
        if kinetics is not None:
            more, worked, verdicts = kinetics.of_strides(
                side, here.times, speed_m_s=speed_m_s, names=kinetic_names
            )
            here.curves.update(more)
            here.measures = pd.concat([here.measures, worked], axis=1)
            notes += kinetics_notes(side, worked, verdicts)
            of_candidates.append(no_verdicts(len(here.table)))
            for name, entries in of_candidates[-1].items():
                entries[kept] = verdicts[name]
        sides.append(here)
    strides, ledger, curves = gather_sides(sides, names)
    if kinetics is not None:
        verdicts = {
            f"kinetics_{name}": np.concatenate([part[name] for part in of_candidates])
            for name in VERDICT_COLUMNS
        }
        ledger = pd.concat([ledger, pd.DataFrame(verdicts)], axis=1)
    return ProcessedTrial(
        strides,
        ledger,
        curves,
        stated_method(events),
        len(markers) / markers.rate_hz,
        notes,
        kinetics.method if kinetics is not None else "",
    )


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


def _check_sides(candidates: pd.DataFrame, markers: MarkerFrames) -> None:
    for side in SIDES:
        if not (candidates["side"] == side).any():
            duration = len(markers) / markers.rate_hz
            raise DataError(
                say(
                    markers.source or "trial",
                    f"no stride of the {side} foot in {duration:.1f} s",
                    "two foot strikes or more of each foot",
                    "Look at the contacts that were not used: list_contacts_from_force.",
                )
            )


def _check_runner(motion: Motion, model: Mapping[str, Segment]) -> None:
    """Refuse a standing trial whose clusters are not those of the running trial."""
    if not model["pelvis"].standing:
        return  # made from this very trial: markers that contradict it are dropped stride by stride
    for name, misfit in motion.misfit_m.items():
        limits = LARGEST_MEDIAN_SKIN_MISFIT_M if model[name].skin else LARGEST_MEDIAN_MISFIT_M
        limit = limits[name.split("_")[-1]]
        middle = np.nanmedian(misfit) if np.isfinite(misfit).any() else 0.0
        if middle > limit:
            raise DataError(
                say(
                    motion.source or "trial",
                    f"the {name.replace('_', ' ')} markers fit the standing trial to "
                    f"{1000 * middle:.1f} mm only",
                    f"{1000 * limit:.1f} mm",
                    "Is the standing trial of the same runner and session?",
                )
            )


def _missing(markers: MarkerFrames, model: Mapping[str, Segment]) -> list[str]:
    """What a reader should know of the tracking: markers never seen, clusters often incomplete."""
    forefoot = forefoot_markers(model)
    tracking = [name for segment in model.values() for name in segment.markers]
    gone = {
        name: np.isnan(markers.positions_m[:, markers.index(name), 0])
        for name in (*tracking, *forefoot)
    }
    notes = [f"{name} was never seen" for name, missing in gone.items() if missing.all()]
    for name, segment in model.items():
        missing = [gone[marker] for marker in segment.markers if not gone[marker].all()]
        share = 100 * np.any(missing, axis=0).mean() if missing else 0.0
        if share >= 1:
            cluster = name.replace("_", " ")
            notes.append(f"{cluster} cluster incomplete in {share:.0f} % of frames")
    return notes


def _drop_untracked(
    table: pd.DataFrame,
    cut: np.ndarray,
    motion: Motion,
    side: str,
    model: Mapping[str, Segment],
) -> None:
    """Drop strides in which a needed segment was not tracked, or its markers contradict."""
    needed = ("pelvis", f"{side}_thigh", f"{side}_shank", f"{side}_foot")
    n_frames = len(motion.seen["pelvis"])
    start, stop = drop_outside(table, n_frames, motion.rate_hz, "markers")
    # One frame more on each side: the cubic between frames reads it.
    first = np.maximum(np.floor(start).astype(int) - 1, 0)
    last = np.ceil(stop).astype(int) + 2
    for name in needed:
        lost = np.isnan(motion.axes[name][0, 0])
        frames = np.array([lost[a:b].sum() for a, b in zip(first, last, strict=True)], float)
        reason = f"frames with fewer than 3 markers of the {name.replace('_', ' ')} cluster"
        drop(table, np.isnan(cut).any(axis=(0, 2)) & (frames > 0), "markers", frames, 0, reason)
    for name in needed:
        largest = LARGEST_PELVIS_MISFIT_M if name == "pelvis" else LARGEST_PLATE_MISFIT_M
        if model[name].skin:
            largest = LARGEST_SKIN_MISFIT_M[name.split("_")[-1]]
        misfit = np.nan_to_num(motion.misfit_m[name])
        worst = np.array(
            [misfit[a:b].max(initial=0.0) for a, b in zip(first, last, strict=True)], float
        )
        reason = f"misfit of the {name.replace('_', ' ')} cluster (m): markers were mixed up"
        drop(table, worst > largest, "cluster", worst, largest, reason)

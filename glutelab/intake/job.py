"""One trial of a folder, from its files to its strides: what each process of an import does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.contract import (
    Finding,
    examine_angles,
    examine_curve_jumps,
    examine_curves,
    examine_frames,
    examine_markers,
    examine_standing,
)
from glutelab.errors import DataError, say
from glutelab.formats.recognize import read_recording
from glutelab.formats.recording import Recording
from glutelab.frames import AngleFrames, MarkerFrames
from glutelab.intake.accept import judge
from glutelab.intake.angles import angle_frames
from glutelab.intake.columns import check_sides, columns_of, stride_curves
from glutelab.intake.companions import examine_event_times, face_forward
from glutelab.intake.curve_table import TableTrial
from glutelab.intake.frames import check_names, marker_frames
from glutelab.intake.recipe import FILE_NAME
from glutelab.intake.sections import Angles, EventSection, Forces, Markers
from glutelab.intake.trial_events import (
    events_of_angles,
    events_of_markers,
    find_forces,
    wants_forces,
)
from glutelab.processing import ProcessedTrial, process_angles, process_curves, process_trial
from glutelab.reference_pose import reference_from_running
from glutelab.segments import Segment, cluster_names, segment_model

__all__ = ["process_recording", "process_table_trial"]

TOE_OFF_PCT = (15.0, 55.0)  # of the gait cycle; sprinting and the slowest jogging


def process_recording(
    files: list[tuple[Path, Mapping[str, str]]],
    beside: Mapping[str, Path],
    start: str,
    markers: Markers,
    forces: Forces,
    angles: Angles,
    events: EventSection,
    accept: tuple[str, ...],
    speed_m_s: float,
    body: Mapping[str, object],
) -> ProcessedTrial:
    """Read, check and process one trial.

    Parameters
    ----------
    files : list of (Path, dict)
        The recordings of the trial, and what their names say of side and stride.
    beside : dict of str to Path
        Files of ``standing``, ``forces`` and ``events``.
    start : {"markers", "angles", "curves"}
    markers, forces, angles, events
        Sections of the recipe.
    accept : tuple of str
        Findings that do not stop the trial, from `glutelab.intake.accept.accepted_in`.
    speed_m_s : float
    body : dict
        ``height_m, mass_kg, sex`` of the runner, where known.

    Returns
    -------
    ProcessedTrial
        Findings that do not stop it stand in its notes.

    Raises
    ------
    DataError
        If a file cannot be read, or a finding says that its numbers cannot be right.
    """
    known = _known(speed_m_s, body)
    if start == "curves":
        trial, findings = _from_curves(files, angles, accept, known)
    elif len(files) > 1:
        names = ", ".join(path.name for path, _ in files[:3])
        raise DataError(say(names, "several files for one trial", "one", "Use {trial}."))
    elif start == "markers":
        sex = body.get("sex") if isinstance(body.get("sex"), str) else None
        trial, findings = _from_markers(
            files[0][0], beside, markers, forces, events, accept, known, sex
        )
    else:
        trial, findings = _from_angles(
            files[0][0], beside, angles, events, markers, forces, accept, known
        )
    findings += _examine_result(trial)
    notes = judge(findings, accept)
    return replace(trial, notes=[*trial.notes, *notes])


def _known(speed_m_s: float, body: Mapping[str, object]) -> dict[str, float]:
    there = {n: body[n] for n in ("height_m", "mass_kg") if n in body and pd.notna(body[n])}
    return {"speed_m_s": speed_m_s, **there}


# --- markers --------------------------------------------------------------------------------------


def _from_markers(path, beside, markers, said, events, accept, known, sex):
    recording = read_recording(path)
    standing = read_recording(beside["standing"]) if "standing" in beside else None
    moving = marker_frames(recording, markers)
    check_names([recording] if standing is None else [recording, standing], markers)
    findings = list(examine_markers(moving, known["speed_m_s"]))
    pose, notes = _standing_pose(standing, markers)
    if pose is not None:
        findings += examine_standing(pose)
    findings += examine_frames(moving)
    judge(findings, accept)  # before the rest stumbles over what has a name
    model = _model(pose, moving, markers)
    forces = find_forces(recording, beside, markers, said) if wants_forces(events) else None
    found, more = events_of_markers(recording, moving, forces, beside, events)
    notes += more
    findings += examine_event_times(found, moving, recording.source)
    judge(findings, accept)
    kinetic = forces if events.forces else None
    trial = process_trial(moving, model, found, forces=kinetic, sex=sex, **known)
    return replace(trial, notes=[*recording.notes, *notes, *trial.notes]), findings


def _standing_pose(standing: Recording | None, markers: Markers):
    return (None, []) if standing is None else face_forward(marker_frames(standing, markers))


def _model(pose: MarkerFrames | None, moving: MarkerFrames, markers: Markers) -> dict[str, Segment]:
    clusters = markers.clusters or None
    if pose is None:
        pose = reference_from_running(moving, cluster_names(clusters))
        return segment_model(pose, clusters, centers=markers.hip_centers, from_running=True)
    return segment_model(pose, clusters, centers=markers.hip_centers)


# --- angles and curves ----------------------------------------------------------------------------


def _from_angles(path, beside, angles, events, markers, said, accept, known):
    recording = read_recording(path)
    rate = np.nan if angles.rate_hz is None else angles.rate_hz
    columns = columns_of(recording, angles)
    check_sides(recording, columns)
    frames = angle_frames(recording, columns, angles.unit, rate_hz=rate)
    measured = _measured(frames, columns)
    findings = [*examine_angles(measured), *examine_frames(measured)]
    judge(findings, accept)
    found = events_of_angles(recording, frames, beside, events, markers, said)
    trial = process_angles(frames, found, **known)
    return replace(trial, notes=[*recording.notes, *trial.notes]), findings


def _measured(frames: AngleFrames, columns: Mapping) -> AngleFrames:
    """Without the angles that were derived: one wrong column would spoil several, and hide."""
    angles = {
        side: {name: values for name, values in variables.items() if (side, name) in columns}
        for side, variables in frames.angles_deg.items()
    }
    return replace(frames, angles_deg=angles)


def _from_curves(files, angles, accept, known):
    curves, strides, notes = stride_curves(
        [(read_recording(path), values) for path, values in files], angles
    )
    return _of_curves(curves, strides, files[0][0].name, notes, angles, accept, known)


def _of_curves(curves, strides, source, notes, angles, accept, known):
    findings = [
        finding
        for side, one in curves.items()
        for finding in (
            *examine_curves(one, side=side, source=source),
            *examine_curve_jumps(one, side=side, source=source),
        )
    ]
    if angles.toe_off_pct is not None:
        stated = (
            f"toe-off was not measured: the recipe says {angles.toe_off_pct:g} % of all strides"
        )
        notes = [*notes, stated]
        findings += _examine_toe_off(angles.toe_off_pct)
    judge(findings, accept)
    trial = process_curves(
        curves, source=source, strides=strides, toe_off_pct=angles.toe_off_pct, **known
    )
    return replace(trial, notes=[*notes, *trial.notes]), findings


def _examine_toe_off(percent: float) -> list[Finding]:
    low, high = TOE_OFF_PCT
    if low <= percent <= high:
        return []
    found = f"toe_off_pct is {percent:g}"
    remedy = "Leave it out if it is not known: what depends on toe-off is left out then."
    expected = f"{low:g} to {high:g} in running"
    return [Finding("toe_off", "toe_off_pct", f"{FILE_NAME}, [angles]", found, expected, remedy)]


def process_table_trial(
    table: TableTrial,
    source: str,
    angles: Angles,
    accept: tuple[str, ...],
    speed_m_s: float,
    body: Mapping[str, object],
) -> ProcessedTrial:
    """Check and process the curves of one trial of a table.

    Parameters
    ----------
    table : TableTrial
    source : str
        For error texts.
    angles, accept, speed_m_s, body
        As in `process_recording`.

    Returns
    -------
    ProcessedTrial

    Raises
    ------
    DataError
        As `process_recording` does.
    """
    known = _known(speed_m_s, body)
    trial, findings = _of_curves(table.curves, table.strides, source, (), angles, accept, known)
    return replace(trial, notes=[*trial.notes, *judge(findings, accept)])


# --- findings -------------------------------------------------------------------------------------


def _examine_result(trial: ProcessedTrial) -> list[Finding]:
    """The curves that came out, whatever they were made of: what the raw numbers did not show."""
    findings = []
    for side in ("left", "right"):
        rows = (trial.strides["side"] == side).to_numpy()
        if rows.any():
            curves = {name: values[rows] for name, values in trial.curves.items()}
            findings += examine_curves(curves, side=side)
    return findings

"""Where the events of a trial come from: forces, marks in a file, a table, markers or angles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from glutelab.errors import DataError, say
from glutelab.events import (
    check_same_trial,
    detect_events_from_angles,
    events_from_contacts,
    list_contacts_by_side,
    list_contacts_from_force,
    list_contacts_from_markers,
)
from glutelab.formats.recognize import read_recording
from glutelab.formats.recording import Recording
from glutelab.frames import AngleFrames, ForceFrames, MarkerFrames
from glutelab.intake.events import read_events
from glutelab.intake.frames import force_frames, forces_by_side, has_forces, marker_frames
from glutelab.intake.sections import EventSection, Forces, Markers

__all__ = ["events_of_angles", "events_of_markers", "find_forces", "wants_forces"]


def wants_forces(events: EventSection) -> bool:
    """Whether the recipe lets a recording of markers be asked for forces."""
    return events.forces or events.source in ("auto", "forces")


def find_forces(
    recording: Recording, beside: Mapping, markers: Markers, said: Forces
) -> ForceFrames | None:
    """Forces in a file of their own, or of the recording; None if there are none."""
    if "forces" in beside:
        return force_frames(read_recording(beside["forces"]), markers, said)
    return force_frames(recording, markers, said) if has_forces(recording, said) else None


def events_of_markers(
    recording: Recording,
    moving: MarkerFrames,
    forces: ForceFrames | None,
    beside: Mapping[str, Path],
    events: EventSection,
) -> tuple[pd.DataFrame, list[str]]:
    """Foot strikes and toe-offs of a trial of markers, and which contacts were not used."""
    source = events.source
    if source == "auto":
        source = "forces" if forces is not None else "markers"
    if source == "forces":
        if forces is None:
            remedy = 'Name their files in trials.forces, or take events from "markers".'
            raise DataError(say(recording.source, "there are no forces", "", remedy))
        return _of_contacts(list_contacts_from_force(forces, moving), "force")
    if source == "markers":
        return _of_contacts(list_contacts_from_markers(moving), "markers")
    return _events_of_files(recording, beside, source), []


def _of_contacts(contacts: pd.DataFrame, what: str) -> tuple[pd.DataFrame, list[str]]:
    """Events, and what was not used; contacts that the recording cuts off are no loss."""
    unused = contacts.loc[~contacts["kept"] & ~contacts["problem"].str.contains("record")]
    counts = unused["problem"].str.split(":").str[-1].str.strip().value_counts()
    notes = [f"{count} contact(s) in the {what} not used: {why}" for why, count in counts.items()]
    return events_from_contacts(contacts), notes


def _events_of_files(recording: Recording, beside: Mapping, source: str) -> pd.DataFrame:
    if source == "table":
        if "events" not in beside:
            raise DataError(say(recording.source, "there is no file of events", "trials.events"))
        return read_events(beside["events"])
    if recording.events is None or recording.events.empty:
        remedy = "Mark foot strike and toe-off in it, or take events from another source."
        raise DataError(say(recording.source, "the file holds no events", "", remedy))
    return recording.events.assign(method="as marked in the file")


def events_of_angles(
    recording: Recording,
    frames: AngleFrames,
    beside: Mapping[str, Path],
    events: EventSection,
    markers: Markers,
    said: Forces,
) -> pd.DataFrame:
    """Foot strikes and toe-offs of a trial of joint angles."""
    source = events.source
    if source == "auto" and "events" in beside:
        source = "table"
    if source in ("auto", "forces"):
        given = read_recording(beside["forces"]) if "forces" in beside else recording
        by_side = forces_by_side(given, markers, said)
        if by_side:
            for force in by_side.values():
                check_same_trial(force, frames)
            return events_from_contacts(list_contacts_by_side(by_side))
    if source == "auto":
        source = "file" if recording.events is not None and len(recording.events) else "angles"
    if source in ("forces", "markers"):
        moving = marker_frames(recording, markers)
        forces = find_forces(recording, beside, markers, said) if source == "forces" else None
        return events_of_markers(recording, moving, forces, beside, events)[0]
    if source == "angles":
        return detect_events_from_angles(frames)
    return _events_of_files(recording, beside, source)

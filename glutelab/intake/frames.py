"""From a recording in a lab's own names, units and axes to frames in this library's.

Everything that is turned here is said in the recipe; nothing is guessed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.recording import Plate, Points, Recording
from glutelab.frames import ForceFrames, MarkerFrames
from glutelab.intake.recipe import FILE_NAME, Markers
from glutelab.intake.sections import FORCE_COLUMNS, Forces

__all__ = [
    "check_names",
    "force_frames",
    "forces_by_side",
    "has_forces",
    "marker_frames",
    "points_of",
    "rotation",
]

LARGEST = 1e6  # as in C3D: mm are the smallest unit in use, so this is a kilometer
METERS = {"mm": 0.001, "cm": 0.01, "dm": 0.1, "m": 1.0}
NEWTONS = {"n": 1.0, "kn": 1000.0, "": 1.0}
NOTHING_SAID = Forces()
_LENGTHS = {"", *METERS}  # joint angles have three components, too
_COMPONENT = re.compile(r"(.+?)[ ._:-]?([XYZxyz])")


def rotation(forward: str, up: str) -> np.ndarray:
    """What turns positions in the file's axes into X forward, Y up, Z to the runner's right.

    Parameters
    ----------
    forward, up : str
        Axes of the file, ``+X`` ... ``-Z``.

    Returns
    -------
    ndarray, shape (3, 3)
        ``ours = rotation @ theirs``; never a mirror.

    Examples
    --------
    >>> rotation("+Y", "+Z") @ np.array([1.0, 0.0, 0.0])
    array([0., 0., 1.])
    """
    rows = []
    for axis in (forward, up):
        row = np.zeros(3)
        row["XYZ".index(axis[1])] = -1.0 if axis[0] == "-" else 1.0
        rows.append(row)
    return np.array([*rows, np.cross(rows[0], rows[1])]) + 0.0


def points_of(recording: Recording) -> Points | None:
    """The markers of a recording, also where a table has them as columns ``name.X name.Y name.Z``.

    Parameters
    ----------
    recording : Recording

    Returns
    -------
    Points or None
    """
    if recording.points is not None or recording.channels is None:
        return recording.points
    channels = recording.channels
    found: dict[str, dict[str, int]] = {}
    for place, name in enumerate(channels.names):
        match = _COMPONENT.fullmatch(name)
        if match:
            found.setdefault(match[1], {})[match[2].upper()] = place
    whole = {
        name: parts
        for name, parts in found.items()
        if len(parts) == 3 and {channels.units[place] for place in parts.values()} <= _LENGTHS
    }
    if not whole or channels.normalized:
        return None
    places = np.array([[parts[axis] for axis in "XYZ"] for parts in whole.values()])
    units = {channels.units[place] for place in places.ravel()} - {""}
    unit = units.pop() if len(units) == 1 else ""
    return Points(tuple(whole), channels.values[:, places], unit, channels.rate_hz)


def marker_frames(recording: Recording, markers: Markers) -> MarkerFrames:
    """Markers in canonical names, meters, X forward, Y up, Z right.

    Parameters
    ----------
    recording : Recording
    markers : Markers
        Section of the recipe.

    Returns
    -------
    MarkerFrames
        The markers that the recipe names and the file has.

    Raises
    ------
    DataError
        If there are no markers, none of the names is there, or unit or rate is not known.
    """
    source = recording.source
    points = points_of(recording)
    if points is None:
        family = recording.family
        remedy = "Is it a file of joint angles? Then the cohort starts from angles."
        raise DataError(say(source, f"there are no markers in this {family} file", "", remedy))
    if points.unit and markers.unit and points.unit != markers.unit:
        found = f"the file says {points.unit}, {FILE_NAME} says {markers.unit}"
        remedy = "Leave unit in [markers] empty if the file is right."
        raise DataError(say(source, found, "the same unit", remedy))
    unit = points.unit or markers.unit
    if unit not in METERS:
        found = f"the unit is {unit!r}" if unit else "the file does not say its unit"
        raise DataError(say(source, found, "mm, cm or m", "Say it in [markers]: unit."))
    rate = markers.rate_hz if np.isnan(points.rate_hz) else points.rate_hz
    if rate is None or not 0 < rate < 100_000:
        found = f"the rate is {points.rate_hz:g} Hz"
        raise DataError(say(source, found, "frames per second", "Say it in [markers]: rate_hz."))
    if markers.rate_hz and not np.isclose(rate, markers.rate_hz):
        found = f"the file says {rate:g} Hz, {FILE_NAME} says {markers.rate_hz:g}"
        raise DataError(say(source, found, "the same rate"))
    there = {name: place for place, name in enumerate(points.names)}
    named = {ours: theirs for ours, theirs in markers.names.items() if theirs in there}
    if not named:
        raise DataError(_none_there(source, markers, points))
    places = [there[theirs] for theirs in named.values()]
    reach = float(np.nanmax(np.abs(points.positions[:, places]), initial=0.0))
    if reach > LARGEST:
        found = f"a marker reaches {reach:.3g} {unit}"
        raise DataError(say(source, found, "what can be measured", "Export it again."))
    turn = METERS[unit] * rotation(markers.forward, markers.up)
    positions = points.positions[:, places] @ turn.T
    return MarkerFrames(tuple(named), positions, float(rate), source)


def check_names(recordings: Sequence[Recording], markers: Markers) -> None:
    """Refuse a name of the recipe that no file of the trial has; each may lack some.

    Parameters
    ----------
    recordings : sequence of Recording
        The running trial, and the standing trial if there is one.
    markers : Markers
        Section of the recipe.

    Raises
    ------
    DataError
        With the nearest names that are there.
    """
    there = dict.fromkeys(
        name for one in recordings if (points := points_of(one)) for name in points.names
    )
    absent = [theirs for theirs in markers.names.values() if theirs not in there]
    if not absent:
        return
    spare = [name for name in there if name not in set(markers.names.values())]
    hints = [
        f"{theirs!r}" + (f" (nearest: {close[0]!r})" if close else "")
        for theirs in absent[:6]
        for close in [difflib.get_close_matches(theirs, spare, 1, 0.6)]
    ]
    more = f" and {len(absent) - 6} more" if len(absent) > 6 else ""
    source = " and ".join(one.source for one in recordings)
    remedy = "Correct the names in [markers.names], or take out those that were never set."
    found = f"there is no marker {', '.join(hints)}{more}"
    raise DataError(say(source, found, "the markers that the recipe names", remedy))


def _none_there(source: str, markers: Markers, points: Points) -> str:
    theirs = next(iter(markers.names.values()))
    close = difflib.get_close_matches(theirs, points.names, 1, 0.6)
    hint = f"Is {theirs!r} called {close[0]!r} here?" if close else ""
    found = "it has none of the markers that the recipe names"
    some = ", ".join(points.names[:8])
    return say(source, found, ", ".join(list(markers.names.values())[:6]), f"It has {some}. {hint}")


def has_forces(recording: Recording, forces: Forces = NOTHING_SAID) -> bool:
    """Whether a recording holds ground reaction forces."""
    return bool(recording.plates) or _plate_of_columns(recording, forces) is not None


def force_frames(
    recording: Recording, markers: Markers, forces: Forces = NOTHING_SAID
) -> ForceFrames:
    """The force of all plates together, acting on the runner, and its center of pressure.

    Parameters
    ----------
    recording : Recording
    markers : Markers
        Section of the recipe: forces have the axes of the markers.
    forces : Forces
        Section of the recipe: rate, unit of the center of pressure and columns.

    Returns
    -------
    ForceFrames

    Raises
    ------
    DataError
        If there are no forces, their rate is not known or contradicts the recipe, or plates differ
        in rate or length.
    """
    source = recording.source
    plates = recording.plates
    if not plates:
        plate = _plate_of_columns(recording, forces)
        if plate is None:
            remedy = 'Or let events come from markers: [events] source = "markers".'
            raise DataError(say(source, "there are no forces", "force plates", remedy))
        plates = (plate,)
    rates = {plate.rate_hz for plate in plates}
    lengths = {len(plate.force) for plate in plates}
    if len(rates) > 1 or len(lengths) > 1:
        found = f"plates have {sorted(rates)} samples per second and {sorted(lengths)} samples"
        raise DataError(say(source, found, "the same for all plates"))
    rate = _force_rate(rates.pop(), forces, source)
    turn = rotation(markers.forward, markers.up)
    total = np.zeros((lengths.pop(), 3))
    moment, weight = np.zeros_like(total), np.zeros(len(total))
    for plate in plates:
        if forces.unit and plate.length_unit and forces.unit != plate.length_unit:
            found = f"[forces] of the recipe says {forces.unit}, the file {plate.length_unit}"
            raise DataError(say(source, found, "the same in both"))
        unit = plate.length_unit or forces.unit or markers.unit or "m"
        newtons = NEWTONS.get(plate.force_unit.casefold())
        if newtons is None or unit not in METERS:
            found = f"{plate.name} is in {plate.force_unit or 'no unit'} and {unit}"
            raise DataError(say(source, found, "N or kN, and mm, cm or m"))
        force, cop = newtons * plate.force @ turn.T, METERS[unit] * plate.cop @ turn.T
        total += force
        load = np.where(np.isnan(cop).any(axis=1), 0.0, np.clip(force[:, 1], 0.0, None))
        moment += load[:, None] * np.nan_to_num(cop)
        weight += load
    with np.errstate(invalid="ignore", divide="ignore"):
        # Where several plates carry, the center of pressure of their sum.
        cop_m = moment / weight[:, None]
    return ForceFrames(total, cop_m, float(rate), source)


def forces_by_side(
    recording: Recording, markers: Markers, forces: Forces = NOTHING_SAID
) -> dict[str, ForceFrames]:
    """The force under each foot, where the file says which plate is whose; else nothing.

    Parameters and errors are those of `force_frames`.

    Returns
    -------
    dict of str to ForceFrames
        ``left`` and ``right``, or empty.
    """
    sides = {plate.side for plate in recording.plates}
    if sides != {"left", "right"}:
        return {}
    return {
        side: force_frames(
            replace(recording, plates=tuple(p for p in recording.plates if p.side == side)),
            markers,
            forces,
        )
        for side in ("left", "right")
    }


def _force_rate(stated: float, forces: Forces, source: str) -> float:
    """Samples per second, of the file or the recipe."""
    said = forces.rate_hz
    if 0 < stated < 1_000_000:
        if said is not None and abs(said / stated - 1) > 0.001:
            found = f"[forces] of the recipe says {said:g} Hz, the file {stated:g} Hz"
            raise DataError(say(source, found, "the same in both"))
        return float(stated)
    if said is None:
        found = "the file does not say how many samples of force there are per second"
        remedy = "Say it in the recipe: [forces] rate_hz = 1000."
        raise DataError(say(source, found, "a rate", remedy))
    return float(said)


def _plate_of_columns(recording: Recording, forces: Forces) -> Plate | None:
    """A plate whose force and center of pressure are plain columns."""
    channels = recording.channels
    if channels is None:
        return None
    places = {name.casefold(): place for place, name in enumerate(channels.names)}
    wanted = [places.get(forces.columns.get(name, name).casefold()) for name in FORCE_COLUMNS]
    if None in wanted:
        absent = [name for name in forces.columns.values() if name.casefold() not in places]
        if absent:
            shown = ", ".join(channels.names[:8])
            found = f"there is no column {', '.join(map(repr, absent))}"
            raise DataError(
                say(recording.source, found, f"such as {shown}", "Correct [forces.columns].")
            )
        return None
    values, unit = channels.values[:, wanted], channels.units[wanted[3]]
    return Plate("plate_1", values[:, :3], values[:, 3:], channels.rate_hz, "N", unit)

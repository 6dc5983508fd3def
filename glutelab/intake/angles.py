"""From the channels of a file to joint angles with this library's names, unit and signs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glutelab.errors import DataError, ProblemList, say
from glutelab.formats.recording import Channels, Recording
from glutelab.frames import AngleFrames
from glutelab.kinematics import ANGLE_NAMES

__all__ = ["DEGREES", "LARGEST", "angle_curves", "angle_frames"]

DEGREES = {"deg": 1.0, "rad": float(np.degrees(1.0))}
LARGEST = 1e9  # whatever the unit is, no angle is larger
_SPELLED = {"degrees": "deg", "degree": "deg", "°": "deg", "radians": "rad", "radian": "rad"}
Columns = Mapping[tuple[str, str], tuple[str, float, float]]


def angle_frames(
    recording: Recording, columns: Columns, unit: str = "", *, rate_hz: float = np.nan, trial=""
) -> AngleFrames:
    """Joint angles of a recording, frame by frame.

    Parameters
    ----------
    recording : Recording
        With channels that are not normalized.
    columns : dict of (side, variable) to (channel, factor, offset_deg)
        From `preset_columns`, or the recipe.
    unit : {"", "deg", "rad"}
        Needed where the file does not say; must not contradict it.
    rate_hz : float
        Needed where the file does not say.
    trial : str
        Which, where the file holds several.

    Returns
    -------
    AngleFrames
        ``thigh_angle_deg`` and ``shank_angle_deg`` are derived where they are not in the file but
        hip, knee and pelvic tilt are. Its ``notes`` say what was turned, shifted and derived.

    Raises
    ------
    ProblemList
        Everything that does not fit: absent and doubled channels, units, unknown sides and
        variables.
    DataError
        If there are no channels, they are normalized, or the rate is not known.
    """
    channels = _channels_of(recording, normalized=False)
    stated = channels.rate_hz if np.isfinite(channels.rate_hz) else rate_hz
    if not np.isfinite(stated) or stated <= 0:
        found = "the file does not say how many frames there are per second"
        remedy = "Say it in the recipe: [angles] rate_hz = 150."
        raise DataError(say(recording.source, found, "a rate", remedy))
    if np.isfinite(rate_hz) and abs(rate_hz / stated - 1) > 0.001:
        found = f"the recipe says {rate_hz:g} Hz, the file {stated:g} Hz"
        raise DataError(say(recording.source, found, "the same in both"))
    found, notes = _turned(recording, channels, columns, unit, trial)
    problems = [
        say(recording.source, f"{name} stands in {values.shape[0]} columns of the {side} side")
        for (side, name), values in found.items()
        if values.shape[0] > 1
    ]
    if problems:
        held = sorted(set(channels.trials) - {""})
        if len(held) > 1:
            found = f"it holds {len(held)} trials side by side: {', '.join(held[:4])}"
            remedy = "Export each to a file of its own, with runner and speed in its name."
            problems = [say(recording.source, found, "one trial in a file", remedy)]
        raise ProblemList(recording.source, problems)
    by_side, more = _with_segments({key: values[0] for key, values in found.items()})
    return AngleFrames(by_side, float(stated), recording.source, (*notes, *more))


def angle_curves(
    recording: Recording, columns: Columns, unit: str = "", *, trial: str = ""
) -> tuple[dict[str, dict[str, np.ndarray]], tuple[str, ...]]:
    """Curves over the gait cycle of a recording, for `process_curves`.

    Parameters are those of `angle_frames`.

    Returns
    -------
    curves : dict of str to dict of str to ndarray, shape (n_strides, n_points)
        By side and variable; a channel that comes several times is as many strides.
    notes : tuple of str
    """
    channels = _channels_of(recording, normalized=True)
    found, notes = _turned(recording, channels, columns, unit, trial)
    by_side, more = _with_segments(found)
    return by_side, (*notes, *more)


def _channels_of(recording: Recording, *, normalized: bool) -> Channels:
    channels = recording.channels
    if channels is None or not channels.names:
        raise DataError(say(recording.source, "there are no joint angles", "channels of angles"))
    if channels.normalized != normalized:
        kinds = ("frame by frame", "curves over the gait cycle")
        found, expected = kinds[channels.normalized], kinds[normalized]
        raise DataError(say(recording.source, f"its angles are {found}", expected))
    return channels


def _turned(recording: Recording, channels: Channels, columns: Columns, unit: str, trial: str):
    """Values by side and variable, shape (n_columns, n_rows), degrees; and what was done."""
    source, problems, notes = recording.source, [], []
    of_trial = channels.trials or ("",) * len(channels.names)
    if trial and trial not in of_trial:
        known = ", ".join(sorted(set(of_trial))) or "one trial"
        raise DataError(say(source, f"there is no trial {trial!r}", known))
    unit = _SPELLED.get(unit, unit)
    if unit and unit not in DEGREES:
        raise DataError(say(source, f"unit is {unit!r}", "deg or rad"))
    found, turned, shifted, radians, unstated = {}, [], [], False, []
    for (side, variable), (name, factor, offset_deg) in columns.items():
        if side not in ("left", "right") or variable not in ANGLE_NAMES:
            expected = f"left or right, and one of {', '.join(ANGLE_NAMES)}"
            problems.append(say(source, f"{name!r} is to be {variable!r}, {side!r}", expected))
            continue
        if not np.isfinite([factor, offset_deg]).all() or factor == 0:
            numbers = f"{name!r} is to be multiplied with {factor:g} and shifted by {offset_deg:g}"
            problems.append(say(source, numbers, "1 or -1, and degrees"))
            continue
        places = [
            k
            for k, one in enumerate(channels.names)
            if one == name and (not trial or of_trial[k] == trial)
        ]
        if not places:
            shown = ", ".join(dict.fromkeys(channels.names[:8]))
            problems.append(say(source, f"there is no channel {name!r}", f"such as {shown}"))
            continue
        said = {_SPELLED.get(one, one) for one in (channels.units[k] for k in places)} - {""}
        if said - set(DEGREES) or len(said) > 1:
            problems.append(say(source, f"{name!r} is in {', '.join(sorted(said))}", "deg or rad"))
            continue
        own = next(iter(said), unit)
        if not own:
            unstated.append(name)
            continue
        if unit and own != unit:
            text = f"the recipe says {unit}, the file says that {name!r} is in {own}"
            problems.append(say(source, text, "the same in both"))
            continue
        values = channels.values[:, places].T
        if np.nanmax(np.abs(values), initial=0.0) > LARGEST:
            problems.append(say(source, f"{name!r} reaches {np.nanmax(np.abs(values)):.3g}", own))
            continue
        values = values * (DEGREES[own] * factor) + offset_deg
        found[side, variable] = values
        radians |= own == "rad"
        turned += [f"{side} {variable}"] * (factor < 0)
        if offset_deg:
            shifted.append(f"{side} {variable} by {offset_deg:+g} degrees")
        if abs(factor) != 1:
            notes.append(f"{name} was multiplied with {factor:g}")
    if unstated:
        listed = ", ".join(unstated[:4]) + f" and {len(unstated) - 4} more" * (len(unstated) > 4)
        remedy = 'Say it in the recipe: [angles] unit = "deg".'
        problems.append(say(source, f"the unit of {listed} is not stated", "deg or rad", remedy))
    if problems:
        raise ProblemList(source, problems)
    if not found:
        raise DataError(say(source, "no column is named", "hip and knee flexion of a side"))
    if radians:
        notes.append("radians were turned into degrees")
    if turned:
        notes.append(f"sign changed: {', '.join(turned)}")
    if shifted:
        notes.append(f"shifted: {', '.join(shifted)}")
    return found, notes


def _with_segments(found: Mapping[tuple[str, str], np.ndarray]):
    """By side, with thigh and shank where they follow from what there is; and notes."""
    by_side: dict[str, dict[str, np.ndarray]] = {}
    for (side, name), values in found.items():
        by_side.setdefault(side, {})[name] = values
    made = {}
    for side, there in by_side.items():
        if "thigh_angle_deg" not in there and {"hip_flexion_deg", "pelvic_tilt_deg"} <= set(there):
            there["thigh_angle_deg"] = there["hip_flexion_deg"] - there["pelvic_tilt_deg"]
            made.setdefault("thigh_angle_deg = hip flexion - pelvic tilt", []).append(side)
        if "shank_angle_deg" not in there and {"knee_flexion_deg", "thigh_angle_deg"} <= set(there):
            there["shank_angle_deg"] = there["knee_flexion_deg"] - there["thigh_angle_deg"]
            made.setdefault("shank_angle_deg = knee flexion - thigh angle", []).append(side)
    # In rbds2017 (all frames) the first rule is 0.1 degrees off on average, at most 2.6.
    notes = [f"derived, not measured: {rule} ({', '.join(sides)})" for rule, sides in made.items()]
    return by_side, notes

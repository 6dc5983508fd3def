"""C3D files: markers, force plates, the maker's joint angles and events.

Read with ezc3d (Michaud B, Begon M 2021, J Open Source Softw 6:2911, doi 10.21105/joss.02911) after
`check_layout` has found the file in order.
"""

from __future__ import annotations

import re
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.errors import DataError, say
from glutelab.formats.c3d_layout import AGAIN, Layout, check_layout, looks_like_c3d
from glutelab.formats.c3d_plates import force_plates
from glutelab.formats.recording import Channels, Points, Recording
from glutelab.formats.tabular import read_bytes

__all__ = ["looks_like_c3d", "read_c3d"]

MODELED = ("ANGLES", "FORCES", "MOMENTS", "POWERS", "SCALARS", "REACTIONS")
_OUTPUT = re.compile(r"[LR][A-Z]\w*(Angle|Force|Moment|Power)s?$")
_FORCE = re.compile(r"(F|GRF|FORCE|COP|M)_?\d*_?[XYZ]\d*$|\d_?(F|M|COP)[XYZ]$|FP\d_?[FM][XYZ]$")
_STRIKES = ("footstrike", "heelstrike", "footon", "initialcontact", "hs", "fs", "ic", "on")
_OFFS = ("footoff", "toeoff", "to", "fo", "off")
SIDES = {"left": "left", "right": "right", "l": "left", "r": "right"}
LARGEST = 1e6  # of a coordinate; mm are the smallest unit in use, so this is a kilometer


def read_c3d(path: str | Path) -> Recording:
    """Everything of a C3D file that a cohort can use.

    Parameters
    ----------
    path : path
        A C3D file of an Intel or DEC processor, plain or packed as ``.gz``.

    Returns
    -------
    Recording
        Markers that were not seen (negative residual, or 0 0 0) are NaN. Joint angles that the
        maker's software stored among the points stand in `channels`; its moments, powers and forces
        are left out, with a note. Force acts on the runner: where the plate is loaded it points to
        the side of the plate on which the markers are. Events count from the first frame.
        Names of subjects are not read, and are cut off labels (``Name:LASI``).

    Raises
    ------
    DataError
        If the file is cut off, damaged or contradicts itself.
    """
    path = Path(path)
    if path.suffix == ".gz":
        content = read_bytes(path)
        with tempfile.TemporaryDirectory() as folder:
            unpacked = Path(folder) / "unpacked.c3d"
            unpacked.write_bytes(content)
            return _read(unpacked, path.name)
    if not path.is_file():
        raise DataError(say(path.name, "no such file", f"a file in {path.parent}"))
    return _read(path, path.name)


def _read(path: Path, name: str) -> Recording:
    import ezc3d  # here, not above: only those who read C3D wait for it

    layout = check_layout(path, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            file = ezc3d.c3d(str(path))
            parameters = {
                group.upper(): {
                    key.upper(): entry["value"]
                    for key, entry in entries.items()
                    if isinstance(entry, dict) and "value" in entry
                }
                for group, entries in file["parameters"].items()
            }
            points = np.asarray(file["data"]["points"], dtype=float)[:3].transpose(2, 1, 0)
            residuals = np.asarray(file["data"]["meta_points"]["residuals"], dtype=float)[0].T
            analog = np.asarray(file["data"]["analogs"], dtype=float)[0].T
    except Exception as error:  # whatever C++ throws at a damaged file
        found = f"cannot be read as C3D ({str(error).splitlines()[0] if str(error) else 'damaged'})"
        raise DataError(say(name, found, "a complete C3D file", AGAIN)) from error
    _check_shapes(layout, points, residuals, analog, name)
    return _recording(name, layout, parameters, points, residuals, analog)


def _check_shapes(layout: Layout, points, residuals, analog, name: str) -> None:
    expected = (layout.n_frames, layout.n_points)
    samples = layout.n_frames * layout.samples_per_frame if layout.n_channels else 0
    wrong = layout.n_points and (points.shape[:2] != expected or residuals.shape != expected)
    if wrong or (samples and analog.shape != (samples, layout.n_channels)):
        found = f"{points.shape[0]} frames of {points.shape[1]} points came out"
        raise DataError(say(name, found, f"{expected[0]} of {expected[1]}, as it says", AGAIN))
    for values, what in ((points, "a marker"), (analog, "an analog channel")):
        size = np.abs(values[~np.isnan(values)])
        limit = LARGEST if what == "a marker" else 1e12
        if size.size and size.max() > limit:
            found = f"{what} reaches {size.max():.3g}"
            raise DataError(say(name, found, "what can be measured", AGAIN))


def _recording(name, layout: Layout, parameters, points, residuals, analog) -> Recording:
    of_points, of_analog = parameters.get("POINT", {}), parameters.get("ANALOG", {})
    notes: list[str] = []
    rate = float(_first(of_points, "RATE", 0.0)) or np.nan
    labels = _labels(of_points, layout.n_points, "unnamed", parameters.get("SUBJECTS", {}), notes)
    labels = _each_once(labels, name, notes)
    unit = str(_first(of_points, "UNITS", "")).strip().lower()
    kinds = _kinds(labels, of_points, parameters.get("SUBJECTS", {}))
    markers = [i for i, kind in enumerate(kinds) if kind == ""]
    angles = [i for i, kind in enumerate(kinds) if kind == "ANGLES"]
    unseen = (residuals < 0) | np.isnan(points).any(axis=2)
    found = points[:, markers]
    found[unseen[:, markers] | (found == 0).all(axis=2)] = np.nan
    for kind in MODELED[1:]:
        if count := kinds.count(kind):
            notes.append(f"{count} computed {kind.lower()} among the points were left out.")
    channels = _angles(labels, angles, points, unseen, of_points, rate)
    if angles:
        notes.append(f"{len(angles)} joint angles that the maker's software computed are channels.")

    n_channels = layout.n_channels
    channel_names = _labels(of_analog, n_channels, "channel", {}, [])
    channel_units = tuple(_texts(of_analog, "UNITS")[:n_channels])
    channel_units += ("",) * (n_channels - len(channel_units))
    analog_rate = rate * layout.samples_per_frame
    plates, used, plate_notes = force_plates(
        parameters.get("FORCE_PLATFORM", {}) if len(analog) else {},
        analog,
        channel_units,
        analog_rate,
        unit,
        _up(found, of_points),
    )
    notes += plate_notes
    rest = [i for i in range(n_channels) if i not in used]
    forces = [i for i in rest if _FORCE.search(channel_names[i].upper().replace(" ", ""))]
    if forces and channels is None:
        channels = Channels(
            tuple(channel_names[i] for i in forces),
            analog[:, forces],
            tuple(channel_units[i] for i in forces),
            analog_rate,
        )
        rest = [i for i in rest if i not in forces]
    if rest:
        notes.append(f"{len(rest)} analog channels that belong to no force plate were left out.")
    duration = layout.n_frames / rate
    events = _events(parameters.get("EVENT", {}), layout, rate, duration, notes)
    about = {
        "software": _maker(parameters.get("MANUFACTURER", {})),
        "x_screen": str(_first(of_points, "X_SCREEN", "")),
        "y_screen": str(_first(of_points, "Y_SCREEN", "")),
        "first_frame": str(layout.first_frame),
    }
    return Recording(
        name,
        "c3d",
        Points(tuple(labels[i] for i in markers), found, unit, rate) if markers else None,
        channels,
        plates,
        events,
        {key: value for key, value in about.items() if value},
        tuple(notes),
    )


def _texts(group: dict, name: str) -> list[str]:
    """Texts of LABELS, LABELS2, LABELS3 ... in one list."""
    texts, number = [], 1
    while (key := name if number == 1 else f"{name}{number}") in group:
        texts += [str(text).strip() for text in np.ravel(np.asarray(group[key], dtype=object))]
        number += 1
    return texts


def _first(group: dict, name: str, default):
    values = np.ravel(np.asarray(group.get(name, []), dtype=object))
    return values[0] if len(values) else default


def _labels(group: dict, count: int, word: str, subjects: dict, notes: list[str]) -> list[str]:
    """One name per point; a subject's name in front of it is cut off."""
    stored = _texts(group, "LABELS")[:count]
    stored += [""] * (count - len(stored))
    short = [_without_subject(label, subjects) for label in stored]
    if short != stored:
        notes.append("Labels began with a subject's name, which was cut off.")
    if nameless := sum(not label for label in short):
        notes.append(f"{nameless} of {count} have no name in the file.")
    return [label or f"{word}_{place + 1}" for place, label in enumerate(short)]


def _without_subject(label: str, subjects: dict) -> str:
    for prefix in _texts(subjects, "LABEL_PREFIXES"):
        if prefix and label.startswith(prefix) and len(label) > len(prefix):
            return label[len(prefix) :].lstrip(":")
    return label.rsplit(":", 1)[-1].strip()


def _each_once(labels: list[str], name: str, notes: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    for place, label in enumerate(labels):
        seen[label] = seen.get(label, 0) + 1
        if seen[label] > 1:
            labels[place] = f"{label}_{seen[label]}"
    twice = [label for label, count in seen.items() if count > 1]
    if len(twice) >= 5 and any("subject" in note for note in notes):
        found = f"{len(twice)} markers come once for each of several subjects"
        raise DataError(say(name, found, "one runner per file", "Export each runner by itself."))
    if twice:
        notes.append(f"Used more than once, and numbered: {', '.join(twice[:5])}.")
    return labels


def _kinds(labels: list[str], group: dict, subjects: dict) -> list[str]:
    """What a point is: a marker (empty), or ANGLES, MOMENTS ... of the maker's software."""
    listed = {
        _without_subject(label, subjects): kind for kind in MODELED for label in _texts(group, kind)
    }
    kinds = []
    for label in labels:
        output = _OUTPUT.match(label)
        kinds.append(listed.get(label) or (f"{output[1].upper()}S" if output else ""))
    return kinds


def _angles(labels, places, points, unseen, group: dict, rate: float) -> Channels | None:
    if not places:
        return None
    values = np.where(unseen[:, places, None], np.nan, points[:, places])
    unit = str(_first(group, "ANGLE_UNITS", "deg")).strip().lower()
    unit = {"degrees": "deg", "degree": "deg", "radians": "rad", "": "deg"}.get(unit, unit)
    names = tuple(f"{labels[i]}.{axis}" for i in places for axis in "XYZ")
    return Channels(names, values.reshape(len(points), -1), (unit,) * len(names), rate)


def _up(markers: np.ndarray, group: dict) -> tuple[np.ndarray, str]:
    seen = markers[~np.isnan(markers).any(axis=2)]
    if len(seen):
        return seen.mean(axis=0), "markers"
    screen = re.fullmatch(r"([+-]?)([XYZ])", str(_first(group, "Y_SCREEN", "")).strip().upper())
    if not screen:
        return np.zeros(3), ""
    sign = -1.0 if screen[1] == "-" else 1.0
    return sign * np.eye(3)["XYZ".index(screen[2])], "screen"


def _events(group: dict, layout: Layout, rate: float, duration: float, notes: list[str]):
    """Foot strikes and toe-offs; minutes and seconds in the file, counted as its frames are."""
    times = np.asarray(group.get("TIMES", []), dtype=float).ravel(order="F")
    labels, contexts = _texts(group, "LABELS"), _texts(group, "CONTEXTS")
    count = min(int(_first(group, "USED", 0)), len(times) // 2, len(labels))
    rows, other, outside = [], 0, 0
    for place in range(count):
        word = re.sub(r"[^a-z]", "", labels[place].lower())
        context = contexts[place].strip().lower() if place < len(contexts) else ""
        side = SIDES.get(context, "")
        short = re.match(r"(left|right|l|r)(.+)", word)
        if not side and short and short[2] in _STRIKES + _OFFS:
            side, word = SIDES[short[1]], short[2]
        event = "foot_strike" if word in _STRIKES else "toe_off" if word in _OFFS else ""
        if not (event and side):
            other += 1
            continue
        time = 60 * times[2 * place] + times[2 * place + 1] - (layout.first_frame - 1) / rate
        if not -0.5 / rate <= time <= duration:
            outside += 1
            continue
        rows.append((event, side, time))
    if other:
        notes.append(f"{other} events that are no foot strike or toe-off of a side were left out.")
    if outside:
        notes.append(f"{outside} events lie outside the frames of the file and were left out.")
    if not rows:
        return None
    table = pd.DataFrame(rows, columns=["event", "side", "time_s"])
    return table.sort_values("time_s", ignore_index=True)


def _maker(group: dict) -> str:
    words = [str(_first(group, key, "")).strip() for key in ("COMPANY", "SOFTWARE")]
    version = group.get("VERSION_LABEL", group.get("VERSION", []))
    words.append(".".join(str(part).strip() for part in np.ravel(np.asarray(version, object))))
    return " ".join(word for word in words if word)[:100]

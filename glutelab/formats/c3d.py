"""C3D files: markers, segment poses, force plates, the maker's joint angles and events.

Read with ezc3d (Michaud B, Begon M 2021, J Open Source Softw 6:2911, doi 10.21105/joss.02911) after
`check_layout` has found the file in order.
"""

from __future__ import annotations

import re
import tempfile
import warnings
from pathlib import Path

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.c3d_events import events_of
from glutelab.formats.c3d_layout import Layout, check_layout, looks_like_c3d
from glutelab.formats.c3d_parameters import first, texts
from glutelab.formats.c3d_plates import force_plates
from glutelab.formats.c3d_section import AGAIN
from glutelab.formats.content import GZIP, read_content
from glutelab.formats.point_names import point_names, without_subject
from glutelab.formats.recording import Channels, Points, Recording
from glutelab.formats.theia import SIGNS, Poses, angles_of_poses
from glutelab.formats.units import unit_of

__all__ = ["looks_like_c3d", "read_c3d"]

MODELED = ("ANGLES", "FORCES", "MOMENTS", "POWERS", "SCALARS", "REACTIONS")
_OUTPUT = re.compile(r"[LR][A-Z]\w*(Angle|Force|Moment|Power)s?$")
_FORCE = re.compile(r"(F|GRF|FORCE|COP|M)_?\d*_?[XYZ]\d*$|\d_?(F|M|COP)[XYZ]$|FP\d_?[FM][XYZ]$")
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
        Names of subjects are not read, and are cut off labels (``Name:LASI``). Segment poses of
        Theia3D (a group ROTATION) become joint angles, and the origins of the segments points: see
        `glutelab.formats.theia.angles_of_poses`.

    Raises
    ------
    DataError
        If the file is cut off, damaged or contradicts itself.
    """
    path = Path(path)
    if not path.is_file():
        raise DataError(say(path.name, "no such file", f"a file in {path.parent}"))
    with path.open("rb") as file:
        is_packed = file.read(len(GZIP)) == GZIP
    if is_packed:
        content = read_content(path)
        with tempfile.TemporaryDirectory() as folder:
            unpacked = Path(folder) / "unpacked.c3d"
            unpacked.write_bytes(content)
            return _read(unpacked, path.name)
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
            rotations = np.asarray(file["data"]["rotations"], dtype=float)
    except Exception as error:  # whatever C++ throws at a damaged file
        found = f"cannot be read as C3D ({str(error).splitlines()[0] if str(error) else 'damaged'})"
        raise DataError(say(name, found, "a complete C3D file", AGAIN)) from error
    _check_shapes(layout, points, residuals, analog, name)
    poses = _poses(layout, parameters, rotations, name) if layout.n_poses else None
    return _recording(name, layout, parameters, points, residuals, analog, poses)


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


def _poses(layout: Layout, parameters, rotations: np.ndarray, name: str) -> Poses:
    expected = (4, 4, layout.n_poses, layout.n_frames * layout.poses_per_frame)
    labels = texts(parameters.get("ROTATION", {}), "LABELS")[: layout.n_poses]
    if rotations.shape != expected or len(labels) != layout.n_poses:
        found = f"{rotations.shape[2:]} segment poses with {len(labels)} names came out"
        raise DataError(say(name, found, f"{expected[2:]}, as it says", AGAIN))
    of_points = parameters.get("POINT", {})
    unit = str(first(of_points, "UNITS", "")).strip().lower()
    rate = float(first(of_points, "RATE", 0.0)) * layout.poses_per_frame or np.nan
    prefixes = texts(parameters.get("SUBJECTS", {}), "LABEL_PREFIXES")
    labels = tuple(without_subject(label, prefixes) for label in labels)
    return Poses(labels, rotations.transpose(2, 3, 0, 1), unit, rate)


def _with_poses(
    poses: Poses, markers: Points | None, channels: Channels | None, name: str, notes: list[str]
) -> tuple[Points, Channels | None, bool]:
    """Angles and origins of the segments beside what else the file holds; whether there are any."""
    try:
        angles, origins, more = angles_of_poses(poses, name)
    except DataError as error:
        # Other programs store other rotations; what they tracked is still worth reading.
        if markers is None or any(label.casefold() == "pelvis_4x4" for label in poses.names):
            raise
        notes.append(f"{len(poses.names)} segment poses were left out. {error}")
        return markers, channels, False
    notes += more
    if markers is not None and markers.rate_hz == origins.rate_hz:
        positions = np.concatenate([origins.positions, markers.positions], axis=1)
        origins = Points((*origins.names, *markers.names), positions, poses.unit, poses.rate_hz)
    elif markers is not None:
        notes.append(f"{len(markers.names)} markers at another rate than the poses were left out.")
    if channels is not None and channels.rate_hz == angles.rate_hz:
        values = np.concatenate([angles.values, channels.values], axis=1)
        names, units = angles.names + channels.names, angles.units + channels.units
        angles = Channels(names, values, units, angles.rate_hz)
    elif channels is not None:
        notes.append(f"{len(channels.names)} angles at another rate than the poses were left out.")
    return origins, angles, True


def _recording(name, layout: Layout, parameters, points, residuals, analog, poses) -> Recording:
    of_points, of_analog = parameters.get("POINT", {}), parameters.get("ANALOG", {})
    notes: list[str] = []
    rate = float(first(of_points, "RATE", 0.0)) or np.nan
    prefixes = texts(parameters.get("SUBJECTS", {}), "LABEL_PREFIXES")
    labels = point_names(_labels(of_points, layout.n_points), name, notes, prefixes)
    unit = str(first(of_points, "UNITS", "")).strip().lower()
    kinds = _kinds(labels, of_points, prefixes)
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
    seen = Points(tuple(labels[i] for i in markers), found, unit, rate) if markers else None
    is_posed = False
    if poses is not None:
        seen, channels, is_posed = _with_poses(poses, seen, channels, name, notes)

    n_channels = layout.n_channels
    stored = enumerate(_labels(of_analog, n_channels), start=1)
    channel_names = [without_subject(label) or f"channel_{place}" for place, label in stored]
    channel_units = tuple(texts(of_analog, "UNITS")[:n_channels])
    channel_units += ("",) * (n_channels - len(channel_units))
    analog_rate = rate * layout.samples_per_frame
    plates, used, plate_notes = force_plates(
        parameters.get("FORCE_PLATFORM", {}) if len(analog) else {},
        analog,
        channel_units,
        analog_rate,
        unit,
        _up(seen, of_points),
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
    group = parameters.get("EVENT", {})
    events = events_of(group, layout.first_frame, layout.n_frames, rate, notes)
    about = {
        "software": _maker(parameters.get("MANUFACTURER", {})),
        "x_screen": str(first(of_points, "X_SCREEN", "")),
        "y_screen": str(first(of_points, "Y_SCREEN", "")),
        "first_frame": str(layout.first_frame),
        "angles": SIGNS if is_posed else "",
    }
    return Recording(
        name,
        "c3d",
        seen,
        channels,
        plates,
        events,
        {key: value for key, value in about.items() if value},
        tuple(notes),
    )


def _labels(group: dict, count: int) -> list[str]:
    stored = texts(group, "LABELS")[:count]
    return stored + [""] * (count - len(stored))


def _kinds(labels: list[str], group: dict, prefixes: list[str]) -> list[str]:
    """What a point is: a marker (empty), or ANGLES, MOMENTS ... of the maker's software."""
    listed = {
        without_subject(label, prefixes): kind for kind in MODELED for label in texts(group, kind)
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
    unit = unit_of(str(first(group, "ANGLE_UNITS", "")) or "deg")
    names = tuple(f"{labels[i]}.{axis}" for i in places for axis in "XYZ")
    return Channels(names, values.reshape(len(points), -1), (unit,) * len(names), rate)


def _up(points: Points | None, group: dict) -> tuple[np.ndarray, str]:
    markers = np.empty((0, 0, 3)) if points is None else points.positions
    seen = markers[~np.isnan(markers).any(axis=2)]
    if len(seen):
        return seen.mean(axis=0), "markers"
    screen = re.fullmatch(r"([+-]?)([XYZ])", str(first(group, "Y_SCREEN", "")).strip().upper())
    if not screen:
        return np.zeros(3), ""
    sign = -1.0 if screen[1] == "-" else 1.0
    return sign * np.eye(3)["XYZ".index(screen[2])], "screen"


def _maker(group: dict) -> str:
    words = [str(first(group, key, "")).strip() for key in ("COMPANY", "SOFTWARE")]
    version = group.get("VERSION_LABEL", group.get("VERSION", []))
    words.append(".".join(str(part).strip() for part in np.ravel(np.asarray(version, object))))
    return " ".join(word for word in words if word)[:100]

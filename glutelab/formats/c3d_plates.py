"""Ground reaction force and center of pressure from the force plates of a C3D file.

Types 1 to 4 of www.c3d.org (User Guide, "The FORCE_PLATFORM group"); Kistler's type 3 by the
maker's formulas, without the polynomial that corrects the center of pressure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from glutelab.formats.c3d_parameters import flat
from glutelab.formats.recording import Plate

__all__ = ["force_plates"]

LOADED_N = 10.0  # less vertical force has no center of pressure worth the name
N_CHANNELS = {1: 6, 2: 6, 3: 8, 4: 6}
LENGTHS = {"mm": 0.001, "cm": 0.01, "m": 1.0}
FORCES = {"n": 1.0, "kn": 1000.0}


def force_plates(
    group: Mapping[str, np.ndarray],
    analog: np.ndarray,
    units: tuple[str, ...],
    rate_hz: float,
    length_unit: str,
    up: tuple[np.ndarray, str],
) -> tuple[tuple[Plate, ...], set[int], list[str]]:
    """Plates of one file.

    Parameters
    ----------
    group : dict of str to ndarray
        Parameters of FORCE_PLATFORM.
    analog : ndarray, shape (n_samples, n_channels)
    units : tuple of str
        Of the channels.
    rate_hz : float
    length_unit : str
        Of the markers, and so of corners and origins.
    up : (ndarray of shape (3,), str)
        Something above the plates (mean of the markers), or a direction; and which of the two
        (``markers``, ``screen``, or empty: not known).

    Returns
    -------
    plates : tuple of Plate
        Force on the runner.
    channels : set of int
        Channels that were used.
    notes : list of str
    """
    plates, used, notes = [], set(), []
    count = int(flat(group, "USED")[0]) if len(flat(group, "USED")) else 0
    types = flat(group, "TYPE")
    for place in range(min(count, 64)):
        name = f"plate_{place + 1}"
        kind = int(types[place]) if place < len(types) else 0
        if kind not in N_CHANNELS:
            notes.append(f"{name} is of type {kind or 'unknown'}, which is not read: left out.")
            continue
        found = _parameters(group, place, kind, analog.shape[1])
        if isinstance(found, str):
            notes.append(f"{name}: {found}: left out.")
            continue
        channels, corners, origin, calibration = found
        used.update(channels)
        signals = analog[:, channels]
        if calibration is not None:
            signals = signals @ calibration.T
        factor, unit_note = _length_factor(units[channels[3]], length_unit, kind)
        force, pressure = _on_plate(kind, signals, origin, factor)
        axes = _axes(corners)
        center = corners.mean(axis=0)
        force = force @ axes.T
        with np.errstate(invalid="ignore"):  # divided by no force
            pressure = pressure @ axes.T + center
        force_unit = units[channels[0]] or "N"
        if kind == 4:
            force_unit = "N"  # that is what the calibration matrix is for
        loaded = LOADED_N / FORCES.get(force_unit.lower(), 1.0)
        vertical, sign_note = _vertical(force, axes[:, 2], center, up, 2 * loaded)
        if vertical[1] < 0:
            force = -force
        height = force @ vertical[0]
        pressure[~(height >= loaded)] = np.nan
        pressure[~np.isfinite(pressure).all(axis=1)] = np.nan
        notes += [f"{name}: {note}" for note in (unit_note, sign_note) if note]
        notes += _off_plate(name, pressure, corners)
        plates.append(Plate(name, force, pressure, rate_hz, force_unit, length_unit))
    zero = flat(group, "ZERO")
    if plates and len(zero) >= 2 and zero[1] > zero[0] > 0:
        text = f"samples {int(zero[0])} to {int(zero[1])}"
        notes.append(f"The file names {text} as unloaded; no baseline was subtracted.")
    poly = flat(group, "FPCOPPOLY")
    if 3 in types[:count] and len(poly) and np.any(poly):
        notes.append("The correction polynomial of the center of pressure was not applied.")
    return tuple(plates), used, notes


def _parameters(group, place: int, kind: int, n_channels: int):
    """Channels, corners, origin and calibration of one plate; or what is wrong with them."""
    stored = np.asarray(group.get("CHANNEL", []))
    per_plate = stored.shape[0] if stored.ndim else 0
    channels = flat(group, "CHANNEL")[place * per_plate :][: N_CHANNELS[kind]].astype(int) - 1
    if per_plate < N_CHANNELS[kind] or len(channels) < N_CHANNELS[kind]:
        return "FORCE_PLATFORM:CHANNEL names too few channels"
    if channels.min() < 0 or channels.max() >= n_channels:
        return "FORCE_PLATFORM:CHANNEL names channels that are not in the file"
    corners = flat(group, "CORNERS")[12 * place :][:12]
    origin = flat(group, "ORIGIN")[3 * place :][:3]
    if len(corners) < 12 or len(origin) < 3:
        return "FORCE_PLATFORM:CORNERS or ORIGIN is not complete"
    corners = corners.reshape(4, 3)
    sides = np.cross(corners[0] - corners[1], corners[0] - corners[3])
    if not np.isfinite(corners).all() or not np.isfinite(origin).all() or not np.any(sides):
        return "FORCE_PLATFORM:CORNERS do not span a plate"
    if kind != 4:
        return channels.tolist(), corners, origin, None
    matrix = flat(group, "CAL_MATRIX")
    if not len(matrix):
        return channels.tolist(), corners, origin, np.eye(6)
    matrix = matrix[36 * place :][:36]
    if len(matrix) < 36 or not np.isfinite(matrix).all():
        return "FORCE_PLATFORM:CAL_MATRIX is not complete"
    return channels.tolist(), corners, origin, matrix.reshape(6, 6, order="F")


def _length_factor(unit: str, length_unit: str, kind: int) -> tuple[float, str]:
    """From the length in a moment's unit (Nmm, N.m) to that of the markers."""
    if kind == 3:  # forces only
        return 1.0, ""
    length = re.sub(r"[^a-z]", "", unit.lower()).removeprefix("k").removeprefix("n")
    if length not in LENGTHS or length_unit not in LENGTHS or length == length_unit:
        return 1.0, ""
    what = "center of pressure" if kind == 1 else "moments"
    return (
        LENGTHS[length] / LENGTHS[length_unit],
        f"{what} in {unit}, markers in {length_unit}: brought to {length_unit}.",
    )


def _on_plate(kind: int, signals: np.ndarray, origin: np.ndarray, factor: float):
    """Force and center of pressure in the axes of the plate, whose z points down."""
    if kind == 1:
        pressure = np.zeros((len(signals), 3))
        pressure[:, :2] = factor * signals[:, 3:5]
        return signals[:, :3], pressure
    if kind == 3:
        a, b = abs(origin[:2])
        x12, x34, y14, y23, z1, z2, z3, z4 = signals.T
        force = np.stack([x12 + x34, y14 + y23, z1 + z2 + z3 + z4], axis=1)
        moment = np.stack([b * (z1 + z2 - z3 - z4), a * (z2 + z3 - z1 - z4)], axis=1)
        offset = np.array([0.0, 0.0, -abs(origin[2])])
    else:
        force, moment = signals[:, :3], factor * signals[:, 3:5]
        # The transducer lies below the surface; some write the vector the other way round.
        offset = -origin if origin[2] > 0 else origin
    moment = moment + np.cross(force, offset)[:, :2]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        pressure = np.stack(
            [-moment[:, 1] / force[:, 2], moment[:, 0] / force[:, 2], np.zeros(len(force))], axis=1
        )
    return force, pressure


def _axes(corners: np.ndarray) -> np.ndarray:
    """Axes of the plate as columns: corners stand in the quadrants ++, -+, --, +-."""
    x, y = corners[0] - corners[1], corners[0] - corners[3]
    z = np.cross(x, y)
    y = np.cross(z, x)
    return np.stack([axis / np.linalg.norm(axis) for axis in (x, y, z)], axis=1)


def _vertical(force, normal, center, up, loaded: float):
    """Direction up, the sign that makes the plate push the runner up, and how it was decided."""
    place, how = up
    upward = float((place - center) @ normal) if how == "markers" else float(place @ normal)
    if not how or not upward:
        note = "nothing says where up is, so it is not known whether force acts on the runner."
        return (-normal, 1.0), note
    normal = normal * np.sign(upward)
    vertical = force @ normal
    pushes = np.nansum(vertical[np.abs(vertical) > loaded])
    reason = "the markers are above the plate" if how == "markers" else "by Y_SCREEN"
    if pushes < 0:
        note = f"stored as force on the plate ({reason}); turned to force on the runner."
        return (normal, -1.0), note
    note = f"stored as force on the runner ({reason}); taken as it is." if pushes > 0 else ""
    return (normal, 1.0), note


def _off_plate(name: str, pressure: np.ndarray, corners: np.ndarray) -> list[str]:
    seen = pressure[~np.isnan(pressure[:, 0])]
    if not len(seen):
        return []
    size = np.linalg.norm(corners[0] - corners[2])
    away = np.linalg.norm(np.median(seen, axis=0) - corners.mean(axis=0))
    if away <= size:
        return []
    text = f"{name}: the center of pressure lies {away / size:.0f} plate lengths off the plate."
    return [f"{text} Are the moments in the unit the file says?"]

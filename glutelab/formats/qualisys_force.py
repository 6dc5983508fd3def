"""One force plate of a QTM text export (``run_f_1.tsv``).

QTM states the force *on the plate* ("the data is for the actual force on the force-plate", and the
vector it draws is the opposite, https://docs.qualisys.com/qtm/content/qtm_windows/force_data_information.htm),
in axes of the plate whose Z points down, or in those of the laboratory; newer versions can also
write the reaction. The file rarely says which of these it holds, so it is decided by what a foot
can do: it only ever pushes a plate down. The corners of the plate say where down is.
"""

from __future__ import annotations

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.numbers import number
from glutelab.formats.qualisys_header import (
    AGAIN,
    Header,
    check_clock,
    check_count,
    frequency,
    leading,
)
from glutelab.formats.recording import Plate

__all__ = ["plate_of"]

LOADED_N = 50.0
_COLUMNS = [f"{what}_{axis}" for what in ("Force", "Moment", "COP") for axis in "XYZ"]


def plate_of(header: Header, where: str, name: str) -> tuple[Plate, list[str]]:
    """Force and center of pressure of a plate, in the axes of the laboratory.

    Parameters
    ----------
    header : Header
    where : str
        The file, for error texts.
    name : str
        Where the file has none.

    Returns
    -------
    plate : Plate
        Force on the runner, newtons; center of pressure, millimeters, NaN below 50 N, where QTM
        writes zeros or noise.
    notes : list of str
        What was turned from the plate's axes, or from the force on the plate.

    Raises
    ------
    DataError
        If columns are absent, or the force pushes and pulls by turns.
    """
    check_count(header.values, "NO_OF_SAMPLES", len(header.rows), where)
    values, columns = leading(header.rows, header.columns, len(_COLUMNS), where)
    if columns is not None:
        different = [
            c for c, w in zip(columns, _COLUMNS, strict=True) if c.casefold() != w.casefold()
        ]
        if different:
            found = f"a column {different[0]!r}"
            raise DataError(say(where, found, ", ".join(_COLUMNS), AGAIN))
    clocks = values.shape[1] - len(_COLUMNS)
    rate, _ = check_clock(values[:, :clocks], frequency(header.values, where), where)
    force, cop = values[:, clocks : clocks + 3], values[:, clocks + 6 :]
    name = " ".join(header.values.get("FORCE_PLATE_NAME") or []) or name
    corners = _corners(header, where)
    notes: list[str] = []
    loaded = np.linalg.norm(np.nan_to_num(force), axis=1) > LOADED_N
    if corners is None:
        notes.append(
            f"{where}: the corners of the plate are not in the file, so it is not known whether "
            "the force is on the plate or on the runner, nor in which axes; it is as in the file."
        )
    else:
        force, cop = _turned(header, force, cop, corners, where, notes)
        force = _on_the_runner(force, corners, loaded, where, notes)
    cop = np.where(loaded[:, None], cop, np.nan)
    return Plate(name, force, cop, rate, "N", "mm"), notes


def _corners(header: Header, where: str) -> np.ndarray | None:
    """Center and axes (columns x, y, z down) of the plate in the laboratory, shape (4, 3)."""
    corners = np.empty((4, 3))
    for k, corner in enumerate(("POSX_POSY", "NEGX_POSY", "NEGX_NEGY", "POSX_NEGY")):
        for axis, letter in enumerate("XYZ"):
            text = (header.values.get(f"FORCE_PLATE_CORNER_{corner}_{letter}") or [""])[0]
            value = number(text.replace(",", "."))
            if value is None:
                raise DataError(say(where, f"a corner of the plate is {text!r}", "mm", AGAIN))
            corners[k, axis] = value
    x = corners[0] + corners[3] - corners[1] - corners[2]
    y = corners[0] + corners[1] - corners[2] - corners[3]
    z = np.cross(x, y)
    lengths = [np.linalg.norm(v) for v in (x, y, z)]
    if np.isnan(corners).any() or min(lengths) < 1 or abs(x @ y) > 0.1 * lengths[0] * lengths[1]:
        return None
    axes = [v / length for v, length in zip((x, y, z), lengths, strict=True)]
    return np.array([corners.mean(axis=0), *axes])


def _turned(
    header: Header,
    force: np.ndarray,
    cop: np.ndarray,
    corners: np.ndarray,
    where: str,
    notes: list[str],
) -> tuple[np.ndarray, np.ndarray]:
    """Force and center of pressure in the axes of the laboratory, that of the markers."""
    described = " ".join(header.values.get("DESCRIPTION") or []).casefold()
    if "local" not in described:
        return force, cop
    notes.append(f"{where}: force and center of pressure were turned from the plate's axes.")
    return force @ corners[1:], cop @ corners[1:] + corners[0]


def _on_the_runner(
    force: np.ndarray, corners: np.ndarray, loaded: np.ndarray, where: str, notes: list[str]
) -> np.ndarray:
    upward = -(force @ corners[3])[loaded]
    if not len(upward):
        notes.append(f"{where}: nobody stood on the plate, so the sign of the force is not known.")
        return force
    pulled = float(np.mean(upward < 0))
    if 0.05 < pulled < 0.95:
        found = f"the plate is pushed in {1 - pulled:.0%} and pulled in {pulled:.0%} of the samples"
        remedy = "Are its corners and its calibration right, and was it zeroed without load?"
        raise DataError(say(where, found, "a foot only pushes", remedy))
    if pulled < 0.5:
        return force
    notes.append(f"{where}: the file holds the force on the plate; it was turned to the runner's.")
    return -force

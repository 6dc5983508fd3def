"""Columns as a file has them, to one table in our units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from glutelab.errors import DataError, ProblemList, say
from glutelab.formats.gas_exchange.check import find_breath_problems
from glutelab.formats.gas_exchange.columns import BREATHS, FACTORS, FLOWS, is_unit
from glutelab.formats.gas_exchange.result import GasExchange
from glutelab.formats.gas_exchange.traps import rer_problem, unit_problem

__all__ = ["Measured", "assemble"]

_ZERO_IS_MISSING = ("vo2_ml_min", "vco2_ml_min", "heart_rate_bpm")
DAY_S = 86_400.0


@dataclass(frozen=True)
class Measured:
    """Values of one column as the file has them, with their unit and header."""

    values: np.ndarray
    unit: str
    header: str


def assemble(
    columns: dict[str, Measured],
    lines: np.ndarray,
    mass_kg: float | None,
    device: str,
    notes: list[str],
    where: str,
) -> GasExchange:
    """Convert, check and put together.

    Parameters
    ----------
    columns : dict of str to Measured
    lines : ndarray of int
        Line or row of the file for each breath, for error texts.
    mass_kg : float or None
        Body mass, for columns per kilogram.
    device : str
    notes : list of str
        What is already known to be odd.
    where : str
        For error texts.

    Raises
    ------
    ProblemList
        Everything that cannot be right, one sentence each.
    """
    notes = list(notes)
    _fill_in(columns, notes)
    problems = [p for name in columns if (p := _unit_sentence(name, columns[name], where))]
    if problems:
        raise ProblemList(where, [*problems, *_ratio_sentence(columns, where)])
    frame = pd.DataFrame(
        {
            name: _converted(name, columns[name], mass_kg, where)
            for name in BREATHS.names
            if name in columns
        }
    )
    _note_zeros(frame, notes)
    frame["time_s"] = _without_date(frame["time_s"].to_numpy(), notes)
    problems = find_breath_problems(frame, where, lines)
    if problems:
        raise ProblemList(where, problems)
    _note_missing(frame, notes)
    _note_mass(columns, frame, mass_kg, notes)
    interval_s = _interval(frame["time_s"].to_numpy())
    sampling = "breath by breath" if interval_s is None else "averaged"
    return GasExchange(frame, device, sampling, interval_s, mass_kg, tuple(notes))


def _fill_in(columns: dict[str, Measured], notes: list[str]) -> None:
    """Uptake from uptake per kilogram, and output from uptake and RER, where they are absent."""
    if "vo2_ml_min" not in columns:
        columns["vo2_ml_min"] = columns["vo2_ml_kg_min"]
        notes.append("VO2 was computed from VO2 per kilogram and the body mass.")
    if "vco2_ml_min" not in columns:
        uptake = columns["vo2_ml_min"]
        values = uptake.values * columns["rer"].values
        columns["vco2_ml_min"] = Measured(values, uptake.unit, columns["rer"].header)
        notes.append("VCO2 was computed as VO2 times RER.")


def _unit_sentence(name: str, column: Measured, where: str) -> str | None:
    negative = name in ("vo2_ml_min", "vco2_ml_min") and (column.values < 0).any()
    problem = None if negative else unit_problem(name, column.values, column.unit)
    if problem is None:
        return None
    found, expected, cause = problem
    remedy = f"{cause} Mend the header, or state it: units={{{column.header!r}: ...}}."
    return say(f"{where}, column {column.header}", found, expected, remedy)


def _ratio_sentence(columns: dict[str, Measured], where: str) -> list[str]:
    """What the ratio of the two gases says, in units that do not need the body mass."""
    gases = [columns[name] for name in ("vo2_ml_min", "vco2_ml_min")]
    if any(gas.unit not in FLOWS for gas in gases):
        return []
    problem = rer_problem(*(gas.values * FLOWS[gas.unit] for gas in gases))
    return [say(where, *problem)] if problem else []


def _converted(name: str, column: Measured, mass_kg: float | None, where: str) -> np.ndarray:
    if column.unit not in FACTORS[name]:
        allowed = ", ".join(FACTORS[name])
        found = f"the unit is {column.unit!r}"
        if not is_unit(column.unit):  # it may be anything, even a name: not repeated
            found = "the unit is none that is known"
        raise DataError(say(f"{where}, column {column.header}", found, allowed))
    values = column.values * FACTORS[name][column.unit]
    if column.unit != "ml/kg/min":
        return values
    if mass_kg is None:
        raise DataError(
            say(
                f"{where}, column {column.header}",
                "it is per kilogram, and the file states no body mass",
                "",
                "State it, in kg: mass_kg=...",
            )
        )
    return values * mass_kg


def _note_zeros(frame: pd.DataFrame, notes: list[str]) -> None:
    for name in _ZERO_IS_MISSING:
        if name not in frame:
            continue
        zero = frame[name] == 0
        if zero.all() and name == "heart_rate_bpm":
            del frame[name]
            notes.append(f"{name} is 0 throughout: not measured, left out.")
        elif zero.any():
            frame.loc[zero, name] = np.nan
            notes.append(f"{name} is 0 in {int(zero.sum())} rows: taken as missing.")


def _without_date(time_s: np.ndarray, notes: list[str]) -> np.ndarray:
    """Times of day without their date, so that numbers stay small."""
    finite = time_s[np.isfinite(time_s)]
    if len(finite) == 0 or finite[0] < DAY_S:
        return time_s
    notes.append("Times carry a date: time_s counts from midnight of the first day.")
    return time_s - DAY_S * np.floor(finite[0] / DAY_S)


def _note_missing(frame: pd.DataFrame, notes: list[str]) -> None:
    for name in ("vo2_ml_min", "vco2_ml_min"):
        missing = int(frame[name].isna().sum())
        if missing and not any(note.startswith(f"{name} is 0") for note in notes):
            notes.append(f"{name} is missing in {missing} of {len(frame)} rows.")


def _note_mass(
    columns: dict[str, Measured], frame: pd.DataFrame, mass_kg: float | None, notes: list[str]
) -> None:
    """Say so if the file's uptake per kilogram was computed with another mass."""
    relative = columns.get("vo2_ml_kg_min")
    if relative is None or mass_kg is None or relative.unit not in ("", "ml/kg/min"):
        return
    with np.errstate(divide="ignore", invalid="ignore"):
        implied = frame["vo2_ml_min"].to_numpy() / relative.values
    implied = implied[np.isfinite(implied) & (relative.values > 0)]
    used = float(np.median(implied)) if len(implied) else mass_kg
    if abs(used / mass_kg - 1) > 0.02:
        notes.append(
            f"Uptake per kilogram in the file was computed with {used:.1f} kg, but the body mass "
            f"is stated as {mass_kg:g} kg. Which is right?"
        )


def _interval(time_s: np.ndarray) -> float | None:
    """Averaging interval; None if times are as irregular as breaths."""
    steps = np.diff(time_s)
    steps = steps[steps > 0]
    if len(steps) < 2:
        return None
    step = float(np.median(steps))
    regular = np.mean(np.abs(steps - step) <= 0.02 * step) >= 0.9
    return round(step, 3) if regular and step >= 1 else None

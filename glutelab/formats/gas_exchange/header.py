"""The one thing that is taken from the header of an export: body mass."""

from __future__ import annotations

import re

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.workbook.cells import Cell, Grid, is_blank, number
from glutelab.schema import RUNNERS, likely_cause

__all__ = ["check_mass", "find_mass", "mass_of"]

LOOKED_AT = 60  # rows
POUND_KG = 0.45359237
_LABEL = re.compile(
    r"(?:gewicht|körpergewicht|körpermasse|weight|body ?weight|mass|body ?mass|masse)"
    r"\s*(?:[\[(]?\s*(kg|lbs?|g)\s*[\])]?)?\s*:?",
    re.IGNORECASE,
)
_VALUE = re.compile(r"\s*(\d{1,6}(?:[.,]\d+)?)\s*(kg|lbs?|g)?\s*", re.IGNORECASE)


def find_mass(grid: Grid) -> tuple[float | None, str]:
    """Body mass that a header states.

    Parameters
    ----------
    grid : Grid

    Returns
    -------
    mass_kg : float or None
    note : str
        Why a stated mass was not taken; else empty.
    """
    for _, cells in grid[:LOOKED_AT]:
        for place, cell in enumerate(cells):
            label = _LABEL.fullmatch(cell.strip()) if isinstance(cell, str) else None
            value = next((c for c in cells[place + 1 :] if not is_blank(c)), None)
            if label and value is not None:
                return mass_of(value, label[1])
    return None, ""


def mass_of(value: Cell, unit: str | None = None) -> tuple[float | None, str]:
    """Body mass in kg of a cell such as ``71.5`` or ``"74,8kg"``, and why it was not taken.

    Examples
    --------
    >>> mass_of("74,8kg"), mass_of("154 lb")
    ((74.8, ''), (69.85, ''))
    """
    match = _VALUE.fullmatch(value) if isinstance(value, str) else None
    if match:
        value, unit = number(match[1].replace(",", ".")), match[2] or unit
    if not isinstance(value, float):
        return None, ""
    factor = {"l": POUND_KG, "g": 0.001}.get((unit or "kg").casefold()[0], 1.0)
    mass_kg = round(value * factor, 2)
    try:
        return check_mass(mass_kg, "the header"), ""
    except DataError as error:
        return None, f"The stated body mass was not taken. {error}"


def check_mass(mass_kg: float, where: str) -> float:
    """Refuse a body mass that cannot be.

    Raises
    ------
    DataError
        With the likely cause: grams, pounds, newtons.

    Examples
    --------
    >>> check_mass(70_000, "mass_kg")
    Traceback (most recent call last):
    glutelab.errors.DataError: mass_kg: the body mass is 70,000 kg. Expected 20 to 250 kg.
    Are these grams?
    """
    column = RUNNERS["mass_kg"]
    low, high = column.possible
    try:
        value = float(mass_kg)
    except (TypeError, ValueError):
        value = np.nan
    if low <= value <= high:
        return value
    cause = likely_cause(column, np.array([value])) if np.isfinite(value) else "Give it in kg."
    found = f"the body mass is {value:,g} kg" if np.isfinite(value) else "it is no number"
    raise DataError(say(where, found, f"{low:g} to {high:g} kg", cause))

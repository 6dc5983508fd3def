"""From the unit that a recipe states to the unit that a column has."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from glutelab.errors import DataError, say
from glutelab.schema import LEGS, RUNNERS, TRIALS, Column

__all__ = ["column_of", "to_own_unit", "units_for"]

_SAME = ("°", "deg", "degree", "degrees")
_LENGTH = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254, "inch": 0.0254, "ft": 0.3048}
_MASS = {"kg": 1.0, "g": 0.001, "lb": 0.45359237, "lbs": 0.45359237, "n": 1 / 9.80665}
_SPEED = {"m/s": 1.0, "km/h": 1 / 3.6, "kmh": 1 / 3.6, "kph": 1 / 3.6, "mph": 0.44704}
_PACE = {"min/km": 1000 / 60, "min/mi": 1609.344 / 60, "min/mile": 1609.344 / 60}
_TIME = {"s": 1.0, "ms": 0.001, "min": 60.0}
_ANGLE = {**dict.fromkeys(_SAME, 1.0), "rad": 180 / np.pi}
_ENERGY = {"j/kg/m": 1.0, "kj/kg/km": 1.0, "kcal/kg/km": 4.184}
_OXYGEN = {"ml/kg/km": 1.0, "l/kg/km": 1000.0}
_SHARE = {"%": 1.0, "fraction": 100.0, "1": 100.0}
_AGE = {"years": 1.0, "months": 1 / 12}
_MONTHS = {"months": 1.0, "years": 12.0}
_UPTAKE = {"ml/kg/min": 1.0, "l/kg/min": 1000.0}
_RATE = {"hz": 1.0, "khz": 1000.0}

_FACTORS: dict[str, dict[str, float]] = {
    "m": _LENGTH,
    "kg": _MASS,
    "m/s": _SPEED,
    "s": _TIME,
    "°": _ANGLE,
    "J/kg/m": _ENERGY,
    "ml/kg/km": _OXYGEN,
    "ml/kg/min": _UPTAKE,
    "%": _SHARE,
    "years": _AGE,
    "months": _MONTHS,
    "Hz": _RATE,
}
# A pace is the other way round: more of it is slower.
_INVERSE = {"m/s": _PACE}


def column_of(name: str) -> Column | None:
    """The declaration of a column of runners, legs or trials; None if nobody declared it."""
    for table in (RUNNERS, LEGS, TRIALS):
        if name in table:
            return table[name]
    return None


def units_for(name: str) -> tuple[str, ...]:
    """Units in which a column may come."""
    column = column_of(name)
    own = column.unit if column else ""
    return tuple(dict.fromkeys([own, *_FACTORS.get(own, ()), *_INVERSE.get(own, ())]))


def to_own_unit(name: str, unit: str, where: str) -> Callable[[np.ndarray], np.ndarray]:
    """What turns values of a stated unit into those of the column.

    Parameters
    ----------
    name : str
        Our column, for example ``height_m``.
    unit : str
        The unit of the file, for example ``cm``.
    where : str
        For the error text.

    Returns
    -------
    callable

    Raises
    ------
    DataError
        If there is no way from one to the other.

    Examples
    --------
    >>> to_own_unit("height_m", "cm", "")(np.array([178.0]))
    array([1.78])
    >>> to_own_unit("speed_m_s", "min/km", "")(np.array([5.0])).round(3)
    array([3.333])
    """
    column = column_of(name)
    own = column.unit if column else ""
    stated = unit.strip().casefold().replace(" ", "")
    if stated == own.casefold():
        return lambda values: values
    if stated in _FACTORS.get(own, {}):
        factor = _FACTORS[own][stated]
        return lambda values: np.round(values * factor, 10)  # 165 cm are 1.65 m
    if stated in _INVERSE.get(own, {}):
        meters = _INVERSE[own][stated]
        return lambda values: np.round(meters / values, 10)
    known = ", ".join(units_for(name)) if own else "a column that glutelab has a unit for"
    raise DataError(say(where, f"the unit of {name} is {unit!r}", known))

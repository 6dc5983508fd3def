"""The likely cause of values that look wrong: a unit, a sign, another way to count an angle."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from glutelab.schema.column import Column

__all__ = ["ANGLE_CAUSES", "curve_causes", "likely_cause"]

Repair = tuple[str, Callable[[np.ndarray], np.ndarray]]

ANGLE_CAUSES: tuple[Repair, ...] = (
    ("Is it in radians?", np.degrees),
    ("Is the sign flipped?", np.negative),
    ("Did the export use 180 minus the angle?", lambda v: 180.0 - v),
    ("Did the export use 180 minus the angle?", lambda v: -180.0 - v),
    ("Is it in radians, with the sign flipped?", lambda v: -np.degrees(v)),
    ("Is it off by 90 degrees?", lambda v: v - 90.0),
    ("Is it off by 90 degrees?", lambda v: v + 90.0),
    ("Did the export use 90 minus the angle?", lambda v: 90.0 - v),
    ("Was it divided by 1000?", lambda v: v * 1000.0),
    ("Was it multiplied by 1000?", lambda v: v / 1000.0),
    ("Was it divided by 1000, with the sign flipped?", lambda v: v * -1000.0),
    ("Was it turned into degrees twice?", np.radians),
    ("Is it off by half a turn?", lambda v: v - 180.0),
    ("Is it off by half a turn?", lambda v: v + 180.0),
    ("Is it off by a whole turn?", lambda v: v - 360.0),
    ("Is it off by a whole turn?", lambda v: v + 360.0),
)
_SIGN: Repair = ("Is the sign flipped?", np.negative)
# Adults weigh about 65 kg; the plausible ranges are wide enough for that to do.
_NOT_PER_KG: Repair = ("Is it not divided by body mass?", lambda v: v / 65.0)
_PER_KG_CAUSES = (_SIGN, _NOT_PER_KG)
_CAUSES: dict[str, tuple[Repair, ...]] = {
    "°": ANGLE_CAUSES,
    **dict.fromkeys(("N m/kg", "N m s/kg", "W/kg", "J/kg", "J/kg/m"), _PER_KG_CAUSES),
    "m": (
        ("Are these millimeters?", lambda v: v / 1000),
        ("Are these centimeters?", lambda v: v / 100),
        ("Is the sign flipped?", np.negative),
    ),
    "s": (("Are these milliseconds?", lambda v: v / 1000), ("Is the sign flipped?", np.negative)),
    "m/s": (("Is it in km/h?", lambda v: v / 3.6), ("Is it in mm/s?", lambda v: v / 1000)),
    "kg": (
        ("Are these newtons?", lambda v: v / 9.81),
        ("Are these pounds?", lambda v: v * 0.45359237),
        ("Are these grams?", lambda v: v / 1000),
    ),
    "steps/min": (
        ("Are these strides per minute (one foot)?", lambda v: v * 2),
        ("Are these steps per second?", lambda v: v * 60),
    ),
    "kN/m": (("Is it in N/m?", lambda v: v / 1000),),
    "leg lengths": (
        ("Is it a percentage of leg length?", lambda v: v / 100),
        ("Is the sign flipped?", np.negative),
    ),
    "min/km": (
        ("Are these seconds per km?", lambda v: v / 60),
        ("Is it in km/h?", lambda v: 60 / v),
    ),
    "% of gait cycle": (("Is it a fraction of 1?", lambda v: v * 100),),
    "%": (("Is it a fraction of 1?", lambda v: v * 100),),
    "Hz": (("Is it in kHz?", lambda v: v * 1000),),
    "": (("Is it a percentage?", lambda v: v / 100),),
}


def curve_causes(column: Column) -> tuple[Repair, ...]:
    """What may be wrong with a curve of this unit, and what would mend it.

    Parameters
    ----------
    column : Column

    Returns
    -------
    tuple of (str, callable)
        Question and repair.
    """
    return _PER_KG_CAUSES if column.unit.endswith("/kg") else ANGLE_CAUSES


def likely_cause(column: Column, values: np.ndarray) -> str:
    """A question that names what would bring most of the values into their plausible range.

    Parameters
    ----------
    column : Column
    values : ndarray
        Only the values that look wrong, in the unit the column should have.

    Returns
    -------
    str
        Empty if no known cause explains nine of ten values.

    Examples
    --------
    >>> from glutelab.schema import RUNNERS
    >>> likely_cause(RUNNERS["height_m"], np.array([1810.0, 1755.0]))
    'Are these millimeters?'
    """
    if column.plausible is None:
        return ""
    low, high = column.plausible
    values = values[np.isfinite(values) & (values != 0)]
    if len(values) == 0:
        return ""
    for question, repair in _CAUSES.get(column.unit, ()):
        mended = repair(values)
        if np.mean((mended >= low) & (mended <= high)) >= 0.9:
            return question
    return ""

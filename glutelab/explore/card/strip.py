"""Where everything lies on the strip of one measure, from 0 (left) to 1 (right)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from glutelab.explore.card.panel import SHORT_UNIT

__all__ = ["Strip", "lay_strip", "print_number", "say_value"]

_APART = 0.020  # of the width, between the centers of two dots of one row
_ROWS = (0, 1, -1, 2, -2, 3, -3)


@dataclass(frozen=True)
class Strip:
    """The positions of one strip.

    Attributes
    ----------
    dots : list of tuple of float
        Each of the others: position, and row counted from the middle (0, 1, -1, ...).
    band : tuple of float or None
        Middle half of the others.
    median, value : float or None
    error : tuple of float or None
        The runner's value less and plus 1.96 SEM.
    ticks : list of tuple
        Position and text.
    """

    dots: list[tuple[float, int]]
    band: tuple[float, float] | None
    median: float | None
    value: float | None
    error: tuple[float, float] | None
    ticks: list[tuple[float, str]]


def lay_strip(row: pd.Series, others: np.ndarray) -> Strip:
    """Positions for one row of the card's table.

    Parameters
    ----------
    row : Series
    others : ndarray
        Values of the other runners, without missing ones.
    """
    reach = 1.96 * row["sem"] if np.isfinite(row["sem"]) else 0.0
    numbers = [*others, row["value"] - reach, row["value"] + reach]
    numbers = [number for number in numbers if math.isfinite(number)]
    if not numbers:
        return Strip([], None, None, None, None, [])
    low, high = min(numbers), max(numbers)
    room = 0.04 * (high - low) or abs(low) * 0.1 or 1.0
    low, high = low - room, high + room

    def place(number: float) -> float:
        return (number - low) / (high - low)

    known = math.isfinite(row["value"])
    told = math.isfinite(row["median"])
    ends = (place(row["value"] - reach), place(row["value"] + reach))
    return Strip(
        dots=_spread(sorted(map(place, others))),
        band=(place(row["q25"]), place(row["q75"])) if told else None,
        median=place(row["median"]) if told else None,
        value=place(row["value"]) if known else None,
        error=ends if known and reach else None,
        ticks=[(place(number), print_number(number, step)) for number, step in _ticks(low, high)],
    )


def _spread(places: list[float]) -> list[tuple[float, int]]:
    """Each dot in the row nearest the middle where it touches no other."""
    last: dict[int, float] = {}
    dots = []
    for place in places:
        free = [row for row in _ROWS if place - last.get(row, -1.0) >= _APART]
        row = free[0] if free else min(_ROWS, key=lambda one: last[one])
        last[row] = place
        dots.append((place, row))
    return dots


def _ticks(low: float, high: float) -> list[tuple[float, float]]:
    """Three to seven round numbers, each with the step between them."""
    raw = (high - low) / 5.5
    size = 10.0 ** math.floor(math.log10(raw))
    step = size * next(factor for factor in (1, 2, 5, 10) if factor * size >= raw)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(k * step, step) for k in range(first, last + 1)]


def print_number(number: float, scale: float) -> str:
    """A number with the decimals that a quantity of the size of ``scale`` deserves.

    Examples
    --------
    >>> print_number(-0.25, 0.05), print_number(10.0, 5.0), print_number(3.14159, 0.4)
    ('−0.25', '10', '3.1')
    """
    decimals = max(0, -math.floor(math.log10(abs(scale)) + 1e-9)) if scale else 0
    return f"{round(number, decimals) + 0.0:.{decimals}f}".replace("-", "−")


def say_value(
    row: pd.Series, name: str = "value", *, brief: bool = False, fine: bool = False
) -> str:
    """A number of the row with its unit, to the first digit of its measurement error.

    Parameters
    ----------
    row : Series
        Of the card's table.
    name : str
        ``value, median, difference, sem`` or ``mdc95``; a difference always has its sign.
    brief : bool
        Without a unit that is long.
    fine : bool
        With one decimal more.
    """
    number = row[name]
    if not math.isfinite(number):
        return ""
    spread = row["q75"] - row["q25"]
    sizes = (row["sem"], spread / 10, abs(row["value"]) / 100, 1.0)
    finest = 0.1 if row["mdc95"] < 10 else 1.0
    scale = min(next(one for one in sizes if one > 0), finest)
    text = print_number(number, scale / 10 if fine else scale)
    if name == "difference" and number > 0:
        text = f"+{text}"
    if not row["unit"] or (brief and len(row["unit"]) > SHORT_UNIT):
        return text
    if row["unit"] == "%" and name == "difference":
        return f"{text}\u00a0points"  # of percent: 12 % less would be something else
    gap = "" if row["unit"] == "°" else "\u00a0"
    return f"{text}{gap}{row['unit']}"

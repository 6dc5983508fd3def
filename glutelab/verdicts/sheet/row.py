"""What one row of the sheet shows, the same on every medium."""

from __future__ import annotations

import math
from string import ascii_lowercase
from typing import NamedTuple

import pandas as pd

from glutelab.style import print_interval
from glutelab.verdicts.rule import (
    CANNOT_TELL,
    CONTRADICTED,
    NOT_TESTABLE,
    SUPPORTED,
    TOO_SMALL,
    say_number,
)

__all__ = [
    "FARTHEST",
    "GROUPS",
    "HOW_TO_READ",
    "SIGNS",
    "Bar",
    "bar_of",
    "group_of",
    "say_counts",
    "say_estimate",
    "say_reasons",
]

FARTHEST = 4.0  # margins that a drawing shows on each side
# Beside its color and its word each verdict has a sign, for readers of gray pages.
SIGNS = {SUPPORTED: "+", CONTRADICTED: "−", TOO_SMALL: "0", CANNOT_TELL: "?", NOT_TESTABLE: "·"}
GROUPS = {
    "1": "Standing posture",
    "2": "Posture and hip extension",
    "3": "Elite runners",
    "4": "Riding a bike",
    "5": "The cost of running",
    "6": "The cost of running",
    "7": "The cost of running",
    "8": "Fast strides, downhill, and what is left of them",
    "9": "Who does the work",
}
HOW_TO_READ = (
    "Right of the line is what the claim says; the gray band is too small to matter; the bar is "
    "the 95 % interval. An arrow: it goes on; a double one: all of it lies beyond."
)


def group_of(claim: str) -> str:
    """Under which heading a claim stands.

    Examples
    --------
    >>> group_of("2a")
    'Posture and hip extension'
    """
    return GROUPS[claim.rstrip(ascii_lowercase)]


class Bar(NamedTuple):
    """An interval in margins, positive where the claim puts it, as far as the drawing goes."""

    estimate: float | None  # None beyond an end
    low: float
    high: float
    open_low: bool
    open_high: bool

    @property
    def beyond(self) -> bool:
        """Whether all of it lies outside of the drawing."""
        return self.low == self.high


def bar_of(row: pd.Series) -> Bar | None:
    """The drawing of a row, or nothing if there is no interval."""
    numbers = [row["estimate"], row["ci_low"], row["ci_high"]]
    if not all(map(math.isfinite, numbers)) or not row["margin"] > 0:
        return None
    estimate, *ends = (
        (number - row["null"]) * row["direction"] / row["margin"] for number in numbers
    )
    low, high = sorted(ends)
    seen = estimate if abs(estimate) <= FARTHEST else None
    ends = [max(-FARTHEST, min(FARTHEST, number)) for number in (low, high)]
    return Bar(seen, *ends, low < -FARTHEST, high > FARTHEST)


def say_estimate(row: pd.Series) -> str:
    """Estimate, interval and unit."""
    if not math.isfinite(row["estimate"]):
        return ""
    return print_interval(row["estimate"], row["ci_low"], row["ci_high"], row["unit"])


def say_reasons(table: pd.DataFrame) -> list[str]:
    """Why, row by row; what was just said is not said again."""
    reasons = list(table["reason"])
    return [
        "As above." if k and reason == reasons[k - 1] else reason
        for k, reason in enumerate(reasons)
    ]


def say_counts(row: pd.Series) -> str:
    """Who stands behind it, and what would be too small."""
    if not row["n_runners"]:
        return ""
    said = [f"{row['n_runners']} runners"]
    if row["n_strides"]:
        said[0] += f", {row['n_strides']:,} strides"
    if row["margin"] > 0:
        said.append(f"matters from {say_number(row['margin'], row['unit'])}")
    return "; ".join(said)

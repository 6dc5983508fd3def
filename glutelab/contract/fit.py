"""How well a curve fits running, as it is or after one of the usual mistakes is undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from glutelab.contract.reference import TOLERANCES, running_curves
from glutelab.schema import CURVES
from glutelab.schema.causes import ANGLE_CAUSES

__all__ = ["AS_IT_IS", "CAUSES", "Fit", "FitTable", "fit_every_way", "roll"]

AS_IT_IS = "as_it_is"
# Question of `glutelab.schema.causes` to code, clause and remedy.
_NAMED = {
    "Is it in radians?": ("radians", "in radians", "Convert it to degrees."),
    "Is the sign flipped?": ("sign", "with the sign flipped", "Change its sign."),
    "Did the export use 180 minus the angle?": (
        "180_minus",
        "180° minus the angle",
        "Take 180 minus the column.",
    ),
    "Is it in radians, with the sign flipped?": (
        "radians_sign",
        "in radians with the sign flipped",
        "Convert it to degrees and change its sign.",
    ),
    "Is it off by 90 degrees?": ("offset_90", "off by 90°", "Add or subtract 90."),
    "Did the export use 90 minus the angle?": (
        "90_minus",
        "90° minus the angle",
        "Take 90 minus the column.",
    ),
    "Was it divided by 1000?": (
        "divided_by_1000",
        "divided by 1000",
        "Multiply by 1000: were lengths scaled from mm to m, and angles with them?",
    ),
    "Was it multiplied by 1000?": ("times_1000", "multiplied by 1000", "Divide by 1000."),
    "Was it divided by 1000, with the sign flipped?": (
        "divided_by_1000_sign",
        "divided by 1000 with the sign flipped",
        "Multiply by -1000.",
    ),
    "Was it turned into degrees twice?": (
        "degrees_twice",
        "turned into degrees twice",
        "Divide by 57.3: the export is in degrees already.",
    ),
    "Is it off by half a turn?": ("half_turn", "off by 180°", "Add or subtract 180."),
    "Is it off by a whole turn?": ("whole_turn", "off by 360°", "Add or subtract 360."),
}
CAUSES: dict[str, tuple[str, str]] = {code: (clause, fix) for code, clause, fix in _NAMED.values()}
_REPAIRS: tuple[tuple[str, Callable[[np.ndarray], np.ndarray]], ...] = (
    (AS_IT_IS, lambda v: v),
    *((_NAMED[question][0], repair) for question, repair in ANGLE_CAUSES if question in _NAMED),
)


class Fit(NamedTuple):
    """One curve under one explanation.

    Attributes
    ----------
    code : str
        `AS_IT_IS` or a key of `CAUSES`.
    cost : float
        0 is the mean runner, 1 per feature the edge of what is accepted.
    holds : bool
        Whether it would be accepted.
    r : float
        Correlation with the mean runner.
    """

    code: str
    cost: float
    holds: bool
    r: float


class FitTable(NamedTuple):
    """One curve under every explanation and from every start.

    Attributes
    ----------
    codes : tuple of str
        `AS_IT_IS` first; a code may come twice (90 more, 90 less).
    cost, r : ndarray, shape (n_codes, 100)
        Per start of the cycle, percent later than that of the curve.
    holds : ndarray of bool, shape (n_codes, 100)
    """

    codes: tuple[str, ...]
    cost: np.ndarray
    r: np.ndarray
    holds: np.ndarray

    def choice(self) -> np.ndarray:
        """Row of the best explanation per start, none where the curve is accepted as it is."""
        rows = np.where(self.holds, self.cost, np.inf).argmin(axis=0)
        return np.where(self.holds[0] | ~self.holds.any(axis=0), 0, rows)

    def best(self, lag: int = 0) -> Fit:
        """The best explanation for one start."""
        return self.of(int(self.choice()[lag]), lag)

    def of(self, row: int, lag: int) -> Fit:
        """One entry."""
        r, cost = float(self.r[row, lag]), float(self.cost[row, lag])
        return Fit(self.codes[row], cost, bool(self.holds[row, lag]), r)


def fit_every_way(curve: np.ndarray, variable: str) -> FitTable:
    """How well a mean curve fits running, as it is and after each of the usual mistakes is undone.

    Parameters
    ----------
    curve : ndarray, shape (101,)
        Degrees, or whatever the file has.
    variable : str
        A key of `TOLERANCES`.

    Returns
    -------
    FitTable
    """
    tolerance = TOLERANCES[variable]
    low, high = CURVES[variable].plausible or (-np.inf, np.inf)
    usual, width, level = _turned_reference(variable)
    mended = np.array([repair(curve) for _, repair in _REPAIRS])
    means = mended[:, :100].mean(axis=1)
    own = mended[:, :100] - means[:, None]
    spread = np.sqrt((own**2).mean(axis=1))
    safe = np.maximum(spread, 1e-300)
    r = own @ usual.T / (100.0 * safe * width)[:, None]
    edge = np.where(safe > width, tolerance.scale[1], 1.0 / tolerance.scale[0])
    shape_cost = (1.0 - r) / (1.0 - tolerance.least_r)
    scale_cost = np.abs(np.log(safe / width)) / np.log(edge)
    offset_cost = np.abs(means - level) / tolerance.offset_deg
    good = (scale_cost <= 1.0) & (offset_cost <= 1.0) & (spread > 1e-12)
    good &= (mended.min(axis=1) >= low) & (mended.max(axis=1) <= high)
    cost = shape_cost**2 + (scale_cost**2 + offset_cost**2)[:, None]
    codes = tuple(code for code, _ in _REPAIRS)
    return FitTable(codes, cost, r, (shape_cost <= 1.0) & good[:, None])


@lru_cache(maxsize=64)
def _turned_reference(variable: str) -> tuple[np.ndarray, float, float]:
    """The mean runner's curve without its mean, moved to every start; its spread and its mean."""
    mean = running_curves()[variable][:100]
    own = mean - mean.mean()
    turned = np.array([np.roll(own, lag) for lag in range(100)])
    return turned, float(np.sqrt((own**2).mean())), float(mean.mean())


def roll(curve: np.ndarray, lag: int) -> np.ndarray:
    """A periodic curve cut `lag` percent later, shape (101,)."""
    if lag == 0:
        return curve
    turned = np.roll(curve[:100], -lag)
    return np.append(turned, turned[0])

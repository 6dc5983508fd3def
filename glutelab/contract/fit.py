"""How well a curve fits running, as it is or after one of the usual mistakes is undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from glutelab.contract.reference import TOLERANCES, running_curves
from glutelab.schema import CURVES
from glutelab.schema.causes import ANGLE_CAUSES

__all__ = ["AS_IT_IS", "CAUSES", "Fit", "best_fit", "fit_curve", "roll"]

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


def fit_curve(curve: np.ndarray, variable: str, code: str = AS_IT_IS, lag: int = 0) -> Fit:
    """How well one mean curve fits running.

    Parameters
    ----------
    curve : ndarray, shape (101,)
        Degrees, or whatever the file has.
    variable : str
        A key of `TOLERANCES`.
    code : str
        The mistake that is undone first.
    lag : int
        Percent of the gait cycle by which the cut is moved first.

    Returns
    -------
    Fit
        Of the best repair of that code.
    """
    options = [
        _measure(repair(roll(curve, lag)), variable, code)
        for name, repair in _REPAIRS
        if name == code
    ]
    return min(options, key=lambda fit: (not fit.holds, fit.cost))


def best_fit(curve: np.ndarray, variable: str, lag: int = 0) -> Fit:
    """The explanation under which the curve is most like running.

    As it is, if it is accepted as it is.
    """
    plain = fit_curve(curve, variable, AS_IT_IS, lag)
    if plain.holds:
        return plain
    fits = [fit_curve(curve, variable, code, lag) for code in CAUSES]
    return min((plain, *fits), key=lambda fit: (not fit.holds, fit.cost))


def roll(curve: np.ndarray, lag: int) -> np.ndarray:
    """A periodic curve cut `lag` percent later, shape (101,)."""
    if lag == 0:
        return curve
    turned = np.roll(curve[:100], -lag)
    return np.append(turned, turned[0])


def _measure(curve: np.ndarray, variable: str, code: str) -> Fit:
    mean, tolerance = running_curves()[variable], TOLERANCES[variable]
    own, usual = curve - curve.mean(), mean - mean.mean()
    spread, width = float(np.sqrt((own**2).mean())), float(np.sqrt((usual**2).mean()))
    if spread < 1e-12:
        return Fit(code, np.inf, False, 0.0)
    r = float((own * usual).mean() / (spread * width))
    scale = spread / width
    shape_cost = (1.0 - r) / (1.0 - tolerance.least_r)
    edge = tolerance.scale[1] if scale > 1.0 else 1.0 / tolerance.scale[0]
    scale_cost = abs(np.log(scale)) / np.log(edge)
    offset_cost = abs(float(curve.mean() - mean.mean())) / tolerance.offset_deg
    parts = np.array([shape_cost, scale_cost, offset_cost])
    column = CURVES[variable]
    low, high = column.plausible or (-np.inf, np.inf)
    inside = curve.min() >= low and curve.max() <= high
    return Fit(code, float((parts**2).sum()), bool((parts <= 1.0).all() and inside), r)

"""What a reader has to know beside the numbers of a curve comparison."""

from __future__ import annotations

import numpy as np

from glutelab.contrasts.caveats import too_few
from glutelab.curves.contrast import Contrast
from glutelab.selection import ENOUGH

__all__ = ["say_limits"]

UNEQUAL_N, UNEQUAL_SPREAD = 1.25, 1.5  # ratio of runners, of variances
VERY_UNEQUAL_SPREAD = 3.0  # matters in groups of equal size, too
OPEN_CYCLE = 0.1  # share of a curve's range by which its ends differ


def say_limits(
    asked: Contrast,
    used: np.ndarray,
    variances: str,
    detectable: float,
    alpha: float,
    cycles: np.ndarray | None,
    unit_of: str,
) -> list[str]:
    """Sentences on what the test can find, and on what may mislead it.

    Parameters
    ----------
    asked : Contrast
    used : ndarray, shape (n_runners, n_points)
        The curves that were compared.
    variances : str
    detectable : float
        Difference that reaches `alpha` at a usual point; infinite if none can.
    alpha : float
    cycles : ndarray, shape (n_runners, 101), or None
        Whole cycles, if their end was taken as their start.
    unit_of : str
        Unit of the variable.

    Returns
    -------
    list of str
    """
    dose = f" per unit of {asked.name.removeprefix('per ')}" if asked.form == "dose" else ""
    gap = "" if unit_of in ("", "°") else " "
    # Half of the studies with so large a true difference find it: no promise.
    found = f"it takes a difference of about {detectable:.2g}{gap}{unit_of}{dose} at a usual point "
    found += f"of the curve to reach p = {alpha:g}"
    purpose = f"p = {alpha:g}: so few relabelings exist"
    said = too_few(list(asked.n.values()), bool(np.isfinite(detectable)), found, purpose)
    if asked.form == "groups" and variances == "pooled":
        said += _spread(asked, used)
    if cycles is not None:
        said += _open_cycle(cycles)
    return said


def _spread(asked: Contrast, curves: np.ndarray) -> list[str]:
    """Pooled variances: where the stated error rate fails, or cannot be known to hold."""
    (many, n_many), (few, n_few) = sorted(asked.n.items(), key=lambda item: -item[1])
    variance = {name: part.var(axis=0, ddof=1).mean() for name, part in asked.parts(curves).items()}
    ratio = variance[few] / variance[many]
    uneven, wider = n_many / n_few >= UNEQUAL_N, max(ratio, 1 / ratio)
    if n_few < ENOUGH:
        far = "far too small" if uneven else "somewhat too small"
        who = "they vary" if uneven else "one group varies"
        return [
            f"Equal spread cannot be checked with {n_few} runners: if {who} more than the other"
            f"{'s' if uneven else ''}, p is {far}."
        ]
    if wider < (UNEQUAL_SPREAD if uneven else VERY_UNEQUAL_SPREAD):
        return []
    effect = "too small" if ratio > 1 or not uneven else "too large"
    remedy = "variances='separate'" if not asked.covariates.shape[1] else "fewer, or no, covariates"
    return [
        f"Unequal spread: the variance of {few} (n = {n_few}) is {ratio:.1f} "
        f"times that of {many} (n = {n_many}). If that is no accident, p values are {effect}. "
        f"Compare with {remedy}."
    ]


def _open_cycle(cycles: np.ndarray) -> list[str]:
    gap = np.median(np.abs(cycles[:, -1] - cycles[:, 0]))
    if gap <= OPEN_CYCLE * np.median(np.ptp(cycles, axis=1)):
        return []
    return [
        f"Curves do not close: at 100 % they are {gap:.2g} off their start. Are they whole "
        "strides? If not, use circular=False."
    ]

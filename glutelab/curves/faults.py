"""Curves that no comparison can use."""

from __future__ import annotations

import numpy as np

from glutelab.curves.contrast import Contrast
from glutelab.errors import DataError

__all__ = ["refuse_exact", "refuse_gaps", "refuse_no_spread"]


def refuse_gaps(asked: Contrast, curves: np.ndarray) -> None:
    """A curve with holes is a fault of the data, not a runner without one."""
    gaps = ~np.isfinite(curves).all(axis=1)
    if gaps.any():
        who = ", ".join(asked.rows.loc[gaps, "runner_id"].astype(str).head(6))
        raise DataError(
            f"{int(gaps.sum())} runner(s) have curves with gaps (NaN) or infinite values: {who}. "
            "Expected a number at every point. Look at cohort.problems(), then fill the gaps or "
            "take these runners out by hand."
        )


def refuse_no_spread(asked: Contrast, curves: np.ndarray, percent: np.ndarray) -> None:
    """A point where all runners of a group agree has no t."""
    for name, part in asked.parts(curves).items():
        flat = np.ptp(part, axis=0) <= 1e-9 * np.abs(curves).max()
        if flat.any():
            where = f"{percent[flat][0]} %" + (" and elsewhere" if flat.sum() > 1 else "")
            who = {
                "groups": f"runners of {name} have the same value",
                "pairs": "pairs have the same difference",
                "dose": "runners have the same value",
            }[asked.form]
            raise DataError(
                f"all {len(part)} {who} at {where}, so nothing tells how much runners vary. Was "
                "one curve copied to all, or are the curves normalized there? Choose a region "
                "without such points."
            )


def refuse_exact(residual_sd: np.ndarray, curves: np.ndarray, percent: np.ndarray) -> None:
    """A point that a dose or covariates fit exactly has no t either."""
    exact = residual_sd <= 1e-12 * np.abs(curves).max()
    if exact.any():
        raise DataError(
            f"at {percent[exact][0]} % the curves follow exactly from what they are compared by, "
            "so nothing tells how much runners vary. Were they computed from it?"
        )

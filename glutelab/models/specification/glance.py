"""One dot per runner in a millisecond: what to look at while a model is fitted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.models.specification.fit import take_sample
from glutelab.models.specification.plan import Choice, Grid

__all__ = ["glance"]


def glance(grid: Grid, choice: Choice) -> tuple[pd.DataFrame, str]:
    """Posture and cost of each runner beyond what covariates predict, by least squares.

    At one speed these are the dots of `added_variable`. Over several speeds they are of the
    runners' means, cost without its mean change with speed: close to those of the mixed model.

    Parameters
    ----------
    grid : Grid
        From `build_grid`.
    choice : Choice
        Outliers are not left out.

    Returns
    -------
    dots : DataFrame
        ``cohort, runner_id, n_rows, posture_left, cost_left``; without rows if there is no answer.
    reason : str
        Why there is none; else empty.

    Examples
    --------
    >>> from glutelab.models.specification.plan import build_grid
    >>> from glutelab.simulate import simulate_runners
    >>> posture, cost = "standing_pelvic_tilt_deg", "energy_cost_j_kg_m"
    >>> grid = build_grid(simulate_runners(30, seed=1), [posture], [cost], [("sex",)], "both")
    >>> dots, reason = glance(grid, Choice(posture, cost, ("sex",), "none", 3.5))
    >>> len(dots), reason
    (30, '')
    """
    sample = take_sample(grid, choice)
    kept = sample.rows.any(axis=1) & (not sample.reason)
    rows = sample.rows[kept].sum(axis=1)
    dots = grid.people[kept].reset_index(drop=True).assign(n_rows=rows)
    if sample.reason:
        return dots.assign(posture_left=0.0, cost_left=0.0), sample.reason
    posture, cost, covariates = (
        sample.means(part)[kept] for part in (sample.posture, sample.y, sample.covariates)
    )
    faster = np.broadcast_to(sample.speeds - sample.speeds.mean(), sample.rows.shape)
    powers = range(1, min(len(sample.speeds), 3))
    speed = [sample.means(faster**power)[kept] for power in powers]
    others = np.column_stack([np.ones(len(posture)), covariates, *speed])
    left = posture - others @ np.linalg.lstsq(others, posture, rcond=None)[0]
    model = np.column_stack([posture, np.ones(len(posture)), covariates])
    found = np.linalg.lstsq(model, cost, rcond=None)[0]
    residual = cost - model @ found
    return dots.assign(posture_left=left, cost_left=found[0] * left + residual), ""

"""One dot per runner: what covariates leave of posture and of cost."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["added_variable"]


def added_variable(fit) -> pd.DataFrame:
    """Posture and cost of each runner beyond what the covariates predict.

    The line through zero with the slope of the estimate is the model. With least squares the dots
    are those of the added-variable plot (Velleman and Welsch 1981,
    doi 10.1080/00031305.1981.10479362): their own least-squares slope is the estimate. With several
    speeds they are means over a runner's rows: the part of cost that the model lays to posture,
    plus what it leaves unexplained.

    Parameters
    ----------
    fit : EconomyFit
        From `fit_economy`.

    Returns
    -------
    DataFrame
        ``cohort, runner_id, n_rows, posture_left`` (unit of the measure)``, cost_left`` (unit of
        the outcome). Without rows if the fit has no answer.

    Examples
    --------
    >>> from glutelab.models.economy import fit_economy
    >>> from glutelab.simulate import simulate_runners
    >>> runners = simulate_runners(30, speeds_m_s=[3.5], seed=1)
    >>> fit = fit_economy(runners, "standing_pelvic_tilt_deg", adjust_for=["level"])
    >>> dots = added_variable(fit)
    >>> slope = (dots["posture_left"] @ dots["cost_left"]) / (dots["posture_left"] ** 2).sum()
    >>> bool(abs(slope - fit.posture["estimate"].iloc[0]) < 1e-9)
    True
    """
    if not fit.answerable:
        return pd.DataFrame(columns=["cohort", "runner_id", "n_rows", "posture_left", "cost_left"])
    design, values = fit.design, fit.estimates.values
    count = np.bincount(design.runner)
    means = design.means(design.columns)
    at = design.keys.index("posture")
    within = np.array([key.endswith("within") for key in design.keys])
    within[at] = True
    others = np.column_stack([np.ones(len(count)), means[:, ~within]])
    left = means[:, at] - others @ np.linalg.lstsq(others, means[:, at], rcond=None)[0]
    residual = design.means(design.y - values[0] - design.columns @ values[1:])
    numbers = {"posture_left": left, "cost_left": values[1 + at] * left + residual}
    return design.people.assign(n_rows=count, **numbers)

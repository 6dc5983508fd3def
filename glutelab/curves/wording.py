"""The sentences for the methods section."""

from __future__ import annotations

import textwrap

import numpy as np

from glutelab.curves.contrast import Contrast
from glutelab.curves.infer import Inference

__all__ = ["describe"]


def describe(
    asked: Contrast,
    said: Inference,
    variances: str,
    kind: str,
    alpha: float,
    seed: int,
    percent: np.ndarray,
    circular: bool,
) -> str:
    """What was done, in words.

    Parameters
    ----------
    asked : Contrast
    said : Inference
    variances, kind, alpha, seed, circular
        As in `compare_curves`.
    percent : ndarray
        Points that were looked at.

    Returns
    -------
    str
    """
    t = {
        "groups": "Welch's t" if variances == "separate" else "two-sample t (pooled variance)",
        "pairs": "paired t",
        "dose": "regression t",
    }[asked.form]
    if asked.covariate_names:
        t += f" adjusted for {', '.join(asked.covariate_names)}"
    turned = {
        "groups": "relabeling runners",
        "signs": "flipping the signs of runners' differences",
        "residuals": "flipping the signs of residuals about the mean of their group",
        "order": "permuting residuals of the covariates over runners (Freedman-Lane)"
        if asked.covariate_names
        else "permuting runners",
    }["residuals" if variances == "separate" else asked.scheme]
    test = "Wild bootstrap" if variances == "separate" else "Permutation test"
    how = f"all {said.maxima.size:,} ways" if said.exact else f"{said.maxima.size:,} random ways"
    seeded = "" if said.exact else f" (seed {seed})"
    where = "the whole gait cycle, 0 % and 100 % taken as one instant"
    if not circular:
        where = f"{percent[0]:g} to {percent[-1]:g} % of the gait cycle"
    if kind == "max-t":
        judged = "p is adjusted over all points by the largest |t|"
    else:
        judged = f"p of clusters of |t| > {said.cluster_t:.3g} is by their {kind.split('-')[1]}, "
        judged += "adjusted by that of the largest; p of points by the largest |t|"
    text = (
        f"{t[0].upper()}{t[1:]} at every point of {where}; two-sided; one mean curve per runner. "
        f"{test} by {turned} in {how}{seeded}; {judged}. The confidence band is "
        f"simultaneous ({100 * (1 - alpha):g} %), from the largest |t| of relabeled residuals."
    )
    return textwrap.fill(text, 98, break_on_hyphens=False)

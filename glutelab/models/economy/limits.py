"""What an association is held against: chance to be seen, size that matters, error of posture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from glutelab.contrasts.estimate import detectable_r, detectable_shift
from glutelab.contrasts.least_squares import share_explained
from glutelab.errors import DataError
from glutelab.models.economy.design import Design
from glutelab.models.economy.estimate import Estimates

__all__ = [
    "WORTHWHILE",
    "Attenuation",
    "Detectable",
    "Equivalence",
    "Prediction",
    "choose_margin",
    "find_attenuation",
    "find_detectable",
    "find_equivalence",
    "find_reliability",
    "judge",
]

# Smallest worthwhile change of one runner in percent of the mean, trained runners: Shaw, Ingham,
# Fudge and Folland 2013, Appl Physiol Nutr Metab 38:1268-1272.
WORTHWHILE = {"oxygen_cost_ml_kg_km": 1.38, "vo2_ml_kg_min": 1.38, "energy_cost_j_kg_m": 1.71}
_SOURCE = "smallest worthwhile change, Shaw and others 2013"


@dataclass(frozen=True)
class Detectable:
    """The smallest true association between runners that as many would have shown.

    Attributes
    ----------
    per_sd : float
        Unit of cost per SD of posture, given how much these runners vary.
    r : float
        Partial correlation over runners; needs no data but their number.
    power : float
    """

    per_sd: float = np.nan
    r: float = np.nan
    power: float = 0.80


@dataclass(frozen=True)
class Equivalence:
    """The association between runners, per SD of posture, against a margin.

    Attributes
    ----------
    margin_pct, margin : float
        Percent of the mean cost, and unit of cost. NaN if none is known for this outcome.
    source : str
    mean_cost : float
    per_sd, low, high : float
        Unit of cost per SD of posture, with its interval.
    p : float
        Of the two one-sided tests; small means that an association as large as the margin is
        excluded.
    verdict : str
    """

    margin_pct: float = np.nan
    margin: float = np.nan
    source: str = ""
    mean_cost: float = np.nan
    per_sd: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p: float = np.nan
    verdict: str = "cannot tell"


@dataclass(frozen=True)
class Attenuation:
    """The association between runners as it would be without error of posture.

    Attributes
    ----------
    reliability : float
        As given: share of the variance of posture between runners that is not error.
    given_covariates : float
        The same of what the covariates leave of posture.
    estimate, low, high : float
        Unit of cost per unit of posture; NaN if covariates explain more than is reliable.
    """

    reliability: float
    given_covariates: float
    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Prediction:
    """Error of predicting a runner from the others.

    Attributes
    ----------
    rmse_with, rmse_without : float
        Unit of cost; with and without posture, the same covariates.
    difference_pct : float
        Negative: posture helps.
    n_better, n_runners : int
        Runners predicted better with posture.
    """

    rmse_with: float = np.nan
    rmse_without: float = np.nan
    difference_pct: float = np.nan
    n_better: int = 0
    n_runners: int = 0


def choose_margin(outcome: str, margin_pct: float | None) -> tuple[float, str]:
    """Margin in percent and where it comes from."""
    if margin_pct is None:
        known = WORTHWHILE.get(outcome, np.nan)
        return known, _SOURCE if np.isfinite(known) else ""
    if not 0 < margin_pct < 100:
        raise DataError(f"margin_pct is {margin_pct!r}. Expected percent, above 0.")
    return float(margin_pct), "as given"


def find_reliability(given: float | pd.DataFrame | Mapping | None, posture: str) -> float:
    """The intraclass correlation of posture, as a number, by name or from a table of reliability.

    Of a table the reliability of the mean over strides is taken, since rows of runners are means.
    """
    if isinstance(given, pd.DataFrame):
        rows = given[given["measure"] == posture]
        whole = "icc_mean" if "icc_mean" in rows else "icc"
        given = float(rows[whole].mean()) if len(rows) else None
    elif isinstance(given, Mapping):
        given = given.get(posture)
    if given is None or given != given:
        return np.nan
    if not 0 < float(given) <= 1:
        raise DataError(f"reliability is {given!r}. Expected an ICC, above 0 and up to 1.")
    return float(given)


def judge(low: float, high: float, equivalence_p: float, alpha: float) -> str:
    """The verdict of an interval and of an equivalence test."""
    small = equivalence_p <= alpha
    if low > 0 or high < 0:
        found = f"goes with {'higher' if low > 0 else 'lower'} cost"
        return f"{found}, too little to matter" if small else found
    return "too small to matter" if small else "cannot tell"


def find_equivalence(
    design: Design, found: Estimates, margin: tuple[float, str], confidence: float
) -> Equivalence:
    """The association per SD of posture against the margin."""
    j, sd = found.at("posture"), design.terms[0].sd
    mean = float(design.means(design.y).mean())
    size = margin[0] / 100 * abs(mean)
    p = found.equivalence_p(j, size / sd)
    value, half = found.values[j] * sd, found.half(j, confidence) * sd
    verdict = judge(value - half, value + half, p, 1 - confidence)
    numbers = (float(value), float(value - half), float(value + half), p, verdict)
    return Equivalence(margin[0], size, margin[1], mean, *numbers)


def find_detectable(design: Design, found: Estimates, confidence: float) -> Detectable:
    """By the noncentral t, with standard error and degrees of freedom of the model."""
    j = found.at("posture")
    alpha = 1 - confidence
    shift = detectable_shift(float(found.plain_df[j]), alpha)
    others = sum(not key.startswith(("posture", "speed")) for key in design.keys)
    r = detectable_r(design.n_runners, others, alpha)
    return Detectable(float(shift * found.plain_se[j] * design.terms[0].sd), r)


def find_attenuation(
    design: Design, found: Estimates, reliability: float, confidence: float
) -> Attenuation | None:
    """Divided by the reliability that covariates leave, taken as known.

    With covariates that explain a share R2 of posture it is (reliability - R2) / (1 - R2): they
    take away true differences, never error.
    """
    if not np.isfinite(reliability):
        return None
    means = design.means(design.columns)
    others = [k for k, term in enumerate(design.terms) if k and term.part == "covariate"]
    others = [k for k in others if not design.terms[k].key.startswith("speed")]
    share = share_explained(means[:, 0], means[:, others])
    left = (reliability - share) / (1 - share)
    j = found.at("posture")
    if left <= 0:
        return Attenuation(reliability, left, np.nan, np.nan, np.nan)
    value, half = found.values[j] / left, found.half(j, confidence) / left
    return Attenuation(reliability, left, value, value - half, value + half)

"""Each kind of effect on the scale on which effects are averaged, and back again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from glutelab.sentences import split

__all__ = ["SCALES", "Scale", "find_variance"]


@dataclass(frozen=True)
class Scale:
    """How one kind of effect is averaged.

    Attributes
    ----------
    name : str
        As an axis says it.
    averaged : str
        What is averaged, for the line on the method.
    inside, outside : callable
        To the scale of the average, and back; both rise.
    contrast : bool
        Whether it is a difference between groups or conditions; then these must be the same.
    """

    name: str
    averaged: str
    inside: Callable = float
    outside: Callable = float
    contrast: bool = True


SCALES = {
    "r": Scale("Correlation r", "Fisher's z of correlations", np.arctanh, np.tanh, False),
    "mean_difference": Scale("Difference", "differences of means"),
    "slope": Scale("Change per unit", "changes per unit", contrast=False),
    "hedges_g": Scale("Hedges g", "Hedges g"),
    "log_ratio": Scale("Log ratio", "natural logs of ratios"),
    "percent_change": Scale(
        "Change",
        "natural logs of ratios of means",
        lambda x: np.log1p(np.asarray(x, float) / 100),
        lambda x: 100 * np.expm1(x),
    ),
}


def find_variance(row: pd.Series) -> tuple[float, float, str]:
    """Effect and sampling variance of one study, on the scale of the average.

    From the first of these that is known: its standard error (``se``, which is on that scale); for
    r the number of runners, 1 / (n - 3), less one for each covariate; for g the runners of both
    groups, by the large-sample formula 1/n1 + 1/n2 + g² / (2 (n1 + n2)) (Hedges 1982, metafor's
    ``vtype="LS"``); the stated interval, as that of t with as many degrees of freedom as the design
    leaves, or of the normal if nobody says how many runners there were.

    Parameters
    ----------
    row : Series
        ``effect, value`` and what is known of ``se, n, n_1, n_2, ci_low, ci_high, confidence,
        design, adjusted_for``.

    Returns
    -------
    y, v : float
        NaN if they are not known.
    why : str
        Why they are not, as a sentence; else empty.
    """
    if row["effect"] not in SCALES:
        return np.nan, np.nan, "A share of variance has no direction: it cannot be averaged."
    scale, value = SCALES[row["effect"]], row["value"]
    if not np.isfinite(value):
        return np.nan, np.nan, _why_no_value(row.get("warning"))
    with np.errstate(divide="ignore", invalid="ignore"):
        y = float(scale.inside(value))
    if not np.isfinite(y):
        return np.nan, np.nan, f"A value of {value:g} has no place on the scale of the average."
    se = _first_se(row, scale)
    if se is None and row["effect"] == "r" and np.isfinite(_number(row, "n")):
        return np.nan, np.nan, f"{row['n']:g} runners are too few for the error of a correlation."
    if se is None:
        missing = "no interval and no number of runners" if row["effect"] == "r" else "no interval"
        return np.nan, np.nan, f"{missing.capitalize()}: how sure it is cannot be told."
    return y, se**2, ""


def _first_se(row: pd.Series, scale: Scale) -> float | None:
    for found in (_number(row, "se"), _from_counts(row), _from_interval(row, scale)):
        if np.isfinite(found) and found > 0:
            return float(found)
    return None


def _from_counts(row: pd.Series) -> float:
    n, n1, n2 = (_number(row, name) for name in ("n", "n_1", "n_2"))
    if row["effect"] == "r":
        left = n - 3 - _covariates(row)
        return left**-0.5 if left >= 1 else np.nan
    if row["effect"] == "hedges_g" and row.get("design") != "crossover":
        return np.sqrt(1 / n1 + 1 / n2 + row["value"] ** 2 / (2 * (n1 + n2)))
    return np.nan


def _from_interval(row: pd.Series, scale: Scale) -> float:
    level = _number(row, "confidence")
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = (float(scale.inside(_number(row, name))) for name in ("ci_low", "ci_high"))
    # Groups estimate two means, conditions of the same runners one.
    used = 1 if row.get("design") == "crossover" else 2
    df = _number(row, "n") - used - _covariates(row)
    exact = row["effect"] != "r" and df >= 1
    wide = stdtrit(df, 0.5 + level / 2) if exact else ndtri(0.5 + level / 2)
    return (high - low) / (2 * wide)


def _covariates(row: pd.Series) -> int:
    given = row.get("adjusted_for")
    return len([one for one in given.split(",") if one.strip()]) if isinstance(given, str) else 0


def _number(row: pd.Series, name: str) -> float:
    value = row.get(name, np.nan)
    return float(value) if pd.notna(value) else np.nan


def _why_no_value(warning: object) -> str:
    """The answer a cohort gave instead of a number, or that there is none."""
    said = [one for one in split(warning) if one.startswith(("Cannot tell", "Not measured"))]
    return said[0] if said else "No value."

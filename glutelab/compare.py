"""Means, shares, changes and relations with the runner as the unit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.arguments import check_name
from glutelab.conditions import (
    each_condition,
    refuse_several,
    say_warning,
    select_runners,
)
from glutelab.contrasts.choices import check_confidence, check_number, list_measures
from glutelab.contrasts.rows import PERSON
from glutelab.errors import DataError
from glutelab.intervals import correlation_interval, mean_interval, share_interval, t_half_width
from glutelab.schema import unit
from glutelab.schema.keys import CONDITIONS

__all__ = ["change_with_speed", "mean_by_speed", "relate", "share_beyond"]


def mean_by_speed(
    runners: pd.DataFrame,
    measures: str | list[str],
    *,
    side: str = "both",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Mean of each measure over runners, with its interval, one condition at a time.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`.
    measures : str or list of str
        Columns of numbers, declared ones or one's own.
    side : {"both", "left", "right"}
    confidence : float
        Level of the t interval.

    Returns
    -------
    DataFrame
        One row per measure and condition, never pooled: ``measure, unit, speed_m_s, n_runners,
        mean, sd, ci_low, ci_high, min, max, warning``; ``cohort`` in front, and ``slope_pct, shoe,
        session`` after the speed, where the table holds several. ``warning`` names what has to be
        known of the runners. A measure that was not taken in a cohort has ``n_runners`` 0.

    Raises
    ------
    DataError
        If rows are strides, or a measure or side is unknown.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.runner_means(gl.load_cohort("rbds2017"))
    >>> means = gl.mean_by_speed(runners, "peak_hip_extension_deg")
    >>> means[["speed_m_s", "n_runners", "mean", "sd"]].round(1)
       speed_m_s  n_runners  mean   sd
    0        2.5         28   3.9  4.8
    1        3.5         28   8.4  4.5
    2        4.5         28  12.2  4.8
    """
    names = list_measures(measures)
    confidence = check_confidence("confidence", confidence)
    rows = select_runners(runners, names, side=side)
    result = []
    for name in names:
        for condition, part in each_condition(rows):
            warning = say_warning(part, rows, [name], fewest=2, purpose="an interval")
            row = {"measure": name, "unit": unit(name)} | condition
            row |= mean_interval(part[name].dropna(), confidence)
            result.append(row | {"warning": warning})
    return _as_table(result)


def share_beyond(
    runners: pd.DataFrame,
    measure: str,
    *,
    below: float | None = None,
    above: float | None = None,
    side: str = "both",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """How many runners lie beyond a threshold, one condition at a time.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`.
    measure : str
    below, above : float
        The threshold, one of the two; a runner exactly on it is not beyond.
    side : {"both", "left", "right"}
    confidence : float
        Level of the interval (Wilson 1927, doi 10.1080/01621459.1927.10502953).

    Returns
    -------
    DataFrame
        ``measure, speed_m_s, rule, n_runners, n_beyond, share, ci_low, ci_high, warning``; NaN
        where nobody was measured; rows and further columns as in `mean_by_speed`. The interval is
        about runners like these; that a measure has an error of its own is not in it.

    Raises
    ------
    DataError
        If rows are strides, the measure or side is unknown, or there is not one threshold.
    """
    if (below is None) == (above is None):
        raise DataError("Expected one threshold: below=... or above=....")
    name, given = ("below", below) if above is None else ("above", above)
    limit = check_number(name, given, np.isfinite, "a number")
    confidence = check_confidence("confidence", confidence)
    rows = select_runners(runners, [check_name(measure)], side=side)
    result = []
    for condition, part in each_condition(rows):
        values = part[measure].dropna()
        beyond = int((values < limit if name == "below" else values > limit).sum())
        low, high = share_interval(beyond, len(values), confidence)
        numbers = {
            "rule": f"{name} {limit:g}",
            "n_runners": len(values),
            "n_beyond": beyond,
            "share": beyond / len(values) if len(values) else np.nan,
            "ci_low": low,
            "ci_high": high,
            "warning": say_warning(part, rows, [measure], fewest=1, purpose="a share"),
        }
        result.append({"measure": measure} | condition | numbers)
    return _as_table(result)


def change_with_speed(
    runners: pd.DataFrame,
    measures: str | list[str],
    *,
    side: str = "both",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """How much a measure changes per meter per second, within runners.

    Each runner with two speeds or more gives one least-squares slope; the mean slope has a
    t interval over runners, so that strides or speeds are never counted as people.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`, under one slope, shoe and session.
    measures : str or list of str
    side : {"both", "left", "right"}
    confidence : float
        Level of the interval.

    Returns
    -------
    DataFrame
        One row per measure (and cohort, named in front, where the table holds several): ``measure,
        unit, n_runners``, mean slope ``per_m_s`` with ``ci_low, ci_high``, the standard deviation
        of the slopes between runners ``sd_between``, ``share_positive``: the share of runners whose
        slope is positive, and ``warning``. With fewer than two runners measured at two speeds the
        interval is NaN.

    Raises
    ------
    DataError
        If rows are strides, slopes, shoes or sessions would be pooled, or a measure or side is
        unknown.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.runner_means(gl.load_cohort("rbds2017"))
    >>> change = gl.change_with_speed(runners, "peak_hip_extension_deg")
    >>> change[["n_runners", "per_m_s", "ci_low", "ci_high"]].round(1)
       n_runners  per_m_s  ci_low  ci_high
    0         28      4.1     3.8      4.5
    """
    names = list_measures(measures)
    confidence = check_confidence("confidence", confidence)
    rows = select_runners(runners, names, side=side)
    cohorts = [part for _, part in rows.groupby("cohort")]
    for part in cohorts:
        refuse_several(part, CONDITIONS[1:])
    result = []
    for name in names:
        for part in cohorts:
            head = {"measure": name, "unit": f"{unit(name)} per m/s".strip()}
            head |= {"cohort": part["cohort"].iloc[0]} if len(cohorts) > 1 else {}
            result.append(head | _mean_slope(part, name, confidence))
    return _as_table(result)


def relate(
    runners: pd.DataFrame,
    x: str,
    y: str | list[str],
    *,
    speed_m_s: float | None = None,
    side: str = "both",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Correlation between two measures over runners, one condition at a time.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`.
    x : str
    y : str or list of str
    speed_m_s : float, optional
        One speed; by default every speed in a row of its own, never pooled.
    side : {"both", "left", "right"}
    confidence : float
        Level of the interval (Fisher's z).

    Returns
    -------
    DataFrame
        ``x, y, speed_m_s, n_runners, r, ci_low, ci_high, p, warning``; NaN with fewer than four
        runners or where a measure does not vary; rows and further columns as in `mean_by_speed`.
        Where runners come from may explain ``x``, "the dose": ``warning`` then says "Confounded".

    Raises
    ------
    DataError
        If rows are strides, or a measure, side or speed is unknown.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.runner_means(gl.load_cohort("rbds2017"))
    >>> tilt, hip = "standing_pelvic_tilt_deg", "peak_hip_extension_deg"
    >>> found = gl.relate(runners, tilt, hip, speed_m_s=3.5)
    >>> found[["n_runners", "r", "ci_low", "ci_high"]].round(2)
       n_runners     r  ci_low  ci_high
    0         28 -0.58   -0.79    -0.27
    """
    names, confidence = list_measures(y), check_confidence("confidence", confidence)
    rows = select_runners(runners, [check_name(x), *names], side=side, speed_m_s=speed_m_s)
    result = []
    for name in names:
        for condition, part in each_condition(rows):
            numbers = correlation_interval(part[x], part[name], confidence)
            purpose = "a correlation with its interval"
            warning = say_warning(part, rows, [name, x], fewest=4, purpose=purpose, dose=x)
            result.append({"x": x, "y": name} | condition | numbers | {"warning": warning})
    return _as_table(result)


def _mean_slope(rows: pd.DataFrame, name: str, confidence: float) -> dict:
    """Mean of the runners' least-squares slopes on speed, and the warning."""
    seen = rows.dropna(subset=[name])
    speed = seen["speed_m_s"] - seen.groupby(PERSON)["speed_m_s"].transform("mean")
    products = seen[PERSON].assign(xy=speed * seen[name], xx=speed**2)
    products = products.groupby(PERSON)[["xy", "xx"]].sum()
    products = products[products["xx"] > 1e-9]
    slopes = (products["xy"] / products["xx"]).to_numpy()
    n = len(slopes)
    mean, sd = slopes.mean() if n else np.nan, slopes.std(ddof=1) if n > 1 else np.nan
    half = float(t_half_width(sd, n, confidence))
    used = pd.MultiIndex.from_frame(rows[PERSON]).isin(products.index)
    part = rows.assign(**{name: rows[name].where(used)})
    return {
        "n_runners": n,
        "per_m_s": mean,
        "ci_low": mean - half,
        "ci_high": mean + half,
        "sd_between": sd,
        "share_positive": (slopes > 0).mean() if n else np.nan,
        "warning": say_warning(
            part,
            rows,
            [name],
            fewest=2,
            purpose="an interval",
            nobody="was measured at two speeds",
        ),
    }


def _as_table(rows: list[dict]) -> pd.DataFrame:
    """The cohort in front, where it is told."""
    return pd.DataFrame(
        [{"cohort": row["cohort"]} | row if "cohort" in row else row for row in rows]
    )

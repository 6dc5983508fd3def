"""Means, shares, changes and relations with the runner as the unit."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtr, stdtrit

from glutelab.errors import DataError
from glutelab.schema import column
from glutelab.selection import select_runners

__all__ = ["change_with_speed", "mean_by_speed", "relate", "share_beyond", "t_half_width"]


def mean_by_speed(
    runners: pd.DataFrame,
    measures: str | list[str],
    *,
    side: str = "both",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Mean of each measure over runners, with its interval, one speed at a time.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`.
    measures : str or list of str
    side : {"both", "left", "right"}
    confidence : float
        Level of the t interval.

    Returns
    -------
    DataFrame
        ``measure, unit, speed_m_s, n_runners, mean, sd, ci_low, ci_high, min, max``; a measure that
        was not taken in this cohort has ``n_runners`` 0.

    Raises
    ------
    DataError
        If rows are strides, or a measure or side is unknown.
    """
    names = [measures] if isinstance(measures, str) else list(measures)
    rows = select_runners(runners, names, side=side)
    result = []
    for name in names:
        seen = rows.groupby("speed_m_s")[name].agg(["count", "mean", "std", "min", "max"])
        half = t_half_width(seen["std"], seen["count"], confidence)
        seen = seen.assign(ci_low=seen["mean"] - half, ci_high=seen["mean"] + half)
        result.append(seen.reset_index().assign(measure=name, unit=column(name).unit))
    table = pd.concat(result, ignore_index=True).rename(columns={"count": "n_runners", "std": "sd"})
    front = ["measure", "unit", "speed_m_s", "n_runners", "mean", "sd", "ci_low", "ci_high"]
    return table[[*front, "min", "max"]]


def share_beyond(
    runners: pd.DataFrame,
    measure: str,
    *,
    below: float | None = None,
    above: float | None = None,
    side: str = "both",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """How many runners lie beyond a threshold, one speed at a time.

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
        ``measure, speed_m_s, rule, n_runners, n_beyond, share, ci_low, ci_high``; NaN where nobody
        was measured. The interval is about runners like these; that a measure has an error of its
        own is not in it.

    Raises
    ------
    DataError
        If rows are strides, the measure or side is unknown, or there is not one threshold.
    """
    if (below is None) == (above is None):
        raise DataError("Expected one threshold: below=... or above=....")
    rows = select_runners(runners, [measure], side=side)
    z = ndtri(0.5 + confidence / 2)
    result = []
    for speed, values in rows.groupby("speed_m_s")[measure]:
        values = values.dropna()
        n = len(values)
        beyond = int((values < below).sum() if above is None else (values > above).sum())
        share = beyond / n if n else np.nan
        middle = (share + z**2 / (2 * n)) / (1 + z**2 / n) if n else np.nan
        half = (
            z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2) if n else 0
        )
        rule = f"below {below:g}" if above is None else f"above {above:g}"
        result.append((measure, speed, rule, n, beyond, share, middle - half, middle + half))
    counted = ["n_runners", "n_beyond", "share", "ci_low", "ci_high"]
    return pd.DataFrame(result, columns=["measure", "speed_m_s", "rule", *counted])


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
        From `runner_means`.
    measures : str or list of str
    side : {"both", "left", "right"}
    confidence : float
        Level of the interval.

    Returns
    -------
    DataFrame
        One row per measure: ``measure, unit, n_runners``, mean slope ``per_m_s`` with ``ci_low,
        ci_high``, the standard deviation of the slopes between runners ``sd_between``, and
        ``share_positive``: the share of runners whose slope is positive. With fewer than two
        runners measured at two speeds the interval is NaN.

    Raises
    ------
    DataError
        If rows are strides, or a measure or side is unknown.
    """
    names = [measures] if isinstance(measures, str) else list(measures)
    rows = select_runners(runners, names, side=side)
    result = []
    for name in names:
        slopes = _slopes(rows[["runner_id", "speed_m_s", name]].dropna(), name)
        n = len(slopes)
        mean = slopes.mean() if n else np.nan
        sd = slopes.std(ddof=1) if n > 1 else np.nan
        half = t_half_width(sd, n, confidence)
        result.append(
            {
                "measure": name,
                "unit": f"{column(name).unit} per m/s".strip(),
                "n_runners": n,
                "per_m_s": mean,
                "ci_low": mean - half,
                "ci_high": mean + half,
                "sd_between": sd,
                "share_positive": (slopes > 0).mean() if n else np.nan,
            }
        )
    return pd.DataFrame(result)


def relate(
    runners: pd.DataFrame,
    x: str,
    y: str | list[str],
    *,
    speed_m_s: float | None = None,
    side: str = "both",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Correlation between two measures over runners, one speed at a time.

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
        ``x, y, speed_m_s, n_runners, r, ci_low, ci_high, p``; NaN with fewer than four runners
        or where a measure does not vary.

    Raises
    ------
    DataError
        If rows are strides, or a measure, side or speed is unknown.
    """
    names = [y] if isinstance(y, str) else list(y)
    rows = select_runners(runners, [x, *names], side=side, speed_m_s=speed_m_s)
    speeds = sorted(rows["speed_m_s"].unique())
    result = []
    for name in names:
        for speed in speeds:
            seen = rows.loc[np.isclose(rows["speed_m_s"], speed), [x, name]].dropna()
            n = len(seen)
            varied = n > 3 and (seen.nunique() > 1).all() and x != name
            r = np.corrcoef(seen[x], seen[name])[0, 1] if varied else np.nan
            t = r * np.sqrt((n - 2) / (1 - r**2))
            half = ndtri(0.5 + confidence / 2) / np.sqrt(max(n - 3, 1))
            result.append(
                {
                    "x": x,
                    "y": name,
                    "speed_m_s": speed,
                    "n_runners": n,
                    "r": r,
                    "ci_low": np.tanh(np.arctanh(r) - half),
                    "ci_high": np.tanh(np.arctanh(r) + half),
                    "p": 2 * stdtr(n - 2, -abs(t)),
                }
            )
    return pd.DataFrame(result)


def _slopes(rows: pd.DataFrame, name: str) -> np.ndarray:
    """Least-squares slope on speed of each runner with two speeds or more."""
    runner = rows["runner_id"]
    speed = rows["speed_m_s"] - rows.groupby(runner)["speed_m_s"].transform("mean")
    products = pd.DataFrame({"xy": speed * rows[name], "xx": speed**2}).groupby(runner).sum()
    several = products[products["xx"] > 1e-9]
    return (several["xy"] / several["xx"]).to_numpy()


def t_half_width(sd: np.ndarray, n: np.ndarray, confidence: float = 0.95) -> np.ndarray:
    """Half the width of the t interval of a mean.

    Parameters
    ----------
    sd : array_like
        Standard deviation between runners.
    n : array_like
        Runners; below two the result is NaN.
    confidence : float
        Level of the interval.

    Returns
    -------
    ndarray
    """
    if not 0 < confidence < 1:
        raise DataError(f"confidence={confidence}. Expected a part of one, such as 0.95.")
    n = np.asarray(n, float)
    degrees = np.where(n > 1, n - 1, np.nan)
    return stdtrit(degrees, 0.5 + confidence / 2) * np.asarray(sd, float) / np.sqrt(n)

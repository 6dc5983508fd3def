"""Changes and relations with the runner as the unit."""

from __future__ import annotations

import difflib

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtr, stdtrit

from glutelab.errors import DataError
from glutelab.schema import column

__all__ = ["change_with_speed", "relate", "t_half_width"]


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
        ``share_positive``: the share of runners whose slope is positive.

    Raises
    ------
    DataError
        If fewer than two runners have two speeds, rows are strides, or a measure is unknown.
    """
    names = [measures] if isinstance(measures, str) else list(measures)
    rows = _runner_rows(runners, names, side)
    result = []
    for name in names:
        slopes = _slopes(rows[["runner_id", "speed_m_s", name]].dropna(), name)
        if len(slopes) < 2:
            raise DataError(
                f"{name}: {len(slopes)} runner(s) with two speeds or more. Expected at least 2. "
                "A change with speed needs runners measured at several speeds."
            )
        half = t_half_width(slopes.std(ddof=1), len(slopes), confidence)
        result.append(
            {
                "measure": name,
                "unit": f"{column(name).unit} per m/s".strip(),
                "n_runners": len(slopes),
                "per_m_s": slopes.mean(),
                "ci_low": slopes.mean() - half,
                "ci_high": slopes.mean() + half,
                "sd_between": slopes.std(ddof=1),
                "share_positive": (slopes > 0).mean(),
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
        ``x, y, speed_m_s, n_runners, r, ci_low, ci_high, p``.

    Raises
    ------
    DataError
        If a speed has fewer than four runners, rows are strides, or a measure is unknown.
    """
    names = [y] if isinstance(y, str) else list(y)
    rows = _runner_rows(runners, [x, *names], side)
    speeds = sorted(rows["speed_m_s"].unique()) if speed_m_s is None else [speed_m_s]
    result = []
    for name in names:
        for speed in speeds:
            seen = rows.loc[np.isclose(rows["speed_m_s"], speed), [x, name]].dropna()
            n = len(seen)
            if n < 4:
                raise DataError(
                    f"{name} against {x} at {speed} m/s: {n} runner(s). Expected at least 4."
                )
            r = np.corrcoef(seen[x], seen[name])[0, 1]
            t = r * np.sqrt((n - 2) / (1 - r**2))
            half = ndtri(0.5 + confidence / 2) / np.sqrt(n - 3)
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


def _runner_rows(runners: pd.DataFrame, names: list[str], side: str) -> pd.DataFrame:
    """Rows of one side, one per runner, speed and slope; strides are refused."""
    for name in names:
        if name not in runners:
            close = difflib.get_close_matches(name, runners.columns, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise DataError(f"there is no column {name!r} among the runner means.{hint}")
    rows = runners[runners["side"] == side]
    if rows.empty:
        there = ", ".join(sorted(runners["side"].unique()))
        raise DataError(f"no rows of side {side!r}. There are: {there}.")
    keys = [key for key in ("cohort", "runner_id", "speed_m_s", "slope_pct") if key in rows]
    if rows.duplicated(keys).any():
        raise DataError(
            f"{len(rows)} rows for {rows['runner_id'].nunique()} runners: several per runner and "
            "speed. Strides are not people: average them first with runner_means(cohort)."
        )
    return rows


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
    n = np.asarray(n, float)
    degrees = np.where(n > 1, n - 1, np.nan)
    return stdtrit(degrees, 0.5 + confidence / 2) * np.asarray(sd, float) / np.sqrt(n)

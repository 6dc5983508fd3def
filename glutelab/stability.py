"""Whether runners keep their order from one speed to another."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from glutelab.conditions import refuse_several, say_warning, select_runners
from glutelab.contrasts.choices import check_confidence, list_measures
from glutelab.contrasts.rows import PERSON
from glutelab.errors import DataError
from glutelab.schema.keys import CONDITIONS

__all__ = ["rank_stability"]

FEWEST = 5  # runners; below, the interval of a rank correlation means nothing
SAME = 0.05 + 1e-9  # m/s


def rank_stability(
    runners: pd.DataFrame,
    measures: str | list[str],
    *,
    between: tuple[float, float] | None = None,
    side: str = "both",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Rank correlation of a measure at one speed with the same at another, over runners.

    Near 1, who is high at one speed is high at the other: form is a trait of the runner. It says
    nothing about whether practice at one speed changes form at the other.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`, under one slope, shoe and session.
    measures : str or list of str
    between : tuple of float, optional
        Two speeds, m/s; by default the slowest and the fastest. Those within 0.05 m/s of one of
        them count as run at it.
    side : {"both", "left", "right"}
    confidence : float
        Level of the interval.

    Returns
    -------
    DataFrame
        One row per measure: ``measure, speed_1_m_s, speed_2_m_s, n_runners`` (who have both),
        ``rho`` (Spearman), ``ci_low, ci_high`` (Fisher's z with the standard error of Bonett and
        Wright 2000, doi 10.1007/BF02294183), ``warning``. NaN with fewer than 5 runners or one
        speed only.

    Raises
    ------
    DataError
        If rows are strides, conditions would be pooled, or a measure, side or speed is unknown.

    Examples
    --------
    >>> from glutelab.simulate import simulate_runners
    >>> table = rank_stability(simulate_runners(30, seed=1), "peak_hip_extension_deg")
    >>> table[["speed_1_m_s", "speed_2_m_s", "n_runners"]].values.tolist()
    [[2.5, 4.5, 30.0]]
    """
    names, confidence = list_measures(measures), check_confidence("confidence", confidence)
    rows = select_runners(runners, names, side=side)
    refuse_several(rows, ("cohort", *CONDITIONS[1:]))
    slow, fast = _speeds(rows, between)
    result = []
    for name in names:
        wide = [_at(rows, speed, name) for speed in (slow, fast)]
        both = pd.concat(wide, axis=1, join="inner").dropna()
        used = pd.MultiIndex.from_frame(rows[PERSON]).isin(both.index) & (slow != fast)
        part = rows.assign(**{name: rows[name].where(used)})
        rho, low, high = _correlate(both.to_numpy(float), confidence, slow != fast)
        result.append(
            {
                "measure": name,
                "speed_1_m_s": slow,
                "speed_2_m_s": fast,
                "n_runners": len(both) if slow != fast else 0,
                "rho": rho,
                "ci_low": low,
                "ci_high": high,
                "warning": say_warning(
                    part,
                    rows,
                    [name],
                    fewest=FEWEST,
                    purpose="a rank correlation with its interval",
                    nobody="was measured at two speeds",
                ),
            }
        )
    return pd.DataFrame(result)


def _speeds(rows: pd.DataFrame, between: tuple[float, float] | None) -> tuple[float, float]:
    there = sorted(rows["speed_m_s"].unique())
    if between is None:  # speeds of belts are off by a little
        slow = [speed for speed in there if speed <= there[0] + 2 * SAME]
        fast = [speed for speed in there if speed >= there[-1] - 2 * SAME]
        if slow[-1] >= fast[0]:
            return (float(np.mean(there)),) * 2
        return float(np.mean(slow)), float(np.mean(fast))
    try:
        slow, fast = (float(speed) for speed in between)
    except (TypeError, ValueError):
        raise DataError(
            f"between is {between!r}. Expected two speeds, such as (2.5, 4.5)."
        ) from None
    for speed in (slow, fast):
        if not any(abs(speed - other) <= SAME for other in there):
            listed = ", ".join(f"{other:g}" for other in there)
            raise DataError(f"nobody ran at {speed:.4g} m/s. There are: {listed}.")
    if abs(slow - fast) <= SAME:
        raise DataError(f"between is {between!r}. Expected two different speeds.")
    return slow, fast


def _at(rows: pd.DataFrame, speed: float, name: str) -> pd.Series:
    part = rows[(rows["speed_m_s"] - speed).abs() <= SAME]
    return part.groupby(PERSON)[name].mean()


def _correlate(values: np.ndarray, confidence: float, two: bool) -> tuple[float, float, float]:
    n = len(values)
    if not two or n < FEWEST:
        return (np.nan,) * 3
    first, second = pd.DataFrame(values).rank().to_numpy().T
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return (np.nan,) * 3
    rho = float(np.clip(np.corrcoef(first, second)[0, 1], -1, 1))
    half = ndtri(0.5 + confidence / 2) * np.sqrt((1 + rho**2 / 2) / (n - 3))
    with np.errstate(divide="ignore"):
        z = np.arctanh(rho)
    return rho, float(np.tanh(z - half)), float(np.tanh(z + half))

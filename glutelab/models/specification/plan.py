"""The defensible choices of an analysis, and the runners as arrays, once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from numbers import Real

import numpy as np
import pandas as pd

from glutelab.contrasts.covariates import code_words
from glutelab.contrasts.rows import PERSON, is_number, listed
from glutelab.contrasts.tables import check_table
from glutelab.errors import DataError
from glutelab.models.economy.rows import check_question, count_speeds, select_rows
from glutelab.models.posture import POSTURES

__all__ = ["ALL", "CHOICES", "OUTLIERS", "Choice", "Grid", "build_grid", "list_choices"]

ALL = "all"
CHOICES = ("posture", "outcome", "covariates", "outliers", "speed")
OUTLIERS = ("none", "3 MAD", "Cook")
MOST = 5000  # specifications
MOST_SPEEDS = 8


@dataclass(frozen=True)
class Choice:
    """One specification.

    Attributes
    ----------
    posture, outcome : str
    covariates : tuple of str
    outliers : str
        One of `OUTLIERS`.
    speed : float or "all"
        m/s.
    """

    posture: str
    outcome: str
    covariates: tuple[str, ...]
    outliers: str
    speed: float | str


@dataclass(frozen=True, eq=False)
class Grid:
    """Runners by speeds; NaN where there is no value.

    Attributes
    ----------
    rows : DataFrame
        What the arrays were made from.
    people : DataFrame
        ``cohort, runner_id`` of each runner.
    speeds_m_s : ndarray, shape (s,)
        NaN if the table has no speeds.
    values : dict of str to ndarray, shape (n, s, k)
        Of a column of numbers k is 1; words have a column of 0 and 1 for each but the first.
    """

    rows: pd.DataFrame
    people: pd.DataFrame
    speeds_m_s: np.ndarray
    values: dict[str, np.ndarray]


def build_grid(
    runners: pd.DataFrame,
    postures: Sequence[str],
    outcomes: Sequence[str],
    covariate_sets: Sequence[Sequence[str]],
    side: str,
) -> Grid:
    """Check the table and its columns, and put them on a grid of runners and speeds.

    Raises
    ------
    DataError
        If a column is misspelled, or rows would be pooled; a declared measure that the cohort does
        not have is an empty column.
    """
    table = check_table(runners)
    absent = [name for name in postures if name in POSTURES and name not in table]
    table = table.assign(**dict.fromkeys(absent, np.nan))
    for posture, outcome, names in product(postures, outcomes, covariate_sets):
        table, _ = check_question(table, posture, outcome, names)
    names = list(dict.fromkeys([*postures, *outcomes, *(c for one in covariate_sets for c in one)]))
    rows, _ = select_rows(table, postures[0], outcomes[0], names, side=side, speed_m_s=None)
    speeds = count_speeds(rows)
    number = np.zeros(len(rows), int)
    if speeds:
        distance = np.abs(rows["speed_m_s"].to_numpy(float)[:, None] - np.asarray(speeds))
        number = distance.argmin(axis=1)
    who = pd.MultiIndex.from_frame(rows[PERSON].astype(str))
    runner, people = pd.factorize(who, sort=True)
    place = runner * max(1, len(speeds)) + number
    if len(np.unique(place)) < len(place):
        raise DataError(
            "a runner has several rows at one speed. Average them first; or is a row in it twice?"
        )
    shape = (len(people), max(1, len(speeds)))
    values = {}
    for name in names:
        columns = _columns(rows[name])
        full = np.full((shape[0] * shape[1], columns.shape[1]), np.nan)
        full[place] = columns
        values[name] = full.reshape(*shape, -1)
    people = pd.DataFrame(list(people), columns=PERSON)
    return Grid(rows, people, np.asarray(speeds or [np.nan], float), values)


def _columns(series: pd.Series) -> np.ndarray:
    """Numbers, or 0 and 1 per word but the first; shape (n_rows, k)."""
    if is_number(series):
        return series.to_numpy(float, na_value=np.nan)[:, None]
    known = series.dropna()
    _, coded = code_words(known)
    found = np.full((len(series), max(1, coded.shape[1])), np.nan)
    found[series.notna()] = coded if coded.shape[1] else 0.0
    return found


def list_choices(
    grid: Grid,
    postures: Sequence[str],
    outcomes: Sequence[str],
    covariate_sets: Sequence[Sequence[str]],
    speeds: Sequence[float | str] | None,
    outliers: Sequence[str],
) -> list[Choice]:
    """All combinations.

    Raises
    ------
    DataError
        For an outlier rule or a speed that there is not, or far too many combinations.
    """
    unknown = [rule for rule in outliers if rule not in OUTLIERS]
    if unknown or not outliers:
        raise DataError(f"outliers={listed(outliers)}. Expected some of {', '.join(OUTLIERS)}.")
    chosen = _choose_speeds(grid.speeds_m_s, speeds)
    sets = list(dict.fromkeys(tuple(n for n in one if n != "speed_m_s") for one in covariate_sets))
    parts = [dict.fromkeys(part) for part in (postures, outcomes, sets, outliers, chosen)]
    count = int(np.prod([len(part) for part in parts]))
    if not 0 < count <= MOST:
        raise DataError(f"{count:,} specifications. Expected 1 to {MOST:,}: leave choices out.")
    return [Choice(*one) for one in product(*parts)]


def _choose_speeds(there: np.ndarray, speeds) -> list[float | str]:
    if np.isnan(there).all():
        return [ALL] if speeds is None else list(speeds)
    if speeds is None:
        if len(there) > MOST_SPEEDS:
            raise DataError(
                f"runners ran {len(there)} speeds ({listed(there)} m/s). Name those to look at, "
                f"for example speeds=[{there[len(there) // 2]:g}, 'all']."
            )
        return [*map(float, there), *([ALL] if len(there) > 1 else [])]
    speeds = [speeds] if isinstance(speeds, str | Real) else list(speeds)
    for speed in speeds:
        number = isinstance(speed, Real) and not isinstance(speed, bool)
        if speed != ALL and not (number and np.isclose(there, float(speed), atol=0.05).any()):
            raise DataError(
                f"speeds: {speed!r} is none of these runners'. There are {listed(there)} m/s, and "
                "'all' for a mixed model of all of them."
            )
    if not speeds:
        raise DataError("speeds is empty. Expected speeds (m/s), 'all', or nothing for both.")
    return [
        speed if speed == ALL else float(there[np.abs(there - speed).argmin()]) for speed in speeds
    ]

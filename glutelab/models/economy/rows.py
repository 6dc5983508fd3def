"""The rows a model of running economy is fitted to; what was asked wrongly is refused."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Number

import numpy as np
import pandas as pd

from glutelab.contrasts.caveats import refuse_same_person
from glutelab.contrasts.choices import list_names
from glutelab.contrasts.numbers import is_real, only_numbers, why_no_numbers
from glutelab.contrasts.rows import (
    PERSON,
    choose_rows,
    find_column,
    is_number,
    listed,
    refuse_infinite,
)
from glutelab.errors import DataError, ProblemList
from glutelab.measures.costs import COSTS
from glutelab.schema import LEGS, RUNNERS, column, unit
from glutelab.schema.keys import CONDITIONS
from glutelab.selection import fill_unmeasured

__all__ = [
    "SAME_SPEED",
    "check_question",
    "choose_outcome",
    "count_speeds",
    "label",
    "select_rows",
    "small",
    "with_unit",
]

SAME_SPEED = 0.05  # m/s: rows this close to the speed asked for count as run at it
# What has to be known of the runners to say what must be said beside the number.
_KEPT = (*PERSON, *CONDITIONS, *COSTS, "energy_equation", "energy_baseline", "simulated")
_KEPT = (*_KEPT, "laboratory", "pipeline", "caveat")
_FEW = 3  # values that cannot be, told one by one
_DEFAULTS = ("energy_cost_j_kg_m", "oxygen_cost_ml_kg_km")
_EXPRESSIONS = ("vo2_ml_kg_min", "oxygen_cost_ml_kg_km", "energy_cost_j_kg_m")


def label(name: str) -> str:
    """What a column is called in a sentence; its own name if no table declares it."""
    try:
        return column(name).label
    except DataError:
        return name


def small(name: str) -> str:
    """The same within a sentence.

    Examples
    --------
    >>> small("thomas_test_deg"), small("energy_cost_j_kg_m")
    ('modified Thomas test', 'energy cost')
    """
    text = label(name)
    return text if text == name else text[:1].lower() + text[1:]


def with_unit(value: float, name: str, digits: int = 6) -> str:
    """A value of a column as it is read.

    Examples
    --------
    >>> with_unit(9, "thomas_test_deg"), with_unit(4.3, "energy_cost_j_kg_m")
    ('9°', '4.3 J/kg/m')
    """
    one = unit(name)
    return f"{value:.{digits}g}{'' if one == '°' else ' '}{one}".strip()


def choose_outcome(table: pd.DataFrame, outcome: str | None) -> str:
    """The cost that was asked for; if none was, energy cost where anybody has it, else oxygen cost.

    Examples
    --------
    >>> choose_outcome(pd.DataFrame({"oxygen_cost_ml_kg_km": [200.0]}), None)
    'oxygen_cost_ml_kg_km'
    """
    if outcome is not None:
        return outcome
    there = (name for name in _DEFAULTS if name in table and table[name].notna().any())
    return next(there, _DEFAULTS[0])


def check_question(
    table: pd.DataFrame, posture: str, outcome: str, adjust_for: str | Sequence[str]
) -> tuple[pd.DataFrame, list[str]]:
    """The table with empty columns for what was not measured, and the names of the covariates.

    Parameters
    ----------
    table : DataFrame
        From `check_table`.
    posture, outcome : str
    adjust_for : str or sequence of str

    Returns
    -------
    table : DataFrame
    covariates : list of str
        Without ``speed_m_s``, which is in the model wherever it differs.

    Raises
    ------
    DataError
        If a column is misspelled, holds words or cannot be where it was put, or a value is none
        that can be.
    """
    covariates = list_names(adjust_for, "adjust_for")
    wrong = [name for name in (posture, outcome, *covariates) if not isinstance(name, str)]
    if wrong:
        raise DataError(f"{wrong[0]!r} is no name of a column. Expected one, in quotes.")
    table = fill_unmeasured(table, [posture, outcome, *covariates])
    table = table.assign(**{n: np.nan for n in {posture, outcome} & set(COSTS) if n not in table})
    uses = {posture: "posture", outcome: "outcome"}
    for name in dict.fromkeys((posture, outcome, *covariates)):
        table = _read_numbers(table, name, uses.get(name, "adjust_for"))
    _refuse_roles(posture, outcome, covariates)
    _refuse_two_classes(table, covariates)
    for name in dict.fromkeys((posture, outcome, *covariates)):
        refuse_infinite(table, name)
    _refuse_impossible(table, dict.fromkeys((outcome, posture, *covariates, *COSTS)))
    return table, [name for name in covariates if name != "speed_m_s"]


def _read_numbers(table: pd.DataFrame, name: str, use: str) -> pd.DataFrame:
    """The table with the column as numbers, if it has to hold some or does but for its type."""
    values = find_column(table, name, use)
    if is_number(values):
        return table
    if only_numbers(values) or values.isna().all():
        return table.assign(**{name: pd.to_numeric(values.astype(object))})
    if use != "adjust_for":
        raise DataError(why_no_numbers(table, name, use=use))
    mixed = values.dropna().map(lambda one: isinstance(one, Number)).any()
    if _is_declared_number(name) or (mixed and not pd.api.types.is_bool_dtype(values)):
        raise DataError(why_no_numbers(table, name))
    return table


def _is_declared_number(name: str) -> bool:
    try:
        return column(name).dtype in ("number", "whole")
    except DataError:
        return False


def _refuse_two_classes(table: pd.DataFrame, covariates: list[str]) -> None:
    """What a person is does not change from trial to trial."""
    for name in covariates:
        if name not in RUNNERS or is_number(table[name]):
            continue
        found = table[table[name].notna()].groupby(PERSON, sort=False)[name].unique()
        several = found[found.map(len) > 1]
        if len(several):
            who, values = several.index[0][-1], sorted(map(str, several.iloc[0]))
            n = "two" if len(values) == 2 else len(values)
            raise DataError(
                f"runner {who} has {n} values of {name}: {listed(values)}. Expected one."
            )


def _refuse_roles(posture: str, outcome: str, covariates: list[str]) -> None:
    """A column has one part to play."""
    if posture == outcome or posture in (*COSTS, *CONDITIONS):
        raise DataError(
            f"{posture} is no posture: it is the cost, or the condition under which it was "
            "measured. Expected a measure such as standing_pelvic_tilt_deg or thomas_test_deg."
        )
    names = [posture, outcome, *covariates]
    twice = [name for name in covariates if names.count(name) > 1]
    if twice:
        raise DataError(f"{twice[0]} is asked for twice. Name each column once.")
    who = [name for name in covariates if name in PERSON and name != "cohort"]
    if who:
        raise DataError("runner_id cannot be adjusted for: the runner is the unit.")
    same = [name for name in covariates if name in _EXPRESSIONS and outcome in _EXPRESSIONS]
    if same:
        raise DataError(
            f"{same[0]} is {outcome} in another unit; adjusting for it would leave nothing. Take "
            "it out of adjust_for."
        )


def _refuse_impossible(table: pd.DataFrame, names) -> None:
    problems = []
    for name in names:
        if name in table and is_number(table[name]):
            problems += _impossible(table, name)
    if problems:
        raise ProblemList("the table of runners", problems)


def _impossible(table: pd.DataFrame, name: str) -> list[str]:
    """A sentence per value that cannot be (an exchange ratio of 3), or one if there are many."""
    try:
        limits = column(name).possible
    except DataError:
        limits = (1e-9, np.inf) if "cost" in name else None
    if limits is None:
        return []
    low, high = limits
    values = table[name].astype(float)
    bad = (values < low) | (values > high)
    if not bad.any():
        return []
    expected = "more than 0" if high == np.inf else f"{low:g} to {high:g}"
    rows, constant = table[bad], table.groupby(PERSON)[name].transform("nunique") == 1
    own = "speed_m_s" not in table or name in RUNNERS or name in LEGS
    many = table.groupby(PERSON)[name].transform("size") > 1
    rows = rows.assign(_all=own | (constant & many)[bad])
    rows = rows[~(rows["_all"] & rows.duplicated([*PERSON, name]))]
    said = [(row, "" if row["_all"] else _at(row["speed_m_s"])) for _, row in rows.iterrows()]
    if len(said) > _FEW:
        row, at = said[0][0], "" if own else _at(said[0][0]["speed_m_s"])
        return [
            f"{name} is {row[name]:g} for {row['runner_id']}{at}, and {len(said) - 1} more. "
            f"Expected {expected}. Is another column named so?"
        ]
    return [
        f"runner {row['runner_id']}{at}: {name} is {row[name]:g}. Expected {expected}. Look at "
        "the trial, and correct it or leave it empty."
        for row, at in said
    ]


def _at(speed: float) -> str:
    return f" at {speed:.4g} m/s" if is_real(speed) and np.isfinite(speed) else ""


def select_rows(
    table: pd.DataFrame,
    posture: str,
    outcome: str,
    covariates: list[str],
    *,
    side: str,
    speed_m_s: float | None,
) -> tuple[pd.DataFrame, str]:
    """Rows of one side, at one speed or all; other conditions are not pooled.

    Parameters
    ----------
    table : DataFrame
    posture, outcome : str
    covariates : list of str
    side : {"both", "left", "right"}
    speed_m_s : float or None
        None for all there are.

    Returns
    -------
    rows : DataFrame
        With the columns that are needed, and those that say where runners come from.
    side : str

    Raises
    ------
    DataError
        If slopes, shoes or sessions would be pooled, a runner has two rows of one speed, or one
        person is in two cohorts.
    """
    modeled = [*covariates, "speed_m_s"]
    for name in CONDITIONS[1:]:
        _refuse_pooling(table, name, covariates)
    rows, used = choose_rows(
        table,
        posture if speed_m_s is not None else "speed_m_s",
        side=side,
        speed_m_s=speed_m_s,
        speed_within_m_s=SAME_SPEED,
        modeled=modeled,
    )
    if "speed_m_s" in rows and rows["speed_m_s"].isna().any():
        who = rows.loc[rows["speed_m_s"].isna(), "runner_id"].iloc[0]
        raise DataError(f"runner {who} has a row without speed_m_s. Fill it in.")
    keys = [*PERSON, *(name for name in ("speed_m_s",) if name in rows)]
    again = rows[rows.duplicated(keys)]
    if len(again):
        raise DataError(
            f"runner {again['runner_id'].iloc[0]} has several rows"
            + (f" at {again['speed_m_s'].iloc[0]:.4g} m/s" if "speed_m_s" in rows else "")
            + ". Strides and repeated trials are not people: average them first, as "
            "glutelab.runner_means(cohort) does; or is the row in it twice?"
        )
    refuse_same_person(rows)
    wanted = {*_KEPT, posture, outcome, *covariates}
    return rows[[name for name in rows if name in wanted]], used


def _refuse_pooling(table: pd.DataFrame, name: str, covariates: list[str]) -> None:
    if name not in table or table[name].nunique() < 2:
        return
    several = (table.groupby(PERSON)[name].nunique() > 1).any()
    if not several and name in covariates:
        return
    known = sorted(table[name].dropna().unique())
    adjust = "" if several else f", or model it: adjust_for=[{name!r}]"
    raise DataError(
        f"this would pool {name} of {listed(known)}. Keep one, for example "
        f"runners[runners[{name!r}] == {known[0]!r}]{adjust}."
    )


def count_speeds(rows: pd.DataFrame) -> list[float]:
    """Speeds that are told apart: those within 0.1 m/s of the slowest of them are one.

    Examples
    --------
    >>> count_speeds(pd.DataFrame({"speed_m_s": [3.48, 2.5, 3.52]}))
    [2.5, 3.5]
    """
    if "speed_m_s" not in rows or rows.empty:
        return []
    groups: list[list[float]] = []
    for speed in np.sort(rows["speed_m_s"].unique().astype(float)):
        if not groups or speed > groups[-1][0] + 2 * SAME_SPEED + 1e-9:
            groups.append([])
        groups[-1].append(speed)
    return [round(float(np.mean(group)), 3) for group in groups]

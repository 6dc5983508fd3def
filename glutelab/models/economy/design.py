"""From rows of runners to the columns of a model: posture between and within, speed, covariates."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from glutelab.contrasts.covariates import code_words
from glutelab.contrasts.rows import PERSON, is_number
from glutelab.models.economy.rows import count_speeds, label
from glutelab.schema import unit

__all__ = ["Design", "Term", "build_design", "in_order"]

_NOTHING = 1e-9  # of a column's spread: it does not change


@dataclass(frozen=True)
class Term:
    """One column of the model.

    Attributes
    ----------
    key, name, part, label, unit : str
        `part` is between, within or covariate; `key` is unique.
    sd : float
        Between runners, or within them, in the unit of the column.
    n_runners : int
        Runners it is known from.
    """

    key: str
    name: str
    part: str
    label: str
    unit: str
    sd: float
    n_runners: int


@dataclass(frozen=True, eq=False)
class Design:
    """What is fitted.

    Attributes
    ----------
    y : ndarray, shape (n_rows,)
    columns : ndarray, shape (n_rows, k)
        Without the intercept.
    runner : ndarray of int, shape (n_rows,)
    people : DataFrame
        ``cohort, runner_id`` of each runner, in the order of their numbers.
    terms : tuple of Term
    speeds_m_s : list of float
    repeated : bool
        Whether runners have several rows, so that a mixed model is needed.
    y_between, y_within : float
        Standard deviations of the outcome between and within runners.
    notes : tuple of str
    """

    y: np.ndarray
    columns: np.ndarray
    runner: np.ndarray
    people: pd.DataFrame
    terms: tuple[Term, ...]
    speeds_m_s: list[float]
    repeated: bool
    y_between: float
    y_within: float
    notes: tuple[str, ...]

    @property
    def n_runners(self) -> int:
        """Number of runners."""
        return len(self.people)

    def means(self, values: np.ndarray) -> np.ndarray:
        """Mean of each runner's rows, of one column or of several."""
        each = [_per_runner(column, self.runner) for column in np.atleast_2d(values.T)]
        return each[0] if values.ndim == 1 else np.column_stack(each)

    @property
    def keys(self) -> list[str]:
        """Keys of the terms."""
        return [term.key for term in self.terms]

    def without(self, keep: np.ndarray, rows: np.ndarray | None = None) -> Design:
        """The same with some of the columns only, or some of the rows."""
        rows = np.ones(len(self.y), bool) if rows is None else rows
        return replace(
            self,
            y=self.y[rows],
            columns=self.columns[rows][:, keep],
            runner=self.runner[rows],
            terms=tuple(term for term, kept in zip(self.terms, keep, strict=True) if kept),
        )

    @property
    def is_posture(self) -> np.ndarray:
        """Which terms are posture, shape (k,)."""
        return np.array([term.key.startswith("posture") for term in self.terms], bool)


def build_design(rows: pd.DataFrame, posture: str, outcome: str, covariates: list[str]) -> Design:
    """Columns of the model; runners are numbered by what was measured, not by their names.

    A column that changes within runners is split into the runner's value at the mean speed
    (between) and what is left of it after that and after the mean change with speed (within).
    Taking the mean change out leaves the coefficient as it is, speed being in the model; where all
    ran the same speeds, the between part is the runner's mean, but for a constant.

    Parameters
    ----------
    rows : DataFrame
        Without missing values.
    posture, outcome : str
    covariates : list of str

    Returns
    -------
    Design
    """
    rows = in_order(rows, posture, outcome)
    runner, people = _number(rows)
    speeds = count_speeds(rows)
    speed_columns, speed_terms = _speed(rows, speeds, len(people))
    y = rows[outcome].to_numpy(float)
    y_between, y_within = _split(y, runner, speed_columns)
    columns, terms, notes = [], [], []
    for name in (posture, *covariates):
        head = "posture" if name == posture else f"covariate {name}"
        parts = _number_terms if is_number(rows[name]) else _word_terms
        found, said = parts(rows[name], name, head, runner, speed_columns)
        columns += [column for column, _ in found]
        terms += [term for _, term in found]
        notes += said
    columns += list(speed_columns.T)
    stacked = np.column_stack(columns) if columns else np.empty((len(y), 0))
    return Design(
        y,
        stacked,
        runner,
        people,
        (*terms, *speed_terms),
        speeds,
        bool(np.bincount(runner).max() > 1),
        float(_per_runner(y_between, runner).std(ddof=1)) if len(people) > 1 else np.nan,
        float(np.sqrt((y_within**2).sum() / max(1, len(y) - len(people)))),
        tuple(notes),
    )


def in_order(rows: pd.DataFrame, posture: str, outcome: str) -> pd.DataFrame:
    """Sorted by measurements, so that neither names nor the order of rows change a bootstrap.

    Parameters
    ----------
    rows : DataFrame
    posture, outcome : str

    Returns
    -------
    DataFrame
    """
    by_runner = rows.groupby(PERSON)
    keys = {"_p": by_runner[posture].transform("mean"), "_y": by_runner[outcome].transform("mean")}
    keys = {name: values.round(12) for name, values in keys.items()}
    speed = [name for name in ("speed_m_s",) if name in rows]
    return rows.assign(**keys).sort_values(["_p", "_y", *PERSON, *speed], ignore_index=True)


def _number(rows: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    who = pd.MultiIndex.from_frame(rows[PERSON].astype(str))
    codes, found = pd.factorize(who)
    people = pd.DataFrame(list(found), columns=PERSON)
    return codes, people


def _speed(rows, speeds: list[float], n: int) -> tuple[np.ndarray, list[Term]]:
    """Speed, and its square from three speeds on, around the mean of the speeds."""
    if len(speeds) < 2:
        return np.empty((len(rows), 0)), []
    values = rows["speed_m_s"].to_numpy(float) - np.mean(speeds)
    title = label("speed_m_s")
    columns = [values]
    terms = [Term("speed", "speed_m_s", "covariate", title, "m/s", values.std(), n)]
    if len(speeds) > 2:
        square = values**2
        columns.append(square)
        names = ("speed squared", "speed_m_s^2", "covariate", f"{title} squared", "(m/s)²")
        terms.append(Term(*names, square.std(), n))
    return np.column_stack(columns), terms


def _per_runner(values: np.ndarray, runner: np.ndarray) -> np.ndarray:
    """Mean of each runner's rows, shape (n_runners,)."""
    return np.bincount(runner, values) / np.bincount(runner)


def _split(values, runner, speed) -> tuple[np.ndarray, np.ndarray]:
    """Each row's between part, and its within part beyond the mean change with speed."""
    trend = np.zeros(len(values))
    if speed.shape[1] and len(values) > runner.max() + 1:
        inside = np.column_stack([values, speed])
        inside = inside - np.column_stack([_per_runner(c, runner) for c in inside.T])[runner]
        slopes = np.linalg.lstsq(inside[:, 1:], inside[:, 0], rcond=None)[0]
        trend = speed @ slopes
    between = _per_runner(values - trend, runner)[runner]
    return between, values - trend - between


def _number_terms(series, name, head, runner, speed):
    """Between and within parts of a column of numbers; the latter only if it is there."""
    values = series.to_numpy(float)
    size = max(float(np.abs(values).max()), 1e-300)
    n = runner.max() + 1
    own = np.abs(values - _per_runner(values, runner)[runner]).max()
    if own <= _NOTHING * size:
        values = _per_runner(values, runner)[runner]
        sd = _per_runner(values, runner).std(ddof=1) if n > 1 else np.nan
        part = "between" if head == "posture" else "covariate"
        return [(values, _term(head, name, part, "", sd, n))], []
    between, within = _split(values, runner, speed)
    found = []
    sd = _per_runner(between, runner).std(ddof=1) if n > 1 else np.nan
    part = "between" if head == "posture" else "covariate"
    found.append((between, _term(head, name, part, ", runner's mean", sd, n)))
    if np.abs(within).max() <= 1e-7 * size:
        said = f"{label(name)} changes within runners only as speed does: no part of its own."
        return found, [said]
    part = "within" if head == "posture" else "covariate"
    several = int((np.bincount(runner) > 1).sum())
    sd = np.sqrt((within**2).sum() / max(1, len(values) - n))
    key = f"{head} within"
    within_term = Term(
        key, name, part, f"{label(name)}, runner's own change", unit(name), float(sd), several
    )
    return [*found, (within, within_term)], []


def _term(head: str, name: str, part: str, more: str, sd: float, n: int) -> Term:
    return Term(head, name, part, f"{label(name)}{more}", unit(name), float(sd), int(n))


def _word_terms(series, name, head, runner, speed):
    """Words as classes against the first of them."""
    known, columns = code_words(series)
    found = []
    for one, values in zip(known[1:], columns.T, strict=True):
        title = f"{label(name)}: {one} against {known[0]}"
        names = (f"{head}: {one}", f"{name}: {one}", "covariate", title, "")
        found.append((values, Term(*names, np.nan, int(runner.max() + 1))))
    return found, []

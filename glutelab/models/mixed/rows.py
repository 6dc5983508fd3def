"""Rows for a mixed model: checked, and every reason to refuse said at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from glutelab.contrasts.numbers import as_numbers
from glutelab.contrasts.wording import counted
from glutelab.errors import DataError, ProblemList

__all__ = ["Rows", "check_rows"]

_TINY = 1e-7  # of a column's own length, as in R's lm: less is no column of its own


@dataclass(frozen=True, eq=False)
class Rows:
    """What a mixed model is fitted to.

    Attributes
    ----------
    y : ndarray, shape (n_rows,)
    predictors : ndarray, shape (n_rows, k)
        The intercept first.
    runner : ndarray of int, shape (n_rows,)
        0 .. n - 1.
    runners : ndarray, shape (n,)
        Their names, sorted.
    names : tuple of str
    slope : int or None
        Column of the predictor whose slope differs between runners.
    """

    y: np.ndarray
    predictors: np.ndarray
    runner: np.ndarray
    runners: np.ndarray
    names: tuple[str, ...]
    slope: int | None


def check_rows(
    y: np.ndarray,
    predictors: np.ndarray,
    runner: Sequence,
    names: Sequence[str],
    slope: str | None,
) -> Rows:
    """Refuse what no mixed model can be fitted to.

    Parameters
    ----------
    y : ndarray, shape (n_rows,)
    predictors : ndarray, shape (n_rows, k - 1)
        Without the intercept.
    runner : sequence, shape (n_rows,)
    names : sequence of str
        Of the predictors.
    slope : str or None

    Returns
    -------
    Rows

    Raises
    ------
    DataError
    """
    if runner is None:
        raise DataError("runner is None. Expected who each row belongs to.")
    try:
        y, predictors = np.asarray(y), np.asarray(predictors)
    except ValueError:
        raise DataError(
            "The rows of the outcome or of the predictors differ in length. Expected a number per "
            "row and predictor."
        ) from None
    if predictors.ndim == 1 and y.ndim == 1 and len(y):
        predictors = predictors.reshape(len(y), -1)
    names = tuple(str(name) for name in names)
    _check_shapes(y, predictors, runner, names, slope)
    y, predictors = _read(y, predictors, names)
    if not len(y):
        raise DataError("There are no rows to fit a mixed model to. Was everything filtered out?")
    codes, runners = pd.factorize(np.asarray(runner, object), sort=True)
    problems = [
        *_missing("the outcome", y),
        *_missing("the runner", np.where(codes < 0, np.nan, 0)),
    ]
    for name, column in zip(names, predictors.T, strict=True):
        problems += _missing(name, column)
    if not problems:
        problems = [*_constant(y, predictors, names), *_too_few(codes, runners)]
    if not problems:
        problems = _collinear(predictors, names) or _inseparable(predictors, codes, names, slope)
    if problems:
        raise ProblemList("the rows of the mixed model", problems)
    full = np.column_stack([np.ones(len(y)), predictors])
    _check_residual(y, full, codes)
    at = None if slope is None else 1 + names.index(slope)
    return Rows(y, full, codes, np.asarray(runners), ("intercept", *names), at)


def _check_shapes(y, predictors, runner, names, slope) -> None:
    if y.ndim != 1 or predictors.ndim != 2 or not len(y) == len(predictors) == len(runner):
        raise DataError(
            f"A mixed model takes one row per runner and trial: the outcome has shape {y.shape}, "
            f"the predictors {predictors.shape}, and there are {len(runner)} runner names."
        )
    if len(names) != predictors.shape[1]:
        held, named = counted(predictors.shape[1], "predictor"), counted(len(names), "name")
        raise DataError(f"{held}, but {named}. Expected a name per predictor, in their order.")
    doubled = sorted({name for name in names if ["intercept", *names].count(name) > 1})
    if doubled:
        raise DataError(f"Two predictors are called {doubled[0]}; the intercept is added here.")
    if slope is not None and slope not in names:
        raise DataError(
            f"The slope {slope} is not among the predictors ({', '.join(names)}). A slope that "
            "differs between runners needs their mean slope in the model."
        )


def _read(y, predictors, names) -> tuple[np.ndarray, np.ndarray]:
    """Both as numbers; all columns that hold something else are told at once."""
    columns, problems = [], []
    for name, values in zip(("the outcome", *names), (y, *predictors.T), strict=True):
        try:
            columns.append(as_numbers(values, name))
        except DataError as error:
            problems.append(str(error))
    if problems:
        raise ProblemList("the rows of the mixed model", problems)
    return columns[0], np.column_stack([np.empty((len(y), 0)), *columns[1:]])


def _missing(name: str, column: np.ndarray) -> list[str]:
    bad = np.flatnonzero(~np.isfinite(column))
    if not len(bad):
        return []
    what = "row has" if len(bad) == 1 else "rows have"
    return [
        f"{name}: {len(bad)} {what} no finite value (first: row {bad[0] + 1}). Drop or mend such "
        "rows first, so that it is seen how many were left out."
    ]


def _constant(y, predictors, names) -> list[str]:
    columns = [("the outcome", y), *zip(names, predictors.T, strict=True)]
    return [
        f"{name}: has the same value, {column[0]:g}, in every row, so that nothing can be learned "
        "from it. Leave it out."
        for name, column in columns
        if np.ptp(column) <= 1e-12 * np.abs(column).max()
    ]


def _too_few(codes, runners) -> list[str]:
    if len(runners) < 2:
        return [
            "All rows belong to one runner. A mixed model compares runners; with one runner, fit a "
            "regression to their trials."
        ]
    if np.bincount(codes).max() == 1:
        return [
            f"{len(runners)} runners with one row each: the variance between runners cannot be "
            "told from the variance within them. Use ordinary regression, or add speeds."
        ]
    return []


def _collinear(predictors, names) -> list[str]:
    """Columns that the intercept and the columns before them already contain, in words."""
    centered = predictors - predictors.mean(axis=0)
    centered = centered / np.linalg.norm(centered, axis=0)
    kept: list[int] = []
    problems = []
    for j, name in enumerate(names):
        if not kept:
            kept.append(j)
            continue
        parts = np.linalg.lstsq(centered[:, kept], centered[:, j], rcond=None)[0]
        if np.linalg.norm(centered[:, j] - centered[:, kept] @ parts) > _TINY:
            kept.append(j)
            continue
        others = [names[i] for i, part in zip(kept, parts, strict=True) if abs(part) > 1e-6]
        problems.append(
            f"{name}: is fully given by {' and '.join(others)}, so that their effects cannot be "
            "told apart. Leave one of them out."
        )
    return problems


def _within(columns: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Differences from the runner's own mean."""
    sums = np.zeros((codes.max() + 1, columns.shape[1]))
    np.add.at(sums, codes, columns)
    return columns - (sums / np.bincount(codes)[:, None])[codes]


def _rank(columns: np.ndarray, against: np.ndarray) -> int:
    """Columns left after something was taken out, whose length before is `against`."""
    left = columns[:, np.linalg.norm(columns, axis=0) > _TINY * against]
    if not left.shape[1]:
        return 0
    return int(np.linalg.matrix_rank(left / np.linalg.norm(left, axis=0), tol=_TINY))


def _inseparable(predictors, codes, names, slope) -> list[str]:
    """Too few rows within runners, or too few runners, for the variances to be estimated."""
    n, rows = codes.max() + 1, len(codes)
    size = np.linalg.norm(predictors - predictors.mean(axis=0), axis=0)
    within = _within(predictors, codes)
    inside = _rank(within, size)
    outside = len(names) - inside
    if n - 1 - outside < 1:
        return [
            f"{n} runners, and {counted(outside, 'predictor')} {_verb(outside, 'differ')} only "
            "between runners: no runner is left to estimate the variance between runners from. "
            "Leave predictors out."
        ]
    if rows - n - inside < 1:
        return [
            f"{rows} rows of {n} runners, and {counted(inside, 'predictor')} "
            f"{_verb(inside, 'change')} within runners: no row is left to estimate the variance "
            "within runners from."
        ]
    if slope is None:
        return []
    at = names.index(slope)
    if np.linalg.norm(within[:, at]) <= _TINY * size[at]:
        return [
            f"{slope}: does not change within any runner, so that runners have no slope of their "
            "own. Fit a random intercept only."
        ]
    if rows <= 2 * n:
        return [
            f"{rows} rows of {n} runners: an intercept and a slope per runner leave nothing to "
            "estimate the residual variance from. Fit a random intercept only, or add speeds."
        ]
    return []


def _verb(n: int, verb: str) -> str:
    return f"that {verb}{'s' if n == 1 else ''}"


def _check_residual(y, predictors, codes) -> None:
    spread = np.linalg.norm(y - y.mean())
    left = y - predictors @ np.linalg.lstsq(predictors, y, rcond=None)[0]
    if np.linalg.norm(left) <= 1e-9 * spread:
        raise DataError(
            "The outcome is given by the predictors without any residual. Is one of them computed "
            "from the outcome?"
        )
    inside = _within(np.column_stack([y, predictors]), codes)
    y, predictors = inside[:, 0], inside[:, 1:]
    left = y - predictors @ np.linalg.lstsq(predictors, y, rcond=None)[0]
    if np.linalg.norm(left) <= 1e-5 * spread:
        raise DataError(
            "Within runners the outcome has no residual: each runner's rows are given by the "
            "predictors and one value per runner. Were runner means copied into every row?"
        )

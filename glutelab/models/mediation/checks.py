"""What a mediation cannot be asked of."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.contrasts.least_squares import share_explained
from glutelab.contrasts.numbers import as_numbers
from glutelab.contrasts.wording import counted
from glutelab.errors import DataError
from glutelab.models.mediation.sensitivity import vanishing_correlation

__all__ = ["MIN_RUNNERS", "as_matrix", "as_runners", "as_vector", "refuse"]

MIN_RUNNERS = 8
SAME = 1 - 1e-8  # correlation above which two columns are one


def as_vector(values, name: str) -> np.ndarray:
    """One number per row, none missing."""
    vector = as_numbers(values, name)
    if vector.ndim != 1:
        raise DataError(f"{name} has shape {vector.shape}. Expected one number per row.")
    bad = int((~np.isfinite(vector)).sum())
    if bad:
        what = "missing or infinite" if np.isinf(vector).any() else "missing"
        raise DataError(
            f"{name} is {what} in {bad} of {len(vector)} rows. Leave these rows out of all of "
            "posture, mediator, outcome and covariates, and say how many."
        )
    return vector


def as_matrix(covariates, n: int) -> np.ndarray:
    """Covariates as columns, shape (n, k), none missing."""
    if covariates is None:
        return np.empty((n, 0))
    try:
        matrix = np.asarray(covariates)
    except ValueError:
        raise DataError(f"covariates have rows of different lengths. Expected {n} rows.") from None
    matrix = matrix[:, None] if matrix.ndim == 1 else matrix
    if matrix.ndim != 2 or len(matrix) != n:
        raise DataError(f"covariates have shape {matrix.shape}. Expected {n} rows.")
    columns = [as_vector(column, f"covariate {j + 1}") for j, column in enumerate(matrix.T)]
    return np.column_stack([np.empty((n, 0)), *columns])


def as_runners(runner, n: int) -> np.ndarray:
    """Number of the runner of each row, 0 to n_runners - 1."""
    if runner is None:
        return np.arange(n)
    names = np.asarray(runner)
    if names.shape != (n,):
        raise DataError(f"runner has shape {names.shape}. Expected {counted(n, 'name')}.")
    missing = int(pd.isna(names).sum())
    if missing:
        raise DataError(f"runner is missing in {counted(missing, 'row')}. Fill it in.")
    return np.unique(names.astype(str), return_inverse=True)[1]


def refuse(x, m, y, c, n_runners: int) -> None:
    """Sentences for data that hold no answer."""
    if not len(x) == len(m) == len(y):
        raise DataError(f"{len(x)} postures, {len(m)} mediators, {len(y)} outcomes: not in pairs.")
    if n_runners < MIN_RUNNERS:
        raise DataError(
            f"cannot tell: {counted(n_runners, 'runner')} {'is' if n_runners == 1 else 'are'} too "
            f"few for a mediation. Expected {MIN_RUNNERS} or more (and about 60 to find a usual "
            "association)."
        )
    if n_runners < c.shape[1] + 5:
        raise DataError(
            f"cannot tell: {counted(c.shape[1], 'covariate')} for {n_runners} runners are too "
            "many. Leave some out."
        )
    for name, values in (("posture", x), ("the mediator", m), ("the outcome", y)):
        if np.ptp(values) <= 1e-12 * max(1.0, np.abs(values).max()):
            raise DataError(f"{name} is {values[0]:g} in all rows: nothing can go with it.")
    _refuse_repeated(x, m, y, c)


def _refuse_repeated(x, m, y, c) -> None:
    """Columns that are one another, or computed from one another."""
    if _same(m, x):
        raise DataError(
            "the mediator is the same as posture, but for scale: what goes through it cannot be "
            "told from what goes past it. Use a mediator that is measured apart from posture, "
            "such as the thigh angle against the vertical."
        )
    for name, values in (("mediator", m), ("posture", x)):
        if _same(y, values):
            raise DataError(
                f"the outcome is the {name}, but for scale. Expected an outcome that is measured "
                "apart from it, such as the cost of running."
            )
    for name, values in (("posture", x), ("the mediator", m), ("the outcome", y)):
        if any(_same(column, values) for column in c.T):
            raise DataError(f"a covariate repeats {name}. Leave it out.")
    if np.linalg.matrix_rank(_standardized(c)) < c.shape[1]:
        raise DataError("a covariate repeats others or does not vary. Leave it out.")
    givers = {"posture": c, "the mediator": np.column_stack([c, x])}
    givers["the outcome"] = np.column_stack([c, x, m])
    for (name, others), values in zip(givers.items(), (x, m, y), strict=True):
        if share_explained(values, others) > SAME**2:
            beside = {"posture": "", "the mediator": "posture and "}
            by = beside.get(name, "posture, mediator and ") + ("covariates" if c.size else "")
            raise DataError(
                f"{name} is given by {by.removesuffix(' and ')} without any residual, so that "
                "nothing can be told apart. Was it computed from them? Leave out what it was "
                "computed from."
            )


def _standardized(columns: np.ndarray) -> np.ndarray:
    """Around their mean, of unit length; of zeros if they do not vary."""
    centered = columns - columns.mean(axis=0)
    size = np.sqrt((centered**2).sum(axis=0))
    constant = size <= 1e-12 * np.maximum(1.0, np.abs(columns).max(axis=0, initial=0))
    return np.where(constant, 0.0, centered / np.where(constant, 1.0, size))


def _same(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two columns are one, but for scale."""
    r = vanishing_correlation(first - first.mean(), second - second.mean())
    return bool(abs(r) > SAME)

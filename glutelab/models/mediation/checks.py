"""What a mediation cannot be asked of."""

from __future__ import annotations

import numpy as np

from glutelab.contrasts.least_squares import share_explained
from glutelab.errors import DataError
from glutelab.models.mediation.sensitivity import vanishing_correlation

__all__ = ["MIN_RUNNERS", "as_matrix", "as_runners", "as_vector", "refuse"]

MIN_RUNNERS = 8
SAME = 1 - 1e-8  # correlation above which two columns are one


def as_vector(values, name: str) -> np.ndarray:
    """One number per row, none missing."""
    vector = np.asarray(values, float)
    if vector.ndim != 1:
        raise DataError(f"{name} has shape {vector.shape}. Expected one number per row.")
    bad = int((~np.isfinite(vector)).sum())
    if bad:
        raise DataError(
            f"{name} is missing in {bad} of {len(vector)} rows. Leave these rows out of all of "
            "posture, mediator, outcome and covariates, and say how many."
        )
    return vector


def as_matrix(covariates, n: int) -> np.ndarray:
    """Covariates as columns, shape (n, k), none missing."""
    if covariates is None:
        return np.empty((n, 0))
    matrix = np.asarray(covariates, float)
    matrix = matrix[:, None] if matrix.ndim == 1 else matrix
    if matrix.ndim != 2 or len(matrix) != n:
        raise DataError(f"covariates have shape {matrix.shape}. Expected {n} rows.")
    for j, column in enumerate(matrix.T):
        as_vector(column, f"covariate {j + 1}")
    return matrix


def as_runners(runner, n: int) -> np.ndarray:
    """Number of the runner of each row, 0 to n_runners - 1."""
    if runner is None:
        return np.arange(n)
    names = np.asarray(runner)
    if names.shape != (n,):
        raise DataError(f"runner has shape {names.shape}. Expected {n} names.")
    return np.unique(names.astype(str), return_inverse=True)[1]


def refuse(x, m, y, c, n_runners: int) -> None:
    """Sentences for data that hold no answer."""
    if not len(x) == len(m) == len(y):
        raise DataError(f"{len(x)} postures, {len(m)} mediators, {len(y)} outcomes: not in pairs.")
    if n_runners < MIN_RUNNERS:
        raise DataError(
            f"cannot tell: {n_runners} runners are too few for a mediation. Expected "
            f"{MIN_RUNNERS} or more (and about 60 to find a usual association)."
        )
    if n_runners < c.shape[1] + 5:
        raise DataError(f"cannot tell: {c.shape[1]} covariates for {n_runners} runners.")
    for name, values in (("posture", x), ("the mediator", m), ("the outcome", y)):
        if np.ptp(values) <= 1e-12 * max(1.0, np.abs(values).max()):
            raise DataError(f"{name} is {values[0]:g} in all rows: nothing can go with it.")
    for name, values, others in (
        ("posture", x, c),
        ("the mediator", m, np.column_stack([c, x])),
    ):
        if share_explained(values, others) > SAME**2:
            what = "posture" if name == "the mediator" and abs(_r(m, x)) > SAME else "covariates"
            raise DataError(
                f"{name} is the same as {what}, but for scale: what goes through it cannot be "
                "told from what goes past it. Use a mediator that is measured apart from posture, "
                "such as the thigh angle against the vertical."
            )
    if np.linalg.matrix_rank(_standardized(c)) < c.shape[1]:
        raise DataError("a covariate repeats others or does not vary. Leave it out.")


def _standardized(columns: np.ndarray) -> np.ndarray:
    """Around their mean, of unit length; of zeros if they do not vary."""
    centered = columns - columns.mean(axis=0)
    size = np.sqrt((centered**2).sum(axis=0))
    constant = size <= 1e-12 * np.maximum(1.0, np.abs(columns).max(axis=0, initial=0))
    return np.where(constant, 0.0, centered / np.where(constant, 1.0, size))


def _r(first: np.ndarray, second: np.ndarray) -> float:
    return vanishing_correlation(first - first.mean(), second - second.mean())

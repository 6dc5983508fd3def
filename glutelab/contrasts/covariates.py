"""What a comparison is adjusted for, as columns of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from glutelab.contrasts.choices import list_names
from glutelab.contrasts.least_squares import share_explained
from glutelab.contrasts.rows import find_column, is_number, left_out, refuse_infinite
from glutelab.errors import DataError

__all__ = [
    "Inseparable",
    "check_covariates",
    "code_words",
    "covariate_columns",
    "fitted_alone",
    "leave_alone",
    "not_adjusted",
]

ALMOST_ALL, MOST = 0.999, 0.8
_ONE = 1 - 1e-9  # leverage of a runner whose value the covariates fit, whatever it is


class Inseparable(DataError):
    """Groups that go with a covariate so closely that nothing is left to compare."""


def check_covariates(
    table: pd.DataFrame, adjust_for: str | Sequence[str] | None, by: str, compared: Sequence[str]
) -> list[str]:
    """Names of the covariates.

    Parameters
    ----------
    table : DataFrame
    adjust_for : str, sequence of str, or None
    by : str
        What makes the groups.
    compared : sequence of str
        The measures, or the curve.

    Raises
    ------
    DataError
        If a covariate is not there, is infinite, or is what makes the groups or is compared; and if
        groups are made of what is compared.
    """
    names = list_names(adjust_for, "adjust_for")
    if by in compared:
        raise DataError(f"{by} is what is compared, so it cannot make the groups as well.")
    for name in names:
        find_column(table, name, "adjust_for")
        if name == by:
            raise DataError(f"{name} makes the groups; a comparison cannot be adjusted for it.")
        if name in compared:
            raise DataError(f"{name} is what is compared; it cannot be adjusted for itself.")
        refuse_infinite(table, name)
    return names


def leave_alone(
    rows: pd.DataFrame, names: list[str], group: np.ndarray, by: str
) -> tuple[np.ndarray, list[str], str]:
    """Leave out runners of whom the covariates know everything, such as the only woman.

    Her value is fitted exactly, whatever it is: it says nothing of the groups, and has no standard
    error.

    Parameters
    ----------
    rows : DataFrame
        One row per runner, no covariate missing.
    names : list of str
    group : ndarray, shape (n_rows,)
        1 and 0, or the dose.
    by : str
        Its name.

    Returns
    -------
    keep : ndarray of bool, shape (n_rows,)
    notes : list of str
        Who was left out.
    reason : str
        Why there is no answer, if the contrast rests on a single runner (as it does where a group
        has no other); else empty.
    """
    keep = np.ones(len(rows), bool)
    while True:
        columns = _columns(rows[keep], names)
        reduced = np.column_stack([np.ones(keep.sum()), columns])
        alone = fitted_alone(reduced, 2)
        if not alone.any():
            break
        keep[np.flatnonzero(keep)[alone]] = False
    notes = left_out(f"alone once adjusted for {', '.join(names)}", rows[~keep])
    decides = fitted_alone(np.column_stack([reduced, group[keep]]), 1)
    if not decides.any():
        return keep, notes, ""
    who = rows.loc[keep, "runner_id"].to_numpy()[decides][0]
    beside = f" adjusted for {', '.join(names)}," if names else ""
    return keep, notes, f"Cannot tell:{beside} what goes with {by} rests on {who} alone."


def fitted_alone(design: np.ndarray, spare: int) -> np.ndarray:
    """Rows of leverage 1, of a design that leaves at least `spare` degrees of freedom."""
    directions, sizes, _ = np.linalg.svd(design, full_matrices=False)
    used = sizes > sizes.max(initial=0) * 1e-10
    if len(design) - used.sum() < spare:  # with so few, anything follows from anything
        return np.zeros(len(design), bool)
    return (directions[:, used] ** 2).sum(axis=1) > _ONE


def covariate_columns(
    rows: pd.DataFrame, names: list[str], group: np.ndarray, by: str, *, thinned: bool = False
) -> tuple[np.ndarray, list[str], list[str]]:
    """Covariates as centered columns in standard deviations; words become 0 and 1.

    Parameters
    ----------
    rows : DataFrame
        One row per runner, no covariate missing.
    names : list of str
    group : ndarray, shape (n_rows,)
        1 and 0, or the dose, which has to be told apart from the covariates.
    by : str
        Its name.
    thinned : bool
        Runners were left out by `leave_alone`: a column that says nothing more goes with them.

    Returns
    -------
    columns : ndarray, shape (n_rows, k)
    used : list of str
        Without the covariates that are the same for all.
    notes : list of str

    Raises
    ------
    DataError
        If covariates repeat each other, or one is as good as the group itself (`Inseparable`).
    """
    used = [name for name in names if rows[name].nunique() > 1]
    notes = not_adjusted(name for name in names if name not in used)
    columns = _columns(rows, used)
    if thinned:
        columns = _independent(columns)
    if columns.shape[1] and len(rows) > columns.shape[1] + 2:
        notes += _refuse_inseparable(group, columns, used, by)
    return columns, used, notes


def code_words(values: pd.Series) -> tuple[list[str], np.ndarray]:
    """The words of a column in order, and a column of 0 and 1 for each but the first.

    Examples
    --------
    >>> words, columns = code_words(pd.Series(["male", "female", "male"]))
    >>> words, columns.T.tolist()
    (['female', 'male'], [[1.0, 0.0, 1.0]])
    """
    values = values.astype(str).to_numpy(str)
    words = sorted(set(values.tolist()))
    return words, (values[:, None] == np.array(words[1:], str)).astype(float)


def not_adjusted(names: Iterable[str]) -> list[str]:
    """A sentence on each covariate that is the same for all."""
    return [f"Not adjusted for {name}, which is the same for all." for name in names]


def _columns(rows: pd.DataFrame, names: list[str]) -> np.ndarray:
    columns: list[np.ndarray] = []
    for name in names:
        if rows[name].nunique() < 2:
            continue
        if is_number(rows[name]):
            columns.append(rows[name].to_numpy(float))
        else:
            columns.extend(code_words(rows[name])[1].T)
    if not columns:
        return np.empty((len(rows), 0))
    stacked = np.column_stack(columns)
    stacked = stacked - stacked.mean(axis=0)
    return stacked / stacked.std(axis=0)


def _independent(columns: np.ndarray) -> np.ndarray:
    """Without the columns that follow from those before."""
    kept = np.ones((len(columns), 1))
    for column in columns.T:
        more = np.column_stack([kept, column])
        if np.linalg.matrix_rank(more) == more.shape[1]:
            kept = more
    return kept[:, 1:]


def _refuse_inseparable(
    group: np.ndarray, covariates: np.ndarray, names: list[str], by: str
) -> list[str]:
    """A sentence if covariates and groups can hardly be told apart; refuses if they cannot."""
    words = ", ".join(names)
    base = np.column_stack([np.ones(len(group)), covariates])
    if np.linalg.matrix_rank(base) < base.shape[1]:
        raise DataError(
            f"{words} repeat each other, so they cannot all be adjusted for. Leave one out."
        )
    explained = share_explained(group, covariates)
    if explained > ALMOST_ALL:
        raise Inseparable(
            f"{by} cannot be told apart from {words}: adjusting for it would leave nothing to "
            f"compare. Leave {words} out, and read the difference as one of both."
        )
    if explained < MOST:
        return []
    share = f"{100 * explained:.0f} %"
    return [f"Adjusted for {words}, which explains {share} of {by}: this rests on few runners."]

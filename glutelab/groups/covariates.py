"""What a comparison is adjusted for, as columns of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from glutelab.errors import DataError
from glutelab.groups.rows import find_column

__all__ = ["check_covariates", "covariate_columns", "refuse_inseparable"]

ALMOST_ALL, MOST = 0.999, 0.8


def check_covariates(table: pd.DataFrame, adjust_for: str | Sequence[str], by: str) -> list[str]:
    """Names of the covariates; refuses those that are not there, and the group itself."""
    names = [adjust_for] if isinstance(adjust_for, str) else list(adjust_for)
    for name in names:
        find_column(table, name, "adjust_for")
        if name == by:
            raise DataError(f"{name} makes the groups; a comparison cannot be adjusted for it.")
    return names


def covariate_columns(rows: pd.DataFrame, names: list[str]) -> tuple[np.ndarray, list[str]]:
    """Covariates as centered columns in standard deviations; words become 0 and 1.

    Parameters
    ----------
    rows : DataFrame
        One row per runner, no covariate missing.
    names : list of str

    Returns
    -------
    columns : ndarray, shape (n_rows, k)
    constant : list of str
        Covariates that are the same for all and were left out.
    """
    columns, constant = [], []
    for name in names:
        values = rows[name]
        if values.nunique() < 2:
            constant.append(name)
        elif pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            columns.append(values.to_numpy(float))
        else:
            words = sorted(values.astype(str).unique())
            columns.extend((values.astype(str) == word).to_numpy(float) for word in words[1:])
    if not columns:
        return np.empty((len(rows), 0)), constant
    stacked = np.column_stack(columns)
    stacked = stacked - stacked.mean(axis=0)
    return stacked / stacked.std(axis=0), constant


def refuse_inseparable(
    group: np.ndarray, covariates: np.ndarray, names: list[str], by: str
) -> list[str]:
    """Whether covariates and groups can be told apart.

    Parameters
    ----------
    group : ndarray, shape (n,)
        1 and 0, or the dose.
    covariates : ndarray, shape (n, k)

    Returns
    -------
    list of str
        A sentence if they hardly can.

    Raises
    ------
    DataError
        If they cannot, or covariates repeat each other.
    """
    if not covariates.shape[1]:
        return []
    words = ", ".join(names)
    base = np.column_stack([np.ones(len(group)), covariates])
    if np.linalg.matrix_rank(base) < base.shape[1]:
        raise DataError(
            f"{words} repeat each other, so they cannot all be adjusted for. Leave one out."
        )
    fitted = base @ np.linalg.lstsq(base, group, rcond=None)[0]
    spread = ((group - group.mean()) ** 2).sum()
    explained = 1 - ((group - fitted) ** 2).sum() / spread if spread > 0 else 1.0
    if explained > ALMOST_ALL:
        raise DataError(
            f"{by} cannot be told apart from {words}: adjusting for it would leave nothing to "
            f"compare. Leave {words} out, and read the difference as one of both."
        )
    if explained < MOST:
        return []
    share = f"{100 * explained:.0f} %"
    return [f"adjusted for {words}, which explains {share} of {by}: rests on few runners"]

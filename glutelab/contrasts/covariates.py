"""What a comparison is adjusted for, as columns of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from glutelab.contrasts.rows import find_column, is_number, refuse_infinite
from glutelab.errors import DataError

__all__ = ["check_covariates", "covariate_columns"]

ALMOST_ALL, MOST = 0.999, 0.8


def check_covariates(
    table: pd.DataFrame, adjust_for: str | Sequence[str] | None, by: str
) -> list[str]:
    """Names of the covariates; refuses those that are not there, and the group itself."""
    names = [adjust_for] if isinstance(adjust_for, str) else list(adjust_for or ())
    for name in names:
        find_column(table, name, "adjust_for")
        if name == by:
            raise DataError(f"{name} makes the groups; a comparison cannot be adjusted for it.")
        refuse_infinite(table, name)
    return names


def covariate_columns(
    rows: pd.DataFrame, names: list[str], group: np.ndarray, by: str
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

    Returns
    -------
    columns : ndarray, shape (n_rows, k)
    used : list of str
        Without the covariates that are the same for all.
    notes : list of str

    Raises
    ------
    DataError
        If covariates repeat each other, or one is as good as the group itself.
    """
    used = [name for name in names if rows[name].nunique() > 1]
    notes = [
        f"Not adjusted for {name}, which is the same for all." for name in names if name not in used
    ]
    columns: list[np.ndarray] = []
    for name in used:
        if is_number(rows[name]):
            columns.append(rows[name].to_numpy(float))
        else:
            values = rows[name].astype(str)
            columns.extend((values == word).to_numpy(float) for word in sorted(values.unique())[1:])
    if not columns:
        return np.empty((len(rows), 0)), used, notes
    stacked = np.column_stack(columns)
    stacked = stacked - stacked.mean(axis=0)
    stacked = stacked / stacked.std(axis=0)
    if len(rows) > stacked.shape[1] + 2:  # with fewer, anything follows from anything
        notes += _refuse_inseparable(group, stacked, used, by)
    return stacked, used, notes


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
    return [f"Adjusted for {words}, which explains {share} of {by}: this rests on few runners."]

"""Groups, pairs or a dose, and covariates, as plain arrays; what cannot be fitted is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from glutelab.curves.rows import CONDITIONS, PERSON, find_column
from glutelab.errors import DataError
from glutelab.schema.keys import LEVELS

__all__ = ["DOSE", "choose_groups", "covariate_matrix", "is_dose", "is_paired", "pair_up"]

DOSE = "dose"
# The higher level stands first: "elite minus recreational".
_LEVEL_ORDER = tuple(reversed([name for name in LEVELS if name != "unknown"]))


def is_dose(values: pd.Series, groups: object) -> bool:
    """Whether a column is taken as a dose: a number that is no condition, and no groups named.

    Parameters
    ----------
    values : Series
    groups : object

    Returns
    -------
    bool
    """
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if groups is None:
        return numeric and values.name not in CONDITIONS
    if isinstance(groups, str):
        if groups == DOSE and numeric:
            return True
        raise DataError(
            f"groups={groups!r} cannot be made from {values.name}. Expected two of its values, a "
            "mapping from group to values, or 'dose' for a column of numbers."
        )
    return False


def choose_groups(
    values: pd.Series, groups: Sequence | Mapping | None
) -> tuple[pd.Series, list, list[str]]:
    """The group of each row, the two groups in order, and what was left out.

    Parameters
    ----------
    values : Series
        The column that makes the groups.
    groups : sequence, mapping or None
        Two values; or two labels, each with a value, a list of values, or, for numbers, a tuple
        ``(low, high)``: low included, high not, None for no limit.

    Returns
    -------
    labels : Series
        Missing where a row belongs to no group.
    names : list
        The first minus the second.
    notes : list of str
    """
    by = values.name
    there = _counts(values)
    labels = pd.Series(np.nan, index=values.index, dtype=object)
    if groups is None:
        known = list(pd.unique(values.dropna()))
        if by == "level":
            names = [name for name in _LEVEL_ORDER if name in known]
            names += sorted(set(known) - set(LEVELS))
        else:
            names = sorted(known, reverse=by in CONDITIONS)
        if len(names) != 2:
            example = f", for example groups={tuple(names[:2])!r}" if len(names) > 2 else ""
            raise DataError(f"{by} has {there}. Expected two groups: name them{example}.")
        content = {name: name for name in names}
    elif isinstance(groups, Mapping):
        content = dict(groups)
    else:
        content = {name: name for name in groups}
    if len(content) != 2:
        raise DataError(
            f"{len(content)} groups were named. Expected two: the first minus the second."
        )
    for name, wanted in content.items():
        inside = _inside(values, wanted)
        if not inside.any():
            raise DataError(f"no runner is in group {name!r}. {by} has {there}.")
        both = inside & labels.notna()
        if both.any():
            raise DataError(f"{by} {values[both].iloc[0]!r} is in both groups.")
        labels[inside] = name
    out = values[labels.isna()]
    notes = [f"Left out by {by}: {_counts(out)}."] if len(out) else []
    return labels, list(content), notes


def _inside(values: pd.Series, wanted: object) -> pd.Series:
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if isinstance(wanted, tuple) and len(wanted) == 2 and numeric:
        low, high = (limit if limit is None else float(limit) for limit in wanted)
        inside = values.notna()
        inside &= True if low is None else values >= low
        return inside & (True if high is None else values < high)
    if isinstance(wanted, str) or not isinstance(wanted, Sequence | set | np.ndarray):
        wanted = [wanted]
    if numeric:
        close = [np.isclose(values.to_numpy(float), float(one), atol=1e-6) for one in wanted]
        return pd.Series(np.any(close, axis=0), index=values.index)
    return values.isin(list(wanted))


def _counts(values: pd.Series) -> str:
    counts = values.astype(object).where(values.notna(), "not stated").value_counts()
    parts = [f"{_text(word)} ({n})" for word, n in counts.items()]
    return ", ".join(parts[:6]) + (", ..." if len(parts) > 6 else "") or "nothing"


def _text(name: object) -> str:
    return f"{name:g}" if isinstance(name, float) else str(name)


def is_paired(rows: pd.DataFrame, labels: pd.Series, by: str, paired: bool | None) -> bool:
    """Whether the groups are conditions of the same runners; refuses what contradicts it.

    Parameters
    ----------
    rows : DataFrame
    labels : Series
        From `choose_groups`.
    by : str
    paired : bool or None
        None finds out.

    Returns
    -------
    bool
    """
    several = rows.assign(_group=labels).groupby(PERSON)["_group"].nunique() > 1
    if paired is None:
        return bool(several.any())
    if paired and not several.any():
        raise DataError(
            f"no runner is in both groups of {by}, so there are no pairs. Leave out paired=True."
        )
    if not paired and several.any():
        raise DataError(
            f"{int(several.sum())} runners are in both groups of {by}: as paired=False each would "
            "count twice. Leave paired out, and each runner is compared with itself."
        )
    return paired


def pair_up(
    rows: pd.DataFrame, labels: pd.Series, names: list, curves: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, list[str]]:
    """Both curves of every runner who has both.

    Parameters
    ----------
    rows : DataFrame
    labels : Series
    names : list
    curves : ndarray, shape (n_curves, 101)

    Returns
    -------
    rows : DataFrame
        One row per runner.
    first, second : ndarray, shape (n_runners, 101)
    notes : list of str
    """
    inside = rows[labels.notna()].assign(_group=labels, _row=np.flatnonzero(labels.notna()))
    table = inside.pivot_table(index=PERSON, columns="_group", values="_row", aggfunc="size")
    crowded = table[(table > 1).any(axis=1)]
    if len(crowded):
        raise DataError(
            f"runner {crowded.index[0][1]} has several curves in one group. Expected one of each."
        )
    table = inside.pivot(index=PERSON, columns="_group", values="_row")
    complete = table.dropna().astype(int)
    lone = table.index[table.isna().any(axis=1)]
    notes = []
    if len(lone):
        who = ", ".join(str(runner) for _, runner in lone[:6])
        notes.append(f"Left out, measured in only one of the conditions: {len(lone)} ({who}).")
    first, second = complete[names[0]].to_numpy(), complete[names[1]].to_numpy()
    return rows.iloc[first].reset_index(drop=True), curves[first], curves[second], notes


def covariate_matrix(
    rows: pd.DataFrame, names: tuple[str, ...], design: np.ndarray, what: str
) -> np.ndarray:
    """Covariates as columns; categories as one column less than they have values.

    Parameters
    ----------
    rows : DataFrame
    names : tuple of str
    design : ndarray, shape (n,)
        The effect of interest, which no covariate may already hold.
    what : str
        Its name.

    Returns
    -------
    ndarray, shape (n, n_columns)
        Each column with mean 0 and standard deviation 1.
    """
    found: list[np.ndarray] = []
    for name in names:
        values = find_column(rows, name, "adjust_for")
        missing = values.isna()
        if missing.any():
            who = ", ".join(map(str, rows.loc[missing, "runner_id"].head(6)))
            raise DataError(
                f"covariate {name} is missing for {int(missing.sum())} runners ({who}). Fill it "
                "in, or take these runners out by hand."
            )
        if values.nunique() < 2:
            raise DataError(
                f"covariate {name} is the same for all runners ({values.iloc[0]}), so there is "
                "nothing to adjust for. Leave it out."
            )
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            columns = values.to_numpy(float)[:, None]
            if not np.isfinite(columns).all():
                raise DataError(f"covariate {name} is infinite for some runner.")
        else:
            columns = pd.get_dummies(values.astype(str), drop_first=True).to_numpy(float)
        columns = (columns - columns.mean(axis=0)) / columns.std(axis=0)
        if _within(columns, design[:, None] - design.mean()):
            raise DataError(
                f"covariate {name} and {what} cannot be told apart: one follows from the other. "
                "No adjustment can separate them. Leave it out, and report them as confounded."
            )
        if found and _within(np.hstack(found), columns):
            raise DataError(f"covariate {name} follows from the ones before it. Leave it out.")
        found.append(columns)
    if not found:
        return np.zeros((len(rows), 0))
    matrix = np.hstack(found)
    if len(rows) - 2 - matrix.shape[1] < 1:
        raise DataError(
            f"{len(rows)} runners are too few for {matrix.shape[1]} columns of covariates. "
            f"Expected at least {matrix.shape[1] + 3}."
        )
    if _within(matrix, design[:, None] - design.mean()):
        raise DataError(
            f"{what} follows from the covariates {', '.join(names)} together. Leave one out."
        )
    return matrix


def _within(matrix: np.ndarray, columns: np.ndarray) -> bool:
    """Whether some of the columns lie in the span of a matrix."""
    basis, scale, _ = np.linalg.svd(matrix, full_matrices=False)
    basis = basis[:, scale > 1e-10 * scale[0]]
    rest = columns - basis @ (basis.T @ columns)
    return bool((np.linalg.norm(rest, axis=0) < 1e-7 * np.linalg.norm(columns, axis=0)).any())

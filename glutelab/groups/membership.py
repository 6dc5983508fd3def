"""Who belongs to which group: a column, a rule, a split, or a dose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from glutelab.errors import DataError
from glutelab.groups.rows import CONDITIONS, PERSON, SHOWN, find_column
from glutelab.schema.keys import LEVELS

__all__ = ["DOSE", "RULE", "form_groups", "group_column", "is_paired"]

DOSE, RULE = "dose", "rule"
# The higher level stands first: "elite minus recreational".
_LEVEL_ORDER = tuple(reversed([name for name in LEVELS if name != "unknown"]))
MOST_GROUPS = 6

Groups = Sequence | Mapping | str | None


def group_column(table: pd.DataFrame, by: str | Callable | Mapping | pd.Series) -> str:
    """Name of the column that makes the groups; a rule becomes a column of its own.

    Parameters
    ----------
    table : DataFrame
        Changed in place if ``by`` is a rule.
    by : str, callable or mapping
        A column; a function from the table to one label per row; or runner_id to label.
    """
    if isinstance(by, str):
        find_column(table, by, "by")
        return by
    if callable(by):
        labels = by(table)
    elif isinstance(by, Mapping | pd.Series):
        labels = table["runner_id"].map(dict(by))
    else:
        raise DataError(
            f"by is a {type(by).__name__}. Expected a column name, a function of the table, or a "
            "mapping from runner_id to group."
        )
    if np.shape(labels) != (len(table),):
        raise DataError(
            f"the rule gives values of shape {np.shape(labels)}. Expected one label per row: "
            f"{len(table)}."
        )
    table[RULE] = labels if isinstance(labels, np.ndarray | list) else pd.Series(labels).to_numpy()
    return RULE


def form_groups(rows: pd.DataFrame, by: str, groups: Groups) -> tuple[pd.Series, list, str]:
    """One label per row, the groups in order, and what was left out.

    Parameters
    ----------
    rows : DataFrame
    by : str
    groups : sequence, mapping, "median", "dose" or None
        Labels in the order they are subtracted; or label to values, or to ``(low, high)`` of a
        numeric column, low included, high not, None for no limit.

    Returns
    -------
    labels : Series
        Missing where a row belongs to no group.
    names : list
        In order: the first minus the second. ``[DOSE]`` if the column is taken as a dose.
    note : str
        Who was left out, as a sentence; may be empty.
    """
    values = rows[by]
    if values.isna().all():
        raise DataError(f"{by} is empty for all runners. Expected their group, or a number.")
    if isinstance(groups, set | frozenset):
        raise DataError("groups is a set, which has no order. Give a list: the first minus ...")
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if _is(groups, DOSE) or (groups is None and numeric and by not in CONDITIONS):
        return _dose(values, by, numeric)
    if isinstance(groups, str):
        if groups != "median" or not numeric:
            raise DataError(
                f"groups={groups!r} cannot be made from {by}. Expected 'median' or 'dose' for a "
                "column of numbers, a list of its values, or a mapping from group to values."
            )
        labels, names = _median_split(rows, by)
    elif isinstance(groups, Mapping):
        labels, names = _by_mapping(values, groups, numeric)
    else:
        labels, names = _as_they_are(values, groups, by)
    names = [name for name in names if (labels == name).any() or groups is not None]
    _check_groups(values, labels, names, by)
    return labels, names, _left_out(values, labels, by)


def _is(groups: Groups, word: str) -> bool:
    return isinstance(groups, str) and groups == word


def _dose(values: pd.Series, by: str, numeric: bool) -> tuple[pd.Series, list, str]:
    if not numeric:
        raise DataError(f"{by} holds {values.dtype} values. Expected numbers for a dose.")
    if values.nunique() < 2:
        raise DataError(f"{by} is the same for all runners, so nothing can depend on it.")
    missing = int(values.isna().sum())
    return values.astype(float), [DOSE], f"{missing} without {by} are left out" if missing else ""


def _median_split(rows: pd.DataFrame, by: str) -> tuple[pd.Series, list]:
    """Below the median, and from the median on; the median is over runners."""
    values = rows[by]
    middle = values.groupby([rows[name] for name in PERSON]).first().median()
    below, above = f"{by} < {middle:.4g}", f"{by} >= {middle:.4g}"
    labels = pd.Series(np.where(values < middle, below, above), index=values.index, dtype=object)
    return labels.mask(values.isna()), [below, above]


def _by_mapping(values: pd.Series, groups: Mapping, numeric: bool) -> tuple[pd.Series, list]:
    labels = pd.Series(np.nan, index=values.index, dtype=object)
    for name, content in groups.items():
        inside = _inside(values, content, numeric)
        again = inside & labels.notna()
        if again.any():
            other, value = labels[again].iloc[0], values[again].iloc[0]
            raise DataError(f"{values.name} {value!r} is in two groups, {other!r} and {name!r}.")
        labels[inside] = name
    return labels, list(groups)


def _inside(values: pd.Series, content: object, numeric: bool) -> pd.Series:
    if isinstance(content, tuple) and len(content) == 2 and numeric:
        low, high = (np.nan if limit is None else float(limit) for limit in content)
        inside = values.notna()
        inside &= np.isnan(low) | (values >= low)
        return inside & (np.isnan(high) | (values < high))
    if isinstance(content, str) or not isinstance(content, Sequence | set | np.ndarray):
        content = [content]
    return values.isin(list(content))


def _as_they_are(values: pd.Series, groups: Sequence | None, by: str) -> tuple[pd.Series, list]:
    if by in CONDITIONS:
        values = values.round(6)
    labels = values.astype(object).where(values.notna(), np.nan)
    there = list(pd.unique(values.dropna()))
    if groups is not None:
        names = list(groups)
        return labels.where(labels.isin(names), np.nan), names
    if by == "level":
        labels = labels.where(labels != "unknown", np.nan)
        names = [name for name in _LEVEL_ORDER if name in there]
        names += sorted((name for name in there if name not in LEVELS), key=str)
    elif pd.api.types.is_numeric_dtype(values):
        names = sorted(there, reverse=by in CONDITIONS)
    else:
        names = sorted(there, key=str)
    return labels, names


def _check_groups(values: pd.Series, labels: pd.Series, names: list, by: str) -> None:
    there = ", ".join(f"{value} ({n})" for value, n in values.value_counts().items())
    empty = [name for name in names if not (labels == name).any()]
    if empty:
        raise DataError(
            f"no runner is in group {', '.join(map(str, empty))}. {by} has: {there or 'nothing'}."
        )
    if len(names) < 2:
        only = f"all are {names[0]!r}" if names else "it is empty"
        raise DataError(f"{by} makes no two groups: {only}. Expected at least two groups.")
    if len(names) > MOST_GROUPS:
        shown = ", ".join(map(str, names[:SHOWN]))
        raise DataError(
            f"{by} makes {len(names)} groups ({shown}, ...). Name those to compare, for example "
            f"groups={names[:2]!r}."
        )


def _left_out(values: pd.Series, labels: pd.Series, by: str) -> str:
    out = values[labels.isna()]
    if out.empty:
        return ""
    words = out.fillna("missing").astype(str)
    counts = words.value_counts()
    if pd.api.types.is_numeric_dtype(values):
        return f"{len(out)} in none of the groups are left out"
    parts = ", ".join(f"{n} {word}" for word, n in counts.items())
    return f"left out by {by}: {parts}"


def is_paired(
    rows: pd.DataFrame, labels: pd.Series, names: list, by: str, paired: bool | None
) -> bool:
    """Whether the groups are conditions of the same runners; refuses what contradicts it."""
    if names == [DOSE]:
        if paired:
            raise DataError(
                f"{by} is taken as a dose, which is between runners. For a change within runners "
                "name two conditions in groups, or see glutelab.change_with_speed."
            )
        return False
    seen = rows[labels.notna()].assign(_label=labels)
    several = seen.groupby(PERSON)["_label"].nunique() > 1
    if paired is None:
        return bool(several.any())
    if paired and not several.any():
        raise DataError(
            f"no runner is in two of the groups of {by}, so there are no pairs. "
            "Leave out paired=True."
        )
    if not paired and several.any():
        raise DataError(
            f"{int(several.sum())} runners are in more than one group of {by}: as paired=False "
            "each would count several times. Leave paired out, or keep one row per runner."
        )
    return paired

"""Who belongs to which group: a column, a rule, a split, or a dose."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from numbers import Real

import numpy as np
import pandas as pd

from glutelab.contrasts.choices import plain
from glutelab.contrasts.rows import PERSON, SHOWN, distinct, find_column, is_number, listed
from glutelab.contrasts.wording import counted
from glutelab.errors import DataError
from glutelab.schema import RUNNERS
from glutelab.schema.keys import CONDITIONS, LEVELS
from glutelab.sentences import short

__all__ = [
    "DOSE",
    "RULE",
    "form_groups",
    "group_column",
    "is_paired",
    "list_groups",
    "refuse_repeats",
]

DOSE, RULE = "dose", "rule"
# The higher level stands first: "elite minus recreational".
_LEVEL_ORDER = tuple(reversed([name for name in LEVELS if name != "unknown"]))
MOST_GROUPS = 6
_SAME = 1e-6  # two speeds that differ by less are one

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
        if not len(by):
            raise DataError("by is an empty mapping. Expected runner_id to group.")
        if labels.isna().all():
            raise DataError(
                f"by names runners {listed(dict(by))}, none of whom is here. The runners are "
                f"{listed(table['runner_id'].unique())}."
            )
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


def list_groups(groups: object) -> Groups:
    """What was given for ``groups``; an array, or anything else in order, as a list.

    Raises
    ------
    DataError
    """
    if isinstance(groups, set | frozenset):
        raise DataError("groups is a set, which has no order. Give a list: the first minus ...")
    if groups is None or isinstance(groups, str | Mapping):
        return groups
    if isinstance(groups, Iterable):
        names = [plain(name) for name in groups]
        if all(isinstance(name, Hashable) for name in names):
            return names
    raise DataError(
        f"groups is {plain(groups)!r}. Expected a list of values of the column that makes the "
        "groups, or a mapping from group to values."
    )


def form_groups(rows: pd.DataFrame, by: str, groups: Groups) -> tuple[pd.Series, list, list[str]]:
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
        In order: the first minus the second. ``[DOSE]`` if the column is taken as a dose. A group
        of declared words (levels, sexes) may be empty: that is an answer, and none of these here.
    notes : list of str
        Who was left out.
    """
    values, numeric, groups = rows[by], is_number(rows[by]), list_groups(groups)
    if values.isna().all() and not numeric:
        raise DataError(f"{by} is empty for all runners. Expected their group, or a number.")
    if isinstance(groups, str):
        if groups not in ("median", DOSE) or not numeric:
            raise DataError(
                f"groups={groups!r} cannot be made from {by}. Expected 'median' or 'dose' for a "
                "column of numbers, a list of its values, or a mapping from group to values."
            )
        if groups == "median":
            labels, names = _median_split(rows, by)
            return labels, names, _left_out(values, labels)
    if groups == DOSE or (groups is None and numeric and by not in CONDITIONS):
        return values.astype(float), [DOSE], []
    content = _contents(values, groups, numeric)
    labels = _label(values, content, numeric)
    return labels, list(content), _left_out(values, labels)


def _median_split(rows: pd.DataFrame, by: str) -> tuple[pd.Series, list]:
    """Below the median, and from the median on; the median is over runners."""
    values = rows[by]
    middle = values.groupby([rows[name] for name in PERSON]).first().median()
    below, above = f"{by} < {middle:.4g}", f"{by} >= {middle:.4g}"
    labels = pd.Series(np.where(values < middle, below, above), index=values.index, dtype=object)
    return labels.mask(values.isna()), [below, above]


def _contents(values: pd.Series, groups: Sequence | Mapping | None, numeric: bool) -> dict:
    """Which values make each group, in order."""
    by = values.name
    if isinstance(groups, Mapping):
        content = dict(groups)
    else:
        content = {name: [name] for name in (_found(values, numeric) if groups is None else groups)}
    names = [plain(name) for name in content]
    if len(names) < 2:
        only = f"all are {short(names[0])!r}" if groups is None else f"groups is {plain(groups)!r}"
        raise DataError(f"{by} makes no two groups: {only}. Expected at least two groups.")
    if len(names) > MOST_GROUPS:
        raise DataError(
            f"{by} makes {len(names)} groups ({listed(distinct(names))}). Name those to compare, "
            f"for example groups={names[:2]!r}."
        )
    return content


def _found(values: pd.Series, numeric: bool) -> list:
    """Groups that the column itself makes."""
    conditions = numeric and values.name in CONDITIONS
    there = list(pd.unique((values.round(6) if conditions else values).dropna()))
    if values.name == "level":
        others = sorted((name for name in there if name not in LEVELS), key=str)
        return [name for name in _LEVEL_ORDER if name in there] + others
    return sorted(there, key=None if numeric else str, reverse=conditions)


def _label(values: pd.Series, content: dict, numeric: bool) -> pd.Series:
    by, there = values.name, list(pd.unique(values.dropna()))
    # A word from a closed list that nobody has is no misspelling: there is simply no such runner.
    declared = (RUNNERS[by].allowed or ()) if by in RUNNERS else ()
    labels, taken = np.full(len(values), np.nan, object), np.zeros(len(values), bool)
    for name, wanted in content.items():
        if isinstance(wanted, str) or not isinstance(wanted, Sequence | set | np.ndarray):
            wanted = [wanted]
        if not all(isinstance(one, Hashable) for one in wanted):
            raise DataError(f"group {short(name)!r} is {wanted!r}. Expected values of {by}.")
        inside = _inside(values, wanted, numeric)
        wrong = not inside.any()
        if declared:
            wrong = not len(wanted) or any(one not in [*there, *declared] for one in wanted)
        if wrong:
            raise DataError(f"no runner is in group {short(name)!r}. {by} has {_counts(values)}.")
        if isinstance(name, tuple) or pd.isna(name):
            raise DataError(f"a group is called {name!r}. Expected a word or a number.")
        again = inside & taken
        if again.any():
            other, value = labels[again][0], values[again].iloc[0]
            both = f"{plain(other)!r} and {plain(name)!r}"
            raise DataError(f"{by} {plain(value)!r} is in two groups, {both}.")
        labels[inside], taken = name, taken | inside
    return pd.Series(labels, index=values.index, dtype=object)


def _inside(values: pd.Series, wanted: Sequence, numeric: bool) -> np.ndarray:
    if not numeric:
        return values.isin(list(wanted)).to_numpy() & values.notna().to_numpy()
    number = values.to_numpy(float, na_value=np.nan)
    if not (isinstance(wanted, tuple) and len(wanted) == 2):
        near = [np.abs(number - one) <= _SAME for one in wanted if isinstance(one, Real)]
        return np.any(near, axis=0) if near else np.zeros(len(number), bool)
    try:
        low, high = (np.nan if limit is None else float(limit) for limit in wanted)
    except (TypeError, ValueError):
        raise DataError(
            f"{plain(wanted)!r} is no range of {values.name}. Expected (low, high), None for no "
            "limit."
        ) from None
    return ~np.isnan(number) & ~(number < low) & ~(number >= high)


def _counts(values: pd.Series) -> str:
    counts = values.astype(object).where(values.notna(), "not stated").value_counts()
    return listed(f"{short(value)} ({n})" for value, n in counts.items())


def _left_out(values: pd.Series, labels: pd.Series) -> list[str]:
    out = values[labels.isna()]
    if out.empty:
        return []
    who = f"{len(out)} runners" if out.nunique() > SHOWN else _counts(out)
    return [f"Left out by {values.name}: {who}."]


def _grouped(rows: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    labels = labels[labels.notna()]
    return rows.loc[labels.index].assign(_label=labels)


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
    several = pd.Series(dtype=bool)
    if not rows["runner_id"].is_unique:
        several = _grouped(rows, labels).groupby(PERSON)["_label"].nunique() > 1
    if paired is None:
        return bool(several.any())
    if paired and not several.any():
        raise DataError(
            f"no runner is in two of the groups of {by}, so there are no pairs. "
            "Leave out paired=True."
        )
    if not paired and several.any():
        n = int(several.sum())
        raise DataError(
            f"{counted(n, 'runner')} {'is' if n == 1 else 'are'} in more than one group of {by}: "
            "as paired=False each would count several times. Leave paired out, and each is "
            "compared with itself."
        )
    return paired


def refuse_repeats(rows: pd.DataFrame, labels: pd.Series, names: list) -> None:
    """Each runner counts once in each group, or once for a dose."""
    if rows["runner_id"].is_unique:
        return
    seen = _grouped(rows, labels)
    again = seen.duplicated(PERSON if names == [DOSE] else [*PERSON, "_label"], keep=False)
    if not again.any():
        return
    first = seen.loc[again, PERSON].iloc[0]
    repeated = seen[(seen[PERSON] == first).all(axis=1)]
    differing = [
        str(name)
        for name in repeated
        if name != "_label" and repeated[name].nunique() > 1 and repeated[name].dtype != float
    ]
    why = f" They differ in {', '.join(differing[:3])}." if differing else ""
    raise DataError(
        f"runner {first['runner_id']} has {len(repeated)} rows in one comparison, and would count "
        f"as many times.{why} Strides are not people: expected one row per runner, as "
        "glutelab.runner_means and runner_curves give; keep one of them, or compare them with "
        "by=..."
    )

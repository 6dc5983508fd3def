"""The rows of a first table: means, medians and counts of runners, by group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from glutelab.contrasts.numbers import is_real, why_no_numbers
from glutelab.contrasts.rows import is_number, refuse_infinite
from glutelab.errors import DataError
from glutelab.schema import LEGS, RUNNERS, unit
from glutelab.tables.numbers import (
    NONE,
    decimals_of,
    fixed,
    print_count,
    print_mean,
    print_median,
    print_pace,
)
from glutelab.tables.sheet import Row
from glutelab.tables.words import head_of, in_print

__all__ = ["is_skewed", "rows_of", "spread_decimals", "standardized_difference"]

MOST_WORDS = 12  # classes of one column
MANY = 100  # runners
_PACE = "min/km"
_FIRM = "\N{NO-BREAK SPACE}"


def is_skewed(values: pd.Series, name: str) -> bool:
    """Whether a quantity that cannot be negative has a mean of less than two deviations.

    Then mean and standard deviation describe it badly (Altman and Bland 1996, BMJ 313:1200).
    """
    positive = name in RUNNERS and (RUNNERS[name].possible or (-1,))[0] >= 0
    known = values.dropna()
    return positive and len(known) > 1 and bool(known.mean() < 2 * known.std())


def rows_of(
    people: pd.DataFrame,
    name: str,
    parts: Sequence[pd.DataFrame],
    median: Sequence[str] | None,
    compared: Sequence[pd.DataFrame],
) -> list[Row]:
    """Rows of one column: its summary, and how many have no value where any has none.

    Parameters
    ----------
    people : DataFrame
        All runners.
    name : str
    parts : sequence of DataFrame
        Runners of each column of the table.
    median : sequence of str or None
        What is shown as median and quartiles; None for what is skewed.
    compared : sequence of DataFrame
        Two groups for a standardized difference, or none.

    Returns
    -------
    list of Row
    """
    absent = pd.Series(np.nan, people.index)
    values = [part[name] if name in part else absent.reindex(part.index) for part in parts]
    sides = [part[name] if name in part else absent.reindex(part.index) for part in compared]
    whole = people.get(name, absent)
    if is_number(whole):
        if name in people:
            refuse_infinite(people, name)
        shown = is_skewed(whole, name) if median is None else name in median
        rows = [_number_row(whole, name, values, shown)]
    else:
        known = whole.dropna()
        declared = any(name in table and table[name].dtype == "number" for table in (RUNNERS, LEGS))
        if len(known) and (declared or known.map(is_real).any()):
            raise DataError(why_no_numbers(people, name))
        rows = _word_rows(whole, name, values)
    if sides:
        gap = fixed(standardized_difference(*sides), 2)
        rows[0] = Row(rows[0].label, (*(rows[0].cells or [""] * len(parts)), gap))
        rows[1:] = [Row(row.label, (*row.cells, ""), under=row.under) for row in rows[1:]]
    missing = [int(one.isna().sum()) for one in values]
    if any(missing):
        cells = (*map(str, missing), *([""] if sides else []))
        rows.append(Row("Missing, n", cells, under=True))
    return rows


def _number_row(whole: pd.Series, name: str, values: list[pd.Series], median: bool) -> Row:
    known = whole.dropna().astype(float)
    decimals = spread_decimals(known)
    words = "median [IQR]" if median else "mean ± SD"
    if unit(name) == _PACE:
        label = f"{head_of(name).removesuffix(f' ({_PACE})')} (min:s per km), {words}"
        return Row(label, tuple(_pace(one.dropna().astype(float), median) for one in values))
    if median:
        cells = tuple(_median(one.dropna().astype(float), decimals) for one in values)
    else:
        cells = tuple(_mean(one.dropna().astype(float), decimals) for one in values)
    return Row(f"{head_of(name)}, {words}", cells)


def spread_decimals(values: pd.Series) -> int:
    """Decimals of means and standard deviations, by how well so many runners tell the latter.

    Below 100 runners a standard deviation is uncertain by 7 % and more: two significant digits.

    Examples
    --------
    >>> spread_decimals(pd.Series([1.81, 1.83, 1.76, 1.70]))
    3
    """
    if len(values) < 2:
        return decimals_of(np.nan, values.mean() if len(values) else np.nan)
    sd = values.std()
    return decimals_of(sd, values.mean()) + (len(values) >= MANY)


def _mean(values: pd.Series, decimals: int) -> str:
    return print_mean(values.mean(), values.std(), decimals)


def _median(values: pd.Series, decimals: int) -> str:
    return print_median(*(values.quantile(share) for share in (0.5, 0.25, 0.75)), decimals)


def _pace(values: pd.Series, median: bool) -> str:
    if median or values.empty:
        one, low, high = (print_pace(values.quantile(share)) for share in (0.5, 0.25, 0.75))
        return NONE if values.empty else f"{one} [{low}, {high}]".replace(" ", _FIRM)
    if len(values) < 2:
        return print_pace(values.mean())
    return f"{print_pace(values.mean())} ± {print_pace(values.std())}".replace(" ", _FIRM)


def _word_rows(whole: pd.Series, name: str, values: list[pd.Series]) -> list[Row]:
    words = _in_order(whole.dropna(), name)
    if len(words) > MOST_WORDS:
        raise DataError(
            f"{name} has {len(words)} different values, such as {words[0]!r} and {words[1]!r}. "
            f"Expected {MOST_WORDS} at most; leave it out, or put them into classes first."
        )
    known = [one.dropna() for one in values]
    rows = [
        Row(
            in_print(word, name),
            tuple(print_count(int((one == word).sum()), len(one)) for one in known),
            under=True,
        )
        for word in words
    ]
    return [Row(f"{head_of(name)}, n (%)", ("",) * len(values)), *rows]


def _in_order(values: pd.Series, name: str) -> list:
    """Declared words in their order, classes of numbers by their beginning, else the alphabet."""
    there = list(values.unique())
    declared = (RUNNERS[name].allowed or ()) if name in RUNNERS else ()
    if declared:
        order = reversed(declared) if name == "level" else declared
        first = [word for word in order if word in there and word != "unknown"]
        return first + sorted(set(there) - set(first), key=str)
    return sorted(there, key=_class_start)


def _class_start(word: object) -> tuple[float, str]:
    text = str(word)
    digits = "".join(sign if sign.isdigit() else " " for sign in text).split()
    if not digits:
        return np.inf, text
    edge = {"<": -0.5, ">": 0.5}.get(text[:1], 0.0)
    return float(digits[0]) + edge, text


def standardized_difference(first: pd.Series, second: pd.Series) -> float:
    """Difference of means in standard deviations; of classes, the distance of their shares.

    Numbers: first minus second over the root of the mean variance (Austin 2009, doi
    10.1002/sim.3697). Classes: the Mahalanobis distance of shares (Yang and Dalton 2012, SAS Global
    Forum 335), which has no sign.

    Examples
    --------
    >>> round(standardized_difference(pd.Series([1.0, 2, 3]), pd.Series([2.0, 3, 4])), 2)
    -1.0
    """
    first, second = first.dropna(), second.dropna()
    if min(len(first), len(second)) < 2:
        return np.nan
    if is_number(first) and is_number(second):
        spread = np.sqrt((first.var() + second.var()) / 2)
        return float((first.mean() - second.mean()) / spread) if spread > 0 else np.nan
    words = sorted(set(first) | set(second), key=str)[1:]
    if not words:
        return 0.0
    shares = [np.array([(one == word).mean() for word in words]) for one in (first, second)]
    within = sum(np.diag(share) - np.outer(share, share) for share in shares) / 2
    gap = shares[0] - shares[1]
    if np.linalg.matrix_rank(np.column_stack([within, gap])) > np.linalg.matrix_rank(within):
        return np.nan  # the groups have no class in common
    return float(np.sqrt(gap @ np.linalg.pinv(within) @ gap))

"""How many runners it takes to find a difference or a relation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtri

from glutelab.errors import DataError
from glutelab.groups.effect import detectable_shift

__all__ = ["runners_needed"]

MOST = 1_000_000


def runners_needed(
    effects: float | Sequence[float],
    design: str = "groups",
    *,
    power: float = 0.80,
    level: float = 0.95,
) -> pd.DataFrame:
    """Runners a study needs to find an effect of a given size; ask before looking at the result.

    Parameters
    ----------
    effects : float or list of float
        True effects: differences in standard deviations for "groups" and "pairs" (for pairs, of the
        differences within runners), r for "correlation". The sign does not matter.
    design : {"groups", "pairs", "correlation"}
        Two groups of equal size; two conditions of the same runners; two measures over runners.
    power : float
        Chance to find it.
    level : float
        Confidence level; its complement is the two-sided error rate.

    Returns
    -------
    DataFrame
        ``design, effect, power, runners_per_group`` (missing if there are no groups) and
        ``runners``, all in all.

    Raises
    ------
    DataError
        If an effect is zero, or a correlation of one or more.

    Notes
    -----
    t tests by the noncentral t distribution, the correlation by Fisher's z.

    Examples
    --------
    >>> runners_needed([0.5, 1.1])["runners_per_group"].tolist()
    [64, 15]
    >>> runners_needed([0.20, 0.35], "correlation")["runners"].tolist()
    [194, 62]
    """
    count = {"groups": _per_group, "pairs": _pairs, "correlation": _correlated}
    if design not in count:
        raise DataError(f"design is {design!r}. Expected one of {', '.join(count)}.")
    for name, value in (("power", power), ("level", level)):
        if not 0.5 <= value < 1:
            raise DataError(f"{name} is {value!r}. Expected a part of one, for example 0.8.")
    rows = []
    for effect in np.atleast_1d(np.asarray(effects, float)):
        size = abs(float(effect))
        if not 0 < size < (1 if design == "correlation" else np.inf):
            raise DataError(f"effect {effect:g} of {design} cannot be planned for.")
        n = count[design](size, power, 1 - level)
        per_group = n if design == "groups" else np.nan
        runners = 2 * n if design == "groups" else n
        rows.append((design, float(effect), power, per_group, runners))
    columns = ["design", "effect", "power", "runners_per_group", "runners"]
    return pd.DataFrame(rows, columns=columns).astype({"runners_per_group": "Int64"})


def _per_group(d: float, power: float, alpha: float) -> int:
    return _smallest(lambda n: detectable_shift(2 * n - 2, alpha, power) * np.sqrt(2 / n) <= d)


def _pairs(d: float, power: float, alpha: float) -> int:
    return _smallest(lambda n: detectable_shift(n - 1, alpha, power) / np.sqrt(n) <= d)


def _correlated(r: float, power: float, alpha: float) -> int:
    needed = (ndtri(1 - alpha / 2) + ndtri(power)) / np.arctanh(r)
    return max(4, int(np.ceil(needed**2 + 3)))


def _smallest(enough) -> int:
    """Smallest n from 2 on that is enough, by bisection."""
    low, high = 1, 2
    while not enough(high):
        low, high = high, 2 * high
        if high > MOST:
            raise DataError(f"it takes more than {MOST:,} runners to find so small an effect.")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high

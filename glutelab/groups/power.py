"""How many runners it takes to find a difference or a relation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Real

import numpy as np
import pandas as pd

from glutelab.contrasts.choices import check_confidence
from glutelab.contrasts.estimate import MOST, detectable_shift, runners_for_r
from glutelab.errors import DataError

__all__ = ["runners_needed"]


def runners_needed(
    effects: float | Sequence[float],
    design: str = "groups",
    *,
    power: float = 0.80,
    confidence: float = 0.95,
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
    confidence : float
        Confidence level; its complement is the two-sided error rate.

    Returns
    -------
    DataFrame
        ``design, effect, power, runners_per_group`` (missing if there are no groups) and
        ``runners``, all in all.

    Raises
    ------
    DataError
        If an effect is no number, zero, or a correlation of one or more; or if it takes more than
        1,000,000 runners (per group, if there are two).

    Notes
    -----
    t tests by the noncentral t distribution, the correlation by Fisher's z.

    Examples
    --------
    >>> import glutelab as gl
    >>> gl.runners_needed([0.5, 1.1])["runners_per_group"].tolist()
    [64, 15]
    >>> gl.runners_needed([0.20, 0.35], "correlation")["runners"].tolist()
    [194, 62]
    """
    count = {"groups": _per_group, "pairs": _pairs, "correlation": _correlated}
    if not isinstance(design, str) or design not in count:
        raise DataError(f"design is {design!r}. Expected one of {', '.join(count)}.")
    power, confidence = (
        check_confidence("power", power, 0.8),
        check_confidence("confidence", confidence),
    )
    rows = []
    for effect in _check_effects(effects, design):
        n = count[design](abs(effect), power, 1 - confidence)
        if n > MOST:
            raise DataError(f"it takes more than {MOST:,} runners to find so small an effect.")
        per_group = n if design == "groups" else np.nan
        runners = 2 * n if design == "groups" else n
        rows.append((design, effect, power, per_group, runners))
    columns = ["design", "effect", "power", "runners_per_group", "runners"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"runners_per_group": "Int64", "runners": int}
    )


def _check_effects(effects: object, design: str) -> list[float]:
    most = 1 if design == "correlation" else np.inf
    given = [effects] if np.ndim(effects) == 0 else list(effects)
    if not given:
        raise DataError("no effect was given. Expected a number, or a list of numbers.")
    for effect in given:
        if not isinstance(effect, Real) or isinstance(effect, bool):
            raise DataError(f"effect {effect!r} is no number. Expected one, such as 0.5.")
        if not 0 < abs(effect) < most:
            raise DataError(f"effect {effect:g} of {design} cannot be planned for.")
    return [float(effect) for effect in given]


def _per_group(d: float, power: float, alpha: float) -> float:
    return _smallest(lambda n: detectable_shift(2 * n - 2, alpha, power) * np.sqrt(2 / n) <= d)


def _pairs(d: float, power: float, alpha: float) -> float:
    return _smallest(lambda n: detectable_shift(n - 1, alpha, power) / np.sqrt(n) <= d)


def _correlated(r: float, power: float, alpha: float) -> float:
    return max(4, runners_for_r(r, 0, alpha, power))


def _smallest(enough: Callable[[int], bool]) -> float:
    """Smallest n from 2 on that is enough, by bisection; infinite beyond `MOST`."""
    if not enough(MOST):
        return np.inf
    low, high = 1, MOST
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high

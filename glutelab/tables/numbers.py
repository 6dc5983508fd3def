"""Numbers as they are printed: as many digits as their uncertainty deserves, true minus signs.

The rule of rounding: an uncertainty (half the width of an interval, or a standard error) is shown
with two significant digits, and the estimate with as many decimals; whole numbers stay whole.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

from glutelab.style import print_p

__all__ = [
    "NONE",
    "decimals_of",
    "fixed",
    "p_cell",
    "print_count",
    "print_estimate",
    "print_mean",
    "print_median",
    "print_n",
    "print_pace",
    "print_spread",
]

NONE = "–"  # a cell without a number; a footnote says why
_FIRM = "\N{NO-BREAK SPACE}"
_MOST = 12  # decimals
_APART = 3  # decimals at most that keep an interval off zero


def decimals_of(uncertainty: float, fallback: float = math.nan) -> int:
    """Decimals that show an uncertainty to two significant digits.

    Parameters
    ----------
    uncertainty : float
        Half the width of an interval, or a standard error; positive.
    fallback : float
        A number shown to three digits where there is no uncertainty.

    Examples
    --------
    >>> decimals_of(2.9), decimals_of(0.0129), decimals_of(0.0996), decimals_of(140.0)
    (1, 3, 2, 0)
    >>> decimals_of(float("nan"), 0.0213)
    4
    """
    for number, digits in ((uncertainty, 2), (abs(fallback), 3)):
        if math.isfinite(number) and number > 0:
            # By its rounded form: 0.0996 is 0.10, and has two decimals.
            size = int(f"{number:.{digits - 1}e}".partition("e")[2])
            return min(max(0, digits - 1 - size), _MOST)
    return 0


def fixed(value: float, decimals: int, *, sign: bool = False) -> str:
    """A number with so many decimals; what is missing is a dash, and zero has no sign.

    Halves go away from zero, as in a spreadsheet: 5 of 8 runners are 63 %.

    Examples
    --------
    >>> fixed(62.5, 0), fixed(-0.25, 1)
    ('63', '−0.3')
    >>> fixed(-2.28, 1), fixed(-0.04, 1), fixed(2.28, 1, sign=True), fixed(float("nan"), 1)
    ('−2.3', '0.0', '+2.3', '–')
    """
    if not math.isfinite(value):
        return NONE
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{rounded:{'+' if sign else ''}f}"
    if not text.strip("+-0."):
        text = text.lstrip("+-")
    return text.replace("-", "−")


def print_n(n: float) -> str:
    r"""A number of runners in a head.

    Examples
    --------
    >>> print_n(28)
    'n\xa0=\xa028'
    """
    return f"n{_FIRM}={_FIRM}{n:,.0f}"


def _ends_decimals(low: float, high: float, decimals: int) -> int:
    """More of them where an interval that excludes zero would seem to touch it."""
    near = min(abs(low), abs(high)) if low > 0 or high < 0 else math.inf
    for more in range(_APART + 1):
        if round(near, decimals + more):
            return decimals + more
    return decimals


def print_estimate(
    value: float, low: float, high: float, *, sign: bool = False, decimals: int | None = None
) -> str:
    r"""An estimate with its interval.

    Examples
    --------
    >>> print_estimate(-0.0183, -0.0832, 0.0469), print_estimate(1.2, 0.004, 2.4)
    ('−0.018\xa0[−0.083,\xa00.047]', '1.200\xa0[0.004,\xa02.400]')
    >>> print_estimate(2.0, float("nan"), float("nan"))
    '2.00'
    """
    if not math.isfinite(value):
        return NONE
    sure = math.isfinite(low) and math.isfinite(high)
    if decimals is None:
        decimals = decimals_of((high - low) / 2 if sure else math.nan, value)
    if not sure:
        return fixed(value, decimals, sign=sign)
    decimals = _ends_decimals(low, high, decimals)
    one, two, three = (fixed(number, decimals, sign=sign) for number in (value, low, high))
    return f"{one}{_FIRM}[{two},{_FIRM}{three}]"


def print_spread(sd: float, decimals: int) -> str:
    """A standard deviation; one that is not zero never seems to be.

    Examples
    --------
    >>> print_spread(4.0, 1), print_spread(0.004, 1), print_spread(0.0, 1)
    ('4.0', '0.004', '0.0')
    """
    if sd > 0 and not round(sd, decimals):
        decimals = decimals_of(sd) - 1
    return fixed(sd, decimals)


def print_mean(mean: float, sd: float, decimals: int) -> str:
    r"""Mean and standard deviation; one runner has no deviation.

    Examples
    --------
    >>> print_mean(34.75, 6.69, 1), print_mean(34.75, float("nan"), 1)
    ('34.8\xa0±\xa06.7', '34.8')
    """
    if not math.isfinite(mean) or not math.isfinite(sd):
        return fixed(mean, decimals)
    return f"{fixed(mean, decimals)}{_FIRM}±{_FIRM}{print_spread(sd, decimals)}"


def print_median(median: float, low: float, high: float, decimals: int) -> str:
    r"""Median and quartiles.

    Examples
    --------
    >>> print_median(84.0, 36.0, 135.0, 0)
    '84\xa0[36,\xa0135]'
    """
    one, two, three = (fixed(number, decimals) for number in (median, low, high))
    return NONE if one == NONE else f"{one}{_FIRM}[{two},{_FIRM}{three}]"


def print_pace(minutes: float) -> str:
    """Minutes and seconds, of minutes as a decimal number.

    Examples
    --------
    >>> print_pace(4.064), print_pace(0.377), print_pace(3.999), print_pace(-0.5)
    ('4:04', '0:23', '4:00', '−0:30')
    """
    if not math.isfinite(minutes):
        return NONE
    whole, seconds = divmod(round(abs(minutes) * 60), 60)
    return f"{'−' if minutes < 0 and (whole or seconds) else ''}{whole}:{seconds:02d}"


def print_count(n: int, total: int) -> str:
    r"""A number of runners, and percent of those who are known; whole ones below 200 runners.

    Examples
    --------
    >>> print_count(27, 28), print_count(0, 0), print_count(151, 400)
    ('27 (96\xa0%)', '0', '151 (37.8\xa0%)')
    """
    if not total:
        return str(n)
    share = fixed(100 * n / total, 0 if total < 200 else 1)
    return f"{n:,} ({share}{_FIRM}%)"


def p_cell(p: float) -> str:
    r"""A p value in a column of them, as `glutelab.style.print_p` gives it.

    Examples
    --------
    >>> p_cell(0.00004), p_cell(0.0312), p_cell(0.42), p_cell(0.04996), p_cell(0.998)
    ('<\xa00.001', '0.031', '0.42', '0.04996', '>\xa00.99')
    """
    if not math.isfinite(p):
        return NONE
    return print_p(p).removeprefix("p ").removeprefix("= ").replace(" ", _FIRM)

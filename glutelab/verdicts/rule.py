"""The rule by which every claim is judged, stated before anything is looked at."""

from __future__ import annotations

import math
from typing import NamedTuple

from glutelab.style import print_interval

__all__ = ["RULE", "VERDICTS", "Verdict", "judge", "say_number"]

SUPPORTED, CONTRADICTED = "supported", "contradicted"
TOO_SMALL, CANNOT_TELL = "too small to matter", "cannot tell"
NOT_TESTABLE = "not testable here"
VERDICTS = (SUPPORTED, CONTRADICTED, TOO_SMALL, CANNOT_TELL, NOT_TESTABLE)
ALPHA = 0.05

RULE = (
    "An estimate is judged by its 95 % interval, against zero (for shares: against one half) and "
    "against the smallest effect of interest, which stands beside it. Inside the margin on both "
    "sides: too small to matter. Else, beyond zero as the claim has it: supported; beyond zero the "
    "other way: contradicted; otherwise: cannot tell. Measures that are asked for together (2a and "
    "b, 3a and b, 3c and d, 4a and b, 9a and b) share an error rate: their p after Holm must be "
    "below 0.05, too. A contrast that is confounded with laboratory, cohort or "
    "pipeline, or of fewer than 5 runners in a group, tells nothing. What was "
    "not measured is not testable."
)


class Verdict(NamedTuple):
    """A word of `VERDICTS`, and why in one sentence."""

    word: str
    reason: str


def judge(
    low: float,
    high: float,
    margin: float,
    direction: int,
    *,
    null: float = 0.0,
    p: float = math.nan,
    unit: str = "",
    detectable: float = math.nan,
) -> Verdict:
    """Judge an interval by the rule.

    Parameters
    ----------
    low, high : float
        The 95 % interval of the estimate.
    margin : float
        The smallest effect of interest, more than 0, in the unit of the estimate.
    direction : {1, -1}
        The side of ``null`` on which the claim puts the estimate.
    null : float
        What the estimate would be if there were nothing.
    p : float, optional
        Of the test, corrected for others of the same claim.
    unit : str
    detectable : float, optional
        The smallest true effect that so many runners find four times out of five.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> judge(0.4, 2.6, 1.0, 1, unit="°").word
    'supported'
    >>> judge(-0.4, 2.6, 1.0, 1, unit="°", detectable=2.1)
    Verdict(word='cannot tell', reason='Both nothing and what matters lie in the interval; ...')
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        why = "There is no interval: too few runners, or values that do not differ."
        return Verdict(CANNOT_TELL, why)
    # From here on the claim predicts a positive number.
    ends = sorted([(low - null) * direction, (high - null) * direction])
    size = say_number(margin, unit)
    if -margin < ends[0] and ends[1] < margin:
        apart = f"closer to {_zero(null)} than" if null else "smaller than"
        return Verdict(TOO_SMALL, f"Everything in the interval is {apart} {size}.")
    sure = not p >= ALPHA  # also where there is no p
    if ends[0] > 0 and sure:
        small = say_number(null + ends[0] * direction if null else ends[0], unit)
        more = "" if ends[0] >= margin else f", though it may be as little as {small}"
        return Verdict(SUPPORTED, f"The interval lies on the claim's side of {_zero(null)}{more}.")
    if ends[1] < 0 and sure:
        return Verdict(CONTRADICTED, f"The interval lies on the other side of {_zero(null)}.")
    if null:
        size = say_number(null + margin * direction, unit)
    return Verdict(CANNOT_TELL, _doubt(ends, margin, size, unit, detectable, sure, null))


def _doubt(ends, margin: float, size: str, unit: str, detectable, sure: bool, null) -> str:
    beyond = not sure and (ends[0] > 0 or ends[1] < 0)
    if beyond and ends[0] > 0:
        said = f"The interval excludes {_zero(null)}, but p after Holm does not"
    elif ends[1] < margin and null:
        said = f"What is claimed, {size} or beyond, is excluded; the opposite is not"
    elif ends[1] < margin:
        said = f"An effect as claimed, of {size} or more, is excluded; one the other way is not"
    else:
        said = f"Both {_zero(null) if null else 'nothing'} and what matters lie in the interval"
    if math.isfinite(detectable):
        said += f"; so many runners find {say_number(detectable, unit)} four times out of five"
    return f"{said}."


def _zero(null: float) -> str:
    return "zero" if null == 0 else f"{null:g}"


def say_number(value: float, unit: str) -> str:
    """A number with two digits and its unit.

    Examples
    --------
    >>> say_number(0.0749, "J/kg/m per SD"), say_number(2.0, "°"), say_number(21.3, "°")
    ('0.075 J/kg/m per SD', '2°', '21°')
    """
    return print_interval(float(f"{value:.2g}"), math.nan, math.nan, unit)

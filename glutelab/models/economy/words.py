"""A model of running economy as the sentences one would write about it."""

from __future__ import annotations

import numpy as np

from glutelab.contrasts.wording import counted, put_under, series
from glutelab.models.economy.design import Design
from glutelab.models.economy.ols import OlsFit
from glutelab.models.economy.rows import label, small, with_unit
from glutelab.schema import unit
from glutelab.style import print_p

__all__ = ["describe", "say_detectable", "say_method", "say_prediction", "under"]


def describe(fit) -> str:
    """What was asked, what so many runners can show, what was found, and what to keep in mind.

    Parameters
    ----------
    fit : EconomyFit

    Returns
    -------
    str
        A line per thought, at most 98 characters wide.
    """
    people = f" ({counted(fit.n_runners, 'runner')})" if fit.n_runners else ""
    heading = f"{fit.title}{people}"
    if not fit.answerable:
        return put_under(heading, [fit.reason, *fit.warnings])
    lines = [say_detectable(fit), *(_row(fit, row) for row in fit.posture.itertuples())]
    lines += [_equivalence(fit), *_attenuation(fit), say_prediction(fit), fit.decides]
    lines += [*fit.warnings, *fit.method, "These are associations; none of them shows an effect."]
    return put_under(heading, lines)


def under(speeds_m_s: tuple[float, ...], adjusted_for: tuple[str, ...]) -> str:
    """At which speeds, adjusted for what, as the end of a heading.

    Examples
    --------
    >>> under((2.5, 3.5, 4.5), ("sex", "mass_kg"))
    ' at 2.5, 3.5 and 4.5 m/s, adjusted for sex and body mass'
    """
    at = f" at {series([f'{speed:.4g}' for speed in speeds_m_s])} m/s" if speeds_m_s else ""
    beside = series([small(name) for name in adjusted_for]) if adjusted_for else ""
    return f"{at}, adjusted for {beside}" if beside else at


def _associated(low: float, high: float, posture: str, outcome: str) -> str:
    """Whether two columns go together, as the beginning of a sentence."""
    if low > 0 or high < 0:
        return f"{label(posture)} goes with {'higher' if low > 0 else 'lower'} {small(outcome)}"
    return f"Cannot tell whether {small(posture)} goes with {small(outcome)}"


def say_detectable(fit) -> str:
    """What so many runners can show, and whether that is enough for what matters.

    Parameters
    ----------
    fit : EconomyFit
        With an answer.

    Returns
    -------
    str
    """
    found, sd = fit.detectable, fit.posture["sd"].iloc[0]
    r = f"r of {found.r:.2f}" if np.isfinite(found.r) else "no r"
    return (
        f"What {fit.n_runners} runners can show, with {100 * found.power:g} % power: {r}, or "
        f"{with_unit(found.per_sd, fit.outcome, 3)} per SD of {small(fit.measure)} "
        f"({with_unit(sd, fit.measure, 3)}) between runners. Less would be missed more often."
        + (
            f" Underpowered: ±{with_unit(fit.equivalence.margin, fit.outcome, 3)} per SD would "
            "matter, and these runners are too few to find so little."
            if fit.underpowered
            else ""
        )
    )


def _row(fit, row) -> str:
    where = "between runners" if row.part == "between" else "within runners"
    head = _associated(row.ci_low, row.ci_high, fit.measure, fit.outcome)
    if row.part == "between" and fit.doubts:
        where += f" ({fit.doubts})"
    if not np.isfinite(row.ci_low):
        return f"{head} {where}: {row.estimate:+.3g} {row.unit}, without an interval."
    sure = f"{100 * fit.confidence:g} % CI {row.ci_low:+.3g} to {row.ci_high:+.3g}"
    return (
        f"{head} {where}: {row.estimate:+.3g} {row.unit} ({sure}, {print_p(row.p)}), which is "
        f"{row.per_sd:+.3g} {unit(fit.outcome)} per SD ({row.standardized:+z.2f} standardized)."
    )


def _equivalence(fit) -> str:
    found = fit.equivalence
    if not np.isfinite(found.margin):
        return (
            "Too small to matter? Not asked: no smallest change that matters is known for "
            f"{fit.outcome}; give margin_pct."
        )
    size = f"±{found.margin_pct:g} % of the mean cost (±{with_unit(found.margin, fit.outcome, 3)})"
    excluded = found.p <= 1 - fit.confidence
    said = "yes" if excluded else "cannot be said"
    said = f"Too small to matter? {said.capitalize()}: per SD against {size}"
    return f"{said}, {found.source}; {print_p(found.p)}."


def _attenuation(fit) -> list[str]:
    found = fit.attenuation
    if found is None:
        return []
    head = f"With a reliability of {found.reliability:.2f}"
    if not np.isfinite(found.estimate):
        return [f"{head} the covariates leave nothing reliable of posture: cannot be corrected."]
    given = ""
    if abs(found.given_covariates - found.reliability) > 0.005:
        given = f" ({found.given_covariates:.2f} beside the covariates)"
    return [
        f"{head}{given} the association between runners would be {found.estimate:+.3g} "
        f"({found.low:+.3g} to {found.high:+.3g}) without error of measurement. This assumes that "
        "the reliability is known, that of runners as different as these and of the mean that was "
        "used, and that errors go with neither posture nor cost."
    ]


def say_prediction(fit) -> str:
    """How well runners are predicted from the others, with posture and without.

    Parameters
    ----------
    fit : EconomyFit
        With an answer.

    Returns
    -------
    str
    """
    found = fit.prediction
    if not np.isfinite(found.difference_pct):
        return "Prediction of runners left out: cannot tell."
    change = "smaller" if found.difference_pct < 0 else "larger"
    return (
        f"Prediction of runners left out: error {with_unit(found.rmse_with, fit.outcome, 3)} with "
        f"posture, {with_unit(found.rmse_without, fit.outcome, 3)} without; "
        f"{abs(found.difference_pct):.1f} % {change} with it, "
        f"{found.n_better} of {found.n_runners} runners predicted better."
    )


def say_method(design: Design, fit, slope: str, inference: str, n_boot: int) -> list[str]:
    """How the numbers came about.

    Parameters
    ----------
    design : Design
    fit : OlsFit or MixedFit
    slope : str
        What became of the random slope on speed.
    inference : str
    n_boot : int

    Returns
    -------
    list of str
    """
    speed = ""
    if "speed" in design.keys:
        square = "speed squared" in design.keys
        speed = f" Speed{' and its square are' if square else ' is'} in the model."
    if isinstance(fit, OlsFit):
        said = [f"Method: least squares, one row per runner, HC3 standard errors.{speed}"]
        by = f"t with {fit.df:g} degrees of freedom"
    else:
        said = [f"Method: mixed model by restricted maximum likelihood.{speed} {slope}."]
        by = "t with Satterthwaite degrees of freedom"
        if fit.singular:
            by += ", between runners at most as many as there are runners, the fit being singular"
    if inference == "bootstrap":
        by = f"studentized bootstrap of whole runners, {n_boot} resamples"
    said.append(f"Intervals and p: {by}.")
    if any(key == "posture within" for key in design.keys):
        said.append(
            "Posture is split into each runner's value at the mean speed (between) and the "
            "runner's own change beyond what speed brings on average (within)."
        )
    return said

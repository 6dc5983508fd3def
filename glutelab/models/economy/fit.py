"""Does posture go with the cost of running? One model, its doubts, and a verdict that can be no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from glutelab.contrasts.caveats import say_simulated
from glutelab.contrasts.choices import check_confidence
from glutelab.contrasts.estimate import detectable_r
from glutelab.contrasts.rows import PERSON
from glutelab.contrasts.tables import check_table
from glutelab.errors import DataError
from glutelab.models.economy.checks import (
    collinearity,
    complete_rows,
    find_warnings,
    not_measured,
    why_inseparable,
    why_too_few,
)
from glutelab.models.economy.design import Design, build_design
from glutelab.models.economy.estimate import Estimates, estimate, fit_design, has_converged
from glutelab.models.economy.limits import (
    Detectable,
    Equivalence,
    choose_margin,
    find_attenuation,
    find_detectable,
    find_equivalence,
    find_reliability,
)
from glutelab.models.economy.result import EconomyFit
from glutelab.models.economy.rows import (
    check_question,
    choose_outcome,
    count_speeds,
    select_rows,
)
from glutelab.models.economy.words import say_method
from glutelab.schema import unit

__all__ = ["EconomyFit", "fit_economy"]

_COLUMNS = ["term", "part", "label", "unit", "estimate", "se", "df", "ci_low", "ci_high", "p"]
_COLUMNS += ["sd", "per_sd", "per_sd_low", "per_sd_high", "standardized", "n_runners"]


def fit_economy(
    runners: pd.DataFrame,
    posture: str,
    *,
    outcome: str | None = None,
    adjust_for: str | Sequence[str] = (),
    speed_m_s: float | None = None,
    side: str = "both",
    margin_pct: float | None = None,
    reliability: float | Mapping[str, float] | pd.DataFrame | None = None,
    inference: str = "satterthwaite",
    n_boot: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
) -> EconomyFit:
    """Association of a posture measure with running economy, between and within runners.

    At one speed: least squares over runners with HC3 standard errors. At several: a mixed model
    with an intercept per runner, a slope on speed per runner if that converges and is not singular,
    speed and (from three speeds on) its square. Posture that changes within runners is split into
    the runner's mean and the runner's own change. Tests are by t, never by z. What the runners
    cannot answer is an answer: `EconomyFit.answerable` is False and `reason` says why.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`: one row per runner, speed and side, with the costs.
    posture : str
        Column of numbers, for example ``"standing_pelvic_tilt_deg"`` (anterior tilt positive) or
        ``"thomas_test_deg"``.
    outcome : str, optional
        Cost; more means worse economy. By default energy cost where anybody has it, else oxygen
        cost.
    adjust_for : str or sequence of str
        Covariates. Numbers are linear (split like posture if they change within runners), words are
        classes. Speed is in the model wherever it differs, whether named or not.
    speed_m_s : float, optional
        One speed; by default all there are. Rows within 0.05 m/s count as run at it.
    side : {"both", "left", "right"}
    margin_pct : float, optional
        Smallest change that matters, percent of the mean cost. By default the smallest worthwhile
        change of Shaw, Ingham, Fudge and Folland 2013: 1.38 for oxygen, 1.71 for energy.
    reliability : float, dict or DataFrame, optional
        ICC of the posture measure (of the mean that stands in the table), by name, or the table of
        `glutelab.reliability`; gives the association without error of measurement.
    inference : {"satterthwaite", "bootstrap"}
        t with Satterthwaite degrees of freedom (n - k for least squares), or a studentized
        bootstrap of whole runners.
    n_boot, seed : int
        Of the bootstrap.
    confidence : float
        Level of intervals; its complement is the error rate of verdicts.

    Returns
    -------
    EconomyFit
        Prints as sentences.

    Raises
    ------
    DataError
        If a column is misspelled or holds words in place of numbers, strides or slopes would be
        pooled, a runner has two values of a class (sex), or a value cannot be (a negative uptake,
        an exchange ratio of 3); says what to do.

    Notes
    -----
    Mixed model and degrees of freedom: `fit_mixed`, equal to lme4 and lmerTest. Between and within
    parts: Mundlak 1978, doi 10.2307/1913646. Equivalence: Schuirmann 1987, doi
    10.1007/BF01068419. Margin: Shaw, Ingham, Fudge and Folland 2013, Appl Physiol Nutr Metab
    38:1268-1272; taking a smallest worthwhile change of one runner as margin per SD between runners
    is our choice; the typical error between days (2.75 %) is larger than it. How often
    intervals hold the truth: benchmarks/results/models.md. Names and values of columns are never
    evaluated.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.simulate_runners(40, seed=3)
    >>> fit = gl.fit_economy(runners, "standing_pelvic_tilt_deg", adjust_for=["level"])
    >>> fit.verdict
    'cannot tell'
    >>> fit.posture[["part", "estimate", "ci_low", "ci_high"]].round(3)
          part  estimate  ci_low  ci_high
    0  between     -0.001  -0.029    0.027
    """
    _check_choices(inference, n_boot, confidence)
    runners = check_table(runners)
    outcome = choose_outcome(runners, outcome)
    margin = choose_margin(outcome, margin_pct)
    table, covariates = check_question(runners, posture, outcome, adjust_for)
    icc = find_reliability(reliability, posture)
    rows, used = select_rows(table, posture, outcome, covariates, side=side, speed_m_s=speed_m_s)
    speeds = count_speeds(rows)
    about = {"measure": posture, "outcome": outcome, "side": used, "inference": inference}
    about |= {"confidence": confidence, "speeds_m_s": tuple(speeds)}
    simulated = say_simulated(rows)
    reason = not_measured(table, [outcome, posture, *covariates])
    if reason:
        return _unanswered(rows.iloc[:0], reason, covariates, simulated, about)
    rows, covariates, notes, reason = complete_rows(rows, posture, outcome, covariates)
    about["speeds_m_s"] = tuple(count_speeds(rows))
    reason = reason or why_too_few(rows, posture, outcome)
    design = None if reason else build_design(rows, posture, outcome, covariates)
    reason = reason or why_inseparable(design, posture, covariates)
    if reason:
        return _unanswered(rows, reason, covariates, [*simulated, *notes], about)
    try:
        fit, said = fit_design(design)
    except DataError as error:
        reason = f"Cannot tell: {' '.join(getattr(error, 'problems', [str(error)]))}"
        return _unanswered(rows, reason, covariates, [*simulated, *notes], about)
    if not has_converged(fit):
        remedy = "Leave a covariate out." if covariates else "Look at one speed, by speed_m_s=."
        reason = f"Cannot tell: the fit did not converge. {remedy}"
        return _unanswered(rows, reason, covariates, [*simulated, *notes], about)
    found = estimate(fit, design.keys, inference, n_boot, seed)
    vif = collinearity(design)
    notes = [*find_warnings(rows, posture, outcome, covariates, vif), *notes, *design.notes]
    notes += _not_fitted(fit, found, n_boot)
    return EconomyFit(
        **about,
        adjusted_for=tuple(covariates),
        n_runners=design.n_runners,
        n_rows=len(rows),
        kind="mixed model" if design.repeated else "least squares",
        answerable=True,
        reason="",
        coefficients=_coefficients(design, found, outcome, confidence),
        detectable=find_detectable(design, found, confidence),
        equivalence=find_equivalence(design, found, margin, confidence),
        attenuation=find_attenuation(design, found, icc, confidence),
        collinearity=vif,
        warnings=tuple(notes),
        method=tuple(say_method(design, fit, said, inference, n_boot)),
        design=design,
        fit=fit,
        estimates=found,
    )


def _check_choices(inference: str, n_boot: int, confidence: float) -> None:
    if inference not in ("satterthwaite", "bootstrap"):
        raise DataError(f"inference is {inference!r}. Expected 'satterthwaite' or 'bootstrap'.")
    if n_boot < 200:
        raise DataError(f"n_boot is {n_boot}. Expected 200 resamples or more.")
    check_confidence("confidence", confidence)


def _unanswered(rows, reason: str, covariates: list[str], notes: list[str], about: dict):
    n = len(rows.drop_duplicates(PERSON))
    repeated = n and rows.groupby(PERSON).size().max() > 1
    r = detectable_r(n, len(covariates), 1 - about["confidence"])
    return EconomyFit(
        **about,
        adjusted_for=tuple(covariates),
        n_runners=n,
        n_rows=len(rows),
        kind="mixed model" if repeated else "least squares",
        answerable=False,
        reason=reason,
        coefficients=pd.DataFrame(columns=_COLUMNS),
        detectable=Detectable(r=r),
        equivalence=Equivalence(),
        attenuation=None,
        collinearity=pd.DataFrame(columns=["term", "part", "label", "vif", "goes_with", "r"]),
        warnings=tuple(notes),
        method=(),
    )


def _not_fitted(fit, found: Estimates, n_boot: int) -> list[str]:
    """Messages of the mixed model, and resamples without an answer."""
    said = list(getattr(fit, "messages", ()))
    lost = 0 if found.draws is None else int(np.isnan(found.draws).any(axis=1).sum())
    verb = "has" if lost == 1 else "have"
    return [*said, f"{lost} of {n_boot} resamples {verb} no answer."] if lost else said


def _coefficients(
    design: Design, found: Estimates, outcome: str, confidence: float
) -> pd.DataFrame:
    cost = unit(outcome) or outcome
    rows = []
    for j, key in enumerate(found.keys):
        term = design.terms[j - 1] if j else None
        per = f"{cost} per {term.unit}" if term and term.unit else cost
        names = (term.name, term.part, term.label) if term else ("intercept",) * 3
        value, half = found.values[j], found.half(j, confidence)
        sd = term.sd if term else np.nan
        spread = design.y_within if key.endswith("within") else design.y_between
        spread = design.y.std() if key.startswith("speed") else spread
        numbers = (value, found.se[j], found.df[j], value - half, value + half, found.p(j))
        per_sd = (sd, value * sd, (value - half) * sd, (value + half) * sd, value * sd / spread)
        n = term.n_runners if term else design.n_runners
        rows.append((*names[:3], per, *numbers, *per_sd, n))
    return pd.DataFrame(rows, columns=_COLUMNS)

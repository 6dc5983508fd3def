"""What a model of running economy found: tables, verdict and sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from glutelab.models.economy.design import Design
from glutelab.models.economy.estimate import Estimates
from glutelab.models.economy.limits import Attenuation, Detectable, Equivalence, Prediction
from glutelab.models.economy.ols import OlsFit
from glutelab.models.economy.refit import find_influence, find_prediction, name_deciders
from glutelab.models.economy.rows import label, small
from glutelab.models.economy.words import describe, under
from glutelab.models.mixed.fit import MixedFit

__all__ = ["EconomyFit"]


@dataclass(frozen=True, eq=False, repr=False)
class EconomyFit:
    """Association of posture with the cost of running. Made by `fit_economy`; prints as sentences.

    Attributes
    ----------
    measure, outcome : str
        Columns of posture and of cost.
    adjusted_for : tuple of str
        Covariates in the model, without those that are the same for all.
    speeds_m_s : tuple of float
    side : str
    n_runners, n_rows : int
    kind : str
        ``"least squares"`` or ``"mixed model"``.
    inference : str
        ``"satterthwaite"`` (t; with HC3 errors for least squares) or ``"bootstrap"``.
    confidence : float
    answerable : bool
    reason : str
        Why there is no answer; empty if there is one. Without an answer the tables are empty.
    coefficients : DataFrame
        ``term, part`` (between, within, covariate, intercept)``, label, unit`` (of cost per unit of
        the term)``, estimate, se, df, ci_low, ci_high, p, sd`` (of the term)``, per_sd, per_sd_low,
        per_sd_high`` (cost per SD of the term)``, standardized`` (SDs of cost per SD of the
        term)``, n_runners``.
    detectable : Detectable
        What so many runners could have shown; read it first.
    equivalence : Equivalence
        The association between runners against the smallest change that matters.
    attenuation : Attenuation or None
        What it would be without measurement error of posture, if its reliability was given.
    collinearity : DataFrame
        ``term, part, label, vif, goes_with, r``.
    warnings, method : tuple of str
        Sentences.
    """

    measure: str
    outcome: str
    adjusted_for: tuple[str, ...]
    speeds_m_s: tuple[float, ...]
    side: str
    n_runners: int
    n_rows: int
    kind: str
    inference: str
    confidence: float
    answerable: bool
    reason: str
    coefficients: pd.DataFrame
    detectable: Detectable
    equivalence: Equivalence
    attenuation: Attenuation | None
    collinearity: pd.DataFrame
    warnings: tuple[str, ...]
    method: tuple[str, ...]
    design: Design | None = field(default=None)
    fit: OlsFit | MixedFit | None = field(default=None)
    estimates: Estimates | None = field(default=None)

    @property
    def posture(self) -> pd.DataFrame:
        """The rows of `coefficients` that are posture: between, and within if there is any."""
        rows = self.coefficients["part"].isin(["between", "within"])
        return self.coefficients[rows].reset_index(drop=True)

    @property
    def verdict(self) -> str:
        """One line: goes with higher (lower) cost, too small to matter, cannot tell."""
        if not self.answerable:
            return self.reason.split(":")[0].lower()
        return self.equivalence.verdict

    @property
    def underpowered(self) -> bool:
        """Whether so many runners would miss the smallest change that matters too often.

        That is more often than one time in five: what they can show is larger than the margin.
        """
        return bool(self.detectable.per_sd > self.equivalence.margin)

    @property
    def doubts(self) -> str:
        """What weakens an association that was found between runners; empty if nothing does."""
        if not self.answerable or self.equivalence.low <= 0 <= self.equivalence.high:
            return ""
        rests = bool(self.influence["decides"].any())
        said = ["underpowered"] * self.underpowered + ["rests on single runners"] * rests
        return "; ".join(said)

    @property
    def verdict_with_doubts(self) -> str:
        """The verdict as it is printed, never without what weakens it."""
        return f"{self.verdict} ({self.doubts})" if self.doubts else self.verdict

    @cached_property
    def prediction(self) -> Prediction:
        """Error for runners left out, with and without posture; computed when first asked for."""
        return find_prediction(self.design, self.fit)

    @cached_property
    def influence(self) -> pd.DataFrame:
        """Every runner left out once; computed when first asked for.

        ``cohort, runner_id, estimate, change`` (unit of the coefficient)``, change_se`` (standard
        errors)``, verdict, sign_changes, decides``, largest change first. A runner decides without
        whom the verdict is another, or the sign of an association that was found. Verdicts are by
        t, whatever the inference of the fit.
        """
        return find_influence(self.design, self.fit, self.equivalence, self.confidence)

    @property
    def decides(self) -> str:
        """Whether one runner decides the result, as a sentence."""
        return name_deciders(self.influence) if self.answerable else ""

    @property
    def title(self) -> str:
        """Which question was asked."""
        conditions = under(self.speeds_m_s, self.adjusted_for)
        return f"{label(self.measure)} and {small(self.outcome)}{conditions}"

    def __repr__(self) -> str:
        return describe(self)

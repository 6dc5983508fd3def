"""What several studies say together: tables, verdict and sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from glutelab.evidence.average import Average, Spread, average, margin_p, spread
from glutelab.evidence.predict import predict
from glutelab.evidence.scales import SCALES
from glutelab.evidence.small_studies import SmallStudies, check_small_studies
from glutelab.evidence.words import describe, judge
from glutelab.sentences import SIMULATED, join

__all__ = ["PooledEffects"]

_FEWEST_TO_LEAVE_OUT = 3


@dataclass(frozen=True, eq=False, repr=False)
class PooledEffects:
    """Mean effect over studies, and how much they differ. Made by `pool_effects`.

    Attributes
    ----------
    effect, unit : str
        Kind of effect, and the unit of all its values here.
    measure, outcome_measure : str
        Our columns, where there are any.
    exposure, outcome, speed, adjusted_for : str
        What was asked, in the words of the studies.
    positive_means : str
        What a positive value says.
    confidence, equivalence_margin : float
    studies : DataFrame
        ``study, design, n, value, ci_low, ci_high, confidence`` (as stated)``, y, se`` (on the
        scale of the average)``, low, high`` (interval at `confidence`)``, weight_pct, pooled,
        simulated, reason`` (why it is not pooled)``, reference, warning``.
    references : DataFrame
        Meta-analyses of the same measure, never pooled: ``study, n_studies, n, value, ci_low,
        ci_high, confidence, reference``.
    average : Average or None
        On the scale of the average; None if there is nothing to average.
    spread : Spread
    warnings : tuple of str
        Sentences.
    """

    effect: str
    unit: str
    measure: str
    exposure: str
    outcome: str
    outcome_measure: str
    speed: str
    adjusted_for: str
    positive_means: str
    confidence: float
    equivalence_margin: float
    studies: pd.DataFrame
    references: pd.DataFrame
    average: Average | None
    spread: Spread
    warnings: tuple[str, ...]

    @property
    def k(self) -> int:
        """How many studies were pooled."""
        return int(self.studies["pooled"].sum())

    @property
    def n_runners(self) -> float:
        """Their runners; NaN if a study does not say."""
        return float(self.studies.loc[self.studies["pooled"], "n"].sum(skipna=False))

    @property
    def simulated(self) -> bool:
        """Whether a pooled study was made by a program."""
        return SIMULATED in self.warnings

    @property
    def answerable(self) -> bool:
        """Whether there is an estimate."""
        return self.average is not None

    @property
    def reason(self) -> str:
        """Why there is none."""
        if self.answerable:
            return ""
        n = len(self.studies)
        if not n:
            return "Cannot tell: there is no study, only what others pooled."
        what = "the only study" if n == 1 else f"none of {n} studies"
        return f"Cannot tell: {what} can{'not' if n == 1 else ''} be pooled."

    @property
    def verdict(self) -> str:
        """One line: higher, lower (goes with higher, lower), too small to matter, cannot tell."""
        if not self.answerable:
            return "cannot tell"
        low, high = self.average.cautious(self.confidence)
        small = self.p_equivalence <= 1 - self.confidence
        return judge(low, high, small, relation=not SCALES[self.effect].contrast)

    @property
    def p_equivalence(self) -> float:
        """P of the two one-sided tests against the margin; NaN without one."""
        if not self.answerable or not np.isfinite(self.equivalence_margin):
            return np.nan
        inside, margin = SCALES[self.effect].inside, self.equivalence_margin
        # A fall by 100 % or more cannot be: every fall is smaller.
        low = -np.inf if self.effect == "percent_change" and margin >= 100 else inside(-margin)
        return margin_p(self.average, max(float(low), -1e12), float(inside(margin)))

    @cached_property
    def prediction(self) -> tuple[float, float]:
        """Where the true effect of a further study lies, on the scale of the values.

        By the confidence distribution of tau² (`glutelab.evidence.predict`); NaN below three
        studies.
        """
        used = self.studies[self.studies["pooled"]]
        y, v = used["y"].to_numpy(float), used["se"].to_numpy(float) ** 2
        low, high = predict(y, v, self.confidence)
        back = SCALES[self.effect].outside if self.answerable else float
        return float(back(low)), float(back(high))

    @cached_property
    def table(self) -> pd.DataFrame:
        """The result as one row, on the scale of the values.

        ``effect, unit, measure, exposure, outcome, outcome_measure, speed, adjusted_for,
        positive_means, k, n_runners, estimate, ci_low, ci_high, plugin_low, plugin_high`` (the
        prediction interval of metafor, too narrow)``, t, df, p, tau2, tau2_low, tau2_high`` (on the
        scale of the average)``, i2_pct, i2_low, i2_high, q, q_p, prediction_low, prediction_high,
        confidence, equivalence_margin, p_equivalence, verdict, simulated, n_not_pooled, warning``.
        """
        asked = ("effect", "unit", "measure", "exposure", "outcome", "outcome_measure", "speed")
        row = {name: getattr(self, name) for name in (*asked, "adjusted_for", "positive_means")}
        n = self.n_runners
        row |= {"k": self.k, "n_runners": int(n) if np.isfinite(n) else n}
        row |= self._numbers() | {
            "prediction_low": self.prediction[0],
            "prediction_high": self.prediction[1],
            "confidence": self.confidence,
            "equivalence_margin": self.equivalence_margin,
            "p_equivalence": self.p_equivalence,
            "verdict": self.verdict,
            "simulated": self.simulated,
            "n_not_pooled": int((~self.studies["pooled"]).sum()),
            "warning": join([self.reason, *self.warnings]),
        }
        return pd.DataFrame([row])

    def _numbers(self) -> dict[str, float]:
        names = ("mean", "low", "high", "plugin_low", "plugin_high")
        called = ("estimate", "ci_low", "ci_high", "plugin_low", "plugin_high")
        found, back = self.average, SCALES[self.effect].outside if self.answerable else None
        values = {
            new: float(back(getattr(found, old))) if found else np.nan
            for new, old in zip(called, names, strict=True)
        }
        values |= {name: getattr(found, name) if found else np.nan for name in ("t", "df", "p")}
        names = ("tau2", "tau2_low", "tau2_high", "i2_pct", "i2_low", "i2_high", "q", "q_p")
        return values | {name: getattr(self.spread, name) for name in names}

    @cached_property
    def leave_one_out(self) -> pd.DataFrame:
        """The mean without each study in turn, largest change first; empty below three studies.

        ``study, estimate, ci_low, ci_high, change, p, tau2, i2_pct, verdict, decides``; a study
        decides without which the verdict is another.
        """
        columns = ["study", "estimate", "ci_low", "ci_high", "change", "p", "tau2", "i2_pct"]
        columns += ["verdict", "decides"]
        used = self.studies[self.studies["pooled"]]
        if len(used) < _FEWEST_TO_LEAVE_OUT:
            return pd.DataFrame(columns=columns)
        rows = []
        for left in used.index:
            less = self._without(used.drop(index=left))
            numbers = less._numbers()
            change = numbers["estimate"] - float(SCALES[self.effect].outside(self.average.mean))
            kept = {name: numbers[name] for name in columns if name in numbers}
            rows.append(
                {"study": used["study"][left], "change": change, "verdict": less.verdict}
                | {"decides": less.verdict != self.verdict}
                | kept
            )
        order = sorted(rows, key=lambda row: (-abs(row["change"]), row["study"]))
        return pd.DataFrame(order)[columns]

    def _without(self, used: pd.DataFrame) -> PooledEffects:
        y, v = used["y"].to_numpy(), used["se"].to_numpy() ** 2
        mean = average(y, v, self.confidence)
        return replace(
            self, studies=used, average=mean, spread=spread(y, v, mean.tau2, self.confidence)
        )

    @cached_property
    def small_studies(self) -> SmallStudies:
        """Whether small studies find more; no answer below ten."""
        used = self.studies[self.studies["pooled"]]
        return check_small_studies(
            used["y"].to_numpy(float), used["se"].to_numpy(float) ** 2, self.confidence
        )

    def __repr__(self) -> str:
        return describe(self)

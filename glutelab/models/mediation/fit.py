"""Does posture go with cost through hip extension? Arrays in, numbers out.

Three least-squares models (mediator on posture; outcome on posture; outcome on posture and
mediator), and a bootstrap that draws whole runners. Nothing here shows a cause: that would take
posture, hip extension and everything else to be as good as assigned by chance.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from glutelab.contrasts.wording import counted
from glutelab.errors import DataError
from glutelab.models.mediation.checks import (
    as_matrix,
    as_runners,
    as_vector,
    refuse,
)
from glutelab.models.mediation.resample import (
    PATHS,
    Pathway,
    pathway,
    resample,
    runner_sums,
    solve_paths,
)
from glutelab.models.mediation.sensitivity import (
    Confounding,
    robustness_value,
    vanishing_correlation,
)

__all__ = ["Mediation", "mediate"]


@dataclass(frozen=True)
class Mediation:
    """Posture, mediator and outcome: what goes with what, and through what.

    Attributes
    ----------
    total, direct, indirect : Pathway
        Outcome per unit of posture: in all, past the mediator, and through it (total is the sum of
        the other two).
    posture_to_mediator, mediator_to_outcome : Pathway
        The two slopes whose product is `indirect`.
    confounding : Confounding
        What would make `indirect` vanish.
    robustness : float
        Robustness value of the total: share of what is left of posture and of outcome that a
        confounder would have to explain for the total to vanish.
    n_runners, n_rows, n_boot, seed : int
    confidence : float
    warning : str
        What has to be said beside the numbers; empty if nothing.
    samples : ndarray, shape (n_boot,)
        `indirect` in every resample (NaN where it has none).
    """

    total: Pathway
    direct: Pathway
    indirect: Pathway
    posture_to_mediator: Pathway
    mediator_to_outcome: Pathway
    confounding: Confounding
    robustness: float
    n_runners: int
    n_rows: int
    n_boot: int
    seed: int
    confidence: float
    warning: str
    samples: np.ndarray = field(repr=False, compare=False)

    @property
    def share_through(self) -> float:
        """Indirect over total; NaN where the two differ in sign or the total may be zero."""
        low, high = self.total.interval
        sure = low > 0 or high < 0
        ratio = self.indirect.estimate / self.total.estimate if sure else np.nan
        return float(ratio) if ratio >= 0 else np.nan

    def sentences(
        self,
        posture: str = "posture",
        mediator: str = "hip extension",
        outcome: str = "cost",
        unit: str = "",
    ) -> str:
        """What was found, in words that claim no cause.

        Parameters
        ----------
        posture, mediator, outcome : str
            What they are called.
        unit : str
            Of the outcome per unit of posture, as in ``"J/kg/m per degree"``.
        """
        return " ".join(self.lines(posture, mediator, outcome, unit))

    def lines(self, posture: str, mediator: str, outcome: str, unit: str = "") -> list[str]:
        """The same, a sentence each.

        Parameters
        ----------
        posture, mediator, outcome, unit : str
        """
        unit = f" {unit}" if unit else ""
        low, high = self.indirect.interval
        if not np.isfinite(low):
            verdict = f"Whether {posture} goes with {outcome} through {mediator}: cannot tell"
        elif low > 0 or high < 0:
            verdict = f"{_capital(posture)} goes with {outcome} through {mediator}"
        else:
            verdict = (
                f"Cannot tell whether {posture} goes with {outcome} through {mediator}: zero is "
                "within the interval"
            )
        paths = (self.total, self.indirect, self.direct)
        total, indirect, direct = (_number(path, self.confidence) for path in paths)
        said = [
            f"{verdict}.",
            f"In all {total}{unit}; through {mediator} {indirect}; past it {direct} "
            f"({counted(self.n_runners, 'runner')}).",
        ]
        if low > 0 or high < 0:  # where zero is within, there is nothing to explain away
            said.append(self.confounding.sentence(mediator, outcome))
        said.append("These are associations.")
        return [*said, f"Note: {self.warning}."] if self.warning else said


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _number(path: Pathway, confidence: float) -> str:
    low, high = path.interval
    if not np.isfinite(low):
        return f"{path.estimate:+.3g} (no interval)"
    return f"{path.estimate:+.3g} ({100 * confidence:g} % CI {low:+.3g} to {high:+.3g})"


def mediate(
    posture: np.ndarray,
    mediator: np.ndarray,
    outcome: np.ndarray,
    covariates: np.ndarray | None = None,
    *,
    runner: np.ndarray | None = None,
    n_boot: int = 5000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Mediation:
    """Total, direct and indirect association of posture with an outcome, by product of slopes.

    Estimates equal those of ``pingouin.mediation_analysis``, which draws rows and gives a
    bias-corrected interval. Here runners are drawn. The interval to read is the expanded percentile
    interval (Hesterberg 2015, doi 10.1080/00031305.2015.1089789): percentiles further out, by t
    instead of the normal distribution and by the square root of n / (n - 1). His t has n - 1
    degrees of freedom; that it has n - 3 - k here, with k covariates, is ours. The plain percentile
    and the BCa interval (Efron 1987, doi 10.1080/01621459.1987.10478410) are given too; how often
    each holds the truth stands in ``benchmarks/results/models.md``. Where both slopes are zero, all
    of them are too wide, which is in the nature of a product.

    Parameters
    ----------
    posture, mediator, outcome : ndarray, shape (n,)
        One row per runner, for example standing pelvic tilt (degrees, anterior positive), peak hip
        extension (degrees, extension positive) and energy cost (J/kg/m).
    covariates : ndarray, shape (n,) or (n, k), optional
        In all three models. An intercept is always there.
    runner : ndarray, shape (n,), optional
        Who each row is, where a runner has several (speeds); whole runners are drawn. Without it
        every row is another runner.
    n_boot, seed : int
        Resamples; the same seed gives the same numbers, nothing runs in parallel.
    confidence : float

    Returns
    -------
    Mediation

    Raises
    ------
    DataError
        If posture, mediator or outcome do not vary, are words or are the same, if a value is
        missing, if a covariate repeats one of them or another, or if there are fewer than 8
        runners.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> tilt = rng.normal(10, 4, 40)
    >>> extension = 14 - 0.6 * tilt + rng.normal(0, 3, 40)
    >>> cost = 4.3 - 0.02 * extension + rng.normal(0, 0.1, 40)
    >>> found = mediate(tilt, extension, cost)
    >>> round(found.indirect.estimate, 4)
    0.0096
    >>> abs(found.total.estimate - found.direct.estimate - found.indirect.estimate) < 1e-12
    True
    """
    given = {"posture": posture, "mediator": mediator, "outcome": outcome}
    x, m, y = (as_vector(values, name) for name, values in given.items())
    c = as_matrix(covariates, len(x))
    who = as_runners(runner, len(x))
    n_runners = int(who.max()) + 1 if len(who) else 0
    refuse(x, m, y, c, n_runners)
    if not 0 < confidence < 1 or n_boot < 100:
        raise DataError(
            f"confidence={confidence}, n_boot={n_boot}. Expected 0 to 1, and 100 or more."
        )
    sums, scale = runner_sums(x, m, y, c, who, n_runners)
    observed = solve_paths(sums.sum(axis=0)[None], scale)[0]
    values = resample(sums, scale, n_boot, seed)
    without = solve_paths(sums.sum(axis=0) - sums, scale)
    df = n_runners - 3 - c.shape[1]
    paths = {
        name: pathway(observed[j], values[:, j], without[:, j], confidence, df)
        for j, name in enumerate(PATHS)
    }
    confounding, robustness = _doubts(x, m, y, c, observed)
    return Mediation(
        **paths,
        confounding=confounding,
        robustness=robustness,
        n_runners=n_runners,
        n_rows=len(x),
        n_boot=n_boot,
        seed=seed,
        confidence=confidence,
        warning=_warning(values, n_runners),
        samples=values[:, 2],
    )


def _warning(values: np.ndarray, n_runners: int) -> str:
    notes = []
    lost = int(np.isnan(values).any(axis=1).sum())
    if n_runners < 20:
        notes.append(f"{counted(n_runners, 'runner')}: only a strong association would be found")
    if lost:
        verb = "has" if lost == 1 else "have"
        notes.append(f"{lost} of {len(values)} resamples {verb} no answer")
    return "; ".join(notes)


def _doubts(x, m, y, c, observed: np.ndarray) -> tuple[Confounding, float]:
    """What would make the indirect, and the total, association vanish."""
    base = np.column_stack([np.ones(len(x)), c, x - x.mean()])
    orthogonal = np.linalg.qr(base)[0]
    left_m, left_y = (v - orthogonal @ (orthogonal.T @ v) for v in (m - m.mean(), y - y.mean()))
    correlation = vanishing_correlation(left_m, left_y)
    ratio = float(np.sqrt((left_y @ left_y) / (left_m @ left_m)))
    direction = orthogonal[:, -1]
    df = len(x) - base.shape[1]
    spread = np.sqrt(left_y @ left_y / df)
    t = direction @ y / spread if spread > 0 else np.nan
    robustness = robustness_value(float(t), df) if np.isfinite(t) else np.nan
    return Confounding(float(observed[2]), correlation, ratio, float(observed[3])), robustness

"""Does posture go with the cost of running through another measure? Tables in, sentences out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from glutelab.contrasts.caveats import say_simulated
from glutelab.contrasts.choices import list_names
from glutelab.contrasts.rows import PERSON, find_column, is_number
from glutelab.contrasts.tables import check_table
from glutelab.contrasts.wording import put_under
from glutelab.errors import DataError
from glutelab.models.economy.checks import (
    complete_rows,
    find_warnings,
    not_measured,
    why_too_few,
)
from glutelab.models.economy.design import Design, build_design, in_order
from glutelab.models.economy.rows import (
    check_question,
    choose_outcome,
    count_speeds,
    label,
    select_rows,
    small,
)
from glutelab.models.economy.words import under
from glutelab.models.mediation.fit import Mediation, mediate
from glutelab.schema import unit

__all__ = ["PosturePathway", "posture_pathway"]

_COLUMNS = ["path", "label", "unit", "estimate", "ci_low", "ci_high"]


@dataclass(frozen=True, eq=False, repr=False)
class PosturePathway:
    """What goes with what, and through what. Made by `posture_pathway`; prints as sentences.

    Attributes
    ----------
    posture, through, outcome : str
    adjusted_for : tuple of str
    speeds_m_s : tuple of float
    side : str
    n_runners, n_rows : int
    confidence : float
    answerable : bool
    reason : str
        Why there is no answer; the table is then empty.
    table : DataFrame
        ``path`` (total, direct, indirect, posture_to_mediator, mediator_to_outcome)``, label, unit,
        estimate, ci_low, ci_high``.
    sensitivity : str
        What something not measured would have to do for the indirect association to vanish.
    warnings, method : tuple of str
    mediation : Mediation or None
        The arrays behind it, with other intervals and all resamples.
    """

    posture: str
    through: str
    outcome: str
    adjusted_for: tuple[str, ...]
    speeds_m_s: tuple[float, ...]
    side: str
    n_runners: int
    n_rows: int
    confidence: float
    answerable: bool
    reason: str
    table: pd.DataFrame
    sensitivity: str
    warnings: tuple[str, ...]
    method: tuple[str, ...]
    mediation: Mediation | None = field(default=None)

    @property
    def verdict(self) -> str:
        """One line, on the indirect association."""
        if not self.answerable:
            return self.reason.split(":")[0].lower()
        low, high = self.mediation.indirect.interval
        if low > 0 or high < 0:
            return (
                f"goes with {'higher' if low > 0 else 'lower'} cost through {small(self.through)}"
            )
        return "cannot tell"

    def __repr__(self) -> str:
        head = f"{label(self.posture)}, {small(self.through)} and {small(self.outcome)}"
        heading = f"{head}{under(self.speeds_m_s, self.adjusted_for)}"
        if not self.answerable:
            return put_under(heading, [self.reason, *self.warnings])
        names = (small(self.posture), small(self.through), small(self.outcome))
        lines = self.mediation.lines(*names, _per(self.outcome, self.posture))
        if self.sensitivity not in lines:
            told = self.sensitivity[:1].lower() + self.sensitivity[1:]
            lines.insert(2, f"As for the estimate, whatever its interval: {told}")
        if self.verdict == "cannot tell" and self.through == "peak_hip_extension_deg":
            lines.append(_POWER)
        return put_under(heading, [*lines, *self.warnings, *self.method])


# Measured: benchmarks/results/models.md, first row; single measures: Van Hooren 2024.
_POWER = (
    "With the coupling of tilt and hip extension in RBDS (-0.6) and an association of -0.3 with "
    "cost, as strong as single measures of gait have, 30 runners find it in about one study of "
    "five, 60 in about half."
)


def posture_pathway(
    runners: pd.DataFrame,
    posture: str,
    through: str,
    *,
    outcome: str | None = None,
    adjust_for: str | Sequence[str] = (),
    speed_m_s: float | None = None,
    side: str = "both",
    n_boot: int = 5000,
    seed: int = 0,
    confidence: float = 0.95,
) -> PosturePathway:
    """Association of posture with cost: in all, past another measure, and through it.

    Nothing of it shows a cause. At several speeds, speed (and from three on its square) is in all
    models, and whole runners are resampled; the slope of cost on the other measure then mixes
    differences between runners with changes within them, which `fit_economy` keeps apart.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`: one row per runner, speed and side, with the costs.
    posture, through, outcome : str
        For example ``"standing_pelvic_tilt_deg"``, ``"peak_thigh_extension_deg"`` and the cost; by
        default energy cost where anybody has it, else oxygen cost.
    adjust_for : str or sequence of str
        Covariates, in all models. Words are classes.
    speed_m_s : float, optional
        One speed; by default all there are.
    side : {"both", "left", "right"}
    n_boot, seed : int
    confidence : float

    Returns
    -------
    PosturePathway
        What the runners cannot answer is an answer: `answerable` is False, `reason` says why.

    Raises
    ------
    DataError
        If a column is misspelled or holds words, rows would be pooled, or a value cannot be.

    Notes
    -----
    The model is `mediate`; how often its intervals hold the truth: benchmarks/results/models.md.

    Examples
    --------
    >>> import glutelab as gl
    >>> effects = {"hip_extension_on_cost_j_kg_m": -0.04}
    >>> runners = gl.simulate_runners(80, levels={"competitive": 1}, effects=effects, seed=2)
    >>> found = gl.posture_pathway(
    ...     runners, "standing_pelvic_tilt_deg", "peak_hip_extension_deg", speed_m_s=3.5
    ... )
    >>> found.verdict
    'goes with higher cost through peak hip extension'
    """
    runners = check_table(runners)
    outcome = choose_outcome(runners, outcome)
    table, asked, given = _check(runners, posture, through, outcome, adjust_for)
    rows, used = select_rows(table, posture, outcome, given, side=side, speed_m_s=speed_m_s)
    about = {"posture": posture, "through": through, "outcome": outcome, "side": used}
    about |= {"confidence": confidence, "speeds_m_s": tuple(count_speeds(rows))}
    simulated = say_simulated(rows)
    reason = not_measured(table, [outcome, posture, *given])
    if reason:
        return _unanswered(rows.iloc[:0], reason, asked, simulated, about)
    rows, given, notes, reason = complete_rows(rows, posture, outcome, given)
    about["speeds_m_s"] = tuple(count_speeds(rows))
    reason = reason or why_too_few(rows, posture, outcome)
    if not reason and through not in given:
        reason = f"Cannot tell: {label(through)} is the same for all, so nothing goes through it."
    covariates = [name for name in given if name != through]
    if not reason:
        rows = in_order(rows, posture, outcome)
        design = build_design(rows, posture, outcome, covariates)
        options = {"n_boot": n_boot, "seed": seed, "confidence": confidence}
        found = _mediate(rows, design, posture, through, options)
        reason = found if isinstance(found, str) else ""
    if reason:
        return _unanswered(rows, reason, covariates, [*simulated, *notes], about)
    said = find_warnings(rows, posture, outcome, [through, *covariates], pd.DataFrame({"vif": []}))
    mediation, method = found, _method(design, n_boot)
    return PosturePathway(
        **about,
        adjusted_for=tuple(covariates),
        n_runners=design.n_runners,
        n_rows=len(rows),
        answerable=True,
        reason="",
        table=_table(mediation, posture, through, outcome),
        sensitivity=mediation.confounding.sentence(small(through), small(outcome)),
        warnings=(*said, *notes, *design.notes),
        method=method,
        mediation=mediation,
    )


def _check(runners, posture, through, outcome, adjust_for):
    """The table, the covariates, and both with what it goes through."""
    asked = list_names(adjust_for, "adjust_for")
    table, given = check_question(runners, posture, outcome, [through, *asked])
    if through not in given or not is_number(find_column(table, through, "through")):
        raise DataError(f"through {through} is no measure. Expected a number per runner.")
    return table, [name for name in given if name != through], given


def _mediate(rows, design: Design, posture, through, options) -> Mediation | str:
    """The mediation, or why there is none."""
    covariates = design.columns[:, ~design.is_posture]
    who = np.char.zfill(design.runner.astype(str), 9)  # in their order, whatever their names
    try:
        return mediate(
            rows[posture].to_numpy(float),
            rows[through].to_numpy(float),
            design.y,
            covariates if covariates.shape[1] else None,
            runner=who,
            **options,
        )
    except DataError as error:
        if "n_boot" in str(error):
            raise
        text = str(error).removeprefix("cannot tell: ")
        return f"Cannot tell: {text}"


def _per(first: str, second: str) -> str:
    return f"{unit(first) or first} per {unit(second) or second}"


def _table(found: Mediation, posture: str, through: str, outcome: str) -> pd.DataFrame:
    cost = _per(outcome, posture)
    paths = {
        "total": (f"{label(outcome)} per {small(posture)}, in all", cost),
        "direct": (f"past {small(through)}", cost),
        "indirect": (f"through {small(through)}", cost),
        "posture_to_mediator": (f"{label(through)} per {small(posture)}", _per(through, posture)),
        "mediator_to_outcome": (f"{label(outcome)} per {small(through)}", _per(outcome, through)),
    }
    rows = []
    for name, words in paths.items():
        path = getattr(found, name)
        rows.append((name, *words, path.estimate, *path.interval))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _method(design: Design, n_boot: int) -> tuple[str, ...]:
    said = (
        "Method: product of least-squares slopes, with the expanded percentile interval of "
        f"{n_boot} resamples of whole runners."
    )
    if not design.repeated:
        return (said,)
    return (
        said,
        "Several rows per runner: slopes mix differences between runners and changes within them.",
    )


def _unanswered(rows, reason: str, covariates, notes, about: dict) -> PosturePathway:
    return PosturePathway(
        **about,
        adjusted_for=tuple(covariates),
        n_runners=len(rows.drop_duplicates(PERSON)),
        n_rows=len(rows),
        answerable=False,
        reason=reason,
        table=pd.DataFrame(columns=_COLUMNS),
        sensitivity="",
        warnings=tuple(notes),
        method=(),
    )

"""All claims for one cohort: a table, and the way back from each verdict to the runners."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from glutelab.arguments import closest
from glutelab.contrasts.caveats import is_simulated
from glutelab.contrasts.wording import counted
from glutelab.errors import DataError
from glutelab.measures import with_conditions
from glutelab.schema import axis_label
from glutelab.sentences import SIMULATED, join
from glutelab.verdicts.answer import FEWEST, Answer
from glutelab.verdicts.claim import Claim
from glutelab.verdicts.economy import ECONOMY_CLAIMS, of_known_cost
from glutelab.verdicts.levels import LEVEL_CLAIMS
from glutelab.verdicts.posture import POSTURE_CLAIMS
from glutelab.verdicts.question import Question, ask_whom
from glutelab.verdicts.rule import CANNOT_TELL, NOT_TESTABLE, Verdict, judge
from glutelab.verdicts.sheet.html import draw_html
from glutelab.verdicts.sheet.save import save_sheet
from glutelab.verdicts.speed import SPEED_CLAIMS
from glutelab.verdicts.work import WORK_CLAIMS

__all__ = ["ALL_CLAIMS", "Claims", "Trace", "claims"]

ALL_CLAIMS = (*POSTURE_CLAIMS, *LEVEL_CLAIMS, *ECONOMY_CLAIMS, *SPEED_CLAIMS, *WORK_CLAIMS)
HEADING = "What the article says, and what these runners say"
_MADE = "Made by glutelab: glutelab.claims(cohort)."
# How to get what is missing.
_FORCE = "force under the feet together with markers (process_trial with forces)"
_MEASURE = {
    "energy_cost_j_kg_m": "oxygen uptake in steady running at these speeds (running_economy and "
    "add_costs bring it in)",
    "standing_pelvic_tilt_deg": "a standing trial with ASIS and PSIS markers",
    "thomas_test_deg": "the modified Thomas test, with the pelvis held",
    **dict.fromkeys(
        (f"{joint}_positive_work_stance_j_kg" for joint in ("hip", "knee", "ankle")),
        _FORCE,
    ),
    "hip_positive_work_share_stance_pct": _FORCE,
    "mass_kg": "body mass",
    "sex": "sex of the runners",
}
_MARKERS = "markers on pelvis, thigh, shank and foot (process_trial)"


@dataclass(frozen=True)
class Trace:
    """From a verdict back to the runners.

    Attributes
    ----------
    claim : Series
        The row of the claims' table.
    call : str
        Code that gives ``result`` again, after ``runners = gl.runner_means(cohort)``.
    result : DataFrame
    runners : DataFrame
        The runner means it stands on.
    strides : DataFrame or None
        The strides behind those; None if only a table of runners was given.
    """

    claim: pd.Series
    call: str
    result: pd.DataFrame
    runners: pd.DataFrame
    strides: pd.DataFrame | None


@dataclass(frozen=True, eq=False, repr=False)
class Claims:
    """Verdicts on the claims of the article for one cohort. Made by `claims`.

    Attributes
    ----------
    table : DataFrame
        One row per claim: ``claim, sentence, estimand, cohort, n_runners, n_strides, simulated,
        confounded_with, estimate, ci_low, ci_high, unit, null, direction, margin, why_margin,
        p_holm, detectable, verdict, reason, notes, caveat, literature, beyond, call``.
    notes : tuple of str
        What holds for all of them.
    heading, subtitle, sources : str
        Of the sheet.
    """

    table: pd.DataFrame
    notes: tuple[str, ...]
    heading: str
    subtitle: str
    sources: str
    answers: dict[str, Answer] = field(repr=False)
    cohort: object = field(repr=False)

    @property
    def simulated(self) -> bool:
        """Whether these runners were made by a program."""
        return bool(self.table["simulated"].any())

    def trace(self, claim: str) -> Trace:
        """The call, the result, the runners and the strides behind a verdict.

        Parameters
        ----------
        claim : str
            Its name, such as ``"2a"``.
        """
        if claim not in set(self.table["claim"]):
            names = ", ".join(self.table["claim"])
            hint = closest(claim, self.table["claim"])
            raise DataError(f"no claim {claim!r}.{hint} There are: {names}.")
        row = self.table.set_index("claim", drop=False).loc[claim]
        answer = self.answers.get(claim)
        if answer is None:
            raise DataError(f"claim {claim} was not tested here: {row['reason']}")
        needs = next(one.needs for one in ALL_CLAIMS if one.name == claim)
        strides = None if self.cohort is None else _strides(self.cohort, answer.rows, needs)
        return Trace(row, answer.call, answer.result, answer.rows, strides)

    def save(self, target: str | Path) -> list[Path]:
        """Write the claims sheet: a page for the browser, one to print, Markdown, and the table.

        Parameters
        ----------
        target : str or Path
            Folder and name without ending, such as ``"reports/claims"``; a folder alone
            (``"reports/"``) takes the name ``claims``.

        Returns
        -------
        list of Path
            ``.html``, ``.pdf``, ``.md`` and ``.csv``.
        """
        return save_sheet(self, target)

    def __repr__(self) -> str:
        lines = [f"{self.heading}. {self.subtitle}"]
        for row in self.table.itertuples():
            lines += [f"  {row.claim:3} {row.verdict:20} {row.sentence}", f"      {row.reason}"]
            lines += [f"      {row.caveat}"] if row.caveat else []
        return "\n".join([*lines, *self.notes])

    def _repr_html_(self) -> str:
        return draw_html(self)


def claims(
    cohort, *, only: Sequence[str] | str | None = None, seed: int = 0, n_boot: int = 5000
) -> Claims:
    """Put every claim of the article to a cohort.

    Parameters
    ----------
    cohort : Cohort or DataFrame
        Or its runner means (from `runner_means`, of one cohort).
    only : sequence of str, optional
        Claims, such as ``["2", "3a"]``; a number means all its parts. By default all.
    seed, n_boot : int
        Of the bootstrap of claim 7.

    Returns
    -------
    Claims
        ``.table``: one row per claim with estimate, interval, margin, verdict and reason;
        ``.trace("2a")``: back to the runners and strides.

    Raises
    ------
    DataError
        If it is no cohort, or there is no such claim.

    Notes
    -----
    The rule (`glutelab.verdicts.RULE`) does not look at the data. How often verdicts are right on
    runners with a known truth: benchmarks/results/claims.md.

    Examples
    --------
    >>> import glutelab as gl
    >>> found = gl.claims(gl.load_cohort("rbds2017"), only=["2", "6"])
    >>> found.table[["claim", "verdict"]].values.tolist()
    [['2a', 'supported'], ['2b', 'cannot tell'], ['6', 'not testable here']]
    """
    chosen = _choose(only)
    question = ask_whom(cohort, seed=seed, n_boot=n_boot)
    chosen = [of_known_cost(claim, question) for claim in chosen]
    whole = None if isinstance(cohort, pd.DataFrame) else cohort
    answers: dict[str, Answer] = {}
    rows = []
    for claim in chosen:
        missing = _why_not(claim, question)
        answer = None if missing else claim.ask(question)
        if answer is not None:
            answers[claim.name] = answer
        rows.append(_row(claim, question, answer, missing, whole))
    table = pd.DataFrame(rows)
    simulated = bool(table["simulated"].any())
    name = str(question.everyone["cohort"].iloc[0])
    notes = (*((SIMULATED,) if simulated else ()), *question.notes)
    n = question.everyone["runner_id"].nunique()
    speeds = ", ".join(f"{speed:.4g}" for speed in question.speeds_m_s)
    subtitle = f"{name or 'These runners'}: {counted(n, 'runner')} at {speeds} m/s."
    if whole is not None:
        subtitle = f"{name}: {whole.title}."
    sources = " ".join(filter(None, [_say_source(whole), _MADE]))
    return Claims(table, notes, HEADING, subtitle, sources, answers, whole)


def _say_source(cohort) -> str:
    """Where the data come from, as the cohort says it."""
    parts = [] if cohort is None else [text for text in (cohort.source, cohort.license) if text]
    return f"Data: {'; '.join(parts)}." if parts else ""


def _choose(only: Sequence[str] | str | None) -> list[Claim]:
    if only is None:
        return list(ALL_CLAIMS)
    several = isinstance(only, Iterable) and not isinstance(only, str)
    names = [str(name) for name in (only if several else [only])]
    known = {claim.name for claim in ALL_CLAIMS}
    numbers = {claim.number for claim in ALL_CLAIMS}
    wrong = [name for name in names if name not in known | numbers]
    if wrong or not names:
        listed = ", ".join(claim.name for claim in ALL_CLAIMS)
        said = f"no claim {wrong[0]!r}" if wrong else "only is empty"
        raise DataError(f"{said}. There are: {listed}; a number means all its parts.")
    return [claim for claim in ALL_CLAIMS if {claim.name, claim.number} & set(names)]


def _why_not(claim: Claim, question: Question) -> str:
    """What is missing for this claim, as a sentence, or nothing."""
    missing = [name for name in claim.needs if not question.has(name)]
    if missing:
        named = ", ".join(axis_label(name) for name in missing)
        how = list(dict.fromkeys(_MEASURE.get(name, _MARKERS) for name in missing))
        return f"Not measured in this cohort: {named}. Needed: {'; '.join(how)}."
    measure = claim.needs[-1]
    if claim.levels and not _has_levels(question, measure):
        return "Needed: runners of two levels, at the same speed."
    if claim.speeds and not _has_two_speeds(question, measure):
        alone = len(question.speeds_m_s) < 2
        who = "All runners ran at one speed" if alone else "Nobody was measured at two speeds"
        return f"{who}. Needed: the same runners at two speeds."
    if claim.name == "8d":
        return _why_no_downhill(question, measure)
    if question.rows(*claim.needs).empty:
        return f"No runner has all of it: {', '.join(map(axis_label, claim.needs))}."
    return ""


def _has_levels(question: Question, measure: str) -> bool:
    return question.levels is not None and math.isfinite(question.level_speed(measure))


def _has_two_speeds(question: Question, measure: str) -> bool:
    rows = question.rows(measure)
    return bool((rows.groupby("runner_id")["speed_m_s"].nunique() > 1).any())


def _why_no_downhill(question: Question, measure: str) -> str:
    if "slope_pct" in question.slopes and question.downhill(measure):
        return ""
    downhill = "slope_pct" in question.slopes and (question.slopes["slope_pct"] < 0).any()
    who = "Nobody ran both at one speed" if downhill else "Nobody ran downhill"
    return f"{who}. Needed: the same runners on the level and on a slight downhill."


def _strides(cohort, rows: pd.DataFrame, needs: Sequence[str]) -> pd.DataFrame:
    """The kept strides that runner means were made of."""
    strides, conditions = with_conditions(cohort)
    keys = ["runner_id", *conditions]
    wanted = strides.merge(rows[keys].drop_duplicates(), on=keys)
    sides = set(rows["side"])
    wanted = wanted if sides == {"both"} else wanted[wanted["side"].isin(sides)]
    return wanted.dropna(subset=[name for name in needs if name in wanted]).reset_index(drop=True)


def _row(
    claim: Claim, question: Question, answer: Answer | None, missing: str, cohort: object
) -> dict:
    verdict = Verdict(NOT_TESTABLE, missing) if answer is None else _judge(claim, answer)
    nothing = Answer(*(math.nan,) * 3, "", question.everyone.iloc[:0], "", pd.DataFrame())
    found = nothing if answer is None else answer
    simulated = is_simulated(question.everyone)
    return {
        "claim": claim.name,
        "sentence": claim.sentence,
        "estimand": claim.estimand,
        "cohort": question.everyone["cohort"].iloc[0],
        "n_runners": found.rows["runner_id"].nunique(),
        "n_strides": 0 if cohort is None else len(_strides(cohort, found.rows, claim.needs)),
        "simulated": simulated,
        "confounded_with": found.confounded,
        "estimate": found.estimate,
        "ci_low": found.low,
        "ci_high": found.high,
        "unit": found.unit,
        "null": claim.null,
        "direction": claim.direction,
        "margin": claim.margin if math.isnan(found.margin) else found.margin,
        "why_margin": claim.why_margin,
        "p_holm": found.p,
        "detectable": found.detectable,
        "verdict": verdict.word,
        "reason": verdict.reason,
        "notes": join(found.notes),
        "caveat": "" if verdict.word == NOT_TESTABLE else claim.caveat,
        "literature": claim.literature,
        "beyond": claim.beyond,
        "call": found.call,
    }


def _judge(claim: Claim, answer: Answer) -> Verdict:
    if answer.cannot:
        return Verdict(CANNOT_TELL, answer.cannot)
    n = answer.rows["runner_id"].nunique()
    if n < FEWEST:
        return Verdict(
            CANNOT_TELL, f"Only {counted(n, 'runner')}; from {FEWEST} on intervals hold."
        )
    if answer.confounded:
        return Verdict(CANNOT_TELL, f"Confounded with {answer.confounded}.")
    margin = claim.margin if math.isnan(answer.margin) else answer.margin
    return judge(
        answer.low,
        answer.high,
        margin,
        claim.direction,
        null=claim.null,
        p=answer.p,
        unit=answer.unit,
        detectable=answer.detectable,
    )

"""Coefficients of models, with their size, what they explain and how they predict."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glutelab.contrasts.wording import counted, series
from glutelab.errors import DataError
from glutelab.models.economy import EconomyFit
from glutelab.models.economy.estimate import left_out_rmse
from glutelab.models.economy.words import say_detectable
from glutelab.models.explained import Explained, share_of_variance
from glutelab.schema import unit
from glutelab.tables.footnotes import Footnotes
from glutelab.tables.numbers import NONE, decimals_of, fixed, p_cell, print_estimate
from glutelab.tables.sheet import Head, PrintTable, Row, lay_table
from glutelab.tables.words import ended, in_words, name_of, say_kept, say_sources, without_simulated

__all__ = ["lay_fits"]

_PARTS = {"between": ", between runners", "within": ", within runners"}
_SIMULATED = "Simulated"
LEVEL = 0.95  # of a mixed model that comes alone


def lay_fits(models: Mapping[str, object], cohort, caption: str, code: str) -> PrintTable:
    """One part of the table per model.

    Parameters
    ----------
    models : mapping of str to EconomyFit or MixedFit
        A name that begins with a null character is none.
    cohort : Cohort or None
    caption, code : str

    Returns
    -------
    PrintTable
    """
    levels = {getattr(one, "confidence", LEVEL) for one in models.values()}
    if len(levels) > 1:
        said = series([f"{level:g}" for level in sorted(levels)])
        raise DataError(
            f"these models have intervals of {said}. Expected one level: give each a table."
        )
    level = f"{100 * levels.pop():g}\N{NO-BREAK SPACE}% CI"
    heads = [Head(f"Estimate [{level}]"), Head("p"), Head(f"Per SD [{level}]")]
    footnotes, rows, notes, simulated = Footnotes(), [], [], False
    for number, (name, one) in enumerate(models.items(), 1):
        title = name if not name.startswith("\0") else _title(one, number)
        if isinstance(one, EconomyFit):
            simulated |= any(text.startswith(_SIMULATED) for text in one.warnings)
            rows.append(Row(title, (), footnotes.mark(_said(one))))
            rows += _economy_rows(one)
            notes += one.method
        else:
            rows.append(Row(title, (), footnotes.mark(map(ended, one.messages))))
            rows += _mixed_rows(one)
            notes.append("Mixed model by restricted maximum likelihood, t by Satterthwaite.")
    mixed = any(not np.isnan(_explained(one).with_runners) for one in models.values())
    said = [
        "Per SD: of the outcome, per standard deviation of the term",
        "Runners, not rows, are the unit",
    ]
    said.append("R²: marginal of the predictors, conditional with the runners" if mixed else "")
    said.append("Error for runners left out: root mean square, each predicted from the others")
    said.append("These are associations; none of them shows an effect")
    return lay_table(
        caption or f"Models of {_outcomes(models)}.",
        "Term",
        heads,
        rows,
        footnotes=map(in_words, footnotes.sentences),
        notes=[
            " ".join(map(ended, filter(None, said))),
            " ".join(dict.fromkeys(map(ended, notes))),
            *say_kept(cohort),
            *say_sources(cohort),
        ],
        code=code,
        simulated=simulated or bool(getattr(cohort, "simulated", False)),
    )


def _title(one: object, number: int) -> str:
    return one.title if isinstance(one, EconomyFit) else f"Model {number}"


def _outcomes(models: Mapping[str, object]) -> str:
    names = [one.outcome for one in models.values() if isinstance(one, EconomyFit)]
    return series([name_of(name) for name in dict.fromkeys(names)]) if names else "repeated trials"


def _said(fit: EconomyFit) -> list[str]:
    """The verdict, what so few runners can show, and each warning."""
    warnings = without_simulated(map(ended, fit.warnings))
    if not fit.answerable:
        return [ended(fit.reason), *warnings]
    verdict = fit.verdict_with_doubts
    said = [ended(f"{verdict[:1].upper()}{verdict[1:]}")]
    if fit.underpowered:
        said.append(say_detectable(fit))
    if fit.influence["decides"].any():
        said.append(fit.decides)
    return [*said, *warnings]


def _economy_rows(fit: EconomyFit) -> list[Row]:
    if not fit.answerable:
        return [Row("No answer", (NONE,) * 3, under=True)]
    rows = []
    split = (fit.coefficients["part"] == "within").any()
    for found in fit.coefficients.itertuples():
        where = _PARTS.get(found.part, "") if split else ""
        label = found.label[:1].upper() + found.label[1:]
        cells = (
            print_estimate(found.estimate, found.ci_low, found.ci_high),
            p_cell(found.p),
            print_estimate(found.per_sd, found.per_sd_low, found.per_sd_high),
        )
        rows.append(Row(f"{label}{where} ({found.unit})", cells, under=True))
    own = unit(fit.outcome)
    error = fit.prediction
    decimals = decimals_of(np.nan, error.rmse_with)
    rows += _size_rows(fit.fit, fit.n_runners, fit.n_rows)
    rows.append(_last("Error for runners left out", own, fixed(error.rmse_with, decimals)))
    rows.append(_last("The same without posture", own, fixed(error.rmse_without, decimals)))
    return rows


def _mixed_rows(fit) -> list[Row]:
    rows = []
    for name in fit.names:
        found = fit.coefficient(name)
        cells = (print_estimate(found.value, *found.interval(LEVEL)), p_cell(found.p), NONE)
        rows.append(Row(name[:1].upper() + name[1:], cells, under=True))
    left = left_out_rmse(fit)
    weights = np.bincount(fit.rows.runner)
    error = float(np.sqrt(np.average(left**2, weights=weights)))
    rows += _size_rows(fit, fit.n_runners, fit.n_rows)
    number = fixed(error, decimals_of(np.nan, error))
    return [*rows, _last("Error for runners left out", "unit of the outcome", number)]


def _size_rows(fit, n_runners: int, n_rows: int) -> list[Row]:
    people = counted(n_runners, "runner")
    if n_rows != n_runners:
        people += f", {counted(n_rows, 'trial')}"
    found = _explained(fit)
    shares = [found.predictors, found.with_runners]
    said = ", ".join(fixed(share, 2) for share in shares if np.isfinite(share)) or NONE
    share = "R²" if np.isnan(found.with_runners) else "R², marginal and conditional"
    return [_last("Runners", "", people), _last(share, "", said)]


def _explained(one) -> Explained:
    fit = one.fit if isinstance(one, EconomyFit) else one
    return Explained(np.nan) if fit is None else share_of_variance(fit)


def _last(label: str, own: str, text: str) -> Row:
    return Row(f"{label} ({own})" if own else label, (text, "", ""), under=True)

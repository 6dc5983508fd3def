"""The numbers of one question: the association, what could be found, and what it predicts."""

from __future__ import annotations

import html

import pandas as pd

from glutelab.explore.economy_explorer.choices import Choices
from glutelab.explore.table_html import as_html
from glutelab.models.economy import EconomyFit
from glutelab.models.economy.words import say_detectable, say_prediction
from glutelab.models.posture import name_measure
from glutelab.schema import unit
from glutelab.sentences import SIMULATED
from glutelab.style import print_interval, print_p

__all__ = [
    "ASSOCIATION",
    "banner",
    "find_notes",
    "find_result",
    "list_chosen",
    "readable",
    "with_levels",
]

ASSOCIATION = "These are associations; none of them shows an effect."
MOST_LISTED = 12  # chosen runners
_OF_THE_MODEL = ["part", "label", "unit", "estimate", "ci_low", "ci_high", "p", "per_sd"]
_OF_THE_MODEL += ["per_sd_low", "per_sd_high", "standardized", "n_runners"]


def find_result(fit: EconomyFit, *, predicted: bool = True) -> pd.DataFrame:
    """What a model of running economy found, in one table.

    Parameters
    ----------
    fit : EconomyFit
    predicted : bool
        Whether to wait for the errors of runners left out.

    Returns
    -------
    DataFrame
        One row per part of posture (between, within runners), or one without numbers that says
        why: ``posture, outcome, adjusted_for, speeds_m_s, part, label, unit, estimate, ci_low,
        ci_high, p, per_sd, per_sd_low, per_sd_high, standardized, n_runners, n_rows,
        detectable_per_sd`` (with 80 % power)``, matters_per_sd`` (smallest change that matters)``,
        underpowered, rmse_with, rmse_without`` (runners left out)``, verdict``; what is about the
        association between runners stands in its row.
    """
    rows = fit.posture.reindex(columns=_OF_THE_MODEL)
    if rows.empty:
        rows = pd.DataFrame([{"part": "between", "label": "", "unit": ""}])
        rows = rows.reindex(columns=_OF_THE_MODEL).assign(n_runners=fit.n_runners)
    between = rows["part"] == "between"
    error = fit.prediction if predicted and fit.answerable else None
    about = {
        "n_rows": fit.n_rows,
        "detectable_per_sd": fit.detectable.per_sd,
        "matters_per_sd": fit.equivalence.margin,
        "underpowered": fit.underpowered if fit.answerable else None,
        "rmse_with": None if error is None else error.rmse_with,
        "rmse_without": None if error is None else error.rmse_without,
        "verdict": fit.verdict if fit.answerable else fit.reason,
    }
    for name, value in about.items():
        rows[name] = pd.Series(value, rows.index).where(between)
    speeds = ", ".join(f"{speed:.4g}" for speed in fit.speeds_m_s)
    adjusted = ", ".join(fit.adjusted_for) or "nothing"
    front = [fit.measure, fit.outcome, adjusted, speeds]
    names = ["posture", "outcome", "adjusted_for", "speeds_m_s"]
    for k, (name, value) in enumerate(zip(names, front, strict=True)):
        rows.insert(k, name, value)
    return rows


def readable(result: pd.DataFrame) -> pd.DataFrame:
    """The table as a person reads it; words only."""
    rows = []
    for row in result.itertuples():
        if row.estimate != row.estimate:
            continue
        cost = unit(row.outcome)
        words = {
            "": f"{row.label}, {row.part} runners",
            "association [95 % interval]": print_interval(
                row.estimate, row.ci_low, row.ci_high, row.unit
            ),
            "p": print_p(row.p).removeprefix("p = ").removeprefix("p "),
            "per SD of posture": print_interval(row.per_sd, row.per_sd_low, row.per_sd_high, cost),
            "runners": str(row.n_runners),
            "found with 80 % power, per SD": _number(row.detectable_per_sd, cost),
            "would matter, per SD": _number(row.matters_per_sd, cost),
            "error of runners left out": _number(row.rmse_with, cost),
            "without posture": _number(row.rmse_without, cost),
        }
        rows.append(words)
    words = pd.DataFrame(rows).fillna("")
    return words.loc[:, (words != "").any()] if len(words) else words


def _number(value: float | None, one: str) -> str:
    return f"{value:.3g} {one}".strip() if pd.notna(value) else ""


def find_notes(fit: EconomyFit, made_up: str, *, predicted: bool = True) -> list[str]:
    """What has to be known of this question, the verdict first.

    Parameters
    ----------
    fit : EconomyFit
    made_up : str
        That runners or costs were made by a program, or nothing.
    predicted : bool
        Whether to wait for the errors of runners left out.
    """
    said = [made_up] if made_up else []
    warned = [text for text in fit.warnings if text != SIMULATED]
    if not fit.answerable:
        return [*said, fit.reason, *warned]
    said += [f"Verdict: {fit.verdict}.", say_detectable(fit)]
    said += [say_prediction(fit)] if predicted else []
    return [*said, *warned]


def with_levels(dots: pd.DataFrame, level: pd.Series) -> pd.DataFrame:
    """The dots, each with the level of its runner."""
    found = dots["runner_id"].map(level)
    return dots.assign(level=found)[["cohort", "runner_id", "level", *dots.columns[2:]]]


def banner(made_up: str) -> str:
    """Above all: that a program made these runners."""
    if not made_up:
        return ""
    style = "border-left: 4px solid #D55E00; padding: 2px 10px; line-height: 1.4"
    said = made_up.removeprefix("Simulated: ")
    text = html.escape(said[:1].upper() + said[1:])
    return f"<div style='{style}'><b>SIMULATED.</b> {text}</div>"


def list_chosen(chosen: pd.DataFrame, choices: Choices) -> str:
    """The chosen runners as a table of a page."""
    if chosen.empty:
        return ""
    heads = {
        "runner_id": "chosen runner",
        "level": "level",
        "posture_left": f"{name_measure(choices.posture)}, beyond covariates",
        "cost_left": f"{name_measure(choices.outcome)}, beyond covariates",
    }
    rest = len(chosen) - MOST_LISTED
    more = f"<p>and {rest} more: .selected has all</p>" if rest > 0 else ""
    return as_html(chosen.head(MOST_LISTED)[list(heads)].rename(columns=heads)) + more

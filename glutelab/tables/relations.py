"""Associations that are no models with several terms: correlations, changes, pathways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtr

from glutelab.explore.words import says_simulated
from glutelab.sentences import short, split
from glutelab.tables.footnotes import Footnotes
from glutelab.tables.numbers import (
    NONE,
    decimals_of,
    fixed,
    p_cell,
    print_count,
    print_estimate,
    print_spread,
)
from glutelab.tables.sheet import Head, PrintTable, Row, lay_table
from glutelab.tables.words import (
    ended,
    head_of,
    in_words,
    name_of,
    say_kept,
    say_sources,
    without_simulated,
)

__all__ = ["lay_changes", "lay_pathways", "lay_relations"]

_FIRM = "\N{NO-BREAK SPACE}"
_CONDITIONS = {"cohort": "", "speed_m_s": " m/s", "slope_pct": " %", "shoe": "", "session": ""}


def lay_relations(table: pd.DataFrame, cohort, caption: str, code: str) -> PrintTable:
    """Correlations, by what they are with and by condition.

    Parameters
    ----------
    table : DataFrame
        From `relate`.
    cohort : Cohort or None
    caption, code : str

    Returns
    -------
    PrintTable
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        half = np.arctanh(table["ci_high"]) - np.arctanh(table["r"])
        z = half * np.sqrt(table["n_runners"] - 3)
    level = _level(2 * ndtr(z) - 1)
    footnotes, rows, part = Footnotes(), [], None
    ordered = table.sort_values(_varying(table), kind="stable") if _varying(table) else table
    for _, row in ordered.iterrows():
        if (here := _part(row, table)) != part:
            rows += [Row(here)] if here else []
            part = here
        cells = (
            fixed(row["n_runners"], 0),
            print_estimate(row["r"], row["ci_low"], row["ci_high"], decimals=2),
            p_cell(row["p"]),
        )
        both = f"{head_of(row['y'])}, with {name_of(row['x'])}"
        one = table["x"].nunique() == 1
        rows.append(Row(head_of(row["y"]) if one else both, cells, _marks(footnotes, row)))
    with_what = f" with {name_of(table['x'].iloc[0])}" if table["x"].nunique() == 1 else ""
    notes = "r: Pearson correlation over runners, interval by Fisher's z. p: two-sided"
    return _lay(
        table,
        caption or f"Correlations{with_what}.",
        [Head("n"), Head(f"r [{level}]"), Head("p")],
        rows,
        footnotes,
        f"{notes}, not corrected for the {len(table)} rows" if len(table) > 1 else notes,
        cohort,
        code,
    )


def lay_changes(table: pd.DataFrame, cohort, caption: str, code: str) -> PrintTable:
    """Mean change per meter per second within runners.

    Parameters
    ----------
    table : DataFrame
        From `change_with_speed`.
    cohort : Cohort or None
    caption, code : str

    Returns
    -------
    PrintTable
    """
    n = table["n_runners"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = table["ci_high"] - table["per_m_s"]
        t = half / (table["sd_between"] / np.sqrt(n))
    level = _level(2 * stdtr(np.maximum(n - 1, 1), t) - 1)
    footnotes, rows, part = Footnotes(), [], None
    for _, row in table.iterrows():
        if (here := str(row.get("cohort", ""))) != part:
            rows += [Row(here)] if here else []
            part = here
        decimals = decimals_of((row["ci_high"] - row["ci_low"]) / 2, row["per_m_s"])
        n = int(row["n_runners"])
        rising = round(row["share_positive"] * n) if n else 0
        cells = (
            str(n),
            print_estimate(row["per_m_s"], row["ci_low"], row["ci_high"]),
            print_spread(row["sd_between"], decimals),
            print_count(rising, n) if n else NONE,
        )
        rows.append(Row(head_of(row["measure"]), cells, _marks(footnotes, row)))
    heads = [Head("n"), Head(f"Change per m/s [{level}]"), Head("SD between runners")]
    return _lay(
        table,
        caption or "Change with running speed, within runners.",
        [*heads, Head("Rises, n (%)")],
        rows,
        footnotes,
        "Mean of the runners' own least-squares slopes",
        cohort,
        code,
    )


def lay_pathways(models: Mapping[str, object], cohort, caption: str, code: str) -> PrintTable:
    """Associations in all, past and through another measure.

    Parameters
    ----------
    models : mapping of str to PosturePathway
    cohort : Cohort or None
    caption, code : str

    Returns
    -------
    PrintTable
    """
    footnotes, rows, notes, level = Footnotes(), [], [], 0.95
    simulated = bool(getattr(cohort, "simulated", False))
    for name, one in models.items():
        head = f"{head_of(one.posture)} and {name_of(one.outcome)}, through {name_of(one.through)}"
        title = head if name.startswith("\0") else name
        verdict = one.reason if not one.answerable else one.verdict
        said = [ended(verdict[:1].upper() + verdict[1:]), ended(one.sensitivity or "")]
        said += without_simulated(map(ended, one.warnings))
        level = one.confidence
        simulated |= any(text.startswith("Simulated") for text in one.warnings)
        rows.append(Row(f"{title} ({one.n_runners} runners)", (), footnotes.mark(said)))
        for found in one.table.itertuples():
            label = found.label[:1].upper() + found.label[1:]
            cells = (print_estimate(found.estimate, found.ci_low, found.ci_high),)
            rows.append(Row(f"{label} ({found.unit})", cells, under=True))
        if one.table.empty:
            rows.append(Row("No answer", (NONE,), under=True))
        notes += one.method
    return lay_table(
        caption or "Associations in all, past and through another measure.",
        "Path",
        [Head(f"Estimate [{100 * level:g}{_FIRM}% CI]")],
        rows,
        footnotes=map(in_words, footnotes.sentences),
        notes=[" ".join(dict.fromkeys(map(ended, notes))), *say_kept(cohort), *say_sources(cohort)],
        code=code,
        simulated=simulated,
    )


def _lay(table, caption, heads, rows, footnotes, note: str, cohort, code: str) -> PrintTable:
    return lay_table(
        caption,
        "Measure",
        heads,
        rows,
        footnotes=map(in_words, footnotes.sentences),
        notes=[f"{ended(note)} Runners, not strides, are print_n.", *say_kept(cohort)]
        + say_sources(cohort),
        code=code,
        simulated=says_simulated(table) or bool(getattr(cohort, "simulated", False)),
    )


def _marks(footnotes: Footnotes, row: pd.Series) -> tuple[str, ...]:
    return footnotes.mark(without_simulated(split(row["warning"])))


def _varying(table: pd.DataFrame) -> list[str]:
    return [name for name in _CONDITIONS if name in table and table[name].nunique() > 1]


def _part(row: pd.Series, table: pd.DataFrame) -> str:
    said = []
    for name in _varying(table):
        value = row[name]
        text = short(value)
        said.append(f"{text}{_CONDITIONS[name]}".replace(" ", _FIRM))
    return ", ".join(said)


def _level(levels: Iterable[float]) -> str:
    """The level that the intervals were made at, which these tables do not state."""
    known = [round(float(level), 4) for level in levels if np.isfinite(level)]
    return f"{100 * known[0]:g}{_FIRM}% CI" if known else "CI"

"""Heads, labels and cells of a table of differences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.explore.words import is_dose
from glutelab.schema import unit
from glutelab.tables.numbers import (
    decimals_of,
    fixed,
    p_cell,
    print_estimate,
    print_mean,
    print_n,
)
from glutelab.tables.sheet import Head
from glutelab.tables.words import head_of, in_print

__all__ = ["EFFECT_NOTES", "cells_of", "heads_of", "label_of", "part_of"]

EFFECT_NOTES = (
    "Margin: the smallest difference that would matter, stated beforehand; p (margin): small if a "
    "difference as large as it is excluded, corrected (Holm)"
)
_FIRM = "\N{NO-BREAK SPACE}"
_ONE = {"years": "year", "leg lengths": "leg length"}  # change per one of them


def heads_of(table: pd.DataFrame) -> list[Head]:
    """Heads of what the table holds."""
    level = f"{100 * table['confidence'].iloc[0]:g}{_FIRM}% CI"
    if is_dose(table):
        dose = table["groups"].iloc[0].removeprefix("per unit of ")
        per = _ONE.get(unit(dose), unit(dose))
        heads = [Head("n"), Head("Mean ± SD")]
        heads += [Head(f"Change per {per or 'unit'} [{level}]"), Head(f"r [{level}]")]
    else:
        heads = [Head(text, "Mean ± SD") for text in _group_heads(table)]
        heads += [Head(f"Difference [{level}]"), Head(f"Hedges g [{level}]")]
    heads.append(Head("p"))
    if table["n_tests"].max() > 1:
        heads.append(Head("p (Holm)"))
    if _has_margin(table):
        heads += [Head("Margin"), Head("p (margin)")]
    return heads


def _group_heads(table: pd.DataFrame) -> list[str]:
    """Both groups with their runners, where all rows have the same."""
    if not _one_contrast(table):
        return ["First", "Second"]
    row = table.iloc[0]
    words = [in_print(row[name], "level") for name in ("group_1", "group_2")]
    if not _one_count(table):
        return [f"{word} (n)" for word in words]
    n = table.loc[table["difference"].notna(), ["n_1", "n_2"]].max()
    return [f"{word} ({print_n(one)})" for word, one in zip(words, n, strict=True)]


def _one_contrast(table: pd.DataFrame) -> bool:
    return table["groups"].nunique() == 1


def _one_count(table: pd.DataFrame) -> bool:
    """Whether all rows that were answered rest on as many runners."""
    known = table[table["difference"].notna()]
    return len(known) > 0 and len(known[["n_1", "n_2"]].drop_duplicates()) == 1


def _same_contrast(row: pd.Series, table: pd.DataFrame) -> pd.DataFrame:
    return table[table["groups"] == row["groups"]]


def _has_margin(table: pd.DataFrame) -> bool:
    return bool(np.isfinite(table["equivalence_margin"].astype(float)).any())


def part_of(row: pd.Series, table: pd.DataFrame) -> str:
    """Heading of the part of the table that a row stands in: contrast and speed, if several."""
    said = []
    if not _one_contrast(table):
        here = _same_contrast(row, table)
        pairs = str(here["test"].iloc[0]).startswith(("paired", "sign"))
        n = here.loc[here["difference"].notna(), ["n_1", "n_2"]].max()
        counts = f"{n.iloc[0]:g} pairs" if pairs else f"n = {n.iloc[0]:g} and {n.iloc[1]:g}"
        said.append(f"{row['groups']} ({counts})" if _one_count(here) else str(row["groups"]))
    if table["speed_m_s"].nunique() > 1 and np.isfinite(row["speed_m_s"]):
        said.append(f"{row['speed_m_s']:.4g}{_FIRM}m/s")
    text = ", ".join(said)
    return text[:1].upper() + text[1:]


def label_of(row: pd.Series) -> str:
    """The measure with its unit."""
    return head_of(row["measure"])


def cells_of(row: pd.Series, table: pd.DataFrame) -> tuple[str, ...]:
    """Numbers of a row, with the decimals its interval deserves."""
    sure = (row["ci_high"] - row["ci_low"]) / 2
    decimals = decimals_of(sure, row["difference"])
    cells = []
    if is_dose(table):
        spread = decimals_of(row["sd"], row["mean"])
        cells += [fixed(row["n"], 0), print_mean(row["mean"], row["sd"], spread)]
        effect = ("r", "r_low", "r_high")
    else:
        several = not _one_count(_same_contrast(row, table))
        for k in (1, 2):
            mean = print_mean(row[f"mean_{k}"], row[f"sd_{k}"], _decimals_of_means(row, decimals))
            n = f" ({row[f'n_{k}']:,.0f})" if several and np.isfinite(row[f"mean_{k}"]) else ""
            cells.append(f"{mean}{n}")
        effect = ("hedges_g", "g_low", "g_high")
        if not np.isfinite(row["g_low"]):
            effect = ("hedges_g", "g_analytic_low", "g_analytic_high")
    cells.append(print_estimate(row["difference"], row["ci_low"], row["ci_high"]))
    cells.append(print_estimate(*(row[name] for name in effect), decimals=2))
    cells.append(p_cell(row["p"]))
    if table["n_tests"].max() > 1:
        cells.append(p_cell(row["p_holm"]))
    if _has_margin(table):
        margin = row["equivalence_margin"]
        cells.append(f"{margin:g}" if np.isfinite(margin) else "–")
        cells.append(p_cell(row["p_equivalence_holm"]))
    return tuple(cells)


def _decimals_of_means(row: pd.Series, decimals: int) -> int:
    """Those of the difference; without one, those of the larger spread."""
    if np.isfinite(row["difference"]) and np.isfinite(row["ci_low"]):
        return decimals
    spreads = [row[name] for name in ("sd_1", "sd_2") if np.isfinite(row[name]) and row[name] > 0]
    return decimals_of(max(spreads), np.nan) if spreads else decimals

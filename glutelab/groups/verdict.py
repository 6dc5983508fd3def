"""What a row of a comparison says, by one rule wherever it is read."""

from __future__ import annotations

import re

import pandas as pd

__all__ = ["say_verdict", "unit_after"]

FEWEST = 5  # below, Welch's test errs too often: benchmarks/results/groups.md


def unit_after(row: pd.Series) -> str:
    """The unit as it stands behind a number: °, or m after a blank."""
    return row["unit"] if row["unit"] in ("", "°") else f" {row['unit']}"


def say_verdict(row: pd.Series) -> str:
    """Higher, lower, too small to matter, or cannot tell, with what makes it doubtful.

    Parameters
    ----------
    row : Series
        Of `compare_groups`, of two groups or conditions, with an interval.

    Returns
    -------
    str
        A sentence; `glutelab.in_words` states the rule.
    """
    away = row["ci_low"] > 0 or row["ci_high"] < 0
    equivalent = row["p_equivalence_holm"] <= 1 - row["confidence"]
    margin = f"less than {row['equivalence_margin']:g}{unit_after(row)}"
    if away and row["p_holm"] <= 1 - row["confidence"]:
        found = "Higher" if row["difference"] > 0 else "Lower"
        if equivalent:
            found += f", but by {margin}"
        confounded = re.findall(r"Confounded with (\w+)", row["warning"])
        if confounded:
            return f"{found}, and confounded with {' and '.join(confounded)}."
        fewest = min(row["n_1"], row["n_2"])
        if fewest < FEWEST:
            return f"{found}, and {fewest} runners are too few to rely on it."
        return f"{found}."
    if equivalent:
        return f"Too small to matter: {margin}."
    if away and row["n_tests"] > 1:
        return f"Cannot tell: corrected for {int(row['n_tests'])} tests p is {row['p_holm']:.2g}."
    if away:
        return f"Cannot tell: p is {row['p_holm']:.2g}."
    return "Cannot tell."

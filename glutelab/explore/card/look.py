"""Colors and words that the page on the screen and the printed one share."""

from __future__ import annotations

import pandas as pd

from glutelab.explore.card.table import HIGHER, LOWER, NO_DIFFERENCE, UNKNOWN_ERROR

__all__ = ["ACCENT", "ACCENT_ON_DARK", "COLUMNS", "KEY", "SIMULATED_MARK", "short_verdict"]

ACCENT, ACCENT_ON_DARK = "#0072B2", "#56B4E9"
SIMULATED_MARK = "SIMULATED"
COLUMNS = ("Measure", "This runner", "Among the others", "Percentile", "Against the middle")
# What is drawn, and what it stands for.
KEY = (
    ("dot", "another runner"),
    ("band", "middle half of them"),
    ("middle", "their middle"),
    ("needle", "this runner ± 1.96 SEM"),
    ("arrow", "the article's direction"),
)
_SHORT = {
    HIGHER: "higher than the middle",
    LOWER: "lower than the middle",
    NO_DIFFERENCE: "no difference beyond error",
    UNKNOWN_ERROR: "error not known",
}


def short_verdict(row: pd.Series) -> str:
    """The verdict for a narrow column, whose heading says what the middle is."""
    return _SHORT.get(row["verdict"], row["verdict"])

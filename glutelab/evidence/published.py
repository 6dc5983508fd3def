"""Effects that were published, each as its source states it."""

from __future__ import annotations

import difflib
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.cohort.tables import read_table
from glutelab.datasets import resource_folder
from glutelab.errors import DataError, ProblemList
from glutelab.schema.describe import TABLES
from glutelab.schema.effects import EFFECTS

__all__ = ["published_effects"]

_FILE = "published_effects.csv"


def published_effects(measure: str | None = None, path: str | Path | None = None) -> pd.DataFrame:
    """Published effects on posture, running form and running economy, ready to be pooled.

    Parameters
    ----------
    measure : str, optional
        Only effects of one measure, by the column's name; by default all.
    path : str or Path, optional
        A file of one's own with the same columns; by default the one that comes with glutelab.

    Returns
    -------
    DataFrame
        One row per effect, the columns of data/README.md (``published_effects``): ``effect_id,
        study, reference, design, n, speed, exposure, outcome, measure, outcome_measure, effect,
        value, unit, ci_low, ci_high, confidence, positive_means, read_from, note``, ... Without
        rows if none was published of the measure.

    Raises
    ------
    DataError
        If there is no such measure or file.
    ProblemList
        All that is wrong in the file.

    Examples
    --------
    >>> import glutelab as gl
    >>> rows = gl.published_effects("contact_time_s")
    >>> rows[["study", "design", "value", "ci_low", "ci_high"]].values.tolist()
    [['Van Hooren 2024', 'meta-analysis', -0.02, -0.15, 0.12]]
    """
    path = resource_folder("published") / _FILE if path is None else Path(path)
    if not path.is_file():
        raise DataError(f"{path}: there is no such file. Expected a CSV of published effects.")
    checked = read_table(path, EFFECTS)
    problems = checked.problems or _contradictions(checked.frame, path.name)
    if problems:
        raise ProblemList(str(path), problems)
    table = checked.frame.reset_index(drop=True)
    table = table.reindex(columns=[*EFFECTS.names, *(c for c in table if c not in EFFECTS)])
    words = [column.name for column in EFFECTS if column.dtype == "text"]
    table[words] = table[words].fillna("")
    if measure is None:
        return table
    _refuse_unknown(measure, table)
    return table[table["measure"] == measure].reset_index(drop=True)


def _contradictions(table: pd.DataFrame, where: str) -> list[str]:
    """What no single column shows: limits on the wrong side, an interval without its level."""
    said = []
    known = _measures()
    for row in table.itertuples():
        at = f"{where}, row {row.Index}, {row.effect_id}"
        low, high, level = (getattr(row, n, np.nan) for n in ("ci_low", "ci_high", "confidence"))
        given = [bool(pd.notna(one)) for one in (low, high, level)]
        if any(given) and not all(given):
            said.append(f"{at}: ci_low, ci_high and confidence belong together. Fill in all three.")
        elif all(given) and not low <= row.value <= high:
            said.append(
                f"{at}: the value {row.value:g} is not within {low:g} to {high:g}. Is a sign lost?"
            )
        if row.effect in ("r", "r_squared") and abs(row.value) > 1:
            said.append(f"{at}: {row.effect} is {row.value:g}. Expected no more than 1.")
        for name in ("measure", "outcome_measure"):
            one = getattr(row, name, None)
            if isinstance(one, str) and one not in known:
                said.append(
                    f"{at}: {name} is {one!r}, which glutelab does not know.{_near(one, known)}"
                )
    return said


def _measures() -> list[str]:
    return [column.name for table in TABLES for column in table if column.dtype == "number"]


def _near(name: str, among: list[str]) -> str:
    close = difflib.get_close_matches(name, among, 2, 0.6)
    return f" Did you mean {' or '.join(close)}?" if close else " Leave it empty, or correct it."


def _refuse_unknown(measure: object, table: pd.DataFrame) -> None:
    known = [*_measures(), *table["measure"]]
    if not isinstance(measure, str) or measure not in known:
        there = ", ".join(sorted(set(table["measure"]) - {""}))
        raise DataError(
            f"{measure!r} is no measure.{_near(str(measure), known)} There are published effects "
            f"of: {there}."
        )

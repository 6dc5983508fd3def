"""What tables of results say in words: labels, counts, conditions, warnings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.errors import DataError
from glutelab.schema import axis_label, plain_label
from glutelab.sentences import SIMULATED, split
from glutelab.style import print_interval, print_p, wrapped

__all__ = [
    "check_effects",
    "is_dose",
    "name_contrast",
    "no_answer",
    "say_conditions",
    "say_counts",
    "say_side",
    "say_warnings",
    "says_simulated",
    "title_panels",
]

NEEDED = ("measure", "groups", "difference", "ci_low", "ci_high", "p_holm", "warning")
_UNMEASURED = "Not measured in this cohort"


def check_effects(comparison: object) -> pd.DataFrame:
    """The table with rows counted from 0; refuses whatever is not one of `compare_groups`.

    Raises
    ------
    DataError
        Says what to call instead.
    """
    if not isinstance(comparison, pd.DataFrame):
        remedy = ""
        if hasattr(comparison, "strides"):
            remedy = " Compare first: compare_groups(runner_means(cohort), measures)."
        elif hasattr(comparison, "band_low"):
            remedy = " Comparisons of curves are drawn by gl.plot.comparison."
        kind = type(comparison).__name__
        raise DataError(f"a {kind} was given. Expected the table of compare_groups.{remedy}")
    missing = [name for name in NEEDED if name not in comparison]
    if not {"hedges_g", "r"} & set(comparison):
        missing.append("hedges_g (or r, for a dose)")
    if missing:
        raise DataError(
            f"the table has no column {', '.join(missing)}. Expected the table of "
            "compare_groups(runner_means(cohort), measures)."
        )
    if comparison.empty:
        raise DataError("the table has no rows. Was it filtered? Expected one row per measure.")
    return comparison.reset_index(drop=True)


def is_dose(table: pd.DataFrame) -> bool:
    """Whether the table is about the change per unit of a dose, and not about groups."""
    return "hedges_g" not in table


def says_simulated(table: pd.DataFrame) -> bool:
    """Whether any of the rows comes from runners that a program made."""
    return any(SIMULATED in split(text) for text in table["warning"])


def name_contrast(table: pd.DataFrame) -> str:
    """The contrast, if it is one."""
    groups = table["groups"].unique()
    if len(groups) > 1:
        return "Differences between groups"
    if not is_dose(table):
        return str(groups[0])
    dose = plain_label(groups[0].removeprefix("per unit of "))
    return f"dependence on {dose[:1].lower()}{dose[1:]}"


def say_counts(table: pd.DataFrame) -> str:
    """Runners of each group; a range where measures have different numbers of them."""
    names = ["n"] if is_dose(table) else ["n_1", "n_2"]
    if "test" in table and table["test"].astype(str).str.startswith(("paired", "sign flips")).all():
        return f"n = {_range(table['n_1'])}, paired"
    return "n = " + " and ".join(_range(table[name]) for name in names)


def _range(n: pd.Series) -> str:
    n = n[n.notna() & (n > 0)]
    if n.empty:
        return "0"
    return f"{n.min():g}" if n.nunique() == 1 else f"{n.min():g} to {n.max():g}"


def say_side(side: str) -> str:
    """A side as it stands beneath a title; nothing for what is none.

    Examples
    --------
    >>> say_side("both"), say_side("left"), say_side("each")
    ('mean of both sides', 'left side', '')
    """
    sides = {"both": "mean of both sides", "left": "left side", "right": "right side"}
    return sides.get(side, "")


def say_conditions(table: pd.DataFrame) -> str:
    """Speed, side and covariates, where all rows share them."""
    parts = []
    speeds = table["speed_m_s"].dropna().unique() if "speed_m_s" in table else []
    if len(speeds) == 1:
        parts.append(f"at {speeds[0]:.4g} m/s")
    if "side" in table:
        parts += [say_side(name) for name in table["side"].unique() if say_side(name)]
    if "adjusted_for" in table:
        for given in filter(None, table["adjusted_for"].fillna("").unique()):
            names = ", ".join(plain_label(name).lower() for name in given.split(", "))
            parts.append(f"adjusted for {names}")
    return "; ".join(parts)


def title_panels(table: pd.DataFrame) -> list[str]:
    """One title per row: the measure with its unit, and beneath it the difference."""
    several = table["speed_m_s"].nunique() > 1
    titles = []
    for row in table.itertuples():
        title = axis_label(row.measure) + (f", {row.speed_m_s:.4g} m/s" if several else "")
        number = print_interval(row.difference, row.ci_low, row.ci_high, row.unit)
        # Not empty, so that titles of one row stand at one height.
        small = ", ".join(filter(None, [number, print_p(row.p_holm)])) or "\u00a0"
        titles.append(f'{wrapped(title, 32)}<br><span style="font-size: 11px">{small}</span>')
    return titles


def no_answer(row: pd.Series) -> str:
    """Why a row has no effect: the two words for it."""
    counts = [row[name] for name in ("n", "n_1", "n_2", "n_runners") if name in row]
    unmeasured = _is_unmeasured(row["warning"]) or not np.nansum(counts)
    return "not measured in this cohort" if unmeasured else "cannot tell"


def _is_unmeasured(warning: object) -> bool:
    return any(sentence.startswith(_UNMEASURED) for sentence in split(warning))


def say_warnings(table: pd.DataFrame) -> list[str]:
    """Each sentence of the warnings once, with the rows it is about if these are not all.

    Parameters
    ----------
    table : DataFrame
        With the column ``warning``: sentences as `glutelab.sentences.join` joins them.

    Returns
    -------
    list of str
    """
    rows: dict[str, list[int]] = {}
    answered = table[~table["warning"].map(_is_unmeasured).astype(bool)]
    for place, text in table["warning"].items():
        for sentence in split(text):
            rows.setdefault(sentence, []).append(place)
    said = []
    for sentence, places in rows.items():
        which = "" if list(answered.index) == places else _which(table, answered, places)
        said.append(f"{sentence.removesuffix('.')} ({which})." if which else sentence)
    return said


def _which(table: pd.DataFrame, answered: pd.DataFrame, places: list[int]) -> str:
    """The contrasts or measures that these rows are all of; else how many they are."""
    if len(places) == len(table):
        return ""
    for among in (answered, table):
        for column, label in (("groups", str), ("measure", plain_label)):
            if column not in table:
                continue
            names = table.loc[places, column].unique()
            same = among.index[among[column].isin(names)]
            if len(names) <= 3 and list(same) == places:
                return ", ".join(map(label, names))
    return f"{len(places)} of {len(table)} rows"

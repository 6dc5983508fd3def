"""What the runners in view say: differences of the two measures, and of the curve."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from glutelab.contrasts.caveats import say_simulated
from glutelab.curves import CurveComparison, compare_curves
from glutelab.explore.choices import is_value
from glutelab.explore.cohort_explorer.choices import Choices
from glutelab.explore.cohort_explorer.people import People
from glutelab.groups import compare_groups
from glutelab.schema import axis_label, unit
from glutelab.selection import ENOUGH, level_groups
from glutelab.sentences import split
from glutelab.style import print_interval, print_p

__all__ = ["Results", "find_results", "readable"]

SHOWN = ["measure", "unit", "groups", "n_1", "mean_1", "n_2", "mean_2", "difference"]
SHOWN += ["ci_low", "ci_high", "hedges_g", "p", "p_holm", "detectable_difference"]
LOOKED = (
    "The runners were chosen by looking, so that no interval and no p can be given: whoever picks "
    "the high ones will find them high."
)
RELABELINGS = 999


@dataclass(frozen=True)
class Results:
    """Numbers beneath the figures.

    Attributes
    ----------
    table : DataFrame
        One row per measure; columns as in `compare_groups`.
    curve : CurveComparison or None
    notes : list of str
        What has to be known of the view; nothing of it may be hidden.
    """

    table: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=SHOWN))
    curve: CurveComparison | None = None
    notes: tuple[str, ...] = ()


def find_results(people: People, choices: Choices, rows: np.ndarray) -> Results:
    """Compare the groups in view, or the chosen runners with the others.

    Parameters
    ----------
    people : People
    choices : Choices
    rows : ndarray of int
        Rows of the table that are shown.

    Returns
    -------
    Results
        Without numbers, and with a sentence, where there is nothing to compare.
    """
    frame = people.table.iloc[rows].reset_index(drop=True)
    if frame.empty:
        return Results(notes=("No runner is in view. Widen the filters.",))
    notes = [*say_simulated(frame), *_few(len(frame))]
    picked = frame["runner_id"].astype(str).isin(choices.selected)
    if picked.any():
        frame["chosen"] = np.where(picked, "chosen", "others")
        by, groups = "chosen", {"chosen": ["chosen"], "others": ["others"]}
    else:
        by, groups, why = _groups(frame, choices.by)
        if why:
            return Results(notes=(*notes, why))
    measures = list(dict.fromkeys([choices.y, choices.x]))
    table = compare_groups(
        frame, measures, by=by, groups=groups, side=choices.side, n_boot=500, **_speed(choices)
    )
    table = table.reindex(columns=[*SHOWN, "warning"])
    for text in table.pop("warning"):
        notes += split(text)
    if picked.any():
        table[["ci_low", "ci_high", "p", "p_holm", "detectable_difference"]] = np.nan
        return Results(table, None, tuple(dict.fromkeys([*notes, LOOKED])))
    curve = _compare_curve(people, choices, frame, by, groups) if choices.curve else None
    if curve is not None:
        notes += [f"Curve: {text}" for text in curve.warnings if text not in notes]
    return Results(table, curve, tuple(dict.fromkeys(notes)))


def _few(n: int) -> list[str]:
    return [] if n >= ENOUGH else [f"Only {n} in view: hardly any difference would be found."]


def _speed(choices: Choices) -> dict:
    return {} if choices.speed_m_s is None else {"speed_m_s": choices.speed_m_s}


def _groups(frame: pd.DataFrame, by: str) -> tuple[str, object, str]:
    """Which two groups are compared, or why none."""
    if not by:
        return by, None, "No groups: choose what makes them, or choose runners."
    found = list(frame[by].dropna().unique())
    if len(found) < 2:
        only = f"only {found[0]}" if found else "nothing stated"
        return by, None, f"No comparison: {by} is {only} for all in view."
    if by == "level":
        return by, level_groups(frame), ""
    if len(found) > 2:
        return by, None, f"No comparison: {by} has {len(found)} groups. Filter it down to two."
    return by, sorted(found), ""


def _compare_curve(people, choices: Choices, frame, by: str, groups) -> CurveComparison | None:
    curves = people.mean_curves(choices.curve, choices.side)
    index = curves.index.to_frame(index=False)
    keep = index["runner_id"].isin(frame["runner_id"])
    for name, value in choices.conditions.items():
        if name in index:
            keep &= is_value(index[name], value)
    return compare_curves(
        curves[keep.to_numpy()],
        choices.curve,
        by=by,
        groups=groups,
        runners=None if by in index else frame[["cohort", "runner_id", by]],
        n_permutations=RELABELINGS,
        **_speed(choices),
    )


def readable(table: pd.DataFrame) -> pd.DataFrame:
    """The table as a person reads it: labels, groups as columns, an interval in one cell.

    Parameters
    ----------
    table : DataFrame
        Of `Results`.

    Returns
    -------
    DataFrame
        Words only.
    """
    rows = []
    sure = np.isfinite(table["ci_low"]).any() if len(table) else False
    heading = "difference [95 % interval]" if sure else "difference"
    for row in table.itertuples():
        first, _, second = str(row.groups).partition(" minus ")
        difference = print_interval(row.difference, row.ci_low, row.ci_high, unit(row.measure))
        rows.append(
            {
                "": axis_label(row.measure),
                f"{first} (n = {row.n_1})": f"{row.mean_1:.4g}",
                f"{second} (n = {row.n_2})": f"{row.mean_2:.4g}",
                heading: difference,
                "Hedges g": f"{row.hedges_g:.2f}".replace("-", "−")
                if np.isfinite(row.hedges_g)
                else "",
                "p": print_p(row.p).removeprefix("p = ").removeprefix("p "),
                "p, both tests": print_p(row.p_holm).removeprefix("p = ").removeprefix("p "),
                "found with 80 % power": f"{row.detectable_difference:.3g}"
                if np.isfinite(row.detectable_difference)
                else "",
            }
        )
    words = pd.DataFrame(rows).fillna("")
    return words.loc[:, (words != "").any()]

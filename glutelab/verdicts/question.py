"""What is asked, of whom: one condition, one row per runner, and calls that can be repeated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from glutelab.compare import change_with_speed, share_beyond
from glutelab.contrasts.numbers import why_no_numbers
from glutelab.contrasts.rows import is_number, listed
from glutelab.contrasts.tables import check_table
from glutelab.errors import DataError
from glutelab.groups import compare_groups
from glutelab.measures import runner_means
from glutelab.models.economy.checks import complete_rows
from glutelab.models.economy.fit import fit_economy
from glutelab.models.economy.rows import check_question, count_speeds, select_rows
from glutelab.models.pathways import posture_pathway
from glutelab.schema.keys import CONDITIONS
from glutelab.selection import level_groups, rows_of_side
from glutelab.sentences import short
from glutelab.stability import rank_stability

__all__ = ["SAME", "Question", "ask_whom"]

_FUNCTIONS = {
    "change_with_speed": change_with_speed,
    "compare_groups": compare_groups,
    "fit_economy": fit_economy,
    "posture_pathway": posture_pathway,
    "stability.rank_stability": rank_stability,
    "compare.share_beyond": share_beyond,
}
LEVEL = 0.5  # percent: a slope that is none
SAME = 0.05 + 1e-9  # m/s: as everywhere


@dataclass(frozen=True)
class Question:
    """The runners that claims are put to.

    Attributes
    ----------
    everyone : DataFrame
        Runner means, as they came.
    table : DataFrame
        Of them the rows of one slope, shoe and session.
    base : str
        Code that gives ``table`` from ``runners``.
    slopes : DataFrame
        The rows of all slopes, of one shoe and session.
    slopes_base : str
        Code that gives ``slopes``.
    speeds_m_s : tuple of float
        Those within 0.1 m/s are one.
    speed_m_s : float
        At which single speeds are compared: where most runners ran, and of several such the middle.
    levels : dict or None
        The contrast of levels, as `level_groups` gives it.
    seed, n_boot : int
    notes : tuple of str
        What was left out.
    """

    everyone: pd.DataFrame
    table: pd.DataFrame
    base: str
    slopes: pd.DataFrame
    slopes_base: str
    speeds_m_s: tuple[float, ...]
    speed_m_s: float
    levels: dict | None
    seed: int
    n_boot: int
    notes: tuple[str, ...]
    _known: dict = field(default_factory=dict, repr=False)

    def has(self, name: str) -> bool:
        """Whether any runner was measured."""
        return name in self.table and bool(self.table[name].notna().any())

    @property
    def once(self) -> pd.DataFrame:
        """One row per runner, for what does not change with speed: that of the usual speed."""
        rows = rows_of_side(self.table, "both")
        order = (rows["speed_m_s"] - self.speed_m_s).abs().sort_values(kind="stable").index
        return rows.loc[order].drop_duplicates("runner_id").sort_index()

    def level_speed(self, measure: str) -> float:
        """Where the smaller of both groups of levels is largest; NaN if they never meet."""
        rows = self.rows(measure)
        sizes = [
            min(
                self._at(rows[rows["level"].isin(words)], speed)["runner_id"].nunique()
                for words in self.levels.values()
            )
            for speed in self.speeds_m_s
        ]
        return _largest(self.speeds_m_s, sizes)

    def downhill(self, measure: str) -> tuple[float, float, float] | None:
        """Slope, level and speed: most runners under both, and of such the gentlest slope."""
        rows = rows_of_side(self.slopes, "both").dropna(subset=[measure, "slope_pct"])
        level = min(rows["slope_pct"].unique(), key=abs, default=math.nan)
        found: dict[float, list[int]] = {}
        if abs(level) <= LEVEL:
            ran = {
                one: [set(self._at(part, v)["runner_id"]) for v in self.speeds_m_s]
                for one, part in rows.groupby("slope_pct")
            }
            for one in sorted((one for one in ran if one < -LEVEL), reverse=True):
                both = zip(ran[one], ran[level], strict=True)
                found[float(one)] = [len(down & flat) for down, flat in both]
        most = max((max(sizes) for sizes in found.values()), default=0)
        if not most:
            return None
        down = next(one for one, sizes in found.items() if max(sizes) == most)
        return down, float(level), _largest(self.speeds_m_s, found[down])

    def call(self, function: str, *given, on: tuple | None = None, **options):
        """Result of a public function for these runners, and the code that gives it again.

        ``on`` is another table than that of the claims, and the code that gives it.
        """
        table, base = on or (self.table, self.base)
        words = [base, *map(repr, given)]
        words += [f"{name}={value!r}" for name, value in options.items()]
        code = f"gl.{function}({', '.join(words)})"
        if code not in self._known:  # claims with several measures share one call
            self._known[code] = _FUNCTIONS[function](table, *given, **options)
        return self._known[code], code

    def rows(self, *measures: str, speed_m_s: float | None = None) -> pd.DataFrame:
        """The rows that a result with these measures stands on, by their place in ``everyone``."""
        rows = rows_of_side(self.table, "both")
        if speed_m_s is not None:
            rows = self._at(rows, speed_m_s)
        return rows.dropna(subset=[name for name in measures if name in rows])

    def rows_of_model(self, posture: str, outcome: str, covariates: list[str]) -> pd.DataFrame:
        """The rows that a model of running economy is fitted to."""
        given = check_question(check_table(self.table), posture, outcome, covariates)
        rows, _ = select_rows(given[0], posture, outcome, given[1], side="both", speed_m_s=None)
        return self.table.iloc[complete_rows(rows, posture, outcome, given[1])[0].index]

    @staticmethod
    def _at(rows: pd.DataFrame, speed_m_s: float) -> pd.DataFrame:
        return rows[(rows["speed_m_s"] - speed_m_s).abs() <= SAME]


def ask_whom(cohort, *, seed: int, n_boot: int) -> Question:
    """The question for a cohort, or for a table of runner means.

    Parameters
    ----------
    cohort : Cohort or DataFrame

    Raises
    ------
    DataError
        If it is neither.
    """
    everyone = cohort if isinstance(cohort, pd.DataFrame) else runner_means(cohort)
    everyone = check_table(everyone, ("speed_m_s", "side"))
    names = list(everyone["cohort"].unique())
    if len(names) > 1:
        raise DataError(
            f"the table holds {len(names)} cohorts: {', '.join(map(str, names))}. Claims are "
            "judged cohort by cohort; results of several are pooled as studies, never as one heap "
            "of runners."
        )
    speed = everyone["speed_m_s"]
    if not is_number(speed):
        raise DataError(why_no_numbers(everyone, "speed_m_s", "m/s"))
    if not np.isfinite(speed.astype(float)).all():
        n = int((~np.isfinite(speed.astype(float))).sum())
        raise DataError(f"{n} rows have no speed_m_s that is a number. Fill it in.")
    table, base, notes = everyone, "runners", []
    for name in (*CONDITIONS[2:], "slope_pct"):
        if name == "slope_pct":
            slopes, slopes_base = table, base
        table, base, said = _one_condition(table, base, name)
        notes += said
    speeds = tuple(count_speeds(table))
    near = [table[(table["speed_m_s"] - one).abs() <= SAME] for one in speeds]
    sizes = [part["runner_id"].nunique() for part in near]
    people = everyone.drop_duplicates("runner_id")
    levels = level_groups(people) if "level" in people else None
    return Question(
        everyone=everyone,
        table=table,
        base=base,
        slopes=slopes,
        slopes_base=slopes_base,
        speeds_m_s=speeds,
        speed_m_s=_largest(speeds, sizes),
        levels=levels if isinstance(levels, Mapping) else None,
        seed=seed,
        n_boot=n_boot,
        notes=tuple(notes),
    )


def _one_condition(
    table: pd.DataFrame, base: str, name: str
) -> tuple[pd.DataFrame, str, list[str]]:
    """The rows under one slope, shoe or session; a shoe or session of one's own pools nothing."""
    if name not in table or table[name].nunique(dropna=False) < 2:
        return table, base, []
    values = table[name]
    if name == "slope_pct" and not is_number(values):
        raise DataError(why_no_numbers(table, name, "percent"))
    count = table[values.notna()].groupby(name)["runner_id"].nunique()
    known = sorted(count.index, key=None if is_number(values) else str)
    if name != "slope_pct" and not (table.groupby("runner_id")[name].nunique() > 1).any():
        note = (
            f"Each runner has one {name} ({listed(known)}): what differs between runners may be "
            f"the {name}."
        )
        return table.drop(columns=name), f"{base}.drop(columns={name!r})", [note]
    kept = min(known, key=abs) if name == "slope_pct" else max(known, key=count.get)
    table = table[values == kept]
    kept = kept.item() if hasattr(kept, "item") else kept
    left = [short(one) for one in known if one != kept]
    left += ["not stated"] if values.isna().any() else []
    but = " other than 8d" if name == "slope_pct" else ""
    note = f"Claims{but} are judged at {name} {short(kept)}; left out: {', '.join(left)}."
    return table, f"{base}[{base}[{name!r}] == {kept!r}]", [note]


def _largest(speeds: tuple[float, ...], sizes: list[int]) -> float:
    """The speed with the largest size, of several such the middle one; NaN if nobody is left."""
    if not max(sizes, default=0):
        return math.nan
    best = [speed for speed, size in zip(speeds, sizes, strict=True) if size == max(sizes)]
    return best[len(best) // 2]

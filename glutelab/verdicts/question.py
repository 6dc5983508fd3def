"""What is asked, of whom: one condition, one row per runner, and calls that can be repeated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from glutelab.compare import change_with_speed, share_beyond
from glutelab.contrasts.tables import check_table
from glutelab.errors import DataError
from glutelab.groups import compare_groups
from glutelab.measures import runner_means
from glutelab.models.economy import fit_economy
from glutelab.models.pathways import posture_pathway
from glutelab.schema.keys import CONDITIONS
from glutelab.selection import level_groups, rows_of_side
from glutelab.stability import rank_stability

__all__ = ["Question", "ask_whom"]

_FUNCTIONS = {
    "change_with_speed": change_with_speed,
    "compare_groups": compare_groups,
    "fit_economy": fit_economy,
    "posture_pathway": posture_pathway,
    "rank_stability": rank_stability,
    "share_beyond": share_beyond,
}
SAME = 0.05  # m/s: as everywhere


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
    speeds_m_s : tuple of float
    speed_m_s : float
        At which single speeds are compared: the middle one.
    levels : dict or None
        The contrast of levels, as `level_groups` gives it.
    seed, n_boot : int
    notes : tuple of str
        What was left out.
    """

    everyone: pd.DataFrame
    table: pd.DataFrame
    base: str
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

    def call(self, function: str, *given, everyone: bool = False, **options):
        """Result of a public function for these runners, and the code that gives it again."""
        table, base = (self.everyone, "runners") if everyone else (self.table, self.base)
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
            rows = rows[(rows["speed_m_s"] - speed_m_s).abs() <= SAME]
        return rows.dropna(subset=[name for name in measures if name in rows])


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
    table, base, notes = everyone, "runners", []
    for name in CONDITIONS[1:]:
        values = sorted(table[name].dropna().unique()) if name in table else []
        if len(values) < 2:
            continue
        kept = min(values, key=abs) if name == "slope_pct" else values[0]
        table = table[table[name] == kept]
        kept = kept if isinstance(kept, str) else kept.item() if hasattr(kept, "item") else kept
        base = f"{base}[{base}[{name!r}] == {kept!r}]"
        left = ", ".join(str(value) for value in values if value != kept)
        notes.append(f"Claims are judged at {name} {kept}; left out: {left}.")
    speeds = tuple(float(speed) for speed in sorted(table["speed_m_s"].unique()))
    people = everyone.drop_duplicates("runner_id")
    levels = level_groups(people) if "level" in people else None
    return Question(
        everyone=everyone,
        table=table,
        base=base,
        speeds_m_s=speeds,
        speed_m_s=speeds[len(speeds) // 2],
        levels=levels if isinstance(levels, Mapping) else None,
        seed=seed,
        n_boot=n_boot,
        notes=tuple(notes),
    )

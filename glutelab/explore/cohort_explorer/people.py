"""The runners of a cohort as arrays, so that a view of them is a matter of milliseconds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.contrasts.choices import plain
from glutelab.errors import DataError
from glutelab.explore.choices import did_you_mean, is_value, one_of
from glutelab.explore.cohort_explorer.choices import Choices
from glutelab.measures import runner_curves, runner_means
from glutelab.schema import CURVES
from glutelab.schema.keys import CONDITIONS
from glutelab.selection import pick_side

__all__ = ["People"]

# What makes groups, where the cohort has it and it has few values.
GROUPING = ("level", "sex", "laboratory", "pipeline", "source_level", "dominant_side", "injured")
MOST_GROUPS = 7
FILTERS = ("level", "sex", "laboratory", "age_years", "mass_kg", "height_m", "pace_min_km")
FILTERS += ("experience_months", "n_strides")
# What is shown first, of what the cohort has.
X = ("standing_pelvic_tilt_deg", "pelvic_tilt_mean_deg", "mass_kg")
Y = ("peak_hip_extension_deg", "peak_thigh_extension_deg")
CURVE = ("hip_flexion_deg", "thigh_angle_deg")
_NEVER_MEASURES = ("n_dropped", "simulated", *CONDITIONS)


class People:
    """Runner means and mean curves of one cohort.

    Parameters
    ----------
    cohort : Cohort

    Attributes
    ----------
    table : DataFrame
        From `runner_means`: one row per runner, condition and side.
    measures : list of str
        Columns of numbers that somebody has.
    groups, filters : list of str
        Columns that can make groups, or let runners in.
    """

    def __init__(self, cohort):
        self.cohort = cohort
        self.table = runner_means(cohort).reset_index(drop=True)
        if self.table.empty:
            raise DataError(f"{cohort.name} has no kept strides: there is nothing to explore.")
        numbers = self.table.select_dtypes("number").columns
        there = [name for name in numbers if self.table[name].notna().any()]
        self.measures = [name for name in there if name not in _NEVER_MEASURES]
        few = [name for name in GROUPING if name in self.table]
        self.groups = [n for n in few if 1 <= self.table[n].nunique() <= MOST_GROUPS]
        self.filters = [name for name in FILTERS if name in self.table and self._differs(name)]
        self.curve_variables = [name for name in CURVES.names if name in cohort.curve_variables]
        self._columns: dict[str, np.ndarray] = {}
        self._options: dict[str, list] = {}
        self._means: dict[tuple[str, str], pd.DataFrame] = {}
        self._curves: dict[tuple[str, str], np.ndarray] = {}

    def _differs(self, name: str) -> bool:
        return self.table[name].nunique() > 1

    def column(self, name: str) -> np.ndarray:
        """A column as an array; words are objects, missing ones None."""
        if name not in self._columns:
            values = self.table[name]
            number = pd.api.types.is_numeric_dtype(values)
            self._columns[name] = (
                values.to_numpy(float)
                if number and not pd.api.types.is_bool_dtype(values)
                else values.astype(object).where(values.notna(), None).to_numpy()
            )
        return self._columns[name]

    def options(self, name: str) -> list:
        """Values of a condition or of words, in order."""
        if name not in self._options:
            found = [plain(one) for one in self.table[name].dropna().unique()]
            self._options[name] = sorted(found, key=lambda one: (isinstance(one, str), one))
        return self._options[name]

    def unstated(self, name: str) -> bool:
        """Whether some rows lack a condition that others have."""
        missing = pd.isna(self.column(name))
        return bool(missing.any() and not missing.all())

    def limits(self, name: str) -> tuple[float, float]:
        """Lowest and highest number."""
        values = self.column(name)
        return float(np.nanmin(values)), float(np.nanmax(values))

    def rows(self, choices: Choices) -> np.ndarray:
        """Positions in the table of the rows that a view shows."""
        keep = self.column("side") == pick_side(set(self.options("side")), choices.side)
        for name, value in choices.conditions.items():
            if name in self.table:
                keep &= is_value(self.column(name), value)
        for name, inside in choices.filters.items():
            values = self.column(name)
            if values.dtype == object:
                keep &= np.isin(values.astype(str), [str(one) for one in inside])
            else:
                low, high = inside
                keep &= (values >= low) & (values <= high)
        return np.flatnonzero(keep)

    def curves(self, variable: str, side: str) -> np.ndarray:
        """Mean curve of each row of the table, NaN where the row is of another side.

        Returns
        -------
        ndarray, shape (n_rows, 101), float32
        """
        side = pick_side(set(self.options("side")), side)
        if (variable, side) not in self._curves:
            table = self.mean_curves(variable, side)
            keys = ["runner_id", "side", *(n for n in CONDITIONS if n in table.index.names)]
            keys = [name for name in keys if name in self.table]
            place = table.index.to_frame(index=False)[keys].assign(place=range(len(table)))
            at = self.table[keys].merge(place, on=keys, how="left")["place"]
            found = np.full((len(self.table), table.shape[1]), np.nan, np.float32)
            there = at.notna().to_numpy()
            found[there] = table.to_numpy()[at[there].to_numpy(int)]
            self._curves[variable, side] = found
        return self._curves[variable, side]

    def mean_curves(self, variable: str, side: str) -> pd.DataFrame:
        """The table of `runner_curves`, made once."""
        side = pick_side(set(self.options("side")), side)
        if (variable, side) not in self._means:
            self._means[variable, side] = runner_curves(self.cohort, variable, side=side)
        return self._means[variable, side]

    def plain(self) -> Choices:
        """What is shown if nothing is asked for."""
        y = next((name for name in Y if name in self.measures), self.measures[0])
        x = next((name for name in X if name in self.measures and name != y), self.measures[-1])
        curve = next((name for name in CURVE if name in self.curve_variables), "")
        if not curve and self.curve_variables:
            curve = self.curve_variables[0]
        given = {}
        for name in CONDITIONS:
            options = self.options(name) if name in self.table else []
            if options:
                given[name] = options[len(options) // 2 if name == "speed_m_s" else 0]
        by = "level" if "level" in self.groups else ""
        return Choices(x=x, y=y, curve=curve, by=by, **given)

    def check(self, choices: Choices) -> None:
        """Refuse what this cohort does not have."""
        one_of("x", choices.x, self.measures)
        one_of("y", choices.y, self.measures)
        if choices.curve:
            one_of("curve", choices.curve, self.curve_variables)
        if choices.by:
            one_of("by", choices.by, self.groups)
        for name, value in choices.conditions.items():
            options = self.options(name) if name in self.table else []
            unstated = not options or self.unstated(name)
            one_of(name, value, [*options, *([None] if unstated else [])])
        one_of("side", choices.side, sorted({*self.options("side"), "both"}))
        known = list(map(str, self.options("runner_id")))
        there = set(known)
        for name in choices.selected:
            if name not in there:
                hint = did_you_mean(name, known)
                raise DataError(f"selected: no runner {name!r} in {self.cohort.name}.{hint}")

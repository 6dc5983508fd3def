"""The runners of a cohort, and the models of them; each is fitted once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glutelab.contrasts.caveats import is_simulated, say_simulated
from glutelab.contrasts.choices import plain as as_python
from glutelab.economy.trials import SIMULATED_COST
from glutelab.errors import DataError
from glutelab.explore.choices import NOT_STATED, did_you_mean, is_value, one_of
from glutelab.explore.economy_explorer.choices import Choices
from glutelab.measures import runner_means
from glutelab.models.economy import EconomyFit, fit_economy
from glutelab.models.posture import POSTURES, list_postures
from glutelab.models.specification import SpecificationCurve, glance, specification_steps
from glutelab.models.specification.curve import COVARIATE_SETS, OUTCOMES
from glutelab.models.specification.plan import Grid, build_grid
from glutelab.schema.keys import CONDITIONS

__all__ = ["Study"]

# What can be adjusted for, where the cohort has it and it differs; the order of COVARIATE_SETS.
COVARIATES = ("level", "sex", "mass_kg", "height_m", "leg_length_m", "age_years", "laboratory")
USUAL = ("standing_pelvic_tilt_deg", ("sex",))
HELD = CONDITIONS[1:]  # never pooled; speed is in the model
KEPT = 64  # models


class Study:
    """Runner means of one cohort, what can be asked of them, and what was found.

    Parameters
    ----------
    cohort : Cohort

    Attributes
    ----------
    table : DataFrame
        From `runner_means`.
    postures, outcomes, covariates : list of str
        What can be chosen; a cohort without costs has both outcomes to say so of.
    measured : bool
        Whether there is any cost.
    made_up : str
        A sentence if runners or their costs were made by a program; else empty.
    """

    def __init__(self, cohort):
        self.cohort = cohort
        self.table = runner_means(cohort).reset_index(drop=True)
        if self.table.empty:
            raise DataError(f"{cohort.name} has no kept strides: there is nothing to explore.")
        listed = list_postures(self.table)
        self.postures = listed.loc[listed["measured"], "posture"].tolist() or list(POSTURES)
        there = [name for name in OUTCOMES if name in self.table and self.table[name].notna().any()]
        self.measured, self.outcomes = bool(there), there or list(OUTCOMES)
        self.covariates = [
            name for name in COVARIATES if name in self.table and self.table[name].nunique() > 1
        ]
        self.made_up = _made_up(cohort, self.table)
        self._rows: dict[tuple, pd.DataFrame] = {}
        self._grids: dict[tuple, Grid] = {}
        self._fits: dict[tuple, EconomyFit] = {}
        self._known: dict[tuple, dict] = {}
        self._curves: dict[tuple, SpecificationCurve] = {}

    # --- what can be asked ---

    def options(self, name: str) -> list:
        """Values of a condition or of the side, in order."""
        if name not in self.table:
            return []
        found = [as_python(one) for one in self.table[name].dropna().unique()]
        return sorted(found, key=lambda one: (isinstance(one, str), one))

    def unstated(self, name: str) -> bool:
        """Whether some rows lack a condition that others have."""
        return name in self.table and 0 < self.table[name].isna().mean() < 1

    def speeds(self, choices: Choices) -> list[float]:
        """Speeds of the runners who are looked at, in m/s."""
        return [float(one) for one in self.grid(choices).speeds_m_s if np.isfinite(one)]

    def plain(self) -> Choices:
        """What is asked if nothing is said: as notebook 08 asks it."""
        posture, covariates = USUAL
        posture = posture if posture in self.postures else self.postures[0]
        held = {}
        for name in HELD:
            options = self.options(name)
            if options:
                held[name] = min(options, key=abs) if name == "slope_pct" else options[0]
        used = tuple(name for name in covariates if name in self.covariates)
        return Choices(posture, self.outcomes[0], used, **held)

    def check(self, choices: Choices) -> Choices:
        """The choices, covariates in the usual order; refuses what the cohort does not have.

        Raises
        ------
        DataError
        """
        names = choices.adjust_for
        names = (names,) if isinstance(names, str) else tuple(names)
        one_of("posture", choices.posture, self.postures)
        one_of("outcome", choices.outcome, self.outcomes)
        for name in names:
            one_of("adjust_for", name, self.covariates, "What differs among these runners:")
        for name in HELD:
            options = self.options(name)
            bare = [None] if not options or self.unstated(name) else []
            one_of(name, getattr(choices, name), [*options, *bare])
        one_of("side", choices.side, sorted({*self.options("side"), "both"}))
        speeds = self.speeds(choices)
        if choices.speed_m_s is not None:
            there = ", ".join(f"{one:.4g}" for one in speeds)
            if not any(np.isclose(choices.speed_m_s, one) for one in speeds):
                raise DataError(
                    f"speed_m_s is {choices.speed_m_s!r}. These runners ran at {there}; None is "
                    "all speeds together."
                )
        known = self.options("runner_id")
        for name in choices.selected:
            if name not in known:
                hint = did_you_mean(name, known)
                raise DataError(f"selected: no runner {name!r} in {self.cohort.name}.{hint}")
        ordered = tuple(name for name in self.covariates if name in names)
        selected = tuple(dict.fromkeys(choices.selected))
        given = {**vars(choices), "adjust_for": ordered, "selected": selected}
        return Choices(**given)

    # --- what is found ---

    def rows(self, choices: Choices) -> pd.DataFrame:
        """Runner means under one slope, shoe and session; speeds and sides are chosen later."""
        key = tuple(getattr(choices, name) for name in HELD)
        if key not in self._rows:
            keep = np.ones(len(self.table), bool)
            for name, value in zip(HELD, key, strict=True):
                if name in self.table:
                    keep &= is_value(self.table[name], value)
            if not keep.any():
                named = zip(HELD, key, strict=True)
                said = [f"{n} {NOT_STATED if v is None else v}" for n, v in named]
                raise DataError(f"nobody ran with {', '.join(said)}. Choose another condition.")
            self._rows[key] = self.table[keep].reset_index(drop=True)
        return self._rows[key]

    def grid(self, choices: Choices) -> Grid:
        """The runners as arrays."""
        key = _key(choices)
        if key not in self._grids:
            sets = [(name,) for name in self.covariates] or [()]
            rows, side = self.rows(choices), choices.side
            self._grids[key] = build_grid(rows, self.postures, self.outcomes, sets, side)
        return self._grids[key]

    def dots(self, choices: Choices) -> tuple[pd.DataFrame, str]:
        """One dot per runner at once, or why there is none."""
        return glance(self.grid(choices), choices.specification)

    def fit(self, choices: Choices) -> EconomyFit:
        """The model of this question."""
        key = (*_key(choices), choices.specification)
        if key not in self._fits:
            if len(self._fits) >= KEPT:
                self._fits.pop(next(iter(self._fits)))
            self._fits[key] = fit_economy(
                self.rows(choices),
                choices.posture,
                outcome=choices.outcome,
                adjust_for=list(choices.adjust_for),
                speed_m_s=choices.speed_m_s,
                side=choices.side,
            )
        return self._fits[key]

    def curve(self, choices: Choices) -> SpecificationCurve | None:
        """The curve on which this question lies, if it was computed."""
        return self._curves.get((*_key(choices), _sets(choices)))

    def curve_steps(self, choices: Choices) -> Iterator[tuple[int, int]]:
        """Compute it, telling how many specifications are done, and of how many."""
        if self.curve(choices) is not None or not self.measured:
            return
        key, sets = _key(choices), _sets(choices)
        self._curves[*key, sets] = yield from specification_steps(
            self.rows(choices),
            self.postures,
            self.outcomes,
            covariate_sets=sets,
            side=choices.side,
            n_permutations=0,
            known=self._known.setdefault(key, {}),
        )


def _key(choices: Choices) -> tuple:
    return (*(getattr(choices, name) for name in HELD), choices.side)


def _sets(choices: Choices) -> tuple[tuple[str, ...], ...]:
    """The usual sets of covariates, and the one that was chosen."""
    return tuple(dict.fromkeys([*COVARIATE_SETS, choices.adjust_for]))


def _made_up(cohort, table: pd.DataFrame) -> str:
    if is_simulated(table):
        return say_simulated(table)[0]
    notes = cohort.trials["notes"] if "notes" in cohort.trials else pd.Series(dtype=object)
    if notes.fillna("").astype(str).str.contains(SIMULATED_COST, regex=False).any():
        return "Simulated: costs of these runners were made by a program, not measured."
    return ""

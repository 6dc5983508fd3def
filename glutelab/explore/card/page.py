"""What stands on one card: a table, sentences, strips; drawn by page_html and page_pdf."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from glutelab.arguments import closest
from glutelab.conditions import select_runners
from glutelab.contrasts.choices import check_number, list_measures, plain
from glutelab.errors import DataError
from glutelab.explore.card import wording
from glutelab.explore.card.choices import Choices
from glutelab.explore.card.choose import choose
from glutelab.explore.card.look import short_verdict
from glutelab.explore.card.panel import HIP_WORK, default_panel, find_items
from glutelab.explore.card.strip import Strip, lay_strip
from glutelab.explore.card.table import Errors, make_table
from glutelab.explore.words import says_simulated
from glutelab.measures import runner_means
from glutelab.schema.keys import CONDITIONS

__all__ = ["Maker", "Page"]


class Maker:
    """Makes cards of one cohort; what they share is computed once.

    Parameters
    ----------
    cohort : Cohort
    measures : str, sequence of str or None
    sem : mapping or None
        As in `RunnerCard`.
    """

    def __init__(self, cohort, measures, sem: Mapping[str, float] | None):
        runners = runner_means(cohort)
        names = default_panel() if measures is None else list_measures(measures)
        absent = [name for name in names if name == HIP_WORK and name not in runners]
        self.cohort = cohort
        self.runners = runners.assign(**dict.fromkeys(absent, np.nan))
        self.items = find_items(names)
        for one in ("left", "right"):  # names, numbers and rows are looked at, none is chosen yet
            if (runners["side"] == one).any():
                select_runners(self.runners, names, side=one)
        self.sem = _check_errors(sem, names)
        self.errors = Errors(cohort, self.items)
        self.sources = wording.say_sources(cohort)

    def make(self, choices: Choices) -> Page:
        """The card of a runner.

        Raises
        ------
        DataError
        """
        wanted = {name: getattr(choices, name) for name in CONDITIONS}
        asked = (choices.runner_id, choices.side, wanted, choices.against)
        return Page(self, choose(self.runners, *asked))

    def options(self, name: str) -> list:
        """Values of a condition, in order."""
        if name not in self.runners:
            return []
        found = [plain(one) for one in self.runners[name].dropna().unique()]
        return sorted(found, key=lambda one: (isinstance(one, str), one))


class Page:
    """One runner beside the others.

    Parameters
    ----------
    maker : Maker
    chosen : Chosen
    """

    def __init__(self, maker: Maker, chosen):
        self._chosen, self._items = chosen, maker.items
        self.table = make_table(maker.cohort, maker.items, chosen, maker.sem, maker.errors)
        known = chosen.conditions.items()
        self.conditions = {name: None if pd.isna(value) else value for name, value in known}
        self.speed_m_s = chosen.conditions["speed_m_s"]
        self.side = chosen.side
        self.sources = maker.sources
        self.simulated = says_simulated(self.table)
        self.too_few = wording.say_too_few(self.table, chosen)

    @property
    def heading(self) -> str:
        """Runner and speed, as the title of the page."""
        return wording.heading(self._chosen)

    @property
    def subtitle(self) -> tuple[str, str]:
        """Side and strides; and beside whom the runner is set."""
        return wording.say_conditions(self._chosen), wording.say_cohort(self._chosen)

    @property
    def notes(self) -> list[tuple[str, str]]:
        """What has to be read with the numbers: pairs of lead-in and text."""
        return wording.notes(self.table, self._chosen)

    @cached_property
    def strips(self) -> list[Strip]:
        """Positions of what is drawn, one strip per row of the table."""
        others = self._chosen.others
        strips = []
        for _, row in self.table.iterrows():
            known = others[row["measure"]].dropna() if row["measure"] in others else []
            strips.append(lay_strip(row, np.asarray(known, float)))
        return strips

    @property
    def small_lines(self) -> list[str]:
        """What stands beneath each label."""
        return [item.small_line for item in self._items]

    @property
    def tally(self) -> str:
        """What came of it in all; one sentence for all measures, where there are too few others."""
        return self.too_few or wording.tally(self.table)

    @property
    def error(self) -> str:
        """Which error a difference had to exceed."""
        return "" if self.too_few else wording.say_error(self.table)

    def verdict(self, row: pd.Series) -> str:
        """The verdict for a narrow column; empty if it was said for the whole card."""
        return "" if self.too_few and pd.notna(row["value"]) else short_verdict(row)

    def say_row(self, row: pd.Series) -> str:
        """One measure as a sentence."""
        return wording.say_row(row, alone=not self.too_few)

    def lines(self) -> list[str]:
        """The card as text, from its heading to its notes."""
        lines = [("SIMULATED. " if self.simulated else "") + self.heading]
        lines += ["; ".join(self.subtitle), " ".join(filter(None, [self.tally, self.error]))]
        for name, rows in self.table.groupby("group", sort=False):
            lines += ["", name, *(f"  {self.say_row(row)}" for _, row in rows.iterrows())]
        return [*lines, "", *self.said()]

    def said(self) -> list[str]:
        """The notes for a reader who sees no drawing."""
        notes = wording.notes(self.table, self._chosen, drawn=False)
        return [f"{lead} {text}" for lead, text in notes]


def _check_errors(sem: Mapping[str, float] | None, names: list[str]) -> dict[str, float]:
    if sem is None:
        return {}
    if not isinstance(sem, Mapping):
        raise DataError(
            f"sem is {plain(sem)!r}. Expected a measure and its standard error of measurement, for "
            "example {'peak_hip_extension_deg': 2.0}."
        )
    for name, error in sem.items():
        if name not in names:
            raise DataError(
                f"sem names {plain(name)!r}, which is not on this card.{closest(name, names)} "
                f"It has {', '.join(names)}."
            )
        check_number(
            f"sem of {name}", error, lambda x: np.isfinite(x) and x > 0, "a number above 0"
        )
    return dict(sem)

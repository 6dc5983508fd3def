"""The widget: controls on the left of a choice, figures and numbers on its right."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import replace

import ipywidgets as widgets
import pandas as pd
import plotly.graph_objects as go

from glutelab.arguments import check_cohort
from glutelab.explore.choices import (
    Choice,
    cohort_code,
    names_in,
    read_condition,
)
from glutelab.explore.cohort_explorer.choices import Choices
from glutelab.explore.cohort_explorer.controls import filter_control, read_filter, set_filter
from glutelab.explore.cohort_explorer.curves import draw_curves, mark_clusters
from glutelab.explore.cohort_explorer.filters import read_filters
from glutelab.explore.cohort_explorer.people import People
from glutelab.explore.cohort_explorer.results import Results, find_results, readable
from glutelab.explore.cohort_explorer.scatter import draw_scatter
from glutelab.explore.controls import WRAP, drop, with_unstated
from glutelab.explore.surface import Surface
from glutelab.explore.table_html import as_html
from glutelab.explore.workbench import Workbench
from glutelab.schema import axis_label
from glutelab.schema.keys import CONDITIONS

__all__ = ["CohortExplorer"]

NOTHING = "(none)"


class CohortExplorer(Workbench):
    """Filter a cohort, see measures and curves side by side, choose runners, read the numbers.

    Nothing is pooled: one speed, slope, shoe and session at a time, one row per runner.

    Parameters
    ----------
    cohort : Cohort
    x, y : str, optional
        Measures of the scatter.
    curve : str, optional
        Variable of the curves.
    by : str, optional
        What makes groups: ``"level"``, ``"sex"``, ``"laboratory"``, ...; ``""`` for none.
    speed_m_s, slope_pct, shoe, session : optional
        Condition; by default the middle speed and the first of the others. ``"not stated"`` is that
        of trials that do not name it, where others do.
    side : {"both", "left", "right"}
    selected : sequence of str
        Runners to light up.
    filters : mapping, optional
        Column to words (``{"sex": ["female"]}``) or to ends (``{"age_years": (20, 40)}``).

    Attributes
    ----------
    choices : Choices
        What is shown. Set it to show something else, or one of ``x, y, curve, by, speed_m_s,
        slope_pct, shoe, session, side, filters, selected``.
    result : DataFrame
        Differences of both measures between the groups in view; of chosen runners from the others
        without p, since they were chosen by looking.
    selected : DataFrame
        Runner means of the chosen runners in view.
    notes : tuple of str
        What has to be known of this view.
    code : str

    Raises
    ------
    DataError
        If a measure, a condition, a column or a runner is not there.

    Examples
    --------
    >>> import glutelab as gl
    >>> view = gl.CohortExplorer(gl.load_cohort("bmc-ric"), filters={"laboratory": ["BMC"]})
    >>> view.code
    "gl.CohortExplorer(gl.load_cohort('bmc-ric'), filters={'laboratory': ['BMC']})"
    >>> len(view.shown)
    23
    """

    x, y, curve, by, side, filters = (Choice() for _ in range(6))
    speed_m_s, slope_pct, shoe, session = (Choice() for _ in range(4))

    def __init__(
        self,
        cohort,
        *,
        x: str | None = None,
        y: str | None = None,
        curve: str | None = None,
        by: str | None = None,
        speed_m_s: float | None = None,
        slope_pct: float | None = None,
        shoe: str | None = None,
        session: int | None = None,
        side: str = "both",
        selected: Sequence[str] = (),
        filters: Mapping[str, Sequence] | None = None,
    ):
        check_cohort(cohort)
        super().__init__()
        self._people = People(cohort)
        self._plain = self._people.plain()
        given = {"x": x, "y": y, "curve": curve, "by": by, "speed_m_s": speed_m_s}
        given |= {"slope_pct": slope_pct, "shoe": shoe, "session": session}
        asked = {n: read_condition(value) for n, value in given.items() if value is not None}
        chosen = names_in(selected, "selected")
        choices = replace(self._plain, **asked, side=side, selected=chosen, filters=filters)
        self._choices, self._results = self._checked(choices), Results()
        self._build()
        self._show()

    # --- the view as data ---

    @property
    def shown(self) -> pd.DataFrame:
        """Runner means in view."""
        return self._people.table.iloc[self._rows].reset_index(drop=True)

    @property
    def selected(self) -> pd.DataFrame:
        """Runner means of the chosen runners."""
        table = self.shown
        return table[table["runner_id"].isin(self._choices.selected)].reset_index(drop=True)

    @selected.setter
    def selected(self, runners: Sequence[str]) -> None:
        self.choices = replace(self._choices, selected=names_in(runners, "selected"))

    @property
    def result(self) -> pd.DataFrame:
        """Differences of both measures; see `compare_groups`."""
        self._finish()
        return self._results.table

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be known of this view."""
        self._finish()
        return self._results.notes

    @property
    def code(self) -> str:
        """The line that makes this view again."""
        return self._choices.code(cohort_code(self._people.cohort), self._plain)

    def figures(self) -> dict[str, go.Figure]:
        """Scatter and curves as figures of their own."""
        self._finish()
        scatter, curves = self._drawn()
        return {"measures": go.Figure(scatter), "curves": go.Figure(self._marked(curves))}

    def caption(self) -> str:
        """What is shown, of whom, and what has to be known."""
        choices, n = self._choices, len(self.shown)
        at = "" if choices.speed_m_s is None else f" at {choices.speed_m_s:.4g} m/s"
        what = f"{axis_label(choices.y)} against {axis_label(choices.x)}"
        if choices.curve:
            what += f", and {axis_label(choices.curve)} over the gait cycle"
        return " ".join([f"{self._people.cohort.name}, {n} runners{at}: {what}.", *self.notes])

    # --- drawing ---

    @property
    def _rows(self):
        return self._people.rows(self._choices)

    def _drawn(self) -> tuple[dict, dict]:
        people, choices, rows = self._people, self._choices, self._rows
        simulated = bool(people.cohort.simulated)
        scatter = draw_scatter(people, choices, rows, simulated)
        return scatter, draw_curves(people, choices, rows, simulated)

    def _checked(self, choices: Choices) -> Choices:
        choices = replace(choices, filters=read_filters(self._people, choices.filters))
        self._people.check(choices)
        return choices

    def _marked(self, curves: dict) -> dict:
        found = self._results.curve
        if found is None or not found.answerable:
            return curves
        sure = found.clusters[found.clusters["p"] <= found.alpha]
        return mark_clusters(curves, sure)

    def _show(self) -> None:
        """Draw at once; numbers follow when the reader pauses."""
        scatter, curves = self._drawn()
        self._scatter.draw(scatter)
        self._curves.draw(curves)
        self._show_code()
        self._busy(f"{len(self._rows)} runners in view; comparing …")
        self._later(self._find_results)

    def _find_results(self) -> None:
        self._results = find_results(self._people, self._choices, self._rows)
        shown = readable(self.result) if len(self.result) else self.result
        said = "".join(f"<li>{html.escape(text)}</li>" for text in self.notes)
        self._table.value = (as_html(shown) if len(shown) else "") + f"<ul>{said}</ul>"
        if self._results.curve is not None:
            self._curves.draw(self._marked(self._drawn()[1]))
        count = len(self.selected)
        more = f", {count} chosen" if count else "; drag around dots to choose runners"
        self._status.value = f"<div role='status'>{len(self._rows)} runners in view{more}</div>"
        self._list_runners()

    # --- controls ---

    def _build(self) -> None:
        people = self._people
        named = [(axis_label(name), name) for name in people.measures]
        self._controls = {"x": drop("Across", named), "y": drop("Up", named)}
        if people.curve_variables:
            curves = [(axis_label(name), name) for name in people.curve_variables]
            self._controls["curve"] = drop("Curve", curves)
        groups = [(NOTHING, ""), *((axis_label(name), name) for name in people.groups)]
        self._controls["by"] = drop("Groups", groups)
        for name in CONDITIONS:
            options = people.options(name) if name in people.table else []
            unstated = bool(options) and people.unstated(name)
            if len(options) + unstated > 1:
                self._controls[name] = drop(axis_label(name), with_unstated(options, unstated))
        if len(people.options("side")) > 1:
            self._controls["side"] = drop("Side", people.options("side"))
        self._filters = {name: filter_control(people, name) for name in people.filters}
        self._runners = widgets.SelectMultiple(description="Runners", rows=8)
        self._clear = widgets.Button(description="Choose nobody", tooltip="Clear the selection")
        self._reset = widgets.Button(description="Everybody", tooltip="Take filters away")
        self._table = widgets.HTML()
        self._scatter = Surface({"data": [], "layout": {}}, "Scatter of two measures", self._choose)
        self._curves = Surface({"data": [], "layout": {}}, "Mean curves", self._add)
        self._set_controls()
        self._listen(*self._controls.values(), *self._filters.values(), self._runners)
        self._clear.on_click(lambda _: self._choose([]))
        self._reset.on_click(lambda _: self._guarded(self._take_filters_away))
        self._arrange(*self._arranged())

    def _arranged(self) -> tuple[widgets.Widget, ...]:
        wrap = widgets.Layout(**WRAP)
        top = widgets.Box(list(self._controls.values()), layout=wrap)
        who = widgets.HBox([self._runners, widgets.VBox([self._clear, self._reset])])
        inside = widgets.Box([*self._filters.values(), who], layout=wrap)
        drawer = widgets.Accordion([inside], titles=("Filters and runners",))
        for surface in (self._scatter, self._curves):
            surface.layout = widgets.Layout(flex="1 1 420px", min_width="320px")
        both = widgets.Box([self._scatter, self._curves], layout=wrap)
        return (top, drawer, self._status, both, self._table, self._code)

    def _set_controls(self) -> None:
        super()._set_controls()
        with self._unheard():
            for name, control in self._filters.items():
                inside = self._choices.filters.get(name)
                set_filter(control, inside)
            self._list_runners()

    def _list_runners(self) -> None:
        names = [str(one) for one in self._people.column("runner_id")[self._rows]]
        chosen = tuple(one for one in self._choices.selected if one in set(names))
        with self._unheard():
            if tuple(names) != self._runners.options:
                self._runners.options = names
            if self._runners.value != chosen:
                self._runners.value = chosen

    def _read_controls(self) -> None:
        given = self._given()
        given["by"] = given["by"] or ""  # no groups
        filters = {}
        for name, control in self._filters.items():
            inside = read_filter(control)
            if inside is not None:
                filters[name] = inside
        chosen = tuple(self._runners.value)
        hidden = [one for one in self._choices.selected if one not in self._runners.options]
        given |= {"filters": filters, "selected": (*hidden, *chosen)}
        self._change(replace(self._choices, **given))

    def _choose(self, names: Sequence[str]) -> None:
        self._guarded(self._select, names)

    def _add(self, names: Sequence[str]) -> None:
        """A click on a line adds its runner."""
        self._choose([*self._choices.selected, *names] if names else [])

    def _select(self, names: Sequence[str]) -> None:
        self._change(replace(self._choices, selected=tuple(dict.fromkeys(names))))

    def _take_filters_away(self) -> None:
        self.choices = replace(self._choices, filters={})

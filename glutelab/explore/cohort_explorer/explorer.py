"""The widget: controls on the left of a choice, figures and numbers on its right."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import ipywidgets as widgets
import pandas as pd
import plotly.graph_objects as go

from glutelab.arguments import check_cohort
from glutelab.errors import DataError
from glutelab.explore.cohort_explorer.choices import Choices
from glutelab.explore.cohort_explorer.curves import draw_curves, mark_clusters
from glutelab.explore.cohort_explorer.people import People
from glutelab.explore.cohort_explorer.results import Results, find_results, readable
from glutelab.explore.cohort_explorer.scatter import draw_scatter
from glutelab.explore.surface import Surface
from glutelab.explore.workbench import Workbench, as_html, cohort_code
from glutelab.schema import axis_label
from glutelab.schema.keys import CONDITIONS

__all__ = ["CohortExplorer"]

X = ("standing_pelvic_tilt_deg", "pelvic_tilt_mean_deg", "mass_kg")
Y = ("peak_hip_extension_deg", "peak_thigh_extension_deg")
CURVE = ("hip_flexion_deg", "thigh_angle_deg")
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
        Condition; by default the middle speed and the first of the others.
    side : {"both", "left", "right"}
    selected : sequence of str
        Runners to light up.
    filters : mapping, optional
        Column to words (``{"sex": ["female"]}``) or to ends (``{"age_years": (20, 40)}``).

    Attributes
    ----------
    choices : Choices
        What is shown. Set it to show something else.
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
    >>> view = CohortExplorer(gl.load_cohort("bmc-ric"), filters={"laboratory": ["BMC"]})
    >>> view.code
    "gl.CohortExplorer(gl.load_cohort('bmc-ric'), filters={'laboratory': ['BMC']})"
    >>> len(view.shown)
    23
    """

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
        self._plain = _plain(self._people)
        given = {"x": x, "y": y, "curve": curve, "by": by, "speed_m_s": speed_m_s}
        given |= {"slope_pct": slope_pct, "shoe": shoe, "session": session}
        asked = {name: value for name, value in given.items() if value is not None}
        filters = {name: tuple(inside) for name, inside in (filters or {}).items()}
        chosen = tuple(str(one) for one in selected)
        choices = replace(self._plain, **asked, side=side, selected=chosen, filters=filters)
        _check(self._people, choices)
        self._choices, self._results = choices, Results()
        self._build()
        self._show()

    # --- the view as data ---

    @property
    def choices(self) -> Choices:
        """What is shown."""
        return self._choices

    @choices.setter
    def choices(self, choices: Choices) -> None:
        _check(self._people, choices)
        self._choices = choices
        self._set_controls()
        self._show()

    @property
    def shown(self) -> pd.DataFrame:
        """Runner means in view."""
        return self._people.table.iloc[self._rows].reset_index(drop=True)

    @property
    def selected(self) -> pd.DataFrame:
        """Runner means of the chosen runners."""
        table = self.shown
        return table[table["runner_id"].isin(self._choices.selected)].reset_index(drop=True)

    @property
    def result(self) -> pd.DataFrame:
        """Differences of both measures; see `compare_groups`."""
        self._catch_up()
        return self._results.table

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be known of this view."""
        self._catch_up()
        return self._results.notes

    @property
    def code(self) -> str:
        """The line that makes this view again."""
        return self._choices.code(cohort_code(self._people.cohort), self._plain)

    def figures(self) -> dict[str, go.Figure]:
        """Scatter and curves as figures of their own."""
        self._catch_up()
        scatter, curves = self._drawn()
        return {"measures": go.Figure(scatter), "curves": go.Figure(self._marked(curves))}

    def caption(self) -> str:
        """What is shown, of whom, and what has to be known."""
        choices, n = self._choices, len(self.shown)
        at = "" if choices.speed_m_s is None else f" at {choices.speed_m_s:g} m/s"
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
        self._controls = {"x": _drop("Across", named), "y": _drop("Up", named)}
        if people.curve_variables:
            curves = [(axis_label(name), name) for name in people.curve_variables]
            self._controls["curve"] = _drop("Curve", curves)
        groups = [(NOTHING, ""), *((axis_label(name), name) for name in people.groups)]
        self._controls["by"] = _drop("Groups", groups)
        for name in CONDITIONS:
            options = people.options(name) if name in people.table else []
            if len(options) > 1:
                self._controls[name] = _drop(axis_label(name), options)
        if len(people.options("side")) > 1:
            self._controls["side"] = _drop("Side", people.options("side"))
        self._filters = {name: _filter(people, name) for name in people.filters}
        self._runners = widgets.SelectMultiple(description="Runners", rows=8)
        self._clear = widgets.Button(description="Choose nobody", tooltip="Clear the selection")
        self._reset = widgets.Button(description="Everybody", tooltip="Take filters away")
        self._table = widgets.HTML()
        self._scatter = Surface({"data": [], "layout": {}}, "Scatter of two measures", self._choose)
        self._curves = Surface({"data": [], "layout": {}}, "Mean curves", self._add)
        self._set_controls()
        for control in (*self._controls.values(), *self._filters.values(), self._runners):
            control.observe(self._changed, "value")
        self._clear.on_click(lambda _: self._choose([]))
        self._reset.on_click(lambda _: self._guarded(self._take_filters_away))
        self.children = self._arranged()

    def _arranged(self) -> tuple[widgets.Widget, ...]:
        wrap = widgets.Layout(flex_flow="row wrap", align_items="flex-start")
        top = widgets.Box(list(self._controls.values()), layout=wrap)
        who = widgets.HBox([self._runners, widgets.VBox([self._clear, self._reset])])
        inside = widgets.Box([*self._filters.values(), who], layout=wrap)
        drawer = widgets.Accordion([inside], titles=("Filters and runners",))
        for surface in (self._scatter, self._curves):
            surface.layout = widgets.Layout(flex="1 1 420px", min_width="320px")
        both = widgets.Box([self._scatter, self._curves], layout=wrap)
        return (top, drawer, self._status, both, self._table, self._code)

    def _set_controls(self) -> None:
        """Let the controls say what is shown, without drawing for each of them."""
        self._setting = True
        try:
            for name, control in self._controls.items():
                control.value = getattr(self._choices, name)
            for name, control in self._filters.items():
                inside = self._choices.filters.get(name)
                _set_filter(control, inside, self._people, name)
            self._list_runners()
        finally:
            self._setting = False

    def _list_runners(self) -> None:
        names = [str(one) for one in self._people.column("runner_id")[self._rows]]
        chosen = tuple(one for one in self._choices.selected if one in set(names))
        before, self._setting = getattr(self, "_setting", False), True
        try:
            if tuple(names) != self._runners.options:
                self._runners.options = names
            if self._runners.value != chosen:
                self._runners.value = chosen
        finally:
            self._setting = before

    def _changed(self, _) -> None:
        if not self._setting:
            self._guarded(self._read_controls)

    def _read_controls(self) -> None:
        given = {name: control.value for name, control in self._controls.items()}
        filters = {}
        for name, control in self._filters.items():
            inside = _inside(control, self._people, name)
            if inside is not None:
                filters[name] = inside
        chosen = tuple(self._runners.value)
        hidden = [one for one in self._choices.selected if one not in self._runners.options]
        given |= {"filters": filters, "selected": (*hidden, *chosen)}
        self._choices = replace(self._choices, **given)
        self._show()

    def _choose(self, names: Sequence[str]) -> None:
        self._guarded(self._select, names)

    def _add(self, names: Sequence[str]) -> None:
        """A click on a line adds its runner."""
        self._choose([*self._choices.selected, *names] if names else [])

    def _select(self, names: Sequence[str]) -> None:
        self._choices = replace(self._choices, selected=tuple(dict.fromkeys(names)))
        self._show()

    def _take_filters_away(self) -> None:
        self.choices = replace(self._choices, filters={})


# --- controls, one by one -------------------------------------------------------------------------


def _drop(label: str, options: list) -> widgets.Dropdown:
    width = widgets.Layout(width="270px")
    style = {"description_width": "initial"}
    return widgets.Dropdown(options=options, description=label, layout=width, style=style)


def _filter(people: People, name: str) -> widgets.Widget:
    style = {"description_width": "initial"}
    if people.column(name).dtype == object:
        options = [str(one) for one in people.options(name)]
        rows = min(4, len(options))
        return widgets.SelectMultiple(
            options=options, value=options, description=axis_label(name), rows=rows, style=style
        )
    low, high = people.limits(name)
    step = 10.0 ** math.floor(math.log10((high - low) / 20))
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    return widgets.FloatRangeSlider(
        value=(low, high),
        min=low,
        max=high,
        step=step,
        description=axis_label(name),
        readout_format=f".{max(0, -round(math.log10(step)))}f",
        style=style,
        layout=widgets.Layout(width="330px"),
    )


def _inside(control: widgets.Widget, people: People, name: str) -> tuple | None:
    """What a filter lets in, or None if that is everybody."""
    if isinstance(control, widgets.SelectMultiple):
        return None if len(control.value) == len(control.options) else tuple(control.value)
    whole = (control.min, control.max)
    return None if tuple(control.value) == whole else tuple(control.value)


def _set_filter(control, inside: tuple | None, people: People, name: str) -> None:
    if isinstance(control, widgets.SelectMultiple):
        control.value = tuple(control.options) if inside is None else tuple(map(str, inside))
    else:
        control.value = (control.min, control.max) if inside is None else tuple(inside)


# --- what is asked --------------------------------------------------------------------------------


def _plain(people: People) -> Choices:
    """What is shown if nothing is asked for."""
    y = next((name for name in Y if name in people.measures), people.measures[0])
    x = next((name for name in X if name in people.measures and name != y), people.measures[-1])
    curve = next((name for name in CURVE if name in people.curve_variables), "")
    if not curve and people.curve_variables:
        curve = people.curve_variables[0]
    given = {}
    for name in CONDITIONS:
        options = people.options(name) if name in people.table else []
        if options:
            given[name] = options[len(options) // 2 if name == "speed_m_s" else 0]
    by = "level" if "level" in people.groups else ""
    return Choices(x=x, y=y, curve=curve, by=by, **given)


def _check(people: People, choices: Choices) -> None:
    """Refuse what this cohort does not have."""
    _one_of("x", choices.x, people.measures)
    _one_of("y", choices.y, people.measures)
    if choices.curve:
        _one_of("curve", choices.curve, people.curve_variables)
    if choices.by:
        _one_of("by", choices.by, people.groups)
    for name, value in choices.conditions.items():
        _one_of(name, value, people.options(name) if name in people.table else [])
    _one_of("side", choices.side, sorted({*people.options("side"), "both"}))
    for name in choices.filters:
        _one_of("filters", name, people.filters)
    known = set(map(str, people.options("runner_id")))
    for name in choices.selected:
        if name not in known:
            raise DataError(f"selected: no runner {name!r} in {people.cohort.name}.")


def _one_of(what: str, value: object, there: Sequence) -> None:
    if value not in there:
        raise DataError(
            f"{what} is {value!r}. This cohort has {', '.join(map(str, there)) or 'none'}."
        )

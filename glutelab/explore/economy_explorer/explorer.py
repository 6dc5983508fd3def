"""The widget: what is asked above; runners, and other analysts, beneath it."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import replace

import ipywidgets as widgets
import pandas as pd
import plotly.graph_objects as go

from glutelab.arguments import check_cohort
from glutelab.datasets import load_cohort
from glutelab.explore.choices import Choice, cohort_code, names_in, read_condition
from glutelab.explore.controls import WRAP
from glutelab.explore.economy import planted_slope
from glutelab.explore.economy_explorer.choices import Choices
from glutelab.explore.economy_explorer.controls import Covariates, make_controls
from glutelab.explore.economy_explorer.dots import draw_dots
from glutelab.explore.economy_explorer.results import (
    ASSOCIATION,
    banner,
    find_notes,
    find_result,
    list_chosen,
    readable,
    with_levels,
)
from glutelab.explore.economy_explorer.study import Study
from glutelab.explore.economy_explorer.where import draw_where, find_place, say_place
from glutelab.explore.surface import Surface
from glutelab.explore.table_html import as_html
from glutelab.explore.workbench import Workbench
from glutelab.models.economy import EconomyFit
from glutelab.models.economy.added_variable import added_variable
from glutelab.models.specification import SpecificationCurve

__all__ = ["EconomyExplorer"]

INSTEAD = (
    "Costs of your own runners come in by add_costs(cohort.trials, economy). What an answer looks "
    "like is shown by made-up runners: gl.EconomyExplorer(gl.load_cohort('simulated'))."
)


class EconomyExplorer(Workbench):
    """Does posture go with the cost of running? Ask it in every way, and see what others would say.

    One dot per runner: posture and cost, both beyond what the covariates predict. The line is the
    model of `fit_economy`; beside it, every specification of `specification_curve` in the order of
    its result, and among them the one that is chosen.

    Parameters
    ----------
    cohort : Cohort
        Without costs it says so.
    posture : str, optional
        One of `list_postures` that was measured; by default standing pelvic tilt.
    outcome : str, optional
        ``"energy_cost_j_kg_m"`` (the default, if it was measured) or ``"oxygen_cost_ml_kg_km"``.
    adjust_for : sequence of str, optional
        Covariates; by default sex, if it differs.
    speed_m_s : float, optional
        One speed; by default all, by a mixed model.
    slope_pct, shoe, session : optional
        Condition; by default the slope nearest to level and the first of the others.
        ``"not stated"`` is that of trials that do not name it, where others do.
    side : {"both", "left", "right"}
    selected : sequence of str
        Runners to light up.

    Attributes
    ----------
    choices : Choices
        What is asked. Set it to ask something else, or one of ``posture, outcome, adjust_for,
        speed_m_s, slope_pct, shoe, session, side, selected``.
    fit : EconomyFit
        The model of this question.
    result : DataFrame
        Association with interval and p, runners, what so many could show, error of runners left
        out.
    specifications : SpecificationCurve
        What other analysts would find; computed when first asked for, without its permutation test.
    place : DataFrame
        The row of this question among them.
    dots, selected : DataFrame
        What is drawn: ``cohort, runner_id, level, n_rows, posture_left, cost_left``; of the chosen
        runners only.
    notes : tuple of str
        What has to be known of this view.
    code : str

    Raises
    ------
    DataError
        If a measure, a covariate, a condition or a runner is not there; names the closest.

    Examples
    --------
    >>> import glutelab as gl
    >>> view = gl.EconomyExplorer(gl.load_cohort("simulated"), speed_m_s=3.5)
    >>> view.adjust_for = ["sex", "mass_kg"]
    >>> view.code
    "gl.EconomyExplorer(gl.load_cohort('simulated'), adjust_for=['sex', 'mass_kg'], speed_m_s=3.5)"
    >>> view.result["verdict"].tolist()
    ['cannot tell']
    """

    posture, outcome, adjust_for = Choice(), Choice(), Choice()
    speed_m_s, slope_pct, shoe, session, side = (Choice() for _ in range(5))

    def __init__(
        self,
        cohort,
        *,
        posture: str | None = None,
        outcome: str | None = None,
        adjust_for: Sequence[str] | None = None,
        speed_m_s: float | None = None,
        slope_pct: float | None = None,
        shoe: str | None = None,
        session: int | None = None,
        side: str = "both",
        selected: Sequence[str] = (),
    ):
        check_cohort(cohort)
        super().__init__()
        given = {"posture": posture, "outcome": outcome, "adjust_for": adjust_for, "shoe": shoe}
        given |= {"speed_m_s": speed_m_s, "slope_pct": slope_pct, "session": session}
        asked = {n: read_condition(value) for n, value in given.items() if value is not None}
        self._open(cohort, side=side, selected=names_in(selected, "selected"), **asked)

    def _open(self, cohort, **asked) -> None:
        study = Study(cohort)
        plain = study.plain()
        self._choices = study.check(replace(plain, **asked))
        self._study, self._plain, self._cohort_code = study, plain, cohort_code(cohort)
        self._level = study.table.astype({"runner_id": str}).groupby("runner_id")["level"].first()
        self._build()
        self._show()

    def show_simulated(self) -> None:
        """Look at the built-in cohort of made-up runners instead; everything then says so."""
        self._open(load_cohort("simulated"))

    # --- the view as data ---

    @property
    def fit(self) -> EconomyFit:
        """The model of this question; see `fit_economy`."""
        return self._study.fit(self._choices)

    @property
    def result(self) -> pd.DataFrame:
        """Association, power and error of runners left out."""
        return find_result(self.fit)

    @property
    def dots(self) -> pd.DataFrame:
        """Posture and cost of each runner beyond what the covariates predict."""
        dots = added_variable(self.fit)
        return with_levels(dots, self._level)

    @property
    def selected(self) -> pd.DataFrame:
        """The dots of the chosen runners."""
        dots = self.dots
        return dots[dots["runner_id"].isin(self._choices.selected)].reset_index(drop=True)

    @selected.setter
    def selected(self, runners: Sequence[str]) -> None:
        self.choices = replace(self._choices, selected=names_in(runners, "selected"))

    @property
    def specifications(self) -> SpecificationCurve | None:
        """What other analysts would find; None where no cost was measured."""
        for _ in self._study.curve_steps(self._choices):
            pass
        return self._study.curve(self._choices)

    @property
    def place(self) -> pd.DataFrame:
        """The row of this question among the specifications."""
        return find_place(self.specifications, self._choices)

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be known of this view."""
        curve = self.specifications
        return tuple(self._said(curve, predicted=True))

    @property
    def code(self) -> str:
        """The line that makes this view again."""
        return self._choices.code(self._cohort_code, self._plain)

    def figures(self) -> dict[str, go.Figure]:
        """Runners and specifications as figures of their own."""
        where = self._draw_where(self.specifications)
        return {"runners": go.Figure(self._draw_fit()), "specifications": go.Figure(where)}

    def caption(self) -> str:
        """What is shown, of whom, and what has to be known."""
        return " ".join([f"{self._study.cohort.name}: {self.fit.title}.", *self.notes])

    # --- drawing ---

    def _checked(self, choices: Choices) -> Choices:
        return self._study.check(choices)

    def _show(self) -> None:
        """Dots at once; the model follows when the reader pauses, other analysts after it."""
        self._task = None  # what is under way is of another question
        dots, reason = self._study.dots(self._choices)
        self._dots.draw(self._draw(dots, reason=reason))
        self._show_code()
        self._busy(f"{len(dots)} runners; fitting …")
        self._later(self._describe)

    def _draw(self, dots: pd.DataFrame, **more) -> dict:
        made_up = bool(self._study.made_up)
        return draw_dots(dots, self._level, self._choices, made_up=made_up, **more)

    def _draw_fit(self) -> dict:
        fit, study = self.fit, self._study
        truth = study.cohort.about.get("truth") if study.made_up else None
        planted = planted_slope(fit, None, truth)
        return self._draw(added_variable(fit), fit=fit, planted=planted)

    def _draw_where(self, curve: SpecificationCurve | None) -> dict:
        return draw_where(curve, self._choices, measured=self._study.measured)

    def _describe(self) -> None:
        """The model, and what is known so far of the rest."""
        self._dots.draw(self._draw_fit())
        self._write(predicted=False)
        if self._study.measured:
            self._in_background(self._rest(self.fit, self._choices), self._write)
        if self._study.curve(self._choices) is None:
            self._where.draw(self._draw_where(None))

    def _rest(self, fit: EconomyFit, choices: Choices) -> Iterator[str]:
        """What takes long, step by step."""
        yield "Predicting each runner from the others …"
        if fit.answerable:
            _ = fit.prediction
        for done, every in self._study.curve_steps(choices):
            yield f"Other analysts: {done} of {every} specifications fitted …"

    def _write(self, predicted: bool = True) -> None:
        curve = self._study.curve(self._choices)
        shown = readable(find_result(self.fit, predicted=predicted))
        said = self._said(curve, predicted=predicted)
        said = [text for text in said if text != self._study.made_up]  # it is the banner
        items = "".join(f"<li>{html.escape(text)}</li>" for text in said)
        self._table.value = (as_html(shown) if len(shown) else "") + f"<ul>{items}</ul>"
        if curve is not None or not self._study.measured:
            self._where.draw(self._draw_where(curve))
        chosen = self.selected
        self._chosen.value = list_chosen(chosen, self._choices)
        n, more = self.fit.n_runners, f"; {len(chosen)} chosen" if len(chosen) else ""
        more = more or ("; drag around dots to choose runners" if n else "")
        self._status.value = f"<div role='status'>{n} runners in the model{more}</div>"
        spoken = f"{self.fit.title}. {self.fit.verdict}."
        self._dots.label = f"One dot per runner. {spoken}"
        self._where.label = " ".join(["Specifications.", *say_place(curve, self._choices)[:1]])

    def _said(self, curve: SpecificationCurve | None, *, predicted: bool) -> list[str]:
        said = find_notes(self.fit, self._study.made_up, predicted=predicted)
        if not self._study.measured:
            return [*said, INSTEAD]
        said += say_place(curve, self._choices)
        return [*said, ASSOCIATION] if self.fit.answerable else said

    # --- controls ---

    def _build(self) -> None:
        self._controls = make_controls(self._study, self._choices)
        self._covariates = Covariates(self._study.covariates)
        self._instead = widgets.Button(
            description="Show made-up runners instead",
            tooltip="Look at the cohort 'simulated', which has costs that a program made",
            layout=widgets.Layout(width="auto", display="none"),
        )
        self._instead.layout.display = "none" if self._study.measured else None
        self._banner = widgets.HTML(banner(self._study.made_up))
        self._clear = widgets.Button(description="Choose nobody", tooltip="Clear the selection")
        self._table, self._chosen = widgets.HTML(), widgets.HTML()
        self._dots = Surface({"data": [], "layout": {}}, "One dot per runner", self._choose)
        self._where = Surface({"data": [], "layout": {}}, "Specifications", self._go_to)
        self._where.draw(self._draw_where(None))
        self._set_controls()
        self._listen(*self._controls.values(), *self._covariates.boxes.values())
        self._clear.on_click(lambda _: self._choose([]))
        self._instead.on_click(lambda _: self._guarded(self.show_simulated))
        wrap = widgets.Layout(**WRAP)
        top = widgets.Box(list(self._controls.values()), layout=wrap)
        middle = widgets.Box([self._covariates.panel, self._clear, self._instead], layout=wrap)
        for surface in (self._dots, self._where):
            surface.layout = widgets.Layout(flex="1 1 420px", min_width="320px")
        both = widgets.Box([self._dots, self._where], layout=wrap)
        below = (self._table, self._chosen, self._code)
        self._arrange(self._banner, top, middle, self._status, both, *below)

    def _set_controls(self) -> None:
        super()._set_controls()
        with self._unheard():
            self._covariates.value = self._choices.adjust_for

    def _read_controls(self) -> None:
        given = self._given() | {"adjust_for": self._covariates.value}
        self._change(self._checked(replace(self._choices, **given)))

    def _choose(self, names: Sequence[str]) -> None:
        self._guarded(self._select, names)

    def _select(self, names: Sequence[str]) -> None:
        self.choices = replace(self._choices, selected=tuple(dict.fromkeys(names)))

    def _go_to(self, numbers: Sequence[str]) -> None:
        """A click on a specification asks what it asks, but for its outlier rule."""
        curve = self._study.curve(self._choices)
        if numbers and curve is not None:
            row = curve.table.set_index("specification").loc[int(numbers[0])]
            names = () if row["covariates"] == "none" else tuple(row["covariates"].split(", "))
            speed = None if row["speed"] == "all speeds" else float(row["speed_m_s"])
            names = tuple(name for name in names if name in self._study.covariates)
            self._guarded(self._ask, row["posture"], row["outcome"], names, speed)

    def _ask(self, posture: str, outcome: str, adjust_for: tuple, speed: float | None) -> None:
        given = {"posture": posture, "outcome": outcome, "adjust_for": adjust_for}
        self.choices = replace(self._choices, speed_m_s=speed, **given)

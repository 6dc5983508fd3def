"""The widget: who, against whom, a slider through the stride, and two figures that follow it."""

from __future__ import annotations

import html
from dataclasses import replace

import ipywidgets as widgets
import pandas as pd
import plotly.graph_objects as go

from glutelab.arguments import check_cohort
from glutelab.errors import DataError
from glutelab.explore.choices import Choice, cohort_code, read_condition
from glutelab.explore.controls import WRAP
from glutelab.explore.drawing import empty
from glutelab.explore.stride_viewer.catalog import Catalog, second_of
from glutelab.explore.stride_viewer.choices import Choices
from glutelab.explore.stride_viewer.controls import make_controls, player
from glutelab.explore.stride_viewer.curves import draw_curves
from glutelab.explore.stride_viewer.posture import degrees, draw_posture
from glutelab.explore.stride_viewer.results import find_notes, find_result, table_of
from glutelab.explore.stride_viewer.strides import SHOWN, MeanStride, StrideReader
from glutelab.explore.surface import Surface
from glutelab.explore.workbench import Workbench
from glutelab.schema import axis_label

__all__ = ["StrideViewer"]


class StrideViewer(Workbench):
    """One runner's mean stride as a figure of lines, with a second runner or speed over it.

    It shows two things apart that look alike: the hip opens (thigh against pelvis), or the pelvis
    tips (and thigh against the vertical stays). Hip flexion = thigh angle + pelvic tilt.

    Drawn from mean angles, not from a recording; the hip is held still, proportions are those of a
    mean body (de Leva 1996, doi:10.1016/0021-9290(95)00178-6), scaled by leg length or height.

    Parameters
    ----------
    cohort : Cohort
        With curves. What can be drawn of them is drawn; what is missing is said. Of a cohort
        without strides the view is that sentence.
    runner_id : str, optional
        By default the first.
    speed_m_s, slope_pct, shoe, session : optional
        Condition; by default the runner's middle speed, the slope nearest to level, and the first
        of the others.
    side : {"right", "left"}, optional
        The leg whose stride it is. By default right, or the only side there is.
    against : str, optional
        A second runner, under the same condition.
    against_speed_m_s : float, optional
        Another speed for the second stride; of the same runner if ``against`` is not given.
    at_pct : int
        Where in the gait cycle, 0..100.

    Attributes
    ----------
    choices : Choices
        What is shown. Set it to show something else, or one of ``runner_id, speed_m_s, slope_pct,
        shoe, session, side, against, against_speed_m_s, at_pct``.
    strides : tuple of MeanStride
        The one or two that are drawn.
    result : DataFrame
        Hip, thigh and tilt now, at toe-off, lowest and highest; the difference, first minus second;
        and the remainder of hip = thigh + tilt.
    notes : tuple of str
        What has to be known of this view.
    code : str

    Raises
    ------
    DataError
        If a runner, a condition, a side or a percent is not there; names the closest.

    Examples
    --------
    >>> import glutelab as gl
    >>> view = gl.StrideViewer(gl.load_cohort("rbds2017"), against_speed_m_s=4.5, at_pct=38)
    >>> view.code
    "gl.StrideViewer(gl.load_cohort('rbds2017'), against_speed_m_s=4.5, at_pct=38)"
    >>> view.result.loc[2, ["hip_flexion_deg", "thigh_angle_deg", "pelvic_tilt_deg"]].tolist()
    [5.15..., 5.7..., -0.5...]
    """

    runner_id, side, against, against_speed_m_s, at_pct = (Choice() for _ in range(5))
    speed_m_s, slope_pct, shoe, session = (Choice() for _ in range(4))

    def __init__(
        self,
        cohort,
        *,
        runner_id: str | None = None,
        speed_m_s: float | None = None,
        slope_pct: float | None = None,
        shoe: str | None = None,
        session: int | None = None,
        side: str | None = None,
        against: str | None = None,
        against_speed_m_s: float | None = None,
        at_pct: int = 0,
    ):
        check_cohort(cohort)
        super().__init__()
        self._cohort, self._catalog = cohort, Catalog(cohort)
        self._reader, self._cohort_code = StrideReader(cohort), cohort_code(cohort)
        if self._catalog.nothing:
            self._choices, self._strides = Choices(""), ()
            self._status.value = html.escape(self._catalog.nothing)
            self._arrange(self._status)
            return
        asked = {"speed_m_s": speed_m_s, "slope_pct": slope_pct, "shoe": shoe, "session": session}
        choices = self._catalog.plain(runner_id, **asked, side=side)
        second = {"against": against, "against_speed_m_s": against_speed_m_s}
        # A condition that this cohort does not name has no place in the plain view.
        more = {name: read_condition(one) for name, one in asked.items() if one is not None}
        self._choices = self._checked(replace(choices, **more, **second, at_pct=at_pct))
        self._strides: tuple[MeanStride, ...] | None = None
        self._build()
        self._show()

    # --- the view as data ---

    @property
    def strides(self) -> tuple[MeanStride, ...]:
        """The mean strides that are drawn, read when they are first needed."""
        if self._strides is None:
            choices = self._choices
            found = [self._read(choices.runner_id, choices.speed_m_s)]
            if choices.compares:
                found.append(self._read(*second_of(choices)))
            self._strides = tuple(found)
        return self._strides

    @property
    def result(self) -> pd.DataFrame:
        """Hip, thigh and tilt at this percent, at toe-off, lowest and highest."""
        return find_result(self.strides, self.at_pct)

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be known of this view."""
        if self._catalog.nothing:
            return (self._catalog.nothing,)
        return find_notes(self.strides, self._cohort)

    @property
    def code(self) -> str:
        """The line that makes this view again."""
        if self._catalog.nothing:
            return self._choices.code(self._cohort_code, self._choices)
        return self._choices.code(self._cohort_code, self._catalog.left_out(self._choices))

    def figures(self) -> dict[str, go.Figure]:
        """Posture and curves as figures of their own."""
        posture, curves = self._drawn()
        if self._catalog.nothing:
            return {"posture": go.Figure(posture)}
        return {"posture": go.Figure(posture), "curves": go.Figure(curves)}

    def caption(self) -> str:
        """What is shown, of whom, and what has to be known."""
        if self._catalog.nothing:
            return self._catalog.nothing
        names = " and ".join(stride.name for stride in self.strides)
        shown = [axis_label(name) for name in SHOWN if name in self._reader.variables]
        what = f"{self._cohort.name}, {names}, {self._choices.side} leg: mean stride at "
        what += f"{self.at_pct} % of the gait cycle"
        what += f"; {', '.join(shown)} from foot strike to foot strike" if shown else ""
        return " ".join([f"{what}.", *self.notes])

    # --- drawing ---

    def _drawn(self) -> tuple[dict, dict]:
        if self._catalog.nothing:
            blank = empty(self._catalog.nothing, height=160)
            return blank, blank
        simulated, has = bool(self._cohort.simulated), self._cohort.curve_variables
        posture = draw_posture(self.strides, self.at_pct, simulated)
        return posture, draw_curves(self.strides, self.at_pct, simulated, has)

    def _read(self, runner_id: str, speed_m_s: float | None) -> MeanStride:
        conditions = self._choices.conditions | {"speed_m_s": speed_m_s}
        return self._reader.read(runner_id, conditions, self._choices.side, self._busy)

    def _show(self) -> None:
        """Draw at once what was read before; what takes time is done when the page has the rest."""
        if self._strides is not None:
            self._draw()
            self._later(self._describe)
        else:
            self._busy(f"Reading the curves of {self._choices.runner_id} …")
            self._later(self._read_and_draw)

    def _read_and_draw(self) -> None:
        self._draw()
        self._describe()

    def _draw(self) -> None:
        posture, curves = self._drawn()
        self._posture.draw(posture)
        self._curves.draw(curves)

    def _describe(self) -> None:
        """Numbers and words: they follow when the reader pauses."""
        self._show_code()
        said = "".join(f"<li>{html.escape(text)}</li>" for text in self.notes)
        self._table.value = table_of(self.result, self.strides) + f"<ul>{said}</ul>"
        spoken = []
        for stride in self.strides:
            values = [f"{axis_label(n)} {degrees(stride.value(n, self.at_pct))}" for n in SHOWN]
            spoken.append(f"{stride.name} at {self.at_pct} %: {', '.join(values)}")
        self._posture.label = "Figure of lines. " + "; ".join(spoken)
        self._curves.label = "Curves over the gait cycle. " + "; ".join(spoken)
        self._status.value = ""

    # --- controls ---

    def _build(self) -> None:
        self._controls = make_controls(self._catalog, self._cohort)
        self._play, self._slider = player(self.at_pct)
        self._table = widgets.HTML()
        self._posture = Surface({"data": [], "layout": {}}, "Figure of lines")
        self._curves = Surface({"data": [], "layout": {}}, "Curves over the gait cycle")
        self._set_controls()
        self._listen(*self._controls.values())
        self._slider.observe(self._scrubbed, "value")
        wrap = widgets.Layout(**WRAP)
        top = widgets.Box(list(self._controls.values()), layout=wrap)
        moving = widgets.HBox([self._play, self._slider], layout=widgets.Layout(width="100%"))
        self._posture.layout = widgets.Layout(flex="5 1 420px", min_width="320px")
        self._curves.layout = widgets.Layout(flex="4 1 340px", min_width="320px")
        both = widgets.Box([self._posture, self._curves], layout=wrap)
        self._arrange(top, moving, self._status, both, self._table, self._code)

    def _checked(self, choices: Choices) -> Choices:
        if self._catalog.nothing:
            raise DataError(self._catalog.nothing)
        self._catalog.check(choices)
        return replace(choices, at_pct=int(choices.at_pct))

    def _change(self, choices: Choices) -> None:
        before, self._choices = self._choices, choices
        if replace(before, at_pct=choices.at_pct) != choices:
            self._strides = None
            known = {choices.runner_id, choices.against or choices.runner_id}
            if all(self._reader.has_read(one) for one in known):
                _ = self.strides
        self._show()

    def _set_controls(self) -> None:
        super()._set_controls()
        with self._unheard():
            self._slider.value = self._choices.at_pct

    def _scrubbed(self, change) -> None:
        if not self._setting:
            self._guarded(self._change, replace(self._choices, at_pct=change["new"]))

    def _read_controls(self) -> None:
        try:
            choices = self._checked(replace(self._choices, **self._given()))
        except DataError as error:
            still = " and ".join(stride.name for stride in self.strides)
            raise DataError(f"{error} Shown is still {still}.") from error
        self._change(choices)

"""The widget: which trial, how many strides, and the figure with what was found."""

from __future__ import annotations

from dataclasses import replace

import ipywidgets as widgets
import pandas as pd
import plotly.graph_objects as go

from glutelab.explore.choices import Choice
from glutelab.explore.controls import MANY, WRAP, drop
from glutelab.explore.first_strides.band import band_speeds
from glutelab.explore.first_strides.choices import MOST, SIDES, Choices, checked
from glutelab.explore.first_strides.static import bands_of, draw_view
from glutelab.explore.first_strides.trials import Trials
from glutelab.explore.first_strides.words import (
    find_result,
    find_strides,
    reference_words,
    say_kept,
    words_beneath,
)
from glutelab.explore.surface import Surface
from glutelab.explore.workbench import Workbench

__all__ = ["FirstStrides"]


class FirstStrides(Workbench):
    """The first strides of a trial over the band of running, so that a wrong sign is seen at once.

    Parameters
    ----------
    trials : folder, Cohort, ProcessedTrial, or mapping of str to ProcessedTrial
        A folder of exports with its recipe: each trial is processed when it is first shown, also
        one that an import would refuse. Or what was just processed, by name, or a cohort.
    trial : str, optional
        By default the first.
    n_strides : int
        How many strides of each side, 1 to 20.
    side : {"both", "left", "right"}
    band_m_s : float, optional
        Speed of the runners of `rbds2017` behind; by default the nearest to that of the trial.
    findings : mapping of str to list of str, or callable, optional
        Sentences on each trial. By default what the data dictionary finds odd in its curves.
    speeds_m_s : float or mapping of str to float, optional
        Where the trials do not say it.

    Attributes
    ----------
    choices : Choices
        What is shown. Set it to show something else, or one of ``trial, n_strides, side,
        band_m_s``; or call `next` and `previous`.
    result : DataFrame
        One row per side and angle: where it lies, where runners' angles do, and the share outside.
    findings, notes : tuple of str
    code : str

    Raises
    ------
    DataError
        If there is no such trial, side or speed; names the closest.

    Examples
    --------
    >>> import glutelab as gl
    >>> view = gl.FirstStrides(gl.load_cohort("bmc-ric"), n_strides=3)
    >>> view.next()
    >>> view.code
    "gl.FirstStrides(gl.load_cohort('bmc-ric'), trial='BMC02_T25', n_strides=3)"
    """

    trial, n_strides, side, band_m_s = (Choice() for _ in range(4))

    def __init__(
        self,
        trials,
        *,
        trial: str | None = None,
        n_strides: int = 5,
        side: str = "both",
        band_m_s: float | None = None,
        findings=None,
        speeds_m_s=None,
    ):
        super().__init__()
        self._trials = Trials(trials, findings, speeds_m_s)
        first = self._trials.names[0]
        self._choices = checked(
            Choices(first if trial is None else trial, n_strides, side, band_m_s), self._trials
        )
        self._build()
        self._show()

    # --- the view as data ---

    @property
    def trials(self) -> list[str]:
        """Names of all trials."""
        return list(self._trials.names)

    @property
    def result(self) -> pd.DataFrame:
        """One row per side and angle."""
        return find_result(self._strides(), bands_of(self._trials, self._choices))

    @property
    def findings(self) -> tuple[str, ...]:
        """What looks odd in this trial."""
        return self._trials.findings(self._choices.trial)

    @property
    def notes(self) -> tuple[str, ...]:
        """What happened to this trial, and what the band is."""
        trial = self._trials[self._choices.trial]
        band = next(iter(bands_of(self._trials, self._choices).values()))
        return (say_kept(trial), *trial.notes, reference_words(band))

    @property
    def code(self) -> str:
        """The line that makes this view again."""
        return self._choices.code(self._trials.code, Choices(self._trials.names[0]))

    def next(self) -> None:
        """Show the trial after this one; after the last the first."""
        self._step(1)

    def previous(self) -> None:
        """Show the trial before this one."""
        self._step(-1)

    def figures(self) -> dict[str, go.Figure]:
        """The strides as a figure of their own."""
        return {"strides": go.Figure(draw_view(self._trials, self._choices))}

    def caption(self) -> str:
        """What is shown, what was found, and what has to be known."""
        choices = self._choices
        what = f"{choices.trial}: the first {choices.n_strides} kept strides, {choices.side} "
        what += "sides" if choices.side == "both" else "side"
        return " ".join([f"{what}.", *self.findings, *self.notes])

    # --- drawing ---

    def _strides(self):
        choices = self._choices
        return find_strides(self._trials[choices.trial], choices.n_strides, choices.side)

    def _step(self, by: int) -> None:
        names = self._trials.names
        place = (names.index(self._choices.trial) + by) % len(names)
        self.choices = replace(self._choices, trial=names[place])

    def _show(self) -> None:
        self._busy(f"Reading {self._choices.trial} …")
        self._later(self._draw)

    def _draw(self) -> None:
        self._surface.draw(draw_view(self._trials, self._choices))
        self._table.value = words_beneath(self.findings, self.notes)
        self._show_code()
        odd = f"{len(self.findings)} findings" if self.findings else "no finding"
        self._surface.label = f"First strides of {self._choices.trial}; {odd}. {self.caption()}"
        self._status.value = ""

    # --- controls ---

    def _build(self) -> None:
        names = self._trials.names
        self._controls = {
            "trial": _which(names),
            "n_strides": widgets.IntSlider(
                value=self._choices.n_strides,
                min=1,
                max=MOST,
                description="Strides",
                continuous_update=False,
                style={"description_width": "initial"},
                layout=widgets.Layout(width="230px"),
            ),
            "side": drop("Side", [(one, one) for one in SIDES], "130px"),
            "band_m_s": drop(
                "Band of runners at",
                [("nearest speed", ""), *((f"{one:.4g} m/s", one) for one in band_speeds())],
                "260px",
            ),
        }
        self._steps = [
            widgets.Button(description=text, tooltip=tip, layout=widgets.Layout(width="90px"))
            for text, tip in (("◀ Previous", "The trial before"), ("Next ▶", "The trial after"))
        ]
        for button, go_there in zip(self._steps, (self.previous, self.next), strict=True):
            button.disabled = len(names) < 2
            button.on_click(lambda _, go_there=go_there: self._guarded(go_there))
        self._table = widgets.HTML()
        self._surface = Surface({"data": [], "layout": {}}, "First strides")
        self._set_controls()
        self._listen(*self._controls.values())
        before, after = self._steps
        trial, *others = self._controls.values()
        top = widgets.Box([trial, before, after, *others], layout=widgets.Layout(**WRAP))
        self._arrange(top, self._status, self._surface, self._table, self._code)

    def _checked(self, choices: Choices) -> Choices:
        return checked(choices, self._trials)

    def _read_controls(self) -> None:
        self._change(self._checked(replace(self._choices, **self._given())))


def _which(names: list[str]) -> widgets.Widget:
    if len(names) <= MANY:
        return drop("Trial", names)
    return widgets.Combobox(
        options=names,
        description="Trial",
        placeholder="type a name",
        continuous_update=False,
        style={"description_width": "initial"},
        layout=widgets.Layout(width="270px"),
    )

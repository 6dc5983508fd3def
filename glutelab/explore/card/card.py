"""One runner beside the others: a widget in JupyterLab, a text elsewhere, and a page to print."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import ipywidgets as widgets
import pandas as pd
import plotly.graph_objects as go

from glutelab.arguments import make_place
from glutelab.errors import DataError
from glutelab.explore.card.choices import Choices
from glutelab.explore.card.controls import make_controls
from glutelab.explore.card.page import Maker
from glutelab.explore.card.page_html import draw_html, html_page
from glutelab.explore.card.strip import Strip
from glutelab.explore.choices import Choice, cohort_code
from glutelab.explore.controls import WRAP
from glutelab.explore.static import static_pages
from glutelab.explore.workbench import Workbench
from glutelab.files import write_together
from glutelab.schema.keys import CONDITIONS

__all__ = ["RunnerCard"]

_WIDGET = "application/vnd.jupyter.widget-view+json"


class RunnerCard(Workbench):
    """How do I know whether my glutes are engaging? What can be told of one runner, on one page.

    Posture, hip extension (against the pelvis and against the vertical), back kick and the hip's
    share of the work of one runner, beside the other runners at the same speed: percentiles, and a
    verdict that calls no difference one unless it exceeds the error of measurement. Nobody measured
    the activity of a muscle, and the card says so.

    Parameters
    ----------
    cohort : Cohort
    runner_id : str
    speed_m_s : float, optional
        By default the middle speed of this runner.
    side : {"both", "left", "right"}
        "both" is the mean of the two sides' means, or the only side there is.
    measures : list of str, optional
        Columns of `runner_means`, at most 14. A measure that the cohort does not have keeps its
        row: not measured.
    against : str, list of str or mapping, optional
        Which others: levels, or columns and their values, such as ``{"sex": "female", "age_years":
        (30, 45)}`` (a pair of numbers is a range, low included). By default all of the cohort, but
        of a cohort from several laboratories those of the runner's own; ``"all"`` pools them.
    slope_pct, shoe, session : optional
        To be chosen if the runner has several: they are never pooled.
    sem : mapping of str to float, optional
        Standard error of measurement of some measures, in their unit, for example that between days
        in your own laboratory. It takes the place of what the cohort gives.

    Attributes
    ----------
    table, result : DataFrame
        One row per measure: ``cohort, runner_id``, conditions, ``side, group, measure, label, unit,
        article_direction`` (+1: the article describes more of it, -1: less, 0: it does not
        say)``, value, n_runners`` (others with a value)``, median, q25, q75`` (of the
        others)``, difference`` (value minus median)``, sem, mdc95, error_source, percentile,
        percentile_low, percentile_high, position`` (middle half, lowest or highest
        quarter)``, verdict, warning``.
    choices : Choices
        What is shown. Set it to show something else, or one of ``runner_id`` (also ``runner``),
        ``speed_m_s, slope_pct, shoe, session, side, against``.
    code : str
        The line that makes this card again.
    simulated : bool

    Raises
    ------
    DataError
        If there is no such runner, speed, side, level or measure, or slopes, shoes or sessions
        would be pooled.

    Notes
    -----
    The percentile is among the *other* runners: the share who are lower, and half of those who are
    equal. Its range is that of value ± 1.96 SEM: the runner's own measurement error, not that of
    having measured few runners. The verdict compares the difference with MDC95 = 1.96 √2 SEM.

    SEM is that of `reliability`. If the cohort has repeated sessions it is that between them;
    otherwise first against second half of the recording, for the mean of all strides. That is error
    *within one recording*: markers were not set anew, and between days it is larger. Measures that
    were taken once, such as standing posture, have none, and no verdict.

    Fewer than 8 other runners have no percentiles. Nothing is random.

    Where there is no kernel (exported pages, ``glutelab report``) the card stands without its
    controls: set GLUTELAB_STATIC=1 before the notebook is run.

    Examples
    --------
    >>> import glutelab as gl
    >>> cohort = gl.load_cohort("bmc-ric")
    >>> card = gl.RunnerCard(cohort, "BMC01", measures=["peak_hip_extension_deg"])
    >>> card.table[["n_runners", "error_source", "verdict"]].to_dict("records")
    [{'n_runners': 22, 'error_source': 'halves of one recording',
      'verdict': 'lower than the middle of these runners'}]
    >>> card.runner = "BMC02"
    >>> card.heading
    'BMC02 at 2.5 m/s'
    """

    runner_id, runner, against = Choice(), Choice("runner_id"), Choice()
    slope_pct, shoe, session = Choice(), Choice(), Choice()

    def __init__(
        self,
        cohort,
        runner_id: str,
        *,
        speed_m_s: float | None = None,
        side: str = "both",
        measures: str | Sequence[str] | None = None,
        against: str | Sequence[str] | Mapping | None = None,
        slope_pct: float | None = None,
        shoe: str | None = None,
        session: str | None = None,
        sem: Mapping[str, float] | None = None,
    ):
        maker = Maker(cohort, measures, sem)
        conditions = (speed_m_s, slope_pct, shoe, session)
        choices = Choices(runner_id, *conditions, side, against, measures, sem)
        page = maker.make(choices)
        super().__init__()
        self._maker, self._choices, self._page = maker, choices, page
        self._cohort_code = cohort_code(cohort)
        self._build()
        self._show()

    # --- the card as data ---

    @property
    def table(self) -> pd.DataFrame:
        """One row per measure."""
        return self._page.table

    @property
    def result(self) -> pd.DataFrame:
        """One row per measure."""
        return self._page.table

    @property
    def speed_m_s(self) -> float:
        """The speed at which the runner is looked at."""
        return self._page.speed_m_s

    @speed_m_s.setter
    def speed_m_s(self, speed_m_s: float | None) -> None:
        self.choices = replace(self._choices, speed_m_s=speed_m_s)

    @property
    def side(self) -> str:
        """The side that is looked at."""
        return self._page.side

    @side.setter
    def side(self, side: str) -> None:
        self.choices = replace(self._choices, side=side)

    @property
    def simulated(self) -> bool:
        """Whether the runner was made by a program."""
        return self._page.simulated

    @property
    def code(self) -> str:
        """The line that makes this card again."""
        return self._choices.code(self._cohort_code)

    @property
    def heading(self) -> str:
        """Runner and speed, as the title of the page."""
        return self._page.heading

    @property
    def subtitle(self) -> tuple[str, str]:
        """Side and strides; and beside whom the runner is set."""
        return self._page.subtitle

    @property
    def notes(self) -> list[tuple[str, str]]:
        """What has to be read with the numbers: pairs of lead-in and text."""
        return self._page.notes

    @property
    def strips(self) -> list[Strip]:
        """Positions of what is drawn, one strip per row of the table."""
        return self._page.strips

    def sentences(self) -> list[str]:
        """One sentence per measure, then what the card does not show.

        Returns
        -------
        list of str
        """
        page = self._page
        rows = [page.say_row(row) for _, row in page.table.iterrows()]
        return [*filter(None, [page.too_few]), *rows, *page.said()]

    def caption(self) -> str:
        """The card as text."""
        return repr(self)

    def figures(self) -> dict[str, go.Figure]:
        """None: a card is drawn as a page, see `save`."""
        return {}

    def __repr__(self) -> str:
        return "\n".join(self._page.lines())

    def _repr_html_(self) -> str:
        return draw_html(self._page)

    def _repr_mimebundle_(self, **kwargs) -> dict:
        """The widget where there is a kernel; the same card for pages without one."""
        bundle = {"text/plain": repr(self), "text/html": self._repr_html_()}
        if static_pages():
            return bundle
        return bundle | {_WIDGET: super()._repr_mimebundle_(**kwargs)[_WIDGET]}

    def save(self, target: str | Path) -> list[Path]:
        """Write one page as PDF (A4, vectors, embedded fonts) and the same as one HTML file.

        Neither loads anything from elsewhere or holds a date: the same card gives the same bytes.
        Both are the new ones, or both are as they were.

        Parameters
        ----------
        target : str or Path
            Folder and name; ``.pdf`` and ``.html`` are added. Files of that name are replaced. In a
            folder alone (``"cards/"``) they are called after runner and speed.

        Returns
        -------
        list of Path

        Raises
        ------
        DataError
            If the path names no file.
        """
        from glutelab.explore.card.page_pdf import pdf_page

        place = make_place(target, self._stem)
        if place.suffix.lower() in (".pdf", ".html"):
            place = place.with_suffix("")
        contents = {
            place.with_name(f"{place.name}.html"): html_page(self._page).encode(),
            place.with_name(f"{place.name}.pdf"): pdf_page(self._page),
        }
        for path in contents:
            if path.is_dir():
                raise DataError(f"{path} is a folder. Choose another name.")
        write_together(place, contents)
        return list(contents)

    # --- the widget ---

    @property
    def _stem(self) -> str:
        name = f"{self.runner_id}_{self.speed_m_s:g}_m_s"
        return re.sub(r"[^\w.-]+", "_", name).replace(".", "_").strip("_")

    def _checked(self, choices: Choices) -> Choices:
        fixed = self._choices
        if (choices.measures, choices.sem) != (fixed.measures, fixed.sem):
            raise DataError("measures and sem of a card stay what they are: make another card.")
        self._next = self._maker.make(choices)
        return choices

    def _change(self, choices: Choices) -> None:
        self._choices, self._page = choices, self._next
        self._show()

    def _show(self) -> None:
        self._card.value = self._repr_html_()
        self._status.value = ""
        self._show_code()

    def _build(self) -> None:
        self._controls = make_controls(self._maker, self._choices)
        self._card = widgets.HTML()
        self._set_controls()
        self._listen(*self._controls.values())
        top = widgets.Box(list(self._controls.values()), layout=widgets.Layout(**WRAP))
        self._arrange(top, self._status, self._card, self._code)

    def _said_by(self, name: str) -> object:
        """Also what was not asked for but follows: the middle speed, the only slope."""
        if name == "side":
            return self.side
        return self._page.conditions.get(name, getattr(self._choices, name))

    def _read_controls(self) -> None:
        given = self._given()
        for name in (*CONDITIONS, "side"):  # what follows for this runner may not for another
            if name in given and given[name] == self._said_by(name):
                given[name] = getattr(self._choices, name)
        shown = self.heading
        try:
            self.choices = replace(self._choices, **given)
        except DataError as error:
            raise DataError(f"{error} Shown is still {shown}.") from error

"""One runner beside the others: a table, sentences, and a page to print."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from glutelab.conditions import select_runners
from glutelab.contrasts.choices import check_number, list_measures, plain
from glutelab.errors import DataError
from glutelab.explore.card import wording
from glutelab.explore.card.choose import choose
from glutelab.explore.card.page_html import draw_html, html_page
from glutelab.explore.card.panel import HIP_WORK, default_panel, find_items
from glutelab.explore.card.strip import Strip, lay_strip
from glutelab.explore.card.table import make_table
from glutelab.measures import runner_means

__all__ = ["RunnerCard"]


class RunnerCard:
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
    table : DataFrame
        One row per measure: ``cohort, runner_id``, conditions, ``side, group, measure, label, unit,
        article_direction`` (+1: the article describes more of it, -1: less, 0: it does not
        say)``, value, n_runners`` (others with a value)``, median, q25, q75`` (of the
        others)``, difference`` (value minus median)``, sem, mdc95, error_source, percentile,
        percentile_low, percentile_high, position`` (middle half, lowest or highest
        quarter)``, verdict, warning``.
    runner_id : str
    speed_m_s : float
    side : str
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

    Examples
    --------
    >>> import glutelab as gl
    >>> card = RunnerCard(gl.load_cohort("bmc-ric"), "BMC01", measures=["peak_hip_extension_deg"])
    >>> card.table[["n_runners", "error_source", "verdict"]].to_dict("records")
    [{'n_runners': 22, 'error_source': 'halves of one recording',
      'verdict': 'lower than the middle of these runners'}]
    """

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
        runners = runner_means(cohort)
        names = default_panel() if measures is None else list_measures(measures)
        absent = [name for name in names if name == HIP_WORK and name not in runners]
        runners = runners.assign(**dict.fromkeys(absent, np.nan))
        items = find_items(names)
        for one in ("left", "right"):  # names, numbers and rows are looked at, none is chosen yet
            if (runners["side"] == one).any():
                select_runners(runners, names, side=one)
        wanted = {
            "speed_m_s": speed_m_s,
            "slope_pct": slope_pct,
            "shoe": shoe,
            "session": session,
        }
        self._chosen = choose(runners, runner_id, side, wanted, against)
        self._items = items
        self._sources = wording.say_sources(cohort)
        self.table = make_table(cohort, items, self._chosen, _check_errors(sem, names))
        self.runner_id = runner_id
        self.speed_m_s = self._chosen.conditions["speed_m_s"]
        self.side = self._chosen.side
        self.simulated = wording.is_simulated(self.table)

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

    @property
    def sources(self) -> str:
        """Data and license."""
        return self._sources

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

    def sentences(self) -> list[str]:
        """One sentence per measure, then what the card does not show.

        Returns
        -------
        list of str
        """
        rows = [wording.say_row(row) for _, row in self.table.iterrows()]
        return [*rows, *(f"{lead} {text}" for lead, text in self.notes)]

    def __repr__(self) -> str:
        lines = [("SIMULATED. " if self.simulated else "") + self.heading, *self.subtitle]
        lines = [lines[0], f"{lines[1]}; {lines[2]}", wording.tally(self.table)]
        for name, rows in self.table.groupby("group", sort=False):
            lines += ["", name, *(f"  {wording.say_row(row)}" for _, row in rows.iterrows())]
        return "\n".join([*lines, "", *(f"{lead} {text}" for lead, text in self.notes)])

    def _repr_html_(self) -> str:
        return draw_html(self)

    def save(self, path: str | Path) -> list[Path]:
        """Write one page as PDF (A4, vectors, embedded fonts) and the same as one HTML file.

        Neither loads anything from elsewhere or holds a date: the same card gives the same bytes.
        Each is written under another name first, so that it is whole or not there.

        Parameters
        ----------
        path : str or Path
            Folder and name; ``.pdf`` and ``.html`` are added. Files of that name are replaced.

        Returns
        -------
        list of Path

        Raises
        ------
        DataError
            If the path names no file.
        """
        from glutelab.explore.card.page_pdf import pdf_page

        path = Path(path)
        if path.suffix.lower() in (".pdf", ".html"):
            path = path.with_suffix("")
        if not path.name or str(path).endswith(os.sep):
            raise DataError(f"{str(path)!r} names no file. Expected a folder and a name.")
        contents = {".html": html_page(self).encode("utf-8"), ".pdf": pdf_page(self)}
        path.parent.mkdir(parents=True, exist_ok=True)
        saved = []
        for ending, content in contents.items():
            target = path.with_name(path.name + ending)
            if target.is_dir():
                raise DataError(f"{target} is a folder. Choose another name.")
            partial = target.with_name(f".{target.name}.partial-{uuid.uuid4().hex[:8]}")
            try:
                partial.write_bytes(content)
                partial.replace(target)
            finally:
                partial.unlink(missing_ok=True)
            saved.append(target)
        return saved


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
            raise DataError(f"sem names {plain(name)!r}, which is not on this card: {names}.")
        check_number(
            f"sem of {name}", error, lambda x: np.isfinite(x) and x > 0, "a number above 0"
        )
    return dict(sem)

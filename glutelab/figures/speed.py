"""Measures across speeds, a line per runner."""

from __future__ import annotations

import pandas as pd

from glutelab.compare import mean_by_speed
from glutelab.conditions import select_runners
from glutelab.contrasts.caveats import is_simulated, say_unmeasured
from glutelab.contrasts.choices import list_measures
from glutelab.contrasts.wording import counted
from glutelab.explore.measures import plot_with_speed
from glutelab.figures.caption import write_caption
from glutelab.figures.draw import (
    drawn_of,
    dress,
    heading_of,
    lay_panels,
    print_sentence,
    redrawn,
)
from glutelab.models.posture import name_measure
from glutelab.paper import PrintFigure, on_paper, width_mm

__all__ = ["figure_speed"]

THREE_COLUMNS = 160.0  # mm


def figure_speed(
    runners: pd.DataFrame,
    measures: str | list[str],
    *,
    side: str = "both",
    cohort=None,
    width: str | float = "single",
    journal: str | None = None,
    code: str = "",
) -> PrintFigure:
    """Each runner's line across speeds, and the mean with its 95 % interval.

    Parameters
    ----------
    runners, measures, side
        As in `gl.plot.with_speed`; one panel per measure that was taken.
    cohort : Cohort, optional
        Adds the count of strides, source and license.
    width : {"single", "one-and-half", "double"} or float
        Columns of a journal, or millimeters.
    journal : {"elsevier", "springer"}, optional
    code : str, optional
        What made it, to be saved with it; by default the cell of a notebook.

    Returns
    -------
    PrintFigure
        With ``.caption``, ``.data`` (runners, means) and ``.code``.

    Raises
    ------
    DataError
        As `gl.plot.with_speed`.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.runner_means(gl.load_cohort("rbds2017"))
    >>> figure = gl.figure.speed(runners, ["peak_hip_extension_deg", "pelvic_tilt_mean_deg"])
    >>> list(figure.data["means"]["speed_m_s"])[:3]
    [2.5, 3.5, 4.5]
    """
    asked = list_measures(measures)
    screen = plot_with_speed(runners, asked, side=side)
    rows = select_runners(runners, asked, side=side)
    names = [name for name in asked if rows[name].notna().any()]
    missing = say_unmeasured([name_measure(name) for name in asked if name not in names])
    speeds = rows["speed_m_s"].unique()
    if not names or len(speeds) < 2:
        one = f"All runners ran at one speed, {speeds[0]:.4g} m/s: there is no change to draw."
        said, data = missing if not names else one, {"runners": rows}
        return print_sentence(said, width, journal, data, code, simulated=is_simulated(rows))
    if missing:  # an article has no room for empty panels
        screen = plot_with_speed(runners, names, side=side)
    keys = [name for name in ("cohort", "runner_id", "level", "speed_m_s", "side") if name in rows]
    n = rows["runner_id"].nunique()
    shown = [
        f"{counted(n, 'runner')}, each measured at every speed it has a point for; black: "
        "mean over runners with its 95 % interval",
        missing,
    ]
    caption = write_caption(heading_of(screen), shown, simulated=is_simulated(rows), cohort=cohort)
    data = {"runners": rows[[*keys, *names]], "means": mean_by_speed(runners, names, side=side)}
    drawn, columns = drawn_of(screen), 3 if len(names) in (3, 5, 6) else 2

    def draw(wide: str | float, whose: str | None) -> PrintFigure:
        broad = width_mm(wide, whose) >= THREE_COLUMNS
        panels = lay_panels(drawn, 1.0 if broad and columns == 3 else 0.7, split=True)
        return on_paper(panels, wide, whose, columns=columns if broad else 2, one_legend=True)

    return dress(redrawn(draw, width, journal), caption, data, code)

"""Cost against posture, beyond the covariates."""

from __future__ import annotations

import pandas as pd

from glutelab.explore.economy import plot_economy
from glutelab.figures.caption import write_caption
from glutelab.figures.draw import (
    drawn_of,
    dress,
    heading_of,
    lay_panels,
    print_sentence,
    redrawn,
)
from glutelab.models.economy import EconomyFit, added_variable
from glutelab.models.posture import name_measure
from glutelab.paper import PrintFigure, on_paper, width_mm

__all__ = ["figure_economy"]

BROAD = 125.0  # mm


def figure_economy(
    fit: EconomyFit,
    runners: pd.DataFrame | None = None,
    *,
    cohort=None,
    width: str | float = "single",
    journal: str | None = None,
    code: str = "",
) -> PrintFigure:
    """Added-variable plot: cost against posture, both beyond what the covariates predict.

    Parameters
    ----------
    fit : EconomyFit
        From `fit_economy`.
    runners : DataFrame, optional
        The table that was fitted: levels color the dots, and a simulated table says so.
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
        With ``.caption``, ``.data`` (dots, coefficients) and ``.code``.

    Raises
    ------
    DataError
        If it is given something else than the result of `fit_economy`.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.simulate_runners(30, seed=1)
    >>> fit = gl.fit_economy(runners, "standing_pelvic_tilt_deg", adjust_for=["sex"])
    >>> gl.figure.economy(fit, runners).caption[:10]
    'SIMULATED.'
    """
    screen = plot_economy(fit, runners)
    simulated = any(note.text == "SIMULATED" for note in screen.layout.annotations)
    dots = added_variable(fit) if fit.answerable else pd.DataFrame()
    data = {"dots": dots, "coefficients": fit.coefficients}
    if not fit.answerable:
        return print_sentence(fit.reason, width, journal, data, code, simulated=simulated)
    heading = heading_of(screen)
    shown = ["Each dot is a runner; line: the model, with the confidence band of its slope"]
    if fit.adjusted_for:
        adjusted = ", ".join(name_measure(name).lower() for name in fit.adjusted_for)
        shown[0] += f"; posture and cost are what the covariates ({adjusted}) leave over"
    caption = write_caption(heading, [*shown, *fit.method], simulated=simulated, cohort=cohort)
    drawn = drawn_of(screen)

    def draw(wide: str | float, whose: str | None) -> PrintFigure:
        aspect = 0.75 if width_mm(wide, whose) < BROAD else 0.45
        return on_paper(lay_panels(drawn, aspect), wide, whose)

    return dress(redrawn(draw, width, journal), caption, data, code)

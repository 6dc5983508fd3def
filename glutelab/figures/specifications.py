"""One question under all defensible choices."""

from __future__ import annotations

from glutelab.explore.specification import plot_specifications
from glutelab.figures.caption import write_caption
from glutelab.figures.draw import (
    drawn_of,
    dress,
    heading_of,
    lay_panels,
    print_panels,
    print_sentence,
    reason_of,
)
from glutelab.models.specification import SpecificationCurve
from glutelab.paper import PrintFigure

__all__ = ["figure_specifications"]


def figure_specifications(
    curve: SpecificationCurve,
    *,
    cohort=None,
    width: str | float = "double",
    journal: str | None = None,
    code: str = "",
) -> PrintFigure:
    """Above the association under each specification, below which choices it is made of.

    Parameters
    ----------
    curve : SpecificationCurve
        From `specification_curve`.
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
        With ``.caption``, ``.data`` (specifications, choices) and ``.code``.

    Raises
    ------
    DataError
        If it is given something else than the result of `specification_curve`.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.simulate_runners(20, speeds_m_s=[3.5], seed=1)
    >>> curve = gl.specification_curve(runners, "thomas_test_deg", n_permutations=100)
    >>> len(gl.figure.specifications(curve).data["specifications"])
    24
    """
    screen = plot_specifications(curve)
    data = {"specifications": curve.table, "choices": curve.choices}
    if reason := reason_of(screen):
        return print_sentence(reason, width, journal, data, code, simulated=curve.simulated)
    shown = [
        "Above: standardized association under each specification with its interval; below: a "
        "mark in the row of each option it takes"
    ]
    if curve.permutation is not None and len(curve.permutation):
        shown.append(
            "Gray band: where the median of 95 % of the curves lies whose posture was shuffled "
            "over runners"
        )
    caption = write_caption(heading_of(screen), shown, simulated=curve.simulated, cohort=cohort)
    if curve.permutation is not None:
        data["permutation"] = curve.permutation
    panels = lay_panels(drawn_of(screen), 0.1)  # its rows need more, and get it
    return dress(print_panels(panels, width, journal), caption, data, code)

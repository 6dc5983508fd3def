"""Studies and their mean."""

from __future__ import annotations

from glutelab.evidence.result import PooledEffects
from glutelab.explore.forest import plot_forest
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
from glutelab.paper import PrintFigure
from glutelab.style import wrapped

__all__ = ["figure_forest"]


def figure_forest(
    pooled: PooledEffects,
    *,
    width: str | float = "double",
    journal: str | None = None,
    code: str = "",
) -> PrintFigure:
    """Forest plot: each study, their mean, where a further one would lie, what others pooled.

    Parameters
    ----------
    pooled : PooledEffects
        From `pool_effects`.
    width : {"single", "one-and-half", "double"} or float
        Columns of a journal, or millimeters.
    journal : {"elsevier", "springer"}, optional
    code : str, optional
        What made it, to be saved with it; by default the cell of a notebook.

    Returns
    -------
    PrintFigure
        With ``.caption``, ``.data`` (studies, mean, references) and ``.code``.

    Raises
    ------
    DataError
        If it is given something else.

    Examples
    --------
    >>> import pandas as pd
    >>> import glutelab as gl
    >>> effects = pd.DataFrame({"study": ["Lab A", "Lab B", "Lab C"], "effect": "r"})
    >>> pooled = gl.pool_effects(effects.assign(value=[0.3, 0.1, 0.4], n=[28, 46, 19]))
    >>> list(gl.figure.forest(pooled).data)
    ['studies', 'mean', 'references']
    """
    screen = plot_forest(pooled)
    data = {"studies": pooled.studies, "mean": pooled.table, "references": pooled.references}
    if reason := reason_of(screen):
        return print_sentence(reason, width, journal, data, code, simulated=pooled.simulated)
    heading = heading_of(screen)
    shown = ["Squares: studies with their intervals, the area by the weight"]
    if pooled.k > 1:
        shown.append(
            "Filled diamond: mean over studies, random effects (REML) with the interval of Hartung "
            "and Knapp"
        )
    if len(pooled.references):
        shown.append("Hollow diamonds: published meta-analyses, not pooled")
    caption = write_caption(heading, shown, simulated=pooled.simulated)
    drawn = drawn_of(screen)
    drawn["layout"]["title"] = {"text": wrapped(heading["title"])}  # names the directions
    panels = lay_panels(drawn, 0.1)  # its rows need more, and get it
    return dress(print_panels(panels, width, journal), caption, data, code)

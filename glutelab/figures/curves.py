"""Two mean curves and their difference."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from glutelab.curves import CurveComparison
from glutelab.explore.comparison import NOTHING, plot_comparison
from glutelab.explore.curves import mean_toe_off
from glutelab.figures.caption import write_caption
from glutelab.figures.draw import (
    drawn_of,
    dress,
    heading_of,
    lay_panels,
    print_sentence,
    reason_of,
    redrawn,
)
from glutelab.paper import LETTER, PrintFigure, on_paper, width_mm
from glutelab.schema import unit
from glutelab.sentences import short
from glutelab.style import color_of

__all__ = ["figure_curves"]

SIDE_BY_SIDE = 125.0  # mm
BESIDE = -58  # pixels: left of the numbers of an axis


def figure_curves(
    comparison: CurveComparison,
    cohort=None,
    *,
    by: str = "level",
    width: str | float = "single",
    journal: str | None = None,
    code: str = "",
) -> PrintFigure:
    """Mean curves, their difference with its band, and the parts of the gait cycle that differ.

    Parameters
    ----------
    comparison : CurveComparison
        From `compare_curves`.
    cohort : Cohort, optional
        That was compared: adds toe-off, the count of strides, source and license.
    by : str
        What made the groups, for toe-off.
    width : {"single", "one-and-half", "double"} or float
        Columns of a journal, or millimeters.
    journal : {"elsevier", "springer"}, optional
    code : str, optional
        What made it, to be saved with it; by default the cell of a notebook.

    Returns
    -------
    PrintFigure
        With ``.caption``, ``.data`` (means, difference, clusters) and ``.code``.

    Raises
    ------
    DataError
        If it is given something else.

    Examples
    --------
    >>> import glutelab as gl
    >>> cohort = gl.load_cohort("rbds2017")
    >>> hip = gl.compare_curves(cohort, "hip_flexion_deg", speed_m_s=3.5, n_permutations=200)
    >>> figure = gl.figure.curves(hip, cohort)
    >>> figure.caption[:40], list(figure.data)
    ('Hip flexion (°): elite minus competitive', ['means', 'difference', 'clusters'])
    """
    screen = plot_comparison(comparison)
    toe_off = _find_toe_off(comparison, cohort, by)
    names = list(comparison.means)
    for name, percent in toe_off.items():
        screen.add_vline(
            x=percent, line={"color": color_of(name, names), "width": 1.5, "dash": "dot"}
        )
    data = {
        "means": pd.DataFrame({"percent": comparison.percent, **comparison.means}),
        "difference": comparison.as_table("points"),
        "clusters": comparison.as_table("clusters"),
    }
    if reason := reason_of(screen):
        simulated = comparison.simulated
        return print_sentence(reason, width, journal, data, code, simulated=simulated)
    heading = heading_of(screen)
    if unit(by):
        _with_units(screen, heading, names, unit(by))
    shown = []
    if comparison.answerable:
        what = "A: mean curves; B: their difference" if names else "Change per unit"
        shown = [f"{what} (black) with its simultaneous confidence band (gray)"]
    if toe_off:
        of = f" {unit(by)}" if unit(by) else ""
        said = ", ".join(f"{name}{of}: {percent:.1f} %" for name, percent in toe_off.items())
        shown.append(f"Dotted vertical lines: mean toe-off ({said})")
    caption = write_caption(
        heading,
        [*shown, comparison.method.replace("\n", " ")],
        simulated=comparison.simulated,
        cohort=cohort,
        speed_m_s=comparison.speed_m_s,
    )
    drawn = drawn_of(screen)

    def draw(wide: str | float, whose: str | None) -> PrintFigure:
        broad = bool(names) and width_mm(wide, whose) >= SIDE_BY_SIDE
        panels = lay_panels(drawn, 0.7 if broad or not names else 1.0, split=broad)
        if broad:
            _say_once(panels)
        elif names:
            _letter(panels[0]["layout"])
        return on_paper(panels, wide, whose, one_legend=broad)

    return dress(redrawn(draw, width, journal), caption, data, code)


def _say_once(panels: list[dict]) -> None:
    """What is said of the difference stands over its panel alone."""
    layout = panels[0]["layout"]
    notes = [note for note in layout["annotations"] if note["text"] == "SIMULATED"]
    panels[0]["layout"] = layout | {"annotations": notes}


def _letter(layout: dict) -> None:
    """Panels that share an axis are lettered as others are."""
    tops = [layout[name]["domain"][1] for name in ("yaxis", "yaxis2")]
    place = {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "xanchor": "right",
        "yanchor": "top",
        "name": LETTER,
    }
    layout["annotations"] = [
        *(
            note | {"text": f"B: {note['text']}"} if note.get("name") == NOTHING else note
            for note in layout["annotations"]
        ),
        *(
            place | {"text": f"<b>{letter}</b>", "y": top, "xshift": BESIDE, "showarrow": False}
            for letter, top in zip("AB", tops, strict=True)
        ),
    ]


def _with_units(screen: go.Figure, heading: dict, names: list[str], of: str) -> None:
    """Groups that are numbers get their unit, in the legend and in the title."""
    for name in names:
        for trace in screen.data:
            if str(trace.name).startswith(f"{name} (n"):
                trace.name = trace.name.replace(name, f"{name} {of}", 1)
    contrast, stated = " minus ".join(names), " minus ".join(f"{name} {of}" for name in names)
    heading["title"] = heading["title"].replace(contrast, stated)


def _find_toe_off(comparison: CurveComparison, cohort, by: str) -> dict[str, float]:
    """Mean toe-off of each group that is drawn, percent; of whole cycles only."""
    if cohort is None or not comparison.means or len(comparison.percent) < 101:
        return {}
    speed = comparison.speed_m_s if np.isfinite(comparison.speed_m_s) else None
    found = mean_toe_off(cohort, by, comparison.side or "both", speed)
    found.index = [short(name) for name in found.index]
    return {name: float(found[name]) for name in comparison.means if name in found.index}

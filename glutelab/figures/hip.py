"""Three definitions beside each other: the hip, the thigh and the pelvis."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from glutelab.arguments import check_cohort
from glutelab.explore.curves import plot_curves
from glutelab.figures.caption import write_caption
from glutelab.figures.draw import (
    drawn_of,
    dress,
    heading_of,
    lay_panels,
    print_sentence,
    redrawn,
)
from glutelab.measures import runner_curves
from glutelab.models.posture import name_measure
from glutelab.paper import PrintFigure, on_paper, width_mm
from glutelab.paper.read import as_numbers

__all__ = ["figure_hip"]

PARTS = ("hip_flexion_deg", "thigh_angle_deg", "pelvic_tilt_deg")
TITLES = ("Hip: thigh against pelvis", "Thigh: against the vertical", "Pelvis: anterior tilt")
THREE_COLUMNS = 160.0  # mm


def figure_hip(
    cohort,
    *,
    speed_m_s: float | None = None,
    by: str = "level",
    side: str = "both",
    width: str | float = "single",
    journal: str | None = None,
    code: str = "",
) -> PrintFigure:
    """Mean curves of hip angle, thigh angle and pelvic tilt: hip = thigh + tilt.

    Parameters
    ----------
    cohort : Cohort
    speed_m_s : float, optional
        Needed where there are several, unless they make the groups.
    by : str
        What makes the groups, as in `gl.plot.curves`.
    side : {"both", "left", "right"}
    width : {"single", "one-and-half", "double"} or float
        Columns of a journal, or millimeters.
    journal : {"elsevier", "springer"}, optional
    code : str, optional
        What made it, to be saved with it; by default the cell of a notebook.

    Returns
    -------
    PrintFigure
        With ``.caption``, ``.data`` (means) and ``.code``. The caption says how far the sum is
        from the hip angle in this cohort. Where one of the three was not measured, a sentence
        takes the place of the curves.

    Raises
    ------
    DataError
        As `gl.plot.curves`.

    Examples
    --------
    >>> import glutelab as gl
    >>> figure = gl.figure.hip(gl.load_cohort("rbds2017"), speed_m_s=3.5)
    >>> list(figure.data["means"])
    ['angle', 'group', 'percent', 'mean']
    """
    check_cohort(cohort)
    missing = [name for name in PARTS if name not in cohort.curve_variables]
    if missing:
        named = ", ".join(name_measure(name).lower() for name in missing)
        said = (
            f"Not measured in {cohort.name}: {named}. Hip angle, thigh angle and pelvic tilt are "
            "only told apart where all three were taken from the same strides."
        )
        return print_sentence(said, width, journal, {}, code, simulated=cohort.simulated)
    screens = [plot_curves(cohort, name, by=by, speed_m_s=speed_m_s, side=side) for name in PARTS]
    heading = heading_of(screens[0])
    at = "" if speed_m_s is None else f" at {speed_m_s:.4g} m/s"
    heading["title"] = f"Hip angle, thigh angle and pelvic tilt{at}"
    largest, usual = _misfit(cohort, speed_m_s, side)
    shown = [
        "A: hip angle (thigh against pelvis); B: thigh angle (against the vertical); C: pelvic "
        "tilt. Flexion and anterior tilt are positive",
        "Hip angle = thigh angle + pelvic tilt",
        f"In these runners the sum is {usual:.1f}° from the hip angle in the mean, at most "
        f"{largest:.1f}°, as the hip angle is measured in three dimensions",
        "Dotted vertical lines: mean toe-off",
    ]
    caption = write_caption(heading, shown, cohort=cohort, speed_m_s=speed_m_s)
    drawn = [_prepared(screen, title) for screen, title in zip(screens, TITLES, strict=True)]
    _share_scale(drawn)
    data = {"means": _list_means(drawn)}

    def draw(wide: str | float, whose: str | None) -> PrintFigure:
        broad = width_mm(wide, whose) >= THREE_COLUMNS
        panels = [lay_panels(one, 1.0 if broad else 0.45)[0] for one in drawn]
        columns = 3 if broad else 1
        return on_paper(panels, wide, whose, columns=columns, one_legend=True)

    return dress(redrawn(draw, width, journal), caption, data, code)


def _prepared(screen: go.Figure, title: str) -> dict:
    """Without the word at toe-off, which the caption explains."""
    screen.update_xaxes(title="Gait cycle (%)")
    drawn = drawn_of(screen)
    notes = [one for one in drawn["layout"].get("annotations", ()) if one["text"] == "SIMULATED"]
    drawn["layout"] |= {"annotations": notes, "title": {"text": title}}
    return drawn


def _misfit(cohort, speed_m_s: float | None, side: str) -> tuple[float, float]:
    """Largest and mean distance of thigh + tilt from the hip angle, over runners and points."""
    hip, thigh, tilt = (runner_curves(cohort, name, side=side) for name in PARTS)
    if speed_m_s is not None:
        keep = np.isclose(hip.index.get_level_values("speed_m_s"), speed_m_s)
        hip, thigh, tilt = (one[keep] for one in (hip, thigh, tilt))
    away = np.abs(thigh.to_numpy() + tilt.to_numpy() - hip.to_numpy())
    return float(np.nanmax(away)), float(np.nanmean(away))


def _share_scale(panels: list[dict]) -> None:
    """A degree is as high in each panel."""
    ends = []
    for panel in panels:
        drawn = np.concatenate([as_numbers(trace["y"]) for trace in panel["data"]])
        ends.append((np.nanmin(drawn), np.nanmax(drawn)))
    span = 1.08 * max(high - low for low, high in ends)
    for panel, (low, high) in zip(panels, ends, strict=True):
        middle = (low + high) / 2
        axis = panel["layout"]["yaxis"] | {"range": [middle - span / 2, middle + span / 2]}
        panel["layout"] = panel["layout"] | {"yaxis": axis}


def _list_means(panels: list[dict]) -> pd.DataFrame:
    rows = []
    for panel, name in zip(panels, PARTS, strict=True):
        for trace in panel["data"]:
            if trace.get("name"):
                part = {"percent": as_numbers(trace["x"]), "mean": as_numbers(trace["y"])}
                rows.append(pd.DataFrame({"angle": name, "group": trace["name"], **part}))
    return pd.concat(rows, ignore_index=True)

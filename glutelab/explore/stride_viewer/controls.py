"""The controls, one by one; all of them can be worked from the keyboard."""

from __future__ import annotations

import ipywidgets as widgets

from glutelab.explore.controls import drop, pick_runner, with_unstated
from glutelab.explore.stride_viewer.catalog import Catalog
from glutelab.schema import axis_label
from glutelab.schema.keys import CONDITIONS

__all__ = ["make_controls", "player"]

FRAME_MS, STEP_PCT = 100, 2  # a stride in 5 s, some seven times as slow as it was run


def make_controls(catalog: Catalog, cohort) -> dict[str, widgets.Widget]:
    """Runner, condition and side, and a second runner or speed, where there is a choice."""
    controls = {"runner_id": _who("Runner", catalog, cohort, ())}
    for name in (*CONDITIONS, "side"):
        options = catalog.options(name)
        if len(options) > 1:
            label = "Side" if name == "side" else axis_label(name)
            unnamed = name in cohort.trials and bool(cohort.trials[name].isna().any())
            controls[name] = drop(label, with_unstated(options, unnamed))
    if len(catalog.runners) > 1:
        controls["against"] = _who("Against", catalog, cohort, (("(nobody else)", ""),))
    speeds = catalog.options("speed_m_s")
    if len(speeds) > 1:
        options = [("(same speed)", ""), *((f"{one:.4g}", one) for one in speeds)]
        controls["against_speed_m_s"] = drop("Against speed (m/s)", options)
    return controls


def player(at_pct: int) -> tuple[widgets.Play, widgets.IntSlider]:
    """A slider through the stride, and what moves it; the two are linked in the page."""
    slider = widgets.IntSlider(
        value=at_pct,
        min=0,
        max=100,
        description="Gait cycle (%)",
        style={"description_width": "initial"},
        layout=widgets.Layout(flex="1 1 auto", width="auto"),
    )
    play = widgets.Play(value=at_pct, min=0, max=100, step=STEP_PCT, interval=FRAME_MS, repeat=True)
    play.layout = widgets.Layout(flex="0 0 auto")
    # Kept by the widget, or the link would be forgotten.
    slider.played_by = widgets.jslink((play, "value"), (slider, "value"))
    return play, slider


def _who(label: str, catalog: Catalog, cohort, first: tuple) -> widgets.Widget:
    known = cohort.runners.set_index("runner_id")["level"]
    levels = {one: known.get(one, "unknown") for one in catalog.runners}
    return pick_runner(label, levels, first)

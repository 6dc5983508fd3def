"""The controls, one by one; all of them are native ones, which the keyboard works."""

from __future__ import annotations

import ipywidgets as widgets

from glutelab.explore.controls import WRAP, drop, with_unstated
from glutelab.explore.economy_explorer.choices import Choices
from glutelab.explore.economy_explorer.study import HELD, Study
from glutelab.models.posture import name_measure
from glutelab.schema import axis_label

__all__ = ["Covariates", "make_controls"]


def make_controls(study: Study, choices: Choices) -> dict[str, widgets.Widget]:
    """Posture, cost, speed, and the conditions and sides of which there are several."""
    postures = [(name_measure(name), name) for name in study.postures]
    outcomes = [(axis_label(name), name) for name in study.outcomes]
    controls = {"posture": drop("Posture", postures), "outcome": drop("Cost", outcomes)}
    speeds = study.speeds(choices)
    if len(speeds) > 1:
        options = [("all speeds", ""), *((f"{one:.4g}", one) for one in speeds)]
        controls["speed_m_s"] = drop(axis_label("speed_m_s"), options)
    for name in HELD:
        options, unstated = study.options(name), study.unstated(name)
        if len(options) + unstated > 1:
            controls[name] = drop(axis_label(name), with_unstated(options, unstated))
    if len(study.options("side")) > 1:
        controls["side"] = drop("Side", study.options("side"))
    return controls


class Covariates:
    """A box to tick for each covariate.

    Parameters
    ----------
    names : list of str
    """

    def __init__(self, names: list[str]):
        self.boxes = {
            name: widgets.Checkbox(
                description=name_measure(name),
                indent=False,
                layout=widgets.Layout(width="auto", margin="0 14px 0 0"),
            )
            for name in names
        }
        lead = widgets.HTML("Adjusted for:", layout=widgets.Layout(margin="0 8px 0 2px"))
        none = [] if names else [widgets.HTML("nothing differs among these runners")]
        layout = widgets.Layout(**WRAP | {"align_items": "center"})
        self.panel = widgets.Box([lead, *self.boxes.values(), *none], layout=layout)

    @property
    def value(self) -> tuple[str, ...]:
        """Names of the covariates that are ticked."""
        return tuple(name for name, box in self.boxes.items() if box.value)

    @value.setter
    def value(self, names: tuple[str, ...]) -> None:
        for name, box in self.boxes.items():
            box.value = name in names

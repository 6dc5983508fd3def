"""The controls of a filter."""

from __future__ import annotations

import math

import ipywidgets as widgets

from glutelab.explore.cohort_explorer.people import People
from glutelab.schema import axis_label

__all__ = ["filter_control", "read_filter", "set_filter"]


def filter_control(people: People, name: str) -> widgets.Widget:
    """Words to choose from, or the ends of a range."""
    style = {"description_width": "initial"}
    if people.column(name).dtype == object:
        options = [str(one) for one in people.options(name)]
        rows = min(4, len(options))
        return widgets.SelectMultiple(
            options=options, value=options, description=axis_label(name), rows=rows, style=style
        )
    low, high = people.limits(name)
    step = 10.0 ** math.floor(math.log10((high - low) / 20))
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    return widgets.FloatRangeSlider(
        value=(low, high),
        min=low,
        max=high,
        step=step,
        description=axis_label(name),
        readout_format=f".{max(0, -round(math.log10(step)))}f",
        style=style,
        layout=widgets.Layout(width="330px"),
    )


def read_filter(control: widgets.Widget) -> tuple | None:
    """What a filter lets in, or None if that is everybody."""
    if isinstance(control, widgets.SelectMultiple):
        return None if len(control.value) == len(control.options) else tuple(control.value)
    whole = (control.min, control.max)
    return None if tuple(control.value) == whole else tuple(control.value)


def set_filter(control: widgets.Widget, inside: tuple | None) -> None:
    """Show what is let in; None is everybody."""
    if isinstance(control, widgets.SelectMultiple):
        control.value = tuple(control.options) if inside is None else tuple(map(str, inside))
    else:
        control.value = (control.min, control.max) if inside is None else tuple(inside)

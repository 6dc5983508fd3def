"""Lists and fields in which a reader chooses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import ipywidgets as widgets

from glutelab.explore.choices import NOT_STATED
from glutelab.sentences import short

__all__ = ["MANY", "WRAP", "drop", "pick_runner", "with_unstated"]

MANY = 60  # runners; from here on one types a name instead of looking through a list
WRAP = {"flex_flow": "row wrap", "align_items": "flex-start"}


def drop(label: str, options: Sequence, width: str = "270px") -> widgets.Dropdown:
    """A list to choose one of, its label whole."""
    style = {"description_width": "initial"}
    layout = widgets.Layout(width=width)
    return widgets.Dropdown(options=options, description=label, layout=layout, style=style)


def pick_runner(label: str, levels: Mapping[str, str], first: Sequence = ()) -> widgets.Widget:
    """A list of runners; of many, a field in which one types a name.

    Parameters
    ----------
    label : str
    levels : mapping of str to str
        Level by name of the runner.
    first : sequence of tuple
        What stands above the runners: label and value.
    """
    if len(levels) > MANY:
        return widgets.Combobox(
            options=list(levels),
            description=label,
            placeholder="type a name" if not first else "nobody else",
            continuous_update=False,
            style={"description_width": "initial"},
            layout=widgets.Layout(width="270px"),
        )
    return drop(label, [*first, *((f"{name} ({level})", name) for name, level in levels.items())])


def with_unstated(options: Iterable, unstated: bool) -> list[tuple[str, object]]:
    """Values of a condition as a list to choose from; "(not stated)" where some trials lack it.

    Examples
    --------
    >>> with_unstated([2.5, 3.5], False)
    [('2.5', 2.5), ('3.5', 3.5)]
    >>> with_unstated(["flats"], True)
    [('(not stated)', ''), ('flats', 'flats')]
    """
    named = [(short(one), one) for one in options]
    return [(f"({NOT_STATED})", ""), *named] if unstated else named

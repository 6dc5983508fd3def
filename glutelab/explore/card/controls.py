"""The controls of a card: whose it is, at which speed, and against whom."""

from __future__ import annotations

import ipywidgets as widgets

from glutelab.explore.card.choices import Choices
from glutelab.explore.card.choose import EVERYONE
from glutelab.explore.card.page import Maker
from glutelab.explore.controls import drop, pick_runner, with_unstated
from glutelab.schema import axis_label
from glutelab.schema.keys import CONDITIONS, LEVELS

__all__ = ["make_controls"]


def make_controls(maker: Maker, choices: Choices) -> dict[str, widgets.Widget]:
    """Runner, conditions and side of which there are several, and the others.

    Parameters
    ----------
    maker : Maker
    choices : Choices
        What they have to be able to say.
    """
    runners = maker.runners
    controls = {"runner_id": pick_runner("Runner", _levels(runners))}
    for name in CONDITIONS:
        options = maker.options(name)
        # A speed is always known; None there is each runner's middle one.
        unstated = name in runners and bool(runners[name].isna().any()) and name != "speed_m_s"
        if len(options) + unstated > 1:
            controls[name] = drop(axis_label(name), with_unstated(options, unstated))
    sides = maker.options("side")
    if len(sides) > 1:
        controls["side"] = drop("Side", sides)
    controls["against"] = drop("Beside", _groups(maker, choices), "320px")
    return controls


def _levels(runners) -> dict[str, str]:
    return {
        str(name): str(level)
        for name, level in runners.groupby("runner_id")["level"].first().items()
    }


def _groups(maker: Maker, choices: Choices) -> list[tuple[str, object]]:
    """Groups of others by what is known of many: laboratory, level, sex."""
    people = maker.runners.drop_duplicates("runner_id")
    several = "laboratory" in people and people["laboratory"].nunique(dropna=False) > 1
    groups: list[tuple[str, object]] = [
        ("all others of the same laboratory" if several else "all others", "")
    ]
    if several:
        groups.append(("all others, laboratories pooled", EVERYONE))
    for level in LEVELS:
        n = int((people["level"] == level).sum())
        if n and n < len(people):
            groups.append((f"{level} ({n})", level))
    counts = people["sex"].value_counts() if "sex" in people else {}
    if len(counts) > 1:
        groups += [(f"{sex} ({n})", {"sex": sex}) for sex, n in counts.items()]
    known = [value for _, value in groups]
    if choices.against is not None and choices.against not in known:
        groups.append((f"as given: {choices.against}", choices.against))
    return groups

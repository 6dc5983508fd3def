"""The subplots of a figure of the screen, each as a figure of its own."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glutelab.paper import read
from glutelab.paper.axes import pair_of

__all__ = ["split_panels"]


def split_panels(figure: Mapping) -> list[dict]:
    """One figure per subplot, in the order of their titles' reading; ranges that go together stay.

    Parameters
    ----------
    figure : dict
        ``data`` and ``layout`` as plotly has them.

    Returns
    -------
    list of dict
        Each fills its plot. The title of a subplot is its title; large words across all subplots
        stand on each.

    Examples
    --------
    >>> traces = [{"x": [0], "y": [1]}, {"x": [0], "y": [5], "xaxis": "x2", "yaxis": "y2"}]
    >>> layout = {"xaxis2": {"domain": [0.6, 1]}, "yaxis2": {"matches": "y"}}
    >>> [panel["layout"]["yaxis"]["range"] for panel in split_panels({"data": traces,
    ...     "layout": layout})]
    [[0.8, 5.2], [0.8, 5.2]]
    """
    layout = figure["layout"]
    ranges = _common_ranges(figure)
    homes: dict[tuple[str, str], list[str]] = {}
    for trace in figure["data"]:
        x, y = pair_of(trace)
        under = (layout.get(_name(y)) or {}).get("overlaying") or y
        ups = homes.setdefault((x, under), [under])
        if y not in ups:
            ups.append(y)
    return [_panel(figure, x, ups, ranges) for (x, _), ups in homes.items()]


def _name(axis: str) -> str:
    return f"{axis[0]}axis{axis[1:]}"


def _panel(figure: Mapping, x: str, ups: list[str], ranges: Mapping) -> dict:
    layout = figure["layout"]
    new = {x: "x"} | {y: "y" if k == 0 else f"y{k + 1}" for k, y in enumerate(ups)}
    keep = {
        name: value
        for name, value in layout.items()
        if not name.startswith(("xaxis", "yaxis")) and name not in ("annotations", "shapes")
    }
    for old, one in new.items():
        axis = dict(layout.get(_name(old)) or {})
        if axis.get("matches") and axis.get("showticklabels") is False:
            axis.pop("showticklabels")  # the axis that showed them is in another panel
        if not axis.get("title") and (lead := layout.get(_name(axis.get("matches") or old))):
            axis["title"] = lead.get("title")
        for name in ("domain", "matches", "anchor"):
            axis.pop(name, None)
        if axis.get("overlaying"):
            axis["overlaying"] = "y"
        if axis.get("range") is None and old in ranges:
            axis["range"] = ranges[old]
        keep[_name(one)] = axis
    home = layout.get(_name(x)) or {}, layout.get(_name(ups[0])) or {}
    title, notes = "", []
    for note in layout.get("annotations", ()):
        if _is_title(note):
            title = note["text"] if _stands_over(note, *home) else title
        elif (moved := _moved(note, new, layout)) is not None:
            notes.append(moved)
    shapes = [_moved(shape, new, layout) for shape in layout.get("shapes", ())]
    keep |= {"title": {"text": title}, "annotations": notes}
    keep["shapes"] = [shape for shape in shapes if shape is not None]
    data = []
    for trace in figure["data"]:
        across, up = pair_of(trace)
        if across == x and up in ups:
            data.append(dict(trace) | {"xaxis": "x", "yaxis": new[up]})
    return {"data": data, "layout": keep}


def _is_title(note: Mapping) -> bool:
    """Subplot titles are notes on the paper, over the middle of an axis."""
    outside = note.get("xref") == note.get("yref") == "paper"
    return outside and note.get("xanchor") == "center" and note.get("yanchor") == "bottom"


def _stands_over(note: Mapping, across: Mapping, up: Mapping) -> bool:
    first, last = across.get("domain", (0, 1))
    return np.isclose(note["x"], (first + last) / 2) and np.isclose(
        note["y"], up.get("domain", (0, 1))[1]
    )


def _moved(item: Mapping, new: Mapping[str, str], layout: Mapping) -> dict | None:
    """The shape or note with the new names of its axes; None if it is another panel's.

    What runs over all panels of a column stands in each of them.
    """
    moved = dict(item)
    through = "paper" in (item.get("xref"), item.get("yref"))
    for way in "xy":
        place = item.get(f"{way}ref") or way
        axis = place.removesuffix(" domain")
        if axis == "paper":
            continue
        if through:
            axis = next((one for one in new if _go_together(layout, one, axis)), axis)
            place = axis
        if axis not in new:
            return None
        moved[f"{way}ref"] = place.replace(axis, new[axis], 1)
    return moved


def _common_ranges(figure: Mapping) -> dict[str, list[float]]:
    """Range of each axis that goes with another."""
    layout = figure["layout"]
    values: dict[str, list[np.ndarray]] = {}
    for trace in figure["data"]:
        for axis in pair_of(trace):
            own = (
                read.as_numbers(trace[axis[0]]) if trace.get(axis[0]) is not None else np.array([])
            )
            error = (trace.get(f"error_{axis[0]}") or {}).get("array")
            half = 0.0 if error is None else read.as_numbers(error)
            ends = [own - half, own + half]
            values.setdefault(_lead(layout, axis), []).extend(ends)
    followers = {name for name, axis in _axes(layout) if axis.get("matches")}
    together = followers | {_lead(layout, name) for name in followers}
    ranges = {}
    for axis in together:
        drawn = np.concatenate([np.ravel(one) for one in values.get(_lead(layout, axis), [[]])])
        drawn = drawn[np.isfinite(drawn)]
        if len(drawn):
            pad = 0.05 * (np.ptp(drawn) or 1.0)
            ranges[axis] = [float(drawn.min() - pad), float(drawn.max() + pad)]
    return ranges


def _axes(layout: Mapping):
    for name, axis in layout.items():
        if name[1:].startswith("axis") and axis:
            yield name[0] + name[5:], axis


def _go_together(layout: Mapping, one: str, other: str) -> bool:
    return one == other or _lead(layout, one) == _lead(layout, other)


def _lead(layout: Mapping, axis: str) -> str:
    return (layout.get(_name(axis)) or {}).get("matches") or axis

"""The first strides of one trial as a figure."""

from __future__ import annotations

import plotly.graph_objects as go

from glutelab.explore.drawing import note
from glutelab.explore.first_strides.band import Band, band_speeds, find_band
from glutelab.explore.first_strides.choices import Choices, checked
from glutelab.explore.first_strides.draw import draw_strides
from glutelab.explore.first_strides.trials import PANELS, Trials
from glutelab.explore.first_strides.words import find_result, find_strides
from glutelab.style import wrapped

__all__ = ["bands_of", "draw_view", "plot_first_strides"]

LINE = 18  # pixels
WIDE = 78  # characters: of a narrow window


def plot_first_strides(
    trials,
    trial: str | None = None,
    *,
    n_strides: int = 5,
    side: str = "both",
    band_m_s: float | None = None,
    findings=None,
    speeds_m_s=None,
) -> go.Figure:
    """The first strides of one trial over the band of running, with the findings beneath.

    Parameters
    ----------
    trials, n_strides, side, band_m_s, findings, speeds_m_s
        As in `FirstStrides`.
    trial : str, optional
        By default the first.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    DataError
        If there is no such trial, side or speed, or nothing to draw.

    Examples
    --------
    >>> import glutelab as gl
    >>> figure = gl.plot.first_strides(gl.load_cohort("bmc-ric"), "BMC02_T25", n_strides=3)
    >>> [trace.name for trace in figure.data[:3]]
    ['band', 'reference', 'right']
    """
    source = Trials(trials, findings, speeds_m_s)
    first = source.names[0] if trial is None else trial
    choices = checked(Choices(first, n_strides, side, band_m_s), source)
    drawn = draw_view(source, choices)
    lines = [wrapped(f"• {text}", WIDE) for text in source.findings(choices.trial)]
    panel = drawn["layout"]
    if lines:
        rows = sum(1 + line.count("<br>") for line in lines)
        room = LINE * rows + 12
        panel["margin"] = panel["margin"] | {"b": panel["margin"]["b"] + room}
        panel["height"] += room
        place = {"xanchor": "left", "yanchor": "top", "align": "left", "yshift": -44}
        panel["annotations"] = [
            *panel["annotations"],
            note("<br>".join(lines), 0.0, 0.0, **place) | {"font": {"size": 13}},
        ]
    return go.Figure(drawn)


def bands_of(source: Trials, choices: Choices) -> dict[str, Band | None]:
    """The band of each panel, at the speed that is asked for or the nearest to the trial's."""
    speed = choices.band_m_s
    if speed is None:
        known, own = band_speeds(), source.speed(choices.trial)
        middle = known[len(known) // 2]
        speed = min(known, key=lambda one: abs(one - own)) if own == own else middle
    return {name: find_band(name, speed) for name in PANELS}


def draw_view(source: Trials, choices: Choices) -> dict:
    """The figure of a view, as a dict."""
    strides = find_strides(source[choices.trial], choices.n_strides, choices.side)
    bands = bands_of(source, choices)
    shares = find_result(strides, bands).groupby("variable")["outside_pct"].max().to_dict()
    speed = source.speed(choices.trial)
    title = f"<b>{choices.trial}</b>" + (f" at {speed:.4g} m/s" if speed == speed else "")
    return draw_strides(strides, bands, shares, title=title, simulated=source.simulated)

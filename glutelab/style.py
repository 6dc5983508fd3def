"""Colors and layout, the same for every figure on the screen.

The hues are those of Okabe and Ito (2008), told apart by readers with color-vision deficiency.
"""

from __future__ import annotations

import html
import math
import textwrap
from collections.abc import Iterable

__all__ = [
    "DASHES",
    "LAYOUT",
    "LEVEL_COLORS",
    "ROW_AXIS",
    "SIDE_COLORS",
    "SYMBOLS",
    "color_of",
    "dash_of",
    "faded",
    "heading",
    "lay_out",
    "print_interval",
    "print_p",
    "symbol_of",
    "wrapped",
]

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
)
LEVEL_COLORS = {
    "recreational": ORANGE,
    "competitive": BLUE,
    "elite": VERMILION,
    "unknown": "#777777",
}
SIDE_COLORS = {"left": SKY, "right": VERMILION, "both": "#444444"}
# Ordered quantities (speeds) run from light to dark.
_STEPS = ("#9ecae1", "#4292c6", "#08519c", "#041f4a")
_OTHERS = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, BLACK)
# Beside the color, so that lines and points can be told apart in grey.
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "x")
_LEVEL_DASHES = {"recreational": "dot", "competitive": "solid", "elite": "dash"}
_LEVEL_SYMBOLS = dict(zip(LEVEL_COLORS, SYMBOLS, strict=False))

LAYOUT = {
    "template": "plotly_white",
    "font": {"family": "Arial, Helvetica, sans-serif", "size": 14, "color": "#222222"},
    "paper_bgcolor": "white",
    "plot_bgcolor": "white",
    "margin": {"l": 70, "r": 20, "t": 90, "b": 110},
    "hoverlabel": {"font_size": 13},
    # Below the figure: above it, a narrow page would lay it over the title.
    "legend": {
        "orientation": "h",
        "y": 0,
        "yref": "container",
        "yanchor": "bottom",
        "x": 0,
        "font_size": 13,
    },
}


def heading(title: str, subtitle: str = "") -> dict[str, object]:
    """Title of a figure, at the top left above the legend, with a smaller line below it.

    Parameters
    ----------
    title, subtitle : str
        The subtitle says which data are shown.

    Returns
    -------
    dict
        For ``layout.title``.
    """
    return {
        "text": title,
        "subtitle": {"text": subtitle, "font": {"size": 13, "color": "#555555"}},
        "font": {"size": 18},
        "x": 0,
        "xref": "paper",
        "y": 1,
        "yref": "container",
        "yanchor": "top",
        "pad": {"t": 14},
    }


def color_of(value: object, among: list) -> str:
    """Fixed color of a category or a step of an ordered quantity.

    Parameters
    ----------
    value : object
        The category: a level, a side, a speed.
    among : list
        All categories that are shown, in order.

    Examples
    --------
    >>> color_of("elite", ["competitive", "elite"])
    '#D55E00'
    >>> color_of(4.5, [2.5, 4.5])
    '#08519c'
    """
    for fixed in (LEVEL_COLORS, SIDE_COLORS):
        if value in fixed:
            return fixed[value]
    place = list(among).index(value)
    if isinstance(value, float | int):
        # One speed alone is drawn dark.
        steps = {1: _STEPS[2:], 2: _STEPS[::2]}.get(len(among), _STEPS)
        return steps[min(place, len(steps) - 1)]
    return _OTHERS[place % len(_OTHERS)]


def symbol_of(value: object, among: list) -> str:
    """Fixed symbol of a level; of another category, the one of its place.

    Parameters
    ----------
    value : object
    among : list
        All categories that are shown, in order.

    Examples
    --------
    >>> symbol_of("elite", ["competitive", "elite"]), symbol_of("male", ["female", "male"])
    ('diamond', 'square')
    """
    if value in _LEVEL_SYMBOLS:
        return _LEVEL_SYMBOLS[value]
    return SYMBOLS[list(among).index(value) % len(SYMBOLS)]


def dash_of(value: object, among: list) -> str:
    """Fixed dash of a level; of another category, the one of its place; of a number, none.

    Parameters
    ----------
    value : object
    among : list
        All categories that are shown, in order. One alone is drawn solid.

    Examples
    --------
    >>> dash_of("elite", ["competitive", "elite"]), dash_of("elite", ["elite"])
    ('dash', 'solid')
    """
    if len(among) == 1 or isinstance(value, float | int):
        return DASHES[0]
    if all(one in _LEVEL_DASHES for one in among):
        return _LEVEL_DASHES[str(value)]
    return DASHES[list(among).index(value) % len(DASHES)]


def faded(color: str, opacity: float) -> str:
    """The same color, transparent.

    Examples
    --------
    >>> faded("#0072B2", 0.2)
    'rgba(0, 114, 178, 0.2)'
    """
    red, green, blue = (int(color[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


# --- figures with sentences -----------------------------------------------------------------------

# A vertical axis of which each tick is a row with a name.
ROW_AXIS = {
    "ticks": "outside",
    "ticklen": 6,
    "tickcolor": "white",
    "tickfont_size": 12,
    "showgrid": False,
    "zeroline": False,
}
NARROW = 640  # pixels: no word may be cut off on a page of this width
_LINE, _TITLE_LINE = 17, 25  # pixels
_LOUD = ("confounded", "cannot tell", "not measured", "simulated")


def wrapped(text: str, width: int = 98) -> str:
    """Text broken into lines for a figure; what a browser would read as a tag is kept as text.

    Parameters
    ----------
    text : str
    width : int
        Characters; the default fills a narrow page at the size of a subtitle.

    Examples
    --------
    >>> wrapped("<b>elite</b> minus recreational", 20)
    '&lt;b&gt;elite&lt;/b&gt; minus<br>recreational'
    """
    for sign in (" ≤ ", " = ", " %", " < "):
        text = text.replace(sign, sign.replace(" ", "\u00a0"))  # a number stays with its sign
    lines = textwrap.wrap(text, width, break_on_hyphens=False)
    return "<br>".join(html.escape(line, quote=False) for line in lines)


def print_p(p: float) -> str:
    """A p value in words; never rounded across 0.05.

    Examples
    --------
    >>> print_p(0.00004), print_p(0.0312), print_p(0.4), print_p(0.998), print_p(float("nan"))
    ('p < 0.001', 'p = 0.031', 'p = 0.40', 'p > 0.99', '')
    >>> print_p(0.04996)
    'p = 0.04996'
    """
    if not math.isfinite(p):
        return ""
    if p < 0.001:
        return "p < 0.001"
    if 0.995 <= p < 1:
        return "p > 0.99"
    decimals = 3 if p < 0.1 else 2
    while p < 0.05 <= round(p, decimals) and decimals < 6:
        decimals += 1
    return f"p = {p:.{decimals}f}"


def print_interval(value: float, low: float, high: float, unit: str = "") -> str:
    """An estimate and its interval, with as many decimals as the interval deserves.

    Examples
    --------
    >>> print_interval(-0.0183, -0.0832, 0.0469, "m")
    '−0.018 [−0.083, 0.047] m'
    >>> print_interval(2.0, float("nan"), float("nan"), "°")
    '2°'
    >>> print_interval(-0.66, -1.11, -0.22, "° per °")
    '−0.66 [−1.11, −0.22]° per °'
    """
    gap = "" if not unit or unit.startswith("°") else " "
    if not math.isfinite(value):
        return ""
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{value:.3g}".replace("-", "−") + gap + unit
    half = (high - low) / 2
    decimals = max(0, 1 - math.floor(math.log10(half))) if half > 0 else 3
    rounded = (round(number, min(decimals, 6)) + 0.0 for number in (value, low, high))  # no -0.0
    one, two, three = (f"{number:.{min(decimals, 6)}f}" for number in rounded)
    return f"{one} [{two}, {three}]".replace("-", "−") + gap + unit


def lay_out(
    figure,
    title: str,
    subtitle: str,
    notes: Iterable[str] = (),
    *,
    inner: int,
    above: int = 0,
    below: int = 60,
    left: int = 70,
    right: int = 20,
    simulated: bool = False,
):
    """Give a figure its heading, margins and height, so that no sentence is cut off.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        With all its traces: the legend needs room, too.
    title, subtitle : str
    notes : iterable of str
        What has to be read with the figure: lines beneath the subtitle; those that question the
        result itself are bold.
    inner : int
        Height of the panels, pixels.
    above, below, left, right : int
        Room beside the panels for labels, pixels.
    simulated : bool
        Whether the figure says so on its face.

    Returns
    -------
    plotly.graph_objects.Figure
        The same, changed.
    """
    notes = list(notes)
    title = title[:1].upper() + title[1:]
    # The same words for a caption, before they are broken into lines.
    figure.update_layout(meta={"title": title, "subtitle": subtitle, "notes": notes})
    first = wrapped(f"SIMULATED. {title}" if simulated else title, 66)
    lines = [wrapped(subtitle), *(_note(note) for note in notes)]
    under = "<br>".join(line for line in lines if line)
    top = 30 + _TITLE_LINE * (1 + first.count("<br>")) + _LINE * (1 + under.count("<br>"))
    bottom = below + 20 * _legend_rows(figure)
    head = heading(first, under) | {
        "xref": "container",
        "pad": {"t": 14 + 12 * first.count("<br>"), "l": 14},
    }
    legend = LAYOUT["legend"] | {"x": 0.02, "xref": "container", "tracegroupgap": 0}
    figure.update_layout(**LAYOUT | {"legend": legend}, title=head)
    figure.update_layout(margin={"l": left, "r": right, "t": top + above, "b": bottom})
    if simulated:
        figure.add_annotation(
            text="SIMULATED",
            x=0.5,
            y=0.5,
            xref="paper",
            yref="paper",
            showarrow=False,
            font={"size": 54, "color": "rgba(0, 0, 0, 0.09)"},
        )
    return figure.update_layout(height=top + above + inner + bottom)


def _note(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return f"<b>{wrapped(text, 90)}</b>" if text.lower().startswith(_LOUD) else wrapped(text)


def _legend_rows(figure) -> int:
    """Rows of the legend on a narrow page; entries stand in columns of one width."""
    names = [trace.name for trace in figure.data if trace.name and trace.showlegend is not False]
    if not names:
        return 0
    widest = 50 + 7 * max(map(len, names))
    return -(-len(names) // max(1, (NARROW - 20) // widest))

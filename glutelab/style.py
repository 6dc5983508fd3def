"""Colors and layout, the same for every figure on the screen.

The hues are those of Okabe and Ito (2008), told apart by readers with color-vision deficiency.
"""

from __future__ import annotations

__all__ = ["LAYOUT", "LEVEL_COLORS", "SIDE_COLORS", "color_of", "faded", "heading"]

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


def faded(color: str, opacity: float) -> str:
    """The same color, transparent.

    Examples
    --------
    >>> faded("#0072B2", 0.2)
    'rgba(0, 114, 178, 0.2)'
    """
    red, green, blue = (int(color[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"

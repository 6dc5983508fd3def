"""What a figure of the screen holds, in the words of paper: numbers, colors, plain text."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping

import numpy as np
from matplotlib.path import Path

from glutelab.errors import DataError
from glutelab.paper.sheet import text_width

__all__ = [
    "as_color",
    "as_numbers",
    "as_text",
    "is_bold",
    "line_style",
    "marker_of",
    "wrap",
]

_DASHES = {
    "solid": "-",
    "dash": (0, (4, 2)),
    "dot": (0, (1, 1.6)),
    "dashdot": (0, (4, 1.6, 1, 1.6)),
    "longdash": (0, (7, 2)),
    "longdashdot": (0, (7, 1.6, 1, 1.6)),
}
_MARKERS = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "triangle-up": "^",
    "triangle-down": "v",
    "x": "X",
    "cross": "P",
    "star": "*",
    "line-ns": "|",
    "diamond-wide": Path([(-1, 0), (0, 0.55), (1, 0), (0, -0.55), (-1, 0)]),
}


def as_numbers(values: object) -> np.ndarray:
    """Numbers of a trace, also where they travel packed.

    Examples
    --------
    >>> as_numbers({"dtype": "f4", "bdata": "AACAPw=="})
    array([1.])
    """
    if isinstance(values, Mapping):
        data = base64.b64decode(values["bdata"])
        return np.frombuffer(data, np.dtype(f"<{values['dtype']}")).astype(float)
    array = np.asarray(list(values) if not isinstance(values, np.ndarray) else values)
    return array if array.dtype.kind in "US" else array.astype(float)


def as_color(text: str | None, opacity: float = 1.0) -> tuple[float, float, float, float]:
    """Red, green, blue and opacity, 0..1.

    Examples
    --------
    >>> as_color("rgba(255, 0, 0, 0.5)"), as_color("#0000ff", 0.5)
    ((1.0, 0.0, 0.0, 0.5), (0.0, 0.0, 1.0, 0.5))
    """
    from matplotlib.colors import to_rgba

    found = re.fullmatch(r"rgba?\(([^)]*)\)", (text or "#222222").strip())
    if found is None:
        red, green, blue, alpha = to_rgba(text or "#222222")
    else:
        parts = [float(part) for part in found[1].split(",")]
        red, green, blue = (part / 255 for part in parts[:3])
        alpha = parts[3] if len(parts) > 3 else 1.0
    return red, green, blue, alpha * opacity


def as_text(text: str) -> str:
    r"""Text without tags; a line break stays one.

    Examples
    --------
    >>> as_text("A hip <b>5.1°</b><br>p &lt; 0.001")
    'A hip 5.1°\np < 0.001'
    """
    text = re.sub(r"<br\s*/?>", "\n", text)
    return html.unescape(re.sub(r"</?(?:b|i|sub|sup|span)[^>]*>", "", text))


def is_bold(text: str) -> bool:
    """Whether all of the text is bold."""
    return bool(re.fullmatch(r"\s*<b>[^<]*</b>\s*", text))


def line_style(dash: str | None):
    """Dashes as matplotlib takes them; lengths in pixels are halved.

    Examples
    --------
    >>> line_style("dash"), line_style("4px,3px")
    ((0, (4, 2)), (0, (2.0, 1.5)))
    """
    name = dash or "solid"
    if name in _DASHES:
        return _DASHES[name]
    if not re.fullmatch(r"\d+(px)?([ ,]+\d+(px)?)+", name):
        raise DataError(f"a line of type {name!r} is not drawn on paper.")
    return 0, tuple(int(number) / 2 for number in re.findall(r"\d+", name))


def marker_of(symbol: str | None) -> tuple[str | Path, bool]:
    """Letter of a symbol, and whether it is open.

    Examples
    --------
    >>> marker_of("square-open")
    ('s', True)
    """
    name = symbol or "circle"
    plain = name.removesuffix("-open")
    if plain not in _MARKERS:
        raise DataError(f"a dot of type {name!r} is not drawn on paper.")
    return _MARKERS[plain], plain != name


def wrap(text: str, size: float, width: float) -> list[str]:
    """Lines no wider than ``width`` mm at this size in points.

    Examples
    --------
    >>> wrap("46 runners; r = 0.25", 7.5, 18)
    ['46 runners; r', '= 0.25']
    """
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in filter(None, re.split(r"[ \t]+", paragraph)):  # a hard space stays
            longer = f"{line} {word}".strip()
            if line and text_width(longer, size) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines

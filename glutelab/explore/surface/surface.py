"""A widget that holds one plotly figure.

plotly's own FigureWidget sends its traces piece by piece, and on its first display pieces get lost:
it draws zeros, or nothing (plotly.py issues 4933 and 4998). Here the whole figure is one value of
the widget, so that a page that knows the widget knows the figure, whenever it appears.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import anywidget
import ipywidgets
import plotly.graph_objects as go
import traitlets

from glutelab.explore.static import static_pages

__all__ = ["Surface", "prepare_page"]

HERE = Path(__file__).parent


class _Plotly(anywidget.AnyWidget):
    """plotly.js of the installed plotly; one per kernel, shared by all surfaces."""

    _esm = HERE / "surface.js"
    script = traitlets.Bytes().tag(sync=True)


@cache
def prepare_page() -> _Plotly:
    """Send plotly.js to the page, which needs a second for it, and best has it before figures."""
    if static_pages():  # nobody will draw, and executed notebooks keep what widgets hold
        return _Plotly()
    script = files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()
    return _Plotly(script=gzip.compress(script, 3))


class Surface(anywidget.AnyWidget):
    """A figure in a notebook that can be replaced, and that tells which points were chosen.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure or dict
        ``data`` and ``layout``; a dict goes to the page as it is, which is several times as fast.
        Points that can be chosen carry their name in ``customdata``.
    label : str
        What a screen reader says.
    on_choose : callable, optional
        Called with the list of names after a click, a lasso or a box; empty after a double click.

    Notes
    -----
    While one figure is drawn, only the newest of those that follow is kept. Axes that the reader
    has zoomed stay so as long as ``layout.uirevision`` is the same.
    """

    _esm = HERE / "surface.js"
    _css = HERE / "surface.css"
    _figure = traitlets.Unicode().tag(sync=True)
    _source = traitlets.Instance(ipywidgets.Widget).tag(
        sync=True, **ipywidgets.widget_serialization
    )
    label = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        figure: go.Figure | dict,
        label: str = "",
        on_choose: Callable[[Sequence[str]], None] | None = None,
    ):
        super().__init__(_source=prepare_page(), label=label, _figure=_text(figure))
        self._on_choose = on_choose
        self.on_msg(self._receive)

    def draw(self, figure: go.Figure | dict) -> None:
        """Show another figure in place of this one."""
        self._figure = _text(figure)

    def _receive(self, _, content: dict, buffers) -> None:
        if content.get("type") == "choose" and self._on_choose:
            self._on_choose([str(name) for name in content["names"]])


def _text(figure: go.Figure | dict) -> str:
    return json.dumps(figure) if isinstance(figure, dict) else figure.to_json()

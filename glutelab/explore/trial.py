"""One recording, sample by sample."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from glutelab.style import LAYOUT, SIDE_COLORS, color_of

__all__ = ["plot_signals"]


def plot_signals(
    signals: Mapping[str, np.ndarray],
    rate_hz: float,
    *,
    label: str,
    events: pd.DataFrame | None = None,
    from_s: float = 0.0,
    to_s: float | None = None,
) -> go.Figure:
    """Signals over time, with foot strikes (solid) and toe-offs (dotted).

    Parameters
    ----------
    signals : dict of str to ndarray, shape (n_samples,)
        Name in the legend, values.
    rate_hz : float
        Samples per second.
    label : str
        Label of the vertical axis, with unit.
    events : DataFrame, optional
        ``event, side, time_s``.
    from_s, to_s : float
        Stretch that is shown, seconds.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> import numpy as np
    >>> import glutelab as gl
    >>> force = 1800 * np.abs(np.sin(np.arange(300) / 30))
    >>> figure = gl.plot.signals({"vertical": force}, 300, label="Force (N)", to_s=0.5)
    >>> figure.layout.yaxis.title.text, len(figure.data[0].x)
    ('Force (N)', 151)
    """
    figure = go.Figure()
    for name, values in signals.items():
        time = np.arange(len(values)) / rate_hz
        shown = (time >= from_s) & (time <= (to_s if to_s is not None else time[-1]))
        figure.add_scatter(
            x=time[shown],
            y=np.asarray(values)[shown],
            mode="lines",
            name=name,
            line={"color": color_of(name, list(signals)), "width": 2},
        )
    if events is not None:
        end = to_s if to_s is not None else np.inf
        for event in events[events["time_s"].between(from_s, end)].itertuples():
            dash = "solid" if event.event == "foot_strike" else "dot"
            line = {"color": SIDE_COLORS[event.side], "width": 1, "dash": dash}
            figure.add_vline(x=event.time_s, line=line)
    figure.update_layout(**{**LAYOUT, "margin": {"l": 70, "r": 20, "t": 20, "b": 90}}, height=380)
    figure.update_xaxes(title="Time (s)")
    figure.update_yaxes(title=label)
    return figure

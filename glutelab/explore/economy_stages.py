"""The stages of a test: breaths, the windows that cost was taken from, and why some were not."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from glutelab.errors import DataError
from glutelab.style import BLACK, BLUE, VERMILION, faded, lay_out

__all__ = ["plot_economy_stages"]

PANEL = 330  # pixels
NEEDED = ("stage", "window_start_s", "window_end_s", "vo2_ml_min", "accepted", "reason")
LABEL_SHARE = 0.13  # of a narrow page's axis, taken by the label of a stage
LABEL_LINE = 15


def plot_economy_stages(economy: pd.DataFrame, breaths: pd.DataFrame) -> go.Figure:
    """Oxygen uptake of each breath, with the window of each stage, accepted or refused.

    Parameters
    ----------
    economy : DataFrame
        From `running_economy`: one row per stage.
    breaths : DataFrame or GasExchange
        What it was computed from: ``time_s`` and ``vo2_ml_min``.

    Returns
    -------
    plotly.graph_objects.Figure
        Accepted windows are filled, with their mean as a line; refused ones have a dotted
        frame; standing has none. The reason of each refusal, and what has to be said of an
        accepted stage, stand beneath the title, by the number of the stage.

    Raises
    ------
    DataError
        If it is given other tables.

    Examples
    --------
    >>> import glutelab as gl
    >>> gas, truth = gl.economy.simulate_step_test([3.0, 3.5], seed=1)
    >>> figure = gl.plot.economy_stages(gl.running_economy(gas), gas)
    >>> figure.layout.title.text
    'SIMULATED. Oxygen uptake: 2 of 2 running stages give economy'
    """
    table, rows = _check(economy, breaths)
    figure = go.Figure()
    minutes = rows["time_s"] / 60
    figure.add_scatter(
        x=minutes,
        y=rows["vo2_ml_min"],
        mode="markers",
        marker={"color": "#888888", "size": 4, "opacity": 0.7},
        name="breath",
        hovertemplate="%{x:.2f} min, %{y:.0f} ml/min<extra></extra>",
    )
    ends = [float(minutes.min()), float(minutes.max())]
    standing = _is_standing(table)
    table = table[~standing]
    for accepted in (True, False):
        _draw_windows(figure, table[table["accepted"] == accepted], accepted)
    lines = _label_windows(figure, table, ends)
    figure.update_xaxes(title="Time (min)", range=_padded(ends), zeroline=False)
    figure.update_yaxes(title="Oxygen uptake (ml/min)", rangemode="tozero", ticksuffix=" ")
    count, stood = int(table["accepted"].sum()), int(standing.sum())
    rest = (
        [f"{stood} {'stage' if stood == 1 else 'stages'} of standing not shown."] if stood else []
    )
    simulated = "simulated" in table and bool(table["simulated"].fillna(False).astype(bool).any())
    return lay_out(
        figure,
        f"Oxygen uptake: {count} of {len(table)} running stages give economy",
        _how(table),
        [*_notes(table), *rest],
        inner=PANEL,
        above=LABEL_LINE * lines + 8,
        left=80,
        simulated=simulated,
    )


def _check(economy: object, breaths: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    breaths = getattr(breaths, "breaths", breaths)
    missing = [n for n in NEEDED if not isinstance(economy, pd.DataFrame) or n not in economy]
    if missing or economy.empty:
        raise DataError("no stages were given. Expected the table of running_economy(gas).")
    known = isinstance(breaths, pd.DataFrame) and {"time_s", "vo2_ml_min"} <= set(breaths)
    if not known or breaths.empty:
        raise DataError(
            "no breaths were given. Expected time_s and vo2_ml_min, as read_gas_exchange gives: "
            "plot_economy_stages(running_economy(gas), gas)."
        )
    return economy.reset_index(drop=True).assign(
        accepted=economy["accepted"].to_numpy(bool)
    ), breaths


def _padded(ends: list[float]) -> list[float]:
    pad = 0.02 * (ends[1] - ends[0])
    return [ends[0] - pad, ends[1] + pad]


def _draw_windows(figure: go.Figure, rows: pd.DataFrame, accepted: bool) -> None:
    if rows.empty:
        return
    color = BLUE if accepted else VERMILION
    for row in rows.itertuples():
        figure.add_shape(
            type="rect",
            x0=row.window_start_s / 60,
            x1=row.window_end_s / 60,
            y0=0,
            y1=1,
            yref="paper",
            layer="below",
            fillcolor=faded(color, 0.18 if accepted else 0.07),
            line={"color": color, "width": 1.5, "dash": "solid" if accepted else "dot"},
        )
    figure.add_scatter(
        x=np.column_stack(
            [rows["window_start_s"] / 60, rows["window_end_s"] / 60, np.full(len(rows), np.nan)]
        ).ravel(),
        y=np.repeat(rows["vo2_ml_min"].to_numpy(float), 3),
        mode="lines",
        line={
            "color": BLACK if accepted else VERMILION,
            "width": 3 if accepted else 2,
            "dash": "solid" if accepted else "dot",
        },
        name="mean of an accepted window" if accepted else "mean of a refused window",
        hovertemplate="%{y:.0f} ml/min<extra></extra>",
    )


def _label_windows(figure: go.Figure, table: pd.DataFrame, ends: list[float]) -> int:
    """Number, speed and verdict above each window, in as many lines as they need."""
    width = LABEL_SHARE * (ends[1] - ends[0])
    taken: list[float] = []
    middle = (table["window_start_s"] + table["window_end_s"]) / 120
    for row, center in zip(table.itertuples(), middle, strict=True):
        center = float(np.clip(center, ends[0] + width / 2, ends[1] - width / 2))
        level = next(
            (k for k, right in enumerate(taken) if right <= center - width / 2), len(taken)
        )
        taken[level : level + 1] = [center + width / 2]
        speed = getattr(row, "speed_m_s", np.nan)
        at = f"{speed:.3g} m/s" if np.isfinite(speed) else "ramp"
        sign = "✓" if row.accepted else "✗"
        figure.add_annotation(
            text=f"<b>{row.stage}</b>: {at} {sign}",
            x=center,
            y=1,
            xref="x",
            yref="paper",
            yanchor="bottom",
            yshift=2 + LABEL_LINE * level,
            showarrow=False,
            font={"size": 11, "color": BLUE if row.accepted else VERMILION},
        )
    return len(taken)


def _how(table: pd.DataFrame) -> str:
    parts = ["The window of each stage is what its cost was taken from"]
    for name, head in (("mass_kg", "body mass"), ("equation", "energy by"), ("baseline", "")):
        known = table[name].dropna().unique() if name in table else []
        if len(known) == 1:
            value = f"{known[0]:g} kg" if name == "mass_kg" else str(known[0])
            parts.append(f"{head} {value}".strip())
    return "; ".join(parts)


def _notes(table: pd.DataFrame) -> list[str]:
    """Why stages were refused, and what has to be said of others; the same said once for all."""
    said: dict[str, list[tuple[int, str]]] = {}
    for row in table.itertuples():
        caution = getattr(row, "caution", "")
        text = str(row.reason) if not row.accepted else caution if isinstance(caution, str) else ""
        if text:
            key = ("" if row.accepted else "refused, ") + re.sub(r" \([^)]*\)", "", text)
            said.setdefault(key, []).append((row.stage, text))
    notes = []
    for key, stages in said.items():
        names = ", ".join(str(stage) for stage, _ in stages)
        head = f"Stages {names}" if len(stages) > 1 else f"Stage {names}"
        text = key if len(stages) > 1 else f"{key.partition('refused, ')[1]}{stages[0][1]}"
        notes.append(f"{head}: {text.rstrip('.')}.")
    return notes


def _is_standing(table: pd.DataFrame) -> pd.Series:
    speed = table["speed_m_s"] if "speed_m_s" in table else pd.Series(np.nan, table.index)
    return speed == 0

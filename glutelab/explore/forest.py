"""Studies, their mean, and what others pooled: a forest plot of `pool_effects`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from glutelab.errors import DataError
from glutelab.evidence.result import PooledEffects
from glutelab.evidence.scales import SCALES
from glutelab.evidence.words import (
    name_question,
    say_levels,
    say_mean,
    say_not_pooled,
    say_spread,
)
from glutelab.explore.forest_marks import (
    QUIET,
    draw_margin,
    draw_mean,
    draw_prediction,
    draw_references,
    draw_studies,
    draw_zero,
)
from glutelab.explore.notes import say_instead
from glutelab.style import ROW_AXIS, lay_out, print_interval, wrapped

__all__ = ["plot_forest"]

LABEL_WIDTH, TEXT_WIDTH = 26, 26  # characters
LEFT, RIGHT = 200, 205  # pixels
ROW = 40
# What the other side of zero is called.
_OPPOSITE = {"higher": "lower", "more": "less", "longer": "shorter", "greater": "smaller"}


def plot_forest(pooled: PooledEffects) -> go.Figure:
    """Forest plot: each study, their mean, where a further one would lie, and what others pooled.

    Parameters
    ----------
    pooled : PooledEffects
        From `pool_effects`.

    Returns
    -------
    plotly.graph_objects.Figure
        A row per study: a square whose area is its weight, with its interval at the level of the
        result; hollow and dashed, with the reason, where it was not pooled. Below them the mean as
        a diamond as wide as its interval, the prediction interval as a bar, and published
        meta-analyses as hollow diamonds with a dotted line through the studies. Numbers and weights
        stand at the right; beneath the axis, what its two directions mean. A grey band is what is
        too small to matter, if a margin was given.

    Raises
    ------
    DataError
        If it is given something else.

    Examples
    --------
    >>> import pandas as pd
    >>> import glutelab as gl
    >>> effects = pd.DataFrame({"study": ["Lab A", "Lab B", "Lab C"], "effect": "r"})
    >>> pooled = gl.pool_effects(effects.assign(value=[0.3, 0.1, 0.4], n=[28, 46, 19]))
    >>> list(gl.plot.forest(pooled).layout.yaxis.ticktext)[-2:]
    ['<b>Mean of 3 studies</b>', 'A further study']
    """
    if not isinstance(pooled, PooledEffects):
        kind = type(pooled).__name__
        raise DataError(f"a {kind} was given. Expected what glutelab.pool_effects(...) gives.")
    rows = _rows(pooled)
    if not np.isfinite(rows["value"]).any():
        return say_instead(pooled.reason or "Cannot tell: no study gives a number.")
    figure = go.Figure()
    draw_margin(figure, pooled.equivalence_margin)
    draw_zero(figure, rows)
    draw_references(figure, rows)
    draw_studies(figure, rows[rows["kind"] == "pooled"], apart=False)
    draw_studies(figure, rows[rows["kind"] == "listed"], apart=True)
    draw_mean(figure, rows)
    draw_prediction(figure, rows)
    _write_numbers(figure, rows, pooled)
    kind = SCALES[pooled.effect].name if pooled.effect in SCALES else "Effect"
    title = f"{kind} ({pooled.unit})" if pooled.unit else kind
    figure.update_xaxes(title={"text": title, "standoff": 34}, range=_range(rows), zeroline=False)
    _write_directions(figure, pooled)
    figure.update_yaxes(
        range=[len(rows) - 0.4, -0.6],
        tickvals=list(range(len(rows))),
        ticktext=[_label(row) for row in rows.itertuples()],
        **ROW_AXIS,
    )
    return lay_out(
        figure,
        name_question(pooled),
        _subtitle(pooled),
        _notes(pooled),
        inner=ROW * len(rows) + 24,
        above=30,
        below=88,
        left=LEFT,
        right=RIGHT,
        simulated=pooled.simulated,
    )


# --- rows -----------------------------------------------------------------------------------------


def _rows(pooled: PooledEffects) -> pd.DataFrame:
    """``kind, label, under, value, low, high, confidence, weight_pct, reason``, top to bottom."""
    rows = []
    for row in pooled.studies.itertuples():
        n = f"n = {row.n:g}" if np.isfinite(row.n) else ""
        made = "simulated" if row.simulated else ""
        known = np.isfinite(row.low)
        rows.append(
            {
                "kind": "pooled" if row.pooled else "listed",
                "label": row.study,
                "under": ", ".join(filter(None, [n, made])),
                "value": row.value,
                "low": row.low if known else row.ci_low,
                "high": row.high if known else row.ci_high,
                "confidence": pooled.confidence if known else row.confidence,
                "weight_pct": row.weight_pct,
                "reason": row.reason,
            }
        )
    mean = pooled.table.iloc[0]
    blank = {"under": "", "confidence": pooled.confidence, "weight_pct": np.nan, "reason": ""}
    if pooled.k > 1:
        limits = {"value": mean["estimate"], "low": mean["ci_low"], "high": mean["ci_high"]}
        rows.append(blank | limits | {"kind": "mean", "label": f"Mean of {pooled.k} studies"})
    if np.isfinite(mean["prediction_low"]):
        limits = {"low": mean["prediction_low"], "high": mean["prediction_high"]}
        rows.append(blank | limits | {"kind": "ahead", "label": "A further study", "value": np.nan})
    for row in pooled.references.itertuples():
        of = (
            f"meta-analysis of {row.n_studies:g}" if np.isfinite(row.n_studies) else "meta-analysis"
        )
        limits = {"value": row.value, "low": row.ci_low, "high": row.ci_high}
        about = {"kind": "beside", "label": row.study, "under": of, "confidence": row.confidence}
        rows.append(blank | limits | about)
    return pd.DataFrame(rows, columns=[*blank, "kind", "label", "value", "low", "high"])


def _label(row) -> str:
    label = wrapped(row.label, LABEL_WIDTH)
    label = f"<b>{label}</b>" if row.kind == "mean" else label
    if not row.under:
        return label
    return (
        f'{label}<br><span style="font-size: 11px; color: {QUIET}">{wrapped(row.under, 30)}</span>'
    )


def _range(rows: pd.DataFrame) -> list[float]:
    shown = rows[["value", "low", "high"]].to_numpy(float)
    shown = np.append(shown[np.isfinite(shown)], 0.0)
    span = np.ptp(shown) or 1.0
    # Both sides of zero are seen, as both are named beneath the axis.
    low, high = shown.min() - 0.06 * span, shown.max() + 0.06 * span
    return [float(min(low, -0.15 * span)), float(max(high, 0.15 * span))]


# --- words ----------------------------------------------------------------------------------------


def _write_numbers(figure: go.Figure, rows: pd.DataFrame, pooled: PooledEffects) -> None:
    """At the right: value and interval, its level if it is another, and the weight."""
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 10, "align": "left"}
    head = f"<b>Effect [{100 * pooled.confidence:g} % interval]</b><br>weight"
    _write(figure, head, y=1, yref="paper", yanchor="bottom", yshift=4, **place)
    for row in rows.itertuples():
        text = print_interval(row.value, row.low, row.high)
        if row.kind == "ahead":
            middle = print_interval((row.low + row.high) / 2, row.low, row.high)
            text = middle[middle.index("[") :]
        under = f"{row.weight_pct:.0f} %" if np.isfinite(row.weight_pct) else ""
        if row.kind == "listed":
            under = "not pooled"
        elif np.isfinite(row.low) and not np.isclose(row.confidence, pooled.confidence):
            under = f"{100 * row.confidence:g} % interval"
        elif row.kind == "beside":
            under = "" if np.isfinite(row.low) else "no interval was read"
        lines = [text, wrapped(under, TEXT_WIDTH)]
        _write(figure, "<br>".join(filter(None, lines)), y=row.Index, **place)


def _write_directions(figure: go.Figure, pooled: PooledEffects) -> None:
    """Beneath the axis, what is on either side of zero."""
    right = pooled.positive_means
    if not right:
        return
    first, _, rest = right.partition(" ")
    left = f"{_OPPOSITE[first]} {rest}".strip() if first in _OPPOSITE else ""
    place = {"yref": "paper", "y": 0, "yanchor": "top", "yshift": -24, "color": QUIET}
    # At the ends of the axis: around a zero near its edge there would be no room.
    _write(figure, f"{right} →", x=1, xref="paper", xanchor="right", **place)
    if left:
        _write(figure, f"← {left}", x=0, xref="paper", xanchor="left", **place)


def _write(figure: go.Figure, text: str, color: str = "#222222", **place) -> None:
    figure.add_annotation(
        text=text,
        showarrow=False,
        font={"size": 12, "color": color},
        bgcolor="rgba(255, 255, 255, 0.85)",
        **place,
    )


def _subtitle(pooled: PooledEffects) -> str:
    parts = [f"at {pooled.speed}" if pooled.speed[:1].isdigit() else pooled.speed]
    parts += [f"adjusted for {pooled.adjusted_for}" if pooled.adjusted_for else ""]
    if np.isfinite(pooled.n_runners) and pooled.k:
        parts.append(f"{pooled.n_runners:g} runners")
    return "; ".join(filter(None, parts))


def _notes(pooled: PooledEffects) -> list[str]:
    said = [pooled.reason]
    if pooled.answerable:
        # What positive means stands at the axis.
        mean = [one for one in say_mean(pooled) if not one.startswith("Positive means")]
        said = [*mean, *say_spread(pooled), *say_levels(pooled)]
    return [*said, *say_not_pooled(pooled), *pooled.warnings]

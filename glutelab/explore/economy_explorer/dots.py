"""Cost against posture, both beyond what covariates predict: a dot per runner."""

from __future__ import annotations

import html

import numpy as np
import pandas as pd

from glutelab.explore.drawing import empty, in_groups, layout, packed, watermark
from glutelab.explore.economy_explorer.choices import Choices
from glutelab.models.economy import EconomyFit
from glutelab.models.posture import name_measure
from glutelab.schema import unit
from glutelab.style import GREEN, color_of, faded, print_interval, print_p, symbol_of, wrapped

__all__ = ["HEIGHT", "LEGEND", "LOW", "MARGIN", "draw_dots"]

MANY = 400  # dots; from here on the graphics card draws them
HEIGHT, LOW = 440, 140  # pixels, of a figure and of one that says why it is none
LEGEND = {"orientation": "h", "y": -0.27, "yanchor": "top", "x": 0, "font": {"size": 12}}
MARGIN = {"l": 64, "r": 16, "t": 44, "b": 108}


def draw_dots(
    dots: pd.DataFrame,
    levels: pd.Series,
    choices: Choices,
    *,
    reason: str = "",
    fit: EconomyFit | None = None,
    planted: float = np.nan,
    made_up: bool = False,
) -> dict:
    """The dots, and the line of the model as soon as it is fitted.

    Parameters
    ----------
    dots : DataFrame
        Of `glance` or `added_variable`.
    levels : Series
        Level by name of the runner.
    choices : Choices
    reason : str
        Why there is nothing to draw.
    fit : EconomyFit, optional
        While it is not there, the line of least squares is dashed.
    planted : float
        Slope that simulated runners were given; NaN if it is not known.
    made_up : bool

    Returns
    -------
    dict
        ``data`` and ``layout``.
    """
    if fit is not None and not fit.answerable:
        reason = fit.reason
    if reason or dots.empty:
        return empty(wrapped(reason or "Cannot tell: no runner has all of this.", 52), LOW)
    x, y = (dots[name].to_numpy(float) for name in ("posture_left", "cost_left"))
    data = _line(x, y, fit)
    if np.isfinite(planted):
        ends = np.array([x.min(), x.max()])
        line = {"color": GREEN, "width": 3, "dash": "dot"}
        name = f"planted truth: {planted:+.3g}".replace("-", "−")
        data.append(_silent(ends, planted * ends, line=line, name=name, showlegend=True))
    data += _marks(dots, x, y, levels, choices.selected)
    beyond = "beyond covariates" if choices.adjust_for else "from the mean"
    panel = layout(
        _axis(choices.posture, beyond),
        _axis(choices.outcome, beyond),
        title=_title(len(dots), fit),
        height=HEIGHT,
        revision=f"{choices.posture}|{choices.outcome}|{choices.adjust_for}",
        dragmode="lasso",
        clickmode="event",
        legend=LEGEND,
        margin=MARGIN,
    )
    if made_up:
        panel["annotations"] = [watermark()]
    return {"data": data, "layout": panel}


def _marks(dots: pd.DataFrame, x, y, levels: pd.Series, selected: tuple[str, ...]) -> list[dict]:
    names = dots["runner_id"].astype(str).to_numpy(object)
    chosen = np.isin(names, selected)
    many = len(names) > MANY
    marks = []
    order = in_groups(levels.reindex(names).astype(object).where(lambda one: one.notna(), None))
    for level, places in order.items():
        marks.append(
            {
                "type": "scattergl" if many else "scatter",
                "mode": "markers",
                "x": packed(x[places]),
                "y": packed(y[places]),
                "customdata": names[places].tolist(),
                "name": f"{html.escape(level)} (n = {len(places)})",
                "marker": {
                    "color": color_of(level, list(order)),
                    "symbol": symbol_of(level, list(order)),
                    "size": 6 if many else 9,
                    "opacity": 0.85,
                },
                "selected": {"marker": {"size": 13, "opacity": 1.0}},
                "unselected": {"marker": {"opacity": 0.22}},
                "selectedpoints": np.flatnonzero(chosen[places]).tolist() if chosen.any() else None,
                "hovertemplate": f"%{{customdata}} ({html.escape(level)})<br>%{{x:+.3g}}, "
                "%{y:+.3g}<extra></extra>",
            }
        )
    return marks


def _line(x: np.ndarray, y: np.ndarray, fit: EconomyFit | None) -> list[dict]:
    ends = np.array([x.min(), 0.0, x.max()])
    if fit is None:
        slope = (x @ y) / (x @ x) if x.any() else 0.0
        return [_silent(ends, slope * ends, line={"color": "#777777", "dash": "dash"})]
    row = fit.posture.iloc[0]
    low, high = ends * row["ci_low"], ends * row["ci_high"]
    band = []
    if np.isfinite(low).all():
        around = (np.append(ends, ends[::-1]), np.append(low, high[::-1]))
        more = {"fill": "toself", "fillcolor": faded("#777777", 0.2), "line": {"width": 0}}
        band = [_silent(*around, **more)]
    return [*band, _silent(ends, row["estimate"] * ends, line={"color": "#444444", "width": 2.5})]


def _silent(x: np.ndarray, y: np.ndarray, **more) -> dict:
    about = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False}
    return {**about, "x": packed(x), "y": packed(y), **more}


def _title(n: int, fit: EconomyFit | None) -> str:
    if fit is None:
        return f"{n} runners; fitting …"
    row = fit.posture.iloc[0]
    number = print_interval(row["estimate"], row["ci_low"], row["ci_high"], row["unit"])
    return html.escape(f"{n} runners; {number}, {print_p(row['p'])}", quote=False)


def _axis(name: str, beyond: str) -> str:
    return f"{name_measure(name)}, {beyond} ({unit(name)})"

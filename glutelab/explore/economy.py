"""Running economy: the model's dots and line, and the stages that cost was taken from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from glutelab.contrasts.caveats import is_simulated
from glutelab.errors import DataError
from glutelab.models.economy import EconomyFit, added_variable
from glutelab.models.posture import name_measure
from glutelab.schema import unit
from glutelab.style import (
    BLACK,
    BLUE,
    GREEN,
    LEVEL_COLORS,
    color_of,
    faded,
    lay_out,
    print_interval,
    print_p,
    symbol_of,
    wrapped,
)

__all__ = ["planted_slope", "plot_economy"]

PANEL = 380  # pixels
# The planted total runs through these; a model that is adjusted for them estimates something else.
_THROUGH = ("hip_extension", "thigh_extension", "pelvic_tilt", "hip_range")


def plot_economy(
    fit: EconomyFit, runners: pd.DataFrame | None = None, *, truth: float | Mapping | None = None
) -> go.Figure:
    """Cost against posture, both beyond what the covariates predict: one dot per runner.

    Parameters
    ----------
    fit : EconomyFit
        From `fit_economy`.
    runners : DataFrame, optional
        The table that was fitted: levels color the dots, and a simulated table brings the planted
        truth with it.
    truth : float or mapping, optional
        What was planted, unit of cost per unit of posture; or ``cohort.about["truth"]``.

    Returns
    -------
    plotly.graph_objects.Figure
        Dots and their hover with the runner's name; the line of the model with the confidence
        band of its slope; the planted truth as a dashed line. Coefficient, verdict and warnings
        stand beneath the title. Where there is no answer, the reason takes the place of the dots.

    Raises
    ------
    DataError
        If it is given something else than the result of `fit_economy`.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.simulate_runners(30, seed=1)
    >>> fit = gl.fit_economy(runners, "standing_pelvic_tilt_deg", adjust_for=["level"])
    >>> [trace.name for trace in gl.plot.economy(fit, runners).data if trace.name][-1]
    'planted truth: +0.0102 J/kg/m per °'
    """
    if not isinstance(fit, EconomyFit):
        raise DataError(
            f"a {type(fit).__name__} was given. Expected the result of "
            "fit_economy(runners, posture='standing_pelvic_tilt_deg')."
        )
    dots = added_variable(fit)
    figure = go.Figure()
    planted = planted_slope(fit, runners, truth)
    if fit.answerable:
        _draw_line(figure, fit, dots)
        _draw_dots(figure, fit, _with_levels(dots, runners))
        _draw_truth(figure, dots, planted, fit.posture.iloc[0]["unit"])
    else:
        _say_why_not(figure, fit.reason)
    beyond = "beyond covariates" if fit.adjusted_for else "from the mean"
    figure.update_xaxes(title=_axis(fit.measure, beyond), zeroline=False)
    figure.update_yaxes(title=_axis(fit.outcome, beyond), zeroline=False, ticksuffix=" ")
    warned = any(text.lower().startswith("simulated") for text in fit.warnings)
    simulated = warned or (runners is not None and "cohort" in runners and is_simulated(runners))
    return lay_out(
        figure,
        fit.title,
        _subtitle(fit),
        _notes(fit),
        inner=PANEL,
        left=80,
        simulated=simulated,
    )


def _axis(name: str, beyond: str) -> str:
    label, of = name_measure(name), unit(name)
    return wrapped(f"{label}, difference {beyond}" + (f" ({of})" if of else ""), 58)


def _subtitle(fit: EconomyFit) -> str:
    if not fit.answerable:
        return f"{fit.n_runners} runners"
    row = fit.posture.iloc[0]
    number = print_interval(row["estimate"], row["ci_low"], row["ci_high"], row["unit"])
    speeds = ", one dot is the mean over speeds" if fit.kind == "mixed model" else ""
    return (
        f"{fit.n_runners} runners{speeds}; between runners {number}, {print_p(row['p'])}; "
        f"standardized {row['standardized']:+z.2f}".replace("-", "−")
    )


def _notes(fit: EconomyFit) -> list[str]:
    if not fit.answerable:
        return list(fit.warnings)
    last = "These are associations; none of them shows an effect."
    return [f"Verdict: {fit.verdict_with_doubts}.", *fit.warnings, last]


def _with_levels(dots: pd.DataFrame, runners: pd.DataFrame | None) -> pd.DataFrame:
    if runners is None or not {"runner_id", "level"} <= set(runners):
        return dots.assign(level="")
    keys = [name for name in ("cohort", "runner_id") if name in runners]
    known = runners[[*keys, "level"]].drop_duplicates(keys).astype(str)
    return dots.merge(known, on=keys, how="left").fillna({"level": ""})


def _draw_line(figure: go.Figure, fit: EconomyFit, dots: pd.DataFrame) -> None:
    row = fit.posture.iloc[0]
    ends = np.array([dots["posture_left"].min(), 0.0, dots["posture_left"].max()])
    low, high = (ends * row[name] for name in ("ci_low", "ci_high"))
    if np.isfinite(low).all():
        figure.add_scatter(
            x=np.concatenate([ends, ends[::-1]]),
            y=np.concatenate([low, high[::-1]]),
            fill="toself",
            fillcolor=faded("#444444", 0.18),
            line={"width": 0},
            mode="lines",
            name=f"{100 * fit.confidence:g} % interval of the slope",
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=ends,
        y=ends * row["estimate"],
        mode="lines",
        line={"color": BLACK, "width": 2.5},
        name=f"estimate: {row['estimate']:+.3g} {row['unit']}".replace("-", "−"),
        hoverinfo="skip",
    )


def _draw_dots(figure: go.Figure, fit: EconomyFit, dots: pd.DataFrame) -> None:
    found = {str(level) for level in dots["level"]}
    levels = [level for level in LEVEL_COLORS if level in found]
    levels += sorted(found.difference(levels))
    for level in levels:
        rows = dots[dots["level"] == level]
        color = color_of(level, levels) if level else BLUE
        figure.add_scatter(
            x=rows["posture_left"],
            y=rows["cost_left"],
            mode="markers",
            marker={"color": color, "size": 9, "symbol": symbol_of(level, levels)},
            customdata=[wrapped(name, 60) for name in rows["runner_id"].astype(str)],
            hovertemplate=f"%{{customdata}}<br>%{{x:.3g}} {unit(fit.measure)}, %{{y:.3g}} "
            f"{unit(fit.outcome)}<extra>{wrapped(level, 30)}</extra>",
            name=f"{wrapped(level or 'runner', 30)} (n = {len(rows)})",
            showlegend=bool(level),
        )


def planted_slope(fit: EconomyFit, runners, truth) -> float:
    """What was planted, if it is what this model estimates; else NaN.

    Parameters
    ----------
    fit : EconomyFit
    runners, truth
        As in `gl.plot.economy`.
    """
    if isinstance(truth, int | float):
        return float(truth)
    if truth is None and isinstance(runners, pd.DataFrame):
        truth = runners.attrs.get("truth")
    through = any(part in name for name in fit.adjusted_for for part in _THROUGH)
    same = (fit.measure, fit.outcome) == ("standing_pelvic_tilt_deg", "energy_cost_j_kg_m")
    if not isinstance(truth, Mapping) or through or not same:
        return np.nan
    return float(truth.get("expected_total_j_kg_m", np.nan))


def _draw_truth(figure: go.Figure, dots: pd.DataFrame, planted: float, of: str) -> None:
    if not np.isfinite(planted):
        return
    ends = np.array([dots["posture_left"].min(), dots["posture_left"].max()])
    figure.add_scatter(
        x=ends,
        y=ends * planted,
        mode="lines",
        line={"color": GREEN, "width": 3, "dash": "dash"},
        name=f"planted truth: {planted:+.3g} {of}".replace("-", "−"),
        hoverinfo="skip",
    )


def _say_why_not(figure: go.Figure, reason: str) -> None:
    figure.add_scatter(x=[None], y=[None], showlegend=False)
    figure.add_annotation(
        text=wrapped(reason, 46),
        x=0.5,
        y=0.5,
        xref="x domain",
        yref="y domain",
        showarrow=False,
        font={"size": 20, "color": "#222222"},
    )
    figure.update_xaxes(showticklabels=False, showgrid=False)
    figure.update_yaxes(showticklabels=False, showgrid=False)

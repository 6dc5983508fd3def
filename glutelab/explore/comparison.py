"""Where in the gait cycle curves differ, drawn from the result of `compare_curves`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from glutelab.curves import CurveComparison
from glutelab.errors import DataError
from glutelab.explore.words import say_side
from glutelab.schema import axis_label, unit
from glutelab.style import BLACK, YELLOW, color_of, dash_of, faded, lay_out, print_p, wrapped

__all__ = ["plot_comparison"]

PANEL = 230  # pixels
LABEL_SHARE = 0.25  # of a narrow page's axis, taken by the label of a run
LABEL_HEIGHT = 18  # pixels
NOTHING = "nothing found"  # name of the words that say so
UNSURE = ("cannot tell", "not measured")


def plot_comparison(comparison: CurveComparison) -> go.Figure:
    """Mean curves, their difference with its band, and the parts of the gait cycle that differ.

    Parameters
    ----------
    comparison : CurveComparison
        From `compare_curves`.

    Returns
    -------
    plotly.graph_objects.Figure
        Above the mean curve of each group (not for a dose, which has no groups); below the
        difference, or the change per unit of the dose, with its simultaneous confidence band and
        the zero line. Runs of the gait cycle with ``p <= alpha`` are shaded and labeled with where
        they are and their p; a run that goes through foot strike is shaded on both ends. The
        warnings of the comparison stand beneath the title. Where the comparison cannot be made the
        sentence that says why takes the place of the difference.

    Raises
    ------
    DataError
        If it is given something else than a comparison of curves.

    Examples
    --------
    >>> import glutelab as gl
    >>> cohort = gl.load_cohort("bmc-ric")
    >>> who = ("competitive", "recreational")
    >>> hip = gl.compare_curves(cohort, "hip_flexion_deg", groups=who, n_permutations=200)
    >>> [trace.name for trace in gl.plot.comparison(hip).data if trace.name][:2]
    ['competitive (n = 23)', 'recreational (n = 21)']
    """
    _refuse_others(comparison)
    answerable = getattr(comparison, "answerable", True)
    found = comparison.clusters
    found = found[found["p"] <= comparison.alpha] if len(found) else found
    panels = 2 if any(np.isfinite(mean).any() for mean in comparison.means.values()) else 1
    figure = make_subplots(rows=panels, shared_xaxes=True, vertical_spacing=0.06)
    ends = _ends(comparison)
    # Before the traces: a panel that stays empty needs its axes, too.
    figure.update_xaxes(range=ends, showgrid=False, zeroline=False)
    figure.update_yaxes(ticksuffix=" ")
    if panels == 2:
        _draw_means(figure, comparison)
    if answerable:
        _draw_difference(figure, comparison, panels)
        strip = _mark_runs(figure, comparison, found, ends)
    else:
        strip = 0
        _say_why_not(figure, comparison, panels)
    if answerable or panels == 2:
        words = "Gait cycle (%), foot strike to foot strike"
        figure.update_xaxes(title=words, row=panels, col=1)
    figure.update_layout(hovermode="x unified")
    said = [] if answerable else [_reason(comparison)]
    return lay_out(
        figure,
        f"{axis_label(comparison.variable)}: {_contrast(comparison)}",
        _subtitle(comparison, len(found)),
        [warning for warning in comparison.warnings if warning not in said],
        inner=PANEL * panels,
        above=strip,
        simulated=comparison.simulated,
    )


def _refuse_others(comparison: object) -> None:
    if isinstance(comparison, CurveComparison):
        return
    remedy = "gl.plot.comparison(gl.compare_curves(cohort, 'hip_flexion_deg'))"
    if isinstance(comparison, pd.DataFrame) and "hedges_g" in comparison:
        remedy = "gl.plot.effects(table) for the table of compare_groups"
    raise DataError(
        f"a {type(comparison).__name__} was given. Expected the result of compare_curves: {remedy}."
    )


def _ends(comparison: CurveComparison) -> list[float]:
    percent = np.asarray(comparison.percent, float)
    return [percent[0], percent[-1]] if len(percent) > 1 else [0.0, 100.0]


def _contrast(comparison: CurveComparison) -> str:
    """The contrast as one says it: "elite minus competitive", "change per ° of ..."."""
    if not comparison.contrast.startswith("per "):
        return comparison.contrast.replace(" - ", " minus ")
    dose = comparison.contrast.removeprefix("per ")
    words = axis_label(dose).removesuffix(f" ({unit(dose)})")
    return f"change per {unit(dose) or 'unit'} of {words[:1].lower()}{words[1:]}"


def _subtitle(comparison: CurveComparison, runs: int) -> str:
    count = {"pairs": "runners in both conditions"}
    who = [f"{n} {count.get(name, name)}" for name, n in comparison.n.items()]
    parts = [", ".join(who)] if any(comparison.n.values()) else []
    if np.isfinite(comparison.speed_m_s):
        parts.append(f"{comparison.speed_m_s:.4g} m/s")
    parts.append(say_side(comparison.side))
    if comparison.adjusted_for:
        parts.append(
            f"difference (not the means) adjusted for {', '.join(comparison.adjusted_for)}"
        )
    if np.isfinite(comparison.band_low).any():
        parts.append(f"band: {100 * (1 - comparison.alpha):g} %, for the whole curve at once")
    if runs and comparison.kind == "max-t":
        parts.append(f"shaded: p ≤ {comparison.alpha:g}, adjusted for the whole curve")
    elif runs:
        words = "shaded: clusters with p ≤ {:g}; somewhere in each there is a difference"
        parts.append(words.format(comparison.alpha))
    return "; ".join(part for part in parts if part)


# --- panels ---------------------------------------------------------------------------------------


def _draw_means(figure: go.Figure, comparison: CurveComparison) -> None:
    names = list(comparison.means)
    together = comparison.n.get("pairs")
    for name, mean in comparison.means.items():
        if not np.isfinite(mean).any():
            continue
        figure.add_scatter(
            x=comparison.percent,
            y=mean,
            mode="lines",
            name=f"{wrapped(name, 40)} (n = {comparison.n.get(name, together)})",
            line={"color": color_of(name, names), "width": 3, "dash": dash_of(name, names)},
            hovertemplate="%{y:.3g}",
            row=1,
            col=1,
        )
    figure.update_yaxes(title=axis_label(comparison.variable), row=1, col=1)


def _draw_difference(figure: go.Figure, comparison: CurveComparison, row: int) -> None:
    dose = comparison.contrast.startswith("per ")
    known = np.isfinite(comparison.band_low) & np.isfinite(comparison.band_high)
    place = {"row": row, "col": 1}
    if known.any():
        x = comparison.percent[known]
        low, high = comparison.band_low[known], comparison.band_high[known]
        figure.add_scatter(
            x=np.concatenate([x, x[::-1]]),
            y=np.concatenate([high, low[::-1]]),
            fill="toself",
            fillcolor=faded("#444444", 0.25),
            line={"width": 0},
            mode="lines",
            name=f"simultaneous {100 * (1 - comparison.alpha):g} % band",
            hoverinfo="skip",
            **place,
        )
    figure.add_scatter(
        x=comparison.percent,
        y=comparison.difference,
        customdata=np.column_stack([comparison.band_low, comparison.band_high, comparison.p]),
        mode="lines",
        line={"color": BLACK, "width": 2.5},
        name="change per unit" if dose else "difference",
        hovertemplate="%{y:.3g} [%{customdata[0]:.3g}, %{customdata[1]:.3g}], "
        "p = %{customdata[2]:.3g}",
        **place,
    )
    figure.add_hline(y=0, line={"color": "#555555", "width": 1.5}, **place)
    figure.update_yaxes(title=_difference_label(comparison), **place)


def _difference_label(comparison: CurveComparison) -> str:
    of = unit(comparison.variable)
    if not comparison.contrast.startswith("per "):
        return f"Difference ({of})" if of else "Difference"
    dose = comparison.contrast.removeprefix("per ")
    return f"Change ({of or 'own unit'} per {unit(dose) or 'unit'})"


# --- runs of the gait cycle -----------------------------------------------------------------------


def _mark_runs(
    figure: go.Figure, comparison: CurveComparison, found: pd.DataFrame, ends: list[float]
) -> int:
    """Shade the runs and label them above the panels; returns the height of the labels."""
    level = f"p ≤ {comparison.alpha:g}"
    if found.empty:
        text = f"no part of the gait cycle with {level}; the band shows what may still be there"
        if not np.isfinite(comparison.threshold):
            text = f"cannot tell: so few runners cannot reach {level}"
        _write_above(figure, text, float(np.mean(ends)), row=0)
        figure.layout.annotations[-1].name = NOTHING
        return LABEL_HEIGHT + 6
    width = LABEL_SHARE * (ends[1] - ends[0])
    taken: list[float] = []  # right end of the last label in each row
    labels = []
    for run in found.sort_values("from_pct").itertuples():
        largest = _shade(figure, run.from_pct, run.to_pct, ends)
        middle = float(np.clip(np.mean(largest), ends[0] + width / 2, ends[1] - width / 2))
        labels.append((middle, f"{run.from_pct:g}–{run.to_pct:g} %, {print_p(run.p)}"))
    for middle, text in sorted(labels):
        left = middle - width / 2
        row = next((k for k, right in enumerate(taken) if right <= left), len(taken))
        taken[row : row + 1] = [middle + width / 2]
        _write_above(figure, text, middle, row)
    return LABEL_HEIGHT * len(taken) + 6


def _shade(figure: go.Figure, start: float, end: float, ends: list[float]) -> tuple[float, float]:
    """Shade one run over all panels; returns its largest piece."""
    pieces = [(start, end)] if start <= end else [(start, ends[1]), (ends[0], end)]
    for piece in pieces:
        # A run of one point would be invisible.
        wide = piece if piece[1] > piece[0] else (piece[0] - 0.5, piece[1] + 0.5)
        figure.add_shape(
            type="rect",
            x0=wide[0],
            x1=wide[1],
            y0=0,
            y1=1,
            xref="x",
            yref="paper",
            layer="below",
            fillcolor=faded(YELLOW, 0.3),
            line={"color": "#777777", "width": 1, "dash": "dot"},
        )
    return max(pieces, key=lambda piece: piece[1] - piece[0])


def _write_above(figure: go.Figure, text: str, x: float, row: int) -> None:
    figure.add_annotation(
        text=text,
        x=x,
        xref="x",
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=2 + LABEL_HEIGHT * row,
        showarrow=False,
        font={"size": 12, "color": "#222222"},
    )


# --- no answer ------------------------------------------------------------------------------------


def _reason(comparison: CurveComparison) -> str:
    said = (text for text in comparison.warnings if text.lower().startswith(UNSURE))
    return next(said, "Cannot tell.")


def _say_why_not(figure: go.Figure, comparison: CurveComparison, row: int) -> None:
    """The sentence in place of the difference, in letters that cannot be overlooked."""
    axis = "" if row == 1 else str(row)
    figure.add_scatter(x=[None], y=[None], showlegend=False, row=row, col=1)
    figure.add_annotation(
        text=wrapped(_reason(comparison), 46),
        x=0.5,
        y=0.5,
        xref=f"x{axis} domain",
        yref=f"y{axis} domain",
        showarrow=False,
        font={"size": 20, "color": "#222222"},
    )
    figure.update_yaxes(showticklabels=False, showgrid=False, zeroline=False, row=row, col=1)
    if row == 1:
        figure.update_xaxes(showticklabels=False)

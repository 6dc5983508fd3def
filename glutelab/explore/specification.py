"""A curve of specifications, drawn from its tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from glutelab.errors import DataError
from glutelab.models.posture import name_measure
from glutelab.models.specification import SpecificationCurve
from glutelab.models.specification.plan import CHOICES
from glutelab.style import BLUE, ROW_AXIS, VERMILION, lay_out, print_p, wrapped

__all__ = ["KINDS", "kind_of", "plot_specifications", "say_choice"]

CURVE, ROW, GAP = 270, 17, 34  # pixels
LEFT, LABEL_WIDTH = 200, 29  # pixels, characters
GREY = "#777777"
HEADS = {
    "posture": "Posture",
    "outcome": "Unit of cost",
    "covariates": "Adjusted for",
    "outliers": "Outliers left out",
    "speed": "Speed",
}
KINDS = (
    ("better economy, interval below zero", BLUE, "square"),
    ("interval holds zero", GREY, "circle"),
    ("worse economy, interval above zero", VERMILION, "diamond"),
)
UNITS = {
    "energy_cost_j_kg_m": "energy cost (J/kg/m)",
    "oxygen_cost_ml_kg_km": "oxygen cost (ml/kg/km)",
}
RULES = {"3 MAD": "beyond 3 MAD", "Cook": "by Cook's distance"}


def plot_specifications(curve: SpecificationCurve) -> go.Figure:
    """Above the association under each specification, below which choices it is made of.

    Parameters
    ----------
    curve : SpecificationCurve
        From `specification_curve`.

    Returns
    -------
    plotly.graph_objects.Figure
        Specifications side by side in the order of the table, those without an answer left out and
        counted. Standardized associations with their intervals; a grey band where the median of 95
        % of the curves lies whose posture was shuffled over runners. Beneath, a mark in the row of
        each option that a specification takes, and at the right of each choice what it explains.
        The verdict and the warnings stand beneath the title.

    Raises
    ------
    DataError
        If it is given something else than the result of `specification_curve`.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.simulate_runners(20, speeds_m_s=[3.5], seed=1)
    >>> curve = gl.specification_curve(runners, "thomas_test_deg", n_permutations=100)
    >>> gl.plot.specifications(curve).layout.title.text
    'SIMULATED. Posture and running economy under 24 specifications'
    """
    if not isinstance(curve, SpecificationCurve):
        raise DataError(
            f"a {type(curve).__name__} was given. Expected the result of "
            "specification_curve(runners)."
        )
    table = curve.table[curve.table["answerable"]].reset_index(drop=True)
    rows = _rows(curve)
    matrix = ROW * len(rows)
    inner = CURVE + GAP + matrix
    figure = make_subplots(
        rows=2,
        shared_xaxes=True,
        vertical_spacing=GAP / inner,
        row_heights=[CURVE / (CURVE + matrix), matrix / (CURVE + matrix)],
    )
    end = max(len(table), 1) + 0.5
    figure.update_xaxes(range=[0.5 - 0.01 * end, end + 0.01 * end], showgrid=False, zeroline=False)
    if curve.answerable:
        _draw_curve(figure, table)
        _draw_matrix(figure, table, rows)
        _draw_null(figure, curve.permutation)
        figure.add_hline(y=0, line={"color": "#555555", "width": 1.5}, row=1, col=1)
        figure.update_yaxes(title="Association<br>(SD of cost per SD of posture)", row=1, col=1)
    else:
        _say_none(figure, curve)
    figure.update_yaxes(zeroline=False, row=1, col=1)
    _label_rows(figure, rows)
    figure.update_xaxes(title="Specifications, in the order of their result", row=2, col=1)
    return lay_out(
        figure,
        f"Posture and running economy under {len(curve.table)} specifications",
        _subtitle(curve),
        _notes(curve),
        inner=inner,
        left=LEFT,
        simulated=curve.simulated,
    )


def _rows(curve: SpecificationCurve) -> list[tuple[str, str | None, str]]:
    """Choice, option (None for the heading of a choice) and label of each row."""
    choices = curve.choices.set_index("choice")
    rows: list[tuple[str, str | None, str]] = []
    for choice in CHOICES:
        options = curve.summary.loc[curve.summary["choice"] == choice, "option"]
        share = choices.loc[choice, "explained_pct"]
        told = choices.loc[choice, "n_options"] > 1 and np.isfinite(share)
        head = f"<b>{HEADS[choice]}</b>" + (f" (explains {share:.0f} %)" if told else "")
        rows.append((choice, None, head))
        rows += [(choice, option, _option(choice, option)) for option in options]
    return rows


def _option(choice: str, option: str) -> str:
    """An option in few words; a name of a file's own column is kept as text."""
    if choice == "posture":
        option = name_measure(option)
    elif choice == "outcome":
        option = UNITS.get(option, name_measure(option))
    elif choice == "covariates" and option != "none":
        option = ", ".join(name_measure(name).lower() for name in option.split(", "))
    elif choice == "outliers":
        option = RULES.get(option, option)
    short = option if len(option) <= LABEL_WIDTH else f"{option[: LABEL_WIDTH - 1]}…"
    return wrapped(short, LABEL_WIDTH + 1)


def kind_of(table: pd.DataFrame) -> np.ndarray:
    """Place in `KINDS` of each row of the table of a curve."""
    below, above = table["standardized_high"] < 0, table["standardized_low"] > 0
    return np.select([below, above], [0, 2], 1)


def _draw_null(figure: go.Figure, permutation: pd.DataFrame | None) -> None:
    if permutation is None or permutation.empty:
        return
    row = permutation.set_index("statistic").loc["median"]
    figure.add_hrect(
        y0=row["null_low"],
        y1=row["null_high"],
        fillcolor="#dddddd",
        line={"width": 0},
        layer="below",
        row=1,
        col=1,
    )
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="markers",
        marker={"size": 13, "symbol": "square", "color": "#dddddd"},
        name="median of 95 % of shuffled curves",
        row=1,
        col=1,
    )


def _draw_curve(figure: go.Figure, table: pd.DataFrame) -> None:
    kinds = kind_of(table)
    size = float(np.clip(420 / len(table), 4, 9))
    for place, (name, color, symbol) in enumerate(KINDS):
        rows = table[kinds == place]
        if rows.empty:
            continue
        ends = rows[["standardized_low", "standardized_high"]].assign(gap=np.nan)
        figure.add_scatter(
            x=np.repeat(rows.index.to_numpy(float) + 1, 3),
            y=ends.to_numpy().ravel(),
            mode="lines",
            line={"color": color, "width": 1},
            opacity=0.45,
            hoverinfo="skip",
            showlegend=False,
            legendgroup=name,
            row=1,
            col=1,
        )
        figure.add_scatter(
            x=rows.index + 1,
            y=rows["standardized"],
            mode="markers",
            marker={"color": color, "size": size, "symbol": symbol},
            text=[_hover(row) for row in rows.itertuples()],
            hovertemplate="%{text}<extra></extra>",
            name=f"{name} ({len(rows)})",
            legendgroup=name,
            row=1,
            col=1,
        )


def _hover(row) -> str:
    low, high = row.standardized_low, row.standardized_high
    return "<br>".join(
        [
            f"<b>{row.standardized:+z.2f} [{low:+z.2f}, {high:+z.2f}]</b>, {print_p(row.p)}",
            f"{row.estimate:+.3g} {wrapped(row.unit)}, n = {row.n_runners}",
            *say_choice(row),
        ]
    )


def say_choice(row) -> list[str]:
    """The choices of one specification, a line each."""
    choices = [_option(choice, getattr(row, choice)) for choice in CHOICES]
    choices[2] = f"adjusted for {choices[2]}"
    choices[3] = f"outliers: {choices[3]}"
    return choices


def _draw_matrix(figure: go.Figure, table: pd.DataFrame, rows: list) -> None:
    kinds = kind_of(table)
    for place, (name, color, _) in enumerate(KINDS):
        part = table[kinds == place]
        x, y = [], []
        for height, (choice, option, _label) in enumerate(rows):
            if option is not None:
                found = part.index[part[choice] == option]
                x += (found + 1).tolist()
                y += [height] * len(found)
        figure.add_scatter(
            x=x,
            y=y,
            mode="markers",
            marker={
                "symbol": "line-ns",
                "size": ROW - 7,
                "line": {"width": float(np.clip(300 / len(table), 1, 4)), "color": color},
            },
            hoverinfo="skip",
            showlegend=False,
            legendgroup=name,
            row=2,
            col=1,
        )


def _label_rows(figure: go.Figure, rows: list) -> None:
    figure.update_yaxes(
        range=[len(rows) - 0.5, -0.5],
        tickvals=list(range(len(rows))),
        ticktext=[label for _, _, label in rows],
        row=2,
        col=1,
        **ROW_AXIS,
    )
    for height, (_, option, _) in enumerate(rows):
        if option is None and height:
            edge = {"color": "#cccccc", "width": 1}
            figure.add_hline(y=height - 0.5, line=edge, row=2, col=1)


def _say_none(figure: go.Figure, curve: SpecificationCurve) -> None:
    figure.add_scatter(x=[None], y=[None], showlegend=False, row=1, col=1)
    figure.add_scatter(x=[None], y=[None], showlegend=False, row=2, col=1)
    figure.add_annotation(
        text=wrapped(curve.table["reason"].mode()[0], 40),
        x=0.5,
        y=0.5,
        xref="x domain",
        yref="y domain",
        showarrow=False,
        font={"size": 20, "color": "#222222"},
    )
    figure.update_yaxes(showticklabels=False, showgrid=False, row=1, col=1)
    figure.update_xaxes(showticklabels=False)


def _subtitle(curve: SpecificationCurve) -> str:
    n = curve.table.loc[curve.table["answerable"], "n_runners"]
    said = f"{n.min()} to {n.max()} runners; " if len(n) and n.min() < n.max() else ""
    said = f"{n.min()} runners; " if len(n) and n.min() == n.max() else said
    return (
        f"{said}negative: better economy with a more relaxed posture; intervals: "
        f"{100 * curve.confidence:g} %"
    )


def _notes(curve: SpecificationCurve) -> list[str]:
    lost = curve.table[~curve.table["answerable"]]
    notes = [curve.verdict, *curve.warnings]
    if len(lost):
        reasons = lost["reason"].value_counts().head(4)
        told = "; ".join(f"{reason.rstrip('.')} ({n})" for reason, n in reasons.items())
        notes.append(f"{len(lost)} specifications without an answer are not drawn. {told}.")
    return notes

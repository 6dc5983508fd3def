"""What was recorded, what was kept, and how far it agrees with other software."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from glutelab.arguments import check_cohort
from glutelab.errors import DataError
from glutelab.explore.notes import say_instead
from glutelab.schema import axis_label
from glutelab.style import BLUE, LAYOUT, VERMILION, heading

__all__ = ["plot_agreement", "plot_completeness"]


def plot_completeness(cohort) -> go.Figure:
    """Kept strides of every runner, speed and side; dropped ones in the hover text.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    DataError
        If it is no cohort.

    Examples
    --------
    >>> import glutelab as gl
    >>> gl.plot.completeness(gl.load_cohort("rbds2017")).layout.title.text
    'Strides kept'
    """
    check_cohort(cohort)
    if cohort.ledger.empty:
        found = "This cohort has no ledger: what was dropped is not known."
        return say_instead(found)
    ledger = cohort.ledger.merge(
        cohort.trials[["trial_id", "speed_m_s"]], on="trial_id", how="left"
    )
    column = ledger["speed_m_s"].map("{:.4g} m/s".format) + "<br>" + ledger["side"]
    order = ledger.assign(column=column).sort_values(["speed_m_s", "side"])["column"].unique()
    counts = ledger.assign(column=column).groupby(["runner_id", "column"])["kept"]
    kept = counts.sum().unstack()[order]
    dropped = (counts.size() - counts.sum()).unstack()[order]
    figure = go.Figure(
        go.Heatmap(
            x=kept.columns,
            y=kept.index,
            z=kept,
            customdata=dropped,
            text=kept,
            texttemplate="%{text:.0f}",
            colorscale="Blues",
            zmin=0,
            zmax=float(kept.max(axis=None)),
            showscale=False,
            hovertemplate="%{y}, %{x}: %{z} kept, %{customdata} dropped<extra></extra>",
        )
    )
    found = f"{cohort.name}: {ledger['kept'].sum():,} of {len(ledger):,} strides kept"
    title = heading("Strides kept", found)
    figure.update_layout(**LAYOUT, height=180 + 22 * len(kept), title=title)
    figure.update_layout(margin={"b": 30, "t": 130})
    figure.update_yaxes(autorange="reversed", tickfont_size=11, ticksuffix=" ")
    figure.update_xaxes(side="top")
    return figure


def plot_agreement(
    reference: pd.DataFrame, trial_id: str | None = None, side: str = "right"
) -> go.Figure:
    """Our mean curves over the curves other software gave for the same trial.

    Parameters
    ----------
    reference : DataFrame
        From `load_reference`.
    trial_id : str, optional
        By default the first trial.
    side : {"left", "right"}

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    DataError
        If there is no such trial.

    Examples
    --------
    >>> import glutelab as gl
    >>> figure = gl.plot.agreement(gl.datasets.load_reference("rbds2017"))
    >>> [trace.name for trace in figure.data[:2]]
    ['Visual3D (authors)', 'glutelab']
    """
    if reference.empty:
        found = "No curves of other software came with this cohort."
        return say_instead(found)
    trials = reference["trial_id"].unique()
    trial_id = trials[0] if trial_id is None else trial_id
    rows = reference[(reference["trial_id"] == trial_id) & (reference["side"] == side)]
    if rows.empty:
        raise DataError(f"no curves of {trial_id}, {side}. There are: {', '.join(trials)}.")
    labels = [axis_label(name) for name in rows["variable"]]
    figure = make_subplots(cols=len(rows), horizontal_spacing=0.08, subplot_titles=labels)
    for panel, row in enumerate(rows.itertuples(), start=1):
        for name, curve, color, dash in (
            ("Visual3D (authors)", row.visual3d, VERMILION, "solid"),
            ("glutelab", row.glutelab, BLUE, "dash"),
        ):
            figure.add_scatter(
                y=curve,
                mode="lines",
                name=name,
                line={"color": color, "dash": dash, "width": 3},
                showlegend=panel == 1,
                row=1,
                col=panel,
            )
        figure.update_xaxes(title="Gait cycle (%)", row=1, col=panel)
    title = heading("Mean curves of two programs", f"{trial_id}, {side} side, as an example")
    figure.update_layout(**LAYOUT, height=440, title=title)
    return figure

"""Runners of two groups, their means and their difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from glutelab.contrasts.caveats import is_simulated, say_unmeasured
from glutelab.explore.estimation import plot_groups
from glutelab.figures.caption import write_caption
from glutelab.figures.draw import (
    drawn_of,
    dress,
    heading_of,
    lay_panels,
    print_sentence,
    redrawn,
)
from glutelab.models.posture import name_measure
from glutelab.paper import PrintFigure, on_paper, width_mm
from glutelab.paper.read import as_numbers

__all__ = ["figure_groups"]

FLAT, TWO_COLUMNS = 110.0, 160.0  # mm: names of groups need room beside each other


def figure_groups(
    runners: pd.DataFrame,
    comparison: pd.DataFrame,
    by: str | Callable | Mapping = "level",
    groups: Sequence | Mapping | str | None = None,
    *,
    cohort=None,
    width: str | float = "single",
    journal: str | None = None,
    code: str = "",
) -> PrintFigure:
    """Estimation plot: each runner, the means, and the difference with its interval.

    Parameters
    ----------
    runners, comparison, by, groups
        As in `gl.plot.groups`; each row of the table whose measure was taken becomes a panel.
    cohort : Cohort, optional
        Adds the count of strides, source and license.
    width : {"single", "one-and-half", "double"} or float
        Columns of a journal, or millimeters.
    journal : {"elsevier", "springer"}, optional
    code : str, optional
        What made it, to be saved with it; by default the cell of a notebook.

    Returns
    -------
    PrintFigure
        With ``.caption``, ``.data`` (runners, comparison) and ``.code``.

    Raises
    ------
    DataError
        As `gl.plot.groups`.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.runner_means(gl.load_cohort("rbds2017"))
    >>> table = gl.compare_groups(runners, "hip_range_deg", speed_m_s=3.5, n_boot=0)
    >>> len(gl.figure.groups(runners, table).data["runners"])
    28
    """
    screen = plot_groups(runners, comparison, by, groups)
    simulated = "cohort" in runners and is_simulated(runners)
    whole = comparison.reset_index(drop=True)
    unmeasured = whole["mean_1"].isna() & whole["mean_2"].isna()
    missing = say_unmeasured([name_measure(name) for name in whole["measure"][unmeasured].unique()])
    table = whole[~unmeasured].reset_index(drop=True)
    if table.empty:
        data = {"comparison": comparison}
        return print_sentence(missing, width, journal, data, code, simulated=simulated)
    if unmeasured.any():  # an article has no room for empty panels
        screen = plot_groups(runners, table, by, groups)
    heading = heading_of(screen)
    drawn = _with_right_axes(drawn_of(screen), table)
    panels = lay_panels(drawn, 0.8 if len(table) < 3 else 0.5, split=True)
    flat = lay_panels(drawn, 0.42, split=True)
    level = 100 * table["confidence"].iloc[0]
    n_tests = table["n_tests"].max() if "n_tests" in table else 1
    tests = [test for test in dict.fromkeys(table["test"].astype(str)) if test != "none"]
    diamond = (
        f"; diamond: difference with its {level:g} % interval, on the axis at the right, whose "
        "zero is the mean of the second group"
    )
    shown = [
        "Squares: group means with their 95 % intervals"
        + (diamond if table["difference"].notna().any() else ""),
        missing,
        f"Test: {', '.join(tests)}" if tests else "Nothing was tested",
    ]
    if n_tests > 1:
        shown.append(f"Adjusted for {n_tests:g} tests: p (Holm)")
    speeds = table["speed_m_s"].dropna().unique()
    caption = write_caption(
        heading,
        shown,
        simulated=simulated,
        cohort=cohort,
        speed_m_s=float(speeds[0]) if len(speeds) == 1 else None,
    )
    data = {"runners": _list_runners(panels, table), "comparison": whole}

    def draw(wide: str | float, whose: str | None) -> PrintFigure:
        total = width_mm(wide, whose)
        columns = 2 if total >= TWO_COLUMNS else 1
        shown = flat if FLAT <= total < TWO_COLUMNS else panels
        return on_paper(shown, wide, whose, columns=columns, one_legend=True)

    return dress(redrawn(draw, width, journal), caption, data, code)


def _with_right_axes(drawn: dict, table: pd.DataFrame) -> dict:
    """The axis of the difference is named at its place, and no longer in the legend."""
    layout = dict(drawn["layout"])
    for k, row in table.iterrows():
        name = f"yaxis{2 * k + 2}"
        title = f"Difference ({row['unit']})" if row["unit"] else "Difference"
        shown = layout[name].get("showticklabels") is not False
        layout[name] = layout[name] | ({"title": {"text": title}} if shown else {})
    data = [
        trace | {"name": "difference with its interval"}
        if str(trace.get("name")).startswith("difference with")
        else trace
        for trace in drawn["data"]
    ]
    return {"data": data, "layout": layout}


def _list_runners(panels: list[dict], table: pd.DataFrame) -> pd.DataFrame:
    """The dots of each panel."""
    rows = []
    for panel, measure in zip(panels, table["measure"], strict=True):
        for trace in panel["data"]:
            if trace.get("customdata") is None:
                continue
            part = {"runner_id": list(trace["customdata"]), "value": as_numbers(trace["y"])}
            rows.append(pd.DataFrame(part).assign(measure=measure, group=trace["name"]))
    columns = ["measure", "group", "runner_id", "value"]
    return (
        pd.concat(rows)[columns].reset_index(drop=True)
        if rows
        else pd.DataFrame([], columns=columns)
    )

"""From the strides that were found to those that were kept."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.patches import FancyArrowPatch, Rectangle

from glutelab.arguments import check_cohort
from glutelab.figures.caption import write_caption
from glutelab.figures.draw import dress, print_sentence, redrawn
from glutelab.paper import PrintFigure, in_print_style, width_mm
from glutelab.paper.page import SMALL_PT, TEXT_PT
from glutelab.paper.read import wrap
from glutelab.provenance import count_dropped

__all__ = ["figure_flow"]

EDGE, PAD, APART = 1.5, 1.8, 6.0  # mm: around the page, in a box, between boxes
POINT = 25.4 / 72 * 1.35  # mm of height per point of letters
MAIN, ASIDE = 0.46, 0.40  # shares of the width
BROADEST = 140.0  # mm: wider pages have more white beside it
INK, LINE, SOFT = "#222222", "#555555", "#f2f4f5"


def figure_flow(
    cohort,
    *,
    width: str | float = "single",
    journal: str | None = None,
    code: str = "",
) -> PrintFigure:
    """Flow of strides: found, dropped and why, kept, and of whom.

    Parameters
    ----------
    cohort : Cohort
        Without a ledger, a sentence takes the place of the figure.
    width : {"single", "one-and-half", "double"} or float
        Columns of a journal, or millimeters.
    journal : {"elsevier", "springer"}, optional
    code : str, optional
        What made it, to be saved with it; by default the cell of a notebook.

    Returns
    -------
    PrintFigure
        With ``.caption``, ``.data`` (flow, dropped) and ``.code``.

    Raises
    ------
    DataError
        If it is no cohort.

    Examples
    --------
    >>> import glutelab as gl
    >>> gl.figure.flow(gl.load_cohort("rbds2017")).data["flow"]["strides"].tolist()
    [7051, 2, 7049]
    """
    check_cohort(cohort)
    counts = count_dropped(cohort)
    if counts is None:
        said = f"{cohort.name} has no ledger: what was dropped is not known."
        return print_sentence(said, width, journal, {}, code, simulated=cohort.simulated)
    dropped = _list_dropped(cohort)
    kept = int(counts["kept"].sum())
    flow = pd.DataFrame(
        {
            "step": ["found", "dropped", "kept"],
            "strides": [int(counts["candidates"].sum()), int(counts["dropped"].sum()), kept],
        }
    )
    heading = {"title": f"Flow of strides, {cohort.name}", "subtitle": "", "notes": []}
    shown = ["Each dropped stride stands in the ledger with rule, value and threshold"]
    caption = write_caption(heading, shown, cohort=cohort)
    main, aside = _words(cohort, counts, dropped)

    def draw(wide: str | float, whose: str | None) -> PrintFigure:
        return _draw(main, aside, width_mm(wide, whose), cohort.simulated)

    return dress(redrawn(draw, width, journal), caption, {"flow": flow, "dropped": dropped}, code)


def _list_dropped(cohort) -> pd.DataFrame:
    """``rule, reason, strides, runners``, most first."""
    lost = cohort.ledger[~cohort.ledger["kept"].astype(bool)]
    lost = lost.assign(reason=lost["reason"].fillna("").astype(str).str.split(":").str[-1])
    groups = lost.groupby(["rule", "reason"])["runner_id"].agg(["size", "nunique"])
    table = groups.set_axis(["strides", "runners"], axis=1).reset_index()
    order = table.assign(reason=table["reason"].str.strip()).sort_values(
        ["strides", "rule", "reason"], ascending=[False, True, True]
    )
    return order.reset_index(drop=True)


def _words(cohort, counts: pd.DataFrame, dropped: pd.DataFrame) -> tuple[list, list]:
    """Heading and lines of the boxes: three below each other, one beside."""
    speeds = ", ".join(f"{speed:.4g}" for speed in sorted(cohort.trials["speed_m_s"].unique()))
    found = int(counts["candidates"].sum())
    kept = counts[counts["kept"] > 0]
    main = [
        (f"{len(cohort.runners)} runners", [f"{len(cohort.trials)} trials at {speeds} m/s"]),
        (f"{found:,} strides found", ["complete gait cycles, left and right"]),
        (
            f"{int(counts['kept'].sum()):,} strides kept",
            [f"of {kept['runner_id'].nunique()} runners in {kept['trial_id'].nunique()} trials"],
        ),
    ]
    if "level" in cohort.runners:
        level = cohort.runners.set_index("runner_id")["level"].astype(object)
        of = kept.assign(level=kept["runner_id"].map(level).fillna("level not stated"))
        for name, part in of.groupby("level"):
            n = part["runner_id"].nunique()
            main[-1][1].append(f"{name}: {int(part['kept'].sum()):,} (n = {n})")
    lines = [
        f"{row.strides:,}: {row.reason or row.rule} ({row.rule})" for row in dropped.itertuples()
    ]
    aside = [(f"{int(counts['dropped'].sum()):,} dropped", lines or ["no rule dropped any"])]
    return main, aside


def _height(box: tuple[str, Sequence[str]], width: float) -> float:
    lines = sum(len(wrap(line, SMALL_PT, width - 2 * PAD)) for line in box[1])
    heads = len(wrap(box[0], TEXT_PT, width - 2 * PAD))
    return 2 * PAD + (heads * TEXT_PT + lines * SMALL_PT) * POINT


def _draw(main: list, aside: list, total: float, simulated: bool) -> PrintFigure:
    inner = min(total - 2 * EDGE, BROADEST)
    start = (total - inner) / 2
    wide, beside = MAIN * inner, ASIDE * inner
    heights = [_height(box, wide) for box in main]
    side = _height(aside[0], beside)
    gaps = [APART] * (len(main) - 2) + [max(APART, side + 4.0)]
    tall = 2 * EDGE + sum(heights) + sum(gaps)
    with in_print_style():
        paper = PrintFigure(total, tall)
        axes = paper.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, total)
        axes.set_ylim(tall, 0)
        top, middle = EDGE, start + wide / 2
        for k, box in enumerate(main):
            _draw_box(axes, box, start, top, wide, heights[k])
            low = top + heights[k]
            if k < len(gaps):
                _draw_arrow(axes, (middle, low), (middle, low + gaps[k]))
                if k == len(gaps) - 1:
                    height, left = low + gaps[k] / 2, start + inner - beside
                    _draw_arrow(axes, (middle, height), (left, height))
                    _draw_box(axes, aside[0], left, height - side / 2, beside, side)
                top = low + gaps[k]
        if simulated:
            grey = {"color": "#000000", "alpha": 0.09, "weight": "bold", "size": 27}
            axes.text(total / 2, tall / 2, "SIMULATED", ha="center", va="center", **grey)
    return paper


def _draw_box(axes, box: tuple[str, Sequence[str]], left, top, wide, tall) -> None:
    look = {"facecolor": SOFT, "edgecolor": LINE, "linewidth": 0.6}
    axes.add_patch(Rectangle((left, top), wide, tall, **look))
    y = top + PAD
    for line in wrap(box[0], TEXT_PT, wide - 2 * PAD):
        _write(axes, left + PAD, y, line, TEXT_PT, "bold")
        y += TEXT_PT * POINT
    for text in box[1]:
        for line in wrap(text, SMALL_PT, wide - 2 * PAD):
            _write(axes, left + PAD, y, line, SMALL_PT, "normal")
            y += SMALL_PT * POINT


def _write(axes, x: float, y: float, line: str, size: float, weight: str) -> None:
    look = {"color": INK, "parse_math": False, "va": "top", "weight": weight}
    axes.text(x, y, line, size=size, **look)


def _draw_arrow(axes, start: tuple, end: tuple) -> None:
    arrow = {"arrowstyle": "-|>,head_length=3,head_width=1.6", "shrinkA": 0, "shrinkB": 0}
    axes.add_patch(FancyArrowPatch(start, end, color=LINE, linewidth=0.6, **arrow))

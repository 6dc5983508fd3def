"""Where in the gait cycle curves differ, as a table."""

from __future__ import annotations

import numpy as np

from glutelab.curves import CurveComparison
from glutelab.errors import DataError
from glutelab.tables.footnotes import Footnotes
from glutelab.tables.numbers import NONE, fixed, p_cell, print_estimate
from glutelab.tables.sheet import Head, PrintTable, Row, lay_table
from glutelab.tables.words import ended, head_of, in_words, say_kept, say_sources, without_simulated

__all__ = ["lay_clusters"]

_PARTS = ("Gait cycle (%)", "Direction", "Largest difference", "at (%)", "p")


def lay_clusters(curves: list[CurveComparison], cohort, caption: str, code: str) -> PrintTable:
    """One part of the table per comparison, one row per run of points; none is a row, too.

    Parameters
    ----------
    curves : list of CurveComparison
    cohort : Cohort or None
    caption, code : str

    Returns
    -------
    PrintTable
    """
    levels = {one.alpha for one in curves}
    if len(levels) > 1:
        raise DataError(
            f"these comparisons were made at levels of {', '.join(map('{:g}'.format, levels))}. "
            "Expected one: give each a table of its own."
        )
    band = f"{100 * (1 - curves[0].alpha):g}\N{NO-BREAK SPACE}% band"
    dose = any(one.g is None for one in curves)
    heads = [Head(text) for text in _PARTS]
    heads[2] = Head(f"Largest {'change per unit' if dose else 'difference'} [{band}]")
    footnotes, rows = Footnotes(), []
    for one in curves:
        rows.append(Row(_title(one), (), footnotes.mark(without_simulated(one.warnings))))
        rows += _rows(one)
    speeds = {one.speed_m_s for one in curves}
    speed = speeds.pop() if len(speeds) == 1 else np.nan
    at = f" at {speed:.4g} m/s" if np.isfinite(speed) else ""
    notes = [
        "From foot strike (0 %) to the next foot strike of the same foot; a run from a larger to a "
        "smaller percentage goes through foot strike. Band: simultaneous confidence band.",
        *dict.fromkeys(ended(one.method) for one in curves),
        *(say_kept(cohort, speed if np.isfinite(speed) else None)),
        *say_sources(cohort),
    ]
    return lay_table(
        caption or f"Where in the gait cycle curves differ{at}.",
        "Curve",
        heads,
        rows,
        footnotes=map(in_words, footnotes.sentences),
        notes=notes,
        code=code,
        simulated=any(one.simulated for one in curves) or bool(getattr(cohort, "simulated", False)),
    )


def _title(one: CurveComparison) -> str:
    contrast = one.contrast.replace(" - ", " minus ")
    counts = ", ".join(f"{n} {name}" for name, n in one.n.items())
    at = f" at {one.speed_m_s:.4g} m/s" if np.isfinite(one.speed_m_s) else ""
    return f"{head_of(one.variable)}{at}: {contrast} ({counts})"


def _rows(one: CurveComparison) -> list[Row]:
    width = len(_PARTS)
    if not one.answerable:
        return [Row("Cannot tell", (NONE,) * width, under=True)]
    if one.clusters.empty:
        smallest = p_cell(float(np.nanmin(one.p)))
        cells = (NONE, NONE, *_largest(one), smallest)
        return [Row("No part of it", cells, under=True)]
    rows = []
    for number, found in enumerate(one.clusters.itertuples(), 1):
        place = int(np.argmin(np.abs(one.percent - found.peak_pct)))
        cells = (
            f"{fixed(found.from_pct, 0)} to {fixed(found.to_pct, 0)}",
            str(found.direction),
            _at(one, place),
            fixed(found.peak_pct, 0),
            p_cell(found.p),
        )
        rows.append(Row(f"Part {number}", cells, under=True))
    return rows


def _largest(one: CurveComparison) -> tuple[str, str]:
    place = int(np.nanargmax(np.abs(one.t)))
    return _at(one, place), fixed(one.percent[place], 0)


def _at(one: CurveComparison, place: int) -> str:
    """The difference at one point, with the band there."""
    return print_estimate(one.difference[place], one.band_low[place], one.band_high[place])

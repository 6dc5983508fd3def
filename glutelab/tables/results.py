"""Results of an article: differences between groups, and where curves differ."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from glutelab.curves import CurveComparison
from glutelab.errors import DataError
from glutelab.explore.words import check_effects, is_dose, says_simulated
from glutelab.groups.verdict import say_verdict
from glutelab.provenance import cell_code
from glutelab.sentences import split
from glutelab.tables.clusters import lay_clusters
from glutelab.tables.effects import EFFECT_NOTES, cells_of, heads_of, label_of, part_of
from glutelab.tables.footnotes import Footnotes
from glutelab.tables.sheet import PrintTable, Row, lay_table
from glutelab.tables.words import (
    call,
    ended,
    in_words,
    name_of,
    say_kept,
    say_sources,
    without_simulated,
)

__all__ = ["table_results"]

_NEEDED_OF_DOSE = ("unit", "side", "speed_m_s", "confidence", "test", "p", "n_tests")
_NEEDED_OF_DOSE += ("equivalence_margin", "p_equivalence_holm", "adjusted_for")
_NEEDED = (*_NEEDED_OF_DOSE, "group_1", "group_2", "n_1", "n_2", "mean_1", "sd_1", "mean_2")
_NEEDED += ("sd_2", "g_low", "g_high", "g_analytic_low", "g_analytic_high")
_ANALYTIC = "Analytic interval (noncentral t): too few runners for the bootstrap, or none was made."


def table_results(
    comparison: pd.DataFrame | CurveComparison | Iterable[CurveComparison],
    *,
    cohort=None,
    caption: str = "",
    code: str = "",
) -> PrintTable:
    r"""Results as an article prints them: groups, difference, interval, effect, p; doubts below.

    Parameters
    ----------
    comparison : DataFrame, CurveComparison, or several of these
        The table of `compare_groups`, of two groups, of conditions or for a dose; or what
        `compare_curves` gives, one or a list.
    cohort : Cohort, optional
        Adds the count of strides, source and license.
    caption : str
        In place of the draft.
    code : str
        What made it; by default the cell of a notebook, elsewhere the call.

    Returns
    -------
    PrintTable
        ``.data`` (the strings), ``.caption``, ``.footnotes``, ``.notes``, ``.code`` and
        ``.save("tables/table_2")``. Each sentence of ``warning`` is a footnote, and so is the
        verdict of each row, by the rule of `in_words`.

    Raises
    ------
    DataError
        If it is given something else.

    Notes
    -----
    Means, difference and interval of a row have the decimals that show half the width of the
    interval to two significant digits.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.runner_means(gl.load_cohort("rbds2017"))
    >>> row = gl.compare_groups(runners, "cadence_spm", "speed_m_s", groups=(4.5, 2.5))
    >>> table = gl.table.results(row)
    >>> print(table.data.iloc[0, 3].replace("\xa0", " "), table.footnotes[0])
    21.9 [18.3, 25.6] Higher.
    """
    line = call("table.results", "comparison", {"cohort": cohort})
    curves = _as_curves(comparison)
    if curves is not None:
        return lay_clusters(curves, cohort, caption, code or cell_code() or line)
    table = _checked(comparison)
    footnotes, rows, part = Footnotes(), [], None
    heads = heads_of(table)
    for _, row in table.iterrows():
        if (here := part_of(row, table)) != part:
            rows += [Row(here)] if here else []
            part = here
        marks = footnotes.mark(_said(row, is_dose(table)))
        rows.append(Row(label_of(row), cells_of(row, table), marks))
    speeds = table["speed_m_s"].dropna().unique()
    at = f" at {speeds[0]:.4g} m/s" if len(speeds) == 1 else ""
    notes = [*_notes(table), *say_kept(cohort, float(speeds[0]) if len(speeds) == 1 else None)]
    return lay_table(
        caption or f"{_title(table)}{at}.",
        "Measure",
        heads,
        rows,
        footnotes=map(in_words, footnotes.sentences),
        notes=[*notes, *say_sources(cohort)],
        code=code or cell_code() or line,
        simulated=says_simulated(table) or bool(getattr(cohort, "simulated", False)),
    )


def _checked(comparison: object) -> pd.DataFrame:
    """The table of `compare_groups`, whole; read back from a file, an empty text is missing."""
    table = check_effects(comparison)
    needed = _NEEDED_OF_DOSE if is_dose(table) else _NEEDED
    missing = [name for name in needed if name not in table]
    if missing:
        raise DataError(
            f"the table has no column {', '.join(missing)}. Expected all columns that "
            "compare_groups gives; leave out rows, not columns."
        )
    texts = {name: table[name].astype(object).fillna("") for name in ("warning", "adjusted_for")}
    return table.assign(**texts)


def _as_curves(given: object) -> list[CurveComparison] | None:
    """Comparisons of curves as a list; None for a table."""
    if isinstance(given, CurveComparison):
        return [given]
    if isinstance(given, list | tuple):
        if given and all(isinstance(one, CurveComparison) for one in given):
            return list(given)
        kinds = ", ".join(dict.fromkeys(type(one).__name__ for one in given)) or "nothing"
        raise DataError(
            f"a list of {kinds} was given. Expected comparisons of curves, or one table of "
            "compare_groups, which takes several measures at once."
        )
    return None


def _said(row: pd.Series, dose: bool) -> list[str]:
    """What has to be read with a row: its verdict first, then each sentence of its warning."""
    warnings = without_simulated(split(row["warning"]))
    answered = np.isfinite(row["difference"]) and np.isfinite(row["ci_low"])
    said = [say_verdict(row)] if answered and not dose else []
    if not answered and not any(
        text.startswith(("Not measured", "Cannot tell")) for text in warnings
    ):
        said = ["Cannot tell: too few runners to say how sure."]
    if not dose and np.isfinite(row["hedges_g"]) and not np.isfinite(row["g_low"]):
        warnings.append(_ANALYTIC)
    if row["adjusted_for"]:
        names = ", ".join(name_of(name) for name in row["adjusted_for"].split(", "))
        warnings.append(f"Difference adjusted for {names}; means are not.")
    return [*said, *warnings]


def _title(table: pd.DataFrame) -> str:
    if is_dose(table):
        return f"Change {name_of_dose(table)}"
    contrasts = table["groups"].unique()
    if len(contrasts) > 1:
        return "Differences between groups"
    row = table.iloc[0]
    return f"Differences between groups: {row['groups']}"


def name_of_dose(table: pd.DataFrame) -> str:
    """The dose, as the end of a heading."""
    name = table["groups"].iloc[0].removeprefix("per unit of ")
    return f"with {name_of(name)}"


def _notes(table: pd.DataFrame) -> list[str]:
    level = f"{100 * table['confidence'].iloc[0]:g} %"
    tests = [str(test) for test in table["test"].dropna().unique() if test != "none"]
    said = ["Runners, not strides, are print_n", f"Interval: {level} confidence interval"]
    if not is_dose(table):
        said[0:0] = ["Mean ± SD over runners"]
        said.append("g: Hedges g with its interval")
    if tests:
        said.append(f"Test: {', '.join(tests)}; two-sided")
    n_tests = int(table["n_tests"].max())
    if n_tests > 1:
        said.append(f"p (Holm): corrected for {n_tests} tests")
    sides = {"both": "Mean of both sides", "left": "Left side", "right": "Right side"}
    said += [sides[side] for side in table["side"].dropna().unique() if side in sides]
    if np.isfinite(table["equivalence_margin"].astype(float)).any():
        said.append(EFFECT_NOTES)
    return [" ".join(map(ended, said))]

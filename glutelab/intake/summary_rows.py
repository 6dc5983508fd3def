"""Rows under a table that sum it up: they are nobody's."""

from __future__ import annotations

import re

import pandas as pd

from glutelab.errors import say
from glutelab.intake.sections import Sheet
from glutelab.intake.words import plain

__all__ = ["without_summaries"]

_CERTAIN = re.compile(
    r"(?:group |overall )?(?:mean|average|total|median)(?: .*)?|standard deviation|mittelwert|"
    r"gesamt|summe|promedio|moyenne|desvio padrao|desviacion estandar|ecart type"
)
# Runners may be called so, too: a summary only beside one that is certain.
_LIKELY = re.compile(
    r"sd|s d|std|st ?dev|stdev|se|sem|cv|n|sum|count|min|max|minimum|maximum|range|avg|mw|media|"
    r"iqr|std ?dev"
)


def without_summaries(
    frame: pd.DataFrame, sheet: Sheet, where: str
) -> tuple[pd.DataFrame, list[str]]:
    """A table without the rows of means and totals at its end, each of which is a problem.

    Parameters
    ----------
    frame : DataFrame
        Its index is named ``row``.
    sheet : Sheet
        Its ``columns`` name the one of the runners.
    where : str
        File, for error texts.

    Returns
    -------
    frame : DataFrame
    problems : list of str
    """
    column = sheet.columns.get("runner_id")
    if not isinstance(column, str) or column not in frame:
        return frame, []
    found = []
    for row, cell in reversed(list(frame[column].items())):
        words = plain(str(cell))
        if not (_CERTAIN.fullmatch(words) or _LIKELY.fullmatch(words)):
            break
        found.insert(0, (row, str(cell), bool(_CERTAIN.fullmatch(words))))
    if not any(certain for _, _, certain in found):
        return frame, []
    problems = [
        say(f"{where}, row {row}", f"{cell!r} looks like a summary, not a runner", "", "Remove it.")
        for row, cell, _ in found
    ]
    return frame.drop(index=[row for row, _, _ in found]), problems

"""The parts of a cohort: checked with one another, in pieces, or not there at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

import numpy as np
import pandas as pd

from glutelab.cohort.checks import check_levels, check_links
from glutelab.cohort.curve_blocks import check_block
from glutelab.cohort.manifest import TABLES, check_about
from glutelab.cohort.tables import Checked, check_table
from glutelab.errors import say
from glutelab.schema import Table

__all__ = ["NO_STRIDES", "absent_table", "check_parts", "check_together", "join_tables"]

NO_STRIDES = say(
    "curves.parquet",
    "there are curves, but no table strides",
    "one row of strides for each curve: which runner, trial, side and stride it is of",
)
_AT_ONCE = 64  # parts of a table that are joined before the next are looked at


def check_parts(
    where: str,
    tables: Mapping[str, pd.DataFrame],
    curves: Mapping[str, np.ndarray] | None,
    about: Mapping,
    names: Mapping[str, str],
) -> tuple[dict[str, Checked], list[str]]:
    """Check the parts of a cohort before they become one.

    Parameters
    ----------
    where : str
        For the sentences.
    tables, curves, about
        As `write_cohort` takes them.
    names : dict of str to str
        Table name to file name.

    Returns
    -------
    checked : dict of str to Checked
    problems : list of str
    """
    checked = {name: check_table(_bare(tables[name]), TABLES[name], names[name]) for name in names}
    problems = check_about(about)
    problems += [
        say(where, f"the table {table.name} is missing", table.row)
        for table in TABLES.values()
        if table.required and table.name not in names
    ]
    problems += [
        say(where, f"{name!r} is no table of a cohort", ", ".join(TABLES))
        for name in tables
        if name not in TABLES
    ]
    problems += check_together(checked, names, about.get("level_mapping"))
    if curves and "strides" not in tables:
        problems.append(NO_STRIDES)
    if isinstance(curves, Mapping) and curves and not problems:
        problems += check_block(curves, checked["strides"].frame)
    return checked, problems


def check_together(
    checked: Mapping[str, Checked], names: Mapping[str, str], level_mapping: object
) -> list[str]:
    """Problems of each table, and, where each can be read, of the tables with one another."""
    problems = [sentence for part in checked.values() for sentence in part.problems]
    usable = {
        name: part.frame
        for name, part in checked.items()
        if all(c.name in part.frame for c in TABLES[name] if c.required) and len(part.frame)
    }
    if {"runners", "trials", *({"strides"} & set(names))} <= set(usable):
        faulty = {name for name, part in checked.items() if part.problems}
        if not faulty:
            problems += check_links(usable, {"strides": "strides"} | dict(names))
            problems += check_levels(usable["runners"], level_mapping, names["runners"])
    elif not problems:
        problems += [
            say(names[name], "there are no rows", TABLES[name].row)
            for name in names
            if name in ("runners", "trials", "strides") and name not in usable
        ]
    return problems


def _bare(frame: pd.DataFrame) -> pd.DataFrame:
    """A table as it is stored: without the column that loading adds."""
    return frame.drop(columns="cohort", errors="ignore").reset_index(drop=True)


def absent_table(table: Table) -> pd.DataFrame:
    """What stands for a table that a cohort came without: no rows, and no measure nobody took."""
    columns = [c.name for c in table if c.required or c.name == "slope_pct"]
    return table.empty()[columns] if table.name == "strides" else table.empty()


def join_tables(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Parts of a table one below the other; at no time do they lie in memory twice.

    Parameters
    ----------
    parts : iterable of DataFrame
        A column that a part does not have is empty there.

    Returns
    -------
    DataFrame
    """
    parts, chunks, names = iter(parts), [], {}
    while some := list(islice(parts, _AT_ONCE)):
        chunk = pd.concat(some, ignore_index=True)
        names |= dict.fromkeys(chunk)
        chunks.append(({name: chunk[name].copy() for name in chunk}, len(chunk)))
    columns = {}
    for name in names:
        dtype = next(columns[name].dtype for columns, _ in chunks if name in columns)
        blank = dtype if dtype.kind == "f" or isinstance(dtype, pd.StringDtype) else "object"
        columns[name] = pd.concat(
            [
                chunk.pop(name) if name in chunk else pd.Series(None, range(count), dtype=blank)
                for chunk, count in chunks
            ],
            ignore_index=True,
        )
    return pd.DataFrame(columns, copy=False)

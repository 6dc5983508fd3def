"""A table that comes in parts, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import pandas as pd

from glutelab.schema import Table

__all__ = ["absent_table", "join_tables"]

_AT_ONCE = 64  # parts of a table that are joined before the next are looked at


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

"""Where a notebook leaves its headline table."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd

from glutelab.errors import DataError

__all__ = ["FOLDER_VARIABLE", "save_table"]

# `report` tells the notebooks it runs by this variable where their tables go.
FOLDER_VARIABLE = "GLUTELAB_REPORT_FOLDER"


def save_table(table: pd.DataFrame, name: str) -> None:
    """Write a result table as CSV, whole or not at all, and say where.

    Inside `report` it goes to the report's ``tables`` folder; from a notebook run by hand, to
    ``reports/by_hand/tables`` beside the notebooks' folder.

    Parameters
    ----------
    table : DataFrame
    name : str
        File name without ending: letters, digits, ``_`` and ``-``.

    Raises
    ------
    DataError
        If the name is no plain file name.
    """
    if not re.fullmatch(r"[\w-]+", name):
        raise DataError(
            f"table name {name!r}: expected letters, digits, _ and - only, without ending."
        )
    here = Path.cwd()
    by_hand = (here.parent if here.name == "notebooks" else here) / "reports" / "by_hand"
    report = os.environ.get(FOLDER_VARIABLE)
    folder = Path(report or by_hand) / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    path, partial = folder / f"{name}.csv", folder / f".{name}.csv.partial"
    table.to_csv(partial, index=False, lineterminator="\n", float_format="%.6g")
    partial.replace(path)
    shown = path.relative_to(folder.parent if report else by_hand.parents[1]).as_posix()
    print(f"{len(table)} rows saved: {shown}")

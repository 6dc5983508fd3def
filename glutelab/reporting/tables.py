"""Where a notebook leaves its headline table and its figures."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd

from glutelab.errors import DataError

__all__ = ["FOLDER_VARIABLE", "report_folder", "save_table"]

# `report` tells the notebooks it runs by this variable where their tables go.
FOLDER_VARIABLE = "GLUTELAB_REPORT_FOLDER"


def report_folder(name: str) -> Path:
    """A folder of the report that a notebook belongs to, made if it is not there.

    Inside `report` it is the report's; from a notebook run by hand, that of ``reports/by_hand``
    beside the notebooks' folder.

    Parameters
    ----------
    name : str
        Such as ``figures``: letters, digits, ``_`` and ``-``.

    Returns
    -------
    Path

    Raises
    ------
    DataError
        If the name is no plain folder name.

    Examples
    --------
    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as report:
    ...     os.environ[FOLDER_VARIABLE] = report
    ...     report_folder("figures").name
    ...     del os.environ[FOLDER_VARIABLE]
    'figures'
    """
    if not isinstance(name, str) or not re.fullmatch(r"[\w-]+", name):
        raise DataError(f"folder name {name!r}: expected letters, digits, _ and - only.")
    here = Path.cwd()
    by_hand = (here.parent if here.name == "notebooks" else here) / "reports" / "by_hand"
    folder = Path(os.environ.get(FOLDER_VARIABLE) or by_hand) / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


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

    Examples
    --------
    >>> import os, tempfile
    >>> import glutelab as gl
    >>> os.environ["GLUTELAB_REPORT_FOLDER"] = tempfile.mkdtemp()  # as `report` does
    >>> gl.save_table(gl.list_cohorts(), "00_cohorts")
    3 rows saved: tables/00_cohorts.csv
    >>> del os.environ["GLUTELAB_REPORT_FOLDER"]
    """
    if not re.fullmatch(r"[\w-]+", name):
        raise DataError(
            f"table name {name!r}: expected letters, digits, _ and - only, without ending."
        )
    folder = report_folder("tables")
    path, partial = folder / f"{name}.csv", folder / f".{name}.csv.partial"
    table.to_csv(partial, index=False, lineterminator="\n", float_format="%.6g")
    partial.replace(path)
    by_hand = not os.environ.get(FOLDER_VARIABLE)
    shown = path.relative_to(folder.parents[2] if by_hand else folder.parent).as_posix()
    print(f"{len(table)} rows saved: {shown}")

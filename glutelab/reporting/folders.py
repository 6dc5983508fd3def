"""Where a report will lie."""

from __future__ import annotations

import os
from pathlib import Path

from glutelab.errors import DataError

__all__ = ["make_parent", "refuse_foreign"]


def make_parent(target: Path) -> None:
    """The folder that a report will lie in, if it can be written to.

    Raises
    ------
    DataError
    """
    parent = target.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        writable = os.access(parent, os.W_OK)
        why = "" if writable else "it is not yours to write in"
    except OSError as error:
        why = error.strerror or type(error).__name__
    if why:
        raise DataError(
            f"no report can be written to {parent}: {why}. Expected a folder of yours; name one "
            "with to (--to)."
        )


def refuse_foreign(target: Path) -> None:
    """Only a report is replaced by a report: the folder of a cohort has its name, too.

    Raises
    ------
    DataError
    """
    if not os.path.lexists(target) or (target / "manifest.json").is_file():
        return
    if target.is_dir() and not any(target.iterdir()):
        return
    kind = "a folder without manifest.json" if target.is_dir() else "a file"
    raise DataError(
        f"{target} is {kind}, so no report, and nothing in it is replaced. Name another place for "
        "the report with to (--to), such as reports."
    )

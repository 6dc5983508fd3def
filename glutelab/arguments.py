"""What a function was given; whatever it cannot use is refused in a sentence."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from glutelab.errors import DataError

__all__ = ["check_cohort", "check_name", "closest", "make_place"]


def check_cohort(cohort: object) -> None:
    """Refuses what is no cohort: its name, one of its tables, a list of cohorts.

    Parameters
    ----------
    cohort : object
        Whatever has ``strides`` and ``trials`` will do.

    Raises
    ------
    DataError
    """
    has = all(hasattr(cohort, name) for name in ("strides", "trials"))
    if has and not isinstance(cohort, pd.DataFrame | type):
        return
    name = cohort if isinstance(cohort, str) else "rbds2017"
    raise DataError(
        f'a {type(cohort).__name__} was given. Expected a cohort: glutelab.load_cohort("{name}").'
    )


def check_name(name: object, what: str = "measure", example: str = "hip_range_deg") -> str:
    """One name; refuses a list of them.

    Examples
    --------
    >>> check_name("hip_range_deg")
    'hip_range_deg'
    """
    if isinstance(name, str):
        return name
    raise DataError(f"{what} {name!r} is no name. Expected a word, such as {example}.")


def closest(name: object, known: Iterable[str]) -> str:
    """The end of a sentence about a name that is not there.

    Examples
    --------
    >>> closest("singel", ["single", "double"])
    " Did you mean 'single'?"
    >>> closest("red", ["single", "double"])
    ''
    """
    close = difflib.get_close_matches(str(name).casefold(), list(known), 2, 0.5)
    return f" Did you mean {' or '.join(map(repr, close))}?" if close else ""


def make_place(target: object, name: str = "") -> Path:
    """Folder and beginning of the names of files; the folder is made.

    Parameters
    ----------
    target : str or Path
    name : str
        What the files are called if only a folder is given; without it, that is refused.

    Raises
    ------
    DataError
        If it is no path, names nothing, or the folder cannot be made.

    Examples
    --------
    >>> make_place("./figure_2").name, make_place("./", "RBDS012").name
    ('figure_2', 'RBDS012')
    """
    if not isinstance(target, str | os.PathLike) or not str(target).strip():
        raise DataError(f"{target!r} names no file. Expected a folder and a name, as 'figures/a'.")
    text = os.fspath(target)
    folder = text.endswith(("/", os.sep)) or Path(text).is_dir()
    if folder and not name:
        raise DataError(f"{text!r} is a folder. Add the name of the file, as 'figures/a'.")
    place = Path(text) / name if folder else Path(text)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise DataError(
            f"the folder {place.parent} cannot be made: {why}. Expected a folder to write in."
        ) from error
    return place

"""What a function was given; whatever it cannot use is refused in a sentence."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import pandas as pd

from glutelab.errors import DataError

__all__ = ["check_cohort", "check_name", "closest"]


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

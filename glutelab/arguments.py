"""What a function was given; whatever it cannot use is refused in a sentence."""

from __future__ import annotations

import pandas as pd

from glutelab.errors import DataError

__all__ = ["check_cohort", "check_name"]


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

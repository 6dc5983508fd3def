"""A cohort that was made, not read: the same checks, and no folder."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from glutelab.cohort.cohort import Cohort
from glutelab.cohort.curve_store import ROUNDED_TO_DEG
from glutelab.cohort.manifest import TABLES
from glutelab.cohort.parts import absent_table, check_parts
from glutelab.errors import ProblemList

__all__ = ["cohort_in_memory"]


class CurvesInMemory:
    """What `CurveStore` gives, without a file.

    Parameters
    ----------
    curves : dict of str to ndarray, shape (n_strides, 101)
        Degrees; rounded to 1/128 degree, as a file would have them.
    """

    path = None

    def __init__(self, curves: Mapping[str, np.ndarray]):
        self.variables = tuple(curves)
        self._curves = {name: _rounded(values) for name, values in curves.items()}

    def matrix(self, variable: str) -> np.ndarray:
        """One variable, read-only, shape (n_strides, 101), float32."""
        return self._curves[variable]

    def rows(self, variable: str, places: np.ndarray) -> np.ndarray:
        """Some rows of one variable."""
        return self._curves[variable][places]


def _rounded(values: np.ndarray) -> np.ndarray:
    steps = np.round(np.asarray(values, np.float64) / ROUNDED_TO_DEG)
    rounded = (steps * ROUNDED_TO_DEG).astype(np.float32) + np.float32(0.0)
    rounded.flags.writeable = False
    return rounded


def cohort_in_memory(
    tables: Mapping[str, pd.DataFrame], curves: Mapping[str, np.ndarray] | None, about: Mapping
) -> Cohort:
    """Check the parts of a cohort and put them together, without writing anything.

    Parameters
    ----------
    tables, curves, about
        As `write_cohort` takes them.

    Returns
    -------
    Cohort
        Equal to what writing and reading it would give, but that its ``folder`` is None.

    Raises
    ------
    ProblemList
        Everything that is wrong, one sentence each.
    """
    names = {name: name for name in TABLES if name != "curves" and name in tables}
    checked, problems = check_parts(str(about.get("name")), tables, curves, about, names)
    if problems:
        raise ProblemList(str(about.get("name")), problems)
    frames = {
        name: checked[name].frame if name in checked else absent_table(table)
        for name, table in TABLES.items()
        if name != "curves"
    }
    strides = frames["strides"]
    strides.insert(0, "cohort", pd.Series(about["name"], index=strides.index, dtype="str"))
    warnings = [sentence for part in checked.values() for sentence in part.warnings]
    notes = [sentence for part in checked.values() for sentence in part.notes]
    store = CurvesInMemory(curves) if curves else None
    return Cohort(None, {"resources": [], **about}, frames, store, warnings, notes)

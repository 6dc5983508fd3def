"""What a difference is held against: the margin that matters, and the smallest real change."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from glutelab.contrasts.choices import check_number
from glutelab.errors import DataError

__all__ = ["SmallestChange", "list_margins"]


def list_margins(given: float | Mapping[str, float] | None, names: list[str]) -> dict[str, float]:
    """The equivalence margin of each measure; NaN for none.

    Raises
    ------
    DataError
    """
    if isinstance(given, Mapping):
        unknown = [name for name in given if name not in names]
        if unknown:
            raise DataError(f"equivalence_margin names {unknown[0]!r}, which is not compared.")
        margins = {name: given.get(name, np.nan) for name in names}
    else:
        margins = dict.fromkeys(names, np.nan if given is None else given)
    for name, margin in margins.items():
        check_number(f"equivalence_margin of {name}", margin, _is_margin, "a number, more than 0")
    return {name: float(margin) for name, margin in margins.items()}


def _is_margin(value: float) -> bool:
    return np.isnan(value) or value > 0


class SmallestChange:
    """The smallest detectable change (MDC) of one runner, as `reliability` or somebody gives it.

    Parameters
    ----------
    given : DataFrame, mapping or None
        From `reliability`, or measure to number.
    within : float
        How far the speed of a row of the table may be from that of the runners, m/s.

    Raises
    ------
    DataError
        If it is neither, or holds no numbers.
    """

    def __init__(self, given: pd.DataFrame | Mapping | None, within: float):
        self.within, self.table, self.numbers = within, None, {}
        if isinstance(given, pd.DataFrame):
            missing = {"measure", "mdc95"} - set(given)
            if missing:
                raise DataError(
                    f"mdc has no column {min(missing)}. Expected the table of "
                    "glutelab.reliability(cohort), or a mapping from measure to number."
                )
            self.table = given
        elif isinstance(given, Mapping):
            for name, value in given.items():
                check_number(f"mdc of {name}", value, lambda _: True, "a number")
            self.numbers = {name: float(value) for name, value in given.items()}
        elif given is not None:
            raise DataError(
                f"mdc is a {type(given).__name__}. Expected the table of "
                "glutelab.reliability(cohort), or a mapping from measure to number."
            )

    def find(self, measure: str, conditions: list[dict[str, object]]) -> float:
        """That of a measure, under the same conditions; the largest of several; else NaN.

        Parameters
        ----------
        measure : str
        conditions : list of dict
            ``speed_m_s, side, slope_pct``, as far as they are known, of each of the groups.

        Returns
        -------
        float
            NaN if it is not known for one of the conditions.
        """
        if self.table is None:
            return self.numbers.get(measure, np.nan)
        rows = self.table[self.table["measure"] == measure]
        return float(np.max([self._under(rows, one) for one in conditions]))

    def _under(self, rows: pd.DataFrame, conditions: dict[str, object]) -> float:
        if "speed_m_s" in rows:  # of another speed it is another number
            off = (rows["speed_m_s"] - conditions.get("speed_m_s", np.nan)).abs()
            rows = rows[off <= self.within + 1e-9]
            rows = rows[off[rows.index] == off.min()]
        for name in ("side", "slope_pct"):
            if name not in rows:
                continue
            if name in conditions:
                rows = rows[rows[name] == conditions[name]]
            elif rows[name].nunique() > 1:
                return np.nan
        if rows.empty:
            return np.nan
        # Runners' tables hold means over strides; of one session, where there are sessions.
        sessions = rows.get("split", pd.Series("", rows.index)) == "sessions"
        means = rows.get("mdc95_mean", rows["mdc95"])
        return float(rows["mdc95"].where(sessions, means).max())

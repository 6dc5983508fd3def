"""One measure and one contrast: its runners, and how they become a row of the result."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.contrasts.caveats import FEW, find_caveats, say_simulated, too_few, why_no_answer
from glutelab.contrasts.covariates import covariate_columns
from glutelab.contrasts.membership import DOSE
from glutelab.contrasts.rows import PERSON, is_number, left_out, word
from glutelab.errors import DataError
from glutelab.groups.contrast import Options, dose_response, paired_conditions, two_groups
from glutelab.schema import unit

__all__ = ["Part"]

UNEQUAL = 1.5


class Part:
    """The runners of one contrast, and what has to be said of them.

    Parameters
    ----------
    rows : DataFrame
        From `choose_rows`.
    labels : Series
    pair : list
        The two groups, or ``[DOSE]``.
    by, measure : str
    covariates : list of str
    absent : str
        Why there can be no answer, if that is known beforehand.
    """

    def __init__(self, rows, labels, pair, by, measure, covariates, absent):
        self.dose = pair == [DOSE]
        self.simulated = say_simulated(rows)
        if not self.dose:
            rows, labels = rows[labels.isin(pair)], labels[labels.isin(pair)]
        self.pair, self.by, self.measure = pair, by, measure
        needed = [measure, *covariates, *([by] if self.dose else [])]
        self.reason = absent or why_no_answer(rows, labels, pair, by, needed)
        complete = rows[needed].notna().all(axis=1)
        self.notes = [] if absent else left_out(f"no {' or '.join(needed)}", rows[~complete])
        self.rows, self.labels = rows[complete], labels[complete]
        self.covariates = [] if self.reason else covariates

    def compare(self, paired: bool, options: Options) -> tuple[dict, list[str]]:
        """The numbers, and the sentences that belong to them.

        Parameters
        ----------
        paired : bool
        options : Options

        Returns
        -------
        row : dict
            Without the numbers that the runners cannot give.
        sentences : list of str
        """
        row = self._names() | (self._paired(options) if paired else self._unpaired(options))
        if self.reason:
            return row, [self.reason, *self.simulated, *self.notes]
        caveats = find_caveats(self.rows, self.labels, self.pair, self.by)
        return row, [*caveats, *self.notes]

    def _names(self) -> dict:
        row = {"measure": self.measure, "unit": unit(self.measure)}
        if self.dose:
            per = f"{row['unit']} per {unit(self.by) or self.by}".strip()
            return row | {"groups": f"per unit of {self.by}", "unit": per}
        first, second = map(word, self.pair)
        return row | {"groups": f"{first} minus {second}", "group_1": first, "group_2": second}

    def _unpaired(self, options: Options) -> dict:
        y = self.rows[self.measure].to_numpy(float)
        group = self.labels if self.dose else self.labels == self.pair[0]
        group = group.to_numpy(float)
        # First group first, then by name: the order of rows changes nothing.
        order = np.argsort(-group, kind="stable")
        y, group = y[order], group[order]
        columns, used, notes = covariate_columns(
            self.rows.iloc[order], self.covariates, group, self.by
        )
        self.notes += notes
        if self.dose:
            row = dose_response(y, group, columns, options)
            self._say_limits([row["n"]], y, row.get("detectable_r", np.nan), "|r|")
        else:
            n1 = int(group.sum())
            row = two_groups(y[:n1], y[n1:], columns, options)
            self.notes += _unequal_spread(row)
            self._say_limits([n1, len(y) - n1], y, row.get("detectable_g", np.nan), "|g|")
        return row | {"adjusted_for": ", ".join(used)}

    def _paired(self, options: Options) -> dict:
        keyed = self.rows.set_index([self.rows[name] for name in PERSON])
        labels = self.labels.to_numpy()
        parts = [keyed[labels == name] for name in self.pair]
        common = parts[0].index.intersection(parts[1].index).sort_values()
        if not self.reason:
            lone = ~keyed.index.isin(common)
            self.notes += left_out("not under both conditions", self.rows[lone])
        if not len(common) and not self.reason:
            self.reason = f"Cannot tell: no runner has {self.measure} under both conditions."
            self.covariates = []
        first, second = (part.loc[common] for part in parts)
        columns, used = self._changes(first, second)
        y1, y2 = (part[self.measure].to_numpy(float) for part in (first, second))
        row = paired_conditions(y1, y2, columns, options)
        self._say_limits([len(y1)], y1 - y2, row.get("detectable_g", np.nan), "|g|")
        return row | {"adjusted_for": ", ".join(used)}

    def _changes(self, first: pd.DataFrame, second: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
        """Differences of the covariates between the conditions, of those that differ."""
        numbers = [name for name in self.covariates if is_number(first[name])]
        changes = first[numbers] - second[numbers]
        moving = [name for name in numbers if changes[name].abs().max() > 0]
        self.notes += [
            f"Not adjusted for {name}, which does not change within a runner."
            for name in self.covariates
            if name not in moving
        ]
        columns = changes[moving].to_numpy(float)
        base = np.column_stack([np.ones(len(columns)), columns])
        if moving and np.linalg.matrix_rank(base) <= len(moving):
            raise DataError(
                f"{', '.join(moving)} changes with {self.by} in the same way in all runners, so "
                "the two cannot be told apart. Leave it out of adjust_for."
            )
        return columns, moving

    def _say_limits(self, n: list[int], y: np.ndarray, least: float, effect: str) -> None:
        if self.reason:
            return
        if np.ptp(y) == 0 and len(y) > 1:
            self.notes.append("Cannot tell: all values are the same.")
        else:
            self.notes += too_few(n, bool(np.isfinite(least)), f"{effect} of {least:.1f}")


def _unequal_spread(row: dict) -> list[str]:
    """A sentence if sizes and standard deviations both differ so much that intervals suffer."""
    n, sd = (row["n_1"], row["n_2"]), (row["sd_1"], row["sd_2"])
    if min(n) < FEW or not min(sd) > 0 or max(n) < UNEQUAL * min(n) or max(sd) < UNEQUAL * min(sd):
        return []
    ratio = max(sd) / min(sd)
    return [f"Standard deviations differ by a factor of {ratio:.1f}: do not use g_analytic."]

"""One measure and one contrast: its runners, and how they become a row of the result."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.contrasts.caveats import find_caveats, say_simulated, too_few, why_no_answer
from glutelab.contrasts.covariates import (
    Inseparable,
    covariate_columns,
    fitted_alone,
    leave_alone,
)
from glutelab.contrasts.membership import DOSE
from glutelab.contrasts.rows import PERSON, is_number, left_out
from glutelab.groups.contrast import Options, dose_response, paired_conditions, two_groups
from glutelab.schema import unit
from glutelab.selection import ENOUGH

__all__ = ["Part"]

UNEQUAL = 1.5
_KNOWN = {"n_1", "n_2", "mean_1", "sd_1", "mean_2", "sd_2", "n", "mean", "sd"}
_KNOWN |= {"mean_dose", "sd_dose"}


class Part:
    """The runners of one contrast, and what has to be said of them.

    Parameters
    ----------
    rows : DataFrame
        From `choose_rows`.
    labels : Series
    pair : list
        The two groups, or ``[DOSE]``.
    called : list of str
        How they are read.
    by, measure : str
    covariates : list of str
    absent : str
        Why there can be no answer, if that is known beforehand.
    """

    def __init__(self, rows, labels, pair, called, by, measure, covariates, absent):
        self.dose = pair == [DOSE]
        self.simulated = say_simulated(rows)
        if not self.dose:
            rows, labels = rows[labels.isin(pair)], labels[labels.isin(pair)]
        self.pair, self.called, self.by, self.measure = pair, called, by, measure
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

        Raises
        ------
        Inseparable
            If the groups cannot be told apart from a covariate.
        """
        row = self._names() | (self._paired(options) if paired else self._unpaired(options))
        if self.reason:
            return row, [self.reason, *self.simulated, *self.notes]
        caveats = find_caveats(self.rows, self.labels, self.pair, self.by)
        return row, [*caveats, *self.notes]

    def unanswered(self, paired: bool, options: Options, why: Inseparable) -> tuple:
        """As `compare`, where the groups cannot be told apart from a covariate."""
        self.reason, self.covariates = f"Cannot tell: {why}", []
        return self.compare(paired, options)

    def _names(self) -> dict:
        row = {"measure": self.measure, "unit": unit(self.measure)}
        if self.dose:
            per = f"{row['unit']} per {unit(self.by) or self.by}".strip()
            return row | {"groups": f"per unit of {self.by}", "unit": per}
        first, second = self.called
        return row | {"groups": f"{first} minus {second}", "group_1": first, "group_2": second}

    def _unpaired(self, options: Options) -> dict:
        covariates = self._leave_alone()
        y = self.rows[self.measure].to_numpy(float)
        group = self._group()
        # First group first: the order of rows changes nothing.
        order = np.argsort(-group, kind="stable")
        y, group = y[order], group[order]
        columns, used, notes = covariate_columns(
            self.rows.iloc[order], covariates, group, self.by, thinned=self.thinned
        )
        self.notes += notes
        if self.dose:
            row = dose_response(y, group, columns, options)
            n, flat = [row["n"]], f"all values follow from {self.by}"
        else:
            n1 = int(group.sum())
            row = two_groups(y[:n1], y[n1:], columns, options)
            self.notes += _unequal_spread(row)
            n, flat = [n1, len(y) - n1], "all values of a group are the same"
        if used:
            flat = f"all values follow from {self.by} and {', '.join(used)}"
        if len(y) and np.ptp(y) == 0:
            flat = "all values are the same"
        return self._limited(row, n, flat, options) | {"adjusted_for": ", ".join(used)}

    def _group(self) -> np.ndarray:
        return (self.labels if self.dose else self.labels == self.pair[0]).to_numpy(float)

    def _leave_alone(self) -> list[str]:
        """Take out those of whom the covariates know everything; the covariates that remain."""
        self.thinned = False
        if self.reason or not (self.covariates or self.dose):
            return self.covariates
        keep, notes, reason = leave_alone(self.rows, self.covariates, self._group(), self.by)
        counts = [1] if self.dose else [(self.labels[keep] == name).sum() for name in self.pair]
        self.thinned = not keep.all()
        self.rows, self.labels = self.rows[keep], self.labels[keep]
        self.notes += notes
        if reason and (self.dose or min(counts) > 1):
            self.reason = reason
        return [] if self.reason else self.covariates

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
        columns, used, keep = self._changes(first, second)
        y1, y2 = (part.loc[keep, self.measure].to_numpy(float) for part in (first, second))
        row = paired_conditions(y1, y2, columns, options)
        flat = "all runners change by the same amount"
        return self._limited(row, [len(y1)], flat, options) | {"adjusted_for": ", ".join(used)}

    def _changes(self, first: pd.DataFrame, second: pd.DataFrame) -> tuple:
        """Differences of the covariates between the conditions, of those that differ, and in whom.

        A runner who alone changes in a covariate is fitted whatever the value, and left out.
        """
        numbers = [name for name in self.covariates if is_number(first[name])]
        changes = first[numbers] - second[numbers]
        keep = np.ones(len(changes), bool)
        while (alone := fitted_alone(changes[keep].to_numpy(float), 2)).any():
            keep[np.flatnonzero(keep)[alone]] = False
        self.notes += left_out(f"alone once adjusted for {', '.join(numbers)}", first[~keep])
        changes = changes[keep]
        moving = [name for name in numbers if changes[name].abs().max() > 0]
        self.notes += [
            f"Not adjusted for {name}, which does not change within a runner."
            for name in self.covariates
            if name not in moving
        ]
        columns = changes[moving].to_numpy(float)
        base = np.column_stack([np.ones(len(columns)), columns])
        if moving and np.linalg.matrix_rank(base) <= len(moving):
            raise Inseparable(
                f"{', '.join(moving)} changes with {self.by} in the same way in all runners, so "
                "the two cannot be told apart. Leave it out of adjust_for."
            )
        if moving and fitted_alone(base, 1).any():
            who = first["runner_id"].to_numpy()[keep][fitted_alone(base, 1)][0]
            words = ", ".join(moving)
            self.reason = f"Cannot tell: adjusted for {words}, the change rests on {who} alone."
        return columns, moving, keep

    def _limited(self, row: dict, n: list[int], flat: str, options: Options) -> dict:
        """Say what so many runners cannot tell; only what is known where they tell nothing."""
        limit = row.pop("limit", "")
        if self.reason:
            return {name: row[name] for name in row if name in _KNOWN}
        if limit == "spread":
            self.notes.append(f"Cannot tell: {flat}.")
        elif limit == "relabelings":
            few = f"p = {1 - options.confidence:g}: so few relabelings exist"
            self.notes += too_few(n, False, "", few)
        else:
            effect = "r" if self.dose else "g"
            least = row.get(f"detectable_{effect}", np.nan)
            said = f"only |{effect}| of {least:.1f} or more is found"
            self.notes += too_few(n, bool(np.isfinite(least)), said)
        return row


def _unequal_spread(row: dict) -> list[str]:
    """A sentence if sizes and standard deviations both differ so much that intervals suffer."""
    n, sd = (row["n_1"], row["n_2"]), (row["sd_1"], row["sd_2"])
    if (
        min(n) < ENOUGH
        or not min(sd) > 0
        or max(n) < UNEQUAL * min(n)
        or max(sd) < UNEQUAL * min(sd)
    ):
        return []
    ratio = max(sd) / min(sd)
    return [f"Standard deviations differ by a factor of {ratio:.1f}: do not use g_analytic."]

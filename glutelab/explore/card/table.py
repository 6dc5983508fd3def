"""One row per measure: the runner, the others, the measurement error, the verdict."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.conditions import pooled_caveats
from glutelab.errors import DataError
from glutelab.explore.card.choose import Chosen
from glutelab.explore.card.panel import HIP_WORK, Item
from glutelab.measures import measure_names
from glutelab.repeatability import reliability
from glutelab.schema import STRIDES, unit
from glutelab.selection import ENOUGH
from glutelab.sentences import join

__all__ = [
    "BETWEEN",
    "GIVEN",
    "HIGHER",
    "LOWER",
    "NO_DIFFERENCE",
    "UNKNOWN_ERROR",
    "UNMEASURED",
    "WITHIN",
    "Errors",
    "make_table",
    "percentile",
]

HIGHER = "higher than the middle of these runners"
LOWER = "lower than the middle of these runners"
NO_DIFFERENCE = "no difference that could be told from measurement error"
UNMEASURED = "Not measured in this cohort"
# The halves of a recording share what these are most wrong by: the center of pressure (5 mm move
# the hip's share by some 3 points), and the one standing trial.
NOT_BY_HALVES = (HIP_WORK, "pelvic_tilt_from_standing_deg")
UNKNOWN_ERROR = "Cannot tell: its measurement error is not known"
FEWEST = 5  # runners from whom an error of measurement can be told, as in `reliability`
NORMAL = 1.96
# Where an error comes from.
WITHIN, BETWEEN, GIVEN = "halves of one recording", "between sessions", "as given"


def percentile(value: float, others: np.ndarray) -> float:
    """Share of the others who are lower, in percent; of those who are equal, one half.

    Parameters
    ----------
    value : float
    others : ndarray
        Without the runner, and without missing values.

    Examples
    --------
    >>> percentile(3.0, np.array([1.0, 2.0, 3.0, 8.0]))
    62.5
    """
    others = np.asarray(others, float)
    return float(100 * ((others < value).sum() + 0.5 * (others == value).sum()) / len(others))


def make_table(
    cohort, items: list[Item], chosen: Chosen, given: dict[str, float], errors: Errors
) -> pd.DataFrame:
    """The table of `RunnerCard`.

    Parameters
    ----------
    cohort : Cohort
    items : list of Item
    chosen : Chosen
    given : dict of str to float
        Standard errors of measurement that were stated and take the place of those found here.
    errors : Errors

    Returns
    -------
    DataFrame
        Columns as `RunnerCard` names them.
    """
    found = errors.find(chosen)
    found |= {name: (float(sem), GIVEN) for name, sem in given.items()}
    front = {
        "cohort": cohort.name,
        "runner_id": chosen.runner["runner_id"],
        **chosen.conditions,
        "side": chosen.side,
    }
    everyone = pd.concat([chosen.runner.to_frame().T, chosen.others])
    warning = join(pooled_caveats(everyone.assign(cohort=cohort.name, simulated=cohort.simulated)))
    rows = [front | _row(item, chosen, *found.get(item.name, (np.nan, ""))) for item in items]
    return pd.DataFrame(rows).assign(warning=warning)


def _row(item: Item, chosen: Chosen, sem: float, source: str) -> dict:
    """What one measure says; NaN wherever it says nothing."""
    value = float(chosen.runner.get(item.name, np.nan))
    found = chosen.others[item.name] if item.name in chosen.others else pd.Series(dtype=float)
    others = found.dropna().to_numpy(float)
    mdc = NORMAL * np.sqrt(2) * sem
    row = {
        "group": item.group,
        "measure": item.name,
        "label": item.label,
        "unit": unit(item.name),
        "article_direction": item.direction,
        "value": value,
        "n_runners": len(others),
        **dict.fromkeys(("median", "q25", "q75", "difference"), np.nan),
        "sem": sem,
        "mdc95": mdc,
        "error_source": source,
        **dict.fromkeys(("percentile", "percentile_low", "percentile_high"), np.nan),
        "position": "",
    }
    if len(others) >= ENOUGH:
        q25, median, q75 = np.quantile(others, [0.25, 0.5, 0.75])
        row |= {"median": median, "q25": q25, "q75": q75, "difference": value - median}
    if len(others) >= ENOUGH and np.isfinite(value):
        where = "lowest quarter" if value < q25 else "highest quarter" if value > q75 else ""
        row |= {"percentile": percentile(value, others), "position": where or "middle half"}
        if np.isfinite(sem):
            reach = NORMAL * sem
            row["percentile_low"] = percentile(value - reach, others)
            row["percentile_high"] = percentile(value + reach, others)
    return row | {"verdict": _verdict(row)}


def _verdict(row: dict) -> str:
    if not np.isfinite(row["value"]):
        return "Not measured in this runner" if row["n_runners"] else UNMEASURED
    if row["n_runners"] < ENOUGH:
        n = row["n_runners"]
        return f"Cannot tell: {n} other runner{'' if n == 1 else 's'}"
    if not np.isfinite(row["mdc95"]):
        return UNKNOWN_ERROR
    if abs(row["difference"]) <= row["mdc95"]:
        return NO_DIFFERENCE
    return HIGHER if row["difference"] > 0 else LOWER


# --- measurement error ----------------------------------------------------------------------------


class Errors:
    """Errors of measurement of one cohort; the tables of reliability are made once for each side.

    Parameters
    ----------
    cohort : Cohort
    items : list of Item
    """

    def __init__(self, cohort, items: list[Item]):
        self._cohort = cohort
        self._names = [item.name for item in items if _is_of_strides(cohort, item.name)]
        self._splits = [("halves", "sem_mean", WITHIN)]
        if "session" in cohort.trials and cohort.trials["session"].nunique() > 1:
            self._splits.append(("sessions", "sem", BETWEEN))
        self._tables: dict[tuple[str, str], pd.DataFrame | None] = {}

    def find(self, chosen: Chosen) -> dict[str, tuple[float, str]]:
        """SEM of each measure and where it comes from: sessions if there are any, else halves."""
        found: dict[str, tuple[float, str]] = {}
        for split, column, source in self._splits if self._names else ():
            table = self._table(split, chosen.side)
            if table is None:
                continue
            rows = table[_here(table, chosen.conditions) & (table["n_runners"] >= FEWEST)]
            for row in rows[rows[column].notna()].to_dict("records"):
                if split != "halves" or row["measure"] not in NOT_BY_HALVES:
                    found[row["measure"]] = (row[column], source)
        return found

    def _table(self, split: str, side: str) -> pd.DataFrame | None:
        if (split, side) not in self._tables:
            try:
                table = reliability(self._cohort, self._names, split=split, side=side)
            except DataError:  # trials without a session
                table = None
            self._tables[split, side] = table
        return self._tables[split, side]


def _is_of_strides(cohort, name: str) -> bool:
    return name in measure_names(cohort.strides) or (
        name in STRIDES and STRIDES[name].dtype == "number"
    )


def _here(table: pd.DataFrame, conditions: dict) -> np.ndarray:
    """Rows of the same condition; a condition that both lack is the same."""
    keep = np.ones(len(table), bool)
    for name, value in conditions.items():
        if name not in table:
            continue
        column = table[name]
        if pd.isna(value):
            keep &= column.isna().to_numpy()
        elif isinstance(value, float | int):
            keep &= np.isclose(column.astype(float), value)
        else:
            keep &= (column == value).to_numpy()
    return keep

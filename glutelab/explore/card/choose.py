"""The runner, and the others beside whom it is set: one speed, slope, shoe, session and side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from glutelab.contrasts.choices import check_number, plain
from glutelab.contrasts.rows import find_column, is_number, listed
from glutelab.errors import DataError
from glutelab.explore.choices import did_you_mean
from glutelab.schema.keys import CONDITIONS, LEVELS
from glutelab.selection import pick_side

__all__ = ["Chosen", "choose"]

EVERYONE = "all"


@dataclass(frozen=True)
class Chosen:
    """What a card is about.

    Attributes
    ----------
    runner : Series
        The row of runner means.
    others : DataFrame
        One row for each of the other runners, the runner never among them.
    side : str
    conditions : dict
        Speed, slope, and shoe and session where the cohort names them.
    against : str
        Who the others are, as it is read: ``"runners of rbds2017"``.
    notes : list of str
        What was chosen without being asked for.
    """

    runner: pd.Series
    others: pd.DataFrame
    side: str
    conditions: dict
    against: str
    notes: list[str] = field(default_factory=list)


def choose(runners: pd.DataFrame, runner_id: str, side: str, wanted: dict, against) -> Chosen:
    """The runner's row at one condition, and those of the others at the same.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`, of one cohort.
    runner_id : str
    side : {"both", "left", "right"}
    wanted : dict
        ``speed_m_s, slope_pct, shoe, session``; None is the only one there is, and for the speed
        the middle one.
    against : str, sequence of str, mapping or None
        As in `RunnerCard`.

    Raises
    ------
    DataError
    """
    _check_runner(runners, runner_id)
    own = runners[runners["runner_id"] == runner_id]
    recorded = set(own.loc[own["n_strides"] > 0, "side"])
    if not runners["n_strides"].any():  # a cohort without strides: posture and economy
        recorded = set(own["side"])
    if not recorded:
        raise DataError(f"runner {runner_id} has no kept stride: the ledger says why.")
    used = pick_side(recorded | ({"both"} if {"left", "right"} <= recorded else set()), side)
    notes = []
    if side == "both" and used != "both" and runners["side"].nunique() > 1:
        notes.append(f"Only the {used} side of this runner has strides: {used} sides throughout.")
    own, rows = own[own["side"] == used], runners[runners["side"] == used]
    conditions: dict = {}
    for name in (one for one in CONDITIONS if one in runners):
        value = _one_condition(own, runner_id, name, wanted[name])
        own = own[_same(own[name], value)]
        if name in ("speed_m_s", "slope_pct") or _is_repeated(rows):
            rows = rows[_same(rows[name], value)]
        conditions[name] = value
    absent = [name for name, value in wanted.items() if value is not None and name not in runners]
    if absent:
        raise DataError(f"{absent[0]} was asked for, but no trial of this cohort names any.")
    runner = own.iloc[0]
    others = rows[(rows["runner_id"] != runner_id) & ~_same_person(rows, runner)]
    others, who, note = _restrict(others, runner, against)
    usual = others["n_strides"].median()
    if runner["n_strides"] < usual / 2:
        note.append(
            f"This runner has {runner['n_strides']} strides, the others {usual:g} in the middle: "
            "the error is larger than stated."
        )
    if others["runner_id"].duplicated().any():
        raise DataError("some of the other runners have several rows at this condition.")
    return Chosen(runner, others, used, conditions, who, notes + note)


def _check_runner(runners: pd.DataFrame, runner_id: object) -> None:
    known = list(runners["runner_id"].unique())
    if runner_id in known:
        return
    hint = did_you_mean(runner_id, known)
    raise DataError(
        f"no runner is called {plain(runner_id)!r}.{hint} There are {len(known)}: {listed(known)}."
    )


def _one_condition(own: pd.DataFrame, runner_id: str, name: str, wanted: object) -> object:
    """The value asked for, or the only one; the middle one of several speeds."""
    there = sorted(own[name].dropna().unique()) or [np.nan]
    units = {"speed_m_s": " m/s", "slope_pct": " %"}.get(name, "")
    what = {"speed_m_s": "speed", "slope_pct": "slope"}.get(name, name)
    if wanted is not None:
        if units:
            check_number(name, wanted, np.isfinite, "a number")
        found = [value for value in there if _same(pd.Series([value]), wanted).any()]
        if not found:
            asked = f"{wanted:g}{units}" if units else repr(plain(wanted))
            raise DataError(
                f"runner {runner_id} has no trial of {what} {asked}. "
                f"There are: {listed(there)}{units}."
            )
        return plain(found[0])
    several = len(there) > 1 or (own[name].isna().any() and own[name].notna().any())
    if several and name != "speed_m_s":
        first = plain(there[0])
        raise DataError(
            f"runner {runner_id} has trials of {len(there)} {what}s: {listed(there)}{units}. They "
            f"are never pooled: choose one, for example {name}={first!r}."
        )
    return plain(there[len(there) // 2])


def _same(values: pd.Series, value: object) -> pd.Series:
    if pd.isna(value):
        return values.isna()
    if is_number(values) and not isinstance(value, str):
        return pd.Series(np.isclose(values.astype(float), float(value)), values.index)
    return values == value


def _is_repeated(rows: pd.DataFrame) -> bool:
    """Whether a runner has several rows; shoes of everyone's own are no reason to part them."""
    return bool(rows["runner_id"].duplicated().any())


def _same_person(rows: pd.DataFrame, runner: pd.Series) -> pd.Series:
    """Rows of the same person under another name."""
    if "same_runner_as" not in rows:
        return pd.Series(False, rows.index)
    names = rows["cohort"].astype(str) + ":" + rows["runner_id"].astype(str)
    own = f"{runner['cohort']}:{runner['runner_id']}"
    return (rows["same_runner_as"] == own) | (names == runner["same_runner_as"])


# --- against whom ---------------------------------------------------------------------------------


def _restrict(others: pd.DataFrame, runner: pd.Series, against) -> tuple[pd.DataFrame, str, list]:
    """The others who are asked for, what they are called, and what was chosen unasked."""
    cohort = str(runner["cohort"])
    if against is None:
        several = "laboratory" in others and others["laboratory"].nunique(dropna=False) > 1
        if not several or pd.isna(runner.get("laboratory")):
            return others, f"runners of {cohort}", []
        place = runner["laboratory"]
        chosen = others[others["laboratory"] == place]
        note = (
            f"Only those of laboratory {place}: absolute angles of hip and pelvis are not pooled "
            "across laboratories."
        )
        return chosen, f"runners of {cohort}, laboratory {place}", [note]
    if isinstance(against, str) and against == EVERYONE:
        return others, f"runners of {cohort}", []
    wanted = dict(against) if isinstance(against, Mapping) else {"level": against}
    said = []
    for name, values in wanted.items():
        column = find_column(others, name, "against")
        keep = _inside(column, name, values)
        if not keep.any():
            there = listed(sorted(column.dropna().unique(), key=str))
            raise DataError(
                f"against: no other runner has {name} {plain(values)!r}. There are: {there}."
            )
        others = others[keep]
        said.append(_say(name, values))
    return others, f"runners of {cohort}, {', '.join(said)}", []


def _inside(column: pd.Series, name: str, values: object) -> pd.Series:
    """A value, one of a list, or a range ``(low, high)``: low included, high not."""
    if isinstance(values, tuple) and len(values) == 2 and is_number(column):
        low, high = (limit if limit is None else float(limit) for limit in values)
        keep = column.notna()
        keep &= True if low is None else column >= low
        return keep & (True if high is None else column < high)
    several = isinstance(values, Sequence | set | np.ndarray) and not isinstance(values, str)
    listed_values = list(values) if several else [values]
    if name == "level":
        wrong = [one for one in listed_values if one not in LEVELS]
        if wrong:
            raise DataError(
                f'against={plain(wrong[0])!r} is no level. Expected "{EVERYONE}", one or several '
                f"of {', '.join(LEVELS)}, or a mapping such as {{'sex': 'female'}}."
            )
    return column.isin(listed_values)


def _say(name: str, values: object) -> str:
    words = "level" if name == "level" else name.replace("_", " ")
    if isinstance(values, tuple) and len(values) == 2:
        low, high = values
        parts = [f"from {low:g}"] if low is not None else []
        parts += [f"below {high:g}"] if high is not None else []
        return f"{words} {' '.join(parts)}"
    several = isinstance(values, Sequence | set | np.ndarray) and not isinstance(values, str)
    return f"{words} {' or '.join(map(str, values)) if several else values}"

"""Which column of a laboratory's table is which of ours, in which unit, with which words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from glutelab.intake.drafting.column_names import by_name, side_and_rest
from glutelab.intake.drafting.guess import GUESS, NOT_FOUND, SURE, Guess
from glutelab.intake.drafting.value_units import guess_unit
from glutelab.intake.drafting.value_words import guess_words, is_level_like
from glutelab.intake.words import head_and_unit
from glutelab.schema import LEGS, RUNNERS, TRIALS

__all__ = ["TableGuess", "guess_table"]

_COSTS = {
    "ml/kg/min": ("vo2_ml_kg_min", ""),
    "ml/kg/km": ("oxygen_cost_ml_kg_km", ""),
    "J/kg/m": ("energy_cost_j_kg_m", ""),
    "kJ/kg/km": ("energy_cost_j_kg_m", "kJ/kg/km"),
    "kcal/kg/km": ("energy_cost_j_kg_m", "kcal/kg/km"),
}
_MOST_WORDS = 12  # of a level or a sex; more are names of something else
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?"
_OF_TRIALS = {*TRIALS.names, "recording"} - {"runner_id"}
_KNOWN = {*RUNNERS.names, *LEGS.names, *_OF_TRIALS}


@dataclass
class TableGuess:
    """What a table seems to hold.

    Attributes
    ----------
    columns : dict of str to (Guess, or dict of str to Guess)
        Our column to theirs, or to one for each side.
    units : dict of str to Guess
        Where the unit is not ours; with value None where it could not be told.
    words : dict of str to dict of str to Guess
    asked : list of str
        What only a person can say, one sentence each.
    """

    columns: dict = field(default_factory=dict)
    units: dict[str, Guess] = field(default_factory=dict)
    words: dict[str, dict[str, Guess]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def of_runners(self) -> int:
        """How many of its columns describe runners or their legs."""
        return sum(name in RUNNERS or name in LEGS for name in self.columns) - (
            "runner_id" in self.columns
        )

    @property
    def of_trials(self) -> int:
        """How many of its columns describe trials."""
        return sum(name in _OF_TRIALS for name in self.columns)


def guess_table(
    frame: pd.DataFrame, units: Mapping[str, str] | None = None, ids: frozenset[str] = frozenset()
) -> TableGuess:
    """Guess the columns of a table.

    Parameters
    ----------
    frame : DataFrame
        Cells as text or numbers.
    units : dict of str to str, optional
        Their column to the unit that the file states beside its name.
    ids : frozenset of str
        What file names say of runners: a column with these values is the runner's.

    Returns
    -------
    TableGuess
    """
    table, units = TableGuess(), units or {}
    claims: dict[str, list[tuple[str, str, Guess]]] = {}
    for place, head in enumerate(frame.columns):
        name, cells = str(head), frame.iloc[:, place].dropna()
        if list(map(str, frame.columns)).count(name) > 1 or not name.strip() or cells.empty:
            continue
        words, unit = head_and_unit(name)
        unit = unit or units.get(name, "")
        ours, side, guess = _claim(name, words, unit)
        if ours in ("cost", ""):
            ours = _cost(name, unit, table) if ours else ""
        if ours:
            claims.setdefault(ours, []).append((name, side, guess))
    for ours, found in claims.items():
        _settle(ours, found, frame, units, table)
    _ask_for_times(frame, table)
    _level_of_group(frame, table)
    _find_runners(frame, ids, table)
    if "oxygen_cost_ml_kg_km" in table.columns or "energy_cost_j_kg_m" in table.columns:
        table.asked.append("Are costs gross, or net of standing? It stands in energy_baseline.")
    return table


def _claim(name: str, words: str, unit: str) -> tuple[str, str, Guess]:
    exact = name.strip()
    if exact in _KNOWN:
        return exact, "", Guess(exact, SURE, "our own name")
    # A unit may be part of one of our names: mass_kg, vo2_ml_kg_min.
    ours = by_name(words)
    if ours:
        if ours not in LEGS or ours in RUNNERS:
            return ours, "", Guess(name, SURE, "")
        return ours, "", Guess(name, GUESS, "of which leg does it speak?")
    side, rest = side_and_rest(words)
    ours = by_name(rest) if side else ""
    if ours and ours in LEGS:
        return ours, side, Guess(name, SURE, "")
    return "", "", Guess(None, NOT_FOUND)


def _cost(name: str, unit: str, table: TableGuess) -> str:
    if unit in _COSTS:
        ours, theirs = _COSTS[unit]
        if theirs:
            table.units[ours] = Guess(theirs, SURE, f"in the head {name!r}")
        return ours
    if unit in ("ml/min", "l/min"):
        table.asked.append(f"{name!r} is in {unit}; divide it by body mass: ml/kg/min.")
    else:
        table.asked.append(
            f"{name!r} seems to be a cost, but not in which unit: ml/kg/min (vo2_ml_kg_min), "
            "ml/kg/km (oxygen_cost_ml_kg_km) or J/kg/m (energy_cost_j_kg_m)?"
        )
    return ""


def _settle(ours: str, found: list, frame: pd.DataFrame, units: Mapping, table: TableGuess) -> None:
    """One column, or a pair of sides; several that claim the same are asked about."""
    sides = [side for _, side, _ in found]
    names = [name for name, _, _ in found]
    if ours == "level?":
        table.columns[ours] = found[0][2]
        return
    if any(sides):
        if sorted(sides) != sorted(set(sides)) or "" in sides:
            table.asked.append(f"Which column is {ours}: {', '.join(map(repr, names))}?")
            return
        missing = {"left", "right"} - set(sides)
        if missing:
            table.asked.append(f"{ours} has no column for the {missing.pop()} leg.")
        table.columns[ours] = {side: guess for _, side, guess in sorted(found, key=lambda f: f[1])}
    elif len(found) > 1:
        own = [f for f in found if f[0] == ours]
        if len(own) != 1:
            table.asked.append(f"Which column is {ours}: {', '.join(map(repr, names))}?")
            return
        found = own
        table.columns[ours] = own[0][2]
    elif ours in LEGS and ours not in RUNNERS and ours != "side":
        table.asked.append(f"{names[0]!r} seems to be {ours}, but of which leg?")
        return
    else:
        table.columns[ours] = found[0][2]
    _check_values(ours, list(found), frame, units, table)


def _check_values(ours: str, found: list, frame: pd.DataFrame, units: Mapping, table: TableGuess):
    """Unit and words from what the cells hold; a column whose values cannot be it is left out."""
    cells = pd.concat([frame[name] for name, _, _ in found]).dropna()
    words = guess_words(ours, cells)
    if words is not None:
        if len(words) > _MOST_WORDS:
            table.columns.pop(ours)
            table.asked.append(f"{found[0][0]!r} may be {ours}, but has {len(words)} words.")
            return
        if any(word != guess.value for word, guess in words.items()):
            table.words[ours] = words
        for word, guess in words.items():
            if guess.value is None:
                table.asked.append(f"{found[0][0]!r}: what is {word!r}? {guess.why}.")
        return
    if ours in table.units:
        return
    name = found[0][0]
    stated = head_and_unit(name)[1] or units.get(name, "")
    if name == ours:
        stated = ""
    result = guess_unit(ours, cells, stated, own_name=name == ours)
    if result is None:
        return
    unit, refused = result
    if refused:
        table.columns.pop(ours)
        table.asked.append(f"{name!r} may be {ours}, but {refused}.")
        return
    if unit is not None:
        table.units[ours] = unit
        if unit.value is None:
            table.asked.append(f"In which unit is {name!r} ({ours})? {unit.why}.")


def _ask_for_times(frame: pd.DataFrame, table: TableGuess) -> None:
    """Race times, which have a place as a pace over a distance."""
    for place, head in enumerate(frame.columns):
        cells = frame.iloc[:, place].dropna().astype(str).str.strip()
        if "pace_min_km" in table.columns or cells.empty or not cells.str.fullmatch(_TIME).all():
            continue
        table.asked.append(
            f"{str(head)!r} holds times such as {cells.iloc[0]}. If they are of a race, give the "
            "pace as a decimal number (4.5 is 4:30 per km): pace_min_km and race_distance_km."
        )


def _level_of_group(frame: pd.DataFrame, table: TableGuess) -> None:
    """A column "group" is the level if its words say so."""
    guess = table.columns.pop("level?", None)
    if guess is None or "level" in table.columns:
        return
    words = guess_words("level", frame[guess.value].dropna())
    like = sum(map(is_level_like, words))
    if like < max(1, 0.5 * len(words)) or len(words) > _MOST_WORDS:
        table.asked.append(f"Is {guess.value!r} the level of the runners? Its words do not say so.")
        return
    sure = all(word.confidence == SURE for word in words.values())
    table.columns["level"] = Guess(
        guess.value, SURE if sure else GUESS, "its words are levels" if sure else "by its words"
    )
    if any(word != known.value for word, known in words.items()):
        table.words["level"] = words
    for word, known in words.items():
        if known.value is None:
            table.asked.append(f"{guess.value!r}: what is {word!r}? {known.why}.")


def _find_runners(frame: pd.DataFrame, ids: frozenset[str], table: TableGuess) -> None:
    """The column of runners: the one whose values are in file names; else by its name."""
    by_head = table.columns.get("runner_id")
    shares = {}
    for place, name in enumerate(frame.columns):
        values = {as_id(value) for value in frame.iloc[:, place].dropna()}
        if values and ids:
            shares[str(name)] = len(values & ids) / len(ids)
    best = max(shares, key=shares.get, default="")
    if best and shares[best] >= 0.5:
        tied = [name for name, share in shares.items() if share == shares[best]]
        if by_head is not None and by_head.value in tied:
            best = by_head.value
        count = round(shares[best] * len(ids))
        sure = shares[best] == 1.0 and (len(tied) == 1 or by_head is not None)
        why = f"{count} of {len(ids)} runners of the file names are in it"
        table.columns["runner_id"] = Guess(best, SURE if sure else GUESS, why)
    elif by_head is not None:
        values = frame[by_head.value]
        sure = by_head.confidence == SURE and values.notna().all() and not ids
        why = "by its name" if not ids else "its values are not in the file names"
        table.columns["runner_id"] = Guess(by_head.value, SURE if sure else GUESS, why)


def as_id(value: object) -> str:
    """An id as text; a spreadsheet's 7.0 is 7."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        value = int(value)
    return re.sub(r"\s+", " ", str(value)).strip()

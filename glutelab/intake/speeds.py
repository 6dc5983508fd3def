"""Speeds of trials: what a word in a file name or a table means."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from glutelab.errors import DataError, say
from glutelab.intake.accept import accepted_in
from glutelab.intake.recipe import FILE_NAME, Recipe
from glutelab.intake.sections import Trials
from glutelab.intake.units import to_own_unit

__all__ = ["SPRINT", "same_word", "speed_converter", "speed_of", "too_fast"]

SPRINT = "sprint"  # the code that accepts such speeds
# The pace of the world record is 7.6 m/s over 1000 m and 5.8 over a marathon: what a laboratory
# records for a minute is slower. The usual speeds in km/h, 8 to 20, are higher numbers.
FASTEST_RUN_M_S = 7.5


def same_word(name: str, said: str, words: Mapping, values: Mapping, speeds: Mapping) -> bool:
    """Whether what a file name says of one field is what a row of the table of trials says.

    Parameters
    ----------
    name : str
        Of the field.
    said : str
        In the file name.
    words, values : dict
        What the row says, as text and as it is.
    speeds : dict of str to float
        Of the recipe.

    Returns
    -------
    bool
    """
    if name != "speed":
        return said == words[name]
    number = speeds.get(said)
    if number is None:
        try:
            number = float(said.replace(",", "."))
        except ValueError:
            return said == words["speed"]
    return bool(np.isclose(number, values["speed_m_s"]))


def speed_converter(recipe: Recipe, problems: list[str]) -> Callable[[float], float]:
    """What turns speeds of file names into m/s.

    Parameters
    ----------
    recipe : Recipe
    problems : list of str
        Gets what is wrong with the unit.

    Returns
    -------
    callable
    """
    unit = recipe.trials.sheet.units.get("speed_m_s", "")
    if not unit:
        return lambda value: value
    try:
        turn = to_own_unit("speed_m_s", unit, f"{FILE_NAME}, [trials] units")
    except DataError as error:
        problems.append(str(error))
        return lambda value: value
    return lambda value: float(turn(np.array([value]))[0])


def speed_of(
    row: Mapping, trials: Trials, convert: Callable[[float], float], unknown: dict[str, str]
) -> float:
    """Speed of a trial: by its word, as a number, or the same for all; else noted as unknown.

    Parameters
    ----------
    row : dict
        What is known of the trial.
    trials : Trials
        Section of the recipe.
    convert : callable
        From `speed_converter`.
    unknown : dict of str to str
        Gets words that nothing says the speed of, and the first trial that has them.

    Returns
    -------
    float
        NaN if it is not known.
    """
    word = str(row.get("speed", ""))
    if word in trials.speeds:
        return trials.speeds[word]
    if word:
        try:
            return convert(float(word.replace(",", ".")))
        except ValueError:
            unknown.setdefault(word, str(row.get("trial_id")))
            return np.nan
    if trials.speed_m_s is None:
        unknown.setdefault("", str(row.get("trial_id")))
        return np.nan
    return trials.speed_m_s


def too_fast(table: pd.DataFrame, recipe: Recipe, where: str) -> list[str]:
    """Speeds that only sprinters reach: most often km/h that were taken for m/s.

    Parameters
    ----------
    table : DataFrame
        ``trial_id, speed_m_s`` of all trials.
    recipe : Recipe
        Its ``checks.accept`` may hold ``sprint``.
    where : str
        The file that the speeds come from.

    Returns
    -------
    list of str
        One sentence for all trials, or none.
    """
    if not {"trial_id", "speed_m_s"} <= set(table):
        return []
    speeds = pd.to_numeric(table["speed_m_s"], errors="coerce")
    fast = [
        (str(trial), float(speed))
        for trial, speed in zip(table["trial_id"], speeds, strict=True)
        if speed > FASTEST_RUN_M_S and SPRINT not in accepted_in(str(trial), recipe.checks.accept)
    ]
    if not fast:
        return []
    low, high = min(speed for _, speed in fast), max(speed for _, speed in fast)
    span = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    many = "1 trial" if len(fast) == 1 else f"{len(fast):,} trials"
    such = fast[0][0] if len(fast) == 1 else f"such as {fast[0][0]}"
    found = f"speed_m_s is {span} in {many} of {len(table):,} ({such})"
    return [
        f"{say(where, found, f'at most {FASTEST_RUN_M_S:g} m/s', _slower(recipe, high))} [{SPRINT}]"
    ]


def _slower(recipe: Recipe, highest: float) -> str:
    """What to write where a speed is too high."""
    trials = recipe.trials
    sprint = f'If they did sprint: accept = ["{SPRINT}"] in [checks].'
    stated = trials.sheet.units.get("speed_m_s", "")
    if stated:
        return f"The recipe says that speeds are in {stated}: is that so? {sprint}"
    if highest / 3.6 > FASTEST_RUN_M_S:
        return f"In which unit are they? {sprint}"
    if trials.speed_m_s == highest:
        return f"If it is in km/h: speed_m_s = {highest / 3.6:.3f} in [trials]. {sprint}"
    if highest in trials.speeds.values():
        return f"trials.speeds are m/s: divide km/h by 3.6. {sprint}"
    return f'If they are in km/h, write [trials.units] speed_m_s = "km/h". {sprint}'

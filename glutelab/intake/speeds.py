"""Speeds of trials: what a word in a file name or a table means."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from glutelab.errors import DataError
from glutelab.intake.recipe import FILE_NAME, Recipe
from glutelab.intake.sections import Trials
from glutelab.intake.units import to_own_unit

__all__ = ["same_word", "speed_converter", "speed_of"]


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

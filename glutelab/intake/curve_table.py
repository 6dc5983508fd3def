"""One long table with the curves of many runners: who, which leg, which stride, which percent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from glutelab.errors import DataError, ProblemList, say
from glutelab.formats.sheet import read_sheet
from glutelab.intake.angles import DEGREES, LARGEST
from glutelab.intake.files import find_by_pattern, inside, list_files
from glutelab.intake.people import as_text
from glutelab.intake.recipe import FILE_NAME, Recipe
from glutelab.intake.units import to_own_unit

__all__ = ["TableTrial", "read_curve_table"]

POINTS = 101
_SIDES = {"l": "left", "r": "right", "left": "left", "right": "right"}
_SECTION = f"{FILE_NAME}, [angles.table]"


@dataclass(frozen=True)
class TableTrial:
    """The curves of one trial.

    Attributes
    ----------
    curves : dict of str to dict of str to ndarray, shape (n_strides, 101)
        By side and variable, degrees, with this library's signs.
    strides : dict of str to list of int
    """

    curves: dict[str, dict[str, np.ndarray]]
    strides: dict[str, list[int]]


def read_curve_table(recipe: Recipe) -> tuple[pd.DataFrame, dict[str, TableTrial]]:
    """Trials of a table with one row per runner, stride and percent of the gait cycle.

    Parameters
    ----------
    recipe : Recipe
        ``trials.recordings`` names the file, ``[angles.table]`` its columns, ``[angles.columns]``
        the angles, under the sides they are for.

    Returns
    -------
    trials : DataFrame
        ``trial_id, runner_id, speed_m_s``.
    curves : dict of str to TableTrial

    Raises
    ------
    ProblemList
        Everything that does not fit.
    """
    table, name = recipe.angles.table, recipe.trials.recordings
    if "{" in name or "*" in name:
        count = len(find_by_pattern(list_files(recipe.folder), name, "trials.recordings"))
        found = f"it reads one file, but {name!r} is a pattern of {count} file{'s' * (count != 1)}"
        raise DataError(say(_SECTION, found, "", "Take [angles.table] away, or name one file."))
    path = inside(recipe.folder, name, "trials.recordings")
    frame = read_sheet(path).frame
    problems = list(_absent(recipe, frame, path.name))
    if problems:
        raise ProblemList(str(recipe.folder), problems)
    keys = pd.DataFrame({"runner_id": as_text(frame[table.runner_id])}, frame.index)
    keys["percent"] = _numbers(frame, table.percent, path.name)
    keys["speed_m_s"] = _speeds(recipe, frame, path.name)
    # Without a column for it, each row holds every side that has columns of its own.
    sides = [side for side in ("left", "right") if recipe.angles.columns.get(side)] or ["right"]
    keys["side"] = "both"
    if table.side:
        keys["side"] = as_text(frame[table.side]).str.casefold().map(_SIDES)
    keys["stride"] = _numbers(frame, table.stride, path.name) if table.stride else 1
    odd = keys.index[(keys["stride"] % 1 != 0)]
    if len(odd):
        found = f"{table.stride} is {frame[table.stride][odd[0]]!r}"
        raise DataError(say(f"{path.name}, row {odd[0]}", found, "a whole number"))
    if keys["side"].isna().any():
        row = keys.index[keys["side"].isna()][0]
        found = f"{table.side} is {frame[table.side][row]!r}"
        raise DataError(say(f"{path.name}, row {row}", found, "left or right"))
    named = keys["runner_id"] + "_" + keys["speed_m_s"].map("{:g}".format)
    keys["trial_id"] = as_text(frame[table.trial_id]) if table.trial_id else named
    for key in ("runner_id", "trial_id"):
        if keys[key].isna().any():
            row = keys.index[keys[key].isna()][0]
            found = f"{getattr(table, key) or table.runner_id} is empty"
            raise DataError(say(f"{path.name}, row {row}", found, "who, or which trial"))
    trials = keys[["trial_id", "runner_id", "speed_m_s"]].drop_duplicates(ignore_index=True)
    twice = trials["trial_id"][trials["trial_id"].duplicated()]
    if len(twice):
        found = f"trial {twice.iloc[0]} has several runners or speeds"
        raise DataError(say(path.name, found, "one of each"))
    values = _values(recipe, frame, path.name)
    curves, faults = {}, []
    for trial, rows in keys.groupby("trial_id", sort=False):
        curves[trial] = TableTrial({}, {})
        parts = rows.groupby("side") if table.side else [(side, rows) for side in sides]
        for side, of_side in parts:
            try:
                numbers, stacked = _strides(
                    of_side, side, values[side], f"{path.name}, trial {trial}"
                )
            except DataError as error:
                faults.append(str(error))
                continue
            curves[trial].curves[side], curves[trial].strides[side] = stacked, numbers
    if faults:
        raise ProblemList(str(recipe.folder), faults)
    return trials.sort_values("trial_id", ignore_index=True), curves


def _absent(recipe: Recipe, frame: pd.DataFrame, file: str):
    table = recipe.angles.table
    for key in ("runner_id", "percent"):
        if not getattr(table, key):
            yield say(_SECTION, f"{key} is missing", "the column that holds it")
    named = [getattr(table, key) for key in table.__dataclass_fields__]
    named += [c.column for columns in recipe.angles.columns.values() for c in columns.values()]
    for name in dict.fromkeys(named):
        if name and name not in frame:
            yield say(file, f"there is no column {name!r}", "", f"It has {list(frame)[:8]}.")
    if not recipe.angles.unit:
        yield say(f"{FILE_NAME}, [angles]", "unit is missing", "deg or rad", "A table has none.")
    if not table.speed_m_s and recipe.trials.speed_m_s is None:
        remedy = "Name the column, or give trials.speed_m_s."
        yield say(_SECTION, "speed_m_s is missing", "", remedy)


def _values(recipe: Recipe, frame: pd.DataFrame, file: str) -> dict[str, dict[str, pd.Series]]:
    factor = DEGREES[recipe.angles.unit]
    return {
        side: {
            name: factor * one.factor * _numbers(frame, one.column, file, True) + one.offset_deg
            for name, one in recipe.angles.columns.get(side, {}).items()
        }
        for side in ("left", "right")
    }


def _strides(rows: pd.DataFrame, side: str, values: dict[str, pd.Series], where: str):
    """Numbers of the strides, and their curves, shape (n_strides, 101)."""
    if not values:
        found = f"rows of the {side} side, but [angles.columns.{side}] names no column"
        raise DataError(say(where, found))
    numbers, curves = [], {name: [] for name in values}
    for stride, points in rows.groupby("stride"):
        points = points.sort_values("percent")
        if len(points) != POINTS or not np.allclose(points["percent"], np.arange(POINTS)):
            low, high = points["percent"].min(), points["percent"].max()
            found = f"stride {stride} has {len(points)} rows from {low:g} to {high:g} %"
            remedy = "The last point is the next foot strike of the same foot."
            raise DataError(say(where, found, "101 rows, 0 to 100 %", remedy))
        numbers.append(int(stride))
        for name, column in values.items():
            curves[name].append(column[points.index].to_numpy())
    return numbers, {name: np.array(rows_) for name, rows_ in curves.items()}


def _numbers(frame: pd.DataFrame, name: str, file: str, missing: bool = False) -> pd.Series:
    numbers = pd.to_numeric(frame[name], errors="coerce").astype(float)
    wrong = numbers.isna() & (frame[name].notna() if missing else True)
    if wrong.any():
        row = frame.index[wrong][0]
        raise DataError(say(f"{file}, row {row}", f"{name} is {frame[name][row]!r}", "a number"))
    if (numbers.abs() > LARGEST).any():
        row = frame.index[numbers.abs() > LARGEST][0]
        raise DataError(say(f"{file}, row {row}", f"{name} is {numbers[row]:.3g}", "less"))
    return numbers


def _speeds(recipe: Recipe, frame: pd.DataFrame, file: str) -> pd.Series | float:
    name = recipe.angles.table.speed_m_s
    if not name:
        return recipe.trials.speed_m_s
    words = recipe.trials.speeds
    if words:
        text = as_text(frame[name])
        speeds = text.map(words)
        if speeds.isna().any():
            word = text[speeds.isna()].iloc[0]
            raise DataError(
                say(file, f"{name} is {word!r}", ", ".join(words), "See trials.speeds.")
            )
        return speeds
    unit = recipe.trials.sheet.units.get("speed_m_s", "m/s")
    turn = to_own_unit("speed_m_s", unit, f"{FILE_NAME}, [trials] units")
    return pd.Series(turn(_numbers(frame, name, file).to_numpy()), frame.index)

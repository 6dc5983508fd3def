"""Which trials there are: files by pattern, a table of trials, or both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from glutelab.errors import DataError, ProblemList, say
from glutelab.intake.files import (
    Found,
    find_by_pattern,
    inside,
    links_not_followed,
    list_files,
    path_by_pattern,
)
from glutelab.intake.people import Taken, read_people
from glutelab.intake.recipe import FILE_NAME, Recipe
from glutelab.intake.sections import Trials
from glutelab.intake.speeds import same_word, speed_converter, speed_of
from glutelab.sentences import short

__all__ = ["Listing", "list_trials"]

SHOWN = 5
# What tells one trial from another, in the order of its name.
_NAMING = ("runner_id", "speed", "trial", "session", "shoe")


@dataclass
class Listing:
    """All trials of a folder.

    Attributes
    ----------
    table : DataFrame
        ``trial_id, runner_id, speed_m_s, slope_pct`` and what the recipe and the table add.
    recordings : dict of str to list of Found
        Trial to its files: one, or one per side and stride.
    beside : dict of str to dict of str to Path
        Trial to its ``standing``, ``forces`` and ``events``, where there are any.
    problems, notes : list of str
    read : Taken or None
        The table of trials as it was read.
    """

    table: pd.DataFrame
    recordings: dict[str, list[Found]] = field(default_factory=dict)
    beside: dict[str, dict[str, Path]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    read: Taken | None = None


def list_trials(recipe: Recipe) -> Listing:
    """The trials that a recipe describes.

    Parameters
    ----------
    recipe : Recipe

    Returns
    -------
    Listing
        With all that is wrong, one sentence each.
    """
    files = list_files(recipe.folder)
    trials = recipe.trials
    listing = Listing(pd.DataFrame())
    if links := links_not_followed(recipe.folder):
        more = f" and {len(links) - 3} more" if len(links) > 3 else ""
        listing.notes.append(
            f"Links out of the folder are not followed: {', '.join(links[:3])}{more}."
        )
    try:
        found = (
            find_by_pattern(files, trials.recordings, "trials.recordings")
            if trials.recordings
            else []
        )
        found = _without_others(files, trials, found)
        if trials.sheet.file:
            listing.read = read_people(recipe.folder, trials.sheet, "trials", recipe.runners)
    except DataError as error:
        listing.problems += error.problems if isinstance(error, ProblemList) else [str(error)]
        return listing
    if trials.recordings and not found:
        some = ", ".join(list(files)[:4]) or "no files"
        where = f"{FILE_NAME}, [trials] recordings"
        listing.problems.append(
            say(where, f"no file fits {trials.recordings!r}", "", f"The folder holds {some}.")
        )
        return listing
    rows = (
        _from_files(found, listing) if listing.read is None else _from_table(recipe, found, listing)
    )
    _beside(recipe, files, rows, listing)
    listing.table = _table(recipe, rows, listing)
    return listing


def _without_others(files: Mapping[str, Path], trials: Trials, found: list[Found]) -> list[Found]:
    """Recordings without the standing trials, forces and events that fit the same pattern."""
    others = {
        file.name
        for role in ("standing", "forces", "events")
        if (pattern := getattr(trials, role))
        for file in find_by_pattern(files, pattern, f"trials.{role}")
    }
    left = [file for file in found if file.name not in others]
    return left or found  # all of them: one file holds both


def _from_files(found: list[Found], listing: Listing) -> list[dict]:
    """One row per trial; files that differ in side and stride only are one trial."""
    rows: dict[tuple, dict] = {}
    for file in found:
        key = tuple(file.values.get(name, "") for name in _NAMING)
        if key not in rows:
            known = {name: value for name, value in zip(_NAMING, key, strict=True) if value}
            if "runner_id" not in known:
                known["runner_id"] = Path(file.name).stem
                known["trial_id"] = known["runner_id"]
            name = known.setdefault("trial_id", "_".join(value for value in key if value))
            rows[key] = known
            listing.recordings.setdefault(name, [])  # two keys may make one name: refused below
        listing.recordings[rows[key]["trial_id"]].append(file)
    _refuse_mixtures(listing)
    return list(rows.values())


def _refuse_mixtures(listing: Listing) -> None:
    """Several recordings that would become one trial, and trials that would share a recording."""
    where = f"{FILE_NAME}, [trials] recordings"
    users: dict[str, list[str]] = {}
    for name, files in listing.recordings.items():
        parts = [(f.values.get("side", ""), f.values.get("stride", "")) for f in files]
        if len(set(parts)) != len(parts):
            names = ", ".join(f.name for f in files[:3])
            remedy = "Use {trial} or {session} in the pattern to tell them apart."
            if listing.read is not None:
                remedy = "Name the file in a column recording, or say trial_id or session."
            listing.problems.append(say(where, f"{names} are all trial {name}", "", remedy))
        for file in files:
            users.setdefault(file.name, []).append(name)
    shared = {file: names for file, names in users.items() if len(names) > 1}
    for file, names in list(shared.items())[:SHOWN]:
        found = f"{file} is the recording of {', '.join(names[:3])}"
        remedy = "Name the files in a column recording, or take the rows out that have no file."
        listing.problems.append(say(where, found, "one trial for each file", remedy))


def _from_table(recipe: Recipe, found: list[Found], listing: Listing) -> list[dict]:
    """One row per row of the table, with the file that belongs to it."""
    read = listing.read
    listing.problems += read.problems
    listing.notes += read.notes
    frame = read.frame
    if "runner_id" not in frame:
        if not read.problems:
            where = f"{FILE_NAME}, [trials] columns"
            listing.problems.append(say(where, "there is no runner_id"))
        return []
    rows = []
    taken: set[str] = set()
    for number, row in frame.iterrows():
        values = {name: value for name, value in row.items() if pd.notna(value)}
        if "runner_id" not in values:
            where = f"{recipe.trials.sheet.file}, row {number}"
            listing.problems.append(say(where, "runner_id is empty", "", "Fill it in."))
            continue
        values["row"] = number
        words = {"runner_id": values["runner_id"], **_words(values)}
        rows.append(values)
        try:
            files = _files_of(recipe, found, values, words)
        except DataError as error:
            listing.problems.append(str(error))
            continue
        speed = words.get("speed", "")
        parts = [words[name] for name in ("trial", "session", "shoe") if name in words]
        named = "_".join(filter(None, [words["runner_id"], speed, *parts]))
        values["trial_id"] = trial = str(values.get("trial_id", named))
        if files:
            listing.recordings[trial] = files
            taken |= {file.name for file in files}
            rows[-1].update({k: v for k, v in files[0].values.items() if k not in rows[-1]})
        elif recipe.trials.recordings or "recording" in frame:
            where = f"{recipe.trials.sheet.file}, row {number}, trial {trial}"
            sought = values.get("recording", recipe.trials.recordings)
            remedy = "Add the file, or take the row out."
            listing.problems.append(say(where, f"there is no recording ({sought})", "", remedy))
    extra = [file.name for file in found if file.name not in taken]
    if extra and "recording" not in frame:
        more = f" (and {len(extra) - 1:,} more)" if len(extra) > 1 else ""
        remedy = f"Add a row to {recipe.trials.sheet.file}, or make the pattern narrower."
        listing.problems.append(
            say(f"{extra[0]}{more}", "no row of trials belongs to it", "", remedy)
        )
    _refuse_mixtures(listing)
    return rows


def _words(values: Mapping) -> dict[str, str]:
    """What the fields of a pattern would be for a row of the table."""
    words = {}
    for name, field_ in (("trial_id", "trial"), ("session", "session"), ("shoe", "shoe")):
        if name in values:
            words[field_] = short(values[name])
    if "speed_m_s" in values:
        words["speed"] = short(values["speed_m_s"])
    return words


def _files_of(recipe: Recipe, found: list[Found], values: Mapping, words: Mapping) -> list[Found]:
    if "recording" in values:
        name = str(values["recording"])
        path = inside(recipe.folder, name, f"trials, row {values['row']}")
        return [Found(path, name, {})]
    speeds = recipe.trials.speeds
    return [
        file
        for file in found
        if all(
            same_word(name, file.values[name], words, values, speeds)
            for name in file.values
            if name in words or (name == "speed" and "speed_m_s" in values)
        )
    ]


def _beside(recipe: Recipe, files: Mapping[str, Path], rows: list[dict], listing: Listing) -> None:
    """Standing trial, forces and events of each trial, where the recipe names them."""
    for role in ("standing", "forces", "events"):
        pattern = getattr(recipe.trials, role)
        if not pattern:
            continue
        absent = []
        for row in rows:
            trial = row.get("trial_id")
            if trial not in listing.recordings:
                continue
            known = {**{k: str(v) for k, v in row.items()}, **listing.recordings[trial][0].values}
            try:
                path = path_by_pattern(files, pattern, known, f"trials.{role}")
            except DataError as error:
                listing.problems.append(str(error))
                break
            if path is None:
                absent.append(str(trial))
            else:
                listing.beside.setdefault(trial, {})[role] = path
        if absent:
            more = f" (and {len(absent) - 1:,} more)" if len(absent) > 1 else ""
            remedy = "Add the file, or take the recording out of the folder."
            found = f"no file fits {pattern!r}"
            listing.problems.append(
                say(f"trials.{role}, trial {absent[0]}{more}", found, "", remedy)
            )


def _table(recipe: Recipe, rows: list[dict], listing: Listing) -> pd.DataFrame:
    trials = recipe.trials
    records, unknown = [], {}
    # Of the unit of a table the table has complained already.
    convert = speed_converter(recipe, listing.problems if listing.read is None else [])
    for row in rows:
        record = {
            name: value
            for name, value in row.items()
            if name not in ("row", "recording", "speed", "trial", "side", "stride")
        }
        if "speed_m_s" not in record:
            record["speed_m_s"] = speed_of(row, trials, convert, unknown)
        for name in ("slope_pct", "surface", "shoe"):
            value = getattr(trials, name)
            if value not in (None, "") and name not in record:
                record[name] = value
        records.append(record)
    for word, trial in unknown.items():
        found = f"the speed of trial {trial} is {word!r}" if word else f"trial {trial} has no speed"
        remedy = (
            f'Say what it is in m/s: speeds = {{ "{word}" = 2.5 }}.'
            if word
            else ("Give speed_m_s, {speed} in recordings, or a table of trials.")
        )
        listing.problems.append(say(f"{FILE_NAME}, [trials]", found, "", remedy))
    table = pd.DataFrame(records)
    if table.empty:
        if not listing.problems:
            listing.problems.append(say(f"{FILE_NAME}, [trials]", "there are no trials"))
        return table
    table = table[[n for n in ("trial_id", "runner_id", "speed_m_s") if n in table]].join(
        table.drop(columns=["trial_id", "runner_id", "speed_m_s"], errors="ignore")
    )
    return table.sort_values("trial_id", ignore_index=True) if "trial_id" in table else table

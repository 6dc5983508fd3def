"""From a lab's own tables to runners, legs and trials: only what the recipe names is copied."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.errors import DataError, say
from glutelab.formats.numbers import number
from glutelab.intake.files import inside
from glutelab.intake.recipe import FILE_NAME, Sheet
from glutelab.intake.summary_rows import without_summaries
from glutelab.intake.units import column_of, to_own_unit
from glutelab.schema import LEGS

__all__ = ["Taken", "as_text", "read_people", "take_columns"]

SHOWN = 5
_OUR_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SIDES = ("left", "right")


@dataclass
class Taken:
    """What was taken from a table.

    Attributes
    ----------
    frame : DataFrame
        Our columns; the index is named ``row`` and counts as a spreadsheet does.
    legs : DataFrame
        One row per runner and side, for columns that the recipe gives per side.
    problems, warnings, notes : list of str
    left_out : list of str
        Columns that were not copied.
    source : DataFrame
        The whole table as it was read, for the warning about personal columns only.
    """

    frame: pd.DataFrame
    legs: pd.DataFrame = field(default_factory=pd.DataFrame)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    source: pd.DataFrame = field(default_factory=pd.DataFrame)


def read_people(folder: Path, sheet: Sheet, section: str, other: Sheet | None = None) -> Taken:
    """Read the table that a section of the recipe names.

    Parameters
    ----------
    folder : Path
        Of the recipe.
    sheet : Sheet
    section : str
        ``runners`` or ``trials``, for error texts.
    other : Sheet, optional
        Of the other section: a sheet of the same workbook that it takes is not overlooked.

    Returns
    -------
    Taken
        With its problems; nothing is raised for a cell that cannot be read.

    Raises
    ------
    DataError
        If the file is not there or is no table.
    """
    from glutelab.formats.sheet import note_of_others, read_sheet

    path = inside(folder, sheet.file, f"[{section}] file")
    read = read_sheet(path, sheet.sheet or None)
    where = f"{path.name}, sheet {read.sheet}" if sheet.sheet and read.sheet else path.name
    taken = take_columns(read.frame, sheet, section, where, read.units)
    notes = list(read.notes)
    if other is not None and other.file == sheet.file and other.sheet in read.others:
        left = [name for name in read.others if name != other.sheet]
        place = notes.index(note_of_others(path.name, read.sheet, read.others))
        notes[place : place + 1] = [note_of_others(path.name, read.sheet, left)] if left else []
    taken.notes[:0] = notes
    return taken


def take_columns(
    frame: pd.DataFrame, sheet: Sheet, section: str, where: str, units: Mapping[str, str]
) -> Taken:
    """Our columns out of a table, in our units and words.

    Parameters
    ----------
    frame : DataFrame
        Cells as text or numbers, its index named ``row``.
    sheet : Sheet
        What the recipe says of it.
    section : str
    where : str
        File, for error texts.
    units : dict of str to str
        Their column to the unit that the file itself states beside its names.

    Returns
    -------
    Taken
    """
    whole, frame, summaries = frame, *without_summaries(frame, sheet, where)
    taken = Taken(pd.DataFrame(index=frame.index), problems=summaries, source=whole)
    per_side: dict[str, dict[str, pd.Series]] = {side: {} for side in _SIDES}
    used = set()
    for ours, theirs in sheet.columns.items():
        if not _OUR_NAME.fullmatch(ours):
            found = f"{ours!r} is no name of a column"
            expected = "lower-case letters, digits and '_', with the unit at the end"
            taken.problems.append(say(f"{FILE_NAME}, [{section}] columns", found, expected))
            continue
        wanted = {"": theirs} if isinstance(theirs, str) else theirs
        for side, name in wanted.items():
            if name not in frame:
                taken.problems.append(_absent(name, ours, frame, section, where))
                continue
            used.add(name)
            cells = frame[name]
            values = _values(ours, cells, sheet, units.get(name, ""), where, section, taken)
            if side:
                per_side[side][ours] = values
            else:
                taken.frame[ours] = values
                if ours == "level" and "source_level" not in sheet.columns:
                    taken.frame["source_level"] = as_text(cells)
    taken.legs = _legs(taken.frame, per_side)
    taken.left_out = [str(name) for name in frame if name not in used]
    unknown = [n for n in (*sheet.units, *sheet.words) if n not in sheet.columns]
    taken.problems += [
        say(f"{FILE_NAME}, [{section}]", f"{name} has a unit or words, but no column")
        for name in dict.fromkeys(unknown)
    ]
    return taken


def _values(
    ours: str, cells: pd.Series, sheet: Sheet, stated: str, where: str, section: str, taken: Taken
) -> pd.Series:
    column = column_of(ours)
    if ours in sheet.words:
        said = _translated(ours, cells, sheet.words[ours], where, section, taken)
        if column is None or column.dtype == "text":
            return said
        numbers = pd.to_numeric(said, errors="coerce").astype("float64")
        if (numbers.isna() & said.notna()).any():
            found = f"{ours} becomes {said[numbers.isna() & said.notna()].iloc[0]!r}"
            key = f"{FILE_NAME}, [{section}.words.{ours}]"
            taken.problems.append(say(key, found, 'a number in quotation marks: fast = "3.5"'))
        return numbers
    if column is None or column.dtype == "text":
        if column is None and ours not in sheet.units:
            numbers = _numbers(cells)
            if (numbers.isna() == as_text(cells).isna()).all():
                return numbers
        if column is not None:
            return as_text(cells)
        if ours not in sheet.units:
            return as_text(cells)
    numbers = _numbers(cells)
    wrong = (
        numbers.isna() & as_text(cells).notna() & ~as_text(cells).isin(["-", "NA", "n/a", "nan"])
    )
    for row in cells.index[wrong][:SHOWN]:
        found = f"{cells.name} is {str(cells[row])[:60]!r}"
        remedy = f"Correct it, or leave the cell empty. (It becomes {ours}.)"
        taken.problems.append(say(f"{where}, row {row}", found, "a number", remedy))
    unit = sheet.units.get(ours, "")
    if not (unit or stated) and column is not None and column.unit == "°":
        taken.warnings += _radians(ours, numbers, where, section)
    if unit and stated and unit.casefold() != stated.casefold():
        found = f"{ours} is said to be in {unit}, but {where} says {stated}"
        taken.problems.append(say(f"{FILE_NAME}, [{section}] units", found, "the same in both"))
    try:
        convert = to_own_unit(ours, unit or stated, where) if unit or stated else None
    except DataError as error:
        taken.problems.append(str(error))
        return numbers
    if convert is None:
        return numbers
    with np.errstate(divide="ignore"):
        return pd.Series(convert(numbers.to_numpy()), cells.index)


def _radians(ours: str, numbers: pd.Series, where: str, section: str) -> list[str]:
    """All angles of a table so small that they must be radians; one alone may be any angle."""
    there = numbers.dropna()
    if len(there) < 3 or there.abs().max() > 0.7 or (there == there.round(1)).all():
        return []
    found = f"{ours} runs from {there.min():.3g} to {there.max():.3g}: these look like radians"
    return [say(where, found, "degrees", f'If so: [{section}] units = {{ {ours} = "rad" }}.')]


def _translated(
    ours: str, cells: pd.Series, words: Mapping[str, str], where: str, section: str, taken: Taken
) -> pd.Series:
    """Their words in ours; a word that the recipe does not know is a problem."""
    text = as_text(cells)
    known: dict[str, str] = {}
    for word, own in words.items():
        plain = " ".join(word.split()).casefold()
        if known.setdefault(plain, own) != own:
            said = f"{word!r} is {own!r}, but without regard to case it is {known[plain]!r} as well"
            where_ = f"{FILE_NAME}, [{section}.words.{ours}]"
            taken.problems.append(say(where_, said, "one meaning for each word"))
    found = text.str.strip().str.casefold().map(known)
    strange = text[text.notna() & found.isna()]
    column = column_of(ours)
    allowed = f"one of {', '.join(column.allowed)}" if column and column.allowed else "a word"
    for word in list(dict.fromkeys(strange))[:SHOWN]:
        rows = ", ".join(str(row) for row in strange.index[strange == word][:SHOWN])
        remedy = f'Say what it means: [{section}.words.{ours}] "{word}" = {allowed}.'
        unknown = f"{cells.name}: {word!r} has no meaning yet"
        taken.problems.append(say(f"{where}, row {rows}", unknown, "", remedy))
    return found.astype("str").where(found.notna())


def _absent(name: str, ours: str, frame: pd.DataFrame, section: str, where: str) -> str:
    names = [str(other) for other in frame]
    close = difflib.get_close_matches(name, names, 1, 0.5)
    hint = f"Did you mean {close[0]!r}?" if close else f"It has {', '.join(names[:8])}."
    found = f"{ours} is said to be the column {name!r}, which {where} does not have"
    return say(f"{FILE_NAME}, [{section}] columns", found, "", hint)


def _legs(frame: pd.DataFrame, per_side: Mapping[str, Mapping[str, pd.Series]]) -> pd.DataFrame:
    if not any(per_side.values()) or "runner_id" not in frame:
        return pd.DataFrame()
    parts = [
        pd.DataFrame({"runner_id": frame["runner_id"], "side": side, **columns})
        for side, columns in per_side.items()
        if columns
    ]
    # As of the runners themselves: what several rows say alike is said once.
    legs = pd.concat(parts).drop_duplicates()
    legs = legs.sort_values(["runner_id", "side"], ignore_index=True)
    first = [name for name in LEGS.names if name in legs]
    return legs[first + [name for name in legs if name not in first]]


def as_text(cells: pd.Series) -> pd.Series:
    """Cells as text without blanks around it; whole numbers without a point; empty is missing."""
    text = cells.map(_one_as_text, na_action="ignore").astype("str")
    return text.mask(text == "")


def _one_as_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return unicodedata.normalize("NFC", " ".join(str(cell).split()))


def _numbers(cells: pd.Series) -> pd.Series:
    """Cells as numbers, with the one decimal mark of the column; NaN where there is none."""
    if pd.api.types.is_numeric_dtype(cells):
        return cells.astype("float64")
    text = [cell for cell in cells if isinstance(cell, str)]
    decimal = (
        "," if text and not any("." in c for c in text) and any("," in c for c in text) else "."
    )
    values = [
        number(cell, decimal) if isinstance(cell, str) else cell if cell is not None else np.nan
        for cell in cells
    ]
    return pd.to_numeric(pd.Series(values, cells.index, dtype="object"), errors="coerce").astype(
        "float64"
    )

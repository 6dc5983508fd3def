"""Check a table against its declaration."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from glutelab.errors import say
from glutelab.schema.causes import likely_cause
from glutelab.schema.column import Column, Table

__all__ = ["find_problems", "find_warnings", "name_row", "suggest_name"]

SHOWN = 3  # as many rows of one fault get a sentence each; more are summed up in one


def find_problems(table: Table, frame: pd.DataFrame, where: str = "") -> list[str]:
    """What cannot be right in a table, one sentence each.

    Parameters
    ----------
    table : Table
        The declaration, for example `RUNNERS`.
    frame : DataFrame
        If its index is named ``row``, it counts rows as a spreadsheet does (the header is row 1).
    where : str
        File name for the sentences; the table's name if not given.

    Returns
    -------
    list of str
        Empty if nothing is wrong.

    Examples
    --------
    >>> from glutelab.schema import RUNNERS
    >>> frame = pd.DataFrame({"runner_id": ["R07"], "level": ["Elite "]})
    >>> find_problems(RUNNERS, frame, "runners.csv")
    ["runners.csv, runner R07: level is 'Elite ' (trailing space, capital letter). Allowed:
    recreational, competitive, elite, unknown."]
    """
    where = where or table.name
    sentences = []
    for name, check in _failed(table, frame):
        if check == "there":
            faults = [_missing_column(table, frame, name, where)]
        elif check == "unique":
            faults = _repeated(table, frame, where)
        elif check == "filled":
            rows = frame[name].isna().to_numpy()
            faults = list(_each(frame, rows, where, f"{name} is empty", "", "Fill it in."))
        elif check == "possible" and table[name].allowed:
            faults = list(_not_allowed(table[name], frame, where))
        elif check == "possible":
            faults = list(_out_of_range(table[name], frame, where, "possible"))
        else:
            found = f"{name} holds {frame[name].dtype} values"
            faults = [say(where, found, f"{table[name].dtype} ({table[name].pandas_dtype})")]
        sentences += faults
    return sentences


def find_warnings(table: Table, frame: pd.DataFrame, where: str = "") -> list[str]:
    """What is suspicious in a table, one sentence each, with the likely cause.

    Parameters and returns are those of `find_problems`. Values that cannot be at all are problems,
    and are not named again.

    Examples
    --------
    >>> from glutelab.schema import RUNNERS
    >>> frame = pd.DataFrame({"runner_id": ["R07"], "level": ["elite"], "mass_kg": [137.0]})
    >>> find_warnings(RUNNERS, frame, "runners.csv")
    ['runners.csv, runner R07: mass_kg is 137. Expected about 38 to 120. Are these pounds?']
    """
    where = where or table.name
    sentences = []
    for column in table:
        if column.name not in frame or not pd.api.types.is_numeric_dtype(frame[column.name]):
            continue
        if column.outside(frame[column.name], "plausible").any():
            sentences.extend(_out_of_range(column, frame, where, "plausible"))
        if column.unit == "°" and _looks_like_radians(frame[column.name]):
            low, high = frame[column.name].min(), frame[column.name].max()
            found = f"{column.name} runs from {low:.3g} to {high:.3g} in all rows"
            sentences.append(say(where, found, "degrees", "Is it in radians?"))
    return sentences


def suggest_name(name: str, among: list[str]) -> str:
    """The name that was probably meant, or an empty string.

    Examples
    --------
    >>> suggest_name("runner_id", ["Runner ID", "age"])
    'Runner ID'
    """
    plain = {re.sub(r"[\W_]+", "", other.casefold()): other for other in among}
    close = difflib.get_close_matches(re.sub(r"[\W_]+", "", name.casefold()), plain, 1, 0.7)
    return plain[close[0]] if close else ""


def name_row(frame: pd.DataFrame, position: int, where: str) -> str:
    """File, row and whoever the row is about, for the beginning of a sentence."""
    row = frame.iloc[position]
    parts = [where]
    if frame.index.name == "row":
        parts.append(f"row {frame.index[position]}")
    if pd.notna(row.get("trial_id")):
        parts.append(f"trial {row['trial_id']}")
    elif pd.notna(row.get("runner_id")):
        parts.append(f"runner {row['runner_id']}")
    if pd.notna(row.get("side")):
        stride = row.get("stride")
        parts.append(
            f"{row['side']} stride {stride}" if pd.notna(stride) else f"{row['side']} side"
        )
    if len(parts) == 1:
        parts.append(f"record {position + 1}")
    return ", ".join(parts)


def _failed(table: Table, frame: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Column and check of everything that fails; the rows of the table first, then by column."""
    if all(name in frame for name in table.key) and frame.duplicated(list(table.key)).any():
        yield "", "unique"
    for column in table:
        name = column.name
        if name not in frame:
            if column.required:
                yield name, "there"
        elif not _has_dtype(frame[name], column):
            yield name, "dtype"
        else:
            if column.required and frame[name].isna().any():
                yield name, "filled"
            if column.outside(frame[name]).any():
                yield name, "possible"


def _has_dtype(values: pd.Series, column: Column) -> bool:
    if column.dtype == "text" and values.dtype == object:  # of a table that a program made
        return pd.api.types.infer_dtype(values) in ("string", "empty")
    if column.dtype == "text":
        return isinstance(values.dtype, pd.StringDtype)
    return values.dtype == column.pandas_dtype


def _missing_column(table: Table, frame: pd.DataFrame, name: str, where: str) -> str:
    unknown = [str(other) for other in frame.columns if other not in table]
    close = suggest_name(name, unknown)
    remedy = f"There is {close!r}; rename it." if close else f"It is: {table[name].definition}"
    return say(where, f"the column {name} is missing", "", remedy)


def _repeated(table: Table, frame: pd.DataFrame, where: str) -> list[str]:
    again = frame.duplicated(list(table.key)).to_numpy()
    found = f"an earlier row has the same {', '.join(table.key)}"
    return list(_each(frame, again, where, found, table.row.split(":")[0].split(",")[0]))


def _not_allowed(column: Column, frame: pd.DataFrame, where: str) -> Iterator[str]:
    allowed = ", ".join(column.allowed)
    values = frame[column.name]
    wrong = column.outside(values)
    for value in values[wrong].unique():
        rows = wrong & (values == value).to_numpy()
        found = f"{column.name} is {value!r}{_spelling(value, column.allowed)}"
        yield from _each(frame, rows, where, found, "", f"Allowed: {allowed}.")


def _spelling(value: str, allowed: tuple[str, ...]) -> str:
    faults = []
    if value != value.lstrip():
        faults.append("leading space")
    if value != value.rstrip():
        faults.append("trailing space")
    if value.strip() not in allowed and value.strip().casefold() in allowed:
        faults.append("capital letter")
    elif value.strip().casefold() not in allowed:
        close = difflib.get_close_matches(value.strip().casefold(), allowed, 1)
        faults.extend(f"did you mean {word!r}?" for word in close)
    return f" ({', '.join(faults)})" if faults else ""


def _out_of_range(column: Column, frame: pd.DataFrame, where: str, limits: str) -> Iterator[str]:
    values = frame[column.name].to_numpy(dtype=float)
    rows = column.outside(frame[column.name], limits)
    low, high = getattr(column, limits)
    about = "about " if limits == "plausible" else ""
    expected = f"{about}{low:g} to {high:g}" + (f", {column.sign}" if column.sign else "")
    if limits == "plausible":
        rows = rows & ~column.outside(frame[column.name], "possible")
    if rows.sum() <= SHOWN:
        for place in np.flatnonzero(rows):
            found = f"{column.name} is {values[place]:g}"
            cause = likely_cause(column, values[[place]])
            yield say(name_row(frame, place, where), found, expected, cause)
        return
    cause = likely_cause(column, values[rows])
    found = f"{column.name} runs from {values[rows].min():g} to {values[rows].max():g}"
    yield from _each(frame, rows, where, found, expected, cause)


def _each(
    frame: pd.DataFrame, rows: np.ndarray, where: str, found: str, expected="", remedy=""
) -> Iterator[str]:
    """One sentence per row, or one for all if there are many."""
    places = np.flatnonzero(rows)
    if len(places) > SHOWN:
        first = f"{name_row(frame, places[0], where)} (and {len(places) - 1:,} more rows)"
        yield say(first, found, expected, remedy)
        return
    for place in places:
        yield say(name_row(frame, place, where), found, expected, remedy)


def _looks_like_radians(values: pd.Series) -> bool:
    """Measured angles vary by more than 0.3 degrees between people, sides or strides."""
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    numbers = numbers[np.isfinite(numbers)]
    if len(numbers) < 5 or np.abs(numbers).max() > np.pi:
        return False
    return 0.0 < numbers.std() < 0.3

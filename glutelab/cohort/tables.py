"""Read one table of a cohort from CSV or Parquet into the dtypes its declaration asks for."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.errors import DataError, say
from glutelab.schema import Column, Table, find_problems, find_warnings
from glutelab.schema.check import SHOWN, name_row, suggest_name

__all__ = [
    "Checked",
    "check_table",
    "not_parquet",
    "read_table",
    "write_table",
]

_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none"})
_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass
class Checked:
    """A table, and what there is to say about it.

    Attributes
    ----------
    frame : DataFrame
        Each declared column in its declared dtype.
    problems, warnings, notes : list of str
        What cannot be right, what is suspicious, and what is only worth mentioning.
    """

    frame: pd.DataFrame
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_table(path: Path, table: Table) -> Checked:
    """Read and check the file of one table; its name says whether it is CSV or Parquet."""
    try:
        if path.suffix.lower() == ".csv":
            frame = _read_csv(path)
        elif path.suffix.lower() == ".parquet":
            frame = _read_parquet(path)
        else:
            raise DataError(say(path.name, f"the file ends in {path.suffix!r}", ".csv or .parquet"))
    except DataError as error:
        return Checked(table.empty(), [str(error)])
    return check_table(frame, table, path.name)


def check_table(frame: pd.DataFrame, table: Table, where: str) -> Checked:
    """Bring a table to its declared dtypes and check it.

    Parameters
    ----------
    frame : DataFrame
        As read, or as handed over by a program; it is not changed. If its index is named ``row``,
        sentences name rows as a spreadsheet counts them.
    table : Table
    where : str
        File name for the sentences.
    """
    typed, bad = {}, np.zeros(len(frame), dtype=bool)
    faults: list[tuple[str, np.ndarray, str]] = []
    for name in frame.columns:
        if name not in table:
            typed[name] = _as_found(frame[name])
            continue
        typed[name], wrong, expected = _convert(frame[name], table[name])
        faults.append((name, wrong, expected))
        bad |= wrong
    checked = Checked(pd.DataFrame(typed, index=frame.index, copy=False))
    for name, wrong, expected in faults:
        checked.problems.extend(_unreadable(checked.frame, frame[name], wrong, where, expected))
    for name in ("runner_id", "trial_id"):
        if name in checked.frame and name in table:
            checked.problems.extend(_spaces(checked.frame, name, where))
    readable = checked.frame[~bad] if bad.any() else checked.frame
    checked.problems.extend(find_problems(table, readable, where))
    if not checked.problems:
        checked.warnings = find_warnings(table, readable, where)
    absent = [name for name in table.names if name not in frame]
    for name in frame.columns:
        if name not in table:
            close = suggest_name(str(name), absent)
            hint = f" Did you mean {close}?" if close else ""
            found = f"glutelab does not know the column {name!r}; it is kept"
            checked.notes.append(f"{where}: {found}.{hint}")
    return checked


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV or Parquet; the same table gives the same bytes."""
    if path.suffix == ".csv":
        frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
        return
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(content, path, compression="zstd", compression_level=9)


# --- files ----------------------------------------------------------------------------------------


def _read_csv(path: Path) -> pd.DataFrame:
    """All cells as text; the index counts rows as a spreadsheet does (the header is row 1)."""
    text = _decode(path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        records = list(reader)
    except csv.Error as error:
        remedy = "Is a quotation mark left open, or was the file cut off?"
        where = f"{path.name}, line {reader.line_num}"
        raise DataError(say(where, f"the line cannot be read ({error})", "", remedy)) from error
    if not records or not any(records[0]):
        raise DataError(say(path.name, "the file is empty", "a row of column names, then values"))
    header = records[0]
    if len(header) == 1 and re.search(r"[;\t]", header[0]):
        mark = "semicolons" if ";" in header[0] else "tabs"
        remedy = "Save the sheet as 'CSV UTF-8 (comma delimited)', with decimal points."
        raise DataError(say(path.name, f"columns are separated by {mark}", "commas", remedy))
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise DataError(say(f"{path.name}, row 1", f"columns stand twice: {', '.join(twice)}"))
    rows = {
        number: record
        for number, record in enumerate(records[1:], start=2)
        if any(cell.strip() for cell in record)
    }
    for number, record in rows.items():
        if len(record) > len(header) and not any(record[len(header) :]):
            del record[len(header) :]
        if len(record) != len(header):
            cause = (
                "Is there a decimal comma, or a text with a comma that is not in quotation marks?"
                if len(record) > len(header)
                else "Was the file cut off?"
            )
            found = f"there are {len(record)} cells"
            expected = f"{len(header)}, as in the header"
            raise DataError(say(f"{path.name}, row {number}", found, expected, cause))
    index = pd.Index(rows, name="row", dtype="int64")
    cells = zip(*rows.values(), strict=True) if rows else [[] for _ in header]
    columns = {
        name: pd.Series([cell if cell.strip() else None for cell in values], index, dtype="str")
        for name, values in zip(header, cells, strict=True)
    }
    return pd.DataFrame(columns)


def _decode(path: Path) -> str:
    content = path.read_bytes()
    if content[:4] == b"PK\x03\x04":
        remedy = "Save the sheet as 'CSV UTF-8 (comma delimited)'."
        raise DataError(say(path.name, "this is a spreadsheet (xlsx), not text", "CSV", remedy))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = content[error.start : error.start + 1]
        line = content[: error.start].count(b"\n") + 1
        guess = byte.decode("cp1252", errors="replace")
        kind = "UTF-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "not UTF-8"
        found = f"the text is {kind} (byte 0x{byte.hex()}, perhaps {guess!r})"
        remedy = "Save it as 'CSV UTF-8'."
        raise DataError(say(f"{path.name}, row {line}", found, "UTF-8", remedy)) from error


def _read_parquet(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            content = file.read(use_threads=False)
        content.validate(full=True)
        return content.to_pandas(ignore_metadata=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(not_parquet(path, error)) from error


def not_parquet(path: Path, error: Exception) -> str:
    """A sentence about a Parquet file that cannot be read."""
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    remedy = "It was probably cut off; copy or download it again."
    return say(path.name, f"the file cannot be read ({reason.rstrip('.')})", "Parquet", remedy)


# --- cells ----------------------------------------------------------------------------------------


def _convert(values: pd.Series, column: Column) -> tuple[pd.Series, np.ndarray, str]:
    """Values in the declared dtype, which cells could not be converted, and what they should be."""
    readable = np.zeros(len(values), dtype=bool)
    is_text = not (pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values))
    if column.dtype == "text":
        if not pd.api.types.is_string_dtype(values):
            values = values.map(_plain_text, na_action="ignore").astype("str")
        blank = values == ""
        return values.mask(blank) if blank.any() else values, readable, "text"
    if column.dtype == "yes_no":
        truth = values.astype("str").str.strip().str.casefold().map(_YES_NO) if is_text else values
        return (truth == 1).astype("bool"), ~truth.isin([0, 1]).to_numpy(), "true or false"
    if is_text:
        numbers = pd.to_numeric(values, errors="coerce").astype("float64")
        left = values[numbers.isna()].dropna().astype("str").str.strip().str.casefold()
        wrong = values.index.isin(left.index[~left.isin(_MISSING)])
    else:
        numbers, wrong = values.astype("float64"), readable
    if column.dtype == "number":
        return numbers, wrong, "a number"
    whole = np.isfinite(numbers) & (numbers == np.round(numbers)) & (np.abs(numbers) < 2**53)
    return numbers.where(whole, 0.0).astype("int64"), wrong | ~whole.to_numpy(), "a whole number"


def _plain_text(value: object) -> str:
    """Ids that a program holds as numbers: 7 and 7.0 are both '7'."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _as_found(values: pd.Series) -> pd.Series:
    """A column nobody declared: numbers if every cell is one, otherwise as it is."""
    if not pd.api.types.is_string_dtype(values):
        return values
    numbers = pd.to_numeric(values, errors="coerce")
    return numbers if (numbers.isna() == values.isna()).all() else values


def _unreadable(
    frame: pd.DataFrame, cells: pd.Series, wrong: np.ndarray, where: str, expected: str
) -> list[str]:
    places = np.flatnonzero(wrong)
    sentences = []
    for place in places[:SHOWN]:
        cell = cells.iloc[place]
        cell = "" if pd.isna(cell) else cell
        remedy = ""
        if isinstance(cell, str) and re.fullmatch(r"\s*[-+]?\d+,\d+\s*", cell):
            remedy = f"Write it with a decimal point: {cell.strip().replace(',', '.')}."
        found = f"{cells.name} is {cell!r}" if cell != "" else f"{cells.name} is empty"
        sentences.append(say(name_row(frame, place, where), found, expected, remedy))
    if len(places) > SHOWN:
        sentences[-1] += f" (And {len(places) - SHOWN:,} more rows.)"
    return sentences


def _spaces(frame: pd.DataFrame, name: str, where: str) -> list[str]:
    values = frame[name]
    rows = (values.notna() & (values != values.str.strip())).to_numpy(dtype=bool)
    return [
        say(
            name_row(frame, place, where),
            f"{name} is {values.iloc[place]!r}",
            "",
            "Remove the space at its beginning or end.",
        )
        for place in np.flatnonzero(rows)[:SHOWN]
    ]

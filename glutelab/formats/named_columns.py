"""Columns of published tables, by their names: the quick way, where the header is known."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from glutelab.errors import DataError, say
from glutelab.formats.content import read_content

__all__ = ["read_columns"]


def read_columns(path: str | Path, columns: list[str], delimiter: str = "\t") -> np.ndarray:
    """Named columns of a text file with one header line.

    Parameters
    ----------
    path : path
        Text or gzip-packed text, UTF-8.
    columns : list of str
        The columns wanted, in the order wanted.
    delimiter : str

    Returns
    -------
    ndarray, shape (n_columns, n_rows), float64
        ``NaN`` and empty cells are NaN.

    Raises
    ------
    DataError
        One sentence with file, line, what was found and what to do.
    """
    name = Path(path).name
    content = read_content(path)
    header = _header(content, name, delimiter)
    absent = [column for column in columns if column not in header]
    if absent:
        raise DataError(_absent_sentence(name, absent, columns, header))
    try:
        table = pacsv.read_csv(
            pa.BufferReader(content),
            read_options=pacsv.ReadOptions(use_threads=False),
            parse_options=pacsv.ParseOptions(delimiter=delimiter),
            convert_options=pacsv.ConvertOptions(
                include_columns=columns,
                column_types=dict.fromkeys(columns, pa.float64()),
                null_values=["NaN", "nan", ""],
            ),
        )
    except pa.ArrowInvalid as error:
        raise DataError(_parse_sentence(name, str(error))) from error
    if table.num_rows == 0:
        raise DataError(say(name, "a header but no rows", "one row per frame"))
    values = np.empty((len(columns), table.num_rows))
    for row, column in enumerate(columns):
        values[row] = table.column(column).to_numpy()
    if np.isinf(values).any():
        column, row = np.argwhere(np.isinf(values))[0]
        raise DataError(
            say(
                f"{name}, line {row + 2}, {columns[column]}",
                "an infinite value",
                "a number or NaN",
                "Mend or empty the cell.",
            )
        )
    return values


def _header(content: bytes, name: str, delimiter: str) -> list[str]:
    first_line = content[: content.find(b"\n")] if b"\n" in content else content
    try:
        text = first_line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            say(
                name,
                f"the first line is not UTF-8 text (byte {error.start + 1})",
                "tab-separated UTF-8 text",
                "Export it again as UTF-8; a spreadsheet or another program may have saved it.",
            )
        ) from error
    return text.rstrip("\r\n").split(delimiter)


def _absent_sentence(name: str, absent: list[str], wanted: list[str], header: list[str]) -> str:
    spare = [column for column in header if column not in wanted]
    hints = []
    for column in absent[:3]:
        close = difflib.get_close_matches(column, spare, n=1)
        hints.append(f"{column}" + (f" (nearest: {close[0]})" if close else ""))
    more = f" and {len(absent) - 3} more" if len(absent) > 3 else ""
    return say(
        name,
        f"{len(header)} columns, but none named {', '.join(hints)}{more}",
        "the column names of the published data set",
        "Check that it is the right kind of file, and that the header was not edited.",
    )


def _parse_sentence(name: str, message: str) -> str:
    row = re.search(r"[Rr]ow #(\d+)", message)
    where = f"{name}, line {row[1]}" if row else name
    counts = re.search(r"Expected (\d+) columns, got (\d+)", message)
    if counts:
        return say(
            where,
            f"{counts[2]} values",
            f"{counts[1]}, as in the header",
            "The file was probably cut off; copy or download it again.",
        )
    value = re.search(r"invalid value '([^']*)'", message)
    if value:
        hint = "Use a decimal point." if "," in value[1] else "Mend or empty the cell."
        return say(where, f"'{value[1]}' where a number should be", "a number or NaN", hint)
    if "UTF8" in message:
        return say(where, "text that is not UTF-8", "UTF-8", "Export the file again as UTF-8.")
    return say(
        where, f"cannot be read as a table ({message.splitlines()[0]})", "numbers in columns"
    )

"""Lines and numbers of text exports, whatever their encoding, line ends and decimal mark."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.tabular import read_bytes

__all__ = ["cut_rows", "parse_numbers", "rate_of", "read_lines"]

_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
_NO_VALUE = {"", "nan", "null", "none", "-", "-nan", "nan(ind)", "-nan(ind)", "-1.#ind", "1.#qnan"}


def read_lines(path: str | Path) -> list[str]:
    """Lines of a text file, without their ends.

    Raises
    ------
    DataError
        If the file is absent, empty, or no text.
    """
    content, name = read_bytes(path), Path(path).name
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        if b"\x00" in content:
            where = f"{name}, byte {content.index(0) + 1}"
            remedy = "Is it the right file? Export it again."
            raise DataError(say(where, "a zero byte, which no text has", "a text file", remedy))
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
    # splitlines() would also break at characters that stand in names.
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def cut_rows(
    numbered: Iterable[tuple[int, str]],
    mark: str | None,
    width: int,
    name: str,
    expected: str,
    *,
    ended: bool,
) -> tuple[list[list[str]], list[int]]:
    """Cells of each line that is not blank, and the number of that line.

    Parameters
    ----------
    numbered : iterable of (int, str)
        Line number and line.
    mark : str or None
        Between cells; None for any white space.
    width : int
        Cells that a row has to have, without empty ones behind the last column.
    name : str
    expected : str
        What these cells are, for the error.
    ended : bool
        Whether the last line has an end; without one it may have been cut off in a number.

    Raises
    ------
    DataError
        Where a row has more or fewer cells. If every line ends with a tab, one that lacks a cell
        would seem complete and be shifted; it is refused too.
    """
    rows, numbers, spare = [], [], None
    for number, line in numbered:
        if not line.strip():
            continue
        cells = line.split(mark)
        spare = len(cells) - width if spare is None else spare
        count = len(cells) - spare
        if count != width or any(cell.strip() for cell in cells[width:]) or spare < 0:
            count = len(cells) if count == width else count
            remedy = "Export it again; it was probably edited or cut off."
            raise DataError(say(f"{name}, line {number}", f"{count} values", expected, remedy))
        rows.append(cells[:width])
        numbers.append(number)
    if not ended and len(rows) > 2:
        *others, last = (len(re.split("[.,]", row[-1].strip() + ".")[1]) for row in rows)
        if len(set(others)) == 1 and last < others[0]:
            found = f"it ends in '{rows[-1][-1].strip()[-20:]}', without a line end"
            remedy = "Copy or export it again; it was probably cut off."
            expected = f"{others[0]} decimals, as in every other row"
            raise DataError(say(f"{name}, line {numbers[-1]}", found, expected, remedy))
    return rows, numbers


def parse_numbers(rows: list[list[str]], name: str, first_line: list[int]) -> np.ndarray:
    """Cells as numbers.

    Parameters
    ----------
    rows : list of list of str
        All of one length.
    name : str
    first_line : list of int
        Line in the file of each row.

    Returns
    -------
    ndarray, shape (n_rows, n_columns)
        Empty cells and ``NaN`` are NaN; decimal commas are read as points.

    Raises
    ------
    DataError
        Where a cell is no number, or infinite.
    """
    try:
        if any("_" in cell for row in rows for cell in row):
            raise ValueError  # Python takes 1_0 for 10
        values = np.array(rows, dtype=float)
    except ValueError:
        values = np.array(
            [
                [_number(cell, name, line) for cell in row]
                for row, line in zip(rows, first_line, strict=True)
            ]
        )
    if np.isinf(values).any():
        row, column = np.argwhere(np.isinf(values))[0]
        where = f"{name}, line {first_line[row]}, column {column + 1}"
        raise DataError(say(where, "an infinite value", "a number or NaN", "Mend the cell."))
    return values


def _number(cell: str, name: str, line: int) -> float:
    cell = cell.strip()
    if cell.lower() in _NO_VALUE:
        return np.nan
    if _DECIMAL_COMMA.fullmatch(cell):
        cell = cell.replace(",", ".")
    try:
        return float(cell.replace("_", "x"))
    except ValueError as error:
        found = f"'{cell[:30]}' where a number should be"
        remedy = "Mend or empty the cell."
        raise DataError(say(f"{name}, line {line}", found, "a number", remedy)) from error


def rate_of(times: np.ndarray, name: str, digits_s: float = 0.0) -> float:
    """Rows per second of a column of seconds.

    Parameters
    ----------
    times : ndarray, shape (n_rows,)
    name : str
    digits_s : float
        How coarsely the column is rounded.

    Raises
    ------
    DataError
        If time stands still, runs back, has gaps, or is not evenly spaced.
    """
    if len(times) < 2:
        return np.nan
    steps = np.diff(times)
    step = (times[-1] - times[0]) / (len(times) - 1)
    remedy = "Export it again with a constant rate, or resample it."
    if np.isnan(times).any():
        row = int(np.flatnonzero(np.isnan(times))[0]) + 1
        raise DataError(say(f"{name}, row {row} of the data", "no time", "seconds", remedy))
    uneven = np.abs(steps - step) > 0.1 * abs(step) + 2 * digits_s
    if step <= 0 or (steps <= 0).any() or uneven.any():
        row = int(np.flatnonzero(uneven | (steps <= 0))[0]) if (uneven | (steps <= 0)).any() else 0
        where = f"{name}, rows {row + 1} and {row + 2} of the data"
        found = f"time goes from {times[row]:g} to {times[row + 1]:g} s"
        raise DataError(say(where, found, f"even steps, here {step:.4g} s", remedy))
    rate = 1.0 / step
    whole = round(rate)
    # 149.99999938 is what rounded times make of 150.
    return float(whole) if abs(rate - whole) < 1e-5 * rate else rate

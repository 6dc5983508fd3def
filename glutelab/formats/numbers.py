"""Cells of a text to numbers.

Nothing is guessed that could turn into a wrong number: a cell is a number with the file's one
decimal mark and no thousands separators, or a sentence says where it is not. Cells are never
evaluated; a cell that begins like a formula is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from glutelab.errors import DataError, say

__all__ = ["MISSING", "block", "decimal_mark", "even_rate", "number"]

_MISSING_WORDS = """- -- --- nan -nan nan(ind) -nan(ind) -1.#ind 1.#qnan na n/a #n/a #div/0! null
none nodata no_data"""
MISSING = frozenset(("", "no data", *_MISSING_WORDS.split()))
_NUMBER = {
    ".": re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d{1,4})?", re.ASCII),
    ",": re.compile(r"[+-]?(?:\d+,?\d*|,\d+)(?:[eEdD][+-]?\d{1,4})?", re.ASCII),
}
_WITH_COMMA = re.compile(r"[+-]?(?:\d+,\d*|,\d+)(?:[eEdD][+-]?\d{1,4})?", re.ASCII)
_WITH_POINT = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+)(?:[eEdD][+-]?\d{1,4})?", re.ASCII)
_INFINITE = re.compile(r"[+-]?(1\.#)?inf(inity)?$", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+", re.ASCII)


def decimal_mark(cells: Iterable[str], where: str, strict: bool = True) -> str:
    """Whether the numbers of a file have a decimal comma or a decimal point.

    Parameters
    ----------
    cells : iterable of str
        Cells that should be numbers; others are passed over.
    where : str
        For the error text.
    strict : bool
        Refuse what could as well be thousands ("3,000"). Motion-capture programs never write
        these.

    Raises
    ------
    DataError
        If both marks occur, or every number with a comma can be read either way.
    """
    commas = points = sure = None
    for cell in cells:
        if "," in cell and _WITH_COMMA.fullmatch(cell):
            commas = commas or cell
            sure = sure or not _THOUSANDS.fullmatch(cell)
        elif "." in cell and _WITH_POINT.fullmatch(cell):
            points = points or cell
        if points and sure:
            break
    if commas and points:
        found = f"numbers with a comma ({commas!r}) and with a point ({points!r})"
        remedy = "Which one is the decimal mark? Export it again without thousands separators."
        raise DataError(say(where, found, "one decimal mark", remedy))
    if commas and not sure and strict:
        remedy = "Export it again without thousands separators, or state decimal=',' or '.'."
        raise DataError(say(where, f"{commas!r} can be a thousand or a decimal", "", remedy))
    return "," if commas else "."


def number(cell: str, decimal: str = ".") -> float | None:
    """Value of a cell; NaN where there is none, None where it is no finite number.

    Examples
    --------
    >>> number("-2,5", ","), number("1.5e-3"), number("No Data"), number("=1+1"), number("1,234")
    (-2.5, 0.0015, nan, None, None)
    """
    cell = cell.strip()
    if _NUMBER[decimal].fullmatch(cell):
        value = float(cell.replace(",", ".").replace("d", "e").replace("D", "e"))
        return value if np.isfinite(value) else None
    return np.nan if cell.casefold() in MISSING else None


def block(
    rows: Sequence[tuple[int, Sequence[str]]],
    names: Sequence[str],
    where: str,
    *,
    decimal: str = ".",
    short: bool = False,
    expected: str = "",
) -> np.ndarray:
    """Numbers of a rectangle of cells.

    Parameters
    ----------
    rows : sequence of (int, sequence of str)
        Number of the line, and its cells.
    names : sequence of str
        Of the columns, for their number and for error texts.
    where : str
        The file, for error texts.
    decimal : str
    short : bool
        Whether a row may end early; what is missing is NaN.
    expected : str
        What the cells of a row are, for error texts.

    Returns
    -------
    ndarray, shape (n_rows, n_columns), float64
        NaN where there is no value.

    Raises
    ------
    DataError
        With the line and the column, if a cell is no number, or a row is too long or too short.
    """
    width = len(names)
    values = np.full((len(rows), width), np.nan)
    # Where each line ends with a delimiter, one that lacks a cell would seem whole, and be shifted.
    spare = 0 if short or not rows else max(len(rows[0][1]) - width, 0)
    expected = expected or f"{width}, as in the header"
    for k, (line, cells) in enumerate(rows):
        if len(cells) != width or (spare and not cells[-1]):
            cells = _fit(cells, width, spare, f"{where}, line {line}", short, expected)
        values[k] = _numbers(cells, decimal, names, f"{where}, line {line}")
    return values


def _fit(
    cells: Sequence[str], width: int, spare: int, where: str, short: bool, expected: str
) -> Sequence[str]:
    if len(cells) >= width + min(spare, 1) and not any(cells[width:]):
        return cells[:width]
    if short and len(cells) < width:
        return [*cells, *[""] * (width - len(cells))]
    found = f"{len(cells) - spare if len(cells) == width else len(cells)} cells"
    remedy = "Was the file cut off, or are decimal commas also the delimiter? Export it again."
    raise DataError(say(where, found, expected, remedy))


def _numbers(
    cells: Sequence[str], decimal: str, names: Sequence[str], where: str
) -> list[float] | np.ndarray:
    whole = "\n".join(cells)
    if "_" not in whole and whole.isascii() and not (decimal == "," and "." in whole):
        # The way of nearly all rows; what it does not take is looked at cell by cell below.
        plain = cells if decimal == "." else whole.replace(",", ".").split("\n")
        try:
            values = np.array([float(cell or "nan") for cell in plain])
        except ValueError:
            pass
        else:
            if len(values) == len(cells) and not np.isinf(values).any():
                return values
    values = [number(cell, decimal) for cell in cells]
    if None in values:
        place = values.index(None)
        found = f"{_short(cells[place])} where a number should be"
        if _INFINITE.match(cells[place].strip()) or _NUMBER[decimal].fullmatch(cells[place]):
            found = f"{_short(cells[place])}, an infinite value"
        hint = "Mend or empty the cell."
        if "," in cells[place] and decimal == ".":
            hint = "Use a decimal point, and no thousands separators."
        raise DataError(say(f"{where}, {names[place]}", found, "a number or an empty cell", hint))
    return values


def _short(cell: str) -> str:
    return repr(cell if len(cell) <= 40 else cell[:37] + "...")


def even_rate(times_s: np.ndarray, where: str) -> float:
    """Rows per second of a column of time; NaN with fewer than two rows.

    Parameters
    ----------
    times_s : ndarray, shape (n_rows,)
        Seconds, often rounded to a few digits.
    where : str
        For the error text.

    Raises
    ------
    DataError
        If time does not go on in even steps: rows were doubled, removed or moved.

    Examples
    --------
    >>> even_rate(np.array([0.0, 0.007, 0.013, 0.02]), "a.txt")
    150.0
    """
    if len(times_s) < 2:
        return np.nan
    blank = np.flatnonzero(np.isnan(times_s))
    if blank.size:
        row = f"{where}, row {blank[0] + 1} of the numbers"
        raise DataError(say(row, "no time", "seconds", "Export it again."))
    steps = np.diff(times_s)
    elapsed = float(times_s[-1] - times_s[0])
    middle = elapsed / len(steps)  # a single step carries the rounding of its ends
    digit = _last_digit(times_s)
    # However coarse the digits: a row too many or too few moves its time by a whole step.
    slack = min(max(0.25 * middle, 0.1 * middle + 1.01 * digit), 0.9 * middle)
    odd = np.flatnonzero(~(np.abs(steps - middle) <= slack))
    if odd.size or not middle > 0:
        place = int(odd[0]) if odd.size else 0
        found = f"time goes from {times_s[place]:g} to {times_s[place + 1]:g} s"
        expected = f"even steps, here of {middle:.4g} s" if middle > 0 else "even steps"
        remedy = "Rows were doubled, removed or moved; export it again, with a constant rate."
        raise DataError(say(f"{where}, row {place + 2} of the numbers", found, expected, remedy))
    rate = len(steps) / elapsed
    # 149.99999938 is what rounded times make of 150; a few times tell no whole number.
    rounding = rate * max(digit / elapsed, 1e-5)
    return float(round(rate)) if abs(rate - round(rate)) <= rounding < 0.5 else rate


def _last_digit(times_s: np.ndarray) -> float:
    """What the last decimal of all times counts, s; 0 if there are more than six."""
    for decimals in range(3, 7):
        if np.allclose(times_s, np.round(times_s, decimals), rtol=0, atol=1e-9):
            return 10.0**-decimals
    return 0.0

"""Cells of people's tables to numbers and times: decimal commas, thousands, h:mm:ss.

More lenient than `glutelab.formats.numbers`, which reads what programs write.
"""

from __future__ import annotations

import re
from datetime import timedelta

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.numbers import MISSING

__all__ = ["Cell", "Grid", "decimal_mark", "is_blank", "number", "seconds"]

Cell = str | float | timedelta | None
Grid = list[tuple[int, list[Cell]]]  # (number of the row in the file, its cells); gaps are left out

_PLAIN = re.compile(r"[+-]?\d*[.,]?\d+(?:[eE][+-]?\d+)?")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2}(?:[.,]\d+)?)")


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing, or a dash that stands for nothing."""
    return cell is None or (isinstance(cell, str) and cell.strip().casefold() in MISSING)


def decimal_mark(texts: list[str], where: str) -> str:
    """Whether numbers written as text use a comma or a point.

    Parameters
    ----------
    texts : list of str
        All cells that should be numbers.
    where : str
        For the error text.

    Returns
    -------
    str
        ``","`` or ``"."``.

    Raises
    ------
    DataError
        If every number reads as well either way ("3,000").
    """
    commas = [text.strip() for text in texts if "," in text]
    points = [text for text in texts if "." in text]
    mixed = next((text for text in commas if "." in text), None)
    if mixed:
        return "," if mixed.rfind(",") > mixed.rfind(".") else "."
    if not commas:
        return "."
    thousands = [re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+", text) for text in commas]
    if not all(thousands):
        return ","
    if points:
        return "."
    found = f"{commas[0]!r} can be a thousand or a decimal number"
    raise DataError(say(where, found, "", "State it: decimal=',' or decimal='.'."))


def number(cell: Cell, decimal: str = ".") -> float | None:
    """Value of a cell; NaN where it is blank, None where it is no number.

    Examples
    --------
    >>> number("2.345,5", ","), number("2,345.5", "."), number("-"), number("Anna")
    (2345.5, 2345.5, nan, None)
    """
    if is_blank(cell):
        return np.nan
    if isinstance(cell, timedelta):
        return None
    if isinstance(cell, float):
        return cell if np.isfinite(cell) else None
    text = cell.strip().replace("\xa0", "").replace(" ", "")
    other = "." if decimal == "," else ","
    if other in text and re.fullmatch(rf"[+-]?\d{{1,3}}(\{other}\d{{3}})+(\{decimal}\d*)?", text):
        text = text.replace(other, "")
    text = text.replace(decimal, ".")
    return float(text) if _PLAIN.fullmatch(text) and "," not in text else None


def seconds(cell: Cell, decimal: str = ".", factor: float = 1.0) -> float | None:
    """Time of a cell in seconds: h:mm:ss, mm:ss, a time of a spreadsheet, or a number.

    Examples
    --------
    >>> seconds("0:01:10"), seconds("03:25,5"), seconds(timedelta(minutes=2)), seconds("90")
    (70.0, 205.5, 120.0, 90.0)
    """
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    clock = _CLOCK.fullmatch(cell.strip()) if isinstance(cell, str) else None
    if clock:
        hours, minutes, rest = clock.groups()
        return 3600.0 * int(hours or 0) + 60.0 * int(minutes) + float(rest.replace(",", "."))
    value = number(cell, decimal)
    return None if value is None else value * factor

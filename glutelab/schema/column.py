"""The declaration of one column, and of the table it stands in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["Column", "Shape", "Table"]

DTYPES = {"text": "str", "number": "float64", "whole": "int64", "yes_no": "bool"}


@dataclass(frozen=True)
class Shape:
    """What a mean curve does in one window of the gait cycle.

    Attributes
    ----------
    what : str
        The feature in words, for example ``"peak in swing"``.
    first, last : int
        The window, percent of the gait cycle, both inclusive.
    statistic : str
        ``"mean"``, ``"min"`` or ``"max"`` over the window.
    low, high : float
        Where the statistic lies in adult running, in the unit of the curve.
    """

    what: str
    first: int
    last: int
    statistic: str
    low: float
    high: float

    def holds(self, curves: np.ndarray) -> np.ndarray:
        """Whether each curve has this feature.

        Parameters
        ----------
        curves : ndarray, shape (n, 101)

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        window = curves[:, self.first : self.last + 1]
        value = {"mean": np.mean, "min": np.min, "max": np.max}[self.statistic](window, axis=1)
        return (value >= self.low) & (value <= self.high)


@dataclass(frozen=True)
class Column:
    """One column: what it is, in which unit and sign, and what its values may be.

    Attributes
    ----------
    name : str
        Name in tables and files, with the unit as its suffix.
    label : str
        Name for axes and headings, without the unit.
    unit : str
        Unit as printed (``"°"``, ``"m/s"``); empty for text and pure numbers.
    definition : str
        One sentence (what exactly is measured).
    sign : str
        What counts as positive.
    plausible : tuple of float or None
        Low and high of adult running; a value outside is a warning.
    possible : tuple of float or None
        Low and high of what can be at all; a value outside is an error.
    allowed : tuple of str or None
        Closed list of words.
    dtype : str
        ``"text"``, ``"number"`` (float), ``"whole"`` (integer) or ``"yes_no"`` (bool).
    required : bool
        The column has to be there, and filled in every row.
    source : str
        DOI of the method.
    shape : tuple of Shape
        Features of a curve that tell a flipped sign from a true one.
    """

    name: str
    label: str
    unit: str
    definition: str
    sign: str = ""
    plausible: tuple[float, float] | None = None
    possible: tuple[float, float] | None = None
    allowed: tuple[str, ...] | None = None
    dtype: str = "number"
    required: bool = False
    source: str = ""
    shape: tuple[Shape, ...] = ()

    @property
    def pandas_dtype(self) -> str:
        """Name of the pandas dtype the column has once loaded."""
        return DTYPES[self.dtype]

    @property
    def axis_label(self) -> str:
        """Label with its unit, for an axis."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    def outside(self, values: pd.Series, limits: str = "possible") -> np.ndarray:
        """Which values break the declaration; missing values never do.

        Parameters
        ----------
        values : Series
        limits : str
            ``"possible"`` (errors, and the closed list) or ``"plausible"`` (warnings).

        Returns
        -------
        ndarray of bool
        """
        if limits == "possible" and self.allowed is not None:
            return (values.notna() & ~values.isin(self.allowed)).to_numpy(dtype=bool)
        bounds = self.possible if limits == "possible" else self.plausible
        if bounds is None:
            return np.zeros(len(values), dtype=bool)
        numbers = values.to_numpy()
        return (numbers < bounds[0]) | (numbers > bounds[1])


@dataclass(frozen=True)
class Table:
    """The columns of one table, and what makes a row of it unique.

    Attributes
    ----------
    name : str
        Name of the table and of its file.
    row : str
        What one row is ("one row per runner").
    key : tuple of str
        Columns that together are never the same twice.
    columns : tuple of Column
    required : bool
        Whether a cohort has to have this table.
    """

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = True

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __contains__(self, name: object) -> bool:
        return any(column.name == name for column in self.columns)

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> list[str]:
        """Names of all columns, in order."""
        return [column.name for column in self.columns]

    def in_order(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Columns of a table as they are declared, others behind them."""
        first = [name for name in self.names if name in frame]
        return frame[first + [name for name in frame if name not in first]]

    def empty(self) -> pd.DataFrame:
        """A table without rows, with every column and its dtype."""
        return pd.DataFrame({c.name: pd.Series(dtype=c.pandas_dtype) for c in self.columns})

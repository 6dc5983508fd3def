"""Curves on disk: one row per stride, one column of 101 float32 points per variable, in Parquet.

Measured on rbds2017 (7,058 strides, 15 variables): rounding to 1/128 degree, far below what
markers resolve, halves the file, and splitting the bytes of the floats takes off another quarter.
So it is with moments (rounded to 1/512 N m/kg) and powers (1/128 W/kg).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from glutelab.cohort.curve_blocks import ROWS, check_block, regroup
from glutelab.cohort.tables import not_parquet
from glutelab.errors import DataError, ProblemList, say
from glutelab.schema.curves import CURVE_KEY, CURVES, POINTS

__all__ = ["ROUNDED_TO_DEG", "CurveStore", "write_curves"]

ROUNDED_TO_DEG = 2.0**-7
_ROUNDED_TO = {"N m/kg": 2.0**-9}
_ENOUGH_PROBLEMS = 20  # of blocks; the rest need not be read to mend these


def write_curves(
    path: Path,
    strides: pd.DataFrame,
    curves: Mapping[str, np.ndarray] | Iterable[Mapping[str, np.ndarray]],
) -> list[str]:
    """Write curves so that they are small, and can be read one variable or one part at a time.

    Parameters
    ----------
    path : Path
    strides : DataFrame
        The strides the curves belong to, in the same order; gives the key columns.
    curves : dict of str to ndarray, shape (n_strides, 101), or iterable of such
        All at once, or in blocks, which are checked on their way. Rounded to multiples of 1/128
        degree or W/kg, or 1/512 N m/kg.

    Returns
    -------
    list of str
        The variables. Blocks or all at once, the bytes of the file are the same.

    Raises
    ------
    ProblemList
        If blocks do not fit each other or the strides, or values cannot be.
    """
    checked = isinstance(curves, Mapping)
    writer, names, start, problems = None, [], 0, []
    try:
        for block in regroup(curves, len(strides)):
            names = list(block)
            stop = start + len(block[names[0]]) if names else start
            of_block, start = strides.iloc[start:stop], stop
            problems += [] if checked else check_block(block, of_block)
            if len(problems) >= _ENOUGH_PROBLEMS or not names:
                break
            table = _to_arrow(block, of_block)
            if writer is None:
                writer = pq.ParquetWriter(
                    path,
                    table.schema,
                    compression="zstd",
                    compression_level=9,
                    use_dictionary=list(CURVE_KEY),
                    use_byte_stream_split=[f"{name}.list.element" for name in names],
                    write_statistics=False,
                )
            writer.write_table(table, row_group_size=ROWS)
    except DataError as error:
        problems.append(str(error))
    finally:
        if writer is not None:
            writer.close()
    if problems:
        raise ProblemList(path.name, problems)
    return names


def _to_arrow(curves: dict[str, np.ndarray], strides: pd.DataFrame) -> pa.Table:
    """Empties the dictionary, as it fills the table."""
    keys = pa.Table.from_pandas(strides[list(CURVE_KEY)], preserve_index=False)
    columns = {name: keys.column(name) for name in CURVE_KEY}
    for name in list(curves):
        values = curves.pop(name)
        step = _ROUNDED_TO.get(CURVES[name].unit if name in CURVES else "", ROUNDED_TO_DEG)
        rounded = np.round(np.asarray(values, dtype=np.float64) / step) * step
        flat = pa.array(rounded.astype(np.float32).ravel() + np.float32(0.0))  # no negative zero
        columns[name] = pa.FixedSizeListArray.from_arrays(flat, POINTS)
    return pa.table(columns)


class CurveStore:
    """The curves file of a cohort, read one variable at a time.

    Parameters
    ----------
    path : Path

    Raises
    ------
    DataError
        If the file is cut off or has no key columns, or a variable has not 101 points.
    """

    def __init__(self, path: Path):
        self.path = path
        try:
            schema = pq.read_schema(path)
            names = schema.names
        except (pa.ArrowException, OSError, ValueError) as error:
            raise DataError(not_parquet(path, error)) from error
        absent = [name for name in CURVE_KEY if name not in names]
        if absent:
            expected = f"{', '.join(CURVE_KEY)} beside the curves"
            raise DataError(say(path.name, f"columns are missing: {', '.join(absent)}", expected))
        self.variables = tuple(name for name in names if name not in CURVE_KEY)
        for name in self.variables:
            self._check_type(name, schema.field(name).type)

    def keys(self) -> pd.DataFrame:
        """Which stride each row belongs to: ``trial_id, side, stride``."""
        content = self._read(list(CURVE_KEY))
        try:
            content.validate(full=True)
            return content.to_pandas(ignore_metadata=True)
        except (pa.ArrowException, ValueError) as error:
            raise DataError(not_parquet(self.path, error)) from error

    def array(self, variable: str) -> pa.FixedSizeListArray:
        """One variable as an Arrow array of lists of 101 float32."""
        return self._lists(variable, self._read([variable]))

    def matrix(self, variable: str) -> np.ndarray:
        """One variable, read-only, shape (n_strides, 101), float32.

        Of a file in one piece it is a view of Arrow's memory.
        """
        with self._opened() as file:
            if file.num_row_groups > 1:
                return self._fill(file, variable, np.arange(file.metadata.num_rows))
        return _as_matrix(self.array(variable))

    def rows(self, variable: str, places: np.ndarray) -> np.ndarray:
        """Some rows of one variable; only the row groups that hold them are read.

        Parameters
        ----------
        variable : str
        places : ndarray of int
            Which rows, in ascending order.

        Returns
        -------
        ndarray, shape (n, 101), float32, read-only
        """
        with self._opened() as file:
            return self._fill(file, variable, np.asarray(places))

    def _fill(self, file: pq.ParquetFile, variable: str, places: np.ndarray) -> np.ndarray:
        result = np.empty((len(places), POINTS), np.float32)
        groups = range(file.num_row_groups)
        ends = np.cumsum([file.metadata.row_group(group).num_rows for group in groups])
        starts = np.concatenate([[0], ends[:-1]])
        bounds = np.searchsorted(places, np.concatenate([starts, ends[-1:]]))
        for group in np.flatnonzero(np.diff(bounds)):
            here = slice(bounds[group], bounds[group + 1])
            part = file.read_row_group(int(group), columns=[variable], use_threads=False)
            values = _as_matrix(self._lists(variable, part))
            whole = here.stop - here.start == len(values)
            result[here] = values if whole else values[places[here] - starts[group]]
        result.flags.writeable = False
        return result

    def _lists(self, variable: str, content: pa.Table) -> pa.FixedSizeListArray:
        column = content.column(0)
        array = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
        if array.null_count or array.flatten().null_count:
            expected = "NaN in all 101 points of a stride that could not be measured"
            raise DataError(say(self.path.name, f"{variable} has empty entries", expected))
        if not pa.types.is_fixed_size_list(array.type):
            lengths = pc.unique(pc.list_value_length(array)).to_pylist()
            if lengths not in ([POINTS], []):
                wrong = next(length for length in lengths if length != POINTS)
                raise DataError(self._wrong_points(variable, wrong))
        if array.type != pa.list_(pa.float32(), POINTS):
            flat = array.flatten().cast(pa.float32())
            array = pa.FixedSizeListArray.from_arrays(flat, POINTS)
        return array

    @contextmanager
    def _opened(self) -> Iterator[pq.ParquetFile]:
        try:
            with pq.ParquetFile(self.path) as file:
                yield file
        except (pa.ArrowException, OSError) as error:
            raise DataError(not_parquet(self.path, error)) from error

    def _read(self, columns: list[str]) -> pa.Table:
        with self._opened() as file:
            return file.read(columns=columns, use_threads=False)

    def _check_type(self, name: str, kind: pa.DataType) -> None:
        is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind)
        if pa.types.is_fixed_size_list(kind) and kind.list_size != POINTS:
            raise DataError(self._wrong_points(name, kind.list_size))
        if not (is_list or pa.types.is_fixed_size_list(kind)) or not pa.types.is_floating(
            kind.value_type
        ):
            expected = f"lists of {POINTS} numbers (float32)"
            raise DataError(say(self.path.name, f"{name} holds {kind}", expected))

    def _wrong_points(self, name: str, points: int) -> str:
        return say(
            self.path.name,
            f"{name} has {points} points per stride",
            f"{POINTS}: 0 to 100 % of the gait cycle, both inclusive",
            "The last point is the next foot strike of the same foot.",
        )


def _as_matrix(array: pa.FixedSizeListArray) -> np.ndarray:
    return array.flatten().to_numpy(zero_copy_only=True).reshape(-1, POINTS)

"""Curves on disk: one row per stride, one column of 101 float32 points per variable, in Parquet.

Measured on rbds2017 (7,058 strides, 15 variables): rounding to 1/128 degree, far below what
markers resolve, halves the file, and splitting the bytes of the floats takes off another quarter.
So it is with moments (rounded to 1/512 N m/kg) and powers (1/128 W/kg).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from glutelab.cohort.tables import not_parquet
from glutelab.errors import DataError, say
from glutelab.schema.curves import CURVE_KEY, CURVES, POINTS

__all__ = ["ROUNDED_TO_DEG", "CurveStore", "write_curves"]

ROUNDED_TO_DEG = 2.0**-7
_ROUNDED_TO = {"N m/kg": 2.0**-9}


def write_curves(path: Path, strides: pd.DataFrame, curves: Mapping[str, np.ndarray]) -> None:
    """Write curves so that they are small, and can be read one variable at a time.

    Parameters
    ----------
    path : Path
    strides : DataFrame
        The strides the curves belong to, in the same order; gives the key columns.
    curves : dict of str to ndarray, shape (n_strides, 101)
        Rounded to multiples of 1/128 degree or W/kg, or 1/512 N m/kg.
    """
    keys = pa.Table.from_pandas(strides[list(CURVE_KEY)], preserve_index=False)
    columns = {name: keys.column(name) for name in CURVE_KEY}
    for name, values in curves.items():
        step = _ROUNDED_TO.get(CURVES[name].unit if name in CURVES else "", ROUNDED_TO_DEG)
        rounded = np.round(np.asarray(values, dtype=np.float64) / step) * step
        flat = pa.array(rounded.astype(np.float32).ravel() + np.float32(0.0))  # no negative zero
        columns[name] = pa.FixedSizeListArray.from_arrays(flat, POINTS)
    pq.write_table(
        pa.table(columns),
        path,
        compression="zstd",
        compression_level=9,
        use_dictionary=list(CURVE_KEY),
        use_byte_stream_split=[f"{name}.list.element" for name in curves],
        row_group_size=max(len(strides), 1),  # one piece, so that reading it never copies
        write_statistics=False,
    )


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
        column = self._read([variable]).column(0)
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

    def matrix(self, variable: str) -> np.ndarray:
        """One variable as a read-only view of Arrow's memory, shape (n_strides, 101), float32."""
        return self.array(variable).flatten().to_numpy(zero_copy_only=True).reshape(-1, POINTS)

    def _read(self, columns: list[str]) -> pa.Table:
        try:
            with pq.ParquetFile(self.path) as file:
                return file.read(columns=columns, use_threads=False)
        except (pa.ArrowException, OSError) as error:
            raise DataError(not_parquet(self.path, error)) from error

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

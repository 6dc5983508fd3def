"""Parquet of a stranger to columns of numbers and text, with bounds on what it unpacks to."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from glutelab.errors import DataError, say
from glutelab.formats.content import MOST_BYTES

__all__ = ["MOST_CELLS", "MOST_COLUMNS", "read_parquet"]

MOST_COLUMNS = 20_000
MOST_CELLS = 50_000_000
LONGEST = 10_000  # letters of one cell
_AGAIN = "The file was damaged or cut off; write it again."


def read_parquet(content: bytes, where: str) -> tuple[list[str], list[np.ndarray]]:
    """Columns of a Parquet file.

    Parameters
    ----------
    content : bytes
    where : str
        The file, for error texts.

    Returns
    -------
    names : list of str
    columns : list of ndarray
        float64 with NaN, or text (dtype object) with empty text where there is none.

    Raises
    ------
    DataError
        If the file is damaged, is larger than a recording, or has nested columns.
    """
    try:
        return _read(content, where)
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError, KeyError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            say(where, "Parquet that cannot be read", "whole Parquet", _AGAIN)
        ) from None


def _read(content: bytes, where: str) -> tuple[list[str], list[np.ndarray]]:
    schema = pq.read_schema(pa.BufferReader(content))
    names = list(schema.names)
    kinds = (pa.types.is_string, pa.types.is_large_string, pa.types.is_dictionary)
    texts = [field.name for field in schema if any(is_kind(field.type) for is_kind in kinds)]
    # As dictionaries each text is in memory once, however often it is repeated.
    source = pq.ParquetFile(pa.BufferReader(content), read_dictionary=texts)
    count, groups = source.metadata.num_rows, source.metadata.num_row_groups
    size = sum(max(source.metadata.row_group(k).total_byte_size, 0) for k in range(groups))
    if (
        not names
        or len(names) > MOST_COLUMNS
        or count * len(names) > MOST_CELLS
        or size > MOST_BYTES
    ):
        found = f"{count} rows of {len(names)} columns"
        raise DataError(say(where, found, f"1 to {MOST_CELLS} cells", "Split the file."))
    if count < 1:
        raise DataError(say(where, "no rows", "rows of numbers", _AGAIN))
    parts: list[list[np.ndarray]] = [[] for _ in names]
    seen = 0
    size = max(1, min(65_536, 5_000_000 // len(names)))
    for batch in source.iter_batches(batch_size=size, use_threads=False):
        seen += batch.num_rows
        if seen > count:
            break
        for place, column in enumerate(batch.columns):
            parts[place].append(_array(column, f"{where}, {names[place]}"))
    if seen != count:
        raise DataError(say(where, f"{seen} rows", f"{count}, as its footer says", _AGAIN))
    return names, [np.concatenate(column) for column in parts]


def _array(column: pa.Array, where: str) -> np.ndarray:
    kind = column.type
    if pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type):
        words = [word or "" for word in column.dictionary.to_pylist()]
        if any(len(word) > LONGEST for word in words):
            raise DataError(say(where, "a cell as long as a book", "numbers or short text", _AGAIN))
        places = column.indices.to_pylist()
        return np.array([words[k] if k is not None else "" for k in places], dtype=object)
    if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_null(kind):
        return column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    plain = (pa.types.is_boolean, pa.types.is_temporal, pa.types.is_decimal)
    if any(is_kind(kind) for is_kind in plain):
        texts = ["" if cell is None else str(cell) for cell in column.to_pylist()]
        return np.array(texts, dtype=object)
    raise DataError(say(where, f"a column of {kind}", "numbers or text", "Write plain columns."))

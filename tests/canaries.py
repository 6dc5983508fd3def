"""Everything that a folder says, packed or not, to look for what must not be in it."""

from __future__ import annotations

import gzip

import pyarrow.parquet as pq


def bytes_of(folder) -> bytes:
    """All bytes of all files and their names, and again those of Parquet and gzip unpacked."""
    parts = []
    for path in sorted(folder.rglob("*")):
        parts.append(str(path.relative_to(folder)).encode())
        if not path.is_file():
            continue
        content = path.read_bytes()
        parts.append(content)
        if path.suffix == ".gz":
            parts.append(gzip.decompress(content))
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            parts.append(f"{table.schema.metadata!r} {table.schema}".encode())
            for column in table.columns:
                nested = str(column.type).startswith(("fixed", "list", "large_list"))
                parts += [str(value).encode() for value in ([] if nested else column.unique())]
    return b"\n".join(parts)


def assert_absent(folder, canaries) -> None:
    content = bytes_of(folder).lower()
    for word in canaries:
        for form in (word.lower().encode(), word.lower().encode("utf-16-le")):
            assert form not in content, f"{word} was written to {folder}"

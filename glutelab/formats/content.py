"""The bytes of a file, unpacked if it is gzip, with a bound on what comes out."""

from __future__ import annotations

import zlib
from pathlib import Path

from glutelab.errors import DataError, say

__all__ = ["GZIP", "MOST_BYTES", "read_content", "read_head"]

MOST_BYTES = 500_000_000  # unpacked; half an hour of 100 markers at 200 Hz takes about as much
HEAD_BYTES = 1 << 16
GZIP = b"\x1f\x8b"


def read_content(path: str | Path, most_bytes: int | None = None) -> bytes:
    """Content of a file; unpacked, with a bound on what comes out, if it is gzip.

    Parameters
    ----------
    path : path
    most_bytes : int, optional
        More than this, packed or unpacked, is refused.

    Raises
    ------
    DataError
        If the file is absent, empty, too large, or its packing is damaged.
    """
    path, most_bytes = Path(path), most_bytes or MOST_BYTES
    if not path.is_file():
        raise DataError(say(path.name, "no such file", f"a file in {path.parent}"))
    try:
        if path.stat().st_size > most_bytes:
            raise DataError(_too_large(path.name, "the file is", most_bytes))
        content = path.read_bytes()
    except OSError as error:
        found = f"the file cannot be opened ({error.strerror})"
        raise DataError(say(path.name, found, "a file you may read")) from error
    if content.startswith(GZIP):
        content = _unpack(content, most_bytes, path.name)
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise DataError(say(path.name, "the file is empty", "a header and numbers"))
    return content


def _unpack(content: bytes, most_bytes: int, where: str) -> bytes:
    """Gzip, member by member; the size is counted while unpacking, not believed."""
    parts, size = [], 0
    while content:
        stream = zlib.decompressobj(wbits=31)
        try:
            parts.append(stream.decompress(content, most_bytes - size + 1))
        except zlib.error as error:
            raise DataError(_damaged(where, error)) from error
        size += len(parts[-1])
        if size > most_bytes:
            raise DataError(_too_large(where, "the file unpacks to", most_bytes))
        if not stream.eof:
            raise DataError(_damaged(where, "it ends too early"))
        content = stream.unused_data.lstrip(b"\x00")
    return b"".join(parts)


def _damaged(where: str, why: object) -> str:
    remedy = "Copy or download it again; it was probably cut off."
    return say(where, f"the packed file cannot be unpacked ({why})", "a whole gzip file", remedy)


def _too_large(where: str, what: str, most_bytes: int) -> str:
    limit = f"{most_bytes / 1e6:g} MB"
    remedy = "Is it really one recording? Export it trial by trial."
    return say(where, f"{what} more than {limit}", f"{limit} at most", remedy)


def read_head(path: str | Path) -> bytes:
    """The first bytes of a file, unpacked; whole lines, so that no letter is cut in two.

    Raises
    ------
    DataError
        If the file is absent, empty, or its packing is damaged from the start.
    """
    path = Path(path)
    if not path.is_file():
        raise DataError(say(path.name, "no such file", f"a file in {path.parent}"))
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        if head.startswith(GZIP):
            head = zlib.decompressobj(wbits=31).decompress(head, HEAD_BYTES)
    except OSError as error:
        found = f"the file cannot be opened ({error.strerror})"
        raise DataError(say(path.name, found, "a file you may read")) from error
    except zlib.error as error:
        raise DataError(_damaged(path.name, error)) from error
    if not head.strip():
        raise DataError(say(path.name, "the file is empty", "a recording"))
    end = head.rfind(b"\n")
    return head[: end + 1] if len(head) == HEAD_BYTES and end > 0 else head

"""From the bytes of an export to lines and cells, whatever program wrote it in which country."""

from __future__ import annotations

import codecs
import csv
import re
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from glutelab.errors import DataError, say

__all__ = [
    "DELIMITERS",
    "base_name",
    "decode",
    "delimiter_of",
    "header_value",
    "read_content",
    "repeated",
    "split_cells",
    "split_lines",
    "unique",
]

MOST_BYTES = 500_000_000  # unpacked; half an hour of 100 markers at 200 Hz takes about as much
# A comma last: in exports with decimal commas it also stands within numbers.
DELIMITERS = ("\t", ";", "|", ",")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STRANGE = re.compile("[\x00-\x08\x0b\x0e-\x1f]")


def read_content(path: str | Path, most_bytes: int = MOST_BYTES) -> bytes:
    """Content of a file; unpacked, with a bound on what comes out, if it is gzip.

    Parameters
    ----------
    path : path
    most_bytes : int
        More than this, packed or unpacked, is refused.

    Raises
    ------
    DataError
        If the file is absent, empty, too large, or its packing is damaged.
    """
    path = Path(path)
    if not path.is_file():
        raise DataError(say(path.name, "no such file", f"a file in the folder {path.parent.name}"))
    limit = f"at most {most_bytes // 1_000_000} MB"
    try:
        if path.stat().st_size > most_bytes:
            raise DataError(say(path.name, "the file is too large", limit, "Export one trial."))
        content = path.read_bytes()
    except OSError as error:
        found = f"the file cannot be opened ({error.strerror})"
        raise DataError(say(path.name, found, "a file you may read")) from error
    if content.startswith(b"\x1f\x8b"):
        content = _unpack(content, most_bytes, path.name, limit)
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise DataError(say(path.name, "the file is empty", "a header and numbers"))
    return content


def _unpack(content: bytes, most_bytes: int, where: str, limit: str) -> bytes:
    """Gzip, member by member; the size is counted while unpacking, not believed."""
    parts, size = [], 0
    while content:
        stream = zlib.decompressobj(wbits=31)
        try:
            parts.append(stream.decompress(content, most_bytes - size + 1))
        except zlib.error as error:
            found = f"the packed file cannot be unpacked ({error})"
            raise DataError(say(where, found, "a whole gzip file", "Copy it again.")) from error
        size += len(parts[-1])
        if size > most_bytes:
            remedy = "A recording does not unpack to so much; make the file again."
            raise DataError(say(where, "the file unpacks to too much", limit, remedy))
        if not stream.eof:
            found = "the packed file ends too early"
            raise DataError(say(where, found, "a whole gzip file", "Copy it again."))
        content = stream.unused_data.lstrip(b"\x00")
    return b"".join(parts)


def decode(content: bytes, where: str) -> tuple[str, tuple[str, ...]]:
    """Text of a file: UTF-8, UTF-16, or else Windows Western European (cp1252), which is noted.

    Parameters
    ----------
    content : bytes
    where : str
        The file, for error texts.

    Returns
    -------
    text : str
        Without a byte-order mark.
    notes : tuple of str
        That the text is not UTF-8, where it is not.

    Raises
    ------
    DataError
        If it is no text.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if encoding is None and b"\x00" in content[:4096]:
        even, odd = content[:4096:2].count(0), content[1:4096:2].count(0)
        encoding = "utf-16-le" if odd > 10 * even else "utf-16-be" if even > 10 * odd else None
    text, used = None, ""
    for used in [encoding] if encoding else ["utf-8", "cp1252", "latin-1"]:
        try:
            text = content.decode(used)
            break
        except UnicodeDecodeError:
            continue
    if text is not None:
        text = text.removeprefix("\ufeff").rstrip("\x00\x1a")  # as old programs end a file
    found = _STRANGE.search(text) if text is not None else True
    if found:
        what = "a byte that no text has" if text is not None else "bytes that are no text"
        line = f", line {text.count(chr(10), 0, found.start()) + 1}" if text is not None else ""
        remedy = "Export it again as text (UTF-8); the file is damaged or of another kind."
        raise DataError(say(f"{where}{line}", what, "text", remedy))
    if used in ("cp1252", "latin-1"):
        note = f"{where}: the text is not UTF-8; letters were read as Western European ({used})."
        return text, (note,)
    return text, ()


def split_lines(text: str) -> list[str]:
    """Lines of a text that ends them with LF, CR LF or CR; nothing else ends a line."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def split_cells(lines: Sequence[str], delimiter: str, where: str, first: int = 1) -> list:
    """Cells of each line, without the blanks around them; quoted cells keep their delimiters.

    Parameters
    ----------
    lines : sequence of str
    delimiter : str
    where : str
        For error texts.
    first : int
        Number of the first line in the file.

    Returns
    -------
    list of (int, list of str)
        The number of the line in the file, and its cells. Lines without any text are left out.
    """
    if not any('"' in line for line in lines):
        return [
            (first + k, [cell.strip() for cell in line.split(delimiter)])
            for k, line in enumerate(lines)
            if line.strip(delimiter + " \t")
        ]
    rows, reader, start = [], csv.reader(lines, delimiter=delimiter, strict=True), first
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((start, [cell.strip() for cell in cells]))
            start = first + reader.line_num
    except csv.Error:
        remedy = "Is there a quotation mark without its end?"
        raise DataError(say(f"{where}, line {start}", "cannot be split", "cells", remedy)) from None
    return rows


def delimiter_of(lines: Sequence[str]) -> str | None:
    """What separates the cells: the first of tab, semicolon, bar and comma that splits alike.

    Returns
    -------
    str or None
        None if no delimiter splits most of the lines into two cells or more.
    """
    some = [re.sub(r'"[^"]*"', "", line) for line in lines[:50] if line.strip()]
    for delimiter in DELIMITERS:
        if 0 < len(some) <= 2 * sum(delimiter in line for line in some):
            return delimiter
    return None


def header_value(lines: Sequence[str], key: str, delimiter: str = "\t") -> str | None:
    """What stands behind a key that begins a line ("FREQUENCY<tab>150"); None without the key."""
    for line in lines:
        first, mark, rest = line.partition(delimiter)
        if first.strip().strip('"').casefold() == key.casefold() and (mark or not rest):
            return rest.strip()
    return None


def base_name(path: str) -> str:
    """Name of a file without its folders, which can hold the name of a person."""
    return re.split(r"[\\/]", path.strip().strip('"'))[-1]


def repeated(names: Iterable[str]) -> list[str]:
    """Names that occur more than once, in their order."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
    return [name for name, count in seen.items() if count > 1]


def unique(names: Sequence[str], where: str, what: str = "column") -> tuple[str, ...]:
    """The names, each once.

    Raises
    ------
    DataError
        If a name stands twice.
    """
    twice = repeated(names)
    if twice:
        places = ", ".join(str(k + 1) for k, name in enumerate(names) if name == twice[0])
        found = f"{what} {twice[0]!r} comes more than once (places {places})"
        raise DataError(say(where, found, "each name once", "Rename or remove one of them."))
    return tuple(names)

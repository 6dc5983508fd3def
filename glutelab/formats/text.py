"""From the bytes of an export to lines and cells, whatever program wrote it in which country."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Sequence

from glutelab.errors import DataError, say

__all__ = [
    "DELIMITERS",
    "base_name",
    "check_end",
    "decode",
    "delimiter_of",
    "head_text",
    "repeated",
    "split_cells",
    "split_lines",
    "unique",
]

# A comma last: in exports with decimal commas it also stands within numbers.
DELIMITERS = ("\t", ";", "|", ",")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STRANGE = re.compile("[\x00-\x08\x0b\x0e-\x1f]")


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
        if even + odd > len(content[:4096]) / 8:  # fewer are damage, not an encoding
            encoding = "utf-16-le" if odd > 10 * even else "utf-16-be" if even > 10 * odd else None
    text, used = None, ""
    for used in [encoding] if encoding else ["utf-8", "cp1252", "latin-1"]:
        try:
            text = content.decode(used)
            break
        except UnicodeDecodeError:
            continue
    if text is not None:
        # Old programs end a file with this byte. Zeros at the end are a copy that broke off.
        text = text.removeprefix("\ufeff").rstrip("\x1a")
    found = _STRANGE.search(text) if text is not None else True
    if found:
        what = "bytes that are no text"
        if text is not None:
            zero = found[0] == "\x00"
            what = "a zero byte, which no text has" if zero else "a byte that no text has"
        line = f", line {text.count(chr(10), 0, found.start()) + 1}" if text is not None else ""
        remedy = "Export it again as text (UTF-8); the file is damaged or of another kind."
        raise DataError(say(f"{where}{line}", what, "text", remedy))
    if used in ("cp1252", "latin-1"):
        note = f"{where}: the text is not UTF-8; letters were read as Western European ({used})."
        return text, (note,)
    return text, ()


def head_text(head: bytes) -> str:
    """Text of the first bytes of a file; empty if they are no text."""
    try:
        return decode(head[: len(head) // 2 * 2], "")[0]
    except DataError:
        return ""


def split_lines(text: str) -> list[str]:
    """Lines of a text that ends them with LF, CR LF or CR; nothing else ends a line."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def split_cells(lines: Sequence[str], delimiter: str | None, where: str, first: int = 1) -> list:
    """Cells of each line, without the blanks around them; quoted cells keep their delimiters.

    Parameters
    ----------
    lines : sequence of str
    delimiter : str or None
        None for any white space.
    where : str
        For error texts.
    first : int
        Number of the first line in the file.

    Returns
    -------
    list of (int, list of str)
        The number of the line in the file, and its cells. Lines without any text are left out.
    """
    if delimiter is None:
        return [(first + k, line.split()) for k, line in enumerate(lines) if line.strip()]
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


def check_end(text: str, rows: Sequence[tuple[int, Sequence[str]]], where: str) -> None:
    """Refuse a text that was cut off in its last number.

    Parameters
    ----------
    text : str
        All of the file.
    rows : sequence of (int, sequence of str)
        Cells of its numbers, see `split_cells`.
    where : str
        For the error text.

    Raises
    ------
    DataError
        If the last line has no end, and its last number fewer decimals than all the others.
    """
    if text.endswith(("\n", "\r")) or len(rows) < 3:
        return
    place = max(k for _, cells in rows for k in range(len(cells)) if cells[k] or not k)
    last_cells = [cells[place] if place < len(cells) else "" for _, cells in rows]
    *others, last = (len(re.split("[.,]", cell + ".")[1]) for cell in last_cells)
    if len(set(others)) == 1 and last < others[0]:
        found = f"it ends in {last_cells[-1][-20:]!r}, without a line end"
        remedy = "Copy or export it again; it was probably cut off."
        expected = f"{others[0]} decimals, as in every other row"
        raise DataError(say(f"{where}, line {rows[-1][0]}", found, expected, remedy))


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

"""Which kind of export a file is: by what is in it, then by its suffix."""

from __future__ import annotations

import gzip
import importlib
import inspect
import zlib
from collections.abc import Callable
from pathlib import Path

from glutelab.errors import DataError, say
from glutelab.formats.recording import Recording

__all__ = ["FAMILIES", "RECORDING_SUFFIXES", "read_recording", "recognize"]

HEAD_BYTES = 1 << 16

# Family: what a person calls it, and its suffixes. Modules are imported when a file is read; plain
# comes last, as almost any text can be a table.
FAMILIES = {
    "c3d": ("C3D", (".c3d",)),
    "trc": ("TRC", (".trc",)),
    "opensim": ("OpenSim .mot or .sto", (".mot", ".sto")),
    "visual3d": ("Visual3D ASCII export", (".txt",)),
    "qualisys": ("Qualisys TSV", (".tsv",)),
    "running_injury_clinic": ("Running Injury Clinic JSON", (".json",)),
    "plain": ("plain table (CSV, TSV, Parquet)", (".csv", ".tsv", ".txt", ".parquet")),
}
# Only these suffixes belong to one family; text files are told apart by their content.
_OWN = {suffix: family for family in ("c3d", "trc", "opensim") for suffix in FAMILIES[family][1]}
RECORDING_SUFFIXES = tuple(
    sorted({suffix for _, suffixes in FAMILIES.values() for suffix in suffixes})
)
_OTHER = (
    (b"PK\x03\x04", "a zip archive, or a spreadsheet"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet or document (.xls, .doc)"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x89HDF", "an HDF5 or MATLAB 7.3 file"),
    (b"MATLAB 5.0", "a MATLAB file"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"SQLite format", "a database"),
    (b"<?xml", "XML"),
    (b"<!DOCTYPE html", "a web page"),
    (b"<html", "a web page"),
    (b"PAR1", "a Parquet table"),
    (b"{", "JSON, but none that is known"),
)


def read_recording(path: str | Path, **options) -> Recording:
    """One recording, whatever lab or software it comes from.

    Parameters
    ----------
    path : path
        May be packed as ``.gz``.
    **options
        For the reader of the family.

    Returns
    -------
    Recording

    Raises
    ------
    DataError
        If no reader knows the file, an option is not known, or what the reader says of the file.

    Examples
    --------
    >>> from glutelab.datasets import sample_folder
    >>> read_recording(sample_folder("formats") / "motion_capture_run.trc").family
    'trc'
    """
    path = Path(path)
    family = recognize(path)
    read = _function(family, f"read_{family}")
    unknown = sorted(set(options) - set(list(inspect.signature(read).parameters)[1:]))
    if unknown:
        found = f"{', '.join(unknown)}: no option of a {FAMILIES[family][0]} file"
        known = ", ".join(list(inspect.signature(read).parameters)[1:]) or "no options"
        raise DataError(say(path.name, found, known))
    return read(path, **options)


def recognize(path: str | Path) -> str:
    """Family of a file: a key of `FAMILIES`.

    Parameters
    ----------
    path : path

    Returns
    -------
    str

    Raises
    ------
    DataError
        One sentence that says what the file seems to be, and what is known.
    """
    path = Path(path)
    head = _head(path)
    for family in FAMILIES:
        looks = _function(family, f"looks_like_{family}")
        if family == "plain":
            break  # almost any text would do: only after a suffix that promises something else
        if looks is not None and looks(head):
            return family
    suffix = path.with_suffix("").suffix if path.suffix.lower() == ".gz" else path.suffix
    if suffix.lower() in _OWN:
        return _OWN[suffix.lower()]  # its reader says what is wrong
    if looks is not None and suffix.lower() in FAMILIES["plain"][1] and looks(head):
        return "plain"
    families = ", ".join(word for word, _ in FAMILIES.values())
    found = f"seems to be {_seems(head, suffix)}"
    remedy = "Export the recording as one of these, or save the spreadsheet as CSV."
    raise DataError(say(path.name, found, families, remedy))


def _function(family: str, name: str) -> Callable | None:
    """A function of the family's module; None if there is no such module."""
    module = f"glutelab.formats.{family}"
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return None


def _head(path: Path) -> bytes:
    """The first bytes, unpacked; whole lines, so that no letter is cut in two."""
    if not path.is_file():
        raise DataError(say(path.name, "no such file", f"a file in {path.parent}"))
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        if head.startswith(b"\x1f\x8b"):
            if path.suffix.lower() != ".gz":
                remedy = f"Rename it to {path.name}.gz, or unpack it."
                raise DataError(say(path.name, "a gzip file by another name", "", remedy))
            with gzip.open(path) as file:
                head = file.read(HEAD_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        found = f"cannot be read ({error})"
        raise DataError(say(path.name, found, "a complete file", "Copy it again.")) from error
    if not head.strip():
        raise DataError(say(path.name, "the file is empty", "a recording"))
    end = head.rfind(b"\n")
    return head[: end + 1] if len(head) == HEAD_BYTES and end > 0 else head


def _seems(head: bytes, suffix: str) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, word in _OTHER:
        if start[: len(mark)].lower() == mark.lower():
            if mark == b"PK\x03\x04" and (b"xl/" in head or b"[Content_Types]" in head):
                return "a spreadsheet (.xlsx)"
            return word
    if b"\x00" in head:
        return f"a binary file ({suffix or 'no suffix'})"
    for mark, word in ((b"\t", "tabs"), (b";", "semicolons"), (b",", "commas")):
        if mark in start.split(b"\n")[0]:
            return f"a text table with {word} ({suffix or 'no suffix'})"
    return f"text ({suffix or 'no suffix'})"

"""Which kind of export a file is: by what is in it, then by its suffix."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path

from glutelab.errors import DataError, say
from glutelab.formats.content import GZIP, read_head
from glutelab.formats.recording import Recording

__all__ = ["FAMILIES", "RECORDING_SUFFIXES", "read_recording", "recognize"]

# Family: what a person calls it, and its suffixes. Plain comes last, as any text can be a table.
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
RECORDING_SUFFIXES = frozenset(end for _, suffixes in FAMILIES.values() for end in suffixes)
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
    _, read = _functions()[family]
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
    head = read_head(path)
    if path.suffix.lower() != ".gz" and _is_packed(path):
        remedy = f"Rename it to {path.name}.gz, or unpack it."
        raise DataError(say(path.name, "a gzip file by another name", "", remedy))
    functions = _functions()
    for family, (looks_like, _) in functions.items():
        if family != "plain" and looks_like(head):
            return family
    suffix = path.with_suffix("").suffix if path.suffix.lower() == ".gz" else path.suffix
    if suffix.lower() in _OWN:
        return _OWN[suffix.lower()]  # its reader says what is wrong
    looks_like_plain, _ = functions["plain"]
    if suffix.lower() in FAMILIES["plain"][1] and looks_like_plain(head):
        return "plain"
    families = ", ".join(word for word, _ in FAMILIES.values())
    found = f"seems to be {_seems(head, suffix)}"
    remedy = "Export the recording as one of these, or save the spreadsheet as CSV."
    raise DataError(say(path.name, found, families, remedy))


def _functions() -> dict[str, tuple[Callable[[bytes], bool], Callable[..., Recording]]]:
    """Of each family: whether a file begins like it, and its reader; imported when first used."""
    from glutelab.formats.c3d import looks_like_c3d, read_c3d
    from glutelab.formats.opensim import looks_like_opensim, read_opensim
    from glutelab.formats.plain import looks_like_plain, read_plain
    from glutelab.formats.qualisys import looks_like_qualisys, read_qualisys
    from glutelab.formats.running_injury_clinic import (
        looks_like_running_injury_clinic,
        read_running_injury_clinic,
    )
    from glutelab.formats.trc import looks_like_trc, read_trc
    from glutelab.formats.visual3d import looks_like_visual3d, read_visual3d

    return {
        "c3d": (looks_like_c3d, read_c3d),
        "trc": (looks_like_trc, read_trc),
        "opensim": (looks_like_opensim, read_opensim),
        "visual3d": (looks_like_visual3d, read_visual3d),
        "qualisys": (looks_like_qualisys, read_qualisys),
        "running_injury_clinic": (looks_like_running_injury_clinic, read_running_injury_clinic),
        "plain": (looks_like_plain, read_plain),
    }


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == GZIP


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

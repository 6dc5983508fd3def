"""Stable pseudonyms: the same key gives the same runner the same name, in every table."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from glutelab.errors import DataError, say

__all__ = ["Pseudonyms", "normalize_id", "open_key", "private_place", "write_private"]

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: none is taken for another
_HEAD = "# glutelab key for pseudonyms. Who has it finds out who is who: keep it secret."
_DIGITS = 64  # hexadecimal, 32 bytes
_LENGTHS = (4, 26)


def normalize_id(value: object) -> str:
    """The form in which ids are compared: case, and spaces around and within, do not count.

    Examples
    --------
    >>> normalize_id("  R 07 "), normalize_id("r07"), normalize_id(7.0)
    ('r 07', 'r07', '7')
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a spreadsheet's 7 that became 7.0
    return " ".join(unicodedata.normalize("NFKC", str(value)).split()).casefold()


class Pseudonyms:
    """HMAC-SHA256 of an id under a secret key, written so that people can read it.

    Without the key nobody can compute, or test by trial, which pseudonym belongs to which id.

    Parameters
    ----------
    key : bytes
    length : int
        Letters and digits of a pseudonym, 5 bits each. With 8, two of 10,000 runners share one in
        5 of 100,000 cohorts; it is an error then, never one runner made of two.
    """

    def __init__(self, key: bytes, length: int = 8):
        if not _LENGTHS[0] <= length <= _LENGTHS[1]:
            raise DataError(say("length", f"is {length}", f"{_LENGTHS[0]} to {_LENGTHS[1]}"))
        self._key = key
        self._length = length

    def __repr__(self) -> str:
        return f"Pseudonyms(length={self._length})"  # never the key

    def name(self, value: object) -> str:
        """The pseudonym of one id, such as ``R-7F3K-29QD``."""
        digest = hmac.new(self._key, normalize_id(value).encode(), hashlib.sha256).digest()
        number = int.from_bytes(digest, "big") >> (256 - 5 * self._length)
        letters = "".join(
            _LETTERS[(number >> 5 * place) & 31] for place in reversed(range(self._length))
        )
        return "-".join(["R", *(letters[at : at + 4] for at in range(0, len(letters), 4))])

    def names(self, ids: Iterable[object], where: str) -> tuple[dict[object, str], list[str]]:
        """Pseudonyms of many ids.

        Parameters
        ----------
        ids : iterable
        where : str
            For the sentences.

        Returns
        -------
        names : dict
            Each id as it was given to its pseudonym; the order of ids makes no difference.
        same : list of str
            A sentence for ids that differ only in case or spaces, and so are one runner.

        Raises
        ------
        DataError
            If two runners have the same pseudonym, or an id is empty.
        """
        given = list(dict.fromkeys(ids))
        if any(not normalize_id(value) for value in given):
            raise DataError(say(where, "an id is empty", "the id of a runner in every row"))
        names = {value: self.name(value) for value in given}
        forms: dict[str, list] = {}
        for value in given:
            forms.setdefault(normalize_id(value), []).append(value)
        if len({names[group[0]] for group in forms.values()}) < len(forms):
            remedy = f"Take a greater length, for example length={self._length + 4}, everywhere."
            raise DataError(say(where, "two runners have the same pseudonym", "", remedy))
        same = [
            f"{where}: {', '.join(repr(str(value)) for value in group)} are taken as one runner; "
            "they differ only in case or spaces."
            for group in forms.values()
            if len(group) > 1
        ]
        return names, same


def open_key(path: str | Path, forbidden: Iterable[Path] = ()) -> tuple[bytes, bool]:
    """The secret key of a file, which is made if it is not there.

    Parameters
    ----------
    path : path
    forbidden : iterable of Path
        Folders it must not lie in: what is passed on must not contain its key.

    Returns
    -------
    key : bytes
    made : bool
        Whether the file was made just now.

    Raises
    ------
    DataError
        If the file lies in such a folder or in a git repository, others can read it, or it is no
        key.
    """
    path = Path(path)
    private_place(path, forbidden, "the key")
    try:
        if not path.exists():
            write_private(path, f"{_HEAD}\n{secrets.token_hex(_DIGITS // 2)}\n")
            return _parse(path), True
        if os.name == "posix" and path.stat().st_mode & 0o077:
            remedy = f"Make it yours alone: chmod 600 {path}"
            raise DataError(say(path, "other users of this computer can read the key", "", remedy))
        return _parse(path), False
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise DataError(say(path, f"the key cannot be opened ({why})", "a file")) from error


def private_place(path: Path, forbidden: Iterable[Path], what: str) -> None:
    """Refuse a place from which a secret would be passed on.

    Raises
    ------
    DataError
    """
    place = path.absolute().resolve()
    if place.is_dir():
        raise DataError(say(path, "this is a folder", f"the name of a file for {what}"))
    for folder in forbidden:
        if place.is_relative_to(Path(folder).absolute().resolve()):
            remedy = "Keep it where nothing is passed on from."
            raise DataError(say(path, f"{what} lies within {folder}", "a place outside", remedy))
    for parent in place.parents:
        if (parent / ".git").exists():
            remedy = f"For example {Path('~') / 'glutelab-keys' / path.name}."
            found = f"{what} lies in the git repository {parent}, and would be passed on with it"
            raise DataError(say(path, found, "a place outside", remedy))
    if not place.parent.is_dir():
        raise DataError(say(path, f"there is no folder {place.parent}", "an existing folder"))


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, never over another."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def _parse(path: Path) -> bytes:
    expected = f"the line that glutelab wrote: {_DIGITS} letters and digits"
    content = path.read_bytes()[:10_000]
    lines = [line.strip() for line in content.decode("utf-8-sig", errors="replace").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if len(lines) != 1 or not re.fullmatch(rf"[0-9a-fA-F]{{{_DIGITS}}}", lines[0]):
        remedy = "Get the whole file back; or name one that is not there yet, and a key is made."
        raise DataError(say(path, "this is no key, or a part of one", expected, remedy))
    return bytes.fromhex(lines[0])

"""Folders that appear whole or not at all, whatever interrupts the program that writes them."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["clean_up", "in_private", "replace"]


@contextmanager
def in_private(parent: Path, name: str) -> Iterator[Path]:
    """A hidden folder to write in, gone at the end; what killed programs left is removed before.

    Programs that do this in the same place at the same time do not meet: each has its own folder,
    and keeps it as long as it lives.

    Parameters
    ----------
    parent : Path
    name : str
        Of what is made.

    Yields
    ------
    Path
    """
    clean_up(parent, name)
    while True:
        partial = parent / f".{name}-{uuid.uuid4().hex[:8]}"
        lock = partial.with_name(f"{partial.name}.lock")
        try:
            with lock.open("w") as held:
                _try_lock(held)
                if not lock.exists():
                    continue  # another program cleaned up before it was held
                partial.mkdir()
                try:
                    yield partial
                finally:
                    _remove(partial)
            return
        finally:
            with suppress(OSError):
                lock.unlink(missing_ok=True)


def replace(target: Path, new: Path) -> None:
    """Put a finished folder in the place of an older one; the older one is never seen half gone.

    Parameters
    ----------
    target : Path
    new : Path
        From `in_private`.
    """
    old = new.with_name(f"{new.name}-old")
    if target.exists():
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def clean_up(parent: Path, name: str) -> None:
    """Remove what killed runs left: hidden folders whose lock nobody holds any more.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     (Path(parent) / ".rbds2017-0123abcd").mkdir()
    ...     clean_up(Path(parent), "rbds2017")
    ...     list(Path(parent).iterdir())
    []
    """
    left = re.compile(rf"\.{re.escape(name)}-[0-9a-f]{{8}}(-old|-gone)?(\.lock)?")
    found = sorted(path for path in parent.iterdir() if left.fullmatch(path.name))
    for path in found:
        whole = re.sub(r"(-old|-gone)?(\.lock)?$", "", path.name)
        lock = parent / f"{whole}.lock"
        if lock.exists() and _is_held(lock):
            continue
        if path.name.endswith("-old") and not (parent / name).exists():
            path.rename(parent / name)  # it was killed between taking away and putting
        elif path.is_dir():
            _remove(path)
    for path in found:
        if path.name.endswith(".lock") and path.exists() and not _is_held(path):
            path.unlink(missing_ok=True)


def _remove(folder: Path) -> None:
    """Away at once, then file by file: a worker that outlived its program finds all or nothing."""
    gone = folder if folder.name.endswith("-gone") else folder.with_name(f"{folder.name}-gone")
    with suppress(OSError):
        folder.rename(gone)
    for path in (gone, folder):
        shutil.rmtree(path, ignore_errors=True)


def _is_held(lock: Path) -> bool:
    try:
        with lock.open("r+") as file:
            return not _try_lock(file)
    except OSError:
        return True


def _try_lock(file) -> bool:
    """Hold a file as long as this process lives; the system lets go of it after a kill, too."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

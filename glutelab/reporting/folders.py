"""A folder that appears whole or not at all, whatever interrupts the run."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from glutelab.errors import DataError

__all__ = ["clean_up", "in_private", "make_parent", "refuse_foreign", "replace"]


@contextmanager
def in_private(parent: Path, name: str) -> Iterator[Path]:
    """A hidden folder to write in, gone at the end; what killed runs left is removed before.

    Parameters
    ----------
    parent : Path
    name : str
        Of the report.

    Yields
    ------
    Path
    """
    clean_up(parent, name)
    partial = parent / f".{name}-{uuid.uuid4().hex[:8]}"
    lock = partial.with_name(f"{partial.name}.lock")
    try:
        with lock.open("w") as held:
            _try_lock(held)
            partial.mkdir()
            try:
                yield partial
            finally:
                shutil.rmtree(partial, ignore_errors=True)
    finally:
        lock.unlink(missing_ok=True)


def make_parent(target: Path) -> None:
    """The folder that a report will lie in, if it can be written to.

    Raises
    ------
    DataError
    """
    parent = target.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        writable = os.access(parent, os.W_OK)
        why = "" if writable else "it is not yours to write in"
    except OSError as error:
        why = error.strerror or type(error).__name__
    if why:
        raise DataError(
            f"no report can be written to {parent}: {why}. Expected a folder of yours; name one "
            "with to (--to)."
        )


def refuse_foreign(target: Path) -> None:
    """Only a report is replaced by a report: the folder of a cohort has its name, too.

    Raises
    ------
    DataError
    """
    if not os.path.lexists(target) or (target / "manifest.json").is_file():
        return
    if target.is_dir() and not any(target.iterdir()):
        return
    kind = "a folder without manifest.json" if target.is_dir() else "a file"
    raise DataError(
        f"{target} is {kind}, so no report, and nothing in it is replaced. Name another place for "
        "the report with to (--to), such as reports."
    )


def replace(target: Path, new: Path) -> None:
    """Put a finished folder in the place of an older one; the older one is never seen half gone."""
    old = new.with_name(f"{new.name}-old")
    if target.exists():
        target.rename(old)
    new.rename(target)
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
    left = re.compile(rf"\.{re.escape(name)}-[0-9a-f]{{8}}(-old)?(\.lock)?")
    found = sorted(path for path in parent.iterdir() if left.fullmatch(path.name))
    for path in found:
        whole = path.name.removesuffix(".lock").removesuffix("-old")
        lock = parent / f"{whole}.lock"
        if lock.exists() and _is_held(lock):
            continue
        if path.name.endswith("-old") and not (parent / name).exists():
            path.rename(parent / name)  # it was killed between taking away and putting
        elif path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
    for path in found:
        if path.name.endswith(".lock") and path.exists() and not _is_held(path):
            path.unlink(missing_ok=True)


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

"""Several files that belong together: all are the new ones, or all are as they were."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from glutelab.errors import DataError

__all__ = ["write_together"]


def write_together(target: Path, contents: Mapping[Path, bytes]) -> None:
    """Write all files, or none.

    Parameters
    ----------
    target : Path
        What they are called together, in the error.
    contents : dict of Path to bytes

    Raises
    ------
    DataError
        If one of them cannot be written.
    """
    try:
        _replace_all(contents)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise DataError(
            f"{target} cannot be written: {why}. Is one of its files open in another program? "
            "Close it, or give another name."
        ) from error


def _replace_all(contents: Mapping[Path, bytes]) -> None:
    """All files are the new ones, or all are as they were."""
    drafts = {path: path.with_name(f".{path.name}.part") for path in contents}
    before = {path: path.read_bytes() for path in contents if path.exists()}
    replaced = []
    try:
        for path, content in contents.items():
            drafts[path].write_bytes(content)
        for path, draft in drafts.items():
            draft.replace(path)
            replaced.append(path)
    except OSError:
        for path in replaced:
            path.write_bytes(before[path]) if path in before else path.unlink()
        raise
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)

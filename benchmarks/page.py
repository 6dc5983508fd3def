"""A page of results: the part between two marks is written anew, the rest stays as it is."""

from __future__ import annotations

from pathlib import Path

__all__ = ["put"]


def put(path: Path, text: str, of: str, heading: str = "") -> None:
    """Write between ``<!-- of -->`` and ``<!-- end of of -->``; without these, at the end."""
    begin, end = f"<!-- {of} -->", f"<!-- end of {of} -->"
    old = path.read_text(encoding="utf-8") if path.is_file() else "# Models\n"
    new = f"{begin}\n\n{text}\n\n{end}"
    if begin in old:
        new = old[: old.index(begin)] + new + old[old.index(end) + len(end) :]
    else:
        new = f"{old.rstrip()}\n\n{heading}\n\n{new}\n"
    path.write_text(new, encoding="utf-8", newline="\n")

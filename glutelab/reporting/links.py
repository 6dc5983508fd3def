"""Links between the pages of a report."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["drop_dead_links"]

_PATH = r"(?:\.\./)*[\w./-]+\.(?:html|md|py)"
_LINK = re.compile(rf'<a href="({_PATH})(?:#[\w-]*)?"[^>]*>(.*?)</a>', re.S)


def drop_dead_links(folder: Path) -> None:
    """Make text of links between pages that lead to nothing in this report.

    Notebooks link to each other and to ``docs/``; a report may hold some of them.
    """
    for path in folder.glob("*.html"):
        page = path.read_text(encoding="utf-8")
        kept = _LINK.sub(lambda link: link[0] if (folder / link[1]).is_file() else link[2], page)
        if kept != page:
            path.write_text(kept, encoding="utf-8", newline="\n")

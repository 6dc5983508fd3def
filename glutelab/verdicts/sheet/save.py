"""The sheet as files."""

from __future__ import annotations

from pathlib import Path

from glutelab.arguments import make_place
from glutelab.verdicts.sheet.html import html_page
from glutelab.verdicts.sheet.markdown import markdown_page

__all__ = ["save_sheet"]


def save_sheet(found, target: str | Path) -> list[Path]:
    """Write page, print, Markdown and table; see `Claims.save`."""
    from glutelab.verdicts.sheet.pdf import print_sheet  # matplotlib: only those who print wait

    target = make_place(target, "claims")
    contents = {
        "html": html_page(found).encode(),
        "pdf": print_sheet(found),
        "md": markdown_page(found).encode(),
        "csv": found.table.to_csv(index=False, lineterminator="\n").encode(),
    }
    if target.suffix.lower().removeprefix(".") in contents:
        target = target.with_suffix("")
    written = []
    for ending, content in contents.items():
        path = target.with_name(f"{target.name}.{ending}")
        draft = path.with_name(f".{path.name}.part")
        draft.write_bytes(content)
        draft.replace(path)
        written.append(path)
    return written

"""The sheet as files."""

from __future__ import annotations

from pathlib import Path

from glutelab.arguments import make_place
from glutelab.files import write_together
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
    files = {target.with_name(f"{target.name}.{end}"): data for end, data in contents.items()}
    write_together(target, files)
    return list(files)

"""A table as text, for a terminal and for Markdown."""

from __future__ import annotations

import unicodedata

from glutelab.contrasts.wording import lay_out
from glutelab.sentences import escape_markdown

__all__ = ["draw_text", "page_text"]

_GAP = "  "


def draw_text(table) -> str:
    """Caption, columns in line, notes.

    Parameters
    ----------
    table : PrintTable
    """
    heads = [head.text + _raised(() if head.span else head.marks) for head in table.heads]
    spans = [head.span + _raised(head.marks if head.span else ()) for head in table.heads]
    spans = ["" if k and spans[k] == spans[k - 1] else span for k, span in enumerate(spans)]
    lines = [["", *spans]] if any(spans) else []
    lines.append([table.stub, *heads])
    first = len(lines)
    for row in table.rows:
        lines.append([f"{'  ' * row.under}{row.label}{_raised(row.marks)}", *row.cells])
    whole = [line for line in lines if len(line) > 1]
    widths = [max(_width(line[k]) for line in whole) for k in range(len(whole[0]))]
    printed = [_GAP.join(_fill(cell, widths[k]) for k, cell in enumerate(line)) for line in lines]
    rule = "─" * (sum(widths) + len(_GAP) * (len(widths) - 1))
    printed = [rule, *printed[:first], rule, *printed[first:], rule]
    printed = [line.rstrip() for line in printed]
    return "\n".join([lay_out([table.caption]), *printed, lay_out(_said(table))]).rstrip()


def page_text(table) -> str:
    """Caption, notes and code as Markdown."""
    said = [escape_markdown(text) for text in [table.caption, *_said(table)]]
    if table.code:
        said.append(f"```python\nimport glutelab as gl\n\n{table.code}\n```")
    return "\n\n".join(said) + "\n"


def _said(table) -> list[str]:
    return [*(f"{mark} {text}" for mark, text in table.lettered), *table.notes]


def _raised(marks: tuple[str, ...]) -> str:
    return f" ({','.join(marks)})" if marks else ""


def _width(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)


def _fill(text: str, width: int) -> str:
    return text + " " * max(0, width - _width(text))

"""A table as HTML: neither scripts nor addresses.

great_tables 1.1 was tried: its LaTeX refuses footnotes and drops styles, and it writes no Word
file, so that most would have to be written all the same; these lines write the same cells.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from itertools import groupby

__all__ = ["draw_html", "html_page"]

_PAGE = """:root { color-scheme: light dark; }
body { margin: 0; background: #ffffff; color: #1d2125; }
main { max-width: max-content; margin: 0 auto; padding: 28px 24px 36px; }
@media screen and (prefers-color-scheme: dark) { body { background: #14171a; color: #e8eaed; } }
@page { margin: 15mm; }
@media print { main { padding: 0; } }"""


def draw_html(table) -> str:
    """The table as one element, for a notebook.

    Parameters
    ----------
    table : PrintTable
    """
    css = files(__package__).joinpath("table.css").read_text(encoding="utf-8")
    mark = (
        '<p class="mark" aria-hidden="true"><span>SIMULATED</span></p>' if table.simulated else ""
    )
    label = escape(table.caption)
    return (
        f'<section class="glutelab-table"><style>{css}</style>{mark}'
        f'<p class="caption">{_caption(table)}</p>'
        f'<div class="wide" tabindex="0" role="region" aria-label="{label}">'
        f'<table aria-label="{label}"><thead>{_heads(table)}</thead>'
        f"<tbody>{''.join(_row(row, len(table.heads)) for row in table.rows)}</tbody></table></div>"
        f'<div class="foot">{_foot(table)}</div></section>'
    )


def html_page(table) -> str:
    """The table as a page of its own."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(table.caption)}</title><style>{_PAGE}</style></head>\n"
        f"<body><main>{draw_html(table)}</main></body></html>\n"
    )


def _caption(table) -> str:
    said = escape(table.caption)
    return said.replace("SIMULATED", "<b>SIMULATED</b>", 1) if table.simulated else said


def _raised(marks: tuple[str, ...]) -> str:
    return f"<sup>{','.join(marks)}</sup>" if marks else ""


def _heads(table) -> str:
    """One row of heads, or two where several columns have something above them."""
    stub, parts = escape(table.stub), []
    if not any(head.span for head in table.heads):
        heads = "".join(
            f'<th scope="col">{escape(head.text)}{_raised(head.marks)}</th>' for head in table.heads
        )
        return f'<tr><th scope="col" class="stub">{stub}</th>{heads}</tr>'
    for (span, marks), group in groupby(table.heads, lambda head: (head.span, head.marks)):
        n = len(list(group))
        if span:
            text = f"<span>{escape(span)}{_raised(marks)}</span>"
            parts.append(f'<th scope="colgroup" colspan="{n}" class="span">{text}</th>')
        else:
            parts.append(f'<td colspan="{n}"></td>')
    lower = "".join(
        f'<th scope="col">{escape(head.text)}{"" if head.span else _raised(head.marks)}</th>'
        for head in table.heads
    )
    above = f'<tr class="above"><td></td>{"".join(parts)}</tr>'
    return f'{above}<tr><th scope="col" class="stub">{stub}</th>{lower}</tr>'


def _row(row, width: int) -> str:
    label = f"{escape(row.label)}{_raised(row.marks)}"
    if not row.cells:
        return f'<tr class="part"><th scope="rowgroup" colspan="{width + 1}">{label}</th></tr>'
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in row.cells)
    kind = ' class="under"' if row.under else ""
    return f'<tr{kind}><th scope="row">{label}</th>{cells}</tr>'


def _foot(table) -> str:
    lettered = "".join(f"<p><sup>{mark}</sup> {escape(text)}</p>" for mark, text in table.lettered)
    return lettered + "".join(f"<p>{escape(note)}</p>" for note in table.notes)

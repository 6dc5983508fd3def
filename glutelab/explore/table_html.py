"""A small table as a page shows it."""

from __future__ import annotations

import html

import pandas as pd

__all__ = ["as_html"]


def as_html(table: pd.DataFrame) -> str:
    """A small table as a page shows it.

    Examples
    --------
    >>> as_html(pd.DataFrame({"n": [3], "g": [0.12345]})).count("<td>")
    2
    """
    head = "<th style='vertical-align: bottom'>"
    heads = "".join(f"{head}{html.escape(str(name))}</th>" for name in table)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row) + "</tr>"
        for row in table.itertuples(index=False)
    )
    style = "font-size: 13px; border-spacing: 14px 2px; text-align: right; "
    style += "line-height: 1.4; "
    style += "display: block; overflow-x: auto"  # a narrow page scrolls it instead of cutting it
    return f"<table style='{style}'><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:.3g}".replace("-", "−")
    return html.escape(str(value))

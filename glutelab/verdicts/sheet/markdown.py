"""The sheet as Markdown."""

from __future__ import annotations

from glutelab.sentences import escape_markdown
from glutelab.verdicts.rule import RULE
from glutelab.verdicts.sheet.row import say_counts, say_estimate

__all__ = ["markdown_page"]


def markdown_page(found) -> str:
    """Claims as Markdown: a table, then what each number is.

    Parameters
    ----------
    found : Claims
    """
    lines = [f"# {found.heading}", "", found.subtitle, "", *(f"**{note}**" for note in found.notes)]
    lines += ["", "| | claim | verdict | estimate [95 % interval] | why |", "|---|---|---|---|---|"]
    for _, row in found.table.iterrows():
        cells = [row["claim"], row["sentence"], f"**{row['verdict']}**", say_estimate(row)]
        lines.append(
            "| "
            + " | ".join(map(_cell, [*cells, f"{row['reason']} {row['caveat']}".strip()]))
            + " |"
        )
    lines += ["", "## The rule", "", RULE, "", "## What each number is", ""]
    for _, row in found.table.iterrows():
        said = [
            f"{row['estimand'][:1].upper()}{row['estimand'][1:]}",
            say_counts(row),
            row["notes"],
        ]
        lines.append(
            f"- **{row['claim']}** " + ". ".join(_ended(text) for text in said if text) + "."
        )
        lines.append(f"  Others: {row['literature']} Beyond it: {row['beyond']}")
        if row["call"]:
            lines.append(f"  `{row['call']}`")
    return escape_markdown("\n".join([*lines, "", found.sources, ""]))


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def _ended(text: str) -> str:
    return text.strip().rstrip(".")

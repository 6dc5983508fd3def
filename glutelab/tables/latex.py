"""A table for LaTeX: rules of booktabs, notes of threeparttable."""

from __future__ import annotations

import re
from itertools import groupby

__all__ = ["escape", "latex_table"]

_SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "\N{NO-BREAK SPACE}": "~",
    "−": "$-$",
    "±": r"$\pm$",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "°": r"\textdegree{}",
    "²": r"\textsuperscript{2}",
    "³": r"\textsuperscript{3}",
    "–": "--",
    "—": "---",
    "…": r"\ldots{}",
    "‘": "`",
    "’": "'",
    "→": r"$\rightarrow$",
    "←": r"$\leftarrow$",
    "α": r"$\alpha$",
    "β": r"$\beta$",
    "χ": r"$\chi$",
    "σ": r"$\sigma$",
    "τ": r"$\tau$",
    "ω": r"$\omega$",
}
_LIGATURE = re.compile(r"-(?=-)|,(?=,)|'(?=')|[?!](?=`)")
_WIDE, _LONG = 6, 40  # columns of numbers; letters of a label that is broken
_PACKAGES = r"""% Needs \usepackage[T1]{fontenc}, \usepackage{array}, \usepackage{booktabs} and
% \usepackage{threeparttable}. Names in other scripts than Latin need XeLaTeX or LuaLaTeX."""


def escape(text: str) -> str:
    r"""Text that LaTeX prints and never obeys.

    Examples
    --------
    >>> print(escape(r"50 % of S_1 & \input{a}: −2.3"))
    50 \% of S\_1 \& \textbackslash{}input\{a\}: $-$2.3
    """
    plain = _LIGATURE.sub(lambda found: f"{found[0]}\0", text)
    return "".join("{}" if sign == "\0" else _SIGNS.get(sign, sign) for sign in plain)


def latex_table(table, name: str) -> str:
    """A floating table with caption, label and notes.

    Parameters
    ----------
    table : PrintTable
    name : str
        Of the file, for the label.
    """
    width = len(table.heads)
    long = max([len(row.label) for row in table.rows if row.cells], default=0) > _LONG
    stub = r">{\raggedright\arraybackslash}p{0.34\linewidth}" if long else "l"
    label = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower() or "table"
    lines = [
        _PACKAGES,
        r"\begin{table}[htbp]",
        r"\centering",
        r"\begin{threeparttable}",
        rf"\caption{{{_caption(table)}}}",
        rf"\label{{tab:{label}}}",
        r"\footnotesize" if width >= _WIDE else r"\small",
        r"\setlength{\tabcolsep}{4pt}",
        rf"\begin{{tabular}}{{@{{}}{stub}{'c' * width}@{{}}}}",
        r"\toprule",
        *_heads(table),
        r"\midrule",
        *(_row(row, width, first=not k) for k, row in enumerate(table.rows)),
        r"\bottomrule",
        r"\end{tabular}",
        *_notes(table),
        r"\end{threeparttable}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _caption(table) -> str:
    said = escape(table.caption)
    return said.replace("SIMULATED", r"\textbf{SIMULATED}", 1) if table.simulated else said


def _raised(marks: tuple[str, ...]) -> str:
    return rf"\textsuperscript{{{','.join(marks)}}}" if marks else ""


def _line(cells: list[str]) -> str:
    # The empty group keeps a cell that begins with [ or * from being an option of the line's end.
    return "{}" + " & ".join(cells) + r" \\"


def _heads(table) -> list[str]:
    lines = []
    if any(head.span for head in table.heads):
        spans, rules, at = [""], [], 2
        for (span, marks), group in groupby(table.heads, lambda head: (head.span, head.marks)):
            n = len(list(group))
            text = rf"\multicolumn{{{n}}}{{c}}{{{escape(span)}{_raised(marks)}}}"
            spans.append(text if span else " & ".join([""] * n))
            rules += [rf"\cmidrule(lr){{{at}-{at + n - 1}}}"] if span else []
            at += n
        lines = [_line(spans), " ".join(rules)]
    heads = [escape(head.text) + _raised(() if head.span else head.marks) for head in table.heads]
    return [*lines, _line([escape(table.stub), *heads])]


def _row(row, width: int, *, first: bool) -> str:
    label = escape(row.label) + _raised(row.marks)
    if not row.cells:
        space = "" if first else "\\addlinespace\n"
        return rf"{space}\multicolumn{{{width + 1}}}{{@{{}}l}}{{\textbf{{{label}}}}} \\"
    set_in = r"\hspace{1em}" if row.under else ""
    return _line([set_in + label, *map(escape, row.cells)])


def _notes(table) -> list[str]:
    items = [rf"\item[{mark}] {escape(text)}" for mark, text in table.lettered]
    # The empty group keeps a note that begins with [ from being the label of its item.
    items += [rf"\item {{}}{escape(note)}" for note in table.notes]
    if not items:
        return []
    return [r"\begin{tablenotes}[para,flushleft]", r"\footnotesize", *items, r"\end{tablenotes}"]

"""The start page of a report."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

import nbformat
import pandas as pd

from glutelab.reporting.page import web_page
from glutelab.sentences import unescape_markdown
from glutelab.verdicts import VERDICTS

__all__ = ["write_index"]

_CAPTION = 320  # letters shown; the rest unfolds


def write_index(folder: Path, cohort, manifest: dict) -> None:
    """Write ``index.html``: everything in the report, by relative links.

    Parameters
    ----------
    folder : Path
        The report, complete but for this page.
    cohort : Cohort
    manifest : dict
        What `write_manifest` wrote.
    """
    mark = '<p class="mark">SIMULATED: no runner was measured.</p>' if cohort.simulated else ""
    sections = {
        "Pages": _pages(folder),
        "Figures": _figures(folder),
        "Tables": _tables(folder),
        "Methods": _methods(folder),
        "Checklist": '<p><a href="checklist.html">STROBE checklist</a> '
        '(<a href="checklist.md">Markdown</a>): what this report fills, and what is for you to '
        "write.</p>",
        "Manifest": _manifest(manifest),
    }
    sections = {name: text for name, text in sections.items() if text}
    links = "".join(f'<a href="#{name.lower()}">{name}</a>' for name in sections)
    body = "".join(f'<h2 id="{name.lower()}">{name}</h2>{text}' for name, text in sections.items())
    head = (
        f'<p class="kicker">Report of glutelab</p><h1>{escape(cohort.title)}</h1>{mark}'
        f"{_first(folder)}<nav>{links}</nav>"
    )
    page = web_page(f"Report: {cohort.name}", head + body)
    (folder / "index.html").write_text(page, encoding="utf-8", newline="\n")


def _first(folder: Path) -> str:
    """The claims sheet, and the numbers one would quote."""
    parts = []
    if (folder / "claims.csv").is_file():
        counts = pd.read_csv(folder / "claims.csv")["verdict"].value_counts()
        said = "".join(f"<span><b>{counts.get(word, 0)}</b> {word}</span>" for word in VERDICTS)
        others = ", ".join(
            f'<a href="claims.{end}">{name}</a>'
            for end, name in {"pdf": "to print", "md": "Markdown", "csv": "table"}.items()
        )
        parts.append(
            f'<p><a class="main" href="claims.html">Claims sheet</a> '
            f'<span class="quiet">({others})</span></p><p class="tally">{said}</p>'
        )
    summary = (folder / "summary.txt").read_text(encoding="utf-8")
    lines = re.sub(r"\n +", " ", summary).strip().splitlines()
    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    parts.append(f"<details><summary>The numbers one would quote</summary>{text}</details>")
    return f'<div class="first">{"".join(parts)}</div>'


def _pages(folder: Path) -> str:
    rows = []
    for path in sorted((folder / "notebooks").glob("*.html")):
        cells = nbformat.read(path.with_suffix(".ipynb"), as_version=4).cells
        titles = [cell.source for cell in cells if cell.source.startswith("# ")]
        title = titles[0].splitlines()[0].removeprefix("# ") if titles else path.stem
        rows.append(
            f'<li><a href="notebooks/{path.name}">{escape(title)}</a> '
            f"<small>{escape(path.stem)}</small></li>"
        )
    return f'<ol class="pages">{"".join(rows)}</ol>' if rows else ""


def _figures(folder: Path) -> str:
    figures = folder / "figures"
    paths = sorted(figures.glob("*.svg"))
    shown = [_figure(path, figures) for path in paths if not _is_empty(path)]
    gallery = f'<div class="figures">{"".join(shown)}</div>' if shown else ""
    # What was not measured needs a line, not a frame of its own.
    rows = [
        f'<li><a href="figures/{path.name}">{escape(path.stem)}</a> {escape(_caption(path))}</li>'
        for path in paths
        if _is_empty(path)
    ]
    return gallery + (f"<p>Not drawn:</p><ul>{''.join(rows)}</ul>" if rows else "")


def _caption(path: Path) -> str:
    text = path.with_suffix(".md").read_text(encoding="utf-8")
    return unescape_markdown(text.split("\n\n```")[0].strip())


def _is_empty(path: Path) -> bool:
    return _caption(path).startswith("Not measured")


def _figure(path: Path, figures: Path) -> str:
    name = path.stem
    caption = _caption(path)
    files = [figures / f"{name}.{end}" for end in ("pdf", "svg", "png", "md")]
    files += sorted(figures.glob(f"{name}_*.csv"))
    links = " · ".join(
        f'<a href="figures/{file.name}">{escape(_word(file, name))}</a>'
        for file in files
        if file.is_file()
    )
    title, _, rest = caption.partition(". ")
    more = f"<details><summary>Caption</summary>{escape(rest)}</details>" if rest else ""
    return (
        f'<figure><a class="sheet" href="figures/{path.name}"><img src="figures/{path.name}" '
        f'alt="{escape(caption[:_CAPTION])}"></a><figcaption><b>{escape(title)}</b>{more}'
        f"<div>{links}</div></figcaption></figure>"
    )


def _word(file: Path, name: str) -> str:
    words = {".md": "caption and code", ".csv": file.stem.removeprefix(f"{name}_")}
    return words.get(file.suffix, file.suffix[1:].upper())


def _tables(folder: Path) -> str:
    found: dict[str, list[Path]] = {}
    # Those of an article, which have a name, before those of the notebooks, which have a number.
    in_order = sorted((folder / "tables").glob("*.*"), key=lambda p: (p.name[0].isdigit(), p.name))
    for path in in_order:
        found.setdefault(path.stem, []).append(path)
    rows = []
    for name, files in found.items():
        links = " · ".join(
            f'<a href="tables/{file.name}">{file.suffix[1:].upper()}</a>' for file in files
        )
        size = ""
        if (csv := folder / "tables" / f"{name}.csv").is_file():
            try:
                table = pd.read_csv(csv)
                size = f"{len(table):,} × {table.shape[1]}"
            except pd.errors.EmptyDataError:
                size = "empty"
        rows.append(
            f'<tr><th scope="row">{escape(name)}</th><td class="number">{size}</td>'
            f"<td>{links}</td></tr>"
        )
    head = (
        '<tr><th scope="col">table</th><th scope="col" class="number">rows × columns</th>'
        '<th scope="col">files</th></tr>'
    )
    return f'<div class="wide"><table>{head}{"".join(rows)}</table></div>' if rows else ""


def _methods(folder: Path) -> str:
    text = unescape_markdown((folder / "methods.md").read_text(encoding="utf-8"))
    paragraphs = [_inline(part) for part in text.strip().split("\n\n")[1:]]
    text = "".join(f"<p>{part}</p>" for part in paragraphs)
    return f'{text}<p><a href="methods.md">methods.md</a></p>'


def _inline(text: str) -> str:
    """Bold and code of Markdown."""
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(text, quote=False))
    return re.sub(r"`(.+?)`", r"<code>\1</code>", text)


def _manifest(manifest: dict) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td><code>{escape(digest)}</code></td></tr>'
        for name, digest in manifest["inputs"].items()
    )
    n = len(manifest["outputs"])
    return (
        f'<p><a href="manifest.json">manifest.json</a>: seed {manifest["seed"]}, glutelab '
        f"{escape(manifest['versions']['glutelab'])}, {len(manifest['inputs'])} inputs and {n} "
        "outputs with their SHA-256.</p><details><summary>Inputs</summary>"
        f'<div class="wide"><table>{rows}</table></div></details>'
    )

"""Executed notebooks as pages that show their figures without a network."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import plotly.io as pio
from nbconvert import HTMLExporter
from plotly.offline import get_plotlyjs

__all__ = ["write_page"]

PLOTLY = "application/vnd.plotly.v1+json"
INJECTED = "injected-parameters"  # tag of the cell that papermill adds
_TWIN = 'class="plotly-graph-div"'  # the static twin of an explorer


def write_page(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write one executed notebook as a self-contained page.

    Plotly figures are drawn by the one copy of plotly.js inside the page; nothing is loaded from
    elsewhere.

    Parameters
    ----------
    notebook : NotebookNode
        Executed, with figures as plotly's own MIME type.
    path : Path
        The HTML file.
    """
    notebook = nbformat.from_dict(notebook)
    tags = [cell.metadata.get("tags", []) for cell in notebook.cells]
    given = [cell for cell, its in zip(notebook.cells, tags, strict=True) if INJECTED in its]
    for cell, its in zip(notebook.cells, tags, strict=True):
        if given and "parameters" in its:
            _show_given(cell, given[0])
    notebook.cells = [cell for cell in notebook.cells if cell not in given]
    notebook.metadata.pop("widgets", None)  # a page has nothing that could show their state
    figures = 0
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            figure = output.get("data", {}).get(PLOTLY)
            if figure is None:
                figures += _TWIN in output.get("data", {}).get("text/html", "")
                continue
            figures += 1
            html = pio.to_html(
                {"data": figure["data"], "layout": figure["layout"]},
                include_plotlyjs=False,
                include_mathjax=False,
                full_html=False,
                div_id=f"figure-{figures}",
                default_width="100%",
                config={"displaylogo": False, "responsive": True},
                validate=False,
            )
            output["data"] = {"text/html": html}
    exporter = HTMLExporter(
        template_name="lab",
        mathjax_url="",
        require_js_url="",
        jquery_url="",
        widget_renderer_url="",
        html_manager_semver_range="",
        mermaid_js_url="",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    title = next((c.source for c in notebook.cells if c.source.startswith("# ")), path.stem)
    name = title.splitlines()[0].removeprefix("# ")
    page, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"name": name}})
    page = re.sub(r'href="([\w.-]+)\.ipynb"', r'href="\1.html"', page)
    if figures:
        head, body = page.split("</head>", 1)
        page = f"{head}<script>{get_plotlyjs()}</script></head>{body}"
    path.write_text(_without_remote_scripts(page), encoding="utf-8", newline="\n")


def _show_given(cell: nbformat.NotebookNode, given: nbformat.NotebookNode) -> None:
    """Put the values that were used into the cell with the defaults, the rest of which holds."""
    values = dict(re.findall(r"^(\w+) = (.*)$", given.source, re.M))
    lines = [
        f"{name} = {values[name]}" if (name := line.split(" = ")[0]) in values else line
        for line in cell.source.splitlines()
    ]
    cell.source = "\n".join(lines)


def _without_remote_scripts(page: str) -> str:
    """Take out what the template would load from elsewhere: links, empty and remote scripts."""
    page = re.sub(r'<script[^>]*src="(https?:)?(//[^"]*)?"[^>]*>\s*</script>', "", page)
    return re.sub(r'<script type="module">\s*import mermaid.*?</script>', "", page, flags=re.S)

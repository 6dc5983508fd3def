"""Notebooks keep one skeleton, and the maps of them are true."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
FOOT = (
    "*[Map of all notebooks](00_start_here.ipynb) · [glossary](../docs/glossary.md) · "
    "[signs, units and conventions](../docs/conventions.md)*"
)
HEADS = ("## The answer first", "## What this does not show", "## Summary", "## What is next")
NEEDS = re.compile(r"\*\*You need\*\* .+\. \*\*Reading time\*\* (\d+) minutes\.")


def words_of(path):
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def title_of(path):
    return words_of(path)[0].splitlines()[0].removeprefix("# ")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_code_comes_in_small_steps(path):
    cells = nbformat.read(path, as_version=4).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    lengths = sorted(len(source.splitlines()) for source in code)
    assert lengths[-1] <= 12
    assert lengths[len(lengths) // 2] <= 3
    assert not any(re.search(r"^\s*(def|class) ", source, re.M) for source in code)
    assert sum("parameters" in cell.metadata.get("tags", []) for cell in cells) == 1
    assert "gl.save_table(" in code[-1]
    assert not any(cell.get("outputs") for cell in cells)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_words_keep_the_skeleton(path):
    words = words_of(path)
    assert words[0].startswith("# ")
    assert "?" in words[0].splitlines()[0]
    assert NEEDS.search(words[0])
    heads = [line for text in words for line in text.splitlines() if line in HEADS]
    assert tuple(heads) == HEADS
    assert path.stem.startswith("00") or words[-1].endswith(FOOT)


def test_each_notebook_leads_to_the_next():
    for path, following in itertools.pairwise(NOTEBOOKS):
        assert f"({following.name})" in words_of(path)[-1].split("## What is next")[1]


def test_the_maps_are_true():
    start = "\n".join(words_of(NOTEBOOKS[0]))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in NOTEBOOKS[1:]:
        title, minutes = title_of(path), NEEDS.search(words_of(path)[0])[1]
        assert f"[{path.stem}]({path.name}) | {title} | {minutes} |" in start
        assert re.search(rf"\[{path.stem}\]\(notebooks/{path.name}\) \| {re.escape(title)}", readme)

"""The pages: links lead somewhere, names exist, and what is written as code runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("", "docs", "benchmarks", "benchmarks/results", "data", "data/samples")
PAGES = sorted(
    {page for folder in FOLDERS for page in (ROOT / folder).glob("*.md")}
    | set((ROOT / "data").rglob("*.md"))
)
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read_text(path: Path) -> str:
    """The words of a page; those of a notebook are its cells of text."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] != "code")


def read_code(path: Path) -> str:
    """The code of a notebook, or the Python blocks of a page."""
    if path.suffix != ".ipynb":
        return "\n".join(re.findall(r"```python\n(.*?)```", path.read_text("utf-8"), re.S))
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def links_of(path: Path) -> list[str]:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", read_text(path), flags=re.S)
    return re.findall(r"\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)", text)


def anchors_of(path: Path) -> set[str]:
    """Headings as the links to them are written: small letters, hyphens for spaces."""
    heads = re.findall(
        r"^#+ (.+?)\s*$", re.sub(r"```.*?```", "", read_text(path), flags=re.S), re.M
    )
    heads = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", head) for head in heads]
    return {re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", [*PAGES, *NOTEBOOKS], ids=named)
def test_links_lead_somewhere(path):
    broken = []
    for link in links_of(path):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            broken.append(link)
    assert not broken


def test_names_of_glutelab_exist():
    """``gl.a.b`` in a page or notebook, looked up in a program that has imported glutelab only."""
    written = {
        name
        for path in chain(PAGES, NOTEBOOKS)
        for name in re.findall(r"\bgl((?:\.[A-Za-z_]\w*)+)", read_code(path))
    }
    assert len(written) > 50
    code = (
        "import sys, glutelab\n"
        "for words in sys.argv[1:]:\n"
        "    place = glutelab\n"
        "    for word in words.split('.')[1:]:\n"
        "        place = getattr(place, word, None)\n"
        "        if place is None:\n"
        "            print(words)\n"
        "            break\n"
    )
    command = [sys.executable, "-c", code, *sorted(written)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_every_floor_and_module_stands_on_the_page_of_architecture():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (floors,) = (one for one in project["tool"]["importlinter"]["contracts"] if "layers" in one)
    wanted = [name.strip() for layer in floors["layers"] for name in layer.split("|")]
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = page.partition("## The floors")[2].partition("\n## ")[0]
    listed = [
        name
        for line in re.findall(r"^\|.*?\|(.*?)\|", section, re.M)
        for name in re.findall(r"`(\w+)`", line)
    ]
    assert sorted(listed) == sorted(wanted)


GUIDES = [page for page in PAGES if page.parent.name == "docs" and read_code(page)]
GUIDES.append(ROOT / "README.md")


@pytest.mark.parametrize("path", GUIDES, ids=named)
def test_code_of_the_pages_runs(path, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(read_code(path), encoding="utf-8")
    command = [sys.executable, "-W", "error::FutureWarning:__main__", str(program)]
    # Found as the tests find it, even where it is not installed.
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stderr


def test_every_page_stands_in_the_list_of_pages():
    said = read_text(ROOT / "docs" / "README.md")
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    missing = sorted(name for name in pages if f"]({name})" not in said)
    assert not missing, "name them in docs/README.md"

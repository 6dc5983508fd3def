"""Every name of the library that a text mentions is there: no page speaks of what is gone."""

from __future__ import annotations

import ast
import importlib
import json
import re
from functools import reduce
from pathlib import Path

import pytest

import glutelab

ROOT = Path(__file__).resolve().parents[1]
DOTTED = re.compile(r"(?<![\w./\"'-])(?:gl|glutelab)((?:\.[A-Za-z_]\w*)+)(?!\w*[/-])")
FILES = re.compile(r"\b(?:glutelab|tests|benchmarks|docs|notebooks|data)/[\w/]+\.(?:py|md|ipynb)\b")
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").rglob("*.md")]
PAGES += [ROOT / "data" / "README.md"]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MODULES = sorted((ROOT / "glutelab").rglob("*.py"))


def text_of(path: Path) -> str:
    """A page; the cells of a notebook; the docstrings of a module."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    if path.suffix == ".py":
        kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
        found = (node for node in ast.walk(ast.parse(text)) if isinstance(node, kinds))
        return "\n".join(ast.get_docstring(node) or "" for node in found)
    return text


def is_there(dotted: str) -> bool:
    """Whether `.formats.c3d.read_c3d` leads somewhere below the package."""
    names = dotted.strip(".").split(".")
    for split in range(len(names), -1, -1):
        try:
            home = importlib.import_module(".".join(["glutelab", *names[:split]]))
        except ModuleNotFoundError:
            continue
        try:
            reduce(getattr, names[split:], home)
        except AttributeError:
            continue
        return True
    return False


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [*PAGES, *NOTEBOOKS], ids=name_of)
def test_names_on_a_page_lead_somewhere(path):
    text = text_of(path)
    gone = sorted({name for name in DOTTED.findall(text) if not is_there(name)})
    assert not gone, f"{name_of(path)} speaks of glutelab{', glutelab'.join(gone)}"
    gone = sorted({name for name in FILES.findall(text) if not (ROOT / name).exists()})
    assert not gone, f"{name_of(path)} speaks of {', '.join(gone)}"


def test_names_in_docstrings_lead_somewhere():
    gone = {
        f"{name_of(path)}: glutelab{name}"
        for path in MODULES
        for name in DOTTED.findall(text_of(path))
        if not is_there(name)
    }
    assert not gone


def test_a_name_that_is_gone_is_found():
    assert is_there(".load_cohort")
    assert is_there(".formats.c3d.read_c3d")
    assert not is_there(".plot_curves")
    assert DOTTED.findall("see `gl.hip_angel` and glutelab.events") == [".hip_angel", ".events"]
    assert glutelab.__all__

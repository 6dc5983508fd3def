"""pyproject.toml, requirements/ and environment.yml name the same packages and versions."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import glutelab

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
GROUPS = PROJECT["dependency-groups"]
PYTHONS = ["3.11", "3.12", "3.13"]
SYSTEMS = {"linux": ("posix", "Linux"), "darwin": ("posix", "Darwin"), "win32": ("nt", "Windows")}
FILES = {"study": ["build"], "tests": ["build", "test"], "benchmarks": ["build", "benchmarks"]}
PEERS = {"mne", "pingouin", "spm1d"}  # GPL, or large: for benchmarks only
IMPORT_NAMES = {"python-docx": "docx"}
STARTED = {"ipykernel", "jupyterlab"}  # never imported
OFFERED = {"statsmodels"}  # for the models of a reader
REMEDY = "Run `python -m nox -s lock`, then bring environment.yml to the same versions."


class Pin(NamedTuple):
    requirement: Requirement
    hashes: list[str]

    @property
    def version(self) -> str:
        return str(self.requirement.specifier).removeprefix("==")


def read_text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def read_pins(name: str) -> list[Pin]:
    """Read a requirement file; a pin runs over several lines that end with a backslash."""
    lines = [line for line in read_text(name).splitlines() if not line.startswith("#")]
    entries = "\n".join(lines).replace("\\\n", " ").splitlines()
    parts = [entry.split("--hash=") for entry in entries if entry.strip()]
    return [Pin(Requirement(head), [text.strip() for text in rest]) for head, *rest in parts]


def pins_for(name: str, python: str, system: str) -> dict[str, list[str]]:
    """Give the versions that a requirement file installs on one Python and system."""
    os_name, platform_system = SYSTEMS[system]
    where = default_environment() | {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": system,
        "os_name": os_name,
        "platform_system": platform_system,
    }
    versions: dict[str, list[str]] = {}
    for pin in read_pins(name):
        marker = pin.requirement.marker
        if marker is None or marker.evaluate(where):
            versions.setdefault(canonicalize_name(pin.requirement.name), []).append(pin.version)
    return versions


def wanted_by(group: str) -> list[Requirement]:
    """Give what a dependency group asks for, and the groups that it includes."""
    wanted = []
    for line in GROUPS[group]:
        included = line["include-group"] if isinstance(line, dict) else None
        wanted += wanted_by(included) if included else [Requirement(line)]
    return wanted


@pytest.mark.parametrize("name", FILES)
def test_pins_are_exact_hashed_and_hold_no_address(name):
    text = read_text(name)
    for forbidden in ["://", "file:", " @ ", "--index", "--extra-index", "--find-links", "\n-e "]:
        assert forbidden not in text, f"requirements/{name}.txt holds {forbidden!r}. {REMEDY}"
    for requirement, hashes in read_pins(name):
        assert re.fullmatch(r"==[^,*]+", str(requirement.specifier)), f"{requirement}: not exact"
        assert hashes, f"{requirement}: no hash. {REMEDY}"
        for text in hashes:
            assert re.fullmatch(r"sha256:[0-9a-f]{64}", text), f"{requirement}: odd hash {text}"


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_pins_satisfy_the_project(python, system):
    for name, groups in FILES.items():
        pins = pins_for(name, python, system)
        double = {package: versions for package, versions in pins.items() if len(versions) > 1}
        assert not double, f"requirements/{name}.txt pins these twice: {double}. {REMEDY}"
        for wanted in RUNTIME + [one for group in groups for one in wanted_by(group)]:
            found = pins.get(canonicalize_name(wanted.name))
            assert found, f"requirements/{name}.txt: {wanted.name} is missing. {REMEDY}"
            assert wanted.specifier.contains(found[0]), (
                f"requirements/{name}.txt has {wanted.name} {found[0]}, "
                f"pyproject.toml wants {wanted.specifier}. {REMEDY}"
            )


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(("smaller", "larger"), list(pairwise(FILES)))
def test_pins_agree_with_one_another(smaller, larger, python, system):
    small, large = (pins_for(name, python, system) for name in (smaller, larger))
    differing = {name: (pin, large.get(name)) for name, pin in small.items()}
    differing = {name: pair for name, pair in differing.items() if pair[0] != pair[1]}
    assert not differing, f"{smaller} and {larger} differ: {differing}. {REMEDY}"


def test_peers_are_for_benchmarks_only():
    asked = {one.name for one in wanted_by("benchmarks")} - {one.name for one in wanted_by("test")}
    assert asked == PEERS
    for name in ("study", "tests"):
        pinned = {canonicalize_name(pin.requirement.name) for pin in read_pins(name)}
        assert not pinned & PEERS, f"requirements/{name}.txt"


def test_conda_environment_has_the_pinned_versions():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    *lines, pip = environment["dependencies"]
    assert pip == {"pip": ["-e ."]}, "environment.yml ends with: pip: [-e .]"

    found = dict(line.split("=") for line in lines if line != "pip")
    python = found.pop("python")
    assert python in PYTHONS
    pins = pins_for("study", python, "linux")
    expected = {requirement.name: pins[requirement.name][0] for requirement in RUNTIME}
    wrong = {
        name: f"environment.yml {found.get(name)}, pinned {expected.get(name)}"
        for name in sorted(found.keys() | expected.keys())
        if found.get(name) != expected.get(name)
    }
    assert not wrong, f"environment.yml disagrees with requirements/study.txt: {wrong}"


def test_supported_pythons_are_the_same_everywhere():
    project = PROJECT["project"]
    allowed = SpecifierSet(project["requires-python"])
    assert [f"3.{minor}" for minor in range(9, 20) if f"3.{minor}.0" in allowed] == PYTHONS
    prefix = "Programming Language :: Python :: "
    classified = [line.removeprefix(prefix) for line in project["classifiers"] if prefix in line]
    assert classified == ["3 :: Only", *PYTHONS]


def test_one_version_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == glutelab.__version__
    newest = re.search(r"^## (\S+) \((\S+)\)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert newest.groups() == (glutelab.__version__, str(citation["date-released"]))
    # pyproject.toml has none of its own.
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert PROJECT["tool"]["hatch"]["version"] == {"path": "glutelab/__init__.py"}


def test_each_license_is_listed_and_none_is_gpl():
    page = (ROOT / "docs" / "licenses.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z0-9-]+) \| (\d\S*) \| (.+?) \|$", page, re.M)
    listed = {(name, version) for name, version, _ in rows}
    pinned = {(canonicalize_name(pin.requirement.name), pin.version) for pin in read_pins("study")}
    assert listed == pinned, "Run `python -m nox -s licenses`."
    for name, _, text in rows:
        choices = [choice for choice in text.split(" OR ") if not re.search(r"\bA?GPL", choice)]
        assert choices, f"{name} is under {text}: it can serve tests and benchmarks only"
        assert "LGPL" not in text, f"{name} is under {text}: say on the page what that asks for"


def test_each_dependency_is_imported_or_started_by_name():
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "glutelab").rglob("*.py"))
    imported = set(re.findall(r"^ *(?:import|from) (\w+)", code, re.MULTILINE))
    names = {requirement.name for requirement in RUNTIME} - STARTED - OFFERED
    unused = {name for name in names if IMPORT_NAMES.get(name, name) not in imported}
    assert not unused, f"nothing in glutelab/ imports {unused}"

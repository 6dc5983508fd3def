"""Build the release, install the wheel in an empty environment, and use it from another folder.

    python -m nox -s release            # a short report
    python -m nox -s release -- --full  # the whole study as well

What is built is left in dist/. It needs the package index, so `nox -s tests` does not run it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NEEDED = [
    *(f"glutelab/_data/cohorts/{name}/datapackage.json" for name in ("rbds2017", "bmc-ric")),
    "glutelab/_data/published/published_effects.csv",
    *(f"glutelab/_data/samples/{name}" for name in ("rbds2017_raw", "my_lab", "gas_exchange")),
    "glutelab/_notebooks/00_start_here.ipynb",
    "glutelab/registries/rbds2017.txt",
    "licenses/LICENSE-DATA.md",
]
LIMIT_MB = 60  # of one file; package indexes take 100
ANSWER = """
import pathlib, sys, tomlkit
recipe = pathlib.Path(sys.argv[1], "recipe.toml")
content = tomlkit.parse(recipe.read_text(encoding="utf-8"))
content["runners"]["words"]["level"] = {"national": "elite", "club": "competitive"}
recipe.write_text(tomlkit.dumps(content), encoding="utf-8")
"""
COPY = "import glutelab, shutil; shutil.copytree(glutelab.sample_folder('my_lab'), 'my_lab')"


def main() -> None:
    """Build, look, install, run; the first thing that is wrong stops it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="run the whole study, too")
    full = parser.parse_args().full
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        # Everything after this line happens away from the checkout.
        there = Path(scratch).resolve()
        wheel = build(there)
        python = install(wheel, there / "empty")
        use(python, there, full=full)
    print(f"{wheel.name} can be released.")


def build(there: Path) -> Path:
    """The wheel, made from the sdist; the one made from the checkout has to be the same."""
    run(sys.executable, "-m", "build", "--outdir", ROOT / "dist", ROOT)
    run(sys.executable, "-m", "build", "--wheel", "--outdir", there / "direct", ROOT)
    (sdist,) = (ROOT / "dist").glob("*.tar.gz")
    (wheel,) = (ROOT / "dist").glob("*.whl")
    (direct,) = (there / "direct").glob("*.whl")
    check(contents(wheel) == contents(direct), "the sdist and the checkout give different wheels")
    names = list(contents(wheel))
    for needed in NEEDED:
        check(any(needed in name for name in names), f"the wheel lacks {needed}")
    with tarfile.open(sdist) as archive:
        held = {name.split("/", 1)[-1] for name in archive.getnames()}
    for needed in ("tests/conftest.py", "docs/conventions.md", "benchmarks/README.md"):
        check(needed in held, f"the sdist lacks {needed}")
    for path in (wheel, sdist):
        size = path.stat().st_size / 1e6
        print(f"{path.name}: {size:.1f} MB")
        check(size < LIMIT_MB, f"{path.name} has more than {LIMIT_MB} MB")
    return wheel


def contents(wheel: Path) -> dict[str, int]:
    """Each file of a wheel with its checksum."""
    with zipfile.ZipFile(wheel) as archive:
        return {entry.filename: entry.CRC for entry in archive.infolist()}


def install(wheel: Path, folder: Path) -> Path:
    """Python of an environment that holds the wheel and what it asks for, and nothing else."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run(python, "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    run(python, "-m", "pip", "check", cwd=folder)
    return python


def use(python: Path, there: Path, *, full: bool) -> None:
    """The study and an import, as somebody does who has no checkout."""
    place = there / "anywhere"
    place.mkdir()
    glutelab = python.with_name("glutelab" + python.suffix)
    said = run(glutelab, "--version", cwd=place)
    check(said.split()[1] in python_says(python, place), "glutelab --version is not __version__")
    run(glutelab, "--help", cwd=place)
    run(glutelab, "list", cwd=place)
    module = (python, "-m", "glutelab")
    run(*module, "report", "rbds2017", "--only", "00", "03", cwd=place)
    check((place / "reports" / "rbds2017" / "claims.html").is_file(), "no claims sheet")

    run(python, "-c", COPY, cwd=place)
    run(*module, "new", "my_lab", cwd=place)
    run(python, "-c", ANSWER, "my_lab", cwd=place)
    run(*module, "check", "my_lab", cwd=place)
    run(*module, "import", "my_lab", cwd=place)
    run(*module, "report", "my_lab", "--only", "00", cwd=place)
    if full:
        run(*module, "report", "--to", "full", cwd=place)
        run(*module, "diff", "full/rbds2017", "full/rbds2017", cwd=place)


def python_says(python: Path, place: Path) -> str:
    return run(python, "-c", "import glutelab; print(glutelab.__version__)", cwd=place)


def run(*command: object, cwd: Path = ROOT) -> str:
    """What a command prints; if it fails, that, and the end."""
    words = list(map(str, command))
    print("$", *words, flush=True)
    # Nothing of the checkout may reach the program that is tested.
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True)
    check(done.returncode == 0, f"{done.stdout}\n{done.stderr}\nexit code {done.returncode}")
    return done.stdout


def check(good: bool, sentence: str) -> None:
    if not good:
        raise SystemExit(sentence)


if __name__ == "__main__":
    main()

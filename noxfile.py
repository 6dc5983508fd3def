"""Everything one types, the same on Linux, macOS and Windows.

python -m nox -s study                 run the study on the built-in cohort
python -m nox -s study -- my_lab/      run the study on a cohort of your own
python -m nox -s tests                 linters and tests (after -- : options of pytest)
python -m nox -s notebooks             every notebook on every built-in cohort
python -m nox -s slow                  simulations at their full size
python -m nox -s browser               drive the explorers in a real JupyterLab; needs chromium
python -m nox -s browser_benchmark     what a reader of the explorers waits for
python -m nox -s pictures              take the pictures of the README anew; needs chromium
python -m nox -s lab                   open JupyterLab on the notebooks
python -m nox -s lint -- --fix         style, layout, outputs in notebooks: mend what can be mended
python -m nox -s mutation              is each line of the core held by a test? (some minutes)
python -m nox -s benchmarks            compare with other software (after -- : curves, mixed)
python -m nox -s release               build, and use the wheel in an empty environment
python -m nox -s licenses              write docs/licenses.md
python -m nox -s lock                  remake requirements/ (after -- : --upgrade)
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import nox

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = True
nox.options.reuse_venv = "yes"
nox.options.sessions = ["tests"]

# The Python that runs nox; where that one is too old or too new, nox looks for (or fetches) 3.13.
PYTHON = None if (3, 11) <= sys.version_info < (3, 14) else "3.13"

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}  # threads that wait for each other spoil the times
# Each file in one process, for what its tests share; in the order of tests/conftest.py.
BY_FILE = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]


def set_up(session: nox.Session, pins: str) -> None:
    """Install the exact versions, then the project itself; nothing to do when they are there."""
    session.env["UV_COMPILE_BYTECODE"] = "1"  # else every first import compiles
    session.env["PYTHONDONTWRITEBYTECODE"] = None  # else every import compiles
    requirements = Path("requirements", f"{pins}.txt")
    wanted = hashlib.sha256(requirements.read_bytes() + Path("pyproject.toml").read_bytes())
    stamp = session.env_dir / "installed.sha256"
    if stamp.is_file() and stamp.read_text() == wanted.hexdigest():
        return
    session.install("--require-hashes", "--no-deps", "-r", str(requirements))
    session.install("--no-deps", "--no-build-isolation", "-e", ".")
    stamp.write_text(wanted.hexdigest())


def check(session: nox.Session, *, fix: bool = False) -> None:
    """Look at style, layout and floors, and that no notebook holds outputs."""
    session.run("ruff", "check", *(["--fix"] if fix else []))
    session.run("ruff", "format", *([] if fix else ["--check"]))
    session.run("lint-imports", env={"PYTHONUTF8": "1"})  # it draws a banner
    notebooks = sorted(str(path) for path in Path("notebooks").glob("*.ipynb"))
    if notebooks:
        strip = ["nbstripout", "--keep-id", "--extra-keys=metadata.language_info.version"]
        session.run(*strip, *([] if fix else ["--verify"]), *notebooks)


@nox.session(python=PYTHON)
def study(session: nox.Session) -> None:
    """Run the study on a cohort."""
    set_up(session, "study")
    session.run("python", "-m", "glutelab", "report", *(session.posargs or ["rbds2017"]))


@nox.session(python=PYTHON)
def tests(session: nox.Session) -> None:
    """Run the linters and the tests."""
    set_up(session, "tests")
    check(session)
    marked = [] if "-m" in session.posargs else ["-m", "not slow and not notebooks"]
    session.run("pytest", *BY_FILE, *marked, *session.posargs, env=ONE_THREAD)


@nox.session(python=PYTHON)
def notebooks(session: nox.Session) -> None:
    """Run every notebook on every built-in cohort, and what else takes reports of its own.

    A report takes all cores by itself.
    """
    set_up(session, "tests")
    chosen = ["tests/test_notebooks.py", "tests/test_reporting.py", "-m", "notebooks"]
    session.run("pytest", *chosen, *session.posargs, env=ONE_THREAD)


@nox.session(python=PYTHON)
def slow(session: nox.Session) -> None:
    """Run what `tests` leaves out: simulations at their full size."""
    set_up(session, "tests")
    session.run("pytest", *BY_FILE, "-m", "slow", *session.posargs, env=ONE_THREAD)


@nox.session(python=PYTHON)
def browser(session: nox.Session) -> None:
    """Drive the explorers in a real JupyterLab; where there is no chromium, say so and skip."""
    set_up(session, "browser")
    session.run("pytest", "tests/browser", "-s", *session.posargs)


@nox.session(python=PYTHON)
def browser_benchmark(session: nox.Session) -> None:
    """Time the explorers in a real JupyterLab, and write it to benchmarks/results/explorers.md."""
    set_up(session, "browser")
    session.run("python", "benchmarks/explorers.py", *session.posargs, env=ONE_THREAD)


@nox.session(python=PYTHON)
def pictures(session: nox.Session) -> None:
    """Take the pictures of the README in a real JupyterLab."""
    set_up(session, "browser")
    session.run("python", "docs/images/make.py")


@nox.session(python=PYTHON)
def lab(session: nox.Session) -> None:
    """Open JupyterLab on the notebooks."""
    set_up(session, "study")
    # Figures are drawn by JupyterLab itself, so notebooks need no copy of plotly.js in them.
    lab = {"PLOTLY_RENDERER": "plotly_mimetype"}
    first = "notebooks/00_start_here.ipynb"
    session.run("jupyter", "lab", first, *session.posargs, env=lab)


@nox.session(python=PYTHON)
def lint(session: nox.Session) -> None:
    """Run the linters only; with --fix they mend what they can."""
    set_up(session, "tests")
    check(session, fix="--fix" in session.posargs)


@nox.session(python=PYTHON)
def mutation(session: nox.Session) -> None:
    """Change the core line by line, and see whether a test fails (after -- : --per-module 20)."""
    set_up(session, "tests")
    session.run("python", "benchmarks/mutation.py", *session.posargs)


@nox.session(python=PYTHON)
def benchmarks(session: nox.Session) -> None:
    """Compare with other software: numbers, by the tests that need it, then time and memory."""
    set_up(session, "benchmarks")
    session.run("pytest", "tests", "-k", "mne or peers or pingouin or spm1d")
    session.run("python", "benchmarks/peers.py", *session.posargs, env=ONE_THREAD)


@nox.session(python=PYTHON)
def release(session: nox.Session) -> None:
    """Build sdist and wheel into dist/, and use the wheel in an empty environment."""
    session.install("build")
    session.run("python", "tests/release.py", *session.posargs)


@nox.session(python=PYTHON)
def licenses(session: nox.Session) -> None:
    """Write docs/licenses.md, from what the packages of the study say of themselves."""
    set_up(session, "study")
    session.run("python", "requirements/licenses.py", *session.posargs)


@nox.session(python=PYTHON)
def lock(session: nox.Session) -> None:
    """Remake the requirement files: exact versions with hashes, for all systems and Pythons."""
    session.install("uv")
    command = ["uv", "pip", "compile", "pyproject.toml", "--quiet", "--group=build"]
    systems = ["--universal", "--python-version=3.11"]
    content = ["--generate-hashes", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    header = "--custom-compile-command=python -m nox -s lock"
    options = [*command, *systems, *content, header, *session.posargs]

    # Each file is held to the versions of the one before, so that they agree.
    study, tests, peers = (f"requirements/{name}.txt" for name in ("study", "tests", "benchmarks"))
    session.run(*options, f"--output-file={study}")
    session.run(*options, "--group=test", f"--constraint={study}", f"--output-file={tests}")
    session.run(*options, "--group=benchmarks", f"--constraint={tests}", f"--output-file={peers}")
    browser = "--output-file=requirements/browser.txt"
    session.run(*options, "--group=browser", f"--constraint={tests}", browser)

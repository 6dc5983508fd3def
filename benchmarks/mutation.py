"""Mutation testing of the core: does a test fail when a line is wrong?

    python benchmarks/mutation.py [--per-module 60] [--seed 1] [--judged] [--write FILE]

A sample of mutants (mutants.py) of each part is put, one at a time, into a copy of the project; the
quick tests of that part that call the mutated function run until one fails. A mutant under which
every test passes has survived: it is a gap in the tests, or changes nothing that can be seen. What
was decided about survivors stands in mutation_judged.toml and is printed beside them; `--judged`
runs these again. `--seed` draws the sample; the same seed draws the same mutants while their
functions do not change, and a larger sample holds the smaller one. `--per-module 0` takes all.

The tests are collected once; each mutant gets a fork of this process, in which the code of its
function is exchanged (what stands outside of functions is imported anew). So it needs a system that
can fork: Linux, macOS. Why no package: mutmut 3 leaves out what stands outside of functions, where
the thresholds are, and draws no samples; cosmic-ray changes the files in place and starts a Python
for each mutant.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from mutants import Mutant, mutants_of
from mutation_fork import in_child, record_calls, replace_code, run_anew, run_items
from mutation_report import report

ROOT = Path(__file__).resolve().parents[1]
JUDGED = Path(__file__).with_name("mutation_judged.toml")
PARTS = {
    "events": (
        "glutelab/events",
        "test_events.py",
        "test_events_angles.py",
        "test_events_limits.py",
        "test_events_motion.py",
        "test_events_steps.py",
    ),
    "strides": ("glutelab/strides.py", "test_strides.py"),
    "measures": ("glutelab/measures", "test_measures.py", "test_runner_means.py"),
    "curves": (
        "glutelab/curves",
        "test_curves.py",
        "test_curves_answers.py",
        "test_curves_faults.py",
        "test_curves_limits.py",
        "test_curves_reference.py",
        "test_contrasts.py",
    ),
    "economy": (
        "glutelab/economy",
        "test_economy.py",
        "test_economy_limits.py",
        "test_economy_trials.py",
    ),
}
DECLARED = ("glutelab/economy/columns.py",)  # a table of columns, nothing that computes
LONGEST = 1.0  # s; longer tests are left out: simulations, and whole cohorts
OPTIONS = ["-q", "-x", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not slow"]
NOT_COPIED = (".*", "__pycache__", "reports", "raw", "build", "dist", "*.egg-info")


class Outcome(NamedTuple):
    mutant: Mutant
    verdict: str  # killed, timed out, survived
    by: str  # the test that failed
    seconds: float


class Loop:
    """In place of running the tests once: run them for every mutant."""

    def __init__(self, part: str, copy: Path, sample: list[Mutant]) -> None:
        self.part, self.copy, self.sample, self.outcomes = part, copy, sample, []

    def pytest_runtestloop(self, session):
        if session.testsfailed:
            raise SystemExit(f"The tests of {self.part} cannot be collected.")
        files = files_of(self.part)
        known = in_child(lambda: record_calls(session, self.copy, files, LONGEST), 1800)
        if not known or known["failed"]:
            why = known["failed"] if known else "no end"
            raise SystemExit(f"The tests of {self.part} fail without a mutant: {why}.")
        items = [item for item in session.items if known["seconds"][item.nodeid] <= LONGEST]
        whole = dict.fromkeys((item.path for item in items), 0.0)
        for item in items:
            whole[item.path] += known["seconds"][item.nodeid]
        # Quick files first, quick tests first.
        items.sort(key=lambda i: (whole[i.path], str(i.path), known["seconds"][i.nodeid]))
        for mutant in self.sample:
            self.outcomes.append(self.attempt(mutant, items, known))
            seconds, verdict, by = self.outcomes[-1][3], *self.outcomes[-1][1:3]
            print(f"{seconds:5.1f} s {verdict}: {mutant.line} {mutant.key}  {by}", flush=True)
        return True

    def attempt(self, mutant: Mutant, items: list, known: dict) -> Outcome:
        """Put a mutant into the copy, run the tests, and take it out again."""
        start = time.perf_counter()
        if mutant.first_line and not mutant.cached:
            where = [mutant.file, mutant.first_line]
            near = [item for item in items if where in known["calls"][item.nodeid]]
            items = near or items  # called by nobody, or only while importing
        limit_s = 10 + 5 * sum(known["seconds"][item.nodeid] for item in items)
        path = self.copy / mutant.file
        source, times = path.read_bytes(), path.stat()
        path.write_bytes(mutant.apply(source))

        def work() -> dict:
            sys.dont_write_bytecode = True
            if not mutant.first_line:
                return run_anew([item.nodeid for item in items], OPTIONS)
            replace_code(path, path.read_bytes())
            return run_items(items)

        try:
            found = in_child(work, limit_s)
        finally:
            path.write_bytes(source)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # its .pyc is right again
        verdict = "timed out" if found is None else "killed" if found["failed"] else "survived"
        by = found["failed"] if found else ""
        return Outcome(mutant, verdict, by, time.perf_counter() - start)


def files_of(part: str) -> list[str]:
    """Files of the library that are mutated."""
    library = ROOT / PARTS[part][0]
    files = [library] if library.is_file() else sorted(library.rglob("*.py"))
    names = [file.relative_to(ROOT).as_posix() for file in files]
    return [name for name in names if name not in DECLARED]


def draw(part: str, number: int, seed: int, keys: set | None) -> tuple[list[Mutant], int]:
    """Sample of the mutants of a part (of those with these names), and how many there are."""
    everything = [m for name in files_of(part) for m in mutants_of(ROOT, name)]
    chosen = [m for m in everything if keys is None or m.key in keys]
    chosen.sort(key=lambda m: hashlib.sha256(f"{seed} {m.key}".encode()).digest())
    return chosen[: number or None], len(everything)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-module", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", action="append", choices=PARTS)
    parser.add_argument("--judged", action="store_true", help="those of mutation_judged.toml")
    parser.add_argument("--write", type=Path, help="file for the report")
    arguments = parser.parse_args()
    write = arguments.write.resolve() if arguments.write else None
    judged = tomllib.loads(JUDGED.read_text(encoding="utf-8")) if JUDGED.is_file() else {}
    keys, number = None, arguments.per_module
    command = f"python benchmarks/mutation.py --per-module {number} --seed {arguments.seed}"
    if arguments.judged:
        keys, number = {key for kind in judged.values() for key in kind}, 0
        command = "python benchmarks/mutation.py --judged"
    # Compiled once in the copy, not for every mutant.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve() / "glutelab"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
        os.chdir(copy)
        sys.path.insert(0, str(copy))
        os.environ["PYTHONPATH"] = str(copy)
        for part in arguments.part or PARTS:
            sample, total = draw(part, number, arguments.seed, keys)
            if not sample:
                continue
            loop = Loop(part, copy, sample)
            library, *tests = PARTS[part]
            pytest.main([*OPTIONS, library, *(f"tests/{t}" for t in tests)], plugins=[loop])
            if len(loop.outcomes) < len(sample):
                raise SystemExit(f"{part}: not all mutants were run.")
            results[part] = (loop.outcomes, total)
    text = report(results, judged, command, LONGEST)
    print(text)
    if write:
        write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Imports that are killed at random moments, and started again.

    python benchmarks/durability.py [--kills 20] [--seed 1] [--jobs 2] [--command ...]

An import is run once undisturbed. Then, 20 times, it is begun in a fresh folder, killed (kill -9,
of all its processes, or of its main process only) at a random moment of the time it takes, and run
again to its end. Each time the second run has to finish by itself, the cohort has to be the same
byte for byte, and nothing hidden may be left. One in three is killed twice. In half of them a
finished cohort of before lies there, with a file of the reader's own: it has to be whole at every
moment. Where a run was faster than the moment, a sooner one is taken.

The command that is killed is given FOLDER, and leaves its cohort in FOLDER/cohort; by default it is
`import_like` below. Another one: --command python -m glutelab import {folder}
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

HERE = Path(__file__).resolve()
N_RUNNERS = 12
AFTER = 0.15  # s after the last file that the rest of a killed run may still write


def import_like(folder: Path, n_runners: int, n_jobs: int) -> None:
    """What an import does: trials one by one, then the cohort."""
    sys.path.insert(0, str(HERE.parent))
    from scale import build

    build(n_runners, folder / "work", folder / "cohort", n_jobs=n_jobs)


def start(command: list[str], folder: Path) -> subprocess.Popen:
    filled = [part.replace("{folder}", str(folder)) for part in command]
    environment = os.environ | {"PYTHONPATH": str(HERE.parents[1])}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen(filled, start_new_session=True, env=environment, **quiet)


def finish(command: list[str], folder: Path) -> float:
    """Run to the end; raises what the command said if it fails."""
    started = time.monotonic()
    process = start(command, folder)
    said = process.communicate()[1].decode()
    if process.returncode:
        raise SystemExit(f"the command ended with {process.returncode}:\n{said}")
    return time.monotonic() - started


def kill(command: list[str], folder: Path, after_s: float, everything: bool) -> str:
    """Start it and kill it; says what was there then, and nothing if it was over before."""
    process = start(command, folder)
    try:
        process.wait(after_s)
        process.stderr.close()
        return ""
    except subprocess.TimeoutExpired:
        (os.killpg if everything else os.kill)(process.pid, signal.SIGKILL)
        process.wait()
    process.stderr.close()
    work = folder / "work"
    finished = len([path for path in work.iterdir() if path.name[0] != "."]) if work.exists() else 0
    return f"{finished} trials finished" + (", cohort" if (folder / "cohort").exists() else "")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def hidden(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob(".*")]


def fresh(folder: Path, cohort: dict[str, bytes]) -> None:
    """An empty folder, or one with a cohort of before."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in cohort.items():
        (folder / "cohort").mkdir(exist_ok=True)
        (folder / "cohort" / name).write_bytes(content)


def check(folder: Path, expected: dict[str, bytes]) -> list[str]:
    """What is not as it should be after the run that was started again."""
    faults = [f"left over: {name}" for name in hidden(folder)]
    found = contents(folder / "cohort")
    if found != expected:
        differ = {name for name in found | expected if found.get(name) != expected.get(name)}
        faults.append(f"not the same: {', '.join(sorted(differ))}")
    return faults


def torn(folder: Path, before: dict[str, bytes], expected: dict[str, bytes]) -> list[str]:
    """Whether the cohort of before was lost, or is half of both, after a kill."""
    now = folder / "cohort"
    if not now.exists():  # killed between two renames: it lies beside, and comes back
        now = next(iter(folder.glob(".cohort-*-old")), None)
    if now is None:
        return ["the cohort of before is lost"]
    return [] if contents(now) in (before, expected) else ["the cohort is half of one"]


def run(command: list[str], kills: int, seed: int) -> int:
    chance, bad = random.Random(seed), 0
    with tempfile.TemporaryDirectory() as temporary:
        first = Path(temporary) / "first"
        first.mkdir()
        took = finish(command, first)
        expected = contents(first / "cohort")
        before = expected | {"README.md": b"mine"}  # a cohort of before, and a file of the reader's
        print(f"undisturbed: {took:.1f} s, {len(expected)} files", flush=True)
        for number in range(1, kills + 1):
            folder = Path(temporary) / f"kill_{number}"
            older, everything = number % 2 == 0, chance.random() < 0.5
            fresh(folder, before if older else {})
            moments, said, faults = [], [], []
            while len(moments) < (2 if number % 3 == 0 else 1):
                moment = chance.uniform(0.05, 1.0) * took
                found = kill(command, folder, moment, everything)
                if not found:  # it was faster than the first time
                    took = moment
                    fresh(folder, before if older else {})
                    moments, said = [], []
                    continue
                moments.append(moment)
                said.append(found)
                faults += torn(folder, before, before) if older else []
            again = finish(command, folder)
            time.sleep(AFTER)
            faults += check(folder, before if older else expected)
            bad += bool(faults)
            when = " and ".join(
                f"{moment:.2f} s ({what})" for moment, what in zip(moments, said, strict=True)
            )
            which = "all processes" if everything else "main process"
            print(
                f"{number:2d}. {which} killed at {when}; again {again:.1f} s: "
                f"{'; '.join(faults) or 'the same bytes, nothing left'}",
                flush=True,
            )
            shutil.rmtree(folder)
    print(f"{kills - bad} of {kills} kills: completed, identical, nothing lost, nothing left")
    return bad


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes of the import")
    parser.add_argument("--runners", type=int, default=N_RUNNERS)
    parser.add_argument("--import-like", type=Path, help=argparse.SUPPRESS)
    parser.add_argument(
        "--command", nargs=argparse.REMAINDER, help="what to run; {folder} is filled"
    )
    options = parser.parse_args()
    if options.import_like:
        import_like(options.import_like, options.runners, options.jobs)
        return 0
    command = options.command or [
        sys.executable,
        str(HERE),
        *("--jobs", str(options.jobs), "--runners", str(options.runners)),
        *("--import-like", "{folder}"),
    ]
    return int(run(command, options.kills, options.seed) > 0)


if __name__ == "__main__":
    sys.exit(main())

"""Imports that are killed at random moments, and started again.

    python benchmarks/durability.py [--kills 20] [--seed 1] [--jobs 2] [--runners 6]

`glutelab import` of some runners of the sample laboratory is run once undisturbed. Then, 20 times,
it is begun in a fresh folder, killed (kill -9, of all its processes, or of its main process only)
at a random moment of the time it takes, and run again to its end. Each time the second run has to
finish by itself, the cohort has to be the same byte for byte, the exports untouched, and nothing
hidden may be left. One in three is killed twice. In half of them a finished cohort of before lies
there, with a file of the reader's own: it has to be whole at every moment. Where a run was faster
than the moment, a sooner one is taken.
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

import tomlkit

from glutelab.datasets import sample_folder
from glutelab.intake.drafting.draft import new_recipe
from glutelab.intake.prepared import WORK_FOLDER
from glutelab.intake.recipe import FILE_NAME as RECIPE

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

HERE = Path(__file__).resolve()
N_RUNNERS = 6
AFTER = 0.15  # s after the last file that the rest of a killed run may still write


def make_lab(folder: Path, n_runners: int) -> None:
    """Some runners of the sample laboratory, with a recipe."""
    sample = sample_folder("my_lab")
    (folder / "c3d").mkdir(parents=True)
    runners = sorted({path.name.split("_")[0] for path in (sample / "c3d").iterdir()})[:n_runners]
    for runner in runners:
        for path in (sample / "c3d").glob(f"{runner}_*"):
            shutil.copy(path, folder / "c3d")
    shutil.copy(sample / "runners.csv", folder)
    new_recipe(folder)
    recipe = folder / RECIPE
    content = tomlkit.parse(recipe.read_text(encoding="utf-8"))
    content["runners"]["words"]["level"] = {"national": "elite", "club": "competitive"}
    recipe.write_text(tomlkit.dumps(content), encoding="utf-8")


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
    work = folder / WORK_FOLDER
    finished = len([path for path in work.iterdir() if path.name[0] != "."]) if work.exists() else 0
    return f"{finished} trials finished" + (", cohort" if (folder / "cohort").exists() else "")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def hidden(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob(".*")]


def exports(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    own = [path for path in files if path.relative_to(folder).parts[0] != "cohort"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in own}


def fresh(folder: Path, lab: Path, cohort: dict[str, bytes]) -> None:
    """A folder of exports, as it is or with a cohort of before."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(lab, folder)
    for name, content in cohort.items():
        (folder / "cohort").mkdir(exist_ok=True)
        (folder / "cohort" / name).write_bytes(content)


def check(folder: Path, lab: Path, expected: dict[str, bytes]) -> list[str]:
    """What is not as it should be after the run that was started again."""
    faults = [f"left over: {name}" for name in hidden(folder)]
    faults += ["the exports changed"] * (exports(folder) != exports(lab))
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


def run(command: list[str], kills: int, seed: int, n_runners: int) -> int:
    chance, bad = random.Random(seed), 0
    with tempfile.TemporaryDirectory() as temporary:
        lab, first = Path(temporary) / "lab", Path(temporary) / "first"
        make_lab(lab, n_runners)
        fresh(first, lab, {})
        took = finish(command, first)
        expected = contents(first / "cohort")
        before = expected | {"README.md": b"mine"}  # a cohort of before, and a file of the reader's
        print(f"undisturbed: {took:.1f} s, {len(expected)} files", flush=True)
        for number in range(1, kills + 1):
            folder = Path(temporary) / f"kill_{number}"
            older, everything = number % 2 == 0, chance.random() < 0.5
            fresh(folder, lab, before if older else {})
            moments, said, faults = [], [], []
            while len(moments) < (2 if number % 3 == 0 else 1):
                moment = chance.uniform(0.05, 1.0) * took
                found = kill(command, folder, moment, everything)
                if not found:  # it was faster than the first time
                    took = moment
                    fresh(folder, lab, before if older else {})
                    moments, said = [], []
                    continue
                moments.append(moment)
                said.append(found)
                faults += torn(folder, before, before) if older else []
            again = finish(command, folder)
            time.sleep(AFTER)
            faults += check(folder, lab, before if older else expected)
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
    options = parser.parse_args()
    command = [sys.executable, "-m", "glutelab", "import", "{folder}"]
    command += ["--workers", str(options.jobs)]
    return int(run(command, options.kills, options.seed, options.runners) > 0)


if __name__ == "__main__":
    sys.exit(main())

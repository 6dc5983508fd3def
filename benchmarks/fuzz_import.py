"""What becomes of mutated folders of exports: a sentence, the right cohort, or something worse.

    python benchmarks/fuzz_import.py [--seed 1] [--mutants 1500] [--only WORD] [--write]

Every laboratory of tests/fuzz_labs.py is mutated, checked and imported: said in another way (the
cohort must be the same), wrong by a cause that has a name (it must be said), damaged anyhow (a
sentence, or the right numbers). Each batch runs in a process of its own with limits of time and
memory. `--write` writes benchmarks/results/fuzz_import.md.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import random
import re
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
import fuzz_damage  # noqa: E402
import fuzz_same  # noqa: E402
from fuzz_causes import causes_of  # noqa: E402
from fuzz_labs import LABS, REFUSED, make_lab  # noqa: E402
from fuzz_run import Outcome, differences, run_import  # noqa: E402

RESULT = ROOT / "benchmarks" / "results" / "fuzz_import.md"
SECONDS, MEMORY = 60, 4 << 30
# A curve is stored in steps of 1/128 degree.
SAME_DEG, SAME_SHARE = 0.01, 1e-4
REAL = ("C3D", "TRC", "MOT")


def plan(seed: int, n_mutants: int, only: str) -> list[tuple[str, str, str, int]]:
    """Laboratory, kind, name and seed of every mutant."""
    jobs = []
    for lab in LABS:
        for name, (_, suffixes) in fuzz_same.SAME.items():
            if fuzz_same.fits(lab, suffixes) and (name, lab) not in fuzz_same.NOT_THE_SAME:
                jobs.append((lab, "same", name, seed))
        jobs += [(lab, "cause", f"{cause.name}|{cause.what}", seed) for cause in causes_of(lab)]
    damage = [
        (lab, "damage", name)
        for lab in LABS
        for name, (_, suffixes) in fuzz_damage.DAMAGE.items()
        if fuzz_same.fits(lab, suffixes)
    ]
    n_damage = max(n_mutants - len(jobs), len(damage))
    jobs += [(*damage[k % len(damage)], seed * 100_003 + k) for k in range(n_damage)]
    return [job for job in jobs if re.search(only, "/".join(map(str, job)))]


def mutate(job: tuple, base: Path, place: Path) -> Path:
    lab, kind, name, _ = job
    folder = place / "lab"
    shutil.copytree(base, folder)
    draw = random.Random(f"{job}")
    if kind == "same":
        fuzz_same.SAME[name][0](folder, draw)
    elif kind == "damage":
        fuzz_damage.DAMAGE[name][0](folder, draw)
    else:
        cause = next(c for c in causes_of(lab) if f"{c.name}|{c.what}" == name)
        cause.apply(folder, draw)
    return folder


def _child(jobs: list, bases: dict, place: Path, pipe: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with os.fdopen(pipe, "w") as out:
        for job in jobs:
            here = place / "now"
            shutil.rmtree(here, ignore_errors=True)
            here.mkdir()
            start = time.perf_counter()
            folder = mutate(job, bases[job[0]], here)
            outcome = run_import(folder)
            entry = {"outcome": outcome.as_dict(), "seconds": time.perf_counter() - start}
            out.write(json.dumps(entry) + "\n")
            out.flush()


def run(jobs: list, bases: dict, place: Path, batch: int = 40):
    """Outcomes in the order of the jobs; one that dies or hangs is an outcome too."""
    left = list(jobs)
    while left:
        chosen = left[:batch]
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            try:
                _child(chosen, bases, place, write)
            except BaseException as error:  # says why and ends
                sys.stderr.write(f"{type(error).__name__}: {error}\n")
            os._exit(0)
        os.close(write)
        done = 0
        with os.fdopen(read) as lines:
            while done < len(chosen):
                ready, _, _ = select.select([lines], [], [], SECONDS)
                line = lines.readline() if ready else ""
                if not line:
                    why = "died" if ready else f"took more than {SECONDS} s"
                    yield chosen[done], Outcome("crashed", faults=[why]), float(SECONDS)
                    done += 1
                    break
                entry = json.loads(line)
                yield chosen[done], Outcome(**entry["outcome"]), entry["seconds"]
                done += 1
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        left = left[done:]


def judge(job: tuple, outcome: Outcome, base: Outcome) -> tuple[str, str]:
    """Verdict of one mutant, and what there is to say."""
    lab, kind, name, _ = job
    if outcome.faults:
        return "FAULT", "; ".join(outcome.faults)
    new = [w for w in outcome.warnings if w not in base.warnings]
    notes = [n for n in outcome.notes if n not in base.notes]
    said = " ".join([*outcome.problems, *new])
    if outcome.verdict == "refused":
        if kind == "same" and lab not in REFUSED:
            return "REFUSED", outcome.problems[0]
        if kind == "cause":
            named = next(c for c in causes_of(lab) if f"{c.name}|{c.what}" == name).named
            fits = re.search(named, said)
            return ("refused by name" if fits else "refused"), outcome.problems[0]
        return "refused", outcome.problems[0]
    degrees, share, what = differences(base.measures, outcome.measures)
    lost = base.strides - outcome.strides
    same = degrees <= SAME_DEG and share <= SAME_SHARE and not lost
    text = f"{degrees:.3g} degrees ({what}), {share:.2g}, {lost} strides fewer"
    if lab in REFUSED:
        return "ACCEPTED", text
    if same:
        return "the same", "; ".join(new)
    if kind == "same":
        return "DIFFERS", text
    if new:
        if kind == "cause":
            named = next(c for c in causes_of(lab) if f"{c.name}|{c.what}" == name).named
            return ("warned by name" if re.search(named, said) else "warned"), f"{text}; {new[0]}"
        return "warned", f"{text}; {new[0]}"
    if notes:
        return "noted", f"{text}; {notes[0]}"
    return "silent", text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutants", type=int, default=1500)
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    jobs = plan(arguments.seed, arguments.mutants, arguments.only)
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        bases, outcomes = {}, {}
        for k, lab in enumerate(dict.fromkeys(job[0] for job in jobs)):
            (place / "bases" / str(k)).mkdir(parents=True)
            bases[lab] = make_lab(lab, place / "bases" / str(k) / "lab")
            work = place / "first" / str(k)
            work.mkdir(parents=True)
            shutil.copytree(bases[lab], work / "lab")
            outcomes[lab] = run_import(work / "lab")
            expected = "refused" if lab in REFUSED else "accepted"
            if outcomes[lab].verdict != expected or outcomes[lab].faults:
                raise SystemExit(f"{lab}: {outcomes[lab]}")
        results = []
        for job, outcome, seconds in run(jobs, bases, place):
            verdict, text = judge(job, outcome, outcomes[job[0]])
            results.append((job, verdict, text, seconds))
            print(f"{'/'.join(map(str, job))}: {verdict}: {text[:300]}", flush=True)
    lines = [
        "# Mutated folders of exports",
        "",
        f"`python benchmarks/fuzz_import.py --seed {arguments.seed} --mutants {arguments.mutants}`",
        "",
        *report(results),
    ]
    print("\n".join(lines))
    if arguments.write:
        RESULT.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


COLUMNS = {
    "same": ("the same", "refused", "REFUSED", "DIFFERS"),
    "cause": (
        "refused by name",
        "warned by name",
        "refused",
        "warned",
        "noted",
        "the same",
        "silent",
    ),
    "damage": ("refused", "warned", "noted", "the same", "silent", "ACCEPTED"),
}
SIGNS = ("sign", "sign, one side", "radians", "divided by 1000", "times 1000", "degrees twice",
         "180 minus", "360 added", "header says radians")  # fmt: skip


def report(results) -> list[str]:
    faults = [entry for entry in results if entry[1] == "FAULT"]
    real = sum(any(word in job[0] for word in REAL) for job, *_ in results)
    seconds = sorted(entry[3] for entry in results)
    return [
        f"{len(results):,} mutants of {len(LABS)} laboratories, {real} of them of C3D, TRC and MOT "
        f"files. Without a sentence, with a traceback, a hang ({SECONDS} s), a crash, a changed "
        f"export, a hidden leftover or half a cohort: **{len(faults)}**. "
        f"Longest: {seconds[-1]:.1f} s, "
        f"median {seconds[len(seconds) // 2]:.2f} s.",
        "",
        *(f"- {'/'.join(map(str, job))}: {text}" for job, _, text, _ in faults),
        "",
        *_same(results),
        *_signs(results),
        *_causes(results),
        *_damage(results),
    ]


def _table(kind: str, results, key) -> list[str]:
    """Counts of verdicts per row."""
    counts: dict[str, collections.Counter] = {}
    for job, verdict, _, _ in results:
        if job[1] == kind:
            counts.setdefault(key(job), collections.Counter())[verdict] += 1
    columns = COLUMNS[kind]
    lines = [f"| | mutants | {' | '.join(columns)} |", "|---" * (len(columns) + 2) + "|"]
    total = sum(counts.values(), collections.Counter())
    for row, counter in [*counts.items(), ("**all**", total)]:
        cells = " | ".join(str(counter[column] or "") for column in columns)
        lines.append(f"| {row} | {sum(counter.values())} | {cells} |")
    return [*lines, ""]


def _same(results) -> list[str]:
    other = [(job, text) for job, v, text, _ in results if v in ("REFUSED", "DIFFERS")]
    return [
        "## Said in another way: the cohort must be the same",
        "",
        "Of the files with one stride, that they are refused as before.",
        "",
        *_table("same", results, lambda job: job[2]),
        *(f"- {job[2]}, {job[0]}: {text}" for job, text in other),
        "",
    ]


def _signs(results) -> list[str]:
    lines = [
        "## Signs and units of single angles",
        "",
        "MOT, Plug-in Gait C3D, Visual3D, BMC and RIC, long table; each column alone, both sides "
        "or one. *By name*: the finding says the cause.",
        "",
        "| angle | mutants | by name | refused otherwise | warned otherwise | silent |",
        "|---|---|---|---|---|---|",
    ]
    for what in ("hip", "knee", "ankle", "tilt", "all"):
        found = collections.Counter(
            verdict
            for job, verdict, _, _ in results
            if job[1] == "cause" and job[2].split("|")[0] in SIGNS and job[2].endswith(f"|{what}")
        )
        named = found["refused by name"] + found["warned by name"]
        count = sum(found.values())
        silent = found["silent"] + found["noted"]
        lines.append(
            f"| {what} | {count} | {named} ({100 * named / max(count, 1):.0f} %) | "
            f"{found['refused']} | {found['warned']} | {silent} |"
        )
    return [*lines, ""]


def _causes(results) -> list[str]:
    silent = [(job, text) for job, v, text, _ in results if job[1] == "cause" and v == "silent"]
    return [
        "## Causes with a name, all",
        "",
        "*The same*: the cohort did not change (medial and lateral labels are put right).",
        "",
        *_table("cause", results, lambda job: f"{job[0].split(',')[0]}: {job[2].split('|')[1]}"),
        "Accepted in silence, with the largest difference in degrees, the largest relative one, "
        "and the strides lost:",
        "",
        *(f"- {job[0]}: {job[2].split('|')[0]}: {text}" for job, text in silent),
        "",
    ]


def _damage(results) -> list[str]:
    silent = [(job, text) for job, v, text, _ in results if job[1] == "damage" and v == "silent"]
    sizes = sorted((float(text.split()[0]), job, text) for job, text in silent)
    largest = [f"- {job[0]}: {job[2]} ({job[3]}): {text}" for _, job, text in sizes[::-1][:15]]
    degrees = [size for size, _, _ in sizes] or [0.0]
    return [
        "## Damaged anyhow",
        "",
        *_table("damage", results, lambda job: job[0]),
        *_table("damage", results, lambda job: job[2]),
        f"Accepted with other numbers and no word: {len(silent)}; the largest difference of a mean "
        f"is "
        f"{np.median(degrees):.2g} degrees in the median, {degrees[-1]:.2g} at most. The largest:",
        "",
        *largest,
        "",
    ]


if __name__ == "__main__":
    main()

"""An import that grows: time and memory of 100 to 2,000 simulated runners x 100 strides.

    python benchmarks/scale.py [--sizes 100 200 400 2000] [--to benchmarks/results/scale.md]

Each runner's recording (markers and forces, 36 s) is made in the worker that processes it:
contacts, tracking, angles, moments, strides, measures, ledger. Then all trials become one cohort,
written block by block, and a fresh process opens it. Memory is what Linux says a process held at
most (VmHWM), asked for ten times a second of all processes. For 2,000 runners it needs 6 GB of disk
while it runs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

# One thread per process: what is compared is processes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd

from glutelab.batch import process_trials
from glutelab.cohort import read_cohort, write_cohort
from glutelab.events import events_from_contacts, list_contacts_from_force
from glutelab.processing import ProcessedTrial, process_trial
from glutelab.segments import segment_model
from glutelab.simulate import simulate_trial

HERE = Path(__file__).resolve()
STRIDE_S, SPEED_M_S = 0.7, 3.5
DURATION_S = 36.2  # 50 to 51 strides of each side
LEVELS = ("recreational", "competitive", "elite")
WAYS = {"1": {"workers": 1}, "2": {"workers": 2}, "dask": {}}
HEAD = f"""# How an import grows

    python {HERE.parent.name}/{HERE.name}

Simulated runners, one trial of 36 s at 150 Hz (markers) and 300 Hz (forces) each, 100 strides; the
recording is made in the worker and processed there with moments and powers. Peak memory is that of
one process at any time. "Ways": 1 and 2 processes of joblib, and a dask scheduler with two workers
of one thread, each a process of its own.
"""


# --- the import -----------------------------------------------------------------------------------


def simulated_trial(seed: int) -> ProcessedTrial:
    """One runner's recording, made and processed here."""
    rng = np.random.default_rng(seed)
    mass_kg = float(rng.uniform(50, 85))
    trial = simulate_trial(
        duration_s=DURATION_S,
        stride_time_s=STRIDE_S,
        pelvic_tilt_deg=float(rng.normal(15, 4)),
        hip_extension_deg=float(rng.normal(8, 4)),
        mass_kg=mass_kg,
        noise_m=0.0005,
        seed=seed,
    )
    return process_trial(
        trial.markers,
        segment_model(trial.standing),
        events_from_contacts(list_contacts_from_force(trial.forces, trial.markers)),
        speed_m_s=SPEED_M_S,
        height_m=1.72,
        mass_kg=mass_kg,
        forces=trial.forces,
        sex="female",
    )


def build(n_runners: int, work: Path, target: Path, *, progress: bool = False, **way) -> dict:
    """Import so many runners; seconds of both steps."""
    names = [f"S{k:05d}" for k in range(n_runners)]
    started = time.perf_counter()
    jobs = {f"{name}_T35": {"seed": k} for k, name in enumerate(names)}
    trials = process_trials(simulated_trial, jobs, work, progress=progress, **way)
    processed = time.perf_counter()
    write(names, trials, target)
    return {"process_s": processed - started, "write_s": time.perf_counter() - processed}


def write(names: list[str], trials, target: Path) -> None:
    rng = np.random.default_rng(0)
    levels = [LEVELS[k % 3] for k in range(len(names))]
    runners = pd.DataFrame({"runner_id": names, "level": levels})
    about = [trials.about(name) for name in trials]
    rows = pd.DataFrame(
        {
            "trial_id": list(trials),
            "runner_id": names,
            "speed_m_s": SPEED_M_S,
            "slope_pct": 0.0,
            "event_method": [one["event_method"] for one in about],
            "duration_s": [one["duration_s"] for one in about],
            "kinetics_method": [one["kinetics_method"] for one in about],
            "energy_cost_j_kg_m": rng.normal(4.3, 0.3, len(names)).round(3),
            "notes": ["; ".join(one["notes"]) for one in about],
        }
    )
    tables = {
        "runners": runners.assign(mass_kg=rng.uniform(50, 85, len(names)).round(1)),
        "trials": rows,
        "strides": (part(trials, name, "strides") for name in trials),
        "ledger": (part(trials, name, "ledger") for name in trials),
    }
    curves = (trials.curves(name) for name in trials)
    write_cohort(target, tables, curves, {"name": "scale", "title": "Scale", "simulated": True})


def part(trials, name: str, which: str) -> pd.DataFrame:
    table = trials.table(name, which)
    if which == "strides":
        table = table.assign(speed_m_s=SPEED_M_S, slope_pct=0.0)
    return table.assign(trial_id=name, runner_id=name.split("_")[0])


# --- measuring ------------------------------------------------------------------------------------


class Peaks(threading.Thread):
    """Most memory that this process, and each of its children, ever held."""

    def __init__(self):
        super().__init__(daemon=True)
        self.mb: dict[int, float] = {}
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.1):
            self.look()

    def look(self) -> None:
        parents = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    status = (entry / "status").read_text()
                except OSError:
                    continue
                fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
                if "VmHWM" in fields:
                    peak = int(fields["VmHWM"].split()[0]) / 1024
                    parents[int(entry.name)] = (int(fields["PPid"]), peak)
        mine = {os.getpid()}
        while more := {pid for pid, (parent, _) in parents.items() if parent in mine} - mine:
            mine |= more
        for pid in mine & set(parents):
            self.mb[pid] = max(self.mb.get(pid, 0.0), parents[pid][1])

    def stop(self) -> dict:
        self.look()
        self.ended.set()
        main = self.mb.pop(os.getpid())
        return {"main_mb": main, "worker_mb": max(self.mb.values(), default=main)}


def start_cluster(folder: Path) -> tuple[str, list[subprocess.Popen]]:
    address = folder / "address.json"
    more = ["--no-dashboard", "--scheduler-file", str(address)]
    python = [sys.executable, "-m"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    at = ["--host", "127.0.0.1", "--port", "0"]
    started = [subprocess.Popen([*python, "distributed.cli.dask_scheduler", *at, *more], **quiet)]
    while not address.is_file():
        time.sleep(0.1)
    one = [*python, "distributed.cli.dask_worker", "--nthreads", "1", *more]
    one += ["--local-directory", str(folder)]
    started += [subprocess.Popen(one, **quiet) for _ in range(2)]
    return json.loads(address.read_text())["address"], started


def measure_import(n_runners: int, way: str, folder: Path) -> dict:
    how, started = WAYS[way], []
    if way == "dask":
        address, started = start_cluster(folder)
        how = {"scheduler": address}
        time.sleep(3)
    peaks = Peaks()
    peaks.start()
    try:
        found = build(n_runners, folder / "work", folder / f"cohort_{way}", **how)
    finally:
        memory = peaks.stop()
        for process in started:
            process.kill()
    return found | memory | {"bytes": cohort_bytes(folder / f"cohort_{way}")}


def cohort_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def bytes_read() -> int:
    return int(Path("/proc/self/io").read_text().split("rchar:")[1].split()[0])


def measure_reading(folder: Path) -> dict:
    """What a fresh process waits for, and holds, with the cohort."""
    import glutelab as gl

    peaks, found, sizes = Peaks(), {}, {}

    def timed(name: str, call):
        before, started = bytes_read(), time.perf_counter()
        result = call()
        found[name], sizes[name] = time.perf_counter() - started, bytes_read() - before
        peaks.look()
        sizes[f"{name}, peak"] = peaks.mb[os.getpid()]
        return result

    cohort = timed("read_cohort", lambda: read_cohort(folder))
    hip = "hip_flexion_deg"
    one = cohort.runners["runner_id"].iloc[-1:]
    timed("hash of the curves, once", cohort._check_file)
    timed("curves of one runner", lambda: cohort.curves(hip, runner_ids=one))
    timed("one variable", lambda: cohort.curves(hip))
    runners = timed("runner_means", lambda: gl.runner_means(cohort))
    groups = {"by": "level", "groups": ["elite", "recreational"], "speed_m_s": SPEED_M_S}
    extension = "peak_hip_extension_deg"
    timed("compare_groups", lambda: gl.compare_groups(runners, extension, **groups))
    timed("compare_curves", lambda: gl.compare_curves(cohort, hip, **groups))
    timed("CohortExplorer", lambda: gl.CohortExplorer(cohort))
    timed("StrideViewer", lambda: gl.StrideViewer(cohort))
    timed("all curves, for problems", cohort.problems)
    return {"seconds": found, "bytes": sizes, "curves": (folder / "curves.parquet").stat().st_size}


# --- the table ------------------------------------------------------------------------------------


def run(*arguments: str) -> dict:
    """In a fresh process, as memory is never given back."""
    environment = os.environ | {"PYTHONPATH": str(HERE.parents[1])}
    command = [sys.executable, str(HERE), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


def report(sizes: list[int], ways: list[str]) -> str:
    lines = [HEAD, f"{sys.platform}, Python {sys.version.split()[0]}, {os.cpu_count()} cores.", ""]
    lines += [f"Load average before: {os.getloadavg()[0]:.1f}.", "", "## Import", ""]
    lines += ["| runners | way | processing, s | writing, s | ms per runner | runners/s | "]
    lines[-1] += "worker, MB | main, MB | files, MB |"
    lines += ["|---|---|---|---|---|---|---|---|---|"]
    opened, same, took = {}, [], {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            for way in ways:
                shutil.rmtree(folder / "work", ignore_errors=True)
                found = run("--one", str(size), way, temporary)
                whole = took[size, way] = found["process_s"] + found["write_s"]
                lines.append(
                    f"| {size:,} | {way} | {found['process_s']:.1f} | {found['write_s']:.1f} | "
                    f"{1000 * whole / size:.0f} | {size / whole:.2f} | {found['worker_mb']:.0f} | "
                    f"{found['main_mb']:.0f} | {found['bytes'] / 1e6:.0f} |"
                )
                print(lines[-1], flush=True)
            names = sorted(path.name for path in (folder / f"cohort_{ways[0]}").iterdir())
            first, *rest = (
                [(folder / f"cohort_{way}" / name).read_bytes() for name in names] for way in ways
            )
            same.append(all(one == first for one in rest))
            opened[size] = run("--read", str(folder / f"cohort_{ways[0]}"))
    lines += ["", f"The cohorts of all ways are the same, byte for byte: {all(same)}.", ""]
    for size in sizes:
        for way in ways[1:]:
            if (size, "1") in took:
                gain = took[size, "1"] / took[size, way]
                lines.append(f"- {size:,} runners, {way} against 1: {gain:.2f} times as fast.")
    small, large = sizes[0], sizes[-1]
    for way in ways:
        growth = took[large, way] / large / (took[small, way] / small)
        text = f"time per runner at {large:,} is {growth:.2f} times that at {small:,}"
        lines.append(f"- {way}: {text}.")
    lines += ["", "## Opening it", ""]
    lines += ["Seconds; MB read; and the most that the process held so far, MB.", ""]
    lines += ["| | " + " | ".join(f"{size:,}" for size in sizes) + " |"]
    lines += ["|---" * (len(sizes) + 1) + "|"]
    for name in opened[large]["seconds"]:
        cells = (
            f"{one['seconds'][name]:.2f}; {one['bytes'][name] / 1e6:.1f}; "
            f"{one['bytes'][f'{name}, peak']:.0f}"
            for one in opened.values()
        )
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    curves = (f"{one['curves'] / 1e6:.0f} MB" for one in opened.values())
    lines += ["| curves.parquet | " + " | ".join(curves) + " |", ""]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 200, 400, 2000])
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--to", type=Path, default=HERE.parent / "results" / "scale.md")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        size, way, folder = options.one
        print(json.dumps(measure_import(int(size), way, Path(folder))))
    elif options.read:
        print(json.dumps(measure_reading(options.read)))
    else:
        text = report(options.sizes, options.ways)
        options.to.write_text(text, encoding="utf-8")
        print(text)


if __name__ == "__main__":
    main()

"""What processing costs, as a multiple of merely parsing the text; what `import glutelab` costs.

    python benchmarks/processing.py [RAW_FOLDER] [--rounds 3]

RAW_FOLDER holds the published raw files; by default the sample of two runners that comes along.
Both arms run over the same files with two processes, in turn, in one run; packed files are unpacked
to a temporary folder first, so that neither pays for that. Where something else keeps the machine
busy, trust the ratio of CPU times.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# One thread per process: both arms use the two cores through two processes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pandas as pd
import pyarrow.csv as pacsv
from joblib import Parallel, delayed

from glutelab.formats.rbds import find_trials, read_info

ROOT = Path(__file__).resolve().parents[1]


def unpacked(raw: Path, folder: Path) -> Path:
    for path in raw.rglob("RBDS*.txt*"):
        content = path.read_bytes()
        name = path.name.removesuffix(".gz")
        (folder / name).write_bytes(gzip.decompress(content) if path.suffix == ".gz" else content)
    return folder


def parse_pyarrow(trial) -> None:
    for path in (trial.markers, trial.forces):
        pacsv.read_csv(
            path,
            parse_options=pacsv.ParseOptions(delimiter="\t"),
            read_options=pacsv.ReadOptions(use_threads=False),
        )


def parse_pandas(trial) -> None:
    for path in (trial.markers, trial.forces):
        pd.read_csv(path, sep="\t")


def process(trial, height_m: float, mass_kg: float, sex: str) -> int:
    """All that data/prepare/rbds2017.py does for a trial: read, check, process."""
    spec = importlib.util.spec_from_file_location("prepare", ROOT / "data/prepare/rbds2017.py")
    prepare = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(prepare)
    result = prepare.process_recording(
        trial.markers, trial.forces, trial.standing, trial.speed_m_s, height_m, mass_kg, sex
    )
    return len(result.strides)


def spent(function, *arguments) -> float:
    """CPU seconds of one call, in its worker."""
    start = time.process_time()
    function(*arguments)
    return time.process_time() - start


def timed(tasks) -> tuple[float, float]:
    """Seconds by the clock, and CPU seconds of both workers together."""
    start = time.perf_counter()
    cpu = sum(Parallel(n_jobs=2)(tasks))
    return time.perf_counter() - start, cpu


def processing(raw: Path, rounds: int) -> None:
    trials = list(find_trials(raw).itertuples())
    body = read_info(raw / "RBDSinfo.txt")[0].set_index("runner_id")[["height_m", "mass_kg", "sex"]]
    arms = {
        "parse, pyarrow": [delayed(spent)(parse_pyarrow, trial) for trial in trials],
        "parse, pandas": [delayed(spent)(parse_pandas, trial) for trial in trials],
        "read and process": [
            delayed(spent)(process, trial, *body.loc[trial.runner_id]) for trial in trials
        ],
    }
    for tasks in arms.values():  # start the workers, import, fill the file cache
        timed(tasks[:4])
    seconds = {name: [] for name in arms}
    for _ in range(rounds):
        for name, tasks in arms.items():
            seconds[name].append(timed(tasks))
    print(
        f"{len(trials)} trials, 2 processes, median of {rounds} rounds, against the fastest parse:"
    )
    clock, cpu = (
        {name: statistics.median(pair[k] for pair in values) for name, values in seconds.items()}
        for k in (0, 1)
    )
    fastest = [min(times["parse, pyarrow"], times["parse, pandas"]) for times in (clock, cpu)]
    for name in arms:
        print(
            f"  {name:17s} clock {clock[name]:6.2f} s, {clock[name] / fastest[0]:5.2f} x"
            f"   CPU {cpu[name]:6.2f} s, {cpu[name] / fastest[1]:5.2f} x"
        )


def imports(rounds: int) -> None:
    def cost(statement: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True)
        return time.perf_counter() - start

    statements = {
        "import pandas": "import pandas",
        "import glutelab": "import glutelab",
        "import glutelab, load a cohort": "import glutelab as gl; gl.load_cohort('rbds2017')",
        "import glutelab, draw a figure": "import glutelab as gl; gl.plot.curves",
    }
    empty = statistics.median(cost("pass") for _ in range(rounds))
    seconds = {name: [] for name in statements}
    for _ in range(rounds + 1):
        for name, statement in statements.items():
            seconds[name].append(cost(statement) - empty)
    median = {name: statistics.median(values[1:]) for name, values in seconds.items()}
    print("start-up, interpreter taken off:")
    for name, value in median.items():
        print(f"  {name:31s} {value:6.3f} s   {value / median['import pandas']:5.2f} x pandas")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    sample = ROOT / "data" / "samples" / "rbds2017_raw"
    parser.add_argument("raw", type=Path, nargs="?", default=sample)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        processing(unpacked(options.raw, Path(folder)), options.rounds)
    imports(max(options.rounds, 5))


if __name__ == "__main__":
    main()

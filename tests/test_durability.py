"""kill -9 while trials are processed and while the cohort is written: nothing lost, nothing left.

`benchmarks/durability.py` does the same 20 times, at random moments, with several processes.
"""

import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from glutelab.batch import process_trials
from glutelab.cohort import write_cohort
from glutelab.processing import process_trial
from glutelab.segments import segment_model
from glutelab.simulate import simulate_trial

NAMES = ("A_T35", "B_T35", "C_T35", "D_T35")
ABOUT = {"name": "killed", "simulated": True}
# What the run that is killed waits at every step, so that there is a moment to kill it in.
SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
from test_durability import run_import
run_import({folder!r}, pause_s=0.3)
"""


PAUSE = {"s": 0.0}  # not an argument: results do not depend on it


def pausing(hip_extension_deg):
    time.sleep(PAUSE["s"])
    trial = simulate_trial(hip_extension_deg=hip_extension_deg, duration_s=4.0)
    return process_trial(trial.markers, segment_model(trial.standing), trial.events, speed_m_s=3.5)


def run_import(folder, pause_s=0.0):
    folder = Path(folder)
    PAUSE["s"] = pause_s
    jobs = {name: {"hip_extension_deg": 4.0 + 2 * k} for k, name in enumerate(NAMES)}
    trials = process_trials(pausing, jobs, folder / "work", workers=1, progress=False)
    runners = pd.DataFrame({"runner_id": [name[0] for name in NAMES], "level": "elite"})
    known = {"speed_m_s": 3.5, "slope_pct": 0.0}
    rows = pd.DataFrame({"trial_id": NAMES, "runner_id": runners["runner_id"], **known})
    tables = {"runners": runners, "trials": rows}
    for which in ("strides", "ledger"):
        of_trial = known if which == "strides" else {}
        tables[which] = [
            trials.table(name, which).assign(trial_id=name, runner_id=name[0], **of_trial)
            for name in NAMES
        ]

    def blocks():
        for name in NAMES:
            time.sleep(pause_s)
            yield trials.curves(name)

    write_cohort(folder / "cohort", tables, blocks(), ABOUT)


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    run_import(folder)
    return files(folder)


MOMENTS = {
    "first trial": lambda folder: list(folder.glob("work/A_T35-*")),
    "third trial": lambda folder: list(folder.glob("work/C_T35-*")),
    "writing": lambda folder: list(folder.glob(".cohort-*/strides.parquet")),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_import_goes_on_and_is_the_same(moment, tmp_path, undisturbed):
    code = SCRIPT.format(tests=str(Path(__file__).parent), folder=str(tmp_path))
    running = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.monotonic() + 120
    while not MOMENTS[moment](tmp_path) and time.monotonic() < deadline:
        time.sleep(0.02)
    running.kill()
    assert running.wait() != 0
    assert not (tmp_path / "cohort").exists()
    left = {path: path.stat().st_mtime_ns for path in tmp_path.glob("work/[A-D]*/about.json")}
    assert len(left) == {"first trial": 1, "third trial": 3, "writing": 4}[moment]
    run_import(tmp_path)
    assert files(tmp_path) == undisturbed
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".")]
    assert all(path.stat().st_mtime_ns == then for path, then in left.items())  # not done again

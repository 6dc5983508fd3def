"""Many trials: same result with 1 or 2 processes, and an interrupted run goes on."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from glutelab.batch import fingerprint, process_trials
from glutelab.processing import process_trial
from glutelab.segments import segment_model
from glutelab.simulate import simulate_trial

JOBS = {f"trial_{extension}": {"hip_extension_deg": float(extension)} for extension in (4, 8, 12)}


def simulated(hip_extension_deg: float, log: Path | None = None):
    if log is not None:
        with log.open("a") as file:
            file.write(f"{hip_extension_deg}\n")
    trial = simulate_trial(hip_extension_deg=hip_extension_deg, duration_s=5.0)
    return process_trial(trial.markers, segment_model(trial.standing), trial.events, speed_m_s=3.5)


def equal(first, second):
    pd.testing.assert_frame_equal(first.strides, second.strides)
    pd.testing.assert_frame_equal(first.ledger, second.ledger)
    for name, curves in first.curves.items():
        np.testing.assert_array_equal(curves, second.curves[name])
    assert (first.notes, first.event_method) == (second.notes, second.event_method)


def test_one_and_two_processes_give_the_same_in_the_order_asked(tmp_path):
    one = process_trials(simulated, JOBS, tmp_path / "one", n_jobs=1, progress=False)
    two = process_trials(simulated, JOBS, tmp_path / "two", n_jobs=2, progress=False)
    assert list(one) == list(two) == list(JOBS)
    for name in JOBS:
        equal(one[name], two[name])


def test_what_is_done_is_not_done_again(tmp_path):
    log = tmp_path / "log"
    jobs = {name: {**job, "log": str(log)} for name, job in JOBS.items()}
    run = {"n_jobs": 1, "progress": False}
    process_trials(logged, dict(list(jobs.items())[:1]), tmp_path / "work", **run)
    process_trials(logged, jobs, tmp_path / "work", **run)
    assert sorted(log.read_text().split()) == ["12.0", "4.0", "8.0"]


def logged(hip_extension_deg, log):
    return simulated(hip_extension_deg, Path(log))


def test_a_failing_trial_leaves_the_finished_ones_and_nothing_half_done(tmp_path):
    def fails(hip_extension_deg):
        if hip_extension_deg == 12.0:
            raise RuntimeError("no more")
        return simulated(hip_extension_deg)

    with pytest.raises(RuntimeError, match="no more"):
        process_trials(fails, JOBS, tmp_path, n_jobs=1, progress=False)
    left = sorted(path.name.split("-")[0] for path in tmp_path.iterdir())
    assert left == ["trial_4", "trial_8"]


def test_a_changed_file_is_processed_again(tmp_path):
    path = tmp_path / "recording.txt"
    path.write_text("1")
    before = fingerprint({"markers": path})
    path.write_text("1 2")
    assert fingerprint({"markers": path}) != before


SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
from test_batch import JOBS, slow
from glutelab.batch import process_trials
process_trials(slow, JOBS, {work!r}, n_jobs=1, progress=False)
"""


def slow(hip_extension_deg):
    result = simulated(hip_extension_deg)
    time.sleep(0.2)
    return result


def test_a_killed_run_goes_on_where_it_stopped(tmp_path):
    code = SCRIPT.format(tests=str(Path(__file__).parent), work=str(tmp_path))
    running = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("trial_*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    running.kill()
    running.wait()
    done = list(tmp_path.glob("trial_*"))
    assert done
    result = process_trials(slow, JOBS, tmp_path, n_jobs=1, progress=False)
    fresh = process_trials(slow, JOBS, tmp_path / "fresh", n_jobs=1, progress=False)
    for name in JOBS:
        equal(result[name], fresh[name])

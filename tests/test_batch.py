"""Many trials: same result with 1 or 2 processes, and an interrupted run goes on."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from glutelab.batch import cluster, fingerprint, process_trials
from glutelab.errors import DataError, ProblemList
from glutelab.folders import in_private
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
    one = process_trials(simulated, JOBS, tmp_path / "one", workers=1, progress=False)
    two = process_trials(simulated, JOBS, tmp_path / "two", workers=2, progress=False)
    assert list(one) == list(two) == list(JOBS)
    for name in JOBS:
        equal(one[name], two[name])
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_what_is_done_is_not_done_again(tmp_path):
    log = tmp_path / "log"
    jobs = {name: {**job, "log": str(log)} for name, job in JOBS.items()}
    run = {"workers": 1, "progress": False}
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
        process_trials(fails, JOBS, tmp_path, workers=1, progress=False)
    left = sorted(path.name.split("-")[0] for path in tmp_path.iterdir())
    assert left == ["trial_4", "trial_8"]


def test_a_changed_file_is_processed_again(tmp_path):
    path = tmp_path / "recording.txt"
    path.write_text("1")
    before = fingerprint({"markers": path})
    path.write_text("1 2")
    assert fingerprint({"markers": path}) != before


# --- failures -------------------------------------------------------------------------------------


def difficult(hip_extension_deg: float, how: str):
    if how == "sentence":
        raise DataError(f"markers of {hip_extension_deg:g} are upside down.")
    if how == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "absent":
        Path("nowhere.txt").read_text()
    return simulated(hip_extension_deg)


def difficult_jobs(**which):
    return {
        f"trial_{n}": {"hip_extension_deg": float(n), "how": which.get(f"trial_{n}", "")}
        for n in (4, 6, 8, 10)
    }


def contents(work: Path) -> dict[str, bytes]:
    """Every file under a folder, hidden ones too."""
    return {
        str(path.relative_to(work)): path.read_bytes()
        for path in sorted(work.rglob("*"))
        if path.is_file()
    }


def test_all_trials_are_tried_and_every_sentence_is_given(tmp_path):
    jobs = difficult_jobs(trial_4="sentence", trial_8="absent")
    with pytest.raises(ProblemList, match="of 4 are upside down") as raised:
        process_trials(difficult, jobs, tmp_path, workers=1, progress=False)
    assert len(raised.value.problems) == 2
    result = process_trials(difficult, jobs, tmp_path, workers=1, progress=False, strict=False)
    assert list(result) == ["trial_6", "trial_10"]
    assert list(result.problems) == ["trial_4", "trial_8"]
    assert "nowhere.txt cannot be read (No such file" in result.problems["trial_8"]
    assert not [name for name in contents(tmp_path) if name.startswith(".")]


@pytest.mark.skipif(os.name == "nt", reason="a process is ended by a signal")
def test_a_process_that_dies_is_named_with_its_trial_and_the_others_go_on(tmp_path):
    jobs = difficult_jobs(trial_6="crash")
    result = process_trials(difficult, jobs, tmp_path, workers=2, progress=False, strict=False)
    assert list(result) == ["trial_4", "trial_8", "trial_10"]
    assert (
        "trial trial_6: the process that worked on it died (SIGSEGV" in result.problems["trial_6"]
    )
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_names_of_trials_cannot_leave_the_folder(tmp_path):
    jobs = {name: {"hip_extension_deg": 8.0} for name in ("../../x", "x/y", "..", "x" * 300)}
    result = process_trials(simulated, jobs, tmp_path / "work", workers=1, progress=False)
    assert list(result) == list(jobs)
    assert [path.name for path in tmp_path.iterdir()] == ["work"]
    assert len(list((tmp_path / "work").iterdir())) == 4


def test_a_result_is_read_when_it_is_asked_for(tmp_path):
    result = process_trials(simulated, JOBS, tmp_path, workers=1, progress=False)
    assert result["trial_4"] is not result["trial_4"]
    assert list(result.table("trial_4", "strides")) == list(result["trial_4"].strides)
    (next(tmp_path.glob("trial_8-*")) / "strides.parquet").write_bytes(b"PAR1")
    assert len(result["trial_4"].strides)
    with pytest.raises(DataError, match=r"trial trial_8: what was stored .* Remove the folder"):
        result["trial_8"]


def test_only_what_killed_runs_left_is_removed(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / ".run-01234567" / "trial_4-0").mkdir(parents=True)
    (tmp_path / ".run-01234567.lock").touch()
    with in_private(tmp_path, "run") as other:  # a run that goes on meanwhile
        (other / "trial_4-1").mkdir()
        process_trials(simulated, JOBS, tmp_path, workers=1, progress=False)
        assert (other / "trial_4-1").is_dir()
        assert not (tmp_path / ".run-01234567").exists()
    left = {path.name.split("-")[0] for path in tmp_path.iterdir()}
    assert left == {"notes.txt", *JOBS}


def test_a_changed_argument_is_another_job():
    one = fingerprint({"recipe": {"markers": ["a", "b"], "speed_m_s": 3.5}})
    assert one == fingerprint({"recipe": {"speed_m_s": np.float64(3.5), "markers": ["a", "b"]}})
    assert one != fingerprint({"recipe": {"markers": ["a", "c"], "speed_m_s": 3.5}})
    long = np.zeros(5000)
    long[2500] = 1.0
    assert fingerprint({"values": long}) != fingerprint({"values": np.zeros(5000)})


# --- a cluster ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """A real scheduler and two workers, each a process of its own."""
    pytest.importorskip("distributed")
    folder = tmp_path_factory.mktemp("cluster")
    here = Path(__file__).parent
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(here.parent), str(here)]),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
    }
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1"]
    command += ["--port", "0", "--no-dashboard", "--scheduler-file", str(folder / "address.json")]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1"]
    worker += ["--no-dashboard", "--scheduler-file", str(folder / "address.json")]
    worker += ["--local-directory", str(folder)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment}
    processes = [subprocess.Popen(command, **quiet)]
    deadline = time.monotonic() + 60
    while not (folder / "address.json").is_file() and time.monotonic() < deadline:
        time.sleep(0.05)
    processes += [subprocess.Popen(worker, **quiet) for _ in range(2)]
    yield json.loads((folder / "address.json").read_text())["address"]
    for process in processes:
        process.kill()  # the workers' own processes end when these are gone
        process.wait(30)


def test_a_cluster_gives_the_same_bytes(tmp_path, scheduler):
    run = {"progress": False}
    process_trials(simulated, JOBS, tmp_path / "one", workers=1, **run)
    trials = process_trials(simulated, JOBS, tmp_path / "cluster", scheduler=scheduler, **run)
    assert list(trials) == list(JOBS)
    one = contents(tmp_path / "one")
    assert one == contents(tmp_path / "cluster")
    assert len(one) == 4 * len(JOBS)


def test_failures_on_a_cluster_are_named_and_the_others_go_on(tmp_path, scheduler):
    jobs = difficult_jobs(trial_4="sentence", trial_6="crash")
    run = {"progress": False, "strict": False}
    result = process_trials(difficult, jobs, tmp_path, scheduler=scheduler, **run)
    assert list(result) == ["trial_8", "trial_10"]
    assert "upside down" in result.problems["trial_4"]
    assert "the process that worked on it died (KilledWorker)" in result.problems["trial_6"]


def test_a_folder_that_workers_do_not_see_is_said(tmp_path, scheduler, monkeypatch):
    monkeypatch.setattr(cluster, "_look", lambda folder: (False, b""))
    with pytest.raises(DataError, match="a folder that this computer and all workers see"):
        process_trials(simulated, JOBS, tmp_path, scheduler=scheduler, progress=False)


def test_a_scheduler_that_is_not_there_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_CONNECT_S", 0.5)
    pytest.importorskip("distributed")
    for address in ("tcp://127.0.0.1:9", "no address"):
        with pytest.raises(DataError, match="the scheduler cannot be reached"):
            process_trials(simulated, JOBS, tmp_path, scheduler=address, progress=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(DataError, match=r"not installed.*pip install distributed"):
        process_trials(simulated, JOBS, tmp_path, scheduler="tcp://127.0.0.1:9", progress=False)

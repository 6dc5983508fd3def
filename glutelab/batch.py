"""Many trials: in parallel, with a progress bar, and going on where an interrupted run stopped."""

from __future__ import annotations

import hashlib
import inspect
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from tqdm.auto import tqdm

from glutelab.processing import ProcessedTrial

__all__ = ["fingerprint", "process_trials"]


def process_trials(
    function: Callable[..., ProcessedTrial],
    jobs: Mapping[str, Mapping[str, object]],
    work_folder: str | Path,
    *,
    n_jobs: int = -1,
    progress: bool = True,
) -> dict[str, ProcessedTrial]:
    """Run one function for many trials; what was done before is read back, not done again.

    Parameters
    ----------
    function : callable
        Takes the keyword arguments of one job and gives a `ProcessedTrial`.
    jobs : dict of str to dict
        Trial name to keyword arguments. A job's result is found again only while the arguments,
        the files named in them and the library's own code are unchanged.
    work_folder : path
        Where finished trials are kept; each appears there whole or not at all.
    n_jobs : int
        Processes; -1 uses every core. The results do not depend on it.
    progress : bool

    Returns
    -------
    dict of str to ProcessedTrial
        In the order of `jobs`.
    """
    work = Path(work_folder)
    work.mkdir(parents=True, exist_ok=True)
    folders = {name: work / f"{name}-{fingerprint(job, function)}" for name, job in jobs.items()}
    left = {name: job for name, job in jobs.items() if not folders[name].is_dir()}
    with tqdm(total=len(jobs), initial=len(jobs) - len(left), disable=not progress) as bar:
        for name in _run(function, left, folders, n_jobs):
            bar.set_postfix_str(name, refresh=False)
            bar.update()
    return {name: _load(folder) for name, folder in folders.items()}


def _run(function: Callable, jobs: Mapping, folders: Mapping, n_jobs: int) -> Iterator[str]:
    tasks = [delayed(_one)(function, name, dict(job), folders[name]) for name, job in jobs.items()]
    if not tasks:
        return
    yield from Parallel(n_jobs=min(n_jobs, len(tasks)), return_as="generator_unordered")(tasks)


def _one(function: Callable, name: str, job: dict, folder: Path) -> str:
    _save(function(**job), folder)
    return name


def fingerprint(job: Mapping[str, object], function: Callable | None = None) -> str:
    """Short digest of a job's arguments, of the state of its files, and of the code that runs."""
    digest = hashlib.sha256(_code_digest())
    if function is not None:
        digest.update(Path(inspect.getfile(function)).read_bytes())
    for key, value in sorted(job.items()):
        digest.update(f"{key}={value}".encode())
        if isinstance(value, Path) and value.is_file():
            state = value.stat()
            digest.update(f"{state.st_size},{state.st_mtime_ns}".encode())
    return digest.hexdigest()[:12]


@lru_cache(maxsize=1)
def _code_digest() -> bytes:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in (".py", ".json"):
            digest.update(path.read_bytes())
    return digest.digest()


def _save(trial: ProcessedTrial, folder: Path) -> None:
    """Write to a temporary name beside the folder, then rename: whole or not at all."""
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    trial.strides.to_parquet(partial / "strides.parquet")
    trial.ledger.to_parquet(partial / "ledger.parquet")
    np.savez(partial / "curves.npz", **trial.curves)
    about = {
        "event_method": trial.event_method,
        "duration_s": trial.duration_s,
        "notes": trial.notes,
        "kinetics_method": trial.kinetics_method,
    }
    (partial / "about.json").write_text(json.dumps(about), encoding="utf-8")
    try:
        partial.rename(folder)
    except OSError:
        # Another process finished the same trial first; its result is the same.
        shutil.rmtree(partial)


def _load(folder: Path) -> ProcessedTrial:
    with np.load(folder / "curves.npz", allow_pickle=False) as stored:
        curves = {name: stored[name] for name in stored.files}
    return ProcessedTrial(
        pd.read_parquet(folder / "strides.parquet"),
        pd.read_parquet(folder / "ledger.parquet"),
        curves,
        **json.loads((folder / "about.json").read_text(encoding="utf-8")),
    )

"""Process many trials; what was finished before is found again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from tqdm.auto import tqdm

from glutelab.batch.cluster import run_on_cluster
from glutelab.batch.fingerprint import folder_name
from glutelab.batch.local import run_here
from glutelab.batch.store import StoredTrials
from glutelab.batch.task import Task
from glutelab.errors import DataError, ProblemList, say
from glutelab.folders import in_private
from glutelab.processing import ProcessedTrial

__all__ = ["process_trials"]


def process_trials(
    function: Callable[..., ProcessedTrial],
    jobs: Mapping[str, Mapping[str, object]],
    work_folder: str | Path,
    *,
    workers: int = -1,
    scheduler: str | None = None,
    progress: bool = True,
    strict: bool = True,
) -> StoredTrials:
    """Run one function for many trials; what was done before is read back, not done again.

    A trial that cannot be processed does not stop the others, nor does one whose process dies. A
    run that was stopped or killed leaves nothing half-written that the next does not remove, and
    several runs may use one folder at the same time.

    Parameters
    ----------
    function : callable
        Takes the keyword arguments of one job and gives a `ProcessedTrial`.
    jobs : dict of str to dict
        Trial name to keyword arguments. A job's result is found again only while the arguments,
        the files named in them (as `Path`) and the library's own code are unchanged.
    work_folder : path
        Where finished trials are kept; each appears there whole or not at all.
    workers : int
        Processes; -1 uses every core. The results do not depend on it. With 1 there is only this
        process, and what makes it die is not caught.
    scheduler : str, optional
        Address of a dask.distributed scheduler (``tcp://host:port``): its workers do the same, and
        `workers` does not matter. They have to see the work folder, and the files, under the same
        names.
    progress : bool
    strict : bool
        Raise at the end what could not be processed; else it stands in `StoredTrials.problems`.

    Returns
    -------
    StoredTrials
        By name, in the order of `jobs`, without those that could not be processed. Each is read
        when it is asked for.

    Raises
    ------
    ProblemList
        With `strict`: one sentence for each trial that could not be processed.
    DataError
        If the folder cannot be written to, or the cluster cannot be used.
    """
    if not isinstance(workers, int) or workers == 0:
        raise DataError(
            f"workers={workers!r}. Expected a number of processes, or -1 for every core."
        )
    work = Path(work_folder).absolute()
    folders = {name: work / folder_name(name, job, function) for name, job in jobs.items()}
    problems: dict[str, str] = {}
    with ExitStack() as stack:
        try:
            work.mkdir(parents=True, exist_ok=True)
            private = stack.enter_context(in_private(work, "run"))
        except OSError as error:
            why = error.strerror or type(error).__name__
            found = f"nothing can be written here ({why})"
            raise DataError(say(work, found, "a folder of yours")) from error
        tasks = {
            name: Task(function, name, dict(job), folders[name], private / folders[name].name)
            for name, job in jobs.items()
            if not folders[name].is_dir()
        }
        run = run_here(tasks, workers)
        if scheduler is not None and tasks:
            run = run_on_cluster(tasks, scheduler, private)
        done = len(jobs) - len(tasks)
        with tqdm(total=len(jobs), initial=done, disable=not progress, unit="trial") as bar:
            for name, problem in run:
                if problem:
                    problems[name] = problem
                bar.set_postfix_str(name, refresh=False)
                bar.update()
    problems = {name: problems[name] for name in jobs if name in problems}
    if problems and strict:
        raise ProblemList(f"{len(jobs)} trials", problems.values())
    return StoredTrials({n: f for n, f in folders.items() if n not in problems}, problems)

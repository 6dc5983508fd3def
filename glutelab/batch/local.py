"""Trials on the cores of this computer, by joblib."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures.process import BrokenProcessPool

from joblib import Parallel, delayed, effective_n_jobs

from glutelab.batch.task import Task, died, do
from glutelab.errors import DataError, say

__all__ = ["run_here"]

_LOOK_S = 1.0
_watched: set[int] = set()


def run_here(tasks: Mapping[str, Task], workers: int) -> Iterator[tuple[str, str]]:
    """Do all tasks; when a process dies, those it may have died of are done one by one.

    Parameters
    ----------
    tasks : dict of str to Task
    workers : int
        With 1, everything is done in this process, and dies with it.

    Yields
    ------
    name, problem : str
        In the order of finishing.
    """
    left = dict(tasks)
    while left:
        n_processes = min(effective_n_jobs(workers), len(left))
        try:
            for name, problem in _parallel(list(left.values()), n_processes):
                del left[name]
                yield name, problem
            return
        except BrokenProcessPool as error:
            how = str(error)
        for name in [name for name, task in left.items() if task.folder.is_dir()]:
            del left[name]
            yield name, ""
        suspects = [name for name, task in left.items() if task.begun.exists()]
        if not suspects:
            found = f"the processes died before they began a trial ({_signals(how)})"
            raise DataError(say("workers", found, "", "Try workers=1."))
        for name in suspects:
            yield _alone(left.pop(name))


def _parallel(tasks, workers: int) -> Iterator[tuple[str, str]]:
    run = Parallel(n_jobs=workers, return_as="generator_unordered")
    yield from run(delayed(_do_watched)(task, os.getpid()) for task in tasks)


def _do_watched(task: Task, main: int) -> tuple[str, str]:
    """Like `do`, in a process that ends when the main one was killed; joblib's own would stay."""
    if os.getppid() == main and main not in _watched:
        _watched.add(main)
        threading.Thread(target=_end_with, args=(main,), daemon=True).start()
    return do(task)


def _end_with(main: int) -> None:
    while os.getppid() == main:
        time.sleep(_LOOK_S)
    os._exit(1)


def _alone(task: Task) -> tuple[str, str]:
    """In a process of its own (with workers=1 it would be this one)."""
    try:
        return next(_parallel([task], 2))
    except BrokenProcessPool as error:
        return task.name, died(task, _signals(str(error)))


def _signals(message: str) -> str:
    """Which signal, out of what loky says: "... are {SIGSEGV(-11)}"."""
    codes = re.search(r"\{([^}]*)\}", message)
    return codes.group(1) if codes else "no reason is known"

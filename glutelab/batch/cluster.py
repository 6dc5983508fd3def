"""The same trials on a dask.distributed cluster, reached by the address of its scheduler."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path

from glutelab.batch.fingerprint import code_digest
from glutelab.batch.task import Task, died, do
from glutelab.errors import DataError, say

__all__ = ["run_on_cluster"]

_CONNECT_S, _WORKERS_S, _LOOK_S = 10, 30, 10


def run_on_cluster(
    tasks: Mapping[str, Task], scheduler: str, shared: Path
) -> Iterator[tuple[str, str]]:
    """Do all tasks on the workers of a scheduler.

    Parameters
    ----------
    tasks : dict of str to Task
    scheduler : str
        ``tcp://host:port``.
    shared : Path
        A folder that is there now; every worker has to see it.

    Yields
    ------
    name, problem : str
        In the order of finishing.

    Raises
    ------
    DataError
        If dask.distributed is not installed, the scheduler or its workers cannot be reached, or the
        workers do not see the folder or run another version of this library.
    """
    try:
        from distributed import Client
    except ImportError as error:
        found = "dask.distributed is not installed"
        remedy = "pip install distributed; without scheduler all is done on this computer."
        raise DataError(say(f"scheduler {scheduler}", found, "", remedy)) from error
    try:
        client = Client(scheduler, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:  # a timeout is an OSError
        found = f"the scheduler cannot be reached ({_first_line(error)})"
        remedy = "Is `dask scheduler` running there, and is the port open?"
        raise DataError(say(scheduler, found, "an address like tcp://host:8786", remedy)) from error
    with client:
        _check_workers(client, scheduler, shared)
        yield from _run(client, tasks, scheduler)


def _check_workers(client, scheduler: str, shared: Path) -> None:
    _wait_for_workers(client, scheduler)
    try:
        answers = client.run(_look, str(shared))
    except Exception as error:  # whatever keeps a worker from running our code
        found = f"the workers cannot run glutelab ({_first_line(error)})"
        expected = "the same Python environment on every worker"
        raise DataError(say(scheduler, found, expected)) from error
    for worker, (sees, code) in answers.items():
        if not sees:
            raise DataError(_unshared(f"worker {worker}", shared.parent))
        if code != code_digest():
            found = "its glutelab is not the same as here"
            expected = "the same version, so that all trials are processed alike"
            raise DataError(say(f"worker {worker}", found, expected))


def _unshared(who: str, folder: Path) -> str:
    expected = "a folder that this computer and all workers see under the same name"
    remedy = "Put it on a file system they share, or leave out the scheduler."
    return say(who, f"the folder {folder} is not to be seen from there", expected, remedy)


def _look(folder: str) -> tuple[bool, bytes]:
    return Path(folder).is_dir(), code_digest()


def _wait_for_workers(client, scheduler: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_WORKERS_S)
    except OSError as error:
        found = f"the scheduler has no workers, after {_WORKERS_S} s of waiting"
        remedy = f"Start some: `dask worker {scheduler}`. Finished trials are kept."
        raise DataError(say(scheduler, found, "one or more", remedy)) from error


def _run(client, tasks: Mapping[str, Task], scheduler: str) -> Iterator[tuple[str, str]]:
    from distributed import KilledWorker

    waiting, flying, suspects = deque(tasks.values()), {}, deque()
    while waiting or flying or suspects:
        # Few at a time: neither the scheduler nor a worker that dies shall hold many. One at a
        # time, once only those are left whose worker died: it may have died of another one.
        alone = not waiting and not flying
        if alone:
            task = suspects.popleft()
            flying[_submit(client, task)] = task
        most = 2 + 2 * sum(client.nthreads().values())
        while waiting and len(flying) < most:
            task = waiting.popleft()
            flying[_submit(client, task)] = task
        for future in _finished(client, flying, scheduler):
            task, error = flying.pop(future), future.exception()
            if isinstance(error, KilledWorker):
                if alone:
                    yield task.name, died(task, "KilledWorker")
                else:
                    suspects.append(task)
            elif error is not None:
                raise error
            else:
                name, problem = future.result()
                if not problem and not task.folder.is_dir():
                    raise DataError(_unshared("a worker", task.folder.parent))
                yield name, problem
            future.release()


def _submit(client, task: Task):
    return client.submit(do, task, key=f"{task.folder.name}-{uuid.uuid4().hex[:8]}", pure=False)


def _finished(client, flying: Mapping, scheduler: str) -> list:
    from distributed import wait

    while True:
        try:
            with client.as_current():
                return list(wait(list(flying), _LOOK_S, return_when="FIRST_COMPLETED").done)
        except OSError:  # the time is over: a long trial, or nobody there to do it
            _wait_for_workers(client, scheduler)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__

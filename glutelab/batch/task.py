"""One trial, in whichever process it is done."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from glutelab.batch.store import save_trial
from glutelab.errors import DataError, ProblemList, say

__all__ = ["Task", "died", "do"]


@dataclass(frozen=True)
class Task:
    """What to do for one trial.

    Attributes
    ----------
    function : callable
    name : str
    job : dict
        Keyword arguments.
    folder : Path
        Where the result appears, whole or not at all.
    begun : Path
        Hidden folder the result is written in; there from the beginning of the work to its end.
    """

    function: Callable
    name: str
    job: dict
    folder: Path
    begun: Path


def do(task: Task) -> tuple[str, str]:
    """Process a trial and store the result.

    Returns
    -------
    name : str
    problem : str
        Why the trial cannot be processed; empty if it was.

    Raises
    ------
    DataError
        If the result cannot be written.
    """
    try:
        task.begun.mkdir(exist_ok=True)
    except OSError as error:
        raise DataError(_unwritable(task, error)) from error
    try:
        trial = task.function(**task.job)
    except MemoryError:
        remedy = "Try fewer processes at a time, or a computer with more memory."
        return _drop(task, say(f"trial {task.name}", "memory ran out", "", remedy))
    except ProblemList as error:
        return _drop(task, " ".join(error.problems))
    except DataError as error:
        return _drop(task, str(error))
    except OSError as error:
        found = f"{error.filename or 'a file'} cannot be read ({error.strerror or error})"
        return _drop(task, say(f"trial {task.name}", found))
    except Exception as error:
        error.add_note(f"This happened in trial {task.name}.")
        _drop(task, "")
        raise
    try:
        save_trial(trial, task.begun)
    except OSError as error:
        raise DataError(_unwritable(task, error)) from error
    try:
        task.begun.rename(task.folder)
    except OSError as error:
        if not task.folder.is_dir():
            raise DataError(_unwritable(task, error)) from error
        # Another program finished the same trial first; its result is the same.
        shutil.rmtree(task.begun, ignore_errors=True)
    return task.name, ""


def died(task: Task, how: str) -> str:
    """The sentence for a trial whose process died."""
    with suppress(OSError):
        shutil.rmtree(task.begun)
    remedy = (
        "Memory ran out, or a library broke down on one of its files. Look at these files, or "
        "leave the trial out; the others are not affected."
    )
    return say(f"trial {task.name}", f"the process that worked on it died ({how})", "", remedy)


def _drop(task: Task, sentence: str) -> tuple[str, str]:
    shutil.rmtree(task.begun, ignore_errors=True)
    return task.name, sentence


def _unwritable(task: Task, error: OSError) -> str:
    why = error.strerror or type(error).__name__
    remedy = "Finished trials are kept: mend it and start again."
    return say(task.folder.parent, f"trial {task.name} cannot be written here ({why})", "", remedy)

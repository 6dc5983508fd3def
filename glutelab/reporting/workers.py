"""The parts of a report, made by several processes."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path

from tqdm.auto import tqdm

from glutelab.reporting.tables import FOLDER_VARIABLE

__all__ = ["default_workers", "make_parts"]

MOST = 4  # each takes up to 0.6 GB with its kernel
_MODULE = "glutelab.reporting.worker"
# The same last digit on every computer: how sums are split over threads depends on their number.
_SAME = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def default_workers() -> int:
    """One process for each core, four at most."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, MOST)


def make_parts(
    parts: Sequence[str],
    folder: Path,
    cohort: str,
    seed: int,
    workers: int,
    static: Mapping[str, str],
    progress: bool,
) -> list[str]:
    """Make each part; the others are made, too, when one fails.

    Parameters
    ----------
    parts : sequence of str
        Paths of notebooks, and names of `glutelab.reporting.makers.MAKERS`.
    folder : Path
        The report.
    cohort : str
        Name or folder.
    seed, workers : int
    static : dict
        Environment of notebooks.
    progress : bool

    Returns
    -------
    list of str
        One sentence per failure, in the order of the parts.
    """
    environment = os.environ | _SAME | static | {FOLDER_VARIABLE: str(folder)}
    idle: queue.Queue[_Worker] = queue.Queue()
    everyone = [_Worker(environment) for _ in range(min(workers, len(parts)))]
    for worker in everyone:
        idle.put(worker)
    several = sum(part.endswith(".ipynb") for part in parts) > len(everyone)
    how = {"folder": str(folder), "cohort": cohort, "seed": seed, "copies": several}
    bar = tqdm(total=len(parts), disable=not progress, unit="part")
    now: list[str] = []

    def make(part: str) -> str:
        worker, name = idle.get(), Path(part).stem
        now.append(name)
        bar.set_description(", ".join(now))
        try:
            return worker.ask(part=part, **how)
        finally:
            now.remove(name)
            idle.put(worker)
            bar.update()

    pool = ThreadPoolExecutor(len(everyone))
    try:
        asked = {pool.submit(make, part): k for k, part in enumerate(parts)}
        said = sorted((asked[done], done.result()) for done in as_completed(asked))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in everyone:
            worker.close()
        bar.close()
    return [failure for _, failure in said if failure]


class _Worker:
    """A process, started anew if it died."""

    def __init__(self, environment: Mapping[str, str]):
        self.environment = dict(environment)
        self.closed = threading.Event()
        self.process = self._start()

    def _start(self) -> subprocess.Popen:
        # A session of its own: Ctrl-C reaches the report alone, which then stops its workers.
        return subprocess.Popen(
            [sys.executable, "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self.environment,
            encoding="utf-8",
            start_new_session=True,
        )

    def ask(self, **job: object) -> str:
        if self.process.poll() is not None:
            self.process = self._start()
        try:
            print(json.dumps(job), file=self.process.stdin, flush=True)
            answer = self.process.stdout.readline()
        except (OSError, ValueError):
            answer = ""
        if answer:
            return json.loads(answer)["failure"]
        code = "" if self.closed.is_set() else f" with exit code {self.process.wait()}"
        name = Path(str(job["part"])).name
        return (
            f"{name}: its process ended{code}. Expected it to finish; if memory was short, try "
            "fewer workers (--workers 1)."
        )

    def close(self) -> None:
        self.closed.set()
        with suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

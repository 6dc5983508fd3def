"""A process that makes parts of a report, one after the other: ``python -m`` this file.

It reads one part per line from its standard input and answers each with a line. When the input
ends while it is busy, the report was stopped or killed: it stops its kernel and goes, too.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
from pathlib import Path

GRACE = 5  # s for a kernel to be stopped


def main() -> None:
    """Make what is asked for until nothing more comes."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what others print is no answer
    asked: queue.Queue[dict | None] = queue.Queue()
    busy, over = threading.Event(), threading.Event()
    threading.Thread(target=_listen, args=(asked, busy, over), daemon=True).start()
    while (job := asked.get()) is not None:
        busy.set()
        try:
            failure = _make(job)
        except KeyboardInterrupt:
            break
        except Exception as error:
            failure = f"{job['part']}: {type(error).__name__}: {error}"
        finally:
            busy.clear()
        if over.is_set():
            break
        print(json.dumps({"failure": failure}), file=answers, flush=True)


def _listen(asked: queue.Queue, busy: threading.Event, over: threading.Event) -> None:
    for line in sys.stdin:
        asked.put(json.loads(line))
    over.set()
    asked.put(None)
    if busy.is_set():
        timer = threading.Timer(GRACE, os._exit, [1])
        timer.daemon = True
        timer.start()
        signal.raise_signal(signal.SIGINT)  # the kernel is shut down on the way out


def _make(job: dict) -> str:
    folder = Path(job["folder"])
    if job["part"].endswith(".ipynb"):
        from glutelab.reporting.notebook import run_notebook

        asked = (Path(job["part"]), folder, job["cohort"], job["seed"])
        return run_notebook(*asked, copies=job["copies"])
    from glutelab.datasets import load_cohort
    from glutelab.reporting.makers import MAKERS

    MAKERS[job["part"]](load_cohort(job["cohort"]), folder, job["seed"])
    return ""


if __name__ == "__main__":
    main()

"""A process from which kernels start at once: ``python -m`` this file.

It imports what notebooks import, then reads one request per line from its standard input and
answers each with the process id of a new kernel: a copy of itself (fork). Each notebook still gets
a kernel of its own, in which nothing has run but imports. When the input ends it goes, and the
kernels it started go with it.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import signal
import sys
import threading
from contextlib import suppress

import glutelab

# Beside glutelab itself; whatever is not there is imported, or missed, by the notebook.
MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipywidgets",
    "plotly.graph_objects",
    "pyarrow.pandas_compat",
)
LEFT_OUT = ("glutelab.__main__", "glutelab.reporting")  # not what a notebook imports


def main() -> None:
    """Start a kernel for each request until nothing more comes."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a notebook prints is no answer
    _import_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a kernel that ended leaves nothing behind
    for line in sys.stdin:
        if threading.active_count() > 1:  # a copy would lack the others
            break
        asked = json.loads(line)
        if (pid := os.fork()) == 0:
            answers.close()
            _become_kernel(asked)
        print(pid, file=answers, flush=True)


def _import_all() -> None:
    found = (one.name for one in pkgutil.walk_packages(glutelab.__path__, "glutelab."))
    for name in (*MODULES, *(name for name in found if not name.startswith(LEFT_OUT))):
        with suppress(ImportError):
            importlib.import_module(name)


def _become_kernel(asked: dict) -> None:
    import ipywidgets
    from ipykernel import kernelapp

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)  # the next request is for the process that was copied
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    code = 0
    try:
        # Read from the environment when it was imported, so said again: with whom it goes.
        parent = f"--IPKernelApp.parent_handle={os.getppid()}"
        kernel = kernelapp.IPKernelApp.instance()
        kernel.initialize([*asked["arguments"], parent])
        ipywidgets.load_ipython_extension(kernel.shell)  # it was imported when there was none
        kernel.start()
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()

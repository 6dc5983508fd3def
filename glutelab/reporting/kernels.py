"""Kernels for the notebooks of a report, which need not import everything again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from contextlib import suppress
from functools import cache
from pathlib import Path

from jupyter_client import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

__all__ = ["kernel_manager"]

_MODULE = "glutelab.reporting.ready"


def kernel_manager(copies: bool) -> AsyncKernelManager:
    """What starts and stops the kernel of one notebook.

    Parameters
    ----------
    copies : bool
        Whether the kernel is a copy of a process that has imported what notebooks import. That is
        done on Linux, if the kernel ``python3`` is this Python's own; else it starts as always.

    Returns
    -------
    AsyncKernelManager
    """
    manager = AsyncKernelManager(kernel_name="python3")
    # Copies of a process that has used the system's own libraries crash on macOS.
    if copies and sys.platform == "linux":
        name = str(uuid.uuid4())
        manager.provisioner = _Provisioner(
            kernel_id=name, kernel_spec=manager.kernel_spec, parent=manager
        )
    return manager


class _Provisioner(LocalProvisioner):
    async def launch_kernel(self, cmd, **kwargs):
        own = ["-m", "ipykernel_launcher"]
        if cmd[0] == sys.executable and own[1] in cmd:
            arguments = cmd[cmd.index(own[1]) + 1 :]
            pid = _source().start(arguments, kwargs.get("env"), kwargs.get("cwd"))
            if pid:
                self.process = _Copy(pid)
                self.pid = self.pgid = pid
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)


class _Source:
    """The process that is copied; one for each that makes parts of a report."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def start(self, arguments, env, cwd) -> int:
        """Process id of a new kernel, 0 if there is none."""
        env = dict(os.environ if env is None else env)
        asked = {"arguments": arguments, "env": env, "cwd": str(cwd or Path.cwd())}
        try:
            print(json.dumps(asked), file=self.process.stdin, flush=True)
            return int(self.process.stdout.readline() or 0)
        except (OSError, ValueError):
            return 0


@cache
def _source() -> _Source:
    return _Source()


class _Copy:
    """A kernel that is the child of another process, as `subprocess.Popen` would show it."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int):
        self.pid = pid

    def poll(self) -> int | None:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self) -> int:
        return 0  # asked only when it has ended; its own exit code is the other process's

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

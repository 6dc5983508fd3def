"""Work that is put off until the reader pauses, or done beside the kernel."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from glutelab.explore.static import static_pages

__all__ = ["Later"]

PAUSE_S = 0.12  # after the last change, before what takes longer is computed
SILENT_S, SAID_S = 0.5, 0.25  # no progress is told before, nor more often


class Later:
    """What puts work off; a child's ``_guarded`` does it, and its ``_busy`` says so."""

    _waiting: tuple[asyncio.TimerHandle, Callable] | None = None
    _task: object = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._one_at_a_time = threading.Lock()

    def _later(self, work: Callable) -> None:
        """Do the work once nothing has changed for a moment; at once where nobody waits for it."""
        if self._waiting is not None:
            self._waiting[0].cancel()
            self._waiting = None
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            loop = None
        if loop is None or static_pages():
            self._guarded(work)
        else:
            self._waiting = loop.call_later(PAUSE_S, self._guarded, self._finish), work

    def _finish(self) -> None:
        """Do now what was put off: somebody asks for it."""
        if self._waiting is not None:
            (timer, work), self._waiting = self._waiting, None
            timer.cancel()
            work()

    def _in_background(self, work: Iterator[str], done: Callable[[], None]) -> None:
        """Do long work step by step beside the kernel, so that controls answer meanwhile.

        Each step says what is being done; the reader sees it if the work takes long. Another call
        takes its place. Where there is no loop nothing is done: what is asked for is computed then.

        Parameters
        ----------
        work : iterator of str
        done : callable
            Called in the kernel's own thread at the end.
        """
        self._task = task = object()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        if static_pages():
            return
        threading.Thread(target=self._step, args=(task, work, done, loop), daemon=True).start()

    def _step(self, task: object, work: Iterator[str], done: Callable, loop) -> None:
        with self._one_at_a_time:
            told = time.monotonic() + SILENT_S - SAID_S
            try:
                for said in work:
                    if self._task is not task:
                        return
                    if time.monotonic() > told + SAID_S:
                        told = time.monotonic()
                        loop.call_soon_threadsafe(self._if_still, task, self._busy, said)
            except Exception as error:
                end: Callable = _raised(error)
            else:
                end = done
        with suppress(RuntimeError):  # the kernel has ended
            loop.call_soon_threadsafe(self._if_still, task, self._guarded, end)

    def _if_still(self, task: object, do: Callable, *args) -> None:
        if self._task is task:
            do(*args)


def _raised(error: Exception) -> Callable[[], None]:
    def again() -> None:
        raise error

    return again

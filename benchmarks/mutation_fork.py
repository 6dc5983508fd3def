"""Tests in a fork of a process that has collected them; for benchmarks/mutation.py."""

from __future__ import annotations

import ast
import builtins
import gc
import json
import math
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from mutants import FUNCTIONS, first_line

WAITING_S = 3600.0
RECORDER = "_note_call_of_a_mutant"


def in_child(work: Callable[[], dict], seconds: float) -> dict | None:
    """What a function returns in a fork of this process; None if it takes too long.

    Seconds are those of the processor: others may be at work beside. What only waits is given an
    hour.
    """
    sys.stdout.flush()
    with tempfile.TemporaryFile() as answer:
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)  # what it starts ends with it
            # SIGXCPU; of the hard limit nothing is left to do but SIGKILL.
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), math.ceil(seconds) + 1))
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            try:
                answer.write(json.dumps(work()).encode())
                answer.flush()
            finally:
                os._exit(0)
        until, gone, status = time.monotonic() + WAITING_S, 0, 0
        while not gone and time.monotonic() < until:
            gone, status = os.waitpid(child, os.WNOHANG)
            time.sleep(0.005)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)
        if not gone:
            os.waitpid(child, 0)
        if not gone or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU):
            return None
        answer.seek(0)
        text = answer.read()
    return json.loads(text) if text else {"failed": "the process died"}


class _Failures:
    """The first test that fails."""

    def __init__(self) -> None:
        self.first = ""

    def pytest_runtest_logreport(self, report):
        if report.failed and not self.first:
            self.first = report.nodeid

    pytest_collectreport = pytest_runtest_logreport


def run_items(items: list) -> dict:
    """Run collected tests until one fails."""
    failures = _Failures()
    items[0].config.pluginmanager.register(failures)
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if failures.first:
            break
    return {"failed": failures.first}


class _Choose(_Failures):
    """Only these tests, in this order."""

    def __init__(self, tests: list[str]) -> None:
        super().__init__()
        self.place = {test: k for k, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items):
        items[:] = [item for item in items if item.nodeid in self.place]
        items.sort(key=lambda item: self.place[item.nodeid])


def run_anew(tests: list[str], options: list[str]) -> dict:
    """Import the library and the tests once more, and run these until one fails."""
    for name in [
        name for name in sys.modules if name.startswith(("glutelab", "test_", "conftest"))
    ]:
        del sys.modules[name]
    choose = _Choose(tests)
    code = pytest.main(
        [*options, *dict.fromkeys(t.split("::")[0] for t in tests)], plugins=[choose]
    )
    # No test at all says nothing about the mutant.
    good = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    return {"failed": "" if code in good else choose.first or f"exit code {int(code)}"}


def replace_code(path: Path, source: bytes) -> None:
    """Give the functions of a file the code of another version of it, wherever they are bound."""
    found = {}

    def collect(code: CodeType) -> None:
        for part in code.co_consts:
            if isinstance(part, CodeType):
                found[part.co_qualname, part.co_firstlineno] = part
                collect(part)

    collect(compile(source, str(path), "exec", dont_inherit=True))
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename == str(path):
            code = found.get((one.__code__.co_qualname, one.__code__.co_firstlineno))
            if code is not None and len(code.co_freevars) == len(one.__code__.co_freevars):
                one.__code__ = code


def _recording(source: bytes, file: str) -> bytes:
    """A version of a file whose functions say that they are called."""
    tree = ast.parse(source)

    def visit(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, FUNCTIONS):
                call = f"{RECORDER}({file!r}, {first_line(child)})"
                child.body.insert(0, ast.copy_location(ast.parse(call).body[0], child.body[0]))
            else:
                visit(child)

    visit(tree)
    return ast.fix_missing_locations(tree)


def record_calls(session, copy: Path, files: list[str], longest_s: float) -> dict:
    """Run all tests: which functions of these files each calls, and how long it takes."""
    called, of_fixture = set(), {}
    start = time.process_time()

    def note(file: str, line: int) -> None:
        called.add((file, line))
        if time.process_time() - start > longest_s:
            pytest.skip("too long for a mutant")

    class Fixtures:
        @pytest.hookimpl(wrapper=True)
        def pytest_fixture_setup(self, fixturedef):
            before = called.copy()
            called.clear()
            try:
                return (yield)
            finally:
                # All tests that use it depend on it, not only the first.
                of_fixture.setdefault(fixturedef.argname, set()).update(called)
                called.update(before)

    setattr(builtins, RECORDER, note)
    session.config.pluginmanager.register(Fixtures())
    failures = _Failures()
    session.config.pluginmanager.register(failures)
    for file in files:
        replace_code(copy / file, _recording((copy / file).read_bytes(), file))
    calls, seconds = {}, {}
    for item, following in zip(session.items, [*session.items[1:], None], strict=True):
        called.clear()
        start = time.process_time()  # others may be at work beside
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        seconds[item.nodeid] = time.process_time() - start
        for name in getattr(item, "fixturenames", ()):
            called |= of_fixture.get(name, set())
        calls[item.nodeid] = sorted(called)
    return {"failed": failures.first, "calls": calls, "seconds": seconds}

"""How long two ways to the same result take, in one run and by turns."""

from __future__ import annotations

import contextlib
import io
import os
import time
import warnings
from collections.abc import Callable

import numpy as np

# Processor time, which other work on the machine disturbs least; on Windows it is too coarse.
clock = time.perf_counter if os.name == "nt" else time.process_time

HEAD = "| what | glutelab, ms | peer, ms | peer | times faster | bound |\n|---|---|---|---|---|---|"


def seconds(function: Callable) -> float:
    start = clock()
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peers print and warn
        function()
    return clock() - start


def by_turns(*functions: Callable, rounds: int = 3) -> list[float]:
    """Median seconds of each; in a round, quick ones run up to 15 times for one of the slowest."""
    first = [min(seconds(function), seconds(function)) for function in functions]
    repeats = [int(np.clip(max(first) / one, 1, 15)) for one in first]
    taken: list[list[float]] = [[] for _ in functions]
    for _ in range(rounds):
        for function, times, found in zip(functions, repeats, taken, strict=True):
            found += [seconds(function) for _ in range(times)]
    return [float(np.median(found)) for found in taken]


def compare(what: str, ours: Callable, theirs: Callable, peer: str, bound: str = "") -> None:
    """Print a row of the table that `HEAD` begins."""
    here, there = by_turns(ours, theirs)
    times = there / here
    cells = [f"{1e3 * here:,.2f}", f"{1e3 * there:,.1f}", peer]
    cells += [f"{times:,.0f}" if times > 10 else f"{times:.1f}", bound]
    print(f"| {what} | {' | '.join(cells)} |", flush=True)


def print_differences(largest: dict[str, float], bound: float = 1e-10) -> None:
    print("\n| the same number | largest difference | bound |\n|---|---|---|")
    for what, value in largest.items():
        print(f"| {what} | {value:.0e} | {bound:.0e} |")

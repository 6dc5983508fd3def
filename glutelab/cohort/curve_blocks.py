"""Curves on their way into a file: block by block, so that they never lie in memory together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from glutelab.cohort.checks import check_curves
from glutelab.errors import DataError, say
from glutelab.schema.curves import CURVE_KEY, CURVES, POINTS

__all__ = ["ROWS", "check_block", "regroup"]

# Strides of one row group: 3.3 MB per variable, so that a part can be read without the rest. The
# cohorts that come along have fewer.
ROWS = 8192
_FILE = "curves.parquet"


def check_block(curves: Mapping[str, np.ndarray], strides: pd.DataFrame) -> list[str]:
    """What is wrong with curves, one sentence each.

    Parameters
    ----------
    curves : dict of str to ndarray, shape (n_strides, 101)
    strides : DataFrame
        The strides they belong to.

    Returns
    -------
    list of str
    """
    problems = []
    for name, values in curves.items():
        shape = np.shape(values)
        if name not in CURVES or name in CURVE_KEY:
            known = ", ".join(c.name for c in CURVES if c.name not in CURVE_KEY)
            problems.append(say(_FILE, f"{name!r} is no curve that glutelab knows", known))
        elif len(shape) == 2 and shape[1] != POINTS:
            expected = f"{POINTS}: 0 to 100 % of the gait cycle, both inclusive"
            remedy = (
                "The last point is the next foot strike; glutelab.strides.time_normalize gives it."
            )
            problems.append(say(_FILE, f"{name} has {shape[1]} points", expected, remedy))
        elif shape != (len(strides), POINTS):
            expected = f"{(len(strides), POINTS)}, one row per row of strides"
            problems.append(say(_FILE, f"{name} has shape {shape}", expected))
        else:
            values = np.asarray(values, np.float32)
            problems += check_curves(values, CURVES[name], strides, _FILE)[0]
    return problems


def regroup(
    curves: Mapping[str, np.ndarray] | Iterable[Mapping[str, np.ndarray]], n_strides: int
) -> Iterator[dict[str, np.ndarray]]:
    """Blocks of `ROWS` strides (the last has fewer), whatever the blocks that come.

    Parameters
    ----------
    curves : dict of str to ndarray, shape (n, 101), or iterable of such
        Blocks in the order of the strides; each has the same variables.
    n_strides : int

    Yields
    ------
    dict of str to ndarray, shape (at most ROWS, 101)

    Raises
    ------
    DataError
        If blocks do not fit each other, or are not as many strides as there are.
    """
    names: list[str] | None = None
    held: list[dict[str, np.ndarray]] = []
    n_held = n_seen = 0
    for number, block in enumerate([curves] if isinstance(curves, Mapping) else curves, start=1):
        count = _count(block, names, number)
        names, n_seen = list(block), n_seen + count
        if n_seen > n_strides:
            break
        start = 0
        while n_held + count - start >= ROWS:
            stop = start + ROWS - n_held
            held.append({name: values[start:stop] for name, values in block.items()})
            yield _joined(held)
            held, n_held, start = [], 0, stop
        if start < count:
            held.append({name: values[start:] for name, values in block.items()})
            n_held += count - start
    if names == []:  # nobody measured any
        return
    if n_seen != n_strides:
        found = f"there are curves of {'more' if n_seen > n_strides else f'{n_seen:,}'} strides"
        expected = f"{n_strides:,}, one row per row of strides, in the same order"
        raise DataError(say(_FILE, found, expected))
    if held:
        yield _joined(held)
    elif not n_seen and names:
        yield {name: np.empty((0, POINTS), np.float32) for name in names}


def _joined(blocks: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    if len(blocks) == 1:
        return blocks[0]
    names = list(blocks[0])  # one after the other, and never all of them twice
    return {name: np.concatenate([block.pop(name) for block in blocks]) for name in names}


def _count(block: Mapping[str, np.ndarray], names: list[str] | None, number: int) -> int:
    """How many strides a block holds."""
    where = f"{_FILE}, block {number}"
    if not isinstance(block, Mapping):
        expected = "a dictionary of variable to array, shape (n, 101)"
        raise DataError(say(where, f"this is a {type(block).__name__}", expected))
    if names is not None and list(block) != names:
        found = f"the variables are {', '.join(block) or 'none'}"
        raise DataError(say(where, found, f"those of the first block: {', '.join(names)}"))
    shapes = {name: np.shape(values) for name, values in block.items()}
    for name, shape in shapes.items():
        if len(shape) != 2 or shape[1] != POINTS:
            expected = f"(n, {POINTS}): 0 to 100 % of the gait cycle, both inclusive"
            raise DataError(say(where, f"{name} has shape {shape}", expected))
    counts = {shape[0] for shape in shapes.values()}
    if len(counts) > 1:
        found = ", ".join(f"{shape[0]:,} of {name}" for name, shape in shapes.items())
        raise DataError(say(where, f"there are curves of {found}", "as many of each"))
    return counts.pop() if counts else 0

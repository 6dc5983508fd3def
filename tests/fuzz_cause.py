"""One cause that has a name, and what several kinds of file share."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fuzz_files import change_rate, change_rows
from fuzz_same import edit_recipe, recordings_of

__all__ = ["Cause", "clock_causes", "in_recipe", "words"]


@dataclass(frozen=True)
class Cause:
    """One named cause.

    Attributes
    ----------
    name : str
    what : str
        hip, knee, ankle, tilt, markers ...
    apply : callable
    named : str
        Pattern of the code, or of the words, that name it.
    """

    name: str
    what: str
    apply: Callable[[Path, random.Random], None]
    named: str


def words(*pairs: tuple[str, str]):
    def apply(folder: Path, draw: random.Random) -> None:
        for path in recordings_of(folder):
            content = path.read_bytes()
            for old, new in pairs:
                content = content.replace(old.encode(), new.encode())
            path.write_bytes(content)

    return apply


def in_recipe(*pairs: tuple[str, str]):
    """Exchange words of the recipe: patterns of regular expressions, done at once."""

    def apply(folder: Path, draw: random.Random) -> None:
        def change(text: str) -> str:
            for k, (old, _) in enumerate(pairs):
                text = re.sub(old, f"§{k}§", text, flags=re.MULTILINE)
            for k, (_, new) in enumerate(pairs):
                text = text.replace(f"§{k}§", new)
            return text

        edit_recipe(folder, change)

    return apply


def clock_causes(what: str) -> Iterator[Cause]:
    for factor in (2.0, 0.5, 100 / 150, 200 / 150):

        def rate(folder, draw, factor=factor):
            for path in recordings_of(folder):
                if "forces" not in path.name:
                    change_rate(path, factor)

        yield Cause(f"rate times {factor:.3g}", "rate", rate, "sampling_rate|speed|steps|Hz")
    twice = _frames(lambda n: np.repeat(np.arange(n), 2))
    yield Cause("each frame twice", "rate", twice, "sampling_rate|repeat|twice|same")
    yield Cause(
        "every second frame",
        "rate",
        _frames(lambda n: np.arange(0, 2 * n, 2) % n),
        "sampling_rate|jump|speed|steps|Hz",
    )
    yield Cause(
        "frames backward", "time", _frames(lambda n: np.arange(n)[::-1]), "back|speed|direction"
    )
    yield Cause(
        "a block of frames moved",
        "time",
        _frames(lambda n: np.r_[0 : n // 3, n // 2 : 2 * n // 3, n // 3 : n // 2, 2 * n // 3 : n]),
        "jump|order|spike|cm in one frame",
    )
    yield Cause(
        "frozen for 0.2 s",
        "time",
        _frames(
            lambda n: np.where(
                (np.arange(n) > n // 2) & (np.arange(n) < n // 2 + 30), n // 2, np.arange(n)
            )
        ),
        "repeat|same|frozen|still|stand",
    )
    yield Cause(
        "two frames exchanged",
        "time",
        _frames(
            lambda n: np.r_[
                0 : n // 2, n // 2 + 10, n // 2 + 1 : n // 2 + 10, n // 2, n // 2 + 11 : n
            ]
        ),
        "jump|order|spike|cm in one frame",
    )


def _frames(order: Callable[[int], np.ndarray]):
    def apply(folder: Path, draw: random.Random) -> None:
        for path in recordings_of(folder):
            if "static" not in path.name and "forces" not in path.name:
                change_rows(path, order)

    return apply

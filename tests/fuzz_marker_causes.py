"""What can be wrong with marker files, by name."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from fuzz_cause import Cause, clock_causes, in_recipe
from fuzz_files import change_numbers
from fuzz_same import recordings_of

__all__ = ["marker_causes"]


def _markers(change: Callable[[np.ndarray], np.ndarray], only: str = ""):
    """Change positions, shape (n_frames, n_markers, 3); of every file, or of those named."""

    def apply(folder: Path, draw: random.Random) -> None:
        def on(names, values):
            three = values.reshape(len(values), -1, 3)
            return change(three).reshape(values.shape)

        for path in recordings_of(folder):
            if only in path.name and "forces" not in path.name:
                change_numbers(path, on)

    return apply


def _swap(*names: str, sides: bool = False):
    """Exchange left and right of markers, or two markers of a side."""
    if sides:
        pairs = [
            (f"^{s}_{n}\\b", f"{o}_{n}")
            for n in names
            for s, o in (("left", "right"), ("right", "left"))
        ]
    else:
        a, b = names
        pairs = [
            (f"^{s}_{x}\\b", f"{s}_{y}") for s in ("left", "right") for x, y in ((a, b), (b, a))
        ]
    return in_recipe(*pairs)


PELVIS, FEET = (
    ("asis", "psis"),
    (
        "heel_top",
        "heel_bottom",
        "heel_lateral",
        "metatarsal_1",
        "metatarsal_5",
        "metatarsal_2",
        "ankle_lateral",
        "ankle_medial",
    ),
)
LEG = ("knee_lateral", "knee_medial", "trochanter", "fibula_head", "tibial_tuberosity",
       *(f"{p}_{h}_{s}" for p in ("thigh", "shank") for h in ("top", "bottom")
         for s in ("lateral", "medial")))  # fmt: skip


def marker_causes(lab: str) -> Iterator[Cause]:
    for factor, code in (
        (1000, "micro|millimeters"),
        (0.001, "thousandths"),
        (100, "centimeters"),
        (10, "decimeters"),
        (0.1, "tenths"),
        (0.01, "hundredths"),
    ):
        yield Cause(
            f"positions times {factor:g}", "markers", _markers(lambda p, f=factor: f * p), code
        )
    yield Cause(
        "standing trial times 10",
        "standing",
        _markers(lambda p: 10 * p, "static"),
        r"\[(decimeters|tenths|thousandths|millionths)\]",
    )
    yield Cause(
        "standing trial in meters",
        "standing",
        _markers(lambda p: p / 1000, "static"),
        r"\[(decimeters|tenths|thousandths|millionths)\]",
    )
    yield Cause(
        "standing trial of a taller person (x 1.15)",
        "standing",
        _markers(lambda p: 1.15 * p, "static"),
        "Is the standing trial of the same runner",
    )
    axes = "faces_backward|mirrored|axes_turned|upside_down|y_not_up|sides_swapped"
    for text, turn in (
        ("X", [-1, 1, 1]),
        ("Y", [1, -1, 1]),
        ("Z", [1, 1, -1]),
        ("X and Y", [-1, -1, 1]),
        ("Y and Z", [1, -1, -1]),
        ("X and Z", [-1, 1, -1]),
        ("X, Y, Z", [-1, -1, -1]),
    ):
        yield Cause(f"sign of {text}", "axes", _markers(lambda p, t=turn: p * t), axes)
    for order in ([1, 0, 2], [0, 2, 1], [2, 1, 0], [1, 2, 0], [2, 0, 1]):
        yield Cause(
            f"axes in the order {''.join('XYZ'[k] for k in order)}",
            "axes",
            _markers(lambda p, o=order: p[..., o]),
            axes,
        )
    for text, turn in (("X", [-1, 1, 1]), ("Y", [1, -1, 1]), ("Z", [1, 1, -1])):
        yield Cause(
            f"sign of {text}, standing trial",
            "axes",
            _markers(lambda p, t=turn: p * t, "static"),
            axes,
        )
    for forward in ("+X", "-X", "+Y", "-Y", "+Z", "-Z"):
        for up in ("+X", "-X", "+Y", "-Y", "+Z", "-Z"):
            right = ("+X", "+Y") if "text" in lab else ("+Y", "+Z")
            if forward[1] != up[1] and (forward, up) != right:
                keys = (("^forward = .*$", f'forward = "{forward}"'), ("^up = .*$", f'up = "{up}"'))
                if "text" in lab:
                    keys = ((r"^\[markers\]$", f'[markers]\nforward = "{forward}"\nup = "{up}"'),)
                yield Cause(f"recipe: forward {forward}, up {up}", "axes", in_recipe(*keys), axes)
    swapped = r"\[(sides_swapped|mirrored|front_back_names|names_exchanged)\]"
    yield Cause("left and right, all", "names", _swap(*PELVIS, *LEG, *FEET, sides=True), swapped)
    for text, names in (
        ("pelvis", PELVIS),
        ("ASIS", PELVIS[:1]),
        ("PSIS", PELVIS[1:]),
        ("legs", LEG + FEET),
        ("thighs and shanks", LEG),
        ("feet", FEET),
        ("lateral knee", ("knee_lateral",)),
        ("lateral ankle", ("ankle_lateral",)),
        ("heel_bottom", ("heel_bottom",)),
        ("metatarsal_5", ("metatarsal_5",)),
        ("heel_top", ("heel_top",)),
        ("thigh_top_lateral", ("thigh_top_lateral",)),
    ):
        yield Cause(f"left and right, {text}", "names", _swap(*names, sides=True), swapped)
    for a, b in (
        ("asis", "psis"),
        ("heel_bottom", "metatarsal_1"),
        ("knee_lateral", "ankle_lateral"),
        ("knee_lateral", "knee_medial"),
        ("ankle_lateral", "ankle_medial"),
        ("thigh_top_lateral", "thigh_bottom_lateral"),
        ("heel_top", "heel_bottom"),
        ("metatarsal_1", "metatarsal_5"),
        ("shank_top_lateral", "shank_top_medial"),
        ("trochanter", "knee_lateral"),
    ):
        yield Cause(f"{a} and {b}", "names", _swap(a, b), swapped)
    for speed in ("12.6", "7.0", "1.75", "7.83"):
        old, new = ("35 = 3.5", "35") if "text" not in lab else ("^speed_m_s = 3.5$", "speed_m_s")
        yield Cause(
            f"speed {speed} for 3.5", "speed", in_recipe((old, f"{new} = {speed}")), "speed"
        )
    yield from clock_causes("markers")
    yield from _frame_causes()


def _frame_causes() -> Iterator[Cause]:
    def one_marker(positions, of, size, rows=slice(300, 301)):
        positions[rows, of] += size
        return positions

    for size in (300, 100, 30):
        yield Cause(
            f"a spike of one frame, {size} mm, every marker in turn",
            "spike",
            _running(lambda p, s=size: _each_in_turn(p, s)),
            "spike|jump|rigid|one frame",
        )
    yield Cause(
        "a gap of 0.1 s in one marker",
        "gap",
        _running(lambda p: one_marker(p, 3, np.nan, slice(300, 315))),
        "gap|seen|frames|missing|filled",
    )
    yield Cause(
        "a gap of 1 s in all markers",
        "gap",
        _running(lambda p: one_marker(p, slice(None), np.nan, slice(300, 450))),
        "gap|seen|frames|missing|filled",
    )
    yield Cause(
        "a marker never seen",
        "gap",
        _running(lambda p: one_marker(p, 3, np.nan, slice(None))),
        "gap|seen|frames|missing|never",
    )
    yield Cause(
        "two markers exchanged for 0.3 s",
        "swap",
        _running(_exchange_some),
        "spike|jump|rigid|exchanged|apart",
    )


def _running(change):
    def apply(folder: Path, draw: random.Random) -> None:
        for name in ("run", "_markers"):
            _markers(change, name)(folder, draw)

    return apply


def _each_in_turn(positions, size):
    for marker in range(positions.shape[1]):
        positions[100 + 20 * marker, marker, 1] += size
    return positions


def _exchange_some(positions):
    rows = slice(400, 445)
    positions[rows, [3, 8]] = positions[rows, [8, 3]]
    return positions

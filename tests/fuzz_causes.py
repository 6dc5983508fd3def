"""Mutants whose numbers are wrong by a cause that has a name."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fuzz_files import change_numbers, change_rate, change_rows, columns_of
from fuzz_same import _edit_recipe, recordings_of

__all__ = ["Cause", "causes_of"]

MARKERS = ("markers, C3D", "markers, TRC", "markers and forces, text")
# Columns of each angle, by laboratory.
ANGLES = {
    "angles, MOT": {
        "hip": r"hip_flexion_[rl]", "knee": r"knee_angle_[rl]", "ankle": r"ankle_angle_[rl]",
        "tilt": r"pelvis_tilt",
    },
    "angles, Plug-in Gait C3D": {
        "hip": r"[LR]HipAngles\.X", "knee": r"[LR]KneeAngles\.X", "ankle": r"[LR]AnkleAngles\.X",
        "tilt": r"[LR]PelvisAngles\.X",
    },
    "curves, Visual3D": {"hip": r"[LR]HipAngle", "knee": r"[LR]KneeAngle", "ankle": r"[LR]AnkleAngle"},
    "curves, BMC and RIC": {"hip": "Hip_Z", "knee": "Knee_Z", "ankle": "Ankle_Z"},
    "curves, long table": {"hip": "hip", "knee": "knee", "ankle": "ankle"},
}  # fmt: skip


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


def causes_of(lab: str) -> Iterator[Cause]:
    """All causes that apply to a laboratory."""
    if lab in ANGLES:
        yield from _angle_causes(lab)
    if lab in MARKERS:
        yield from _marker_causes(lab)
    if lab.startswith("spreadsheet as CSV"):
        yield from _sheet_causes()
    if lab == "angles, MOT":
        yield from _clock_causes("angles")
        yield Cause(
            "header says radians",
            "all",
            _words(("inDegrees=yes", "inDegrees=no")),
            "degrees|radians|unit|says",
        )


# --- angles ---------------------------------------------------------------------------------------


def _numbers(change: Callable, pattern: str = ""):
    """Change chosen columns of every recording."""

    def apply(folder: Path, draw: random.Random) -> None:
        def on(names: list[str], values: np.ndarray) -> np.ndarray:
            places = columns_of(names, pattern) if pattern else np.arange(values.shape[1])
            values[:, places] = change(values[:, places])
            return values

        for path in recordings_of(folder):
            change_numbers(path, on)

    return apply


VALUE = {
    "sign": (lambda v: -v, "sign"),
    "radians": (np.radians, "radians"),
    "divided by 1000": (lambda v: v / 1000, "thousandths|scale|constant|small"),
    "times 1000": (lambda v: v * 1000, "thousand|scale|millidegrees|large"),
    "degrees twice": (np.degrees, "degrees|radians"),
    "180 minus": (lambda v: 180 - v, "supplement|180|offset|anatomical"),
    "360 added": (lambda v: v + 360, "360|turn|wrap|offset"),
    "all zero": (lambda v: 0 * v, "constant"),
}


def _angle_causes(lab: str) -> Iterator[Cause]:
    for what, pattern in ANGLES[lab].items():
        for name, (change, code) in VALUE.items():
            yield Cause(name, what, _numbers(change, pattern), code)
        one = pattern.replace("[rl]", "r").replace("[LR]", "R")
        if one != pattern:
            yield Cause("sign, one side", what, _numbers(VALUE["sign"][0], one), "sign")
    every = "|".join(ANGLES[lab].values())
    yield Cause("sign", "all", _numbers(lambda v: -v, every), "sign")
    yield Cause("radians", "all", _numbers(np.radians, every), "radians")
    yield Cause("divided by 1000", "all", _numbers(lambda v: v / 1000, every), "thousandths")
    hip, knee = ANGLES[lab]["hip"], ANGLES[lab]["knee"]
    yield Cause("hip and knee exchanged", "hip", _exchanged(hip, knee), "hip_knee_exchanged")
    if "tilt" in ANGLES[lab]:
        yield from _tilt_causes(lab)


def _exchanged(first: str, second: str):
    def apply(folder: Path, draw: random.Random) -> None:
        def on(names, values):
            a, b = columns_of(names, first), columns_of(names, second)
            values[:, [*a, *b]] = values[:, [*b, *a]]
            return values

        for path in recordings_of(folder):
            change_numbers(path, on)

    return apply


def _tilt_causes(lab: str) -> Iterator[Cause]:
    hip, tilt = ANGLES[lab]["hip"], ANGLES[lab]["tilt"]

    def thigh(folder: Path, draw: random.Random) -> None:
        def on(names, values):
            a, b = columns_of(names, hip), columns_of(names, tilt)
            sign = -1 if lab == "angles, MOT" else 1
            values[:, a] = values[:, a] - sign * values[:, b[:1]]
            return values

        for path in recordings_of(folder):
            change_numbers(path, on)

    yield Cause("hip is the thigh in the laboratory", "hip", thigh, "hip_is_thigh")


# --- markers --------------------------------------------------------------------------------------


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


def _words(*pairs: tuple[str, str]):
    def apply(folder: Path, draw: random.Random) -> None:
        for path in recordings_of(folder):
            content = path.read_bytes()
            for old, new in pairs:
                content = content.replace(old.encode(), new.encode())
            path.write_bytes(content)

    return apply


def _in_recipe(*pairs: tuple[str, str]):
    """Exchange words of the recipe: patterns of regular expressions, done at once."""

    def apply(folder: Path, draw: random.Random) -> None:
        def change(text: str) -> str:
            for k, (old, _) in enumerate(pairs):
                text = re.sub(old, f"§{k}§", text, flags=re.MULTILINE)
            for k, (_, new) in enumerate(pairs):
                text = text.replace(f"§{k}§", new)
            return text

        _edit_recipe(folder, change)

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
    return _in_recipe(*pairs)


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


def _marker_causes(lab: str) -> Iterator[Cause]:
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
        "apart|unit|size|standing",
    )
    yield Cause(
        "standing trial in meters",
        "standing",
        _markers(lambda p: p / 1000, "static"),
        "apart|unit|size|standing",
    )
    yield Cause(
        "standing trial of a taller person (x 1.15)",
        "standing",
        _markers(lambda p: 1.15 * p, "static"),
        "standing|rigid|size|person",
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
            axes + "|standing",
        )
    for forward in ("+X", "-X", "+Y", "-Y", "+Z", "-Z"):
        for up in ("+X", "-X", "+Y", "-Y", "+Z", "-Z"):
            right = ("+X", "+Y") if "text" in lab else ("+Y", "+Z")
            if forward[1] != up[1] and (forward, up) != right:
                keys = (("^forward = .*$", f'forward = "{forward}"'), ("^up = .*$", f'up = "{up}"'))
                if "text" in lab:
                    keys = ((r"^\[markers\]$", f'[markers]\nforward = "{forward}"\nup = "{up}"'),)
                yield Cause(f"recipe: forward {forward}, up {up}", "axes", _in_recipe(*keys), axes)
    swapped = "sides_swapped|mirrored|front_back|swapped|exchanged|asis|heel|knee|ankle|rigid|left and right"
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
            f"speed {speed} for 3.5", "speed", _in_recipe((old, f"{new} = {speed}")), "speed"
        )
    yield from _clock_causes("markers")
    yield from _frame_causes()


def _clock_causes(what: str) -> Iterator[Cause]:
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


# --- tables ---------------------------------------------------------------------------------------


def _cells(column: str, change: Callable[[str], str], rows: int | None = None):
    def apply(folder: Path, draw: random.Random) -> None:
        path = folder / "runners.csv"
        lines = [line.split(";") for line in path.read_text(encoding="utf-8").strip().split("\n")]
        at = lines[0].index(column)
        for row in lines[1:][:rows]:
            row[at] = change(row[at])
        path.write_text("\n".join(";".join(row) for row in lines) + "\n", encoding="utf-8")

    return apply


def _scaled(factor: float):
    return lambda cell: f"{float(cell.replace(',', '.')) * factor:.6g}".replace(".", ",")


def _sheet_causes() -> Iterator[Cause]:
    speed, tilt, cost = "Speed (km/h)", "Tilt", "Cost (ml/kg/km)"
    for rows, of in ((None, "all rows"), (1, "one row")):
        yield Cause(
            f"speed times 3.6, {of}", "speed", _cells(speed, _scaled(3.6), rows), "speed_m_s"
        )
        yield Cause(
            f"speed in m/s, {of}", "speed", _cells(speed, _scaled(1 / 3.6), rows), "speed_m_s"
        )
        yield Cause(f"tilt turned, {of}", "tilt", _cells(tilt, _scaled(-1), rows), "tilt")
        yield Cause(
            f"tilt in radians, {of}", "tilt", _cells(tilt, _scaled(np.pi / 180), rows), "tilt"
        )
        yield Cause(
            f"tilt without its comma, {of}",
            "tilt",
            _cells(tilt, lambda c: c.replace(",", ""), rows),
            "tilt",
        )
        yield Cause(
            f"tilt with a point, {of}",
            "tilt",
            _cells(tilt, lambda c: c.replace(",", "."), rows),
            "tilt|Tilt",
        )
        yield Cause(f"cost per minute, {of}", "cost", _cells(cost, _scaled(0.2), rows), "oxygen")
        yield Cause(f"cost in l, {of}", "cost", _cells(cost, _scaled(0.001), rows), "oxygen")
        yield Cause(f"cost times 10, {of}", "cost", _cells(cost, _scaled(10), rows), "oxygen")
        yield Cause(f"turned cost, {of}", "cost", _cells(cost, _scaled(-1), rows), "oxygen")
    yield Cause("tilt and cost exchanged", "cost", _exchange_cells(tilt, cost), "oxygen|tilt")
    yield Cause("group and runner exchanged", "words", _exchange_cells("Group", "Runner"), "level")
    yield Cause(
        "ids all the same", "ids", _cells("Runner", lambda c: "1"), "runner_id|trial_id|twice"
    )


def _exchange_cells(first: str, second: str):
    def apply(folder: Path, draw: random.Random) -> None:
        path = folder / "runners.csv"
        lines = [line.split(";") for line in path.read_text(encoding="utf-8").strip().split("\n")]
        a, b = lines[0].index(first), lines[0].index(second)
        for row in lines[1:]:
            row[a], row[b] = row[b], row[a]
        path.write_text("\n".join(";".join(row) for row in lines) + "\n", encoding="utf-8")

    return apply

"""Mutants whose numbers are wrong by a cause that has a name."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from fuzz_cause import Cause, clock_causes, words
from fuzz_files import change_numbers, columns_of
from fuzz_marker_causes import marker_causes
from fuzz_same import recordings_of

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
    "curves, Visual3D": {
        "hip": r"[LR]HipAngle", "knee": r"[LR]KneeAngle", "ankle": r"[LR]AnkleAngle",
    },
    "curves, BMC and RIC": {"hip": "Hip_Z", "knee": "Knee_Z", "ankle": "Ankle_Z"},
    "curves, long table": {"hip": "hip", "knee": "knee", "ankle": "ankle"},
}  # fmt: skip


def causes_of(lab: str) -> Iterator[Cause]:
    """All causes that apply to a laboratory."""
    if lab in ANGLES:
        yield from _angle_causes(lab)
    if lab in MARKERS:
        yield from marker_causes(lab)
    if lab.startswith("spreadsheet as CSV"):
        yield from _sheet_causes()
    if lab == "angles, MOT":
        yield from clock_causes("angles")
        yield Cause(
            "header says radians",
            "all",
            words(("inDegrees=yes", "inDegrees=no")),
            "degrees_twice|radians",
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
    "divided by 1000": (lambda v: v / 1000, "divided_by_1000"),
    "times 1000": (lambda v: v * 1000, "times_1000"),
    "degrees twice": (np.degrees, "degrees_twice"),
    "180 minus": (lambda v: 180 - v, "180_minus|half_turn"),
    "360 added": (lambda v: v + 360, "whole_turn"),
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
    yield Cause("divided by 1000", "all", _numbers(lambda v: v / 1000, every), "divided_by_1000")
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

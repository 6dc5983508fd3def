"""What goes wrong with exports, made on purpose: for tests/test_contract.py and benchmarks.

A mutation takes data that keep the contract and breaks it; its `codes` are the names under which
`glutelab.contract` may recognize it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from glutelab.contract.reference import walking_curves
from glutelab.frames import AngleFrames, MarkerFrames

HIP, KNEE, ANKLE, TILT = (
    "hip_flexion_deg",
    "knee_flexion_deg",
    "ankle_dorsiflexion_deg",
    "pelvic_tilt_deg",
)
JOINTS = (HIP, KNEE, ANKLE)


class Mutation(NamedTuple):
    name: str
    codes: frozenset[str]
    apply: Callable
    needs: tuple[str, ...] = ()
    about: str = ""  # the column it is about, if it is one


# --- of one column, or of all alike; values only, so for curves and for time series ---------------

_VALUES = {
    "sign": ("sign", np.negative),
    "radians": ("radians", np.radians),
    "radians, sign": ("radians_sign", lambda v: -np.radians(v)),
    "divided by 1000": ("divided_by_1000", lambda v: v / 1000.0),
    "times 1000": ("times_1000", lambda v: v * 1000.0),
    "180 minus": ("180_minus", lambda v: 180.0 - v),
    "plus 90": ("offset_90", lambda v: v + 90.0),
    "minus 90": ("offset_90", lambda v: v - 90.0),
    "90 minus": ("90_minus", lambda v: 90.0 - v),
}


def _one(variable: str, change: Callable) -> Callable:
    return lambda curves, rng: {**curves, variable: change(curves[variable])}


def _every(change: Callable) -> Callable:
    return lambda curves, rng: {name: change(values) for name, values in curves.items()}


def value_mutations() -> list[Mutation]:
    short = {HIP: "hip", KNEE: "knee", ANKLE: "ankle", TILT: "pelvic tilt"}
    found = [
        Mutation(f"{short[v]}: {name}", frozenset({code}), _one(v, change), (v,), v)
        for v in short
        for name, (code, change) in _VALUES.items()
    ]
    found += [
        Mutation(f"all: {name}", frozenset({code}), _every(change))
        for name, (code, change) in _VALUES.items()
        if name in ("sign", "radians", "divided by 1000", "times 1000")
    ]
    exchange = frozenset({"hip_knee_exchanged"})
    found.append(Mutation("hip and knee exchanged", exchange, _exchange, (HIP, KNEE)))
    thigh = frozenset({"hip_is_thigh"})
    full = (HIP, TILT, "thigh_angle_deg")
    found.append(Mutation("hip is the thigh angle", thigh, _hip_is_thigh, full, HIP))
    for name in ("pelvic_obliquity_deg", "pelvic_rotation_deg"):
        what = name.removesuffix("_deg").replace("_", " ")
        sign = frozenset({"sign"})
        change = _one(name, np.negative)
        found.append(Mutation(f"{what}: sign, or sides exchanged", sign, change, (name,), name))
    return found


def _exchange(curves, rng):
    return {**curves, HIP: curves[KNEE], KNEE: curves[HIP]}


def _hip_is_thigh(curves, rng):
    return {**curves, HIP: curves["thigh_angle_deg"]}


# --- of curves over the gait cycle ----------------------------------------------------------------


def cut_later(curves: dict, lag: int) -> dict:
    """Strides that begin `lag` percent late, taken from a stride and the next one."""
    return {
        name: np.concatenate([values[:-1, lag:100], values[1:, : lag + 1]], axis=1)
        for name, values in curves.items()
    }


def squeeze(curves: dict, n_strides: int) -> dict:
    """So many strides in one curve."""
    result = {}
    for name, values in curves.items():
        line = values[: min(n_strides, len(values)), :100].ravel()
        places = np.linspace(0, len(line) - 1, 101)
        result[name] = np.interp(places, np.arange(len(line)), line)[None]
    return result


def walk(curves: dict, rng) -> dict:
    """Textbook walking with other range, level and timing; other variables are left out."""
    shift = int(rng.integers(-3, 4))
    result = {}
    for name in JOINTS:
        if name in curves:
            curve = np.roll(walking_curves()[name][:100], shift)
            level = rng.normal(0.0, 4.0 if name != KNEE else 2.0)
            curve = curve * rng.uniform(0.88, 1.12) + level
            result[name] = np.append(curve, curve[0])[None]
    return result


def curve_mutations() -> list[Mutation]:
    cut = "cut_{}".format
    later = frozenset({cut("toe_off"), cut("later_event"), cut("other_foot")})
    swing = frozenset({cut("swing")})
    return [
        *value_mutations(),
        Mutation(
            "begins at toe-off", later, lambda c, rng: cut_later(c, int(rng.integers(30, 41)))
        ),
        Mutation(
            "begins at the other foot strike",
            frozenset({cut("other_foot")}),
            lambda c, rng: cut_later(c, 50),
        ),
        Mutation("begins in swing", swing, lambda c, rng: cut_later(c, int(rng.integers(62, 80)))),
        Mutation(
            "whole trial in one curve",
            frozenset({"squeezed"}),
            lambda c, rng: squeeze(c, int(rng.integers(3, 31))),
        ),
        Mutation("walking", frozenset({"walking"}), walk),
        Mutation(
            "100 points",
            frozenset({"points"}),
            lambda c, rng: {name: values[:, :100] for name, values in c.items()},
        ),
    ]


# --- of angle time series -------------------------------------------------------------------------


def as_series(curves: dict, stride_s: np.ndarray, rate_hz: float = 150.0) -> dict:
    """Strides put together again, one after the other, variable to ndarray of shape (n_frames,)."""
    ends = np.cumsum(stride_s)
    time_s = np.arange(0.0, ends[-1], 1.0 / rate_hz)
    which = np.searchsorted(ends, time_s, side="right").clip(max=len(ends) - 1)
    place = which + (time_s - (ends - stride_s)[which]) / stride_s[which]
    return {
        name: np.interp(100.0 * place, np.arange(100 * len(values)), values[:, :100].ravel())
        for name, values in curves.items()
    }


def mutate_angles(angles: AngleFrames, mutation: Mutation, rng) -> AngleFrames:
    sides = {side: mutation.apply(dict(v), rng) for side, v in angles.angles_deg.items()}
    return AngleFrames(sides, angles.rate_hz, angles.source)


def at_rate(data, rate_hz: float):
    """The same frames with another rate stated."""
    if isinstance(data, AngleFrames):
        return AngleFrames(data.angles_deg, rate_hz, data.source)
    return MarkerFrames(data.names, data.positions_m, rate_hz, data.source)


# --- of markers -----------------------------------------------------------------------------------


def every_turn() -> list[tuple[str, np.ndarray]]:
    """The 23 turns of the axes that are not the identity."""
    turns = []
    for order in itertools.permutations(range(3)):
        for signs in itertools.product((1, -1), repeat=3):
            matrix = np.diag(signs) @ np.eye(3)[list(order)]
            if np.linalg.det(matrix) > 0 and not np.array_equal(matrix, np.eye(3)):
                pairs = zip(order, signs, strict=True)
                turns.append(("".join(f"{'+-'[s < 0]}{'XYZ'[o]}" for o, s in pairs), matrix))
    return turns


def renamed(markers: MarkerFrames, first: str, second: str) -> MarkerFrames:
    """Names with `first` and `second` exchanged."""
    names = tuple(
        name.replace(first, "#").replace(second, first).replace("#", second)
        for name in markers.names
    )
    return MarkerFrames(names, markers.positions_m, markers.rate_hz, markers.source)


def marker_mutations() -> list[Mutation]:
    def turned(matrix):
        return lambda m, rng: m.replaced(m.positions_m @ np.asarray(matrix, float).T)

    def scaled(factor):
        return lambda m, rng: m.replaced(m.positions_m * factor)

    axes = frozenset({"y_not_up", "axes_turned", "faces_backward", "upside_down"})
    found = [
        Mutation("mm as m", frozenset({"millimeters"}), scaled(1000.0)),
        Mutation("cm as m", frozenset({"centimeters"}), scaled(100.0)),
        Mutation("m as mm", frozenset({"thousandths"}), scaled(0.001)),
        Mutation("m as cm", frozenset({"hundredths"}), scaled(0.01)),
        Mutation("faces -X", frozenset({"faces_backward"}), turned(np.diag([-1, 1, -1]))),
        Mutation("Z points left", frozenset({"sides_swapped"}), turned(np.diag([1, 1, -1]))),
        Mutation("X points back", frozenset({"mirrored"}), turned(np.diag([-1, 1, 1]))),
        Mutation("Y points down", frozenset({"upside_down"}), turned(np.diag([1, -1, 1]))),
        Mutation(
            "left and right names exchanged",
            frozenset({"sides_swapped"}),
            lambda m, rng: renamed(m, "left", "right"),
        ),
        Mutation(
            "ASIS and PSIS names exchanged",
            frozenset({"front_back_names"}),
            lambda m, rng: renamed(m, "asis", "psis"),
        ),
        Mutation(
            "reversed in time",
            frozenset({"ground_forward"}),
            lambda m, rng: m.replaced(m.positions_m[::-1]),
        ),
    ]
    found += [Mutation(f"axes {name}", axes, turned(matrix)) for name, matrix in every_turn()]
    return found


# --- judging --------------------------------------------------------------------------------------


def judge(findings: list, mutation: Mutation) -> str:
    """``named``, ``suspected`` (something was said, but not this) or ``silent``."""
    if not findings:
        return "silent"
    right = [finding for finding in findings if finding.code in mutation.codes]
    if mutation.about:
        right = [finding for finding in right if mutation.about in finding.what]
    return "named" if right else "suspected"

"""Frames that do not follow one another: jumps, and the same frame again."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glutelab.contract.finding import WARNING, Finding
from glutelab.frames import AngleFrames, MarkerFrames

__all__ = ["examine_curve_jumps", "examine_frames"]

# How far one frame may lie from the middle of those before and after it: measuring error, and half
# of the acceleration times the squared frame time. In rbds2017 (150 Hz) it is 12 mm at most.
_JUMP_M, _MOST_M_S2 = 0.01, 600.0
_JUMP_DEG, _MOST_DEG_S2 = 4.0, 40_000.0
_CURVE_DEG = 8.0  # between points of a curve over the gait cycle
_SHOWN = 3


def examine_frames(frames: MarkerFrames | AngleFrames) -> list[Finding]:
    """Frames that jump, and frames that are there again.

    Parameters
    ----------
    frames : MarkerFrames or AngleFrames
        Meters or degrees; other units are told by other checks first.

    Returns
    -------
    list of Finding
        ``jumps`` and ``repeated_frames``, as warnings: strides that are far off are left out by
        the processing, smaller errors stay in the curves.
    """
    where, half = frames.source or "frames", 0.5 / frames.rate_hz**2
    if isinstance(frames, MarkerFrames):
        tracks = dict(zip(frames.names, np.moveaxis(frames.positions_m, 1, 0), strict=True))
        limit, unit, scale = _JUMP_M + _MOST_M_S2 * half, "cm", 100.0
    else:
        tracks = {
            f"{side} {name}": np.asarray(values, float)[:, None]
            for side, variables in frames.angles_deg.items()
            for name, values in variables.items()
        }
        limit, unit, scale = _JUMP_DEG + _MOST_DEG_S2 * half, "°", 1.0
    return [
        *_jumps(tracks, limit, scale, unit, where),
        *_repeated(list(tracks.values()), where),
    ]


def examine_curve_jumps(
    curves: Mapping[str, np.ndarray], side: str = "", source: str = ""
) -> list[Finding]:
    """Points of single strides that lie far from those before and after them.

    Parameters
    ----------
    curves : dict of str to ndarray, shape (n_strides, 101)
    side, source : str

    Returns
    -------
    list of Finding
    """
    where = " ".join(filter(None, (source, f"({side} side)" if side else ""))) or "curves"
    tracks = {}
    for name, values in curves.items():
        values = np.atleast_2d(np.asarray(values, float))
        for stride, curve in enumerate(values, start=1):
            tracks[f"{name} of stride {stride}"] = curve[:, None]
    return _jumps(tracks, _CURVE_DEG, 1.0, "°", where)


def _jumps(
    tracks: Mapping[str, np.ndarray], limit: float, scale: float, unit: str, where: str
) -> list[Finding]:
    """`tracks` by name, shape (n_frames, n_axes)."""
    largest = {}
    count = 0
    for name, values in tracks.items():
        if len(values) < 3:
            continue
        off = np.linalg.norm(values[1:-1] - 0.5 * (values[:-2] + values[2:]), axis=1)
        far = np.nan_to_num(off) > limit
        if far.any():
            largest[name] = (float(off[far].max()), 2 + int(np.nan_to_num(off).argmax()))
            count += int(far.sum())
    if not largest:
        return []
    worst = sorted(largest, key=lambda name: -largest[name][0])[:_SHOWN]
    listed = ", ".join(
        f"{name} by {scale * largest[name][0]:.3g} {unit} at row {largest[name][1]}"
        for name in worst
    )
    more = f" and {len(largest) - _SHOWN} more" if len(largest) > _SHOWN else ""
    found = f"values jump from one row to the next: {listed}{more} ({count} times in all)"
    expected = f"less than {scale * limit:.2g} {unit} off the rows before and after"
    remedy = "Spikes, exchanged labels, or rows that are missing or out of order: mend the export."
    return [Finding("jumps", ", ".join(worst), where, found, expected, remedy, WARNING)]


def _repeated(tracks: list[np.ndarray], where: str) -> list[Finding]:
    """Rows in which nothing at all has changed: a measurement always has some noise."""
    same, seen, size = True, False, 0
    for values in tracks:
        there = np.isfinite(values).all(axis=1)
        both = there[1:] & there[:-1]
        same &= ~both | (values[1:] == values[:-1]).all(axis=1)
        seen |= both
        size = len(values)
    again = np.asarray(same & seen)
    count = int(again.sum())
    if not count or count == size - 1:  # all the same is standing still, or nothing: told elsewhere
        return []
    found = f"{count} rows are exactly those before them, first at row {int(again.argmax()) + 2}"
    remedy = "Were rows copied, or did the recording freeze? Strides there are not to be trusted."
    expected = "something that moves in every row"
    return [Finding("repeated_frames", "rows", where, found, expected, remedy, WARNING)]

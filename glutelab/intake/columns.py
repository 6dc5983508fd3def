"""Which channels of a recording are which angle, by the recipe; and strides out of many files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.recording import Recording
from glutelab.intake.angles import angle_curves
from glutelab.intake.presets import preset_columns
from glutelab.intake.recipe import FILE_NAME
from glutelab.intake.sections import Angles
from glutelab.processing.without import NEEDED

__all__ = ["check_sides", "columns_of", "stride_curves"]

_SIDES = {"l": "left", "r": "right"}
Columns = dict[tuple[str, str], tuple[str, float, float]]


def columns_of(recording: Recording, angles: Angles) -> Columns:
    """Channels of a recording by side and variable: the recipe's own before those of its preset.

    Parameters
    ----------
    recording : Recording
    angles : Angles
        Section of the recipe.

    Returns
    -------
    dict of (side, variable) to (channel, factor, offset_deg)

    Raises
    ------
    DataError
        If the preset is unknown, needs a variant, or fits nothing in the file.
    """
    own = {
        (side, name): (column.column, column.factor, column.offset_deg)
        for side, columns in angles.columns.items()
        for name, column in columns.items()
    }
    if not angles.preset:
        return own
    names = recording.channels.names if recording.channels else ()
    where = f"{FILE_NAME}, [angles]"
    return {**preset_columns(angles.preset, names, variant=angles.variant, where=where), **own}


def check_sides(recording: Recording, columns: Columns) -> None:
    """Refuse columns of which no side has hip and knee flexion.

    Parameters
    ----------
    recording : Recording
    columns : dict of (side, variable) to (channel, factor, offset_deg)

    Raises
    ------
    DataError
        With the columns that the file has, and where they are to be named.
    """
    if any({(side, name) for name in NEEDED} <= set(columns) for side in ("left", "right")):
        return
    names = list(dict.fromkeys(recording.channels.names)) if recording.channels else []
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    has = f" It has {', '.join(names[:12])}{more}." if names else ""
    remedy = f"Name their columns in {FILE_NAME}, [angles.columns.left] and .right.{has}"
    found = "neither side has hip and knee flexion"
    raise DataError(say(recording.source, found, ", ".join(NEEDED), remedy))


def stride_curves(
    files: Sequence[tuple[Recording, Mapping[str, str]]], angles: Angles
) -> tuple[dict[str, dict[str, np.ndarray]], dict[str, list[int]], tuple[str, ...]]:
    """The curves of one trial from its files: one with all strides, or one per side and stride.

    Parameters
    ----------
    files : list of (Recording, dict)
        With what each file's name says of ``side`` and ``stride``.
    angles : Angles
        Section of the recipe.

    Returns
    -------
    curves : dict of str to dict of str to ndarray, shape (n_strides, 101)
        By side and variable.
    strides : dict of str to list of int
        Numbers of the strides, by side.
    notes : tuple of str

    Raises
    ------
    DataError
        If a file lacks a curve that others have, or has no side that its name says.
    """
    parts: dict[str, list[dict[str, np.ndarray]]] = {}
    strides: dict[str, list[int]] = {}
    notes: dict[str, None] = {}
    for recording, values in files:
        columns = columns_of(recording, angles)
        check_sides(recording, columns)
        found, said = angle_curves(recording, columns, angles.unit)
        notes |= dict.fromkeys(said)
        only = values.get("side", "").casefold()
        only = _SIDES.get(only, only)
        if only and only not in found:
            expected = f"columns of the {only} side, as its name says"
            raise DataError(say(recording.source, f"it has those of {', '.join(found)}", expected))
        for side, curves in found.items():
            if only in ("", side):
                numbers = _numbers(curves, values, strides.setdefault(side, []), recording.source)
                strides[side] += numbers
                parts.setdefault(side, []).append(curves)
    return {side: _stacked(files, given) for side, given in parts.items()}, strides, tuple(notes)


def _numbers(curves: Mapping, values: Mapping, before: list[int], source: str) -> list[int]:
    count = {len(one) for one in curves.values()}
    if len(count) > 1:
        found = "; ".join(f"{name} {len(one)}" for name, one in curves.items())
        raise DataError(say(source, f"numbers of strides differ: {found}", "the same for all"))
    n_strides = count.pop()
    first = int(values["stride"]) if values.get("stride") else len(before) + 1
    if values.get("stride") and n_strides > 1:
        found = f"it holds {n_strides} strides, but its name says stride {first}"
        raise DataError(say(source, found, "one stride"))
    return list(range(first, first + n_strides))


def _stacked(files: Sequence, parts: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    names = set(parts[0])
    points = {one.shape[1] for part in parts for one in part.values()}
    odd = next((k for k, part in enumerate(parts) if set(part) != names), None)
    if odd is not None:
        differ = ", ".join(sorted(set(parts[odd]) ^ names))
        found = f"{differ} is in some files of the trial only"
        raise DataError(say(files[min(odd, len(files) - 1)][0].source, found, "the same in all"))
    if len(points) > 1:
        found = f"curves have {', '.join(map(str, sorted(points)))} points"
        raise DataError(say(files[0][0].source, found, "101 in all files of the trial"))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

"""Whether a C3D file is as long, and as orderly, as its header says; asked before it is read.

The reader of the data (ezc3d) trusts the file: a truncated one comes out full of zeros, and a
length that lies can crash the process. Format: www.c3d.org (header, parameter records, frames).
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.c3d_section import AGAIN, Section, walk

__all__ = ["Layout", "check_layout", "looks_like_c3d"]

BLOCK = 512
LARGEST_BYTES = 1 << 27  # 128 MB: 65,535 frames of 120 markers; ezc3d takes 17 times as much memory
INTEL, DEC, MIPS = 84, 85, 86  # who wrote it: integers and floats in the order of that machine


@dataclass(frozen=True)
class Layout:
    """What has to agree with the data that come out.

    Attributes
    ----------
    n_points, n_frames, n_channels, samples_per_frame : int
    first_frame : int
        Number of the first frame as the file counts, 1 where nothing was cut off before it.
    n_poses, poses_per_frame : int
        4 x 4 matrices of segments, as Theia3D writes them; 0 in most files.
    """

    n_points: int
    n_frames: int
    n_channels: int
    samples_per_frame: int
    first_frame: int
    n_poses: int = 0
    poses_per_frame: int = 1


def looks_like_c3d(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a C3D file."""
    if len(head) < 2 or not 0 < head[0] < 32 or head[1] != 0x50 or 0 not in head:
        return False
    at = BLOCK * (head[0] - 1) + 3
    return at >= len(head) or head[at] in (INTEL, DEC, MIPS)


def check_layout(path: Path, name: str) -> Layout:
    """Walk through header and parameters, and compare them with the length of the file.

    Parameters
    ----------
    path : Path
    name : str
        What the file is called in error texts.

    Returns
    -------
    Layout

    Raises
    ------
    DataError
        If it is no C3D file, cut off, too large, or a length in it cannot be.
    """
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        found = f"{size / 2**20:.0f} MB"
        raise DataError(say(name, found, "128 MB at most", "Export shorter recordings."))
    with path.open("rb") as file:
        header = file.read(BLOCK)
        if len(header) < 2 or header[0] == 0 or header[1] != 0x50:
            remedy = "Is it really C3D? Export it again."
            raise DataError(say(name, "does not begin as a C3D file does", "a C3D file", remedy))
        if len(header) < BLOCK:
            raise DataError(say(name, f"only {size} bytes", "a header of 512 bytes", AGAIN))
        start = BLOCK * (header[0] - 1)
        file.seek(start)
        # Blocks are counted in one byte, offsets in two: a section is never longer than this.
        content = file.read(1 << 22)
    if start < BLOCK or len(content) < 4 or content[3] not in (INTEL, DEC, MIPS):
        found = f"no parameters at block {header[0]}, where the header says"
        raise DataError(say(name, found, "the parameter section", AGAIN))
    if content[3] == MIPS:
        found = "numbers in the order of a MIPS (SGI) machine, which are not read"
        remedy = "Export it again, or save it as Intel with another program."
        raise DataError(say(name, found, "Intel or DEC", remedy))
    section = Section(name, content, content[3] == DEC)
    walk(section)
    return _compare(section, header, size)


def _compare(section: Section, header: bytes, size: int) -> Layout:
    name = section.name
    of_header = struct.unpack_from("<4H", header, 2)
    start, samples = struct.unpack_from("<2H", header, 16)
    if {group for group, _ in section.records} - set(section.groups):
        raise DataError(say(name, "parameters that belong to no group", "a group of each", AGAIN))
    if "POINT" not in section.groups.values():
        raise DataError(say(name, "no group POINT in its parameters", "markers", AGAIN))
    n_points = int(section.number("POINT", "USED"))
    n_channels = int(section.number("ANALOG", "USED", 0.0))
    for what, there, here in (
        ("points", of_header[0], n_points),
        ("analog samples per frame", of_header[1], n_channels * samples),
    ):
        if there != here:
            found = f"the header says {there} {what}, the parameters {here}"
            raise DataError(say(name, found, "the same number twice", AGAIN))
    _complete(section, n_points, n_channels)
    first, last = of_header[2:]
    first, n_frames = _frames(section, first, last)
    scale = section.number("POINT", "SCALE", -1.0)
    _agree(section, header, start, samples if n_channels else 0, scale)
    per_frame = (4 * n_points + n_channels * samples) * (4 if scale < 0 else 2)
    needed = BLOCK * (start - 1) + n_frames * per_frame
    n_poses, poses_per_frame, end_of_poses = _poses(section, n_frames)
    needed = max(needed, end_of_poses)
    if start < 2 or n_frames < 1 or per_frame + n_poses == 0:
        found = f"{n_frames} frames of {n_points} points from block {start} on"
        raise DataError(say(name, found, "a recording", AGAIN))
    if needed > size:
        found = f"{size} bytes, but the header speaks of {n_frames} frames ({needed} bytes)"
        raise DataError(say(name, found, "a complete file", AGAIN))
    more = last == 0xFFFF and not n_poses and size - needed >= per_frame + BLOCK
    if n_frames > 0xFFFF or more:
        found = "it goes on after 65,535 frames, where its header ends counting"
        raise DataError(say(name, found, "65,535 frames", "Export shorter recordings."))
    first = max(first, 1)
    return Layout(n_points, n_frames, n_channels, samples, first, n_poses, poses_per_frame)


def _poses(section: Section, n_frames: int) -> tuple[int, int, int]:
    """Segment poses, how many of each in a frame, and where in the file they end."""
    used = section.number("ROTATION", "USED", 0.0) if "ROTATION" in section.groups.values() else 0
    if not used:
        return 0, 1, 0
    rate = section.number("POINT", "RATE")
    stated = section.number("ROTATION", "RATE", rate) / rate if rate else 1.0
    ratio = section.number("ROTATION", "RATIO", stated)
    start, labels = section.number("ROTATION", "DATA_START"), section.length("ROTATION", "LABELS")
    n_poses, per_frame = int(used), round(ratio)
    if not (n_poses <= labels and 1 <= per_frame <= 100 and abs(ratio - per_frame) < 1e-3):
        found = f"{n_poses} segment poses with {labels} names, {ratio:g} in a frame"
        raise DataError(say(section.name, found, "a name of each, and whole numbers", AGAIN))
    if abs(stated - ratio) > 1e-3 * ratio:
        found = f"ROTATION:RATE is {stated:g} times the rate of the frames, RATIO is {ratio:g}"
        raise DataError(say(section.name, found, "the same number twice", AGAIN))
    if start < 2:
        raise DataError(say(section.name, f"segment poses from block {start:g} on", "2 ...", AGAIN))
    # 16 numbers and a residual of each; always floats.
    end = BLOCK * (int(start) - 1) + n_frames * n_poses * per_frame * 17 * 4
    return n_poses, per_frame, end


def _complete(section: Section, n_points: int, n_channels: int) -> None:
    """The lists that the reader of the data indexes without asking are there and long enough."""
    for group, count, lists in (
        ("POINT", n_points, ("SCALE", "LABELS")),
        ("ANALOG", n_channels, ("GEN_SCALE", "SCALE", "OFFSET", "LABELS")),
    ):
        for parameter in lists if count else ():
            found = section.length(group, parameter)
            per_item = parameter != "GEN_SCALE" and group == "ANALOG" and parameter != "LABELS"
            expected = count if per_item else 1
            if found < expected:
                text = f"{group}:{parameter} has {found} entries"
                raise DataError(say(section.name, text, f"{expected} or more", AGAIN))


def _agree(section: Section, header: bytes, start: int, samples: int, scale: float) -> None:
    """What stands in header and parameters is the same: else the data would come out wrong."""
    floats = [section.real(header[at : at + 4]) for at in (12, 20)]
    rate = section.number("POINT", "RATE")
    if not math.isfinite(rate) or rate < 0:
        raise DataError(say(section.name, f"POINT:RATE is {rate:g} Hz", "a rate", AGAIN))
    pairs = [("the data begin at block", start, section.number("POINT", "DATA_START", start))]
    if floats[1] > 0:
        pairs.append(("the rate of the markers is", floats[1], rate))
    if (floats[0] < 0) != (scale < 0):
        pairs.append(("the scale of the markers is", floats[0], scale))
    if samples:
        analog = section.number("ANALOG", "RATE", rate * samples)
        pairs.append(("the rate of the analog channels is", samples * rate, analog))
    for what, there, here in pairs:
        if not abs(there - here) <= 0.001 * abs(here):
            found = f"by the header {what} {there:g}, by the parameters {here:g}"
            raise DataError(say(section.name, found, "the same number twice", AGAIN))


def _frames(section: Section, first: int, last: int) -> tuple[int, int]:
    """First frame and number of frames; TRIAL counts beyond the 65,535 of the header."""
    ends = [
        section.numbers("TRIAL", f"ACTUAL_{end}_FIELD")[:2] for end in ("START", "END")
    ]  # low word, high word
    if all(len(end) == 2 and np.isfinite(end).all() for end in ends):
        since, until = (int(low) + (int(high) << 16) for low, high in ends)
        return since, until - since + 1
    if last == 0xFFFF:
        stated = section.numbers("POINT", "FRAMES")
        if stated and last - first + 1 <= stated[0] < 1e9:
            return first, int(stated[0])
    return first, last - first + 1

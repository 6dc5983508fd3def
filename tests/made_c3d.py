"""C3D files written with ezc3d, for what the real samples lack."""

import math
import struct

import ezc3d
import numpy as np

# Corners in the quadrants ++, -+, --, +- of the plate; its z points down when Z is up.
LEVEL = np.array([[900.0, 0, 0, 900], [0.0, 0, 600, 600], [0.0, 0, 0, 0]])


def markers(n_points=3, n_frames=10, seed=0):
    """Positions in mm, about a meter above the floor, shape (3, n_points, n_frames)."""
    rng = np.random.default_rng(seed)
    return 1000 + 100 * rng.standard_normal((3, n_points, n_frames))


def write(path, labels, positions, *, rate=100.0, residuals=None, first=None, **groups):
    """Write points, and parameters as ``GROUP={"NAME": value}``; analog=(labels, units, values)."""
    file = ezc3d.c3d()
    points = np.ones((4, *positions.shape[1:]))
    points[:3] = positions
    file["parameters"]["POINT"]["RATE"]["value"] = [rate]
    file["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    file["parameters"]["POINT"]["LABELS"]["value"] = tuple(labels)
    file["data"]["points"] = points
    if residuals is not None:
        file["data"]["meta_points"]["residuals"] = residuals[None]
    if first is not None:
        file["header"]["points"]["first_frame"] = first
    if analog := groups.pop("analog", None):
        names, units, values = analog
        file["parameters"]["ANALOG"]["RATE"]["value"] = [rate * values.shape[1] / points.shape[2]]
        file["parameters"]["ANALOG"]["LABELS"]["value"] = tuple(names)
        file["parameters"]["ANALOG"]["UNITS"]["value"] = tuple(units)
        file["data"]["analogs"] = values[None]
    for group, entries in groups.items():
        for name, value in entries.items():
            file.add_parameter(group, name, value)
    file.write(str(path))
    return path


def plate(kind, channel, *, corners=LEVEL, origin=(0.0, 0.0, -40.0), **more):
    """The group FORCE_PLATFORM of one plate."""
    return {
        "USED": [1],
        "TYPE": [kind],
        "CORNERS": corners[:, :, None],
        "ORIGIN": np.array(origin)[:, None],
        "CHANNEL": np.array(channel, dtype=float)[:, None],
        "ZERO": [1, 0],
        **more,
    }


def _records(content):
    """Name, place of the link, type, place of the data and count of entries, per record."""
    at = 516
    while content[at]:
        length, group = struct.unpack_from("bb", content, at)
        link = at + 2 + abs(length)
        name = bytes(content[at + 2 : link]).decode()
        kind, n_dimensions = struct.unpack_from("bB", content, link + 2) if group > 0 else (0, 0)
        data = link + 4 + n_dimensions
        yield name, link, kind, data, math.prod(content[link + 4 : data]) if group > 0 else 0
        step = struct.unpack_from("<H", content, link)[0]
        if not step:
            return
        at = link + step


def _start(content) -> int:
    return 512 * (struct.unpack_from("<H", content, 16)[0] - 1)


def of_processor(content: bytes, processor: str) -> bytes:
    """The same Intel file of floats, as a DEC or MIPS machine would have written it."""
    other = bytearray(content)

    def turn(at, size):
        if processor == "mips":
            other[at : at + size] = content[at : at + size][::-1]
        elif size == 4:
            quadruple = struct.pack("<f", 4 * struct.unpack_from("<f", content, at)[0])
            other[at : at + 4] = quadruple[2:] + quadruple[:2]

    for _, link, kind, data, count in list(_records(content)):
        turn(link, 2)
        for entry in range(count if kind in (2, 4) else 0):
            turn(data + kind * entry, kind)
    for at, size in ((2, 2), (4, 2), (6, 2), (8, 2), (10, 2), (12, 4), (16, 2), (18, 2), (20, 4)):
        turn(at, size)
    for at in range(_start(content), len(content) - 3, 4):
        turn(at, 4)
    other[515] = {"dec": 85, "mips": 86}[processor]
    return bytes(other)


def in_integers(content: bytes, scale: float) -> bytes:
    """The same Intel file with positions as multiples of `scale`; analog channels come out zero."""
    n_points, n_analog, first, last = struct.unpack_from("<4H", content, 2)
    start, n_frames = _start(content), last - first + 1
    floats = np.frombuffer(content[start:], "<f4").reshape(n_frames, -1)
    whole = np.zeros((n_frames, 4 * n_points + n_analog), "<i2")
    whole[:, : 4 * n_points] = np.round(floats[:, : 4 * n_points] / scale)
    whole[:, 3 : 4 * n_points : 4] = 0
    other = bytearray(content[:start])
    struct.pack_into("<f", other, 12, scale)
    point_scale = next(data for name, _, _, data, _ in _records(content) if name == "SCALE")
    struct.pack_into("<f", other, point_scale, scale)
    return bytes(other) + whole.tobytes()

"""C3D files written with ezc3d, for what the real samples lack."""

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

"""Folders of exports as laboratories have them, made small, and readers that stand in for files."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.errors import DataError
from glutelab.formats.recording import Channels, Plate, Points, Recording

# Meters; X forward, Y up, Z right.
BODY = {
    "LASI": (0.10, 1.00, -0.12), "RASI": (0.10, 1.00, 0.12), "LPSI": (-0.06, 1.02, -0.05),
    "RPSI": (-0.06, 1.02, 0.05), "LKNE": (0.06, 0.50, -0.15), "RKNE": (0.06, 0.50, 0.15),
    "LANK": (0.0, 0.08, -0.14), "RANK": (0.0, 0.08, 0.14), "LHEE": (-0.05, 0.04, -0.11),
    "RHEE": (-0.05, 0.04, 0.11), "LTOE": (0.15, 0.03, -0.11), "RTOE": (0.15, 0.03, 0.11),
}  # fmt: skip
BODY |= {
    f"{side}{part}{k}": (0.05 * (k - 2), height + 0.05 * k, sign * 0.13)
    for side, sign in (("L", -1), ("R", 1))
    for part, height in (("TH", 0.65), ("SK", 0.2))
    for k in (1, 2, 3)
}
BODY |= {"LMT5": (0.12, 0.03, -0.16), "RMT5": (0.12, 0.03, 0.16)}
UNITS = {"m": 1.0, "cm": 100.0, "mm": 1000.0}


def axes_of(forward, up):
    """The file's axes of ours: theirs = turn @ ours."""
    rows = []
    for axis in (forward, up):
        row = np.zeros(3)
        row["XYZ".index(axis[1])] = -1.0 if axis[0] == "-" else 1.0
        rows.append(row)
    return np.array([*rows, np.cross(rows[0], rows[1])]).T


def markers(
    forward="+X", up="+Y", unit="mm", *, header=True, moving=True, rate=150.0, mirror=False
):
    turn, t = axes_of(forward, up), np.arange(60) / 150.0
    body = np.array(list(BODY.values()))
    if mirror:
        body = body * [1, 1, -1]
    swing = np.stack([np.sin(9 * t), np.abs(np.sin(9 * t)) * 0.3, 0 * t], axis=1) * 0.3 * moving
    positions = body[None] + swing[:, None] * np.where(body[:, 1] < 0.9, 1.0, 0.1)[None, :, None]
    positions = UNITS[unit] * positions @ turn.T
    return Points(tuple(BODY), positions, unit if header else "", 150.0)


def recording(name, *, angles=None, plates=False, **options):
    if angles is not None:
        t = np.linspace(0, 1, 101)
        values = np.stack([60 * np.sin(6 * t) + k for k in range(len(angles))], axis=1)
        units = ("deg",) * len(angles)
        channels = Channels(tuple(angles), values, units, 150.0, options.pop("normalized", False))
        return Recording(name, options.pop("family", "plain"), None, channels)
    if plates:
        force = np.zeros((100, 3))
        return Recording(name, "opensim", plates=(Plate("plate_1", force, force, 1000.0),))
    return Recording(name, "c3d", markers(**options))


def readers(monkeypatch, read):
    """Let recordings be what `read` says of their name, and tables be read by pandas."""
    import glutelab.intake.drafting.survey as survey

    def read_recording(path):
        found = read(path)
        if found is None:
            raise DataError(f"{path.name}: nobody knows what this is.")
        return found

    def read_table(path):
        if path.suffix == ".xlsx":
            return pd.read_excel(path), {}
        if path.suffix != ".csv":
            raise DataError(f"{path.name}: this is no table.")
        try:
            return pd.read_csv(path), {}
        except (ValueError, OSError) as error:
            raise DataError(f"{path.name}: {error}") from error

    monkeypatch.setattr(survey, "read_recording", read_recording)
    monkeypatch.setattr(survey, "read_table", read_table)


def people(ids, **columns):
    n = len(ids)
    base = {
        "Code": ids,
        "Level": (["Elite", "Recreational"] * n)[:n],
        "Sex": (["F", "M"] * n)[:n],
        "Age": np.linspace(20, 45, n).round(),
        "Height (cm)": np.linspace(160, 190, n).round(1),
        "Mass (kg)": np.linspace(50, 80, n).round(1),
    }
    return pd.DataFrame(base | columns)


def touch(folder, names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")

"""The OpenSim running trial of data/samples/formats, read with a few lines of numpy."""

from pathlib import Path

import numpy as np

from glutelab.frames import MarkerFrames

FORMATS = Path(__file__).resolve().parents[1] / "data" / "samples" / "formats"
# Theirs without side; the joints are virtual markers ("v"), the tracked ones are empty.
NAMES = {
    "ASI": "asis",
    "PSI": "psis",
    "TH1": "thigh_1",
    "TH2": "thigh_2",
    "TH3": "thigh_3",
    "LFCv": "knee_lateral",
    "MFCv": "knee_medial",
    "TB1": "shank_1",
    "TB2": "shank_2",
    "TB3": "shank_3",
    "LMALv": "ankle_lateral",
    "MMALv": "ankle_medial",
    "CAL": "heel",
    "TOE": "toe",
    "MT5": "metatarsal_5",
}
CLUSTERS = {
    "pelvis": ("asis", "psis"),
    "thigh": ("thigh_1", "thigh_2", "thigh_3"),
    "shank": ("shank_1", "shank_2", "shank_3"),
    "foot": ("heel", "toe", "metatarsal_5"),
}


def trc_columns() -> tuple[list[str], np.ndarray]:
    """Marker names of the file, and positions in millimeters, shape (n_frames, n_markers, 3)."""
    lines = (FORMATS / "motion_capture_run.trc").read_text().splitlines()
    names = [name for name in lines[3].split("\t")[2:] if name]
    width = 2 + 3 * len(names)
    rows = [(line.split("\t") + [""] * width)[2:width] for line in lines[5:] if line.strip()]
    values = [[float(cell) if cell.strip() else np.nan for cell in row] for row in rows]
    return names, np.array(values).reshape(len(rows), len(names), 3)


def read_trc() -> MarkerFrames:
    theirs, positions = trc_columns()
    pairs = [
        (f"{letter}{name}", f"{side}_{ours}")
        for letter, side in (("R", "right"), ("L", "left"))
        for name, ours in NAMES.items()
    ]
    chosen = 0.001 * positions[:, [theirs.index(name) for name, _ in pairs]]
    names = tuple(ours for _, ours in pairs)
    return MarkerFrames(names, chosen, 150.0, "motion_capture_run.trc")


def read_mot() -> dict[str, np.ndarray]:
    text = (FORMATS / "ik_output_run.mot").read_text().split("endheader")[1].strip()
    header, *rows = text.splitlines()
    values = np.array([[float(cell) for cell in row.split()] for row in rows])
    return dict(zip(header.split(), values.T, strict=True))

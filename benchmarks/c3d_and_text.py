"""One trial through C3D and through text: what the values differ by, and what the measures do.

    python benchmarks/c3d_and_text.py            # prints; --write keeps it in benchmarks/results/

RBDS001 at 2.5 m/s and its standing trial. The published text has six significant digits, C3D single
precision, so the two published files do not hold the same numbers. "Exported as text" writes what
the C3D holds in the columns of the text, with all digits, and reads that; "stored in C3D" writes
the numbers of the text into a C3D file.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.datasets import sample_folder
from glutelab.events import detect_events_from_force
from glutelab.formats.c3d import read_c3d
from glutelab.formats.rbds import _RUNNING, _STANDING_ONLY, read_forces, read_info, read_markers
from glutelab.frames import ForceFrames, MarkerFrames
from glutelab.processing import process_trial
from glutelab.segments import segment_model

RESULT = Path(__file__).parent / "results" / "c3d_and_text.md"
COLUMNS = ("measure", "within", "curve", "degrees")
TRIAL, STANDING = "RBDS001runT25", "RBDS001static"
NAMES = {
    f"{letter}.{theirs}": f"{side}_{ours}"
    for letter, side in (("R", "right"), ("L", "left"))
    for theirs, ours in (_RUNNING | _STANDING_ONLY).items()
}


def canonical(recording, like: MarkerFrames) -> MarkerFrames:
    """Markers of an RBDS C3D file by this library's names, in the order of `like`, meters."""
    here = {NAMES[name]: i for i, name in enumerate(recording.points.names) if name in NAMES}
    order = [here[name] for name in like.names]
    positions = 0.001 * recording.points.positions[:, order]
    return MarkerFrames(like.names, positions, recording.points.rate_hz, recording.source)


def plate_forces(recording) -> ForceFrames:
    plate = recording.plates[0]
    return ForceFrames(plate.force, 0.001 * plate.cop, plate.rate_hz, recording.source)


def six_digits(markers: MarkerFrames) -> MarkerFrames:
    """Rounded as the published text is: six significant digits of millimeters."""
    flat = [0.001 * float(f"{value:.6g}") for value in (1000 * markers.positions_m).ravel()]
    return markers.replaced(np.reshape(flat, markers.positions_m.shape))


def exported_as_text(markers: MarkerFrames, folder: Path, standing: bool) -> MarkerFrames:
    """The same numbers in the columns of an RBDS text file, with all digits, read again."""
    theirs = {ours: name for name, ours in NAMES.items()}
    columns = [f"{theirs[name]}{axis}" for name in markers.names for axis in "XYZ"]
    millimeters = 1000 * markers.positions_m.reshape(len(markers), -1)
    table = pd.DataFrame(millimeters, columns=columns)
    path = folder / "exported.txt"
    table.to_csv(path, sep="\t", na_rep="NaN", index_label="Time")
    return read_markers(path, standing)


def stored_in_c3d(markers: MarkerFrames, folder: Path) -> MarkerFrames:
    """The same numbers, written into a C3D file and read again."""
    import ezc3d

    file = ezc3d.c3d()
    theirs = {ours: name for name, ours in NAMES.items()}
    points = np.ones((4, len(markers.names), len(markers)))
    points[:3] = np.nan_to_num(1000 * markers.positions_m.transpose(2, 1, 0))
    file["parameters"]["POINT"]["RATE"]["value"] = [markers.rate_hz]
    file["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    file["parameters"]["POINT"]["LABELS"]["value"] = tuple(theirs[name] for name in markers.names)
    file["data"]["points"] = points
    path = folder / "stored.c3d"
    file.write(str(path))
    return canonical(read_c3d(path), markers)


def processed(markers, standing, forces, kinetics: ForceFrames | None, runner):
    events = detect_events_from_force(forces, markers)
    return process_trial(
        markers,
        segment_model(standing),
        events,
        speed_m_s=2.5,
        height_m=runner["height_m"],
        mass_kg=runner["mass_kg"],
        sex=runner["sex"],
        forces=kinetics,
    )


def largest(one, two) -> dict[str, str]:
    """Greatest relative difference of a measure and of a curve, each against its own size."""
    start = one.strides["start_s"].to_numpy(), two.strides["start_s"].to_numpy()
    assert len(start[0]) == len(start[1]), "other strides"
    assert np.abs(start[0] - start[1]).max() < 0.02, "other strides"
    numbers = one.strides.select_dtypes("number").columns.drop("stride")
    worst = {}
    for what, pairs in (
        ("measure", {name: (one.strides[name], two.strides[name]) for name in numbers}),
        ("curve", {name: (one.curves[name], two.curves[name]) for name in one.curves}),
    ):
        differences = {}
        for name, (here, there) in pairs.items():
            here, there = np.asarray(here, dtype=float), np.asarray(there, dtype=float)
            if np.isnan(here).all() and np.isnan(there).all():
                continue
            assert (np.isnan(here) == np.isnan(there)).all(), name
            size = np.nanmax(np.abs(here))
            differences[name] = float(np.nanmax(np.abs(here - there)) / size) if size else 0.0
        name = max(differences, key=differences.get)
        worst[what] = f"{differences[name]:.1e} (`{name}`)"
        if what == "measure":
            same = np.mean([size <= 1e-6 for size in differences.values()])
            worst["within"] = f"{same:.0%}"
    degrees = [name for name in numbers if name.endswith("_deg")]
    worst["degrees"] = f"{np.nanmax(np.abs(one.strides[degrees] - two.strides[degrees])):.1e}°"
    return worst


def row(word: str, worst: dict[str, str]) -> str:
    return f"| {word} | " + " | ".join(worst[key] for key in COLUMNS) + " |"


def exact_differences() -> dict[str, str]:
    """The published C3D against what it holds, exported as text with all digits."""
    formats = sample_folder("formats")
    raw = sample_folder("rbds2017")
    info = read_info(raw / "RBDSinfo.txt")[0]
    runner = info[info["runner_id"] == "RBDS001"].iloc[0]
    c3d, still = read_c3d(formats / f"{TRIAL}.c3d"), read_c3d(formats / f"{STANDING}.c3d")
    markers = canonical(c3d, read_markers(raw / f"{TRIAL}markers.txt.gz"))
    standing = canonical(still, read_markers(raw / f"{STANDING}.txt.gz", standing=True))
    with tempfile.TemporaryDirectory() as folder:
        text = exported_as_text(markers, Path(folder), standing=False)
        text_standing = exported_as_text(standing, Path(folder), standing=True)
    forces = plate_forces(c3d)
    return largest(
        processed(text, text_standing, forces, forces, runner),
        processed(markers, standing, forces, forces, runner),
    )


def compare() -> str:
    raw, formats = sample_folder("rbds2017"), sample_folder("formats")
    text = read_markers(raw / f"{TRIAL}markers.txt.gz")
    text_standing = read_markers(raw / f"{STANDING}.txt.gz", standing=True)
    text_forces = read_forces(raw / f"{TRIAL}forces.txt.gz")
    c3d = read_c3d(formats / f"{TRIAL}.c3d")
    markers = canonical(c3d, text)
    standing = canonical(read_c3d(formats / f"{STANDING}.c3d"), text_standing)
    forces = plate_forces(c3d)
    info = read_info(raw / "RBDSinfo.txt")[0]
    runner = info[info["runner_id"] == "RBDS001"].iloc[0]
    with tempfile.TemporaryDirectory() as folder:
        stored = stored_in_c3d(text, Path(folder))
        stored_standing = stored_in_c3d(text_standing, Path(folder))
    exact = exact_differences()
    base = processed(text, text_standing, text_forces, text_forces, runner)
    rounded = six_digits(markers), six_digits(standing)
    raw_mm = 1000 * np.abs(markers.positions_m - text.positions_m)
    off = 1000 * np.abs(rounded[0].positions_m - text.positions_m)
    seen = ~np.isnan(raw_mm)
    zeroed = ~np.any(text_forces.force_n, axis=1)
    baseline = (forces.force_n - text_forces.force_n)[~zeroed]
    offset = np.median(baseline, axis=0)
    spread = np.abs(baseline - offset).max()
    same_gaps = bool((np.isnan(markers.positions_m) == np.isnan(text.positions_m)).all())
    lines = [
        "# One trial through C3D and through text",
        "",
        f"{TRIAL}, {len(base.strides)} strides; relative to the greatest value of each measure or "
        "curve. Made by `python benchmarks/c3d_and_text.py --write`.",
        "",
        "| C3D against text | largest difference of a measure | measures within 1e-6 | "
        "largest difference of a curve | of an angle among the measures |",
        "|---|---|---|---|---|",
    ]
    rows = (
        ("the numbers of the text, stored in C3D", stored, stored_standing, text_forces),
        ("published C3D, rounded as the text is", *rounded, text_forces),
        ("published C3D, markers as they are", markers, standing, text_forces),
        ("published C3D, markers and force", markers, standing, forces),
    )
    for word, moving, still, plate in rows:
        worst = largest(base, processed(moving, still, plate, plate, runner))
        lines.append(row(word, worst))
    lines.insert(6, row("published C3D, against the same exported as text with all digits", exact))
    lines += [
        "",
        f"- Gaps are the same: {'yes' if same_gaps else 'no'}. Markers differ by at most "
        f"{raw_mm[seen].max():.4f} mm; rounded to six digits {np.mean(off[seen] < 1e-9):.4%} of "
        "coordinates are equal, the rest differ by one unit of the last digit "
        f"({off[seen].max():.3f} mm).",
        f"- Force: where the text is not zero, it is the C3D less a constant "
        f"{', '.join(f'{value:+.2f}' for value in offset)} N, within {spread:.3f} N (its two "
        f"decimals); it is zero in {np.mean(zeroed):.0%} of samples, where the C3D has up to "
        f"{forces.force_n[zeroed, 1].max():.0f} N. That moves events: see the last row.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    report = compare()
    print(report)
    if "--write" in sys.argv:
        RESULT.write_text(report, encoding="utf-8", newline="\n")

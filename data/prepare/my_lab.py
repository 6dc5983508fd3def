"""Make data/samples/my_lab: a folder of exports as a laboratory has it, from the raw files.

    python data/prepare/my_lab.py RAW_FOLDER [--to data/samples/my_lab]

RAW_FOLDER holds the published files of rbds2017. Six seconds at 3.5 m/s of eight runners become C3D
files in another laboratory's names and axes (X right, Y forward, Z up), and a table of runners with
semicolons and decimal commas. Same files, same result.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import ezc3d
import numpy as np

from glutelab.formats.rbds import MARKER_RATE_HZ, read_info, read_markers
from glutelab.frames import MarkerFrames

DATA = Path(__file__).resolve().parents[1]
# The three elite runners, and five competitive ones.
RUNNERS = ("004", "006", "010", "001", "009", "012", "018", "020")
SECONDS, STANDING_FRAMES = 6.0, 30
NAMES = {
    "asis": "ASI",
    "psis": "PSI",
    "thigh_top_lateral": "TH1",
    "thigh_bottom_lateral": "TH2",
    "thigh_top_medial": "TH3",
    "thigh_bottom_medial": "TH4",
    "shank_top_lateral": "SK1",
    "shank_bottom_lateral": "SK2",
    "shank_top_medial": "SK3",
    "shank_bottom_medial": "SK4",
    "heel_top": "FT1",
    "heel_bottom": "HEE",
    "heel_lateral": "FT2",
    "metatarsal_1": "MT1",
    "metatarsal_5": "MT5",
    "trochanter": "GTR",
    "knee_lateral": "KNE",
    "knee_medial": "MKNE",
    "fibula_head": "FIB",
    "tibial_tuberosity": "TUB",
    "ankle_lateral": "ANK",
    "ankle_medial": "MANK",
    "metatarsal_2": "TOE",
}


def write_c3d(markers: MarkerFrames, path: Path) -> None:
    """Markers in millimeters, X right, Y forward, Z up."""
    names = [name for name in markers.names if name.split("_", 1)[1] in NAMES and name in markers]
    labels = [f"{name[0].upper()}{NAMES[name.split('_', 1)[1]]}" for name in names]
    ours = markers.positions_m[:, [markers.index(name) for name in names]]
    theirs = 1000.0 * ours[:, :, [2, 0, 1]]
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    file["parameters"]["POINT"]["RATE"]["value"] = [markers.rate_hz]
    file["parameters"]["POINT"]["LABELS"]["value"] = labels
    file["data"]["points"] = np.concatenate(
        [theirs.transpose(2, 1, 0), np.ones((1, len(names), len(ours)))]
    )
    residuals = np.where(np.isnan(theirs[..., 0]).T, -1.0, 0.0)
    file["data"]["meta_points"]["residuals"] = residuals[None]
    file.write(str(path))


def first(markers: MarkerFrames, frames: int) -> MarkerFrames:
    return MarkerFrames(markers.names, markers.positions_m[:frames], MARKER_RATE_HZ)


def write_runners(raw: Path, path: Path) -> None:
    runners, legs, _ = read_info(next(iter(sorted(raw.rglob("RBDSinfo.txt")))))
    thomas = legs.pivot(index="runner_id", columns="side", values="thomas_test_deg")
    lines = ["Code;Group;Sex;Age;Height (cm);Mass (kg);Thomas left;Thomas right;Remarks"]
    for runner in runners.set_index("runner_id").loc[[f"RBDS{n}" for n in RUNNERS]].itertuples():
        cells = [
            f"P{runner.Index[4:]}",
            {"elite": "national", "competitive": "club"}[runner.level],
            runner.sex[0].upper(),
            f"{runner.age_years:.0f}",
            f"{100 * runner.height_m:.0f}",
            f"{runner.mass_kg:.2f}".rstrip("0").rstrip("."),
            f"{thomas.loc[runner.Index, 'left']:g}",
            f"{thomas.loc[runner.Index, 'right']:g}",
            "came late" if runner.Index.endswith("9") else "",
        ]
        lines.append(";".join(cell.replace(".", ",") for cell in cells))
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("cp1252"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("raw", type=Path, help="folder of the published raw files")
    parser.add_argument("--to", type=Path, default=DATA / "samples" / "my_lab")
    options = parser.parse_args()
    recordings = options.to / "c3d"
    recordings.mkdir(parents=True, exist_ok=True)
    files = {
        path.name.removesuffix(".gz"): path for path in sorted(options.raw.rglob("RBDS*.txt*"))
    }
    for runner in RUNNERS:
        running = read_markers(files[f"RBDS{runner}runT35markers.txt"])
        write_c3d(
            first(running, int(SECONDS * MARKER_RATE_HZ)), recordings / f"P{runner}_run35.c3d"
        )
        standing = read_markers(files[f"RBDS{runner}static.txt"], standing=True)
        write_c3d(first(standing, STANDING_FRAMES), recordings / f"P{runner}_static.c3d")
    write_runners(options.raw, options.to / "runners.csv")
    print(f"{len(RUNNERS)} runners in {options.to}")


if __name__ == "__main__":
    main()

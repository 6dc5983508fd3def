"""One folder of exports per kind of file, small and made of real recordings, for the fuzzing."""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import made_c3d
import numpy as np
import pandas as pd
import test_formats_sheet as sheets
import test_formats_visual3d as visual3d
from labs import MARKER_RECIPE, SHEET, SHEET_RECIPE, marker_lab, sheet_lab, write_recipe
from opensim_files import CLUSTERS, NAMES

import glutelab as gl
from glutelab.datasets import sample_folder
from glutelab.formats.recognize import read_recording
from glutelab.intake.frames import marker_frames
from glutelab.intake.presets import PRESETS
from glutelab.intake.recipe import read_recipe
from glutelab.kinematics import joint_angles, track_segments
from glutelab.segments import segment_model

__all__ = ["LABS", "REFUSED", "make_lab"]

RUNNERS = "Code;Group;Sex;Height (cm);Mass (kg)\nP001;club;M;181;62,0\n"
RUNNERS_RECIPE = """
[runners]
file = "runners.csv"
words.level = { club = "competitive" }
words.sex = { M = "male", F = "female" }
[runners.columns]
runner_id = "Code"
level = "Group"
sex = "Sex"
height_m = "Height (cm)"
mass_kg = "Mass (kg)"
"""
TRIALS = 'speed_m_s = 3.5\nslope_pct = 0.0\nsurface = "treadmill"\n'
FRAMES = 900  # 6 s


def recipe(start: str, trials: str, rest: str, *, runners: str = RUNNERS_RECIPE) -> str:
    cohort = f'[cohort]\nname = "fuzz-lab"\nstart = "{start}"\n'
    return f"{cohort}{runners}\n[trials]\n{trials}\n{rest}"


def _begin(folder: Path, text: str) -> Path:
    (folder / "raw").mkdir(parents=True)
    (folder / "runners.csv").write_text(RUNNERS, encoding="utf-8")
    write_recipe(folder, text)
    return folder


@functools.cache
def _running():
    """The sample laboratory's first runner: recordings, and joint angles frame by frame."""
    c3d = sample_folder("my_lab") / "c3d"
    moving, standing = (read_recording(c3d / f"P001_{what}.c3d") for what in ("run35", "static"))
    with tempfile.TemporaryDirectory() as place:
        write_recipe(Path(place), MARKER_RECIPE)
        markers = read_recipe(place).markers
    model = segment_model(marker_frames(standing, markers))
    motion = track_segments(marker_frames(moving, markers), model)
    angles = {side: joint_angles(motion, side) for side in ("left", "right")}
    return moving, standing, angles


def _vendor(preset: str, variant: str = "") -> dict[str, np.ndarray]:
    """The joint angles as a vendor's software would name and sign them."""
    angles = _running()[2]
    return {
        channel.names[0]: channel.factor * angles[side][name]
        for (side, name), channel in PRESETS[preset].channels[variant].items()
        if name in angles[side]
    }


def csv_lab(folder: Path) -> Path:
    return sheet_lab(folder)


def xlsx_lab(folder: Path) -> Path:
    folder.mkdir()
    rows = [line.split(";") for line in SHEET.strip().split("\n")]
    cells = [rows[0]] + [
        [float(c.replace(",", ".")) if k > 2 else c for k, c in enumerate(row)] for row in rows[1:]
    ]
    sheets.workbook(folder / "runners.xlsx", cells)
    write_recipe(folder, SHEET_RECIPE.replace("runners.csv", "runners.xlsx"))
    return folder


def c3d_lab(folder: Path) -> Path:
    return marker_lab(folder, "P001")


def write_trc(path: Path, points) -> None:
    n_frames, n_markers = points.positions.shape[:2]
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{path.name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{points.rate_hz:g}\t{points.rate_hz:g}\t{n_frames}\t{n_markers}\t{points.unit}"
        f"\t{points.rate_hz:g}\t1\t{n_frames}",
        "Frame#\tTime\t" + "\t\t\t".join(points.names) + "\t\t",
        "\t\t" + "\t".join(f"{axis}{k}" for k in range(1, n_markers + 1) for axis in "XYZ"),
        "",
    ]
    for k, frame in enumerate(points.positions.reshape(n_frames, -1)):
        cells = ["" if np.isnan(x) else f"{x:.3f}" for x in frame]
        lines.append("\t".join([str(k + 1), f"{k / points.rate_hz:.6f}", *cells]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def trc_lab(folder: Path) -> Path:
    """The sample laboratory again, as TRC."""
    text = MARKER_RECIPE.replace("c3d/", "raw/").replace(".c3d", ".trc")
    _begin(folder, text)
    shutil.copy(sample_folder("my_lab") / "runners.csv", folder)
    moving, standing, _ = _running()
    write_trc(folder / "raw" / "P001_run35.trc", moving.points)
    write_trc(folder / "raw" / "P001_static.trc", standing.points)
    return folder


def opensim_trc_lab(folder: Path) -> Path:
    """OpenSim's own file, one stride without a standing trial: too little, and refused."""
    names = "\n".join(
        f'{side}_{ours} = "{letter}{theirs}"'
        for letter, side in (("R", "right"), ("L", "left"))
        for theirs, ours in NAMES.items()
    )
    clusters = "\n".join(f"{segment} = {list(names)}" for segment, names in CLUSTERS.items())
    rest = f"[markers]\n[markers.names]\n{names}\n[markers.clusters]\n{clusters}\n"
    _begin(folder, recipe("markers", 'recordings = "raw/{runner_id}.trc"\n' + TRIALS, rest))
    shutil.copy(sample_folder("formats") / "motion_capture_run.trc", folder / "raw" / "P001.trc")
    return folder


def write_mot(path: Path, columns: dict[str, np.ndarray], rate: float = 150.0) -> None:
    values = np.column_stack(
        [np.arange(len(next(iter(columns.values())))) / rate, *columns.values()]
    )
    head = f"Coordinates\nversion=1\nnRows={len(values)}\nnColumns={values.shape[1]}\ninDegrees=yes"
    rows = ["\t".join(f"{x:.8f}" for x in row) for row in values]
    path.write_text(
        "\n".join([head, "endheader", "\t".join(["time", *columns]), *rows]) + "\n",
        encoding="utf-8",
    )


MOT_REST = '[angles]\npreset = "opensim"\nvariant = "knee_flexion_positive"\n'


def mot_lab(folder: Path) -> Path:
    _begin(folder, recipe("angles", 'recordings = "raw/{runner_id}.mot"\n' + TRIALS, MOT_REST))
    write_mot(folder / "raw" / "P001.mot", _vendor("opensim", "knee_flexion_positive"))
    return folder


def opensim_mot_lab(folder: Path) -> Path:
    """OpenSim's own file, one stride: too little, and refused."""
    _begin(folder, recipe("angles", 'recordings = "raw/{runner_id}.mot"\n' + TRIALS, MOT_REST))
    shutil.copy(sample_folder("formats") / "ik_output_run.mot", folder / "raw" / "P001.mot")
    return folder


def plug_in_gait_lab(folder: Path) -> Path:
    rest = '[angles]\npreset = "plug_in_gait"\n'
    _begin(folder, recipe("angles", 'recordings = "raw/{runner_id}.c3d"\n' + TRIALS, rest))
    triples: dict[str, dict[str, np.ndarray]] = {}
    for name, values in _vendor("plug_in_gait").items():
        label, axis = name.split(".")
        triples.setdefault(label, {})[axis] = values
    positions = np.array(
        [[three.get(axis, np.zeros(FRAMES)) for three in triples.values()] for axis in "XYZ"]
    )
    made_c3d.write(
        folder / "raw" / "P001.c3d",
        list(triples),
        positions,
        rate=150.0,
        POINT={"ANGLES": list(triples)},
    )
    return folder


def _curves(n_strides: int = 3):
    """Strides of the built-in cohort, by side and variable."""
    cohort = gl.load_cohort("rbds2017")
    strides = cohort.strides.reset_index()
    found = {}
    for side in ("left", "right"):
        chosen = strides.query(f"runner_id == 'RBDS001' and speed_m_s == 3.5 and side == '{side}'")
        for name in ("hip_flexion_deg", "knee_flexion_deg", "ankle_dorsiflexion_deg"):
            found[side, name] = cohort.curves(name)[chosen.index[:n_strides].to_numpy()]
    return found


def visual3d_lab(folder: Path) -> Path:
    rest = '[angles]\npreset = "visual3d"\nvariant = "default"\nunit = "deg"\n'
    _begin(folder, recipe("curves", 'recordings = "raw/{runner_id}.txt"\n' + TRIALS, rest))
    signals = {
        "hip_flexion_deg": ("HipAngle", 1),
        "knee_flexion_deg": ("KneeAngle", -1),
        "ankle_dorsiflexion_deg": ("AnkleAngle", 1),
    }
    columns = [
        visual3d.angle(side[0].upper() + signals[name][0], signals[name][1] * stride)
        for (side, name), strides in _curves().items()
        for stride in strides
    ]
    visual3d.write(folder / "raw" / "P001.txt", columns)
    return folder


def bmc_ric_lab(folder: Path) -> Path:
    """One published stride, and two made of it."""
    rest = '[angles]\npreset = "bmc_ric"\nunit = "deg"\n'
    pattern = 'recordings = "raw/{runner_id}t{stride}.txt"\n'
    _begin(folder, recipe("curves", pattern + TRIALS, rest))
    source = sample_folder("formats") / "curves" / "g01s01t01.txt"
    shutil.copy(source, folder / "raw" / "P001t01.txt")
    frame = pd.read_csv(source, sep="\t")
    for k in (2, 3):
        other = frame.copy()
        other.iloc[:, 1:] *= 1 + 0.02 * k
        other.round(6).to_csv(folder / "raw" / f"P001t0{k}.txt", sep="\t", index=False)
    return folder


LONG_REST = """[angles]
unit = "deg"
table = { runner_id = "who", side = "side", stride = "stride", percent = "pct" }
[angles.columns.right]
hip_flexion_deg = "hip"
knee_flexion_deg = "knee"
ankle_dorsiflexion_deg = "ankle"
[angles.columns.left]
hip_flexion_deg = "hip"
knee_flexion_deg = "knee"
ankle_dorsiflexion_deg = "ankle"
"""


def long_lab(folder: Path) -> Path:
    _begin(folder, recipe("curves", 'recordings = "raw/curves.csv"\n' + TRIALS, LONG_REST))
    curves, rows = _curves(), []
    for side in ("left", "right"):
        for k in range(3):
            rows.append(
                pd.DataFrame(
                    {
                        "who": "P001",
                        "side": side,
                        "stride": k + 1,
                        "pct": np.arange(101),
                        **{
                            short: curves[side, name][k]
                            for short, name in (
                                ("hip", "hip_flexion_deg"),
                                ("knee", "knee_flexion_deg"),
                                ("ankle", "ankle_dorsiflexion_deg"),
                            )
                        },
                    }
                )
            )
    pd.concat(rows).to_csv(folder / "raw" / "curves.csv", index=False)
    return folder


RBDS_WORDS = {
    "asis": "ASIS", "psis": "PSIS", "thigh_top_lateral": "Thigh.Top.Lateral",
    "thigh_bottom_lateral": "Thigh.Bottom.Lateral", "thigh_top_medial": "Thigh.Top.Medial",
    "thigh_bottom_medial": "Thigh.Bottom.Medial", "shank_top_lateral": "Shank.Top.Lateral",
    "shank_bottom_lateral": "Shank.Bottom.Lateral", "shank_top_medial": "Shank.Top.Medial",
    "shank_bottom_medial": "Shank.Bottom.Medial", "heel_top": "Heel.Top",
    "heel_bottom": "Heel.Bottom", "heel_lateral": "Heel.Lateral", "metatarsal_1": "MT1",
    "metatarsal_5": "MT5", "trochanter": "GTR", "knee_lateral": "Knee",
    "knee_medial": "Knee.Medial", "fibula_head": "HF", "tibial_tuberosity": "TT",
    "ankle_lateral": "Ankle", "ankle_medial": "Ankle.Medial", "metatarsal_2": "MT2",
}  # fmt: skip


def rbds_lab(folder: Path) -> Path:
    """Published text: markers, and forces with their clock written out."""
    names = "\n".join(
        f'{side}_{ours} = "{side[0].upper()}.{theirs}"'
        for side in ("right", "left")
        for ours, theirs in RBDS_WORDS.items()
    )
    rest = f'[events]\nforces = true\n[markers]\nunit = "mm"\n[markers.names]\n{names}\n'
    trials = (
        'recordings = "raw/{runner_id}_markers.txt"\nstanding = "raw/{runner_id}_static.txt"\n'
        'forces = "raw/{runner_id}_forces.txt"\n'
    )
    _begin(folder, recipe("markers", trials + TRIALS, rest))
    raw = sample_folder("rbds2017")
    for name, to, rows, rate in (
        ("runT35markers", "markers", FRAMES, 150),
        ("static", "static", 60, 150),
        ("runT35forces", "forces", 2 * FRAMES, 300),
    ):
        frame = pd.read_csv(raw / f"RBDS001{name}.txt.gz", sep="\t").iloc[:rows]
        frame["Time"] = (np.arange(len(frame)) / rate).round(6)
        frame.to_csv(folder / "raw" / f"P001_{to}.txt", sep="\t", index=False)
    return folder


LABS: dict[str, Callable[[Path], Path]] = {
    "spreadsheet as CSV": csv_lab,
    "spreadsheet as xlsx": xlsx_lab,
    "markers, C3D": c3d_lab,
    "markers, TRC": trc_lab,
    "markers and forces, text": rbds_lab,
    "angles, MOT": mot_lab,
    "angles, Plug-in Gait C3D": plug_in_gait_lab,
    "curves, Visual3D": visual3d_lab,
    "curves, BMC and RIC": bmc_ric_lab,
    "curves, long table": long_lab,
    "OpenSim's TRC (one stride)": opensim_trc_lab,
    "OpenSim's MOT (one stride)": opensim_mot_lab,
}
# A single stride gives no cohort; the right result is a refusal.
REFUSED = ("OpenSim's TRC (one stride)", "OpenSim's MOT (one stride)")


def make_lab(name: str, folder: Path) -> Path:
    return LABS[name](folder)

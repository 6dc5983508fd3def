"""Folders of exports as laboratories have them, made for the tests of an import."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path

from glutelab.datasets import sample_folder

MARKERS = """
[markers]
forward = "+Y"
up = "+Z"
[markers.names]
"""
ROOT = Path(__file__).resolve().parents[1]
NAMES = runpy.run_path(str(ROOT / "data" / "prepare" / "my_lab.py"))["NAMES"]
MARKER_RECIPE = (
    """
[cohort]
name = "my-lab"
start = "markers"
[runners]
file = "runners.csv"
words.level = { national = "elite", club = "competitive" }
words.sex = { M = "male", F = "female" }
[runners.columns]
runner_id = "Code"
level = "Group"
sex = "Sex"
height_m = "Height (cm)"
mass_kg = "Mass (kg)"
thomas_test_deg = { left = "Thomas left", right = "Thomas right" }
[trials]
recordings = "c3d/{runner_id}_run{speed}.c3d"
standing = "c3d/{runner_id}_static.c3d"
speeds = { 35 = 3.5 }
surface = "treadmill"
slope_pct = 0.0
"""
    + MARKERS
    + "\n".join(
        f'{side}_{ours} = "{side[0].upper()}{theirs}"'
        for side in ("left", "right")
        for ours, theirs in NAMES.items()
    )
)

SHEET_RECIPE = """
[cohort]
name = "sheet-lab"
start = "runners"
[runners]
file = "runners.csv"
columns = { runner_id = "Runner", level = "Group", standing_pelvic_tilt_deg = "Tilt" }
words.level = { elite = "elite", rec = "recreational" }
[trials]
file = "runners.csv"
slope_pct = 0
[trials.columns]
runner_id = "Runner"
speed_m_s = "Speed (km/h)"
oxygen_cost_ml_kg_km = "Cost (ml/kg/km)"
"""
SHEET = """Name;Runner;Group;Speed (km/h);Tilt;Cost (ml/kg/km)
Anna A;1;elite;12;8,5;195
Bert B;2;elite;12;10,1;201
Cora C;3;rec;12;14,2;215
Dirk D;4;rec;12;12,2;222
"""


def marker_lab(folder: Path, *runners: str) -> Path:
    """Runners of the sample laboratory; all of them if none is named."""
    sample = sample_folder("my_lab")
    (folder / "c3d").mkdir(parents=True)
    for path in sorted((sample / "c3d").iterdir()):
        if not runners or path.name.split("_")[0] in runners:
            shutil.copy(path, folder / "c3d" / path.name)
    shutil.copy(sample / "runners.csv", folder / "runners.csv")
    write_recipe(folder, MARKER_RECIPE)
    return folder


def sheet_lab(folder: Path) -> Path:
    """A laboratory that has a spreadsheet."""
    folder.mkdir()
    (folder / "runners.csv").write_text(SHEET, encoding="utf-8")
    write_recipe(folder, SHEET_RECIPE)
    return folder


def write_recipe(folder: Path, text: str) -> None:
    (folder / "recipe.toml").write_text(text, encoding="utf-8")

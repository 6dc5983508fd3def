"""A draft of curves over the gait cycle: one file per runner, and columns named after joints."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from labs import write_recipe
from made_drafts import said

import glutelab as gl
from glutelab.intake.drafting.draft import new_recipe
from glutelab.intake.recipe import read_recipe

HEADS = [
    ("L Hip", "L Knee", "L Ankle"),
    ("R_Hip", "R_Knee", "R_Ankle"),
    ("left_hip_flexion", "left_knee_flexion", "left_ankle_dorsiflexion"),
    ("Hip", "Knee", "Ankle"),
]


def lab(folder, heads=HEADS[0], runners=8, **more):
    """One CSV per runner with 101 rows, as many laboratories have them."""
    (folder / "curves").mkdir(parents=True)
    cohort = gl.load_cohort("rbds2017")
    names = ("hip_flexion_deg", "knee_flexion_deg", "ankle_dorsiflexion_deg")
    for k in range(1, runners + 1):
        values = [cohort.curves(name)[k] for name in names]
        frame = pd.DataFrame(dict(zip(heads, values, strict=True)))
        frame.insert(0, "Percent", np.arange(101))
        frame.assign(**more).to_csv(folder / "curves" / f"P{k:02d}_12kmh.csv", index=False)
    rows = "".join(f"P{k:02d},elite\n" for k in range(1, runners + 1))
    (folder / "runners.csv").write_text(f"Code,Level\n{rows}")
    return folder


@pytest.mark.parametrize("heads", HEADS)
def test_one_file_per_runner_needs_no_table_section(tmp_path, heads):
    folder = lab(tmp_path / "lab", heads)
    new_recipe(folder)
    recipe = read_recipe(folder)
    assert recipe.cohort.start == "curves"
    assert recipe.trials.recordings == "curves/{runner_id}_12kmh.csv"
    assert recipe.trials.speed_m_s == pytest.approx(12 / 3.6, abs=0.001)
    assert not recipe.angles.table.percent
    side = "left" if heads[0].lower().startswith("l") else "right"
    assert [c.column for c in recipe.angles.columns[side].values()] == [
        heads[2],
        heads[0],
        heads[1],
    ]


def test_what_was_drafted_passes_the_check(tmp_path):
    folder = lab(tmp_path / "lab", runners=2)
    new_recipe(folder)
    assert gl.check_folder(folder, workers=1, progress=False).problems == []


def test_a_table_section_beside_a_pattern_says_what_to_take_away(tmp_path):
    folder = lab(tmp_path / "lab")
    new_recipe(folder)
    text = (folder / "recipe.toml").read_text()
    write_recipe(folder, f'{text}\n[angles.table]\nrunner_id = "x"\npercent = "Percent"\n')
    (found,) = gl.check_folder(folder, workers=1, progress=False).problems
    assert "[angles.table]: it reads one file" in found
    assert "is a pattern of 8 files. Take [angles.table] away" in found


def test_columns_of_numbers_that_were_not_used_are_named(tmp_path):
    draft = new_recipe(lab(tmp_path / "lab", HEADS[3], Trunk=3.5))
    assert "Of which leg are 'Hip', 'Knee', 'Ankle'?" in said(draft)
    assert "Not used: 'Trunk'." in said(draft)


def test_what_is_not_mapped_is_said_once_with_the_columns_there_are(tmp_path):
    folder = lab(tmp_path / "lab")
    new_recipe(folder)
    text = (folder / "recipe.toml").read_text()
    write_recipe(folder, "".join(t for t in text.splitlines(True) if "knee_flexion_deg" not in t))
    (found,) = gl.check_folder(folder, workers=1, progress=False).problems
    assert "(and 7 more)" in found
    assert "[angles.columns.left]" in found
    assert "It has L Hip, L Knee, L Ankle." in found

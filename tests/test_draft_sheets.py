"""A workbook with runners in one sheet and trials in another."""

from __future__ import annotations

import pytest
from test_formats_sheet import workbook

import glutelab as gl
from glutelab.intake.drafting.draft import new_recipe
from glutelab.intake.recipe import read_recipe

RUNNERS = [["Code", "Level", "Sex", "Height (cm)", "Mass (kg)"]] + [
    [f"P{k:02d}", ("elite", "recreational")[k % 2], "FM"[k % 2], 165 + k, 55 + k]
    for k in range(1, 9)
]
TRIALS = [["Athlete", "Speed (km/h)", "VO2 (ml/kg/min)", "RER"]] + [
    [f"P{k:02d}", 12, 40 + k / 2, 0.9] for k in range(1, 9)
]


@pytest.fixture
def lab(tmp_path):
    workbook(tmp_path / "runners.xlsx", RUNNERS, TRIALS)
    return tmp_path


def check(folder):
    return gl.check_folder(folder, workers=1, progress=False)


def test_trials_are_drafted_from_the_other_sheet(lab):
    new_recipe(lab)
    recipe = read_recipe(lab)
    assert (recipe.runners.file, recipe.runners.sheet) == ("runners.xlsx", "A")
    assert (recipe.trials.sheet.file, recipe.trials.sheet.sheet) == ("runners.xlsx", "B")
    assert recipe.trials.sheet.columns["runner_id"] == "Athlete"
    found = check(lab)
    assert found.problems == []
    assert found.trials == 8


@pytest.mark.parametrize(("sheet", "said"), [('sheet = "B"\n', False), ("", True)])
def test_a_sheet_that_is_used_is_not_said_to_be_overlooked(lab, sheet, said):
    (lab / "recipe.toml").write_text(
        f"""[cohort]
name = "lab"
start = "runners"
[runners]
file = "runners.xlsx"
columns = {{ runner_id = "Code", level = "Level" }}
[trials]
file = "runners.xlsx"
{sheet}columns = {{ runner_id = "{"Athlete" if sheet else "Code"}" }}
speed_m_s = 3.5
"""
    )
    assert ("'B' holds a table, too" in " ".join(check(lab).notes)) is said


def test_the_hint_names_the_column_and_the_sheet(lab):
    workbook(lab / "runners.xlsx", [["Runner", *RUNNERS[0][1:]], *RUNNERS[1:]])
    draft = new_recipe(lab)
    hint = 'file = "runners.xlsx", sheet = "...", columns = { runner_id = "Runner"'
    assert any(hint in question for question in draft.questions)

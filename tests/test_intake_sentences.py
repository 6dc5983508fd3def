"""What an import says of small mistakes in tables, so that it can be mended without a guess."""

from __future__ import annotations

import pandas as pd
import pytest
from labs import SHEET, SHEET_RECIPE, sheet_lab, write_recipe
from test_draft_curves import lab as curves_lab
from test_draft_sheets import RUNNERS, TRIALS
from test_formats_sheet import workbook
from test_intake import problems

from glutelab.intake.drafting.draft import new_recipe
from glutelab.intake.drafting.table_guess import guess_table


def test_a_word_without_a_meaning_comes_with_the_levels_there_are(tmp_path):
    folder = sheet_lab(tmp_path / "lab")
    (folder / "runners.csv").write_text(SHEET.replace("elite", "national"))
    found = problems(folder)[0]
    assert "'national' has no meaning yet. Say what it means: [runners.words.level]" in found
    assert "recreational, competitive, elite" in found


def test_two_sheets_of_one_file_are_told_apart(tmp_path):
    workbook(tmp_path / "runners.xlsx", RUNNERS[:-1], TRIALS)
    new_recipe(tmp_path)
    (found,) = problems(tmp_path)
    assert found.startswith(
        "runners.xlsx, sheet 'A': trials of sheet 'B' are of P08, who is not in"
    )


@pytest.mark.parametrize(
    ("last", "named"),
    [("Mean;;;;;", ["Mean"]), ("Mean;;;;;\nSD;;;;;", ["Mean", "SD"]), ("Total;;;1;2", ["Total"])],
)
def test_means_under_a_table_are_no_runners(tmp_path, last, named):
    folder = sheet_lab(tmp_path / "lab")
    rows = "\n".join(f"x;{row}" for row in last.splitlines())
    (folder / "runners.csv").write_text(f"{SHEET}{rows}\n")
    found = problems(folder)
    assert [name for name in named if f"{name}' looks like a summary" in " ".join(found)] == named
    assert len(found) == len(named)  # once, though it is the table of trials as well
    assert found[0].startswith("runners.csv, row 6: ")


def test_a_runner_called_sd_is_a_runner(tmp_path):
    folder = sheet_lab(tmp_path / "lab")
    write_recipe(folder, SHEET_RECIPE)
    (folder / "runners.csv").write_text(SHEET.replace("Dirk D;4;", "Dirk D;SD;"))
    assert problems(folder) == []


def test_one_flipped_file_among_many_is_to_be_mended_itself(tmp_path):
    folder = curves_lab(tmp_path / "lab", runners=3)
    new_recipe(folder)
    path = folder / "curves" / "P02_12kmh.csv"
    frame = pd.read_csv(path)
    frame.assign(**{"L Knee": -frame["L Knee"]}).to_csv(path, index=False)
    (found,) = problems(folder)
    assert found.startswith("P02")
    assert "Mend this file: a factor in the recipe would turn all trials. [sign]" in found


def test_race_times_have_a_place():
    frame = pd.DataFrame({"Code": ["a", "b"], "10 km best": ["38:20", "41:05"]})
    (asked,) = guess_table(frame).asked
    assert asked.startswith("'10 km best' holds times such as 38:20.")
    assert "pace_min_km" in asked

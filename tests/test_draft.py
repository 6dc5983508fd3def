"""A recipe drafted from a whole folder: what it finds there, and that it never stops halfway."""

from __future__ import annotations

import os
import shutil
import time
import tomllib

import numpy as np
import pytest
from made_drafts import IDS, SAMPLES, said
from made_lab import people, readers, recording, touch

from glutelab.errors import ProblemList
from glutelab.intake.drafting.draft import new_recipe
from glutelab.intake.drafting.file_names import role_of
from glutelab.intake.drafting.guess import GUESS, SURE
from glutelab.intake.recipe import read_recipe


def markers_only(path):
    if path.suffix != ".c3d":
        return None
    return recording(path.name, moving=role_of(path.name) != "standing")


def visual3d(path):
    names = ["LEFT_HIP_ANGLE.X", "LEFT_KNEE_ANGLE.X", "RIGHT_HIP_ANGLE.X", "RIGHT_KNEE_ANGLE.X"]
    return recording(path.name, angles=names, family="visual3d") if path.suffix == ".txt" else None


# --- whole folders --------------------------------------------------------------------------------


def test_the_sample_of_a_lab(tmp_path):
    shutil.copytree(
        SAMPLES / "my_lab", tmp_path / "lab", ignore=shutil.ignore_patterns("recipe.toml")
    )
    draft = new_recipe(tmp_path / "lab")
    recipe = read_recipe(tmp_path / "lab")
    assert recipe.cohort.start == "markers"
    assert recipe.trials.recordings == "c3d/{runner_id}_run35.c3d"
    assert recipe.trials.standing == "c3d/{runner_id}_static.c3d"
    assert draft.guesses["trials.recordings"].confidence == SURE
    assert draft.guesses["trials.speed_m_s"].value == 3.5
    assert draft.guesses["trials.speed_m_s"].confidence == GUESS
    assert (recipe.markers.unit, recipe.markers.forward, recipe.markers.up) == ("mm", "+Y", "+Z")
    assert recipe.markers.names["right_asis"] == "RASI"
    assert set(recipe.markers.clusters) == {"pelvis", "thigh", "shank", "foot"}
    assert recipe.runners.columns["runner_id"] == "Code"
    assert recipe.runners.units == {"height_m": "cm"}
    # What "club" and "national" are, only the laboratory knows.
    assert draft.guesses["runners.columns.level"].confidence == GUESS
    assert "level" not in recipe.runners.words or not recipe.runners.words["level"]
    assert "what is 'club'?" in said(draft)
    assert "'Remarks': seems to hold free text" in said(draft)


def test_c3d_with_a_table_of_runners(tmp_path, monkeypatch):
    readers(monkeypatch, markers_only)
    touch(tmp_path, [f"raw/{one}runT{speed}.c3d" for one in IDS for speed in (25, 35, 45)])
    touch(tmp_path, [f"raw/{one}static.c3d" for one in IDS])
    people(IDS).to_csv(tmp_path / "runners.csv", index=False)
    draft = new_recipe(tmp_path)
    recipe = read_recipe(tmp_path)
    assert recipe.trials.recordings == "raw/{runner_id}runT{speed}.c3d"
    assert recipe.trials.standing == "raw/{runner_id}static.c3d"
    assert recipe.trials.speeds == {"25": 2.5, "35": 3.5, "45": 4.5}
    assert recipe.runners.words["level"] == {"Elite": "elite", "Recreational": "recreational"}
    assert recipe.runners.words["sex"] == {"F": "female", "M": "male"}
    assert draft.guesses["trials.recordings"].comment.startswith("sure: 24 of 24 files")
    assert draft.guesses["trials.speeds.25"].confidence == GUESS
    assert "# sure: 24 of 24 files" in draft.text
    assert draft.questions == ()
    assert "Look through it, then: glutelab check" in repr(draft)


def test_opensim_without_a_standing_trial_starts_from_angles(tmp_path, monkeypatch):
    def read(path):
        if path.suffix == ".trc":
            return recording(path.name)
        names = ["hip_flexion_r", "knee_angle_r", "hip_flexion_l", "knee_angle_l", "pelvis_tilt"]
        if "grf" in path.name:
            return recording(path.name, plates=True)
        return recording(path.name, angles=names, family="opensim")

    readers(monkeypatch, read)
    touch(tmp_path, ["motion_capture_run.trc", "ik_output_run.mot", "grf_run.mot"])
    draft = new_recipe(tmp_path)
    assert draft.guesses["cohort.start"].value == "angles"
    assert draft.guesses["cohort.start"].confidence == GUESS
    assert draft.guesses["angles.preset"].value == "opensim"
    assert draft.guesses["angles.preset"].confidence == GUESS
    assert draft.guesses["trials.forces"].value == "grf_run.mot"
    assert "no standing trial" in said(draft)
    assert "no table of runners" in said(draft)
    assert "At which speed" in said(draft)


def test_real_opensim_files(tmp_path):
    for name in ("motion_capture_run.trc", "ik_output_run.mot", "grf_run.mot"):
        shutil.copy(SAMPLES / "formats" / name, tmp_path)
    draft = new_recipe(tmp_path)
    assert draft.guesses["angles.preset"].value == "opensim"


def test_visual3d_text_in_a_folder_per_runner(tmp_path, monkeypatch):
    readers(monkeypatch, visual3d)
    ids = ["Jörg Müller", "Anna Groß", "Zoë"]
    touch(tmp_path, [f"export/{one}/{one} {k}kmh.txt" for one in ids for k in (10, 12)])
    people(ids).to_csv(tmp_path / "Läufer 2026.csv", index=False)
    draft = new_recipe(tmp_path)
    recipe = read_recipe(tmp_path)
    assert recipe.cohort.start == "angles"
    assert recipe.runners.file == "Läufer 2026.csv"
    assert recipe.trials.recordings == "export/{runner_id}/{runner_id} {speed}kmh.txt"
    assert recipe.trials.speeds == {"10": 2.778, "12": 3.333}
    assert draft.guesses["trials.speeds.10"].confidence == SURE
    assert draft.guesses["trials.recordings"].confidence == SURE
    # Names do not tell signs.
    signs = [g for key, g in draft.guesses.items() if key.startswith("angles.")]
    assert signs
    assert all(guess.confidence != SURE for guess in signs)
    assert "glutelab.anonymize" in said(draft)
    assert "Müller" not in said(draft)


def test_one_spreadsheet_of_posture_and_economy(tmp_path, monkeypatch):
    readers(monkeypatch, markers_only)
    frame = people(IDS, **{
        "Thomas test L (°)": np.arange(8.0), "Thomas test R (°)": np.arange(8.0),
        "Speed (km/h)": 12, "VO2 (ml/kg/min)": np.linspace(38, 48, 8), "RER": 0.9,
        "Cost (kcal/kg/km)": np.linspace(0.95, 1.1, 8), "E-Mail": "a@b.org", "Comments": "x",
    })  # fmt: skip
    frame.to_csv(tmp_path / "study.csv", index=False)
    draft = new_recipe(tmp_path)
    recipe = read_recipe(tmp_path)
    assert recipe.cohort.start == "runners"
    assert recipe.runners.columns["thomas_test_deg"] == {
        "left": "Thomas test L (°)", "right": "Thomas test R (°)",
    }  # fmt: skip
    assert recipe.trials.sheet.file == "study.csv"
    assert recipe.trials.sheet.columns["vo2_ml_kg_min"] == "VO2 (ml/kg/min)"
    assert recipe.trials.sheet.columns["energy_cost_j_kg_m"] == "Cost (kcal/kg/km)"
    assert recipe.trials.sheet.units == {
        "speed_m_s": "km/h", "energy_cost_j_kg_m": "kcal/kg/km",
    }  # fmt: skip
    assert "E-Mail" not in draft.text
    assert "Comments" not in draft.text
    assert "an e-mail address" in said(draft)
    assert "gross, or net" in said(draft)


# --- hostile folders ------------------------------------------------------------------------------


def test_an_empty_folder_and_no_folder(tmp_path):
    with pytest.raises(ProblemList, match="no recordings, no tables"):
        new_recipe(tmp_path)
    with pytest.raises(ProblemList, match="no such folder"):
        new_recipe(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_a_recipe_is_not_replaced_unless_asked(tmp_path, monkeypatch):
    readers(monkeypatch, markers_only)
    people(IDS).to_csv(tmp_path / "runners.csv", index=False)
    (tmp_path / "recipe.toml").write_text("mine")
    with pytest.raises(ProblemList, match="already.*--overwrite"):
        new_recipe(tmp_path)
    assert (tmp_path / "recipe.toml").read_text() == "mine"
    assert new_recipe(tmp_path, overwrite=True).text == (tmp_path / "recipe.toml").read_text()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["recipe.toml", "runners.csv"]


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), RecursionError(), MemoryError()])
def test_a_reader_that_fails_does_not_stop_it(tmp_path, monkeypatch, error):
    def read(path):
        if path.name == f"{IDS[3]}_25.c3d":
            raise error
        return markers_only(path)

    readers(monkeypatch, read)
    touch(tmp_path, [f"{one}_25.c3d" for one in IDS])
    people(IDS).to_csv(tmp_path / "runners.csv", index=False)
    draft = new_recipe(tmp_path)
    assert f"{IDS[3]}_25.c3d was not used" in said(draft)
    assert read_recipe(tmp_path).trials.recordings == "{runner_id}_25.c3d"


def test_nothing_readable_says_why_and_writes_nothing(tmp_path, monkeypatch):
    readers(monkeypatch, lambda path: None)
    touch(tmp_path, ["a.c3d", "b.xlsx", "c.csv", "d.docx", "e"])
    with pytest.raises(ProblemList, match="nobody knows what this is") as caught:
        new_recipe(tmp_path)
    assert "1 .docx" in str(caught.value)
    assert not (tmp_path / "recipe.toml").exists()


def test_thousands_of_files_are_not_all_read(tmp_path, monkeypatch):
    opened = []

    def read(path):
        opened.append(path.name)
        return markers_only(path)

    readers(monkeypatch, read)
    ids = [f"R{k:04d}" for k in range(800)]
    touch(tmp_path, [f"{one}_T{speed}.c3d" for one in ids for speed in (25, 35, 45)])
    touch(tmp_path, [f"{one}_static.c3d" for one in ids])
    people(ids).to_csv(tmp_path / "runners.csv", index=False)
    start = time.perf_counter()
    draft = new_recipe(tmp_path)
    assert time.perf_counter() - start < 20
    assert len(opened) <= 40
    assert draft.guesses["trials.recordings"].comment.startswith("sure: 2400 of 2400 files")
    assert draft.guesses["trials.standing"].confidence == SURE
    assert "16 were looked into, the rest are alike" in said(draft) or "32 were" in said(draft)


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_links_out_of_the_folder_are_passed_over(tmp_path, monkeypatch):
    readers(monkeypatch, markers_only)
    lab, outside = tmp_path / "lab", tmp_path / "outside"
    touch(lab, [f"{one}_25.c3d" for one in IDS])
    touch(outside, ["X99_25.c3d"])
    (lab / "X98_25.c3d").symlink_to(outside / "X99_25.c3d")
    (lab / "more").symlink_to(outside)
    (lab / "loop").symlink_to(lab)
    draft = new_recipe(lab)
    assert "X98" not in draft.text
    assert "X99" not in draft.text
    assert "lead out of the folder" in said(draft)
    (lab / "recipe.toml").unlink()
    (lab / "recipe.toml").symlink_to(outside / "written.toml")
    with pytest.raises(ProblemList, match="already"):
        new_recipe(lab, overwrite=True)
    assert not (outside / "written.toml").exists()


def test_two_tables_of_runners_are_asked_about(tmp_path, monkeypatch):
    readers(monkeypatch, markers_only)
    for name in ("runners.csv", "runners_old.csv"):
        people(IDS).to_csv(tmp_path / name, index=False)
    draft = new_recipe(tmp_path)
    assert draft.guesses["runners.file"].confidence == GUESS
    assert "Which is the table of runners: runners.csv, runners_old.csv?" in said(draft)


def test_runners_who_are_not_in_both_are_named(tmp_path, monkeypatch):
    readers(monkeypatch, markers_only)
    touch(tmp_path, [f"{one}_25.c3d" for one in [*IDS[:6], "P77"]])
    people(IDS).to_csv(tmp_path / "runners.csv", index=False)
    draft = new_recipe(tmp_path)
    assert "not have: P77" in said(draft) or "P77_25.c3d" in said(draft)
    assert "without recordings: P07, P08" in said(draft)
    assert draft.guesses["trials.recordings"].confidence == GUESS


def test_ids_that_are_written_otherwise_are_not_taken_as_the_same(tmp_path, monkeypatch):
    readers(monkeypatch, markers_only)
    touch(tmp_path, [f"S{k:02d}_25.c3d" for k in range(1, 9)])
    people(list(range(1, 9))).to_csv(tmp_path / "runners.csv", index=False)
    draft = new_recipe(tmp_path)
    assert draft.guesses["trials.recordings"].confidence == GUESS
    assert "Are 'S01' and '1' the same?" in said(draft)


def test_names_that_break_toml_and_patterns(tmp_path, monkeypatch):
    readers(monkeypatch, markers_only)
    touch(tmp_path, ['a"b_25.c3d', "c#d_25.c3d", "e{x}f_25.c3d", "g'h_25.c3d", "i\nj_25.c3d"])
    frame = people(IDS, **{'We"ird\n#': "x"}).rename(columns={"Code": "Co\"de.#'"})
    frame["Level"] = ["Elite", 'a"b', "c.d", "#", "", "\\n", "x = 1", "[y]"]
    frame.to_csv(tmp_path / "runners.csv", index=False)
    draft = new_recipe(tmp_path)
    assert tomllib.loads(draft.text)

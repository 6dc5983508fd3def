"""What must not slip through an import: mixtures, shared files, other people's folders, names."""

from __future__ import annotations

import json
import unicodedata

import numpy as np
import pandas as pd
import pytest
from labs import MARKER_RECIPE, SHEET, SHEET_RECIPE, marker_lab, sheet_lab, write_recipe
from test_intake import curve_lab

import glutelab as gl
from glutelab.contract import ERROR, WARNING, Finding
from glutelab.errors import DataError, ProblemList
from glutelab.formats.recording import Plate, Recording
from glutelab.intake.accept import judge
from glutelab.intake.files import list_files
from glutelab.intake.frames import force_frames
from glutelab.intake.preview import Preview
from glutelab.intake.sections import Markers

TABLE = """surface = "treadmill"
file = "trials.csv"
columns = { runner_id = "Code", shoe = "shoe", speed_m_s = "kmh" }
units = { speed_m_s = "km/h" }"""


def check(folder):
    return gl.check_folder(folder, workers=1, progress=False)


def said(folder):
    return "\n".join(check(folder).problems)


def imported(folder, to=None):
    return gl.load_cohort(gl.import_cohort(folder, to, workers=1, progress=False))


def trials_lab(folder, rows):
    marker_lab(folder, "P001")
    (folder / "trials.csv").write_text(f"Code,shoe,kmh\n{rows}")
    write_recipe(folder, MARKER_RECIPE.replace('surface = "treadmill"', TABLE))
    return folder


def test_two_trials_of_a_table_never_share_a_recording(tmp_path):
    folder = trials_lab(tmp_path / "lab", "P001,racing,12.6\nP001,trainer,12.6\n")
    assert "run35.c3d is the recording of P001_3.5_racing, P001_3.5_trainer" in said(folder)


def test_two_recordings_never_are_one_trial_of_a_table(tmp_path):
    folder = trials_lab(tmp_path / "lab", "P001,racing,12.6\n")
    text = (folder / "recipe.toml").read_text()
    write_recipe(folder, text.replace("{runner_id}_run{speed}", "{runner_id}_{trial}"))
    (folder / "c3d" / "P001_again.c3d").write_bytes((folder / "c3d/P001_run35.c3d").read_bytes())
    assert "are all trial P001_3.5_racing" in said(folder)


def test_one_row_may_hold_the_curves_of_both_legs(tmp_path):
    left = '[angles.columns.left]\nhip_flexion_deg = { column = "hip_l", factor = -1 }\n'
    folder = curve_lab(tmp_path / "lab", f'{left}knee_flexion_deg = "knee_l"')
    frame = pd.read_csv(folder / "curves.csv")
    frame = frame.assign(hip_l=frame["hip"] - 1, knee_l=frame["knee"])
    frame.to_csv(folder / "curves.csv", index=False)
    cohort = imported(folder)
    assert cohort.strides["side"].value_counts().to_dict() == {"left": 6, "right": 6}
    hip = cohort.curves("hip_flexion_deg")
    is_left = (cohort.strides["side"] == "left").to_numpy()
    assert hip[is_left] == pytest.approx(hip[~is_left] + 1, abs=0.01)


@pytest.mark.parametrize("ids", [("20230001", "20230002"), ("001", "010")])
def test_ids_of_digits_stay_as_they_are(tmp_path, ids):
    folder = curve_lab(tmp_path / "lab")
    for name in ("curves.csv", "runners.csv"):
        text = (folder / name).read_text()
        (folder / name).write_text(text.replace("RBDS001", ids[0]).replace("RBDS010", ids[1]))
    assert tuple(imported(folder).runners["runner_id"]) == ids


@pytest.mark.parametrize(
    ("old", "new"), [("RBDS001,1,5,", ",1,5,"), ("RBDS001,1,", "RBDS001,1.5,")]
)
def test_a_row_of_curves_of_nobody_or_of_half_a_stride(tmp_path, old, new):
    folder = curve_lab(tmp_path / "lab")
    text = (folder / "curves.csv").read_text()
    assert old in text
    (folder / "curves.csv").write_text(text.replace(old, new, 1))
    assert "curves.csv, row" in said(folder)


def test_a_table_of_curves_can_be_looked_at(tmp_path):
    folder = curve_lab(tmp_path / "lab")
    text = (folder / "recipe.toml").read_text()
    write_recipe(folder, text.replace("factor = -1", "factor = 1"))
    shown = Preview(folder)
    assert dict(shown.speeds_m_s) == {"RBDS001_3.5": 3.5, "RBDS010_3.5": 3.5}
    trial = shown["RBDS001_3.5"]()
    assert len(trial.strides) == 3
    assert any("[sign]" in note for note in trial.notes)


def test_a_warning_does_not_stand_for_an_error_of_the_same_code():
    left = Finding("sign", "ankle", "left", "ankle is flipped", severity=WARNING)
    right = Finding("sign", "knee", "right", "knee is flipped", severity=ERROR)
    with pytest.raises(ProblemList, match="knee is flipped"):
        judge([left, right], ())
    assert len(judge([left, right], ("sign",))) == 2


def test_check_says_what_the_import_would_say(tmp_path):
    folder = trials_lab(tmp_path / "lab", "P001,99,12.6\n")
    text = (folder / "recipe.toml").read_text().replace('shoe = "shoe"', 'kept_strides = "shoe"')
    write_recipe(folder, text)
    with pytest.raises(ProblemList, match="kept_strides is 99"):
        imported(folder)
    assert "kept_strides is 99" in said(folder)


def test_exports_are_never_the_target(tmp_path):
    folder = sheet_lab(tmp_path / "lab")
    (folder / "datapackage.json").write_text("{}")
    for target in (folder, tmp_path):
        with pytest.raises(ProblemList, match="holds the exports"):
            imported(folder, target)
    assert (folder / "runners.csv").read_text(encoding="utf-8") == SHEET


def test_another_cohort_is_not_replaced(tmp_path):
    folder = sheet_lab(tmp_path / "lab")
    target = tmp_path / "cohort"
    imported(folder, target)
    imported(folder, target)
    path = target / "datapackage.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"name": "precious"}))
    with pytest.raises(ProblemList, match="another cohort, 'precious'"):
        imported(folder, target)


def test_what_was_made_in_the_folder_is_no_export(tmp_path):
    folder = sheet_lab(tmp_path / "lab")
    before = set(list_files(folder))
    imported(folder)
    assert set(list_files(folder)) == before


def test_names_in_file_names_do_not_reach_the_cohort(tmp_path):
    folder = marker_lab(tmp_path / "lab", "P001")
    for path in sorted((folder / "c3d").iterdir()):
        path.rename(path.with_name(path.name.replace("_", "_Anna Muster_")))
    text = MARKER_RECIPE.replace("35 = 3.5", "35 = 4.5").replace("{runner_id}_", "{runner_id}_*_")
    write_recipe(folder, f'{text}\n[checks]\naccept = ["speed", "walkin"]\n')
    found = check(folder)
    assert any("'walkin' is accepted, but" in note for note in found.notes)
    cohort = imported(folder)
    assert "the foot on the ground tells" in cohort.trials["notes"].iloc[0]
    assert b"Muster" not in b"".join(path.read_bytes() for path in cohort.folder.iterdir())


def test_notes_of_the_table_stay_beside_those_of_the_import(tmp_path):
    folder = trials_lab(tmp_path / "lab", "P001,felt tired,12.6\n")
    text = (folder / "recipe.toml").read_text().replace('shoe = "shoe"', 'notes = "shoe"')
    write_recipe(folder, text)
    notes = imported(folder).trials["notes"].iloc[0]
    assert notes.startswith("felt tired; ")
    assert "carried each other's label" in notes


def test_words_that_differ_in_case_only_have_one_meaning(tmp_path):
    folder = sheet_lab(tmp_path / "lab")
    old = 'rec = "recreational"'
    write_recipe(folder, SHEET_RECIPE.replace(old, f'{old}, Elite = "competitive"'))
    assert "'Elite' is 'competitive', but without regard to case" in said(folder)


def test_legs_said_alike_in_several_rows_are_said_once(tmp_path):
    folder = sheet_lab(tmp_path / "lab")
    head, *rows = SHEET.splitlines()
    rows.append(rows[0].replace(";12;", ";14;"))
    lines = [f"{head};L;R", *(f"{row};3;4" for row in rows)]
    (folder / "runners.csv").write_text("\n".join(lines), encoding="utf-8")
    sides = 'thomas_test_deg = { left = "L", right = "R" }, standing_pelvic_tilt_deg'
    write_recipe(folder, SHEET_RECIPE.replace("standing_pelvic_tilt_deg", sides))
    cohort = imported(folder)
    assert len(cohort.legs) == 8
    assert len(cohort.trials) == 5


def test_accepting_everything_is_no_recipe(tmp_path):
    folder = sheet_lab(tmp_path / "lab")
    write_recipe(folder, f'{SHEET_RECIPE}\n[checks]\naccept = ["*"]\n')
    with pytest.raises(ProblemList, match="accept holds"):
        check(folder)


def test_kilonewtons_are_not_newtons():
    def forces(unit):
        force = np.array([[0.0, 1.5, 0.0]])
        plate = Plate("belt", force, np.zeros((1, 3)), 1000.0, unit, "m")
        return force_frames(Recording("run.c3d", "c3d", plates=(plate,)), Markers())

    assert forces("kN").force_n[0, 1] == 1500.0
    assert forces("N").force_n[0, 1] == 1.5
    with pytest.raises(DataError, match="belt is in lbf"):
        forces("lbf")


def test_a_percentage_in_swing_is_no_toe_off(tmp_path):
    folder = curve_lab(tmp_path / "lab")
    text = (folder / "recipe.toml").read_text()
    write_recipe(folder, text.replace('unit = "deg"', 'unit = "deg"\ntoe_off_pct = 60'))
    assert "toe_off_pct is 60. Expected 15 to 55 in running" in said(folder)
    write_recipe(folder, text.replace('unit = "deg"', 'unit = "deg"\ntoe_off_pct = 35'))
    assert "toe-off was not measured" in imported(folder).trials["notes"].iloc[0]


def test_accents_are_the_same_however_a_system_keeps_them(tmp_path):
    folder = marker_lab(tmp_path / "lab", "P001")
    for path in sorted((folder / "c3d").iterdir()):
        name = unicodedata.normalize("NFD", path.name.replace("P001", "Zoë1"))
        path.rename(path.with_name(name))
    table = (folder / "runners.csv").read_text(encoding="utf-8").replace("P001", "Zoë1")
    (folder / "runners.csv").write_text(table, encoding="utf-8")
    assert said(folder) == ""


def test_a_link_that_is_not_followed_is_named(tmp_path):
    folder = marker_lab(tmp_path / "lab", "P001", "P010")
    path = folder / "c3d" / "P010_run35.c3d"
    path.rename(tmp_path / "away.c3d")
    path.symlink_to(tmp_path / "away.c3d")
    notes = "\n".join(check(folder).notes)
    assert "Links out of the folder are not followed: c3d/P010_run35.c3d." in notes


def test_speeds_of_a_table_may_be_words(tmp_path):
    folder = trials_lab(tmp_path / "lab", "P001,racing,fast\n")
    text = (folder / "recipe.toml").read_text()
    words = text.replace('units = { speed_m_s = "km/h" }', 'words.speed_m_s = { fast = "3.5" }')
    write_recipe(folder, words)
    assert imported(folder).trials["speed_m_s"].tolist() == [3.5]
    write_recipe(folder, words.replace('"3.5"', '"quick"'))
    assert "speed_m_s becomes 'quick'" in said(folder)


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("LANK", "RANK", "sides_swapped"),
        ("LTOE", "RTOE", "sides_swapped"),
        ("LKNE", "RKNE", "sides_swapped"),
        ("LKNE", "LMKNE", "medial_lateral_swapped"),
        ("RANK", "RMANK", "medial_lateral_swapped"),
    ],
)
def test_two_names_exchanged_in_standing(tmp_path, one, other, code):
    folder = marker_lab(tmp_path / "lab", "P001")
    text = MARKER_RECIPE.replace(f'"{one}"', '"@"').replace(f'"{other}"', f'"{one}"')
    write_recipe(folder, text.replace('"@"', f'"{other}"'))
    assert f"[{code}]" in said(folder)


def test_one_marker_is_of_one_side(tmp_path):
    folder = marker_lab(tmp_path / "lab", "P001")
    write_recipe(folder, MARKER_RECIPE.replace('"LKNE"', '"RKNE"'))
    with pytest.raises(ProblemList, match="'RKNE' is both left_knee_lateral and right_knee"):
        check(folder)

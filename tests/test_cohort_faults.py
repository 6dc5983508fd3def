"""Hostile folders of a cohort: each problem is a sentence, and all are told at once."""

import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from made_cohort import ABOUT, edit, make_curves, make_tables, problems_of, the_problem_of

from glutelab.cohort import read_cohort, renew_hashes, write_cohort
from glutelab.datasets import load_cohort
from glutelab.errors import ProblemList


@pytest.fixture
def folder(tmp_path) -> Path:
    return write_cohort(tmp_path / "two-runners", make_tables(), make_curves(), ABOUT)


# --- hostile folders ------------------------------------------------------------------------------


def test_no_folder_empty_folder_no_description(tmp_path):
    assert "there is no such folder" in the_problem_of(tmp_path / "nowhere")
    assert "the folder is empty" in the_problem_of(tmp_path)
    (tmp_path / "runners.csv").touch()
    assert "datapackage.json: the file is missing; the folder holds runners.csv" in the_problem_of(
        tmp_path
    )


def test_a_folder_of_exports_is_to_be_imported_first(tmp_path):
    (tmp_path / "recipe.toml").touch()
    said = f"Not imported yet: glutelab import {tmp_path}. datapackage.json: the file is missing"
    assert said in the_problem_of(tmp_path)
    with pytest.raises(ProblemList, match="Not imported yet"):
        load_cohort(tmp_path)
    (tmp_path / "cohort").mkdir()
    (tmp_path / "cohort" / "datapackage.json").touch()
    assert f"the cohort made of them is {tmp_path / 'cohort'}" in the_problem_of(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"name": "x",', "line 1, column 14"),
        (b"", "line 1, column 1"),
        (b"[1, 2]", "the files of the cohort are not listed"),
        (b'{"resources": [{"name": "runners"}]}', "the files of the cohort are not listed"),
        (b'{"name": "\xff"}', "the text is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_broken_description(folder, content, said):
    (folder / "datapackage.json").write_bytes(content)
    assert said in the_problem_of(folder)


def test_all_problems_are_told_at_once(folder):
    edit(folder, "runners.csv", "female", "f", renew=False)
    edit(folder, "trials.csv", "treadmill", "tredmill", renew=False)
    (folder / "legs.csv").unlink()
    problems = problems_of(folder)
    text = "\n".join(problems)
    assert "legs.csv: the file is missing" in text
    assert "runners.csv, row 2, runner R01: sex is 'f'" in text
    assert "surface is 'tredmill' (did you mean 'treadmill'?)" in text
    assert text.count("the content is not what datapackage.json describes") == 2


def test_a_changed_file_is_noticed_and_can_be_accepted(folder):
    edit(folder, "runners.csv", "57.0", "58.0", renew=False)
    problem = the_problem_of(folder)
    assert (
        "runners.csv: the content is not what datapackage.json describes (hash sha256:" in problem
    )
    assert "renew_hashes" in problem
    assert renew_hashes(folder) == ["runners.csv"]
    assert read_cohort(folder).runners["mass_kg"][0] == 58.0
    assert renew_hashes(folder) == []


def test_changed_curves_are_noticed_when_they_are_read(folder):
    path = folder / "curves.parquet"
    pq.write_table(pq.read_table(path), path)
    cohort = read_cohort(folder)
    assert len(cohort.problems()) == 1
    with pytest.raises(ProblemList, match=r"curves.parquet: the content is not what"):
        cohort.curves("hip_flexion_deg")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("../runners.csv", "which leaves the folder"),
        ("a/../../runners.csv", "which leaves the folder"),
        ("..\\\\runners.csv", "which leaves the folder"),
        ("/etc/passwd", "an absolute path"),
        ("C:/runners.csv", "an absolute path"),
        ("https://example.org/runners.csv", "an address"),
        (".", "not a file name"),
    ],
)
def test_a_path_cannot_leave_the_folder(folder, path, said):
    edit(folder, "datapackage.json", '"path": "runners.csv"', f'"path": "{path}"', renew=False)
    assert any(said in problem for problem in problems_of(folder))


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_cannot_leave_the_folder(folder):
    outside = folder.parent / "outside.csv"
    (folder / "runners.csv").rename(outside)
    (folder / "runners.csv").symlink_to(outside)
    assert any("a link that leaves the folder" in problem for problem in problems_of(folder))


@pytest.mark.parametrize("file", ["strides.parquet", "curves.parquet"])
@pytest.mark.parametrize("keep", [0, 3, 200, -1])
def test_truncated_parquet(folder, file, keep):
    path = folder / file
    path.write_bytes(path.read_bytes()[:keep])
    renew_hashes(folder)
    assert f"{file}: the file cannot be read" in the_problem_of(folder)


def test_text_that_is_not_utf8(folder):
    path = folder / "trials.csv"
    path.write_bytes(path.read_bytes().replace(b"left heel", "linke Fußsohle".encode("cp1252")))
    renew_hashes(folder)
    assert the_problem_of(folder) == (
        "trials.csv, row 3: the text is not UTF-8 (byte 0xdf, perhaps 'ß'). Expected UTF-8. "
        "Save it as 'CSV UTF-8'."
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"PK\x03\x04 and so on", "a spreadsheet (xlsx), not text"),
        (b"runner_id;level\nR01;elite\n", "columns are separated by semicolons"),
        (b"runner_id\tlevel\nR01\telite\n", "columns are separated by tabs"),
        (b"runner_id,level,level\nR01,elite,elite\n", "columns stand twice: level"),
        (b"runner_id,level\nR01,elite\nR02\n", "row 3: there are 1 cells. Expected 2"),
        (b"runner_id,level,height_m\nR01,elite,1,68\n", "Is there a decimal comma"),
        (b'runner_id,level\nR01,"elite\n', "Is a quotation mark left open"),
        ("runner_id,level\nR01,elite\n".encode("utf-16"), "UTF-16"),
        (b"runner_id,level\n", "there are no rows"),
    ],
)
def test_a_broken_csv(folder, content, said):
    (folder / "runners.csv").write_bytes(content)
    renew_hashes(folder)
    assert said in the_problem_of(folder)


def test_a_missing_column_names_the_closest(folder):
    edit(folder, "runners.csv", ",level,", ",Levels,")
    assert the_problem_of(folder) == (
        "runners.csv: the column level is missing. There is 'Levels'; rename it."
    )


def test_an_unknown_column_is_kept_and_mentioned(folder):
    edit(folder, "runners.csv", "height_m", "height_cm")
    cohort = read_cohort(folder)
    assert cohort.runners["height_cm"].tolist() == [1.68, 1.81]
    assert cohort.notes() == [
        "runners.csv: glutelab does not know the column 'height_cm'; it is kept. "
        "Did you mean height_m?"
    ]


def test_text_where_a_number_should_be(folder):
    edit(folder, "runners.csv", "1.68", '"1,68"')
    edit(folder, "runners.csv", "72.5", "heavy")
    assert problems_of(folder) == [
        "runners.csv, row 2, runner R01: height_m is '1,68'. Expected a number. "
        "Write it with a decimal point: 1.68.",
        "runners.csv, row 3, runner R02: mass_kg is 'heavy'. Expected a number.",
    ]


def test_a_fraction_where_a_count_should_be(folder):
    edit(folder, "ledger.csv", "R01_T1,R01,left,2,", "R01_T1,R01,left,2.5,")
    assert "stride is '2.5'. Expected a whole number." in the_problem_of(folder)


def test_a_repeated_runner(folder):
    edit(folder, "runners.csv", "R02,", "R01,")
    assert "row 3, runner R01: an earlier row has the same runner_id" in problems_of(folder)[0]


def test_a_space_in_an_id(folder):
    edit(folder, "runners.csv", "R02,", "R02 ,")
    assert "runner_id is 'R02 '. Remove the space" in the_problem_of(folder)


def test_a_level_with_a_space(folder):
    edit(folder, "runners.csv", ",elite,", ",Elite ,")
    assert "level is 'Elite ' (trailing space, capital letter). Allowed:" in the_problem_of(folder)


def test_a_level_that_contradicts_the_mapping(folder):
    edit(folder, "runners.csv", ",recreational,", ",competitive,")
    assert "makes 'recreational' of 'Hobby'" in the_problem_of(folder)


def test_a_trial_of_an_unknown_runner(folder):
    edit(folder, "trials.csv", "R02_T1,R02,", "R02_T1,R99,")
    assert the_problem_of(folder) == (
        "trials.csv, row 3, trial R02_T1: runner_id 'R99' is not in runners.csv. "
        "Add the row to runners.csv, or correct the name."
    )


def test_strides_of_an_unknown_trial(tmp_path):
    tables = make_tables()
    tables["strides"].loc[3:5, "trial_id"] = "R07_T9"
    with pytest.raises(ProblemList) as caught:
        write_cohort(tmp_path / "c", tables, None, ABOUT)
    assert caught.value.problems == [
        "strides.parquet, trial R07_T9, right stride 1 (and 2 more rows): trial_id 'R07_T9' is not "
        "in trials.csv. Add the row to trials.csv, or correct the name."
    ]


def test_strides_in_are_kept_plus_dropped(folder):
    edit(
        folder,
        "ledger.csv",
        "R01_T1,R01,right,3,2.0999999999999996,False",
        "R01_T1,R01,right,3,2.1,True",
    )
    problem = the_problem_of(folder)
    assert (
        "trial R01_T1, right stride 3: the stride is kept in ledger.csv but has no row" in problem
    )
    assert "strides in = kept + dropped" in problem


def test_counts_in_trials_are_checked(folder):
    edit(folder, "trials.csv", "6.0,5.0", "7.0,5.0")
    assert "candidate_strides is 7, but ledger.csv has 6" in the_problem_of(folder)


def test_speed_has_to_agree(folder):
    edit(folder, "trials.csv", "R02,3.5", "R02,4.5")
    assert "speed_m_s is 3.5, but trials.csv says 4.5 (4 more rows differ)" in the_problem_of(
        folder
    )


def test_millimeters_for_meters(folder):
    edit(folder, "runners.csv", "1.68", "1680")
    assert the_problem_of(folder) == (
        "runners.csv, row 2, runner R01: height_m is 1680. Expected 0.9 to 2.5. "
        "Are these millimeters?"
    )


def test_suspicious_is_not_wrong(tmp_path):
    tables = make_tables()
    tables["strides"]["hip_flexion_at_foot_strike_deg"] *= -1
    cohort = read_cohort(write_cohort(tmp_path / "c", tables, None, ABOUT))
    (sentence,) = cohort.problems()
    assert "hip_flexion_at_foot_strike_deg runs from -44 to -30" in sentence
    assert "Is the sign flipped?" in sentence
    assert len(cohort.strides) == 10
    assert "1 suspicious" in repr(cohort)

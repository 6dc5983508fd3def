"""A cohort comes back as it was written; whatever is wrong with a folder is said in sentences."""

import copy
import html
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glutelab.cohort import read_cohort, renew_hashes, write_cohort
from glutelab.cohort.checks import check_curves
from glutelab.cohort.curve_store import CurveStore, write_curves
from glutelab.errors import DataError, ProblemList
from glutelab.schema import CURVES

ABOUT = {
    "name": "two-runners",
    "title": "Two runners",
    "version": "1.0.0",
    "sources": [{"title": "Nobody (2026)", "path": "https://doi.org/10.1/x", "doi": "10.1/x"}],
    "licenses": [{"name": "CC-BY-4.0"}],
    "contributors": [{"title": "Nobody"}],
    "simulated": True,
    "level_mapping": {"Elite": "elite", "Hobby": "recreational"},
}


def make_tables() -> dict[str, pd.DataFrame]:
    """Two runners, one trial each, six strides found per trial and five kept."""
    runners = pd.DataFrame(
        {
            "runner_id": ["R01", "R02"],
            "sex": ["female", "male"],
            "height_m": [1.68, 1.81],
            "mass_kg": [57.0, 72.5],
            "level": ["elite", "recreational"],
            "source_level": ["Elite", "Hobby"],
            "weekly_distance_km": [">45", "26-35"],
        }
    )
    legs = pd.DataFrame(
        [(r, s, 0.85, 11.0) for r in ("R01", "R02") for s in ("left", "right")],
        columns=["runner_id", "side", "leg_length_m", "thomas_test_deg"],
    )
    trials = pd.DataFrame(
        {
            "trial_id": ["R01_T1", "R02_T1"],
            "runner_id": ["R01", "R02"],
            "speed_m_s": [3.5, 3.5],
            "slope_pct": [0.0, 0.0],
            "surface": ["treadmill"] * 2,
            "candidate_strides": [6.0, 6.0],
            "kept_strides": [5.0, 5.0],
            "notes": [np.nan, "left heel marker missing, filled"],
        }
    )
    ledger = pd.DataFrame(
        [(t, t[:3], s, n, 0.7 * n) for t in trials.trial_id for s in ("left", "right")
         for n in (1, 2, 3)],
        columns=["trial_id", "runner_id", "side", "stride", "start_s"],
    )  # fmt: skip
    ledger["kept"] = ~((ledger["side"] == "right") & (ledger["stride"] == 3))
    ledger["rule"] = np.where(ledger["kept"], "", "markers")
    strides = ledger.loc[ledger["kept"], ["runner_id", "trial_id", "side", "stride", "start_s"]]
    strides = strides.reset_index(drop=True).assign(speed_m_s=3.5, slope_pct=0.0)
    strides["peak_hip_extension_deg"] = np.linspace(5, 14, len(strides))
    strides["hip_flexion_at_foot_strike_deg"] = np.linspace(30, 44, len(strides))
    strides["contact_time_s"] = np.linspace(0.22, 0.25, len(strides))
    return {
        "runners": runners,
        "legs": legs,
        "trials": trials,
        "strides": strides,
        "ledger": ledger,
    }


def make_curves(count: int = 10) -> dict[str, np.ndarray]:
    """Curves shaped like running, slightly different in each stride."""
    cycle = np.linspace(0, 2 * np.pi, 101)
    each = np.linspace(-2, 2, count)[:, None]
    hip = 20 + each + 25 * np.cos(cycle) - 5 * np.sin(cycle)
    swing = np.exp(-(((cycle / (2 * np.pi) - 0.68) / 0.14) ** 2))
    knee = 12 + each + 85 * swing + 25 * np.exp(-(((cycle / (2 * np.pi) - 0.15) / 0.1) ** 2))
    return {"hip_flexion_deg": hip, "knee_flexion_deg": knee}


@pytest.fixture
def folder(tmp_path) -> Path:
    return write_cohort(tmp_path / "two-runners", make_tables(), make_curves(), ABOUT)


def edit(folder: Path, file: str, old: str, new: str, *, renew: bool = True) -> None:
    path = folder / file
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())
    if renew:
        renew_hashes(folder)


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(ProblemList) as caught:
        read_cohort(folder)
    return caught.value.problems


def the_problem_of(folder: Path) -> str:
    problems = problems_of(folder)
    assert len(problems) == 1, problems
    return problems[0]


def rewrite_curves(folder: Path, change) -> None:
    """Put other curves in their place, as a program other than ours would."""
    path = folder / "curves.parquet"
    pq.write_table(change(pq.read_table(path)), path)
    renew_hashes(folder)


# --- there and back -------------------------------------------------------------------------------


def test_what_is_written_comes_back(folder):
    cohort = read_cohort(folder)
    tables, curves = make_tables(), make_curves()
    assert (cohort.name, cohort.title, cohort.simulated) == ("two-runners", "Two runners", True)
    for name in ("runners", "legs", "trials"):
        pd.testing.assert_frame_equal(getattr(cohort, name), tables[name], check_dtype=False)
    assert cohort.strides.columns[0] == "cohort"
    assert set(cohort.strides["cohort"]) == {"two-runners"}
    pd.testing.assert_frame_equal(
        cohort.strides.drop(columns="cohort"), tables["strides"], check_dtype=False
    )
    assert cohort.ledger["kept"].tolist() == tables["ledger"]["kept"].tolist()
    assert cohort.curve_variables == ("hip_flexion_deg", "knee_flexion_deg")
    hip = cohort.curves("hip_flexion_deg")
    assert hip.shape == (10, 101)
    assert hip.dtype == np.float32
    assert np.abs(hip - curves["hip_flexion_deg"]).max() <= 2**-8 + 1e-6
    assert cohort.problems() == []
    assert cohort.notes() == []


def test_dtypes_are_those_declared(folder):
    cohort = read_cohort(folder)
    assert cohort.ledger["kept"].dtype == bool
    assert cohort.strides["stride"].dtype == np.int64
    assert cohort.trials["candidate_strides"].dtype == np.float64
    assert cohort.runners["runner_id"].dtype == "str"


def test_ids_that_look_like_numbers_stay_text(tmp_path):
    tables = make_tables()
    for table in tables.values():
        table["runner_id"] = table["runner_id"].str.replace("R", "0")
    cohort = read_cohort(write_cohort(tmp_path / "c", tables, None, ABOUT))
    assert cohort.runners["runner_id"].tolist() == ["001", "002"]


def test_same_input_same_bytes(folder, tmp_path):
    cohort = read_cohort(folder)
    tables = {n: getattr(cohort, n) for n in ("runners", "legs", "trials", "strides", "ledger")}
    curves = {name: cohort.curves(name) for name in cohort.curve_variables}
    again = write_cohort(tmp_path / "again", tables, curves, cohort.about)
    files = sorted(path.name for path in folder.iterdir())
    assert files == sorted(path.name for path in again.iterdir())
    assert all((folder / name).read_bytes() == (again / name).read_bytes() for name in files)


def test_curves_are_arrows_own_memory_and_read_only(folder):
    store = CurveStore(folder / "curves.parquet")
    array = store.array("hip_flexion_deg")
    view = np.frombuffer(array.flatten().buffers()[1], dtype=np.float32)
    cohort = read_cohort(folder)
    hip = cohort.curves("hip_flexion_deg")
    assert not hip.flags.writeable
    assert not hip.flags.owndata
    assert cohort.curves("hip_flexion_deg") is hip
    store.array = lambda name: array
    assert np.shares_memory(store.matrix("hip_flexion_deg"), view)


def test_curves_are_small_and_one_piece(tmp_path):
    rng = np.random.default_rng(1)
    hip = make_curves(4000)["hip_flexion_deg"] + rng.normal(0, 3, (4000, 1))
    strides = pd.DataFrame({"trial_id": "T", "side": "left", "stride": np.arange(4000)})
    write_curves(tmp_path / "curves.parquet", strides, {"hip_flexion_deg": hip})
    size = (tmp_path / "curves.parquet").stat().st_size
    assert size < 0.45 * 4 * hip.size
    store = CurveStore(tmp_path / "curves.parquet")
    assert store.array("hip_flexion_deg").type == pa.list_(pa.float32(), 101)
    assert store.matrix("hip_flexion_deg").shape == (4000, 101)


def test_strides_may_be_csv_and_a_cohort_may_come_without_the_optional_tables(tmp_path):
    tables = make_tables()
    only = {name: tables[name] for name in ("runners", "trials", "strides")}
    about = {"name": "plain"}
    cohort = read_cohort(write_cohort(tmp_path / "c", only, None, about, strides_as="csv"))
    assert (cohort.folder / "strides.csv").is_file()
    assert cohort.ledger.empty
    assert cohort.legs.empty
    assert cohort.curve_variables == ()
    assert cohort.strides["stride"].dtype == np.int64
    assert "no ledger" in repr(cohort)
    with pytest.raises(DataError, match="came without curves"):
        cohort.curves("hip_flexion_deg")


def test_bom_crlf_and_blank_lines_are_accepted(folder):
    path = folder / "runners.csv"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(b"\xef\xbb\xbf" + (text + ",,,,,,\n\n").replace("\n", "\r\n").encode())
    renew_hashes(folder)
    pd.testing.assert_frame_equal(
        read_cohort(folder).runners, make_tables()["runners"], check_dtype=False
    )


def test_the_card(folder):
    text = repr(read_cohort(folder))
    assert "two-runners: Two runners [SIMULATED]" in text
    assert "2 (1 female, 1 male; 1 elite, 1 recreational)" in text
    assert "12 found = 10 kept + 2 dropped" in text
    assert "CC-BY-4.0" in text
    assert "doi:10.1/x" in text
    assert "6 of 6 files have hashes" in text


def test_the_card_shows_text_as_text(folder):
    edit(folder, "datapackage.json", "Two runners", "<script>alert(1)</script>")
    page = read_cohort(folder)._repr_html_()
    assert "<script>" not in page
    assert html.escape("<script>") in page


def test_curves_by_a_wrong_name(folder):
    with pytest.raises(DataError, match="Did you mean 'hip_flexion_deg'"):
        read_cohort(folder).curves("hip_flexion")


def test_the_description_is_a_data_package(folder):
    about = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert about["$schema"].endswith("2.0/datapackage.json")
    assert about["summary"] == {"runners": 2, "trials": 2, "strides": 10, "speeds_m_s": [3.5]}
    for item in about["resources"]:
        path = folder / item["path"]
        assert item["bytes"] == path.stat().st_size
        assert item["hash"].startswith("sha256:")
    fields = {f["name"]: f for f in about["resources"][0]["schema"]["fields"]}
    assert fields["height_m"]["unit"] == "m"
    assert fields["height_m"]["type"] == "number"
    assert fields["level"]["constraints"]["enum"][-1] == "unknown"


# --- writing is whole or not at all ---------------------------------------------------------------


def test_a_faulty_cohort_is_not_written(tmp_path):
    tables = make_tables()
    tables["runners"].loc[0, "level"] = "Elite "
    with pytest.raises(ProblemList, match=r"level is 'Elite ' \(trailing space, capital letter\)"):
        write_cohort(tmp_path / "c", tables, make_curves(), ABOUT)
    assert list(tmp_path.iterdir()) == []


def test_100_points_are_not_written(tmp_path):
    curves = {"hip_flexion_deg": make_curves()["hip_flexion_deg"][:, :100]}
    with pytest.raises(ProblemList, match="hip_flexion_deg has 100 points. Expected 101"):
        write_cohort(tmp_path / "c", make_tables(), curves, ABOUT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["Two Runners", "../up", "", None, "a/b"])
def test_a_name_that_is_no_folder_name(tmp_path, name):
    with pytest.raises(ProblemList, match="name is"):
        write_cohort(tmp_path / "c", make_tables(), None, ABOUT | {"name": name})


def test_an_interrupted_write_leaves_the_old_cohort(folder, monkeypatch):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("glutelab.cohort.write.write_curves", fail)
    with pytest.raises(OSError, match="disk full"):
        write_cohort(folder, make_tables(), make_curves(), ABOUT)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_cohort_is_replaced_and_foreign_files_stay(folder):
    (folder / "README.md").write_text("mine", encoding="utf-8")
    tables = make_tables()
    tables.pop("legs")
    write_cohort(folder, tables, None, ABOUT)
    assert (folder / "README.md").read_text(encoding="utf-8") == "mine"
    assert not (folder / "legs.csv").exists()
    assert not (folder / "curves.parquet").exists()
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_folder_that_is_no_cohort_is_never_replaced(tmp_path):
    (tmp_path / "thesis.docx").write_bytes(b"precious")
    with pytest.raises(ProblemList, match="not a cohort, so nothing in it is replaced"):
        write_cohort(tmp_path, make_tables(), None, ABOUT)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


# --- hostile folders ------------------------------------------------------------------------------


def test_no_folder_empty_folder_no_description(tmp_path):
    assert "there is no such folder" in the_problem_of(tmp_path / "nowhere")
    assert "the folder is empty" in the_problem_of(tmp_path)
    (tmp_path / "runners.csv").touch()
    assert "datapackage.json: the file is missing; the folder holds runners.csv" in the_problem_of(
        tmp_path
    )


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


# --- hostile curves -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (np.negative, "Is the sign flipped?"),
        (np.radians, "Is it in radians?"),
        (lambda v: 180 - v, "Did the export use 180 minus the angle?"),
    ],
)
@pytest.mark.parametrize("variable", ["hip_flexion_deg", "knee_flexion_deg"])
def test_a_wrong_angle_is_named(tmp_path, change, cause, variable):
    curves = make_curves()
    curves[variable] = change(curves[variable])
    cohort = read_cohort(write_cohort(tmp_path / "c", make_tables(), curves, ABOUT))
    (sentence,) = cohort.problems()
    assert sentence.startswith(f"curves.parquet, trial R01_T1, left side (and 3 more): {variable}")
    assert sentence.endswith(cause)
    assert cohort.curves(variable).shape == (10, 101)


def test_a_left_side_that_was_not_mirrored():
    strides = make_tables()["strides"]
    adduction = np.full((10, 101), 9.0) + np.sin(np.linspace(0, 6, 101))
    adduction[strides["side"] == "left"] *= -1
    _, (sentence,) = check_curves(adduction, CURVES["hip_adduction_deg"], strides, "curves.parquet")
    assert "Only left sides are affected: were they not mirrored?" in sentence


def test_left_and_right_swapped():
    strides = make_tables()["strides"]
    obliquity = np.full((10, 101), -9.0) + np.sin(np.linspace(0, 6, 101))
    _, (sentence,) = check_curves(
        obliquity, CURVES["pelvic_obliquity_deg"], strides, "curves.parquet"
    )
    assert "left and right swapped" in sentence


def test_curves_with_100_points(folder):
    def shorten(table):
        values = table["hip_flexion_deg"].combine_chunks().flatten().to_numpy().reshape(-1, 101)
        flat = pa.array(np.ascontiguousarray(values[:, :100]).ravel())
        column = pa.FixedSizeListArray.from_arrays(flat, 100)
        return table.set_column(3, "hip_flexion_deg", column)

    rewrite_curves(folder, shorten)
    assert the_problem_of(folder) == (
        "curves.parquet: hip_flexion_deg has 100 points per stride. Expected 101: 0 to 100 % of "
        "the gait cycle, both inclusive. The last point is the next foot strike of the same foot."
    )


def test_curves_written_by_other_software_are_read(folder):
    expected = read_cohort(folder).curves("hip_flexion_deg")

    def as_lists_of_double(table):
        column = table["hip_flexion_deg"].cast(pa.list_(pa.float64()))
        return table.set_column(3, "hip_flexion_deg", column)

    rewrite_curves(folder, as_lists_of_double)
    assert np.array_equal(read_cohort(folder).curves("hip_flexion_deg"), expected)


def test_ragged_curves(folder):
    def ragged(table):
        lists = table["hip_flexion_deg"].to_pylist()
        lists[4] = lists[4][:90]
        return table.set_column(3, "hip_flexion_deg", pa.array(lists, pa.list_(pa.float32())))

    rewrite_curves(folder, ragged)
    assert "hip_flexion_deg has 90 points per stride" in read_cohort(folder).problems()[0]


def test_curves_in_another_order(folder):
    rewrite_curves(folder, lambda table: table.take(pa.array([1, 0, *range(2, 10)])))
    assert "curves.parquet, record 1: trial R01_T1, left stride 2. Expected" in the_problem_of(
        folder
    )


def test_fewer_curves_than_strides(folder):
    rewrite_curves(folder, lambda table: table.slice(0, 9))
    assert "there are 9 rows. Expected 10, as in strides" in the_problem_of(folder)


def test_missing_curves_are_whole_strides(tmp_path):
    curves = make_curves()
    curves["hip_flexion_deg"][3] = np.nan
    cohort = read_cohort(write_cohort(tmp_path / "c", make_tables(), curves, ABOUT))
    assert cohort.problems() == []
    assert np.isnan(cohort.curves("hip_flexion_deg")[3]).all()
    curves["hip_flexion_deg"][4, 5] = np.nan
    with pytest.raises(ProblemList, match="has 1 of 101 points missing"):
        write_cohort(tmp_path / "d", make_tables(), curves, ABOUT)


def test_whatever_happens_to_a_file_it_ends_in_a_sentence(folder):
    """Bytes changed, cut out, doubled, cut off: either it still loads, or a DataError says why."""
    rng = np.random.default_rng(20170509)
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    bits = [b"", b",", b'"', b"\n", b"\x00", b"\xff", b"nan", b"1e999", b"[]", b"null", b"\r", b";"]
    refused = 0
    for _ in range(60):
        for name, content in whole.items():
            (folder / name).write_bytes(content)
        name = rng.choice(sorted(whole))
        content = whole[name]
        start = int(rng.integers(len(content)))
        stop = start + int(rng.choice([0, 1, 30, len(content)]))
        damaged = content[:start] + bits[rng.integers(len(bits))] + content[stop:]
        (folder / name).write_bytes(damaged)
        try:
            if name != "datapackage.json":
                renew_hashes(folder)
            cohort = read_cohort(folder)
            cohort.problems()
            repr(cohort)
        except DataError:
            refused += 1
    assert refused > 30


def test_problems_reach_the_process_that_waits_for_them():
    problems = ProblemList("my_lab/", ["runners.csv, row 8: no level.", "curves.csv: empty."])
    again = copy.copy(problems)  # as it is sent, by way of its parts
    assert str(again) == str(problems)
    assert again.problems == problems.problems


# --- large cohorts --------------------------------------------------------------------------------


def blocks_of(curves: dict, *sizes: int):
    start = 0
    for size in sizes:
        yield {name: values[start : start + size] for name, values in curves.items()}
        start += size


def test_blocks_give_the_same_bytes_as_all_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr("glutelab.cohort.curve_blocks.ROWS", 4)
    monkeypatch.setattr("glutelab.cohort.curve_store.ROWS", 4)
    tables, curves = make_tables(), make_curves()
    whole = write_cohort(tmp_path / "whole", tables, curves, ABOUT)
    parts = {name: [table.iloc[:3], table.iloc[3:]] for name, table in tables.items()}
    for sizes in ((10,), (1,) * 10, (3, 0, 7), (0, 9, 1)):
        blocks = write_cohort(tmp_path / "blocks", parts, blocks_of(curves, *sizes), ABOUT)
        for path in whole.iterdir():
            assert path.read_bytes() == (blocks / path.name).read_bytes(), (path.name, sizes)
    for nothing in (None, {}, [{}, {}]):
        bare = write_cohort(tmp_path / "bare", tables, nothing, ABOUT)
        assert not (bare / "curves.parquet").exists()
    groups = pq.ParquetFile(whole / "curves.parquet").metadata
    assert [groups.row_group(k).num_rows for k in range(groups.num_row_groups)] == [4, 4, 2]
    again = read_cohort(whole)
    for name, values in curves.items():
        np.testing.assert_allclose(again.curves(name), values, atol=1 / 256)


def test_blocks_that_do_not_fit_are_said_and_nothing_is_left(tmp_path):
    tables, curves = make_tables(), make_curves()
    one = "hip_flexion_deg"
    broken = {**curves, one: curves[one].copy()}
    broken[one][6, 5] = np.nan
    cases = (
        (blocks_of(curves, 9), r"there are curves of 9 strides. Expected 10"),
        ([], r"there are curves of 0 strides. Expected 10"),
        ([curves, curves], r"there are curves of more strides. Expected 10"),
        ([curves, {one: curves[one]}], r"block 2: the variables are hip_flexion_deg"),
        ([{one: curves[one][:, :100]}], r"block 1: hip_flexion_deg has shape \(10, 100\)"),
        (["curves.csv"], r"block 1: this is a str"),
        (blocks_of(broken, 5, 5), r"trial .* stride .*: hip_flexion_deg has 1 of 101 points"),
    )
    for blocks, sentence in cases:
        with pytest.raises(ProblemList, match=sentence):
            write_cohort(tmp_path / "c", tables, blocks, ABOUT)
        assert not list(tmp_path.iterdir())


def test_only_the_part_that_is_asked_for_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("glutelab.cohort.curve_blocks.ROWS", 2)
    monkeypatch.setattr("glutelab.cohort.curve_store.ROWS", 2)
    path = write_cohort(tmp_path / "c", make_tables(), make_curves(), ABOUT)
    cohort, name = read_cohort(path), "hip_flexion_deg"
    asked = []
    read = pq.ParquetFile.read_row_group

    def watched(self, group, **more):
        asked.append((group, *more["columns"]))
        return read(self, group, **more)

    monkeypatch.setattr(pq.ParquetFile, "read_row_group", watched)
    trial = cohort.trials["trial_id"].iloc[-1]
    mine = (cohort.strides["trial_id"] == trial).to_numpy()
    found = cohort.curves(name, trials=[trial])
    assert asked == [(group, name) for group in sorted({k // 2 for k in np.flatnonzero(mine)})]
    assert len(asked) < 5
    assert not found.flags.writeable
    np.testing.assert_array_equal(found, cohort.curves(name)[mine])
    np.testing.assert_array_equal(cohort.curves(name, trials=trial), found)
    runner = cohort.runners["runner_id"].iloc[0]
    others = cohort.curves(name, runner_ids=[runner], trials=[])
    assert others.shape == (0, 101)
    with pytest.raises(DataError, match="has no trial_id 'nobody'"):
        cohort.curves(name, trials=["nobody"])


def test_a_write_that_was_killed_between_two_names_is_put_right(folder):
    content = (folder / "runners.csv").read_bytes()
    old = folder.with_name(f".{folder.name}-01234567-old")
    folder.rename(old)
    old.with_name(f".{folder.name}-01234567").mkdir()
    old.with_name(f".{folder.name}-01234567.lock").touch()
    (old / "README.md").write_text("mine", encoding="utf-8")
    write_cohort(folder, make_tables(), make_curves(), ABOUT)
    assert (folder / "runners.csv").read_bytes() == content
    assert (folder / "README.md").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_large_ledger_is_parquet_and_the_same(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("glutelab.cohort.write._LARGE_LEDGER", 5)
    large = write_cohort(tmp_path / "large", make_tables(), make_curves(), ABOUT)
    assert (large / "ledger.parquet").is_file()
    assert not (large / "ledger.csv").exists()
    ours, theirs = read_cohort(large).ledger, read_cohort(folder).ledger
    pd.testing.assert_frame_equal(ours, theirs)

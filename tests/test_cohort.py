"""A cohort comes back as it was written, and is written as a whole or not at all."""

import html
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from made_cohort import ABOUT, edit, make_curves, make_tables

from glutelab.cohort import read_cohort, renew_hashes, write_cohort
from glutelab.cohort.curve_store import CurveStore, write_curves
from glutelab.errors import DataError, ProblemList


@pytest.fixture
def folder(tmp_path) -> Path:
    return write_cohort(tmp_path / "two-runners", make_tables(), make_curves(), ABOUT)


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

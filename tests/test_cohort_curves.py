"""Curves of a cohort: hostile ones are named, large ones are read and written in parts."""

import copy
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_cohort import ABOUT, make_curves, make_tables, the_problem_of

from glutelab.cohort import read_cohort, renew_hashes, write_cohort
from glutelab.cohort.checks import check_curves
from glutelab.errors import DataError, ProblemList
from glutelab.schema import CURVES


@pytest.fixture
def folder(tmp_path) -> Path:
    return write_cohort(tmp_path / "two-runners", make_tables(), make_curves(), ABOUT)


def rewrite_curves(folder: Path, change) -> None:
    """Put other curves in their place, as a program other than ours would."""
    path = folder / "curves.parquet"
    pq.write_table(change(pq.read_table(path)), path)
    renew_hashes(folder)


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

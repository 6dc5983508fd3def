"""The cohort bmc-ric, its reader, and how its confounding shows."""

import importlib.util

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

import glutelab as gl
from glutelab.errors import DataError, ProblemList
from glutelab.formats.bmc_ric import SIGNS, read_runners, read_strides
from glutelab.groups import compare_groups
from glutelab.repeatability import reliability

COLUMNS = ["Hip_Z", "Hip_X", "Hip_Y", "Knee_Z", "Knee_X", "Knee_Y", "Ankle_Z", "Ankle_X", "Ankle_Y"]


@pytest.fixture(scope="module")
def cohort():
    return gl.load_cohort("bmc-ric")


@pytest.fixture(scope="module")
def prepare():
    path = ROOT / "data" / "prepare" / "bmc_ric.py"
    spec = importlib.util.spec_from_file_location("prepare_bmc_ric", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_stride(folder, name, cohort, row, *, offset=None):
    """A published file again, from a stored stride: signs turned back."""
    table = pd.DataFrame({"Time": np.arange(101)})
    for column in COLUMNS:
        table[column] = 0.0
    for ours, (theirs, factor) in SIGNS.items():
        table[theirs] = factor * cohort.curves(ours)[row].astype(float)
    if offset is not None:
        table["Hip_Z"] += offset
    table.to_csv(folder / name, sep="\t", index=False)


@pytest.fixture
def published(tmp_path, cohort):
    """Two runners as the authors publish them, one stride with a lost pelvis."""
    strides = tmp_path / "strides"
    strides.mkdir()
    for prefix, runner in (("g01s01", "BMC01"), ("g02s02", "RIC02")):
        rows = np.flatnonzero((cohort.strides["runner_id"] == runner).to_numpy())[:3]
        for k, row in enumerate(rows, start=1):
            jump = (
                np.where(np.arange(101) > 60, 25.0, 0.0) if (prefix, k) == ("g01s01", 2) else None
            )
            write_stride(strides, f"{prefix}t{k:02d}.txt", cohort, row, offset=jump)
    (tmp_path / "runners.csv").write_text(
        ",ID,Filename,Speed,Age,Height,Mass,Group\n"
        "0,BMC01,x,2.5,22,181.0,62.0,BMC\n1,RIC02,x,2.4956,36,177.0,79.3,RIC\n"
    )
    (tmp_path / "runner_levels.csv").write_text(
        "ID,stride_file_prefix,laboratory,rbds_subject,level_as_reported\n"
        "BMC01,g01s01,BMC,RBDS001,Competitive\nRIC02,g02s02,RIC,,Recreational\n"
    )
    return tmp_path


# --- the cohort -----------------------------------------------------------------------------------


def test_every_published_stride_is_kept_or_in_the_ledger_with_its_rule(cohort):
    ledger = cohort.ledger
    assert len(cohort.runners) == 46
    assert len(ledger) == 1614
    assert ledger["kept"].sum() == len(cohort.strides)
    dropped = ledger[~ledger["kept"]]
    assert (dropped["rule"] == "jump").all()
    assert (dropped["value"] > 2 * dropped["threshold"]).all()  # nothing near the threshold
    assert dropped["runner_id"].str.startswith("BMC").all()
    assert cohort.strides.groupby("runner_id").size().min() >= 7


def test_levels_and_laboratories_are_as_reported(cohort):
    counts = pd.crosstab(cohort.runners["laboratory"], cohort.runners["level"])
    assert counts.loc["BMC"].to_dict() == {"competitive": 21, "elite": 2, "recreational": 0}
    assert counts.loc["RIC"].to_dict() == {"competitive": 2, "elite": 0, "recreational": 21}
    assert "confounded with laboratory" in cohort.about["description"]
    assert "18 of the 23 RIC" in cohort.about["description"]
    assert cohort.about["sign_changes"]["hip_flexion_deg"] == "Hip_Z, sign changed"


def test_problems_are_true_things_only(cohort):
    """One runner of RIC strikes with a straight hip: an offset of the source, left as it is."""
    assert all("RIC13_T25" in sentence for sentence in cohort.problems())


def _by_runner(curves):
    return curves.set_axis(curves.index.get_level_values("runner_id"))


def test_signs_are_those_of_the_same_runners_in_rbds2017(cohort):
    rbds = gl.load_cohort("rbds2017")
    people = cohort.runners.dropna(subset=["same_runner_as"])
    assert len(people) == 23
    for variable in SIGNS:
        here = _by_runner(gl.runner_curves(cohort, variable, side="right"))
        there = gl.runner_curves(rbds, variable, side="right").xs(2.5, level="speed_m_s")
        there = _by_runner(there)
        pairs = zip(
            people["runner_id"], people["same_runner_as"].str.split(":").str[1], strict=True
        )
        r = [np.corrcoef(here.loc[a], there.loc[b])[0, 1] for a, b in pairs]
        assert min(r) > 0.2, variable
        assert np.median(r) > 0.8, variable


def test_absolute_hip_angle_differs_between_pipelines_as_documented(cohort):
    rbds = gl.runner_means(gl.load_cohort("rbds2017"))
    rbds = rbds[(rbds["side"] == "right") & (rbds["speed_m_s"] == 2.5)].set_index("runner_id")
    here = gl.runner_means(cohort).dropna(subset=["same_runner_as"]).set_index("runner_id")
    there = rbds.loc[here["same_runner_as"].str.split(":").str[1], "peak_hip_extension_deg"]
    difference = here["peak_hip_extension_deg"].to_numpy() - there.to_numpy()
    assert 7 < difference.mean() < 12


def test_measures_are_only_those_that_curves_allow(cohort):
    assert set(cohort.strides) >= {"peak_hip_extension_deg", "hip_range_deg"}
    assert not {"toe_off_pct", "contact_time_s", "peak_thigh_extension_deg"} & set(cohort.strides)


def test_every_comparison_of_levels_says_that_it_is_one_of_laboratories(cohort):
    runners = gl.runner_means(cohort)
    result = compare_groups(runners, ["hip_range_deg"], speed_m_s=2.5, n_boot=0)
    assert len(result) == 3
    assert (result["side"] == "right").all()
    lower = result[result["group_2"] == "recreational"]
    assert lower["warning"].str.contains("Confounded with laboratory").all()
    assert result["warning"].str.contains("18 of the 23 runners").all()
    assert result["warning"][result["group_1"] == "elite"].str.contains("Cannot tell").all()
    elite = {"groups": ["elite", "recreational"], "adjust_for": "laboratory"}
    with pytest.raises(DataError, match="level cannot be told apart from laboratory"):
        compare_groups(runners, "hip_range_deg", **elite)


def test_people_of_both_cohorts_are_not_counted_twice(cohort):
    both = pd.concat([gl.runner_means(cohort), gl.runner_means(gl.load_cohort("rbds2017"))])
    with pytest.raises(DataError, match="23 runners are in two cohorts"):
        compare_groups(both, "hip_range_deg", by="cohort", speed_m_s=2.5, side="right")


def test_measures_are_reliable_within_the_recording(cohort):
    table = reliability(cohort, split="halves")
    assert (table["n_runners"] == 46).all()
    assert (table["icc"] > 0.95).all()


# --- the reader and the script --------------------------------------------------------------------


def test_published_files_give_the_stored_numbers(published, prepare, cohort):
    tables, curves = prepare.build(published)
    assert tables["ledger"]["kept"].tolist() == [True, False, True, True, True, True]
    stored = cohort.strides[cohort.strides["runner_id"] == "RIC02"].head(3)
    again = tables["strides"][tables["strides"]["runner_id"] == "RIC02"]
    for name in ("peak_hip_extension_deg", "hip_range_deg", "peak_knee_flexion_swing_deg"):
        np.testing.assert_allclose(again[name], stored[name], atol=0.02)
    rows = stored.index
    np.testing.assert_allclose(
        curves["hip_flexion_deg"][2:], cohort.curves("hip_flexion_deg")[rows]
    )
    folder = published / "cohort"
    gl.cohort.write_cohort(folder, tables, curves, prepare.ABOUT)
    assert len(gl.cohort.read_cohort(folder).strides) == 5


def test_runners_are_read_in_our_units(published):
    runners = read_runners(published).set_index("runner_id")
    assert runners.loc["BMC01", "height_m"] == 1.81
    assert runners.loc["BMC01", "same_runner_as"] == "rbds2017:RBDS001"
    assert pd.isna(runners.loc["RIC02", "same_runner_as"])
    assert runners.loc["RIC02", ["level", "source_level"]].tolist() == [
        "recreational",
        "Recreational",
    ]


def test_damaged_stride_files_are_all_named_at_once(published):
    strides = published / "strides"
    text = (strides / "g01s01t01.txt").read_text().splitlines()
    (strides / "g01s01t01.txt").write_text("\n".join(text[:60]))
    (strides / "g01s01t03.txt").write_text("\n".join([text[0], text[2], text[1], *text[3:]]))
    (strides / "g02s02t01.txt").write_text("\n".join(text).replace("Hip_Z", "hip"))
    blank = text[5].split("\t")
    blank[1] = ""
    (strides / "g02s02t02.txt").write_text("\n".join([*text[:5], "\t".join(blank), *text[6:]]))
    (strides / "g07s01t01.txt").write_text("\n".join(text))
    with pytest.raises(ProblemList) as caught:
        read_strides(strides)
    assert len(caught.value.problems) == 5
    said = str(caught.value)
    for part in (
        "g01s01t01.txt: 59 rows of numbers. Expected 101",
        "Time does not run from 0 to 100",
        "none named Hip_Z",
        "g02s02t02.txt, line 6: a value is missing",
        "g07s01t01.txt: the name tells no runner",
    ):
        assert part in said


def test_runner_files_that_contradict_each_other_are_refused(published):
    levels = published / "runner_levels.csv"
    text = levels.read_text()
    with pytest.raises(ProblemList, match="there are no stride files"):
        read_strides(published)
    levels.write_text(text.replace("Recreational", "Hobby"))
    with pytest.raises(DataError, match="level_as_reported is Hobby"):
        read_runners(published)
    levels.write_text(text.replace("RIC02", "RIC03"))
    with pytest.raises(DataError, match="only one of .* has RIC02, RIC03"):
        read_runners(published)
    levels.write_text(text.replace("RIC,,", "BMC,,"))
    with pytest.raises(DataError, match="laboratory of RIC02 differs"):
        read_runners(published)
    levels.unlink()
    with pytest.raises(DataError, match="runner_levels.csv: no such file"):
        read_runners(published)

"""A cohort without strides (posture and economy of runners only), and one of means."""

import numpy as np
import pandas as pd
import pytest

import glutelab as gl
from glutelab.cohort import cohort_in_memory, read_cohort, write_cohort
from glutelab.errors import DataError, ProblemList

ABOUT = {"name": "plain", "title": "Posture and economy", "simulated": True}


@pytest.fixture(scope="module")
def made():
    return gl.simulate_cohort(24, seed=3, strides_per_side=2)


@pytest.fixture(scope="module")
def tables(made):
    counts = ["candidate_strides", "kept_strides"]
    return {"runners": made.runners, "legs": made.legs, "trials": made.trials.drop(columns=counts)}


@pytest.fixture(scope="module")
def plain(tables, tmp_path_factory):
    return read_cohort(write_cohort(tmp_path_factory.mktemp("c") / "plain", tables, None, ABOUT))


def test_it_is_read_and_shows_its_card(plain, tables):
    assert plain.strides.empty
    assert "strides  none: runners, legs and trials only" in repr(plain)
    assert (plain.problems(), plain.notes()) == ([], [])
    same = cohort_in_memory(tables, None, ABOUT)
    pd.testing.assert_frame_equal(gl.runner_means(same), gl.runner_means(plain))


def test_runner_means_hold_what_is_known(plain, made, tables, tmp_path):
    means, full = gl.runner_means(plain), gl.runner_means(made)
    assert set(means["n_strides"]) == {0}
    assert "peak_hip_extension_deg" not in means
    keys = ["runner_id", "speed_m_s", "side"]
    known = ["energy_cost_j_kg_m", "thomas_test_deg", "standing_pelvic_tilt_deg", "mass_kg"]
    pd.testing.assert_frame_equal(means[keys + known], full[keys + known])
    bare = {name: table for name, table in tables.items() if name != "legs"}
    one = gl.runner_means(read_cohort(write_cohort(tmp_path / "bare", bare, None, ABOUT)))
    assert len(one) == len(tables["trials"])
    assert set(one["side"]) == {"both"}


@pytest.mark.parametrize("posture", ["standing_pelvic_tilt_deg", "thomas_test_deg"])
def test_posture_and_economy_are_what_they_are_with_strides(plain, made, posture):
    given = {"posture": posture, "speed_m_s": 3.5}
    found = gl.fit_economy(gl.runner_means(plain), **given)
    full = gl.fit_economy(gl.runner_means(made), **given)
    assert str(found).replace("plain", "simulated") == str(full)


def test_what_needs_strides_says_so(plain):
    means = gl.runner_means(plain)
    table = gl.compare_groups(means, "peak_hip_extension_deg", by="level", speed_m_s=3.5)
    assert table["warning"].str.contains("Not measured in this cohort").all()
    groups = {"by": "level", "groups": ["elite", "recreational"], "speed_m_s": 3.5}
    found = gl.compare_curves(plain, "hip_flexion_deg", **groups)
    assert "not measured" in str(found).casefold()
    one = gl.reliability(plain, "peak_hip_extension_deg")
    assert one["icc"].isna().all()
    assert one["warning"].str.startswith("Not measured in this cohort.").all()
    assert gl.repeatability.curve_reliability(plain, "hip_flexion_deg")["icc"].isna().all()
    assert gl.measures.count_strides(plain).empty
    view = gl.StrideViewer(plain, runner_id="SIM001", at_pct=35)
    assert view.caption() == f"{plain.name} has no kept strides: there is nothing to show."
    assert view.result.empty
    assert view.figure().layout.annotations[0].text == view.caption()
    view.figure("print")
    with pytest.raises(DataError, match="nothing to show"):
        view.at_pct = 40
    with pytest.raises(DataError, match="came without curves"):
        gl.runner_curves(plain, "hip_flexion_deg")
    verdicts = gl.claims(plain).table.set_index("claim")["verdict"]
    assert verdicts["2a"] == "not testable here"
    assert verdicts["6"] != "not testable here"


def test_explorers_and_the_card_open(plain):
    assert "Standing pelvic tilt: 7" in repr(gl.RunnerCard(plain, "S001"))
    for explorer in (gl.CohortExplorer, gl.EconomyExplorer):
        assert explorer(plain).figure() is not None


def test_curves_without_strides_and_empty_strides_are_refused(tables, made, tmp_path):
    curves = {"hip_flexion_deg": made.curves("hip_flexion_deg")}
    with pytest.raises(ProblemList, match="there are curves, but no table strides"):
        write_cohort(tmp_path / "c", tables, curves, ABOUT)
    with pytest.raises(ProblemList, match="there are no rows"):
        write_cohort(tmp_path / "c", {**tables, "strides": made.strides.iloc[:0]}, None, ABOUT)


def test_means_of_a_laboratory_stand_as_one_row_per_trial_and_side(made, tables, tmp_path):
    keys = ["runner_id", "trial_id", "speed_m_s", "side"]
    means = made.strides.groupby(keys)["peak_hip_extension_deg"].mean().reset_index()
    means = means.assign(stride=1)
    tables = {**tables, "strides": means}
    path = write_cohort(tmp_path / "m", tables, None, ABOUT, strides_as="csv")
    found, full = gl.runner_means(read_cohort(path)), gl.runner_means(made)
    np.testing.assert_allclose(
        found["peak_hip_extension_deg"], full["peak_hip_extension_deg"], atol=1e-9
    )
    assert gl.reliability(read_cohort(path))["icc"].isna().all()  # of one row there are no halves

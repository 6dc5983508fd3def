"""What a comparison of groups says where it cannot answer, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from made_runners import HIP, one, repeated, runner_table, simulated

import glutelab as gl
from glutelab.errors import DataError
from glutelab.groups import compare_groups, condition_changes
from glutelab.selection import level_groups

# --- the table that comes back --------------------------------------------------------------------


def test_levels_run_from_elite_down_and_every_pair_is_compared():
    runners = pd.concat(
        [simulated((9, 9)), simulated((9, 3), seed=1, names=("competitive", "unknown"))]
    ).assign(runner_id=[f"R{k}" for k in range(30)])
    result = compare_groups(runners, HIP, n_boot=0)
    assert result["groups"].tolist() == [
        "elite minus competitive",
        "elite minus recreational",
        "competitive minus recreational",
    ]
    assert (result["n_tests"] == 3).all()
    assert result["warning"].str.contains(r"Left out by level: unknown \(3\)\.").all()


@pytest.mark.parametrize("by", ["level", "pace_min_km"])
def test_no_cell_that_should_be_a_number_is_a_word(by):
    runners = simulated(pace_min_km=np.random.default_rng(0).normal(4, 1, 28))
    result = compare_groups(runners, HIP, by, n_boot=0)
    words = {"measure", "unit", "side", "groups", "group_1", "group_2", "test", "adjusted_for"}
    for name in set(result) - words - {"warning"}:
        assert pd.api.types.is_numeric_dtype(result[name]), name
    assert (result["unit"].str.startswith("°")).all()


def test_the_smallest_real_change_is_taken_from_reliability():
    reliability = pd.DataFrame(
        {
            "measure": [HIP, HIP],
            "speed_m_s": [2.5, 3.5],
            "split": "halves",
            "mdc95": [3.0, 4.0],
            "mdc95_mean": [2.0, 2.5],
        }
    )
    assert one(simulated(), mdc=reliability)["mdc95"] == 2.5
    assert one(simulated(), mdc=reliability.assign(split="sessions"))["mdc95"] == 4.0
    assert one(simulated(), mdc={HIP: 1.5})["mdc95"] == 1.5
    assert np.isnan(one(simulated())["mdc95"])


def test_spreads_that_spoil_the_analytic_interval_are_named():
    rng = np.random.default_rng(0)
    uneven = runner_table(rng.normal(10, 8, 10), rng.normal(10, 2, 30))
    assert "do not use g_analytic" in one(uneven)["warning"]
    assert one(simulated((10, 30)))["warning"] == ""


# --- cannot tell ----------------------------------------------------------------------------------


def test_what_was_not_measured_is_a_row_and_no_test():
    runners = simulated().assign(laboratory=["here"] * 14 + ["there"] * 14)
    result = compare_groups(runners, [HIP, "hip_range_deg"], n_boot=0)
    row = result.iloc[1]
    assert row["warning"] == "Not measured in this cohort."
    assert (row["n_1"], row["n_2"], row["test"]) == (0, 0, "none")
    assert row[["mean_1", "difference", "ci_low", "hedges_g", "p", "p_holm"]].isna().all()
    assert (result["n_tests"] == 1).all()
    assert result["p_holm"][0] == result["p"][0]
    adjusted = one(runners, adjust_for="mass_kg")
    assert adjusted["warning"] == "Not measured in this cohort: mass_kg."
    changes = condition_changes(repeated(), "hip_range_deg", "speed_m_s", (2.5, 4.5))
    assert (
        one(changes, "hip_range_deg", speed_m_s=None)["warning"] == adjusted["warning"][:27] + "."
    )


def test_a_group_without_a_value_is_a_row_with_what_is_known_of_the_other():
    runners = simulated(simulated=True)
    runners.loc[:13, HIP] = np.nan
    row = one(runners)
    assert row["warning"].startswith(f"Cannot tell: no elite runner has {HIP}.  Simulated: ")
    assert (row["n_1"], row["n_2"]) == (0, 14)
    assert row["mean_2"] == pytest.approx(runners[HIP].mean())
    assert np.isnan(row["difference"])


def test_a_level_without_runners_counts_none():
    result = compare_groups(simulated(), HIP, groups=["elite", "competitive"], n_boot=0)
    row = result.iloc[0]
    assert row["warning"].startswith("Cannot tell: no competitive runner.  Left out by level: ")
    assert (row["n_1"], row["n_2"], row["n_tests"]) == (14, 0, 0)
    lonely = simulated((9, 9), names=("elite", "competitive"))
    lonely = one(lonely, groups={"all": ["elite", "competitive"], "rest": ["recreational"]})
    assert lonely["warning"] == "Cannot tell: no rest runner."
    assert lonely["mean_1"] == pytest.approx(simulated((9, 9))[HIP].mean())


@pytest.mark.parametrize("name", ["rbds2017", "bmc-ric"])
def test_the_groups_that_a_cohort_can_form_are_always_answered(name):
    cohort = gl.load_cohort(name)
    runners = gl.runner_means(cohort)
    found = level_groups(cohort.runners)
    result = compare_groups(
        runners, ["peak_hip_extension_deg", "heel_rise_m"], groups=found, speed_m_s=2.5, n_boot=0
    )
    assert result["groups"].tolist() == [" minus ".join(found)] * 2
    assert ("Not measured" in result["warning"][1]) == (name == "bmc-ric")


@pytest.mark.parametrize(
    ("counts", "groups"),
    [
        ((3, 3, 2), (["elite"], ["competitive", "recreational"])),
        ((2, 3, 3), (["elite", "competitive"], ["recreational"])),
        ((1, 1, 1), (["elite", "competitive"], ["recreational"])),
        ((3, 0, 5), (["elite"], ["recreational"])),
        ((9, 20, 9), (["elite"], ["recreational"])),
        ((3, 5, 0), (["elite"], ["competitive"])),
        ((6, 10, 24), (["elite", "competitive"], ["recreational"])),
    ],
)
def test_levels_are_split_where_the_smaller_group_is_largest(counts, groups):
    level = np.repeat(["elite", "competitive", "recreational"], counts)
    runners = pd.DataFrame({"runner_id": [f"R{n}" for n in range(len(level))], "level": level})
    found = level_groups(runners)
    assert tuple(found.values()) == groups
    assert list(found) == [" or ".join(words) for words in groups]


def test_conditions_that_nobody_has_both_of_cannot_be_compared():
    runners = repeated(9)
    runners.loc[(runners["speed_m_s"] == 4.5) & (runners.index > 12), HIP] = np.nan
    runners.loc[(runners["speed_m_s"] == 2.5) & (runners.index <= 12), HIP] = np.nan
    row = one(runners, by="speed_m_s", groups=(4.5, 2.5), speed_m_s=None)
    assert row["warning"].startswith(f"Cannot tell: no runner has {HIP} under both conditions.")
    assert (row["n_1"], row["n_2"]) == (0, 0)


def test_a_dose_that_is_the_same_for_all_says_nothing():
    row = one(simulated(pace_min_km=4.0), by="pace_min_km")
    assert row["warning"].startswith("Cannot tell: pace_min_km is the same for all")
    assert row["n"] == 28
    assert np.isnan(row["difference"])
    empty = one(simulated(), by="standing_pelvic_tilt_deg")
    assert empty["warning"] == "Not measured in this cohort: standing_pelvic_tilt_deg."


def test_more_covariates_than_runners_get_a_sentence():
    rng = np.random.default_rng(0)
    many = {f"c{k}": rng.normal(size=28) for k in range(26)}
    row = one(simulated(**many), adjust_for=list(many))
    assert "14 and 14 runners are too few for this test" in row["warning"]
    assert np.isnan(row["p"])


def test_missing_values_are_left_out_and_counted():
    runners = simulated()
    runners.loc[[0, 20], HIP] = np.nan
    row = one(runners, n_boot=300)
    assert (row["n_1"], row["n_2"]) == (13, 13)
    assert "Left out, no peak_hip_extension_deg: 2 runners (R000, R020)." in row["warning"]
    assert np.isfinite(row[["g_low", "g_high", "p"]].astype(float)).all()


@pytest.mark.parametrize("n", [(1, 1), (1, 20), (2, 2), (2, 25)])
@pytest.mark.parametrize("test", ["welch", "permutation"])
@pytest.mark.parametrize("adjust_for", [(), ("mass_kg",)])
def test_too_few_runners_get_a_sentence(n, test, adjust_for):
    runners = simulated(n, mass_kg=np.random.default_rng(5).normal(70, 5, sum(n)))
    row = one(runners, test=test, adjust_for=adjust_for, n_boot=300, equivalence_margin=2)
    assert "Cannot tell much: with" in row["warning"] or "are too few for" in row["warning"]
    assert np.isnan(row["g_low"])
    if min(n) == 1:
        assert row[["p", "ci_low", "hedges_g"]].isna().all()
        assert np.isfinite(row["mean_1"])


def test_one_pair_gets_a_sentence():
    row = one(repeated(1, speeds=(2.5, 4.5)), by="speed_m_s", speed_m_s=None, n_boot=300)
    assert row["warning"] == "Cannot tell: 1 runner is too few for this test."
    assert np.isnan(row["p"])


@pytest.mark.parametrize("test", ["welch", "permutation"])
def test_constant_values_get_a_sentence(test):
    same = one(simulated().assign(**{HIP: 5.0}), test=test, n_boot=300, equivalence_margin=1)
    assert "all values are the same" in same["warning"]
    assert same["difference"] == 0
    assert same[["p", "hedges_g", "p_equivalence"]].isna().all()
    apart = one(runner_table([6.0] * 9, [5.0] * 9), test=test, n_boot=300)
    assert apart["difference"] == 1
    assert np.isnan(apart["p"])
    half = one(runner_table([6.0] * 9, np.random.default_rng(0).normal(5, 1, 9)), test=test)
    assert np.isfinite(half["p"])


# --- refused --------------------------------------------------------------------------------------


def test_speeds_can_be_matched_modeled_or_asked_for_one_by_one():
    result = compare_groups(repeated(), HIP, speed_m_s=[2.5, 4.5], n_boot=0)
    assert result["speed_m_s"].tolist() == [2.5, 4.5]
    assert (result["n_tests"] == 2).all()
    close = simulated().assign(speed_m_s=3.5 + np.linspace(-0.04, 0.04, 28))
    assert one(close, speed_m_s=None)["speed_m_s"] == pytest.approx(3.5)
    own = simulated().assign(speed_m_s=np.tile(np.linspace(2.5, 4.5, 14), 2))
    with pytest.raises(DataError, match=r"or model it: adjust_for=\['speed_m_s'\]"):
        compare_groups(own, HIP)
    assert one(own, speed_m_s=None, adjust_for="speed_m_s")["test"] == "least squares, HC3"


def test_a_cohort_is_not_a_table_and_a_typo_is_named():
    with pytest.raises(DataError, match=r"Give glutelab.runner_means\(cohort\)"):
        compare_groups(gl.load_cohort("bmc-ric"), HIP)
    with pytest.raises(DataError, match="Did you mean peak_hip_extension_deg"):
        compare_groups(simulated(), "peak_hip_extnsion_deg")
    with pytest.raises(DataError, match="measure level holds words. Expected a number"):
        compare_groups(simulated(), "level")
    with pytest.raises(DataError, match="asked for twice"):
        compare_groups(simulated(), [HIP, HIP])
    with pytest.raises(DataError, match="no rows"):
        compare_groups(simulated()[:0], HIP)
    with pytest.raises(DataError, match="no column runner_id"):
        compare_groups(simulated().drop(columns="runner_id"), HIP)
    with pytest.raises(DataError, match="test is 'anova'"):
        compare_groups(simulated(), HIP, test="anova")
    with pytest.raises(DataError, match="equivalence_margin of peak_hip_extension_deg is -1"):
        compare_groups(simulated(), HIP, equivalence_margin=-1)


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({"runner_id": None}, {}, "28 rows have no runner_id"),
        ({}, {"speed_m_s": "3.5"}, "speed_m_s is '3.5'. Expected a number"),
        ({}, {"speed_m_s": []}, "Expected a number, or a list"),
        ({}, {"confidence": 95}, "confidence is 95. Expected a part of one"),
        ({}, {"n_boot": 10}, "Expected 200 resamples or more"),
        ({}, {"n_permutations": 5}, "Expected a whole number of 99 or more"),
        ({}, {"equivalence_margin": {"hip": 1}}, "names 'hip', which is not compared"),
    ],
)
def test_choices_that_mean_nothing_get_a_sentence(change, options, said):
    with pytest.raises(DataError, match=said):
        compare_groups(simulated().assign(**change), HIP, **options)

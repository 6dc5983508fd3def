"""What a comparison of curves says beside its numbers, or where it cannot answer, and refuses."""

import numpy as np
import pandas as pd
import pytest
from made_runners import BUMP, curve_table, groups, pairs, smooth

import glutelab as gl
from glutelab.curves import compare_curves
from glutelab.errors import DataError
from glutelab.selection import level_groups

# --- results and warnings -------------------------------------------------------------------------


def test_clusters_and_points_go_to_csv_with_their_warnings(tmp_path):
    rows = groups(smooth(20) + 2 * np.outer(np.arange(20) < 10, BUMP), 10, simulated=True)
    found = compare_curves(rows, "hip_flexion_deg")
    clusters = pd.read_csv(found.to_csv(tmp_path / "clusters.csv"))
    assert clusters["from_pct"].tolist() == found.clusters["from_pct"].tolist()
    assert clusters["contrast"].unique().tolist() == ["elite - recreational"]
    assert clusters["warnings"].str.contains("Simulated").all()
    points = pd.read_csv(found.to_csv(tmp_path / "points.csv", what="points"))
    assert len(points) == 101
    assert found.simulated
    assert "[SIMULATED]" in repr(found)


def test_unequal_groups_with_unequal_spread_are_told_of():
    curves = smooth(40)
    curves[:10] *= 2
    text = " ".join(compare_curves(groups(curves, 10), n_permutations=100).warnings)
    assert "too small" in text
    assert "variances='separate'" in text
    calm = compare_curves(groups(curves, 10), n_permutations=100, variances="separate")
    assert calm.warnings == ()


def test_open_curves_and_people_left_out_are_told_of():
    curves = smooth(20) + np.linspace(0, 5, 101)
    assert any("do not close" in one for one in compare_curves(groups(curves, 10)).warnings)
    level = ["elite"] * 10 + ["recreational"] * 9 + ["competitive"]
    found = compare_curves(curve_table(smooth(20), level=level), groups=("elite", "recreational"))
    assert found.n == {"elite": 10, "recreational": 9}
    assert any("Left out by level: competitive (1)" in one for one in found.warnings)


def test_a_cohort_and_its_table_give_the_same():
    cohort = gl.load_cohort("rbds2017")
    options = {"speed_m_s": 3.5, "groups": ("elite", "competitive")}
    one = compare_curves(cohort, "hip_flexion_deg", **options)
    table = gl.runner_curves(cohort, "hip_flexion_deg")
    other = compare_curves(table, "hip_flexion_deg", **options)
    np.testing.assert_array_equal(one.p, other.p)
    assert one.warnings == other.warnings
    assert one.n == {"elite": 3, "competitive": 25}
    assert any("Cannot tell much" in warning for warning in one.warnings)
    paired = compare_curves(cohort, "hip_flexion_deg", by="speed_m_s", groups=(4.5, 2.5))
    assert paired.n == {"pairs": 28}
    assert paired.contrast == "4.5 - 2.5"
    dose = compare_curves(cohort, "hip_flexion_deg", by="standing_pelvic_tilt_deg", speed_m_s=3.5)
    assert dose.n == {"runners": 28}


def test_more_about_runners_can_be_given():
    rows = groups(smooth(20), 10)
    who = pd.DataFrame({"runner_id": [f"R{k:02d}" for k in range(20)], "mass_kg": np.arange(20.0)})
    assert "adjusted for mass_kg" in compare_curves(rows, adjust_for="mass_kg", runners=who).method
    refused("several rows for runner R00", rows, runners=pd.concat([who, who]))


def refused(match, rows, **options):
    with pytest.raises(DataError, match=match):
        compare_curves(rows, **options)


# --- cannot tell ----------------------------------------------------------------------------------


def unanswered(found, reason):
    """Full shape, no number, and the reason on its face."""
    assert not found.answerable
    assert found.warnings[0].startswith(reason)
    assert reason in repr(found)
    assert "no part of the gait cycle" not in repr(found)
    numbers = found.points.drop(columns="percent")
    assert len(numbers) == len(found.percent)
    assert numbers.isna().all(axis=None)
    assert np.isinf(found.threshold)
    assert found.clusters.empty
    assert {"from_pct", "to_pct", "peak_difference", "direction", "p"} <= set(found.clusters)
    return found


def test_a_curve_that_the_cohort_does_not_have_is_not_measured(tmp_path):
    cohort = gl.load_cohort("bmc-ric")
    options = {"groups": level_groups(cohort.runners), "speed_m_s": 2.5}
    found = compare_curves(cohort, "thigh_angle_deg", **options)
    unanswered(found, "Not measured in this cohort.")
    assert set(found.n.values()) == {0}
    assert all(np.isnan(mean).all() for mean in found.means.values())
    assert compare_curves(cohort, "hip_flexion_deg", n_permutations=50, **options).answerable
    clusters = pd.read_csv(found.to_csv(tmp_path / "clusters.csv"))
    assert clusters["warnings"].tolist() == ["Not measured in this cohort."]
    dose = compare_curves(cohort, "hip_flexion_deg", by="standing_pelvic_tilt_deg")
    assert unanswered(dose, "Not measured in this cohort: standing_pelvic_tilt_deg.").g is None
    with pytest.raises(DataError, match="no runner is in group 'expert'"):
        compare_curves(cohort, "thigh_angle_deg", groups=("expert", "elite"))


def test_a_group_with_no_runner_or_one_cannot_be_compared():
    curves = smooth(12)
    rows = groups(curves, 1, simulated=True)
    found = unanswered(compare_curves(rows), "Cannot tell: 1 and 11 runners are too few")
    assert found.n == {"elite": 1, "recreational": 11}
    np.testing.assert_allclose(found.means["elite"][:100], curves[0, :100])
    assert "[SIMULATED]" in repr(found)
    rows = groups(curves, 12)
    made = {"high": ["elite", "competitive"], "low": ["recreational"]}
    found = unanswered(compare_curves(rows, groups=made, region=(20, 60)), "Cannot tell: no low")
    assert found.n == {"high": 12, "low": 0}
    np.testing.assert_allclose(found.means["high"], curves.mean(axis=0)[20:61])
    assert np.isnan(found.means["low"]).all()
    nobody = compare_curves(rows, groups=("competitive", "recreational"))
    unanswered(nobody, "Cannot tell: no competitive runner and no recreational runner.")


def test_one_pair_or_two_doses_cannot_be_compared():
    found = compare_curves(pairs(smooth(1), smooth(1, 1)), by="speed_m_s")
    unanswered(found, "Cannot tell: 1 runner is too few for this test.")
    assert set(found.means) == {"4.5", "2.5"}
    rows = curve_table(smooth(3), tilt_deg=[1.0, 2.0, 4.0])
    unanswered(compare_curves(rows, by="tilt_deg"), "Cannot tell: 3 runners are too few")
    rows = curve_table(smooth(9), tilt_deg=5.0)
    unanswered(compare_curves(rows, by="tilt_deg"), "Cannot tell: tilt_deg is the same for all")
    few = groups(smooth(4), 2, a=[1, 2, 3, 5], b=[1, 0, 0, 2.0])
    unanswered(compare_curves(few, adjust_for=["a", "b"]), "Cannot tell: 2 and 2 runners are too")


def test_gaps_in_curves_are_an_error_even_where_there_is_no_answer():
    rows = groups(smooth(5), 1)
    rows.iloc[0, 7] = np.nan
    refused("gaps", rows)


def test_a_cohort_without_the_curve_is_left_out_beside_one_that_has_it():
    cohorts = [gl.load_cohort(name) for name in ("rbds2017", "bmc-ric")]
    options = {"speed_m_s": 2.5, "side": "right", "n_permutations": 50}
    refused("would count twice", cohorts, variable="thigh_angle_deg", by="sex", **options)
    runners = cohorts[1].runners.drop(columns="same_runner_as")
    cohorts[1].runners = runners
    found = compare_curves(cohorts, "thigh_angle_deg", by="mass_kg", **options)
    assert found.n == {"runners": 28}
    assert any(
        "no thigh_angle_deg curves or mass_kg: 46 runners (BMC01" in one for one in found.warnings
    )


# --- refused --------------------------------------------------------------------------------------


def test_bad_curves_are_refused():
    rows = groups(smooth(20), 10)
    gap = rows.copy()
    gap.iloc[3, 20:23] = np.nan
    refused("1 runner.*gaps.*R03", gap)
    flat = rows.copy()
    flat.iloc[:10] = flat.iloc[0].to_numpy()
    refused("all 10 runners of elite have the same value at 0 % and elsewhere", flat)
    refused("100 columns of percent", rows.iloc[:, :100])
    refused("no runner_id", rows.reset_index(drop=True))
    refused("a str was given", "rbds2017")
    refused("no curves", rows.iloc[:0])


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"region": (20, 120)}, "within 0 and 100"),
        ({"region": (60, 20)}, "from below to"),
        ({"region": 5}, "Expected \\(from, to\\)"),
        ({"region": (3.2, 3.9)}, "0 point"),
        ({"kind": "tfce"}, "Expected one of max-t"),
        ({"alpha": 5}, "between 0 and 1"),
        ({"n_permutations": 10}, "could not reach 0.05"),
        ({"cluster_t": 2.5}, "kind='cluster-mass'"),
        ({"kind": "cluster-mass", "cluster_t": -1}, "above 0"),
        ({"variances": "unequal"}, "'pooled' or 'separate'"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, match):
    refused(match, groups(smooth(20), 10), **options)


def test_what_no_comparison_of_curves_can_do_is_refused():
    rows = curve_table(smooth(12), level=["a", "b", "c"] * 4, mass_kg=np.linspace(50, 80, 12))
    refused(r"Expected two, .* name them, for example groups=\['a', 'b'\]", rows)
    refused("level makes 3 groups", rows, groups=("a", "b", "c"))
    two = {"groups": ("a", "b"), "variances": "separate"}
    refused("separate.*covariates", rows, adjust_for=["mass_kg"], **two)
    refused("separate.*is a dose", rows, by="mass_kg", variances="separate")
    twice = pairs(smooth(9), smooth(9, 1)).assign(mass_kg=70.0).set_index("mass_kg", append=True)
    refused("own control", twice, by="speed_m_s", adjust_for="mass_kg")
    cohort = gl.load_cohort("bmc-ric")
    refused("no curves of 'hip_flexon_deg'. Did you mean", cohort, variable="hip_flexon_deg")
    refused("no curves of 'stride'", cohort, variable="stride")

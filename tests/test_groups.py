"""Comparisons of groups: the known truth comes back, and what must not matter does not."""

import importlib.util

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from made_runners import HIP, one, repeated, runner_table, simulated
from scipy import stats

from glutelab.contrasts.estimate import Estimate
from glutelab.errors import DataError
from glutelab.groups import compare_groups, condition_changes
from glutelab.groups.effect import equivalence_p

# --- known truth ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def calibration():
    path = ROOT / "benchmarks" / "calibration_groups.py"
    spec = importlib.util.spec_from_file_location("calibration_groups", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("scenario", "arguments", "keywords"),
    [
        ("two", ((14, 14),), {"n_boot": 400}),
        ("two", ((14, 14), (2.0, 1.0)), {"n_boot": 0}),
        ("adjusted", ((14, 14),), {"n_boot": 0}),
        ("paired", (15,), {"n_boot": 400}),
        ("dose", (28,), {}),
        ("equivalence", ((28, 28), 1.0), {}),
    ],
)
def test_error_rates_and_coverage_are_as_stated(calibration, scenario, arguments, keywords):
    """300 studies, bounds 3 standard errors wide; benchmarks/results has the full size."""
    rng = np.random.default_rng(7)
    found = getattr(calibration, scenario)(*arguments, **keywords, studies=300, rng=rng)
    for name, value in found.items():
        if "error" in name:
            assert value <= 0.09, (name, value)
        elif not np.isnan(value):
            assert value >= 0.905, (name, value)


def test_what_could_have_been_found_is_found_in_four_of_five_studies():
    least = one(simulated())["detectable_g"]
    assert least == pytest.approx(1.10, abs=0.01)  # two groups of 14
    found = [one(simulated(shift=4 * least, seed=seed))["p"] < 0.05 for seed in range(150)]
    assert np.mean(found) == pytest.approx(0.80, abs=0.10)


def test_few_runners_are_not_taken_for_many_because_they_happen_to_agree():
    row = one(runner_table([10.0, 10.1, 10.2], np.random.default_rng(0).normal(9, 4, 25)))
    assert row["detectable_g"] == pytest.approx(1.78, abs=0.01)
    assert (
        "Cannot tell much: with 3 and 25 runners only |g| of 1.8 or more is found."
        in row["warning"]
    )


def test_a_confounder_is_adjusted_for():
    rng = np.random.default_rng(8)
    n = 200
    mass = np.concatenate([rng.normal(62, 5, n), rng.normal(72, 5, n)])
    hip = 30 - 0.3 * mass + rng.normal(0, 2, 2 * n)
    runners = runner_table(hip[:n], hip[n:], mass_kg=mass)
    plain, held = one(runners), one(runners, adjust_for="mass_kg")
    assert plain["ci_low"] > 2
    assert held["ci_low"] < 0 < held["ci_high"]
    assert held["adjusted_for"] == "mass_kg"


def test_equivalence_can_be_said_and_needs_enough_runners():
    many = one(simulated((200, 200)), equivalence_margin=2.0)
    few = one(simulated((10, 10)), equivalence_margin=2.0)
    assert many["p_equivalence"] < 0.05 < few["p_equivalence"]
    assert np.isnan(one(simulated())["p_equivalence"])
    assert np.isnan(equivalence_p(Estimate(0.0, 0.0, 5.0), 1.0))


def test_a_dose_is_a_slope():
    rng = np.random.default_rng(9)
    pace = rng.uniform(3, 6, 60)
    runners = simulated((30, 30), pace_min_km=pace)
    runners[HIP] = 20 - 2 * pace + rng.normal(0, 1, 60)
    row = one(runners, by="pace_min_km")
    assert row["unit"] == "° per min/km"
    assert row["n"] == 60
    assert row["ci_low"] < -2 < row["ci_high"]
    assert row["r"] == pytest.approx(np.corrcoef(pace, runners[HIP])[0, 1])
    theirs = stats.pearsonr(pace, runners[HIP]).confidence_interval()
    assert (row["r_low"], row["r_high"]) == pytest.approx((theirs.low, theirs.high))
    assert one(runners, by="pace_min_km", test="permutation")["p"] < 0.01


@pytest.mark.parametrize(("n", "r"), [(194, 0.20), (62, 0.35)])
def test_runners_needed_for_a_correlation(n, r):
    rng = np.random.default_rng(1)
    runners = simulated((n // 2, n // 2), pace_min_km=rng.normal(4, 1, n))
    assert one(runners, by="pace_min_km")["detectable_r"] == pytest.approx(r, abs=0.01)


def test_changes_with_speed_are_compared_between_levels():
    runners = repeated(40)
    runners.loc[(runners["level"] == "elite") & (runners["speed_m_s"] == 4.5), HIP] += 3
    changes = condition_changes(runners, HIP, "speed_m_s", (2.5, 4.5))
    assert len(changes) == 40
    row = one(changes, speed_m_s=None)
    assert row["ci_low"] < 3 < row["ci_high"]
    with pytest.raises(DataError, match=r"no row has speed_m_s 5.5. There are: 2.5, 3.5, 4.5"):
        condition_changes(runners, HIP, "speed_m_s", (2.5, 5.5))
    with pytest.raises(DataError, match="several rows with level 'elite'"):
        condition_changes(runners.drop(columns="speed_m_s"), HIP, "level", ("elite", "competitive"))


# --- conditions of the same runners ---------------------------------------------------------------


def test_speeds_are_compared_within_runners():
    result = compare_groups(repeated(), HIP, by="speed_m_s", n_boot=0)
    assert result["groups"].tolist() == ["4.5 minus 3.5", "4.5 minus 2.5", "3.5 minus 2.5"]
    assert (result["test"] == "paired t").all()
    assert (result["n_1"] == 12).all()
    assert result["speed_m_s"].isna().all()


def test_sides_are_conditions_too():
    runners = pd.concat([simulated(side="left"), simulated(side="right", seed=2)])
    row = one(runners, by="side")
    assert (row["test"], row["n_1"], row["side"]) == ("paired t", 28, "each")


def test_what_changes_with_the_condition_is_adjusted_for():
    rng = np.random.default_rng(3)
    runners = repeated(30, speeds=(2.5, 4.5))
    runners["cadence_spm"] = 160 + rng.normal(0, 4, 60)
    runners["mass_kg"] = np.repeat(rng.normal(70, 5, 30), 2)
    runners[HIP] += 0.5 * (runners["cadence_spm"] - 160)
    row = one(
        runners, by="speed_m_s", speed_m_s=None, adjust_for=["cadence_spm", "mass_kg"], n_boot=300
    )
    assert row["test"] == "paired least squares, HC3"
    assert row["ci_low"] < 6 < row["ci_high"]
    assert row["g_low"] < row["hedges_g"] < row["g_high"]
    assert "Not adjusted for mass_kg, which does not change within a runner" in row["warning"]


# --- invariances ----------------------------------------------------------------------------------


@pytest.mark.parametrize("test", ["welch", "permutation"])
@pytest.mark.parametrize("adjust_for", [(), ("mass_kg",)])
def test_order_and_names_of_runners_change_nothing(test, adjust_for):
    runners = simulated((15, 20), 2.0, mass_kg=np.random.default_rng(1).normal(70, 8, 35))
    options = {"test": test, "n_boot": 300, "adjust_for": adjust_for, "n_permutations": 299}
    plain = compare_groups(runners, HIP, speed_m_s=3.5, **options)
    renamed = runners.assign(runner_id=[f"Z{k}" for k in range(35)][::-1])
    for other in (runners.sample(frac=1, random_state=3), renamed):
        pd.testing.assert_frame_equal(plain, compare_groups(other, HIP, speed_m_s=3.5, **options))


def test_order_of_pairs_changes_nothing():
    runners = repeated(20)
    options = {"by": "speed_m_s", "groups": (4.5, 2.5), "test": "permutation", "n_boot": 300}
    plain = compare_groups(runners, HIP, **options)
    shuffled = compare_groups(runners.sample(frac=1, random_state=3), HIP, **options)
    pd.testing.assert_frame_equal(plain, shuffled)


def test_exchanged_groups_change_the_sign_only():
    runners = simulated((12, 20), 2.0)
    one_way = one(runners, groups=["elite", "recreational"], n_boot=1000)
    other = one(runners, groups=["recreational", "elite"], n_boot=1000)
    for name in ("difference", "hedges_g", "t"):
        assert one_way[name] == pytest.approx(-other[name])
    assert one_way["ci_low"] == pytest.approx(-other["ci_high"])
    assert one_way["g_analytic_low"] == pytest.approx(-other["g_analytic_high"])
    assert one_way["g_low"] == pytest.approx(-other["g_high"], abs=0.15)


def test_another_unit_changes_no_effect_size():
    runners = simulated((12, 20), 2.0)
    radians = one(runners.assign(**{HIP: np.radians(runners[HIP])}), n_boot=300)
    degrees = one(runners, n_boot=300)
    for name in ("hedges_g", "g_low", "g_high", "g_analytic_low", "p", "detectable_g"):
        assert radians[name] == pytest.approx(degrees[name])


def test_other_measures_change_only_the_adjusted_p():
    runners = simulated((12, 12), 3.0).assign(
        hip_range_deg=np.random.default_rng(3).normal(50, 5, 24)
    )
    alone = compare_groups(runners, HIP, test="permutation")
    both = compare_groups(runners, ["hip_range_deg", HIP], test="permutation").iloc[[1]]
    same = [name for name in alone if name not in ("p_holm", "p_bh", "n_tests")]
    pd.testing.assert_frame_equal(alone[same], both[same].reset_index(drop=True))
    assert both["n_tests"].item() == 2
    assert both["p_holm"].item() == pytest.approx(min(2 * alone["p"].item(), 1), abs=1)
    assert both["p_holm"].item() >= both["p"].item()


def test_the_same_seed_gives_the_same_interval():
    runners = simulated((12, 20), 2.0)
    limits = [one(runners, n_boot=500, seed=seed)["g_low"] for seed in (1, 1, 2)]
    assert limits[0] == limits[1] != limits[2]


def test_huge_and_tiny_values_change_nothing():
    plain = one(simulated())
    for factor in (1e120, 1e-120):
        other = simulated().assign(**{HIP: simulated()[HIP] * factor})
        assert one(other)["p"] == pytest.approx(plain["p"])
        assert one(other)["hedges_g"] == pytest.approx(plain["hedges_g"])

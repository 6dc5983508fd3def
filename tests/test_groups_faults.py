"""Comparisons of groups where something is odd: lone runners, no spread, few relabelings, slips."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from made_runners import HIP, one, repeated, runner_table, simulated

from glutelab.errors import DataError
from glutelab.groups import adjust_p, compare_groups
from glutelab.groups.resample import bca_interval, permute_groups, permute_model

# --- lone runners ---------------------------------------------------------------------------------


@pytest.mark.parametrize("test", ["welch", "permutation"])
def test_the_only_one_of_a_class_says_nothing_and_is_named(test):
    runners = simulated(sex="male", mass_kg=np.random.default_rng(5).normal(70, 8, 28))
    runners.loc[3, "sex"] = "female"
    options = {"test": test, "n_boot": 300, "n_permutations": 199}
    without = one(runners.drop(index=3), adjust_for="mass_kg", **options)
    for odd in (0.0, 30.0):
        runners.loc[3, HIP] += odd
        row = one(runners, adjust_for=["sex", "mass_kg"], **options)
        numbers = [name for name in row.index if isinstance(row[name], float | np.integer)]
        pd.testing.assert_series_equal(row[numbers], without[numbers], check_names=False)
        assert "alone once adjusted for sex, mass_kg: 1 runner (R003)" in row["warning"]


def test_what_rests_on_one_runner_cannot_be_told():
    runners = simulated(sex=["male"] * 14 + ["female"] * 13 + ["male"])
    row = one(runners, adjust_for="sex")
    assert "adjusted for sex, what goes with level rests on R027 alone." in row["warning"]
    assert row[["difference", "p", "hedges_g"]].isna().all()
    assert (row["n_1"], row["n_2"]) == (14, 14)
    dose = one(simulated(pace_min_km=np.r_[np.full(27, 4.0), 5.0]), by="pace_min_km")
    assert dose["warning"] == "Cannot tell: what goes with pace_min_km rests on R027 alone."
    speeds = repeated(9, speeds=(2.5, 4.5)).assign(cadence_spm=np.tile([160.0, 170.0], 9))
    speeds.loc[3, "cadence_spm"] += 5
    row = one(speeds, by="speed_m_s", speed_m_s=None, adjust_for="cadence_spm")
    assert "adjusted for cadence_spm, the change rests on R01 alone" in row["warning"]


def test_one_pair_that_cannot_be_told_apart_leaves_the_others():
    third = simulated((9, 9), names=("competitive", "recreational"), seed=1)
    runners = pd.concat([simulated((9, 0)), third], ignore_index=True)
    runners["runner_id"] = [f"R{k}" for k in range(27)]
    runners["laboratory"] = ["a"] * 9 + ["a", "b"] * 4 + ["b"] * 10
    found = compare_groups(runners, HIP, adjust_for="laboratory", n_boot=0)
    assert found["p"].notna().tolist() == [True, False, True]
    assert found["warning"][1].startswith("Cannot tell: level cannot be told apart from laboratory")


# --- no spread, few relabelings -------------------------------------------------------------------


@pytest.mark.parametrize("test", ["welch", "permutation"])
def test_where_nothing_varies_the_sentence_is_not_about_numbers_of_runners(test):
    row = one(runner_table([3.0] * 6, [2.0] * 6), test=test)
    assert row["warning"].endswith("Cannot tell: all values of a group are the same.")
    nearly = runner_table([3.3 / 3 + 0.0] * 6, [0.1 + 0.2, 0.3] * 3)
    assert "all values of a group are the same" in one(nearly, test=test)["warning"]
    pairs = repeated(6, speeds=(2.5, 4.5))
    pairs[HIP] = np.repeat(np.arange(6.0), 2) + np.tile([0.0, 3.0], 6)
    row = one(pairs, by="speed_m_s", speed_m_s=None, test=test)
    assert row["warning"] == "Cannot tell: all runners change by the same amount."
    assert row["difference"] == 3
    assert np.isnan(row["p"])
    dose = simulated(pace_min_km=np.linspace(3, 6, 28))
    dose[HIP] = 2 * dose["pace_min_km"]
    row = one(dose, by="pace_min_km", test=test)
    assert row["warning"] == "Cannot tell: all values follow from pace_min_km."
    assert row["difference"] == pytest.approx(2)


def test_relabelings_too_few_to_reach_the_level_are_told_of():
    row = one(simulated((3, 3), 60), test="permutation")
    assert (row["p"], row["relabelings"]) == (0.1, 20)
    few = "Cannot tell: 3 and 3 runners are too few for p = 0.05: so few relabelings exist."
    assert row["warning"] == few
    assert np.isnan(row["detectable_g"])
    enough = one(simulated((4, 4), 60), test="permutation")
    assert np.isfinite(enough["detectable_g"])
    assert (
        "p = 0.1" not in one(simulated((3, 3), 60), test="permutation", confidence=0.9)["warning"]
    )
    pairs = one(repeated(5, (2.5, 4.5)), by="speed_m_s", speed_m_s=None, test="permutation")
    assert "Cannot tell: 5 runners are too few for p = 0.05" in pairs["warning"]


def test_doses_and_adjusted_groups_are_enumerated_where_they_can_be():
    from itertools import permutations

    rng = np.random.default_rng(2)
    dose, y = rng.normal(size=7), rng.normal(size=7)
    runners = simulated((3, 4), pace_min_km=dose).assign(**{HIP: y})
    row = one(runners, by="pace_min_km", test="permutation")
    assert row["relabelings"] == 5040
    design = np.column_stack([np.ones(7), dose])
    bread = np.linalg.inv(design.T @ design)
    leverage = np.einsum("ij,jk,ik->i", design, bread, design)

    def robust(values):
        beta = bread @ design.T @ values
        scaled = design @ bread[1] * (values - design @ beta) / (1 - leverage)
        return abs(beta[1]) / np.sqrt((scaled**2).sum())

    t = np.array([robust(y[list(order)]) for order in permutations(range(7))])
    assert row["p"] == pytest.approx((t >= robust(y) * (1 - 1e-9)).mean())
    assert permute_model(design, np.append(y, 1)[:7], 1, n_permutations=99, seed=0).least > 0
    again = one(runners, adjust_for="pace_min_km", test="permutation")
    assert again["relabelings"] == 5040


def test_two_beside_many_take_little_memory_and_groups_may_be_exchanged():
    rng = np.random.default_rng(0)
    many, two = rng.normal(size=300), rng.normal(size=2)
    tracemalloc.start()
    one_way = permute_groups(many, two, n_permutations=99, seed=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert one_way == permute_groups(two, many, n_permutations=99, seed=0)
    assert peak < 60e6
    first, second = rng.normal(size=20), rng.normal(size=25)
    drawn = [permute_groups(*pair, n_permutations=999, seed=3) for pair in
             ((first, second), (second, first), (first[::-1], second))]  # fmt: skip
    assert len(set(drawn)) == 1


def test_the_jackknife_is_made_in_blocks_that_change_nothing(monkeypatch):
    samples = [np.random.default_rng(k).normal(size=n) for k, n in enumerate((30, 40))]

    def difference(a, b):
        return (a.mean(axis=1) - b.mean(axis=1)) / np.sqrt(a.var(axis=1) + b.var(axis=1))

    how = {"n_boot": 300, "seed": 0, "confidence": 0.95}
    whole = bca_interval(difference, samples, **how)
    monkeypatch.setattr("glutelab.groups.resample.BLOCK", 500)
    assert bca_interval(difference, samples, **how) == pytest.approx(whole, abs=0.2)
    from glutelab.groups.resample import _acceleration

    blocks = _acceleration(difference, samples)
    monkeypatch.undo()
    assert blocks == pytest.approx(_acceleration(difference, samples))


# --- columns and limits ---------------------------------------------------------------------------


def test_the_table_says_its_level_and_holds_equivalence_tests_together():
    runners = simulated((40, 40)).assign(
        hip_range_deg=np.random.default_rng(3).normal(50, 5, 80), heel_rise_m=np.nan
    )
    measures = [HIP, "hip_range_deg", "heel_rise_m"]
    found = compare_groups(runners, measures, confidence=0.9, n_boot=0, equivalence_margin=3.0)
    assert (found["confidence"] == 0.9).all()
    expected = adjust_p(found["p_equivalence"].to_numpy())[0]
    np.testing.assert_array_equal(found["p_equivalence_holm"], expected)
    assert found["p_equivalence_holm"].isna().tolist() == [False, False, True]
    assert found["p_equivalence_holm"].min() == pytest.approx(2 * found["p_equivalence"].min())


def test_the_smallest_real_change_is_that_of_the_same_conditions():
    mdc = pd.DataFrame({"measure": HIP, "speed_m_s": [2.5, 4.5], "side": "both", "slope_pct": 0.0})
    mdc["mdc95"] = [2.0, 3.0]
    runners = repeated(speeds=(2.5, 3.5, 4.5)).assign(side="both", slope_pct=0.0)

    def at(table=runners, **options):
        return compare_groups(table, HIP, n_boot=0, mdc=mdc, **options)["mdc95"].tolist()

    assert at(speed_m_s=2.5) == [2.0]
    assert at(speed_m_s=4.53) == [3.0]
    assert np.isnan(at(speed_m_s=3.5)).all()
    near = runners[runners["speed_m_s"] == 3.5]
    assert at(near, speed_m_s=3.6, speed_within_m_s=0.9) == [3.0]
    assert at(by="speed_m_s", groups=(4.5, 2.5)) == [3.0]
    assert np.isnan(at(by="speed_m_s", groups=(4.5, 3.5))).all()
    assert np.isnan(at(runners.assign(side="left"), speed_m_s=2.5, side="left")).all()
    assert np.isnan(at(runners.assign(slope_pct=5.0), speed_m_s=2.5)).all()
    assert np.isnan(at(runners[::3].drop(columns="speed_m_s"))).all()


# --- refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"seed": -1}, "seed is -1. Expected a whole number"),
        ({"seed": "a"}, "seed is 'a'"),
        ({"seed": 1.5}, "seed is 1.5"),
        ({"n_boot": "x"}, "n_boot is 'x'"),
        ({"n_boot": None}, "n_boot is None"),
        ({"confidence": "0.95"}, "confidence is '0.95'"),
        ({"confidence": None}, "confidence is None"),
        ({"n_permutations": 99.5}, "n_permutations is 99.5"),
        ({"n_permutations": 99, "confidence": 0.999}, "Expected a whole number of 999 or more"),
        ({"speed_within_m_s": "x"}, "speed_within_m_s is 'x'"),
        ({"speed_m_s": [3.5, 3.5]}, "3.5 m/s is asked for twice"),
        ({"speed_m_s": np.array([np.nan])}, r"speed_m_s is \[nan\]"),
        ({"equivalence_margin": "x"}, "is 'x'. Expected a number, more than 0"),
        ({"equivalence_margin": [1]}, r"is \[1\]. Expected a number, more than 0"),
        ({"equivalence_margin": {HIP: "a"}}, "is 'a'. Expected a number"),
        ({"mdc": 5}, "mdc is a int. Expected the table of glutelab.reliability"),
        ({"mdc": "x"}, "mdc is a str"),
        ({"mdc": {HIP: "x"}}, f"mdc of {HIP} is 'x'"),
        ({"mdc": pd.DataFrame({"x": [1]})}, "mdc has no column"),
        ({"paired": "yes"}, "paired is 'yes'"),
        ({"by": HIP}, "is what is compared, so it cannot make the groups"),
        ({"adjust_for": HIP}, "cannot be adjusted for itself"),
    ],
)
def test_slips_get_a_sentence(options, said):
    with pytest.raises(DataError, match=said) as error:
        compare_groups(simulated(), HIP, **{"n_boot": 0} | options)
    assert "np." not in str(error.value)


@pytest.mark.parametrize("measures", [5, None, [[HIP]], {HIP: 1}])
def test_measures_are_names(measures):
    with pytest.raises(DataError, match="Expected a column name|no measure was asked for"):
        compare_groups(simulated(), measures)
    with pytest.raises(DataError, match="holds complex numbers. Expected a number per runner"):
        compare_groups(simulated().assign(**{HIP: 1j}), HIP)

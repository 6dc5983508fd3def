"""Comparisons of groups: known truth, other software, invariances, and what is refused.

Expected numbers in tests/reference/groups were made by pingouin and statsmodels; the script that
made them stands beside them.
"""

import importlib.util
import json
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from scipy import stats

import glutelab as gl
from glutelab.errors import DataError
from glutelab.groups import adjust_p, compare_groups, condition_changes, hedges_g
from glutelab.groups.effect import Estimate, equivalence_p, shift_interval
from glutelab.groups.linear import slope
from glutelab.groups.resample import bca_interval, permute_groups, permute_model, permute_signs

HIP = "peak_hip_extension_deg"


@pytest.fixture(scope="module")
def expected():
    path = ROOT / "tests" / "reference" / "groups" / "expected.json"
    return json.loads(path.read_text(encoding="utf-8"))


def table(first, second, names=("elite", "recreational"), **columns):
    n1, n2 = len(first), len(second)
    return pd.DataFrame(
        {
            "runner_id": [f"R{k:03d}" for k in range(n1 + n2)],
            "level": [names[0]] * n1 + [names[1]] * n2,
            "speed_m_s": 3.5,
            HIP: np.concatenate([first, second]),
            **columns,
        }
    )


def simulated(n=(14, 14), shift=0.0, seed=0, **columns):
    rng = np.random.default_rng(seed)
    return table(10 + shift + 4 * rng.normal(size=n[0]), 10 + 4 * rng.normal(size=n[1]), **columns)


def one(runners, measures=HIP, **options):
    options = {"n_boot": 0, "speed_m_s": 3.5} | options
    result = compare_groups(runners, measures, **options)
    assert len(result) == 1
    return result.iloc[0]


def repeated(n=12, speeds=(2.5, 3.5, 4.5), seed=0):
    rng = np.random.default_rng(seed)
    runner = np.repeat(np.arange(n), len(speeds))
    speed = np.tile(speeds, n)
    return pd.DataFrame(
        {
            "runner_id": np.array([f"R{k:02d}" for k in range(n)])[runner],
            "level": np.where(runner < n // 2, "elite", "competitive"),
            "speed_m_s": speed,
            HIP: rng.normal(5, 4, n)[runner] + 3 * speed + rng.normal(0, 1, n * len(speeds)),
        }
    )


# --- other software -------------------------------------------------------------------------------


def test_two_groups_equal_pingouin(expected):
    data, numbers = expected["data"], expected["two_groups"]
    row = one(table(data["first"], data["second"]), equivalence_margin=4.0)
    for name in ("hedges_g", "t", "df", "p", "p_equivalence"):
        assert row[name] == pytest.approx(numbers[name], rel=1e-10, abs=1e-12), name


def test_conditions_of_the_same_runners_equal_pingouin(expected):
    data, numbers = expected["data"], expected["paired"]
    n = len(data["before"])
    runners = pd.DataFrame(
        {
            "runner_id": [f"R{k}" for k in range(n)] * 2,
            "session": ["after"] * n + ["before"] * n,
            HIP: data["after"] + data["before"],
        }
    )
    row = one(runners, by="session", speed_m_s=None, equivalence_margin=4.0)
    assert row["groups"] == "after minus before"
    for name in ("hedges_g", "t", "df", "p", "p_equivalence"):
        assert row[name] == pytest.approx(numbers[name], rel=1e-10, abs=1e-12), name


def test_adjusted_difference_equals_statsmodels(expected):
    data, numbers = expected["data"], expected["adjusted"]
    covariates = np.array(data["covariates"])
    runners = table(
        data["first"], data["second"], mass_kg=covariates[:, 0], leg_length_m=covariates[:, 1]
    )
    row = one(runners, adjust_for=["mass_kg", "leg_length_m"])
    for name in ("difference", "t", "df", "p", "ci_low", "ci_high"):
        assert row[name] == pytest.approx(numbers[name], rel=1e-9), name


def test_adjusted_p_values_equal_pingouin(expected):
    holm, bh = adjust_p(np.array(expected["p"]))
    np.testing.assert_allclose(holm, expected["holm"])
    np.testing.assert_allclose(bh, expected["bh"])
    holm, bh = adjust_p(np.array([0.02, np.nan, 0.03]))
    np.testing.assert_allclose(holm, [0.04, np.nan, 0.04])
    np.testing.assert_allclose(bh, [0.03, np.nan, 0.03])


def test_difference_interval_is_that_of_scipy(expected):
    first, second = (np.array(expected["data"][name]) for name in ("first", "second"))
    interval = stats.ttest_ind(first, second, equal_var=False).confidence_interval()
    row = one(table(first, second))
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((interval.low, interval.high))


def test_analytic_interval_inverts_the_noncentral_t(expected):
    data = expected["data"]
    row = one(table(data["first"], data["second"]))
    n1, n2 = row["n_1"], row["n_2"]
    t = stats.ttest_ind(data["first"], data["second"]).statistic
    scale = np.sqrt(1 / n1 + 1 / n2) * (1 - 3 / (4 * (n1 + n2) - 9))
    for limit, chance in ((row["g_analytic_low"], 0.975), (row["g_analytic_high"], 0.025)):
        assert stats.nct.cdf(t, n1 + n2 - 2, limit / scale) == pytest.approx(chance, abs=1e-6)
    assert np.isnan(shift_interval(np.nan, 5, 0.95)).all()


def test_bootstrap_interval_is_that_of_scipy(expected):
    first, second = (np.array(expected["data"][name]) for name in ("first", "second"))
    theirs = stats.bootstrap(
        (first, second),
        lambda a, b, axis=-1: hedges_g(a, b),
        n_resamples=20_000,
        method="BCa",
        random_state=np.random.default_rng(1),
    ).confidence_interval
    ours = bca_interval(hedges_g, [first, second], n_boot=20_000, seed=2, level=0.95)
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.03)


# --- exact tests ----------------------------------------------------------------------------------


def welch(first, second):
    return abs(stats.ttest_ind(first, second, equal_var=False).statistic)


@pytest.mark.parametrize(("n1", "n2"), [(5, 5), (4, 7), (3, 9)])
def test_permutation_p_is_exact_enumeration(n1, n2):
    rng = np.random.default_rng(n1)
    first, second = rng.normal(1, 1, n1), rng.normal(0, 1, n2)
    y = np.concatenate([first, second])
    observed, hits, total = welch(first, second), 0, 0
    for chosen in combinations(range(n1 + n2), n1):
        mask = np.isin(np.arange(n1 + n2), chosen)
        hits += welch(y[mask], y[~mask]) >= observed - 1e-12
        total += 1
    assert permute_groups(first, second, n_permutations=99, seed=0) == (hits / total, total)


def test_sign_flips_are_exact_and_keep_ties():
    changes = np.array([1.0, 1.0, 2.0, -0.5, 3.0, 0.25])
    observed = abs(changes.sum())
    sums = [abs(np.dot(signs, changes)) for signs in product([-1, 1], repeat=6)]
    expected = np.mean(np.array(sums) >= observed - 1e-12)
    assert permute_signs(changes, n_permutations=99, seed=0) == (expected, 64)


def test_random_relabelings_come_close_to_all(monkeypatch):
    rng = np.random.default_rng(4)
    first, second = rng.normal(0.8, 1, 8), rng.normal(0, 1, 10)
    exact, total = permute_groups(first, second, n_permutations=99, seed=0)
    assert total == 43758
    monkeypatch.setattr("glutelab.groups.resample.MAX_EXACT", 10)
    drawn, count = permute_groups(first, second, n_permutations=40_000, seed=0)
    assert count == 40_001
    assert drawn == pytest.approx(exact, abs=0.005)
    flips = permute_signs(first, n_permutations=40_000, seed=0)[0]
    monkeypatch.undo()
    assert flips == pytest.approx(permute_signs(first, n_permutations=9, seed=0)[0], abs=0.005)


def test_freedman_lane_equals_its_definition():
    rng = np.random.default_rng(5)
    n = 20
    design = np.column_stack([np.ones(n), np.arange(n) < 8, rng.normal(size=n)])
    y = design @ [1.0, 0.8, 0.5] + rng.normal(size=n)

    def robust(outcome):
        beta = np.linalg.lstsq(design, outcome, rcond=None)[0]
        bread = np.linalg.inv(design.T @ design)
        leverage = np.einsum("ij,jk,ik->i", design, bread, design)
        meat = design * ((outcome - design @ beta) / (1 - leverage))[:, None]
        return beta[1] / np.sqrt((bread @ meat.T @ meat @ bread)[1, 1])

    reduced = design[:, [0, 2]]
    fitted = reduced @ np.linalg.lstsq(reduced, y, rcond=None)[0]
    shuffled = np.random.default_rng(0).permuted(np.tile(y - fitted, (199, 1)), axis=1)
    hits = sum(abs(robust(fitted + row)) >= abs(robust(y)) * (1 - 1e-9) for row in shuffled)
    assert permute_model(design, y, 1, n_permutations=199, seed=0) == ((hits + 1) / 200, 200)


def test_many_models_at_once_are_solved_like_one_by_one():
    rng = np.random.default_rng(6)
    design, y = rng.normal(size=(5, 12, 3)), rng.normal(size=(5, 12))
    each = [np.linalg.lstsq(d, v, rcond=None)[0][1] for d, v in zip(design, y, strict=True)]
    np.testing.assert_allclose(slope(design, y, 1), each)
    design[2, :, 2] = design[2, :, 1]
    assert np.isnan(slope(design, y, 1)).tolist() == [False, False, True, False, False]


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
    row = one(table([10.0, 10.1, 10.2], np.random.default_rng(0).normal(9, 4, 25)))
    assert row["detectable_g"] == pytest.approx(1.78, abs=0.01)
    assert "cannot tell: with 3 and 25 runners only |g| of 1.8 or more is found" in row["warning"]


def test_a_confounder_is_adjusted_for():
    rng = np.random.default_rng(8)
    n = 200
    mass = np.concatenate([rng.normal(62, 5, n), rng.normal(72, 5, n)])
    hip = 30 - 0.3 * mass + rng.normal(0, 2, 2 * n)
    runners = table(hip[:n], hip[n:], mass_kg=mass)
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
    rng = np.random.default_rng(0)
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


# --- groups ---------------------------------------------------------------------------------------


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
    assert result["warning"].str.contains("left out by level: 3 unknown").all()


def test_groups_can_be_joined_cut_and_split():
    rng = np.random.default_rng(2)
    runners = simulated((10, 20), pace_min_km=rng.permutation(np.linspace(3, 6, 30)))
    runners.loc[10:14, "level"] = "competitive"
    joined = one(runners, groups={"trained": ["elite", "competitive"], "other": "recreational"})
    assert (joined["group_1"], joined["n_1"], joined["n_2"]) == ("trained", 15, 15)
    cut = one(runners, by="pace_min_km", groups={"fast": (None, 4.0), "slow": (4.0, None)})
    assert cut["n_1"] == (runners["pace_min_km"] < 4).sum()
    assert cut["n_1"] + cut["n_2"] == 30
    split = one(runners, by="pace_min_km", groups="median")
    assert (split["n_1"], split["n_2"]) == (15, 15)
    assert split["group_1"].startswith("pace_min_km < ")
    rule = one(runners, by=lambda t: np.where(t["pace_min_km"] < 4, "a", "b"))
    assert rule["difference"] == pytest.approx(cut["difference"])
    mapped = one(
        runners, by={name: "x" if k % 2 else "y" for k, name in enumerate(runners["runner_id"])}
    )
    assert mapped["groups"] == "x minus y"


def test_groups_that_overlap_or_do_not_exist_are_refused():
    runners = simulated(pace_min_km=np.linspace(3, 6, 28))
    with pytest.raises(DataError, match="in two groups, 'fast' and 'slow'"):
        compare_groups(runners, HIP, "pace_min_km", groups={"fast": (None, 5), "slow": (4, None)})
    with pytest.raises(DataError, match=r"no runner is in group amateur. level has: elite \(14\)"):
        compare_groups(runners, HIP, groups=["elite", "amateur"])
    with pytest.raises(DataError, match="makes no two groups: all are 'elite'"):
        compare_groups(runners[:14], HIP)
    with pytest.raises(DataError, match=r"by 'levl' is no column.*Did you mean level"):
        compare_groups(runners, HIP, "levl")
    with pytest.raises(DataError, match="groups='median' cannot be made from level"):
        compare_groups(runners, HIP, groups="median")
    with pytest.raises(DataError, match="Expected numbers for a dose"):
        compare_groups(runners, HIP, groups="dose")
    with pytest.raises(DataError, match=r"28 groups.*Name those to compare"):
        compare_groups(runners, HIP, "runner_id")


# --- conditions of the same runners ---------------------------------------------------------------


def test_speeds_are_compared_within_runners():
    result = compare_groups(repeated(), HIP, by="speed_m_s", n_boot=0)
    assert result["groups"].tolist() == ["4.5 minus 3.5", "4.5 minus 2.5", "3.5 minus 2.5"]
    assert (result["test"] == "paired t").all()
    assert (result["n_1"] == 12).all()
    assert result["speed_m_s"].isna().all()


def test_runners_without_both_conditions_are_left_out_and_counted():
    runners = repeated().drop(index=[0, 5])
    row = one(runners, by="speed_m_s", groups=(4.5, 2.5), speed_m_s=None)
    assert row["n_1"] == row["n_2"] == 10
    assert "2 runners without both conditions are left out" in row["warning"]


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
    assert "not adjusted for mass_kg, which does not change within a runner" in row["warning"]


def test_pairs_are_neither_overlooked_nor_made_up():
    with pytest.raises(DataError, match="12 runners are in more than one group"):
        compare_groups(repeated(), HIP, by="speed_m_s", paired=False)
    with pytest.raises(DataError, match="there are no pairs"):
        compare_groups(simulated(), HIP, paired=True)
    with pytest.raises(DataError, match="taken as a dose, which is between runners"):
        compare_groups(simulated(pace_min_km=np.arange(28.0)), HIP, "pace_min_km", paired=True)


# --- refused --------------------------------------------------------------------------------------


def test_strides_are_not_people():
    strides = simulated().assign(stride=1)
    with pytest.raises(DataError, match="Strides are not people.*runner_means"):
        compare_groups(strides, HIP)
    twice = pd.concat([simulated(), simulated(seed=1).assign(shoe="light")])
    with pytest.raises(DataError, match="R000 has 2 rows in one comparison"):
        compare_groups(twice, HIP)


def test_speeds_and_slopes_are_never_pooled():
    with pytest.raises(DataError, match=r"pool the speeds 2.5, 3.5, 4.5.*speed_m_s=3.5"):
        compare_groups(repeated(), HIP)
    with pytest.raises(DataError, match=r"no runner at 5 m/s. There are: 2.5, 3.5, 4.5 m/s"):
        compare_groups(repeated(), HIP, speed_m_s=5)
    slopes = simulated().assign(slope_pct=[0.0, -5.0] * 14)
    with pytest.raises(DataError, match=r"slopes of -5, 0 %.*by='slope_pct'"):
        compare_groups(slopes, HIP)


def test_speeds_can_be_matched_modeled_or_asked_for_one_by_one():
    result = compare_groups(repeated(), HIP, speed_m_s=[2.5, 4.5], n_boot=0)
    assert result["speed_m_s"].tolist() == [2.5, 4.5]
    assert (result["n_tests"] == 2).all()
    close = simulated().assign(speed_m_s=3.5 + np.linspace(-0.04, 0.04, 28))
    assert one(close, speed_m_s=None)["speed_m_s"] == pytest.approx(3.5)
    own = simulated().assign(speed_m_s=np.tile(np.linspace(2.5, 4.5, 14), 2))
    with pytest.raises(DataError, match=r"Or model it: adjust_for=\['speed_m_s'\]"):
        compare_groups(own, HIP)
    assert one(own, speed_m_s=None, adjust_for="speed_m_s")["test"] == "least squares, HC3"


def test_a_cohort_is_not_a_table_and_a_typo_is_named():
    with pytest.raises(DataError, match=r"Give compare_groups\(glutelab.runner_means\(cohort\)"):
        compare_groups(gl.load_cohort("bmc-ric"), HIP)
    with pytest.raises(DataError, match="Did you mean peak_hip_extension_deg"):
        compare_groups(simulated(), "peak_hip_extnsion_deg")
    with pytest.raises(DataError, match=r"level holds .* values. Expected a measure"):
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
    with pytest.raises(DataError, match="there is no left side. There are: both"):
        compare_groups(simulated(side="both"), HIP, side="left")


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({"level": None}, {}, "level is empty for all runners"),
        ({"runner_id": None}, {}, "28 rows have no runner_id"),
        ({}, {"groups": {"elite", "recreational"}}, "a set, which has no order"),
        ({}, {"speed_m_s": "3.5"}, "speed_m_s is '3.5'. Expected a number"),
        ({}, {"speed_m_s": []}, "Expected a number, or a list"),
        ({}, {"by": None}, "by is a NoneType"),
        ({}, {"by": lambda rows: "x"}, "Expected one label per row: 28"),
        ({}, {"level": 95}, "level is 95. Expected a confidence level"),
        ({}, {"n_boot": 10}, "Expected 200 resamples or more"),
        ({}, {"n_permutations": 5}, "Expected 99 or more"),
        ({}, {"equivalence_margin": {"hip": 1}}, "names 'hip', which is not compared"),
    ],
)
def test_choices_that_mean_nothing_get_a_sentence(change, options, said):
    with pytest.raises(DataError, match=said):
        compare_groups(simulated().assign(**change), HIP, **options)


def test_more_covariates_than_runners_get_a_sentence():
    rng = np.random.default_rng(0)
    many = {f"c{k}": rng.normal(size=28) for k in range(26)}
    row = one(simulated(**many), adjust_for=list(many))
    assert "14 and 14 runners are too few for this test" in row["warning"]
    assert np.isnan(row["p"])


def test_huge_and_tiny_values_change_nothing():
    plain = one(simulated())
    for factor in (1e120, 1e-120):
        other = simulated().assign(**{HIP: simulated()[HIP] * factor})
        assert one(other)["p"] == pytest.approx(plain["p"])
        assert one(other)["hedges_g"] == pytest.approx(plain["hedges_g"])


def test_covariates_that_cannot_be_told_apart_are_refused():
    runners = simulated(laboratory=["here"] * 14 + ["there"] * 14, mass_kg=np.arange(28.0))
    with pytest.raises(DataError, match="level cannot be told apart from laboratory"):
        compare_groups(runners, HIP, adjust_for="laboratory")
    runners["mass_lb"] = 2.2 * runners["mass_kg"]
    with pytest.raises(DataError, match="mass_kg, mass_lb repeat each other"):
        compare_groups(runners, HIP, adjust_for=["mass_kg", "mass_lb"])
    with pytest.raises(DataError, match="cannot be adjusted for it"):
        compare_groups(runners, HIP, adjust_for="level")
    assert (
        "not adjusted for sex, which is the same for all"
        in (one(runners.assign(sex="male"), adjust_for="sex")["warning"])
    )


# --- hostile data ---------------------------------------------------------------------------------


def test_missing_values_are_left_out_and_counted():
    runners = simulated()
    runners.loc[[0, 20], HIP] = np.nan
    row = one(runners, n_boot=300)
    assert (row["n_1"], row["n_2"]) == (13, 13)
    assert "2 runners without peak_hip_extension_deg are left out" in row["warning"]
    assert np.isfinite(row[["g_low", "g_high", "p"]].astype(float)).all()
    runners.loc[:13, HIP] = np.nan
    with pytest.raises(DataError, match="no runner in elite and recreational has a value"):
        compare_groups(runners, HIP)
    with pytest.raises(DataError, match="of runner R003 is infinite"):
        compare_groups(simulated().assign(**{HIP: np.r_[0, 0, 0, np.inf, np.zeros(24)]}), HIP)


@pytest.mark.parametrize("n", [(1, 1), (1, 20), (2, 2), (2, 25)])
@pytest.mark.parametrize("test", ["welch", "permutation"])
@pytest.mark.parametrize("adjust_for", [(), ("mass_kg",)])
def test_too_few_runners_get_a_sentence(n, test, adjust_for):
    runners = simulated(n, mass_kg=np.random.default_rng(0).normal(70, 5, sum(n)))
    row = one(runners, test=test, adjust_for=adjust_for, n_boot=300, equivalence_margin=2)
    assert "cannot tell: with" in row["warning"] or "too few for this test" in row["warning"]
    assert np.isnan(row["g_low"])
    if min(n) == 1:
        assert row[["p", "ci_low", "hedges_g"]].isna().all()
        assert np.isfinite(row["mean_1"])


def test_one_pair_gets_a_sentence():
    row = one(repeated(1, speeds=(2.5, 4.5)), by="speed_m_s", speed_m_s=None, n_boot=300)
    assert "too few for this test" in row["warning"]
    assert np.isnan(row["p"])


@pytest.mark.parametrize("test", ["welch", "permutation"])
def test_constant_values_get_a_sentence(test):
    same = one(simulated().assign(**{HIP: 5.0}), test=test, n_boot=300, equivalence_margin=1)
    assert "all values are the same" in same["warning"]
    assert same["difference"] == 0
    assert same[["p", "hedges_g", "p_equivalence"]].isna().all()
    apart = one(table([6.0] * 9, [5.0] * 9), test=test, n_boot=300)
    assert apart["difference"] == 1
    assert np.isnan(apart["p"])
    half = one(table([6.0] * 9, np.random.default_rng(0).normal(5, 1, 9)), test=test)
    assert np.isfinite(half["p"])


# --- what is said beside the number ---------------------------------------------------------------


def test_confounding_with_a_laboratory_is_in_the_result():
    runners = simulated(laboratory=["here"] * 13 + ["there"] * 15)
    assert (
        "confounded with laboratory: elite 13 here + 1 there; recreational 14 there"
        in one(runners)["warning"]
    )
    even = simulated(laboratory=["here", "there"] * 14)
    assert one(even)["warning"] == "pools the laboratories here, there"
    assert one(simulated(laboratory="here"))["warning"] == ""
    dose = one(
        runners.assign(pace_min_km=np.r_[np.arange(14.0), np.arange(20.0, 34)]), by="pace_min_km"
    )
    assert "confounded with laboratory: it explains" in dose["warning"]


def test_spreads_that_spoil_the_analytic_interval_are_named():
    rng = np.random.default_rng(0)
    uneven = table(rng.normal(10, 8, 10), rng.normal(10, 2, 30))
    assert "do not use g_analytic" in one(uneven)["warning"]
    assert one(simulated((10, 30)))["warning"] == ""


def test_simulated_runners_and_caveats_of_runners_are_in_the_result():
    assert one(simulated(cohort="simulated"))["warning"].startswith("simulated:")
    flagged = simulated(simulated=True, caveat=["ran on grass."] * 3 + [None] * 25)
    warning = one(flagged)["warning"]
    assert warning.startswith("simulated:")
    assert "ran on grass" in warning


def test_one_person_in_two_cohorts_is_refused():
    here = simulated(cohort="a", same_runner_as=None)
    there = simulated(cohort="b", same_runner_as="a:" + simulated()["runner_id"])
    with pytest.raises(DataError, match="28 runners are in two cohorts.*R000 of b is a:R000"):
        compare_groups(pd.concat([here, there]), HIP)


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


@pytest.mark.parametrize("by", ["level", "pace_min_km"])
def test_no_cell_that_should_be_a_number_is_a_word(by):
    runners = simulated(pace_min_km=np.random.default_rng(0).normal(4, 1, 28))
    result = compare_groups(runners, HIP, by, n_boot=0)
    words = {"measure", "unit", "side", "groups", "group_1", "group_2", "test", "adjusted_for"}
    for name in set(result) - words - {"warning"}:
        assert pd.api.types.is_numeric_dtype(result[name]), name
    assert (result["unit"].str.startswith("°")).all()

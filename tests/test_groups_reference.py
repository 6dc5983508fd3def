"""Comparisons of groups beside other software, and beside their own definitions.

Expected numbers in tests/reference/groups were made by pingouin and statsmodels; the script that
made them stands beside them.
"""

import json
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from made_runners import HIP, one, runner_table
from scipy import stats

from glutelab.contrasts.least_squares import slope
from glutelab.groups import adjust_p, hedges_g
from glutelab.groups.effect import shift_interval
from glutelab.groups.resample import bca_interval, permute_groups, permute_model, permute_signs


@pytest.fixture(scope="module")
def expected():
    path = ROOT / "tests" / "reference" / "groups" / "expected.json"
    return json.loads(path.read_text(encoding="utf-8"))


# --- other software -------------------------------------------------------------------------------


def test_two_groups_equal_pingouin(expected):
    data, numbers = expected["data"], expected["two_groups"]
    row = one(runner_table(data["first"], data["second"]), equivalence_margin=4.0)
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
    runners = runner_table(
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
    row = one(runner_table(first, second))
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((interval.low, interval.high))


def test_analytic_interval_inverts_the_noncentral_t(expected):
    data = expected["data"]
    row = one(runner_table(data["first"], data["second"]))
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
    ours = bca_interval(hedges_g, [first, second], n_boot=20_000, seed=2, confidence=0.95)
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
    assert permute_groups(first, second, n_permutations=99, seed=0)[:2] == (hits / total, total)


def test_sign_flips_are_exact_and_keep_ties():
    changes = np.array([1.0, 1.0, 2.0, -0.5, 3.0, 0.25])
    observed = abs(changes.sum())
    sums = [abs(np.dot(signs, changes)) for signs in product([-1, 1], repeat=6)]
    expected = np.mean(np.array(sums) >= observed - 1e-12)
    assert permute_signs(changes, n_permutations=99, seed=0)[:2] == (expected, 64)


def test_random_relabelings_come_close_to_all(monkeypatch):
    rng = np.random.default_rng(4)
    first, second = rng.normal(0.8, 1, 8), rng.normal(0, 1, 10)
    exact, total, _ = permute_groups(first, second, n_permutations=99, seed=0)
    assert total == 43758
    monkeypatch.setattr("glutelab.groups.resample.MAX_EXACT", 10)
    drawn, count, _ = permute_groups(first, second, n_permutations=40_000, seed=0)
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
    assert permute_model(design, y, 1, n_permutations=199, seed=0)[:2] == ((hits + 1) / 200, 200)


def test_many_models_at_once_are_solved_like_one_by_one():
    rng = np.random.default_rng(6)
    design, y = rng.normal(size=(5, 12, 3)), rng.normal(size=(5, 12))
    each = [np.linalg.lstsq(d, v, rcond=None)[0][1] for d, v in zip(design, y, strict=True)]
    np.testing.assert_allclose(slope(design, y, 1), each)
    design[2, :, 2] = design[2, :, 1]
    assert np.isnan(slope(design, y, 1)).tolist() == [False, False, True, False, False]

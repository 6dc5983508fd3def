"""Whole-curve comparisons beside other software, and beside brute force where it can be exact."""

import importlib.util
import itertools
import json

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from made_runners import BUMP, curve_table, groups, pairs, smooth

from glutelab.curves import compare_curves
from glutelab.curves.clusters import largest_runs
from glutelab.curves.field import Scratch, fit_linear
from glutelab.curves.infer import critical_value, infer
from glutelab.curves.separate import fit_separate

REFERENCE = ROOT / "tests" / "reference" / "curves"
EXPECTED = json.loads((REFERENCE / "expected.json").read_text(encoding="utf-8"))
RUNNERS = pd.read_csv(REFERENCE / "runners.csv").to_numpy()
N = len(RUNNERS) // 2


def two_sample_t(curves, first):
    a, b = curves[first], curves[~first]
    pooled = ((len(a) - 1) * a.var(0, ddof=1) + (len(b) - 1) * b.var(0, ddof=1)) / (len(curves) - 2)
    return (a.mean(0) - b.mean(0)) / np.sqrt(pooled * (1 / len(a) + 1 / len(b)))


def welch_t(curves, first):
    a, b = curves[first], curves[~first]
    error = np.sqrt(a.var(0, ddof=1) / len(a) + b.var(0, ddof=1) / len(b))
    return (a.mean(0) - b.mean(0)) / error


def one_sample_t(curves):
    return curves.mean(0) / np.sqrt(curves.var(0, ddof=1) / len(curves))


def least_squares_t(curves, design):
    """t of the last column."""
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ curves
    left = ((curves - design @ beta) ** 2).sum(0) / (len(curves) - design.shape[1])
    return beta[-1] / np.sqrt(left * inverse[-1, -1])


def all_groups(n, n_first):
    for chosen in itertools.combinations(range(n), n_first):
        first = np.zeros(n, bool)
        first[list(chosen)] = True
        yield first


def runs_of(t, limit, mass):
    """Extents or masses of circular clusters, the slow way."""
    found = []
    for sign in (1, -1):
        above = sign * t > limit
        if above.all():
            found.append(np.abs(t).sum() if mass else t.size)
            continue
        start = int(np.flatnonzero(~above)[0])
        size = 0.0
        for value, inside in zip(np.roll(t, -start), np.roll(above, -start), strict=True):
            size = size + (abs(value) if mass else 1) if inside else 0.0
            found.append(size)
    return found


def share(largest, observed):
    return np.mean(np.array(largest) >= observed * (1 - 1e-9))


# --- the same answers as others -------------------------------------------------------------------


def test_t_is_that_of_spm1d():
    whole = {"circular": False}
    found = compare_curves(groups(RUNNERS, N), **whole)
    np.testing.assert_allclose(found.t, EXPECTED["t_groups"], rtol=1e-10)
    found = compare_curves(pairs(RUNNERS[:N], RUNNERS[N:]), by="speed_m_s", **whole)
    np.testing.assert_allclose(found.t, EXPECTED["t_pairs"], rtol=1e-10)
    found = compare_curves(curve_table(RUNNERS, dose=EXPECTED["dose"]), by="dose", **whole)
    np.testing.assert_allclose(found.t, EXPECTED["t_dose"], rtol=1e-8)


def test_largest_t_and_threshold_are_those_of_spm1d_for_the_same_labels():
    field = fit_linear(RUNNERS, np.repeat([1.0, 0.0], N), np.zeros((2 * N, 0)), "groups")
    labels = np.array([[digit == "0" for digit in row] for row in EXPECTED["labels"]], float)
    values, _ = field.raw_and_residual(labels, Scratch(101))
    largest = np.abs(field.to_t(values)).max(axis=1)
    np.testing.assert_allclose(largest, EXPECTED["maxima"], rtol=1e-10)
    assert critical_value(largest, 0.05) == pytest.approx(EXPECTED["z_star"], abs=1e-10)


def test_cluster_p_of_spm1d_depends_on_the_order_of_groups_and_ours_does_not():
    assert EXPECTED["spm1d_p_first_second"] != EXPECTED["spm1d_p_second_first"]
    options = {"kind": "cluster-mass", "cluster_t": EXPECTED["exact_z_star"], "circular": False}
    one = compare_curves(groups(RUNNERS, N), **options)
    other = compare_curves(groups(RUNNERS, N), groups=("recreational", "elite"), **options)
    assert one.clusters["p"].tolist() == other.clusters["p"].tolist()
    # Not the same measure (mass above zero here, above the threshold there), so only alike.
    assert one.clusters["p"].tolist() == pytest.approx(EXPECTED["exact_p"], rel=0.2)


def test_cluster_masses_and_p_are_those_of_mne():
    found = compare_curves(
        pairs(RUNNERS[:N], RUNNERS[N:]),
        by="speed_m_s",
        kind="cluster-mass",
        cluster_t=EXPECTED["mne_pairs_threshold"],
        circular=False,
    )
    order = np.argsort(EXPECTED["mne_pairs_mass"])
    mine = found.clusters.sort_values("mass")
    np.testing.assert_allclose(mine["mass"], np.array(EXPECTED["mne_pairs_mass"])[order])
    # MNE counts the 127 other sign patterns up to a common sign; the observed one is the 128th.
    np.testing.assert_allclose(mine["p"], np.array(EXPECTED["mne_pairs_p"])[order], atol=1.1 / 128)


PUBLISHED = {
    # Examples with published statistics, as quoted in the data sets of spm1d.
    "www.real-statistics.com, flavor": (
        [13, 17, 19, 11, 20, 15, 18, 9, 12, 16],
        [12, 8, 6, 16, 12, 14, 10, 18, 4, 11],
        2.176768,
    ),
    "www.stat.columbia.edu, placebo": (
        [101, 110, 103, 93, 99, 104],
        [91, 87, 99, 77, 88, 91],
        3.4456,
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_two_sample_statistics_come_out(name):
    first, second, expected = PUBLISHED[name]
    values = np.array(first + second, float)[:, None] + np.zeros(3)
    design = np.repeat([1.0, 0.0], [len(first), len(second)])
    field = fit_linear(values, design, np.zeros((len(values), 0)), "groups")
    np.testing.assert_allclose(field.t, expected, rtol=2e-5)


def test_published_paired_and_regression_statistics_come_out():
    before = [210, 205, 193, 182, 259, 239, 164, 197, 222, 211, 187, 175, 186, 243, 246]
    after = [197, 195, 191, 174, 236, 226, 157, 196, 201, 196, 181, 164, 181, 229, 231]
    change = (np.array(before, float) - after)[:, None]
    field = fit_linear(change, np.ones(15), np.zeros((15, 0)), "signs")
    np.testing.assert_allclose(field.t, 6.6896995, rtol=1e-6)
    x = np.array([5, 23, 25, 48, 17, 8, 4, 26, 11, 19, 14, 35, 29, 4, 23], float)
    y = np.array([80, 78, 60, 53, 85, 84, 73, 79, 81, 75, 68, 72, 58, 92, 65], float)
    field = fit_linear(y[:, None], x, np.zeros((15, 0)), "order")
    np.testing.assert_allclose(field.t, -3.67092, rtol=1e-5)


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("spm1d") is None, reason="spm1d is not installed")
def test_example_curves_of_spm1d_give_its_statistics():
    import spm1d

    for name in ("PlantarArchAngle", "SimulatedTwoLocalMax"):
        first, second = getattr(spm1d.data.uv1d.t2, name)().get_data()
        design = np.repeat([1.0, 0.0], [len(first), len(second)])
        curves = np.vstack([first, second])
        field = fit_linear(curves, design, np.zeros((len(design), 0)), "groups")
        expected = spm1d.stats.ttest2(first, second, equal_var=True).z
        np.testing.assert_allclose(field.t, expected, rtol=1e-8)
    curves, x = spm1d.data.uv1d.regress.SpeedGRF().get_data()
    field = fit_linear(curves, x, np.zeros((len(x), 0)), "order")
    np.testing.assert_allclose(field.t, spm1d.stats.regress(curves, x).z, rtol=1e-6)


# --- p against brute force ------------------------------------------------------------------------


@pytest.mark.parametrize("n_first", [4, 3, 6])
def test_p_of_two_groups_is_that_of_enumeration(n_first):
    curves = smooth(9, seed=n_first)
    curves[:n_first] += 1.5 * BUMP
    inside = curves[:, :100]
    fields = np.array([two_sample_t(inside, first) for first in all_groups(9, n_first)])
    maxima = np.abs(fields).max(axis=1)
    found = compare_curves(groups(curves, n_first))
    assert found.exact
    assert found.relabelings == len(maxima)
    np.testing.assert_allclose(found.t[:100], fields[0])
    np.testing.assert_array_equal(found.p[:100], [share(maxima, abs(t)) for t in fields[0]])
    for kind in ("cluster-mass", "cluster-extent"):
        mass = kind == "cluster-mass"
        found = compare_curves(groups(curves, n_first), kind=kind)
        largest = [max(runs_of(t, found.cluster_t, mass)) for t in fields]
        observed = found.clusters["mass" if mass else "size"]
        np.testing.assert_array_equal(
            found.clusters["p"], [share(largest, one) for one in observed]
        )


@pytest.mark.parametrize("n_first", [4, 3, 6])
def test_p_of_separate_variances_is_that_of_all_flips_of_residuals(n_first):
    """With so few runners the test is not offered, but can be counted by hand."""
    curves = smooth(9, seed=n_first)[:, :100]
    curves[:n_first] += 1.5 * BUMP[:100]
    first = np.arange(9) < n_first
    left = curves - np.where(first[:, None], curves[first].mean(0), curves[~first].mean(0))
    flips = list(itertools.product((1, -1), repeat=9))[1:]
    flipped = [welch_t(np.array(flip)[:, None] * left, first) for flip in flips]
    fields = np.array([welch_t(curves, first), *flipped])
    field = fit_separate(curves, n_first)
    np.testing.assert_allclose(field.t, fields[0])
    for kind in ("max-t", "cluster-mass", "cluster-extent"):
        said = infer(field, kind=kind)
        assert said.exact
        if kind == "max-t":
            largest, found = np.abs(fields).max(axis=1), said.maxima
        else:
            mass = kind == "cluster-mass"
            largest = [max(runs_of(t, said.cluster_t, mass)) for t in fields]
            found = said.runs
        np.testing.assert_allclose(np.sort(found), np.sort(largest))


def test_p_of_pairs_is_that_of_enumeration():
    first, second = smooth(8, seed=1) + 0.9 * BUMP, smooth(8, seed=2)
    change = (first - second)[:, :100]
    fields = [
        one_sample_t(np.array(s)[:, None] * change) for s in itertools.product((1, -1), repeat=8)
    ]
    maxima = np.abs(fields).max(axis=1)
    found = compare_curves(pairs(first, second), by="speed_m_s")
    assert found.relabelings == 256
    np.testing.assert_array_equal(found.p[:100], [share(maxima, abs(t)) for t in fields[0]])


@pytest.mark.parametrize("n_covariates", [0, 1, 2])
def test_freedman_lane_is_that_of_brute_force(n_covariates):
    rng = np.random.default_rng(n_covariates)
    n, curves = 7, smooth(7, seed=5)
    covariates, dose = rng.normal(size=(n, n_covariates)), rng.normal(size=n)
    curves += np.outer(dose, BUMP)
    before = np.column_stack([np.ones(n), covariates])
    design = np.column_stack([before, dose])
    fitted = before @ np.linalg.lstsq(before, curves, rcond=None)[0]
    left = curves - fitted
    of_full_model = curves - design @ np.linalg.lstsq(design, curves, rcond=None)[0]
    orders = [list(order) for order in itertools.permutations(range(n))]
    fields = [least_squares_t(fitted + left[order], design)[:100] for order in orders]
    maxima = np.abs(fields).max(axis=1)
    names = [f"covariate_{k}" for k in range(n_covariates)]
    rows = curve_table(curves, dose=dose, **dict(zip(names, covariates.T, strict=True)))
    found = compare_curves(rows, by="dose", adjust_for=names)
    assert found.relabelings == 5040
    np.testing.assert_allclose(found.t[:100], fields[0])
    np.testing.assert_array_equal(found.p[:100], [share(maxima, abs(t)) for t in fields[0]])
    assert found.threshold == pytest.approx(critical_value(maxima, 0.05))
    # The band: residuals of the full model, reordered and fitted anew.
    largest = [
        np.abs(least_squares_t(of_full_model[order], design)[:100]).max() for order in orders
    ]
    assert found.band_t == pytest.approx(critical_value(np.array(largest), 0.05))


def test_adjusting_two_groups_is_freedman_lane_too():
    curves = smooth(7, seed=8)
    speed = np.array([3.1, 3.4, 3.6, 3.0, 2.9, 2.7, 3.2])
    design = np.column_stack([np.ones(7), speed, np.arange(7) < 3])
    found = compare_curves(groups(curves, 3, speed_m_s=speed), adjust_for=["speed_m_s"])
    np.testing.assert_allclose(found.t[:100], least_squares_t(curves, design)[:100])
    assert found.relabelings == 5040
    assert "Freedman-Lane" in found.method


def test_runs_are_those_of_a_plain_loop():
    fields = smooth(400, seed=3, harmonics=9)[:, :100]
    fields[0], fields[1] = 2.0, -2.0  # all around
    for limit in (0.2, 0.7, 1.5, 9.0):
        places = np.flatnonzero(np.abs(fields) > limit)
        for mass in (False, True):
            weights = np.abs(fields).ravel()[places] if mass else None
            found = largest_runs(fields, weights, places, circular=True)
            np.testing.assert_allclose(found, [max(runs_of(t, limit, mass)) for t in fields])

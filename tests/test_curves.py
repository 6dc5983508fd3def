"""Whole-curve comparisons: exact where they can be, and refused where they should be."""

import importlib.util
import itertools
import json
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from glutelab import DataError, load_cohort
from glutelab.curves import compare_curves
from glutelab.curves.clusters import largest_runs
from glutelab.curves.field import Scratch, fit_linear, fit_separate
from glutelab.curves.infer import critical_value, exceeding, infer
from glutelab.curves.relabel import Relabelings

REFERENCE = Path(__file__).parent / "reference" / "curves"
EXPECTED = json.loads((REFERENCE / "expected.json").read_text(encoding="utf-8"))
RUNNERS = pd.read_csv(REFERENCE / "runners.csv").to_numpy()
N = len(RUNNERS) // 2
PERCENT = np.arange(101)
BUMP = np.exp(-(((PERCENT - 50) / 8) ** 2))


def smooth(n, seed=0, harmonics=5):
    """Closed curves, standard deviation about 1."""
    rng = np.random.default_rng(seed)
    angles = 2 * np.pi * np.outer(np.arange(1, harmonics + 1), PERCENT) / 100
    waves = np.vstack([np.cos(angles), np.sin(angles)]) / np.sqrt(harmonics)
    return rng.normal(size=(n, 2 * harmonics)) @ waves


def table(curves, **columns):
    """As runner_curves gives it."""
    columns = {"runner_id": [f"R{k:02d}" for k in range(len(curves))], **columns}
    return pd.DataFrame(curves, index=pd.MultiIndex.from_frame(pd.DataFrame(columns)))


def groups(curves, n_first, **columns):
    level = ["elite"] * n_first + ["recreational"] * (len(curves) - n_first)
    return table(curves, level=level, **columns)


def pairs(first, second):
    n = len(first)
    who = [f"R{k:02d}" for k in range(n)] * 2
    return table(np.vstack([first, second]), runner_id=who, speed_m_s=[4.5] * n + [2.5] * n)


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


# --- the same answers as others ---------------------------------------------------------------


def test_t_is_that_of_spm1d():
    whole = {"circular": False}
    found = compare_curves(groups(RUNNERS, N), **whole)
    np.testing.assert_allclose(found.t, EXPECTED["t_groups"], rtol=1e-10)
    found = compare_curves(pairs(RUNNERS[:N], RUNNERS[N:]), by="speed_m_s", **whole)
    np.testing.assert_allclose(found.t, EXPECTED["t_pairs"], rtol=1e-10)
    found = compare_curves(table(RUNNERS, dose=EXPECTED["dose"]), by="dose", **whole)
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


# --- p against brute force --------------------------------------------------------------------


@pytest.mark.parametrize("n_first", [4, 3, 6])
@pytest.mark.parametrize("variances", ["pooled", "separate"])
def test_p_of_two_groups_is_that_of_enumeration(n_first, variances):
    curves = smooth(9, seed=n_first)
    curves[:n_first] += 1.5 * BUMP
    inside = curves[:, :100]
    if variances == "pooled":
        fields = np.array([two_sample_t(inside, first) for first in all_groups(9, n_first)])
    else:
        first = np.arange(9) < n_first
        means = np.where(first[:, None], inside[first].mean(0), inside[~first].mean(0))
        flips = list(itertools.product((1, -1), repeat=9))[1:]
        fields = [welch_t(np.array(flip)[:, None] * (inside - means), first) for flip in flips]
        fields = np.array([welch_t(inside, first), *fields])
    maxima = np.abs(fields).max(axis=1)
    found = compare_curves(groups(curves, n_first), variances=variances)
    assert found.exact
    assert found.relabelings == len(maxima)
    np.testing.assert_allclose(found.t[:100], fields[0])
    np.testing.assert_array_equal(found.p[:100], [share(maxima, abs(t)) for t in fields[0]])
    for kind in ("cluster-mass", "cluster-extent"):
        mass = kind == "cluster-mass"
        found = compare_curves(groups(curves, n_first), variances=variances, kind=kind)
        largest = [max(runs_of(t, found.cluster_t, mass)) for t in fields]
        observed = found.clusters["mass" if mass else "size"]
        np.testing.assert_array_equal(
            found.clusters["p"], [share(largest, one) for one in observed]
        )


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
    rows = table(curves, dose=dose, **dict(zip(names, covariates.T, strict=True)))
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


# --- relabelings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "n", "possible"), [("groups", 6, 15), ("order", 4, 24), ("signs", 4, 16)]
)
def test_random_relabelings_are_uniform(scheme, n, possible):
    drawn = Relabelings(scheme, n, n_first=2, n_random=60_000, exact_limit=0)
    parts = [drawn.weights(*job)[1 if job[0] == 0 else 0 :] for job in drawn.blocks()]
    kinds, counts = np.unique(np.vstack(parts), axis=0, return_counts=True)
    assert len(kinds) == drawn.possible == possible
    expected = counts.sum() / possible
    assert ((counts - expected) ** 2 / expected).sum() < 60  # chi-square, at most 23 degrees


def test_exact_and_random_relabelings_agree():
    curves = smooth(16)
    curves[:8] += 1.2 * BUMP
    field = fit_linear(curves, np.repeat([1.0, 0.0], 8), np.zeros((16, 0)), "groups")
    exact = infer(field)
    drawn = infer(field, exact_limit=0, n_permutations=20_000)
    assert exact.exact
    assert not drawn.exact
    for t in (2.0, 3.0, 4.0):
        assert exceeding(drawn.maxima, t) == pytest.approx(exceeding(exact.maxima, t), abs=0.015)


@pytest.mark.parametrize("kind", ["max-t", "cluster-mass", "cluster-extent"])
@pytest.mark.parametrize("adjust_for", [(), ("dose",)])
def test_the_same_seed_gives_the_same_numbers_with_one_or_two_workers(kind, adjust_for):
    rows = groups(smooth(40), 20, dose=np.random.default_rng(0).normal(size=40))
    options = {"kind": kind, "adjust_for": adjust_for, "n_permutations": 9000}
    one, two = (compare_curves(rows, n_jobs=jobs, **options) for jobs in (1, 2))
    pd.testing.assert_frame_equal(one.points, two.points, check_exact=True)
    pd.testing.assert_frame_equal(one.clusters, two.clusters, check_exact=True)
    other = compare_curves(rows, seed=1, **options)
    assert other.threshold != one.threshold
    assert other.threshold == pytest.approx(one.threshold, rel=0.05)


def test_memory_does_not_grow_with_relabelings():
    field = fit_linear(smooth(56), np.repeat([1.0, 0.0], 28), np.zeros((56, 0)), "groups")
    infer(field, n_permutations=5000)
    tracemalloc.start()
    infer(field, n_permutations=100_000, kind="cluster-mass")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30e6  # the fields alone would be 81 MB


# --- what must not matter ---------------------------------------------------------------------


def test_turning_groups_or_rows_around_changes_nothing_but_the_sign():
    curves = smooth(14)
    curves[:6] += 1.5 * BUMP
    rows = groups(curves, 6)
    one = compare_curves(rows)
    turned = compare_curves(rows, groups=("recreational", "elite"))
    np.testing.assert_allclose(one.t, -turned.t)
    np.testing.assert_array_equal(one.p, turned.p)
    assert one.threshold == pytest.approx(turned.threshold)
    np.testing.assert_allclose(one.band_low, -turned.band_high)
    shuffled = compare_curves(rows.sample(frac=1, random_state=2))
    np.testing.assert_array_equal(one.p, shuffled.p)
    np.testing.assert_allclose(compare_curves(7 - 3 * rows).p, one.p)


def test_where_the_cycle_starts_does_not_matter():
    curves = smooth(14)
    curves[:7] += 2 * np.exp(-(((PERCENT - 60) / 6) ** 2))
    turned = np.roll(curves[:, :100], 40, axis=1)
    turned = np.column_stack([turned, turned[:, 0]])
    for kind in ("max-t", "cluster-mass", "cluster-extent"):
        one = compare_curves(groups(curves, 7), kind=kind)
        other = compare_curves(groups(turned, 7), kind=kind)
        np.testing.assert_array_equal(np.roll(one.p[:100], 40), other.p[:100])
        assert len(one.clusters) == len(other.clusters) > 0
        columns = ["size", "extent", "mass", "peak_t", "p"]
        pd.testing.assert_frame_equal(
            one.clusters[columns].sort_values("mass", ignore_index=True),
            other.clusters[columns].sort_values("mass", ignore_index=True),
        )
    through = other.clusters.iloc[0]
    assert through["from_pct"] > through["to_pct"]
    assert other.clusters["size"].sum() == one.clusters["size"].sum()


def test_the_end_of_the_cycle_is_its_start_and_counted_once():
    curves = smooth(12)
    curves[:6] += 3
    found = compare_curves(groups(curves, 6), kind="cluster-extent")
    assert found.percent.tolist() == PERCENT.tolist()
    assert found.t[100] == found.t[0]
    assert found.clusters["size"].sum() <= 100
    straight = compare_curves(groups(curves, 6), circular=False)
    np.testing.assert_allclose(straight.difference[100], (curves[:6] - curves[6:]).mean(0)[100])


def test_a_region_is_all_that_is_looked_at():
    curves = smooth(14)
    curves[:7] += 2 * BUMP
    whole = compare_curves(groups(curves, 7))
    part = compare_curves(groups(curves, 7), region=(40, 60))
    assert part.percent.tolist() == list(range(40, 61))
    np.testing.assert_allclose(part.t, whole.t[40:61])
    assert part.threshold < whole.threshold
    assert (part.p <= whole.p[40:61]).all()


# --- effects and bands ------------------------------------------------------------------------


def test_g_is_the_difference_in_pooled_standard_deviations_with_the_usual_correction():
    curves = smooth(20)
    found = compare_curves(groups(curves, 8))
    a, b = curves[:8], curves[8:]
    sd = np.sqrt((7 * a.var(0, ddof=1) + 11 * b.var(0, ddof=1)) / 18)
    expected = (a.mean(0) - b.mean(0)) / sd * (1 - 3 / (4 * 20 - 9))
    np.testing.assert_allclose(found.g[:100], expected[:100], rtol=1e-12)
    found = compare_curves(pairs(a, b[:8]), by="speed_m_s")
    sd = np.sqrt((a.var(0, ddof=1) + b[:8].var(0, ddof=1)) / 2)
    expected = (a - b[:8]).mean(0) / sd * (1 - 3 / (4 * 16 - 9))
    np.testing.assert_allclose(found.g[:100], expected[:100], rtol=1e-12)


def test_the_slope_is_per_unit_of_the_dose():
    dose = np.random.default_rng(3).normal(20, 5, 24)
    curves = smooth(24) * 1e-6 + np.outer(dose, 0.3 * BUMP)
    found = compare_curves(table(curves, tilt_deg=dose), by="tilt_deg", n_permutations=200)
    np.testing.assert_allclose(found.difference[:100], 0.3 * BUMP[:100], atol=1e-6)
    assert found.g is None
    assert "r" in found.points
    assert found.contrast == "per tilt_deg"


def test_what_was_put_in_is_found_where_it_was_put():
    curves = smooth(40)
    curves[:20] -= 2 * BUMP
    for kind in ("max-t", "cluster-mass", "cluster-extent"):
        found = compare_curves(groups(curves, 20), "hip_flexion_deg", kind=kind)
        best = found.clusters.sort_values("p").iloc[0]
        assert best["p"] < 0.01
        assert 30 < best["from_pct"] < 50 < best["to_pct"] < 70
        assert best["direction"] == "elite < recreational"
        assert "hip_flexion_deg, elite - recreational" in repr(found)


@pytest.mark.parametrize("form", ["groups", "separate", "pairs", "dose", "adjusted"])
def test_errors_and_coverage_are_as_stated(form):
    """A quick look, 300 studies; benchmarks/calibration_curves.py has the full table."""
    errors, covered, studies = 0, 0, 300
    for seed in range(studies):
        rng = np.random.default_rng([7, seed])
        curves, truth = smooth(20, seed=seed)[:, :100], 2 + 3 * BUMP[:100]
        design = np.repeat([1.0, 0.0], 10)
        covariates, scheme = np.zeros((20, 0)), "groups"
        if form == "pairs":
            design, scheme = np.ones(20), "signs"
        elif form == "dose":
            design, scheme = rng.normal(size=20), "order"
        elif form == "adjusted":
            covariates, scheme = rng.normal(size=(20, 1)) + 0.5 * design[:, None], "order"
        options = {"n_permutations": 400, "seed": seed, "exact_limit": 0}
        if form == "separate":
            null, real = fit_separate(curves, 10), curves + np.outer(design, truth)
            real = fit_separate(real, 10)
        else:
            fits = [curves, curves + np.outer(design, truth)]
            null, real = (fit_linear(one, design, covariates, scheme) for one in fits)
        errors += exceeding(infer(null, **options).maxima, np.abs(null.t).max()) <= 0.05
        band = critical_value(infer(real, **options).residual_maxima, 0.05)
        covered += (np.abs(real.effect - truth) <= band * real.error).all()
    # Three standard errors of a rate of 0.05 over 300 studies are 0.038.
    assert errors / studies < 0.088
    assert 0.912 < covered / studies < 0.988


def test_few_relabelings_cannot_reach_alpha_and_say_so():
    found = compare_curves(groups(smooth(5) + 9 * np.outer([1, 1, 0, 0, 0], np.ones(101)), 2))
    assert found.relabelings == 10
    assert found.p.min() == pytest.approx(0.1)
    assert np.isinf(found.threshold)
    assert np.isinf(found.band_high).all()
    assert found.clusters.empty
    assert any("Cannot tell" in warning for warning in found.warnings)


def test_the_threshold_is_reached_by_no_more_than_alpha():
    maxima = np.repeat(np.arange(50.0), 2)  # pairs of ties, as in groups of equal size
    for alpha in (0.05, 0.01, 0.1, 0.013):
        value = critical_value(maxima, alpha)
        assert not np.isfinite(value) or (maxima >= value).mean() <= alpha
    assert critical_value(np.arange(10.0), 0.05) == np.inf


# --- results and warnings ---------------------------------------------------------------------


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


def test_confounding_is_said():
    laboratory = ["here"] * 10 + ["there"] * 10
    rows = groups(smooth(20), 10, laboratory=laboratory)
    assert any("Confounded with laboratory" in one for one in compare_curves(rows).warnings)
    rows = groups(smooth(20), 10, laboratory=["here", "there"] * 10)
    assert compare_curves(rows).warnings == ("Pools 2 laboratories.",)
    rows = table(smooth(20), dose=np.arange(20.0), laboratory=laboratory)
    assert any("% of the dose" in one for one in compare_curves(rows, by="dose").warnings)


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
    found = compare_curves(table(smooth(20), level=level), groups=("elite", "recreational"))
    assert found.n == {"elite": 10, "recreational": 9}
    assert any("Left out by level: competitive (1)" in one for one in found.warnings)


def test_groups_can_be_made_of_several_values_or_of_a_range():
    rows = table(smooth(20), level=["elite", "competitive", "recreational", "recreational"] * 5)
    made = {"fast": ["elite", "competitive"], "slow": "recreational"}
    assert compare_curves(rows, groups=made).n == {"fast": 10, "slow": 10}
    rows = table(smooth(20), pace_min_km=np.linspace(3, 6.8, 20))
    made = {"below 4": (None, 4), "4 and more": (4, None)}
    assert compare_curves(rows, by="pace_min_km", groups=made).n == {"below 4": 5, "4 and more": 15}


def test_a_cohort_and_its_table_give_the_same():
    from glutelab import runner_curves

    cohort = load_cohort("rbds2017")
    options = {"speed_m_s": 3.5, "groups": ("elite", "competitive")}
    one = compare_curves(cohort, "hip_flexion_deg", **options)
    other = compare_curves(runner_curves(cohort, "hip_flexion_deg"), **options)
    np.testing.assert_array_equal(one.p, other.p)
    assert one.n == {"elite": 3, "competitive": 25}
    assert any("Cannot tell much" in warning for warning in one.warnings)
    paired = compare_curves(cohort, "hip_flexion_deg", by="speed_m_s", groups=(4.5, 2.5))
    assert paired.n == {"pairs": 28}
    assert paired.contrast == "4.5 - 2.5"
    dose = compare_curves(cohort, "hip_flexion_deg", by="standing_pelvic_tilt_deg", speed_m_s=3.5)
    assert dose.n == {"runners": 28}


# --- what is refused --------------------------------------------------------------------------


def refused(match, rows, **options):
    with pytest.raises(DataError, match=match):
        compare_curves(rows, **options)


def test_strides_and_pooled_speeds_are_refused():
    curves, level = smooth(20), ["elite"] * 10 + ["recreational"] * 10
    who = [f"R{k // 2}" for k in range(20)]
    refused("Strides are not people", table(curves, runner_id=who, level=level))
    speeds = [2.5, 3.5] * 10
    rows = table(curves, runner_id=who, level=level, speed_m_s=speeds)
    refused("pool speeds of 2.5, 3.5 m/s and count each runner several times", rows)
    refused("count each runner several times", rows, adjust_for=["speed_m_s"])
    assert compare_curves(rows, speed_m_s=3.5).n == {"elite": 5, "recreational": 5}
    own = table(curves, level=level, speed_m_s=speeds)
    refused("or model it: adjust_for=\\['speed_m_s'\\]", own)
    refused("no runner at 9 m/s. There are: 2.5, 3.5", own, speed_m_s=9)
    rows = table(curves, runner_id=who, level=level, slope_pct=speeds)
    refused("pool slopes", rows)
    refused(
        "both groups of speed_m_s: as paired=False",
        pairs(curves, -curves),
        by="speed_m_s",
        paired=False,
    )


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


def test_groups_that_cannot_be_compared_are_refused():
    rows = groups(smooth(12), 1, sex=["female", "male"] * 6)
    refused("elite of level has 1 runner", rows)
    refused(
        "no runner is in group 'expert'. level has recreational", rows, groups=("expert", "elite")
    )
    refused("Did you mean level", rows, by="levels")
    refused("Expected two groups", table(smooth(12), level=["elite"] * 12))
    refused("name them.*groups=", table(smooth(12), level=["a", "b", "c"] * 4))
    refused("so there are no pairs", rows, by="sex", paired=True)
    refused("'median'", rows, groups="median")
    refused("in both groups", rows, by="sex", groups={"a": ["male", "female"], "b": "male"})
    refused("3 groups were named", rows, groups=("a", "b", "c"))


def test_covariates_that_cannot_be_fitted_are_refused():
    mass = np.linspace(50, 80, 20)
    mass_gap = np.where(np.arange(20) == 4, np.nan, mass)
    laboratory = ["here"] * 10 + ["there"] * 10
    rows = groups(
        smooth(20),
        10,
        mass_kg=mass,
        mass_lb=2.2 * mass,
        one=1.0,
        gap=mass_gap,
        laboratory=laboratory,
    )
    refused("mass_kg.*Did you mean|nothing of that name", rows, adjust_for=["mas_kg"])
    refused("one is the same for all runners", rows, adjust_for=["one"])
    refused("gap is missing for 1 runners \\(R04\\)", rows, adjust_for=["gap"])
    refused("mass_lb follows from the ones before", rows, adjust_for=["mass_kg", "mass_lb"])
    refused("laboratory and level cannot be told apart", rows, adjust_for=["laboratory"])
    few = groups(smooth(4), 2, a=[1, 2, 3, 5], b=[1, 0, 0, 2.0])
    refused("4 runners are too few for 2 columns", few, adjust_for=["a", "b"])
    refused("separate.*covariates", rows, adjust_for=["mass_kg"], variances="separate")
    refused("own control", pairs(smooth(9), smooth(9, 1)), by="speed_m_s", adjust_for=["speed_m_s"])


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


def test_one_person_in_two_cohorts_is_refused():
    rows = groups(smooth(20), 10, cohort=["a"] * 10 + ["b"] * 10)
    who = pd.DataFrame({"runner_id": ["R15"], "same_runner_as": ["a:R02"]})
    refused("would count twice: R15 of b is a:R02", rows, runners=who)


def test_more_about_runners_can_be_given():
    rows = groups(smooth(20), 10)
    who = pd.DataFrame({"runner_id": [f"R{k:02d}" for k in range(20)], "mass_kg": np.arange(20.0)})
    assert "adjusted for mass_kg" in compare_curves(rows, adjust_for="mass_kg", runners=who).method
    refused("several rows for runner R00", rows, runners=pd.concat([who, who]))

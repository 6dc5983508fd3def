"""Whole-curve comparisons: the known truth comes back, and what must not matter does not."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from made_runners import BUMP, PERCENT, curve_table, groups, pairs, smooth

from glutelab.curves import compare_curves
from glutelab.curves.field import fit_linear
from glutelab.curves.infer import critical_value, exceeding, infer
from glutelab.curves.relabel import Relabelings
from glutelab.curves.separate import fit_separate

# --- relabelings ----------------------------------------------------------------------------------


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
    one, two = (compare_curves(rows, workers=jobs, **options) for jobs in (1, 2))
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


# --- what must not matter -------------------------------------------------------------------------


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


# --- effects and bands ----------------------------------------------------------------------------


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
    found = compare_curves(curve_table(curves, tilt_deg=dose), by="tilt_deg", n_permutations=200)
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

"""Small parts of curve comparisons by hand: limits of what is warned of, clusters, sentences."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from made_runners import BUMP, PERCENT, curve_table, groups, pairs, smooth

from glutelab.curves import compare_curves
from glutelab.curves.caveats import say_limits
from glutelab.curves.clusters import find_runs
from glutelab.curves.faults import refuse_exact, refuse_no_spread
from glutelab.curves.infer import cluster_table, critical_value, exceeding
from glutelab.curves.relabel import Relabelings
from glutelab.errors import DataError

# --- what is warned of ----------------------------------------------------------------------------


def asked(n_first, n_second, ratio=1.0, n_covariates=0):
    """Two groups whose variances have exactly this ratio, and their curves."""

    def part(n, scale):
        values = np.resize([1.0, -1.0], n)
        values = (values - values.mean()) / values.std(ddof=1)
        return np.sqrt(scale) * values[:, None] * np.ones(10)

    curves = np.vstack([part(n_first, ratio), part(n_second, 1.0)])
    labels = np.repeat(["elite", "novice"], [n_first, n_second])
    return SimpleNamespace(
        form="groups",
        name="elite - novice",
        n={"elite": n_first, "novice": n_second},
        parts=lambda rows: {name: rows[labels == name] for name in ("elite", "novice")},
        covariates=np.zeros((n_first + n_second, n_covariates)),
    ), curves


def limits(n_first, n_second, ratio=1.0, *, variances="pooled", n_covariates=0, cycles=None):
    one, curves = asked(n_first, n_second, ratio, n_covariates)
    return say_limits(one, curves, variances, 2.0, 0.05, cycles, "°")


@pytest.mark.parametrize(
    ("n", "ratio", "words"),
    [
        ((10, 10), 2.9, ""),
        ((10, 10), 3.1, r"variance of novice .* is 0\.3 times .*elite .*p values are too small"),
        ((10, 10), 0.32, r"p values are too small.*variances='separate'"),
        ((10, 10), 0.35, ""),
        ((12, 10), 2.9, ""),  # 1.2 times as many: nearly equal
        ((10, 12), 3.1, r"variance of elite \(n = 10\) is 3\.1 times that of novice \(n = 12\)"),
        ((15, 12), 1.4, ""),
        ((15, 12), 1.6, r"variance of novice \(n = 12\) is 0\.6 times .* p values are too large"),
        ((15, 12), 0.6, r"variance of novice .* is 1\.7 times .* p values are too small"),
        ((12, 15), 1.6, r"variance of elite \(n = 12\) is 1\.6 times .* p values are too small"),
    ],
)
def test_unequal_spread_is_said_from_its_limit_on(n, ratio, words):
    said = limits(*n, ratio)
    assert len(said) == bool(words)
    if words:
        assert re.search(words, " ".join(said[0].split()))
    assert limits(*n, ratio, variances="separate") == []
    with_covariates = limits(*n, ratio, n_covariates=1)
    assert not words or "fewer, or no, covariates" in with_covariates[0]


@pytest.mark.parametrize(
    ("n", "end"),
    [
        ((7, 8), "one group varies more than the other, p is somewhat too small."),
        ((7, 9), "they vary more than the others, p is far too small."),
        ((9, 7), "they vary more than the others, p is far too small."),
    ],
)
def test_the_spread_of_few_runners_cannot_be_checked(n, end):
    few, said = limits(*n)
    assert "it takes a difference of about 2° at a usual point" in few
    assert said == f"Equal spread cannot be checked with 7 runners: if {end}"


def test_a_cycle_that_is_open_by_a_tenth_of_its_range_is_said():
    for gap, count in ((0.09, 0), (0.11, 1), (-0.11, 1)):
        cycle = np.sin(2 * np.pi * np.arange(101) / 100) / 2
        cycle[-1] = gap
        said = limits(10, 10, cycles=np.tile(cycle, (20, 1)))
        assert len(said) == count
    assert f"at 100 % they are {abs(gap):.2g} off their start" in said[0]
    assert limits(10, 10) == []


def test_a_difference_that_could_be_found_has_its_unit():
    one, curves = asked(6, 6)
    texts = {
        unit: say_limits(one, curves, "separate", 0.123, 0.05, None, unit)[0]
        for unit in ("°", "", "N m/kg")
    }
    assert "about 0.12° at" in texts["°"]
    assert "about 0.12 at" in texts[""]
    assert "about 0.12 N m/kg at" in texts["N m/kg"]
    none = say_limits(one, curves, "separate", np.inf, 0.05, None, "°")
    assert none == [
        "Cannot tell: 6 and 6 runners are too few for p = 0.05: so few relabelings exist."
    ]
    one.form, one.name, one.n = "dose", "per tilt_deg", {"runners": 6}
    said = say_limits(one, curves, "pooled", 0.123, 0.05, None, "°")
    assert len(said) == 1
    assert "0.12° per unit of tilt_deg at a usual point of the curve to reach p = 0.05" in said[0]


# --- clusters and shares --------------------------------------------------------------------------


def test_a_row_of_the_cluster_table_is_told_by_hand():
    t = np.zeros(100)
    t[[98, 99, 0, 1]], t[[40, 41]], t[42] = [3.0, 5.0, 4.0, 3.5], [-3.0, -6.0], 3.2
    effect = 2 * t
    table = cluster_table(t, np.abs(t) > 2, PERCENT[:100], effect, True, ("more", "less"))
    assert list(table) == [
        "from_pct", "to_pct", "size", "extent", "mass",
        "peak_pct", "peak_t", "peak_difference", "direction",
    ]  # fmt: skip
    assert table.values.tolist() == [
        [98, 1, 4, 3, 15.5, 99, 5.0, 10.0, "more"],
        [40, 41, 2, 1, 9.0, 41, -6.0, -12.0, "less"],
        [42, 42, 1, 0, 3.2, 42, 3.2, 6.4, "more"],
    ]
    straight = cluster_table(t, np.abs(t) > 2, PERCENT[:100], effect, False, ("more", "less"))
    assert straight[["from_pct", "to_pct"]].values.tolist() == [
        [0, 1],
        [40, 41],
        [42, 42],
        [98, 99],
    ]
    assert straight["mass"].tolist() == [7.5, 9.0, 3.2, 8.0]
    t[0] = -4.0  # of the other sign: no neighbor across the end
    table = cluster_table(t, np.abs(t) > 2, PERCENT[:100], effect, True, ("more", "less"))
    assert table["from_pct"].tolist() == [0, 1, 40, 42, 98]
    none = cluster_table(t, t > 99, PERCENT[:100], effect, True, ("more", "less"))
    assert none.empty
    assert list(none) == list(table)


def test_runs_do_not_go_from_one_row_into_the_next():
    values = np.array([[3.0, 0.0, 0.0, 3.0], [3.0, 0.0, 3.0, 3.0], [3.0, 3.0, 3.0, 3.0]])
    places = np.flatnonzero(values)
    first, size, row, joins = find_runs(values, places, True)
    assert size.tolist() == [1, 1, 1, 2, 4]
    assert row.tolist() == [0, 0, 1, 1, 2]
    assert joins.tolist() == [False, True, False, True, False]
    assert places[first].tolist() == [0, 3, 4, 6, 8]
    assert not find_runs(values, places, False)[3].any()


def test_a_share_counts_those_that_are_equal_but_for_rounding():
    largest = np.array([1.0, 2.0, 3.0, 4.0])
    assert exceeding(largest, np.array([4.0, 3.0, -3.0, 0.5, 5.0])).tolist() == [
        0.25, 0.5, 0.5, 1.0, 0.0,
    ]  # fmt: skip
    assert exceeding(largest, 3.0 * (1 + 1e-12)) == 0.5
    assert exceeding(largest, 3.0 * (1 + 1e-6)) == 0.25


def test_the_critical_value_is_the_quantile_where_that_keeps_to_alpha():
    largest = np.arange(1.0, 101.0)
    assert critical_value(largest, 0.05) == pytest.approx(np.quantile(largest, 0.95))
    assert critical_value(np.repeat([1.0, 2.0, 3.0], [90, 6, 4]), 0.05) == 3.0
    assert critical_value(np.repeat([1.0, 2.0, 3.0], [90, 5, 5]), 0.05) == pytest.approx(2.05)
    assert critical_value(np.repeat([1.0, 3.0], [94, 6]), 0.05) == np.inf


# --- relabelings ----------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [7, 64, 4096])
@pytest.mark.parametrize(
    ("scheme", "n", "n_first", "count"),
    [("groups", 7, 3, 35), ("groups", 7, 4, 35), ("signs", 6, 0, 64), ("order", 5, 0, 120)],
)
def test_all_relabelings_are_each_made_once_the_observed_first(scheme, n, n_first, count, block):
    all_of_them = Relabelings(scheme, n, n_first=n_first, block=block)
    assert all_of_them.exact
    assert all_of_them.count == all_of_them.possible == count
    starts, parts = zip(
        *((job[0], all_of_them.weights(*job)) for job in all_of_them.blocks()), strict=True
    )
    assert list(starts) == list(range(0, count, block))
    rows = np.vstack(parts)
    assert rows.shape == (count, n)
    assert len(np.unique(rows, axis=0)) == count
    if scheme == "groups":
        assert (rows.sum(axis=1) == n_first).all()
    if scheme == "signs":
        assert (np.abs(rows) == 1).all()
    if n_first != 4:  # the smaller group is counted out
        np.testing.assert_array_equal(rows[0], all_of_them.observed())


def test_a_sample_holds_the_observed_relabeling_once_and_depends_on_its_seed():
    for scheme in ("groups", "signs", "order"):
        one, same, other = (
            Relabelings(scheme, 12, n_first=5, n_random=40, seed=seed, block=16, exact_limit=9)
            for seed in (3, 3, 4)
        )
        rows, again, new = (
            np.vstack([made.weights(*job) for job in made.blocks()]) for made in (one, same, other)
        )
        assert rows.shape == (40, 12)
        np.testing.assert_array_equal(rows[0], one.observed())
        np.testing.assert_array_equal(rows, again)
        assert (rows[1:] != new[1:]).any()
        assert not (rows[16] == one.observed()).all()  # only of the first block
        assert not one.exact
        if scheme == "groups":
            assert (rows.sum(axis=1) == 5).all()
        if scheme == "order":
            assert (np.sort(rows, axis=1) == np.arange(12)).all()


def test_as_many_as_the_limit_are_still_counted_out():
    assert Relabelings("groups", 7, n_first=3, exact_limit=35).exact
    assert not Relabelings("groups", 7, n_first=3, exact_limit=34, n_random=20).exact


# --- refusals and sentences -----------------------------------------------------------------------


def test_points_at_which_all_agree_are_named():
    one, curves = asked(5, 5)
    one.form = "groups"
    one.rows = None
    refuse_no_spread(one, curves, PERCENT[:10])
    curves[5:, 3] = 7.0
    with pytest.raises(DataError, match=r"all 5 runners of novice have the same value at 3 %, so"):
        refuse_no_spread(one, curves, PERCENT[:10])
    curves[5:, 6] = 7.0
    with pytest.raises(DataError, match="at 3 % and elsewhere"):
        refuse_no_spread(one, curves, PERCENT[:10])
    refuse_exact(np.array([1.0, 1e-9]), np.ones((4, 2)), PERCENT[:2])
    with pytest.raises(DataError, match="at 1 % the curves follow exactly"):
        refuse_exact(np.array([1.0, 1e-13]), np.ones((4, 2)), PERCENT[:2])


@pytest.mark.parametrize(
    ("rows", "options", "words"),
    [
        ("groups", {}, ["Two-sample t (pooled variance) at every point of the whole gait cycle",
                        "relabeling runners in all 12,870 ways",
                        "p is adjusted over all points by the largest |t|", "(95 %)"]),
        ("groups", {"variances": "separate", "n_permutations": 60, "alpha": 0.1, "seed": 4},
         ["Welch's t at", "Wild bootstrap by flipping the signs of residuals", "(90 %)"]),
        ("groups", {"adjust_for": "mass_kg", "n_permutations": 60, "seed": 4},
         ["adjusted for mass_kg", "permuting residuals of the covariates over runners",
          "in 60 random ways (seed 4)"]),
        ("groups", {"kind": "cluster-mass", "cluster_t": 2.5},
         ["p of clusters of |t| > 2.5 is by their mass, adjusted by that of the largest"]),
        ("groups", {"kind": "cluster-extent", "region": (20, 60)},
         ["|t| > 2.98 is by their extent", "at every point of 20 to 60 % of the gait cycle"]),
        ("pairs", {"by": "speed_m_s"},
         ["Paired t at", "flipping the signs of runners' differences in all 256 ways"]),
        ("dose", {"by": "mass_kg", "n_permutations": 60},
         ["Regression t at", "permuting runners in 60 random ways (seed 0)"]),
    ],
)  # fmt: skip
def test_the_methods_are_said_as_they_were(rows, options, words):
    mass = np.random.default_rng(0).normal(70, 8, 16)
    table = {
        "groups": lambda: groups(smooth(16), 8, mass_kg=mass),
        "pairs": lambda: pairs(smooth(8), smooth(8, 1)),
        "dose": lambda: curve_table(smooth(16), mass_kg=mass),
    }[rows]()
    text = " ".join(compare_curves(table, **options).method.split())
    for word in words:
        assert word in text


def test_regions_and_the_end_of_the_cycle():
    rows = groups(smooth(10), 5)
    assert compare_curves(rows, region=(99, 100)).percent.tolist() == [99, 100]
    assert compare_curves(rows, region=(0, 99)).percent.tolist() == list(range(100))
    whole = compare_curves(rows, circular=False)
    assert whole.percent.tolist() == list(range(101))
    assert "0 to 100 % of the gait cycle" in " ".join(whole.method.split())
    for wrong in ((-1, 50), (50, 101), (50, 50), (60, 50), (20.2, 20.8), "all", (1, 2, 3)):
        with pytest.raises(DataError, match=r"region"):
            compare_curves(rows, region=wrong)


def test_r_and_the_band_follow_from_t():
    dose = np.random.default_rng(2).normal(size=9)
    curves = smooth(9) + np.outer(dose, BUMP)
    found = compare_curves(curve_table(curves, tilt_deg=dose), by="tilt_deg", n_permutations=99)
    expected = [np.corrcoef(dose, point)[0, 1] for point in curves[:, :100].T]
    np.testing.assert_allclose(found.r[:100], expected, atol=1e-12)
    np.testing.assert_allclose(found.t, found.difference / found.error)
    np.testing.assert_allclose(found.band_high - found.difference, found.band_t * found.error)
    np.testing.assert_allclose(found.difference - found.band_low, found.band_t * found.error)
    assert found.df == 7
    assert found.answerable


def test_no_answer_claims_no_relabelings():
    found = compare_curves(groups(smooth(9), 1))
    assert not found.answerable
    assert (found.exact, found.relabelings, found.df) == (False, 0, 0)
    assert np.isinf([found.threshold, found.band_t]).all()
    assert found.clusters.empty
    assert np.isnan(found.g).all()
    assert found.method.startswith("Nothing was tested. Cannot tell")

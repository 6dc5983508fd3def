"""Mediation: planted truths, what other software gives, and what cannot be answered."""

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from glutelab.errors import DataError
from glutelab.models.mediation import mediate
from glutelab.models.mediation.sensitivity import Confounding, robustness_value
from glutelab.models.posture import coupling_warning

PATHS = ("total", "direct", "indirect", "posture_to_mediator", "mediator_to_outcome")


def study(n=40, a=-0.6, b=-0.3, direct=0.0, seed=0, covariates=2):
    rng = np.random.default_rng(seed)
    x = rng.normal(10, 4, n)
    m = 14 + a * x + rng.normal(0, 3, n)
    y = 4.4 + b * m + direct * x + rng.normal(0, 1, n)
    return x, m, y, rng.normal(size=(n, covariates))


def estimates(found):
    return np.array([getattr(found, name).estimate for name in PATHS])


def slopes(y, *columns):
    design = np.column_stack([np.ones(len(y)), *columns])
    return np.linalg.lstsq(design, y, rcond=None)[0][1:]


PINGOUIN = {
    "estimates": [0.018884778407259495, 0.0052311273809023395, 0.01365365102635595],
    "mean": 0.013832944,
    "sd": 0.005118945,
    "interval": [0.005238233, 0.025320039],
}


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("covariates", [0, 1, 3])
def test_estimates_are_those_of_least_squares(covariates):
    x, m, y, c = study(covariates=covariates)
    found = mediate(x, m, y, c, n_boot=100)
    a = slopes(m, x, c)[0]
    direct, b = slopes(y, x, m, c)[:2]
    total = slopes(y, x, c)[0]
    expected = [total, direct, a * b, a, b]
    np.testing.assert_allclose(estimates(found), expected, rtol=0, atol=1e-10)
    assert found.total.estimate == pytest.approx(total, abs=1e-12)


def test_a_resample_is_what_fitting_it_gives():
    x, m, y, c = study(n=15)
    found = mediate(x, m, y, c, n_boot=200, seed=3)
    drawn = np.random.default_rng(3).integers(0, 15, (200, 15))
    for rows, value in zip(drawn, found.samples, strict=True):
        a = slopes(m[rows], x[rows], c[rows])[0]
        b = slopes(y[rows], x[rows], m[rows], c[rows])[1]
        assert value == pytest.approx(a * b, abs=1e-9)


def test_equal_to_pingouin():
    """pingouin 0.7.0 (GPL, not imported): mediation_analysis(x, m, y, covar, n_boot=5000, seed=1).

    rng = np.random.default_rng(7); x, m, y, c as below. Its interval is bias-corrected.
    """
    rng = np.random.default_rng(7)
    x = rng.normal(10, 4, 40)
    m = 14 - 0.6 * x + rng.normal(0, 3, 40)
    y = 4.4 - 0.02 * m + rng.normal(0, 0.1, 40)
    c = rng.normal(size=40)
    found = mediate(x, m, y, c, n_boot=5000)
    got = [found.total.estimate, found.direct.estimate, found.indirect.estimate]
    np.testing.assert_allclose(got, PINGOUIN["estimates"], rtol=0, atol=1e-10)
    spread = found.samples.std()
    assert found.samples.mean() == pytest.approx(PINGOUIN["mean"], abs=4 * spread / 50)
    assert spread == pytest.approx(PINGOUIN["sd"], rel=0.05)
    shift = 2 * ndtri(np.mean(found.samples < found.indirect.estimate))
    corrected = np.quantile(found.samples, ndtr(shift + ndtri([0.025, 0.975])))
    np.testing.assert_allclose(corrected, PINGOUIN["interval"], rtol=0, atol=0.15 * spread)


def test_same_seed_same_numbers_and_another_seed_others():
    data = study()
    first, again, other = (mediate(*data, n_boot=500, seed=s) for s in (1, 1, 2))
    assert first == again
    np.testing.assert_array_equal(first.samples, again.samples)
    assert (first.samples != other.samples).any()


def test_blocks_do_not_change_the_numbers(monkeypatch):
    data = study()
    whole = mediate(*data, n_boot=500)
    monkeypatch.setattr("glutelab.models.mediation.resample.BLOCK", 900)
    parts = mediate(*data, n_boot=500)
    np.testing.assert_allclose(whole.samples, parts.samples, rtol=1e-12)


# --- invariances ----------------------------------------------------------------------------------


def test_units_and_zero_points():
    x, m, y, c = study()
    plain, scaled = (
        mediate(*data, n_boot=300)
        for data in ((x, m, y, c), (x * 10 + 100, m * 3 - 7, y / 2 + 5, c * 8 - 900))
    )
    factors = np.array([0.05, 0.05, 0.05, 0.3, 1 / 6])
    np.testing.assert_allclose(estimates(scaled), estimates(plain) * factors, rtol=1e-9)
    for kind in ("interval", "percentile", "bca"):
        expected = np.array(getattr(plain.indirect, kind)) * 0.05
        np.testing.assert_allclose(getattr(scaled.indirect, kind), expected, rtol=1e-7)
    assert scaled.confounding.correlation == pytest.approx(plain.confounding.correlation)
    assert scaled.robustness == pytest.approx(plain.robustness)


def test_whole_runners_are_drawn():
    """Copies of a runner's row add nothing: intervals stay, as if each runner stood there once."""
    x, m, y, c = study()
    once = mediate(x, m, y, c, n_boot=500)
    copied = [np.repeat(v, 3, axis=0) for v in (x, m, y, c)]
    names = np.repeat([f"R{i:02}" for i in range(len(x))], 3)
    thrice = mediate(*copied, runner=names, n_boot=500)
    assert thrice.n_runners == 40
    assert thrice.n_rows == 120
    np.testing.assert_allclose(thrice.indirect.interval, once.indirect.interval, rtol=1e-9)
    rows = mediate(*copied, n_boot=500)
    assert np.ptp(rows.indirect.interval) < 0.75 * np.ptp(once.indirect.interval)


def test_names_and_order_of_runners():
    x, m, y, c = study()
    names = np.array([f"R{i}" for i in range(40)])
    shuffled = np.random.default_rng(5).permutation(40)
    a = mediate(x, m, y, c, runner=names, n_boot=300)
    b = mediate(*(v[shuffled] for v in (x, m, y, c)), runner=names[shuffled], n_boot=300)
    np.testing.assert_allclose(b.samples, a.samples, rtol=1e-9)


# --- known truth ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("a", "b"), [(-0.6, -0.3), (-0.6, 0.0), (0.0, -0.3)])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(a, b):
    held = []
    for seed in range(200):
        data = study(30, a, b, 0.1, seed)
        held.append([])
        found = mediate(*data, n_boot=400, seed=seed)
        for path, truth in ((found.indirect, a * b), (found.total, 0.1 + a * b)):
            low, high = path.interval
            held[-1].append(low <= truth <= high)
    assert (np.mean(held, axis=0) > 0.90).all()  # 95 % less 3 Monte-Carlo errors


def test_a_confounder_as_strong_as_stated_leaves_nothing():
    """Plant residuals that correlate, and no association: the stated correlation finds it out."""
    rng = np.random.default_rng(0)
    n, r = 200_000, -0.35
    x, hidden, own = rng.normal(size=(3, n))
    m = -0.6 * x + hidden
    y = 0.2 * (r * hidden + np.sqrt(1 - r**2) * own)
    found = mediate(x, m, y, n_boot=100)
    assert found.confounding.correlation == pytest.approx(r, abs=0.01)
    assert found.confounding.indirect_under(r) == pytest.approx(0, abs=0.002)
    assert found.indirect.estimate == pytest.approx(-0.6 * 0.2 * r, abs=0.002)


# --- sensitivity ----------------------------------------------------------------------------------


def test_indirect_under_no_confounder_is_the_estimate():
    doubts = mediate(*study(), n_boot=100).confounding
    assert doubts.indirect_under(0.0) == pytest.approx(doubts.indirect, rel=1e-10)
    assert doubts.indirect_under(doubts.correlation) == pytest.approx(0.0, abs=1e-12)
    curve = doubts.indirect_under(np.linspace(-0.9, 0.9, 19))
    assert (np.diff(curve) * doubts.posture_to_mediator < 0).all()
    with pytest.raises(DataError, match="between -1 and 1"):
        doubts.indirect_under(1.0)


def test_robustness_value():
    assert robustness_value(0.0, 50) == 0
    assert robustness_value(1.5, 50, alpha=0.05) == 0  # not clear of zero to begin with
    assert robustness_value(3.0, 50, share=0.5) < robustness_value(3.0, 50)
    assert robustness_value(-3.0, 50) == robustness_value(3.0, 50)
    assert 0.99 < robustness_value(1000.0, 50) <= 1
    for value in ({"df": 1}, {"df": 50, "share": 0}, {"df": 50, "alpha": 2}):
        with pytest.raises(DataError):
            robustness_value(3.0, **value)


def test_robustness_value_is_what_it_takes():
    """A confounder with just that partial R2 on both sides brings the coefficient to zero."""
    t, df = 2.8, 40
    value = robustness_value(t, df)
    bias = np.sqrt(value**2 / (1 - value)) * np.sqrt(df)  # in standard errors of the coefficient
    assert bias == pytest.approx(t)


# --- words ----------------------------------------------------------------------------------------


def test_sentences_claim_no_cause():
    for b in (-0.6, 0.0):
        found = mediate(*study(60, b=b), n_boot=300)
        text = found.sentences("standing tilt", "hip extension", "energy cost", "J/kg/m per degree")
        assert "goes with" in text
        assert "These are associations." in text
        assert ("would vanish if something not measured" in text) == (b != 0)
        for claim in ("effect", "cause", "lead", "due to", "because"):
            assert claim not in text
    assert text.startswith("Cannot tell whether standing tilt goes with energy cost through")
    assert "less than what one measure" in Confounding(0, 0.01, 1, 1).sentence()
    assert "more than what one measure" in Confounding(0, -0.5, 1, 1).sentence()
    assert "cannot tell" in Confounding(0, np.nan, 1, 1).sentence()


def test_share_through_needs_a_total():
    clear = mediate(*study(200, b=-0.6), n_boot=300)
    assert clear.share_through == pytest.approx(1.0, abs=0.2)
    assert np.isnan(mediate(*study(30, b=0.0), n_boot=300).share_through)


@pytest.mark.parametrize(
    ("posture", "mediator", "part"),
    [
        ("standing_pelvic_tilt_deg", "peak_hip_extension_deg", "report peak_thigh_extension_deg"),
        ("pelvic_tilt_mean_deg", "hip_range_deg", "report the thigh angle"),
        ("pelvic_tilt_mean_deg", "pelvic_tilt_from_standing_deg", "the same pelvis"),
        ("standing_hip_flexion_deg", "peak_hip_extension_deg", "the same hip angle"),
        ("thomas_test_deg", "thomas_test_deg", "posture and mediator at once"),
    ],
)
def test_coupled_pairs_are_named(posture, mediator, part):
    assert part in coupling_warning(posture, mediator)


@pytest.mark.parametrize("mediator", ["peak_hip_extension_deg", "peak_thigh_extension_deg"])
def test_the_thomas_test_is_coupled_with_nothing(mediator):
    assert coupling_warning("thomas_test_deg", mediator) == ""


# --- what cannot be answered ----------------------------------------------------------------------


def changed(**new):
    x, m, y, c = study()
    data = {"posture": x, "mediator": m, "outcome": y, "covariates": c} | new
    return lambda: mediate(**data, n_boot=200)


X, M, Y = study()[:3]
HOLE = np.where(np.arange(40) < 3, np.nan, X)


@pytest.mark.parametrize(
    ("new", "part"),
    [
        ({"posture": np.full(40, 9.0)}, "posture is 9 in all rows"),
        ({"outcome": np.full(40, 4.2)}, "the outcome is 4.2 in all rows"),
        ({"mediator": np.full(40, 0.1)}, "the mediator is 0.1 in all rows"),
        ({"mediator": 30 - 2 * X}, "the mediator is the same as posture"),
        ({"covariates": X}, "a covariate repeats posture. Leave it out."),
        ({"covariates": M}, "a covariate repeats the mediator. Leave it out."),
        ({"covariates": Y}, "a covariate repeats the outcome. Leave it out."),
        ({"covariates": np.column_stack([X + X**2, X**2])}, "posture is given by covariates"),
        ({"outcome": 5 - 2 * M}, "the outcome is the mediator, but for scale"),
        ({"outcome": X}, "the outcome is the posture, but for scale"),
        ({"outcome": X - 3 * M}, "the outcome is given by posture, mediator and covariates"),
        ({"posture": ["n/a"] * 40}, "posture holds words. Expected a number per row."),
        ({"mediator": M.astype(str)}, "mediator holds numbers stored as text. Turn them"),
        ({"covariates": ["female", "male"] * 20}, "covariate 1 holds words"),
        ({"covariates": [[1], [1, 2]] * 20}, "rows of different lengths"),
        ({"posture": [None, *X[1:]]}, "posture is missing in 1 of 40 rows"),
        ({"runner": [None] * 40}, "runner is missing in 40 rows. Fill it in."),
        ({"runner": ["A"] * 40}, "cannot tell: 1 runner is too few"),
        ({"covariates": np.column_stack([X**2, X**2])}, "a covariate repeats others"),
        ({"covariates": np.ones(40)}, "does not vary"),
        ({"posture": HOLE}, "posture is missing in 3 of 40 rows"),
        ({"covariates": HOLE}, "covariate 1 is missing in 3 of 40 rows"),
        ({"outcome": np.full(40, np.inf)}, "missing or infinite in 40 of 40"),
        ({"mediator": M[:30]}, "not in pairs"),
        ({"covariates": np.ones((30, 1))}, "Expected 40 rows"),
        ({"runner": np.arange(40) % 7}, "7 runners are too few"),
        ({"runner": np.arange(3)}, "Expected 40 names"),
        ({"covariates": np.random.default_rng(0).normal(size=(40, 36))}, "36 covariates for 40"),
        ({"confidence": 1.0}, "confidence=1.0"),
    ],
)
def test_no_answer_without_a_sentence(new, part):
    with pytest.raises(DataError, match=part):
        changed(**new)()


def test_eight_runners_are_just_enough_and_say_so():
    found = mediate(*study(8, covariates=1), n_boot=500)
    assert "8 runners: only a strong association would be found" in found.warning
    with pytest.raises(DataError, match="cannot tell"):
        mediate(*study(7, covariates=0), n_boot=500)


def test_a_rare_group_among_the_covariates_leaves_no_interval():
    x, m, y, _ = study(20)
    rare = (np.arange(20) == 0).astype(float)
    found = mediate(x, m, y, rare, n_boot=500)
    assert np.isnan(found.indirect.interval).all()
    assert "resamples have no answer" in found.warning
    assert "cannot tell" in found.sentences()

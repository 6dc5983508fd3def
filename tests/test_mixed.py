"""The mixed model: R's numbers, known truth, invariances, and what is refused.

Expected numbers in tests/reference/models were made by lme4 and lmerTest; the scripts that made
data and numbers stand beside them.
"""

import json

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from glutelab.contrasts.estimate import Estimate
from glutelab.errors import DataError
from glutelab.models.mixed import bootstrap_mixed, fit_mixed, leave_one_runner_out
from glutelab.models.mixed import fit as mixed
from glutelab.models.mixed.moments import gather
from glutelab.models.mixed.reml import cholesky_chain, profile, relative_covariance
from glutelab.models.mixed.solve import solve_slope

FOLDER = ROOT / "tests" / "reference" / "models"
EXPECTED = json.loads((FOLDER / "mixed.json").read_text(encoding="utf-8"))
NAMES = EXPECTED["names"][1:]
MODELS = list(EXPECTED["models"])


def fitted(model):
    expected = EXPECTED["models"][model]
    table = pd.read_csv(FOLDER / f"{expected['data']}.csv")
    slope = "speed_c" if "speed_c" in expected["random"] else None
    correlated = "||" not in expected["random"]
    x, y = table[NAMES].to_numpy(), table["cost"].to_numpy()
    fit = fit_mixed(y, x, table["runner"], names=NAMES, slope=slope, correlated=correlated)
    return fit, expected


def study(n=12, speeds=3, *, seed=0, effect=(0.5, 0.5), between=8.0, slopes=0.0, residual=3.0):
    """Outcome, predictors (posture between and within, speed) and runner."""
    rng = np.random.default_rng(seed)
    runner = np.repeat(np.arange(n), speeds)
    speed = np.tile(np.linspace(-1, 1, speeds), n)
    posture = rng.normal(12, 4, n)[runner] + rng.normal(0, 2, n * speeds)
    mean = (np.bincount(runner, posture) / speeds)[runner]
    x = np.column_stack([mean, posture - mean, speed])
    own = rng.normal(size=(2, n))[:, runner]
    y = 195 + x @ [*effect, 5] + between * own[0] + slopes * own[1] * speed
    return y + rng.normal(0, residual, len(y)), x, runner


SHORT = ["between", "within", "speed"]


# --- other software -------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_estimates_equal_lme4(model):
    fit, expected = fitted(model)
    se = np.array(expected["se"])
    assert fit.converged
    assert fit.coefficients / se == pytest.approx(expected["coefficients"] / se, abs=1e-6)
    assert fit.covariance / np.outer(se, se) == pytest.approx(
        expected["covariance"] / np.outer(se, se), abs=2e-6
    )
    variances = np.array(expected["runner_covariance"])
    assert fit.runner_covariance == pytest.approx(variances, rel=1e-5, abs=1e-5 * variances.max())
    assert fit.residual_variance == pytest.approx(expected["residual_variance"], rel=1e-5)
    assert fit.reml_criterion == pytest.approx(expected["reml_criterion"], abs=1e-8)
    assert fit.singular == expected["singular"]


@pytest.mark.parametrize("model", MODELS)
def test_tests_equal_lmertest(model):
    fit, expected = fitted(model)
    for name, df, p in zip(fit.names, expected["df"], expected["p"], strict=True):
        found = fit.coefficient(name)
        assert found.df == pytest.approx(df, rel=1e-5), name
        assert found.p == pytest.approx(p, abs=1e-6), name
    contrast = fit.contrast({"posture_between": 1, "posture_within": -1})
    for name, value in expected["contrast"].items():
        assert getattr(contrast, name) == pytest.approx(value, rel=1e-5, abs=1e-6), name


@pytest.mark.parametrize("slope", [None, "speed"])
def test_estimates_equal_statsmodels(slope):
    from statsmodels.regression.mixed_linear_model import MixedLM

    y, x, runner = study(20, 5, slopes=4.0)
    fit = fit_mixed(y, x, runner, names=SHORT, slope=slope)
    ones = np.ones(len(y))
    random = None if slope is None else np.column_stack([ones, x[:, 2]])
    other = MixedLM(y, np.column_stack([ones, x]), runner, exog_re=random).fit(reml=True)
    assert fit.coefficients == pytest.approx(other.fe_params, abs=1e-3 * fit.se.min())
    # With random slopes statsmodels' standard errors differ from lme4's by some percent.
    assert fit.se == pytest.approx(other.bse_fe, rel=1e-3 if slope is None else 0.05)
    assert fit.runner_covariance == pytest.approx(np.atleast_2d(other.cov_re), rel=2e-3, abs=1e-2)


# --- known truth ----------------------------------------------------------------------------------


def test_balanced_design_is_the_regression_of_runner_means():
    y, x, runner = study(14, 3)
    fit = fit_mixed(y, x, runner, names=SHORT)
    design = np.column_stack([np.ones(14), x[::3, 0]])
    means = y.reshape(14, 3).mean(axis=1)
    b, rss, *_ = np.linalg.lstsq(design, means)
    se = np.sqrt(rss[0] / 12 * np.linalg.inv(design.T @ design)[1, 1])
    found = fit.coefficient("between")
    assert (found.value, found.se, found.df) == pytest.approx((b[1], se, 12), rel=1e-7)
    assert fit.coefficient("speed").df == pytest.approx(14 * 3 - 14 - 2, rel=1e-7)


def test_satterthwaite_errs_as_often_as_stated():
    found = [
        fit_mixed(*study(12, 3, seed=[9, k], effect=(0, 0)), names=SHORT).coefficient("between")
        for k in range(300)
    ]
    errors = np.mean([each.p < 0.05 for each in found])
    z_errors = np.mean([abs(each.t) > 1.96 for each in found])
    assert 0.03 < errors < 0.075
    assert z_errors > errors


def test_large_study_finds_the_truth_and_is_quick():
    y, x, runner = study(2000, 4, slopes=3.0)
    fit = fit_mixed(y, x, runner, names=SHORT, slope="speed")
    assert np.abs((fit.coefficients - [195, 0.5, 0.5, 5]) / fit.se).max() < 4
    assert fit.runner_covariance == pytest.approx(np.diag([64, 9]), abs=6)
    assert fit.residual_variance == pytest.approx(9, rel=0.05)
    assert fit.messages == ()


def test_only_a_mean_gives_the_classical_variances():
    y, _, runner = study(10, 4)
    fit = fit_mixed(y, np.empty((40, 0)), runner, names=[])
    table = y.reshape(10, 4)
    within = table.var(axis=1, ddof=1).mean()
    between = table.mean(axis=1).var(ddof=1) - within / 4
    assert fit.residual_variance == pytest.approx(within, rel=1e-7)
    assert fit.runner_covariance.item() == pytest.approx(between, rel=1e-7)


# --- derivatives ----------------------------------------------------------------------------------


@pytest.mark.parametrize("theta", [[1.3], [1.3, -0.4, 0.6], [2.0, 0.5, 0.0], [0.0, 0.5, 0.7]])
def test_derivatives_are_those_of_the_criterion(theta):
    theta = np.array(theta)
    slope = "speed" if len(theta) == 3 else None
    fit = fit_mixed(*study(9, 4, slopes=2.0), names=SHORT, slope=slope)
    moments = gather(fit.parts, np.arange(9)[None] % 3 + 1)

    def derivatives(theta):
        at = profile(moments, relative_covariance(theta)[None])
        return at.value[0], *cholesky_chain(theta, at.gradient[0], at.profiled_curvature[0])[:2]

    _, gradient, curvature = derivatives(theta)
    for j, step in enumerate(np.eye(len(theta)) * 1e-5):
        above, below = derivatives(theta + step), derivatives(theta - step)
        assert gradient[j] == pytest.approx((above[0] - below[0]) / 2e-5, abs=1e-5)
        assert curvature[j] == pytest.approx((above[1] - below[1]) / 2e-5, abs=1e-4, rel=1e-5)


# --- nothing changes that must not ----------------------------------------------------------------


@pytest.mark.parametrize("slope", [None, "speed"])
def test_order_names_and_units_do_not_matter(slope):
    y, x, runner = study(15, 4, slopes=3.0)
    fit = fit_mixed(y, x, runner, names=SHORT, slope=slope)
    order = np.random.default_rng(1).permutation(len(y))
    labels = np.array([f"Zoë {99 - k}" for k in range(15)], object)[runner]
    factors = np.array([1e-3, 1e4, 3.6])
    other = fit_mixed(
        1e3 * (y[order] - 195), x[order] * factors, labels[order], names=SHORT, slope=slope
    )
    for name, factor in zip(SHORT, factors, strict=True):
        a, b = fit.coefficient(name), other.coefficient(name)
        assert (b.value * factor / 1e3, b.se * factor / 1e3) == pytest.approx((a.value, a.se))
        assert (b.df, b.p) == pytest.approx((a.df, a.p), rel=1e-5)


def test_centering_the_slope_moves_only_the_level():
    y, x, runner = study(15, 4, slopes=3.0)
    fit = fit_mixed(y, x, runner, names=SHORT, slope="speed")
    moved = fit_mixed(y, x + [0, 0, 3.5], runner, names=SHORT, slope="speed")
    assert moved.reml_criterion == pytest.approx(fit.reml_criterion, abs=1e-7)
    assert moved.runner_covariance[1, 1] == pytest.approx(fit.runner_covariance[1, 1], rel=1e-5)
    assert moved.coefficient("speed").df == pytest.approx(fit.coefficient("speed").df, rel=1e-5)


# --- singular fits and no convergence -------------------------------------------------------------


def test_runners_alike_are_said_to_be_alike():
    fit, _ = fitted("singular")
    assert fit.singular
    assert fit.runner_covariance.item() == 0
    assert "do not differ measurably" in fit.messages[0]
    assert fit.coefficient("speed_c").df == pytest.approx(fit.n_rows - 5)


def test_equal_slopes_are_said_to_be_equal():
    fit, _ = fitted("slope_singular")
    assert "slopes on speed_c do not differ measurably beyond" in fit.messages[0]
    fit, _ = fitted("slope_singular_uncorrelated")
    assert "slopes on speed_c do not differ measurably (singular" in fit.messages[0]


@pytest.mark.parametrize("seed", range(12))
def test_the_search_ends_where_no_other_start_gets_below(seed):
    rng = np.random.default_rng(seed)
    spread = {"between": rng.choice([0, 1, 8]), "slopes": rng.choice([0, 0, 2])}
    fit = fit_mixed(*study(10, 4, seed=seed, **spread), names=SHORT, slope="speed")
    moments = gather(fit.parts, np.ones((1, 10)))
    starts = rng.normal(0, 2, (5, 3))
    others = [solve_slope(moments, correlated=True, start=s)[0] for s in starts]
    values = [profile(moments, relative_covariance(t)[None]).value[0] for t in (fit.theta, *others)]
    assert fit.converged
    assert values[0] <= min(values) + 1e-8


def test_no_convergence_is_said(monkeypatch):
    y, x, runner = study(12, 4, slopes=3.0)
    monkeypatch.setattr(mixed, "solve_slope", lambda *_, **__: (np.array([1.0, 0, 1]), False))
    fit = fit_mixed(y, x, runner, names=SHORT, slope="speed")
    assert not fit.converged
    assert "did not converge" in fit.messages[0]


# --- runners drawn anew, or left out --------------------------------------------------------------


@pytest.mark.parametrize("slope", [None, "speed"])
def test_a_resample_is_the_fit_to_its_rows(slope):
    y, x, runner = study(9, 4, slopes=4.0)
    fit = fit_mixed(y, x, runner, names=SHORT, slope=slope)
    boot = bootstrap_mixed(fit, n_boot=3, seed=5)
    every = np.random.default_rng(5).integers(0, 9, (3, 9))
    for drawn, coefficients, covariance in zip(
        every, boot.coefficients, boot.covariances, strict=True
    ):
        rows = np.concatenate([np.flatnonzero(runner == k) for k in drawn])
        again = fit_mixed(y[rows], x[rows], np.repeat(np.arange(9), 4), names=SHORT, slope=slope)
        assert again.coefficients == pytest.approx(coefficients, abs=1e-4 * again.se.min())
        robust = bootstrap_mixed(again, n_boot=1).covariance
        assert robust == pytest.approx(covariance, rel=1e-3, abs=1e-5)


@pytest.mark.parametrize("slope", [None, "speed"])
def test_robust_errors_are_those_of_the_sandwich(slope):
    y, x, runner = study(9, 4, slopes=4.0)
    fit = fit_mixed(y, x, runner, names=SHORT, slope=slope)
    full = np.column_stack([np.ones(36), x])
    z = full[:, [0]] if slope is None else full[:, [0, 3]]
    bread, meat = np.zeros((4, 4)), np.zeros((4, 4))
    for k in range(9):
        mine = runner == k
        v = z[mine] @ fit.runner_covariance @ z[mine].T + fit.residual_variance * np.eye(4)
        weighted = np.linalg.solve(v, full[mine])
        score = weighted.T @ (y[mine] - full[mine] @ fit.coefficients)
        bread, meat = bread + weighted.T @ full[mine], meat + np.outer(score, score)
    assert fit.covariance == pytest.approx(np.linalg.inv(bread), rel=1e-6, abs=1e-9)
    expected = np.linalg.inv(bread) @ meat @ np.linalg.inv(bread)
    found = bootstrap_mixed(fit, n_boot=1).covariance
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("slope", [None, "speed"])
def test_bootstrap_does_not_depend_on_workers_or_row_order(slope):
    y, x, runner = study(9, 4, slopes=4.0)
    fit = fit_mixed(y, x, runner, names=SHORT, slope=slope)
    one, two = (bootstrap_mixed(fit, n_boot=20, seed=3, workers=jobs) for jobs in (1, 2))
    assert np.array_equal(one.coefficients, two.coefficients)
    back = fit_mixed(y[::-1], x[::-1], runner[::-1], names=SHORT, slope=slope)
    turned = bootstrap_mixed(back, n_boot=20, seed=3)
    assert turned.coefficients == pytest.approx(one.coefficients, abs=1e-5)
    assert not np.allclose(bootstrap_mixed(fit, n_boot=20, seed=4).coefficients, one.coefficients)


def test_bootstrap_interval_is_like_the_t_interval():
    fit = fit_mixed(*study(60, 3), names=SHORT)
    boot = bootstrap_mixed(fit, n_boot=2000, seed=1)
    for name in SHORT:
        estimate = fit.coefficient(name)
        for kind in ("studentized", "percentile"):
            shift = (np.array(boot.interval(name, kind=kind)) - estimate.interval()) / estimate.se
            assert np.abs(shift).max() < 0.5
        assert boot.p(name) == pytest.approx(estimate.p, abs=0.05)
        assert (boot.p(name) < 0.05) == (not np.prod(boot.interval(name)) < 0)
    assert boot.interval({"within": 1.0}) == boot.interval("within")
    assert boot.n_failed == 0


def test_bootstrap_says_when_too_many_resamples_fail():
    y, x, runner = study(8, 3)
    rare = np.column_stack([x, runner == 0])  # one runner alone: in a third of resamples nobody
    fit = fit_mixed(y, rare, runner, names=[*SHORT, "elite"])
    boot = bootstrap_mixed(fit, n_boot=200, seed=1)
    assert boot.n_failed > 40
    assert np.isnan(boot.interval("between")).all()
    assert np.isnan(boot.p("between"))


def test_bootstrap_of_very_few_runners_has_no_silent_numbers(recwarn):
    fit = fit_mixed(*study(5, 3), names=SHORT)
    boot = bootstrap_mixed(fit, n_boot=300, seed=1)
    low, high = boot.interval("speed")
    assert not low > high
    assert not [w for w in recwarn if issubclass(w.category, RuntimeWarning)]


@pytest.mark.parametrize("slope", [None, "speed"])
def test_leaving_a_runner_out_is_the_fit_without_them(slope):
    y, x, runner = study(9, 4, slopes=4.0)
    fit = fit_mixed(y, x, runner, names=SHORT, slope=slope)
    out = leave_one_runner_out(fit)
    for k in (0, 5, 8):
        kept = runner != k
        less = fit_mixed(y[kept], x[kept], runner[kept], names=SHORT, slope=slope)
        assert out.coefficients[k] == pytest.approx(less.coefficients, abs=1e-6)
        predicted = np.column_stack([np.ones(4), x[~kept]]) @ less.coefficients
        assert out.errors[~kept] == pytest.approx(y[~kept] - predicted, abs=1e-6)
    assert out.rmse == pytest.approx(np.sqrt(np.mean(out.errors**2)))


# --- what is refused ------------------------------------------------------------------------------


def refused(y, x, runner, names=SHORT, **options):
    with pytest.raises(DataError) as caught:
        fit_mixed(y, x, runner, names=names, **options)
    return str(caught.value)


def test_hostile_rows_are_refused_with_a_sentence():
    y, x, runner = study(8, 3)
    assert "with one runner, fit a regression" in refused(y, x, np.zeros(24))
    assert "one row each" in refused(y[::3], x[::3], runner[::3])
    bad = x.copy()
    bad[[2, 7], 1] = np.nan
    assert "within: 2 rows have no finite value (first: row 3)" in refused(y, bad, runner)
    bad = np.where(np.arange(24) == 4, np.inf, y)
    assert "the outcome: 1 row has no finite value (first: row 5)" in refused(bad, x, runner)
    labels = runner.astype(object)
    labels[3] = None
    assert "the runner: 1 row has" in refused(y, x, labels)
    constant = x.copy()
    constant[:, 0] = 12.5
    assert "between: has the same value, 12.5" in refused(y, constant, runner)
    assert "the outcome: has the same value" in refused(np.ones(24), x, runner)
    assert "no rows" in refused(y[:0], x[:0], runner[:0])
    words = x.astype(object)
    words[3, 1] = "n/a"
    words[:, 2] = "fast"
    said = refused(y, words, runner)
    assert "within holds words. Expected a number per row." in said
    assert "speed holds words" in said
    assert "the outcome holds numbers stored as text" in refused(y.astype(str), x, runner)
    assert "differ in length" in refused(y, [[1], [1, 2]] * 12, runner)
    assert "runner is None" in refused(y, x, None)


def test_collinear_predictors_are_named():
    y, x, runner = study(8, 3)
    twice = np.column_stack([x, 3 * x[:, 0] - x[:, 2] + 7])
    said = refused(y, twice, runner, names=[*SHORT, "leg_length_m"])
    assert "leg_length_m: is fully given by between and speed" in said


def test_too_few_runners_or_rows_are_refused():
    y, x, runner = study(4, 3)
    more = np.random.default_rng(0).normal(size=(4, 2))[runner]
    said = refused(y, np.column_stack([x, more]), runner, names=[*SHORT, "a", "b"])
    assert "4 runners, and 3 predictors that differ only between runners" in said
    y, x, runner = study(6, 2)
    assert "leave nothing to estimate" in refused(y, x, runner, slope="speed")
    y, x, runner = study(6, 4)
    assert "does not change within any runner" in refused(y, x, runner, slope="between")


def test_an_outcome_without_residual_is_refused():
    y, x, runner = study(8, 3)
    assert "without any residual" in refused(x @ [1, 2, 3], x, runner)
    assert "runner means copied" in refused((y[::3])[runner], x, runner)


def test_names_are_checked_and_never_evaluated():
    y, x, runner = study(8, 3)
    evil = "__import__('os').system('touch x')"
    fit = fit_mixed(y, x, runner, names=[evil, "within", "speed"])
    assert fit.coefficient(evil).value == fit.coefficients[1]
    assert "3 predictors, but 2 names" in refused(y, x, runner, names=SHORT[:2])
    assert "1 predictor, but 2 names" in refused(y, x[:, :1], runner, names=SHORT[:2])
    assert "Two predictors are called speed" in refused(y, x, runner, names=["speed", "a", "speed"])
    assert "called intercept" in refused(y, x, runner, names=["intercept", "a", "b"])
    assert "grade is not among the predictors" in refused(y, x, runner, slope="grade")
    assert "one row per runner and trial" in refused(y[1:], x, runner)
    with pytest.raises(DataError, match="tilt: not in the model"):
        fit.coefficient("tilt")
    with pytest.raises(DataError, match="4 weights"):
        fit.contrast([1, 0])
    with pytest.raises(DataError, match="studentized or percentile"):
        bootstrap_mixed(fit, n_boot=10).interval("within", kind="bca")


def test_interval_and_p_agree():
    low, high = Estimate(2.0, 1.0, 7.5).interval(0.95)
    assert Estimate(2.0, 1.0, 7.5).interval(0.5)[0] > low
    edge = Estimate(2.0 - low, 1.0, 7.5)
    assert edge.p == pytest.approx(0.05)
    assert high - 2 == pytest.approx(2 - low)

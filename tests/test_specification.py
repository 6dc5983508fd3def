"""The specification curve: single models, known truth, invariances, answers that are none."""

import time

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from glutelab.errors import DataError
from glutelab.models.economy import fit_economy
from glutelab.models.specification import specification_curve
from glutelab.models.specification.words import judge
from glutelab.models.squares import cook_distance, fit_squares
from glutelab.simulate import simulate_runners

TILT, THOMAS, COST = "standing_pelvic_tilt_deg", "thomas_test_deg", "energy_cost_j_kg_m"
HOSTILE = "__import__('os').system('touch x')"
NONE = {"hip_extension_on_cost_j_kg_m": 0.0}


@pytest.fixture(scope="module")
def runners():
    return simulate_runners(30, effects={"posture_on_cost_j_kg_m": 0.04}, seed=2)


@pytest.fixture(scope="module")
def curve(runners):
    return specification_curve(runners, n_permutations=200, seed=1)


def one(runners, posture=TILT, outcome=COST, **options):
    """The only row of a curve of one specification."""
    options = {"covariate_sets": [()], "speeds": [3.5], "outliers": ["none"]} | options
    found = specification_curve(runners, posture, outcome, n_permutations=0, **options)
    assert len(found.table) == 1
    return found.table.iloc[0]


def at(runners, speed=3.5):
    return runners[runners["speed_m_s"] == speed].reset_index(drop=True)


# --- other software -------------------------------------------------------------------------------


def test_one_speed_is_least_squares_with_hc3(runners):
    rows = at(runners)
    x = sm.add_constant(
        np.column_stack([rows[TILT], rows["sex"] == "male", rows["mass_kg"]]).astype(float)
    )
    expected = sm.OLS(rows[COST].to_numpy(), x).fit(cov_type="HC3", use_t=True)
    row = one(runners, covariate_sets=[("sex", "mass_kg")])
    found = row[["estimate", "se", "p", "df", "ci_low", "ci_high"]].astype(float)
    low, high = expected.conf_int()[1]
    wanted = [expected.params[1], expected.bse[1], expected.pvalues[1], 26, low, high]
    np.testing.assert_allclose(found, wanted, rtol=1e-9)


def test_cook_distance_is_that_of_statsmodels(runners):
    rows = at(runners)
    x = sm.add_constant(rows[[TILT, "mass_kg"]].to_numpy())
    expected = sm.OLS(rows[COST].to_numpy(), x).fit().get_influence().cooks_distance[0]
    found = cook_distance(x[None], rows[COST].to_numpy()[None], np.ones((1, len(x)), bool))
    np.testing.assert_allclose(found[0], expected, rtol=1e-8)


@pytest.mark.parametrize("adjust_for", [(), ("sex", "mass_kg")])
def test_one_speed_equals_the_model_of_economy(runners, adjust_for):
    fit = fit_economy(runners, TILT, adjust_for=adjust_for, speed_m_s=3.5).posture.iloc[0]
    row = one(runners, covariate_sets=[adjust_for])
    for name in ("estimate", "se", "df", "ci_low", "ci_high", "p"):
        assert row[name] == pytest.approx(fit[name], rel=1e-8)
    assert -row["standardized"] == pytest.approx(fit["standardized"], rel=1e-8)


@pytest.mark.parametrize("posture", [TILT, "pelvic_tilt_mean_deg"])
def test_all_speeds_have_the_estimate_of_the_model_of_economy(runners, posture):
    fit = fit_economy(runners, posture, adjust_for=["sex"]).posture.iloc[0]
    row = one(runners, posture, covariate_sets=[("sex",)], speeds="all")
    assert row["estimate"] == pytest.approx(fit["estimate"], abs=0.02 * fit["se"])
    assert row["se"] == pytest.approx(fit["se"], rel=0.02)
    assert row["df"] == pytest.approx(27, abs=0.5)
    assert row["method"].startswith("mixed model")


def test_many_models_at_once_are_the_same_as_one_by_one():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(5, 20, 3)), rng.normal(size=(5, 20))
    used = rng.random((5, 20)) < 0.8
    many = fit_squares(x, y, used, 1)
    for k in range(5):
        alone = sm.OLS(y[k][used[k]], x[k][used[k]]).fit(cov_type="HC3", use_t=True)
        assert many.value[k] == pytest.approx(alone.params[1])
        assert many.se[k] == pytest.approx(alone.bse[1])
        assert many.p[k] == pytest.approx(alone.pvalues[1])


# --- known truth ----------------------------------------------------------------------------------


def test_a_planted_association_is_found_on_the_side_it_was_planted():
    runners = simulate_runners(120, effects={"posture_on_cost_j_kg_m": 0.05}, seed=4)
    found = specification_curve(runners, TILT, n_permutations=200)
    assert (found.table["standardized"] < 0).all()  # less tilt, less cost
    assert (found.table["estimate"] > 0).all()
    whole = {"outcome": COST, "covariates": "level, sex, mass_kg", "outliers": "none"}
    whole["speed"] = "all speeds"
    row = found.table[(found.table[list(whole)] == pd.Series(whole)).all(axis=1)].iloc[0]
    assert row["ci_low"] < 0.0602 < row["ci_high"]
    assert found.permutation["p"].max() < 0.05
    assert "better economy with a more relaxed posture" in found.verdict


def test_shuffled_curves_keep_the_rate_of_false_alarms():
    options = {"covariate_sets": [(), ("level",)], "outliers": ["none", "Cook"], "speeds": [3.5]}
    p = []
    for seed in range(60):
        study = simulate_runners(20, speeds_m_s=[3.5], effects=NONE, seed=seed)
        found = specification_curve(study, TILT, COST, n_permutations=59, seed=seed, **options)
        p.append(found.permutation["p"].to_numpy())
    rate = (np.array(p) <= 0.05).mean(axis=0)
    assert (rate <= 0.135).all()  # 5 % and three standard errors
    assert 0.33 < np.median(np.array(p)[:, [0, 2]]) < 0.67  # a share is often 0, its p then 1


def test_an_outlier_is_left_out_by_the_rules_and_only_by_them(runners):
    rows = at(runners).copy()
    rows.loc[3, COST] += 3.0
    counts = specification_curve(
        rows, TILT, COST, covariate_sets=[()], speeds=[3.5], n_permutations=0
    ).table.set_index("outliers")
    assert counts.loc["none", "n_left_out"] == 0
    assert counts.loc["3 MAD", "n_left_out"] >= 1
    assert counts.loc["Cook", "n_left_out"] >= 1
    assert counts.loc["none", "n_runners"] == 30


# --- invariances ----------------------------------------------------------------------------------


def test_names_and_order_of_runners_do_not_matter(runners, curve):
    names = {old: f"Z{k}" for k, old in enumerate(sorted(runners["runner_id"].unique())[::-1])}
    other = runners.assign(runner_id=runners["runner_id"].map(names)).sample(frac=1, random_state=1)
    found = specification_curve(other, n_permutations=0)
    keys = ["posture", "outcome", "covariates", "outliers", "speed"]
    numbers = ["estimate", "se", "df", "p", "standardized", "n_runners"]
    one_way, other_way = (
        table.set_index(keys)[numbers].sort_index() for table in (curve.table, found.table)
    )
    pd.testing.assert_frame_equal(one_way, other_way, rtol=1e-6)


def test_units_do_not_matter(runners):
    plain = specification_curve(runners, TILT, COST, n_permutations=100)
    scaled = runners.assign(**{TILT: runners[TILT] / 9 + 7, "mass_kg": 1.5 * runners["mass_kg"]})
    found = specification_curve(scaled, TILT, COST, n_permutations=100)
    for name in ("standardized", "standardized_low", "p", "pct"):
        np.testing.assert_allclose(found.table[name], plain.table[name], rtol=1e-5)
    pd.testing.assert_frame_equal(found.permutation, plain.permutation, rtol=1e-6)


def test_towards_relaxed_is_the_same_direction_for_every_measure(runners):
    tilt = one(runners)
    thomas = one(runners.assign(**{THOMAS: -runners[TILT]}), THOMAS)
    for name in ("standardized", "standardized_low", "standardized_high", "pct"):
        assert thomas[name] == pytest.approx(tilt[name])
    assert thomas["estimate"] == pytest.approx(-tilt["estimate"])
    assert (tilt["relaxed"], thomas["relaxed"]) == (-1, 1)


def test_the_seed_decides_the_shuffles(runners):
    options = {"covariate_sets": [()], "speeds": [3.5], "n_permutations": 100}
    first, again, other = (
        specification_curve(runners, TILT, seed=seed, **options).permutation for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first, again)
    assert not first["null_low"].equals(other["null_low"])
    assert first["observed"].equals(other["observed"])


# --- no answer ------------------------------------------------------------------------------------


def test_a_posture_that_was_not_measured_is_a_row_that_says_so(runners):
    found = specification_curve(runners, [TILT, "trunk_lean_mean_deg"], n_permutations=0)
    lost = found.table[~found.table["answerable"]]
    assert set(lost["posture"]) == {"trunk_lean_mean_deg"}
    assert (lost["reason"] == "Not measured in this cohort: Mean trunk lean.").all()
    assert lost["estimate"].isna().all()
    assert not found.table["answerable"].tail(len(lost)).any()  # last
    assert f"{len(lost)} of {len(found.table)} specifications have no answer" in found.sentences()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({COST: np.nan}, "Not measured in this cohort: Energy cost."),
        ({TILT: 9.0}, "Cannot tell: Standing pelvic tilt is the same for all (9°)."),
        ({COST: 4.3}, "Cannot tell: Energy cost is the same for all (4.3 J/kg/m)."),
        (
            {COST: lambda t: 4.3 + 1e-12 * t[TILT]},
            "Cannot tell: Energy cost is the same for all (4.3 J/kg/m).",
        ),
        (
            {COST: lambda t: 4 + 0.1 * t[TILT]},
            "Cannot tell: cost is given by the model without any residual. Was it computed?",
        ),
        ({"mass_kg": np.nan}, "Not measured in this cohort: Body mass."),
    ],
)
def test_what_cannot_be_answered_says_why(runners, change, reason):
    row = one(runners.assign(**change), covariate_sets=[("mass_kg",)])
    assert not row["answerable"]
    assert row["reason"] == reason


def test_few_runners_and_many_covariates_cannot_tell(runners):
    few = runners[runners["runner_id"].isin(["S001", "S002", "S003", "S004"])]
    assert one(few)["reason"].startswith("Cannot tell: 4 runners. Expected 8")
    some = runners[runners["runner_id"] <= "S009"]
    many = [("mass_kg", "height_m", "age_years", "sex")]
    assert "9 runners are too few for 6 coefficients" in one(some, covariate_sets=many)["reason"]


def test_a_covariate_that_is_posture_again_cannot_tell(runners):
    same = runners.assign(twice_deg=2 * runners[TILT] + 1)
    for speeds in ([3.5], "all"):
        reason = one(same, covariate_sets=[("twice_deg",)], speeds=speeds)["reason"]
        assert reason.startswith("Cannot tell")


def test_nothing_that_was_measured_is_still_an_answer(runners):
    found = specification_curve(runners.assign(**{COST: np.nan}), TILT, COST)
    assert not found.answerable
    assert found.permutation is None
    assert found.verdict == "Cannot tell: no specification has an answer."


def test_one_sex_is_not_adjusted_for_and_says_so(runners):
    men = runners.assign(sex="male")
    row = one(men, covariate_sets=[("sex",)])
    assert row["note"] == "Not adjusted for Sex, which is the same for all."
    assert row["estimate"] == pytest.approx(one(men)["estimate"])


def test_missing_values_leave_out_the_runner_and_are_counted():
    gaps = simulate_runners(40, missing={"thomas_test_deg": 0.2, "trials": 0.1}, seed=3)
    found = specification_curve(gaps, [TILT, THOMAS], n_permutations=100)
    assert found.table["answerable"].all()
    assert found.table["n_runners"].max() <= 40
    thomas = found.table[found.table["posture"] == THOMAS]
    assert thomas["n_runners"].max() < 40
    assert found.permutation["p"].between(0, 1).all()


@pytest.mark.filterwarnings("error")
def test_a_constant_cost_finds_nothing(runners):
    """Once: a standardized association of minus infinity, reported as better economy."""
    found = specification_curve(runners.assign(**{COST: 4.3}), TILT, COST, n_permutations=50)
    assert not found.answerable
    assert found.table["standardized"].isna().all()
    assert found.verdict == "Cannot tell: no specification has an answer."
    assert "Energy cost is the same for all (4.3 J/kg/m)" in " ".join(repr(found).split())
    steps = runners.assign(**{COST: 4 + 0.1 * runners["speed_m_s"]})
    reason = one(steps, speeds="all")["reason"]
    assert reason == "Cannot tell: Energy cost is the same for all at each speed."


@pytest.mark.filterwarnings("error")
def test_without_the_one_who_differs_cost_is_the_same_for_all(runners):
    cost = np.where(runners["runner_id"] == "S003", 5.0, 4.3)
    found = specification_curve(runners.assign(**{COST: cost}), TILT, COST, n_permutations=50)
    assert np.isfinite(found.table.loc[found.table["answerable"], "standardized"]).all()
    lost = found.table.loc[found.table["outliers"] == "Cook", "reason"]
    assert lost.str.contains("without outliers Energy cost is the same for all").any()


def test_one_runner_is_said_as_one(runners):
    alone = specification_curve(runners[runners["runner_id"] == "S001"], TILT, COST)
    assert (alone.table["reason"] == "Cannot tell: 1 runner. Expected 8 or more.").all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop(columns="runner_id"), "the table has no column runner_id"),
        (lambda t: t.assign(runner_id=None), "90 rows have no runner_id. Fill it in."),
        (lambda t: t.iloc[:0], "the table has no rows"),
    ],
)
def test_runners_without_names_and_no_runners_are_two_things(runners, change, said):
    for ask in (specification_curve, lambda table: fit_economy(table, TILT)):
        with pytest.raises(DataError, match=said):
            ask(change(runners))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"postures": "standing_pelvic_tlt_deg"}, "Did you mean standing_pelvic_tilt_deg"),
        ({"outcomes": "energy_cost"}, "Did you mean energy_cost_j_kg_m"),
        ({"covariate_sets": [("masss_kg",)]}, "Did you mean mass_kg"),
        ({"outliers": ["2 SD"]}, "outliers=2 SD. Expected some of none, 3 MAD, Cook"),
        ({"speeds": [9.0]}, "9.0 is none of these runners'"),
        ({"speeds": []}, "speeds is empty"),
        ({"covariate_sets": []}, "nothing to look at"),
        ({"confidence": 3}, "confidence is 3. Expected a part of one"),
    ],
)
def test_slips_of_the_pen_are_errors(runners, options, said):
    with pytest.raises(DataError, match=said):
        specification_curve(runners, **options)


def test_slopes_are_not_pooled():
    hills = simulate_runners(12, speeds_m_s=[2.5], slopes_pct=[0, 5], seed=1)
    with pytest.raises(DataError, match="pool slope"):
        specification_curve(hills)


def test_names_are_never_evaluated(runners, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bad = runners.assign(
        **{HOSTILE: runners[TILT] + 1, "<b>x</b>": runners["mass_kg"]}, level=HOSTILE
    )
    row = one(bad, HOSTILE, covariate_sets=[("<b>x</b>", "level")])
    assert row["answerable"]
    assert row["posture"] == HOSTILE
    assert not list(tmp_path.iterdir())


# --- words ----------------------------------------------------------------------------------------


def test_options_are_summarized_and_choices_ranked(curve):
    table, whole = curve.table, curve.summary.iloc[0]
    assert len(table) == 4 * 2 * 4 * 3 * 4
    assert table["standardized"].is_monotonic_increasing
    assert whole["median"] == table["standardized"].median()
    assert whole["share_positive"] == (table["standardized"] > 0).mean()
    parts = curve.summary[curve.summary["choice"] == "posture"]
    assert parts["n_specifications"].sum() == len(table)
    assert curve.choices["explained_pct"].is_monotonic_decreasing
    assert curve.choices["explained_pct"].between(0, 100).all()
    text = curve.sentences()
    assert "What moves the result most: the posture measure" in text
    assert text.endswith("These are associations.")


def test_simulated_and_confounded_are_said(runners, curve):
    assert curve.simulated
    assert "Simulated: these runners were made by a program." in curve.warnings
    labs = np.where(runners[TILT] > runners[TILT].median(), "A", "B")
    found = specification_curve(
        runners.assign(laboratory=labs), TILT, n_permutations=0, covariate_sets=[()]
    )
    said = [text for text in found.warnings if text.startswith("Confounded with laboratory")]
    assert len(said) == 1
    assert said[0].endswith("of the dose (Standing pelvic tilt).")


def test_pooled_costs_are_said_as_elsewhere(runners):
    half = runners["runner_id"] <= "S015"
    pooled = runners.assign(energy_equation=np.where(half, "weir", "brockway"))
    options = {"n_permutations": 0, "covariate_sets": [()]}
    said = specification_curve(pooled, TILT, COST, **options).warnings
    assert "Pools costs that differ in energy_equation: brockway, weir." in said
    twice = pd.concat([runners, runners.assign(cohort="mine")])
    said = specification_curve(twice, TILT, COST, **options).warnings
    assert any("of both cohorts have the same values (30 runners)" in text for text in said)


def test_the_curve_prints_as_its_sentences(curve):
    text = repr(curve)
    assert text == str(curve)
    assert max(map(len, text.splitlines())) <= 100
    assert text.startswith("Posture and running economy under 384 specifications\n  ")
    assert " ".join(text.split()).endswith(curve.sentences())
    assert curve.verdict in curve.sentences()


def chance(p):
    row = {"statistic": "mean_z", "observed": -0.4, "p": p, "null_low": -1.0, "null_high": 1.0}
    return pd.DataFrame([row | {"n_permutations": 500}])


OFTEN = [(-2, -1)] * 19 + [(-1, 2)]


@pytest.mark.parametrize(
    ("ends", "p", "said"),
    [
        (
            [(-2, -1), (1, 2), (-1, 1)],
            0.3,
            "Cannot tell: taken as a whole, the curve is no more extreme than chance makes it (mean"
            " z -0.40, -1.00 to +1.00 where posture is shuffled over runners, p = 0.30, 500 "
            "shuffles). Still, 1 of 3 analyses would report better economy with a more relaxed "
            "posture, and 1 worse: such a finding would depend on the analyst.",
        ),
        (
            [(1, 2), (-1, 1)],
            0.3,
            "Still, 1 of 2 analyses would report worse economy with a more relaxed posture: such",
        ),
        ([(1, 2), (1, 2)], 0.3, "Still, all 2 analyses would report worse economy"),
        ([(-1, 2), (-2, 1)], 0.3, "None of 2 analyses finds an association. That is not yet"),
        ([(-2, -1), (1, 2)], 0.01, "It depends on the analyst: 1 of 2 would report better"),
        ([(-2, -1), (-1, 2)], 0.01, "It depends on the analyst: 1 of 2 would report better"),
        (
            OFTEN,
            0.01,
            "19 of 20 specifications find better economy with a more relaxed posture, the",
        ),
        ([(1, 2), (1, 3)], 0.01, "All 2 specifications find worse economy"),
    ],
)
def test_a_curve_that_chance_makes_as_well_cannot_tell(ends, p, said):
    verdict = judge(made(*ends), chance(p))
    assert said in verdict
    assert verdict.startswith("Cannot tell") == (p > 0.05)
    assert ("It depends" in verdict) == said.startswith("It depends")


def made(*ends):
    rows = [((low + high) / 2, low, high, True) for low, high in ends]
    names = ["standardized", "standardized_low", "standardized_high", "answerable"]
    return pd.DataFrame(rows, columns=names)


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ([(-2, -1), (1, 2)], "It depends on the analyst: 1 of 2 would report better"),
        (
            [(-2, -1), (-1, 2)],
            "1 of 2 would report better economy with a more relaxed posture, the",
        ),
        ([(1, 2), (1, 3)], "All 2 specifications find worse economy"),
        ([(-1, 2), (-2, 1)], "None of 2 specifications finds an association. That is not yet"),
    ],
)
def test_each_verdict_follows_its_rule(ends, said):
    assert said in judge(made(*ends), None)


def test_two_hundred_models_take_less_than_five_seconds(runners):
    start = time.process_time()
    sets = [(), ("sex",), ("mass_kg",), ("sex", "mass_kg"), ("level", "sex")]
    found = specification_curve(
        runners, outcomes=COST, covariate_sets=sets, speeds=[2.5, 3.5, 4.5, "all"]
    )
    assert len(found.table) == 240
    assert found.table["answerable"].all()
    assert time.process_time() - start < 5 * 240 / 200

"""Posture and running economy: known truth, other software, invariances, and what is said."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from made_posture import COST, HIP, LOW, PLANTED, TILT, between, changed, people

from glutelab.models.economy import fit_economy
from glutelab.models.mixed import fit_mixed

NOTHING = dict.fromkeys(PLANTED, 0.0)

# --- known truth ----------------------------------------------------------------------------------


def over_studies(n, speeds, effects, posture=TILT, *, studies, **options):
    table = people(n, speeds, effects, studies=studies, seed=n)
    fits = [fit_economy(rows, posture, **options) for _, rows in table.groupby("study")]
    return table.attrs["truth"], pd.concat([fit.posture for fit in fits]), fits


STUDIES = pytest.mark.parametrize("studies", [40, pytest.param(80, marks=pytest.mark.slow)])


@STUDIES
@pytest.mark.parametrize(("n", "speeds"), [(30, (3.5,)), (30, LOW), (12, LOW)])
def test_planted_association_comes_back(n, speeds, studies):
    truth, rows, _ = over_studies(n, speeds, PLANTED, studies=studies)
    total = truth["total_j_kg_m"]
    inside = (rows["ci_low"] <= total) & (total <= rows["ci_high"])
    assert inside.mean() > 0.88  # 95 % less 3 sampling errors
    assert abs(rows["estimate"].mean() - total) < 3 * rows["se"].mean() / np.sqrt(len(rows))


@STUDIES
@pytest.mark.parametrize(("n", "speeds"), [(30, (3.5,)), (12, LOW)])
def test_a_null_is_found_no_more_often_than_stated(n, speeds, studies):
    _, rows, fits = over_studies(n, speeds, NOTHING, studies=studies)
    assert (rows["p"] < 0.05).mean() < 0.125
    assert sum(fit.verdict.startswith("goes") for fit in fits) == (rows["p"] < 0.05).sum()


def test_between_and_within_are_told_apart():
    """Hip extension goes with cost by the same planted slope, between and within runners."""
    effects = PLANTED | {"posture_on_cost_j_kg_m": 0.0}
    _, rows, _ = over_studies(30, LOW, effects, HIP, studies=40)
    means = rows.groupby("part")["estimate"].mean()
    assert means["between"] == pytest.approx(-0.03, abs=0.005)
    assert means["within"] == pytest.approx(-0.03, abs=0.005)


def test_a_slope_within_runners_is_not_taken_for_one_between():
    table = people(30, effects=NOTHING)
    own = table[HIP] - table.groupby("runner_id")[HIP].transform("mean")
    own -= own.groupby(table["speed_m_s"]).transform("mean")
    fit = fit_economy(table.assign(**{COST: table[COST] + 0.08 * own}), HIP)
    part = fit.posture.set_index("part")
    assert part.loc["within", "ci_low"] > 0.04
    assert part.loc["between", "ci_low"] < 0 < part.loc["between", "ci_high"]
    assert part.loc["within", "n_runners"] == 30


def test_too_small_to_matter_can_be_said():
    fit = fit_economy(people(300, effects=NOTHING, speeds=(3.5,)), TILT)
    assert fit.verdict == "too small to matter"
    assert fit.equivalence.p < 0.05
    assert "Too small to matter? Yes" in repr(fit)


def test_bootstrap_agrees_with_t():
    table = people(30)
    t, boot = (fit_economy(table, TILT, inference=one) for one in ("satterthwaite", "bootstrap"))
    assert between(t)["estimate"] == between(boot)["estimate"]
    width = [between(fit)["ci_high"] - between(fit)["ci_low"] for fit in (t, boot)]
    assert width[1] == pytest.approx(width[0], rel=0.35)
    assert np.isnan(between(boot)["df"])
    assert "studentized bootstrap of whole runners" in repr(boot)


def test_same_seed_same_bootstrap():
    table = people(16, (3.5,))
    first, again, other = (
        between(fit_economy(table, TILT, inference="bootstrap", seed=seed))["ci_low"]
        for seed in (1, 1, 2)
    )
    assert first == again != other


# --- other software -------------------------------------------------------------------------------


def test_one_speed_equals_statsmodels_hc3():
    table = people(26, (3.5,))
    fit = fit_economy(table, TILT, adjust_for=["sex", "mass_kg"])
    female = (table["sex"] == "male").to_numpy(float)
    design = sm.add_constant(np.column_stack([table[TILT], female, table["mass_kg"]]))
    model = sm.OLS(table[COST].to_numpy(), design)
    expected = model.fit(cov_type="HC3", use_t=True)
    columns = fit.coefficients
    np.testing.assert_allclose(columns["estimate"], expected.params, rtol=1e-9)
    np.testing.assert_allclose(columns["se"], expected.bse, rtol=1e-9)
    np.testing.assert_allclose(columns["p"], expected.pvalues, rtol=1e-9)
    np.testing.assert_allclose(columns[["ci_low", "ci_high"]], expected.conf_int(), rtol=1e-9)


def test_left_out_errors_are_those_of_fits_without_each_runner():
    table = people(14, (3.5,))
    fit = fit_economy(table, TILT)
    errors = []
    for name in table["runner_id"]:
        rest, own = table[table["runner_id"] != name], table[table["runner_id"] == name]
        slope, level = np.polyfit(rest[TILT], rest[COST], 1)
        errors.append(float(own[COST].iloc[0] - level - slope * own[TILT].iloc[0]))
    assert fit.prediction.rmse_with == pytest.approx(np.sqrt(np.mean(np.square(errors))))


def test_several_speeds_equal_fit_mixed():
    table = people(20)
    fit = fit_economy(table, TILT)
    speed = table["speed_m_s"].to_numpy() - 3.5
    columns = np.column_stack([table[TILT], speed, speed**2])
    slope = "speed" if "a slope on speed" in fit.method[0] else None
    names = ["tilt", "speed", "square"]
    expected = fit_mixed(table[COST], columns, table["runner_id"], names=names, slope=slope)
    found = expected.coefficient("tilt")
    row = between(fit)
    assert row["estimate"] == pytest.approx(found.value, rel=1e-6)
    assert row["se"] == pytest.approx(found.se, rel=1e-4)
    assert row["df"] == pytest.approx(found.df, rel=1e-3)
    assert row["p"] == pytest.approx(found.p, rel=1e-3)


def test_split_equals_runner_means_and_deviations():
    """Textbook split, posture not cleared of speed: the same coefficients."""
    table = people(20)
    fit = fit_economy(table, HIP)
    mean = table.groupby("runner_id")[HIP].transform("mean")
    speed = table["speed_m_s"] - 3.5
    columns = np.column_stack([mean, table[HIP] - mean, speed, speed**2])
    slope = "speed" if "a slope on speed" in fit.method[0] else None
    names = ["between", "within", "speed", "square"]
    expected = fit_mixed(table[COST], columns, table["runner_id"], names=names, slope=slope)
    for row in fit.posture.itertuples():
        assert row.estimate == pytest.approx(expected.coefficient(row.part).value, rel=1e-5)


# --- invariances ----------------------------------------------------------------------------------


def numbers(fit):
    return fit.coefficients.select_dtypes("number").to_numpy(float)


@pytest.mark.parametrize("inference", ["satterthwaite", "bootstrap"])
@pytest.mark.parametrize("speeds", [(3.5,), LOW])
def test_names_order_and_cohort_do_not_matter(speeds, inference):
    table = people(14, speeds)
    given = {"adjust_for": ["mass_kg"], "inference": inference, "n_boot": 200}
    expected = numbers(fit_economy(table, TILT, **given))
    renamed = table["runner_id"].map({name: name[::-1] for name in table["runner_id"]})
    for other in (
        table.sample(frac=1, random_state=3),
        table.assign(runner_id=renamed),
        table.assign(cohort="my_lab", simulated=False),
    ):
        np.testing.assert_allclose(numbers(fit_economy(other, TILT, **given)), expected, rtol=1e-6)


def test_units_and_signs_only_rescale():
    table = people(20)
    first = fit_economy(table, TILT)
    radians = table.assign(**{TILT: -np.deg2rad(table[TILT])})
    second = fit_economy(radians, TILT)
    assert between(second)["estimate"] == pytest.approx(-between(first)["estimate"] * 180 / np.pi)
    assert between(second)["standardized"] == pytest.approx(-between(first)["standardized"])
    assert second.equivalence.p == pytest.approx(first.equivalence.p)


def test_the_same_names_in_two_cohorts_are_other_people():
    first = people(12, (3.5,), seed=1)
    second = people(12, (3.5,), seed=2).assign(cohort="other")
    fit = fit_economy(pd.concat([first, second]), TILT)
    assert fit.n_runners == 24
    assert any("Pools the cohorts" in text for text in fit.warnings)


def test_speed_named_among_the_covariates_is_the_same_model():
    table = people(14)
    named = fit_economy(table, TILT, adjust_for=["speed_m_s", "mass_kg"])
    np.testing.assert_array_equal(
        numbers(named), numbers(fit_economy(table, TILT, adjust_for="mass_kg"))
    )


def test_unbalanced_speeds_are_cleared_of_speed():
    """Those who ran the fast speeds only do not count as runners with more hip extension."""
    table = people(30, effects=NOTHING)
    fast = table["runner_id"].isin(table["runner_id"].unique()[::2])
    kept = table[(fast & (table["speed_m_s"] > 3)) | (~fast & (table["speed_m_s"] < 4))]
    fit = fit_economy(kept, HIP)
    full = fit_economy(table, HIP)
    assert between(fit)["sd"] == pytest.approx(between(full)["sd"], rel=0.1)


# --- what stands beside the number ----------------------------------------------------------------


def test_the_card_reads_as_sentences():
    text = repr(fit_economy(people(24), TILT, adjust_for=["sex"], reliability=0.8))
    for part in (
        "Standing pelvic tilt and energy cost at 2.5, 3.5 and 4.5 m/s, adjusted for sex (24 run",
        "What 24 runners can show, with 80 % power: r of 0.5",
        "Shaw and others 2013",
        "Prediction of runners left out",
        "moves it most",
        "Simulated: these runners were made by a program.",
        "Satterthwaite degrees of freedom",
        "These are associations; none of them shows an effect.",
        "With a reliability of 0.80",
    ):
        assert part in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 98


def test_margins_come_from_the_literature_or_are_given():
    table = people(20)
    assert fit_economy(table, TILT).equivalence.margin_pct == 1.71
    assert fit_economy(table, TILT, outcome="oxygen_cost_ml_kg_km").equivalence.margin_pct == 1.38
    given = fit_economy(table, TILT, margin_pct=3.0).equivalence
    assert (given.margin_pct, given.source) == (3.0, "as given")
    own = fit_economy(table.assign(my_index=table[COST]), TILT, outcome="my_index")
    assert np.isnan(own.equivalence.p)
    assert "give margin_pct" in " ".join(repr(own).split())


def test_equivalence_is_the_larger_of_two_one_sided_tests():
    table = people(60, (3.5,), effects=NOTHING)
    fit = fit_economy(table, TILT)
    row, sd, margin = between(fit), table[TILT].std(), fit.equivalence.margin
    from scipy import stats

    t = [(row["estimate"] * sd + margin), (margin - row["estimate"] * sd)]
    p = max(stats.t.sf(value / (row["se"] * sd), row["df"]) for value in t)
    assert fit.equivalence.p == pytest.approx(p)


def test_detectable_needs_no_result():
    found = fit_economy(people(62, (3.5,)), TILT).detectable
    assert found.r == pytest.approx(0.35, abs=0.005)
    assert found.power == 0.8
    assert found.per_sd > 0


def test_attenuation_is_undone():
    table = people(200, (3.5,), measurement_error={TILT: 4.0}, seed=5)
    truth = table.attrs["truth"]
    plain = fit_economy(table, TILT)
    icc = truth["reliability_of_standing_pelvic_tilt"]
    fit = fit_economy(table, TILT, reliability={TILT: icc})
    assert plain.attenuation is None
    assert fit.attenuation.estimate == pytest.approx(between(plain)["estimate"] / icc)
    assert fit.attenuation.low <= truth["total_j_kg_m"] <= fit.attenuation.high
    adjusted = fit_economy(table, TILT, adjust_for=[HIP], reliability=icc).attenuation
    assert adjusted.given_covariates < icc
    assert "would be" in repr(fit)
    little = fit_economy(table, TILT, adjust_for=[HIP], reliability=0.01)
    assert "leave nothing reliable" in repr(little)


def test_reliability_is_found_in_a_table():
    made = pd.DataFrame({"measure": [TILT, HIP], "icc": [0.5, 0.6], "icc_mean": [0.8, 0.9]})
    assert fit_economy(people(20), TILT, reliability=made).attenuation.reliability == 0.8


def test_one_runner_who_decides_is_named():
    rng = np.random.default_rng(4)
    table = people(20, (3.5,), effects=NOTHING)
    table[COST] = 4.3 + rng.normal(0, 0.05, 20)
    table = changed(table, "S003", **{TILT: 34.0, COST: 5.6})
    fit = fit_economy(table, TILT)
    assert fit.influence.iloc[0]["runner_id"] == "S003"
    quiet = fit.influence.set_index("runner_id")
    without = fit_economy(table[table["runner_id"] != "S003"], TILT)
    assert quiet.loc["S003", "estimate"] == pytest.approx(between(without)["estimate"])
    assert quiet.loc["S003", "decides"] == (without.verdict != fit.verdict)
    assert "S003" in fit.decides


def test_influence_of_the_mixed_model_is_a_refit():
    table = people(12)
    fit = fit_economy(table, TILT)
    assert len(fit.influence) == 12
    assert "single runner" in fit.decides


def test_collinearity_is_said():
    table = people(30, (3.5,))
    table["twin"] = table["mass_kg"] + np.random.default_rng(0).normal(0, 0.5, 30)
    fit = fit_economy(table, TILT, adjust_for=["mass_kg", "twin"])
    assert (fit.collinearity["vif"] > 5).sum() == 2
    assert any("Collinear: Body mass" in text and "twin" in text for text in fit.warnings)
    design = table[[TILT, "mass_kg", "twin"]].corr()
    assert fit.collinearity["vif"].tolist() == pytest.approx(np.diag(np.linalg.inv(design)))


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"adjust_for": "mass_kg"}, "Shared denominator: energy_cost_j_kg_m is divided by body"),
        ({"adjust_for": "leg_power_w_kg"}, "are both divided by body mass"),
        ({"adjust_for": HIP}, "coupled by definition"),
        ({"posture": "thomas_test_deg"}, "weak instrument"),
        ({"adjust_for": "sex"}, "Not adjusted for sex, which is the same for all."),
    ],
)
def test_arithmetic_and_definitions_are_said(options, part):
    table = people(20).assign(leg_power_w_kg=np.random.default_rng(1).normal(40, 4, 60))
    if options.get("adjust_for") == "sex":
        table["sex"] = "female"
    fit = fit_economy(table, **{"posture": TILT} | options)
    assert any(part in text for text in fit.warnings)


def test_absolute_cost_shares_nothing():
    table = people(20)
    table["cost_w"] = table[COST] * table["mass_kg"] * table["speed_m_s"]
    fit = fit_economy(table, TILT, outcome="cost_w", adjust_for="mass_kg")
    assert not any("Shared denominator" in text for text in fit.warnings)


def test_pooled_laboratories_equations_and_high_exchange_ratios_are_said():
    table = people(24, (3.5,))
    half = np.arange(24) < 12
    table["laboratory"] = np.where(half, "Oslo", "Leeds")
    table["energy_equation"] = np.where(half, "weir", "brockway")
    table.loc[0, "respiratory_exchange_ratio"] = 1.05
    said = " ".join(fit_economy(table, TILT).warnings)
    assert "laborator" in said
    assert "Pools costs that differ in energy_equation: brockway, weir" in said
    assert "In 1 of 24 rows the respiratory exchange ratio is 1 or more" in said


def test_random_slope_is_said_either_way():
    rng = np.random.default_rng(2)
    table = people(20)
    runner = pd.factorize(table["runner_id"])[0]
    speed = table["speed_m_s"] - 3.5
    steep = table.assign(**{COST: table[COST] + 0.3 * rng.normal(size=20)[runner] * speed})
    assert "and a slope on speed, of their own" in fit_economy(steep, TILT).method[0]
    two = fit_economy(table[table["speed_m_s"] < 4], TILT)
    assert "was not tried, since there are too few speeds" in two.method[0]
    assert "squared" not in " ".join(two.coefficients["label"])


def test_who_was_left_out_is_said():
    table = changed(people(20), "S002", mass_kg=np.nan)
    table.loc[table.index[table["runner_id"] == "S005"][0], COST] = np.nan
    fit = fit_economy(table, TILT, adjust_for=["mass_kg"])
    said = " ".join(fit.warnings)
    assert fit.n_runners == 19
    assert "1 runner (S002)" in said
    assert "1 trial of 1 runner." in said

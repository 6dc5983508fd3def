"""Posture and economy: what runners cannot answer is an answer, what is asked wrongly an error."""

import os

import numpy as np
import pandas as pd
import pytest
from made_posture import COST, HIP, LEAN, LOW, RUNNING, TILT, between, changed, people

from glutelab.errors import DataError
from glutelab.measures.costs import COSTS
from glutelab.models.economy import fit_economy
from glutelab.models.mixed.solve import solve_intercept
from glutelab.models.pathways import posture_pathway
from glutelab.simulate import simulate_runners
from glutelab.tables.words import in_words


def one_cell(**values):
    """The table with one value of one runner at 3.5 m/s set."""
    table = people()
    at = (table["runner_id"] == "S002") & (table["speed_m_s"] == 3.5)
    for name, value in values.items():
        column = table[name].astype(object) if isinstance(value, str) else table[name].copy()
        column[at] = value
        table[name] = column
    return table


# --- what the runners cannot answer is an answer --------------------------------------------------


def lone_levels(n=12):
    names = [f"class {k}" for k in range(n)]
    return people(n, (3.5,)).assign(level=names)


@pytest.mark.parametrize(
    ("table", "options", "part"),
    [
        (people().drop(columns=list(COSTS)), {}, "Not measured in this cohort: Energy cost."),
        (
            people().assign(**{COST: np.nan}),
            {"outcome": COST},
            "Not measured in this cohort: Energy cost.",
        ),
        (people().drop(columns=TILT), {}, "Not measured in this cohort: Standing pelvic tilt."),
        (people(), {"adjust_for": "ober_test_deg"}, "Not measured in this cohort: Ober test."),
        (people(7), {}, "Cannot tell: 7 runners are too few"),
        (people(1), {}, "Cannot tell: 1 runner is too few"),
        (people(12).assign(**{TILT: 9.0}), {}, "Cannot tell: Standing pelvic tilt is the same"),
        (people(12).assign(**{COST: 4.3}), {}, "Cannot tell: Energy cost is the same for all"),
        (lone_levels(), {"adjust_for": "level"}, "Cannot tell: each level has one runner"),
        (
            people(12, (3.5,)).assign(twin=lambda t: 2 * t[TILT]),
            {"adjust_for": "twin"},
            "cannot be told apart from twin",
        ),
        (
            people(20, (3.5,)).assign(twin=lambda t: 2 * t["mass_kg"]),
            {"adjust_for": ["mass_kg", "twin"]},
            "is given by the other columns",
        ),
        (
            people(9, (3.5,)),
            {"adjust_for": ["mass_kg", "height_m", "age_years", "sex", HIP, RUNNING]},
            "9 runners are too few to adjust for mass_kg",
        ),
    ],
)
def test_no_answer_is_an_answer(table, options, part):
    fit = fit_economy(table, TILT, **options)
    assert not fit.answerable
    assert part in fit.reason
    assert " ".join(part.split()) in " ".join(repr(fit).split())
    assert fit.verdict in ("cannot tell", "not measured in this cohort")
    assert fit.posture.empty
    assert fit.influence.empty
    assert fit.decides == ""
    assert np.isnan(fit.prediction.rmse_with)
    assert any("Simulated" in text for text in fit.warnings)


def test_no_runner_with_both_is_said():
    table = people(12, (3.5,))
    half = np.arange(12) < 6
    table.loc[half, COST] = np.nan
    table.loc[~half, TILT] = np.nan
    assert "Cannot tell: no runner has" in fit_economy(table, TILT).reason


def test_the_only_runner_of_a_class_is_left_out_and_named():
    table = changed(people(16, (3.5,)), "S004", level="elite")
    fit = fit_economy(table, TILT, adjust_for="level")
    assert fit.n_runners == 15
    assert any("the only one of their level" in text and "S004" in text for text in fit.warnings)


def test_costs_copied_into_every_row_have_no_residual():
    table = people(12)
    table[COST] = table.groupby("runner_id")[COST].transform("mean")
    fit = fit_economy(table, TILT)
    assert "Were runner means copied into every row?" in fit.reason


def test_cost_computed_from_posture_has_no_residual():
    table = people(12, (3.5,))
    fit = fit_economy(table.assign(**{COST: 4 + 0.01 * table[TILT]}), TILT)
    assert "without any residual" in fit.reason


def test_each_in_a_level_of_their_own_are_adjusted_for_nothing():
    fit = fit_economy(lone_levels(), TILT, adjust_for="level")
    assert fit.reason == (
        "Cannot tell: each level has one runner, so adjusting for level leaves nothing."
    )
    assert not any("Not adjusted" in text for text in fit.warnings)


@pytest.mark.parametrize(
    ("adjust_for", "remedy"), [("mass_kg", "Leave a covariate out."), ((), "Look at one speed")]
)
def test_a_fit_that_did_not_converge_is_no_answer(monkeypatch, adjust_for, remedy):
    def lost(moments):
        ratio, good = solve_intercept(moments)
        return ratio, np.zeros_like(good)

    monkeypatch.setattr("glutelab.models.mixed.fit.solve_intercept", lost)
    table = people(12)
    fit = fit_economy(table[table["speed_m_s"] < 4], TILT, adjust_for=adjust_for)
    assert not fit.answerable
    assert fit.reason.startswith(f"Cannot tell: the fit did not converge. {remedy}")
    assert fit.verdict == "cannot tell"
    assert fit.posture.empty


def test_a_missing_cost_points_to_the_one_that_was_measured():
    made = simulate_runners(20, seed=1).drop(columns="energy_cost_j_kg_m")
    said = str(fit_economy(made, "thomas_test_deg", outcome="energy_cost_j_kg_m"))
    remedy = 'Oxygen cost was: outcome="oxygen_cost_ml_kg_km".'
    assert remedy in said
    assert remedy in in_words(said)  # code in a printed table is still code
    bare = made.drop(columns="oxygen_cost_ml_kg_km")
    assert "outcome=" not in str(fit_economy(bare, "thomas_test_deg"))


def test_the_cost_is_the_one_that_is_there():
    made = simulate_runners(20, speeds_m_s=[3.5], seed=1)
    assert fit_economy(made, TILT).outcome == "energy_cost_j_kg_m"
    alone = made.assign(energy_cost_j_kg_m=np.nan)
    fit = fit_economy(alone, TILT)
    assert (fit.outcome, fit.equivalence.margin_pct) == ("oxygen_cost_ml_kg_km", 1.38)
    asked = fit_economy(alone, TILT, outcome="oxygen_cost_ml_kg_km")
    pd.testing.assert_frame_equal(fit.coefficients, asked.coefficients)
    path = posture_pathway(alone, TILT, "peak_hip_extension_deg", n_boot=300)
    assert path.outcome == "oxygen_cost_ml_kg_km"
    neither = made.drop(columns=["energy_cost_j_kg_m", "oxygen_cost_ml_kg_km"])
    assert fit_economy(neither, TILT).reason == "Not measured in this cohort: Energy cost."


def test_trunk_lean_was_not_measured():
    for options in ({"posture": LEAN}, {"posture": TILT, "adjust_for": LEAN}):
        fit = fit_economy(people(), **options)
        assert fit.reason == "Not measured in this cohort: Mean trunk lean."


def test_numbers_in_a_column_of_any_type_are_numbers():
    table = people(20, (3.5,))
    mixed = table[TILT].astype(object).where(table.index != 3, None)
    fit = fit_economy(table.assign(**{TILT: mixed}), TILT)
    assert fit.n_runners == 19
    assert fit.answerable


def test_the_same_values_in_two_cohorts_are_asked_about():
    table = people(12, (3.5,))
    copy = people(12, (3.5,), seed=2).assign(cohort="mine")
    copy.loc[0, [TILT, COST]] = table.loc[0, [TILT, COST]]
    said = fit_economy(pd.concat([table, copy]), TILT).warnings
    assert "S001 of both cohorts has the same values. The same person?" in said
    said = fit_economy(pd.concat([table, table.assign(cohort="mine")]), TILT).warnings
    assert any("of both cohorts have the same values (12 runners)." in text for text in said)


def test_titles_use_labels():
    fit = fit_economy(people(20), TILT, adjust_for=["sex", "mass_kg"])
    assert fit.title.endswith("m/s, adjusted for sex and body mass")


def test_a_runner_with_a_second_speed_is_not_enough_for_a_mixed_model():
    table = people(12)
    kept = table[(table["speed_m_s"] == 3.5) | (table.index == 0)]
    assert "no row is left to estimate the variance within" in fit_economy(kept, TILT).reason


def test_everyone_at_a_speed_of_their_own_has_speed_in_the_model():
    table = people(20, (3.5,))
    table["speed_m_s"] = np.linspace(3, 4, 20)
    fit = fit_economy(table, TILT)
    assert fit.kind == "least squares"
    assert fit.coefficients["term"].tolist()[2:] == ["speed_m_s", "speed_m_s^2"]
    near = fit_economy(table.assign(speed_m_s=np.linspace(3.46, 3.54, 20)), TILT)
    assert near.coefficients["term"].tolist() == ["intercept", TILT]


def test_legs_are_chosen_by_side():
    import glutelab as gl

    table = gl.runner_means(gl.simulate_cohort(12, seed=1))
    assert fit_economy(table, "thomas_test_deg", side="left").side == "left"
    assert fit_economy(table, "thomas_test_deg").side == "both"


def test_built_in_cohort_without_cost():
    import glutelab as gl

    fit = fit_economy(gl.runner_means(gl.load_cohort("rbds2017")), TILT, adjust_for=["sex"])
    assert fit.verdict == "not measured in this cohort"


# --- what is asked wrongly is an error ------------------------------------------------------------


EVIL = "__import__('os').system('touch x')"


@pytest.mark.parametrize(
    ("table", "options", "part"),
    [
        (people(), {"posture": "standing_pelvic_tlit_deg"}, "Did you mean standing_pelvic_tilt"),
        (people(), {"outcome": "energy_cost"}, "Did you mean energy_cost_j_kg_m"),
        (people(), {"adjust_for": ["mas_kg"]}, "Did you mean mass_kg"),
        (people(), {"posture": "level"}, "posture level holds words"),
        (people(), {"outcome": "sex"}, "outcome sex holds words"),
        (people(), {"posture": COST}, "is no posture"),
        (people(), {"posture": [TILT]}, "is no name of a column"),
        (people(), {"posture": "speed_m_s"}, "is no posture"),
        (people(), {"adjust_for": [TILT]}, "asked for twice"),
        (people(), {"adjust_for": "oxygen_cost_ml_kg_km"}, "in another unit"),
        (people(), {"adjust_for": "runner_id"}, "the runner is the unit"),
        (people(), {"speed_m_s": 5.5}, "There are: 2.5, 3.5, 4.5 m/s"),
        (people(), {"side": "left"}, "there is no left side"),
        (people(), {"inference": "z"}, "Expected 'satterthwaite' or 'bootstrap'"),
        (people(), {"n_boot": 20}, "Expected 200 resamples"),
        (people(), {"confidence": 95}, "Expected a part of one"),
        (people(), {"margin_pct": -1}, "Expected percent"),
        (people(), {"reliability": 1.4}, "Expected an ICC"),
        (people(slopes_pct=(0, 2)), {}, "would pool slope_pct of 0, 2"),
        (people().assign(stride=1), {}, "Strides are not people"),
        (pd.concat([people()] * 2), {}, "several rows at 2.5 m/s"),
        (people().drop(columns="runner_id"), {}, "no column runner_id"),
        ("rbds2017", {}, "a str was given. Expected one row per runner"),
        (people().iloc[:0], {}, "no rows"),
        (changed(vo2_ml_kg_min=-31.0), {}, "runner S002: vo2_ml_kg_min is -31"),
        (changed(respiratory_exchange_ratio=3.0), {}, "runner S002: respiratory_exchange_ratio"),
        (one_cell(vo2_ml_kg_min=-40.0), {}, "runner S002 at 3.5 m/s: vo2_ml_kg_min is -40. Exp"),
        (
            people().assign(respiratory_exchange_ratio=lambda t: 3 + t["speed_m_s"] / 10),
            {},
            "respiratory_exchange_ratio is 3.25 for S001 at 2.5 m/s, and 71 more. Expected 0.4 to "
            "2. Is another column named so?",
        ),
        (one_cell(**{TILT: "n/a"}), {}, f"{TILT} of runner S002 is 'n/a'. Expected a number, or"),
        (one_cell(mass_kg="heavy"), {"adjust_for": "mass_kg"}, "mass_kg of runner S002 is 'heavy'"),
        (
            people().assign(**{COST: lambda t: t[COST].astype(str)}),
            {},
            f"runners['{COST}'] = pandas.to_numeric(runners['{COST}'])",
        ),
        (people().assign(**{TILT: True}), {}, "holds yes and no. Expected a number per runner"),
        (one_cell(speed_m_s="fast"), {}, "speed_m_s of runner S002 is 'fast'. Expected m/s."),
        (pd.concat([people()] * 2), {}, "or is the row in it twice?"),
        (
            one_cell(sex="other"),
            {"adjust_for": "sex"},
            "runner S002 has two values of sex: ",
        ),
        (
            people().assign(respiratory_exchange_ratio=3.0),
            {},
            "respiratory_exchange_ratio is 3 for S001 at 2.5 m/s, and 23 more.",
        ),
        (
            people().assign(mass_kg=-3.0),
            {"adjust_for": "mass_kg"},
            "mass_kg is -3 for S001, and 23 more.",
        ),
        (people().assign(runner_id=None), {}, "72 rows have no runner_id"),
        (changed(**{COST: 0.0}), {}, f"runner S002: {COST} is 0"),
        (changed(**{COST: np.inf}), {}, "of runner S002 is infinite"),
        (changed(**{TILT: 200.0}), {}, f"runner S002: {TILT} is 200"),
        (changed(my_cost=-1.0), {"outcome": "my_cost"}, "my_cost is -1. Expected more than 0"),
        (changed(speed_m_s=np.nan), {}, "S002 has a row without speed_m_s"),
        (people(), {"adjust_for": EVIL}, "nothing of that name"),
    ],
)
def test_wrongly_asked_is_an_error(table, options, part):
    with pytest.raises(DataError) as caught:
        fit_economy(table, **{"posture": TILT} | options)
    assert part in " ".join(str(caught.value).split())


@pytest.mark.parametrize("speeds", [(3.5,), LOW])
def test_names_of_columns_are_never_evaluated(speeds, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = people(14, speeds)
    table[EVIL] = table[TILT]
    table["C(x) + I(y)"] = table["mass_kg"]
    table["level"] = np.where(pd.factorize(table["runner_id"])[0] % 2, EVIL, "recreational")
    fit = fit_economy(table, EVIL, adjust_for=["C(x) + I(y)", "level"])
    repr(fit)
    assert fit.answerable
    assert between(fit)["term"] == EVIL
    assert not os.listdir(tmp_path)  # noqa: PTH208

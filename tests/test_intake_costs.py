"""Oxygen uptake, exchange ratio and speed of a table become the costs that models ask for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from labs import write_recipe

import glutelab as gl
from glutelab.economy import running_economy, simulate_step_test
from glutelab.intake.costs import fill_costs
from glutelab.models.economy import fit_economy
from glutelab.reporting.methods import describe_methods

RECIPE = """
[cohort]
name = "eight"
start = "runners"
[runners]
file = "runners.csv"
columns = { runner_id = "Runner", level = "Group", standing_pelvic_tilt_deg = "Tilt" }
[trials]
file = "runners.csv"
slope_pct = 0
[trials.columns]
runner_id = "Runner"
speed_m_s = "Speed (km/h)"
vo2_ml_kg_min = "VO2 (ml/kg/min)"
respiratory_exchange_ratio = "RER"
"""


def trials(**columns):
    there = {"trial_id": ["A", "B"], "speed_m_s": 3.0, "vo2_ml_kg_min": [36.0, 37.8]}
    return pd.DataFrame(there | columns)


@pytest.fixture
def lab(tmp_path):
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"Runner": [f"P{n}" for n in range(8)], "Group": "recreational"})
    rows["Speed (km/h)"], rows["Tilt"] = 12, rng.normal(10, 3, 8).round(1)
    rows["VO2 (ml/kg/min)"] = rng.normal(42, 3, 8).round(1)
    rows["RER"] = [0.9] * 7 + [1.04]
    folder = tmp_path / "lab"
    folder.mkdir()
    rows.to_csv(folder / "runners.csv", index=False)
    write_recipe(folder, RECIPE)
    return folder, rows


def test_uptake_and_speed_are_enough_for_a_model(lab):
    folder, rows = lab
    check = gl.check_folder(folder, workers=1, progress=False)
    notes = "\n".join(check.notes)
    assert "steady state was not checked (8 trials; gross)" in notes
    assert "no energy cost of 1 trial: exchange ratio above 1.0" in notes
    assert check.problems == []
    cohort = gl.load_cohort(gl.import_cohort(folder, workers=1, progress=False))
    found = cohort.trials.set_index("runner_id").loc[rows["Runner"]]
    expected = rows["VO2 (ml/kg/min)"] / (12000 / 60) * 1000
    assert found["oxygen_cost_ml_kg_km"].to_numpy() == pytest.approx(expected.to_numpy())
    assert found["energy_cost_j_kg_m"].isna().tolist() == [False] * 7 + [True]
    assert set(found["energy_baseline"]) == {"gross"}
    assert found["notes"].str.contains("steady state was not checked").all()
    assert all("respiratory_exchange_ratio is 1.04" in said for said in cohort.problems())
    runners = gl.runner_means(cohort)
    fit = fit_economy(runners, "standing_pelvic_tilt_deg", outcome="oxygen_cost_ml_kg_km")
    assert (fit.answerable, fit.n_runners) == (True, 8)


def test_methods_name_the_cost_that_was_measured(lab):
    folder, _ = lab
    write_recipe(folder, RECIPE.replace('respiratory_exchange_ratio = "RER"\n', ""))
    cohort = gl.load_cohort(gl.import_cohort(folder, workers=1, progress=False))
    said = "".join(describe_methods(cohort))
    assert "Posture and economy (oxygen cost): least squares" in said
    assert "Running cost was not measured" not in said
    assert fit_economy(gl.runner_means(cohort), "standing_pelvic_tilt_deg").answerable


def test_a_speed_is_printed_with_four_digits(lab):
    folder, rows = lab
    table = pd.concat([rows, rows.assign(**{"Speed (km/h)": 14})])
    table.to_csv(folder / "runners.csv", index=False)
    cohort = gl.load_cohort(gl.import_cohort(folder, workers=1, progress=False))
    runners = gl.runner_means(cohort)
    printed = [
        str(fit_economy(runners, "standing_pelvic_tilt_deg", outcome="oxygen_cost_ml_kg_km")),
        repr(gl.claims(runners, only="6", n_boot=300)),
        "".join(describe_methods(cohort)),
        repr(cohort),
    ]
    for text in printed:
        assert "3.333" in text
        assert "3.889" in text
        assert "3.3333" not in text
        assert "3.8888" not in text


def test_the_same_as_running_economy():
    gas, _ = simulate_step_test([3.0, 3.5], oxygen_cost_ml_kg_km=205, seed=1)
    stages = running_economy(gas).query("accepted")
    table = stages.rename(columns={"stage": "trial_id", "rer": "respiratory_exchange_ratio"})
    table = table[["trial_id", "speed_m_s", "vo2_ml_kg_min", "respiratory_exchange_ratio"]]
    found, _, _ = fill_costs(table, "t")
    for name in ("oxygen_cost_ml_kg_km", "energy_cost_j_kg_m"):
        assert found[name].to_numpy() == pytest.approx(stages[name].to_numpy(), rel=2e-3)
    assert set(found["energy_equation"]) == set(stages["equation"])
    assert set(found["energy_baseline"]) == set(stages["baseline"])


def test_a_given_cost_is_kept_and_compared():
    table = trials(oxygen_cost_ml_kg_km=[220.0, np.nan], respiratory_exchange_ratio=0.9)
    found, _, warnings = fill_costs(table, "t.csv")
    assert found["oxygen_cost_ml_kg_km"].tolist() == pytest.approx([220, 210])
    assert found["energy_cost_j_kg_m"].isna().tolist() == [True, False]
    assert "trial A is 220, but oxygen uptake / speed is 200" in warnings[0]
    assert fill_costs(trials(oxygen_cost_ml_kg_km=[201.0, 209.0]), "t.csv")[2] == []


def test_an_exchange_ratio_that_gives_no_energy_is_said_with_given_costs_too():
    table = trials(oxygen_cost_ml_kg_km=[200.0, 210.0], respiratory_exchange_ratio=[1.02, 0.6])
    found, notes, _ = fill_costs(table, "t.csv")
    pd.testing.assert_frame_equal(found, table)
    assert "ratio above 1.0" in notes[0]
    assert "ratio below 0.7" in notes[1]


def test_a_given_energy_cost_is_kept_and_never_mixed_with_an_unknown_equation():
    given = {"energy_cost_j_kg_m": [4.0, np.nan], "respiratory_exchange_ratio": 0.9}
    found, notes, _ = fill_costs(trials(**given), "t.csv")
    assert found["energy_cost_j_kg_m"].fillna(0).tolist() == [4, 0]
    assert "Name it in energy_equation" in "".join(notes)
    found, _, _ = fill_costs(trials(**given, energy_equation=["brockway", None]), "t.csv")
    watts = (16.58 + 0.9 * 4.51) * 37.8 / 60
    assert found["energy_cost_j_kg_m"].tolist() == pytest.approx([4, watts / 3])
    assert found["energy_equation"].tolist() == ["brockway", "brockway"]


@pytest.mark.parametrize(
    "columns",
    [
        {"energy_baseline": "net of standing"},
        {"vo2_ml_kg_min": np.nan},
        {"speed_m_s": 0.0},
    ],
)
def test_what_does_not_follow_is_not_computed(columns):
    table = trials(**columns)
    found, notes, warnings = fill_costs(table, "t.csv")
    pd.testing.assert_frame_equal(found, table)
    assert (notes, warnings) == ([], [])

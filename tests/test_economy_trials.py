"""Costs of stages find their trials, or say why not."""

import numpy as np
import pandas as pd
import pytest

import glutelab as gl
from glutelab.errors import DataError, ProblemList
from glutelab.schema import TRIALS, find_problems


@pytest.fixture(scope="module")
def economy():
    parts = []
    for name, cost in (("A", 200.0), ("B", 215.0)):
        gas, _ = gl.economy.simulate_step_test([3.0, 3.5], cost, mass_kg=60, seed=1)
        parts.append(gl.running_economy(gas).assign(runner_id=name))
    return pd.concat(parts)


@pytest.fixture
def trials():
    rows = [("A30", "A", 3.0), ("A35", "A", 3.5), ("A40", "A", 4.0), ("B30", "B", 3.02)]
    rows.append(("B35", "B", 3.5))
    return pd.DataFrame(rows, columns=["trial_id", "runner_id", "speed_m_s"])


def test_each_trial_gets_the_cost_of_its_runner_and_speed(trials, economy):
    found = gl.add_costs(trials, economy).set_index("trial_id")
    stage = economy[(economy["runner_id"] == "B") & (economy["speed_m_s"] == 3.5)].iloc[0]
    assert found.loc["B35", "energy_cost_j_kg_m"] == stage["energy_cost_j_kg_m"]
    assert found.loc["B35", "respiratory_exchange_ratio"] == stage["rer"]
    assert np.isnan(found.loc["A40", "oxygen_cost_ml_kg_km"])
    assert pd.isna(found.loc["A40", "energy_equation"])
    assert found["oxygen_cost_ml_kg_km"].notna().sum() == 4
    assert find_problems(TRIALS, found.reset_index(), "trials") == []


def test_costs_go_from_breaths_to_the_model(economy, tmp_path):
    made = gl.load_cohort("simulated")
    two = made.runners["runner_id"].unique()[:2]
    trials = made.trials[made.trials["runner_id"].isin(two) & (made.trials["speed_m_s"] < 4)]
    old = ["vo2_ml_kg_min", "respiratory_exchange_ratio", "oxygen_cost_ml_kg_km"]
    trials = trials.drop(columns=[*old, "energy_cost_j_kg_m", "energy_equation", "energy_baseline"])
    tests = economy.replace({"runner_id": dict(zip("AB", two, strict=True))})
    tests.loc[tests["speed_m_s"] == 3.0, "speed_m_s"] = 2.5
    tables = {
        "runners": made.runners[made.runners["runner_id"].isin(two)],
        "trials": gl.add_costs(trials, tests),
        "strides": made.strides[made.strides["trial_id"].isin(trials["trial_id"])],
    }
    about = {"name": "with-costs", "title": "With costs", "simulated": True}
    gl.cohort.write_cohort(tmp_path / "with-costs", tables, {}, about)
    runners = gl.runner_means(gl.load_cohort(tmp_path / "with-costs"))
    assert runners["energy_cost_j_kg_m"].notna().all()
    fit = gl.fit_economy(runners, "standing_pelvic_tilt_deg")
    assert fit.verdict == "cannot tell"


def test_a_refused_stage_leaves_no_cost_and_its_reason(trials, economy):
    tests = economy.reset_index(drop=True)
    tests.loc[1, ["accepted", "reason"]] = [False, "respiratory exchange ratio 1.04"]
    row = gl.add_costs(trials, tests).iloc[0]
    assert np.isnan(row["energy_cost_j_kg_m"])
    assert row["notes"] == "no cost: respiratory exchange ratio 1.04"


def test_a_simulated_cost_is_called_so(trials, economy):
    notes = gl.add_costs(trials, economy).set_index("trial_id")["notes"]
    assert notes["A30"].endswith("cost simulated, not measured")
    assert notes["A40"] == ""


def test_notes_of_the_trials_stay(trials, economy):
    found = gl.add_costs(trials.assign(notes="left heel marker late"), economy)
    assert found["notes"].str.startswith("left heel marker late").all()


def test_a_stage_without_a_trial_is_an_error_that_names_it(trials, economy):
    with pytest.raises(ProblemList) as error:
        gl.add_costs(trials[trials["runner_id"] == "A"], economy)
    assert "B, stage 2: there is no trial at 3.00 m/s; this runner has none." in str(error.value)
    with pytest.raises(ProblemList, match=r"at 3\.50 m/s; this runner's are at 3, 4 m/s\."):
        gl.add_costs(trials.drop(index=1), economy)


def test_slopes_and_sessions_are_kept_apart(trials, economy):
    with pytest.raises(ProblemList, match="at 3.00 m/s and 5 %"):
        gl.add_costs(trials, economy.assign(slope_pct=5.0))
    twice = pd.concat([economy, economy])
    with pytest.raises(ProblemList, match="trial A30: A, stage 2 and A, stage 2 both fit"):
        gl.add_costs(trials, twice)
    days = pd.concat([economy.assign(session=1), economy.assign(session=2)])
    visits = pd.concat([trials.assign(session=day) for day in (1, 2)], ignore_index=True)
    found = gl.add_costs(visits, days)
    assert found["energy_cost_j_kg_m"].notna().sum() == 8


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda t, e: (t, e.drop(columns="runner_id")), "whose test it is"),
        (lambda t, e: (t.drop(columns="runner_id"), e), "trials: there is no column runner_id"),
        (lambda t, e: (t, None), "economy is a NoneType"),
        (lambda t, e: (gl.add_costs(t, e), e), "have vo2_ml_kg_min, .* already"),
        (lambda t, e: (t.set_index("runner_id", drop=False), e), "share an index"),
        (
            lambda t, e: (t, e.assign(baseline=["gross", "gross", "net of standing"] * 2)),
            "differ in baseline: gross, net of standing",
        ),
    ],
)
def test_tables_that_cannot_be_used(trials, economy, change, expected):
    with pytest.raises(DataError, match=expected):
        gl.add_costs(*change(trials, economy))

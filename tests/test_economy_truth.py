"""Running economy of simulated tests: their known truth comes back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_breaths import refused, steady

from glutelab.economy import EQUATIONS, metabolic_power_w, running_economy, simulate_step_test
from glutelab.formats.gas_exchange import GasExchange

# --- known truth ----------------------------------------------------------------------------------


def many(count=60, window_s=120.0, **asked):
    """All running stages of many simulated tests."""
    parts = []
    for seed in range(count):
        gas, truth = simulate_step_test([2.8, 3.2, 3.6, 4.0], seed=seed, **asked)
        table = running_economy(gas, window_s=window_s)
        table = table.query("speed_m_s > 0 or speed_m_s != speed_m_s")
        parts.append(table.assign(truth=truth["oxygen_cost_ml_kg_km"].to_numpy()))
    return pd.concat(parts, ignore_index=True)


def test_costs_come_back_without_noise():
    costs = [215.0, 205.0, 200.0]
    gas, _ = simulate_step_test([2.8, 3.4, 4.0], costs, noise=0.0, stage_s=600, tau_s=30, seed=0)
    table = running_economy(gas).query("speed_m_s > 0")
    assert table["accepted"].all()
    np.testing.assert_allclose(table["oxygen_cost_ml_kg_km"], costs, rtol=1e-4)
    for name in EQUATIONS:
        found = running_economy(gas, equation=name).query("speed_m_s > 0")
        per_km = metabolic_power_w(np.array(costs), 0.88 * np.array(costs), name)  # W/kg per km/min
        np.testing.assert_allclose(found["energy_cost_j_kg_m"], per_km * 60 / 1000, rtol=1e-4)


@pytest.mark.parametrize("tau_s", [30.0, 40.0])
def test_costs_come_back_with_noise(tau_s):
    table = many(tau_s=tau_s, oxygen_cost_ml_kg_km=[215, 210, 205, 200])
    kept = table[table["accepted"]]
    error = kept["oxygen_cost_ml_kg_km"] / kept["truth"] - 1
    assert abs(error.mean()) < 0.004  # a four-minute settling leaves less than half a percent
    assert error.std() < 0.10 / np.sqrt(55)  # noise of a breath, some 60 of them
    assert abs(kept["rer"].mean() - 0.88) < 0.005


def test_steady_stages_are_seldom_refused_and_drifting_ones_often():
    rate = {}
    for slope in (0.0, 100.0, 200.0, 400.0):
        table = many(40, slow_component_ml_min2=slope, noise=0.06)
        rate[slope] = 1 - table["accepted"].mean()
    assert rate[0.0] <= 0.05
    assert rate[100.0] > 0.6
    assert rate[200.0] > 0.95
    assert rate[400.0] == 1.0


@pytest.mark.parametrize("window_s", [60.0, 120.0])
def test_more_noise_makes_the_gate_weaker_and_says_so(window_s):
    """Rates of many more stages: benchmarks/economy_gate.py."""
    rises = (0.0, 100.0, 200.0)
    tables = [many(40, slow_component_ml_min2=s, noise=0.12, window_s=window_s) for s in rises]
    refused = [1 - table["accepted"].mean() for table in tables]
    assert refused[0] <= 0.075  # 5 %, of 160
    assert refused[0] < refused[1] < refused[2]
    for table in tables[1:]:
        kept = table[table["accepted"]]
        assert kept["caution"].str.contains("too noisy to confirm").all()


def test_a_rising_stage_is_never_accepted_in_silence():
    for noise, stage_s in ((0.02, 300), (0.05, 300), (0.05, 480), (0.12, 480)):
        table = many(15, slow_component_ml_min2=100.0, noise=noise, stage_s=stage_s)
        kept = table[table["accepted"]]
        assert kept["caution"].str.contains("to confirm").all()


def test_long_stages_are_confirmed_and_short_windows_look_at_the_whole_slope():
    table = many(15, noise=0.05, stage_s=480)
    assert (table["caution"] == "").mean() > 0.9
    short, usual = (many(3, window_s=window_s, stage_s=330) for window_s in (60.0, 120.0))
    columns = ["vo2_slope_ml_min2", "vo2_slope_se_ml_min2", "accepted"]
    pd.testing.assert_frame_equal(short[columns], usual[columns])


def test_the_slope_is_of_the_last_five_minutes_at_most():
    time = np.arange(2.0, 1201.0, 2.0)
    early = 2800 + np.where(time < 800, 100 * (time - 800) / 60, 0)
    assert running_economy(steady(vo2=early, length_s=1200), mass_kg=70)["accepted"].all()
    late = 2800 + np.where(time > 900, 100 * (time - 900) / 60, 0)
    assert "VO2 rises by 100" in refused(steady(vo2=late, length_s=1200))


def test_few_averages_confirm_nothing():
    means = steady(vo2=2800 + np.tile([-1.0, 1.0], 5), step=30.0)
    row = running_economy(GasExchange(means, interval_s=30.0), mass_kg=70).iloc[0]
    assert row["accepted"]
    assert row["caution"] == "4 values are too few to confirm that VO2 is steady"


@pytest.mark.parametrize("count", [5, 15])
def test_running_averages_are_no_independent_breaths(count):
    refused = 0
    for seed in range(60):
        gas, _ = simulate_step_test([3.5], seed=seed, noise=0.12)
        gases = ["vo2_ml_min", "vco2_ml_min"]
        means = gas.breaths[gases].rolling(count, min_periods=1).mean()
        table = running_economy(gas.breaths.assign(**means), mass_kg=70)
        refused += not table["accepted"].iloc[-1]
    assert refused / 60 <= 0.1  # 40 % if they were taken as independent


def test_stages_too_short_for_the_kinetics_are_refused():
    table = many(10, stage_s=120)
    assert not table["accepted"].any()
    assert table["reason"].str.contains("the stage lasts").all()


def test_the_same_seed_gives_the_same_breaths():
    a, b, c = (simulate_step_test([3.0], seed=seed)[0].breaths for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(a, b)
    assert not a.equals(c)

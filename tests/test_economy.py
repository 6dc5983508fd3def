"""Running economy: worked checks, invariances, and stages that have to be refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_breaths import COSTS, refused, steady

from glutelab.economy import (
    ECONOMY,
    EQUATIONS,
    find_stages,
    metabolic_power_w,
    running_economy,
    simulate_step_test,
)
from glutelab.errors import DataError
from glutelab.formats.gas_exchange import GasExchange, read_gas_exchange
from glutelab.schema import find_problems

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples" / "gas_exchange"

# --- worked checks --------------------------------------------------------------------------------


def test_worked_check_of_the_whole_table():
    row = running_economy(steady(), mass_kg=70).iloc[0]
    assert row["accepted"]
    assert f"{row['vo2_ml_kg_min']:.0f}" == "40"
    assert f"{row['rer']:.2f}" == "0.90"
    assert f"{row['oxygen_cost_ml_kg_km']:.0f}" == "200"
    assert f"{row['metabolic_power_w_kg']:.3f}" == "14.164"
    assert f"{row['energy_cost_j_kg_m']:.3f}" == "4.249"
    assert f"{row['energy_cost_kcal_kg_km']:.3f}" == "1.016"
    assert (row["equation"], row["baseline"]) == ("peronnet-massicotte", "gross")
    assert (row["reason"], row["caution"]) == ("", "")


@pytest.mark.parametrize(
    ("equation", "watts", "joules", "kcal"),
    [
        # 16.89 x 2/3 + 4.84 x 0.6; 16.58 x 2/3 + 4.51 x 0.6;
        # 3.941 x 0.040 + 1.106 x 0.036 kcal/min
        ("peronnet-massicotte", 14.164, 4.2492, 1.01558),
        ("brockway", 13.759333, 4.1278, 0.986568),
        ("weir", 13.769265, 4.130779, 0.98728),
    ],
)
def test_each_equation(equation, watts, joules, kcal):
    assert float(metabolic_power_w(40, 36, equation)) == pytest.approx(watts, abs=5e-7)
    row = running_economy(steady(), mass_kg=70, equation=equation).iloc[0]
    assert row["metabolic_power_w_kg"] == pytest.approx(watts, abs=5e-7)
    assert row["energy_cost_j_kg_m"] == pytest.approx(joules, abs=5e-6)
    assert row["energy_cost_kcal_kg_km"] == pytest.approx(kcal, abs=5e-6)
    assert row["equation"] == equation


def test_weir_in_his_own_unit():
    kcal_min = metabolic_power_w(1000, 1000, "weir") * 60 / 4184
    assert float(kcal_min) == pytest.approx(3.941 + 1.106, abs=1e-12)


def test_equations_say_where_they_are_from():
    assert all("19" in equation.source for equation in EQUATIONS.values())
    with pytest.raises(DataError, match="there is no 'zuntz'. Expected peronnet-massicotte"):
        running_economy(steady(), mass_kg=70, equation="zuntz")


# --- invariances ----------------------------------------------------------------------------------


def test_time_may_start_anywhere():
    gas, _ = simulate_step_test([3.0, 3.6], seed=3)
    later = gas.breaths.assign(time_s=gas.breaths["time_s"] + 1000)
    a, b = running_economy(gas), running_economy(later, mass_kg=70)
    np.testing.assert_allclose(a[COSTS], b[COSTS])
    assert a["accepted"].tolist() == b["accepted"].tolist()


def test_mass_scales_cost_per_kilogram():
    a = running_economy(steady(), mass_kg=70).iloc[0]
    b = running_economy(steady(), mass_kg=60).iloc[0]
    np.testing.assert_allclose(a[COSTS].to_numpy(float) * 70 / 60, b[COSTS].to_numpy(float))


def test_breaths_and_their_averages_agree():
    gas, _ = simulate_step_test([3.2], seed=9, stage_s=360)
    seconds = gas.breaths.assign(bin=np.ceil(gas.breaths["time_s"] / 15) * 15)
    means = seconds.groupby("bin").mean().assign(time_s=lambda t: t.index).reset_index(drop=True)
    means["speed_m_s"] = np.where(means["time_s"] > 120, 3.2, 0.0)
    averaged = GasExchange(means, sampling="averaged", interval_s=15.0, mass_kg=70.0)
    a, b = (running_economy(g).iloc[-1]["oxygen_cost_ml_kg_km"] for g in (gas, averaged))
    assert a == pytest.approx(b, rel=0.01)


def test_stages_found_or_given_are_the_same():
    gas, truth = simulate_step_test([3.0, 3.5, 4.0], seed=5, noise=0.02)
    found = running_economy(gas).query("speed_m_s > 0").reset_index(drop=True)
    given = running_economy(gas.breaths.drop(columns="speed_m_s"), truth, mass_kg=70, slope_pct=0.0)
    np.testing.assert_allclose(found[COSTS], given[COSTS], rtol=0.01)
    assert found["accepted"].tolist() == given["accepted"].tolist()


def test_the_table_keeps_to_its_declaration():
    gas, _ = simulate_step_test([3.0, 3.5], seed=2)
    result = running_economy(gas)
    assert list(result) == ECONOMY.names
    typed = result.astype({c.name: c.pandas_dtype for c in ECONOMY})
    assert find_problems(ECONOMY, typed) == []
    assert result["simulated"].all()
    assert not running_economy(steady(), mass_kg=70)["simulated"].any()


# --- net, and allometric --------------------------------------------------------------------------


def test_net_of_standing():
    gross = running_economy(steady(), mass_kg=70).iloc[0]
    standing = {"vo2_ml_min": 350.0, "vco2_ml_min": 280.0}
    net = running_economy(steady(), mass_kg=70, standing=standing).iloc[0]
    assert net["baseline"] == "net of standing"
    assert net["oxygen_cost_ml_kg_km"] == pytest.approx(175)
    power_w = float(metabolic_power_w(5.0, 4.0))
    assert net["metabolic_power_w_kg"] == pytest.approx(gross["metabolic_power_w_kg"] - power_w)
    assert net["vo2_ml_kg_min"] == gross["vo2_ml_kg_min"]


def test_standing_in_the_same_recording():
    gas, _ = simulate_step_test([3.0], noise=0.0, seed=1, stage_s=600)
    gross = running_economy(gas).iloc[-1]
    net = running_economy(gas, standing=(0, 120)).iloc[-1]
    off = 5.0 / (3.0 * 0.06)
    assert net["oxygen_cost_ml_kg_km"] == pytest.approx(gross["oxygen_cost_ml_kg_km"] - off)


@pytest.mark.parametrize(
    ("standing", "sentence"),
    [
        ((0, 30), "it lasts 30 s"),
        ((200, 290), "VO2 is 40.0 ml/kg/min.*still recovering"),
        ((5000, 5100), "0 values between 5000 and 5100 s"),
        ({"vo2_ml_min": 350.0}, "no vco2_ml_min"),
        ({"vo2_ml_min": 5.0, "vco2_ml_min": 4.5}, "VO2 is 0.1 ml/kg/min.*Give ml/min"),
    ],
)
def test_standing_that_is_none(standing, sentence):
    with pytest.raises(DataError, match=sentence):
        running_economy(steady(), mass_kg=70, standing=standing)


def test_allometric_columns_carry_their_exponent():
    row = running_economy(steady(), mass_kg=70, mass_exponent=0.75).iloc[0]
    assert row["mass_exponent"] == 0.75
    scale = 70 / 70**0.75
    assert row["oxygen_cost_ml_kg075_km"] == pytest.approx(200 * scale)
    assert row["energy_cost_j_kg075_m"] == pytest.approx(row["energy_cost_j_kg_m"] * scale)
    one = running_economy(steady(), mass_kg=70, mass_exponent=1.0).iloc[0]
    assert one["oxygen_cost_ml_kg100_km"] == pytest.approx(one["oxygen_cost_ml_kg_km"])
    with pytest.raises(DataError, match="mass_exponent: it is 2"):
        running_economy(steady(), mass_kg=70, mass_exponent=2)


# --- refused --------------------------------------------------------------------------------------


def test_a_short_stage():
    assert refused(steady(length_s=200)).startswith("the stage lasts 198 s; expected 240 s or more")
    assert running_economy(steady(length_s=240), mass_kg=70)["accepted"].all()
    assert running_economy(steady(length_s=190), mass_kg=70, min_stage_s=180)["accepted"].all()


def test_respiratory_exchange_ratio():
    assert refused(steady(rer=1.02)) == "RER is 1.02; expected less than 1.00"
    assert refused(steady(rer=1.0)) == "RER is 1.00; expected less than 1.00"
    assert refused(steady(rer=0.6)) == "RER is 0.60; expected 0.65 or more"


def test_rising_and_falling_uptake():
    time = np.arange(2.0, 301.0, 2.0)
    assert refused(steady(vo2=2500 + 100 * time / 60)) == (
        "VO2 rises by 100 ml/min per minute (95 % interval 100 to 100); expected 50 or less"
    )
    assert "VO2 falls by 100 ml/min" in refused(steady(vo2=3000 - 100 * time / 60))
    kept = running_economy(steady(vo2=2500 + 40 * time / 60), mass_kg=70).iloc[0]
    assert kept["accepted"]
    assert kept["vo2_slope_ml_min2"] == pytest.approx(40)
    stricter = running_economy(
        steady(vo2=2500 + 40 * time / 60), mass_kg=70, max_vo2_slope_ml_min2=30
    )
    assert not stricter["accepted"].any()


def test_several_reasons_are_all_given():
    time = np.arange(2.0, 201.0, 2.0)
    reason = refused(steady(vo2=2000 + 400 * time / 60, rer=1.1, length_s=200))
    assert reason.count(";") == 5
    assert all(text in reason for text in ("lasts 198 s", "VO2 rises", "RER is 1.10"))


def test_a_gap_in_the_window():
    frame = steady()
    frame = frame[~frame["time_s"].between(200, 250)]
    assert "a gap of 54 s" in refused(frame)
    frame = steady()
    frame.loc[frame["time_s"] > 180, "vco2_ml_min"] = np.nan
    assert "0 values" in refused(frame)


def test_standing_is_listed_and_is_no_stage():
    gas, _ = simulate_step_test([3.0], seed=1)
    table = running_economy(gas)
    assert table["accepted"].tolist() == [False, True]
    assert table["reason"][0] == "the belt stands: not running"


def test_a_ramp_in_steps_and_a_continuous_one():
    time = np.arange(2.0, 601.0, 2.0)
    vo2 = 1500 + 3.2 * time
    for speed in (2.5 + 0.15 * np.floor(time / 30), 2.5 + time / 200):
        table = running_economy(steady(vo2=vo2, speed=speed, length_s=600), mass_kg=70)
        assert len(table) == 1
        assert not table["accepted"].any()
        assert table[COSTS].isna().all(axis=None)
        assert "a ramp: " in table["reason"][0]
    speed = 2.5 + 0.3 * np.floor(time / 60)  # a minute each: as many rows, all too short
    table = running_economy(steady(vo2=vo2, speed=speed, length_s=600), mass_kg=70)
    assert len(table) > 5
    assert not table["accepted"].any()


@pytest.mark.parametrize("step_s", [60, 180])
@pytest.mark.parametrize("noise", [0.0, 0.12])
def test_a_graded_test_that_is_declared_one_stage(step_s, noise):
    speeds = np.linspace(2.5, 4.5, 900 // step_s)
    gas, _ = simulate_step_test(speeds, stage_s=step_s, noise=noise, seed=1)
    whole = pd.DataFrame({"start_s": [120], "end_s": [1020], "speed_m_s": [3.5]})
    assert "VO2 rises by" in refused(gas.breaths, whole)


def test_a_ramp_that_is_declared_one_stage():
    time = np.arange(2.0, 601.0, 2.0)
    frame = steady(vo2=1500 + 3.2 * time, length_s=600)
    assert "VO2 rises by 192 ml/min per minute" in refused(frame, speed_m_s=3.5)


def test_the_ramps_of_the_samples_are_refused():
    ramp = running_economy(read_gas_exchange(SAMPLES / "cosmed_test.xlsx"))
    assert not ramp["accepted"].any()
    assert ramp["reason"].str.contains("a ramp: 3 speeds or slopes in 90 s").all()
    bicycle = read_gas_exchange(SAMPLES / "cortex_test.xml")
    with pytest.raises(DataError, match="there is no speed.*was this an ergometer"):
        running_economy(bicycle)
    assert "the stage lasts 61 s" in refused(bicycle, speed_m_s=3.0)


def test_the_step_test_of_the_samples():
    """Nine stages of 5 min with pauses of 30 s: those up to 4.8 m/s are steady by our rules."""
    table = running_economy(read_gas_exchange(SAMPLES / "zan_gxt.txt"))
    assert len(table) == 19
    assert table["speed_m_s"].gt(0).sum() == 9
    stages = table[table["speed_m_s"] > 0].round(2)
    accepted = stages[stages["accepted"]]
    assert accepted["speed_m_s"].tolist() == [2.0, 2.4, 2.8, 3.2, 3.6, 4.0, 4.4, 4.8]
    assert accepted["oxygen_cost_ml_kg_km"].between(210, 240).all()
    assert "VO2 falls by 79" in stages["reason"].iloc[-1]
    assert table[~table["accepted"]][COSTS].isna().all(axis=None)
    # The pauses, given as stages of running, are recovery.
    pauses = pd.DataFrame({"start_s": [362.0], "end_s": [392.0], "speed_m_s": [2.4]})
    gas = read_gas_exchange(SAMPLES / "zan_gxt.txt")
    assert "lasts 30 s" in running_economy(gas, pauses)["reason"][0]


# --- stages ---------------------------------------------------------------------------------------


def test_a_change_of_slope_is_a_new_stage():
    frame = steady(length_s=600)
    frame["slope_pct"] = np.where(frame["time_s"] > 300, 5.0, 0.0)
    assert find_stages(frame)["slope_pct"].tolist() == [0, 5]
    assert len(running_economy(frame, mass_kg=70)) == 2


def test_a_belt_that_wavers_is_one_stage():
    rng = np.random.default_rng(0)
    frame = steady(speed=3.3 + 0.02 * rng.uniform(-1, 1, 150))
    frame.loc[7, "speed_m_s"] = np.nan
    assert len(find_stages(frame)) == 1


def test_one_stray_breath_does_not_move_the_mean():
    frame = steady()
    rng = np.random.default_rng(0)
    frame[["vo2_ml_min", "vco2_ml_min"]] *= 1 + 0.05 * rng.standard_normal((150, 1))
    clean = running_economy(frame, mass_kg=70).iloc[0]
    frame.loc[130, ["vo2_ml_min", "vco2_ml_min"]] *= 2.5
    stray = running_economy(frame, mass_kg=70).iloc[0]
    assert (clean["n_left_out"], stray["n_left_out"]) == (0, 1)
    assert stray["n_breaths"] == clean["n_breaths"] - 1
    assert stray["oxygen_cost_ml_kg_km"] == pytest.approx(clean["oxygen_cost_ml_kg_km"], rel=0.005)


def test_one_stray_value_of_carbon_dioxide_does_not_move_the_ratio():
    frame = steady()
    rng = np.random.default_rng(0)
    frame[["vo2_ml_min", "vco2_ml_min"]] *= 1 + 0.05 * rng.standard_normal((150, 1))
    clean = running_economy(frame, mass_kg=70).iloc[0]
    frame.loc[130, "vco2_ml_min"] *= 2.5
    stray = running_economy(frame, mass_kg=70).iloc[0]
    assert (stray["n_left_out"], stray["n_breaths"]) == (1, clean["n_breaths"] - 1)
    assert stray["rer"] == pytest.approx(clean["rer"], abs=0.002)
    assert stray["energy_cost_j_kg_m"] == pytest.approx(clean["energy_cost_j_kg_m"], rel=0.005)

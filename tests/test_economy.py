"""Running economy: worked checks, a known truth, and stages that have to be refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from glutelab.economy import (
    ECONOMY,
    EQUATIONS,
    find_stages,
    metabolic_power_w,
    running_economy,
    simulate_step_test,
)
from glutelab.errors import DataError, ProblemList
from glutelab.formats.gas_exchange import GasExchange, read_gas_exchange
from glutelab.schema import find_problems

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples" / "gas_exchange"
COSTS = [
    "metabolic_power_w_kg",
    "oxygen_cost_ml_kg_km",
    "energy_cost_j_kg_m",
    "energy_cost_kcal_kg_km",
]


def steady(vo2=2800.0, rer=0.9, speed=12 / 3.6, length_s=300, step=2.0, **more):
    """Breaths without any noise."""
    time = np.arange(step, length_s + step / 2, step)
    rows = {"time_s": time, "vo2_ml_min": vo2, "vco2_ml_min": np.asarray(vo2) * rer}
    return pd.DataFrame(rows | {"speed_m_s": speed, "slope_pct": 0.0} | more)


def refused(*args, **kwargs) -> str:
    """Give the reason of the last stage, which must have no costs."""
    row = running_economy(*args, **{"mass_kg": 70.0} | kwargs).iloc[-1]
    assert not row["accepted"]
    assert row[COSTS].isna().all()
    return row["reason"]


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


# --- numbers that cannot be right -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "asked", "sentence"),
    [
        (steady(vo2=-2800.0), {}, "row 1: vo2_ml_min is -2800.*no negative vo2_ml_min"),
        (steady(rer=3.0), {}, "VCO2 is 3 times VO2"),
        (steady(vo2=40.0), {}, r"up to 40 ml/min.*Are they in ml/kg/min\?"),
        (steady(speed=12.0), {}, r"up to 12 m/s.*Are they in km/h\?"),
        (steady(), {"mass_kg": 70_000}, r"70,000 kg. Expected 20 to 250 kg. Are these grams\?"),
        (steady(), {"mass_kg": -1}, "the body mass is -1 kg"),
        (steady(), {"mass_kg": "heavy"}, "it is no number"),
        (steady(), {"mass_kg": None}, "the body mass is not known"),
        (steady(), {"speed_m_s": 12}, r"Is it in km/h\? 12 km/h is 3.33 m/s"),
        (steady(), {"window_s": 30}, "window_s: it is 30. Expected 60 to 120 s"),
        (steady(), {"min_stage_s": 60}, "min_stage_s: it is 60. Expected 180 s or more"),
        (steady().drop(columns="speed_m_s"), {}, "there is no speed"),
    ],
)
def test_a_sentence_each(frame, asked, sentence):
    with pytest.raises(DataError, match=sentence):
        running_economy(frame, **{"mass_kg": 70.0} | asked)


def test_mass_in_pounds():
    gas = GasExchange(steady(), mass_kg=70.0)
    with pytest.raises(DataError, match=r"154.3, and the file states 70 kg.*Are these pounds\?"):
        running_economy(gas, mass_kg=154.3)
    with pytest.warns(
        UserWarning, match=r"it is 154.3 kg. Expected 38 to 120 kg. Are these pounds"
    ):
        row = running_economy(steady(), mass_kg=154.3).iloc[0]
    assert not row["accepted"]
    assert "oxygen cost is 91 ml/kg/km; expected 100 to 400" in row["reason"]
    assert "the file states a body mass of 70 kg" in running_economy(gas, mass_kg=80)["caution"][0]


def test_a_speed_in_the_wrong_unit_shows_in_the_cost():
    assert "is the speed in km/h" in refused(steady(vo2=900.0, speed=5.5))
    assert "is the speed in m/s but named km/h" in refused(steady(speed=12 / 3.6 / 3.6))
    caution = running_economy(steady(speed=2.2), mass_kg=70)["caution"][0]
    assert "303 ml/kg/km gross, is unusual" in caution


@pytest.mark.parametrize(
    ("stages", "sentence"),
    [
        ({"start_s": [0], "end_s": [300]}, "no column speed_m_s"),
        ({"start_s": [300], "end_s": [0], "speed_m_s": [3]}, "row 1: it runs from 300 to 0 s"),
        ({"start_s": [0], "end_s": ["x"], "speed_m_s": [3]}, "row 1: end_s is 'x', which is no"),
        ({"start_s": [0], "end_s": [None], "speed_m_s": [3]}, "row 1: end_s is missing"),
        ({"start_s": [0], "end_s": [np.inf], "speed_m_s": [3]}, "row 1: end_s is infinite"),
        ({"start_s": [-5], "end_s": [9], "speed_m_s": [3]}, "start_s is -5. Expected no negative"),
        (
            {"start_s": [0], "end_s": [300], "speed_m_s": [3], "slope_pct": ["flat"]},
            "row 1: slope_pct is 'flat'",
        ),
        (
            {"start_s": [0], "end_s": [300], "speed_m_s": [3], "slope_pct": [100]},
            "row 1: slope_pct is 100. Expected -60 to 60 %",
        ),
        (
            {"start_s": [0, 0], "end_s": [300, 300], "speed_m_s": 3},
            "row 2: it is the same stretch as row 1, 0 to 300 s. Expected one after the other",
        ),
        (
            {"start_s": [200, 0], "end_s": [300, 240], "speed_m_s": 3},
            "row 1: it begins within row 2, 0 to 240 s",
        ),
        ({"start_s": [0], "end_s": [300], "speed_m_s": [-3]}, "no negative speed"),
        ({"start_s": [0], "end_s": [300], "speed_m_s": [12]}, "12 km/h is 3.33 m/s"),
        ({"start_s": [], "end_s": [], "speed_m_s": []}, "no rows"),
    ],
)
def test_stages_that_cannot_be(stages, sentence):
    with pytest.raises(DataError, match=sentence):
        running_economy(steady(), pd.DataFrame(stages), mass_kg=70)


def test_all_problems_of_stages_at_once():
    stages = pd.DataFrame({"start_s": [0, 9], "end_s": [-1, 5], "speed_m_s": 3})
    with pytest.raises(ProblemList) as caught:
        running_economy(steady(), stages, mass_kg=70)
    assert len(caught.value.problems) == 2


def test_stages_come_in_order_of_time():
    stages = pd.DataFrame({"start_s": [300, 0], "end_s": [600, 300], "speed_m_s": [3.5, 3.0]})
    assert running_economy(steady(length_s=600), stages, mass_kg=70)["speed_m_s"].tolist() == [
        3.0,
        3.5,
    ]


def cell(name, value, row=4):
    """Breaths with one odd cell, in the row that a person would call the fourth."""
    frame = steady().astype({name: object})
    frame.loc[row - 1, name] = value
    return frame


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (cell("vo2_ml_min", "cough"), "breaths, row 4: vo2_ml_min is 'cough', which is no number"),
        (cell("speed_m_s", "fast"), "breaths, row 4: speed_m_s is 'fast'"),
        (cell("time_s", "0:08"), "row 4: time_s is '0:08', which.*Expected seconds, as numbers"),
        (cell("vco2_ml_min", [1]), r"row 4: vco2_ml_min is \[1\]"),
        (cell("slope_pct", True), "row 4: slope_pct is True"),
        (steady().astype({"time_s": str}), "row 1: time_s is the text '2.0', and 149 more"),
        (
            steady().assign(time_s=lambda t: pd.to_timedelta(t["time_s"], unit="s")),
            "row 1: time_s is 0 days 00:00:02, which is no number",
        ),
        (
            steady().loc[lambda t: t.index.repeat(2)].reset_index(drop=True),
            r"rows are 0 s apart.*Are the rows in it twice\?",
        ),
        ("test.xlsx", r"gas: it is a str.*read_gas_exchange\(path\)"),
    ],
)
def test_breaths_that_are_no_numbers(frame, sentence):
    with pytest.raises(DataError, match=sentence):
        running_economy(frame, mass_kg=70)


def test_words_among_the_speeds_of_stages_to_be_found():
    with pytest.raises(ProblemList, match="breaths, row 4: speed_m_s is 'fast'"):
        find_stages(cell("speed_m_s", "fast"))


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_an_empty_cell_is_no_error_whatever_it_holds(missing):
    row = running_economy(cell("vo2_ml_min", missing, 100), mass_kg=70).iloc[0]
    assert row["accepted"]
    assert row["n_breaths"] == 59


def test_a_ratio_is_said_beside_the_unit_that_it_breaks():
    with pytest.raises(ProblemList) as caught:
        running_economy(steady(vo2=4000.0, rer=3.0), mass_kg=70)
    assert "values up to 12,000 ml/min" in caught.value.problems[0]
    assert "VCO2 is 3 times VO2" in caught.value.problems[1]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"standing": "yes"}, r"standing: it is 'yes'. Expected its start and end, s: \(0, 120\)"),
        ({"standing": (0, 60, 120)}, r"standing: it is \(0, 60, 120\)"),
        ({"standing": 120}, "standing: it is 120"),
        ({"standing": (0, "end")}, "standing, end: 'end' is no number"),
        ({"standing": {"vo2_ml_min": "x", "vco2_ml_min": 3}}, "standing, vo2_ml_min: 'x' is no"),
        ({"max_rer": np.nan}, "max_rer: nan is no number. Expected 0.8 to 1.1"),
        ({"max_rer": 1.3}, "max_rer: it is 1.3. Expected 0.8 to 1.1"),
        ({"max_rer": None}, "max_rer: None is no number"),
        ({"max_vo2_slope_ml_min2": np.nan}, "max_vo2_slope_ml_min2: nan is no number"),
        ({"max_vo2_slope_ml_min2": -50}, "it is -50. Expected 1 to 200 ml/min per minute"),
        ({"max_vo2_slope_ml_min2": np.inf}, "max_vo2_slope_ml_min2: it is inf"),
        ({"speed_m_s": 3.0, "slope_pct": 100}, "slope_pct: it is 100. Expected -60 to 60 %"),
        ({"slope_pct": "flat"}, "slope_pct: 'flat' is no number"),
        ({"speed_m_s": "fast"}, "speed_m_s: 'fast' is no number"),
        ({"speed_m_s": np.inf}, "speed_m_s: it is inf"),
        ({"window_s": "long"}, "window_s: 'long' is no number. Expected 60 to 120 s"),
        ({"min_stage_s": np.inf}, "min_stage_s: it is inf"),
        ({"mass_exponent": "0.75"}, "mass_exponent: '0.75' is no number"),
        ({"stages": [(0, 300, 3.0)]}, "stages: it is a list. Expected a table"),
    ],
)
def test_what_is_asked_for_and_cannot_be(asked, sentence):
    with pytest.raises(DataError, match=sentence):
        running_economy(steady(), mass_kg=70, **asked)


def test_a_ratio_above_one_that_was_allowed_is_said():
    row = running_economy(steady(rer=1.04), mass_kg=70, max_rer=1.1).iloc[0]
    assert row["accepted"]
    assert row["caution"] == "RER is 1.04: carbon dioxide of buffered acid is in the cost"


def test_a_stage_of_three_minutes_does_not_pass_for_four():
    means = steady(length_s=540, step=60.0)
    means["speed_m_s"] = np.repeat([3.0, 3.3, 3.6], 3)
    table = running_economy(GasExchange(means, interval_s=60.0), mass_kg=70)
    assert table["reason"].str.contains("the stage lasts").all()


def test_what_is_given_is_left_as_it_was():
    stages = pd.DataFrame({"start_s": [0], "end_s": [300]})
    gas = GasExchange(steady(), mass_kg=70.0)
    before = gas.breaths.copy()
    running_economy(gas, stages, speed_m_s=3.0)
    assert list(stages) == ["start_s", "end_s"]
    pd.testing.assert_frame_equal(gas.breaths, before)


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


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"speeds_m_s": [0.0]}, "speeds_m_s: it is 0. Expected 0.5 to 7.5 m/s"),
        ({"speeds_m_s": [3.0, np.inf]}, "speeds_m_s: it is inf"),
        ({"speeds_m_s": []}, "speeds_m_s: there are 0 values. Expected one per stage"),
        ({"speeds_m_s": [[3.0, 3.5]]}, "speeds_m_s: there are 2 values"),
        ({"speeds_m_s": "fast"}, "speeds_m_s: 'fast' is no number"),
        ({"speeds_m_s": ["3", 3.5]}, "speeds_m_s: '3' is no number"),
        ({"rer": 3}, "rer: it is 3. Expected 0.65 to 1.5"),
        ({"rer": [0.9] * 3}, "rer: there are 3 values. Expected 1 or 2, one per stage"),
        ({"oxygen_cost_ml_kg_km": -200}, "oxygen_cost_ml_kg_km: it is -200. Expected 50 to 600"),
        ({"oxygen_cost_ml_kg_km": [200, np.nan]}, "oxygen_cost_ml_kg_km: nan is no number"),
        ({"slow_component_ml_min2": "little"}, "slow_component_ml_min2: 'little' is no number"),
        ({"noise": -1}, "noise: it is -1. Expected 0 to 0.25"),
        ({"mass_kg": 0}, "mass_kg: it is 0"),
        ({"mass_kg": "heavy"}, "mass_kg: 'heavy' is no number"),
        ({"stage_s": np.inf}, "stage_s: it is inf"),
        ({"standing_s": -10}, "standing_s: it is -10"),
        ({"standing_vo2_ml_kg_min": 40}, "standing_vo2_ml_kg_min: it is 40. Expected 2 to 9"),
        ({"tau_s": 0}, "tau_s: it is 0"),
        ({"seed": -1}, "seed: it is -1"),
        ({"seed": "one"}, "seed: 'one' is no number"),
        ({"seed": 1.5}, "seed: it is 1.5. Expected a whole number"),
    ],
)
def test_what_cannot_be_simulated(asked, sentence):
    with pytest.raises(DataError, match=sentence):
        simulate_step_test(**{"speeds_m_s": [3.0, 3.5]} | asked)

"""What cannot be asked of breaths, stages and simulated tests is refused in a sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_breaths import refused, steady

from glutelab.economy import find_stages, running_economy, simulate_step_test
from glutelab.errors import DataError, ProblemList
from glutelab.formats.gas_exchange import GasExchange

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


# --- known truth ----------------------------------------------------------------------------------


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

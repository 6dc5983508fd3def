"""The parts of running economy: every limit at its edge, every mean and slope by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from glutelab.economy import find_stages, running_economy, simulate_step_test
from glutelab.economy.asked import asked_number
from glutelab.economy.gate import Limits, find_cautions, find_reasons
from glutelab.economy.stages import check_speeds, stages_from_table
from glutelab.economy.steady import Window, look_at_window
from glutelab.errors import DataError, ProblemList
from glutelab.formats.gas_exchange import GasExchange

# --- the gate -------------------------------------------------------------------------------------

LIMITS = Limits(240.0, 50.0, 1.0, 5.0, None)
STAGE = {"start_s": 0.0, "end_s": 300.0, "speed_m_s": 3.0, "slope_pct": 0.0, "steps": 1}


def window(**changed):
    usual = {"start_s": 180.0, "end_s": 300.0, "n_breaths": 60, "n_left_out": 0, "n_slope": 60}
    usual |= {"vo2_ml_min": 2500.0, "vco2_ml_min": 2200.0, "gap_s": 3.0}
    slope = {"slope_ml_min2": 0.0, "slope_se_ml_min2": 5.0, "slope_half_width_ml_min2": 10.0}
    return Window(**usual | slope | changed)


@pytest.mark.parametrize(
    ("stage", "seen", "cost", "reason"),
    [
        ({}, {}, 200.0, ""),
        ({"end_s": 235.0}, {}, 200.0, ""),  # 5 s of the length are not known
        ({"end_s": 234.9}, {}, 200.0, "the stage lasts 235 s; expected 240 s or more"),
        ({"speed_m_s": 0.3}, {}, 200.0, ""),
        ({"speed_m_s": 0.29}, {}, 200.0, "the belt stands"),
        ({"steps": 3}, {}, 200.0, "a ramp: 3 speeds or slopes in 300 s, each for less than 60 s"),
        ({}, {"n_breaths": 3}, 200.0, ""),
        ({}, {"n_breaths": 2}, 200.0, "the window has 2 values"),
        ({}, {"gap_s": 30.0}, 200.0, ""),  # a quarter of two minutes
        ({}, {"gap_s": 30.1}, 200.0, "a gap of 30 s"),
        ({}, {"slope_ml_min2": 50.0}, 200.0, ""),
        ({}, {"slope_ml_min2": 51.0}, 200.0, r"VO2 rises by 51 ml.*\(95 % interval 41 to 61\)"),
        ({}, {"slope_ml_min2": -51.0}, 200.0, r"VO2 falls by 51 ml.*\(95 % interval -61 to -41\)"),
        ({}, {"slope_ml_min2": 80.0, "slope_half_width_ml_min2": 80.0}, 200.0, ""),
        ({}, {"slope_ml_min2": 81.0, "slope_half_width_ml_min2": 80.0}, 200.0, "VO2 rises by 81"),
        ({}, {"vco2_ml_min": 2500.0}, 200.0, "RER is 1.00; expected less than 1.00"),
        ({}, {"vco2_ml_min": 2499.0}, 200.0, ""),
        ({}, {"vco2_ml_min": 0.65 * 2500}, 200.0, ""),
        ({}, {"vco2_ml_min": 0.64 * 2500}, 200.0, "RER is 0.64; expected 0.65 or more"),
        ({}, {}, 100.0, ""),
        ({}, {}, 99.0, "the oxygen cost is 99 ml.*in km/h, or the body mass in pounds"),
        ({}, {}, 400.0, ""),
        ({}, {}, 401.0, "the oxygen cost is 401 ml.*named km/h, or the body mass too small"),
        ({"slope_pct": 3.0}, {}, 401.0, "the oxygen cost is 401"),
        ({"slope_pct": -3.0}, {}, 99.0, "the oxygen cost is 99"),
        ({"slope_pct": 3.1}, {}, 401.0, ""),
        ({"slope_pct": -3.1}, {}, 99.0, ""),
        ({"slope_pct": np.nan}, {}, 401.0, "the oxygen cost is 401"),
    ],
)
def test_each_reason_begins_where_it_is_said_to(stage, seen, cost, reason):
    found = find_reasons(STAGE | stage, window(**seen), cost, LIMITS)
    assert len(found) == bool(reason)
    assert not reason or pd.Series(found).str.contains(reason).all()


@pytest.mark.parametrize(
    ("stage", "seen", "cost", "caution"),
    [
        ({}, {}, 200.0, ""),
        ({}, {"slope_ml_min2": 40.0}, 200.0, ""),
        ({}, {"slope_ml_min2": -40.0}, 200.0, ""),
        ({}, {"slope_ml_min2": 41.0}, 200.0, r"\(slope 31 to 51 ml.*; steady is -50 to 50\)"),
        ({}, {"slope_ml_min2": -41.0}, 200.0, r"\(slope -51 to -31"),
        ({}, {"n_slope": 8}, 200.0, ""),
        ({}, {"n_slope": 7}, 200.0, "7 values are too few"),
        ({}, {"vco2_ml_min": 2500.0}, 200.0, "RER is 1.00: carbon dioxide"),
        ({}, {"vco2_ml_min": 2490.0}, 200.0, ""),
        ({"slope_pct": np.nan}, {}, 200.0, "the slope of the belt is not known"),
        ({}, {}, 150.0, ""),
        ({}, {}, 149.0, r"149 ml/kg/km gross, is unusual \(usual 150 to 260\)"),
        ({}, {}, 260.0, ""),
        ({}, {}, 261.0, "261 ml/kg/km gross, is unusual"),
        ({"slope_pct": 3.0}, {}, 261.0, "261 ml/kg/km gross, is unusual"),
        ({"slope_pct": 3.1}, {}, 261.0, ""),
        ({"slope_pct": -3.1}, {}, 149.0, ""),
    ],
)
def test_each_caution_begins_where_it_is_said_to(stage, seen, cost, caution):
    found = find_cautions(STAGE | stage, window(**seen), cost, LIMITS)
    assert len(found) == bool(caution)
    assert not caution or pd.Series(found).str.contains(caution).all()


def test_averages_may_lie_one_and_a_half_intervals_apart():
    assert window(gap_s=45.0).is_filled(30.0)
    assert not window(gap_s=46.0).is_filled(30.0)
    assert window(gap_s=30.0).is_filled(1.0)


# --- means and slopes -----------------------------------------------------------------------------


def breaths(time, vo2, rer=0.9):
    vo2 = np.asarray(vo2, float)
    return pd.DataFrame({"time_s": time, "vo2_ml_min": vo2, "vco2_ml_min": rer * vo2})


def test_a_breath_weighs_as_long_as_it_lasts():
    time = np.array([2.0, 4.0, 6.0, 10.0, 12.0, 12.1, 40.0, 42.0])
    vo2 = np.array([100.0, 200.0, 300.0, 400.0, 500.0, 600.0, 700.0, 800.0])
    found = look_at_window(breaths(time, vo2).iloc[:7], 3.0, 40.0)
    # Between a quarter and three times the usual 2 s.
    weights = [2.0, 2.0, 4.0, 2.0, 0.5, 6.0]
    assert found.vo2_ml_min == pytest.approx(np.average(vo2[1:7], weights=weights))
    assert found.vco2_ml_min == pytest.approx(0.9 * found.vo2_ml_min)
    assert found.rer == pytest.approx(0.9)
    assert (found.n_breaths, found.n_slope) == (6, 6)
    assert found.gap_s == pytest.approx(27.9)


def test_rows_after_the_start_and_up_to_the_end_are_in_the_window():
    time = np.arange(2.0, 101.0, 2.0)
    found = look_at_window(breaths(time, time), 20.0, 60.0)
    assert found.n_breaths == 20
    assert found.vo2_ml_min == pytest.approx(41.0)
    assert (found.start_s, found.end_s, found.gap_s) == (20.0, 60.0, 2.0)
    # The gap counts from the start of the window, and to its end.
    assert look_at_window(breaths(time, time), 90.0, 130.0).gap_s == 30.0
    assert look_at_window(breaths(time[20:], time[20:]), 10.0, 60.0).gap_s == 32.0


def test_two_rows_are_no_window():
    time = np.array([10.0, 20.0, 30.0])
    found = look_at_window(breaths(time, [1.0, 2.0, 3.0]), 15.0, 40.0)
    assert (found.n_breaths, found.n_slope, found.gap_s) == (2, 0, 25.0)
    assert np.isnan([found.slope_ml_min2, found.slope_se_ml_min2]).all()
    assert found.vo2_ml_min == 2.5
    three = look_at_window(breaths(time, [1.0, 2.0, 3.0]), 5.0, 40.0)
    assert three.slope_ml_min2 == pytest.approx(6.0)


def test_the_slope_is_that_of_least_squares_with_its_standard_error():
    rng = np.random.default_rng(4)
    time = np.cumsum(rng.uniform(1, 3, 60))
    # Every other residual of opposite sign: neighbors are not alike, and nothing is widened.
    noise = np.tile([1.0, -1.0], 30) * rng.uniform(0.5, 1.5, 60) * 40
    vo2 = 2500 + 0.7 * time + noise
    found = look_at_window(breaths(time, vo2), 0.0, time[-1])
    line = stats.linregress(time / 60, vo2)
    assert found.slope_ml_min2 == pytest.approx(line.slope)
    assert found.slope_se_ml_min2 == pytest.approx(line.stderr)
    half = stats.t.ppf(0.975, 58) * line.stderr
    assert found.slope_half_width_ml_min2 == pytest.approx(half)
    assert found.n_left_out == 0


def test_neighbors_that_are_alike_widen_the_interval():
    """An autoregressive scatter: sqrt((1 + r) / (1 - r)), r put right for its bias."""
    rng = np.random.default_rng(5)
    noise = np.zeros(400)
    for k in range(1, 400):
        noise[k] = 0.6 * noise[k - 1] + rng.normal(0, 30)
    time = np.arange(400.0) + 1
    found = look_at_window(breaths(time, 2500 + noise), 0.0, 400.0)
    line = stats.linregress(time / 60, 2500 + noise)
    residual = noise - (line.intercept - 2500) - line.slope * time / 60
    r = residual[1:] @ residual[:-1] / (residual @ residual)
    r += (1 + 4 * r) / 400
    wider = np.sqrt((1 + r) / (1 - r))
    assert found.slope_se_ml_min2 == pytest.approx(wider * line.stderr)
    freedom = 400 / wider**2 - 2
    half = stats.t.ppf(0.975, freedom) * found.slope_se_ml_min2
    assert found.slope_half_width_ml_min2 == pytest.approx(half)
    assert 1.7 < wider < 2.4


def test_the_slope_may_be_of_a_longer_stretch_than_the_means():
    time = np.arange(2.0, 301.0, 2.0)
    vo2 = 2000 + np.where(time > 180, 0.0, time - 180)
    found = look_at_window(breaths(time, vo2), 180.0, 300.0, 100.0)
    line = stats.linregress(time[time > 100] / 60, vo2[time > 100])
    assert found.slope_ml_min2 == pytest.approx(line.slope)
    assert (found.n_breaths, found.n_slope) == (60, 100)
    assert found.vo2_ml_min == pytest.approx(2000)
    shorter = look_at_window(breaths(time, vo2), 180.0, 300.0, 240.0)
    assert (shorter.n_slope, shorter.slope_ml_min2) == (60, pytest.approx(0.0, abs=1e-9))


@pytest.mark.parametrize(("off_by", "out"), [(3.7, 0), (4.3, 1), (-4.3, 1)])
def test_a_breath_four_spreads_from_the_line_is_left_out(off_by, out):
    time = np.arange(1.0, 102.0)
    vo2 = 2500 + np.tile([10.0, -10.0], 51)[:101]
    spread = 1.4826 * 10.0
    vo2[50] = 2500 + off_by * spread
    found = look_at_window(breaths(time, vo2), 0.0, 101.0)
    assert found.n_left_out == out
    few = look_at_window(breaths(time[47:54], vo2[47:54]), 40.0, 60.0)
    assert (few.n_breaths, few.n_left_out) == (7, 0)


# --- stages ---------------------------------------------------------------------------------------


def belt(*stretches, slope=None, step=2.0):
    """Rows of (speed, seconds)."""
    speed = np.concatenate([np.full(round(s / step), v) for v, s in stretches])
    table = pd.DataFrame({"time_s": step * np.arange(1, len(speed) + 1), "speed_m_s": speed})
    return table if slope is None else table.assign(slope_pct=slope)


def test_a_stage_begins_with_the_last_row_of_the_one_before():
    found = find_stages(belt((0.0, 60), (3.0, 300), (3.5, 300)))
    assert found["start_s"].tolist() == [2.0, 60.0, 360.0]
    assert found["end_s"].tolist() == [60.0, 360.0, 660.0]
    assert found["speed_m_s"].tolist() == [0.0, 3.0, 3.5]
    assert found["slope_pct"].isna().all()
    assert found["steps"].tolist() == [1, 1, 1]


@pytest.mark.parametrize(("step", "n_stages"), [(0.04, 1), (0.06, 2), (-0.06, 2)])
def test_a_twentieth_of_a_meter_per_second_is_the_same_speed(step, n_stages):
    assert len(find_stages(belt((3.0, 300), (3.0 + step, 300)))) == n_stages


@pytest.mark.parametrize(("step", "n_stages"), [(0.2, 1), (0.3, 2), (-0.3, 2)])
def test_a_quarter_of_a_percent_is_the_same_slope(step, n_stages):
    slope = np.repeat([1.0, 1.0 + step], 150)
    found = find_stages(belt((3.0, 600), slope=slope))
    assert len(found) == n_stages
    assert found["slope_pct"].iloc[-1] == (
        1.0 + step if n_stages == 2 else pytest.approx(1, abs=0.2)
    )


@pytest.mark.parametrize(
    ("lengths_s", "steps"),
    [
        ((58, 58, 58), [3]),
        ((58, 58), [1, 1]),
        ((60, 60, 60), [1, 1, 1]),
        ((300, 30, 30, 30, 30, 300), [1, 4, 1]),
        ((300, 30, 30, 300), [1, 1, 1, 1]),
    ],
)
def test_three_steps_of_less_than_a_minute_are_a_ramp(lengths_s, steps):
    parts = [(2.5 + 0.2 * k, length) for k, length in enumerate(lengths_s)]
    found = find_stages(belt((0.0, 100), *parts))
    assert found["steps"].tolist() == [1, *steps]
    assert found["speed_m_s"].isna().tolist() == [False, *(n > 1 for n in steps)]
    assert found["start_s"].tolist()[1:] == found["end_s"].tolist()[:-1]
    assert found["end_s"].iloc[-1] == 100 + sum(lengths_s)


def test_the_slowest_step_of_a_ramp_is_just_no_standing():
    assert find_stages(belt((0.3, 30), (0.4, 30), (0.5, 30)))["steps"].tolist() == [3]
    assert find_stages(belt((0.29, 30), (0.4, 30), (0.5, 30)))["steps"].tolist() == [1, 1, 1]


def test_a_slope_that_is_given_holds_for_stages_that_are_found():
    gas = steady().drop(columns="slope_pct")
    assert running_economy(gas, mass_kg=70)["slope_pct"].isna().all()
    assert running_economy(gas, mass_kg=70, slope_pct=1.5)["slope_pct"].tolist() == [1.5]
    assert running_economy(steady(), mass_kg=70, slope_pct=1.5)["slope_pct"].tolist() == [1.5]


def test_a_ramp_keeps_the_slope_that_all_its_steps_have():
    parts = [(2.5 + 0.2 * k, 30) for k in range(4)]
    assert find_stages(belt(*parts, slope=1.0))["slope_pct"].tolist() == [1.0]
    uphill = np.repeat([1.0, 2.0, 3.0, 4.0], 15)
    assert find_stages(belt(*parts, slope=uphill))["slope_pct"].isna().all()
    # Standing is no step of one.
    found = find_stages(belt((2.5, 30), (0.0, 30), (2.7, 30), (0.0, 30), (2.9, 30)))
    assert found["steps"].tolist() == [1] * 5


def test_stages_may_overlap_by_a_second():
    def given(start_s):
        return pd.DataFrame({"start_s": [0.0, start_s], "end_s": [300.0, 600.0]})

    table = stages_from_table(given(299.0), 3.0, None)
    assert table["speed_m_s"].tolist() == [3.0, 3.0]
    assert table["slope_pct"].isna().all()
    assert table["steps"].tolist() == [1, 1]
    with pytest.raises(ProblemList, match="row 2: it begins within row 1, 0 to 300 s"):
        stages_from_table(given(298.9), 3.0, None)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"slope_pct": [60.0]}, ""),
        ({"slope_pct": [-60.0]}, ""),
        ({"slope_pct": [-60.1]}, "slope_pct is -60.1. Expected -60 to 60"),
        ({"speed_m_s": [0.0]}, ""),
        ({"start_s": [0.0], "end_s": [0.0]}, "it runs from 0 to 0 s"),
        ({"start_s": [-0.1]}, "start_s is -0.1"),
    ],
)
def test_what_a_stage_may_be(change, sentence):
    given = {"start_s": [0.0], "end_s": [300.0], "speed_m_s": [3.0]} | change
    if sentence:
        with pytest.raises(ProblemList, match=f"stages, row 1: {sentence}"):
            stages_from_table(pd.DataFrame(given), None, None)
    else:
        assert len(stages_from_table(pd.DataFrame(given), None, None)) == 1


def test_the_fastest_stage():
    check_speeds(pd.DataFrame({"speed_m_s": [3.0, np.nan, 7.5]}))
    with pytest.raises(DataError, match=r"stage 2: speed_m_s is 7.6.*7.6 km/h is 2.11 m/s"):
        check_speeds(pd.DataFrame({"speed_m_s": [3.0, 7.6, 20.0]}))


# --- what is asked for ----------------------------------------------------------------------------


def test_both_bounds_may_be_asked_for():
    assert asked_number("x", 2, 2, 5) == 2.0
    assert asked_number("x", 5, 2, 5) == 5.0
    assert asked_number("x", np.float32(3), 2, np.inf) == 3.0
    for wrong in (1.999, 5.001, np.nan, True, "3", None, [3]):
        with pytest.raises(DataError, match="x: .* Expected 2 to 5 s. Why."):
            asked_number("x", wrong, 2, 5, "s", "Why.")
    with pytest.raises(DataError, match="x: a list is no number"):
        asked_number("x", list(range(40)), 2, 5)


def steady(mass_kg=70.0, length_s=300):
    time = np.arange(2.0, length_s + 1, 2.0)
    return breaths(time, np.full(len(time), 40.0 * mass_kg)).assign(speed_m_s=3.0, slope_pct=0.0)


@pytest.mark.parametrize(
    ("per_kg", "ratio", "taken"),
    [
        (2.0, 0.8, True),
        (1.99, 0.8, False),
        (9.0, 0.8, True),
        (9.01, 0.8, False),
        (5.0, 0.6, True),
        (5.0, 0.59, False),
        (5.0, 1.3, True),
        (5.0, 1.31, False),
        (0.0, 0.8, False),
    ],
)
def test_what_standing_costs_at_least_and_at_most(per_kg, ratio, taken):
    standing = {"vo2_ml_min": 100 * per_kg, "vco2_ml_min": 100 * per_kg * ratio}
    if taken:
        row = running_economy(steady(100.0), mass_kg=100, standing=standing).iloc[0]
        assert row["oxygen_cost_ml_kg_km"] == pytest.approx((40 - per_kg) / 0.18)
    else:
        with pytest.raises(DataError, match=f"VO2 is {per_kg:.1f} ml/kg/min, RER"):
            running_economy(steady(100.0), mass_kg=100, standing=standing)


def test_a_minute_of_standing_is_enough():
    gas, _ = simulate_step_test([3.0], noise=0.0, seed=1, stage_s=600)
    running_economy(gas, standing=(60, 120))
    with pytest.raises(DataError, match="standing: it lasts 59 s. Expected 60 s or more"):
        running_economy(gas, standing=(61, 120))


@pytest.mark.parametrize(
    ("stated", "given", "caution"),
    [
        (70.0, 73.4, ""),
        (70.0, 73.6, "the file states a body mass of 70 kg"),
        (70.0, 66.4, "the file states a body mass of 70 kg"),
        (70.0, 66.6, ""),
    ],
)
def test_a_mass_that_differs_from_the_file_by_a_twentieth_is_said(stated, given, caution):
    gas = GasExchange(steady(), mass_kg=stated)
    row = running_economy(gas, mass_kg=given).iloc[0]
    assert (row["mass_kg"], row["caution"]) == (given, caution)


def test_a_mass_at_the_edge_of_the_usual_is_no_caution():
    for mass_kg in (38.0, 120.0):
        assert running_economy(steady(mass_kg), mass_kg=mass_kg)["caution"][0] == ""
    with pytest.warns(UserWarning, match="it is 121 kg. Expected 38 to 120 kg"):
        row = running_economy(steady(121.0), mass_kg=121).iloc[0]
    assert row["caution"] == "a body mass of 121 kg is unusual"


def test_the_window_and_the_slope_lie_at_the_end_of_the_stage():
    gas = steady(length_s=600).drop(columns=["speed_m_s", "slope_pct"])
    stages = pd.DataFrame({"start_s": [0, 300], "end_s": [300, 600], "speed_m_s": 3.0})
    for asked, length_s in (({}, 120), ({"window_s": 60}, 60), ({"window_s": 90}, 90)):
        found = running_economy(gas, stages, mass_kg=70, **asked)
        assert found["window_start_s"].tolist() == [300 - length_s, 600 - length_s]
        assert found["window_end_s"].tolist() == [300, 600]
        assert found["n_breaths"].tolist() == [length_s // 2] * 2
        assert found["stage"].tolist() == [1, 2]


# --- the simulated test ---------------------------------------------------------------------------


def test_a_simulated_test_follows_its_equations():
    gas, truth = simulate_step_test(
        [3.0, 4.0],
        [200.0, 210.0],
        mass_kg=60,
        stage_s=400,
        standing_s=100,
        tau_s=30,
        rer=[0.85, 0.95],
        slow_component_ml_min2=[0.0, 120.0],
        noise=0.0,
        seed=2,
    )
    assert truth["start_s"].tolist() == [100.0, 500.0]
    assert truth["end_s"].tolist() == [500.0, 900.0]
    assert truth["rer"].tolist() == [0.85, 0.95]
    assert truth["slow_component_ml_min2"].tolist() == [0.0, 120.0]
    time = gas.breaths["time_s"].to_numpy()
    rest, first, second = 5 * 60, 200 * 3 * 0.06 * 60, 210 * 4 * 0.06 * 60

    def approach(tau_s, levels):
        at_first = levels[1] + (levels[0] - levels[1]) * np.exp(-(time - 100) / tau_s)
        end = levels[1] + (levels[0] - levels[1]) * np.exp(-400 / tau_s)
        at_second = levels[2] + (end - levels[2]) * np.exp(-(time - 500) / tau_s)
        return np.where(time <= 100, levels[0], np.where(time <= 500, at_first, at_second))

    rise = np.clip(time - 590, 0, None) / 60 * 120
    np.testing.assert_allclose(
        gas.breaths["vo2_ml_min"], approach(30, [rest, first, second]) + rise
    )
    output = approach(42, [0.85 * rest, 0.85 * first, 0.95 * second]) + 0.95 * rise
    np.testing.assert_allclose(gas.breaths["vco2_ml_min"], output)
    speed = np.where(time <= 100, 0.0, np.where(time <= 500, 3.0, 4.0))
    np.testing.assert_array_equal(gas.breaths["speed_m_s"], speed)
    assert (gas.breaths["slope_pct"] == 0).all()
    assert gas.mass_kg == 60
    assert time[-1] <= 900 < time[-1] + 10


def test_breaths_last_two_seconds_and_scatter_as_asked():
    gas, _ = simulate_step_test([3.0], stage_s=7000, noise=0.1, seed=3)
    late = gas.breaths[gas.breaths["time_s"] > 1000]
    steps = np.diff(late["time_s"])
    assert steps.mean() == pytest.approx(2.0, rel=0.02)
    assert steps.std() == pytest.approx(2.0 / 5, rel=0.05)
    scatter = late[["vo2_ml_min", "vco2_ml_min"]] / late[["vo2_ml_min", "vco2_ml_min"]].mean() - 1
    assert scatter.std().tolist() == pytest.approx([0.1, 0.1], rel=0.05)
    assert scatter.corr().iloc[0, 1] == pytest.approx(0.81, abs=0.03)


@pytest.mark.parametrize(
    "asked",
    [
        {"speeds_m_s": [0.5]}, {"speeds_m_s": [7.5]}, {"oxygen_cost_ml_kg_km": 50},
        {"oxygen_cost_ml_kg_km": 600}, {"rer": 0.65}, {"rer": 1.5}, {"noise": 0.25},
        {"mass_kg": 20}, {"mass_kg": 250}, {"stage_s": 10}, {"standing_s": 0}, {"tau_s": 1},
        {"tau_s": 300}, {"standing_vo2_ml_kg_min": 2}, {"standing_vo2_ml_kg_min": 9},
        {"slow_component_ml_min2": -1000}, {"slow_component_ml_min2": 1000}, {"seed": 0},
    ],
)  # fmt: skip
def test_the_edges_of_what_can_be_simulated(asked):
    gas, truth = simulate_step_test(**{"speeds_m_s": [3.0], "seed": 1} | asked)
    assert len(truth) == 1
    assert len(gas.breaths) > 1

"""Simulated cohorts: the planted truth comes back, and every face says simulated."""

import json

import numpy as np
import pandas as pd
import pytest

import glutelab as gl
from glutelab.cohort import cohort_in_memory, read_cohort, write_cohort
from glutelab.errors import DataError, ProblemList
from glutelab.models.mediation import mediate
from glutelab.simulate import simulate_cohort, simulate_runners
from glutelab.simulate.calibration import CORRELATION, base_cost, mean_measures
from glutelab.simulate.curves import angular_measures, stride_curves

TILT, HIP, COST = "standing_pelvic_tilt_deg", "peak_hip_extension_deg", "energy_cost_j_kg_m"
ONE_LEVEL = {"levels": {"competitive": 1}}


@pytest.fixture(scope="module")
def built_in():
    return gl.load_cohort("simulated")


@pytest.fixture(scope="module")
def large():
    """20,000 runners at one speed, with effects unlike the defaults."""
    effects = {
        "posture_on_hip_extension": -0.4,
        "hip_extension_on_cost_j_kg_m": 0.02,
        "posture_on_cost_j_kg_m": 0.01,
    }
    return simulate_runners(20_000, speeds_m_s=[3.5], effects=effects, seed=5, **ONE_LEVEL)


def slope(y, *columns):
    design = np.column_stack([np.ones(len(y)), *columns])
    return np.linalg.lstsq(design, y, rcond=None)[0][1:]


# --- the planted truth comes back -----------------------------------------------------------------


def test_planted_slopes_come_back(large):
    truth = large.attrs["truth"]
    found = mediate(large[TILT], large[HIP], large[COST], n_boot=200)
    assert found.posture_to_mediator.estimate == pytest.approx(-0.4, abs=0.03)
    assert found.mediator_to_outcome.estimate == pytest.approx(0.02, abs=0.002)
    assert truth["indirect_j_kg_m"] == pytest.approx(-0.008)
    assert truth["total_j_kg_m"] == pytest.approx(0.002)
    assert found.indirect.estimate == pytest.approx(truth["indirect_j_kg_m"], abs=0.001)
    assert found.direct.estimate == pytest.approx(truth["direct_j_kg_m"], abs=0.002)
    assert found.total.estimate == pytest.approx(truth["total_j_kg_m"], abs=0.002)


def test_adjusting_for_body_size_sex_age_and_thomas_test_changes_nothing(large):
    c = large[["mass_kg", "height_m", "age_years", "thomas_test_deg"]].assign(
        male=large["sex"] == "male"
    )
    plain = slope(large[COST], large[TILT], large[HIP])
    adjusted = slope(large[COST], large[TILT], large[HIP], c.to_numpy(float))[:2]
    np.testing.assert_allclose(adjusted, plain, atol=5e-4)


def test_zero_effects_are_zero():
    nothing = dict.fromkeys(
        ("posture_on_hip_extension", "hip_extension_on_cost_j_kg_m", "posture_on_cost_j_kg_m"), 0.0
    )
    runners = simulate_runners(20_000, speeds_m_s=[3.5], effects=nothing, seed=2, **ONE_LEVEL)
    assert np.abs(runners[[TILT, HIP, COST]].corr().to_numpy()[[0, 0, 1], [1, 2, 2]]).max() < 0.03


def test_slopes_within_runners_are_those_between():
    runners = simulate_runners(8000, effects={"hip_extension_on_cost_j_kg_m": -0.05}, seed=3)
    at = runners.pivot(index="runner_id", columns="speed_m_s", values=[HIP, COST])
    change = at.xs(4.5, axis=1, level=1) - at.xs(2.5, axis=1, level=1)
    within = slope(change[COST], change[HIP])[0]
    assert within == pytest.approx(-0.05, abs=0.004)


def test_level_differences():
    shift = {COST: -0.5, "flight_time_s": 0.02, HIP: 3.0, TILT: 2.0}
    effects = {"levels": {"elite": shift}, "posture_on_hip_extension": -0.5}
    levels = {"recreational": 10_000, "elite": 10_000}
    runners = simulate_runners(
        20_000, levels=levels, effects=effects, speeds_m_s=[4.0], slopes_pct=[0], seed=1
    )
    mean = runners.groupby("level")[[COST, "flight_time_s", HIP, TILT]].mean()
    difference = mean.loc["elite"] - mean.loc["recreational"]
    assert difference["flight_time_s"] == pytest.approx(0.02, abs=0.002)
    assert difference[TILT] == pytest.approx(2.0, abs=0.2)
    assert difference[HIP] == pytest.approx(3.0 - 0.5 * 2.0, abs=0.2)
    assert difference[COST] == pytest.approx(-0.5 - 0.015 * 2.0, abs=0.015)


def test_confounding_shows_as_the_correlation_that_sensitivity_names():
    effects = {"hip_extension_on_cost_j_kg_m": 0.0, "confounding_r": 0.5}
    runners = simulate_runners(20_000, speeds_m_s=[3.5], effects=effects, seed=4, **ONE_LEVEL)
    found = mediate(runners[TILT], runners[HIP], runners[COST], n_boot=100)
    # Diluted by each runner's own change with speed, and by the scatter of trials.
    diluted = 0.5 * 3.68 / np.hypot(3.68, 1.06) * 0.25 / np.hypot(0.25, 0.05)
    assert found.confounding.correlation == pytest.approx(diluted, abs=0.02)
    assert found.indirect.estimate < -0.01  # spurious: nothing goes through hip extension


# --- error and missing values ---------------------------------------------------------------------


def test_error_of_posture_attenuates_as_predicted():
    effects = {"posture_on_cost_j_kg_m": 0.03}
    runners = simulate_runners(
        40_000,
        speeds_m_s=[3.5],
        effects=effects,
        measurement_error={TILT: 4.0},
        seed=6,
        **ONE_LEVEL,
    )
    truth = runners.attrs["truth"]
    assert truth["reliability_of_standing_pelvic_tilt"] == pytest.approx(0.5)
    found = slope(runners[COST], runners[TILT])[0]
    assert found == pytest.approx(truth["expected_total_j_kg_m"], abs=0.0012)
    assert slope(runners[HIP], runners[TILT])[0] == pytest.approx(-0.68 / 2, abs=0.03)


def test_error_of_cost_widens_and_does_not_bias():
    options = {"speeds_m_s": [3.5], "seed": 6, **ONE_LEVEL}
    clean = simulate_runners(20_000, **options)
    noisy = simulate_runners(20_000, measurement_error={COST: 0.3}, **options)
    assert noisy[COST].var() == pytest.approx(clean[COST].var() + 0.09, rel=0.03)
    pair = [slope(table[COST], table[TILT])[0] for table in (clean, noisy)]
    assert pair[0] == pytest.approx(pair[1], abs=0.002)


def test_displaced_pelvis_markers_couple_tilt_and_hip_without_truth():
    runners = simulate_runners(
        20_000,
        speeds_m_s=[3.5],
        effects={"posture_on_hip_extension": 0.0},
        measurement_error={"pelvis_markers_deg": 4.0},
        seed=7,
        **ONE_LEVEL,
    )
    assert slope(runners[HIP], runners[TILT])[0] == pytest.approx(-0.5, abs=0.03)
    thigh = runners["peak_thigh_extension_deg"] - runners[HIP] - runners["pelvic_tilt_mean_deg"]
    assert thigh.std() == pytest.approx(0, abs=1e-9)


def test_missing_values_are_missing_at_the_stated_rate():
    shares = {TILT: 0.1, "thomas_test_deg": 0.2, "mass_kg": 0.3, "cost": 0.4, "trials": 0.25}
    runners = simulate_runners(5000, missing=shares, seed=8)
    lost = runners.isna().mean()
    for name in (TILT, "thomas_test_deg", "mass_kg"):
        assert lost[name] == pytest.approx(shares[name], abs=0.03)
    for name in (COST, "oxygen_cost_ml_kg_km", "energy_equation", "respiratory_exchange_ratio"):
        assert lost[name] == pytest.approx(0.4, abs=0.03)
    assert lost["height_m"] == 0
    assert len(runners) == pytest.approx(0.75 * 15_000, rel=0.03)
    complete = runners.dropna(subset=[COST, TILT])
    at = complete[np.isclose(complete["speed_m_s"], 3.5)]
    assert slope(at[HIP], at[TILT])[0] == pytest.approx(-0.68, abs=0.08)


def test_missing_trials_and_bad_strides_in_a_cohort():
    cohort = simulate_cohort(
        20, missing={"trials": 0.3, "cost": 0.2, TILT: 0.2}, bad_strides=0.2, seed=2
    )
    assert 25 < len(cohort.trials) < 55
    assert cohort.trials[COST].isna().any()
    assert len(cohort.ledger) == cohort.trials["candidate_strides"].sum()
    dropped = cohort.ledger[~cohort.ledger["kept"]]
    assert 0.1 < len(dropped) / len(cohort.ledger) < 0.3
    assert dropped[["rule", "value", "threshold", "reason"]].notna().all(axis=None)
    assert cohort.problems() == []
    assert gl.measures.count_strides(cohort)["dropped"].sum() == len(dropped)


# --- the same seed, the same cohort ---------------------------------------------------------------


def test_same_seed_same_cohort(built_in):
    again = gl.load_cohort("simulated")
    for name in ("runners", "legs", "trials", "strides", "ledger"):
        pd.testing.assert_frame_equal(getattr(built_in, name), getattr(again, name))
    assert built_in.about == again.about
    for name in built_in.curve_variables:
        np.testing.assert_array_equal(built_in.curves(name), again.curves(name))
    other = simulate_cohort(40, seed=99)
    assert (other.runners[TILT] != built_in.runners[TILT]).all()


def test_the_light_way_gives_the_same_runners():
    options = {"measurement_error": {TILT: 1.0, "thigh_markers_deg": 1.0}, "seed": 11}
    cohort = simulate_cohort(30, strides_per_side=60, **options)
    means = gl.runner_means(cohort)
    means = means[means["side"] == "both"].reset_index(drop=True)
    light = simulate_runners(30, **options)
    keys = ["runner_id", "level", "sex", "speed_m_s", "slope_pct"]
    pd.testing.assert_frame_equal(means[keys], light[keys], check_dtype=False)
    for name in (COST, "oxygen_cost_ml_kg_km", TILT, "thomas_test_deg"):
        np.testing.assert_allclose(means[name], light[name], rtol=1e-12)
    for name, scatter in ((HIP, 0.3), ("peak_thigh_extension_deg", 1.2), ("foot_behind_m", 0.01)):
        assert np.abs(means[name] - light[name]).max() < scatter
    assert set(light) <= set(means)
    assert cohort.about["truth"] == light.attrs["truth"]


def test_studies_are_independent_and_alike():
    runners = simulate_runners(30, studies=400, speeds_m_s=[3.5], seed=1)
    groups = runners.groupby("study")
    assert (groups["runner_id"].nunique() == 30).all()
    assert (groups["level"].value_counts().unstack().std() == 0).all()
    r = groups[[TILT, HIP]].corr().xs(TILT, level=1)[HIP]
    assert r.mean() == pytest.approx(-0.58, abs=0.02)
    assert r.std() == pytest.approx((1 - 0.58**2) / np.sqrt(29), rel=0.15)


# --- calibration ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def both():
    real, made = gl.load_cohort("rbds2017"), simulate_cohort(1500, strides_per_side=3, seed=1)
    tables = []
    for cohort in (real, made):
        means = gl.runner_means(cohort)
        tables.append(means[means["side"] == "both"].set_index("speed_m_s"))
    return tables


@pytest.mark.parametrize("speed", [2.5, 3.5, 4.5])
def test_means_and_spreads_are_those_of_rbds2017(both, speed):
    real, made = (table.loc[speed] for table in both)
    for name in (
        HIP,
        "peak_thigh_extension_deg",
        "hip_extension_at_toe_off_deg",
        "hip_flexion_at_foot_strike_deg",
        "hip_range_deg",
        "pelvic_tilt_mean_deg",
        "contact_time_s",
        "flight_time_s",
        "cadence_spm",
        "foot_ahead_leg",
        "rearward_reach_leg",
        "vertical_oscillation_leg",
    ):
        sd = real[name].std()
        assert made[name].mean() == pytest.approx(real[name].mean(), abs=0.5 * sd), name
        assert made[name].std() == pytest.approx(sd, rel=0.35), name


@pytest.mark.parametrize("speed", [2.5, 3.5, 4.5])
def test_posture_goes_with_the_hip_angle_more_than_with_the_thigh(both, speed):
    made = both[1].loc[speed]
    assert made[TILT].corr(made[HIP]) == pytest.approx(-0.58, abs=0.05)
    assert -0.35 < made[TILT].corr(made["peak_thigh_extension_deg"]) < -0.07


def test_costs_are_those_of_the_literature():
    runners = simulate_runners(4000, speeds_m_s=[2.5, 3.5, 4.5], seed=1)
    cost = runners[runners["level"] == "recreational"].groupby("speed_m_s")
    oxygen = cost["oxygen_cost_ml_kg_km"].mean()
    assert oxygen.between(198, 222).all()
    assert (cost[COST].std() / cost[COST].mean()).between(0.05, 0.08).all()
    rise = base_cost(5.14, 0.0) / base_cost(3.58, 0.0) - 1
    assert rise == pytest.approx(0.096, abs=0.005)  # Batliner 2018
    mean = runners.groupby("level")[COST].mean()
    assert mean["elite"] < mean["competitive"] < mean["recreational"]
    one = runners.iloc[0]
    watts = one["vo2_ml_kg_min"] / 60 * (16.89 + 4.84 * one["respiratory_exchange_ratio"])
    assert watts / one["speed_m_s"] == pytest.approx(one[COST])
    per_km = one["vo2_ml_kg_min"] * 1000 / (60 * one["speed_m_s"])
    assert one["oxygen_cost_ml_kg_km"] == pytest.approx(per_km)


def test_calibration_is_consistent():
    assert np.linalg.eigvalsh(CORRELATION).min() > 0
    np.testing.assert_allclose(mean_measures(np.array([3.5]))[0, 0], 8.391)


# --- one stride -----------------------------------------------------------------------------------


def test_the_hip_is_the_thigh_plus_the_tilt_at_every_instant(built_in):
    hip, thigh, tilt = (
        built_in.curves(name).astype(float)
        for name in ("hip_flexion_deg", "thigh_angle_deg", "pelvic_tilt_deg")
    )
    np.testing.assert_allclose(hip, thigh + tilt, atol=1.5 / 128)


def test_measures_are_those_of_the_curves(built_in):
    strides = built_in.strides
    np.testing.assert_allclose(
        strides[HIP], -built_in.curves("hip_flexion_deg").min(axis=1), atol=0.01
    )
    np.testing.assert_allclose(
        strides["peak_thigh_extension_deg"],
        -built_in.curves("thigh_angle_deg").min(axis=1),
        atol=0.01,
    )
    np.testing.assert_allclose(strides["toe_off_pct"], 100 * strides["duty_factor"])
    np.testing.assert_allclose(strides["cadence_spm"], 120 / strides["stride_time_s"])
    assert (strides["hip_extension_at_toe_off_deg"] <= strides[HIP] + 1e-9).all()
    assert (strides["flight_time_s"] > 0).all()


def test_curves_have_exactly_what_was_asked_for():
    asked = [np.array(v) for v in ([8.0, 12.0], [60.0, 70.0], [15.0, 18.0], [105.0, 120.0])]
    toe_off = np.array([0.33, 0.29])
    curves = stride_curves(*asked, toe_off)
    found = angular_measures(curves, toe_off, np.zeros(2))
    names = (HIP, "hip_range_deg", "pelvic_tilt_mean_deg", "peak_knee_flexion_swing_deg")
    for name, value in zip(names, asked, strict=True):
        np.testing.assert_allclose(found[name], value, atol=1e-4)
    for values in curves.values():
        np.testing.assert_allclose(values[:, 0], values[:, -1], atol=1e-9)


# --- a cohort like any other, and simulated on every face -----------------------------------------


def test_round_trip(built_in, tmp_path):
    tables = {
        name: getattr(built_in, name) for name in ("runners", "legs", "trials", "strides", "ledger")
    }
    curves = {name: built_in.curves(name) for name in built_in.curve_variables}
    back = read_cohort(write_cohort(tmp_path / "simulated", tables, curves, built_in.about))
    assert back.simulated
    assert back.problems() == []
    assert back.about["truth"] == json.loads(json.dumps(built_in.about["truth"]))
    for name, table in tables.items():
        pd.testing.assert_frame_equal(getattr(back, name), table, rtol=1e-12)
    for name, values in curves.items():
        np.testing.assert_array_equal(back.curves(name), values)


def test_nothing_suspicious(built_in):
    assert built_in.problems() == []
    assert built_in.notes() == []
    steep = simulate_cohort(12, speeds_m_s=[2.5, 3.0], slopes_pct=[-5, 0, 5], seed=1)
    assert steep.problems() == []
    assert len(steep.trials) == 72


def test_the_list_of_cohorts_knows_it(built_in):
    row = gl.list_cohorts().set_index("name").loc["simulated"]
    assert row["simulated"]
    assert row["title"] == built_in.title
    counts = [len(built_in.runners), len(built_in.trials), len(built_in.strides)]
    assert row[["runners", "trials", "strides"]].tolist() == counts


def test_every_face_says_simulated(built_in):
    assert "[SIMULATED]" in repr(built_in)
    assert "[SIMULATED]" in built_in._repr_html_()
    assert gl.summarize(built_in).startswith("SIMULATED cohort")
    runners = gl.runner_means(built_in)
    assert (runners["cohort"] == "simulated").all()
    for figure in (
        gl.plot.completeness(built_in),
        gl.plot.curves(built_in, "hip_flexion_deg"),
        gl.plot.relation(runners, TILT, HIP, speed_m_s=3.5),
        gl.plot.with_speed(runners, HIP),
    ):
        title = figure.layout.title
        assert "simulated" in f"{title.text} {title.subtitle.text}"


def test_problems_of_a_cohort_in_memory_are_raised():
    tables = {"runners": pd.DataFrame({"runner_id": ["R1"], "level": ["Elite"]})}
    with pytest.raises(ProblemList) as caught:
        cohort_in_memory(tables, None, {"name": "mine", "simulated": True})
    assert "level is 'Elite' (capital letter)" in str(caught.value)
    assert "the table trials is missing" in str(caught.value)


# --- what cannot be made --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"n_runners": 0}, "n_runners=0"),
        ({"effects": {"posture_on_hip": 1}}, "Did you mean 'posture_on_hip_extension'"),
        ({"effects": {"posture_on_hip_extension": np.nan}}, "Expected a number"),
        ({"effects": {"confounding_r": 1.0}}, "between -1 and 1"),
        ({"effects": {"levels": {"elites": {}}}}, "Did you mean 'elite'"),
        ({"effects": {"levels": {"elite": {"hip_deg": 1}}}}, "'hip_deg' is not known"),
        ({"levels": {"pro": 3}}, "levels: 'pro' is not known"),
        ({"levels": {"elite": 0}}, "nobody"),
        ({"speeds_m_s": [9.0]}, "Expected 2.2 to 5"),
        ({"speeds_m_s": [5.0], "slopes_pct": [10]}, "no steady state"),
        ({"missing": {"cost": 2}}, "cost is 2"),
        ({"missing": {"strides": 0.1}}, "'strides' is not known"),
        ({"measurement_error": {HIP: 1}}, "is not known"),
        ({"bad_strides": 1.0}, "bad_strides=1.0"),
        ({"strides_per_side": 0}, "strides_per_side=0"),
    ],
)
def test_what_cannot_be_is_refused(options, part):
    with pytest.raises(DataError, match=part):
        simulate_cohort(**({"n_runners": 10} | options))


def test_no_studies():
    with pytest.raises(DataError, match="studies=0"):
        simulate_runners(10, studies=0)

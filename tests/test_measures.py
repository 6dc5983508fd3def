"""Measures in absolute truth, and means with the runner as the unit."""

import numpy as np
import pandas as pd
import pytest

import glutelab as gl
from glutelab.kinematics import track_segments
from glutelab.measures import curve_measures, stride_measures
from glutelab.processing import process_trial
from glutelab.schema import STRIDES
from glutelab.segments import segment_model
from glutelab.simulate import pose_markers, simulate_trial

THIGH, SHANK, ANKLE_TO_FOREFOOT, HIP_HEIGHT = 0.42, 0.41, 0.115, 0.92


def test_reach_and_heights_are_the_geometry_of_the_leg():
    """A straight leg 30 degrees behind the vertical, the foot square to it."""
    back = {"hip_flexion_deg": np.full(60, -30.0)}
    moving = pose_markers({"left": back, "right": back}, hip_height_m=HIP_HEIGHT)
    motion = track_segments(moving, segment_model(pose_markers({})))
    middle = 0.5 * (motion.points_m["left_hip_center"] + motion.points_m["right_hip_center"])
    ahead = motion.points_m["right_forefoot"][0] - middle[0]
    # Metatarsals 1 and 5 lie 0.13 and 0.10 m ahead of and 0.07 m below the ankle center.
    leg, angle = THIGH + SHANK + 0.07, np.radians(30)
    expected = -leg * np.sin(angle) + ANKLE_TO_FOREFOOT * np.cos(angle)
    assert ahead[30] == pytest.approx(expected, abs=1e-6)
    assert middle[1, 30] == pytest.approx(HIP_HEIGHT, abs=1e-6)


def known_stride():
    percent = np.linspace(0, 1, 101)
    wave = 2 * np.pi * percent
    curves = {
        "hip_flexion_deg": 20 + 30 * np.cos(wave - 0.2),
        "thigh_angle_deg": 5 + 28 * np.cos(wave - 0.2),
        "pelvic_tilt_deg": 15 + 3 * np.cos(2 * wave),
        "knee_flexion_deg": 60 - 45 * np.cos(wave - 1.3),
        "forefoot_ahead_m": 0.35 * np.cos(wave - 0.5),
        "heel_height_m": 0.3 - 0.25 * np.cos(wave - 1.0),
        "pelvis_height_m": 0.9 + 0.045 * np.cos(2 * wave),
    }
    times = pd.DataFrame(
        {"start_s": [1.0], "toe_off_s": [1.24], "other_strike_s": [1.36], "end_s": [1.70]}
    )
    toe_off = 2 * np.pi * 0.24 / 0.70
    at = {
        "hip_flexion_deg": 20 + 30 * np.cos(toe_off - 0.2),
        "thigh_angle_deg": 5 + 28 * np.cos(toe_off - 0.2),
        "pelvic_tilt_deg": 15 + 3 * np.cos(2 * toe_off),
        "forefoot_ahead_m": 0.35 * np.cos(toe_off - 0.5),
    }
    return {k: v[None] for k, v in curves.items()}, {k: np.array([v]) for k, v in at.items()}, times


def test_every_measure_of_a_known_stride():
    curves, at_toe_off, times = known_stride()
    found = stride_measures(
        curves,
        at_toe_off,
        times,
        speed_m_s=3.5,
        leg_length_m=0.85,
        standing_pelvic_tilt_deg=10.0,
        height_m=1.75,
        mass_kg=68.0,
    ).iloc[0]
    toe_off = 2 * np.pi * 0.24 / 0.70
    behind = -0.35 * np.cos(toe_off - 0.5)
    ahead = 0.35 * np.cos(0.5)
    expected = {
        "peak_hip_extension_deg": 10.0,
        "hip_extension_at_toe_off_deg": -20 - 30 * np.cos(toe_off - 0.2),
        "hip_extension_after_toe_off_deg": 10.0 + 20 + 30 * np.cos(toe_off - 0.2),
        "hip_range_deg": 60.0,
        "hip_flexion_at_foot_strike_deg": 20 + 30 * np.cos(0.2),
        "peak_thigh_extension_deg": 23.0,
        "thigh_extension_at_toe_off_deg": -5 - 28 * np.cos(toe_off - 0.2),
        "pelvic_tilt_mean_deg": 15.0,
        "pelvic_tilt_from_standing_deg": 5.0,
        "pelvic_tilt_at_foot_strike_deg": 18.0,
        "pelvic_tilt_at_toe_off_deg": 15 + 3 * np.cos(2 * toe_off),
        "foot_ahead_m": ahead,
        "foot_behind_m": behind,
        "behind_ahead_ratio": behind / ahead,
        "rearward_reach_m": 0.35,
        "rearward_reach_delay_s": (np.pi + 0.5) / (2 * np.pi) * 0.70 - 0.24,
        "peak_knee_flexion_swing_deg": 105.0,
        "heel_rise_m": 0.5,
        "contact_time_s": 0.24,
        "flight_time_s": 0.12,
        "stride_time_s": 0.70,
        "duty_factor": 0.24 / 0.70,
        "toe_off_pct": 100 * 0.24 / 0.70,
        "cadence_spm": 120 / 0.70,
        "stride_length_m": 2.45,
        "vertical_oscillation_m": 0.09,
        "stride_length_leg": 2.45 / 0.85,
        "rearward_reach_leg": 0.35 / 0.85,
        "foot_ahead_leg": ahead / 0.85,
        "foot_behind_leg": behind / 0.85,
        "heel_rise_leg": 0.5 / 0.85,
        "vertical_oscillation_leg": 0.09 / 0.85,
        # A sine of force (Morin 2005), by hand: 1571.8 N, 0.0643 m, and 0.1648 m of the leg.
        "vertical_stiffness_kn_m": 24.457,
        "leg_stiffness_kn_m": 9.537,
    }
    assert set(found.index) == set(expected)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=2e-3, abs=2e-3), name


def three_strides():
    """A known stride, a smaller and later one, and one that lies elsewhere."""
    curves, at_toe_off, times = known_stride()
    scale, shift = np.array([[1.0], [0.6], [1.4]]), np.array([[0.0], [0.02], [0.3]])
    curves = {name: scale * values + shift for name, values in curves.items()}
    at_toe_off = {name: (scale * values + shift).ravel() for name, values in at_toe_off.items()}
    times = pd.concat([times, times + [0.7, 0.73, 0.72, 0.75], times + 1.4], ignore_index=True)
    return curves, at_toe_off, times


RUNNER = {"leg_length_m": 0.85, "standing_pelvic_tilt_deg": 10.0, "height_m": 1.75, "mass_kg": 68.0}


def test_no_stride_changes_the_measures_of_another():
    curves, at_toe_off, times = three_strides()
    together = stride_measures(curves, at_toe_off, times, speed_m_s=3.5, **RUNNER)
    assert together.notna().all(axis=None)
    for k in range(3):
        alone = stride_measures(
            {name: values[[k]] for name, values in curves.items()},
            {name: values[[k]] for name, values in at_toe_off.items()},
            times.iloc[[k]],
            speed_m_s=3.5,
            **RUNNER,
        )
        np.testing.assert_allclose(together.iloc[k], alone.iloc[0], rtol=1e-12)


def test_only_the_place_of_toe_off_is_known():
    curves, at_toe_off, times = three_strides()
    whole = stride_measures(curves, at_toe_off, times, speed_m_s=3.5)
    placed = times.assign(toe_off_pct=whole["toe_off_pct"], toe_off_s=np.nan, start_s=np.nan)
    found = stride_measures(curves, at_toe_off, placed, speed_m_s=3.5)
    for name in (
        "toe_off_pct",
        "duty_factor",
        "heel_rise_m",
        "peak_knee_flexion_swing_deg",
        "hip_extension_after_toe_off_deg",
        "peak_hip_extension_deg",
    ):
        np.testing.assert_allclose(found[name], whole[name], err_msg=name)
    assert found[["contact_time_s", "stride_time_s", "cadence_spm"]].isna().all(axis=None)


def test_without_toe_off_the_knee_is_looked_at_from_the_middle_of_the_cycle_on():
    curves, at_toe_off, times = three_strides()
    knee = np.full((3, 101), 20.0)
    knee[:, 49], knee[0, 50], knee[1, 51], knee[2, 100] = 130.0, 110.0, 100.0, 90.0
    unknown = times.assign(toe_off_s=np.nan)
    curves |= {"knee_flexion_deg": knee}
    nothing = {name: np.full(3, np.nan) for name in at_toe_off}
    found = stride_measures(curves, nothing, unknown, speed_m_s=3.5)
    assert found["peak_knee_flexion_swing_deg"].tolist() == [110.0, 100.0, 90.0]
    # What needs toe-off is not guessed; peaks of the whole cycle are there.
    assert found[["hip_extension_after_toe_off_deg", "foot_behind_m"]].isna().all(axis=None)
    whole = stride_measures(curves, at_toe_off, times, speed_m_s=3.5)
    np.testing.assert_allclose(found["peak_hip_extension_deg"], whole["peak_hip_extension_deg"])


def test_swing_begins_with_the_point_of_toe_off_itself():
    curves, at_toe_off, times = known_stride()
    times = times.assign(toe_off_s=1.375, other_strike_s=1.5, end_s=1.75)  # 50 %, exactly
    heel, knee = np.full((1, 101), 0.3), np.full((1, 101), 20.0)
    heel[0, [49, 50, 70]], knee[0, [49, 50]] = [0.01, 0.8, 0.7], [120.0, 100.0]
    curves |= {"heel_height_m": heel, "knee_flexion_deg": knee}
    found = stride_measures(curves, at_toe_off, times, speed_m_s=3.5).iloc[0]
    assert found["heel_rise_m"] == pytest.approx(0.8 - 0.01)
    assert found["peak_knee_flexion_swing_deg"] == 100.0
    # The lowest heel in stance counts, not that of swing.
    heel[0, 80] = 0.005
    found = stride_measures(curves, at_toe_off, times, speed_m_s=3.5).iloc[0]
    assert found["heel_rise_m"] == pytest.approx(0.8 - 0.01)


@pytest.mark.parametrize("place", [0.0, 1.0, 37.0, 62.3, 98.6, 100.0])
def test_rearward_reach_is_the_vertex_of_a_parabola_wherever_it_lies(place):
    curves, at_toe_off, times = known_stride()
    ahead = -0.4 + 1e-4 * (np.arange(101.0) - place) ** 2
    curves["forefoot_ahead_m"] = np.stack([ahead])
    found = stride_measures(curves, at_toe_off, times, speed_m_s=3.5).iloc[0]
    assert found["rearward_reach_m"] == pytest.approx(0.4, abs=1e-12)
    assert found["rearward_reach_delay_s"] == pytest.approx(place / 100 * 0.70 - 0.24, abs=1e-12)


def test_rearward_reach_of_a_flat_curve_is_its_value():
    curves, at_toe_off, times = known_stride()
    curves["forefoot_ahead_m"] = np.full((1, 101), -0.3)
    found = stride_measures(curves, at_toe_off, times, speed_m_s=3.5).iloc[0]
    assert found["rearward_reach_m"] == pytest.approx(0.3)


def test_measures_of_what_is_absent_are_missing():
    curves, at_toe_off, times = three_strides()
    hip = {"hip_flexion_deg": curves["hip_flexion_deg"]}
    found = stride_measures(hip, {}, times, speed_m_s=3.5)
    whole = stride_measures(curves, at_toe_off, times, speed_m_s=3.5)
    for name in ("hip_range_deg", "peak_hip_extension_deg", "cadence_spm", "stride_length_m"):
        np.testing.assert_allclose(found[name], whole[name])
    absent = ["foot_ahead_m", "heel_rise_m", "pelvic_tilt_mean_deg", "hip_extension_at_toe_off_deg"]
    assert found[absent].isna().all(axis=None)
    assert len(found) == 3


def test_measures_of_curves_alone():
    hip, knee = np.full((2, 101), 20.0), np.full((2, 101), 15.0)
    hip[0, [0, 30, 80]], hip[1, [0, 30, 80]] = [35.0, -12.0, 50.0], [30.0, -5.0, 45.0]
    knee[0, [20, 39, 40, 70]], knee[1, [20, 44, 45]] = [130.0, 120.0, 110.0, 100.0], [99, 98, 97]
    curves = {"hip_flexion_deg": hip, "knee_flexion_deg": knee}
    found = curve_measures(curves, toe_off_pct=np.array([40.0, 45.0]))
    assert found["peak_hip_extension_deg"].tolist() == [12.0, 5.0]
    assert found["hip_flexion_at_foot_strike_deg"].tolist() == [35.0, 30.0]
    assert found["hip_range_deg"].tolist() == [62.0, 50.0]
    assert found["peak_knee_flexion_swing_deg"].tolist() == [110.0, 97.0]
    one = curve_measures(curves, toe_off_pct=40.0)
    assert one["peak_knee_flexion_swing_deg"].tolist() == [110.0, 98.0]


def test_every_measure_is_declared():
    made = stride_measures(*known_stride(), speed_m_s=3.5)
    undeclared = sorted(set(made) - {column.name for column in STRIDES.columns})
    assert not undeclared, f"{undeclared}: declare them in glutelab/schema/strides.py"


def test_a_peak_before_toe_off_leaves_nothing_after_it():
    curves, at_toe_off, times = known_stride()
    early = 2 * np.pi * np.linspace(0, 1, 101) + 1.8
    curves["hip_flexion_deg"] = (20 + 30 * np.cos(early))[None]
    at_toe_off["hip_flexion_deg"] = np.array([20 + 30 * np.cos(2 * np.pi * 0.24 / 0.70 + 1.8)])
    found = stride_measures(curves, at_toe_off, times, speed_m_s=3.5).iloc[0]
    assert found["hip_extension_after_toe_off_deg"] == pytest.approx(0.0, abs=0.02)


@pytest.fixture(scope="module")
def tables():
    """Two runners at two speeds; R2 lost all right strides at 4 m/s."""
    rows, ledger, trials, curves = [], [], [], []
    for runner in ("R1", "R2"):
        for speed in (3.0, 4.0):
            trial_id = f"{runner}_{speed:g}"
            trials.append(
                {"trial_id": trial_id, "runner_id": runner, "speed_m_s": speed, "slope_pct": 0.0}
            )
            result = process_trial(
                (trial := simulate_trial(hip_extension_deg=4.0 * speed)).markers,
                segment_model(trial.standing),
                trial.events,
                speed_m_s=speed,
            )
            lost = (runner, speed) == ("R2", 4.0)
            kept = ~((result.strides["side"] == "right") & lost)
            rows.append(result.strides[kept].assign(**trials[-1]))
            drop = lost & (result.ledger["side"] == "right")
            ledger.append(
                result.ledger.assign(
                    kept=result.ledger["kept"] & ~drop,
                    rule=result.ledger["rule"].mask(drop, "markers"),
                    trial_id=trial_id,
                    runner_id=runner,
                )
            )
            curves.append(result.curves["hip_flexion_deg"][kept.to_numpy()])
    return pd.concat(rows), pd.concat(ledger), pd.DataFrame(trials), np.concatenate(curves)


@pytest.fixture(scope="module")
def cohort(tables, tmp_path_factory):
    rows, ledger, trials, curves = tables
    runners = pd.DataFrame({"runner_id": ["R1", "R2"], "level": ["elite", "recreational"]})
    folder = tmp_path_factory.mktemp("cohorts") / "small"
    gl.cohort.write_cohort(
        folder,
        {"runners": runners, "trials": trials, "strides": rows, "ledger": ledger},
        {"hip_flexion_deg": curves},
        {"name": "small", "title": "Small", "simulated": True},
    )
    return gl.load_cohort(folder)


def test_runner_means_average_strides_then_sides(cohort):
    means = gl.runner_means(cohort).set_index(["runner_id", "speed_m_s", "side"])
    strides = cohort.strides.groupby(["runner_id", "speed_m_s", "side"])["hip_range_deg"]
    for key, mean in strides.mean().items():
        assert means.loc[key, "hip_range_deg"] == pytest.approx(mean)
        assert means.loc[key, "n_strides"] == strides.size()[key]
    sides = [means.loc[("R1", 3.0, side), "hip_range_deg"] for side in ("left", "right")]
    assert means.loc[("R1", 3.0, "both"), "hip_range_deg"] == pytest.approx(np.mean(sides))


def test_a_lost_side_keeps_its_row_and_empties_both(cohort):
    means = gl.runner_means(cohort).set_index(["runner_id", "speed_m_s", "side"])
    lost = means.loc[("R2", 4.0, "right")]
    assert lost["n_strides"] == 0
    assert lost["n_dropped"] > 5
    assert np.isnan(lost["hip_range_deg"])
    assert np.isnan(means.loc[("R2", 4.0, "both"), "hip_range_deg"])
    assert means.loc[("R2", 4.0, "left"), "n_dropped"] == 0
    counts = gl.measures.count_strides(cohort).set_index(["trial_id", "side"])
    assert counts.loc[("R2_4", "right"), "kept"] == 0


def test_curves_of_both_sides_need_both_sides(cohort):
    both = gl.runner_curves(cohort, "hip_flexion_deg")
    assert len(both) == 3
    assert both.xs(4.0, level="speed_m_s").index.get_level_values("runner_id").tolist() == ["R1"]
    assert len(gl.runner_curves(cohort, "hip_flexion_deg", side="left")) == 4


def test_a_cohort_without_ledger_does_not_claim_to_know_what_was_dropped(tables, tmp_path):
    rows, _, trials, _ = tables
    left = rows[rows["side"] == "left"]
    runners = pd.DataFrame({"runner_id": ["R1", "R2"], "level": ["elite", "elite"]})
    about = {"name": "bare", "title": "Bare", "simulated": True}
    trials = trials.drop(columns="slope_pct")
    gl.cohort.write_cohort(
        tmp_path / "bare",
        {"runners": runners, "trials": trials, "strides": left.drop(columns="slope_pct")},
        {},
        about,
    )
    cohort = gl.load_cohort(tmp_path / "bare")
    assert any("taken as level" in note for note in cohort.notes())
    means = gl.runner_means(cohort)
    assert means["n_dropped"].isna().all()
    assert set(means["side"]) == {"left"}
    counts = gl.measures.count_strides(cohort)
    assert counts["kept"].sum() == len(cohort.strides)
    assert counts[["candidates", "dropped"]].isna().all(axis=None)
    assert "no ledger" in gl.plot.completeness(cohort).layout.title.text
    assert "SIMULATED" in gl.summarize(cohort)


def test_shoes_and_sessions_are_not_pooled(tables, tmp_path):
    rows, ledger, trials, curves = tables
    trials = trials.assign(shoe=["flats", "spikes"] * 2, speed_m_s=3.0)
    rows = rows.assign(speed_m_s=3.0)
    runners = pd.DataFrame({"runner_id": ["R1", "R2"], "level": ["elite", "recreational"]})
    gl.cohort.write_cohort(
        tmp_path / "shoes",
        {"runners": runners, "trials": trials, "strides": rows, "ledger": ledger},
        {"hip_flexion_deg": curves},
        {"name": "shoes", "title": "Shoes", "simulated": True},
    )
    cohort = gl.load_cohort(tmp_path / "shoes")
    means = gl.runner_means(cohort)
    left = means[means["side"] == "left"]
    assert left[["runner_id", "shoe"]].values.tolist() == [
        ["R1", "flats"],
        ["R1", "spikes"],
        ["R2", "flats"],
        ["R2", "spikes"],
    ]
    assert left["simulated"].all()
    curves = gl.runner_curves(cohort, "hip_flexion_deg", side="left")
    assert curves.index.get_level_values("shoe").tolist() == left["shoe"].tolist()
    with pytest.raises(gl.DataError, match="would pool shoe flats, spikes"):
        gl.plot.curves(cohort, "hip_flexion_deg", side="left")
    figure = gl.plot.curves(cohort, "hip_flexion_deg", by="shoe", side="left")
    assert {trace.name for trace in figure.data if trace.name} >= {"flats (n = 2)"}


def test_speed_and_slope_are_no_measures(cohort):
    assert not {"speed_m_s", "slope_pct"} & set(gl.measures.describe_measures(cohort)["measure"])


def test_legs_nobody_measured_have_no_columns():
    assert "thomas_test_deg" not in gl.runner_means(gl.load_cohort("bmc-ric"))
    assert "thomas_test_deg" in gl.runner_means(gl.load_cohort("rbds2017"))


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("rbds2017", "str"),
        (None, "NoneType"),
        ([], "list"),
        (pd.DataFrame({"strides": [1]}), "Data"),
    ],
)
def test_a_cohort_is_expected(given, kind):
    calls = [
        gl.runner_means,
        gl.measures.describe_measures,
        gl.measures.count_strides,
        gl.plot.completeness,
        lambda one: gl.runner_curves(one, "hip_flexion_deg"),
        lambda one: gl.plot.curves(one, "hip_flexion_deg"),
    ]
    for call in calls:
        with pytest.raises(
            gl.DataError, match=f"a {kind}.* was given. Expected a cohort: glutelab.l"
        ):
            call(given)


def test_a_curve_has_one_name(cohort):
    with pytest.raises(gl.DataError, match="is no name. Expected a word, such as hip_flexion_deg"):
        gl.runner_curves(cohort, ["hip_flexion_deg"])

"""A whole trial: known measures come back, invariances hold, the ledger adds up."""

import numpy as np
import pandas as pd
import pytest

from glutelab.frames import MarkerFrames
from glutelab.kinematics import ANGLE_NAMES
from glutelab.measures import spring_mass
from glutelab.processing import process_trial
from glutelab.segments import segment_model
from glutelab.simulate import simulate_trial

BODY = {"speed_m_s": 3.5, "height_m": 1.75, "mass_kg": 68.0}


def run(trial, markers=None, events=None):
    return process_trial(
        markers or trial.markers,
        segment_model(trial.standing),
        trial.events if events is None else events,
        **BODY,
    )


@pytest.fixture(scope="module")
def trial():
    return simulate_trial(duration_s=12.0, hip_extension_deg=9.0, pelvic_tilt_deg=16.0)


@pytest.fixture(scope="module")
def result(trial):
    return run(trial)


def test_known_measures_come_back(result):
    means = result.strides.mean(numeric_only=True)
    assert means["peak_hip_extension_deg"] == pytest.approx(9.0, abs=0.1)
    assert means["hip_range_deg"] == pytest.approx(2 * (22.0 + 4.5), abs=0.1)
    assert means["pelvic_tilt_mean_deg"] == pytest.approx(16.0, abs=0.05)
    assert means["pelvic_tilt_from_standing_deg"] == pytest.approx(6.0, abs=0.05)
    assert means["contact_time_s"] == pytest.approx(0.24)
    assert means["flight_time_s"] == pytest.approx(0.11)
    assert means["duty_factor"] == pytest.approx(0.24 / 0.7)
    assert means["cadence_spm"] == pytest.approx(120 / 0.7)
    assert means["stride_length_m"] == pytest.approx(3.5 * 0.7)


def test_measures_at_an_event_are_the_curve_at_that_event(trial, result):
    for side in ("left", "right"):
        strides = result.strides[result.strides["side"] == side]
        rate = trial.markers.rate_hz
        time = np.arange(len(trial.markers)) / rate
        hip = trial.angles[side]["hip_flexion_deg"]
        toe_off = strides["start_s"] + strides["contact_time_s"]
        expected = -np.interp(toe_off, time, hip)
        np.testing.assert_allclose(strides["hip_extension_at_toe_off_deg"], expected, atol=0.15)


def test_every_candidate_is_kept_or_dropped(trial):
    events = trial.events.drop(trial.events.index[20])
    result = run(trial, events=events)
    ledger = result.ledger
    assert len(ledger) == ledger["kept"].sum() + (~ledger["kept"]).sum()
    assert ledger["kept"].sum() == len(result.strides)
    assert ((ledger["rule"] == "") == ledger["kept"]).all()
    assert (~ledger["kept"]).any()
    for curves in result.curves.values():
        assert curves.shape == (len(result.strides), 101)
        assert curves.dtype == np.float32
        assert np.isfinite(curves).all()


def test_a_long_gap_drops_only_its_strides_and_says_which_cluster(trial):
    positions = trial.markers.positions_m.copy()
    for name in ("left_thigh_top_lateral", "left_thigh_bottom_lateral"):
        positions[600:640, trial.markers.index(name)] = np.nan
    result = run(trial, trial.markers.replaced(positions))
    dropped = result.ledger[~result.ledger["kept"]]
    assert set(dropped["side"]) == {"left"}
    assert set(dropped["rule"]) == {"markers"}
    assert dropped["reason"].str.contains("left thigh").all()
    assert 1 <= len(dropped) <= 2
    assert (dropped["value"] > 0).all()


def test_mixed_up_markers_drop_their_stride_with_the_misfit(trial):
    positions = trial.markers.positions_m.copy()
    first, second = (
        trial.markers.index(f"right_thigh_{name}") for name in ("top_lateral", "bottom_medial")
    )
    positions[700:706, [first, second]] = positions[700:706, [second, first]]
    result = run(trial, trial.markers.replaced(positions))
    dropped = result.ledger[~result.ledger["kept"]]
    assert set(dropped["rule"]) == {"cluster"}
    assert set(dropped["side"]) == {"right"}
    assert dropped["reason"].str.contains("right thigh").all()
    assert (dropped["value"] > dropped["threshold"]).all()


def test_a_gap_of_20_frames_and_a_lost_pelvis_marker_cost_no_stride(trial):
    positions = trial.markers.positions_m.copy()
    positions[300:320, trial.markers.index("left_thigh_top_lateral")] = np.nan
    positions[:, trial.markers.index("left_asis")] = np.nan
    positions[:, trial.markers.index("right_metatarsal_1")] = np.nan
    assert run(trial, trial.markers.replaced(positions)).ledger["kept"].all()


def test_mirroring_exchanges_the_sides(trial, result):
    swap = {"left": "right", "right": "left"}

    def mirror(markers):
        names = tuple(
            f"{swap[name.split('_')[0]]}_{name.split('_', 1)[1]}" for name in markers.names
        )
        return MarkerFrames(names, markers.positions_m * [1, 1, -1], markers.rate_hz)

    other = process_trial(
        mirror(trial.markers),
        segment_model(mirror(trial.standing)),
        trial.events.assign(side=trial.events["side"].map(swap)),
        **BODY,
    )
    mirrored = other.strides.assign(side=other.strides["side"].map(swap))
    order = ["side", "stride"]
    pd.testing.assert_frame_equal(
        mirrored.sort_values(order, ignore_index=True),
        result.strides.sort_values(order, ignore_index=True),
        atol=1e-8,
    )


def test_twice_the_sampling_rate_gives_the_same_measures(result):
    fast = run(
        simulate_trial(
            duration_s=12.0, hip_extension_deg=9.0, pelvic_tilt_deg=16.0, marker_rate_hz=300.0
        )
    )
    numbers = result.strides.select_dtypes("number").columns
    for name in numbers:
        scale = max(abs(result.strides[name].mean()), 1e-3)
        difference = abs(fast.strides[name].mean() - result.strides[name].mean())
        assert difference < 2e-3 * scale + 0.02 * name.endswith("_deg"), name


def test_shifting_time_changes_no_measure(trial, result):
    frames = 30
    padded = np.concatenate([trial.markers.positions_m[:frames], trial.markers.positions_m])
    later = trial.events.assign(time_s=trial.events["time_s"] + frames / trial.markers.rate_hz)
    other = run(trial, trial.markers.replaced(padded), later)
    # The first stride starts where the recording was cut and its filter settles differently.
    kept = other.strides["start_s"] > 1.5
    columns = other.strides.columns.drop(["side", "stride", "start_s"])
    np.testing.assert_allclose(
        other.strides.loc[kept, columns], result.strides.loc[kept, columns], rtol=1e-6, atol=1e-6
    )


def test_a_longer_way_behind_is_a_larger_ratio():
    short = run(simulate_trial(hip_extension_deg=2.0)).strides.mean(numeric_only=True)
    far = run(simulate_trial(hip_extension_deg=16.0)).strides.mean(numeric_only=True)
    assert far["foot_behind_m"] > short["foot_behind_m"]
    assert far["rearward_reach_m"] > short["rearward_reach_m"]
    assert far["peak_thigh_extension_deg"] > short["peak_thigh_extension_deg"]


def test_spring_mass_matches_the_published_example():
    spring = spring_mass(0.25, 0.10, 3.33, mass_kg=70.0, height_m=1.75)
    assert spring["peak_force_n"] == pytest.approx(1510, abs=0.5)
    assert spring["vertical_displacement_m"] == pytest.approx(0.0600, abs=5e-5)
    assert spring["vertical_stiffness_kn_m"] == pytest.approx(25.18, abs=5e-3)
    assert spring["leg_stiffness_kn_m"] == pytest.approx(9.52, abs=5e-3)


def test_curves_are_named_as_the_schema_says(result):
    assert list(result.curves) == list(ANGLE_NAMES)

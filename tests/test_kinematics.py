"""Known angles come back; mirroring, resampling, moving and gaps change nothing."""

import numpy as np
import pytest

from glutelab.errors import DataError
from glutelab.frames import MarkerFrames
from glutelab.kinematics import (
    ANGLE_NAMES,
    joint_angles,
    relabel_forefoot,
    standing_posture,
    track_segments,
)
from glutelab.segments import segment_model
from glutelab.simulate import pose_markers, simulate_trial

JOINT_ANGLES = [name for name in ANGLE_NAMES if name.startswith(("hip", "knee", "ankle"))]


@pytest.fixture(scope="module")
def trial():
    return simulate_trial(duration_s=6.0)


@pytest.fixture(scope="module")
def motion(trial):
    # A cut-off far above the movement, so that the filter does not change the known truth.
    return track_segments(trial.markers, segment_model(trial.standing), cutoff_hz=60.0)


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("name", JOINT_ANGLES)
def test_known_joint_angles_come_back(trial, motion, side, name):
    error = joint_angles(motion, side)[name] - trial.angles[side][name]
    # The standing pose has the foot level by definition: it is tilted by nothing here.
    assert np.abs(error[20:-20]).max() < 1e-3


def test_known_pelvic_tilt_and_thigh_angle_come_back(motion, trial):
    for side in ("left", "right"):
        angles = joint_angles(motion, side)
        tilt = trial.angles[side]["pelvic_tilt_deg"]
        assert np.abs(angles["pelvic_tilt_deg"] - tilt)[20:-20].max() < 1e-3


def test_planar_hip_flexion_is_thigh_angle_plus_pelvic_tilt():
    flexion = np.linspace(-20, 60, 200)
    planar = {
        side: {"hip_flexion_deg": flexion, "pelvic_tilt_deg": 12.0} for side in ("left", "right")
    }
    motion = track_segments(pose_markers(planar), segment_model(pose_markers({})), cutoff_hz=70.0)
    angles = joint_angles(motion, "left")
    total = angles["thigh_angle_deg"] + angles["pelvic_tilt_deg"]
    np.testing.assert_allclose(angles["hip_flexion_deg"], total, atol=1e-9)
    np.testing.assert_allclose(angles["hip_flexion_deg"][20:-20], flexion[20:-20], atol=1e-2)
    np.testing.assert_allclose(angles["pelvic_tilt_deg"], 12.0, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "given"),
    [("hip_flexion_deg", 30), ("knee_flexion_deg", 90), ("ankle_dorsiflexion_deg", 15)],
)
def test_signs_follow_the_conventions(name, given):
    bent = pose_markers({"left": {name: [given] * 30}, "right": {name: [given] * 30}})
    neutral = pose_markers({})
    motion = track_segments(bent, segment_model(neutral), cutoff_hz=60.0)
    for side in ("left", "right"):
        assert joint_angles(motion, side)[name][15] == pytest.approx(given, abs=1e-6)
    ahead = bent["right_knee_lateral"][15, 0] - neutral["right_knee_lateral"][0, 0]
    heel_up = bent["right_heel_bottom"][15, 1] - neutral["right_heel_bottom"][0, 1]
    if name == "hip_flexion_deg":
        assert ahead > 0.1  # a flexed hip brings the knee forward
    if name == "knee_flexion_deg":
        assert heel_up > 0.1  # a flexed knee lifts the heel


def test_standing_posture_gives_tilt_and_leg_length(trial):
    posture = standing_posture(segment_model(trial.standing))
    assert posture["pelvic_tilt_deg"] == pytest.approx(10.0)
    assert posture["left_hip_flexion_deg"] == pytest.approx(10.0)
    assert posture["right_thigh_angle_deg"] == pytest.approx(0.0, abs=1e-9)
    assert posture["right_leg_length_m"] == pytest.approx(0.42 + 0.41)


def mirrored(markers: MarkerFrames) -> MarkerFrames:
    swap = {"left": "right", "right": "left"}
    names = tuple(f"{swap[name.split('_')[0]]}_{name.split('_', 1)[1]}" for name in markers.names)
    return MarkerFrames(names, markers.positions_m * [1, 1, -1], markers.rate_hz)


def test_mirroring_exchanges_left_and_right(trial, motion):
    other = track_segments(
        mirrored(trial.markers), segment_model(mirrored(trial.standing)), cutoff_hz=60.0
    )
    for name, angle in joint_angles(other, "left").items():
        np.testing.assert_allclose(angle, joint_angles(motion, "right")[name], atol=1e-8)


def test_moving_and_turning_the_runner_changes_no_joint_angle(trial, motion):
    moved = trial.markers.replaced(trial.markers.positions_m + [3.0, 0.5, -2.0])
    turn = np.array([[np.cos(0.1), 0, np.sin(0.1)], [0, 1, 0], [-np.sin(0.1), 0, np.cos(0.1)]])
    turned = moved.replaced(moved.positions_m @ turn.T)
    other = track_segments(turned, segment_model(trial.standing), cutoff_hz=60.0)
    for name in JOINT_ANGLES:
        expected = joint_angles(motion, "left")[name]
        np.testing.assert_allclose(joint_angles(other, "left")[name], expected, atol=1e-7)


def test_doubling_the_sampling_rate_changes_nothing(trial):
    slow = track_segments(trial.markers, segment_model(trial.standing))
    fast_trial = simulate_trial(duration_s=6.0, marker_rate_hz=300.0)
    fast = track_segments(fast_trial.markers, segment_model(fast_trial.standing))
    for name in ANGLE_NAMES:
        expected = joint_angles(slow, "right")[name][40:-40]
        found = joint_angles(fast, "right")[name][::2][40:-40]
        np.testing.assert_allclose(found, expected, atol=0.02)


def test_a_gap_of_20_frames_in_one_cluster_marker_is_bridged(trial, motion):
    positions = trial.markers.positions_m.copy()
    positions[300:320, trial.markers.index("left_thigh_bottom_medial")] = np.nan
    model = segment_model(trial.standing)
    other = track_segments(trial.markers.replaced(positions), model, cutoff_hz=60.0)
    error = joint_angles(other, "left")["hip_flexion_deg"] - trial.angles["left"]["hip_flexion_deg"]
    assert np.abs(error[20:-20]).max() < 1.0


def test_three_of_four_markers_track_two_do_not(trial):
    model = segment_model(trial.standing)
    positions = trial.markers.positions_m.copy()
    positions[300:400, trial.markers.index("right_asis")] = np.nan
    three = track_segments(trial.markers.replaced(positions), model, cutoff_hz=60.0)
    error = joint_angles(three, "left")["pelvic_tilt_deg"] - trial.angles["left"]["pelvic_tilt_deg"]
    assert np.abs(error[320:380]).max() < 0.01
    positions[300:400, trial.markers.index("left_asis")] = np.nan
    two = track_segments(trial.markers.replaced(positions), model)
    assert np.isnan(joint_angles(two, "left")["pelvic_tilt_deg"][300:400]).all()
    assert not np.isnan(joint_angles(two, "left")["pelvic_tilt_deg"][:300]).any()


def test_exchanged_metatarsal_labels_are_put_right_and_said(trial):
    model = segment_model(trial.standing)
    first, fifth = (trial.markers.index(f"right_metatarsal_{k}") for k in (1, 5))
    positions = trial.markers.positions_m.copy()
    positions[:, [first, fifth]] = positions[:, [fifth, first]]
    mended, notes = relabel_forefoot(trial.markers.replaced(positions), model)
    np.testing.assert_array_equal(mended.positions_m, trial.markers.positions_m)
    assert notes == ["right_metatarsal_1 and right_metatarsal_5 carried each other's label"]
    assert relabel_forefoot(trial.markers, model)[1] == []


def test_a_single_mislabeled_metatarsal_is_moved_to_its_place(trial):
    model = segment_model(trial.standing)
    first, fifth = (trial.markers.index(f"right_metatarsal_{k}") for k in (1, 5))
    positions = trial.markers.positions_m.copy()
    positions[:, fifth] = positions[:, first]
    positions[:, first] = np.nan
    mended, notes = relabel_forefoot(trial.markers.replaced(positions), model)
    assert "sits on right_metatarsal_1" in notes[0]
    motion = track_segments(mended, model, cutoff_hz=60.0)
    whole = track_segments(trial.markers, model, cutoff_hz=60.0)
    np.testing.assert_allclose(
        motion.points_m["right_forefoot"], whole.points_m["right_forefoot"], atol=1e-6
    )


def test_an_unseen_landmark_is_named(trial):
    positions = trial.standing.positions_m.copy()
    positions[:, trial.standing.index("left_fibula_head")] = np.nan
    with pytest.raises(DataError, match="left_fibula_head not seen in any frame"):
        segment_model(trial.standing.replaced(positions))

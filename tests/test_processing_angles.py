"""Trials that came as angles or curves: the same strides and measures as from markers."""

import numpy as np
import pandas as pd
import pytest

import glutelab as gl
from glutelab.cohort import write_cohort
from glutelab.errors import DataError, ProblemList
from glutelab.frames import AngleFrames
from glutelab.kinematics import joint_angles, standing_posture, track_segments
from glutelab.processing import process_angles, process_curves, process_trial
from glutelab.segments import segment_model
from glutelab.simulate import simulate_trial

BODY = {"speed_m_s": 3.5, "height_m": 1.75, "mass_kg": 68.0}
NEEDS_MARKERS = {
    *("rearward_reach_m", "rearward_reach_leg", "rearward_reach_delay_s", "behind_ahead_ratio"),
    *("heel_rise_m", "heel_rise_leg", "foot_ahead_m", "foot_ahead_leg", "foot_behind_m"),
    *("foot_behind_leg", "vertical_oscillation_m", "vertical_oscillation_leg"),
}


@pytest.fixture(scope="module")
def trial():
    return simulate_trial(duration_s=12.0, hip_extension_deg=9.0, pelvic_tilt_deg=16.0)


@pytest.fixture(scope="module")
def from_markers(trial):
    return process_trial(trial.markers, segment_model(trial.standing), trial.events, **BODY)


@pytest.fixture(scope="module")
def angles(trial):
    motion = track_segments(trial.markers, segment_model(trial.standing))
    found = {side: joint_angles(motion, side) for side in ("left", "right")}
    return AngleFrames(found, motion.rate_hz, "trial.csv")


@pytest.fixture(scope="module")
def posture(trial):
    return standing_posture(segment_model(trial.standing))


def only(angles, *names, side=None):
    sides = [side] if side else ["left", "right"]
    kept = {one: {name: angles.angles_deg[one][name] for name in names} for one in sides}
    return AngleFrames(kept, angles.rate_hz, angles.source)


def test_measures_from_angles_are_those_from_markers(trial, from_markers, angles, posture):
    legs = {side: posture[f"{side}_leg_length_m"] for side in ("left", "right")}
    tilt = posture["pelvic_tilt_deg"]
    result = process_angles(
        angles, trial.events, **BODY, leg_length_m=legs, standing_pelvic_tilt_deg=tilt
    )
    assert set(from_markers.strides) - set(result.strides) == NEEDS_MARKERS
    shared = [name for name in from_markers.strides if name in result.strides]
    pd.testing.assert_frame_equal(result.strides[shared], from_markers.strides[shared])
    pd.testing.assert_frame_equal(result.ledger, from_markers.ledger)
    for name, values in from_markers.curves.items():
        np.testing.assert_array_equal(result.curves[name], values)


def test_strides_in_are_kept_and_dropped(trial, angles):
    broken = only(angles, "hip_flexion_deg", "knee_flexion_deg")
    broken.angles_deg["left"]["knee_flexion_deg"] = broken.angles_deg["left"][
        "knee_flexion_deg"
    ].copy()
    broken.angles_deg["left"]["knee_flexion_deg"][300:310] = np.nan
    hip = broken.angles_deg["right"]["hip_flexion_deg"].copy()
    hip[700:] += 25.0
    broken.angles_deg["right"]["hip_flexion_deg"] = hip
    result = process_angles(broken, trial.events, speed_m_s=3.5)
    assert len(result.strides) == result.ledger["kept"].sum()
    rules = result.ledger[~result.ledger["kept"]].groupby("rule")["side"].agg(set)
    assert rules.to_dict() == {"gap": {"left"}, "jump": {"right"}}
    assert result.ledger["reason"].str.contains("knee_flexion_deg").any()


def test_without_toe_off_what_depends_on_it_is_left_out(trial, angles, from_markers):
    strikes = trial.events[trial.events["event"] == "foot_strike"]
    result = process_angles(angles, strikes, **BODY)
    assert any("toe-off is not known" in note for note in result.notes)
    gone = {"contact_time_s", "hip_extension_at_toe_off_deg", "duty_factor", "flight_time_s"}
    assert not gone & set(result.strides)
    for name in ("hip_range_deg", "peak_knee_flexion_swing_deg", "cadence_spm"):
        np.testing.assert_allclose(result.strides[name], from_markers.strides[name])
    peak = result.strides["peak_hip_extension_deg"] - from_markers.strides["peak_hip_extension_deg"]
    assert peak.abs().max() < 0.05


def test_one_side_alone(trial, angles):
    right = trial.events[trial.events["side"] == "right"]
    result = process_angles(
        only(angles, "hip_flexion_deg", "knee_flexion_deg", side="right"), right, speed_m_s=3.5
    )
    assert set(result.strides["side"]) == {"right"}
    assert result.ledger["kept"].all()
    assert "flight_time_s" not in result.strides
    assert "contact_time_s" in result.strides


def test_an_angle_with_gaps_is_whole_or_absent_in_a_stride(trial, angles):
    some = only(angles, "hip_flexion_deg", "knee_flexion_deg", "ankle_dorsiflexion_deg")
    ankle = some.angles_deg["left"]["ankle_dorsiflexion_deg"].copy()
    ankle[300:310] = np.nan
    some.angles_deg["left"]["ankle_dorsiflexion_deg"] = ankle
    result = process_angles(some, trial.events, speed_m_s=3.5)
    missing = np.isnan(result.curves["ankle_dorsiflexion_deg"])
    assert set(missing.sum(axis=1)) == {0, 101}
    assert any("have no ankle_dorsiflexion_deg" in note for note in result.notes)


def test_angles_are_filtered_only_if_asked(trial, angles):
    plain = process_angles(angles, trial.events, speed_m_s=3.5)
    smooth = process_angles(angles, trial.events, speed_m_s=3.5, cutoff_hz=6.0)
    assert any("6 Hz" in note for note in smooth.notes)
    assert not np.allclose(plain.curves["knee_flexion_deg"], smooth.curves["knee_flexion_deg"])


def test_what_cannot_be_processed_is_refused(trial, angles):
    with pytest.raises(DataError, match="knee_flexion_deg"):
        process_angles(only(angles, "hip_flexion_deg"), trial.events)
    with pytest.raises(DataError, match="no stride of the left foot"):
        process_angles(angles, trial.events.iloc[:0].assign(event="foot_strike"))
    with pytest.raises(DataError, match="km/h"):
        process_angles(angles, trial.events, speed_m_s=14.0)


# --- curves ---------------------------------------------------------------------------------------


def test_curves_give_the_measures_of_the_shipped_cohort():
    cohort = gl.load_cohort("bmc-ric")
    names = cohort.curve_variables
    for runner in ("BMC01", "RIC02"):
        rows = (cohort.strides["runner_id"] == runner).to_numpy()
        result = process_curves(
            {"right": {name: cohort.curves(name)[rows] for name in names}},
            strides={"right": cohort.strides.loc[rows, "stride"]},
            speed_m_s=2.5,
        )
        assert len(result.ledger) == rows.sum()
        for name in result.strides.columns[3:]:
            # The shipped curves are rounded to 1/128 degree, its measures are not.
            expected = cohort.strides.loc[rows, name].to_numpy()
            np.testing.assert_allclose(result.strides[name], expected, atol=0.008)


def test_curves_of_a_trial_give_its_measures_again(from_markers):
    table = from_markers.strides
    given, toe_off, lasting = {}, {}, {}
    for side in ("left", "right"):
        rows = (table["side"] == side).to_numpy()
        given[side] = {name: values[rows] for name, values in from_markers.curves.items()}
        toe_off[side], lasting[side] = (
            table.loc[rows, name].to_numpy() for name in ("toe_off_pct", "stride_time_s")
        )
    result = process_curves(
        given, toe_off_pct=toe_off, stride_time_s=lasting, speed_m_s=3.5, source="x.csv"
    )
    for name in result.strides.columns[3:]:
        np.testing.assert_allclose(result.strides[name], table[name], rtol=1e-4, atol=0.02)
    assert {"duty_factor", "cadence_spm", "hip_extension_at_toe_off_deg"} <= set(result.strides)


def test_a_lost_pelvis_is_dropped_by_the_rule_of_curves(from_markers):
    right = (from_markers.strides["side"] == "right").to_numpy()
    curves = {name: values[right].copy() for name, values in from_markers.curves.items()}
    curves["hip_flexion_deg"][1, 60:] += 20
    result = process_curves({"right": curves}, strides={"right": np.arange(11, 11 + right.sum())})
    dropped = result.ledger[~result.ledger["kept"]]
    assert dropped[["stride", "rule"]].to_numpy().tolist() == [[12, "jump"]]
    assert dropped["threshold"].item() == 6.0
    assert len(result.strides) + len(dropped) == right.sum()


def test_a_trial_of_curves_can_be_written_and_read(tmp_path, from_markers):
    right = (from_markers.strides["side"] == "right").to_numpy()
    curves = {name: values[right] for name, values in from_markers.curves.items()}
    result = process_curves({"right": curves}, toe_off_pct=34.0, speed_m_s=3.5)
    keys = {"runner_id": "A", "trial_id": "A_T35"}
    tables = {
        "runners": pd.DataFrame({"runner_id": ["A"], "level": ["unknown"], "sex": ["male"]}),
        "trials": pd.DataFrame(
            {**{name: [one] for name, one in keys.items()}, "speed_m_s": 3.5, "slope_pct": 0.0}
        ),
        "strides": result.strides.assign(**keys, speed_m_s=3.5, slope_pct=0.0),
        "ledger": result.ledger.assign(**keys),
    }
    about = {"name": "mine", "title": "Mine", "version": "1", "simulated": True}
    about |= {"licenses": [{"name": "CC0-1.0"}], "sources": []}
    write_cohort(tmp_path / "mine", tables, result.curves, about)
    back = gl.load_cohort(tmp_path / "mine")
    assert len(back.strides) == right.sum()
    assert gl.runner_means(back)["toe_off_pct"].tolist() == [34.0]


@pytest.mark.parametrize(
    ("change", "helps"),
    [
        ({"curves": {"right": {"hip_flexion_deg": np.zeros((2, 101))}}}, "knee_flexion_deg"),
        ({"curves": {"middle": {}}}, "left or right"),
        ({"toe_off_pct": 0.35}, "fraction"),
        ({"toe_off_pct": {"right": [30.0, 31.0, 32.0]}}, "one per stride"),
        ({"stride_time_s": {"right": 700.0}}, "in seconds"),
        ({"strides": {"right": [4, 4]}}, "one number each"),
    ],
)
def test_curves_that_do_not_fit_are_refused(change, helps):
    pair = {"hip_flexion_deg": np.zeros((2, 101)), "knee_flexion_deg": np.zeros((2, 101))}
    given = {"curves": {"right": pair}, **change}
    with pytest.raises(DataError, match=helps):
        process_curves(given.pop("curves"), **given)


def test_all_wrong_lengths_are_named_at_once():
    wrong = {"hip_flexion_deg": np.zeros((2, 100)), "knee_flexion_deg": np.zeros((2, 51))}
    with pytest.raises(ProblemList, match="(?s)100 points.*51 points"):
        process_curves({"right": wrong}, source="curves.csv")

"""Vendor presets of signs, and channels that become angles."""

import numpy as np
import pandas as pd
import pytest

import glutelab as gl
from glutelab.errors import DataError, ProblemList
from glutelab.events import detect_events_from_angles
from glutelab.formats.recording import Channels, Recording
from glutelab.intake.angles import angle_curves, angle_frames
from glutelab.intake.presets import PRESETS, preset_columns
from glutelab.kinematics import ANGLE_NAMES
from glutelab.processing import process_angles, process_curves
from glutelab.simulate import simulate_trial

VARIANTS = [(name, one) for name, preset in PRESETS.items() for one in preset.channels]


def recording(columns: dict, *, unit="deg", rate_hz=150.0, normalized=False, trials=()):
    values = np.column_stack(list(columns.values()))
    channels = Channels(
        tuple(columns), values, (unit,) * len(columns), rate_hz, normalized, tuple(trials)
    )
    return Recording("trial.txt", "plain", channels=channels)


@pytest.fixture(scope="module")
def trial():
    return simulate_trial(duration_s=6.0, hip_extension_deg=9.0, pelvic_tilt_deg=16.0)


def export(trial, preset: str, variant: str, factor: float = 1.0) -> dict:
    """The trial as this vendor would write it: our angles turned back."""
    columns = {}
    for (side, name), channel in PRESETS[preset].channels[variant].items():
        if name in trial.angles[side]:
            ours = trial.angles[side][name]
            columns[channel.names[0]] = factor * (ours - channel.offset_deg) * channel.factor
    return columns


# --- presets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_each_preset_turns_each_angle_of_both_sides_and_says_where_it_is_from(name, variant):
    preset = PRESETS[name]
    assert preset.title
    assert all(preset.sources)
    if preset.variants:
        assert set(preset.variants) == set(preset.channels)
    for (side, variable), channel in preset.channels[variant].items():
        assert side in ("left", "right")
        assert variable in ANGLE_NAMES
        assert abs(channel.factor) == 1
        assert channel.names
    assert name == "none" or ("right", "hip_flexion_deg") in preset.channels[variant]
    assert preset.title


@pytest.mark.parametrize(
    ("name", "variant", "written", "expected"),
    [
        ("visual3d", "default", "RIGHT_KNEE_ANGLE.X", ("right", "knee_flexion_deg", -1)),
        ("visual3d", "default", "Left Hip Angle.Y", ("left", "hip_adduction_deg", -1)),
        ("visual3d", "default", "R_Hip_Angle.Z", ("right", "hip_internal_rotation_deg", 1)),
        ("visual3d", "default", "L_PELVIS_ANGLE.X", ("left", "pelvic_tilt_deg", -1)),
        ("visual3d", "knee_negated", "RKneeAngles.X", ("right", "knee_flexion_deg", 1)),
        ("visual3d", "clinical", "LKneeAngles.Z", ("left", "knee_internal_rotation_deg", 1)),
        ("theia", "default", "LKneeAngles_Theia.X", ("left", "knee_flexion_deg", -1)),
        ("qualisys", "", "Left Pelvic Angles.X", ("left", "pelvic_tilt_deg", 1)),
        ("plug_in_gait", "", "Subj:RPelvisAngles.Y", ("right", "pelvic_obliquity_deg", 1)),
        ("plug_in_gait", "", "lankleangles.x", ("left", "ankle_dorsiflexion_deg", 1)),
        ("opensim", "knee_flexion_positive", "knee_angle_l", ("left", "knee_flexion_deg", 1)),
        ("opensim", "knee_flexion_negative", "knee_angle_r", ("right", "knee_flexion_deg", -1)),
        ("opensim", "knee_flexion_positive", "pelvis_tilt", ("right", "pelvic_tilt_deg", -1)),
        (
            "opencap",
            "",
            "/jointset/hip_r/hip_flexion_r/value",
            ("right", "hip_flexion_deg", 1),
        ),
        ("rbds_processed", "35", "LkneeAngZ35", ("left", "knee_flexion_deg", 1)),
        ("bmc_ric", "", "Hip_Z", ("right", "hip_flexion_deg", -1)),
    ],
)
def test_signs_as_documented(name, variant, written, expected):
    side, variable, factor = expected
    columns = preset_columns(name, [written, "other"], variant=variant)
    assert columns[side, variable] == (written, factor, 0.0)


def test_where_both_signs_occur_one_has_to_be_chosen():
    with pytest.raises(DataError, match="knee_flexion_negative.*gait2392.*choose one"):
        preset_columns("opensim", ["hip_flexion_r"])
    with pytest.raises(DataError, match="clinical"):
        preset_columns("visual3d", ["RIGHT_HIP_ANGLE.X"], variant="clinicl")
    with pytest.raises(DataError, match="no variant 'x'"):
        preset_columns("plug_in_gait", ["LHipAngles.X"], variant="x")


def test_unknown_presets_and_files_are_refused():
    with pytest.raises(DataError, match="plug_in_gait"):
        preset_columns("vicon", ["LHipAngles.X"])
    with pytest.raises(DataError, match="LHipAngles.X"):
        preset_columns("plug_in_gait", ["hip_flexion_r"])
    with pytest.raises(DataError, match="may all be knee_flexion_deg"):
        preset_columns("plug_in_gait", ["A:LKneeAngles.X", "B:LKneeAngles.X"])
    assert preset_columns("none", ["whatever"]) == {}


# --- angles ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "variant"),
    [(n, v) for n, v in VARIANTS if n not in ("none", "rbds_processed", "bmc_ric")],
)
def test_angles_come_back_whatever_the_vendor_wrote(trial, name, variant):
    there = recording(export(trial, name, variant), rate_hz=trial.markers.rate_hz)
    columns = preset_columns(name, there.channels.names, variant=variant)
    angles = angle_frames(there, columns)
    for side in ("left", "right"):
        for variable in ("hip_flexion_deg", "knee_flexion_deg", "pelvic_tilt_deg"):
            np.testing.assert_allclose(
                angles.angles_deg[side][variable], trial.angles[side][variable]
            )
    turned = [key for key, (_, factor, _) in columns.items() if factor < 0]
    said = " ".join(note for note in angles.notes if note.startswith("sign changed"))
    assert all(f"{side} {variable}" in said for side, variable in turned)


def test_segments_are_derived_and_said(trial):
    there = recording(export(trial, "opencap", ""), rate_hz=trial.markers.rate_hz)
    angles = angle_frames(there, preset_columns("opencap", there.channels.names))
    right = angles.angles_deg["right"]
    np.testing.assert_allclose(
        right["thigh_angle_deg"], right["hip_flexion_deg"] - right["pelvic_tilt_deg"]
    )
    np.testing.assert_allclose(
        right["shank_angle_deg"], right["knee_flexion_deg"] - right["thigh_angle_deg"]
    )
    assert sum("derived" in note for note in angles.notes) == 2
    result = process_angles(angles, trial.events, speed_m_s=3.5)
    assert set(angles.notes) <= set(result.notes)
    assert result.strides["peak_hip_extension_deg"].mean() == pytest.approx(9.0, abs=0.2)


def test_radians_are_turned_only_where_they_are_stated(trial):
    radians = export(trial, "plug_in_gait", "", np.pi / 180)
    names = preset_columns("plug_in_gait", list(radians))
    for there, unit in ((recording(radians, unit="rad"), ""), (recording(radians, unit=""), "rad")):
        angles = angle_frames(there, names, unit)
        hip = angles.angles_deg["left"]["hip_flexion_deg"]
        np.testing.assert_allclose(hip, trial.angles["left"]["hip_flexion_deg"])
        assert any("radians" in note for note in angles.notes)
    with pytest.raises(ProblemList, match="not stated"):
        angle_frames(recording(radians, unit=""), names)
    with pytest.raises(ProblemList, match="the file says"):
        angle_frames(recording(radians, unit="deg"), names, "rad")
    with pytest.raises(ProblemList, match="in mm"):
        angle_frames(recording(radians, unit="mm"), names)


def test_everything_that_does_not_fit_is_said_at_once():
    there = recording({"a": np.zeros(9), "b": np.zeros(9)}, unit="")
    columns = {
        ("right", "hip_flexion_deg"): ("a", 1.0, 0.0),
        ("right", "knee_flexion_deg"): ("c", 1.0, 0.0),
        ("middle", "hip_flexion_deg"): ("b", 1.0, 0.0),
        ("left", "hip_flexion_deg"): ("b", 0.0, 0.0),
    }
    with pytest.raises(ProblemList) as error:
        angle_frames(there, columns)
    assert len(error.value.problems) == 4


def test_rate_kind_and_trial_have_to_be_known():
    columns = {("right", "hip_flexion_deg"): ("a", 1.0, 5.0)}
    silent = recording({"a": np.zeros(9)}, rate_hz=np.nan)
    with pytest.raises(DataError, match=r"\[angles\] rate_hz"):
        angle_frames(silent, columns)
    angles = angle_frames(silent, columns, rate_hz=100.0)
    assert angles.rate_hz == 100
    assert "shifted: right hip_flexion_deg by +5 degrees" in angles.notes
    with pytest.raises(DataError, match="the file 150 Hz"):
        angle_frames(recording({"a": np.zeros(9)}), columns, rate_hz=100.0)
    with pytest.raises(DataError, match="no joint angles"):
        angle_frames(Recording("x.c3d", "c3d"), columns)
    with pytest.raises(DataError, match="over the gait cycle"):
        angle_frames(recording({"a": np.zeros(101)}, normalized=True), columns)
    channels = Channels(
        ("a", "a"), np.array([[1.0, 2.0]] * 9), ("deg",) * 2, 150.0, False, ("p", "q")
    )
    two = Recording("two.txt", "visual3d", channels=channels)
    with pytest.raises(ProblemList, match="p, q.*Export each to a file of its own"):
        angle_frames(two, columns)
    assert angle_frames(two, columns, trial="q").angles_deg["right"]["hip_flexion_deg"][0] == 7
    with pytest.raises(DataError, match="no trial 'r'"):
        angle_frames(two, columns, trial="r")


def test_published_curves_with_turned_signs_give_the_cohort_again():
    cohort = gl.load_cohort("bmc-ric")
    rows = np.flatnonzero((cohort.strides["runner_id"] == "BMC01").to_numpy())[:3]
    names, values = [], []
    for (_, variable), channel in PRESETS["bmc_ric"].channels[""].items():
        for row in rows:
            names.append(channel.names[0])
            values.append(channel.factor * cohort.curves(variable)[row])
    channels = Channels(
        tuple(names), np.array(values).T, ("deg",) * len(names), np.nan, normalized=True
    )
    there = Recording("strides", "plain", channels=channels)
    curves, notes = angle_curves(there, preset_columns("bmc_ric", names))
    assert any("sign changed" in note for note in notes)
    result = process_curves(curves, speed_m_s=2.5)
    expected = cohort.strides.loc[rows, "peak_hip_extension_deg"]
    np.testing.assert_allclose(result.strides["peak_hip_extension_deg"], expected, atol=0.008)


def test_a_flipped_knee_does_not_pass(trial):
    wrong = export(trial, "opensim", "knee_flexion_negative")
    there = recording(wrong, rate_hz=trial.markers.rate_hz)
    columns = preset_columns("opensim", list(wrong), variant="knee_flexion_positive")
    with pytest.raises(DataError, match="sign flipped"):
        detect_events_from_angles(angle_frames(there, columns))


def test_tables_of_signs_can_be_shown():
    rows = [
        (name, variant, *key, channel.factor)
        for name, preset in PRESETS.items()
        for variant, channels in preset.channels.items()
        for key, channel in channels.items()
    ]
    assert len(pd.DataFrame(rows)) > 150

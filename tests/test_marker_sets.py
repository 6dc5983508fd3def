"""Other laboratories' marker sets: the same angles, fallbacks that are said, no standing trial."""

import numpy as np
import pytest
from opensim_files import CLUSTERS, read_mot, read_trc, trc_columns

from glutelab.errors import DataError
from glutelab.events import list_contacts_from_markers
from glutelab.frames import MarkerFrames
from glutelab.intake.clusters import suggest_clusters
from glutelab.intake.marker_names import guess_markers, unused_markers
from glutelab.kinematics import joint_angles, standing_posture, track_segments
from glutelab.processing import process_trial
from glutelab.reference_pose import reference_from_running
from glutelab.segments import cluster_names, model_notes, segment_model
from glutelab.simulate import simulate_trial

# MOT column without side, and the factor that makes it ours.
THEIRS = {
    "hip_flexion_deg": ("hip_flexion_{}", 1.0),
    "knee_flexion_deg": ("knee_angle_{}", 1.0),
    "ankle_dorsiflexion_deg": ("ankle_angle_{}", 1.0),
    "pelvic_tilt_deg": ("pelvis_tilt", -1.0),
}


@pytest.fixture(scope="module")
def trial():
    return simulate_trial(duration_s=6.0)


def only(markers, *, without=(), names=None):
    """Without some markers (names without side), others renamed."""
    names = names or {}
    kept = [name for name in markers.names if name.split("_", 1)[1] not in without]
    renamed = tuple(
        f"{name.split('_', 1)[0]}_{names.get(name.split('_', 1)[1], name.split('_', 1)[1])}"
        for name in kept
    )
    positions = markers.positions_m[:, [markers.index(name) for name in kept]]
    return MarkerFrames(renamed, positions, markers.rate_hz, markers.source)


def with_point(markers, name, path):
    positions = np.concatenate([markers.positions_m, path[:, None]], axis=1)
    return MarkerFrames((*markers.names, name), positions, markers.rate_hz, markers.source)


def worst(trial, markers, model, name="hip_flexion_deg"):
    motion = track_segments(markers, model, cutoff_hz=60.0)
    return max(
        np.abs(joint_angles(motion, side)[name] - trial.angles[side][name])[20:-20].max()
        for side in ("left", "right")
    )


def test_opensim_angles_agree_in_shape(capsys):
    markers, theirs = read_trc(), read_mot()
    model = segment_model(
        reference_from_running(markers, cluster_names(CLUSTERS)), CLUSTERS, from_running=True
    )
    motion = track_segments(markers, model)
    # The right toe and fifth metatarsal exchange labels from frame to frame in this very file.
    assert np.median(motion.misfit_m["right_foot"]) > 0.010
    rows = []
    for side in ("left", "right"):
        ours = joint_angles(motion, side)
        for name, (column, factor) in THEIRS.items():
            other = factor * theirs[column.format(side[0])]
            here = ours[name][: len(other)]  # the markers have one frame more
            r, off = np.corrcoef(here, other)[0, 1], here - other
            rows.append((side, name, r, off.mean(), off.std()))
    with capsys.disabled():
        print("\nside   angle                    r       ours - theirs (deg): mean, SD")
        for side, name, r, mean, sd in rows:
            print(f"{side:6} {name:24} {r:.4f} {mean:8.2f} {sd:6.2f}")
    for side, name, r, mean, _ in rows:
        if name in ("hip_flexion_deg", "knee_flexion_deg"):
            assert r >= 0.98, (side, name, r)
            assert abs(mean) < 15.0
        elif name == "pelvic_tilt_deg":
            assert r > 0.95
            assert abs(mean) < 2.0
        elif side == "left":
            assert r > 0.98


def test_pose_from_running_gives_the_same_joint_angles(trial):
    pose = reference_from_running(trial.markers, cluster_names())
    model = segment_model(pose, from_running=True)
    for name in ("hip_flexion_deg", "hip_adduction_deg", "knee_flexion_deg", "pelvic_tilt_deg"):
        assert worst(trial, trial.markers, model, name) < 1e-3
    posture = standing_posture(model)
    assert np.isnan(posture["pelvic_tilt_deg"])
    assert posture["left_leg_length_m"] == pytest.approx(
        standing_posture(segment_model(trial.standing))["left_leg_length_m"], abs=1e-6
    )
    assert any("no standing trial" in note for note in model_notes(model))


def test_a_trial_without_standing_is_processed_and_says_so(trial):
    model = segment_model(reference_from_running(trial.markers, cluster_names()), from_running=True)
    result = process_trial(trial.markers, model, trial.events, speed_m_s=3.0)
    assert len(result.strides)
    assert result.strides["pelvic_tilt_from_standing_deg"].isna().all()
    assert any("no standing trial" in note for note in result.notes)


def test_full_set_has_no_notes(trial):
    assert model_notes(segment_model(trial.standing)) == []


@pytest.mark.parametrize(
    ("without", "note"),
    [
        (("trochanter",), "no trochanter marker"),
        (("fibula_head",), "no fibula head marker"),
        (("tibial_tuberosity",), "no tibial tuberosity marker"),
        (("metatarsal_2",), "the middle of metatarsals 1 and 5"),
        (("iliac_crest",), ""),
    ],
)
def test_optional_landmarks_are_done_without_and_said(trial, without, note):
    model = segment_model(only(trial.standing, without=without))
    notes = model_notes(model)
    assert not note or any(note in text for text in notes)
    assert worst(trial, only(trial.markers, without=without), model) < 1e-3
    assert worst(trial, only(trial.markers, without=without), model, "knee_flexion_deg") < 3.0


def test_sacrum_and_heel_and_toe_do(trial):
    clusters = {
        "pelvis": ("asis", "sacrum"),
        "thigh": ("thigh_top_lateral", "thigh_bottom_lateral", "thigh_top_medial"),
        "shank": ("shank_top_lateral", "shank_bottom_lateral", "shank_top_medial"),
        "foot": ("heel", "heel_lateral", "toe"),
    }

    def theirs(markers):
        middle = 0.5 * (markers["left_psis"] + markers["right_psis"])
        gone = ("psis", "metatarsal_1", "metatarsal_5", "heel_top")
        names = {"heel_bottom": "heel", "metatarsal_2": "toe"}
        return with_point(only(markers, without=gone, names=names), "sacrum", middle)

    model = segment_model(theirs(trial.standing), clusters)
    for name in ("hip_flexion_deg", "knee_flexion_deg", "ankle_dorsiflexion_deg"):
        assert worst(trial, theirs(trial.markers), model, name) < 1e-3
    notes = " ".join(model_notes(model))
    assert "sacrum" in notes
    assert "toe landmark stands for the forefoot" in notes
    result = process_trial(theirs(trial.markers), model, trial.events, speed_m_s=3.0)
    assert any("sacrum" in note for note in result.notes)
    contacts = list_contacts_from_markers(theirs(trial.markers))
    assert contacts["kept"].any()


def test_joint_centers_of_the_file_are_used_when_asked(trial):
    model = segment_model(trial.standing)
    center = model["pelvis"].points_m["left_hip_center"] + np.array([0.0, 0.02, 0.0])
    standing = trial.standing
    for side in ("left", "right"):
        path = np.repeat(
            (model["pelvis"].points_m[f"{side}_hip_center"] + [0.0, 0.02, 0.0])[None],
            len(standing),
            axis=0,
        )
        standing = with_point(standing, f"{side}_hip_center", path)
    given = segment_model(standing, centers="given")
    assert given["pelvis"].points_m["left_hip_center"] == pytest.approx(center)
    assert any("hip centers are those of the file" in note for note in model_notes(given))
    with pytest.raises(DataError, match="no left hip center"):
        segment_model(trial.standing, centers="given")
    # Knee center instead of the medial marker: the same model.
    without = only(standing, without=("knee_medial",))
    for side in ("left", "right"):
        middle = 0.5 * (standing[f"{side}_knee_lateral"] + standing[f"{side}_knee_medial"])
        without = with_point(without, f"{side}_knee_center", middle)
    again = segment_model(without)
    np.testing.assert_allclose(again["left_thigh"].axes, model["left_thigh"].axes, atol=1e-9)


def test_all_missing_landmarks_are_named_with_what_would_do(trial):
    standing = only(trial.standing, without=("psis", "knee_medial", "heel_bottom", "heel_top"))
    with pytest.raises(DataError) as error:
        segment_model(standing)
    text = str(error.value)
    for part in (
        "or sacrum",
        "left knee",
        "right_knee_center",
        "left_heel",
        "right_heel_top",
        "not seen",
    ):
        assert part in text


def test_two_markers_do_not_track_a_segment():
    with pytest.raises(DataError, match=r"fewer than three.*left_thigh.*Plug-in Gait"):
        cluster_names({"thigh": ("thigh_1", "knee_lateral"), "shank": ("a", "b", "c"), "foot": ()})


# --- names ----------------------------------------------------------------------------------------

SETS = {
    "Plug-in Gait": "LASI RASI SACR LTHI LKNE LTIB LANK LHEE LTOE RTHI RKNE RTIB RANK RHEE RTOE",
    "Rajagopal": "RASI LASI RPSI LPSI RTH1 RTH2 RTH3 RLFC RMFC RTB1 RTB2 RTB3 RLMAL RMMAL RCAL",
    "IOR": "R_IAS L_IAS R_IPS L_IPS R_FTC R_FLE R_FME R_FAX R_TTC R_FAL R_TAM R_FCC R_FM1 R_FM5",
    "OpenCap": "r.ASIS_study L.ASIS_study r.PSIS_study r_knee_study r_mknee_study r_calc_study",
    "RBDS": "R.ASIS L.ASIS R.Knee R.Knee.Medial R.HF R.TT R.Heel.Bottom L.MT1 R.GTR L.MT2",
    "Ferber": "pelvis_1 pelvis_2 L_thigh_1 L_thigh_2 R_shank_4 L_foot_1 R_lat_knee L_med_ankle",
}
SOME = {
    "Plug-in Gait": {"sacrum": "SACR", "left_heel": "LHEE", "right_knee_lateral": "RKNE"},
    "Rajagopal": {"right_knee_medial": "RMFC", "right_heel": "RCAL", "right_shank_2": "RTB2"},
    "IOR": {"right_ankle_lateral": "R_FAL", "right_trochanter": "R_FTC", "left_psis": "L_IPS"},
    "OpenCap": {"right_knee_medial": "r_mknee_study", "left_asis": "L.ASIS_study"},
    "RBDS": {"right_fibula_head": "R.HF", "left_metatarsal_2": "L.MT2"},
    "Ferber": {
        "left_foot_1": "L_foot_1",
        "right_knee_lateral": "R_lat_knee",
        "pelvis_2": "pelvis_2",
    },
}


@pytest.mark.parametrize("family", SETS)
def test_vocabularies_are_recognized(family):
    names = SETS[family].split()
    guessed = guess_markers(names)
    assert {guess.name for guess in guessed.values()} == set(names)
    assert all(guessed[ours].name == theirs for ours, theirs in SOME[family].items())
    assert all(0 < guess.confidence <= 1 for guess in guessed.values())


@pytest.mark.parametrize("family", SETS)
@pytest.mark.parametrize("seed", range(3))
def test_order_case_and_prefix_do_not_matter(family, seed):
    rng = np.random.default_rng(seed)
    names = SETS[family].split()
    usual = {ours: guess.name for ours, guess in guess_markers(names).items()}
    theirs = {name: rng.choice([name.upper(), name.lower(), f"Subject 1:{name}"]) for name in names}
    guessed = guess_markers(rng.permutation(list(theirs.values())))
    assert {ours: guess.name for ours, guess in guessed.items()} == {
        ours: theirs[name] for ours, name in usual.items()
    }


def test_ambiguous_names_are_left_out_and_said():
    names = ["RTOE", "toe_r", "LTOE", "STRN"]
    assert "right_toe" not in guess_markers(names)
    text = " ".join(unused_markers(names))
    assert "each may be right_toe" in text
    assert "Not recognized: STRN." in text


def test_opensim_file_guesses_a_model_that_works():
    theirs, positions = trc_columns()
    seen = [name for k, name in enumerate(theirs) if np.isfinite(positions[:, k]).any()]
    guessed = guess_markers(seen)
    assert guessed["left_knee_lateral"].name == "LLFCv"
    assert "virtual" in guessed["left_knee_lateral"].why
    assert suggest_clusters(guessed) == {
        "pelvis": ("right_asis", "left_asis", "right_psis", "left_psis"),
        "thigh": CLUSTERS["thigh"],
        "shank": CLUSTERS["shank"],
        "foot": ("heel", "metatarsal_5", "toe"),
    }


def test_rbds_plates_need_no_clusters(trial):
    assert suggest_clusters(trial.markers.names) is None

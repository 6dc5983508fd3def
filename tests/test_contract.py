"""Broken data are recognized by name; right data are left alone."""

import importlib.util
import json
from pathlib import Path

import mutations as mu
import numpy as np
import pytest
from opensim_files import read_mot, read_trc

import glutelab
from glutelab.contract import examine_angles, examine_curves, examine_markers, measure_gait
from glutelab.contract.reference import STORED, TOLERANCES
from glutelab.contract.timing import fundamental_hz, likely_rates
from glutelab.formats.rbds import read_markers
from glutelab.frames import AngleFrames, MarkerFrames

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "samples" / "rbds2017_raw"
SEED = 9


@pytest.fixture(scope="module")
def trials():
    """(trial, side) to curves and stride times, one trial in ten."""
    cohort = glutelab.load_cohort("rbds2017")
    values = {name: cohort.curves(name) for name in TOLERANCES}
    groups = cohort.strides.groupby(["trial_id", "side"], sort=True).indices
    seconds = 120.0 / cohort.strides["cadence_spm"].to_numpy()
    chosen = sorted({trial for trial, _ in groups})[::10]
    return {
        key: ({name: np.asarray(v[rows], float) for name, v in values.items()}, seconds[rows])
        for key, rows in groups.items()
        if key[0] in chosen
    }


@pytest.fixture(scope="module")
def markers():
    return read_markers(RAW / "RBDS001runT35markers.txt.gz")


def part(curves, names):
    return {name: curves[name] for name in names}


def series(trials, trial, names, strides=8):
    sides = {
        side: mu.as_series(
            {name: v[:strides] for name, v in part(trials[trial, side][0], names).items()},
            trials[trial, side][1][:strides],
        )
        for side in ("left", "right")
    }
    return AngleFrames(sides, 150.0, trial)


def test_stored_reference_is_current():
    path = ROOT / "data" / "prepare" / "running_reference.py"
    spec = importlib.util.spec_from_file_location("running_reference", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.build() == json.loads(STORED.read_text(encoding="utf-8"))


@pytest.mark.parametrize("names", [tuple(TOLERANCES), mu.JOINTS, *((name,) for name in mu.JOINTS)])
def test_right_curves_and_angles_are_left_alone(trials, names):
    for (_, side), (curves, _) in trials.items():
        assert examine_curves(part(curves, names), side=side) == []
    for trial in sorted({trial for trial, _ in trials})[::3]:
        assert examine_angles(series(trials, trial, names)) == []


@pytest.mark.parametrize("mutation", mu.curve_mutations(), ids=lambda m: m.name)
def test_broken_curves_are_named(trials, mutation):
    rng = np.random.default_rng(SEED)
    for (_, side), (curves, _) in list(trials.items())[::4]:
        for names in (tuple(TOLERANCES), mu.JOINTS):
            if set(mutation.needs) <= set(names):
                findings = examine_curves(mutation.apply(part(curves, names), rng), side=side)
                assert mu.judge(findings, mutation) == "named", findings


@pytest.mark.parametrize("mutation", mu.value_mutations(), ids=lambda m: m.name)
def test_broken_angles_are_named(trials, mutation):
    trial = sorted({trial for trial, _ in trials})[3]
    rng = np.random.default_rng(SEED)
    for names in (tuple(TOLERANCES), mu.JOINTS):
        if set(mutation.needs) <= set(names):
            findings = examine_angles(mu.mutate_angles(series(trials, trial, names), mutation, rng))
            assert mu.judge(findings, mutation) == "named", findings


@pytest.mark.parametrize("variable", mu.JOINTS[:2])
def test_a_lone_hip_or_knee_is_never_accepted_with_a_wrong_sign(trials, variable):
    for (trial, side), (curves, _) in trials.items():
        (finding,) = examine_curves({variable: -curves[variable]}, side=side)
        assert finding.code == "sign"
        if side == "left":
            angles = series(trials, trial, (variable,))
            turned = {s: {variable: -v[variable]} for s, v in angles.angles_deg.items()}
            assert [f.code for f in examine_angles(AngleFrames(turned, 150.0))] == ["sign"]


def test_sides_that_cannot_be_told_apart_are_not_accused(trials):
    trial = sorted({trial for trial, _ in trials})[0]
    angles = series(trials, trial, mu.JOINTS)
    swapped = {"left": angles.angles_deg["right"], "right": angles.angles_deg["left"]}
    assert examine_angles(AngleFrames(swapped, 150.0)) == []
    same = AngleFrames(dict.fromkeys(("left", "right"), angles.angles_deg["left"]), 150.0)
    assert [f.code for f in examine_angles(same)] == ["same_sides"]


@pytest.mark.parametrize("rate_hz", [50.0, 60.0, 100.0, 250.0, 300.0, 500.0])
def test_a_rate_nobody_runs_at_is_named_with_the_likely_one(trials, markers, rate_hz):
    trial = sorted({trial for trial, _ in trials})[4]  # 3.5 m/s
    for findings in (
        examine_angles(mu.at_rate(series(trials, trial, mu.JOINTS), rate_hz)),
        examine_markers(mu.at_rate(markers, rate_hz), 3.5),
    ):
        assert [finding.code for finding in findings] == ["sampling_rate"]
        assert "150 Hz" in findings[0].sentence


@pytest.mark.parametrize("mutation", mu.marker_mutations(), ids=lambda m: m.name)
def test_broken_markers_are_named(markers, mutation):
    findings = examine_markers(mutation.apply(markers, None), 3.5)
    assert mu.judge(findings, mutation) == "named", findings


def test_right_markers_are_left_alone(markers):
    assert examine_markers(markers, 3.5) == []
    assert examine_markers(read_trc()) == []
    gait = measure_gait(markers)
    assert gait.speed_m_s == pytest.approx(3.5, rel=0.05)
    assert 120 * gait.stride_hz == pytest.approx(171, abs=3)


def test_standing_and_speed(markers):
    standing = read_markers(RAW / "RBDS001static.txt.gz", standing=True)
    assert [f.code for f in examine_markers(standing, 3.5)] == ["standing"]
    (finding,) = examine_markers(markers, 12.6)
    assert "km/h" in finding.sentence
    assert "3.50 m/s" in finding.sentence
    assert examine_markers(markers, 2.5)[0].code.startswith("speed")
    (finding,) = examine_markers(mu.at_rate(markers, 120.0), 3.5)
    assert "150 Hz" in finding.sentence


def test_walking_by_its_joints_is_named():
    walking = mu.walk({name: np.zeros((1, 101)) for name in mu.JOINTS}, np.random.default_rng(SEED))
    line = {name: np.tile(values[0, :100], 12) for name, values in walking.items()}
    angles = AngleFrames({"left": line}, 90.0)  # 108 steps per minute
    (finding,) = examine_angles(angles)
    assert finding.code == "walking"
    assert "108 steps per minute" in finding.sentence


def test_opensim_angles_with_their_own_signs():
    mot = read_mot()
    sides = {
        side: {
            "hip_flexion_deg": mot[f"hip_flexion_{side[0]}"],
            "knee_flexion_deg": mot[f"knee_angle_{side[0]}"],
            "ankle_dorsiflexion_deg": mot[f"ankle_angle_{side[0]}"],
            "pelvic_tilt_deg": -mot["pelvis_tilt"],
        }
        for side in ("left", "right")
    }
    codes = {finding.code for finding in examine_angles(AngleFrames(sides, 150.0, "ik.mot"))}
    assert not codes & {"sign", "radians", "walking", "sampling_rate"}


def test_nothing_is_changed(trials, markers):
    curves = part(next(iter(trials.values()))[0], mu.JOINTS)
    before = {name: values.copy() for name, values in curves.items()}
    examine_curves(curves)
    for name, values in curves.items():
        np.testing.assert_array_equal(values, before[name])
    positions = markers.positions_m.copy()
    examine_markers(markers, 3.5)
    np.testing.assert_array_equal(markers.positions_m, positions)


@pytest.mark.parametrize(
    "curves",
    [
        {},
        {"hip_flexion_deg": np.full((3, 101), np.nan)},
        {"hip_flexion_deg": np.empty((0, 101))},
        {"pelvic_tilt_deg": np.zeros((3, 101))},
        {"hip_flexion_deg": np.full((2, 101), np.inf)},
        {"knee_flexion_deg": np.random.default_rng(0).normal(0, 1e9, (4, 101))},
        {"knee_flexion_deg": np.zeros((101, 12))},
    ],
)
def test_hostile_curves_end_in_findings(curves):
    for finding in examine_curves(curves, side="left", source="x"):
        assert finding.sentence.startswith("x (left side): ")


@pytest.mark.parametrize("n_frames", [0, 1, 5, 30, 400])
@pytest.mark.parametrize("fill", [0.0, np.nan, 1e12])
def test_hostile_series_end_in_findings(n_frames, fill):
    hip = np.full(n_frames, fill)
    for finding in examine_angles(AngleFrames({"left": {"hip_flexion_deg": hip}}, 150.0)):
        assert finding.sentence
    names = ("left_asis", "right_asis", "left_psis", "right_psis", "left_heel", "right_heel")
    for finding in examine_markers(
        MarkerFrames(names, np.full((n_frames, 6, 3), fill), 150.0), 3.0
    ):
        assert finding.sentence


def test_period_and_rates():
    time_s = np.arange(900) / 150
    signal = np.sin(2 * np.pi * 1.4 * time_s) + 0.5 * np.sin(2 * np.pi * 2.8 * time_s)
    assert fundamental_hz(signal[None], 150.0) == pytest.approx(1.4, rel=0.01)
    assert np.isnan(fundamental_hz(np.linspace(0, 1, 900)[None], 150.0))
    assert likely_rates(84.0, 100.0)[0] == 200

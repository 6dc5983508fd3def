"""Files by pattern, and frames in this library's axes and units."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glutelab.errors import DataError
from glutelab.formats.recording import Channels, Plate, Points, Recording
from glutelab.intake.files import find_by_pattern, inside, list_files, path_by_pattern
from glutelab.intake.frames import force_frames, marker_frames, points_of, rotation
from glutelab.intake.recipe import parse_recipe
from glutelab.intake.sections import AXES, Forces, Markers
from glutelab.intake.trials import list_trials


def named(*names):
    return {name: Path(name) for name in names}


# --- patterns -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "name", "values"),
    [
        ("raw/{runner_id}_T{speed}.c3d", "raw/R07_T25.c3d", {"runner_id": "R07", "speed": "25"}),
        ("{runner_id}/run_{speed}.trc", "Müller 1/run_3,5.trc", {"speed": "3,5"}),
        ("{runner_id}/{runner_id}_{trial}.txt", "A/A_2.txt", {"runner_id": "A", "trial": "2"}),
        ("*/{runner_id}.mot", "x y/R.mot", {"runner_id": "R"}),
        (".\\raw\\{runner_id}.c3d", "raw/R.c3d", {"runner_id": "R"}),
        ("a.b/{runner_id}+.c3d", "a.b/(1)+.c3d", {"runner_id": "(1)"}),
        ("{runner_id}-{speed}kmh.c3d", "S-01-12kmh.c3d", {"runner_id": "S-01", "speed": "12"}),
    ],
)
def test_names_are_read_as_the_pattern_says(pattern, name, values):
    found = find_by_pattern(named(name), pattern, "trials.recordings")
    assert found[0].values.items() >= values.items()


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("raw/{runner_id}.c3d", "raw/sub/R.c3d"),
        ("{runner_id}/{runner_id}.c3d", "A/B.c3d"),
        ("{runner_id}_{stride}.txt", "R_x.txt"),
        ("a.b", "aXb"),
    ],
)
def test_a_field_stays_in_its_place(pattern, name):
    assert find_by_pattern(named(name), pattern, "") == []


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("../{runner_id}.c3d", "leaves the folder"),
        ("/etc/{runner_id}", "absolute"),
        ("C:\\{runner_id}", "absolute"),
        ("http://x/{runner_id}", "an address"),
        ("{runner}.c3d", "{runner_id}"),
        ("  ", "not a file name"),
        ("*/*/*/*/*/*/*/*.c3d", "8 stars"),
    ],
)
def test_a_pattern_cannot_leave_its_folder(pattern, said):
    with pytest.raises(DataError, match="trials.recordings") as caught:
        find_by_pattern({}, pattern, "trials.recordings")
    assert said in str(caught.value)


def test_links_and_hidden_files_are_passed_over(tmp_path):
    lab, outside = tmp_path / "lab", tmp_path / "outside.c3d"
    lab.mkdir()
    outside.write_bytes(b"x")
    (lab / "a.c3d").write_bytes(b"x")
    (lab / ".hidden").mkdir()
    (lab / ".hidden" / "b.c3d").write_bytes(b"x")
    (lab / "link.c3d").symlink_to(outside)
    assert list(list_files(lab)) == ["a.c3d"]
    with pytest.raises(DataError, match="leaves the folder"):
        inside(lab, "link.c3d", "[runners] file")
    with pytest.raises(DataError, match=r"is not there. The folder holds a.c3d"):
        inside(lab, "b.csv", "[runners] file")


def test_the_file_beside_a_recording():
    files = named("R1_static.c3d", "R2_static_a.c3d", "R2_static_b.c3d")
    assert path_by_pattern(files, "{runner_id}_static.c3d", {"runner_id": "R1"}, "").name
    assert path_by_pattern(files, "{runner_id}_static.c3d", {"runner_id": "R3"}, "") is None
    with pytest.raises(DataError, match="one file"):
        path_by_pattern(files, "{runner_id}_static*.c3d", {"runner_id": "R2"}, "trials.standing")
    with pytest.raises(DataError, match="asks for session"):
        path_by_pattern(files, "{session}.c3d", {"runner_id": "R2"}, "trials.standing")


# --- trials ---------------------------------------------------------------------------------------

RECIPE = """
[cohort]
name = "lab"
start = "angles"
[runners]
file = "runners.csv"
columns = { runner_id = "id" }
[angles]
preset = "plug_in_gait"
[trials]
"""


def listed(folder, trials, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return list_trials(parse_recipe(RECIPE + trials, folder))


def test_trials_by_file_names(tmp_path):
    trials = 'recordings = "{runner_id}_{speed}.c3d"\nspeeds = { slow = 2.5 }\nslope_pct = -1.0'
    listing = listed(tmp_path, trials, "R1_slow.c3d", "R1_3,5.c3d", "R2_slow.c3d", "notes.txt")
    assert listing.problems == []
    assert listing.table["trial_id"].tolist() == ["R1_3,5", "R1_slow", "R2_slow"]
    assert listing.table["speed_m_s"].tolist() == [3.5, 2.5, 2.5]
    assert set(listing.table["slope_pct"]) == {-1.0}


def test_standing_trials_are_no_recordings(tmp_path):
    trials = 'recordings = "{runner_id}_{speed}.c3d"\nstanding = "{runner_id}_static.c3d"'
    listing = listed(tmp_path, trials, "R1_2.5.c3d", "R1_static.c3d")
    assert (listing.problems, list(listing.recordings)) == ([], ["R1_2.5"])
    assert listing.beside["R1_2.5"]["standing"].name == "R1_static.c3d"


def test_speeds_in_another_unit(tmp_path):
    trials = 'recordings = "{runner_id}_{speed}.c3d"\nunits = { speed_m_s = "km/h" }'
    listing = listed(tmp_path, trials, "R1_12.c3d")
    assert listing.table["speed_m_s"].tolist() == pytest.approx([10 / 3])


@pytest.mark.parametrize(
    ("trials", "names", "said"),
    [
        ('recordings = "{runner_id}_{speed}.c3d"', ["R1_fast.c3d"], 'speeds = { "fast" = 2.5 }'),
        ('recordings = "{runner_id}.c3d"', ["R1.c3d"], "has no speed"),
        ('recordings = "{runner_id}.trc"', ["R1.c3d"], "The folder holds R1.c3d"),
        ('recordings = "*/{runner_id}.c3d"\nspeed_m_s = 3', ["a/R.c3d", "b/R.c3d"], "tell them"),
        (
            'recordings = "{runner_id}_{speed}.c3d"\nstanding = "{runner_id}_static.c3d"',
            ["R1_2.5.c3d", "R2_2.5.c3d", "R2_static.c3d"],
            "trials.standing, trial R1_2.5: no file fits",
        ),
    ],
)
def test_what_cannot_be_listed_is_a_sentence(tmp_path, trials, names, said):
    listing = listed(tmp_path, trials, *names)
    assert said in "\n".join(listing.problems)


def test_two_files_that_would_have_one_name_are_not_mixed(tmp_path):
    trials = 'recordings = "{runner_id}/{trial}.c3d"\nspeed_m_s = 3.0'
    listing = listed(tmp_path, trials, "A_B/C.c3d", "A/B_C.c3d")
    assert "are all trial A_B_C" in "\n".join(listing.problems)


def test_one_file_per_stride_is_one_trial(tmp_path):
    trials = 'recordings = "g{runner_id}t{stride}.txt"\nspeed_m_s = 2.5'
    listing = listed(tmp_path, trials, "gA1t01.txt", "gA1t02.txt", "gA2t01.txt")
    assert {name: len(files) for name, files in listing.recordings.items()} == {"A1": 2, "A2": 1}


# --- axes and units -------------------------------------------------------------------------------


@given(forward=st.sampled_from(AXES), up=st.sampled_from(AXES))
def test_axes_are_turned_never_mirrored(forward, up):
    if forward[1] == up[1]:
        return
    turn = rotation(forward, up)
    assert np.linalg.det(turn) == pytest.approx(1.0)
    axis = {
        name: (-1.0 if name[0] == "-" else 1.0) * np.eye(3)["XYZ".index(name[1])] for name in AXES
    }
    assert turn @ axis[forward] == pytest.approx([1, 0, 0])
    assert turn @ axis[up] == pytest.approx([0, 1, 0])


def recording(unit="mm", rate=100.0, **more):
    positions = np.arange(24.0).reshape(4, 2, 3)
    return Recording("run.c3d", "c3d", Points(("RASI", "LASI"), positions, unit, rate), **more)


def test_markers_get_our_names_meters_and_axes():
    names = {"right_asis": "RASI", "left_asis": "LASI", "sacrum": "SACR"}
    markers = marker_frames(recording(), Markers(forward="-Y", up="+Z", names=names))
    assert markers.names == ("right_asis", "left_asis")
    assert markers["right_asis"][0] == pytest.approx([-0.001, 0.002, 0.0])


@pytest.mark.parametrize(
    ("given_", "markers", "said"),
    [
        (recording(unit=""), {}, "does not say its unit"),
        (recording(unit="m"), {"unit": "mm"}, "the same unit"),
        (recording(rate=np.nan), {}, "rate_hz"),
        (recording(), {"rate_hz": 200.0}, "the same rate"),
        (recording(), {"names": {"right_asis": "R.ASI"}}, "It has RASI, LASI"),
        (Recording("ik.mot", "opensim"), {}, "starts from angles"),
    ],
)
def test_markers_that_cannot_be_used(given_, markers, said):
    section = Markers(**{"names": {"right_asis": "RASI"}, **markers})
    with pytest.raises(DataError) as caught:
        marker_frames(given_, section)
    assert said in str(caught.value)


def test_markers_in_columns_of_a_table():
    names = tuple(f"{name}{axis}" for name in ("R.ASIS", "L.ASIS") for axis in "XYZ")
    channels = Channels(names, np.arange(12.0).reshape(2, 6), ("mm",) * 6, 150.0)
    points = points_of(Recording("markers.txt", "plain", channels=channels))
    assert points.names == ("R.ASIS", "L.ASIS")
    assert points.positions[1, 1].tolist() == [9.0, 10.0, 11.0]
    assert points.unit == "mm"


def test_plates_are_added_and_their_pressures_weighted():
    up = np.array([[0.0, 300.0, 0.0], [0.0, 0.0, 0.0]])
    near, far = np.zeros((2, 3)), np.full((2, 3), 400.0)
    plates = (Plate("a", up, near, 1000.0, "N", "mm"), Plate("b", 3 * up, far, 1000.0, "N", "mm"))
    forces = force_frames(recording(plates=plates), Markers())
    assert forces.force_n[0].tolist() == [0.0, 1200.0, 0.0]
    assert forces.cop_m[0] == pytest.approx([0.3, 0.3, 0.3])
    assert np.isnan(forces.cop_m[1]).all()
    with pytest.raises(DataError, match="no forces"):
        force_frames(recording(), Markers())


def channels_of_forces(names=("Fx", "Fy", "Fz", "COPx", "COPy", "COPz"), rate=np.nan, unit=""):
    values = np.tile([0.0, 700.0, 0.0, 300.0, 0.0, 400.0], (5, 1))
    channels = Channels(tuple(names), values, ("",) * 3 + (unit,) * 3, rate)
    return Recording("forces.txt", "plain", channels=channels)


def test_the_recipe_says_what_forces_do_not():
    with pytest.raises(DataError, match=r"\[forces\] rate_hz"):
        force_frames(channels_of_forces(), Markers(unit="mm"))
    said = Forces(rate_hz=300)
    forces = force_frames(channels_of_forces(), Markers(unit="mm"), said)
    assert forces.rate_hz == 300
    assert forces.cop_m[0] == pytest.approx([0.3, 0.0, 0.4])  # in the unit of the markers
    forces = force_frames(channels_of_forces(), Markers(unit="mm"), Forces(300, "cm"))
    assert forces.cop_m[0] == pytest.approx([3.0, 0.0, 4.0])
    with pytest.raises(DataError, match="says 300 Hz, the file 1000 Hz"):
        force_frames(channels_of_forces(rate=1000.0), Markers(), said)
    with pytest.raises(DataError, match="says cm, the file mm"):
        force_frames(channels_of_forces(unit="mm"), Markers(), Forces(300, "cm"))


def test_columns_of_forces_under_other_names():
    theirs = ("F1", "F2", "F3", "X0", "Y0", "Z0")
    ours = ("fx", "fy", "fz", "copx", "copy", "copz")
    named = Forces(300, "mm", dict(zip(ours, theirs, strict=True)))
    forces = force_frames(channels_of_forces(theirs), Markers(), named)
    assert forces.force_n[0].tolist() == [0.0, 700.0, 0.0]
    wrong = Forces(300, "mm", {"fx": "Force"})
    with pytest.raises(DataError, match="no column 'Force'"):
        force_frames(channels_of_forces(), Markers(), wrong)


def test_joint_angles_in_three_components_are_no_markers():
    names = tuple(f"{name}.{axis}" for name in ("RHipAngle", "LHipAngle") for axis in "XYZ")
    channels = Channels(names, np.zeros((4, 6)), ("deg",) * 6, 150.0)
    assert points_of(Recording("angles.txt", "visual3d", channels=channels)) is None


def test_a_cohort_made_of_the_folder_is_none_of_its_files(tmp_path):
    (tmp_path / "cohort").mkdir()
    for name in ("datapackage.json", "runners.csv", "trials.csv", "legs.csv"):
        (tmp_path / "cohort" / name).write_text("x", encoding="utf-8")
    (tmp_path / "runners.csv").write_text("x", encoding="utf-8")
    assert list(list_files(tmp_path)) == ["runners.csv"]

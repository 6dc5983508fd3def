"""C3D: right numbers from good files, one sentence from damaged ones."""

import gzip
import re
import runpy
import struct
from pathlib import Path

import damage
import ezc3d
import made_c3d
import numpy as np
import pytest

from glutelab.datasets import sample_folder
from glutelab.errors import DataError
from glutelab.formats.c3d import read_c3d
from glutelab.formats.rbds import read_forces

ROOT = Path(__file__).resolve().parents[1]
RUN, STANDING = (sample_folder("formats") / f"RBDS001{part}.c3d" for part in ("runT25", "static"))


@pytest.fixture(scope="module")
def run():
    return read_c3d(RUN)


@pytest.fixture(scope="module")
def short(tmp_path_factory) -> bytes:
    """The real file with 20 of its 4,500 frames: quick to read, and to damage."""
    path = tmp_path_factory.mktemp("c3d") / "short.c3d"
    damage.short_c3d(path)
    return path.read_bytes()


def test_real_file_gives_what_ezc3d_gives(run):
    file = ezc3d.c3d(str(RUN), extract_forceplat_data=True)
    theirs = file["data"]["points"][:3].transpose(2, 1, 0)
    seen = ~np.isnan(run.points.positions)
    np.testing.assert_array_equal(run.points.positions[seen], theirs[seen])
    assert (theirs[~seen] == 0).all()
    assert run.points.positions.shape == (4500, 33, 3)
    assert (run.points.unit, run.points.rate_hz, run.family) == ("mm", 150.0, "c3d")
    plate, other = run.plates[0], file["data"]["platform"][0]
    np.testing.assert_allclose(plate.force, other["force"].T, atol=1e-9)
    placed = ~np.isnan(plate.cop[:, 0])
    np.testing.assert_allclose(plate.cop[placed], other["center_of_pressure"].T[placed], atol=1e-6)
    assert (plate.rate_hz, plate.force_unit, plate.length_unit) == (300.0, "N", "mm")


def test_force_pushes_the_runner_up_as_in_the_published_text(run, raw_sample):
    text = read_forces(raw_sample / "RBDS001runT25forces.txt.gz").force_n
    # The published text is the C3D less a constant baseline, and zero where the belt is unloaded.
    difference = (run.plates[0].force - text)[np.any(text != 0, axis=1)]
    np.testing.assert_allclose(difference, [[0.916, -1.373, 2.060]] * len(difference), atol=0.006)
    assert "the markers are above the plate" in " ".join(run.notes)
    unloaded = run.plates[0].force[:, 1] < 10
    assert np.isnan(run.plates[0].cop[unloaded]).all()
    assert not np.isnan(run.plates[0].cop[~unloaded]).any()


def test_no_subject_is_copied(run):
    assert "CAST_ISB" not in repr(run)  # SUBJECTS:NAMES
    assert run.about["software"] == "Motion Analysis Corp. Cortex 6.0.0"
    assert run.about["y_screen"] == "+Y"


def test_same_measures_through_c3d_and_through_text():
    """RBDS001 with all digits in both; the published text is rounded, see benchmarks/results."""
    report = runpy.run_path(str(ROOT / "benchmarks" / "c3d_and_text.py"))["exact_differences"]()
    print(report)
    assert float(report["measure"].split()[0]) <= 1e-6
    assert float(report["curve"].split()[0]) <= 1e-6
    assert report["within"] == "100%"


def test_packed_file_and_file_of_another_name(tmp_path, short):
    (tmp_path / "a.C3D").write_bytes(short)
    (tmp_path / "a.c3d.gz").write_bytes(gzip.compress(short))
    plain, packed = read_c3d(tmp_path / "a.C3D"), read_c3d(tmp_path / "a.c3d.gz")
    np.testing.assert_array_equal(plain.points.positions, packed.points.positions)
    assert packed.source == "a.c3d.gz"


def test_more_labels_than_one_parameter_holds(tmp_path):
    labels = [f"m{i:03d}" for i in range(600)]
    path = made_c3d.write(tmp_path / "a.c3d", labels, made_c3d.markers(600))
    names = ezc3d.c3d(str(path))["parameters"]["POINT"]
    assert "LABELS3" in names  # that is what is tested
    assert read_c3d(path).points.names == tuple(labels)


def test_what_was_not_seen_is_nan(tmp_path):
    positions = made_c3d.markers(3, 10)
    residuals = np.zeros((3, 10))
    residuals[0, 4], positions[:, 1, 5], positions[0, 2, 6] = -1, 0, np.nan
    path = made_c3d.write(tmp_path / "a.c3d", "ABC", positions, residuals=residuals)
    gone = np.argwhere(np.isnan(read_c3d(path).points.positions).all(axis=2)).tolist()
    assert gone == [[4, 0], [5, 1], [6, 2]]


@pytest.mark.parametrize("group", [{}, {"ANGLES": ["LHipAngles"], "MOMENTS": ["Other"]}])
def test_computed_angles_are_channels_and_no_markers(tmp_path, group):
    labels = ["Jane:LASI", "Jane:LHipAngles", "Jane:Other" if group else "Jane:LKneeMoment"]
    positions = made_c3d.markers()
    path = made_c3d.write(tmp_path / "a.c3d", labels, positions, POINT=group)
    recording = read_c3d(path)
    assert recording.points.names == ("LASI",)
    assert recording.channels.names == ("LHipAngles.X", "LHipAngles.Y", "LHipAngles.Z")
    assert recording.channels.units == ("deg",) * 3
    np.testing.assert_allclose(recording.channels.values, positions[:, 1].T, rtol=1e-6)
    assert "1 computed moments among the points were left out" in " ".join(recording.notes)
    assert "cut off" in " ".join(recording.notes)
    assert "Jane" not in repr(recording)


def test_two_subjects_in_one_file_are_refused(tmp_path):
    labels = [f"{who}:{m}" for who in ("Ann", "Bo") for m in "ABCDEF"]
    path = made_c3d.write(tmp_path / "a.c3d", labels, made_c3d.markers(12))
    with pytest.raises(DataError, match="several subjects.*Export each runner") as error:
        read_c3d(path)
    assert "Ann" not in str(error.value)


def test_names_that_come_twice_or_not_at_all(tmp_path):
    path = made_c3d.write(tmp_path / "a.c3d", ["A", "A", ""], made_c3d.markers())
    recording = read_c3d(path)
    assert recording.points.names == ("A", "A_2", "unnamed_3")
    assert "1 of 3 have no name" in " ".join(recording.notes)


def test_events_count_from_the_first_frame_of_the_file(tmp_path):
    event = {
        "USED": [5],
        "CONTEXTS": ["Left", "Right", "General", "Left", "Right"],
        "LABELS": ["Foot Strike", "Foot Off", "Start", "Foot Strike", "Foot Strike"],
        "TIMES": np.array([[0, 0, 0, 0, 1.0], [0.55, 0.53, 0.5, 0.2, 0.54]]),
    }
    path = made_c3d.write(tmp_path / "a.c3d", "ABC", made_c3d.markers(), first=50, EVENT=event)
    recording = read_c3d(path)
    first = int(recording.about["first_frame"]) - 1
    assert first >= 49
    table = recording.events
    assert table["event"].tolist() == ["toe_off", "foot_strike"]
    assert table["side"].tolist() == ["right", "left"]
    np.testing.assert_allclose(table["time_s"], np.array([0.53, 0.55]) - first / 100, atol=1e-6)
    notes = " ".join(recording.notes)
    assert "1 events that are no foot strike" in notes
    assert "2 events lie outside" in notes  # 0.2 s is before the first frame, 1 min after the last


FORCE = np.array([30.0, -20.0, 800.0])  # on the runner, X Y Z with Z up
PLACE = np.array([300.0, 250.0, 0.0])  # center of pressure, mm
TO_PLATE = np.array([[1.0, 0, 0], [0, -1, 0], [0, 0, -1]])  # axes of LEVEL: z down


def channels_of(kind: int, unit: float = 1.0) -> tuple[list[str], np.ndarray]:
    """What a plate at LEVEL whose transducer lies 40 mm below the surface puts out."""
    force = TO_PLATE @ FORCE
    arm = TO_PLATE @ (PLACE - made_c3d.LEVEL.mean(axis=1)) + np.array([0, 0, -40.0])
    moment = np.cross(arm, force)
    if kind == 1:
        at = TO_PLATE @ (PLACE - made_c3d.LEVEL.mean(axis=1))
        return ["N"] * 3 + ["mm"] * 2 + ["Nmm"], np.array([*force, *at[:2], 0.0])
    if kind == 3:
        a, b = 120.0, 200.0  # mm from the middle to the four transducers
        z = force[2] / 4
        x, y = moment[0] / (4 * b), moment[1] / (4 * a)
        corners = [z + x - y, z + x + y, z - x + y, z - x - y]
        return ["N"] * 8, np.array([*[force[0] / 2] * 2, *[force[1] / 2] * 2, *corners])
    return ["N"] * 3 + ["Nmm" if unit == 1 else "Nm"] * 3, np.array([*force, *moment * unit])


@pytest.mark.parametrize("turned", [1, -1])
@pytest.mark.parametrize(
    ("kind", "unit", "origin_z"),
    [(1, 1, -40), (2, 1, -40), (2, 1e-3, 40), (3, 1, -40), (4, 1, -40)],
)
def test_plates_of_each_type_give_force_on_the_runner(tmp_path, kind, unit, origin_z, turned):
    units, signals = channels_of(kind, unit)
    values = np.tile(signals[:, None], 40)
    values[:, 20:] = 0  # unloaded
    if turned == -1:
        values[[0, 1, 2] + ([5] if kind == 1 else list(range(3, len(values))))] *= -1
    origin = (120.0, 200.0, origin_z) if kind == 3 else (0.0, 0.0, origin_z)
    group = made_c3d.plate(kind, range(1, len(values) + 1), origin=origin)
    if kind == 4:
        scale = np.array([2.0, 4, 8, 16, 32, 64])
        values /= scale[:, None]
        group["CAL_MATRIX"] = np.diag(scale)[:, :, None]
    names = [f"ch{i}" for i in range(len(values))]
    path = made_c3d.write(
        tmp_path / "a.c3d", "ABC", made_c3d.markers(), analog=(names, units, values),
        FORCE_PLATFORM=group,
    )  # fmt: skip
    recording = read_c3d(path)
    plate = recording.plates[0]
    np.testing.assert_allclose(plate.force[:20], np.tile(FORCE, (20, 1)), rtol=1e-5)
    np.testing.assert_allclose(plate.cop[:20], np.tile(PLACE, (20, 1)), atol=1e-2)
    assert np.isnan(plate.cop[20:]).all()
    assert plate.rate_hz == 400.0
    notes = " ".join(recording.notes)
    assert ("turned to force on the runner" in notes) == (turned == -1)
    assert ("moments in Nm, markers in mm" in notes) == (unit != 1)
    assert recording.channels is None


def test_plates_that_cannot_be_read_are_named(tmp_path):
    values = np.ones((6, 40))
    for group, text in (
        (made_c3d.plate(7, range(1, 7)), "plate_1 is of type 7"),
        (made_c3d.plate(2, [1, 2, 3, 4, 5, 99]), "channels that are not in the file"),
        (made_c3d.plate(2, range(1, 7), corners=np.zeros((3, 4))), "do not span a plate"),
        (made_c3d.plate(2, range(1, 4)), "too few channels"),
    ):
        path = made_c3d.write(
            tmp_path / "a.c3d", "ABC", made_c3d.markers(),
            analog=("abcdef", ["N"] * 6, values), FORCE_PLATFORM=group,
        )  # fmt: skip
        recording = read_c3d(path)
        assert recording.plates == ()
        assert text in " ".join(recording.notes)


def test_forces_without_a_plate_are_channels(tmp_path):
    names, units = ["Fx", "Fy", "Fz", "COPx", "EMG1"], ["N", "N", "N", "mm", "V"]
    values = np.arange(100.0).reshape(5, 20)
    path = made_c3d.write(
        tmp_path / "a.c3d", "ABC", made_c3d.markers(), analog=(names, units, values)
    )
    recording = read_c3d(path)
    assert recording.channels.names == ("Fx", "Fy", "Fz", "COPx")
    assert recording.channels.units == ("N", "N", "N", "mm")
    assert recording.channels.rate_hz == 200.0
    np.testing.assert_allclose(recording.channels.values, values[:4].T)
    assert "1 analog channels" in " ".join(recording.notes)


def test_more_frames_than_the_format_counts_are_not_dropped(tmp_path):
    positions = made_c3d.markers(1, 70000)
    for trial in ({}, {"ACTUAL_START_FIELD": [1, 0], "ACTUAL_END_FIELD": [70000 - 65536, 1]}):
        path = made_c3d.write(tmp_path / "a.c3d", "A", positions, TRIAL=trial)
        with pytest.raises(DataError, match="goes on after 65,535 frames"):
            read_c3d(path)


def test_files_of_other_processors(tmp_path, short):
    (tmp_path / "mips.c3d").write_bytes(made_c3d.of_processor(short, "mips"))
    with pytest.raises(DataError, match="MIPS .*which are not read"):
        read_c3d(tmp_path / "mips.c3d")
    (tmp_path / "intel.c3d").write_bytes(short)
    (tmp_path / "other.c3d").write_bytes(made_c3d.of_processor(short, "dec"))
    one, two = read_c3d(tmp_path / "intel.c3d"), read_c3d(tmp_path / "other.c3d")
    np.testing.assert_array_equal(one.points.positions, two.points.positions)
    np.testing.assert_array_equal(one.plates[0].force, two.plates[0].force)
    assert one.points.names == two.points.names


def test_file_of_integers(tmp_path, short):
    (tmp_path / "a.c3d").write_bytes(short)
    (tmp_path / "b.c3d").write_bytes(made_c3d.in_integers(short, 0.1))
    one, two = (read_c3d(tmp_path / name).points for name in ("a.c3d", "b.c3d"))
    np.testing.assert_allclose(one.positions, two.positions, atol=0.051)


# --- damaged files --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (lambda b: b[:100], "only 100 bytes"),
        (lambda b: b[:3000], "cut off"),
        (lambda b: b[:-1], "the header speaks of 20 frames"),
        (lambda b: b"\x02\x51" + b[2:], "does not begin as a C3D file"),
        (lambda b: b[:2] + b"\xff\xff" + b[4:], "the header says 65535 points, the parameters 33"),
        (lambda b: b[:8] + b"\xff\xff" + b[10:], "65535 frames"),
        (lambda b: b[:16] + b"\x02\x00" + b[18:], "the data begin at block 2"),
        (lambda b: b[:20] + struct.pack("<f", 15) + b[24:], "the rate of the markers is 15"),
        (lambda b: b[:515] + b"\x00" + b[516:], "no parameters at block 2"),
        (lambda b: b[:-8] + struct.pack("<2f", 1e30, 1e30), "analog channel reaches"),
    ],
)
def test_damage_is_named(tmp_path, short, edit, text):
    path = tmp_path / "hurt.c3d"
    path.write_bytes(edit(short))
    with pytest.raises(DataError, match=re.escape(text)) as error:
        read_c3d(path)
    assert str(error.value).startswith("hurt.c3d")

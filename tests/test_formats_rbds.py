"""Reading RBDS: right numbers from good files, one helpful sentence from bad ones."""

import gzip
import shutil

import numpy as np
import pytest

from glutelab.errors import DataError, ProblemList
from glutelab.formats.rbds import find_trials, read_forces, read_info, read_markers

MARKERS, FORCES, STANDING = (
    "RBDS001runT25markers.txt.gz",
    "RBDS001runT25forces.txt.gz",
    "RBDS001static.txt.gz",
)


@pytest.fixture(scope="module")
def text(raw_sample):
    return {
        name: gzip.decompress((raw_sample / name).read_bytes())
        for name in (MARKERS, FORCES, STANDING)
    }


def write(folder, content: bytes, name="RBDS001runT25markers.txt"):
    path = folder / name
    path.write_bytes(content)
    return path


def scaled(content: bytes, factor: float, columns: str = "") -> bytes:
    """The same table, numbers of the columns that end so multiplied."""
    header, *lines = content.decode().split("\n")
    names = header.split("\t")
    chosen = [k > 0 and name.strip().endswith(columns) for k, name in enumerate(names)]
    rows = [
        "\t".join(
            f"{float(cell) * factor:.6g}" if pick else cell
            for cell, pick in zip(line.split("\t"), chosen, strict=True)
        )
        for line in lines[:200]
        if line.strip()
    ]
    return "\n".join([header, *rows, ""]).encode()


def test_markers_are_meters_named_for_what_they_are(raw_sample):
    markers = read_markers(raw_sample / MARKERS)
    assert len(markers) == 4500
    assert markers.rate_hz == 150.0
    # First row of the file: R.ASIS 2337.84 1041.26 1170.22 mm.
    np.testing.assert_allclose(markers["right_asis"][0], [2.33784, 1.04126, 1.17022])
    assert "right_knee_lateral" not in markers
    assert "right_knee_lateral" in read_markers(raw_sample / STANDING, standing=True)


def test_plain_and_packed_files_give_the_same(raw_sample, text, tmp_path):
    plain = read_markers(write(tmp_path, text[MARKERS]))
    np.testing.assert_array_equal(plain.positions_m, read_markers(raw_sample / MARKERS).positions_m)


def test_forces_are_newtons_and_meters(raw_sample):
    forces = read_forces(raw_sample / FORCES)
    assert len(forces) == 9000
    np.testing.assert_allclose(forces.force_n[0], [-184.63, 328.67, -72.78])
    np.testing.assert_allclose(forces.cop_m[0], [2.59173, 0.0, 1.13451])
    # Over many strides the mean vertical force is body weight (62 kg).
    assert forces.force_n[:, 1].mean() / 9.81 == pytest.approx(62, rel=0.03)


def test_windows_line_ends_and_a_byte_order_mark_are_read(text, tmp_path):
    changed = b"\xef\xbb\xbf" + text[FORCES].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    forces = read_forces(write(tmp_path, changed, "RBDS001runT25forces.txt"))
    np.testing.assert_allclose(forces.force_n[0], [-184.63, 328.67, -72.78])


def test_info_keeps_the_source_level_and_reads_the_word_none(raw_sample):
    runners, legs, patterns = read_info(raw_sample / "RBDSinfo.txt")
    first = runners.set_index("runner_id").loc["RBDS001"]
    assert (first["level"], first["source_level"]) == ("competitive", "Competitive")
    assert first["height_m"] == 1.81
    assert first["weekly_distance_km"] == "26-35"
    right = legs.query("runner_id == 'RBDS001' and side == 'right'").iloc[0]
    assert right["thomas_test_deg"] == 10
    assert right["hip_internal_rotation_strength_kg"] == pytest.approx(10.9666666666667)
    left = legs.query("runner_id == 'RBDS001' and side == 'left'").iloc[0]
    assert np.isnan(left["hip_internal_rotation_strength_kg"])
    assert len(patterns) == 2 * 3 * 2


def test_every_recording_of_the_sample_is_found(raw_sample):
    trials = find_trials(raw_sample)
    assert list(trials["trial_id"]) == [
        f"RBDS{runner}_T{speed}" for runner in ("001", "027") for speed in (25, 35, 45)
    ]


BAD_FILES = {
    "cut off in a line": (lambda t: t[: len(t) // 2], r"line \d+: \d+ values.*cut off"),
    "empty": (lambda t: b"", "the file is empty"),
    "header only": (lambda t: t[: t.index(b"\n") + 1], "a header but no rows"),
    "a marker column missing": (
        lambda t: t.replace(b"R.ASISX", b"R.ASIZX", 1),
        r"none named R\.ASISX \(nearest: R\.ASIZX\)",
    ),
    "a word among the numbers": (
        lambda t: t.replace(b"1041.26", b"high", 1),
        "'high' where a number should be",
    ),
    "a decimal comma": (
        lambda t: t.replace(b"1041.26", b"1041,26", 1),
        r"'1041,26' where a number should be.*decimal point",
    ),
    "meters instead of millimeters": (
        lambda t: scaled(t, 0.001),
        r"ASIS and PSIS are 0\.000\d+ m apart.*Are these meters read as millimeters\?",
    ),
    "X sign changed": (lambda t: scaled(t, -1, "X"), r"PSIS lie ahead.*face -X"),
    "Y sign changed": (lambda t: scaled(t, -1, "Y"), r"pelvis is not above the heels.*Is Y up"),
    "Z sign changed": (lambda t: scaled(t, -1, "Z"), r"left along Z.*left and right swapped"),
    "not text": (lambda t: b"\xff\xfe\x00\x81" + t[:2000], "not UTF-8 text"),
    "another table": (lambda t: b"a\tb\n1\t2\n", "2 columns, but none named"),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_bad_marker_file_gives_one_sentence(what, text, tmp_path):
    change, expected = BAD_FILES[what]
    path = write(tmp_path, change(text[MARKERS]))
    with pytest.raises(DataError, match=expected) as caught:
        read_markers(path)
    assert str(caught.value).startswith("RBDS001runT25markers.txt")
    assert "\n" not in str(caught.value)


def test_a_damaged_packed_file_says_so(raw_sample, tmp_path):
    packed = (raw_sample / MARKERS).read_bytes()
    path = write(tmp_path, packed[: len(packed) // 2], MARKERS)
    with pytest.raises(DataError, match="cannot be unpacked.*probably cut off"):
        read_markers(path)


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"RBDS001static\.txt: no such file"):
        read_markers(tmp_path / "RBDS001static.txt", standing=True)


def test_an_empty_folder_says_where_to_get_the_files(tmp_path):
    with pytest.raises(ProblemList, match="no RBDS files.*fetch_raw"):
        find_trials(tmp_path)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(ProblemList, match="no such folder"):
        find_trials(tmp_path / "elsewhere")


def test_an_info_row_without_its_file_names_row_and_file(raw_sample, tmp_path):
    shutil.copytree(raw_sample, tmp_path / "raw")
    (tmp_path / "raw" / "RBDS027runT35forces.txt.gz").unlink()
    (tmp_path / "raw" / "RBDS001runT45markers.txt.gz").unlink()
    with pytest.raises(ProblemList) as caught:
        find_trials(tmp_path / "raw")
    assert len(caught.value.problems) == 2
    assert "RBDSinfo.txt, row " in str(caught.value)
    assert "RBDS027runT35forces.txt is not in" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"Level", b"Class", "no column Level"),
        (b"\tCompetitive\t", b"\tProfessional\t", "Level is .*Professional.*one of Recreational"),
        (b"\t62\t", b"\t26\t", "rows of subject 1 contradict each other"),
    ],
)
def test_a_bad_info_file_gives_one_sentence(raw_sample, tmp_path, old, new, expected):
    content = (raw_sample / "RBDSinfo.txt").read_bytes()
    count = 1 if old == b"\t62\t" else -1
    path = write(tmp_path, content.replace(old, new, count), "RBDSinfo.txt")
    with pytest.raises(DataError, match=expected):
        read_info(path)

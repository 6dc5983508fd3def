"""TRC: right numbers from good files, one sentence from those that contradict themselves."""

import gzip

import numpy as np
import pytest

from glutelab.datasets import sample_folder
from glutelab.errors import DataError
from glutelab.formats.trc import looks_like_trc, read_trc

REAL = sample_folder("formats") / "motion_capture_run.trc"


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """The real file with its first twelve frames."""
    text = REAL.read_text(encoding="latin-1").split("\n")[:18]
    text[2] = text[2].replace("123", "12", 1)
    return text


def write(folder, lines, name="a.trc", encoding="utf-8", end="\n"):
    path = folder / name
    path.write_bytes(end.join(lines).encode(encoding))
    return path


def test_real_file():
    recording = read_trc(REAL)
    points = recording.points
    assert points.positions.shape == (123, 78, 3)
    assert (points.unit, points.rate_hz, recording.family) == ("mm", 150.0, "trc")
    at = points.names.index("RACR")
    np.testing.assert_array_equal(points.positions[0, at], [-29.96947, 1430.34631, -94.01600])
    assert np.isnan(points.positions[0, points.names.index("RASH")]).all()  # empty cells
    at = points.names.index("LASHv")  # the last three columns
    last = REAL.read_text().split("\n")[6].rstrip("\t").split("\t")[-3:]
    np.testing.assert_array_equal(points.positions[0, at], [float(cell) for cell in last])
    assert "Pilotos" not in repr(recording)  # the path in the first line


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_encodings_and_line_ends(tmp_path, lines, encoding, end):
    lines = [lines[0].replace("Pilotos", "Läufer"), *lines[1:]]
    found = read_trc(write(tmp_path, lines, encoding=encoding, end=end)).points
    expected = read_trc(write(tmp_path, lines, "b.trc")).points
    np.testing.assert_array_equal(found.positions, expected.positions)
    assert found.names == expected.names


def test_decimal_commas_and_packing(tmp_path, lines):
    expected = read_trc(write(tmp_path, lines)).points.positions
    commas = [*lines[:2], *[line.replace(".", ",") for line in lines[2:]]]
    found = read_trc(write(tmp_path, commas, "commas.trc"))
    np.testing.assert_array_equal(found.points.positions, expected)
    packed = tmp_path / "a.trc.gz"
    packed.write_bytes(gzip.compress("\n".join(lines).encode()))
    np.testing.assert_array_equal(read_trc(packed).points.positions, expected)


def test_zeros_and_half_positions_are_not_seen(tmp_path, lines):
    cells = [line.split("\t") for line in lines[6:]]
    cells[0][2:5] = ["0", "0.000", "-0.0"]
    cells[1][5] = ""
    recording = read_trc(write(tmp_path, [*lines[:6], *["\t".join(row) for row in cells]]))
    assert np.isnan(recording.points.positions[[0, 1], [0, 1]]).all()
    notes = " ".join(recording.notes)
    assert "1 positions are 0 0 0" in notes
    assert "1 positions lack a coordinate" in notes


def test_names_twice_blank_or_with_a_subject(tmp_path, lines):
    names = lines[3].replace("LACR", "RACR").replace("CLAV", "").replace("C7", "Jane:C7")
    recording = read_trc(write(tmp_path, [*lines[:3], names, *lines[4:]]))
    assert recording.points.names[:4] == ("RACR", "RACR_2", "C7", "unnamed_4")
    assert "Jane" not in repr(recording)
    assert len(recording.notes) == 3


def test_names_without_blank_columns_between(tmp_path, lines):
    names = "\t".join(lines[3].split())
    recording = read_trc(write(tmp_path, [*lines[:3], names, *lines[4:]]))
    assert recording.points.names == read_trc(REAL).points.names


@pytest.mark.parametrize(
    ("line", "old", "new", "text"),
    [
        (0, "PathFileType", "Path", "line 1: no PathFileType"),
        (1, "DataRate", "Rate", "line 2: no DataRate"),
        (1, "\tUnits", "", "7 names above 8 values"),
        (2, "150.00", "fast", "DataRate is 'fast'"),
        (2, "150.00", "300.00", "DataRate is 300 Hz, but the column Time runs at 150"),
        (2, "78", "77", "78 marker names, but NumMarkers is 77"),
        (2, "78", "79", "line 5: 234 column names"),
        (2, "78", "1e9", "NumMarkers is 1e9"),
        (2, "12\t", "13\t", "12 rows, but NumFrames is 13"),
        (4, "X1", "Q1", "line 5: 234 column names (Q1"),
        (9, "\t0.020\t", "\t", "line 10: 235 cells. Expected 236: frame, time"),
        (9, "1424.39722", "1424.x9722", "line 10, RACR Y: '1424.x9722' where a number should be"),
        (9, "1424.39722", "inf", "line 10, RACR Y: 'inf', an infinite value"),
        (9, "\t0.020\t", "\t0.120\t", "time goes from"),
        (9, "\t0.020\t", "\tnan\t", "no time"),
        (9, "\t0.020\t", "\t\x00\t", "a zero byte"),
    ],
)
def test_contradictions_are_named(tmp_path, lines, line, old, new, text):
    assert old in lines[line]
    changed = [*lines[:line], lines[line].replace(old, new, 1), *lines[line + 1 :]]
    path = write(tmp_path, changed)
    with pytest.raises(DataError) as error:
        read_trc(path)
    assert str(error.value).startswith("a.trc")
    assert text in str(error.value)


def test_cut_off_anywhere(tmp_path, lines):
    content = "\n".join(lines).rstrip().encode()
    path = tmp_path / "a.trc"
    for size in [*range(0, len(content), 131), *range(len(content) - 9, len(content))]:
        path.write_bytes(content[:size])
        with pytest.raises(DataError, match=r"a\.trc"):
            read_trc(path)


def test_looks():
    assert looks_like_trc(REAL.read_bytes()[:500])
    assert not looks_like_trc(b"time\tx")

"""Which export a file is; and what is said of one that is none."""

import gzip
import zipfile

import numpy as np
import pytest

from glutelab.datasets import sample_folder
from glutelab.errors import DataError
from glutelab.formats import content
from glutelab.formats.recognize import FAMILIES, _functions, read_recording, recognize

FORMATS = sample_folder("formats")
FILES = {
    "RBDS001static.c3d": "c3d",
    "motion_capture_run.trc": "trc",
    "ik_output_run.mot": "opensim",
    "grf_run.mot": "opensim",
}


def test_each_family_has_a_reader():
    assert list(FAMILIES) == list(_functions())


@pytest.mark.parametrize(("name", "family"), FILES.items())
def test_content_decides_whatever_the_name(tmp_path, name, family):
    content = (FORMATS / name).read_bytes()
    assert recognize(FORMATS / name) == family
    for other in ("other.txt", "other.csv", "other"):
        (tmp_path / other).write_bytes(content)
        assert recognize(tmp_path / other) == family
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress(content))
    assert recognize(packed) == family
    one, two = read_recording(FORMATS / name), read_recording(packed)
    assert (one.family, two.family, two.source) == (family, family, packed.name)
    if one.points is not None:
        np.testing.assert_array_equal(one.points.positions, two.points.positions)


def test_a_damaged_file_is_told_by_the_reader_its_suffix_names(tmp_path):
    (tmp_path / "a.c3d").write_bytes(b"\xff" * 1000)
    with pytest.raises(DataError, match="does not begin as a C3D file"):
        read_recording(tmp_path / "a.c3d")
    (tmp_path / "a.mot").write_bytes(b"time x\n0 1\n")
    with pytest.raises(DataError, match="no line endheader"):
        read_recording(tmp_path / "a.mot")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x89PNG\r\n\x1a\n....", r"a picture \(PNG\)"),
        (b"\xd0\xcf\x11\xe0" * 100, "an old spreadsheet"),
        (b"MATLAB 5.0 MAT-file", "a MATLAB file"),
        (b"<html><body>", "a web page"),
        (b'<?xml version="1.0"?>', "XML"),
        (b"\x00\x01\x02" * 100, r"a binary file \(\.xyz\)"),
        (b"Dear colleague", r"text \(\.xyz\)"),
        (b"a;b\n1;2\n", "a text table with semicolons"),
    ],
)
def test_what_is_none_of_them_is_named(tmp_path, content, text):
    (tmp_path / "a.xyz").write_bytes(content)
    with pytest.raises(DataError, match=f"a.xyz: seems to be {text}.*Expected C3D, TRC, OpenSim"):
        read_recording(tmp_path / "a.xyz")


def test_archives_spreadsheets_and_nothing(tmp_path):
    for name, member, text in (
        ("a.zip", "run.c3d", "a zip archive"),
        ("a.xlsx", "xl/workbook.xml", "a spreadsheet"),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(member, "x")
        with pytest.raises(DataError, match=text):
            read_recording(tmp_path / name)
    (tmp_path / "empty.c3d").write_bytes(b"")
    with pytest.raises(DataError, match="the file is empty"):
        read_recording(tmp_path / "empty.c3d")
    for name, text in (("absent.c3d", "no such file"), (".", "no such file")):
        with pytest.raises(DataError, match=text):
            read_recording(tmp_path / name)
    (tmp_path / "cut.trc.gz").write_bytes(gzip.compress(b"PathFileType 4" * 9999)[:60])
    with pytest.raises(DataError, match="cut.trc.gz: .*unpacked .it ends too early"):
        read_recording(tmp_path / "cut.trc.gz")
    (tmp_path / "named.trc").write_bytes(gzip.compress(b"PathFileType 4"))
    with pytest.raises(DataError, match="a gzip file by another name.*Rename"):
        read_recording(tmp_path / "named.trc")


def test_options_that_no_reader_has(tmp_path):
    with pytest.raises(DataError, match="colour: no option of a TRC file"):
        read_recording(FORMATS / "motion_capture_run.trc", colour=1)


def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(content, "MOST_BYTES", 1_000_000)
    bomb = tmp_path / "a.trc.gz"
    bomb.write_bytes(gzip.compress(b"PathFileType\t4\n" + bytes(1 << 24)))
    with pytest.raises(DataError, match=r"a\.trc\.gz: the file unpacks to more than 1 MB"):
        read_recording(bomb)

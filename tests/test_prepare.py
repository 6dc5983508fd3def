"""The prepare script on damaged raw folders: a sentence and an exit code, nothing half-written."""

import gzip
import importlib.util
import re
import shutil
import sys

import pytest
from conftest import ROOT

MARKERS, FORCES = "RBDS001runT25markers.txt.gz", "RBDS001runT25forces.txt.gz"


@pytest.fixture(scope="module")
def prepare():
    path = ROOT / "data" / "prepare" / "rbds2017.py"
    spec = importlib.util.spec_from_file_location("prepare_rbds2017", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def raw(raw_sample, tmp_path):
    """One runner at one speed."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for name in (MARKERS, FORCES, "RBDS001static.txt.gz"):
        shutil.copy(raw_sample / name, folder / name)
    lines = (raw_sample / "RBDSinfo.txt").read_text().splitlines()
    kept = [line for line in lines if "runT" not in line or "001runT25" in line]
    kept = [line for line in kept if not line.startswith("27\t")]
    (folder / "RBDSinfo.txt").write_text("\n".join(kept) + "\n")
    return folder


def run(prepare, raw, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(prepare, "DATA", tmp_path / "data")
    to = tmp_path / "made" / "rbds2017"
    arguments = ["rbds2017.py", str(raw), "--to", str(to), "--jobs", "1"]
    monkeypatch.setattr(sys, "argv", arguments)
    status = prepare.main()
    return status, capsys.readouterr(), to


def rewrite(path, change):
    text = gzip.decompress(path.read_bytes()).decode()
    header, *lines = text.splitlines()
    path.write_bytes(gzip.compress("\n".join([header, *change(lines), ""]).encode(), 1))


def test_a_whole_folder_is_prepared(prepare, raw, tmp_path, monkeypatch, capsys):
    status, shown, to = run(prepare, raw, tmp_path, monkeypatch, capsys)
    assert status == 0
    assert "76 strides in" in shown.out
    assert "1 runners" in (to / "datapackage.json").read_text(encoding="utf-8")


def move(column: int, by: float):
    def change(lines):
        rows = [line.split("\t") for line in lines]
        for row in rows:
            row[column] = f"{float(row[column]) + by:g}"
        return ["\t".join(row) for row in rows]

    return change


def damage_other_runner(raw, raw_sample):
    shutil.copy(raw_sample / "RBDS027static.txt.gz", raw / "RBDS001static.txt.gz")


def damage_other_speed(raw, raw_sample):
    shutil.copy(raw_sample / "RBDS001runT35forces.txt.gz", raw / FORCES)


def damage_lost_frames(raw, raw_sample):
    rewrite(raw / MARKERS, lambda lines: lines[:2000] + lines[2014:])


def damage_offset(raw, raw_sample):
    rewrite(raw / FORCES, move(2, 30.0))


def damage_short(raw, raw_sample):
    rewrite(raw / MARKERS, lambda lines: lines[:10])
    rewrite(raw / FORCES, lambda lines: lines[:20])


def damage_late_force(raw, raw_sample):
    rewrite(raw / FORCES, lambda lines: [lines[0]] * 15 + lines[:-15])


def damage_sign(raw, raw_sample):
    def change(lines):
        rows = [line.split("\t") for line in lines]
        for row in rows:
            row[2] = f"{-float(row[2]):g}"
        return ["\t".join(row) for row in rows]

    rewrite(raw / FORCES, change)


def damage_infinite(raw, raw_sample):
    def change(lines):
        row = lines[99].split("\t")
        row[1] = "inf"
        return [*lines[:99], "\t".join(row), *lines[100:]]

    rewrite(raw / MARKERS, change)


def damage_info_number(raw, raw_sample):
    path = raw / "RBDSinfo.txt"
    path.write_text(path.read_text().replace("\t62\t", "\theavy\t"))


def damage_info_subject(raw, raw_sample):
    path = raw / "RBDSinfo.txt"
    path.write_text(path.read_text().replace("\n1\t", "\n9\t"))


def damage_info_nothing_listed(raw, raw_sample):
    path = raw / "RBDSinfo.txt"
    path.write_text(path.read_text().replace("runT25markers", "jump"))


def damage_twice(raw, raw_sample):
    (raw / "copy").mkdir()
    shutil.copy(raw / FORCES, raw / "copy" / FORCES)


DAMAGES = {
    damage_other_runner: "fit the standing trial to .* mm only.*same runner",
    damage_other_speed: "force and markers do not fit",
    damage_late_force: "the force is [45]\\d ms late against the markers",
    damage_lost_frames: "force lasts 30.00 s and the markers last 29.91 s",
    damage_offset: "no stride of the left foot",
    damage_short: "no stride of the left foot in 0.1 s",
    damage_sign: "vertical force never exceeds 20 N.*sign",
    damage_infinite: "line 101, R.ASISX: an infinite value",
    damage_info_number: "Mass is 'heavy'",
    damage_info_subject: "no Subject is 1",
    damage_info_nothing_listed: "lists no running trial",
    damage_twice: "one file of each name",
}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda function: function.__name__)
def test_a_damaged_folder_gets_a_sentence(
    damage, prepare, raw, raw_sample, tmp_path, monkeypatch, capsys
):
    damage(raw, raw_sample)
    status, shown, to = run(prepare, raw, tmp_path, monkeypatch, capsys)
    assert status == 1
    sentence = " ".join(shown.err.split())
    assert re.search(DAMAGES[damage], sentence), sentence
    assert "Traceback" not in shown.err
    assert not to.exists()

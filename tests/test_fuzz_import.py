"""Mutated and hostile folders: a sentence or the right cohort, and nothing else.

The full size is benchmarks/fuzz_import.py; here stand a few of each kind.
"""

from __future__ import annotations

import gzip
import os
import random
import shutil
import sys
import zipfile
from pathlib import Path

import fuzz_damage
import fuzz_same
import numpy as np
import pandas as pd
import pytest
import test_formats_sheet as sheets
from fuzz_causes import causes_of
from fuzz_labs import make_lab
from fuzz_run import differences, run_import
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from labs import SHEET, SHEET_RECIPE, sheet_lab, write_recipe

import glutelab as gl
from glutelab.contract import examine_curve_jumps, examine_frames, examine_standing
from glutelab.errors import DataError, ProblemList, say
from glutelab.frames import AngleFrames, MarkerFrames
from glutelab.intake.recipe import parse_recipe

QUICK = ("spreadsheet as CSV", "curves, long table", "curves, BMC and RIC")


@pytest.fixture(scope="module")
def bases(tmp_path_factory):
    """Laboratories as they are, and what an import of each gives."""
    found = {}
    for k, name in enumerate(QUICK):
        folder = make_lab(name, tmp_path_factory.mktemp(f"base{k}") / "lab")
        work = tmp_path_factory.mktemp(f"first{k}") / "lab"
        shutil.copytree(folder, work)
        found[name] = folder, run_import(work)
    return found


def mutated(base: Path, place: Path, change, seed=0):
    folder = place / "lab"
    shutil.copytree(base, folder)
    change(folder, random.Random(seed))
    return run_import(folder)


def said(outcome) -> str:
    assert outcome.faults == []
    assert outcome.verdict == "refused"
    return "\n".join(outcome.problems)


# --- mutants --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["UTF-16", "CR line ends", "decimal commas", "rows of a table moved"]
)
def test_said_in_another_way_it_is_the_same(bases, tmp_path, name):
    base, first = bases["curves, long table"]
    outcome = mutated(base, tmp_path, fuzz_same.SAME[name][0])
    assert outcome.faults == []
    assert outcome.verdict == "accepted"
    assert differences(first.measures, outcome.measures)[:2] == (0.0, 0.0)


@pytest.mark.parametrize(
    ("lab", "name"),
    [
        ("curves, long table", "sign"),
        ("curves, long table", "radians"),
        ("curves, long table", "degrees twice"),
        ("curves, long table", "360 added"),
        ("curves, BMC and RIC", "180 minus"),
    ],
)
@pytest.mark.parametrize("what", ["hip", "knee"])
def test_a_cause_of_hip_and_knee_stops_the_import_by_name(bases, tmp_path, lab, what, name):
    cause = next(c for c in causes_of(lab) if (c.name, c.what) == (name, what))
    text = said(mutated(bases[lab][0], tmp_path, cause.apply))
    assert "[unlike_running]" not in text


@pytest.mark.parametrize("lab", QUICK)
def test_damage_ends_in_a_sentence_or_a_cohort(bases, tmp_path, lab):
    names = [n for n, (_, suffixes) in fuzz_damage.DAMAGE.items() if fuzz_same.fits(lab, suffixes)]
    for k, name in enumerate(names[QUICK.index(lab) :: 3]):
        outcome = mutated(bases[lab][0], tmp_path / str(k), fuzz_damage.DAMAGE[name][0], k)
        assert outcome.faults == [], name


# --- hostile folders ------------------------------------------------------------------------------


def hostile(tmp_path, change, name="lab"):
    folder = sheet_lab(tmp_path / name)
    change(folder)
    return run_import(folder)


def in_sheet(old, new):
    def change(folder):
        path = folder / "runners.csv"
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    return change


def in_recipe(old, new):
    return lambda folder: write_recipe(folder, SHEET_RECIPE.replace(old, new))


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1+1"]
)
def test_a_cell_that_a_spreadsheet_would_run_is_refused(tmp_path, cell):
    assert "formula" in said(hostile(tmp_path, in_sheet("Anna A;1;", f"Anna A;{cell};")))


@pytest.mark.parametrize("cell", ["+7", "a=b", "R-1"])
def test_a_number_or_a_word_is_no_formula(tmp_path, cell):
    outcome = hostile(tmp_path, in_sheet("Anna A;1;", f"Anna A;{cell};"))
    assert (outcome.faults, outcome.verdict) == ([], "accepted")


@pytest.mark.parametrize(
    "cell",
    ["../x", "con", "a/b", "a\\b", "x" * 3000, "\x00", "\x1b[31mred", "‮evil", "😀", " ", "NUL."],
)
def test_odd_ids_end_in_a_sentence_or_stay_what_they_are(tmp_path, cell):
    outcome = hostile(tmp_path, in_sheet("Anna A;1;", f"Anna A;{cell};"))
    assert outcome.faults == []
    assert sorted(p.name for p in tmp_path.iterdir()) == ["lab"]


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\x.csv",
        "//host/x.csv",
        "",
        "\\u0000",
        ".",
        "http://x/a.csv",
        "recipe.toml",
        "runners.csv/x",
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(tmp_path, name):
    text = said(hostile(tmp_path, in_recipe('"runners.csv"', f'"{name}"')))
    assert "root:" not in text


@pytest.mark.skipif(sys.platform == "win32", reason="has no such files")
@pytest.mark.parametrize(
    "kind", ["fifo", "link out", "device", "loop", "folder", "unreadable link"]
)
def test_what_is_no_file_is_not_waited_for(tmp_path, kind):
    outside = tmp_path / "outside.csv"
    outside.write_text(SHEET)

    def change(folder):
        path = folder / "runners.csv"
        path.unlink()
        if kind == "fifo":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
        else:
            target = {"link out": outside, "device": "/dev/zero", "loop": path}.get(kind, "nowhere")
            path.symlink_to(target)

    said(hostile(tmp_path, change))


def test_a_recipe_that_is_no_file_is_missing(tmp_path):
    folder = sheet_lab(tmp_path / "lab")
    (folder / "recipe.toml").unlink()
    (folder / "recipe.toml").mkdir()
    assert "missing" in said(run_import(folder))


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5000,
        "[a]\n" * 2,
        "a." * 3000 + "b = 1",
        "\x00",
        "x = 1e999999",
        '"' * 99,
        "[cohort]\nname = 1\nstart = 2",
        "[[cohort]]",
        "cohort = 1",
        "runners = []",
        "x = " + "9" * 5000,
    ],
)
def test_a_recipe_that_is_not_one(tmp_path, text):
    said(hostile(tmp_path, lambda folder: write_recipe(folder, text)))


def test_bombs(tmp_path):
    def zipped(folder):
        with zipfile.ZipFile(folder / "runners.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("[Content_Types].xml", "<Types/>")
            packed.writestr("xl/workbook.xml", b"<a>" + b" " * 300_000_000)
        in_recipe("runners.csv", "runners.xlsx")(folder)

    said(hostile(tmp_path, zipped))

    def nested(folder):
        path = folder / "runners.csv.gz"
        path.write_bytes(gzip.compress(gzip.compress(b"a;b\n" * 1000)))
        in_recipe("runners.csv", "runners.csv.gz")(folder)

    said(hostile(tmp_path, nested, "nested"))


def test_formulas_of_a_workbook_are_their_values_or_refused(tmp_path):
    rows = [line.split(";") for line in SHEET.strip().split("\n")]
    rows[1][1] = "=cmd|' /C calc'!A0"
    folder = sheet_lab(tmp_path / "lab")
    sheets.workbook(folder / "runners.xlsx", rows)
    write_recipe(folder, SHEET_RECIPE.replace("runners.csv", "runners.xlsx"))
    assert "formula" in said(run_import(folder))


@pytest.mark.parametrize(
    "name", ["Läufer 2026 😀", "x" * 200, "a b'c\"d", "-rf", "%s{0}$HOME", "..lab"]
)
def test_names_of_folders(tmp_path, name):
    outcome = run_import(sheet_lab(tmp_path / name))
    assert (outcome.faults, outcome.verdict) == ([], "accepted")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to(tmp_path):
    folder = sheet_lab(tmp_path / "lab")
    folder.chmod(0o500)
    try:
        with pytest.raises(DataError):
            gl.import_cohort(folder, workers=1, progress=False)
    finally:
        folder.chmod(0o700)


def test_a_target_that_is_a_file_is_not_overwritten(tmp_path):
    folder = sheet_lab(tmp_path / "lab")
    target = tmp_path / "notes.txt"
    target.write_text("mine")
    with pytest.raises(DataError):
        gl.import_cohort(folder, target, workers=1, progress=False)
    assert target.read_text() == "mine"


def test_a_full_disk_is_said(tmp_path, monkeypatch):
    folder = sheet_lab(tmp_path / "lab")
    before = gl.import_cohort(folder, workers=1, progress=False)
    kept = {p.name: p.read_bytes() for p in before.iterdir()}

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("glutelab.cohort.write.write_table", full)
    with pytest.raises(DataError, match="No space left"):
        gl.import_cohort(folder, workers=1, progress=False)
    assert {p.name: p.read_bytes() for p in before.iterdir()} == kept
    assert not [p for p in folder.iterdir() if p.name.startswith(".cohort")]


def test_a_file_that_vanishes_between_listing_and_reading(bases, tmp_path, monkeypatch):
    folder = tmp_path / "lab"
    shutil.copytree(bases["curves, BMC and RIC"][0], folder)
    import glutelab.intake.job as job

    def vanish(path, _read=job.read_recording):
        path.unlink(missing_ok=True)
        return _read(path)

    monkeypatch.setattr(job, "read_recording", vanish)
    with pytest.raises(ProblemList, match="no such file"):
        gl.import_cohort(folder, workers=1, progress=False)


# --- hypothesis -----------------------------------------------------------------------------------

CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["=1", "-", "1,5", "1.5", "NaN", "", "1e9", "8,5", "elite"]),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [
        "name",
        "start",
        "file",
        "columns",
        "words",
        "units",
        "recordings",
        "speeds",
        "speed_m_s",
        "forward",
        "names",
        "clusters",
        "preset",
        "table",
        "accept",
        "source",
        "toe_off_pct",
        "odd",
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            ["cohort", "runners", "trials", "markers", "angles", "events", "checks", "x"]
        ),
        st.one_of(VALUES, st.dictionaries(KEYS, VALUES, max_size=4)),
        max_size=5,
    )
)
def test_any_recipe_is_read_or_refused(content):
    import tomlkit

    def plain(value):
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items() if v is not None}
        return [plain(v) for v in value if v is not None] if isinstance(value, list) else value

    try:
        text = tomlkit.dumps(plain(content))
    except (ValueError, TypeError, UnicodeEncodeError):
        return
    problems = []
    try:
        parse_recipe(text, Path("lab"))
    except ProblemList as error:
        problems = error.problems
    assert all(10 < len(problem) < 1500 for problem in problems)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 5), CELLS), min_size=1, max_size=4))
def test_any_cell_is_read_or_refused(tmp_path_factory, changes):
    folder = sheet_lab(tmp_path_factory.mktemp("cells") / "lab")
    rows = [line.split(";") for line in SHEET.strip().split("\n")]
    for row, column, cell in changes:
        rows[row][column] = cell
    text = "\n".join(";".join(row) for row in rows)
    (folder / "runners.csv").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert run_import(folder).faults == []


# --- what the fuzzing asked for -------------------------------------------------------------------


def moving(n=60, n_markers=3):
    time = np.arange(n)[:, None, None] / 150
    return np.sin(9 * time + np.arange(n_markers)[:, None]) * np.array([0.3, 0.1, 0.02])


def frames(positions):
    return MarkerFrames(
        tuple(f"left_{k}" for k in range(positions.shape[1])), positions, 150.0, "a.c3d"
    )


def test_jumps_and_repeated_rows_of_markers():
    good = moving()
    assert examine_frames(frames(good)) == []
    spike = good.copy()
    spike[30, 1, 1] += 0.1
    (found,) = examine_frames(frames(spike))
    assert (found.code, found.severity) == ("jumps", "warning")
    assert "left_1 by 10 cm at row 31" in found.sentence
    frozen = good.copy()
    frozen[20:24] = frozen[20]
    assert "repeated_frames" in [f.code for f in examine_frames(frames(frozen))]
    lost = good.copy()
    lost[20:30] = np.nan
    assert examine_frames(frames(lost)) == []


def test_jumps_of_angles_and_curves():
    hip = 30 * np.sin(np.arange(300) / 12)
    angles = {"left": {"hip_flexion_deg": hip}}
    assert examine_frames(AngleFrames(angles, 150.0)) == []
    hip = hip.copy()
    hip[100] += 30
    (found,) = examine_frames(AngleFrames({"left": {"hip_flexion_deg": hip}}, 150.0))
    assert found.code == "jumps"
    curves = {"hip_flexion_deg": np.tile(30 * np.sin(np.arange(101) / 16), (3, 1))}
    assert examine_curve_jumps(curves) == []
    curves["hip_flexion_deg"][1, 50] += 30
    assert "of stride 2 by 30 ° at row 51" in examine_curve_jumps(curves)[0].sentence


HEIGHTS = {"asis": 1.0, "psis": 1.02, "trochanter": 0.9, "knee_lateral": 0.5, "ankle_lateral": 0.1,
           "heel_bottom": 0.03, "heel_top": 0.06, "metatarsal_5": 0.03}  # fmt: skip


def standing(**exchanged):
    places = {}
    for side, z in (("left", -0.12), ("right", 0.12)):
        for name, height in HEIGHTS.items():
            x = 0.1 if name in ("asis", "metatarsal_5") else -0.05
            places[f"{side}_{name}"] = (x, height, z)
    for a, b in exchanged.items():
        places[a], places[b] = places[b], places[a]
    positions = np.array([list(places.values())] * 5, float)
    return MarkerFrames(tuple(places), positions, 150.0, "static.c3d")


def test_names_exchanged_in_the_standing_trial():
    assert examine_standing(standing()) == []
    (found,) = examine_standing(standing(left_ankle_lateral="right_ankle_lateral"))
    assert (found.code, found.what, found.severity) == ("sides_swapped", "ankle_lateral", "error")
    pair = {"left_knee_lateral": "left_ankle_lateral", "right_knee_lateral": "right_ankle_lateral"}
    assert (
        "Are knee_lateral and ankle_lateral exchanged"
        in examine_standing(standing(**pair))[0].sentence
    )


def test_what_writing_would_stop_at_is_said_by_the_check(bases, tmp_path):
    folder = tmp_path / "lab"
    shutil.copytree(bases["curves, long table"][0], folder)
    table = pd.read_csv(folder / "raw" / "curves.csv")
    table["ankle"] *= 40.0
    table.to_csv(folder / "raw" / "curves.csv", index=False)
    check = gl.check_folder(folder, workers=1, progress=False)
    assert any("ankle_dorsiflexion_deg" in sentence for sentence in check.problems)


def test_a_column_in_radians_is_suspected(tmp_path):
    tilts = zip(("8,5", "10,1", "14,2", "12,2"), ("0,148", "0,176", "0,248", "0,213"), strict=True)
    text = SHEET
    for old, new in tilts:
        text = text.replace(old, new)
    outcome = hostile(tmp_path, lambda folder: (folder / "runners.csv").write_text(text, "utf-8"))
    assert any('standing_pelvic_tilt_deg = "rad"' in sentence for sentence in outcome.warnings)


def test_a_sentence_does_not_move_the_cursor():
    assert say("a.mot", "'-4\x1b[2J\x10'") == "a.mot: '-4\\x1b[2J\\x10'."

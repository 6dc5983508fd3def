"""From a folder of exports to a cohort, whole or not at all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from labs import MARKER_RECIPE, SHEET_RECIPE, marker_lab, sheet_lab, write_recipe

import glutelab as gl
from glutelab.__main__ import main
from glutelab.errors import ProblemList


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    return marker_lab(tmp_path_factory.mktemp("labs") / "lab", "P001", "P010")


@pytest.fixture(scope="module")
def cohort(lab, tmp_path_factory):
    return imported(lab, to=tmp_path_factory.mktemp("cohorts") / "cohort")


def problems(folder):
    return gl.check_folder(folder, workers=1, progress=False).problems


def imported(folder, **options):
    return gl.load_cohort(gl.import_cohort(folder, **{"workers": 1, "progress": False} | options))


# --- markers --------------------------------------------------------------------------------------


def test_a_lab_s_own_names_axes_and_units_change_nothing(cohort):
    built_in = gl.load_cohort("rbds2017").strides
    for runner in ("001", "010"):
        theirs = built_in.query(f"trial_id == 'RBDS{runner}_T35' and side == 'left'")
        mine = cohort.strides.query(f"runner_id == 'P{runner}' and side == 'left'")
        apart = abs(mine["start_s"].to_numpy()[:, None] - theirs["start_s"].to_numpy())
        same = theirs.iloc[apart.argmin(axis=1)]
        # The same strides, cut by markers instead of force.
        assert apart.min(axis=1).max() < 0.015
        for name in ("peak_hip_extension_deg", "peak_knee_flexion_swing_deg"):
            assert mine[name].to_numpy() == pytest.approx(same[name].to_numpy(), abs=0.3)
    assert sorted(cohort.runners["height_m"]) == [1.69, 1.81]
    assert sorted(cohort.runners["source_level"]) == ["club", "national"]
    assert cohort.about["processing"]["axes"] == "forward was +Y, up was +Z in the files"
    assert cohort.problems() == []


def test_strides_in_are_kept_plus_dropped(cohort):
    assert len(cohort.ledger) == cohort.trials["candidate_strides"].sum()
    assert (
        cohort.ledger["kept"].sum()
        == len(cohort.strides)
        == cohort.curves("hip_flexion_deg").shape[0]
    )


def test_nothing_but_named_columns_is_copied(cohort):
    files = [path for path in cohort.folder.iterdir() if path.suffix != ".parquet"]
    assert b"Remarks" not in b"".join(path.read_bytes() for path in files)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('forward = "+Y"', 'forward = "-Y"', "faces_backward"),
        ('up = "+Z"', 'up = "-Z"', "[up"),
        ('"RASI"', '"RASIS"', "no marker 'RASIS' (nearest: 'RASI')"),
        ("35 = 3.5", "35 = 12.6", "[speed"),
        ('_static.c3d"', '_run35.c3d"', "there is no marker 'LGTR'"),
        ("runners.csv", "runner.csv", "The folder holds"),
        ('national = "elite"', 'national = "world class"', "level is 'world class'"),
    ],
)
def test_what_is_wrong_is_named(lab, tmp_path, old, new, said):
    folder = marker_lab(tmp_path / "lab", "P001")
    write_recipe(folder, MARKER_RECIPE.replace(old, new))
    assert said in "\n".join(problems(folder))
    with pytest.raises(ProblemList):
        gl.import_cohort(folder, workers=1, progress=False)
    assert not (folder / "cohort").exists()


def test_a_finding_can_be_accepted_and_stays_on_record(tmp_path):
    folder = marker_lab(tmp_path / "lab", "P001")
    text = MARKER_RECIPE.replace("35 = 3.5", "35 = 4.5")
    write_recipe(folder, text)
    found = problems(folder)
    codes = [sentence.rsplit("[", 1)[1].rstrip("]") for sentence in found]
    write_recipe(folder, f"{text}\n[checks]\naccept = {codes}\n")
    cohort = imported(folder)
    assert cohort.about["processing"]["findings_accepted"] == codes
    assert codes[0] in cohort.trials["notes"].iloc[0]


def test_the_same_bytes_with_one_and_two_processes(lab, tmp_path):
    one, two = (
        gl.import_cohort(lab, tmp_path / name, workers=jobs, progress=False)
        for name, jobs in (("one", 1), ("two", 2))
    )
    assert {p.name: p.read_bytes() for p in one.iterdir()} == {
        p.name: p.read_bytes() for p in two.iterdir()
    }
    assert not (lab / ".glutelab").exists()


@pytest.mark.slow
def test_the_command_line_takes_a_cluster_and_gives_the_same_bytes(tmp_path):
    distributed = pytest.importorskip("distributed")
    one, two = (marker_lab(tmp_path / name, "P001", "P010") for name in ("one", "two"))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        assert main(["import", str(one), "--scheduler", cluster.scheduler_address]) == 0
    assert main(["import", str(two), "--workers", "1"]) == 0
    first, second = (
        {path.name: path.read_bytes() for path in (lab / "cohort").iterdir()} for lab in (one, two)
    )
    assert first == second


# --- angles and curves ----------------------------------------------------------------------------


def curve_lab(folder, table="", **changes):
    """Mean curves of two runners of the built-in cohort, as a long table."""
    folder.mkdir()
    cohort = gl.load_cohort("rbds2017")
    rows = []
    strides = cohort.strides.reset_index()
    for runner in ("RBDS001", "RBDS010"):
        chosen = strides.query(f"runner_id == '{runner}' and speed_m_s == 3.5 and side == 'right'")
        for stride, place in enumerate(chosen.index[:3], start=1):
            rows.append(
                pd.DataFrame(
                    {
                        "who": runner,
                        "stride": stride,
                        "pct": np.arange(101),
                        "hip": -cohort.curves("hip_flexion_deg")[place],
                        "knee": cohort.curves("knee_flexion_deg")[place],
                    }
                )
            )
    frame = pd.concat(rows).assign(**changes)
    frame.to_csv(folder / "curves.csv", index=False)
    (folder / "runners.csv").write_text("id,level\nRBDS001,competitive\nRBDS010,elite\n")
    write_recipe(
        folder,
        f"""
[cohort]
name = "curve-lab"
start = "curves"
[runners]
file = "runners.csv"
columns = {{ runner_id = "id", level = "level" }}
[trials]
recordings = "curves.csv"
speed_m_s = 3.5
[angles]
unit = "deg"
table = {{ runner_id = "who", stride = "stride", percent = "pct" }}
[angles.columns.right]
hip_flexion_deg = {{ column = "hip", factor = -1 }}
knee_flexion_deg = "knee"
{table}
""",
    )
    return folder


def test_a_table_of_curves(tmp_path):
    cohort = imported(curve_lab(tmp_path / "lab"))
    strides = gl.load_cohort("rbds2017").strides
    theirs = strides.query("runner_id == 'RBDS010' and speed_m_s == 3.5 and side == 'right'")
    mine = cohort.strides.query("runner_id == 'RBDS010'")
    assert mine["peak_knee_flexion_swing_deg"].to_numpy() == pytest.approx(
        theirs["peak_knee_flexion_swing_deg"].to_numpy()[:3], abs=0.2
    )
    assert cohort.about["sign_changes"] == {"right hip_flexion_deg": "-1 times hip plus 0"}


def test_a_flipped_hip_stops_the_import(tmp_path):
    folder = curve_lab(tmp_path / "lab")
    text = (folder / "recipe.toml").read_text()
    write_recipe(folder, text.replace("factor = -1", "factor = 1"))
    assert any("hip" in sentence and "[sign]" in sentence for sentence in problems(folder))


def test_a_curve_of_100_points_is_refused(tmp_path):
    folder = curve_lab(tmp_path / "lab")
    frame = pd.read_csv(folder / "curves.csv")
    frame[frame["pct"] < 100].to_csv(folder / "curves.csv", index=False)
    assert "101 rows, 0 to 100 %" in "\n".join(problems(folder))


# --- tables alone ---------------------------------------------------------------------------------


def test_a_spreadsheet_is_a_cohort(tmp_path):
    cohort = imported(sheet_lab(tmp_path / "lab"))
    assert cohort.trials["speed_m_s"].round(4).unique().tolist() == [3.3333]
    assert cohort.strides.empty
    runners = gl.runner_means(cohort)
    assert runners["oxygen_cost_ml_kg_km"].tolist()[0] == 195.0
    everything = b"".join(path.read_bytes() for path in cohort.folder.iterdir())
    assert b"Anna" not in everything


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("12;8,5", "12;8,5°", "row 2: Tilt is"),
        ("1;elite", "1;Elite sub", '[runners.words.level] "Elite sub"'),
        ("Cora C;3", "Cora C;2", "runner_id"),
        ("215", "0,215", "oxygen_cost_ml_kg_km"),
    ],
)
def test_a_cell_that_cannot_be_is_named(tmp_path, old, new, said):
    folder = sheet_lab(tmp_path / "lab")
    path = folder / "runners.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    check = gl.check_folder(folder, workers=1, progress=False)
    assert said in "\n".join(check.problems + check.warnings)


# --- the command line -----------------------------------------------------------------------------


def test_the_command_line(tmp_path, capsys):
    folder = sheet_lab(tmp_path / "lab")
    assert main(["check", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "Nothing stops the import" in said
    assert "not copied, as the recipe does not name them: 'Name'" in said
    assert main(["import", str(folder)]) == 0
    assert f"glutelab report {folder / 'cohort'}" in capsys.readouterr().out
    assert gl.load_cohort(folder).name == "sheet-lab"
    write_recipe(folder, SHEET_RECIPE.replace('"Group"', '"Grp"'))
    assert main(["check", str(folder)]) == 1
    assert "Did you mean 'Group'?" in capsys.readouterr().out
    assert main(["import", str(folder)]) == 1
    assert "Did you mean 'Group'?" in capsys.readouterr().err

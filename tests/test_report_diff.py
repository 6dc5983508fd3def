"""What differs between two reports, named by file, row and column."""

import json
import shutil

import pandas as pd
import pytest
from conftest import ROOT

import glutelab as gl

REFERENCE = ROOT / "tests" / "reference" / "rbds2017"


def test_diff_names_inputs_versions_verdicts_rows_and_ignores_rounding(tmp_path):
    stored = {"claims.csv": "12_claims.csv", "tables/06_reliability.csv": "06_reliability.csv"}
    for name in ("a", "b"):
        (tmp_path / name / "tables").mkdir(parents=True)
        for part, source in stored.items():
            shutil.copy(REFERENCE / source, tmp_path / name / part)
        other = name == "b"
        about = {
            "cohort": "rbds2017",
            "inputs": {"runners.csv": "sha256:other" if other else "sha256:one"},
            "versions": {"numpy": "0" if other else "2"},
            "outputs": dict.fromkeys(stored, ""),
        }
        (tmp_path / name / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    claims = pd.read_csv(tmp_path / "b" / "claims.csv")
    claims.loc[0, "verdict"] = "contradicted"
    claims.to_csv(tmp_path / "b" / "claims.csv", index=False)
    path = tmp_path / "b" / "tables" / "06_reliability.csv"
    table = pd.read_csv(path)
    numbers = table.select_dtypes("float").columns.drop("speed_m_s")
    table[numbers] *= 1 + 1e-8  # rounding
    table.iloc[1:].to_csv(path, index=False)
    changes = gl.reporting.diff_reports(tmp_path / "a", tmp_path / "b")
    assert changes.table["what"].tolist() == ["input", "version", "verdict", "rows"]
    assert "runners.csv" in repr(changes)
    assert "-> contradicted" in repr(changes)


def write_report(folder, cohort, files):
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    about = {"cohort": cohort, "inputs": {}, "outputs": dict.fromkeys(files, ""), "versions": {}}
    (folder / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    return folder


def test_diff_of_two_cohorts_names_the_verdicts_that_differ(tmp_path):
    claims = "cohort,claim,verdict\n{0},1a,{1}\n{0},1b,supported\n"
    a = write_report(tmp_path / "a", "a", {"claims.csv": claims.format("a", "supported")})
    b = write_report(tmp_path / "b", "b", {"claims.csv": claims.format("b", "cannot tell")})
    table = gl.reporting.diff_reports(a, b).table
    assert list(table["what"]) == ["cohort", "verdict"]
    assert table["row"].iloc[1] == "claim 1a"


@pytest.mark.parametrize("text", ["", 'a,b\n1,2,3\n"'])
def test_diff_names_a_table_that_cannot_be_read(tmp_path, text):
    a = write_report(tmp_path / "a", "a", {"claims.csv": "a\n1\n"})
    b = write_report(tmp_path / "b", "a", {"claims.csv": text})
    changes = gl.reporting.diff_reports(a, b)
    assert repr(changes) == "file claims.csv: differs, and cannot be read as a table"

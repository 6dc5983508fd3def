"""The report: pages that need no network, tables as they were, nothing half-written."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import nbformat
import pandas as pd
import pytest
from conftest import ROOT

import glutelab as gl
from glutelab.__main__ import main
from glutelab.errors import DataError
from glutelab.reporting import run
from glutelab.reporting.checklist import list_items
from glutelab.reporting.methods import ARTICLE
from glutelab.reporting.summary import _standing

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
OF_A_REPORT = [path for path in NOTEBOOKS if not path.name.startswith(run.GUIDES)]


REFERENCE = ROOT / "tests" / "reference"
COHORTS = ("rbds2017", "bmc-ric")
DRAWING = 'class="plotly-graph-div"'


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """The whole study on each built-in cohort."""
    to = tmp_path_factory.mktemp("reports")
    return {name: gl.report(name, to, progress=False) for name in COHORTS}


@pytest.fixture
def quick(monkeypatch):
    """A report without the claims sheet: most of what these tests would wait for."""
    left = {name: maker for name, maker in run.MAKERS.items() if name != "claims"}
    monkeypatch.setattr(run, "MAKERS", left)


@pytest.fixture(scope="module")
def folder(folders):
    return folders["rbds2017"]


def test_every_notebook_becomes_a_page(folder):
    pages = sorted(path.stem for path in (folder / "notebooks").glob("*.html"))
    assert pages == [path.stem for path in OF_A_REPORT]


def test_pages_load_nothing_from_elsewhere_and_hold_their_figures(folder):
    for path in (folder / "notebooks").glob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=\"(https?:)?//", page)
        assert 'import mermaid from "http' not in page
        executed = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
        shown = [
            output.get("data", {}) for cell in executed.cells for output in cell.get("outputs", [])
        ]
        figures = sum("application/vnd.plotly.v1+json" in data for data in shown)
        figures += sum("".join(data.get("text/html", "")).count(DRAWING) for data in shown)
        assert page.count(DRAWING) == figures
        assert (page.count("plotly.js v") > 0) == (figures > 0)


@pytest.mark.parametrize(
    ("cohort", "table"),
    [(name, path.name) for name in COHORTS for path in sorted((REFERENCE / name).glob("*.csv"))],
)
def test_headline_tables_are_what_they_were(folders, cohort, table):
    found = pd.read_csv(folders[cohort] / "tables" / table)
    expected = pd.read_csv(REFERENCE / cohort / table)
    pd.testing.assert_frame_equal(found, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("cohort", COHORTS)
def test_every_headline_table_has_a_reference(folders, cohort):
    made = {path.name for path in (folders[cohort] / "tables").glob("[0-9]*.csv")}
    assert made == {path.name for path in (REFERENCE / cohort).glob("*.csv")}


def test_a_cohort_of_curves_says_what_it_cannot_answer(folders):
    pages = folders["bmc-ric"] / "notebooks"
    levels = (pages / "04_hip_extension_and_level.html").read_text(encoding="utf-8")
    assert "Confounded with laboratory: elite or competitive 23 BMC" in levels
    assert "Not measured in this cohort: Peak thigh extension." in levels
    assert "Cannot tell." in levels


def test_three_elite_runners_cannot_tell(folder):
    levels = (folder / "notebooks" / "04_hip_extension_and_level.html").read_text(encoding="utf-8")
    assert "Cannot tell much: with 3 and 25 runners" in levels


def test_manifest_says_what_went_in_and_out(folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["strides"] == {"in": 7051, "kept": 7049, "dropped": {"cluster": 2}}
    assert manifest["inputs"]["curves.parquet"].startswith("sha256:")
    assert manifest["versions"]["glutelab"] == gl.__version__
    tables = {f"tables/{path.name}" for path in (folder / "tables").iterdir()}
    sheet = {f"claims.{ending}" for ending in ("html", "pdf", "md", "csv")}
    others = {"methods.md", "checklist.md", "checklist.html", "summary.txt"}
    figures = {f"figures/{path.name}" for path in (folder / "figures").iterdir()}
    assert set(manifest["outputs"]) == tables | sheet | others | figures
    assert manifest["seed"] == 0


def test_the_claims_sheet_comes_first(folder, folders):
    page = (folder / "claims.html").read_text(encoding="utf-8")
    assert "What the article says, and what these runners say" in page
    assert (folder / "claims.pdf").read_bytes().startswith(b"%PDF")
    assert "Confounded with laboratory" in (folders["bmc-ric"] / "claims.md").read_text("utf-8")


def test_summary_is_five_to_seven_statements_with_the_numbers(folder):
    summary = (folder / "summary.txt").read_text(encoding="utf-8")
    statements = [line for line in summary.splitlines() if not line.startswith(" ")]
    assert 5 <= len(statements) <= 7
    assert "7,049 of 7,051 strides kept" in summary
    assert "Cannot tell much: with 3 and 25 runners" in summary


def test_the_start_page_leads_everywhere_and_needs_no_network(folder):
    for page in ("index.html", "checklist.html"):
        text = (folder / page).read_text(encoding="utf-8")
        links = re.findall(r'(?:href|src)="([^"#]+)"', text)
        assert not [link for link in links if "//" in link or not (folder / link).is_file()]
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert index.index("claims.html") < index.index("notebooks/")
    for path in [*folder.glob("notebooks/*.html"), *folder.glob("tables/*")]:
        assert f'href="{path.relative_to(folder).as_posix()}"' in index
    assert "prefers-color-scheme: dark" in index


def test_figures_and_tables_of_an_article_are_there_with_what_made_them(folders):
    for folder in folders.values():
        files = {path.name for path in (folder / "figures").iterdir()}
        stems = {path.stem for path in (folder / "figures").glob("*.pdf")}
        assert len(stems) == 8
        for stem in stems:
            assert {f"{stem}.{end}" for end in ("svg", "png", "md")} <= files
            said = (folder / "figures" / f"{stem}.md").read_text(encoding="utf-8")
            assert "gl.figure_" in said.split("```python")[1]
        tables = {path.name for path in (folder / "tables").glob("[a-z]*")}
        for name in ("table_1_runners", "table_2_levels", "table_3_economy"):
            assert {f"{name}.{end}" for end in ("html", "tex", "docx", "csv", "md")} <= tables
            said = (folder / "tables" / f"{name}.md").read_text(encoding="utf-8")
            assert "gl.table_" in said.split("```python")[1]
        index = (folder / "index.html").read_text(encoding="utf-8")
        assert index.index("tables/table_1_runners") < index.index("tables/03_")
    cost = folders["rbds2017"] / "figures" / "figure_6_economy.md"
    assert "Not measured in this cohort: Energy cost." in cost.read_text(encoding="utf-8")


def test_methods_say_what_was_done_and_what_is_not_known(folders):
    raw = (folders["rbds2017"] / "methods.md").read_text(encoding="utf-8")
    for part in ("3 dB down at 10 Hz", "`force_20n_50hz` in 84 trials", "7,051 found", "seed"):
        assert part in raw.lower() or part in raw
    assert "Not known" not in raw
    curves = (folders["bmc-ric"] / "methods.md").read_text(encoding="utf-8")
    assert "its description does not say: filter, model, strides" in curves
    assert "the right side only" in curves
    for text in (raw, curves):
        assert "Running cost was not measured" in text
        assert "nan" not in text.split()


def test_the_checklist_fills_what_it_can(folder):
    lines = (folder / "checklist.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if re.match(r"\| \d+ \|", line)]
    assert len(rows) == 22
    assert "7,051 found" in "".join(rows)
    assert sum(row.endswith("| For you to write. |") for row in rows) == 6


def write_notebook(folder, name, *sources):
    cells = [nbformat.v4.new_code_cell('cohort = "rbds2017"', metadata={"tags": ["parameters"]})]
    cells += [nbformat.v4.new_code_cell(source) for source in sources]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / name)


def test_a_failing_notebook_is_named_with_its_cell_and_the_others_run(tmp_path, monkeypatch, quick):
    write_notebook(tmp_path, "00_fails.ipynb", "1 / 0")
    write_notebook(tmp_path, "01_runs.ipynb", "print('here')")
    monkeypatch.setattr(run, "resource_folder", lambda kind: tmp_path)
    with pytest.raises(DataError, match=r"00_fails\.ipynb, cell 3: ZeroDivisionError"):
        gl.report("rbds2017", tmp_path / "reports", only=["0"], workers=1, progress=False)
    failed = tmp_path / "reports" / "rbds2017-failed"
    assert (failed / "notebooks" / "01_runs.html").is_file()
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["rbds2017-failed"]


DRAWS = """import glutelab as gl
runners = gl.runner_means(gl.load_cohort(cohort))
found = gl.compare_groups(
    runners, "cadence_spm", "speed_m_s", groups=(4.5, 2.5), seed=seed
)
gl.save_table(found[["measure", "difference", "g_low", "g_high"]], "00_draws")"""


@pytest.fixture
def drawing(tmp_path, monkeypatch, quick):
    write_notebook(tmp_path, "00_draws.ipynb", DRAWS)
    path = tmp_path / "00_draws.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source += "\nseed = 0"
    nbformat.write(notebook, path)
    monkeypatch.setattr(run, "resource_folder", lambda kind: tmp_path)
    return lambda to, **how: gl.report(
        "rbds2017", tmp_path / to, only=["0"], progress=False, **{"workers": 1} | how
    )


def test_a_seed_reaches_the_draws_and_workers_change_nothing(drawing, capsys):
    one, two = drawing("a", workers=1), drawing("b", workers=2)
    same = gl.reporting.diff_reports(one, two)
    assert same.same, same
    for path in sorted(one.glob("*.*")) + sorted(one.glob("tables/*")):
        assert path.read_bytes() == (two / path.relative_to(one)).read_bytes(), path
    assert main(["diff", str(one), str(two)]) == 0
    other = drawing("c", seed=7)
    assert json.loads((other / "manifest.json").read_text(encoding="utf-8"))["seed"] == 7
    changes = gl.reporting.diff_reports(one, other).table
    assert changes.loc[changes["what"] == "seed", "second"].tolist() == [7]
    drawn = changes[changes["where"] == "tables/00_draws.csv"]
    assert drawn["row"].unique().tolist() == ["measure cadence_spm"]
    assert set(drawn["column"]) == {"g_low", "g_high"}  # the difference is not drawn at random
    capsys.readouterr()
    assert main(["diff", str(one), str(other)]) == 1
    assert capsys.readouterr().out.startswith("seed: 0 -> 7\n")
    assert main(["diff", str(one), "no/such/report"]) == 2
    assert "no manifest.json" in capsys.readouterr().err


def test_diff_names_inputs_versions_verdicts_rows_and_ignores_rounding(folder, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for part in ("manifest.json", "claims.csv"):
            shutil.copy(folder / part, tmp_path / name / part)
        shutil.copytree(folder / "tables", tmp_path / name / "tables")
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        kept = {
            k: v for k, v in manifest["outputs"].items() if k.endswith("s.csv") and "f" not in k
        }
        manifest["outputs"] = kept | {"tables/06_reliability.csv": ""}
        if name == "b":
            manifest["inputs"]["runners.csv"] = "sha256:other"
            manifest["versions"]["numpy"] = "0"
        (tmp_path / name / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
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


def test_figures_and_tables_are_the_same_bytes_again_with_another_number_of_workers(
    folder, tmp_path
):
    again = gl.report("rbds2017", tmp_path, only=["13"], workers=1, progress=False)
    made = [*folder.glob("figures/*"), *folder.glob("tables/[a-z]*"), *folder.glob("claims.*")]
    assert len(made) > 60
    for path in made:
        assert path.read_bytes() == (again / path.relative_to(folder)).read_bytes(), path.name


START = """import sys
from pathlib import Path
import glutelab as gl
from glutelab.reporting import run
from glutelab.reporting.checklist import list_items
from glutelab.reporting.methods import ARTICLE
from glutelab.reporting.summary import _standing
run.resource_folder = lambda kind: Path(sys.argv[1])
del run.MAKERS["claims"]
try:
    gl.report("rbds2017", sys.argv[2], only=["0"], workers=1)
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT] if os.name != "nt" else [])
def test_a_stopped_run_leaves_no_half_report_and_the_next_one_cleans_up(
    how, tmp_path, monkeypatch, quick
):
    there, to = tmp_path / "there", tmp_path / "reports"
    write_notebook(tmp_path, "00_waits.ipynb", f"open({str(there)!r}, 'w')", "import time", WAIT)
    running = subprocess.Popen(
        [sys.executable, "-c", START, str(tmp_path), str(to)],
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    end = time.monotonic() + 60
    while not there.exists() and time.monotonic() < end:
        time.sleep(0.05)
    running.send_signal(how)
    running.wait(timeout=30)
    left = [path.name for path in to.iterdir()]
    assert "rbds2017" not in left
    if how == signal.SIGINT:
        assert running.returncode == 130
        assert left == []
        return
    assert left
    assert all(name.startswith(".rbds2017-") for name in left)
    (tmp_path / "00_waits.ipynb").unlink()
    write_notebook(tmp_path, "00_runs.ipynb", "print('here')")
    monkeypatch.setattr(run, "resource_folder", lambda kind: tmp_path)
    gl.report("rbds2017", to, only=["0"], workers=1, progress=False)
    assert [path.name for path in to.iterdir()] == ["rbds2017"]


WAIT = "time.sleep(60)"


def test_explorers_are_not_blank_on_pages(tmp_path, monkeypatch, quick):
    load = "import glutelab as gl\ndata = gl.load_cohort(cohort)"
    views = ("gl.CohortExplorer(data)", "gl.StrideViewer(data, against_speed_m_s=4.5)")
    write_notebook(tmp_path, "00_explores.ipynb", load, *views)
    monkeypatch.setattr(run, "resource_folder", lambda kind: tmp_path)
    folder = (
        gl.report("rbds2017", tmp_path / "reports", only=["0"], workers=1, progress=False)
        / "notebooks"
    )
    page = (folder / "00_explores.html").read_text(encoding="utf-8")
    assert page.count(DRAWING) == 4
    assert page.count("Plotly.newPlot(") >= 4
    assert page.count("plotly.js v") == 1
    assert "Hedges g" in page
    assert "Drawn from mean angles, not a recording" in page
    assert "against_speed_m_s=4.5" in page
    assert "vnd.jupyter.widget-view" not in page
    executed = (folder / "00_explores.ipynb").read_text(encoding="utf-8")
    assert len(executed) < 1_000_000  # without a plotly.js of its own
    assert "GLUTELAB_STATIC" not in os.environ


def test_an_older_report_stays_until_the_new_one_is_complete(tmp_path, monkeypatch, quick):
    write_notebook(tmp_path, "00_runs.ipynb", "print('here')")
    monkeypatch.setattr(run, "resource_folder", lambda kind: tmp_path)
    target = gl.report("rbds2017", tmp_path / "reports", only=["0"], workers=1, progress=False)
    (target / "mine.txt").write_text("kept until replaced")

    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "write_manifest", interrupted)
    with pytest.raises(KeyboardInterrupt):
        gl.report("rbds2017", tmp_path / "reports", only=["0"], workers=1, progress=False)
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["rbds2017"]
    assert (target / "mine.txt").is_file()


def test_only_a_report_is_replaced_by_a_report(tmp_path, small, capsys):
    mine = shutil.copytree(small, tmp_path / "my-lab")
    before = sorted(path.name for path in mine.iterdir())
    assert main(["report", str(mine), "--to", str(tmp_path), "--only", "13"]) == 1
    assert "no report, and nothing in it is replaced" in capsys.readouterr().err
    assert sorted(path.name for path in mine.iterdir()) == before
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "my-lab").write_text("mine")
    with pytest.raises(DataError, match="is a file"):
        gl.report(mine, tmp_path / "to", progress=False)
    with pytest.raises(DataError, match="no report can be written to"):
        gl.report(mine, tmp_path / "to" / "my-lab" / "below", progress=False)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"only": 3}, "only is 3"),
        ({"only": [3]}, "beginnings of names"),
        ({"cohort": None}, "cohort is a NoneType"),
        ({"to": None}, "to is a NoneType"),
    ],
)
def test_what_is_no_name_and_no_folder_is_answered_in_a_sentence(tmp_path, options, said):
    with pytest.raises(DataError, match=said):
        gl.report(**{"cohort": "rbds2017", "to": tmp_path / "to", **options})
    with pytest.raises(DataError, match="folders of two reports"):
        gl.reporting.diff_reports(None, tmp_path)


def test_the_checklist_claims_only_what_is_there(small):
    said = {item[2]: item[3] for item in list_items(gl.load_cohort("simulated"))}
    assert "nothing was measured" in said["Where data come from, how measured"]
    assert "if notebook 00 was run" in said["Outcome data"]


def test_methods_know_the_shuffles_of_the_article():
    cells = (ROOT / "notebooks" / "13_article.ipynb").read_text(encoding="utf-8")
    assert f"n_permutations={ARTICLE}," in cells


def test_one_runner_stands_without_deviation():
    cohort = gl.load_cohort("rbds2017")
    cohort.runners = cohort.runners.head(1)
    assert _standing(cohort) == " Standing: 11.6°."


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["report", "rbds2071"], "Did you mean 'rbds2017'"),
        (["report", "no/such/folder"], "neither a built-in cohort nor a folder"),
        (["report", "rbds2017", "--only", "77"], "no notebook begins with 77"),
    ],
)
def test_the_command_line_answers_with_a_sentence_and_an_exit_code(
    arguments, expected, capsys, tmp_path
):
    assert main([*arguments, "--to", str(tmp_path)]) == 1
    shown = capsys.readouterr().err
    assert expected in shown
    assert "Traceback" not in shown
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_answered_with_a_sentence(capsys, tmp_path):
    (tmp_path / "empty").mkdir()
    assert main(["report", str(tmp_path / "empty"), "--to", str(tmp_path / "to")]) == 1
    assert "datapackage.json" in capsys.readouterr().err


def test_pages_link_to_pages_and_are_named(folder):
    page = (folder / "notebooks" / "00_start_here.html").read_text(encoding="utf-8")
    assert 'href="01_complete_and_believable.html"' in page
    assert "<title>Start here" in page
    assert "rows saved: tables/00_runner_means.csv" in page


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Three runners, right side only, one speed, nothing but what is required."""
    folder = tmp_path_factory.mktemp("own") / "my_lab"
    strides = gl.load_cohort("rbds2017").strides.query("side == 'right' and speed_m_s == 3.5")
    strides = strides[strides["runner_id"].isin(["RBDS001", "RBDS004", "RBDS007"])]
    columns = ["runner_id", "trial_id", "speed_m_s", "side", "stride", "peak_hip_extension_deg"]
    trials = strides[["trial_id", "runner_id", "speed_m_s"]].drop_duplicates()
    levels = ["recreational", "elite", "elite"]
    runners = pd.DataFrame({"runner_id": trials["runner_id"].to_numpy(), "level": levels})
    gl.cohort.write_cohort(
        folder,
        {"runners": runners, "trials": trials, "strides": strides[columns]},
        {},
        {"name": "my-lab", "title": "My laboratory", "simulated": False},
    )
    return folder


def test_a_bare_cohort_is_summarized_without_false_statements(small):
    summary = gl.summarize(gl.load_cohort(small))
    assert "right side only" in summary
    assert "Peak hip extension against the pelvis at 3.5 m/s" in summary
    assert "Peak thigh extension against the vertical: not measured" in summary
    assert "nan" not in summary
    assert "Cannot tell: too few runners to say how sure." in " ".join(summary.split())


def test_a_bare_cohort_gets_sentences_not_tracebacks(small):
    cohort = gl.load_cohort(small)
    runners = gl.runner_means(cohort)
    assert gl.agreement.compare_with_published(runners).empty
    assert gl.change_with_speed(runners, "peak_hip_extension_deg")["n_runners"].item() == 0
    gl.plot.with_speed(runners, "peak_hip_extension_deg")
    with pytest.raises(DataError, match="no column 'peak_thigh_extention_deg'"):
        gl.plot.with_speed(runners, "peak_thigh_extention_deg")
    assert "not measured" in gl.plot.curves(cohort, "hip_flexion_deg").layout.title.text
    with pytest.raises(DataError, match="no topic hips"):
        gl.summarize(cohort, ["hips"])


def test_a_table_name_cannot_leave_the_folder():
    with pytest.raises(DataError, match="letters, digits"):
        gl.save_table(pd.DataFrame(), "../elsewhere")

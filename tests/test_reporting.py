"""How a report is made: by several processes, as a whole or not at all, and asked for rightly."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import nbformat
import pandas as pd
import pytest
from conftest import ROOT
from made_notebook import write_notebook

import glutelab as gl
from glutelab.__main__ import main
from glutelab.errors import DataError
from glutelab.reporting import run
from glutelab.reporting.checklist import list_items
from glutelab.reporting.methods import ARTICLE
from glutelab.reporting.summary import _standing

DRAWING = 'class="plotly-graph-div"'


@pytest.fixture
def quick(monkeypatch):
    """A report without the claims sheet: most of what these tests would wait for."""
    left = {name: maker for name, maker in run.MAKERS.items() if name != "claims"}
    monkeypatch.setattr(run, "MAKERS", left)


@pytest.mark.notebooks
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


@pytest.mark.notebooks
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


START = """import sys
from pathlib import Path
import glutelab as gl
from glutelab.reporting import run
run.resource_folder = lambda kind: Path(sys.argv[1])
del run.MAKERS["claims"]
try:
    gl.report("rbds2017", sys.argv[2], only=["0"], workers=1)
except KeyboardInterrupt:
    sys.exit(130)
"""


def is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.notebooks
def test_one_notebook_sees_nothing_of_another(tmp_path, monkeypatch, quick):
    """With one worker their kernels are copies of the same process, on Linux."""
    marks = "import json, os, subprocess, sys; json.mine = os.environ['MINE'] = 'x'; left = 1"
    looks = "import json, os; assert not hasattr(json, 'mine') and 'MINE' not in os.environ"
    child = (
        "import subprocess, sys; assert subprocess.run([sys.executable, '-c', '3/0']).returncode"
    )
    write_notebook(tmp_path, "00_marks.ipynb", marks)
    write_notebook(tmp_path, "01_looks.ipynb", looks, "assert 'left' not in globals()", child)
    monkeypatch.setattr(run, "resource_folder", lambda kind: tmp_path)
    folder = gl.report("rbds2017", tmp_path / "to", only=["0"], workers=1, progress=False)
    assert (folder / "notebooks" / "01_looks.html").is_file()


@pytest.mark.notebooks
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT] if os.name != "nt" else [])
def test_a_stopped_run_leaves_no_half_report_and_the_next_one_cleans_up(
    how, tmp_path, monkeypatch, quick
):
    there, to = tmp_path / "there", tmp_path / "reports"
    tell = f"import os; from pathlib import Path; Path({str(there)!r}).write_text(str(os.getpid()))"
    for name in ("00_waits.ipynb", "01_waits.ipynb"):  # two: kernels are copies, on Linux
        write_notebook(tmp_path, name, tell, "import time", WAIT)
    running = subprocess.Popen(
        [sys.executable, "-c", START, str(tmp_path), str(to)],
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    end = time.monotonic() + 240  # of a busy machine
    while not (there.exists() and there.read_text()) and time.monotonic() < end:
        time.sleep(0.05)
    running.send_signal(how)
    running.wait(timeout=30)
    end = time.monotonic() + 30
    while is_alive(int(there.read_text())) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_alive(int(there.read_text()))  # its kernel went with it
    left = [path.name for path in to.iterdir()]
    assert "rbds2017" not in left
    if how == signal.SIGINT:
        assert running.returncode == 130
        assert left == []
        return
    assert left
    assert all(name.startswith(".rbds2017-") for name in left)
    for path in tmp_path.glob("*_waits.ipynb"):
        path.unlink()
    write_notebook(tmp_path, "00_runs.ipynb", "print('here')")
    monkeypatch.setattr(run, "resource_folder", lambda kind: tmp_path)
    gl.report("rbds2017", to, only=["0"], workers=1, progress=False)
    assert [path.name for path in to.iterdir()] == ["rbds2017"]


WAIT = "time.sleep(60)"


@pytest.mark.notebooks
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


@pytest.mark.notebooks
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

"""Every notebook on every built-in cohort, from top to bottom: pages, tables, and what is said.

`nox -s tests` makes a small report of two notebooks, `nox -s notebooks` the whole ones.
"""

import json
import re

import nbformat
import pandas as pd
import pytest
from conftest import ROOT

import glutelab as gl

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
REFERENCE = ROOT / "tests" / "reference"
COHORTS = ("rbds2017", "bmc-ric", "simulated")
DRAWING = 'class="plotly-graph-div"'
SMALL = ("bmc-ric", ("04", "06"))
ALL = ("0", "1")  # notebook 14, which no report runs unasked, too


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Reports by cohort and beginnings of notebooks, each made when it is first asked for."""
    made = {}

    def report(cohort, only=ALL):
        if (cohort, only) not in made:
            to = tmp_path_factory.mktemp("reports")
            made[cohort, only] = gl.report(cohort, to, only=only, progress=False)
        return made[cohort, only]

    return report


@pytest.fixture(
    params=[
        pytest.param(SMALL, id="small"),
        *(pytest.param((name, ALL), id=name, marks=pytest.mark.notebooks) for name in COHORTS),
    ]
)
def folder(request, reports):
    return reports(*request.param)


def page_of(folder, notebook):
    return (folder / "notebooks" / f"{notebook}.html").read_text(encoding="utf-8")


# --- any report -----------------------------------------------------------------------------------


def test_every_notebook_becomes_a_page(folder):
    pages = sorted(path.stem for path in (folder / "notebooks").glob("*.html"))
    executed = sorted(path.stem for path in (folder / "notebooks").glob("*.ipynb"))
    assert pages == executed
    asked = ALL if len(pages) > 2 else SMALL[1]
    assert pages == [path.stem for path in NOTEBOOKS if path.name.startswith(asked)]


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


def test_headline_tables_are_what_they_were(folder):
    cohort = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["cohort"]
    made = sorted((folder / "tables").glob("[0-9]*.csv"))
    expected = sorted((REFERENCE / cohort).glob("*.csv"))
    numbers = {path.name[:2] for path in (folder / "notebooks").glob("*.ipynb")}
    assert [path.name for path in made] == [p.name for p in expected if p.name[:2] in numbers]
    for path in made:
        found, stored = pd.read_csv(path), pd.read_csv(REFERENCE / cohort / path.name)
        pd.testing.assert_frame_equal(found, stored, rtol=1e-4, atol=1e-6, obj=path.name)


def test_manifest_names_every_file(folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    notebooks = {path.name for path in (folder / "notebooks").glob("*.ipynb")}
    assert notebooks <= set(manifest["inputs"])
    assert all(value.startswith("sha256:") for value in manifest["inputs"].values())
    # Simulated runners are made when they are loaded: there is no file.
    assert ("curves.parquet" in manifest["inputs"]) == (manifest["cohort"] != "simulated")
    assert manifest["versions"]["glutelab"] == gl.__version__
    tables = {f"tables/{path.name}" for path in (folder / "tables").iterdir()}
    sheet = {f"claims.{ending}" for ending in ("html", "pdf", "md", "csv")}
    others = {"methods.md", "checklist.md", "checklist.html", "summary.txt"}
    figures = {f"figures/{path.name}" for path in folder.glob("figures/*")}
    assert set(manifest["outputs"]) == tables | sheet | others | figures
    assert manifest["seed"] == 0


def test_the_claims_sheet_comes_first(folder):
    page = (folder / "claims.html").read_text(encoding="utf-8")
    assert "What the article says, and what these runners say" in page
    assert (folder / "claims.pdf").read_bytes().startswith(b"%PDF")


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


def test_summary_is_five_to_seven_statements(folder):
    summary = (folder / "summary.txt").read_text(encoding="utf-8")
    statements = [line for line in summary.splitlines() if not line.startswith(" ")]
    assert 5 <= len(statements) <= 7


def test_the_checklist_fills_what_it_can(folder):
    lines = (folder / "checklist.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if re.match(r"\| \d+ \|", line)]
    assert len(rows) == 22
    # Simulated runners were in no laboratory, so the setting (5) cannot be filled.
    missing = [row.split(" | ")[0] for row in rows if row.endswith("| For you to write. |")]
    setting = ["| 5"] if folder.name == "simulated" else []
    assert missing == ["| 1", "| 2", *setting, "| 6", "| 20", "| 21", "| 22"]


def test_a_cohort_of_curves_says_what_it_cannot_answer(reports):
    folder = reports(*SMALL)
    levels = page_of(folder, "04_hip_extension_and_level")
    assert "Confounded with laboratory: elite or competitive 23 BMC" in levels
    assert "Not measured in this cohort: Peak thigh extension." in levels
    assert "Cannot tell." in levels
    assert "Confounded with laboratory" in (folder / "claims.md").read_text("utf-8")
    methods = (folder / "methods.md").read_text(encoding="utf-8")
    assert "its description does not say: filter, model, strides" in methods
    assert "the right side only" in methods
    assert "Running cost was not measured" in methods
    assert "nan" not in methods.split()
    page = page_of(folder, "06_trust")
    assert "rows saved: tables/06_reliability.csv" in page


# --- whole reports --------------------------------------------------------------------------------


@pytest.mark.notebooks
def test_three_elite_runners_cannot_tell(reports):
    said = "Cannot tell much: with 3 and 25 runners"
    assert said in page_of(reports("rbds2017"), "04_hip_extension_and_level")
    summary = (reports("rbds2017") / "summary.txt").read_text(encoding="utf-8")
    assert said in summary
    assert "7,049 of 7,051 strides kept" in summary


@pytest.mark.notebooks
def test_strides_in_are_kept_and_dropped(reports):
    folder = reports("rbds2017")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["strides"] == {"in": 7051, "kept": 7049, "dropped": {"cluster": 2}}
    assert "7,051 found" in (folder / "checklist.md").read_text(encoding="utf-8")


@pytest.mark.notebooks
@pytest.mark.parametrize("cohort", COHORTS)
def test_figures_and_tables_of_an_article_are_there_with_what_made_them(reports, cohort):
    folder = reports(cohort)
    files = {path.name for path in (folder / "figures").iterdir()}
    stems = {path.stem for path in (folder / "figures").glob("*.pdf")}
    assert len(stems) == 8
    for stem in stems:
        assert {f"{stem}.{end}" for end in ("svg", "png", "md")} <= files
        said = (folder / "figures" / f"{stem}.md").read_text(encoding="utf-8")
        assert "gl.figure." in said.split("```python")[1]
    tables = {path.name for path in (folder / "tables").glob("[a-z]*")}
    for name in ("table_1_runners", "table_2_levels", "table_3_economy"):
        assert {f"{name}.{end}" for end in ("html", "tex", "docx", "csv", "md")} <= tables
        said = (folder / "tables" / f"{name}.md").read_text(encoding="utf-8")
        assert "gl.table." in said.split("```python")[1]
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert index.index("tables/table_1_runners") < index.index("tables/03_")


@pytest.mark.notebooks
def test_methods_say_what_was_done_and_what_is_not_known(reports):
    raw = (reports("rbds2017") / "methods.md").read_text(encoding="utf-8")
    for part in ("3 dB down at 10 Hz", "`force_20n_50hz` in 84 trials", "7,051 found", "seed"):
        assert part in raw.lower() or part in raw
    assert "Not known" not in raw
    assert "Running cost was not measured" in raw
    assert "nan" not in raw.split()


@pytest.mark.notebooks
def test_pages_link_to_pages_and_are_named(reports):
    page = page_of(reports("rbds2017"), "00_start_here")
    assert 'href="01_complete_and_believable.html"' in page
    assert "<title>Start here" in page
    assert "rows saved: tables/00_runner_means.csv" in page


@pytest.mark.notebooks
def test_figures_and_tables_are_the_same_bytes_again_with_another_number_of_workers(
    reports, tmp_path
):
    folder = reports("rbds2017")
    again = gl.report("rbds2017", tmp_path, only=["13"], workers=1, progress=False)
    made = [*folder.glob("figures/*"), *folder.glob("tables/[a-z]*"), *folder.glob("claims.*")]
    assert len(made) > 60
    for path in made:
        assert path.read_bytes() == (again / path.relative_to(folder)).read_bytes(), path.name


@pytest.mark.notebooks
@pytest.mark.parametrize("cohort", COHORTS)
def test_the_notebook_of_an_import_shows_a_wrong_sign(reports, cohort):
    page = page_of(reports(cohort), "14_your_own_runners")
    assert "looks as if with the sign flipped" in page
    assert "8 runners, 8 trials" in page


# --- as they are committed ------------------------------------------------------------------------

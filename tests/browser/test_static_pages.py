"""Exported pages, which have no kernel: the explorers' static twins are drawn all the same."""

from __future__ import annotations

import nbformat
import numpy as np
import pytest
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ExecutePreprocessor

import glutelab as gl
from glutelab.reporting.pages import write_page

SOURCES = (
    "import glutelab as gl\ndata = gl.load_cohort('rbds2017')",
    "gl.CohortExplorer(data, selected=['RBDS001', 'RBDS002'])",
    "gl.StrideViewer(data, against_speed_m_s=4.5, at_pct=38)",
)
READ = """() => [...document.querySelectorAll('.plotly-graph-div')].map((plot) => ({
    height: plot.querySelector('.main-svg')?.getBoundingClientRect().height ?? 0,
    traces: (plot.calcdata ?? []).length,
    highest: Math.max(...(plot.calcdata ?? []).flat().map((p) => p.y).filter(Number.isFinite)),
}))"""


@pytest.fixture(scope="module")
def executed():
    """The notebook, run as somebody would who exports it."""

    def run(monkeypatch, **variables):
        monkeypatch.setenv("GLUTELAB_STATIC", "1")
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        cells = [nbformat.v4.new_code_cell(source) for source in SOURCES]
        notebook = nbformat.v4.new_notebook(cells=cells)
        ExecutePreprocessor(timeout=300, kernel_name="python3").preprocess(notebook, {})
        return notebook

    return run


def seen(browser, path, shot, name):
    page = browser.new_page(viewport={"width": 1200, "height": 1600})
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    try:
        page.goto(path.as_uri())
        page.wait_for_function(
            "[...document.querySelectorAll('.plotly-graph-div')]"
            ".filter(plot => plot.querySelector('.main-svg')).length == 4",
            timeout=60_000,
        )
        shot(page, name)
        return page.evaluate(READ), page.inner_text("body"), faults
    finally:
        page.close()


@pytest.mark.parametrize("by", ["nbconvert", "report"])
def test_static_twins_are_drawn_without_a_kernel(
    by, executed, browser, tmp_path, monkeypatch, shot
):
    path = tmp_path / "page.html"
    if by == "nbconvert":
        page, _ = HTMLExporter().from_notebook_node(executed(monkeypatch))
        path.write_text(page, encoding="utf-8")
    else:
        write_page(executed(monkeypatch, GLUTELAB_REPORT_FOLDER=str(tmp_path)), path)
    plots, text, faults = seen(browser, path, shot, by)
    assert all(plot["height"] > 200 and plot["traces"] > 3 for plot in plots)
    highest = gl.CohortExplorer(gl.load_cohort("rbds2017")).shown["peak_hip_extension_deg"].max()
    assert np.isclose(plots[0]["highest"], highest, rtol=1e-4)
    assert "Hedges g" in text
    assert "hip is held still" in text
    assert [fault for fault in faults if "Plotly" in fault] == []

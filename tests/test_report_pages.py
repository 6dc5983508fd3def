"""Pages of a report: the values that were used, and links that lead somewhere."""

from __future__ import annotations

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from glutelab.reporting.links import drop_dead_links
from glutelab.reporting.pages import write_page


def test_a_page_shows_every_parameter_with_the_value_that_was_used(tmp_path):
    defaults = 'cohort = "rbds2017"  # a name\nposture = "tilt_deg"\nseed = 0'
    cells = [
        new_code_cell(defaults, metadata={"tags": ["parameters"]}),
        new_code_cell(
            '# Parameters\ncohort = "bmc-ric"\nseed = 7\n',
            metadata={"tags": ["injected-parameters"]},
        ),
        new_code_cell("posture"),
    ]
    notebook = new_notebook(cells=cells)
    write_page(notebook, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "rbds2017" not in page
    for word in ("bmc-ric", "tilt_deg", ">7<"):
        assert word in page
    assert "Parameters" not in page.split("<body", 1)[1]
    nbformat.validate(notebook)


def test_links_that_lead_to_nothing_become_text(tmp_path):
    (tmp_path / "01_there.html").write_text("here", encoding="utf-8")
    page = (
        '<a href="01_there.html">one</a> <a href="14_elsewhere.html">two</a> '
        '<a href="../docs/conventions.md#signs">three</a> <a href="https://doi.org/10.1/x">four</a>'
    )
    (tmp_path / "00_map.html").write_text(page, encoding="utf-8")
    drop_dead_links(tmp_path)
    assert (tmp_path / "00_map.html").read_text(encoding="utf-8") == (
        '<a href="01_there.html">one</a> two three <a href="https://doi.org/10.1/x">four</a>'
    )

"""Figures for print: the numbers of the screen, exact millimeters, the same bytes."""

from __future__ import annotations

import re

import matplotlib
import numpy as np
import plotly.graph_objects as go
import pytest
from matplotlib.text import Text

import glutelab as gl
from glutelab.errors import DataError
from glutelab.explore.drawing import packed
from glutelab.paper import PrintFigure, on_paper, save_figure, width_mm
from glutelab.paper.read import as_numbers

X = np.linspace(0, 100, 11)


def line(**more) -> dict:
    return {"type": "scatter", "mode": "lines", "x": X, "y": X**2, "name": "a runner", **more}


def panel(*traces, **layout) -> dict:
    return {"data": list(traces), "layout": layout}


@pytest.fixture(scope="module")
def view():
    return gl.CohortExplorer(gl.load_cohort("rbds2017"), by="level", selected=["RBDS001"])


@pytest.mark.parametrize("width", ["single", "double", 123.4])
def test_width_is_exact(tmp_path, width):
    figure = on_paper([panel(line())], width)
    pdf, svg = save_figure(figure, tmp_path / "f", formats=("pdf", "svg"))
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf.read_bytes())
    assert float(box[1]) / 72 * 25.4 == pytest.approx(width_mm(width), abs=0.05)
    points = re.search(r'width="([\d.]+)pt"', svg.read_text())
    assert float(points[1]) / 72 * 25.4 == pytest.approx(width_mm(width), abs=0.05)


def test_files_are_the_same_each_time_and_whatever_style_is_set(tmp_path, view):
    names = ("pdf", "svg", "png", "tiff")
    first = save_figure(view.figure("print"), tmp_path / "a" / "f", formats=names, dpi=100)
    with matplotlib.rc_context({"font.size": 20, "axes.facecolor": "red", "pdf.fonttype": 3}):
        figure = view.figure("print")
        second = save_figure(figure, tmp_path / "b" / "f", formats=names, dpi=100)
        assert matplotlib.rcParams["font.size"] == 20
    assert [one.read_bytes() for one in first] == [one.read_bytes() for one in second]


def test_letters_are_embedded_and_large_enough(tmp_path, view):
    figure = view.figure("print", "single")
    (pdf,) = save_figure(figure, tmp_path / "f", formats="pdf")
    content = pdf.read_bytes()
    assert b"/FontFile2" in content
    assert b"/Subtype /Type3" not in content
    assert b"/Subtype /Image" not in content
    sizes = [one.get_fontsize() for one in figure.findobj(Text) if one.get_text()]
    assert min(sizes) >= 6


def test_lines_are_not_thinner_than_a_printer_can_draw(view):
    lines = view.figure("print").findobj(matplotlib.lines.Line2D)
    widths = [one.get_linewidth() for one in lines if one.get_linestyle() != "None"]
    assert min(width for width in widths if width) >= 0.25


def test_numbers_are_those_of_the_screen(view):
    on_screen = view.figure("curves").data
    axes = [one for one in view.figure("print").axes if one.get_xlabel() == "Gait cycle (%)"]
    drawn = [np.asarray(one.get_ydata(), float) for one in axes[0].get_lines()]
    means = [as_numbers(trace.to_plotly_json()["y"]) for trace in on_screen if trace.name]
    assert means
    for mean in means:
        assert any(len(one) == 101 and np.allclose(one, mean, atol=1e-5) for one in drawn)


def test_packed_numbers_and_gaps_are_read():
    y = np.array([1.0, np.nan, 3.0])
    trace = {"type": "scatter", "mode": "lines", "x": packed(np.arange(3.0)), "y": packed(y)}
    drawn = on_paper([panel(trace)], 88).axes[-1].get_lines()[0]
    np.testing.assert_array_equal(drawn.get_ydata(), y)


def test_dots_keep_color_symbol_and_choice():
    marker = {"color": ["#ff0000", "#0000ff"], "symbol": "square-open", "size": 8}
    dots = {"type": "scattergl", "mode": "markers", "x": [1, 2], "y": [1, 2], "marker": marker}
    dots |= {"selectedpoints": [1], "unselected": {"marker": {"opacity": 0.2}}}
    drawn = on_paper([panel(dots)], 88).axes[-1].collections[0]
    assert drawn.get_edgecolors().tolist() == [[1, 0, 0, 0.2], [0, 0, 1, 1]]
    assert drawn.get_facecolors().tolist() == []


def test_narrow_pages_have_their_panels_below_each_other():
    two = [panel(line()), panel(line())]
    wide, narrow = on_paper(two, "double"), on_paper(two, "single")
    lows = [{round(one.get_position().y0, 3) for one in f.axes} for f in (wide, narrow)]
    assert [len(one) for one in lows] == [1, 2]
    assert next(text.get_text() for text in wide.texts) == "A"


def test_tags_become_text():
    title = {"text": "<b>elite</b><br>p &lt; 0.001"}
    drawn = on_paper([panel(line(), title=title)], 88)
    assert [text.get_text() for text in drawn.texts] == ["elite", "p < 0.001"]


def test_dollars_and_tags_in_names_are_no_formulae():
    drawn = on_paper([panel(line(name="$x^2$ &lt;b&gt;"))], 88)
    drawn.savefig("/dev/null", format="png")


def test_what_cannot_be_drawn_is_refused():
    for wrong in (
        line(type="bar"),
        line(type="heatmap"),
        line(fill="tonexty"),
        line(mode="text"),
    ):
        with pytest.raises(DataError, match="not drawn on paper"):
            on_paper([panel(wrong)])
    with pytest.raises(DataError, match="not drawn on paper"):
        on_paper([panel(line(), shapes=[{"type": "path", "x0": 0, "x1": 1, "y0": 0, "y1": 1}])])
    with pytest.raises(DataError, match="type 'log'"):
        on_paper([panel(line(), xaxis={"type": "log"})])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"width": "singel"}, "Did you mean 'single'"),
        ({"width": 5}, "5 mm; expected 40 to 400"),
        ({"width": True}, "give millimeters"),
        ({"width": float("nan")}, "give millimeters"),
        ({"width": "double", "journal": "elsevir"}, "Did you mean 'elsevier'"),
        ({"formats": ["pfd"]}, "Did you mean 'pdf'"),
        ({"dpi": 10}, "expected 72 to 2400"),
        ({"dpi": "high"}, "dpi is 'high'; expected 72 to 2400"),
    ],
)
def test_wrong_wishes_are_answered_and_leave_no_file(tmp_path, asked, said):
    with pytest.raises(DataError, match=re.escape(said)):
        save_figure(PrintFigure(88, 60), tmp_path / "f", **asked)
    assert not list(tmp_path.iterdir())


def test_an_ending_is_a_format(tmp_path):
    figure = PrintFigure(88, 60)
    assert save_figure(figure, tmp_path / "f.pdf") == [tmp_path / "f.pdf"]
    assert save_figure(figure, tmp_path / "f.TIF", dpi=72) == [tmp_path / "f.tiff"]
    assert len(save_figure(figure, tmp_path / "v1.2", dpi=72)) == 3
    with pytest.raises(DataError, match="no format 'jpg'"):
        save_figure(figure, tmp_path / "f.jpg")


@pytest.mark.parametrize("target", ["", None, "figures/"])
def test_a_figure_needs_a_name(tmp_path, monkeypatch, target):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match="as 'figures/a'"):
        save_figure(PrintFigure(88, 60), target, formats="png", dpi=72)
    assert not list(tmp_path.iterdir())


def test_a_figure_of_the_screen_is_refused(tmp_path):
    with pytest.raises(DataError, match="write_html"):
        save_figure(go.Figure(), tmp_path / "f")


def test_notebooks_show_a_print_figure(view):
    assert view.figure("print")._repr_png_().startswith(b"\x89PNG")


def test_every_explorer_prints_and_saves(tmp_path, view):
    stride = gl.StrideViewer(gl.load_cohort("rbds2017"), against_speed_m_s=4.5)
    for explorer in (view, stride):
        written = explorer.save(f"{tmp_path}/out/")
        endings = {path.suffix for path in written}
        assert {".csv", ".md", ".pdf", ".svg", ".html"} <= endings
        assert all(path.parent == tmp_path / "out" for path in written)


def test_a_name_that_is_not_there_names_the_closest(view):
    with pytest.raises(DataError, match="Did you mean 'print'"):
        view.figure("prnt")

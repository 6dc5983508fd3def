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
from glutelab.paper import PrintFigure, on_paper, save_figure, split_panels, width_mm
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
    (name,) = drawn.axes[0].get_legend().get_texts()
    assert name.get_text() == "$x^2$ <b>"
    assert not name.get_parse_math()


def test_a_long_name_is_broken_and_gets_its_room():
    long = line(name="a name of a group of runners " * 4)
    figures = [on_paper([panel(one, line())], 88) for one in (line(), long)]
    text = figures[1].axes[0].get_legend().get_texts()[0]
    assert text.get_text().count("\n") >= 1
    figures[1].draw_without_rendering()
    box = figures[1].axes[0].get_legend().get_window_extent()
    assert box.y0 >= 0
    assert box.x1 <= figures[1].bbox.x1
    assert figures[1].get_size_inches()[1] > figures[0].get_size_inches()[1]


def test_names_stand_in_as_many_columns_as_fit():
    names = ["elite", "recreational, and rather long", "a"]
    figure = on_paper([panel(*(line(name=name) for name in names))], 88)
    alone = on_paper([panel(line())], 88)
    assert figure.get_size_inches()[1] == pytest.approx(alone.get_size_inches()[1])


@pytest.mark.parametrize("count", [0, 27])
def test_a_page_has_one_to_26_panels(count):
    with pytest.raises(DataError, match="no figure to draw|27 panels were given; expected 1 to 26"):
        on_paper([panel(line())] * count)


def test_a_card_says_that_it_has_no_figure():
    card = gl.RunnerCard(gl.load_cohort("rbds2017"), "RBDS012")
    for name in ("print", None):
        with pytest.raises(DataError, match="writes it as a page"):
            card.figure(name)


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


def second_axis() -> dict:
    right = {"overlaying": "y", "side": "right", "range": [0, 1]}
    return panel(line(), line(yaxis="y2"), yaxis2=right)


def test_a_second_axis_stands_at_the_right_and_is_given_room():
    drawn = on_paper([second_axis()], 88)
    left, right = drawn.axes[1:]
    assert right.yaxis.get_ticks_position() == "right"
    assert right.get_position().bounds == pytest.approx(left.get_position().bounds)
    assert not right.xaxis.get_visible()
    alone = on_paper([panel(line())], 88).axes[-1]
    assert right.get_position().x1 < alone.get_position().x1 - 0.05


def test_rows_with_long_names_get_the_room_they_take():
    names = [
        "<b>A heading</b>",
        "short",
        "a name of a row that is rather long, and has to be broken",
    ]
    rows = {"tickvals": [0, 1, 2], "ticktext": names, "range": [2.5, -0.5], "tickcolor": "white"}
    figure = on_paper([panel(line(y=np.zeros(11)), yaxis=rows, height=10)], 88)
    figure.draw_without_rendering()
    labels = figure.axes[-1].get_yticklabels()
    assert [one.get_fontweight() for one in labels] == ["bold", "normal", "normal"]
    assert "\n" in labels[2].get_text()
    boxes = [one.get_window_extent() for one in labels]
    assert min(box.x0 for box in boxes) >= 0
    assert boxes[0].y0 > boxes[1].y1 - 1 > boxes[2].y1 - 2  # none lies on another


def test_names_of_several_lines_below_an_axis_move_what_is_below():
    ticks = {"tickvals": [0, 100], "ticktext": ["elite<br>n = 3", "others<br>n = 25"]}
    heights = [
        on_paper([panel(line(), xaxis=axis)], 88).get_size_inches()[1]
        for axis in (ticks | {"ticktext": ["elite", "others"]}, ticks)
    ]
    assert (heights[1] - heights[0]) * 25.4 == pytest.approx(6.5 * 1.3 * 25.4 / 72, abs=0.1)


def note(text: str, **more) -> dict:
    return {"text": text, "xref": "x", "yref": "paper", "yanchor": "bottom", "y": 1, **more}


def test_notes_above_a_plot_neither_meet_nor_leave_it():
    notes = [note("0–4 %, p = 0.002", x=2), note("5–9 %, p = 0.004", x=7), note("end", x=100)]
    figure = on_paper([panel(line(), xaxis={"range": [0, 100]}, annotations=notes)], 88)
    figure.draw_without_rendering()
    whole = figure.axes[0]
    first, second, last = (one.get_window_extent() for one in whole.texts)
    assert not first.overlaps(second)
    assert first.y0 == pytest.approx(last.y0, abs=1)  # there is room for it in the first row
    assert first.x0 >= whole.bbox.x0
    assert last.x1 <= whole.bbox.x1 + 1


def test_notes_beside_and_beneath_a_plot_get_their_room():
    beside = {"text": "0.12 [−0.26, 0.47]", "x": 1, "xref": "paper", "xanchor": "left", "y": 50}
    beneath = note("higher energy cost →", x=1, y=0, xref="paper", xanchor="right")
    beneath |= {"yanchor": "top", "yshift": -24}
    axis = {"title": {"text": "Correlation r", "standoff": 34}}
    figure = on_paper([panel(line(), xaxis=axis, annotations=[beside, beneath])], 60)
    figure.draw_without_rendering()
    boxes = [one.get_window_extent() for one in figure.axes[0].texts]
    assert max(box.x1 for box in boxes) <= figure.bbox.x1
    name = figure.axes[1].xaxis.label.get_window_extent()
    assert not name.overlaps(boxes[1])
    assert name.y0 >= 0


def test_large_words_shrink_to_their_panel():
    large = {"text": "SIMULATED", "x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper"}
    figure = on_paper([panel(line(), annotations=[large | {"font": {"size": 90}}])], 60)
    figure.draw_without_rendering()
    (word,) = figure.axes[0].texts
    assert word.get_window_extent().width <= figure.axes[0].bbox.width


def test_a_rectangle_on_the_paper_runs_through_all_axes_and_shows_its_edge():
    two = {"yaxis": {"domain": [0.6, 1]}, "yaxis2": {"domain": [0, 0.4]}, "xaxis2": {}}
    edge = {"color": "#777777", "width": 1, "dash": "dot"}
    shape = {"type": "rect", "x0": 10, "x1": 20, "y0": 0, "y1": 1, "xref": "x", "yref": "paper"}
    traces = line(), line(xaxis="x2", yaxis="y2")
    figure = on_paper([panel(*traces, **two, shapes=[shape | {"line": edge}])], 88)
    figure.draw_without_rendering()
    (drawn,) = figure.axes[1].patches
    assert not drawn.get_clip_on()
    assert drawn.get_linewidth() >= 0.25
    low = figure.axes[2].get_window_extent().y0
    assert drawn.get_window_extent().y0 == pytest.approx(low, abs=1)


def test_bands_over_a_domain_are_drawn():
    band = {"type": "rect", "x0": 0, "x1": 1, "y0": 20, "y1": 40, "xref": "x domain"}
    one = on_paper([panel(line(), shapes=[band | {"fillcolor": "#dddddd"}])], 88).axes[-1]
    assert one.patches[0].get_window_extent().width == pytest.approx(one.bbox.width)


def test_signs_of_an_interval_and_dashes_in_pixels():
    dots = {"symbol": "line-ns", "line": {"width": 2, "color": "#0000ff"}, "size": [4, 6]}
    wide = {"symbol": "diamond-wide", "color": "#ff0000"}
    figure = on_paper(
        [
            panel(
                line(x=[1, 2], y=[1, 2], mode="markers", marker=dots),
                line(x=[1], y=[1], mode="markers", marker=wide),
                line(line={"dash": "4px,3px", "color": "#123456"}, mode="lines+markers"),
            )
        ],
        88,
    )
    one = figure.axes[-1]
    assert one.collections[0].get_edgecolors()[0].tolist() == [0, 0, 1, 1]
    tall = np.ptp(one.collections[1].get_paths()[0].vertices, axis=0)
    assert tall[0] > tall[1]
    assert one.get_lines()[-1].is_dashed()
    blue = one.get_lines()[-1].get_color()
    assert one.collections[2].get_facecolors()[0].tolist() == pytest.approx(list(blue))
    with pytest.raises(DataError, match="line of type 'wavy'"):
        on_paper([panel(line(line={"dash": "wavy"}))])


def test_errors_reach_as_far_as_they_are():
    error = {"array": [1.0, 2.0], "arrayminus": [0.5, 0.0]}
    one = on_paper([panel(line(x=[0, 1], y=[3, 4], mode="markers", error_y=error))], 88).axes[-1]
    bars = one.collections[0].get_segments()
    assert [bar[:, 1].tolist() for bar in bars] == [[2.5, 4.0], [4.0, 6.0]]


def subplots() -> dict:
    title = {"xref": "paper", "yref": "paper", "xanchor": "center", "yanchor": "bottom", "y": 1}
    layout = {
        "xaxis": {"domain": [0, 0.4], "matches": "x2", "showticklabels": False},
        "xaxis2": {"domain": [0.6, 1], "title": {"text": "Speed"}},
        "yaxis2": {"matches": "y", "anchor": "x2"},
        "yaxis3": {"overlaying": "y2", "side": "right"},
        "annotations": [
            title | {"text": "first", "x": 0.2},
            title | {"text": "second", "x": 0.8},
            {"text": "here", "x": 5, "y": 5, "xref": "x2", "yref": "y2"},
            note("over all", x=5),
        ],
    }
    more = {"xaxis": "x2", "showlegend": False}
    traces = line(), line(y=-X, yaxis="y2", **more), line(yaxis="y3", **more)
    return {"data": list(traces), "layout": layout}


def test_subplots_become_panels_with_their_titles_ranges_and_notes():
    first, second = split_panels(subplots())
    assert [one["layout"]["title"]["text"] for one in (first, second)] == ["first", "second"]
    assert first["layout"]["yaxis"]["range"] == second["layout"]["yaxis"]["range"]
    assert first["layout"]["xaxis"]["title"]["text"] == "Speed"
    assert "showticklabels" not in first["layout"]["xaxis"]
    assert [one["text"] for one in first["layout"]["annotations"]] == ["over all"]
    assert [one["text"] for one in second["layout"]["annotations"]] == ["here", "over all"]
    assert [trace["yaxis"] for trace in second["data"]] == ["y", "y2"]
    assert second["layout"]["yaxis2"]["overlaying"] == "y"


def test_panels_share_one_legend_and_axes_that_go_together_one_range():
    figure = on_paper(split_panels(subplots()), "double", one_legend=True)
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["a runner"]
    together = subplots()
    del together["data"][2]
    one, other = on_paper([together], "double").axes[1:]
    assert one.get_ylim() == other.get_ylim()


def test_a_print_figure_is_laid_out_anew_for_another_width(tmp_path):
    figure = on_paper([panel(line()), panel(line())], "double")
    save_figure(figure, tmp_path / "f", "single", formats="pdf")
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", (tmp_path / "f.pdf").read_bytes())
    assert float(box[2]) > float(box[1])  # below each other
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(180)


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


def test_a_figure_is_written_whole_or_not_at_all(tmp_path):
    (tmp_path / "a.svg").mkdir()
    with pytest.raises(DataError, match="cannot be written"):
        save_figure(PrintFigure(88, 60), tmp_path / "a")
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]


@pytest.mark.parametrize("formats", [3, []])
def test_formats_that_are_none_are_refused(tmp_path, formats):
    with pytest.raises(DataError, match="Expected some of pdf"):
        save_figure(PrintFigure(88, 60), tmp_path / "a", formats=formats)

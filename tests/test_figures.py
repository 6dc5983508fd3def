"""Figures of an article: read from the files that were written, and against the tables."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from read_figures import MEASURES, check_rules, check_words, words_of

import glutelab as gl
from glutelab.errors import DataError
from glutelab.figures.caption import write_caption
from glutelab.paper import WIDTHS_MM, PrintFigure, save_figure, width_mm
from glutelab.style import DASHES, SYMBOLS

COHORT, MADE = "rbds2017", "simulated"
WIDTHS = ("single", "one-and-half", "double")
NAMES = ("curves", "groups", "speed", "economy", "specifications", "forest", "flow", "hip")


def effects() -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "study": ["Laboratory of A and B 2019", "Lab B", "Lab <C>", "No counts"],
            "effect": "r",
            "value": [0.12, -0.25, 0.31, 0.4],
            "n": [28, 46, 19, np.nan],
            "measure": "contact_time_s",
            "outcome": "Energy cost",
            "positive_means": "higher energy cost",
            "speed_m_s": 3.5,
        }
    )
    return pd.concat([rows, gl.published_effects("contact_time_s")])


@pytest.fixture(scope="module")
def results() -> dict:
    cohort, made = gl.load_cohort(COHORT), gl.load_cohort(MADE)
    runners, others = gl.runner_means(cohort), gl.runner_means(made)
    tilt = "standing_pelvic_tilt_deg"
    speeds = {"by": "speed_m_s", "groups": (4.5, 2.5)}
    return {
        "cohort": cohort,
        "made": made,
        "runners": runners,
        "others": others,
        "hip": gl.compare_curves(cohort, "hip_flexion_deg", **speeds, n_permutations=200),
        "table": gl.compare_groups(runners, MEASURES, speed_m_s=3.5, n_boot=0),
        "fit": gl.fit_economy(others, tilt, adjust_for=["sex"]),
        "curve": gl.specification_curve(others, [tilt, "thomas_test_deg"], n_permutations=100),
        "pooled": gl.pool_effects(effects()),
    }


@pytest.fixture(scope="module")
def figures(results) -> dict[str, PrintFigure]:
    of = {"cohort": results["cohort"]}
    made = {"cohort": results["made"]}
    return {
        "curves": gl.figure.curves(results["hip"], **of, by="speed_m_s", code="gl.figure.curves()"),
        "groups": gl.figure.groups(results["runners"], results["table"], **of),
        "speed": gl.figure.speed(results["runners"], MEASURES, **of),
        "economy": gl.figure.economy(results["fit"], results["others"], **made),
        "specifications": gl.figure.specifications(results["curve"], **made),
        "forest": gl.figure.forest(results["pooled"]),
        "flow": gl.figure.flow(results["cohort"]),
        "hip": gl.figure.hip(results["cohort"], speed_m_s=3.5),
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory, figures):
    place = tmp_path_factory.mktemp("figures")
    for name, figure in figures.items():
        for width in WIDTHS:
            formats = ("pdf", "svg") if width == "single" else "pdf"
            save_figure(figure, place / f"{name}-{width}", width, formats=formats)
    return place


# --- what a journal asks for, read from the files -------------------------------------------------


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_the_file_meets_the_rules_of_journals(folder, name, width):
    check_rules((folder / f"{name}-{width}.pdf").read_bytes(), width_mm(width))
    if width != "single":
        return
    svg = (folder / f"{name}-{width}.svg").read_text()
    assert "<image" not in svg
    assert float(re.search(r'width="([\d.]+)pt"', svg)[1]) / 72 * 25.4 == pytest.approx(
        width_mm(width), abs=0.1
    )


@pytest.mark.parametrize("journal", ["elsevier", "springer"])
@pytest.mark.parametrize("name", NAMES)
def test_columns_are_those_of_the_journal(tmp_path, figures, name, journal):
    width = WIDTHS[(NAMES.index(name) + len(journal)) % 3]  # each is met by some figure
    (pdf, *_) = save_figure(figures[name], tmp_path / "f", width, journal=journal, formats="pdf")
    check_rules(pdf.read_bytes(), WIDTHS_MM[journal][width])


@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="pdffonts is not installed")
@pytest.mark.parametrize("name", NAMES)
def test_all_fonts_are_embedded(folder, name):
    asked = ["pdffonts", folder / f"{name}-single.pdf"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    fonts = [line.split() for line in said[2:]]
    assert fonts
    assert all(font[-5] == "yes" for font in fonts)


@pytest.mark.parametrize("width", ["single", 129, "double"])
@pytest.mark.parametrize("name", NAMES)
def test_no_words_are_cut_off_or_lie_on_others(figures, name, width):
    check_words(figures[name].redraw(width_mm(width)))


@pytest.mark.parametrize("name", NAMES)
def test_the_same_figure_gives_the_same_bytes(tmp_path, folder, figures, name):
    again = save_figure(figures[name], tmp_path / f"{name}-single", "single", formats="pdf")
    assert len(again) == 2 + len(figures[name].data)
    for path in again:
        assert path.read_bytes() == (folder / path.name).read_bytes()
    assert not list(tmp_path.glob(".*"))


@pytest.mark.slow
def test_another_process_gives_the_same_bytes(tmp_path, folder):
    code = (
        "import glutelab as gl; cohort = gl.load_cohort('rbds2017');"
        "runners = gl.runner_means(cohort); measures = " + repr(MEASURES) + ";"
        "made = gl.runner_means(gl.load_cohort('simulated'));"
        "fit = gl.fit_economy(made, 'standing_pelvic_tilt_deg', adjust_for=['sex']);"
        "drawn = {'speed': gl.figure.speed(runners, measures, cohort=cohort),"
        "'flow': gl.figure.flow(cohort), 'hip': gl.figure.hip(cohort, speed_m_s=3.5),"
        "'economy': gl.figure.economy(fit, made, cohort=gl.load_cohort('simulated'))};"
        f"[gl.save_figure(f, rf'{tmp_path}/{{n}}-single', 'single', formats=('pdf', 'svg'))"
        " for n, f in drawn.items()]"
    )
    seeds = {"PYTHONHASHSEED": "4321", "MPLCONFIGDIR": str(tmp_path / "other")}
    subprocess.run([sys.executable, "-c", code], env=os.environ | seeds, check=True)
    written = [path for path in tmp_path.iterdir() if path.is_file()]
    assert len(written) == 4 * 3 + 7
    for path in written:
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


# --- colors ---------------------------------------------------------------------------------------


def test_groups_are_told_apart_in_grey(figures, results):
    def lines(figure):
        return [one for one in figure.axes[1].get_lines() if len(one.get_xdata()) == 101]

    for name in ("curves", "hip"):
        styles = [one.get_linestyle() for one in lines(figures[name])][:2]
        assert len(set(styles)) == 2, name
    assert len(set(DASHES)) == len(DASHES)
    for name in ("economy", "speed"):
        drawn = gl.plot.economy(results["fit"], results["others"])
        if name == "speed":
            drawn = gl.plot.with_speed(results["runners"], MEASURES)
        named = [trace for trace in drawn.data if trace.name and "markers" in (trace.mode or "")]
        symbols = {
            trace.marker.symbol or "circle" for trace in named if trace.showlegend is not False
        }
        assert len(symbols) == sum(trace.showlegend is not False for trace in named)
    assert len(set(SYMBOLS)) == len(SYMBOLS)


# --- the numbers are those of the tables ----------------------------------------------------------


def test_curves_drawn_are_those_of_the_comparison(figures, results):
    hip = results["hip"]
    drawn = [one.get_ydata() for axes in figures["curves"].axes for one in axes.get_lines()]
    for curve in (*hip.means.values(), hip.difference):
        assert any(len(one) == 101 and np.allclose(one, curve) for one in drawn)
    assert figures["curves"].data["clusters"]["p"].tolist() == hip.clusters["p"].tolist()


def test_toe_off_is_that_of_the_strides(figures, results):
    strides = results["cohort"].strides
    of = strides[strides["speed_m_s"] == 4.5].groupby("runner_id")["toe_off_pct"].mean().mean()
    assert f"4.5 m/s: {of:.1f} %" in figures["curves"].caption
    ends = [one.get_xdata()[0] for one in figures["curves"].axes[1].get_lines()]
    ends += [one.get_xdata()[0] for axes in figures["curves"].axes for one in axes.get_lines()]
    assert any(np.isclose(one, of) for one in ends)


def test_runners_drawn_are_those_of_the_table(figures, results):
    drawn, table = figures["groups"].data["runners"], results["table"]
    for row in table.itertuples():
        part = drawn[drawn["measure"] == row.measure].groupby("group")["value"]
        assert part.mean()[row.group_1] == pytest.approx(row.mean_1)
        assert part.size()[row.group_2] == row.n_2


def test_the_two_axes_of_an_estimation_plot_fit_each_other(figures, results):
    zero = results["table"]["mean_2"].iloc[0]
    left, right = figures["groups"].axes[1:3]
    assert np.subtract(left.get_ylim(), right.get_ylim()) == pytest.approx([zero, zero])
    assert right.yaxis.get_ticks_position() == "right"


def test_strides_in_are_kept_and_dropped(figures, results):
    flow = figures["flow"].data["flow"].set_index("step")["strides"]
    cohort = results["cohort"]
    assert flow["found"] == len(cohort.ledger) == flow["kept"] + flow["dropped"]
    assert flow["kept"] == len(cohort.strides)
    assert figures["flow"].data["dropped"]["strides"].sum() == flow["dropped"]


def test_the_hip_is_thigh_and_tilt(figures):
    means = (
        figures["hip"]
        .data["means"]
        .pivot_table(index=["group", "percent"], columns="angle", values="mean")
    )
    away = means["hip_flexion_deg"] - means["thigh_angle_deg"] - means["pelvic_tilt_deg"]
    assert away.abs().max() < 1.5
    said = figures["hip"].caption
    assert "Hip angle = thigh angle + pelvic tilt." in said
    spans = [np.ptp(one.get_ylim()) for one in figures["hip"].axes if one.get_ylabel()]
    assert spans == pytest.approx([spans[0]] * 3)  # a degree is as high in each


# --- captions and what lies beside ----------------------------------------------------------------


def test_captions_say_of_whom_how_and_from_where(figures):
    for name in ("curves", "groups", "speed", "flow", "hip"):
        said = figures[name].caption
        assert re.search(r"Strides: [\d,]+ found, [\d,]+ kept, [\d,]+ dropped", said), name
        assert "https://doi.org/10.7717/peerj.3298" in said
        assert "license CC-BY-4.0." in said
        assert "SIMULATED" not in said
        assert "<" not in said.replace(" < ", "")
    assert "(n = 3 and 25)" in figures["groups"].caption
    assert "Welch t" in figures["groups"].caption
    assert "Permutation test" in figures["curves"].caption
    assert "band: 95 %" in figures["curves"].caption
    for name in ("economy", "specifications"):
        assert figures[name].caption.startswith("SIMULATED. "), name
        words = {text.get_text() for text in figures[name].findobj(Text)}
        assert "SIMULATED" in words


def test_a_warning_is_said_once():
    heading = {"title": "A title", "subtitle": "", "notes": ["cannot tell", "Cannot tell."]}
    assert write_caption(heading, ["what is seen"]) == "A title. What is seen. Cannot tell."


def test_data_caption_and_code_lie_beside(folder, figures):
    said = (folder / "curves-single.md").read_text()
    assert said.startswith(figures["curves"].caption)
    assert "gl.figure.curves()" in said
    for name, figure in figures.items():
        for part, table in figure.data.items():
            path = folder / f"{name}-single_{part}.csv"
            assert len(pd.read_csv(path)) == len(table) if table.size else path.exists()
            assert b"\r" not in path.read_bytes()


def test_a_plain_figure_has_nothing_beside(tmp_path):
    save_figure(PrintFigure(88, 60), tmp_path / "f", "double", formats="pdf")
    assert [path.name for path in tmp_path.iterdir()] == ["f.pdf"]


def test_another_width_is_laid_out_anew(figures):
    figure = figures["curves"]
    wide = figure.redraw(180.0)
    assert wide.get_size_inches()[0] * 25.4 == pytest.approx(180)
    lows = {round(one.get_position().y0, 3) for one in wide.axes}
    assert len(lows) == 1  # side by side


# --- no answer ------------------------------------------------------------------------------------


def test_what_is_no_result_is_refused(results):
    with pytest.raises(DataError, match="Expected the result of compare_curves"):
        gl.figure.curves(results["table"])


# --- the face of a figure -------------------------------------------------------------------------


def test_each_figure_says_of_how_many(figures):
    for name in ("curves", "groups", "speed", "economy", "hip"):
        assert "n = " in words_of(figures[name]), name
    assert "J/kg/m per °" in words_of(figures["economy"])


@pytest.mark.parametrize("width", ["single", "double"])
def test_panels_are_lettered_wherever_they_stand(figures, width):
    for name in ("curves", "groups", "speed", "hip"):
        figure = figures[name].redraw(width_mm(width))
        bold = [one for one in figure.findobj(Text) if one.get_text() in set("ABC")]
        assert len(bold) == (2 if name == "curves" else 3), name
        assert {one.get_fontsize() for one in bold} == {9.0}


# --- hostile names and numbers --------------------------------------------------------------------


def test_what_no_page_holds_is_said_when_it_is_saved(tmp_path, results):
    figure = gl.figure.speed(results["runners"], [*MEASURES, "contact_time_s", "duty_factor"])
    assert "E" in {text.get_text() for text in figure.texts}
    with pytest.warns(UserWarning, match="pages of journals hold about 240 mm"):
        save_figure(figure, tmp_path / "f", formats="png", dpi=72)

"""Figures of an article: read from the files that were written, and against the tables."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zlib
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

import glutelab as gl
from glutelab.errors import DataError
from glutelab.explore.specification import KINDS
from glutelab.figures.caption import write_caption
from glutelab.paper import WIDTHS_MM, PrintFigure, save_figure, width_mm
from glutelab.paper.read import as_color
from glutelab.style import DASHES, LEVEL_COLORS, SIDE_COLORS, SYMBOLS, color_of

COHORT, MADE = "rbds2017", "simulated"
WIDTHS = ("single", "one-and-half", "double")
NAMES = ("curves", "groups", "speed", "economy", "specifications", "forest", "flow", "hip")
MEASURES = ["peak_hip_extension_deg", "pelvic_tilt_mean_deg", "heel_rise_m"]


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
def few() -> dict[str, PrintFigure]:
    """Of a cohort of curves at one speed, in which little was measured."""
    cohort = gl.load_cohort("bmc-ric")
    runners = gl.runner_means(cohort)
    groups, tilt = ("competitive", "recreational"), "standing_pelvic_tilt_deg"
    names = ["peak_hip_extension_deg", "peak_thigh_extension_deg"]
    table = gl.compare_groups(runners, names, groups=groups, speed_m_s=2.5, n_boot=0)
    options = {"groups": groups, "n_permutations": 100}
    hip, thigh = (
        gl.compare_curves(cohort, name, **options)
        for name in ("hip_flexion_deg", "thigh_angle_deg")
    )
    curve = gl.specification_curve(runners, [tilt, "thomas_test_deg"], n_permutations=10)
    alone = gl.study_rows({"here": gl.relate(runners, tilt, names[0], speed_m_s=2.5)})
    return {
        "curves": gl.figure.curves(hip, cohort),
        "groups": gl.figure.groups(runners, table, groups=groups, cohort=cohort),
        "flow": gl.figure.flow(cohort),
        "economy": gl.figure.economy(gl.fit_economy(runners, tilt), runners),
        "specifications": gl.figure.specifications(curve, cohort=cohort),
        "speed": gl.figure.speed(runners, names),
        "hip": gl.figure.hip(cohort),
        "forest": gl.figure.forest(gl.pool_effects(alone)),
        "thigh": gl.figure.curves(thigh, cohort),
        "unmeasured": gl.figure.groups(runners, table[1:], groups=groups),
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


def contents(pdf: bytes) -> str:
    """The drawing instructions of a PDF."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            text = zlib.decompress(stream)
        except zlib.error:
            continue
        if re.search(rb"\n(?:S|f|B|BT|Q)\s", text) and not text.startswith(b"/CIDInit"):
            found.append(text.decode("latin-1"))
    return "\n".join(found)


def check_rules(content: bytes, width: float) -> None:
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", content)
    assert float(box[1]) / 72 * 25.4 == pytest.approx(width, abs=0.1)
    assert float(box[2]) / 72 * 25.4 < 240  # fits on a page with its caption
    assert b"/Subtype /Image" not in content
    assert b"/Subtype /Type3" not in content
    descriptions = content.count(b"/Type /FontDescriptor")
    assert content.count(b"/FontFile2") == descriptions == content.count(b"/CIDFontType2") > 0
    drawn = contents(content)
    letters = [float(size) for size in re.findall(r"/F\S+ ([\d.]+) Tf", drawn)]
    assert letters
    assert min(letters) >= 6
    assert not re.search(r"BT\s+[^\n]*\b0?\.\d+ 0 0 0?\.\d+ [^\n]* Tm", drawn)  # shrunk later
    lines = [float(one) for one in re.findall(r"(?:^|\s)([\d.]+) w\b", drawn)]
    assert min((one for one in lines if one), default=1) >= 0.25


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


@pytest.mark.parametrize("width", ["single", "double"])
def test_a_cohort_with_little_in_it_keeps_the_rules(tmp_path, few, width):
    for name, figure in few.items():
        (pdf, *_) = save_figure(figure, tmp_path / name, width, formats="pdf")
        check_rules(pdf.read_bytes(), width_mm(width))
        check_words(figure.redraw(width_mm(width)))


@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="pdffonts is not installed")
@pytest.mark.parametrize("name", NAMES)
def test_all_fonts_are_embedded(folder, name):
    asked = ["pdffonts", folder / f"{name}-single.pdf"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    fonts = [line.split() for line in said[2:]]
    assert fonts
    assert all(font[-5] == "yes" for font in fonts)


def shown_texts(figure: PrintFigure) -> list[Text]:
    """Words that are seen: of ticks only those inside the range of their axis."""
    hidden = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            labels = set(axis.get_ticklabels(which="both"))
            drawn = {tick.label1 for tick in axis._update_ticks()}
            drawn |= {tick.label2 for tick in axis._update_ticks()}
            hidden |= labels - drawn
            if not axis.get_visible():
                hidden |= set(axis.findobj(Text))
        if not axes.axison:
            hidden |= set(axes.xaxis.findobj(Text)) | set(axes.yaxis.findobj(Text))
    every = [text for text in figure.findobj(Text) if text.get_text().strip()]
    return [text for text in every if text.get_visible() and text not in hidden]


@pytest.mark.parametrize("width", ["single", 129, "double"])
@pytest.mark.parametrize("name", NAMES)
def test_no_words_are_cut_off_or_lie_on_others(figures, name, width):
    check_words(figures[name].redraw(width_mm(width)))


def check_words(figure: PrintFigure) -> None:
    figure.draw_without_rendering()
    page = figure.bbox
    boxes = {}
    for text in shown_texts(figure):
        if text.get_text() == "SIMULATED":
            continue
        box = text.get_window_extent()
        assert page.x0 - 0.5 <= box.x0, text
        assert box.x1 <= page.x1 + 0.5, text
        assert page.y0 - 0.5 <= box.y0, text
        assert box.y1 <= page.y1 + 0.5, text
        boxes[f"{text.get_text()} {box.x0:.0f} {box.y0:.0f}"] = box
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert wide < 1 or high < 3, (one, other)  # a hair of leading may touch


@pytest.mark.parametrize("name", NAMES)
def test_the_same_figure_gives_the_same_bytes(tmp_path, folder, figures, name):
    again = save_figure(figures[name], tmp_path / f"{name}-single", "single", formats="pdf")
    assert len(again) == 2 + len(figures[name].data)
    for path in again:
        assert path.read_bytes() == (folder / path.name).read_bytes()
    assert not list(tmp_path.glob(".*"))


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

# Full deficiency, on linear light: Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113
MACHADO = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def lab(color: str, deficiency: str | None) -> np.ndarray:
    rgb = np.array(as_color(color)[:3])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    if deficiency:
        linear = np.clip(np.array(MACHADO[deficiency]) @ linear, 0, 1)
    xyz = TO_XYZ @ linear / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(one: np.ndarray, other: np.ndarray) -> float:
    """Sharma, Wu and Dalal 2005, doi:10.1002/col.20070."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean**7 / (mean**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for b, a in ((b1, a1), (b2, a2)))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    weights = ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))
    t = 1 + sum(k * np.cos(np.radians(m * hm + shift)) for k, m, shift in weights)
    sl = 1 + 0.015 * (lm - 50) ** 2 / np.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rt = -2 * np.sqrt(cm**7 / (cm**7 + 25**7))
    rt *= np.sin(np.radians(60 * np.exp(-(((hm - 275) / 25) ** 2))))
    dl, dc, dh = (l2 - l1) / sl, (c2 - c1) / sc, dh / sh
    return float(np.sqrt(dl**2 + dc**2 + dh**2 + rt * dc * dh))


def test_the_color_difference_is_that_of_its_authors():
    pairs = [((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425)]
    pairs += [
        ((50, 2.5, 0), (58, 24, 15), 19.4535),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ]
    for one, other, stated in pairs:
        assert ciede2000(np.array(one), np.array(other)) == pytest.approx(stated, abs=1e-4)


@pytest.mark.parametrize("deficiency", [None, *MACHADO])
def test_colors_of_groups_are_told_apart_by_all(deficiency):
    others = list("abcdefg")
    speeds = [2.5, 3.5, 4.5, 5.5]
    for colors in (
        LEVEL_COLORS.values(),
        SIDE_COLORS.values(),
        [color for _, color, _ in KINDS],
        [color_of(name, others) for name in others],
        [color_of(speed, speeds) for speed in speeds],
    ):
        for one, other in combinations(colors, 2):
            apart = ciede2000(lab(one, deficiency), lab(other, deficiency))
            assert apart >= 10, (one, other, deficiency, apart)


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


def words_of(figure: PrintFigure) -> str:
    return " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")


def test_what_is_no_result_is_refused(results):
    with pytest.raises(DataError, match="Expected the result of compare_curves"):
        gl.figure.curves(results["table"])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("economy", "Not measured in this cohort: Energy cost, Standing pelvic tilt."),
        ("specifications", "Not measured in this cohort: Modified Thomas test, Energy cost."),
        ("speed", "All runners ran at one speed, 2.5 m/s: there is no change to draw."),
        ("hip", "Not measured in bmc-ric: thigh angle, pelvic tilt."),
        ("forest", "Cannot tell: the only study cannot be pooled."),
        ("thigh", "Not measured in this cohort."),
        ("unmeasured", "Not measured in this cohort: Peak thigh extension."),
    ],
)
def test_a_sentence_takes_the_place_of_what_cannot_be_drawn(few, name, said):
    assert said in words_of(few[name])
    assert said in few[name].caption
    assert few[name].get_size_inches()[1] < 0.8


def test_what_was_not_measured_has_no_empty_panel(few):
    said = words_of(few["groups"])
    assert "Peak hip extension" in said
    assert "thigh" not in said
    assert "Not measured in this cohort: Peak thigh extension." in few["groups"].caption
    assert len(few["groups"].data["comparison"]) == 2


def test_made_up_runners_are_said_where_there_is_only_a_sentence():
    made = gl.simulate_runners(12, seed=1).drop(columns="energy_cost_j_kg_m")
    fit = gl.fit_economy(made, "standing_pelvic_tilt_deg")
    assert "SIMULATED" in words_of(gl.figure.economy(fit, made))


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

BAD = [
    "a very long name of runners who were trained in the mountains for many years",
    "β-Gruppe Ü $x_1$ ^2 _y_",
    '<b>bold</b> & "q" <script>',
    "−5 minus",
    r"$\frac{1}{0}$",
    "elite",
]


def made_up(names, n: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    who = np.repeat(np.arange(n * len(names)), 2)
    speeds = np.tile([2.5, 3.5], n * len(names))
    rows = {
        "cohort": "mine",
        "runner_id": [f"$R_{k}$" for k in who],
        "level": np.array(names)[who // n],
        "speed_m_s": speeds,
        "side": "both",
    }
    return pd.DataFrame(rows | {MEASURES[0]: rng.normal(3 * speeds - 8, 4)})


@pytest.mark.parametrize("width", ["single", "double"])
def test_names_stay_as_they_were_written(width):
    runners = made_up(BAD, 3)
    figure = gl.figure.speed(runners, MEASURES[0], width=width)
    check_words(figure)
    (legend,) = figure.legends
    names = [text.get_text().replace("\n", " ") for text in legend.get_texts()]
    assert {f"{name} (n = 3)" for name in BAD} <= set(names)
    assert not any(text.get_parse_math() for text in legend.get_texts())
    lines = [one for one in figure.axes[1].get_lines() if len(one.get_xdata()) == 9]
    assert len({(one.get_color()) for one in lines}) > 4
    for two in (BAD[:2], BAD[2:4]):
        some = runners[runners["level"].isin(two)]
        table = gl.compare_groups(some, MEASURES[0], groups=two, speed_m_s=3.5, n_boot=0)
        check_words(gl.figure.groups(some, table, groups=two, width=width))


def test_thousands_of_runners_are_dots_and_their_mean_stays_as_large():
    def areas(n):
        runners = made_up(["elite", "recreational"], n)
        table = gl.compare_groups(runners, MEASURES[0], speed_m_s=3.5, n_boot=0)
        drawn = [*gl.figure.groups(runners, table).axes[1].collections]
        sizes = [one.get_sizes()[0] for one in drawn if hasattr(one, "get_sizes")]
        return sizes[0], max(sizes)

    few, many = areas(10), areas(1000)
    assert many[0] < 0.3 * few[0]
    assert many[1] == few[1]


def test_one_runner_each_and_missing_numbers_are_drawn():
    for runners in (made_up(["elite", "recreational"], 1), made_up(["elite", "recreational"], 6)):
        if len(runners) > 4:
            runners.loc[runners.index[::3], MEASURES[0]] = np.nan
        table = gl.compare_groups(runners, MEASURES[0], speed_m_s=3.5, n_boot=0)
        for figure in (gl.figure.groups(runners, table), gl.figure.speed(runners, MEASURES[0])):
            check_words(figure)


def test_what_no_page_holds_is_said_when_it_is_saved(tmp_path, results):
    figure = gl.figure.speed(results["runners"], [*MEASURES, "contact_time_s", "duty_factor"])
    assert "E" in {text.get_text() for text in figure.texts}
    with pytest.warns(UserWarning, match="pages of journals hold about 240 mm"):
        save_figure(figure, tmp_path / "f", formats="png", dpi=72)


def test_a_caption_of_groups_names_no_difference_where_there_is_none():
    runners = gl.runner_means(gl.load_cohort("rbds2017"))
    runners = runners[runners["level"] == "competitive"]
    at = {"groups": ["elite", "competitive"]}
    table = gl.compare_groups(runners, "hip_range_deg", speed_m_s=3.5, **at)
    caption = gl.figure.groups(runners, table, **at).caption
    assert "Nothing was tested" in caption
    assert "Cannot tell: no elite runner" in caption
    assert "diamond" not in caption


def test_code_is_the_cell_as_it_was_typed():
    cell = "%%time\nfrom glutelab.provenance import cell_code\ncode = cell_code()"
    script = (
        "from IPython import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        f"shell.run_cell({cell!r}, store_history=True)\n"
        f"assert shell.user_ns['code'] == {cell!r}, shell.user_ns['code']\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

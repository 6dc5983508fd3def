"""Figures of few runners, of none, and of hostile names."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from read_figures import MEASURES, check_rules, check_words, words_of

import glutelab as gl
from glutelab.paper import PrintFigure, save_figure, width_mm


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


# --- what a journal asks for, read from the files -------------------------------------------------


@pytest.mark.parametrize("width", ["single", "double"])
def test_a_cohort_with_little_in_it_keeps_the_rules(tmp_path, few, width):
    for name, figure in few.items():
        (pdf, *_) = save_figure(figure, tmp_path / name, width, formats="pdf")
        check_rules(pdf.read_bytes(), width_mm(width))
        check_words(figure.redraw(width_mm(width)))


# --- no answer ------------------------------------------------------------------------------------


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
    costs = ["energy_cost_j_kg_m", "oxygen_cost_ml_kg_km"]
    made = gl.simulate_runners(12, seed=1).drop(columns=costs)
    fit = gl.fit_economy(made, "standing_pelvic_tilt_deg")
    assert "SIMULATED" in words_of(gl.figure.economy(fit, made))


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

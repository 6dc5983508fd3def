"""Figures of the economy model, its specifications and its stages draw their tables."""

import html
import re

import numpy as np
import pandas as pd
import pytest

from glutelab.economy import running_economy, simulate_step_test
from glutelab.errors import DataError
from glutelab.explore.economy import plot_economy
from glutelab.explore.economy_stages import plot_economy_stages
from glutelab.explore.specification import plot_specifications
from glutelab.models.economy import added_variable, fit_economy
from glutelab.models.specification import specification_curve
from glutelab.simulate import simulate_runners

TILT, COST = "standing_pelvic_tilt_deg", "energy_cost_j_kg_m"
HOSTILE = "<b>x</b>__import__('os')_deg"


@pytest.fixture(scope="module")
def runners():
    return simulate_runners(30, effects={"posture_on_cost_j_kg_m": 0.03}, seed=2)


@pytest.fixture(scope="module")
def fit(runners):
    return fit_economy(runners, TILT, adjust_for=["level", "sex"])


@pytest.fixture(scope="module")
def curve(runners):
    return specification_curve(
        runners, [TILT, "trunk_lean_mean_deg"], COST, speeds=[3.5, "all"], n_permutations=100
    )


@pytest.fixture(scope="module")
def test_of_steps():
    gas, _ = simulate_step_test([3.0, 3.5, 4.5], rer=[0.88, 0.92, 1.05], seed=1)
    return running_economy(gas), gas


def words(figure):
    """All that is written on a figure, as plain text in one line."""
    title = figure.layout.title
    texts = [title.text, title.subtitle.text, *(note.text for note in figure.layout.annotations)]
    text = " | ".join(filter(None, texts)).replace("<br>", " ").replace("\u00a0", " ")
    return html.unescape(text.replace("<b>", "").replace("</b>", ""))


def drawn(figure, name):
    return next(trace for trace in figure.data if trace.name and trace.name.startswith(name))


# --- the model ------------------------------------------------------------------------------------


def test_dots_are_one_per_runner_and_their_slope_is_the_estimate(runners, fit):
    dots = added_variable(fit)
    assert sorted(dots["runner_id"]) == sorted(runners["runner_id"].unique())
    slope = (dots["posture_left"] @ dots["cost_left"]) / (dots["posture_left"] ** 2).sum()
    estimate = fit.posture["estimate"].iloc[0]
    assert slope == pytest.approx(estimate, abs=0.05 * fit.posture["se"].iloc[0])
    figure = plot_economy(fit, runners)
    marked = [trace for trace in figure.data if trace.mode == "markers"]
    assert sum(len(trace.x) for trace in marked) == 30
    assert {name for trace in marked for name in trace.customdata} == set(dots["runner_id"])
    line = drawn(figure, "estimate")
    assert line.y[-1] / line.x[-1] == pytest.approx(estimate)


def test_what_posture_within_runners_does_is_not_laid_to_runners(runners):
    fit = fit_economy(runners, "pelvic_tilt_mean_deg")
    dots = added_variable(fit)
    slope = np.polyfit(dots["posture_left"], dots["cost_left"], 1)[0]
    assert slope == pytest.approx(fit.posture["estimate"].iloc[0], rel=0.02)


def test_coefficient_verdict_and_warnings_can_be_read(runners, fit):
    text = words(plot_economy(fit, runners))
    assert text.startswith("SIMULATED. Standing pelvic tilt and energy cost")
    assert fit.doubts
    assert f"Verdict: {fit.verdict} ({fit.doubts})." in text
    assert "between runners 0.0" in text
    assert f"standardized +{fit.posture['standardized'].iloc[0]:.2f}" in text
    for warning in fit.warnings:
        assert warning in text


def test_the_planted_truth_is_drawn_where_it_is_what_was_estimated(runners, fit):
    planted = runners.attrs["truth"]["expected_total_j_kg_m"]
    line = drawn(plot_economy(fit, runners), "planted truth")
    assert line.y[-1] / line.x[-1] == pytest.approx(planted)
    assert line.line.dash == "dash"
    about = {"expected_total_j_kg_m": 0.5}
    assert drawn(plot_economy(fit, truth=about), "planted truth: +0.5")
    assert drawn(plot_economy(fit, truth=-0.1), "planted truth: −0.1")
    through = fit_economy(runners, TILT, adjust_for=["peak_hip_extension_deg"])
    thomas = fit_economy(runners, "thomas_test_deg")
    for other in (through, thomas):
        names = [trace.name or "" for trace in plot_economy(other, runners).data]
        assert not any(name.startswith("planted") for name in names)


def test_no_answer_is_a_sentence_in_place_of_the_dots(runners):
    none = fit_economy(runners.assign(**{COST: np.nan}), TILT, outcome=COST)
    figure = plot_economy(none, runners)
    assert none.reason in words(figure)
    assert not [trace for trace in figure.data if trace.mode == "markers"]


def test_names_of_a_file_stay_text(runners):
    bad = runners.assign(
        runner_id="<img src=x>" + runners["runner_id"], level="<script>", **{HOSTILE: runners[TILT]}
    )
    figure = plot_economy(fit_economy(bad, HOSTILE), bad)
    assert "<img" not in figure.to_json()
    assert "<script" not in figure.to_json()
    curve = specification_curve(bad, HOSTILE, COST, speeds=[3.5], n_permutations=0)
    assert "<b>x" not in plot_specifications(curve).to_json()


# --- specifications -------------------------------------------------------------------------------


def test_the_curve_that_is_drawn_is_the_table(curve):
    figure = plot_specifications(curve)
    table = curve.table[curve.table["answerable"]]
    dots = [t for t in figure.data if t.mode == "markers" and t.text is not None]
    x = np.concatenate([np.asarray(trace.x, int) for trace in dots])
    y = np.concatenate([np.asarray(trace.y, float) for trace in dots])
    assert sorted(x) == list(range(1, len(table) + 1))
    np.testing.assert_array_equal(y[np.argsort(x)], table["standardized"])
    better = drawn(figure, "better economy")
    assert better.name.endswith(f"({(table['standardized_high'] < 0).sum()})")


def test_each_specification_has_one_mark_per_choice(curve):
    figure = plot_specifications(curve)
    n = curve.table["answerable"].sum()
    marks = [trace for trace in figure.data if trace.marker.symbol == "line-ns"]
    assert sum(len(trace.x) for trace in marks) == 5 * n
    rows = figure.layout.yaxis2.ticktext
    assert "<b>Speed</b>" in rows[-3]
    assert list(rows[-2:]) == ["3.5 m/s", "all speeds"]


def test_the_band_of_shuffled_curves_is_that_of_the_test(curve):
    figure = plot_specifications(curve)
    median = curve.permutation.set_index("statistic").loc["median"]
    bands = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert [(band.y0, band.y1) for band in bands] == [(median["null_low"], median["null_high"])]


def test_verdict_and_specifications_without_an_answer_are_told(curve):
    text = words(plot_specifications(curve))
    assert curve.verdict in text
    lost = (~curve.table["answerable"]).sum()
    assert f"{lost} specifications without an answer are not drawn" in text
    assert "Not measured in this cohort: Mean trunk lean" in text
    assert text.startswith("SIMULATED.")


def test_a_curve_without_any_answer_says_why(runners):
    none = specification_curve(runners, "trunk_lean_mean_deg", COST)
    text = words(plot_specifications(none))
    assert "Cannot tell: no specification has an answer." in text
    assert text.count("Not measured in this cohort: Mean trunk lean") == 2


# --- stages ---------------------------------------------------------------------------------------


def test_windows_are_those_of_the_stages(test_of_steps):
    table, gas = test_of_steps
    figure = plot_economy_stages(table, gas)
    found = {(shape.x0, shape.x1) for shape in figure.layout.shapes if shape.type == "rect"}
    running = table[table["speed_m_s"] != 0]
    assert len(running) == len(table) - 1
    minutes = running[["window_start_s", "window_end_s"]] / 60
    assert found == set(minutes.itertuples(index=False, name=None))
    assert len(drawn(figure, "breath").x) == len(gas.breaths)
    mean = drawn(figure, "mean of an accepted window")
    expected = table.loc[table["accepted"], "vo2_ml_min"]
    np.testing.assert_array_equal(np.asarray(mean.y)[::3], expected)


def test_each_reason_can_be_read_by_its_stage(test_of_steps):
    table, gas = test_of_steps
    text = words(plot_economy_stages(table, gas.breaths))
    assert text.startswith("SIMULATED. Oxygen uptake: 2 of 3 running stages")
    assert "1 stage of standing not shown." in text
    running = table[table["speed_m_s"] != 0]
    for row in running[~running["accepted"]].itertuples():
        assert f"Stage {row.stage}: refused, {row.reason}." in text
    for row in running[running["caution"] != ""].itertuples():
        doubt = re.escape(row.caution.partition(" (")[0])
        assert re.search(rf"Stages? [\d, ]*{row.stage}[\d, ]*: {doubt}", text)


def test_a_reason_that_several_stages_share_is_said_once(test_of_steps):
    table, gas = test_of_steps
    doubt = [f"VO2 is too noisy (slope {n} ml/min per minute)" for n in range(len(table))]
    text = words(plot_economy_stages(table.assign(accepted=True, caution=doubt), gas))
    stages = ", ".join(str(n) for n in table.loc[table["speed_m_s"] != 0, "stage"])
    assert f"Stages {stages}: VO2 is too noisy." in text


def test_many_short_stages_have_labels_that_do_not_overlap():
    gas, _ = simulate_step_test(np.linspace(2.5, 4.0, 9), stage_s=240, seed=1)
    figure = plot_economy_stages(running_economy(gas), gas)
    notes = [note for note in figure.layout.annotations if "m/s" in note.text]
    span = gas.breaths["time_s"].max() / 60
    for one in notes:
        for other in notes:
            apart = abs(one.x - other.x) >= 0.12 * span
            assert one is other or one.yshift != other.yshift or apart


@pytest.mark.parametrize("draw", [plot_economy, plot_specifications])
@pytest.mark.parametrize("wrong", [None, "text", pd.DataFrame({"x": [1]})])
def test_something_else_is_refused(draw, wrong):
    with pytest.raises(DataError, match="Expected the result of"):
        draw(wrong)


def test_stages_without_breaths_are_refused(test_of_steps):
    table, gas = test_of_steps
    with pytest.raises(DataError, match="no breaths were given"):
        plot_economy_stages(table, table)
    with pytest.raises(DataError, match="no stages were given"):
        plot_economy_stages(gas.breaths, gas)

"""Figures of comparisons and of reliability draw their tables, numbers and warnings."""

import dataclasses
import html

import numpy as np
import pandas as pd
import pytest

import glutelab as gl
from glutelab.curves import compare_curves
from glutelab.explore.comparison import plot_comparison
from glutelab.explore.effects import plot_effects
from glutelab.explore.estimation import plot_groups
from glutelab.explore.repeatability import plot_curve_reliability, plot_reliability
from glutelab.groups import compare_groups
from glutelab.repeatability import curve_reliability, reliability

MEASURES = ["peak_hip_extension_deg", "foot_behind_m", "heel_rise_m"]
UNMEASURED = ["peak_hip_extension_deg", "foot_behind_m"]  # the second in bmc-ric


@pytest.fixture(scope="module")
def cohort():
    return gl.load_cohort("rbds2017")


@pytest.fixture(scope="module")
def pooled():
    return gl.load_cohort("bmc-ric")


@pytest.fixture(scope="module")
def runners(cohort):
    return gl.runner_means(cohort)


@pytest.fixture(scope="module")
def speeds(cohort):
    """Two speeds: large differences, and one run that goes through foot strike."""
    how = {"by": "speed_m_s", "groups": (4.5, 2.5), "n_permutations": 200}
    return compare_curves(cohort, "hip_flexion_deg", **how)


@pytest.fixture(scope="module")
def levels(pooled):
    how = {"groups": ("competitive", "recreational"), "n_permutations": 200}
    return compare_curves(pooled, "hip_flexion_deg", **how)


@pytest.fixture(scope="module")
def elite(runners):
    return compare_groups(runners, MEASURES, speed_m_s=3.5, n_boot=0)


@pytest.fixture(scope="module")
def trials(cohort):
    return reliability(cohort, MEASURES)


def words(figure):
    """All that is written on a figure, as plain text in one line."""
    title = figure.layout.title
    texts = [title.text, title.subtitle.text, *(note.text for note in figure.layout.annotations)]
    text = " | ".join(filter(None, texts)).replace("<br>", " ").replace("\u00a0", " ")
    return html.unescape(text.replace("<b>", "").replace("</b>", ""))


def title(figure):
    return figure.layout.title.text.replace("\u00a0", " ")


def drawn(figure, name):
    return next(trace for trace in figure.data if trace.name and trace.name.startswith(name))


def numbers(values):
    return np.asarray(values, float)


# --- curves ---------------------------------------------------------------------------------------


def test_curves_that_are_drawn_are_those_of_the_comparison(levels):
    figure = plot_comparison(levels)
    for name in ("competitive (n = 23)", "recreational (n = 21)"):
        mean = levels.means[name.split(" ")[0]]
        np.testing.assert_array_equal(numbers(drawn(figure, name).y), mean)
    np.testing.assert_array_equal(numbers(drawn(figure, "difference").y), levels.difference)
    band = numbers(drawn(figure, "simultaneous 95 % band").y)
    np.testing.assert_array_equal(band[:101], levels.band_high)
    np.testing.assert_array_equal(band[:100:-1], levels.band_low)
    dashes = {trace.line.dash for trace in figure.data[:2]}
    assert len(dashes) == 2  # told apart in grey, too
    assert title(figure) == "Hip flexion (°): competitive minus recreational"


def test_nothing_found_is_not_called_no_difference(levels):
    text = words(plot_comparison(levels))
    assert levels.clusters.empty
    assert "no part of the gait cycle with p ≤ 0.05; the band shows what may still be" in text
    assert "no difference" not in text


def test_every_warning_can_be_read(levels):
    text = words(plot_comparison(levels))
    assert levels.warnings
    for warning in levels.warnings:
        assert warning in text
    under = plot_comparison(levels).layout.title.subtitle.text
    assert "<b>Confounded with laboratory" in under
    assert max(len(line) for line in under.split("<br>")) <= 98 + len("<b></b>")


def test_runs_are_shaded_and_one_through_foot_strike_on_both_ends(speeds):
    figure = plot_comparison(speeds)
    expected, labels = set(), set()
    found = speeds.clusters[speeds.clusters["p"] <= speeds.alpha]
    assert (found["from_pct"] > found["to_pct"]).any()
    for run in found.itertuples():
        labels.add(f"{run.from_pct:g}–{run.to_pct:g} %")
        if run.from_pct <= run.to_pct:
            expected.add((run.from_pct, run.to_pct))
        else:
            expected |= {(run.from_pct, 100), (0, run.to_pct)}
    spans = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert {(span.x0, span.x1) for span in spans} == expected
    assert all((span.y0, span.y1, span.yref) == (0, 1, "paper") for span in spans)
    notes = [note for note in figure.layout.annotations if "–" in note.text]
    assert {note.text.split(",")[0] for note in notes} == labels


def test_labels_of_runs_do_not_lie_over_each_other(speeds):
    rows = [
        {**speeds.clusters.iloc[0], "from_pct": start, "to_pct": start + 3, "p": 0.01}
        for start in (0, 5, 10, 15, 60, 97)
    ]
    figure = plot_comparison(dataclasses.replace(speeds, clusters=pd.DataFrame(rows)))
    notes = [note for note in figure.layout.annotations if "–" in note.text]
    assert len(notes) == len(rows)
    for one in notes:
        assert 12 <= one.x <= 88
        for other in notes:
            assert one is other or one.yshift != other.yshift or abs(one.x - other.x) >= 25


def test_runs_that_are_not_significant_are_not_shaded(speeds):
    weak = dataclasses.replace(speeds, clusters=speeds.clusters.assign(p=0.2))
    figure = plot_comparison(weak)
    assert not [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert "no part of the gait cycle" in words(figure)


def test_clusters_are_said_to_hold_a_difference_somewhere(speeds):
    figure = plot_comparison(dataclasses.replace(speeds, kind="cluster-mass"))
    assert "somewhere in each there is a difference" in words(figure)


def test_a_dose_has_no_groups_to_draw(cohort):
    by = "standing_pelvic_tilt_deg"
    tilt = compare_curves(cohort, "hip_flexion_deg", by=by, speed_m_s=3.5, n_permutations=200)
    figure = plot_comparison(tilt)
    assert title(figure).endswith("change per ° of standing pelvic tilt")
    assert figure.layout.yaxis.title.text == "Change (° per °)"
    assert "yaxis2" not in figure.layout
    np.testing.assert_array_equal(numbers(drawn(figure, "change per").y), tilt.difference)


@pytest.mark.parametrize("groups", [["competitive"], []])
def test_no_answer_is_a_figure_with_the_sentence(levels, groups):
    nothing = np.full(101, np.nan)
    names = ("difference", "error", "t", "band_low", "band_high", "p", "g")
    said = "Cannot tell: no recreational runner."
    empty = dataclasses.replace(
        levels,
        **dict.fromkeys(names, nothing),
        clusters=levels.clusters.iloc[:0],
        means={name: levels.means[name] if name in groups else nothing for name in levels.means},
        warnings=(said, *levels.warnings),
    )
    figure = plot_comparison(empty)
    large = [note for note in figure.layout.annotations if note.font.size >= 20]
    assert [note.text for note in large] == [said]
    assert words(figure).count(said) == 1
    assert "no part of the gait cycle" not in words(figure)
    assert [trace.name for trace in figure.data if trace.name] == [f"{g} (n = 23)" for g in groups]


def test_a_curve_that_was_not_measured_says_so(pooled):
    how = {"groups": ("competitive", "recreational"), "n_permutations": 200}
    figure = plot_comparison(compare_curves(pooled, "thigh_angle_deg", **how))
    assert "Not measured in this cohort." in words(figure)


def test_too_few_relabelings_cannot_tell(levels):
    infinite = np.full(101, np.inf)
    few = dataclasses.replace(
        levels, threshold=np.inf, band_t=np.inf, band_low=-infinite, band_high=infinite
    )
    text = words(plot_comparison(few))
    assert "cannot tell: so few runners cannot reach p ≤ 0.05" in text
    assert "95 %" not in text


def test_simulated_stands_on_the_face_of_each_figure(levels, elite, trials):
    simulated = "Simulated: these runners were made by a program."
    figures = [
        plot_comparison(dataclasses.replace(levels, simulated=True)),
        plot_effects(elite.assign(warning=simulated)),
        plot_reliability(trials.assign(warning=simulated)),
    ]
    for figure in figures:
        assert figure.layout.title.text.startswith("SIMULATED")
        assert "SIMULATED" in [note.text for note in figure.layout.annotations]


def test_a_laboratory_that_sounds_simulated_is_none(elite, trials):
    said = "Simulated-altitude lab at St. Mary's. Not measured twice."
    for figure in (
        plot_effects(elite.assign(warning=said)),
        plot_reliability(trials.assign(warning=said)),
    ):
        assert "SIMULATED" not in figure.layout.title.text
        assert words(figure).count(said) == 1
    lone = elite.iloc[[1]].assign(hedges_g=np.nan, g_analytic_low=np.nan, warning=said)
    assert "| cannot tell |" in words(plot_effects(lone))


def test_the_confidence_of_the_interval_is_named(elite):
    assert "Difference [90 % interval]" in words(plot_effects(elite.assign(confidence=0.90)))
    bare = elite.drop(columns="confidence", errors="ignore")
    assert "Difference [interval]" in words(plot_effects(bare))


# --- forest plot ----------------------------------------------------------------------------------


def test_effects_are_those_of_the_table(runners):
    table = compare_groups(runners, MEASURES, by="speed_m_s", groups=(4.5, 2.5), n_boot=200)
    figure = plot_effects(table)
    points = drawn(figure, "Hedges g, bootstrap interval")
    np.testing.assert_array_equal(numbers(points.x), table["hedges_g"])
    np.testing.assert_array_equal(numbers(points.customdata)[:, :2], table[["g_low", "g_high"]])
    lines = next(
        trace for trace in figure.data if trace.type == "scatter" and trace.mode == "lines"
    )
    np.testing.assert_array_equal(numbers(lines.x)[::3], table["g_low"])
    bars = drawn(figure, "too small")
    np.testing.assert_allclose(numbers(bars.base), -table["detectable_g"])
    np.testing.assert_allclose(numbers(bars.x), 2 * table["detectable_g"])
    assert next(iter(figure.layout.yaxis.ticktext)) == "Peak hip extension"
    assert "8.30 [7.52, 9.08]° p < 0.001" in words(figure)


def test_without_bootstrap_the_analytic_interval_is_hollow_and_named(elite):
    figure = plot_effects(elite)
    points = drawn(figure, "Hedges g, analytic interval")
    assert points.marker.color == "white"
    expected = elite[["g_analytic_low", "g_analytic_high"]]
    np.testing.assert_array_equal(numbers(points.customdata)[:, :2], expected)
    assert not [trace for trace in figure.data if "bootstrap interval" in (trace.name or "")]
    assert title(figure) == "Elite minus competitive (n = 3 and 25)"
    assert words(figure).count("Cannot tell much: with 3 and 25 runners") == 1


def test_covariates_are_named(runners):
    how = {"speed_m_s": 3.5, "adjust_for": ["age_years", "mass_kg"], "n_boot": 0}
    table = compare_groups(runners, MEASURES, **how)
    assert "adjusted for age, body mass" in words(plot_effects(table))
    points = drawn(plot_groups(runners, table.iloc[:1]), "difference with")
    assert list(points.y) == [table["difference"].iloc[0]]


def test_rows_without_an_answer_say_why(pooled, elite):
    means = gl.runner_means(pooled)
    table = compare_groups(means, UNMEASURED, groups=("competitive", "recreational"), n_boot=0)
    text = words(plot_effects(table))
    assert "| not measured in this cohort |" in text
    assert "Not measured in this cohort (Foot behind pelvis)." in text
    gone = ["hedges_g", "g_analytic_low", "g_analytic_high", "detectable_g"]
    lone = elite.iloc[[1]].assign(**dict.fromkeys(gone, np.nan), n_1=1)
    figure = plot_effects(lone)
    assert "| cannot tell |" in words(figure)
    assert len(figure.layout.yaxis.ticktext) == 1


def test_pairs_and_speeds_stand_in_the_labels(pooled, runners):
    pairs = compare_groups(gl.runner_means(pooled), "hip_range_deg", n_boot=0)
    labels = " ".join(plot_effects(pairs).layout.yaxis.ticktext).replace("<br>", " ")
    assert "elite minus recreational" in labels
    assert "competitive minus recreational" in labels
    text = words(plot_effects(pairs))
    assert "Confounded with laboratory: elite 2 BMC; recreational 21 RIC (elite minus" in text
    speeds = compare_groups(runners, "hip_range_deg", speed_m_s=[2.5, 4.5], n_boot=0)
    assert "2.5 m/s" in plot_effects(speeds).layout.yaxis.ticktext[0]


def test_a_dose_is_drawn_as_correlation(runners):
    table = compare_groups(runners, MEASURES, by="standing_pelvic_tilt_deg", speed_m_s=3.5)
    figure = plot_effects(table)
    np.testing.assert_array_equal(numbers(drawn(figure, "Correlation r").x), table["r"])
    bars = drawn(figure, "too small")
    np.testing.assert_allclose(numbers(bars.base), -table["detectable_r"])
    assert title(figure) == "Dependence on standing pelvic tilt (n = 28)"
    assert "m per °, p = " in words(figure)


# --- runners of two groups ------------------------------------------------------------------------


def test_each_runner_is_a_point_beside_the_means_of_the_table(runners, elite):
    figure = plot_groups(runners, elite)
    rows = runners[(runners["side"] == "both") & (runners["speed_m_s"] == 3.5)]
    for group in ("elite", "competitive"):
        part = rows[rows["level"] == group].set_index("runner_id")["peak_hip_extension_deg"]
        points = drawn(figure, group)
        assert dict(zip(points.customdata, numbers(points.y), strict=True)) == part.to_dict()
    means, difference = drawn(figure, "mean with"), drawn(figure, "difference with")
    row = elite.iloc[0]
    assert list(means.y) == [row["mean_1"], row["mean_2"]]
    half = 4.302653 * row["sd_1"] / np.sqrt(3)  # t of 2 degrees of freedom
    assert means.error_y.array[0] == pytest.approx(half, rel=1e-5)
    assert list(difference.y) == [row["difference"]]
    low, high = row["difference"] - difference.error_y.array[0], row["ci_high"]
    assert (low, high) == pytest.approx((row["ci_low"], row["ci_high"]))
    # The right axis has its zero at the mean of the second group.
    left, right = numbers(figure.layout.yaxis.range), numbers(figure.layout.yaxis2.range)
    np.testing.assert_allclose(left - right, row["mean_2"])


def test_points_lie_in_the_same_places_each_time(runners, elite):
    one, two = plot_groups(runners, elite), plot_groups(runners.iloc[::-1], elite)
    np.testing.assert_array_equal(numbers(one.data[1].x), numbers(two.data[1].x))
    np.testing.assert_array_equal(numbers(one.data[1].y), numbers(two.data[1].y))


def test_runners_under_both_conditions_are_joined(runners):
    table = compare_groups(runners, "heel_rise_m", by="speed_m_s", groups=(4.5, 2.5), n_boot=0)
    figure = plot_groups(runners, table, by="speed_m_s", groups=(4.5, 2.5))
    lines = next(
        trace for trace in figure.data if trace.type == "scatter" and trace.mode == "lines"
    )
    ends = numbers(lines.y).reshape(28, 3)
    assert (ends[:, 0] - ends[:, 1]).mean() == pytest.approx(table["difference"].iloc[0])
    assert title(figure) == "4.5 m/s minus 2.5 m/s (n = 28, paired)"


def test_groups_may_join_levels(pooled):
    means = gl.runner_means(pooled)
    groups = gl.level_groups(means)
    table = compare_groups(means, UNMEASURED, groups=groups, n_boot=0)
    figure = plot_groups(means, table, groups=groups)
    assert len(drawn(figure, "elite or competitive").x) == 25
    assert "| not measured in this cohort" in words(figure)


def test_a_group_of_one_has_no_interval(runners):
    table = compare_groups(runners, "hip_range_deg", by="sex", speed_m_s=3.5, n_boot=0)
    figure = plot_groups(runners, table, by="sex")
    assert drawn(figure, "mean with").error_y.array[0] == 0
    assert len(drawn(figure, "female").x) == 1
    assert "| cannot tell" in words(figure)


def test_other_runners_than_those_compared_are_refused(runners, elite):
    one = runners.loc[runners["level"] == "elite", "runner_id"].iloc[0]
    with pytest.raises(gl.DataError, match="counts 3 runners of 'elite', and 2 are found"):
        plot_groups(runners[runners["runner_id"] != one], elite)
    with pytest.raises(gl.DataError, match="Give the runners, by and groups"):
        plot_groups(runners, elite, by="sex")
    changed = runners.assign(peak_hip_extension_deg=runners["peak_hip_extension_deg"] + 1)
    with pytest.raises(gl.DataError, match="Give the runners"):
        plot_groups(changed, elite)


def test_one_pair_of_groups_at_a_time(pooled, runners):
    means = gl.runner_means(pooled)
    with pytest.raises(gl.DataError, match="holds 3 pairs of groups.*Draw one, for example"):
        plot_groups(means, compare_groups(means, "hip_range_deg", n_boot=0))
    dose = compare_groups(runners, "hip_range_deg", by="age_years", speed_m_s=3.5)
    with pytest.raises(gl.DataError, match="Use gl.plot.relation"):
        plot_groups(runners, dose, by="age_years")


# --- reliability ----------------------------------------------------------------------------------


def test_reliability_is_that_of_the_mean_over_strides(trials):
    figure = plot_reliability(trials)
    for speed, part in trials.groupby("speed_m_s"):
        points = drawn(figure, f"{speed:g} m/s")
        np.testing.assert_array_equal(numbers(points.x), part["icc_mean"])
        expected = part[["icc_low_mean", "icc_high_mean"]]
        np.testing.assert_array_equal(numbers(points.customdata), expected)
    assert len({trace.marker.symbol for trace in figure.data if trace.name}) == 3
    assert next(iter(figure.layout.yaxis.ticktext)) == "Peak hip extension"
    row = trials.iloc[0]
    assert f"{row['mdc95_mean']:.3f} [{row['mdc95_low_mean']:.3f}, " in words(figure)
    assert "Within one recording" in words(figure)


def test_between_sessions_each_is_judged_by_itself(trials):
    figure = plot_reliability(trials.assign(split="sessions"))
    part = trials[trials["speed_m_s"] == 2.5]
    np.testing.assert_array_equal(numbers(drawn(figure, "2.5 m/s").x), part["icc"])
    assert "between sessions" in words(figure)
    assert figure.layout.xaxis.title.text == "ICC(3,1)"


def test_reliability_of_what_was_not_measured(pooled, trials):
    figure = plot_reliability(reliability(pooled, UNMEASURED))
    assert "| not measured in this cohort" in words(figure)
    points = curve_reliability(pooled, "thigh_angle_deg")
    assert "| not measured in this cohort" in words(plot_curve_reliability(points))
    low = trials.iloc[[0]].assign(icc_mean=0.2, icc_low_mean=-2.0)
    axis = plot_reliability(low).layout.xaxis
    assert tuple(axis.range) == (-1.0, 1.0)


def test_curve_reliability_at_each_point(cohort):
    points = curve_reliability(cohort, "hip_flexion_deg")
    figure = plot_curve_reliability(points)
    part = points[points["speed_m_s"] == 3.5]
    lines = [trace for trace in figure.data if trace.name == "3.5 m/s"]
    np.testing.assert_array_equal(numbers(lines[0].y), part["mdc95_mean"])
    np.testing.assert_array_equal(numbers(lines[1].y), part["icc_mean"])
    band = figure.data[figure.data.index(lines[0]) - 1]
    np.testing.assert_array_equal(numbers(band.y)[:101], part["mdc95_high_mean"])
    assert len({trace.line.dash for trace in figure.data if trace.name}) == 3
    two = pd.concat([points, points.assign(variable="knee_flexion_deg")])
    with pytest.raises(gl.DataError, match="holds 2 variables.*Draw one"):
        plot_curve_reliability(two)


# --- what is no result ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draw", "remedy"),
    [
        (plot_comparison, "Expected the result of compare_curves: gl.plot.comparison"),
        (plot_effects, "Compare first: compare_groups\\(runner_means\\(cohort\\)"),
        (plot_reliability, "Expected the table of reliability\\(cohort"),
        (plot_curve_reliability, "Expected the table of curve_reliability\\(cohort"),
    ],
)
def test_a_cohort_is_no_result(cohort, draw, remedy):
    with pytest.raises(gl.DataError, match=f"a Cohort was given.*{remedy}"):
        draw(cohort)


def test_wrong_tables_are_refused_with_the_remedy(runners, elite, levels):
    with pytest.raises(gl.DataError, match=r"gl.plot.effects\(table\)"):
        plot_comparison(elite)
    with pytest.raises(gl.DataError, match="drawn by gl.plot.comparison"):
        plot_effects(levels)
    with pytest.raises(gl.DataError, match="no column measure, groups.*compare_groups"):
        plot_effects(runners)
    with pytest.raises(gl.DataError, match="no rows. Was it filtered"):
        plot_effects(elite.iloc[:0])
    for draw in (plot_reliability, plot_curve_reliability):
        with pytest.raises(gl.DataError, match="no column .*icc.*Expected the table of"):
            draw(elite)

"""Figures draw the tables they are given: the numbers in them are the numbers computed."""

import numpy as np
import pandas as pd
import pytest

import glutelab as gl
from glutelab.sentences import SIMULATED
from glutelab.style import LEVEL_COLORS, color_of


@pytest.fixture(scope="module")
def cohort():
    return gl.load_cohort("rbds2017")


@pytest.fixture(scope="module")
def runners(cohort):
    return gl.runner_means(cohort)


def drawn(figure, name):
    return next(trace for trace in figure.data if trace.name and trace.name.startswith(name))


def test_mean_curve_is_the_mean_over_runners(cohort):
    figure = gl.plot.curves(cohort, "hip_flexion_deg")
    curves = gl.runner_curves(cohort, "hip_flexion_deg")
    mean = curves.xs(3.5, level="speed_m_s").mean().to_numpy()
    np.testing.assert_allclose(np.asarray(drawn(figure, "3.5 m/s").y, float), mean)
    assert drawn(figure, "3.5 m/s").name == "3.5 m/s (n = 28)"
    assert figure.layout.yaxis.title.text == "Hip flexion (°)"


def test_runners_are_counted_once_in_groups_other_than_speed(cohort):
    figure = gl.plot.curves(cohort, "thigh_angle_deg", by="level", speed_m_s=3.5, runners=True)
    names = {trace.name for trace in figure.data if trace.name}
    assert names == {"competitive (n = 25)", "elite (n = 3)"}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"by": "level"}, "would pool speed_m_s 2.5, 3.5, 4.5 and count.*speed_m_s=3.5"),
        ({"by": "shoe"}, "expected one of speed_m_s, slope_pct, shoe, session, level,.* sex"),
        ({"by": "mass_kg", "speed_m_s": 3.5}, "makes 2. groups, too many"),
        ({"speed_m_s": 5.0}, "no runner at 5 m/s. There are: 2.5, 3.5, 4.5"),
        ({"speed_m_s": "x"}, "speed_m_s is 'x'. Expected a number"),
        ({"by": ["sex"]}, "is no name. Expected a word, such as level"),
    ],
)
def test_speeds_are_never_pooled_in_silence(cohort, asked, expected):
    with pytest.raises(gl.DataError, match=expected):
        gl.plot.curves(cohort, "hip_flexion_deg", **asked)


def test_any_column_of_the_runners_makes_groups():
    cohort = gl.load_cohort("bmc-ric")
    figure = gl.plot.curves(cohort, "hip_flexion_deg", by="laboratory")
    assert {trace.name for trace in figure.data if trace.name} == {"BMC (n = 23)", "RIC (n = 23)"}


def test_what_a_cohort_does_not_have_is_said_not_raised():
    cohort = gl.load_cohort("bmc-ric")
    figure = gl.plot.curves(cohort, "thigh_angle_deg")
    assert figure.layout.title.text == "Thigh angle: not measured in bmc-ric"
    with pytest.raises(gl.DataError, match="no curves of 'thigh_angel_deg'"):
        gl.plot.curves(cohort, "thigh_angel_deg")
    runners = gl.runner_means(cohort)
    names = ["peak_hip_extension_deg", "peak_thigh_extension_deg"]
    change = gl.change_with_speed(runners, names)
    assert change["n_runners"].tolist() == [0, 0]
    figures = [
        gl.plot.with_speed(runners, names),
        gl.plot.relation(runners, "standing_pelvic_tilt_deg", names, speed_m_s=2.5),
    ]
    for figure in figures:
        assert "not measured in this cohort" in [note.text for note in figure.layout.annotations]


def test_means_with_speed_are_those_of_the_table(runners):
    figure = gl.plot.with_speed(runners, ["peak_hip_extension_deg", "peak_thigh_extension_deg"])
    both = runners[runners["side"] == "both"]
    expected = both.groupby("speed_m_s")["peak_hip_extension_deg"].mean()
    np.testing.assert_allclose(np.asarray(drawn(figure, "mean").y, float), expected)
    titles = [note.text for note in figure.layout.annotations]
    assert titles == ["Peak hip extension (°)", "Peak thigh extension (°)"]


def test_relation_shows_each_runner_once(runners):
    figure = gl.plot.relation(
        runners, "standing_pelvic_tilt_deg", "peak_hip_extension_deg", speed_m_s=3.5
    )
    points = [trace for trace in figure.data if trace.mode == "markers"]
    shown = [name for trace in points for name in trace.customdata]
    assert sorted(shown) == sorted(runners["runner_id"].unique())


def test_completeness_counts_strides(cohort):
    figure = gl.plot.completeness(cohort)
    assert np.nansum(np.asarray(figure.data[0].z, float)) == len(cohort.strides)
    assert "7,049 of 7,051" in figure.layout.title.subtitle.text


def test_agreement_without_reference_says_so(cohort):
    empty = gl.datasets.load_reference("no-such-cohort")
    figure = gl.plot.agreement(empty)
    assert "No curves of other software" in figure.layout.title.text
    assert gl.agreement.summarize_agreement(empty).empty


def test_signals_are_cut_to_the_stretch_asked_for():
    trial = gl.simulate.simulate_trial()
    height = trial.markers["left_heel_bottom"][:, 1]
    figure = gl.plot.signals(
        {"heel": height}, 150.0, label="Height (m)", events=trial.events, from_s=1.0, to_s=2.0
    )
    time = np.asarray(figure.data[0].x, float)
    assert (time[0], time[-1]) == pytest.approx((1.0, 2.0))
    inside = trial.events["time_s"].between(1.0, 2.0).sum()
    assert len(figure.layout.shapes) == inside


def test_a_category_keeps_its_color_whatever_else_is_shown():
    for level, color in LEVEL_COLORS.items():
        assert color_of(level, [level]) == color_of(level, list(LEVEL_COLORS)) == color


# --- what stands beneath the title ----------------------------------------------------------------

HIP, TILT = "peak_hip_extension_deg", "standing_pelvic_tilt_deg"
DRAW = {
    "with_speed": lambda table: gl.plot.with_speed(table, HIP),
    "relation": lambda table: gl.plot.relation(table, TILT, HIP, speed_m_s=3.5),
}
each_figure = pytest.mark.parametrize("draw", DRAW.values(), ids=DRAW)


def beneath(figure):
    text = figure.layout.title.subtitle.text.replace("<br>", " ").replace("\u00a0", " ")
    return text.replace("<b>", "").replace("</b>", "")


@each_figure
def test_figures_say_where_runners_come_from(runners, draw):
    odd = runners["runner_id"].str[-1].astype(int) % 2 == 1
    table = runners.assign(
        laboratory=np.where(odd, "BMC", "RIC"), caveat="Simulated-altitude lab of St. Mary's"
    )
    figure = draw(table)
    assert "Pools the laboratories BMC, RIC." in beneath(figure)
    assert "Simulated-altitude lab of St. Mary's." in beneath(figure)
    assert "SIMULATED" not in figure.layout.title.text  # a laboratory of that name is none
    made = draw(table.assign(simulated=True))
    assert made.layout.title.text.startswith("SIMULATED")
    assert SIMULATED in beneath(made)
    assert "SIMULATED" in [note.text for note in made.layout.annotations]


@each_figure
@pytest.mark.parametrize("name", ["cohort", "slope_pct", "shoe", "session"])
def test_figures_never_pool(runners, draw, name):
    one, other = ({"cohort": "a"}, {"cohort": "b"}) if name == "cohort" else ({name: 1}, {name: 2})
    table = pd.concat([runners.assign(**one), runners.assign(**other)])
    with pytest.raises(gl.DataError, match=f"would pool {name.split('_')[0]}s: .* Keep one"):
        draw(table)


@each_figure
def test_figures_draw_measures_of_ones_own_and_runners_without_level(runners, draw):
    own = runners.rename(columns={"hip_range_deg": "my_own_angle_deg"})
    figure = gl.plot.with_speed(own, "my_own_angle_deg")
    assert figure.layout.annotations[0].text == "My own angle (°)"
    gl.plot.relation(own, "my_own_angle_deg", HIP, speed_m_s=3.5)
    assert drawn(draw(runners.drop(columns="level")), "unknown").name == "unknown (n = 28)"


def test_the_mean_that_is_drawn_is_that_of_the_table(runners):
    figure, table = gl.plot.with_speed(runners, HIP), gl.mean_by_speed(runners, HIP)
    mean = drawn(figure, "mean")
    np.testing.assert_array_equal(np.asarray(mean.y, float), table["mean"])
    np.testing.assert_allclose(mean.error_y.array, table["ci_high"] - table["mean"])


@pytest.mark.parametrize("speed", [None, "fast", [3.5]])
def test_a_relation_is_of_one_speed(runners, speed):
    with pytest.raises(gl.DataError, match="speed_m_s is .* Expected a number"):
        gl.plot.relation(runners, TILT, HIP, speed_m_s=speed)


def test_mean_curves_say_where_runners_come_from():
    cohort = gl.load_cohort("bmc-ric")
    said = beneath(gl.plot.curves(cohort, "hip_flexion_deg"))
    assert "Pools the laboratories BMC, RIC." in said
    assert "18 of the 23 runners of the laboratory RIC had a recorded injury." in said
    assert "Confounded with laboratory: " in beneath(
        gl.plot.curves(cohort, "hip_flexion_deg", by="level")
    )

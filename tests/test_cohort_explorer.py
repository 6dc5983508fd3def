"""The cohort explorer: each control also by attribute, and the line that shows the view again."""

import asyncio
import base64
import html
import json
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

import glutelab as gl
from glutelab.errors import DataError
from glutelab.explore.drawing import packed
from glutelab.explore.surface import Surface


@pytest.fixture(scope="module")
def cohort():
    return gl.load_cohort("rbds2017")


@pytest.fixture
def view(cohort):
    return gl.CohortExplorer(cohort)


def again(code: str):
    """What the line makes, in a namespace of its own."""
    made: dict = {"gl": gl}
    exec(f"view = {code}", made)  # noqa: S102 - our own line
    return made["view"]


def unpacked(spec: dict) -> np.ndarray:
    return np.frombuffer(base64.b64decode(spec["bdata"]), "<f4").astype(float)


def test_the_first_view_shows_one_row_per_runner_at_one_speed(view):
    assert len(view.shown) == 28
    assert view.shown["speed_m_s"].unique().tolist() == [3.5]
    assert view.shown["side"].unique().tolist() == ["both"]
    assert view.code == "gl.CohortExplorer(gl.load_cohort('rbds2017'))"


def test_numbers_are_those_of_compare_groups(view, cohort):
    table = gl.compare_groups(
        gl.runner_means(cohort),
        [view.choices.y, view.choices.x],
        groups=gl.level_groups(cohort.runners),
        speed_m_s=3.5,
    )
    for name in ("difference", "ci_low", "ci_high", "hedges_g", "p", "p_holm"):
        np.testing.assert_allclose(view.result[name], table[name])
    assert any(text.startswith("Cannot tell much") for text in view.notes)


@pytest.mark.parametrize("most", [5, pytest.param(1000, marks=pytest.mark.slow)])
def test_each_control_does_what_its_attribute_does(view, most):
    for name, control in view._controls.items():
        values = [one[-1] if isinstance(one, tuple) else one for one in control.options]
        for value in values[:: 1 + (len(values) - 1) // most]:
            control.value = value
            assert getattr(view.choices, name) == value
            assert view._status.value.count("alert") == 0
        other = replace(view.choices, **{name: getattr(view._plain, name)})
        view.choices = other
        assert control.value == getattr(other, name)


def test_filters_let_in_whom_they_say(view):
    view._filters["age_years"].value = (30.0, 40.0)
    assert view.shown["age_years"].between(30, 40).all()
    assert view.choices.filters == {"age_years": (30.0, 40.0)}
    view._filters["level"].value = ("elite",)
    assert set(view.shown["level"]) <= {"elite"}
    view._reset.click()
    assert len(view.shown) == 28
    assert view.choices.filters == {}


def test_chosen_runners_light_up_in_both_and_get_no_p(view):
    view._scatter._receive(None, {"type": "choose", "names": ["RBDS004", "RBDS001"]}, [])
    assert view.selected["runner_id"].tolist() == ["RBDS001", "RBDS004"]
    assert view._runners.value == ("RBDS004", "RBDS001") or set(view._runners.value) == {
        "RBDS001",
        "RBDS004",
    }
    scatter = json.loads(view._scatter._figure)
    lit = sum(len(trace.get("selectedpoints") or []) for trace in scatter["data"])
    assert lit == 2
    curves = json.loads(view._curves._figure)
    assert [t["name"] for t in curves["data"] if "name" in t] == [
        "others (n = 26)",
        "chosen (n = 2)",
    ]
    assert view.result["p"].isna().all()
    assert any("chosen by looking" in text for text in view.notes)
    view._clear.click()
    assert view.selected.empty


def test_the_code_makes_the_view_again(view):
    view._controls["y"].value = "cadence_spm"
    view._controls["curve"].value = "thigh_angle_deg"
    view._controls["speed_m_s"].value = 4.5
    view._filters["mass_kg"].value = (60.0, 75.0)
    view._select(["RBDS007", "RBDS012"])
    made = again(view.code)
    assert made.choices == view.choices
    pd.testing.assert_frame_equal(made.result, view.result)
    pd.testing.assert_frame_equal(made.selected, view.selected)
    assert made.notes == view.notes


def test_drawn_numbers_are_those_of_the_tables(view, cohort):
    scatter = json.loads(view._scatter._figure)
    drawn = {}
    for trace in scatter["data"]:
        if "customdata" in trace:
            drawn |= dict(zip(trace["customdata"], unpacked(trace["y"]), strict=True))
    expected = view.shown.set_index("runner_id")[view.choices.y]
    np.testing.assert_allclose([drawn[name] for name in expected.index], expected, rtol=1e-6)
    curves = json.loads(view._curves._figure)
    mean = next(t for t in curves["data"] if t.get("name", "").startswith("elite"))
    table = gl.runner_curves(cohort, "hip_flexion_deg")
    elite = table.query("level == 'elite' and speed_m_s == 3.5 and side == 'both'")
    np.testing.assert_allclose(unpacked(mean["y"]), elite.mean(), rtol=1e-5)


def test_the_line_is_least_squares_with_its_interval(view):
    import statsmodels.api as sm

    band, line = json.loads(view._scatter._figure)["data"][:2]
    shown = view.shown.dropna(subset=[view.choices.x, view.choices.y])
    fit = sm.OLS(shown[view.choices.y], sm.add_constant(shown[view.choices.x])).fit()
    at = unpacked(line["x"])
    found = fit.get_prediction(sm.add_constant(at)).summary_frame()
    np.testing.assert_allclose(unpacked(line["y"]), found["mean"], rtol=1e-5)
    np.testing.assert_allclose(unpacked(band["y"])[:40], found["mean_ci_lower"], atol=1e-4)


def test_confounded_and_simulated_views_say_so():
    said = gl.CohortExplorer(gl.load_cohort("bmc-ric")).notes
    assert said[0].startswith("Confounded with laboratory")
    made = gl.CohortExplorer(gl.load_cohort("simulated"))
    assert made.notes[0].startswith("Simulated")
    assert "SIMULATED" in made._scatter._figure
    assert "SIMULATED" in made._curves._figure


def test_nobody_in_view_is_a_sentence(view):
    view.choices = replace(view.choices, filters={"age_years": (99.0, 100.0)})
    assert view.notes == ("No runner is in view. Widen the filters.",)
    assert view.result.empty
    assert "No runner" in view._scatter._figure


def test_an_error_stands_in_the_widget(view, monkeypatch):
    def broken(*_):
        raise ValueError("out of paper")

    monkeypatch.setattr(view, "_drawn", broken)
    view._controls["y"].value = "mass_kg"
    assert "ValueError: out of paper" in view._status.value
    assert "role='alert'" in view._status.value


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"x": "hip_angel"}, "x is 'hip_angel'. This cohort has"),
        ({"curve": "nothing"}, "curve is 'nothing'"),
        ({"speed_m_s": 9.0}, "speed_m_s is 9.0. This cohort has 2.5, 3.5, 4.5"),
        ({"side": "middle"}, "side is 'middle'"),
        ({"selected": ["Bolt"]}, "no runner 'Bolt' in rbds2017"),
        ({"selected": "RBDS0012"}, "no runner 'RBDS0012' in rbds2017. Did you mean RBDS012"),
        ({"selected": 12}, "selected is 12. Expected names"),
        ({"filters": {"shoe_size": (40, 44)}}, "filters is 'shoe_size'"),
        ({"filters": "female"}, "filters is 'female'. Expected columns"),
        ({"filters": {"sex": "femal"}}, "filters, sex, is 'femal'.* Did you mean female"),
        ({"filters": {"age_years": 30}}, "age_years, is 30. Expected the lowest and the highest"),
        ({"filters": {"age_years": (40, 20)}}, "these runners have"),
    ],
)
def test_what_is_not_there_is_refused(cohort, asked, expected):
    with pytest.raises(DataError, match=expected):
        gl.CohortExplorer(cohort, **asked)


def test_a_long_list_of_names_is_cut_in_a_message(cohort):
    with pytest.raises(DataError) as error:
        gl.CohortExplorer(cohort, x="peak_hip_extention_deg")
    assert len(str(error.value)) < 500
    assert "in all). Did you mean peak_hip_extension_deg" in str(error.value)


def test_one_name_may_stand_alone(view):
    view.selected = "RBDS004"
    assert list(view.selected["runner_id"]) == ["RBDS004"]
    view.selected = view.shown.head(2)
    assert len(view.selected) == 2
    view.selected = None
    assert view.selected.empty
    view.filters = {"sex": "male"}
    assert view.filters == {"sex": ("male",)}
    view.filters = None
    assert not view.filters


def test_a_misspelt_choice_is_refused(view):
    with pytest.raises(AttributeError, match=r"no 'speed' to set. Did you mean 'speed_m_s'"):
        view.speed = 2.5


def test_the_code_needs_no_numpy(view):
    view.speed_m_s = np.float64(2.5)
    view.filters = {"age_years": (np.float64(20), np.int64(40))}
    assert "np." not in view.code
    assert "speed_m_s=2.5, filters={'age_years': (20.0, 40)}" in view.code


def test_chosen_runners_have_no_interval_to_announce(view):
    view._select(["RBDS004", "RBDS005"])
    assert "difference</th>" in view._table.value
    assert "interval" not in view._table.value.split("<ul>")[0]


def test_a_view_is_saved_with_data_caption_and_code(view, tmp_path):
    view._select(["RBDS004"])
    paths = view.save(tmp_path / "out" / "cohort")
    assert sorted(path.name for path in paths) == [
        "cohort.csv",
        "cohort.md",
        "cohort.pdf",
        "cohort.svg",
        "cohort_curves.html",
        "cohort_measures.html",
    ]
    assert view.code in (tmp_path / "out" / "cohort.md").read_text(encoding="utf-8")
    assert not list((tmp_path / "out").glob(".*"))


def test_pages_without_a_kernel_get_the_twin(view, monkeypatch):
    assert "application/vnd.jupyter.widget-view+json" in view._repr_mimebundle_()
    monkeypatch.setenv("GLUTELAB_STATIC", "1")
    page = view._repr_mimebundle_()["text/html"]
    assert "plotly" in page
    assert "Peak hip extension" in page
    assert view.notes
    for note in view.notes:
        assert page.count(html.escape(note)) == 1


def test_numbers_are_those_of_the_view_when_asked_before_the_pause():
    async def ask():
        view = gl.CohortExplorer(gl.simulate_cohort(20, seed=1))
        view.choices = replace(view.choices, y="cadence_spm")
        waited = view._waiting is not None
        return waited, view.result["measure"].tolist(), view.notes, view._waiting

    waited, measures, notes, left = asyncio.run(ask())
    assert waited
    assert measures[0] == "cadence_spm"
    assert notes
    assert left is None


def test_two_runners_and_a_cohort_without_curves(tmp_path):
    made = gl.simulate_cohort(2, curves=False, seed=1)
    view = gl.CohortExplorer(made)
    assert len(view.shown) == 2
    assert "no curves" in view._curves._figure
    assert any("Only 2 in view" in text for text in view.notes)


def test_a_redraw_costs_a_small_part_of_building_plotly_figures():
    view = gl.CohortExplorer(gl.simulate_cohort(300, seed=2))

    def seconds(work):
        work()
        start = time.process_time()
        for _ in range(5):
            work()
        return (time.process_time() - start) / 5

    ours = seconds(view._drawn)
    plain = seconds(view.figures)
    print(f"redraw {1e3 * ours:.1f} ms, the same through plotly {1e3 * plain:.1f} ms")
    assert ours < plain


def test_a_surface_keeps_what_it_was_given():
    figure = go.Figure(go.Scatter(x=[1, 2], y=[3, 4]))
    got = []
    surface = Surface(figure, "two dots", got.append)
    assert json.loads(surface._figure)["data"][0]["y"]
    surface.draw({"data": [{"y": packed(np.array([1.0]))}], "layout": {}})
    assert json.loads(surface._figure)["layout"] == {}
    surface._receive(None, {"type": "choose", "names": [1, "A"]}, [])
    surface._receive(None, {"type": "other"}, [])
    assert got == [["1", "A"]]
    assert Surface(figure)._source is surface._source


def with_shoes(words):
    """A small cohort of which some trials name their shoe."""
    made = gl.simulate_cohort(10, speeds_m_s=(3.0,), strides_per_side=2, curves=False, seed=4)
    made.trials["shoe"] = [words[k % len(words)] for k in range(len(made.trials))]
    return made


def test_a_condition_that_is_not_stated_is_one_of_the_choices():
    made = with_shoes(["flats", None, "spikes"])
    view = gl.CohortExplorer(made)
    labels = [label for label, _ in view._controls["shoe"].options]
    assert labels == ["(not stated)", "flats", "spikes"]
    view._controls["shoe"].value = ""
    assert view.shoe is None
    assert view.shown["shoe"].isna().all()
    assert len(view.shown) == 3
    assert "shoe='not stated'" in view.code
    again = gl.CohortExplorer(made, shoe="not stated")
    assert again.choices == view.choices
    with pytest.raises(DataError, match="speed_m_s is None. This cohort has 3.0"):
        view.speed_m_s = None


def test_every_choice_is_an_attribute(view):
    view.y, view.speed_m_s, view.selected = "cadence_spm", 4.5, ["RBDS001"]
    assert view.choices.y == view._controls["y"].value == "cadence_spm"
    assert view._controls["speed_m_s"].value == 4.5
    assert view.selected["runner_id"].tolist() == ["RBDS001"]
    with pytest.raises(DataError, match="Did you mean cadence_spm"):
        view.y = "Cadence_spn"
    with pytest.raises(DataError, match="Did you mean RBDS001"):
        view.selected = ["rbds001"]


def test_numbers_that_were_put_off_are_there_when_asked_for(cohort):
    async def in_a_loop():
        late = gl.CohortExplorer(cohort)  # as in a notebook, where numbers follow the drawing
        assert late._results.table.empty
        return late.result, late.notes

    result, notes = asyncio.run(in_a_loop())
    assert len(result) == 2
    assert notes


def test_a_folder_alone_is_written_into(view, tmp_path):
    for target in (f"{tmp_path / 'new'}/", tmp_path / "new"):
        paths = view.save(target)
        assert {path.parent for path in paths} == {tmp_path / "new"}
        assert paths[0].name == "cohort_explorer.csv"
    with pytest.raises(DataError, match="names no file"):
        view.save("")
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="cannot be made"):
        view.save(tmp_path / "file" / "a")

"""The economy explorer: what is asked by control, attribute or code, and what is answered."""

import asyncio
import json
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import glutelab as gl
from glutelab.errors import DataError
from glutelab.models.economy.added_variable import added_variable
from glutelab.models.specification import glance, specification_curve, specification_steps
from glutelab.models.specification.plan import Choice, build_grid
from glutelab.simulate import simulate_runners

TILT, THOMAS, COST = "standing_pelvic_tilt_deg", "thomas_test_deg", "energy_cost_j_kg_m"


@pytest.fixture(scope="module")
def cohort():
    return gl.load_cohort("simulated")


@pytest.fixture(scope="module")
def shared(cohort):
    """One explorer whose specifications are fitted already."""
    view = gl.EconomyExplorer(cohort, speed_m_s=3.5)
    assert view.specifications is not None
    return view


@pytest.fixture
def view(cohort):
    return gl.EconomyExplorer(cohort, speed_m_s=3.5)


def drawn(surface):
    return json.loads(surface._figure)


# --- dots before the model ------------------------------------------------------------------------


@pytest.mark.parametrize("posture", [TILT, "pelvic_tilt_mean_deg"])
@pytest.mark.parametrize("speed", [3.5, None])
def test_a_glance_shows_the_dots_of_the_model(posture, speed):
    runners = simulate_runners(30, seed=5)
    grid = build_grid(runners, [posture], [COST], [("sex",), ("mass_kg",)], "both")
    choice = Choice(posture, COST, ("sex", "mass_kg"), "none", "all" if speed is None else speed)
    dots, reason = glance(grid, choice)
    fit = gl.fit_economy(runners, posture, adjust_for=["sex", "mass_kg"], speed_m_s=speed)
    both = dots.merge(added_variable(fit), on=["cohort", "runner_id"])
    assert reason == ""
    assert len(both) == 30
    apart = 1e-9 if speed else 0.03  # J/kg/m; runners' own slopes on speed are not in a glance
    np.testing.assert_allclose(both["posture_left_x"], both["posture_left_y"], atol=1e-9)
    np.testing.assert_allclose(both["cost_left_x"], both["cost_left_y"], atol=apart)


def test_a_glance_at_too_few_says_why():
    grid = build_grid(simulate_runners(3, seed=1), [TILT], [COST], [()], "both")
    dots, reason = glance(grid, Choice(TILT, COST, (), "none", 3.5))
    assert reason == "Cannot tell: 3 runners. Expected 8 or more."
    assert dots.empty


def test_steps_give_the_curve_and_keep_what_they_fitted():
    runners = simulate_runners(20, speeds_m_s=[3.5], seed=1)
    known: dict = {}
    asked = {"postures": TILT, "n_permutations": 0}
    steps = specification_steps(runners, **asked, known=known)
    told = list(steps)
    whole = specification_curve(runners, **asked)
    assert told[-1] == (24, 24)
    again = specification_steps(runners, **asked, known=known)
    with pytest.raises(StopIteration) as end:
        next(again)  # nothing is left to fit
    pd.testing.assert_frame_equal(end.value.value.table, whole.table)


# --- numbers --------------------------------------------------------------------------------------


def test_numbers_are_those_of_fit_economy(view, cohort):
    fit = gl.fit_economy(gl.runner_means(cohort), TILT, adjust_for=["sex"], speed_m_s=3.5)
    row, expected = view.result.iloc[0], fit.posture.iloc[0]
    for name in ("estimate", "ci_low", "ci_high", "p", "per_sd", "standardized"):
        assert row[name] == pytest.approx(expected[name])
    assert row["n_runners"] == fit.n_runners
    assert row["detectable_per_sd"] == fit.detectable.per_sd
    assert row["rmse_with"] == fit.prediction.rmse_with
    assert row["verdict"] == fit.verdict
    assert bool(row["underpowered"]) is fit.underpowered
    assert any("Underpowered: " in note for note in view.notes[:3])


def test_this_choice_is_found_among_the_specifications(shared, cohort):
    place = shared.place.iloc[0]
    curve = shared.specifications
    row = shared.result.iloc[0]
    assert place["estimate"] == pytest.approx(row["estimate"])
    assert place["ci_low"] == pytest.approx(row["ci_low"])
    assert len(curve.table) == 384
    assert f"specification {place['specification']} of 384" in " ".join(shared.notes)
    marked = [t for t in shared._draw_where(curve)["data"] if t.get("name") == "this choice"]
    assert marked[0]["x"] == [place["specification"]]
    assert marked[0]["y"] == [pytest.approx(place["standardized"])]


def test_another_set_of_covariates_joins_the_specifications(cohort):
    view = gl.EconomyExplorer(cohort, adjust_for=["age_years"], speed_m_s=3.5)
    assert set(view.specifications.table["covariates"]) >= {"none", "sex", "age_years"}
    assert view.place["covariates"].tolist() == ["age_years"]


def test_drawn_dots_are_those_of_the_table(view):
    names, heights = [], []
    for trace in view._draw_fit()["data"]:
        if "customdata" in trace:
            names += trace["customdata"]
            heights += np.frombuffer(_bytes(trace["y"]), "<f4").tolist()
    expected = view.dots.set_index("runner_id")["cost_left"]
    np.testing.assert_allclose(heights, expected[names], rtol=1e-5)


def _bytes(spec):
    import base64

    return base64.b64decode(spec["bdata"])


# --- control, attribute, code ---------------------------------------------------------------------


def test_each_control_does_what_its_attribute_does(view):
    for name, control in view._controls.items():
        for value in [one[-1] if isinstance(one, tuple) else one for one in control.options]:
            control.value = value
            assert getattr(view, name) == (None if value == "" else value)
            assert "role='alert'" not in view._status.value
        setattr(view, name, getattr(view._plain, name))
        plain = getattr(view._plain, name)
        assert control.value == ("" if plain is None else plain)
    view._covariates.boxes["mass_kg"].value = True
    assert view.adjust_for == ("sex", "mass_kg")
    view.adjust_for = ["mass_kg", "level"]
    assert view.adjust_for == ("level", "mass_kg")
    assert [n for n, box in view._covariates.boxes.items() if box.value] == ["level", "mass_kg"]


def test_the_code_asks_the_same_again(view):
    view.posture, view.adjust_for, view.speed_m_s = THOMAS, ["level", "mass_kg"], None
    view.selected = ["S003", "S001"]
    again = eval(view.code, {"gl": gl})  # noqa: S307 - our own line
    assert again.choices == view.choices
    assert again.code == view.code
    pd.testing.assert_frame_equal(again.result, view.result)
    pd.testing.assert_frame_equal(again.selected, view.selected)


def test_chosen_runners_are_a_table_and_light_up(view):
    view._dots._receive(None, {"type": "choose", "names": ["S004", "S001"]}, [])
    assert set(view.selected["runner_id"]) == {"S001", "S004"}
    lit = sum(len(trace.get("selectedpoints") or []) for trace in drawn(view._dots)["data"])
    assert lit == 2
    assert "S004" in view._chosen.value
    view._clear.click()
    assert view.selected.empty


def test_a_click_on_a_specification_asks_it(cohort, shared):
    table = shared.specifications.table
    wanted = table[(table["posture"] == THOMAS) & (table["speed"] == "all speeds")].iloc[0]
    before = shared.choices
    shared._where._receive(None, {"type": "choose", "names": [str(wanted["specification"])]}, [])
    assert shared.posture == THOMAS
    assert shared.speed_m_s is None
    assert ", ".join(shared.adjust_for) in (wanted["covariates"], "")
    shared.choices = before


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"posture": "thomas_tst_deg"}, "Did you mean thomas_test_deg"),
        ({"outcome": "energy_cost"}, "Did you mean energy_cost_j_kg_m"),
        ({"adjust_for": ["mass"]}, "adjust_for is 'mass'. What differs among these runners: level"),
        ({"speed_m_s": 9.0}, "These runners ran at 2.5, 3.5, 4.5; None is all speeds"),
        ({"side": "middle"}, "side is 'middle'"),
        ({"selected": ["s1"]}, "no runner 's1' in simulated. Did you mean S001"),
        ({"shoe": "spikes"}, "shoe is 'spikes'. This cohort has not stated"),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(cohort, asked, expected):
    with pytest.raises(DataError, match=expected):
        gl.EconomyExplorer(cohort, **asked)


def test_an_error_stands_in_the_widget(view, monkeypatch):
    def broken(*_):
        raise ValueError("out of paper")

    monkeypatch.setattr(view._study, "dots", broken)
    view._controls["posture"].value = THOMAS
    assert "ValueError: out of paper" in view._status.value
    assert "role='alert'" in view._status.value


# --- what a cohort lacks --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["rbds2017", "bmc-ric"])
def test_a_cohort_without_cost_says_so_and_offers_made_up_runners(name):
    view = gl.EconomyExplorer(gl.load_cohort(name))
    assert view.result["verdict"].item().startswith("Not measured in this cohort: Energy cost")
    assert view.notes[0].startswith("Not measured in this cohort: Energy cost")
    assert "gl.load_cohort('simulated')" in view.notes[-1]
    assert "Not measured" in view._dots._figure
    assert view._instead.layout.display is None
    assert "SIMULATED" not in view._banner.value
    view._instead.click()
    assert view.code == "gl.EconomyExplorer(gl.load_cohort('simulated'))"
    assert "SIMULATED" in view._banner.value
    assert view.notes[0].startswith("Simulated")
    assert "SIMULATED" in view._dots._figure
    assert view._instead.layout.display == "none"


def test_costs_that_were_made_up_are_called_so():
    made = gl.simulate_cohort(12, curves=False, strides_per_side=2, seed=3)
    made.name = "mine"
    made.runners["simulated"] = False
    made.trials["notes"] = "cost simulated, not measured"
    study = gl.EconomyExplorer(made)._study
    assert study.made_up.startswith("Simulated")


def test_two_runners_are_too_few_and_it_is_said():
    view = gl.EconomyExplorer(gl.simulate_cohort(2, curves=False, strides_per_side=2, seed=1))
    assert "too few" in view.notes[1]
    assert "Cannot tell" in view._dots._figure
    assert view.place.loc[0, "reason"].startswith("Cannot tell")
    assert view.figures()["runners"].layout.annotations


def test_slopes_are_looked_at_one_by_one():
    hills = gl.simulate_cohort(
        12, speeds_m_s=(3.0,), slopes_pct=(0.0, 5.0), curves=False, strides_per_side=2
    )
    view = gl.EconomyExplorer(hills)
    assert view.slope_pct == 0.0
    flat = view.result["estimate"].item()
    view._controls["slope_pct"].value = 5.0
    assert view.result["estimate"].item() != flat
    assert "slope_pct=5.0" in view.code


# --- files and pages ------------------------------------------------------------------------------


def test_save_and_static_twin(shared, tmp_path, monkeypatch):
    names = {path.name for path in shared.save(f"{tmp_path / 'out'}/")}
    stem = "economy_explorer"
    ends = {".csv", ".md", ".pdf", ".svg", "_runners.html", "_specifications.html"}
    assert names == {f"{stem}{end}" for end in ends}
    text = (tmp_path / "out" / f"{stem}.md").read_text("utf-8")
    assert shared.code in text
    assert "Simulated" in text
    monkeypatch.setenv("GLUTELAB_STATIC", "1")
    page = shared._repr_mimebundle_()["text/html"]
    assert "plotly-graph-div" in page
    assert "Other analysts: this is specification" in page


def test_in_a_notebook_the_rest_follows_by_itself(cohort):
    async def in_a_loop():
        view = gl.EconomyExplorer(cohort, speed_m_s=3.5)
        assert "fitting" in view._status.value
        said = set()
        for _ in range(600):
            await asyncio.sleep(0.1)
            said.add(view._status.value)
            if view._study.curve(view.choices) is not None and "in the model" in view._status.value:
                break
        return view, " ".join(said)

    view, said = asyncio.run(in_a_loop())
    assert "specifications fitted" in said
    assert "Other analysts: this is specification" in view._table.value
    assert "Prediction of runners left out" in view._table.value
    assert any(trace.get("name") == "this choice" for trace in drawn(view._where)["data"])


def test_a_newer_question_takes_the_place_of_the_one_under_way(cohort):
    async def in_a_loop():
        view = gl.EconomyExplorer(cohort, speed_m_s=3.5)
        await asyncio.sleep(0.5)
        first = view._task
        view.choices = replace(view.choices, posture=THOMAS)
        assert view._task is not first
        for _ in range(600):
            await asyncio.sleep(0.1)
            if "specification" in view._table.value and "in the model" in view._status.value:
                break
        return view

    view = asyncio.run(in_a_loop())
    assert "Thomas" in view._table.value
    assert view.place.loc[0, "posture"] == THOMAS


def test_dots_move_before_the_model_is_fitted():
    view = gl.EconomyExplorer(gl.simulate_cohort(200, curves=False, strides_per_side=1, seed=1))
    view._later = lambda work: None  # the model follows when the reader pauses
    runners = gl.runner_means(view._study.cohort)

    def best(work):
        times = []
        for k in range(9):
            start = time.perf_counter()
            work(k)
            times.append(time.perf_counter() - start)
        return min(times)

    names = view._study.postures[:2]
    step = best(lambda k: setattr(view._controls["posture"], "value", names[k % 2]))
    fit = best(lambda k: gl.fit_economy(runners, names[k % 2], adjust_for=["sex"]))
    print(f"control to figure {1e3 * step:.1f} ms, one fit_economy {1e3 * fit:.1f} ms")
    assert step < fit

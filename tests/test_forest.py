"""The forest plot draws what the table holds, and says what it does not."""

import numpy as np
import pandas as pd
import pytest

import glutelab as gl
from glutelab.errors import DataError


def pooled(**more):
    rows = pd.DataFrame(
        {
            "study": ["Lab A", "Lab B", "Lab <C>", "No counts"],
            "effect": "r",
            "value": [0.12, -0.25, 0.31, 0.4],
            "n": [28, 46, 19, np.nan],
            "measure": "contact_time_s",
            "outcome": "Energy cost",
            "positive_means": "higher energy cost",
            "speed_m_s": 3.5,
        }
    )
    beside = gl.published_effects("contact_time_s")
    return gl.pool_effects(pd.concat([rows.assign(**more), beside]), with_simulated=True)


def traces(figure, name):
    return [trace for trace in figure.data if trace.name == name]


def words(figure) -> str:
    title = figure.layout.title
    return " ".join(
        [title.text, title.subtitle.text, *(note.text for note in figure.layout.annotations)]
    ).replace("\N{NO-BREAK SPACE}", " ")


def test_every_number_drawn_is_that_of_the_result():
    result = pooled()
    figure = gl.plot.forest(result)
    (squares,) = traces(figure, "study, area by its weight")
    used = result.studies[result.studies["pooled"]]
    assert list(squares.x) == used["value"].tolist()
    area = np.square(squares.marker.size)
    weight = used["weight_pct"].to_numpy()
    assert area / area.max() == pytest.approx(weight / weight.max())
    row = result.table.iloc[0]
    diamonds = [trace for trace in figure.data if trace.fill == "toself"]
    assert [diamonds[1].x[0], diamonds[1].x[1], diamonds[1].x[2]] == pytest.approx(
        [row["ci_low"], row["estimate"], row["ci_high"]]
    )
    assert list(diamonds[0].x[:3]) == [-0.15, -0.02, 0.12]
    (bar,) = traces(figure, "prediction interval")
    assert list(bar.x) == pytest.approx([row["prediction_low"], row["prediction_high"]])
    (hollow,) = traces(figure, "study that was not pooled")
    assert list(hollow.x) == [0.4]


def test_it_says_what_is_not_pooled_and_which_side_is_which():
    figure = gl.plot.forest(pooled())
    said = words(figure)
    assert "Not pooled: No counts." in said
    assert "higher energy cost →" in said
    assert "← lower energy cost" in said
    assert "Cannot tell" in said
    assert "&lt;C&gt;" in " ".join(figure.layout.yaxis.ticktext)  # a name is no tag
    assert "meta-analysis of 51" in figure.layout.yaxis.ticktext[-1]
    assert "SIMULATED" not in said


def test_simulated_studies_and_margins_are_seen():
    figure = gl.plot.forest(pooled(simulated=[True, False, False, False]))
    assert "SIMULATED" in words(figure)
    assert "simulated" in figure.layout.yaxis.ticktext[0]
    rows = pd.DataFrame({"study": ["A", "B"], "effect": "r", "value": [0.1, 0.2], "n": [20, 30]})
    figure = gl.plot.forest(gl.pool_effects(rows, equivalence_margin=0.1))
    assert traces(figure, "too small to matter")
    assert not traces(figure, "prediction interval")


def test_the_level_of_a_stated_interval_is_said():
    table = gl.published_effects()
    one = gl.pool_effects(table[table["effect_id"] == "pizzuto_2019_knee_range"])
    assert "Pizzuto 2019 states a 90 % interval: +0.22 to +0.8." in words(gl.plot.forest(one))


def test_studies_that_cannot_be_pooled_are_still_drawn():
    figure = gl.plot.forest(gl.pool_effects(gl.published_effects("trunk_lean_mean_deg")))
    (hollow,) = traces(figure, "study that was not pooled")
    assert list(hollow.x) == [4]
    assert "Cannot tell" in words(figure)
    nothing = pd.DataFrame({"study": ["A"], "effect": ["r"], "value": [np.nan], "n": [20]})
    assert not gl.plot.forest(gl.pool_effects(nothing)).data


@pytest.mark.parametrize("wrong", [None, pd.DataFrame({"study": ["A"]})])
def test_something_else_is_refused(wrong):
    with pytest.raises(DataError, match="pool_effects"):
        gl.plot.forest(wrong)

"""Posture through hip extension to cost, over tables of runners."""

import numpy as np
import pandas as pd
import pytest

from glutelab.errors import DataError
from glutelab.measures.costs import COSTS
from glutelab.models.mediation import mediate
from glutelab.models.pathways import posture_pathway
from glutelab.simulate import simulate_runners

TILT, HIP, THIGH = "standing_pelvic_tilt_deg", "peak_hip_extension_deg", "peak_thigh_extension_deg"
COST, LEAN, LOW = "energy_cost_j_kg_m", "trunk_lean_mean_deg", (2.5, 3.5, 4.5)
STRONG = {"hip_extension_on_cost_j_kg_m": -0.05, "posture_on_cost_j_kg_m": 0.01}
FEW = {"n_boot": 300}


def people(n=60, speeds=(3.5,), effects=STRONG, seed=1, **options):
    options = {"levels": {"competitive": 1}} | options
    return simulate_runners(n, speeds_m_s=speeds, effects=effects, seed=seed, **options)


@pytest.mark.parametrize("speeds", [(3.5,), LOW])
def test_planted_pathway_comes_back(speeds):
    table = people(150, speeds)
    truth = table.attrs["truth"]
    found = posture_pathway(table, TILT, HIP, n_boot=1000).table.set_index("path")
    for path in ("total", "direct", "indirect"):
        row = found.loc[path]
        assert row["ci_low"] <= truth[f"{path}_j_kg_m"] <= row["ci_high"]
    assert found.loc["posture_to_mediator", "estimate"] == pytest.approx(-0.68, abs=0.25)
    assert found.loc["mediator_to_outcome", "unit"] == "J/kg/m per °"


def test_one_speed_is_mediate():
    table = people(30)
    found = posture_pathway(table, TILT, HIP, adjust_for="mass_kg", **FEW)
    expected = mediate(table[TILT], table[HIP], table[COST], table["mass_kg"], n_boot=300)
    for name in ("total", "direct", "indirect"):
        row = found.table.set_index("path").loc[name]
        assert row["estimate"] == pytest.approx(getattr(expected, name).estimate)
    assert found.sensitivity == expected.confounding.sentence("peak hip extension", "energy cost")


def test_several_speeds_have_speed_among_the_covariates():
    table = people(30, LOW)
    found = posture_pathway(table, TILT, HIP, adjust_for=["speed_m_s"], **FEW)
    speed = table["speed_m_s"] - 3.5
    expected = mediate(
        table[TILT],
        table[HIP],
        table[COST],
        np.column_stack([speed, speed**2]),
        runner=table["runner_id"],
        n_boot=300,
    )
    assert found.mediation.indirect.estimate == pytest.approx(expected.indirect.estimate)
    assert "slopes mix differences between runners" in found.method[1]


@pytest.mark.parametrize("speeds", [(3.5,), LOW])
def test_names_and_order_do_not_matter(speeds):
    table = people(20, speeds)
    expected = posture_pathway(table, TILT, HIP, **FEW).table
    renamed = table.assign(runner_id=table["runner_id"].str[::-1])
    for other in (table.sample(frac=1, random_state=1), renamed):
        found = posture_pathway(other, TILT, HIP, **FEW).table
        pd.testing.assert_frame_equal(found, expected, rtol=1e-8)


def test_it_reads_as_sentences():
    found = posture_pathway(people(120), TILT, HIP, adjust_for=["sex"], n_boot=500)
    text = " ".join(repr(found).split())
    for part in (
        "Standing pelvic tilt, peak hip extension and energy cost at 3.5 m/s",
        "goes with energy cost through peak hip extension",
        "would vanish if something not measured",
        "These are associations.",
        "Simulated: these runners were made by a program.",
        "coupled by definition",
        "resamples of whole runners",
    ):
        assert part in text
    assert found.verdict == "goes with higher cost through peak hip extension"
    assert max(map(len, repr(found).splitlines())) <= 98


def test_cannot_tell_says_how_rarely_few_runners_could():
    found = posture_pathway(people(12, effects=None), TILT, "peak_hip_extension_deg", **FEW)
    text = " ".join(repr(found).split())
    assert found.verdict == "cannot tell"
    assert "RBDS (-0.6)" in text
    thigh = posture_pathway(people(12, effects=None), TILT, THIGH, **FEW)
    assert "RBDS" not in repr(thigh)  # tilt hardly goes with the thigh against the vertical
    assert "30 runners find it in about one study of five, 60 in about half." in text
    assert "would vanish if something not measured" in text
    assert "coupled by definition" not in repr(thigh)


@pytest.mark.parametrize(
    ("table", "part"),
    [
        (people().drop(columns=list(COSTS)), "Not measured in this cohort: Energy cost."),
        (people().drop(columns=HIP), "Not measured in this cohort: Peak hip extension."),
        (people(7), "Cannot tell: 7 runners are too few"),
        (people(20).assign(**{TILT: 9.0}), "Cannot tell: Standing pelvic tilt is the same"),
        (people(20).assign(**{HIP: 9.0}), "Cannot tell: Peak hip extension is the same"),
        (people(20).assign(**{HIP: lambda t: 20 - t[TILT]}), "Cannot tell: the mediator is the sa"),
    ],
)
def test_no_answer_is_an_answer(table, part):
    found = posture_pathway(table, TILT, HIP, **FEW)
    assert not found.answerable
    assert part in found.reason
    assert found.table.empty
    assert found.verdict in ("cannot tell", "not measured in this cohort")
    assert "Simulated" in repr(found)


def test_each_in_a_level_of_their_own_are_adjusted_for_nothing():
    lone = people(20).assign(level=lambda t: t["runner_id"])
    found = posture_pathway(lone, TILT, THIGH, adjust_for="level", **FEW)
    assert found.reason == (
        "Cannot tell: each level has one runner, so adjusting for level leaves nothing."
    )
    assert not any("Not adjusted" in text for text in found.warnings)


@pytest.mark.parametrize("names", [(LEAN, HIP), (TILT, LEAN)])
def test_trunk_lean_was_not_measured(names):
    found = posture_pathway(people(20), *names, **FEW)
    assert found.reason == "Not measured in this cohort: Mean trunk lean."


def test_a_covariate_that_repeats_posture_is_said():
    table = people(20).assign(twin=lambda t: 2 * t[TILT])
    found = posture_pathway(table, TILT, HIP, adjust_for="twin", **FEW)
    assert found.reason == "Cannot tell: a covariate repeats posture. Leave it out."


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"through": "peak_hip_extenson_deg"}, "Did you mean peak_hip_extension_deg"),
        ({"through": "sex"}, "through sex is no measure"),
        ({"through": "speed_m_s"}, "through speed_m_s is no measure"),
        ({"through": TILT}, "asked for twice"),
        ({"through": "oxygen_cost_ml_kg_km"}, "in another unit"),
        ({"posture": "sex"}, "posture sex holds words"),
        ({"n_boot": 5}, "n_boot=5"),
        ({"adjust_for": "__import__('os')"}, "nothing of that name"),
    ],
)
def test_wrongly_asked_is_an_error(options, part):
    with pytest.raises(DataError) as caught:
        posture_pathway(people(20), **{"posture": TILT, "through": HIP} | options)
    assert part in str(caught.value)

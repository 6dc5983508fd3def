"""Measures of posture, their composite, and what so many runners can find."""

import numpy as np
import pandas as pd
import pytest

from glutelab.errors import DataError
from glutelab.models.composite import posture_composite
from glutelab.models.posture import POSTURES, list_postures
from glutelab.models.power import economy_power, simulated_power
from glutelab.simulate import simulate_runners

TILT, THOMAS = "standing_pelvic_tilt_deg", "thomas_test_deg"
HOSTILE = "__import__('os').system('touch x')"


def factor_table(n=400, loadings=(0.8, 0.7, 0.6), seed=0, **columns):
    """Measures of one common factor; the first two count against relaxed."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=n)
    load = np.asarray(loadings)
    z = common[:, None] * load + rng.normal(size=(n, 3)) * np.sqrt(1 - load**2)
    return pd.DataFrame(
        {
            "cohort": "mine",
            "runner_id": [f"R{k:03d}" for k in range(n)],
            TILT: 10 - 4 * z[:, 0],
            "pelvic_tilt_mean_deg": 15 - 4 * z[:, 1],
            THOMAS: 11 + 6 * z[:, 2],
            **columns,
        }
    )


NAMES = [TILT, "pelvic_tilt_mean_deg", THOMAS]

# --- the list -------------------------------------------------------------------------------------


def test_each_posture_is_named_with_unit_direction_and_weakness():
    table = list_postures(simulate_runners(12, missing={"thomas_test_deg": 0.5}, seed=1))
    assert table["posture"].tolist() == list(POSTURES)
    assert (table["unit"] == "°").all()
    assert table["weakness"].str.endswith(".").all()
    thomas = table.set_index("posture").loc[THOMAS]
    assert (thomas["reliability_low"], thomas["reliability_high"]) == (0.30, 0.65)
    assert 0 < thomas["n_runners"] < 12
    assert "sensitivity 32 %, specificity 57 % for a hip that does not" in thomas["weakness"]
    assert "10.7717/peerj.2325" in thomas["source"]
    assert not table.set_index("posture").loc["trunk_lean_mean_deg", "measured"]


@pytest.mark.parametrize("wrong", [None, "text", pd.DataFrame({"x": [1]})])
def test_something_else_is_refused(wrong):
    with pytest.raises(DataError, match="Expected one row per runner and speed"):
        list_postures(wrong)


# --- the composite --------------------------------------------------------------------------------


def test_a_composite_of_one_factor_has_its_reliability():
    found = posture_composite(factor_table(4000), NAMES)
    load = np.array([0.8, 0.7, 0.6])
    common = load.sum() ** 2
    r = np.array([0.56, 0.48, 0.42]).mean()
    assert found.omega == pytest.approx(common / (common + (1 - load**2).sum()), abs=0.02)
    assert found.alpha == pytest.approx(3 * r / (1 + 2 * r), abs=0.02)
    assert found.loadings["turned"].tolist() == [True, True, False]
    assert found.loadings["loading"].gt(0.7).all()


def test_more_is_more_relaxed_and_scores_are_standardized():
    table = factor_table()
    found = posture_composite(table, NAMES)
    score = found.scores.set_index("runner_id")["posture_composite"]
    assert score.mean() == pytest.approx(0, abs=1e-12)
    assert score.std(ddof=1) == pytest.approx(1)
    assert np.corrcoef(score, table[TILT])[0, 1] < 0 < np.corrcoef(score, table[THOMAS])[0, 1]


def test_loadings_are_the_correlations_with_the_score():
    table = factor_table(50)
    found = posture_composite(table, NAMES)
    for row in found.loadings.itertuples():
        r = np.corrcoef(found.scores["posture_composite"], table[row.posture])[0, 1]
        assert abs(r) == pytest.approx(row.loading)


def test_units_and_order_do_not_matter():
    table = factor_table(60)
    scaled = table.assign(**{THOMAS: 100 * table[THOMAS] - 3}).sample(frac=1, random_state=2)
    one, other = posture_composite(table, NAMES), posture_composite(scaled, NAMES)
    assert one.alpha == pytest.approx(other.alpha)
    assert one.omega == pytest.approx(other.omega)
    pd.testing.assert_frame_equal(one.scores, other.scores)


def test_sentences_print_loadings_and_reliability():
    text = str(posture_composite(simulate_runners(30, seed=3), [TILT, THOMAS]))
    assert "Loadings: standing_pelvic_tilt_deg +" in text
    assert "Cronbach's alpha" in text
    assert "no omega" in text  # of two measures
    assert "The measures hardly measure one thing" in text
    assert "Simulated: these runners were made by a program." in text
    assert max(map(len, text.splitlines())) <= 100
    assert text.count("\n  ") >= 4


def test_the_composite_prints_as_its_sentences():
    found = posture_composite(factor_table(60), NAMES)
    assert repr(found) == str(found)
    assert " ".join(repr(found).split()) == found.sentences()


def test_measures_that_contradict_each_other_have_no_common_direction():
    table = factor_table(60)
    against = table.assign(**{THOMAS: -table[THOMAS]})
    text = posture_composite(against, [TILT, THOMAS]).sentences()
    assert "thomas_test_deg runs against the others" in text
    assert "standing_pelvic_tilt_deg +0." in text


@pytest.mark.parametrize(
    ("names", "options", "said"),
    [
        ([TILT], {}, "two measures or more"),
        ([TILT, TILT], {}, "two measures or more"),
        ([TILT, "trunk_lean_mean_deg"], {}, "trunk_lean_mean_deg was not measured"),
        ([TILT, "thomas_tst_deg"], {}, "Did you mean thomas_test_deg"),
        ([TILT, "pelvic_tilt_mean_deg"], {}, "differs between the rows of a runner"),
        ([TILT, THOMAS], {"speed_m_s": 9}, "no runner at 9 m/s"),
        (
            [TILT, "pelvic_tilt_mean_deg", "pelvic_tilt_from_standing_deg"],
            {"speed_m_s": 3.5},
            "one is given by the others",
        ),
    ],
)
def test_composites_that_cannot_be(names, options, said):
    with pytest.raises(DataError, match=said):
        posture_composite(simulate_runners(20, seed=1), names, **options)


def test_few_runners_and_constant_measures_are_refused():
    with pytest.raises(DataError, match="cannot tell: 7 runners"):
        posture_composite(factor_table(7), NAMES)
    with pytest.raises(DataError, match="cannot tell: 1 runner with all"):
        posture_composite(factor_table(1), NAMES)
    with pytest.raises(DataError, match="posture thomas_test_deg holds words"):
        posture_composite(factor_table(20, **{THOMAS: "n/a"}), NAMES)
    with pytest.raises(DataError, match="thomas_test_deg is 3 in all runners"):
        posture_composite(factor_table(20, **{THOMAS: 3.0}), NAMES)


def test_names_are_never_evaluated(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = factor_table(20).rename(columns={THOMAS: HOSTILE})
    found = posture_composite(table, [TILT, HOSTILE])
    assert HOSTILE in found.sentences()
    assert not list(tmp_path.iterdir())


# --- power ----------------------------------------------------------------------------------------


def test_the_numbers_of_the_literature():
    found = economy_power([194, 62])
    assert found["detectable_r"].round(2).tolist() == [0.20, 0.35]
    assert economy_power([193]).loc[0, "detectable_r"] > 0.20
    assert economy_power([61]).loc[0, "detectable_r"] > 0.35


def test_power_is_what_it_says_at_what_can_be_detected():
    row = economy_power(40, 3, n_covariates=2).iloc[0]
    again = economy_power(40, 3, n_covariates=2, smallest_pct=row["detectable_pct"]).iloc[0]
    assert again["power_for_smallest"] == pytest.approx(0.80, abs=1e-4)
    assert again["runners_for_smallest"] in (40, 41)


def test_a_weak_instrument_needs_a_stronger_truth():
    row = economy_power(30, reliability=0.5).iloc[0]
    assert row["detectable_true_r"] == pytest.approx(row["detectable_r"] / np.sqrt(0.5))
    assert "a true 0.70, as the measure's reliability is 0.50" in row["says"]
    none = economy_power(12, reliability=0.3).iloc[0]
    assert np.isnan(none["detectable_true_r"])
    assert "no true association is strong enough" in none["says"]


def test_more_speeds_help_little():
    one, three = (economy_power(30, n).loc[0, "detectable_pct"] for n in (1, 3))
    assert 0.97 * one < three < one


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_runners": 3},
        {"n_runners": 20.5},
        {"n_runners": 30, "n_speeds": 0},
        {"n_runners": 30, "reliability": 0},
        {"n_runners": 30, "power": 0.1},
        {"n_runners": 30, "smallest_pct": 0},
        {"n_runners": 30, "runners_sd_j_kg_m": 0},
        {"n_runners": 30, "smallest_pct": 1e-6},
    ],
)
def test_numbers_that_cannot_be_are_refused(wrong):
    with pytest.raises(DataError):
        economy_power(**wrong)


def test_simulation_agrees_with_the_closed_form():
    planted = {"hip_extension_on_cost_j_kg_m": 0.0, "posture_on_cost_j_kg_m": 0.03, "levels": {}}
    found = simulated_power(40, effects=planted, studies=1000, seed=1).iloc[0]
    assert found["mean_j_kg_m_deg"] == pytest.approx(found["truth_j_kg_m_deg"], abs=0.001)
    assert found["share_covered"] == pytest.approx(0.95, abs=0.025)
    spread = np.hypot(0.25, 0.05 / np.sqrt(3))
    r = 0.03 * 4 / np.hypot(0.03 * 4, spread)
    pct = 100 * r * np.hypot(0.12, spread) / 4.35
    closed = economy_power(
        40, 3, n_covariates=2, runners_sd_j_kg_m=np.hypot(0.25, 0.12), smallest_pct=pct
    )
    assert found["share_found"] == pytest.approx(closed.loc[0, "power_for_smallest"], abs=0.06)


def test_nothing_planted_is_found_no_more_often_than_stated():
    none = {"hip_extension_on_cost_j_kg_m": 0.0}
    for n in (12, 30):
        found = simulated_power(n, effects=none, studies=1500, seed=n).iloc[0]
        assert 0.02 < found["share_found"] < 0.065
    assert found["simulated"]


def test_a_measure_that_is_not_simulated_is_refused():
    with pytest.raises(DataError, match="not simulated"):
        simulated_power(12, posture="trunk_lean_mean_deg", studies=10)

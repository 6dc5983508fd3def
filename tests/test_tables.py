"""Tables of an article: their content, and doubts that are never lost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_tables import FIRM, cell

import glutelab as gl
from glutelab.errors import DataError
from glutelab.models.economy.ols import fit_ols
from glutelab.models.explained import share_of_variance
from glutelab.tables.numbers import print_estimate
from glutelab.tables.summaries import standardized_difference


@pytest.fixture(scope="module")
def rbds():
    return gl.load_cohort("rbds2017")


@pytest.fixture(scope="module")
def bmc():
    return gl.load_cohort("bmc-ric")


@pytest.fixture(scope="module")
def means(rbds):
    return gl.runner_means(rbds)


@pytest.fixture(scope="module")
def made():
    return gl.simulate_runners(40, seed=3)


# --- the runners ----------------------------------------------------------------------------------


def test_first_table_counts_runners_and_states_what_it_shows(rbds):
    table = gl.table.runners(rbds)
    heads = [head.text.replace(FIRM, " ") for head in table.heads]
    assert heads == ["All (n = 28)", "Elite (n = 3)", "Competitive (n = 25)"]
    assert cell(table, "Male", 0) == "27 (96 %)"
    age = rbds.runners["age_years"]
    assert cell(table, "Age (years), mean ± SD", 0) == f"{age.mean():.1f} ± {age.std():.1f}"
    assert cell(table, "Height (m), mean ± SD", 0) == "1.760 ± 0.068"
    assert cell(table, "Running experience (months), median [IQR]", 0) == "84 [36, 135]"
    assert cell(table, "Race pace (min:s per km), mean ± SD", 0) == "4:04 ± 0:23"
    thomas = rbds.legs.groupby("runner_id")["thomas_test_deg"].mean()
    shown = cell(table, "Modified Thomas test (°), mean ± SD", 0)
    assert shown == f"{thomas.mean():.1f} ± {thomas.std():.1f}"
    assert "10.7717/peerj.3298" in table.notes[-1]
    assert "CC-BY-4.0" in table.notes[-1]


def test_a_cohort_its_runner_means_and_several_rows_give_the_same_numbers(rbds, means):
    whole, again = gl.table.runners(rbds), gl.table.runners(means)
    assert whole.rows == again.rows
    shuffled = gl.table.runners(means.sample(frac=1, random_state=1))
    assert shuffled.rows == whole.rows


def test_confounds_are_footnotes(bmc):
    table = gl.table.runners(bmc)
    assert any(text.startswith("Confounded with laboratory") for text in table.footnotes)
    assert any("recorded injury" in text for text in table.footnotes)
    assert all("a" in head.marks for head in table.heads if head.span)


def test_missing_values_are_counted_and_no_part_of_percents(rbds):
    people = rbds.runners.copy()
    people.loc[:3, "sex"] = None
    people.loc[0, "age_years"] = np.nan
    table = gl.table.runners(people, by=None, columns=["sex", "age_years"])
    assert [row.cells[0] for row in table.rows if row.label == "Missing, n"] == ["4", "1"]
    assert cell(table, "Male", 0) == "23 (96 %)"


def test_people_are_never_counted_twice(rbds, bmc, means):
    both = pd.concat([means, gl.runner_means(bmc)])
    with pytest.raises(DataError, match="in two cohorts and would count twice"):
        gl.table.runners(both)
    with pytest.raises(DataError, match="holds strides"):
        gl.table.runners(rbds.strides)


def test_groups_are_those_of_comparisons(rbds):
    table = gl.table.runners(rbds, groups={"fast": ["elite"], "others": ["competitive"]})
    assert [head.text.replace(FIRM, " ") for head in table.heads[1:]] == [
        "fast (n = 3)",
        "others (n = 25)",
    ]
    halves = gl.table.runners(rbds, by="age_years", groups="median", columns=["height_m"])
    assert len(halves.heads) == 3


def test_standardized_differences_are_those_of_the_literature(rbds):
    rng = np.random.default_rng(1)
    first, second = pd.Series(rng.normal(1, 2, 30)), pd.Series(rng.normal(0, 1, 20))
    expected = (first.mean() - second.mean()) / np.sqrt((first.var() + second.var()) / 2)
    assert standardized_difference(first, second) == pytest.approx(expected)
    p, q = 0.6, 0.3
    words = [pd.Series(["yes"] * int(10 * s) + ["no"] * int(10 - 10 * s)) for s in (p, q)]
    binary = abs(p - q) / np.sqrt((p * (1 - p) + q * (1 - q)) / 2)
    assert standardized_difference(*words) == pytest.approx(binary)
    assert np.isnan(standardized_difference(pd.Series(["a", "a"]), pd.Series(["b", "b"])))
    table = gl.table.runners(rbds, differences=True, columns=["sex", "height_m"])
    assert cell(table, "Height (m), mean ± SD", 3) == "−0.79"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"columns": ["hight_m"]}, "Did you mean 'height_m'"),
        ({"columns": ["cadence_spm"]}, "differs between the rows of a runner"),
        ({"columns": ["age_years", "age_years"]}, "asked for twice"),
        ({"columns": ["race_distance_km"], "by": "sex"}, None),
        ({"by": "speed_m_s"}, "in several groups"),
        ({"by": "age_years"}, "makes no groups"),
        ({"by": "levl"}, "Did you mean level"),
        ({"by": None, "groups": ["elite"]}, "Give by"),
        ({"by": None, "differences": True}, "between two groups"),
        ({"median": "cadence_spm"}, "does not show"),
    ],
)
def test_what_is_asked_wrongly_is_answered_in_a_sentence(means, options, said):
    if said is None:
        assert gl.table.runners(means, **options).rows
        return
    with pytest.raises(DataError, match=said):
        gl.table.runners(means, **options)
    with pytest.raises(DataError, match="was given"):
        gl.table.runners("rbds2017", **options)


# --- results --------------------------------------------------------------------------------------


def test_results_are_those_of_the_table(means):
    names = ["peak_hip_extension_deg", "contact_time_s"]
    row = gl.compare_groups(means, names, "speed_m_s", groups=(4.5, 2.5), n_boot=200)
    table = gl.table.results(row)
    found = row.iloc[0]
    said = f"{found['difference']:.2f} [{found['ci_low']:.2f}, {found['ci_high']:.2f}]"
    assert cell(table, "Peak hip extension (°)", 2) == said
    assert cell(table, "Contact time (s)", 2).startswith("−0.07")
    assert cell(table, "Contact time (s)", 5) == "< 0.001"
    assert table.footnotes == ("Higher.", "Left out by running speed: 3.5 (28).", "Lower.")


def test_no_warning_is_lost_and_no_answer_is_a_row(bmc):
    names = ["peak_hip_extension_deg", "peak_thigh_extension_deg", "hip_range_deg"]
    groups = gl.level_groups(bmc.runners)
    found = gl.compare_groups(gl.runner_means(bmc), names, groups=groups, speed_m_s=2.5, n_boot=0)
    table = gl.table.results(found, cohort=bmc)
    said = dict(table.lettered)
    for row, warning in zip(table.rows, found["warning"], strict=True):
        beneath = [said[mark] for mark in row.marks]
        for sentence in warning.split("  "):
            assert sentence in beneath
    assert set(table.rows[1].cells) == {"–"}
    assert "Not measured in this cohort." in [said[mark] for mark in table.rows[1].marks]
    assert any("confounded with laboratory" in text for text in table.footnotes)
    assert any("1,614 found" in text for text in table.notes)


def test_margins_and_several_contrasts_and_speeds(means):
    found = gl.compare_groups(
        means, "hip_range_deg", "speed_m_s", n_boot=0, equivalence_margin={"hip_range_deg": 2.0}
    )
    table = gl.table.results(found)
    assert [row.label for row in table.rows if not row.cells] == [
        "4.5 minus 3.5 (28 pairs)",
        "4.5 minus 2.5 (28 pairs)",
        "3.5 minus 2.5 (28 pairs)",
    ]
    assert table.heads[-2].text == "Margin"
    assert table.rows[1].cells[-2] == "2"
    dose = gl.compare_groups(means, "hip_range_deg", "standing_pelvic_tilt_deg", speed_m_s=3.5)
    assert gl.table.results(dose).heads[2].text == f"Change per ° [95{FIRM}% CI]"
    years = gl.compare_groups(means, "hip_range_deg", "age_years", speed_m_s=3.5)
    assert gl.table.results(years).heads[2].text == f"Change per year [95{FIRM}% CI]"


def test_curves_have_a_row_per_run_and_one_where_there_is_none(rbds, bmc):
    hip = gl.compare_curves(
        rbds, "hip_flexion_deg", by="speed_m_s", groups=[4.5, 2.5], n_permutations=999
    )
    table = gl.table.results(hip)
    assert len(table.rows) == 1 + len(hip.clusters)
    peak = hip.clusters.iloc[0]
    assert f"{peak['peak_difference']:.1f}" in cell(table, "Part 1", 2)
    groups = gl.level_groups(bmc.runners)
    none = gl.table.results(
        [gl.compare_curves(bmc, "hip_flexion_deg", groups=groups, n_permutations=999)]
    )
    assert none.rows[1].label == "No part of it"
    assert any("Confounded" in text for text in none.footnotes)


def test_what_is_no_result_is_refused(rbds, means):
    for wrong in (rbds, means, "x", [], [1]):
        with pytest.raises(DataError, match="Expected"):
            gl.table.results(wrong)


def test_a_table_read_back_from_a_file_gives_the_same(tmp_path, means):
    names = ["hip_range_deg", "energy_cost_j_kg_m"]
    found = gl.compare_groups(means, names, speed_m_s=3.5, n_boot=0)
    found.to_csv(tmp_path / "t.csv", index=False)
    read = gl.table.results(pd.read_csv(tmp_path / "t.csv"))
    assert read.rows == gl.table.results(found).rows
    with pytest.raises(DataError, match="has no column n_tests"):
        gl.table.results(found.drop(columns="n_tests"))
    with pytest.raises(DataError, match="Expected a cohort"):
        gl.table.results(found, cohort="rbds2017")


def test_whose_legs_and_what_kind_of_values_is_said(rbds, means):
    left = gl.table.runners(means[means["side"] == "left"])
    assert "left leg" in left.notes[0]
    assert "mean of both legs" in gl.table.runners(means).notes[0]
    people = rbds.runners.assign(barefoot=[True, False] * 14)
    table = gl.table.runners(people, columns=["barefoot"], by=None)
    assert [row.label for row in table.rows] == ["Barefoot, n (%)", "no", "yes"]
    text = people.assign(age_years=people["age_years"].astype(str))
    with pytest.raises(DataError, match="numbers stored as text"):
        gl.table.runners(text)
    with pytest.raises(DataError, match="Expected a cohort"):
        gl.table.runners(people, cohort="rbds2017")


# --- models ---------------------------------------------------------------------------------------


def test_models_show_their_coefficients_size_and_prediction(made):
    fit = gl.fit_economy(made, "standing_pelvic_tilt_deg", adjust_for=["sex", "mass_kg"])
    table = gl.table.models([fit])
    one = fit.posture.iloc[0]
    shown = print_estimate(one["estimate"], one["ci_low"], one["ci_high"]).replace(FIRM, " ")
    assert cell(table, "Standing pelvic tilt (J/kg/m per °)", 0) == shown
    assert cell(table, "Runners", 0) == "40 runners, 120 trials"
    assert (
        cell(table, "Error for runners left out (J/kg/m)", 0) == f"{fit.prediction.rmse_with:.3f}"
    )
    assert table.caption.startswith("SIMULATED")
    assert any("body mass is in the model" in text for text in table.footnotes)
    assert not any("mass_kg" in text for text in table.footnotes)


def test_r2_is_that_of_its_definitions(made):
    at = made[made["speed_m_s"] == 3.5]
    x, y = at["mass_kg"].to_numpy(), at["energy_cost_j_kg_m"].to_numpy()
    found = share_of_variance(fit_ols(y, x[:, None])).predictors
    assert found == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2)
    mixed = share_of_variance(gl.fit_economy(made, "standing_pelvic_tilt_deg").fit)
    assert 0 < mixed.predictors < mixed.with_runners < 1


def test_a_cohort_without_cost_gives_a_table_that_says_so(means):
    table = gl.table.models(gl.fit_economy(means, "standing_pelvic_tilt_deg"))
    assert table.footnotes == ("Not measured in this cohort: Energy cost.",)


def test_relations_and_changes_state_the_level_of_their_intervals(means):
    names = ["peak_hip_extension_deg", "hip_range_deg"]
    relation = gl.relate(means, "standing_pelvic_tilt_deg", names, confidence=0.9)
    table = gl.table.models(relation)
    assert table.heads[1].text == f"r [90{FIRM}% CI]"
    assert [row.label.replace(FIRM, " ") for row in table.rows if not row.cells] == [
        "2.5 m/s",
        "3.5 m/s",
        "4.5 m/s",
    ]
    change = gl.table.models(gl.change_with_speed(means, names))
    assert change.heads[1].text == f"Change per m/s [95{FIRM}% CI]"
    for wrong in (means, pd.DataFrame(), {}, "x", [relation]):
        with pytest.raises(DataError, match="Expected"):
            gl.table.models(wrong)

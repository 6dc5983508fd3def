"""Cohorts as rows of studies, and the file of published effects."""

import numpy as np
import pandas as pd
import pytest

import glutelab as gl
from glutelab.datasets import resource_folder
from glutelab.errors import DataError, ProblemList
from glutelab.schema.effects import EFFECTS

HIP, RANGE = "peak_hip_extension_deg", "hip_range_deg"
TILT, COST, CONTACT = "standing_pelvic_tilt_deg", "energy_cost_j_kg_m", "contact_time_s"


@pytest.fixture(scope="module")
def made() -> dict[str, pd.DataFrame]:
    """Three cohorts at one speed, that nobody says were simulated."""
    cohorts = {}
    for seed in (1, 2, 3):
        table = gl.simulate_runners(30 + 10 * seed, speeds_m_s=[3.5], seed=seed)
        cohorts[f"Lab {seed}"] = table.assign(cohort=f"Lab {seed}", simulated=False)
    return cohorts


def results(made, ask) -> dict:
    return {name: ask(table) for name, table in made.items()}


def compare(table, **more):
    more = {"groups": ["elite", "recreational"], "speed_m_s": 3.5, "n_boot": 0} | more
    return gl.compare_groups(table, more.pop("measure", CONTACT), **more)


# --- numbers --------------------------------------------------------------------------------------


def test_a_relation_becomes_fishers_z(made):
    found = results(made, lambda table: gl.relate(table, TILT, COST))
    rows = gl.study_rows(found, runners=made)
    assert rows["study"].tolist() == list(made)
    assert rows["value"].tolist() == [one["r"].iloc[0] for one in found.values()]
    assert rows["se"].to_numpy() == pytest.approx((rows["n"] - 3.0) ** -0.5)
    assert rows["confidence"].tolist() == [0.95] * 3
    assert set(rows["speed"]) == {"3.5 m/s"}
    shown = gl.pool_effects(rows).studies
    assert shown["low"].to_numpy() == pytest.approx(rows["ci_low"].to_numpy())
    ninety = results(made, lambda table: gl.relate(table, TILT, COST, confidence=0.9))
    assert gl.study_rows(ninety, runners=made)["confidence"].tolist() == [0.9] * 3


def test_a_difference_keeps_the_error_of_welch(made):
    found = results(made, compare)
    rows = gl.study_rows(found, runners=made)
    for row, table in zip(rows.itertuples(), found.values(), strict=True):
        one = table.iloc[0]
        welch = np.sqrt(one["sd_1"] ** 2 / one["n_1"] + one["sd_2"] ** 2 / one["n_2"])
        assert row.se == pytest.approx(welch)
        assert row.value == one["difference"]
        assert row.exposure == "elite minus recreational"
        assert row.positive_means == "more in elite"


def test_g_has_the_large_sample_variance_paired_that_of_bonett(made):
    table = next(iter(made.values()))
    one = compare(table).iloc[0]
    g, n1, n2 = one["hedges_g"], one["n_1"], one["n_2"]
    row = gl.study_rows({"A": compare(table)}, "hedges_g", runners=table.assign(cohort="A")).iloc[0]
    assert row["se"] ** 2 == pytest.approx(1 / n1 + 1 / n2 + g**2 / (2 * (n1 + n2)))
    adjusted = compare(table, adjust_for=["mass_kg"])
    near = gl.study_rows({"A": adjusted}, "hedges_g").iloc[0]
    assert near["adjusted_for"] == "mass_kg"
    assert near["se"] == pytest.approx(row["se"], rel=0.35)


def test_the_error_of_paired_g_and_paired_change_is_that_of_many_studies():
    """By simulation: the stated error is the spread of the estimates."""
    rng = np.random.default_rng(4)
    g, change, errors = [], [], []
    for _ in range(120):
        common = rng.normal(0, 0.8, 24)
        first, second = (common + rng.normal(m, 0.6, 24) for m in (10.5, 10.0))
        speeds = np.repeat([4.5, 3.5], 24)
        runners = pd.DataFrame(
            {
                "runner_id": [f"R{k}" for k in range(24)] * 2,
                "speed_m_s": speeds,
                "my_length_m": np.r_[first, second],
            }
        )
        table = gl.compare_groups(
            runners, "my_length_m", by="speed_m_s", groups=[4.5, 3.5], n_boot=0
        )
        one = gl.study_rows({"A": table}, "hedges_g").iloc[0]
        two = gl.study_rows({"A": table}, "percent_change").iloc[0]
        g.append(one["value"])
        change.append(np.log1p(two["value"] / 100))
        errors.append((one["se"], two["se"]))
    typical = np.mean(errors, axis=0)
    assert np.std(g) == pytest.approx(typical[0], rel=0.15)
    assert np.std(change) == pytest.approx(typical[1], rel=0.15)


def test_a_percent_change_is_of_the_means(made):
    found = results(made, compare)
    rows = gl.study_rows(found, "percent_change", runners=made)
    one = found["Lab 1"].iloc[0]
    assert rows["value"][0] == pytest.approx(100 * (one["mean_1"] / one["mean_2"] - 1))
    angle = {"A": compare(made["Lab 1"], measure="hip_range_deg")}
    with pytest.raises(DataError, match="an angle has none"):
        gl.study_rows(angle, "percent_change")
    adjusted = {"A": compare(made["Lab 1"], adjust_for=["mass_kg"])}
    with pytest.raises(DataError, match="is adjusted for mass_kg"):
        gl.study_rows(adjusted, "percent_change")


def test_models_and_doses_give_slopes(made):
    fits = results(made, lambda t: gl.fit_economy(t, TILT, outcome=COST, adjust_for=["mass_kg"]))
    rows = gl.study_rows(fits, runners=made)
    for row, fit in zip(rows.itertuples(), fits.values(), strict=True):
        assert row.value == fit.posture["estimate"].iloc[0]
        assert row.se == fit.posture["se"].iloc[0]
        assert (row.unit, row.adjusted_for) == ("J/kg/m per °", "mass_kg")
    doses = results(
        made,
        lambda t: gl.compare_groups(
            t, COST, by=TILT, groups="dose", adjust_for=["mass_kg"], n_boot=0
        ),
    )
    slopes = gl.study_rows(doses, runners=made)
    assert slopes["value"].to_numpy() == pytest.approx(rows["value"].to_numpy(), rel=1e-6)
    assert slopes["se"].to_numpy() == pytest.approx(rows["se"].to_numpy(), rel=1e-6)
    r = gl.study_rows(doses, "r", runners=made)
    assert r["se"].to_numpy() == pytest.approx((r["n"] - 4.0) ** -0.5)
    assert gl.pool_effects(rows).k == 3


def test_pooled_cohorts_hold_the_truth():
    """The known association of many simulated laboratories comes back."""
    truth, rows = 0.35, {}
    rng = np.random.default_rng(11)
    for lab in range(12):
        x, e = rng.normal(size=(2, 25 + lab))
        table = pd.DataFrame({"runner_id": range(25 + lab), "speed_m_s": 3.5, "a_m": x})
        rows[f"L{lab}"] = gl.relate(
            table.assign(cohort=f"L{lab}", side="both", b_m=truth * x + np.sqrt(1 - truth**2) * e),
            "a_m",
            "b_m",
        )
    found = gl.pool_effects(gl.study_rows(rows)).table.iloc[0]
    assert found["ci_low"] < truth < found["ci_high"]
    assert found["verdict"] == "goes with higher"


# --- what has no answer, and what is refused ------------------------------------------------------


def test_a_cohort_without_an_answer_keeps_its_row_and_says_why(made):
    fits = results(made, lambda t: gl.fit_economy(t, TILT))
    fits["Lab 3"] = gl.fit_economy(made["Lab 3"].iloc[:5], TILT)
    fits["Lab 4"] = gl.fit_economy(gl.runner_means(gl.load_cohort("rbds2017")), TILT, speed_m_s=3.5)
    pooled = gl.pool_effects(gl.study_rows(fits), mixing=["speed"])
    reasons = pooled.studies.set_index("study")["reason"]
    assert pooled.k == 2
    assert reasons["Lab 3"].startswith("Cannot tell: 5 runners are too few")
    assert reasons["Lab 4"].startswith("Not measured in this cohort")


def test_runners_of_several_cohorts_on_one_heap_are_refused(made):
    heap = pd.concat(made.values(), ignore_index=True)
    with pytest.raises(DataError, match="Ask each cohort by itself"):
        gl.study_rows({"all": compare(heap)})
    with pytest.raises(DataError, match=r"several cohorts \(Lab 1, Lab 2 and Lab 3\)"):
        gl.study_rows({"all": gl.fit_economy(heap, TILT)})
    apart = gl.relate(heap, TILT, COST)  # tells cohorts apart by itself
    assert gl.study_rows(apart, runners=made)["study"].tolist() == ["Lab 1", "Lab 2", "Lab 3"]
    with pytest.raises(DataError, match="Ask each cohort by itself"):
        gl.study_rows({"all": apart})


def test_people_in_two_cohorts_are_refused():
    rows = {}
    for name in ("rbds2017", "bmc-ric"):
        runners = gl.runner_means(gl.load_cohort(name))
        rows[name] = gl.relate(runners, HIP, RANGE, speed_m_s=2.5)
    with pytest.raises(DataError, match="are in two cohorts and would count twice.*runners="):
        gl.study_rows(rows)


def test_people_left_out_may_be_pooled():
    first = gl.runner_means(gl.load_cohort("rbds2017"))
    second = gl.runner_means(gl.load_cohort("bmc-ric"))
    second = second[second["same_runner_as"].isna()]
    runners = {"rbds2017": first, "bmc-ric": second}
    rows = {name: gl.relate(one, HIP, RANGE, speed_m_s=2.5) for name, one in runners.items()}
    table = gl.study_rows(rows, runners=runners)
    assert gl.pool_effects(table).k == 2
    assert not table["warning"].str.contains("was not checked").any()


def test_simulated_cohorts_are_marked(made):
    rows = {"mine": gl.relate(made["Lab 1"], TILT, COST)}
    rows["simulated"] = gl.relate(gl.simulate_runners(30, speeds_m_s=[3.5], seed=8), TILT, COST)
    table = gl.study_rows(rows)
    assert table["simulated"].tolist() == [False, True]
    assert "was not checked" in table["warning"][0]
    with pytest.raises(DataError, match="would be pooled with real runners"):
        gl.pool_effects(table)
    assert gl.pool_effects(table, with_simulated=True).simulated


@pytest.mark.parametrize(
    ("wrong", "helpful"),
    [
        (pd.DataFrame({"r": [0.1]}), "which cohorts these are"),
        ({}, "which cohorts these are"),
        ({"A": pd.DataFrame({"r": [0.1]})}, "none of the results"),
        ({"A": 3}, "none of the results"),
        ({1: 3}, "no name of a cohort"),
    ],
)
def test_something_else_is_refused(wrong, helpful):
    with pytest.raises(DataError, match=helpful):
        gl.study_rows(wrong)


def test_one_result_under_two_names_and_unknown_effects_are_refused(made):
    found = gl.relate(made["Lab 1"], TILT, COST)
    with pytest.raises(DataError, match="one and the same result"):
        gl.study_rows({"A": found, "B": found})
    with pytest.raises(DataError, match="relate gives r"):
        gl.study_rows({"A": found}, "slope")


@pytest.mark.parametrize("effect", ["mean_difference", "hedges_g", "percent_change"])
def test_groups_without_runners_keep_their_row(made, effect):
    nobody = made["Lab 1"][made["Lab 1"]["level"] != "elite"]
    found = {"A": compare(made["Lab 2"]), "B": compare(nobody)}
    pooled = gl.pool_effects(gl.study_rows(found, effect, runners=made))
    assert pooled.k == 1
    assert pooled.studies["reason"][1].startswith("Cannot tell: no elite runner")


# --- published effects ----------------------------------------------------------------------------


def test_published_effects_are_complete_and_cite_their_source():
    table = gl.published_effects()
    assert table.columns.tolist() == EFFECTS.names
    assert table["effect_id"].is_unique
    assert (table["reference"] != "").all()
    assert set(table["read_from"]) <= {"abstract", "full text", "secondary"}
    ninety = table[table["study"] == "Pizzuto 2019"]
    assert ninety["confidence"].tolist() == [0.9, 0.9]
    assert (table.loc[table["design"] == "meta-analysis", "n_studies"] == 51).all()
    tseh = table.set_index("effect_id").loc["tseh_2008_vertical_oscillation"]
    assert tseh["value"] == pytest.approx(100 * (51.0 / 43.4 - 1), abs=0.05)


def test_published_effects_of_one_measure():
    assert gl.published_effects("hip_range_deg").empty
    assert gl.published_effects(CONTACT)["study"].tolist() == ["Van Hooren 2024"]
    with pytest.raises(DataError, match="Did you mean contact_time_s"):
        gl.published_effects("contact_times")
    with pytest.raises(DataError, match="no measure"):
        gl.published_effects(["contact_time_s"])


@pytest.mark.parametrize(
    ("column", "cell", "helpful"),
    [
        ("value", "0,51", "Write it with a decimal point: 0.51"),
        ("value", "0.9", "not within 0.22 to 0.8. Is a sign lost"),
        ("value", "5.1", "r is 5.1"),
        ("confidence", "", "belong together"),
        ("confidence", "90", "Expected 0.5 to 0.9999"),
        ("measure", "contact_time", "Did you mean contact_time_s"),
        ("effect", "R", "Allowed: r, r_squared"),
        ("design", "review", "Allowed: cohort, cross-sectional"),
        ("reference", "", "reference is empty"),
        ("effect_id", "craib_1996_dorsiflexion", "the same effect_id"),
    ],
)
def test_a_faulty_file_says_what_to_mend(tmp_path, column, cell, helpful):
    source = resource_folder("published") / "published_effects.csv"
    table = pd.read_csv(source, dtype=str, keep_default_na=False)
    table.loc[8, column] = cell
    if helpful.startswith("r is"):
        table.loc[8, ["ci_low", "ci_high"]] = ["5", "6"]
    path = tmp_path / "mine.csv"
    table.to_csv(path, index=False)
    with pytest.raises(ProblemList, match=helpful):
        gl.published_effects(path=path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"none\.csv: there is no such file"):
        gl.published_effects(path=tmp_path / "none.csv")

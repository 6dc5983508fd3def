"""Verdicts: the rule, the trace from verdict to runners, what cannot be told."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest

import glutelab as gl
from glutelab.errors import DataError
from glutelab.verdicts import ALL_CLAIMS, RULE, VERDICTS, judge
from glutelab.verdicts.sheet.row import GROUPS, bar_of, group_of

COHORTS = ("rbds2017", "bmc-ric", "simulated")


@pytest.fixture(scope="module")
def cohorts():
    return {name: gl.load_cohort(name) for name in COHORTS}


@pytest.fixture(scope="module")
def found(cohorts):
    return {name: gl.claims(cohort, n_boot=500) for name, cohort in cohorts.items()}


# --- the rule -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.5, 3.0, "supported"),
        (1.5, 3.0, "supported"),
        (-3.0, -0.5, "contradicted"),
        (-0.9, 0.9, "too small to matter"),
        (0.1, 0.9, "too small to matter"),
        (-0.9, 1.0, "cannot tell"),
        (-3.0, 3.0, "cannot tell"),
        (-3.0, 0.5, "cannot tell"),
        (0.0, 3.0, "cannot tell"),
        (math.nan, 3.0, "cannot tell"),
    ],
)
def test_rule(low, high, word):
    assert judge(low, high, 1.0, 1).word == word
    mirrored = {"supported": "contradicted", "contradicted": "supported"}
    assert judge(low, high, 1.0, -1).word == mirrored.get(word, word)
    assert judge(-high, -low, 1.0, -1).word == word


def test_rule_moves_with_its_null():
    assert judge(0.55, 0.75, 0.1, 1, null=0.5).word == "supported"
    assert judge(0.25, 0.45, 0.1, 1, null=0.5).word == "contradicted"
    assert judge(0.45, 0.55, 0.1, 1, null=0.5).word == "too small to matter"


def test_p_after_holm_can_take_a_verdict_back_and_never_give_one():
    assert judge(0.5, 3.0, 1.0, 1, p=0.06).word == "cannot tell"
    assert "Holm" in judge(0.5, 3.0, 1.0, 1, p=0.06).reason
    assert judge(-0.5, 3.0, 1.0, 1, p=0.001).word == "cannot tell"


def test_reasons_say_what_is_still_possible():
    assert "as little as 0.3°" in judge(0.3, 3.0, 1.0, 1, unit="°").reason
    assert "of 1° or more, is excluded" in judge(-3.0, 0.5, 1.0, 1, unit="°").reason
    assert "find 2.1° four times" in judge(-3, 3, 1.0, 1, unit="°", detectable=2.1).reason


def test_reasons_about_a_share_speak_of_the_share():
    at_half = {"null": 0.5, "unit": "of runners"}
    assert "as little as 0.55 of" in judge(0.55, 0.75, 0.1, 1, **at_half).reason
    assert "What is claimed, 0.6 of runners or beyond" in judge(0.2, 0.55, 0.1, 1, **at_half).reason
    assert "Both 0.5 and" in judge(0.2, 0.8, 0.1, 1, **at_half).reason
    assert "closer to 0.5 than 0.1" in judge(0.45, 0.55, 0.1, 1, **at_half).reason


# --- the table ------------------------------------------------------------------------------------


def test_every_claim_has_a_name_of_its_own_and_a_heading():
    names = [claim.name for claim in ALL_CLAIMS]
    assert len(set(names)) == len(names)
    for claim in ALL_CLAIMS:
        assert claim.number in GROUPS, f"{claim.name}: it has no heading in verdicts/sheet/row.py"
        assert group_of(claim.name) == GROUPS[claim.number]


@pytest.mark.parametrize("name", COHORTS)
def test_every_claim_has_a_verdict_a_reason_and_a_smallest_effect(found, name):
    table = found[name].table
    assert list(table["claim"]) == [claim.name for claim in ALL_CLAIMS]
    assert set(table["verdict"]) <= set(VERDICTS)
    assert (table["reason"].str.len() > 10).all()
    assert (table["literature"].str.len() > 10).all()
    assert (table["beyond"].str.len() > 10).all()
    tested = table[table["verdict"] != "not testable here"]
    assert (tested["margin"] > 0).all()
    assert (tested["n_runners"] > 0).all()
    assert (tested["n_strides"] > 0).all()
    assert (table["simulated"] == (name == "simulated")).all()


def test_verdicts_on_the_real_runners(found):
    """What a reader may quote; other numbers would be another answer."""
    verdicts = found["rbds2017"].table.set_index("claim")["verdict"]
    assert verdicts["2a"] == "supported"
    assert verdicts["2b"] == "cannot tell"
    assert (verdicts[["3a", "3b", "3c", "3d", "4a", "4b"]] == "cannot tell").all()
    assert (verdicts[["5", "6", "7", "9c", "8d"]] == "not testable here").all()
    assert (verdicts[["8a", "8b", "8c"]] == "supported").all()


def test_what_is_missing_is_named_with_what_to_measure(found):
    reasons = found["rbds2017"].table.set_index("claim")["reason"]
    assert "Energy cost" in reasons["6"]
    assert "add_costs" in reasons["6"]
    assert "downhill" in reasons["8d"]
    reasons = found["bmc-ric"].table.set_index("claim")["reason"]
    assert "standing trial" in reasons["1a"]
    assert "one speed" in reasons["8a"]


def test_a_confounded_contrast_is_never_told(cohorts):
    runners = gl.runner_means(cohorts["bmc-ric"])
    above = runners["level"].isin(["elite", "competitive"])
    runners["peak_hip_extension_deg"] += np.where(above, 40.0, 0.0)
    row = gl.claims(runners, only="3a").table.iloc[0]
    assert row["p_holm"] < 1e-6
    assert row["verdict"] == "cannot tell"
    assert row["confounded_with"].startswith("laboratory")
    assert row["reason"].startswith("Confounded with laboratory")


def test_a_group_of_three_is_never_told(cohorts):
    runners = gl.runner_means(cohorts["rbds2017"])
    runners["peak_hip_extension_deg"] += np.where(runners["level"] == "elite", 40.0, 0.0)
    row = gl.claims(runners, only="3a").table.iloc[0]
    assert row["verdict"] == "cannot tell"
    assert row["p_holm"] < 0.01
    assert "Only 3 runners" in row["reason"]


def test_the_thomas_test_cannot_tell_whatever_it_shows(cohorts):
    runners = gl.runner_means(cohorts["simulated"])
    for value in (-10.0, 10.0):
        row = gl.claims(runners.assign(thomas_test_deg=value), only="1b").table.iloc[0]
        assert row["verdict"] == "cannot tell"
        assert "sensitivity" in row["reason"]


def test_the_error_of_the_instrument_is_in_the_share(cohorts):
    runners = gl.runner_means(cohorts["rbds2017"])
    row = gl.claims(runners.assign(standing_pelvic_tilt_deg=14.0), only="1a").table.iloc[0]
    assert row["estimate"] == 1.0
    assert row["verdict"] == "cannot tell"  # a degree beyond is less than the shape of a pelvis
    row = gl.claims(runners.assign(standing_pelvic_tilt_deg=20.0), only="1a").table.iloc[0]
    assert row["verdict"] == "supported"


def test_claims_follow_planted_truth():
    effects = {"posture_on_cost_j_kg_m": 0.06, "levels": {}}
    runners = gl.simulate_runners(80, effects=effects, speeds_m_s=(3.5,), seed=4)
    assert gl.claims(runners, only="6").table["verdict"].iloc[0] == "supported"
    effects["posture_on_cost_j_kg_m"] = -0.06
    runners = gl.simulate_runners(80, effects=effects, speeds_m_s=(3.5,), seed=4)
    assert gl.claims(runners, only="6").table["verdict"].iloc[0] == "contradicted"


def test_downhill_is_judged_where_there_is_one():
    runners = gl.simulate_runners(30, slopes_pct=(-4.0, 0.0), speeds_m_s=(3.5,), seed=1)
    found = gl.claims(runners)
    row = found.table.set_index("claim").loc["8d"]
    assert row["verdict"] != "not testable here"
    assert row["n_runners"] == 30
    assert "other than 8d are judged at slope_pct 0; left out: -4." in " ".join(found.notes)
    assert "slope_pct" in found.table.set_index("claim").loc["2a", "call"]


def test_a_slight_downhill_is_the_gentlest_that_most_ran_and_is_set_against_the_level():
    slopes = (-6.0, -4.0, -2.0, 0.0, 3.0)
    runners = gl.simulate_runners(20, slopes_pct=slopes, speeds_m_s=(2.5, 3.5), seed=1)
    runners = pd.concat([runners.assign(shoe=shoe) for shoe in ("flat", "thick")])
    few = (runners["slope_pct"] == -2) & ~runners["runner_id"].isin(["S001", "S002"])
    other = (runners["slope_pct"] == -4) & (runners["speed_m_s"] > 3)
    runners = runners[~few & ~other]
    found = gl.claims(runners, only="8d")
    row = found.table.iloc[0]
    assert (row["n_runners"], row["notes"]) == (20, "−4 % against 0 %, both at 2.5 m/s.")
    _again(found, runners, "8d")
    for slopes in ((-6.0, 3.0), (-6.0, -2.0)):  # nobody ran on the level
        part = runners[runners["slope_pct"].isin(slopes)]
        row = gl.claims(part, only="8d").table.iloc[0]
        assert row["verdict"] == "not testable here"
        assert "on the level" in row["reason"]


def _again(found, runners, claim):
    """The call gives the estimate again."""
    trace = found.trace(claim)
    again = eval(trace.call, {"gl": gl, "runners": runners})  # noqa: S307 - ours
    _same_estimate(found.table.set_index("claim", drop=False).loc[claim], trace, again)


def test_shoes_and_sessions_of_ones_own_leave_nobody_out():
    runners = gl.simulate_runners(30, seed=3)
    plain = gl.claims(runners, only=["2", "3a", "5", "8a", "8e"])
    shoe = "model " + (runners["runner_id"].str[1:].astype(int) % 7).astype(str)
    runners = runners.assign(shoe=shoe)
    found = gl.claims(runners, only=["2", "3a", "5", "8a", "8e"])
    assert found.table["estimate"].tolist() == plain.table["estimate"].tolist()
    assert "may be the shoe" in " ".join(found.notes)
    for claim in found.table["claim"]:
        _again(found, runners, claim)


def test_the_shoe_that_most_wore_is_judged():
    runners = gl.simulate_runners(30, seed=3)
    few = runners["runner_id"].isin(["S001", "S002"])
    both = pd.concat([runners[few].assign(shoe="a"), runners.assign(shoe="b")])
    found = gl.claims(both, only="2a")
    assert found.table["n_runners"].iloc[0] == 30
    assert "at shoe b; left out: a" in " ".join(found.notes)


def test_speeds_that_are_off_by_a_little_are_one():
    runners = gl.simulate_runners(30, seed=3)
    some = ["1", "2", "3", "8"]
    plain = gl.claims(runners, only=some)
    off = np.random.default_rng(0).normal(0, 0.01, len(runners))
    runners = runners.assign(speed_m_s=runners["speed_m_s"] + off)
    found = gl.claims(runners, only=some)
    assert found.table["n_runners"].tolist() == plain.table["n_runners"].tolist()
    assert found.table["verdict"].tolist() == plain.table["verdict"].tolist()
    assert found.subtitle.count(",") == 2  # three speeds
    for claim in found.answers:
        _again(found, runners, claim)


def test_posture_is_asked_of_everybody_and_levels_where_they_meet():
    runners = gl.simulate_runners(40, seed=3)
    above = runners["level"] != "recreational"
    runners = runners[~above | (runners["speed_m_s"] > 4)]
    table = gl.claims(runners, only=["1a", "3a"]).table
    assert table["n_runners"].tolist() == [40, 40]
    assert "at 4.5 m/s" in table["notes"].iloc[1]
    apart = runners[(runners["level"] != "recreational") | (runners["speed_m_s"] < 4)]
    row = gl.claims(apart, only="3a").table.iloc[0]
    assert row["reason"] == "Needed: runners of two levels, at the same speed."


def test_models_of_cost_say_on_which_rows_they_stand():
    """A runner whose sex nobody shares, and one without a mass, are in no model."""
    runners = gl.simulate_runners(30, seed=3)
    who = runners["runner_id"]
    runners["sex"] = np.where(who == "S003", "male", "female")
    runners.loc[who == "S004", "mass_kg"] = np.nan
    runners.loc[who == "S005", "peak_hip_extension_deg"] = np.nan
    found = gl.claims(runners, only=["6", "7"], n_boot=500)
    fit = gl.fit_economy(runners, "standing_pelvic_tilt_deg", adjust_for=["sex", "mass_kg"])
    assert found.table["n_runners"].tolist() == [fit.n_runners, 27] == [28, 27]
    assert len(found.trace("6").runners) == fit.n_rows
    means = found.trace("7").runners.groupby("runner_id")["energy_cost_j_kg_m"].mean()
    assert found.table["margin"].iloc[1] == pytest.approx(0.0171 * means.mean())
    one = gl.claims(runners[runners["speed_m_s"] == 3.5], only="6").table.iloc[0]
    assert one["notes"].startswith("Adjusted for mass_kg.")


def test_oxygen_cost_is_judged_where_energy_was_not_measured():
    runners = gl.simulate_runners(30, seed=3)
    oxygen = "oxygen_cost_ml_kg_km"
    found = gl.claims(
        runners.drop(columns="energy_cost_j_kg_m"), only=["5", "6", "7", "9c"], n_boot=500
    )
    table = found.table.set_index("claim")
    assert (table["unit"] == "ml/kg/km per SD")[["6", "7"]].all()
    assert table["why_margin"].str.startswith("1.38 %").all()
    assert table["estimand"].str.contains("oxygen cost").all()
    assert not table["estimand"].str.contains("energy").any()
    means = found.trace("7").runners.groupby("runner_id")[oxygen].mean()
    assert table.loc["7", "margin"] == pytest.approx(0.0138 * means.mean())
    fit = gl.fit_economy(
        runners, "standing_pelvic_tilt_deg", outcome=oxygen, adjust_for=["sex", "mass_kg"]
    )
    assert table.loc["6", "estimate"] == pytest.approx(fit.equivalence.per_sd)
    assert table.loc["6", "margin"] == pytest.approx(fit.equivalence.margin)


def test_many_laboratories_confound_as_two_do():
    """Each of 16 laboratories holds a small share of its group, but none holds both groups."""
    runners = gl.simulate_runners(80, speeds_m_s=(3.5,), seed=3)
    number = (np.arange(80) % 8).astype(str)
    apart = pd.Series(number) + np.where(runners["level"] == "recreational", "r", "e")
    row = gl.claims(runners.assign(laboratory=apart), only="3a").table.iloc[0]
    assert row["reason"].startswith("Confounded with laboratory: elite")
    assert "of 2 more" in row["reason"]
    both = gl.claims(runners.assign(laboratory=number), only="3a").table.iloc[0]
    assert both["confounded_with"] == ""


def test_costs_that_go_with_the_laboratory_are_never_told():
    runners = gl.simulate_runners(40, speeds_m_s=(3.5,), seed=3)
    tilt = runners["standing_pelvic_tilt_deg"]
    runners["laboratory"] = np.where(tilt > tilt.median(), "A", "B")
    table = gl.claims(runners, only=["2", "6", "7"], n_boot=500).table
    assert table["reason"].str.startswith("Confounded with laboratory").all()
    assert not table["reason"].str.contains("the dose").any()


def test_few_runners_tell_nothing_and_what_does_not_differ_is_said():
    runners = gl.simulate_runners(40, seed=3)
    table = gl.claims(runners[runners["runner_id"].isin(["S001", "S002"])], only="8").table
    assert set(table["verdict"]) <= {"cannot tell", "not testable here"}
    assert "Only 2 runners; from 5 on" in table["reason"].iloc[0]
    same = runners.assign(standing_pelvic_tilt_deg=5.0, rearward_reach_leg=0.2)
    found = gl.claims(same, only=["2a", "6", "8f"])
    reasons = found.table["reason"].tolist()
    assert "is the same for all" in reasons[0]
    assert reasons[1].startswith("Standing pelvic tilt is the same")
    assert "values that do not differ" in reasons[2]
    assert "nan" not in " ".join(found.table["notes"])
    assert found.trace("6").call.endswith(".coefficients")


def test_another_path_is_no_support_for_the_claimed_one():
    runners = gl.simulate_runners(60, speeds_m_s=(3.5,), seed=4)
    rng = np.random.default_rng(0)
    hip = runners["standing_pelvic_tilt_deg"] + rng.normal(0, 2, 60)
    cost = 4.0 + 0.05 * hip + rng.normal(0, 0.1, 60)
    runners = runners.assign(peak_hip_extension_deg=hip, energy_cost_j_kg_m=cost)
    row = gl.claims(runners, only="7", n_boot=500).table.iloc[0]
    assert row["ci_low"] > row["margin"]
    assert row["verdict"] == "cannot tell"
    assert "another path" in row["reason"]


# --- the trace ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COHORTS)
def test_trace_from_verdict_to_call_to_rows_to_strides(cohorts, found, name):
    """The call gives the estimate again; the rows are those it stands on; the strides make them."""
    cohort, table = cohorts[name], found[name].table
    runners = gl.runner_means(cohort)
    for row in table[table["verdict"] != "not testable here"].itertuples():
        trace = found[name].trace(row.claim)
        again = eval(trace.call, {"gl": gl, "runners": runners})  # noqa: S307 - ours
        _same_estimate(row, trace, again)
        assert trace.runners["runner_id"].nunique() == row.n_runners
        assert len(trace.strides) == row.n_strides
        assert set(trace.strides["runner_id"]) == set(trace.runners["runner_id"])
        _strides_make_the_means(trace, next(c for c in ALL_CLAIMS if c.name == row.claim))


def _same_estimate(row, trace, again: pd.DataFrame):
    if row.claim in ("5", "6", "9c"):
        between = again[again["part"] == "between"].iloc[0]
        assert between["per_sd"] == pytest.approx(row.estimate, rel=1e-9)
        return
    columns = [one for one in ("difference", "per_m_s", "rho", "share", "estimate") if one in again]
    result = trace.result.iloc[0]
    keys = [one for one in ("measure", "path", "speed_m_s") if one in again]
    same = np.logical_and.reduce([again[key] == result[key] for key in keys])
    value = again.loc[same, columns[0]].iloc[0]
    assert value == pytest.approx(result[columns[0]], rel=1e-12)
    if row.claim != "7":  # per SD of posture there
        assert value == pytest.approx(row.estimate, rel=1e-12)


def _strides_make_the_means(trace, claim):
    measures = [name for name in claim.needs if name in trace.strides]
    if not measures:
        return
    keys = ["runner_id", "speed_m_s"]
    per_side = trace.strides.groupby([*keys, "side"])[measures[0]].mean()
    means = per_side.groupby(keys).mean().rename("again")
    both = trace.runners.set_index(keys).join(means)
    np.testing.assert_allclose(both["again"], both[measures[0]], rtol=1e-9)


def test_trace_refuses_what_is_not_there(found):
    with pytest.raises(DataError, match="Did you mean '2a'"):
        found["rbds2017"].trace("2A")
    with pytest.raises(DataError, match="claim 6 was not tested here"):
        found["rbds2017"].trace("6")


# --- asked wrongly --------------------------------------------------------------------------------


def test_what_cannot_be_asked_is_refused(cohorts):
    rbds = cohorts["rbds2017"]
    with pytest.raises(DataError, match="no claim '12'. There are: 1a"):
        gl.claims(rbds, only="12")
    with pytest.raises(DataError, match="only is empty. There are: 1a"):
        gl.claims(rbds, only=[])
    assert len(gl.claims(rbds, only=2).table) == 2
    with pytest.raises(DataError, match="Expected"):
        gl.claims("rbds2017")
    runners = gl.runner_means(rbds)
    with pytest.raises(DataError, match="numbers stored as text|holds"):
        gl.claims(runners.assign(speed_m_s=runners["speed_m_s"].astype(str)))
    with pytest.raises(DataError, match="no speed_m_s"):
        gl.claims(runners.assign(speed_m_s=np.nan))
    with pytest.raises(DataError, match="Strides are not people"):
        gl.claims(rbds.strides)
    two = pd.concat([gl.runner_means(cohorts[name]) for name in ("rbds2017", "simulated")])
    with pytest.raises(DataError, match="never as one heap"):
        gl.claims(two)


def test_order_of_rows_and_names_of_runners_change_nothing(cohorts, found):
    runners = gl.runner_means(cohorts["simulated"])
    names = {one: f"x{k}" for k, one in enumerate(runners["runner_id"].unique()[::-1])}
    other = runners.assign(runner_id=runners["runner_id"].map(names)).sample(frac=1, random_state=1)
    some = ["1", "2", "3", "4", "5", "8"]
    first, second = (gl.claims(table, only=some).table for table in (runners, other))
    numbers = ["estimate", "ci_low", "ci_high"]
    pd.testing.assert_frame_equal(first[numbers], second[numbers], rtol=1e-6)
    assert first["verdict"].tolist() == second["verdict"].tolist()


# --- the sheet ------------------------------------------------------------------------------------


def test_sheet_is_written_whole_and_the_same_each_time(found, tmp_path):
    first = found["rbds2017"].save(tmp_path / "a" / "sheet")
    second = found["rbds2017"].save(f"{tmp_path}/b/")
    assert [path.suffix for path in first] == [".html", ".pdf", ".md", ".csv"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    page = first[0].read_text("utf-8")
    assert not re.search(r"<script|https?://(?!doi|www\.w3)[^<]*\.js", page)
    for path in (first[0], first[2]):
        text = path.read_text("utf-8")
        for row in found["rbds2017"].table.itertuples():
            assert row.sentence.split(":")[0].split("(")[0] in text
    assert RULE.split(".")[0] in first[2].read_text("utf-8")


def test_what_lies_beyond_the_drawing_is_an_arrow_and_no_dot(found):
    row = found["rbds2017"].table.iloc[0].copy()
    row[["null", "margin", "direction"]] = 0.0, 1.0, 1
    row[["estimate", "ci_low", "ci_high"]] = 50.0, 40.0, 60.0
    bar = bar_of(row)
    assert bar.estimate is None
    assert bar.beyond
    assert bar.open_high
    assert not bar.open_low
    row[["estimate", "ci_low", "ci_high"]] = 1.0, 0.5, 60.0
    bar = bar_of(row)
    assert bar.estimate == 1.0
    assert not bar.beyond


def test_what_is_built_in_is_said_beside_the_verdict(found, tmp_path):
    built_in = "The pelvis is in both numbers: part of this is built in; read with 2b."
    html, _, markdown, _ = found["rbds2017"].save(tmp_path / "claims")
    page = html.read_text(encoding="utf-8")
    row = page[page.index("<i>2a</i>") : page.index("<i>2b</i>")]
    assert f"<small>{built_in}</small>" in row
    assert page.count(built_in) == 1
    line = next(
        line for line in markdown.read_text(encoding="utf-8").splitlines() if "| 2a |" in line
    )
    assert built_in in line
    assert built_in in repr(found["rbds2017"])
    assert built_in not in repr(found["bmc-ric"])  # nobody stood: nothing to read


def test_sheet_is_one_page(found, tmp_path):
    for name in COHORTS:
        pdf = found[name].save(tmp_path / name)[1].read_bytes()
        assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
        assert b"/FontFile2" in pdf


def test_simulated_runners_are_called_so_on_every_face(found, tmp_path):
    one = found["simulated"]
    assert "Simulated" in repr(one)
    assert "SIMULATED" in one._repr_html_()
    paths = one.save(tmp_path / "s")
    assert "Simulated" in paths[2].read_text("utf-8")
    assert "SIMULATED" not in found["rbds2017"]._repr_html_()


def test_words_of_a_cohort_are_text_in_the_sheet(cohorts):
    runners = gl.runner_means(cohorts["rbds2017"]).assign(cohort="<b>x|y</b>")
    page = gl.claims(runners, only="2")._repr_html_()
    assert "<b>x|y" not in page
    assert "&lt;b&gt;x|y" in page

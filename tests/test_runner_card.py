"""One runner beside the others: percentiles, measurement error, and who the others are."""

import re

import numpy as np
import pandas as pd
import pytest
from made_card import HIP, THIGH, TILT, changed, row_of

import glutelab as gl
from glutelab.explore.card import choose
from glutelab.explore.card import table as tables
from glutelab.explore.card.panel import HIP_WORK, MOST_MEASURES, find_items


@pytest.fixture(scope="module")
def cohort():
    return gl.load_cohort("rbds2017")


@pytest.fixture(scope="module")
def laboratories():
    return gl.load_cohort("bmc-ric")


@pytest.fixture(scope="module")
def card(cohort):
    return gl.RunnerCard(cohort, "RBDS012")


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.0, 0.0), (1.0, 12.5), (2.5, 50.0), (3.0, 62.5), (8.0, 87.5), (9.0, 100.0)],
)
def test_percentile_by_hand(value, expected):
    assert tables.percentile(value, np.array([1.0, 2.0, 3.0, 8.0])) == expected


def test_a_percentile_and_its_mirror_image_make_one_hundred():
    others = np.random.default_rng(1).integers(0, 9, 30).astype(float)
    for value in range(-1, 10):
        both = tables.percentile(value, others) + tables.percentile(-value, -others)
        assert both == pytest.approx(100)


def test_numbers_are_those_of_the_other_runners(cohort, card):
    means = gl.runner_means(cohort).query("side == 'both' and speed_m_s == 3.5")
    own = means.loc[means["runner_id"] == "RBDS012", HIP].item()
    others = means.loc[means["runner_id"] != "RBDS012", HIP]
    error = gl.reliability(cohort, HIP, split="halves").query("speed_m_s == 3.5").iloc[0]

    row = row_of(card)
    assert row["n_runners"] == 27
    assert row["value"] == own
    assert row["median"] == others.median()
    assert row["q25"] == pytest.approx(others.quantile(0.25))
    assert row["sem"] == pytest.approx(error["sem_mean"])
    assert row["mdc95"] == pytest.approx(error["mdc95_mean"])
    assert row["percentile"] == pytest.approx(100 * (others < own).mean())
    assert row["percentile_low"] == pytest.approx(
        100 * (others < own - 1.96 * error["sem_mean"]).mean()
    )
    assert row["error_source"] == tables.WITHIN


def test_both_hip_extensions_posture_kick_and_work_are_there(card):
    assert list(card.table["group"].unique()) == [
        "Posture",
        "Hip extension",
        "Back kick",
        "Hip work",
    ]
    assert {HIP, THIGH, TILT, "behind_ahead_ratio"} <= set(card.table["measure"])


def test_what_the_article_describes_has_a_direction_and_no_verdict_of_good(card):
    directions = card.table.set_index("measure")["article_direction"]
    assert directions[TILT] == -1
    assert directions[HIP] == 1
    assert not re.search(r"\b(better|worse|normal|abnormal)\b", "\n".join(card.sentences()))


@pytest.mark.parametrize(("sem", "told"), [(0.5, True), (5.0, False)])
def test_a_difference_within_measurement_error_is_none(cohort, sem, told):
    card = gl.RunnerCard(cohort, "RBDS012", measures=HIP, sem={HIP: sem})
    row = card.table.iloc[0]
    assert row["mdc95"] == pytest.approx(1.96 * 2**0.5 * sem)
    assert (abs(row["difference"]) > row["mdc95"]) == told
    assert row["verdict"] == (tables.LOWER if told else tables.NO_DIFFERENCE)
    assert row["error_source"] == tables.GIVEN
    assert "(given)" in card._repr_html_()


def test_within_one_session_is_said(card):
    said = "\n".join(card.sentences())
    assert "within one session" in said
    assert "between days it is larger" in card._repr_html_()


def test_an_error_between_sessions_takes_the_place_of_that_within(cohort):
    """A second session with markers 3 degrees elsewhere, runner by runner."""
    shift = pd.Series(3 * np.random.default_rng(0).normal(size=28), cohort.runners["runner_id"])
    strides = cohort.strides.query("speed_m_s == 3.5")
    again = strides.assign(trial_id=strides["trial_id"] + "b")
    again[HIP] += again["runner_id"].map(shift)
    trials = cohort.trials.query("speed_m_s == 3.5").assign(session="one")
    second = trials.assign(trial_id=trials["trial_id"] + "b", session="two")
    two = changed(
        cohort,
        strides=pd.concat([strides, again], ignore_index=True),
        trials=pd.concat([trials, second], ignore_index=True),
        ledger=cohort.ledger.iloc[:0],
    )
    with pytest.raises(gl.DataError, match=r"2 sessions: one, two.*session='one'"):
        gl.RunnerCard(two, "RBDS012")
    row = row_of(gl.RunnerCard(two, "RBDS012", session="one", measures=HIP))
    assert row["error_source"] == tables.BETWEEN
    assert row["sem"] == pytest.approx(shift.std() / 2**0.5)
    assert row["n_runners"] == 27
    with pytest.raises(gl.DataError, match="no trial of session 'three'. There are: one, two"):
        gl.RunnerCard(two, "RBDS012", session="three")


def test_what_was_taken_once_has_no_error_and_no_verdict(card):
    row = row_of(card, "standing_pelvic_tilt_deg")
    assert row["verdict"] == tables.UNKNOWN_ERROR
    assert np.isnan(row["mdc95"])
    assert np.isfinite(row["percentile"])


def test_nobody_is_compared_with_oneself(laboratories):
    runners = laboratories.runners.copy()
    first, second = runners["runner_id"].iloc[:2]
    runners.loc[runners["runner_id"] == second, "same_runner_as"] = f"bmc-ric:{first}"
    twice = changed(laboratories, runners=runners)
    for runner in (first, second):
        assert row_of(gl.RunnerCard(twice, runner, measures=HIP))["n_runners"] == 21


# --- no answer ------------------------------------------------------------------------------------


def test_hip_work_is_measured_where_force_was(card, laboratories):
    row = card.table.iloc[-1]
    assert (row["measure"], row["group"]) == (HIP_WORK, "Hip work")
    assert np.isfinite(row["value"])
    without = gl.RunnerCard(laboratories, laboratories.runners["runner_id"].iloc[0])
    assert without.table.iloc[-1]["measure"] == HIP_WORK
    assert without.table.iloc[-1]["verdict"] == tables.UNMEASURED


@pytest.mark.parametrize(("against", "n"), [("elite", 3), ({"sex": "female"}, 1)])
def test_few_runners_cannot_tell(cohort, against, n):
    card = gl.RunnerCard(cohort, "RBDS024", against=against)
    many = "s" if n > 1 else ""
    assert row_of(card)["verdict"] == f"Cannot tell: {n} other runner{many}"
    assert card.table["percentile"].isna().all()
    assert f"Cannot tell: {n} other runner{many}" in card._repr_html_()


def test_nobody_else_at_that_speed(cohort):
    strides = cohort.strides.query("speed_m_s != 2.5 or runner_id == 'RBDS012'")
    trials = cohort.trials.query("speed_m_s != 2.5 or runner_id == 'RBDS012'")
    card = gl.RunnerCard(
        changed(cohort, strides=strides, trials=trials, ledger=cohort.ledger.iloc[:0]),
        "RBDS012",
        speed_m_s=2.5,
    )
    assert row_of(card)["verdict"] == "Cannot tell: 0 other runners"
    assert card._repr_html_()
    assert "Traceback" not in repr(card)


def test_a_measure_that_one_runner_lacks(cohort):
    strides = cohort.strides.copy()
    strides.loc[strides["runner_id"] == "RBDS012", HIP] = np.nan
    row = row_of(gl.RunnerCard(changed(cohort, strides=strides), "RBDS012"))
    assert row["verdict"] == "Not measured in this runner"
    assert row["n_runners"] == 27


def test_a_runner_with_one_side_is_set_beside_that_side_of_others(cohort):
    strides = cohort.strides.query("runner_id != 'RBDS012' or side == 'left'")
    one = changed(cohort, strides=strides.reset_index(drop=True))
    card = gl.RunnerCard(one, "RBDS012")
    left = gl.RunnerCard(cohort, "RBDS012", side="left")
    assert card.side == "left"
    assert "Only the left side of this runner" in repr(card)
    assert row_of(card)["median"] == row_of(left)["median"]
    with pytest.raises(gl.DataError, match="there is no right side"):
        gl.RunnerCard(one, "RBDS012", side="right")


def test_few_strides_are_said(cohort):
    strides = cohort.strides
    few = strides.groupby(["trial_id", "side"]).head(4)
    strides = pd.concat(
        [few[few["runner_id"] == "RBDS012"], strides.query("runner_id != 'RBDS012'")]
    )
    card = gl.RunnerCard(changed(cohort, strides=strides.reset_index(drop=True)), "RBDS012")
    assert "the error is larger than stated" in repr(card)


# --- who, at which speed, against whom ------------------------------------------------------------


def test_the_middle_speed_is_taken(card):
    assert card.speed_m_s == 3.5


def test_only_the_own_laboratory_unless_all_are_asked_for(laboratories):
    own = gl.RunnerCard(laboratories, "BMC01", measures=HIP)
    assert own.table["n_runners"].item() == 22
    assert "not pooled across laboratories" in repr(own)
    everyone = gl.RunnerCard(laboratories, "BMC01", measures=HIP, against="all")
    assert everyone.table["n_runners"].item() == 45
    assert "Pools the laboratories BMC, RIC." in repr(everyone)


def test_others_by_level_by_value_and_by_range(cohort):
    known = cohort.runners.set_index("runner_id").drop("RBDS012")
    young = gl.RunnerCard(cohort, "RBDS012", against={"age_years": (None, 35), "sex": "male"})
    expected = ((known["age_years"] < 35) & (known["sex"] == "male")).sum()
    assert row_of(young)["n_runners"] == expected
    assert "age years below 35, sex male" in repr(young)
    two = gl.RunnerCard(cohort, "RBDS012", against=["competitive", "elite"])
    assert row_of(two)["n_runners"] == known["level"].isin(["competitive", "elite"]).sum()


def test_slopes_are_chosen_never_pooled():
    hills = gl.simulate_cohort(12, speeds_m_s=(3.0,), slopes_pct=(0.0, 5.0), curves=False)
    who = hills.runners["runner_id"].iloc[0]
    with pytest.raises(gl.DataError, match=r"2 slopes: 0, 5 %.*choose one.*slope_pct=0.0"):
        gl.RunnerCard(hills, who)
    flat, steep = (gl.RunnerCard(hills, who, slope_pct=slope, measures=HIP) for slope in (0, 5))
    assert flat.table["n_runners"].item() == steep.table["n_runners"].item() == 11
    assert flat.table["value"].item() != steep.table["value"].item()
    assert "slope 5 %" in repr(steep)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"runner_id": "RBDS12"}, "no runner is called 'RBDS12'. Did you mean RBDS012"),
        ({"runner_id": 7}, "no runner is called 7"),
        ({"speed_m_s": 3.0}, "RBDS012 has no trial of speed 3 m/s. There are: 2.5, 3.5, 4.5 m/s"),
        ({"speed_m_s": "3.5"}, "speed_m_s is '3.5'. Expected a number"),
        ({"side": "both sides"}, "side='both sides'. Expected one of"),
        ({"measures": ["peak_hip_extention_deg"]}, "Did you mean peak_hip_extension_deg"),
        ({"measures": []}, "no measure was asked for"),
        ({"measures": ["level"]}, "level holds words"),
        ({"against": "Elite"}, "against='Elite' is no level. Expected"),
        ({"against": {"sox": "male"}}, "Did you mean sex"),
        ({"against": {"sex": "Male"}}, "no other runner has sex 'Male'. There are: female, male"),
        ({"shoe": "flats"}, "shoe was asked for, but no trial of this cohort names any"),
        ({"sem": {"hip_range_deg": 1.0}}, "sem names 'hip_range_deg', which is not on this card"),
        ({"sem": {HIP: -1.0}}, "Expected a number above 0"),
        ({"sem": 2.0}, "Expected a measure and its standard error"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(cohort, options, expected):
    with pytest.raises(gl.DataError, match=re.escape(expected)):
        gl.RunnerCard(cohort, **{"runner_id": "RBDS012"} | options)


def test_why_no_error_is_given_for_the_share_of_work(cohort):
    share = "hip_positive_work_share_stance_pct"
    text = repr(gl.RunnerCard(cohort, "RBDS012"))
    assert "center of pressure" in text
    assert "points" in gl.RunnerCard(cohort, "RBDS012")._repr_html_()
    given = repr(gl.RunnerCard(cohort, "RBDS012", sem={share: 3.0}))
    assert "center of pressure" not in given


def test_the_code_of_a_card_needs_no_numpy(cohort):
    card = gl.RunnerCard(cohort, "RBDS012", speed_m_s=np.float64(2.5))
    assert card.code == "gl.RunnerCard(gl.load_cohort('rbds2017'), 'RBDS012', speed_m_s=2.5)"


def test_one_page_holds_so_many_measures(cohort):
    names = [name for name in gl.runner_means(cohort) if name.endswith(("_deg", "_m", "_leg"))]
    with pytest.raises(gl.DataError, match=f"One page holds {MOST_MEASURES}"):
        find_items(names)


def test_no_cohort():
    with pytest.raises(gl.DataError, match="Expected a cohort"):
        gl.RunnerCard("rbds2017", "RBDS012")


def test_a_range_needs_numbers():
    column = pd.Series([20.0, 30.0, 40.0, np.nan])
    assert choose._inside(column, "age_years", (30, None)).tolist() == [False, True, True, False]

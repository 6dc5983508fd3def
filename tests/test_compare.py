"""Slopes and correlations with the runner as the unit."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import stdtrit

import glutelab as gl
from glutelab.compare import change_with_speed, relate
from glutelab.errors import DataError


def runners(n=20, slope=3.0, speeds=(2.5, 3.5, 4.5), seed=0):
    rng = np.random.default_rng(seed)
    own, base = slope + rng.normal(0, 1.0, n), rng.normal(5, 4, n)
    speed, runner = np.tile(speeds, n), np.repeat(np.arange(n), len(speeds))
    return pd.DataFrame(
        {
            "runner_id": np.array([f"R{k:02d}" for k in range(n)])[runner],
            "speed_m_s": speed,
            "side": "both",
            "peak_hip_extension_deg": base[runner] + own[runner] * speed,
            "standing_pelvic_tilt_deg": (base + rng.normal(0, 1, n))[runner],
        }
    )


def test_known_slope_is_inside_its_interval_at_the_stated_rate():
    inside = 0
    for seed in range(1000):
        row = change_with_speed(runners(seed=seed), "peak_hip_extension_deg").iloc[0]
        inside += row["ci_low"] <= 3.0 <= row["ci_high"]
    assert 0.93 <= inside / 1000 <= 0.97


def test_runners_count_as_people_whatever_the_number_of_speeds():
    three = change_with_speed(runners(), "peak_hip_extension_deg").iloc[0]
    dense = change_with_speed(runners(speeds=np.linspace(2.5, 4.5, 30)), "peak_hip_extension_deg")
    assert three["n_runners"] == dense.iloc[0]["n_runners"] == 20


def test_correlation_and_interval_are_those_of_scipy():
    table = runners()
    row = relate(table, "standing_pelvic_tilt_deg", "peak_hip_extension_deg", speed_m_s=3.5).iloc[0]
    at = table[table["speed_m_s"] == 3.5]
    expected = stats.pearsonr(at["standing_pelvic_tilt_deg"], at["peak_hip_extension_deg"])
    interval = expected.confidence_interval(0.95)
    assert row["r"] == pytest.approx(expected.statistic)
    assert row["p"] == pytest.approx(expected.pvalue)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((interval.low, interval.high))


def test_speeds_are_never_pooled():
    table = relate(runners(), "standing_pelvic_tilt_deg", "peak_hip_extension_deg")
    assert table["speed_m_s"].tolist() == [2.5, 3.5, 4.5]
    assert (table["n_runners"] == 20).all()


def test_the_order_of_rows_does_not_matter():
    table = runners()
    shuffled = table.sample(frac=1, random_state=3)
    for function in (
        lambda t: change_with_speed(t, "peak_hip_extension_deg"),
        lambda t: relate(t, "standing_pelvic_tilt_deg", "peak_hip_extension_deg"),
    ):
        pd.testing.assert_frame_equal(function(table), function(shuffled))


def test_too_few_give_a_row_with_n_and_no_interval():
    one_speed = change_with_speed(runners(speeds=(3.0,)), "peak_hip_extension_deg").iloc[0]
    assert one_speed["n_runners"] == 0
    assert np.isnan(one_speed["ci_low"])
    three = relate(runners(n=3), "standing_pelvic_tilt_deg", "peak_hip_extension_deg")
    assert (three["n_runners"] == 3).all()
    assert three[["r", "ci_low", "p"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda t: change_with_speed(t, "peak_hip_extention_deg"), "Did you mean peak_hip_ext"),
        (lambda t: change_with_speed(t, "runner_id"), "holds words"),
        (lambda t: change_with_speed(t, "peak_hip_extension_deg", side="Left"), "one of both"),
        (lambda t: change_with_speed(t, "peak_hip_extension_deg", side="left"), "no left side"),
        (lambda t: change_with_speed("rbds2017", "peak_hip_extension_deg"), "a str was given"),
        (
            lambda t: change_with_speed(t, "peak_hip_extension_deg", confidence=95),
            "a part of one",
        ),
        (
            lambda t: relate(t, "standing_pelvic_tilt_deg", "peak_hip_extension_deg", speed_m_s=3),
            "no runner at 3 m/s. There are: 2.5, 3.5, 4.5",
        ),
        (
            lambda t: relate(
                pd.concat([t, t]), "standing_pelvic_tilt_deg", "peak_hip_extension_deg"
            ),
            "Strides are not people",
        ),
    ],
)
def test_what_cannot_be_is_answered_with_a_sentence(call, expected):
    with pytest.raises(DataError, match=expected):
        call(runners())


def test_a_cohort_of_one_side_uses_it():
    right = runners().assign(side="right")
    assert change_with_speed(right, "peak_hip_extension_deg")["n_runners"].item() == 20


def table_of(values, name="behind_ahead_ratio"):
    who = [f"R{k}" for k in range(len(values))]
    return pd.DataFrame({"runner_id": who, "side": "both", "speed_m_s": 3.5, name: values})


def test_share_beyond_has_wilsons_interval():
    found = gl.share_beyond(table_of([0.9] * 3 + [1.0] + [1.1] * 6), "behind_ahead_ratio", below=1)
    row = found.iloc[0]
    assert (row["n_runners"], row["n_beyond"], row["rule"]) == (10, 3, "below 1")
    # Newcombe 1998, doi 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, formula 3
    assert row["ci_low"] == pytest.approx(0.10779, abs=1e-5)
    assert row["ci_high"] == pytest.approx(0.60322, abs=1e-5)
    above = gl.share_beyond(table_of([1.0, 2.0]), "behind_ahead_ratio", above=1).iloc[0]
    assert above["share"] == 0.5


def test_nobody_measured_is_an_answer():
    runners = gl.runner_means(gl.load_cohort("bmc-ric"))
    assert gl.share_beyond(runners, "behind_ahead_ratio", below=1)["share"].isna().all()
    assert gl.mean_by_speed(runners, "behind_ahead_ratio")["n_runners"].tolist() == [0]


@pytest.mark.parametrize("asked", [{}, {"below": 1, "above": 2}])
def test_one_threshold_is_needed(asked):
    with pytest.raises(DataError, match="one threshold"):
        gl.share_beyond(table_of([1.0, 2.0]), "behind_ahead_ratio", **asked)


def test_means_have_t_intervals():
    row = gl.mean_by_speed(table_of([1.0, 2.0, 3.0]), "behind_ahead_ratio").iloc[0]
    assert (row["n_runners"], row["mean"], row["sd"]) == (3, 2.0, 1.0)
    assert row["ci_high"] == pytest.approx(2 + 4.302653 / np.sqrt(3), rel=1e-6)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (([0.5], "triples"), "design is 'triples'"),
        ((0.0,), "effect 0 of groups cannot be planned for"),
        (([1.0], "correlation"), "effect 1 of correlation"),
        ((0.0001,), "more than 1,000,000 runners"),
    ],
)
def test_a_study_that_cannot_be_planned_is_refused(asked, expected):
    with pytest.raises(DataError, match=expected):
        gl.runners_needed(*asked)


def test_runners_needed_find_what_they_should():
    for design, effect in (("groups", 0.9), ("pairs", 0.7)):
        row = gl.runners_needed(effect, design).iloc[0]
        n = int(row["runners_per_group"]) if design == "groups" else int(row["runners"])
        rng = np.random.default_rng(3)
        first = rng.normal(effect, 1, (4000, n))
        if design == "groups":
            second = rng.normal(0, 1, (4000, n))
            error = np.sqrt((first.var(axis=1, ddof=1) + second.var(axis=1, ddof=1)) / n)
            t, df = (first.mean(axis=1) - second.mean(axis=1)) / error, 2 * n - 2
        else:
            t, df = first.mean(axis=1) / first.std(axis=1, ddof=1) * np.sqrt(n), n - 1
        assert (np.abs(t) > stdtrit(df, 0.975)).mean() == pytest.approx(0.8, abs=0.025)

"""Slopes and correlations with the runner as the unit."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

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

"""Cutting and normalizing: the ends are right, and every candidate is accounted for."""

import numpy as np
import pandas as pd
import pytest

from glutelab.simulate import simulate_trial
from glutelab.strides import cut_strides, sample, time_normalize


def test_a_straight_ramp_stays_straight_to_its_last_point():
    ramp = np.arange(11.0)[None]
    curve = time_normalize(ramp, np.array([0.0]), np.array([10.0]))[0, 0]
    np.testing.assert_allclose(curve, np.linspace(0, 10, 101), atol=1e-12)


def test_a_ramp_between_frames_keeps_both_ends():
    ramp = 3.0 * np.arange(200.0)[None]
    curve = time_normalize(ramp, np.array([10.3]), np.array([120.9]))[0, 0]
    assert curve[[0, -1]] == pytest.approx([30.9, 362.7])


def test_smooth_motion_is_sampled_to_a_hundredth_of_a_percent():
    time = np.arange(300) / 150
    wave = np.sin(2 * np.pi * 3 * time)
    frames = np.linspace(0, 299, 5001)
    error = sample(wave[None], frames)[0] - np.sin(2 * np.pi * 3 * frames / 150)
    assert np.abs(error).max() < 2e-4


def test_a_missing_frame_blanks_only_what_needs_it():
    signal = np.arange(100.0)[None].copy()
    signal[0, 50] = np.nan
    at = np.array([10.0, 47.9, 49.5, 52.1])
    assert np.isnan(sample(signal, at)[0]).tolist() == [False, False, True, False]


def test_outside_the_recording_is_nan():
    curve = time_normalize(np.arange(50.0)[None], np.array([-1.0, 30.0]), np.array([20.0, 49.5]))[0]
    assert np.isnan(curve[0, 0])
    assert np.isnan(curve[1, -1])
    assert not np.isnan(curve[:, 50]).any()


def test_events_give_the_strides_that_were_put_in():
    trial = simulate_trial(duration_s=10.0, stride_time_s=0.7, contact_time_s=0.24)
    table = cut_strides(trial.events)
    assert (table["rule"] == "").all()
    np.testing.assert_allclose(table["end_s"] - table["start_s"], 0.7)
    np.testing.assert_allclose(table["toe_off_s"] - table["start_s"], 0.24)
    np.testing.assert_allclose(table["other_strike_s"] - table["start_s"], 0.35)
    assert table.groupby("side")["stride"].apply(list).map(lambda n: n == sorted(set(n))).all()


def without(events: pd.DataFrame, event: str, side: str, number: int) -> pd.DataFrame:
    rows = events.index[(events["event"] == event) & (events["side"] == side)]
    return events.drop(rows[number])


@pytest.mark.parametrize(
    ("event", "side", "rule", "dropped_side"),
    [
        ("foot_strike", "right", "stride_time", "right"),
        ("toe_off", "left", "toe_off", "left"),
        ("foot_strike", "left", "other_foot", "right"),
    ],
)
def test_each_rule_drops_what_it_says_and_enters_value_and_threshold(
    event, side, rule, dropped_side
):
    events = without(simulate_trial().events, event, side, 5)
    table = cut_strides(events)
    dropped = table[table["rule"] != ""]
    chosen = dropped[dropped["side"] == dropped_side]
    assert rule in set(chosen["rule"])
    assert dropped[["value", "threshold"]].notna().all(axis=None)
    assert (dropped["reason"] != "").all()


def test_shifting_time_shifts_the_strides_and_nothing_else():
    events = simulate_trial().events
    later = events.assign(time_s=events["time_s"] + 7.25)
    first, second = cut_strides(events), cut_strides(later)
    for name in ("start_s", "toe_off_s", "other_strike_s", "end_s"):
        np.testing.assert_allclose(second[name] - first[name], 7.25)
    pd.testing.assert_series_equal(first["rule"], second["rule"])


def test_the_order_of_event_rows_does_not_matter():
    events = simulate_trial().events
    shuffled = events.sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(cut_strides(events), cut_strides(shuffled))


def test_no_events_give_no_strides():
    none = pd.DataFrame({"event": [], "side": [], "time_s": []})
    assert len(cut_strides(none)) == 0

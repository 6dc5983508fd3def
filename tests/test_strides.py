"""Cutting and normalizing: the ends are right, and every candidate is accounted for."""

import numpy as np
import pandas as pd
import pytest

from glutelab.errors import DataError
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


def table_of(strikes, toe_offs=(), other=()):
    """Candidates of the left foot."""
    rows = [("foot_strike", "left", t) for t in strikes]
    rows += [("toe_off", "left", t) for t in toe_offs]
    rows += [("foot_strike", "right", t) for t in other]
    table = cut_strides(pd.DataFrame(rows, columns=["event", "side", "time_s"]))
    return table[table["side"] == "left"].reset_index(drop=True)


def test_a_missed_and_a_doubled_contact_are_dropped_by_the_time_they_take():
    strikes = np.array([0.0, 0.5, 1.0, 1.5, 2.5, 3.0, 3.25, 3.75])
    found = table_of(strikes, strikes + 0.15, strikes + 0.225)
    assert found["rule"].tolist() == ["", "", "", "stride_time", "", "stride_time", ""]
    dropped = found[found["rule"] == "stride_time"]
    assert dropped["value"].tolist() == [2.0, 0.5]
    assert dropped["threshold"].tolist() == [1.25, 0.75]
    assert found.loc[found["rule"] == "", ["value", "threshold"]].isna().all(axis=None)
    assert found["stride"].tolist() == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(("last", "rule"), [(4.25, ""), (4.26, "stride_time"), (3.75, "")])
def test_a_quarter_more_or_less_than_the_median_is_still_a_stride(last, rule):
    strikes = np.array([0.0, 1.0, 2.0, 3.0, last])
    assert table_of(strikes, strikes + 0.3, strikes + 0.45)["rule"].iloc[-1] == rule


def test_none_or_two_toe_offs_are_counted_and_the_first_is_told():
    found = table_of([0.0, 1.0, 2.0, 3.0], [0.3, 2.3, 2.4], [0.5, 1.5, 2.5])
    assert found["rule"].tolist() == ["", "toe_off", "toe_off"]
    assert found["value"].tolist()[1:] == [0.0, 2.0]
    assert found["threshold"].tolist()[1:] == [1.0, 1.0]
    np.testing.assert_array_equal(found["toe_off_s"], [0.3, np.nan, 2.3])
    np.testing.assert_array_equal(found["other_strike_s"], [0.5, 1.5, 2.5])


def test_none_or_two_strikes_of_the_other_foot_are_counted():
    found = table_of([0.0, 1.0, 2.0, 3.0], [0.3, 1.3, 2.3], [0.5, 0.6, 2.5])
    assert found["rule"].tolist() == ["other_foot", "other_foot", ""]
    assert found["value"].tolist()[:2] == [2.0, 0.0]
    assert found["threshold"].tolist()[:2] == [1.0, 1.0]


def test_an_event_at_a_foot_strike_lies_in_no_stride():
    found = table_of([0.0, 1.0, 2.0], [0.0, 1.0, 1.3, 2.0], [0.5, 1.5])
    assert found["rule"].tolist() == ["toe_off", ""]
    assert found["value"][0] == 0.0
    assert found["toe_off_s"][1] == 1.3


def test_the_first_rule_that_fails_is_the_one_that_is_told():
    found = table_of([0.0, 1.0, 2.0, 4.0], [0.3, 1.3], [0.5])
    assert found["rule"].tolist() == ["", "other_foot", "stride_time"]
    found = table_of([0.0, 1.0, 2.0], [0.3], [0.5])
    assert found["rule"].tolist() == ["", "toe_off"]


def test_rules_that_cannot_be_asked_drop_nothing():
    rows = [("foot_strike", "left", t) for t in (0.0, 1.0, 2.0)]
    events = pd.DataFrame(rows, columns=["event", "side", "time_s"])
    assert (cut_strides(events)["rule"] == "toe_off").all()
    assert (cut_strides(events, without=["toe_off"])["rule"] == "other_foot").all()
    found = cut_strides(events, without=["toe_off", "other_foot"])
    assert (found["rule"] == "").all()
    assert found[["toe_off_s", "other_strike_s"]].isna().all(axis=None)
    assert len(found) == 2


def test_candidates_of_both_sides_have_one_index_and_the_left_comes_first():
    table = cut_strides(simulate_trial().events)
    assert table.index.tolist() == list(range(len(table)))
    assert table["side"].is_monotonic_increasing
    for _, part in table.groupby("side"):
        assert part["stride"].tolist() == list(range(1, len(part) + 1))


def test_a_missing_column_of_events_is_named():
    with pytest.raises(DataError, match="events: no column side, time_s. Expected event"):
        cut_strides(pd.DataFrame({"event": []}))


@pytest.mark.parametrize("n_frames", [4, 5, 30])
def test_a_cubic_comes_back_exactly_from_the_first_frame_to_the_last(n_frames):
    def cubic(x):
        return np.stack([2 - 0.3 * x + 0.05 * x**2 - 0.002 * x**3, x**3])

    frames = np.linspace(0, n_frames - 1, 77).reshape(7, 11)
    found = sample(cubic(np.arange(float(n_frames))), frames)
    assert found.shape == (2, 7, 11)
    np.testing.assert_allclose(found, cubic(frames), atol=1e-9)
    outside = np.array([-1e-6, n_frames - 1 + 1e-6, np.nan])
    assert np.isnan(sample(np.ones((1, n_frames)), outside)).all()


def test_three_frames_are_too_few():
    with pytest.raises(ValueError, match="3 frames. Expected at least 4"):
        sample(np.ones((1, 3)), np.array([1.0]))


def test_the_number_of_points_is_asked_for():
    ramp = np.arange(20.0)[None]
    found = time_normalize(ramp, np.array([2.0, 5.0]), np.array([12.0, 15.0]), points=11)
    np.testing.assert_allclose(found, [[np.arange(2.0, 13.0), np.arange(5.0, 16.0)]])


def test_at_whole_frames_the_signal_itself_comes_back():
    noise = np.random.default_rng(0).normal(size=(3, 12))
    np.testing.assert_allclose(sample(noise, np.arange(12.0)), noise, atol=1e-12)
    # Near an end, of the four outermost frames, whatever follows.
    other = noise + np.where(np.arange(12) > 3, 1.0, 0.0)
    np.testing.assert_allclose(sample(noise, np.array([0.4])), sample(other, np.array([0.4])))

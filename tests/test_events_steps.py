"""The steps that events are made of, each with a known answer."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from glutelab.events import match_events
from glutelab.events.contacts import check_contacts, contact_rows
from glutelab.events.linear import follow_model, read_windows
from glutelab.events.swings import contacts_in_order, contacts_of_leg, pair_swings, swing_times
from glutelab.events.swings import vertex as vertex_of

# --- contacts -------------------------------------------------------------------------------------


def contacts(rows, **more):
    """Checked contacts from (side, foot strike, toe-off)."""
    side, strike, toe_off = zip(*rows, strict=True)
    return check_contacts(contact_rows(list(side), strike, toe_off, "made", **more))


@pytest.mark.parametrize(
    ("duration_s", "words"),
    [(0.079, "shorter than 0.08 s"), (0.08, ""), (0.50, ""), (0.501, "longer than 0.5 s")],
)
def test_the_shortest_and_the_longest_contact_are_contacts(duration_s, words):
    found = contacts([("left", 0.0, duration_s)]).iloc[0]
    assert found["kept"] == (not words)
    assert words in found["problem"]
    assert found["problem"] == "" or f"contact of {duration_s:.3f} s" in found["problem"]


@pytest.mark.parametrize(
    ("flight_s", "sides", "words"),
    [
        (0.10, "left right", ""),
        (0.00, "left right", ""),
        (-0.01, "left right", "both feet on the ground at once"),
        (0.10, "left left", "two contacts of the left foot in a row"),
        (-0.01, "right right", "two contacts of the right foot in a row"),
        (0.34, "left left", "two contacts of the left foot in a row"),
        (0.35, "left left", ""),  # so far apart that the one between was not seen
        (0.60, "right right", ""),
    ],
)
def test_neighbors_are_judged_as_a_pair(flight_s, sides, words):
    one, two = sides.split()
    found = contacts([(one, 0.0, 0.25), (two, 0.25 + flight_s, 0.5 + flight_s)])
    assert found["kept"].tolist() == [not words] * 2
    assert found["problem"].str.contains(words).all() if words else (found["problem"] == "").all()


def test_a_contact_that_was_refused_is_nobodys_neighbor():
    rows = [("left", 0.0, 0.25), ("right", 0.3, 0.31), ("left", 0.35, 0.6), ("unknown", 0.7, 0.9)]
    found = contacts(rows)
    assert found["kept"].tolist() == [True, False, True, False]
    assert found["problem"][3] == "the foot on the ground cannot be told from the heel markers"
    assert found["problem"][[0, 2]].tolist() == ["", ""]


def test_half_a_contact_is_kept_and_says_so_once():
    given = contact_rows(["left", "right"], [np.nan, 0.4], [0.2, np.nan], "made")
    given["problem"] = ["already on the ground", ""]
    found = check_contacts(given)
    assert found["kept"].all()
    assert found["problem"][0] == "already on the ground"
    assert found["problem"][1].startswith("foot strike or toe-off not seen")
    assert given["problem"].tolist() == ["already on the ground", ""]  # what was given stays
    refused = check_contacts(given.assign(kept=False))
    assert refused["problem"].tolist() == given["problem"].tolist()


# --- the coarse step ------------------------------------------------------------------------------


def test_the_vertex_of_a_parabola_is_found_between_samples():
    place = np.array([10.3, 20.0, 29.6])
    curve = np.concatenate(
        [5 - 0.1 * (np.arange(10) + 10 * k - p + 5) ** 2 for k, p in enumerate(place)]
    )
    peaks = np.array([int(curve[10 * k : 10 * k + 10].argmax()) + 10 * k for k in range(3)])
    np.testing.assert_allclose(vertex_of(curve, peaks), place - 5, atol=1e-9)
    assert vertex_of(np.array([1.0, 1.0, 1.0]), np.array([1])).tolist() == [1.0]
    # A corner is no parabola: at most half a sample.
    assert vertex_of(np.array([0.0, 1.0, 1.0]), np.array([1])).tolist() == [1.5]


def test_swings_of_a_cosine_are_where_they_are():
    rate_hz, stride_s = 150.0, 0.7
    time_s = np.arange(900) / rate_hz
    swing = 0.3 + 0.4 * np.cos(2 * np.pi * (time_s - 0.2) / stride_s)
    forward, rearward = swing_times(swing, rate_hz)
    inner = forward[(forward > 0.5) & (forward < 5.5)]
    np.testing.assert_allclose(
        (inner - 0.2) / stride_s, np.rint((inner - 0.2) / stride_s), atol=0.01
    )
    np.testing.assert_allclose(np.diff(forward), stride_s, atol=0.03)
    np.testing.assert_allclose(np.diff(rearward), stride_s, atol=0.03)
    assert len(forward) in (8, 9)
    hole = swing.copy()
    hole[300:310] = np.nan
    np.testing.assert_allclose(swing_times(hole, rate_hz)[0], forward, atol=0.01)


@pytest.mark.parametrize(("range_m", "found"), [(0.13, False), (0.18, True)])
def test_less_than_15_cm_is_no_swing(range_m, found):
    time_s = np.arange(900) / 150.0
    forward, rearward = swing_times(0.5 * range_m * np.cos(2 * np.pi * time_s / 0.7), 150.0)
    assert (len(forward) > 0) == (len(rearward) > 0) == found


def test_half_a_second_is_the_least_that_shows_a_swing():
    swing = np.full(600, np.nan)
    swing[:74] = np.cos(2 * np.pi * np.arange(74) / 60)
    assert [len(times) for times in swing_times(swing, 150.0)] == [0, 0]
    swing[:90] = np.cos(2 * np.pi * np.arange(90) / 60)
    assert len(swing_times(swing, 150.0)[1]) > 0


def test_swings_are_paired_in_order():
    forward, rearward = np.array([1.0, 1.7, 3.1]), np.array([0.6, 1.3, 2.0, 2.7, 3.4])
    pairs = pair_swings(forward, rearward)
    assert pairs.tolist() == [[0, 1], [1, 2], [2, 4], [-1, 0], [-1, 3]]
    assert pair_swings(np.array([1.0, 1.7]), np.array([1.8])).tolist() == [[0, -1], [1, 0]]
    assert pair_swings(np.empty(0), np.empty(0)).shape == (0, 2)
    assert pair_swings(np.array([1.0]), np.array([1.0])).tolist() == [[0, 0]]


def test_an_event_far_from_its_swing_is_none():
    leg = SimpleNamespace(
        side="left", forward_s=np.array([1.0, 2.0, 3.0]), rearward_s=np.array([1.4, 2.4, 3.4])
    )
    strike, toe_off = np.array([1.08, 2.10, 3.10]), np.array([1.23, 2.2, 3.21])
    rows = contacts_of_leg(leg, strike, toe_off, "made")
    assert rows["foot_strike_s"].isna().tolist() == [False, True, True]
    assert rows["toe_off_s"].isna().tolist() == [False, True, True]
    rows = contacts_of_leg(leg, strike, np.array([1.23, 2.3, np.nan]), "made")
    assert rows["toe_off_s"].isna().tolist() == [False, False, True]
    assert rows["kept"].tolist() == [True, True, False]
    assert rows["problem"].str.contains("neither foot strike nor toe-off").tolist() == [
        False,
        False,
        True,
    ]
    assert rows["swing_s"].tolist() == [1.0, 2.0, 3.0]
    assert set(rows["method"]) == {"made"}


def test_contacts_of_both_legs_come_in_order_of_their_swings():
    legs = [
        SimpleNamespace(side="left", forward_s=np.array([1.0]), rearward_s=np.array([0.7, 1.3])),
        SimpleNamespace(side="right", forward_s=np.array([0.6]), rearward_s=np.array([0.95])),
    ]
    parts = [
        contacts_of_leg(legs[0], np.array([1.02]), np.array([0.65, 1.25]), "made"),
        contacts_of_leg(legs[1], np.array([0.67]), np.array([0.9]), "made"),
    ]
    found = contacts_in_order(parts)
    assert found["side"].tolist() == ["right", "left", "left"]
    assert found["toe_off_s"].tolist() == [0.9, 0.65, 1.25]
    assert "swing_s" not in found


# --- the fine step --------------------------------------------------------------------------------


def test_windows_hold_velocity_then_acceleration_of_each_channel():
    def velocity(moments, order):
        return (
            np.stack([moments**2, -moments])
            if order == 0
            else np.stack([2 * moments, -np.ones_like(moments)])
        )

    offsets = np.array([-0.1, 0.0, 0.1])
    found = read_windows(velocity, 2, np.zeros(101, bool), 100.0, [0.5], offsets)
    at = 0.5 + offsets
    np.testing.assert_allclose(found, [[*at**2, *-at, *(2 * at), -1, -1, -1]])


@pytest.mark.parametrize(
    ("time_s", "unseen", "there"),
    [
        (0.10, [], True),  # from the first frame
        (0.09, [], False),
        (0.90, [], True),  # to the last
        (0.91, [], False),
        (np.nan, [], False),
        (0.50, [39, 61], True),
        (0.50, [40], False),
        (0.50, [60], False),
        (0.505, [61], False),  # its end lies between frames 60 and 61
        (0.505, [40], False),
        (0.505, [39], True),
    ],
)
def test_windows_are_not_read_where_frames_are_missing(time_s, unseen, there):
    missing = np.zeros(101, bool)
    missing[unseen] = True
    found = read_windows(
        lambda moments, order: moments[None], 1, missing, 100.0, [time_s], np.array([-0.1, 0.1])
    )
    assert found.shape == (1, 4)
    assert np.isfinite(found).all() == there
    assert np.isnan(found).all() != there


def test_guesses_are_moved_to_where_the_model_says_stay():
    events = np.array([1.00, 2.05, 3.02, np.nan])
    model = (-0.05, 0.0, np.array([-1.0]))
    found = follow_model(
        lambda times: (times - events)[:, None], np.array([1.1, 2.1, 3.1, 4]), model
    )
    np.testing.assert_allclose(found, events, atol=1e-9)
    shifted = (-0.05, 0.01, np.array([-0.5]))
    found = follow_model(
        lambda times: (times - events)[:, None], np.array([1.1, 2.1, 3.1, 4]), shifted
    )
    np.testing.assert_allclose(found, events + 0.02, atol=1e-3)


def test_a_guess_takes_steps_of_30_ms_at_most_and_starts_anew_from_the_median():
    """A guess that begins 0.5 s too far away reaches its event only in the second round."""
    events = np.array([1.0, 2.0, 3.0])
    read = []

    def distance(times):
        read.append(times)
        return (times - events)[:, None]

    found = follow_model(distance, events, (0.30, 0.0, np.array([-1.0])))
    first, second = np.array(read[:6]), np.array(read[6:])
    np.testing.assert_allclose(first[:, 0] - 1.0, 0.30 - 0.03 * np.arange(6))
    np.testing.assert_allclose(second[0], events + 0.12)
    np.testing.assert_allclose(found, events, atol=1e-12)
    assert len(read) == 12


def test_what_can_never_be_read_ends_the_search():
    read = []

    def nothing(times):
        read.append(times)
        return np.full((len(times), 1), np.nan)

    found = follow_model(nothing, np.array([1.0, 2.0]), (0.0, 0.0, np.array([1.0])))
    assert np.isnan(found).all()
    assert len(read) == 6


# --- matching -------------------------------------------------------------------------------------


def events(event, side, times_s):
    return pd.DataFrame({"event": event, "side": side, "time_s": times_s})


def test_events_are_matched_within_the_tolerance_to_the_nearest_only():
    truth = events("toe_off", "left", [1.0, 2.0, 3.0])
    found = events("toe_off", "left", [2.0625, 3.125, 1.0, 1.03])
    pairs = match_events(found, truth, tolerance_s=0.0625)
    assert pairs["outcome"].tolist() == ["matched", "extra", "matched", "missed", "extra"]
    np.testing.assert_allclose(pairs["error_s"], [0.0, np.nan, 0.0625, np.nan, np.nan])
    assert (match_events(found, truth, tolerance_s=0.125)["outcome"] == "matched").sum() == 3
    assert match_events(events("toe_off", "left", [1.1001]), truth[:1])["outcome"].tolist() == [
        "missed",
        "extra",
    ]


def test_kinds_of_events_and_feet_are_matched_apart_and_come_in_order():
    truth = pd.concat([events("toe_off", "left", [2.0]), events("foot_strike", "right", [1.5])])
    found = pd.concat(
        [events("foot_strike", "left", [2.0]), events("foot_strike", "right", [1.51])]
    )
    pairs = match_events(found, truth)
    assert list(pairs) == ["event", "side", "reference_s", "found_s", "error_s", "outcome"]
    assert pairs.drop(columns="error_s").values.tolist()[0] == [
        "foot_strike",
        "right",
        1.5,
        1.51,
        "matched",
    ]
    assert set(pairs["outcome"][1:]) == {"missed", "extra"}
    assert list(match_events(truth[:0], found[:0])) == list(pairs)
    with pytest.raises(ValueError, match="reference: no column event, side, time_s"):
        match_events(found, pd.DataFrame())

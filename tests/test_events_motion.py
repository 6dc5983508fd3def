"""What events read of markers: velocities of clusters, axes, and the physical rule."""

import numpy as np
import pytest
from scipy.interpolate import CubicSpline
from test_events import swinging_legs

from glutelab.errors import DataError
from glutelab.events import list_contacts_from_markers, motion
from glutelab.events.legs import LegMotion, _cluster_velocity, _plausible_forefoot, leg_motions
from glutelab.frames import MarkerFrames

TIME_S = np.arange(600) / 150.0


def leg_with(**curves):
    """A leg whose channels have these velocities; swings at 1, 2, 3 s, back 0.3 s later."""
    names = [
        "heel_forward",
        "heel_up",
        "shank_forward",
        "shank_up",
        "forefoot_forward",
        "forefoot_up",
    ]
    channels = np.zeros((6, len(TIME_S)))
    for name, values in curves.items():
        channels[names.index(name)] = values
    swings = np.array([1.0, 2.0, 3.0])
    unseen = np.zeros((len(TIME_S), 3), bool)
    return LegMotion(
        "left", CubicSpline(TIME_S, channels, axis=1), unseen, 150.0, swings, swings + 0.3
    )


@pytest.mark.parametrize("late_s", [0.0, 0.021, 0.04, 0.075])
def test_the_physical_foot_strike_is_where_the_heel_is_pushed_up_most(late_s):
    places = np.array([1.0, 2.0, 3.0]) + late_s
    leg = leg_with(heel_up=sum(np.tanh((TIME_S - place) / 0.02) for place in places))
    found = motion._refine_physical(leg, "foot_strike", leg.forward_s)
    np.testing.assert_allclose(found, places, atol=5e-4)


@pytest.mark.parametrize("early_s", [-0.03, -0.0505, -0.1, -0.14])
@pytest.mark.parametrize("apart_s", [0.0, 0.01])
def test_the_physical_toe_off_is_where_the_foot_speeds_up_less_and_less(early_s, apart_s):
    def braked(places):
        # Its acceleration is a falling step at each place.
        return sum(-0.02 * np.log(np.cosh((TIME_S - place) / 0.02)) for place in places)

    places = np.array([1.3, 2.3, 3.3]) + early_s
    forward = {
        "heel_forward": braked(places - apart_s),
        "forefoot_forward": braked(places + apart_s),
    }
    leg = leg_with(**forward)
    found = motion._refine_physical(leg, "toe_off", leg.rearward_s)
    np.testing.assert_allclose(found, places, atol=2e-3)
    # Without the forefoot, of the heel alone.
    leg.unseen[:10, 2] = True
    found = motion._refine_physical(leg, "toe_off", leg.rearward_s)
    np.testing.assert_allclose(found, places - apart_s, atol=2e-3)


def test_the_physical_rule_leaves_out_what_was_not_seen():
    places = np.array([1.03, 2.03, 3.03])
    leg = leg_with(heel_up=sum(np.tanh((TIME_S - place) / 0.02) for place in places))
    leg.unseen[300, 0] = True  # at 2 s
    leg.unseen[450, 1] = True  # a shank, which it does not read
    found = motion._refine_physical(leg, "foot_strike", leg.forward_s)
    np.testing.assert_allclose(found, [1.03, np.nan, 3.03], atol=5e-4)
    leg.unseen[:, 0] = True
    assert np.isnan(motion._refine_physical(leg, "foot_strike", leg.forward_s)).all()


def test_windows_read_the_heel_and_shank_without_the_forefoot():
    leg = leg_with(heel_forward=1.0 + 0 * TIME_S, forefoot_up=TIME_S)
    leg.unseen[:, 2] = True
    offsets = np.array([-0.01, 0.0, 0.01])
    two = motion.features(leg, np.array([1.0]), offsets, 2)
    assert two.shape == (1, 24)
    np.testing.assert_allclose(two[0, :3], 1.0)
    np.testing.assert_allclose(two[0, 3:], 0.0, atol=1e-9)
    assert np.isnan(motion.features(leg, np.array([1.0]), offsets, 3)).all()
    leg.unseen[:, 2] = False
    three = motion.features(leg, np.array([1.0]), offsets, 3)
    np.testing.assert_allclose(three[0, 15:18], 1.0 + offsets)
    np.testing.assert_allclose(three[0, 33:], 1.0, atol=1e-9)
    assert len(motion.channel_names(3)) * len(offsets) == three.shape[1]
    assert motion.channel_names(2) == [
        "heel_forward_velocity_m_s",
        "heel_up_velocity_m_s",
        "shank_forward_velocity_m_s",
        "shank_up_velocity_m_s",
        "heel_forward_acceleration_m_s2",
        "heel_up_acceleration_m_s2",
        "shank_forward_acceleration_m_s2",
        "shank_up_acceleration_m_s2",
    ]


# --- clusters -------------------------------------------------------------------------------------


def test_a_marker_that_comes_and_goes_does_not_move_the_velocity():
    rising = np.stack([np.stack([TIME_S**2, TIME_S]), np.stack([TIME_S**2 + 5, TIME_S - 3])])
    whole = _cluster_velocity(rising, TIME_S)
    np.testing.assert_allclose(whole, [2 * TIME_S, np.ones(600)], atol=1e-9)
    holes = rising.copy()
    holes[0, :, 100:200], holes[1, :, 150:160] = np.nan, np.nan
    found = _cluster_velocity(holes, TIME_S)
    assert np.isnan(found).all(axis=0).tolist() == [150 <= k < 160 for k in range(600)]
    there = np.isfinite(found)
    np.testing.assert_allclose(found[there], whole[there], atol=1e-9)
    # Three frames on end are too few for a spline, four are not.
    short = np.full((1, 2, 600), np.nan)
    short[0, :, 10:13], short[0, :, 20:24] = rising[0, :, 10:13], rising[0, :, 20:24]
    seen = np.isfinite(_cluster_velocity(short, TIME_S)).all(axis=0)
    assert np.flatnonzero(seen).tolist() == [20, 21, 22, 23]
    assert np.isnan(_cluster_velocity(rising[:0], TIME_S)).all()


def test_a_forefoot_lies_6_to_35_cm_from_the_heel():
    heel = np.zeros((1, 2, 50))
    distances = [0.05, 0.07, 0.34, 0.36]
    forefoot = np.stack([np.stack([np.full(50, d), np.zeros(50)]) for d in distances])
    kept = _plausible_forefoot(forefoot, heel)
    assert kept[:, 0, 0].tolist() == [0.07, 0.34]


def markers_of(lift_m=0.0, rate_hz=150.0, front_m=None):
    markers = swinging_legs(rate_hz=rate_hz)
    names, positions = list(markers.names), markers.positions_m.copy()
    places = [
        names.index(f"{side}_{part}") for part in ("asis", "psis") for side in ("right", "left")
    ]
    positions[:, places, 1] += lift_m
    if front_m is not None:
        positions[:, places[:2], 0] = positions[:, places[2:], 0] + front_m
    return MarkerFrames(tuple(names), positions, rate_hz, "made up")


def test_a_pelvis_is_more_than_30_cm_above_the_heels():
    """The heels of `swinging_legs` are 0.25 m up on the mean, the pelvis is 1 m up."""
    leg_motions(markers_of(lift_m=-0.43))
    with pytest.raises(DataError, match=r"the pelvis is 0\.28 m above the heel"):
        leg_motions(markers_of(lift_m=-0.47))


def test_the_front_of_the_pelvis_is_not_behind_its_back():
    leg_motions(markers_of(front_m=0.0))
    leg_motions(markers_of(front_m=0.01))
    with pytest.raises(DataError, match=r"front of the pelvis is 0\.02 m behind its back along X"):
        leg_motions(markers_of(front_m=-0.02))


def test_80_frames_per_second_are_enough():
    assert len(leg_motions(markers_of(rate_hz=80.0))) == 2
    with pytest.raises(DataError, match="made up: 79 frames per second. Expected at least 80"):
        leg_motions(markers_of(rate_hz=79.0))


def test_legs_swing_where_they_were_made_to_and_move_against_the_pelvis():
    right, left = sorted(leg_motions(markers_of()), key=lambda leg: leg.side, reverse=True)
    assert (right.side, left.side) == ("right", "left")
    np.testing.assert_allclose(
        right.forward_s[1:-1] * 1.4 % 1, np.rint(right.forward_s[1:-1] * 1.4 % 1), atol=0.02
    )
    np.testing.assert_allclose(right.rearward_s[1:-1] * 1.4 % 1, 0.5, atol=0.02)
    np.testing.assert_allclose(left.forward_s[1:-1] * 1.4 % 1, 0.5, atol=0.02)
    inner = TIME_S[(TIME_S > 0.5) & (TIME_S < 3.5)]
    phase = 2 * np.pi * 1.4 * inner
    expected = -0.4 * 2 * np.pi * 1.4 * np.sin(phase)
    np.testing.assert_allclose(right.velocity(inner)[0], expected, atol=0.01)
    np.testing.assert_allclose(right.velocity(inner)[2], 0.6 * expected, atol=0.01)
    up = -0.15 * 2 * np.pi * 1.4 * np.cos(phase)
    np.testing.assert_allclose(right.velocity(inner)[1], up, atol=0.01)
    assert not right.unseen[:, :2].any()
    assert right.unseen[:, 2].all()  # no marker of the forefoot
    walking = markers_of()
    positions = walking.positions_m + np.arange(len(walking))[:, None, None] / 150 * [3.0, 0, 0]
    moved = leg_motions(walking.replaced(positions))[1]
    np.testing.assert_allclose(moved.velocity(inner)[0], expected, atol=0.01)
    np.testing.assert_allclose(moved.forward_s, right.forward_s, atol=1e-3)
    np.testing.assert_allclose(moved.rearward_s, right.rearward_s, atol=1e-3)


def test_a_heel_that_is_lost_leaves_the_other_leg():
    markers = markers_of()
    positions = markers.positions_m.copy()
    positions[40:, markers.index("left_heel_top")] = np.nan
    legs = {leg.side: leg for leg in leg_motions(markers.replaced(positions))}
    assert len(legs["left"].forward_s) == 0
    assert len(legs["right"].forward_s) > 3
    contacts = list_contacts_from_markers(markers.replaced(positions), rule="physical")
    assert set(contacts["side"]) == {"right"}

"""Where force and angles stop being those of a runner: limits, and what tells the foot."""

import numpy as np
import pytest

from glutelab.errors import DataError
from glutelab.events import list_contacts_by_side, list_contacts_from_force
from glutelab.events.angle_checks import check_ranges, check_swings
from glutelab.events.force import check_same_trial, crossing
from glutelab.frames import ForceFrames, MarkerFrames

# --- force ----------------------------------------------------------------------------------------


def forces_of(vertical, rate_hz=1000.0):
    force = np.zeros((len(vertical), 3))
    force[:, 1] = vertical
    return ForceFrames(force, np.zeros_like(force), rate_hz, "made up")


def half_sines(strikes_s, peaks_n, duration_s=4.0, rate_hz=1000.0, contact_s=0.25):
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    vertical = np.zeros(len(time_s))
    for strike, peak in zip(strikes_s, np.broadcast_to(peaks_n, len(strikes_s)), strict=True):
        inside = (time_s >= strike) & (time_s < strike + contact_s)
        vertical[inside] += peak * np.sin(np.pi * (time_s[inside] - strike) / contact_s)
    return vertical


def heels(strikes_s, duration_s=4.0, rate_hz=150.0, lift_m=(0.3, 0.3), base_m=(0.0, 0.0)):
    """One marker on each heel; left and right in turn are down."""
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    up = np.repeat(np.array(lift_m)[None], len(time_s), axis=0)
    for k, strike in enumerate(strikes_s):
        up[(time_s > strike - 0.04) & (time_s < strike + 0.29), k % 2] = 0.0
    positions = np.zeros((len(time_s), 2, 3))
    positions[:, :, 1] = up + base_m
    return MarkerFrames(("left_heel", "right_heel"), positions, rate_hz, "made up")


STRIKES = 0.2 + 0.36 * np.arange(10)


def test_a_crossing_lies_on_the_line_between_its_samples():
    vertical = np.array([0.0, 10.0, 40.0, 80.0, 30.0, 0.0, np.nan, 50.0, 50.0])
    found = crossing(vertical, np.array([2, 5, 7, 9, 0]), 20.0)
    np.testing.assert_allclose(found, [1 + 1 / 3, 4 + 1 / 3, np.nan, np.nan, np.nan])


def test_force_and_markers_may_differ_by_two_frames_not_by_three():
    markers = heels(STRIKES)
    for frames, error in ((2, False), (-2, False), (3, True), (-3, True)):
        forces = forces_of(np.zeros(4000 - round(frames / 0.15)))
        if error:
            with pytest.raises(DataError, match="the markers last 4.00 s"):
                check_same_trial(forces, markers)
        else:
            check_same_trial(forces, markers)


@pytest.mark.parametrize("both_feet", [True, False])
@pytest.mark.parametrize(("share", "used"), [(0.15, False), (0.40, True)])
def test_a_small_bump_is_vibration_whatever_its_length(both_feet, share, used):
    peaks = np.full(10, 1500.0)
    peaks[4] *= share
    if both_feet:
        found = list_contacts_from_force(forces_of(half_sines(STRIKES, peaks)), heels(STRIKES))
    else:
        parts = [half_sines(STRIKES[k::2], peaks[k::2]) for k in (0, 1)]
        found = list_contacts_by_side(
            dict(zip(("left", "right"), map(forces_of, parts), strict=True))
        )
    assert found["kept"].tolist() == [True] * 4 + [used] + [True] * 5
    assert (found["problem"] == "").tolist() == found["kept"].tolist()
    assert found["peak_n"].iloc[3] == pytest.approx(1500, rel=0.03)
    assert found["peak_n"].iloc[4] == pytest.approx(1500 * share, rel=0.03)
    if used:
        assert found["side"].tolist() == ["left", "right"] * 5
    else:
        words = f"only {found['peak_n'].iloc[4]:.0f} N, usual peak 1[45]"
        assert found["problem"].str.contains(words)[4]


@pytest.mark.parametrize(("seen", "used"), [(0.35, True), (0.22, False)])
def test_a_contact_that_the_record_cuts_has_to_show_most_of_its_peak(seen, used):
    """Of a half sine of which 35 % is there, 89 % of the peak; of 22 %, 64 %."""
    late = STRIKES - STRIKES[0] - 0.25 * (1 - seen)
    vertical = half_sines(late, 1500.0, 3.5)
    found = list_contacts_from_force(forces_of(vertical), heels(late, 3.5))
    assert np.isnan(found["foot_strike_s"][0])
    assert found["kept"].tolist() == [used] + [True] * (len(found) - 1)
    assert found["side"][0] == ("left" if used else "unknown")
    assert found["problem"][0].startswith("already on the ground where the record")
    assert ("too little of the contact" in found["problem"][0]) == (not used)


def test_the_lower_heel_stands_wherever_its_marker_was_stuck():
    vertical = half_sines(STRIKES, 1500.0)
    for base in ((0.0, 0.0), (0.2, 0.0), (0.0, 0.2)):
        found = list_contacts_from_force(forces_of(vertical), heels(STRIKES, base_m=base))
        assert found["side"].tolist() == ["left", "right"] * 5
        assert found["kept"].all()


@pytest.mark.parametrize(("lift_m", "told"), [(0.04, False), (0.06, True)])
def test_heels_that_are_nearly_level_do_not_tell_the_foot(lift_m, told):
    vertical = half_sines(STRIKES, 1500.0)
    found = list_contacts_from_force(forces_of(vertical), heels(STRIKES, lift_m=(lift_m, lift_m)))
    assert found["kept"].tolist() == [told] * 10
    assert set(found["side"]) == ({"left", "right"} if told else {"unknown"})


def test_only_the_middle_of_a_contact_tells_the_foot():
    """The other heel is down in the first and in the last quarter of each contact."""
    markers = heels(STRIKES)
    time_s = np.arange(len(markers)) / markers.rate_hz
    positions = markers.positions_m.copy()
    for k, strike in enumerate(STRIKES):
        edge = (time_s > strike) & (time_s < strike + 0.25)
        edge &= (time_s < strike + 0.05) | (time_s > strike + 0.20)
        positions[edge, k % 2, 1], positions[edge, 1 - k % 2, 1] = 0.5, 0.0
    found = list_contacts_from_force(
        forces_of(half_sines(STRIKES, 1500.0)), markers.replaced(positions)
    )
    assert found["side"].tolist() == ["left", "right"] * 5


def test_contacts_of_each_foot_come_in_order_even_if_the_record_begins_in_one():
    parts = {
        "left": half_sines([-0.15, 0.57, 1.29], 1500.0, 2.0),
        "right": half_sines([0.21, 0.93, 1.65], 1200.0, 2.0),
    }
    found = list_contacts_by_side({side: forces_of(part) for side, part in parts.items()})
    assert found["side"].tolist() == ["left", "right"] * 3
    assert np.isnan(found["foot_strike_s"][0])
    assert found["kept"].all()
    np.testing.assert_allclose(
        found["foot_strike_s"][1:], [0.21, 0.57, 0.93, 1.29, 1.65], atol=5e-3
    )
    np.testing.assert_allclose(found["toe_off_s"][:5], [0.10, 0.46, 0.82, 1.18, 1.54], atol=5e-3)
    assert set(found["method"]) == {"force_20n_50hz_by_side"}
    # The first has passed its peak where the record begins.
    peaks = [1500 * np.sin(0.6 * np.pi), 1200, 1500, 1200, 1500, 1200]
    assert found["peak_n"].tolist() == pytest.approx(peaks, rel=0.03)


# --- angles ---------------------------------------------------------------------------------------


def leg_of(hip=(-10.0, 15.0, 45.0), knee=(5.0, 35.0, 100.0), ankle=None, name="hip"):
    """Angles of which 1, 50 and 99 % are about these."""

    def spread(low, middle, high):
        return np.concatenate([np.linspace(low, middle, 500), np.linspace(middle, high, 500)])

    angles = {name: spread(*hip), "knee": spread(*knee)}
    return angles if ankle is None else angles | {"ankle": spread(*ankle)}


@pytest.mark.parametrize(
    ("angles", "sentence"),
    [
        ({}, ""),
        ({"knee": (-5.0, 20.0, 50.0)}, ""),
        ({"knee": (44.0, 60.0, 100.0)}, ""),
        ({"knee": (0.0, 20.0, 39.0)}, r"knee flexion runs from 0\.\d+ to 38.*Is it in radians\?"),
        ({"knee": (47.0, 80.0, 110.0)}, "knee flexion .*180 minus"),
        ({"knee": (-60.0, -30.0, 30.0)}, "knee flexion .*sign flipped"),
        ({"knee": (20.0, 22.0, 24.0)}, "radians, or a standing trial"),
        ({"knee": (14.0, 20.0, 26.0)}, r"Is it in radians\?"),
        ({"hip": (0.0, 8.0, 18.0)}, ""),
        ({"hip": (0.0, 1.0, 18.0)}, ""),
        ({"hip": (0.0, 6.0, 14.0)}, r"hip flexion runs from .* Is the hip in radians"),
        ({"hip": (0.0, 6.0, 14.0), "name": "thigh"}, "hip flexion minus pelvic tilt runs from"),
        ({"hip": (-70.0, -39.0, -10.0)}, ""),
        ({"hip": (-70.0, -41.0, -10.0)}, "hip flexion .*sign of the hip flipped"),
        ({"hip": (40.0, 74.0, 120.0)}, ""),
        ({"hip": (40.0, 76.0, 120.0)}, "hip flexion .*180 minus the angle, or is tilt off"),
        ({"ankle": (-20.0, 0.0, 20.0)}, ""),
        ({"ankle": (0.0, 2.0, 13.0)}, ""),
        ({"ankle": (-6.0, 0.0, 5.0)}, r"the ankle runs from -5\.\d+ to 4\.\d+.*radians"),
    ],
)
def test_the_range_of_each_angle_says_what_it_is_not(angles, sentence):
    if not sentence:
        check_ranges("trial", leg_of(**angles))
        return
    with pytest.raises(DataError, match=f"trial: {sentence}" if sentence[0] in "kht" else sentence):
        check_ranges("trial", leg_of(**angles))


def running_leg(stride_s=0.7, rate_hz=100.0, knee_lag=0.0, ankle_sign=1.0, ankle=True):
    """The knee bends most while the thigh swings forward; dorsiflexion before plantarflexion."""
    time_s = np.arange(600) / rate_hz
    phase = 2 * np.pi * time_s / stride_s
    angles = {"hip": 15 + 25 * np.cos(phase), "knee": 50 - 45 * np.sin(phase + knee_lag)}
    if ankle:
        angles["ankle"] = -ankle_sign * 20 * np.sin(phase - np.pi)
    forward = np.arange(stride_s, time_s[-1], stride_s)
    return angles, forward, forward[:-1] + 0.5 * stride_s, rate_hz


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({}, ""),
        ({"stride_s": 0.41}, ""),
        ({"stride_s": 0.94}, ""),
        ({"stride_s": 0.39}, "a stride takes 0.39 s at 100 frames per second"),
        ({"stride_s": 0.96}, "a stride takes 0.96 s"),
        ({"ankle_sign": -1.0}, "the ankle stretches before it bends up"),
        ({"ankle_sign": -1.0, "ankle": False}, ""),
        ({"knee_lag": np.pi}, "the hip turns by -2.. degrees per second when the knee bends most"),
        ({"knee_lag": np.pi / 2}, r"the hip turns by -?\d degrees per second"),
    ],
)
def test_a_leg_that_runs_swings_forward_while_the_knee_bends(how, sentence):
    if not sentence:
        check_swings("trial", *running_leg(**how))
        return
    with pytest.raises(DataError, match=f"trial: {sentence}"):
        check_swings("trial", *running_leg(**how))


def test_two_swings_forward_and_one_back_are_the_least():
    angles, forward, rearward, rate_hz = running_leg()
    check_swings("trial", angles, forward[:2], rearward[:1], rate_hz)
    for few in ((forward[:1], rearward), (forward, rearward[:0])):
        with pytest.raises(DataError, match="no stride was found"):
            check_swings("trial", angles, *few, rate_hz)

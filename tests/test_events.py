import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.interpolate import CubicSpline

from glutelab.errors import DataError
from glutelab.events import (
    detect_events_from_force,
    detect_events_from_markers,
    detect_events_rbds,
    events_from_contacts,
    list_contacts_by_side,
    list_contacts_from_force,
    list_contacts_from_markers,
    match_events,
    motion,
)
from glutelab.formats.rbds import read_forces, read_markers
from glutelab.frames import ForceFrames, MarkerFrames
from glutelab.simulate import simulate_trial

SAMPLES = Path(__file__).parents[1] / "data" / "samples" / "rbds2017_raw"
TRIALS = sorted(
    match[1]
    for path in SAMPLES.glob("*markers.txt*")
    if (match := re.match(r"(RBDS\d{3}runT\d{2})markers", path.name))
)

STEP_S = 0.36
CONTACT_S = 0.25


def frames(names, positions_m, rate_hz=150.0):
    return MarkerFrames(tuple(names), np.asarray(positions_m, dtype=float), rate_hz, "made up")


def heel_markers(sides, duration_s=6.0, rate_hz=150.0, start_s=0.1):
    """Both heels: the stance heel near the ground, the other one 0.3 m up."""
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    positions = np.zeros((len(time_s), 6, 3))
    positions[:, :, 1] = 0.35
    for i, side in enumerate(sides):
        strike = start_s + i * STEP_S
        stance = (time_s > strike - 0.03) & (time_s < strike + CONTACT_S + 0.03)
        columns = slice(0, 3) if side == "left" else slice(3, 6)
        positions[stance, columns, 1] = 0.05
    names = [
        f"{side}_{name}"
        for side in ("left", "right")
        for name in ("heel_top", "heel_bottom", "heel_lateral")
    ]
    return frames(names, positions, rate_hz)


def contact_force(n_contacts=16, duration_s=6.0, rate_hz=300.0, start_s=0.1, peak_n=1500.0):
    """Half sines: the force crosses 20 N a known, tiny time after the nominal strike."""
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    vertical = np.zeros(len(time_s))
    for i in range(n_contacts):
        phase = (time_s - start_s - i * STEP_S) / CONTACT_S
        inside = (phase > 0) & (phase < 1)
        vertical[inside] += peak_n * np.sin(np.pi * phase[inside])
    delay_s = CONTACT_S / np.pi * np.arcsin(20.0 / peak_n)
    strikes = start_s + STEP_S * np.arange(n_contacts) + delay_s
    return vertical, strikes, strikes + CONTACT_S - 2 * delay_s


def forces_of(vertical, rate_hz=300.0):
    force = np.zeros((len(vertical), 3))
    force[:, 1] = vertical
    return ForceFrames(force, np.zeros_like(force), rate_hz, "made up")


SIDES = ["left", "right"] * 8


def times(events, event):
    return events.loc[events["event"] == event, "time_s"].to_numpy()


def test_force_crossings_are_found_between_samples():
    vertical, strikes, toe_offs = contact_force()
    # A high cut-off: the filter rounds the corner of a half sine, the crossing itself is exact.
    events = detect_events_from_force(forces_of(vertical), heel_markers(SIDES), cutoff_hz=140.0)
    assert np.abs(times(events, "foot_strike") - strikes).max() < 0.001
    assert np.abs(times(events, "toe_off") - toe_offs).max() < 0.001
    assert events["side"].tolist() == np.repeat(SIDES, 2).tolist()
    assert events["time_s"].is_monotonic_increasing
    assert set(events["method"]) == {"force_20n_140hz"}
    assert list(events.columns) == ["event", "side", "time_s", "method"]


def test_usual_cutoff_moves_events_by_under_four_ms():
    vertical, strikes, toe_offs = contact_force()
    events = detect_events_from_force(forces_of(vertical), heel_markers(SIDES))
    assert np.abs(times(events, "foot_strike") - strikes).max() < 0.004
    assert np.abs(times(events, "toe_off") - toe_offs).max() < 0.004


def test_force_rate_hardly_matters():
    slow, _, _ = contact_force(rate_hz=300.0)
    fast, _, _ = contact_force(rate_hz=1200.0)
    markers = heel_markers(SIDES)
    one = detect_events_from_force(forces_of(slow, 300.0), markers)
    two = detect_events_from_force(forces_of(fast, 1200.0), markers)
    assert np.abs(one["time_s"] - two["time_s"]).max() < 0.001


def test_mirroring_swaps_only_the_sides():
    vertical, _, _ = contact_force()
    flip = {"left": "right", "right": "left"}
    events = detect_events_from_force(forces_of(vertical), heel_markers(SIDES))
    mirrored = detect_events_from_force(
        forces_of(vertical), heel_markers([flip[side] for side in SIDES])
    )
    assert mirrored["side"].map(flip).tolist() == events["side"].tolist()
    np.testing.assert_array_equal(mirrored["time_s"], events["time_s"])


def test_two_contacts_of_one_foot_in_a_row_are_reported_not_repaired():
    vertical, _, _ = contact_force()
    sides = [*SIDES[:5], SIDES[4], *SIDES[6:]]
    contacts = list_contacts_from_force(forces_of(vertical), heel_markers(sides))
    refused = contacts[~contacts["kept"]]
    # The wrong one and both of its neighbors of the same foot.
    assert refused.index.tolist() == [4, 5, 6]
    assert refused["problem"].str.contains("left foot in a row").all()
    assert len(events_from_contacts(contacts)) == 2 * (len(SIDES) - 3)


def test_record_that_starts_and_ends_in_contact():
    # Both cut contacts show their peak, so that the foot can be told.
    cut = {"start_s": -0.08, "duration_s": 5.84}
    vertical, strikes, toe_offs = contact_force(17, **cut)
    contacts = list_contacts_from_force(forces_of(vertical), heel_markers([*SIDES, "left"], **cut))
    assert np.isnan(contacts["foot_strike_s"].iloc[0])
    assert contacts["toe_off_s"].iloc[0] == pytest.approx(toe_offs[0], abs=0.004)
    assert contacts["kept"].iloc[0]
    assert "record" in contacts["problem"].iloc[0]
    assert np.isnan(contacts["toe_off_s"].iloc[-1])
    events = events_from_contacts(contacts)
    assert np.isfinite(events["time_s"]).all()
    assert events["event"].iloc[0] == "toe_off"
    assert strikes[1] == pytest.approx(times(events, "foot_strike")[0], abs=0.004)


def test_sliver_of_a_contact_at_the_start_is_not_given_a_side():
    vertical, _, toe_offs = contact_force(start_s=-0.2)
    contacts = list_contacts_from_force(forces_of(vertical), heel_markers(SIDES, start_s=-0.2))
    assert contacts["side"].iloc[0] == "unknown"
    assert not contacts["kept"].iloc[0]
    assert "too little" in contacts["problem"].iloc[0]
    assert contacts["toe_off_s"].iloc[0] == pytest.approx(toe_offs[0], abs=0.004)
    assert contacts["kept"].iloc[1:].all()


def test_gap_in_the_force_gives_no_false_events():
    vertical, _, _ = contact_force()
    # From the middle of contact 3 to the middle of contact 5.
    gap = slice(round((0.1 + 3.4 * STEP_S) * 300), round((0.1 + 5.4 * STEP_S) * 300))
    vertical[gap] = np.nan
    contacts = list_contacts_from_force(forces_of(vertical), heel_markers(SIDES))
    whole = contacts.dropna(subset=["foot_strike_s", "toe_off_s"])
    assert len(whole) == len(SIDES) - 3
    assert whole["kept"].all()


@pytest.mark.parametrize(
    ("length_s", "words"), [(0.04, "shorter than 0.08 s"), (0.9, "longer than 0.5 s")]
)
def test_impossible_contact_times_are_refused(length_s, words):
    vertical, _, _ = contact_force()
    time_s = np.arange(len(vertical)) / 300.0
    begin = 0.1 + 8 * STEP_S
    vertical[(time_s > begin - 0.1) & (time_s < begin + 0.35)] = 0.0
    vertical[(time_s > begin) & (time_s < begin + length_s)] = 1200.0
    contacts = list_contacts_from_force(forces_of(vertical), heel_markers(SIDES))
    refused = contacts[~contacts["kept"]]
    assert len(refused) == 1
    assert words in refused["problem"].iloc[0]


def test_belt_vibration_is_listed_and_not_an_event():
    vertical, strikes, _ = contact_force()
    quiet = round((0.1 + 3 * STEP_S + CONTACT_S + 0.05) * 300)
    vertical[quiet : quiet + 4] = 60.0
    contacts = list_contacts_from_force(forces_of(vertical), heel_markers(SIDES))
    blip = contacts[~contacts["kept"]]
    assert len(blip) == 1
    assert "vibration" in blip["problem"].iloc[0]
    assert len(times(events_from_contacts(contacts), "foot_strike")) == len(strikes)


def test_missing_heel_marker_is_no_trouble_but_all_of_a_foot_is():
    vertical, _, _ = contact_force()
    markers = heel_markers(SIDES)
    holes = markers.positions_m.copy()
    holes[:, 0] = np.nan
    holes[200:500, 1] = np.nan
    events = detect_events_from_force(forces_of(vertical), markers.replaced(holes))
    assert events["side"].tolist() == np.repeat(SIDES, 2).tolist()
    holes[:, :3] = np.nan
    with pytest.raises(DataError, match="no left heel marker"):
        detect_events_from_force(forces_of(vertical), markers.replaced(holes))


def test_force_errors_say_what_to_do():
    vertical, _, _ = contact_force()
    with pytest.raises(DataError, match="never exceeds 20 N.*sign"):
        detect_events_from_force(forces_of(-vertical), heel_markers(SIDES))
    with pytest.raises(DataError, match=r"lasts 6\.00 s and the markers last 4\.00 s"):
        detect_events_from_force(forces_of(vertical), heel_markers(SIDES, duration_s=4.0))


def test_rbds_cut_falls_on_marker_frames_and_is_early():
    vertical, strikes, toe_offs = contact_force()
    events = detect_events_rbds(forces_of(vertical), heel_markers(SIDES))
    found = times(events, "foot_strike")
    frame = found * 150.0
    np.testing.assert_allclose(frame, np.rint(frame), atol=1e-6)
    assert ((found - strikes) < 0.003).all()
    assert (times(events, "toe_off") > toe_offs).all()
    assert set(events["method"]) == {"force_20n_10hz_next_frame"}


def test_match_events_counts_missed_and_extra():
    truth = pd.DataFrame({"event": "foot_strike", "side": "left", "time_s": [1.0, 2.0, 3.0]})
    found = pd.DataFrame({"event": "foot_strike", "side": "left", "time_s": [1.01, 2.5, 2.99]})
    pairs = match_events(found, truth)
    assert pairs["outcome"].tolist() == ["matched", "missed", "extra", "matched"]
    np.testing.assert_allclose(pairs["error_s"].dropna(), [0.01, -0.01])
    other_foot = match_events(found.assign(side="right"), truth)
    assert other_foot["outcome"].value_counts().to_dict() == {"missed": 3, "extra": 3}


def test_missing_columns_are_named():
    with pytest.raises(ValueError, match="found: no column side"):
        match_events(pd.DataFrame({"event": [], "time_s": []}), pd.DataFrame())
    with pytest.raises(ValueError, match="kept, method"):
        events_from_contacts(pd.DataFrame({"side": [], "foot_strike_s": [], "toe_off_s": []}))


# Markers alone -----------------------------------------------------------------------------------


def swinging_legs(duration_s=5.0, rate_hz=150.0, facing=1.0):
    """A caricature of running: legs that swing fore and aft in opposite phase."""
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    markers = {
        "right_asis": (0.1, 1.0, 0.1),
        "left_asis": (0.1, 1.0, -0.1),
        "right_psis": (-0.1, 1.0, 0.1),
        "left_psis": (-0.1, 1.0, -0.1),
    }
    names, positions = list(markers), [np.tile(p, (len(time_s), 1)) for p in markers.values()]
    for side, lag in (("right", 0.0), ("left", np.pi)):
        phase = 2 * np.pi * 1.4 * time_s + lag
        for name, part, height in (("heel_top", 1.0, 0.1), ("shank_top_lateral", 0.6, 0.4)):
            names.append(f"{side}_{name}")
            up = height + part * 0.15 * (1 - np.sin(phase))
            positions.append(np.stack([part * 0.4 * np.cos(phase), up, 0 * up], axis=1))
    stacked = np.stack(positions, axis=1)
    stacked[:, :, 0] *= facing
    return frames(names, stacked, rate_hz)


def test_marker_errors_say_what_to_do():
    with pytest.raises(ValueError, match="'trained', 'physical'"):
        detect_events_from_markers(swinging_legs(), rule="best")
    with pytest.raises(DataError, match="change the sign of X and Z"):
        detect_events_from_markers(swinging_legs(facing=-1.0))
    with pytest.raises(DataError, match="at least 80"):
        detect_events_from_markers(swinging_legs(rate_hz=50.0))
    markers = swinging_legs()
    still = markers.replaced(np.repeat(markers.positions_m[:1], len(markers), axis=0))
    with pytest.raises(DataError, match="no stride was found"):
        detect_events_from_markers(still)
    z_up = markers.replaced(markers.positions_m[:, :, [0, 2, 1]])
    with pytest.raises(DataError, match="which axis is vertical"):
        detect_events_from_markers(z_up)
    hidden = markers.positions_m.copy()
    hidden[:, markers.index("left_shank_top_lateral")] = np.nan
    with pytest.raises(DataError, match='left shank.*rule="physical"'):
        detect_events_from_markers(markers.replaced(hidden))
    assert len(list_contacts_from_markers(markers.replaced(hidden), rule="physical")) > 0


def read(trial, kind):
    reader = read_markers if kind == "markers" else read_forces
    return reader(next(SAMPLES.glob(f"{trial}{kind}.txt*")))


def only_inner(pairs, duration_s, margin_s=0.35):
    """Without the first and last step, which one of the two methods may not see whole."""
    at = pairs["reference_s"].fillna(pairs["found_s"])
    return pairs[at.between(margin_s, duration_s - margin_s)]


@pytest.mark.parametrize("trial", TRIALS)
def test_markers_agree_with_force(trial):
    # These runners are not among those the coefficients were fitted to.
    markers, forces = read(trial, "markers"), read(trial, "forces")
    reference = detect_events_from_force(forces, markers)
    pairs = match_events(detect_events_from_markers(markers), reference)
    pairs = only_inner(pairs, len(markers) / markers.rate_hz)
    assert (pairs["outcome"] == "matched").all()
    error_ms = 1000 * pairs.set_index("event")["error_s"].abs()
    assert error_ms["foot_strike"].mean() < 5.0
    assert error_ms["foot_strike"].quantile(0.95) < 12.0
    assert error_ms["toe_off"].mean() < 7.0
    assert error_ms["toe_off"].quantile(0.95) < 17.0


@pytest.mark.parametrize("trial", TRIALS)
def test_force_contacts_alternate(trial):
    markers, forces = read(trial, "markers"), read(trial, "forces")
    contacts = list_contacts_from_force(forces, markers)
    inner = contacts[contacts["peak_n"] > 0.5 * contacts["peak_n"].median()].iloc[1:-1]
    assert inner["kept"].all()
    assert (inner["side"].to_numpy()[1:] != inner["side"].to_numpy()[:-1]).all()


def test_fitted_runners_are_not_sample_runners():
    text = motion.COEFFICIENTS.read_text(encoding="utf-8")
    tuned = re.search(r'"tuning_runners": \[(.*?)\]', text)[1]
    assert not {trial[4:7] for trial in TRIALS} & set(re.findall(r"\d{3}", tuned))


@pytest.fixture(scope="module")
def short_trial():
    """Ten seconds of a real recording, and its events."""
    markers = read(TRIALS[0], "markers")
    markers = markers.replaced(markers.positions_m[:1500])
    return markers, detect_events_from_markers(markers)


def largest_change_ms(events, reference, duration_s=10.0):
    pairs = only_inner(match_events(events, reference), duration_s, margin_s=0.5)
    assert len(pairs) > 40
    assert (pairs["outcome"] == "matched").all()
    return 1000 * pairs["error_s"].abs().max()


def test_markers_mirrored(short_trial):
    markers, events = short_trial
    flip = {"left": "right", "right": "left"}
    names = tuple(
        flip[side] + "_" + rest for side, rest in (name.split("_", 1) for name in markers.names)
    )
    mirrored = frames(names, markers.positions_m * [1.0, 1.0, -1.0])
    found = detect_events_from_markers(mirrored)
    assert largest_change_ms(found.assign(side=found["side"].map(flip)), events) < 1e-6


def test_markers_later_and_elsewhere(short_trial):
    markers, events = short_trial
    late = markers.replaced(markers.positions_m[75:] + [3.0, 0.2, -1.0])
    found = detect_events_from_markers(late)
    found = found.assign(time_s=found["time_s"] + 0.5)
    pairs = match_events(found, events)
    pairs = pairs[pairs["reference_s"].fillna(pairs["found_s"]).between(1.2, 9.5)]
    assert (pairs["outcome"] == "matched").all()
    # The median over fewer strides starts the search elsewhere.
    assert 1000 * pairs["error_s"].abs().max() < 0.5


def test_overground_is_the_same_as_treadmill(short_trial):
    markers, events = short_trial
    positions = markers.positions_m.copy()
    positions[:, :, 0] += 3.0 * np.arange(len(markers))[:, None] / markers.rate_hz
    found = detect_events_from_markers(markers.replaced(positions))
    assert largest_change_ms(found, events) < 0.1


@pytest.mark.parametrize(("rate_hz", "bound_ms"), [(300.0, 1.5), (100.0, 4.0)])
def test_markers_at_another_rate(short_trial, rate_hz, bound_ms):
    markers, events = short_trial
    old = np.arange(len(markers)) / markers.rate_hz
    new = np.arange(0.0, old[-1], 1.0 / rate_hz)
    positions = np.full((len(new), len(markers.names), 3), np.nan)
    for i in range(len(markers.names)):
        for axis in range(3):
            values = markers.positions_m[:, i, axis]
            seen = np.isfinite(values)
            if seen.any():
                # Gaps are bridged here: the point is the rate.
                positions[:, i, axis] = CubicSpline(old[seen], values[seen])(new)
    found = detect_events_from_markers(frames(markers.names, positions, rate_hz))
    assert largest_change_ms(found, events) < bound_ms


def test_short_gaps_swapped_and_missing_metatarsals(short_trial):
    markers, events = short_trial
    random = np.random.default_rng(3)
    positions = markers.positions_m.copy()
    for start in random.integers(20, 1460, 30):
        positions[start : start + 12, random.integers(len(markers.names))] = np.nan
    swapped = [markers.index("right_metatarsal_1"), markers.index("right_metatarsal_5")]
    positions[:, swapped] = positions[:, swapped[::-1]]
    assert largest_change_ms(detect_events_from_markers(markers.replaced(positions)), events) < 8.0
    positions[:, [i for i, n in enumerate(markers.names) if "metatarsal" in n]] = np.nan
    found = detect_events_from_markers(markers.replaced(positions))
    assert largest_change_ms(found, events) < 20.0


def test_long_gap_is_in_the_ledger(short_trial):
    markers, events = short_trial
    positions = markers.positions_m.copy()
    left = [i for i, name in enumerate(markers.names) if name.startswith("left_heel")]
    positions[600:750, left] = np.nan
    contacts = list_contacts_from_markers(markers.replaced(positions))
    found = events_from_contacts(contacts)
    lost = match_events(found, events).query("outcome == 'missed'")
    assert lost["side"].eq("left").all()
    assert lost["reference_s"].between(3.8, 5.2).all()
    assert contacts["problem"].str.contains("gap").sum() > 0
    assert (match_events(found, events)["outcome"] != "extra").all()


# --- a force for each foot ------------------------------------------------------------------------


def test_a_force_for_each_foot_gives_the_same_events_as_one_for_both():
    trial = simulate_trial(duration_s=6.0)
    whole = list_contacts_from_force(trial.forces, trial.markers)
    times = np.arange(len(trial.forces)) / trial.forces.rate_hz
    feet = {}
    for side in ("left", "right"):
        of_foot = np.zeros(len(times), dtype=bool)
        for contact in whole[whole["side"] == side].itertuples():
            start = contact.foot_strike_s if np.isfinite(contact.foot_strike_s) else -1.0
            stop = contact.toe_off_s if np.isfinite(contact.toe_off_s) else 1e9
            of_foot |= (times > start - 0.05) & (times < stop + 0.05)
        force = np.where(of_foot[:, None], trial.forces.force_n, 0.0)
        feet[side] = ForceFrames(force, trial.forces.cop_m, trial.forces.rate_hz, "belts.mot")
    split = list_contacts_by_side(feet)
    for column in ("foot_strike_s", "toe_off_s"):
        ours, theirs = (table.loc[table["kept"], column].to_numpy() for table in (split, whole))
        np.testing.assert_allclose(ours, theirs, atol=0.002)
    assert split["side"].tolist() == whole["side"].tolist()
    with pytest.raises(DataError, match="no force of the right foot"):
        list_contacts_by_side({"left": feet["left"]})

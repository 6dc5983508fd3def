"""Forces of another time, place, runner or sign: refused with a sentence, or said in a note."""

import warnings

import numpy as np
import pandas as pd
import pytest

from glutelab.errors import DataError
from glutelab.events import detect_events_from_force
from glutelab.formats.rbds import read_forces, read_markers
from glutelab.frames import ForceFrames
from glutelab.kinetics import KINETIC_NAMES, foot_contacts, force_lag, kinetic_measures
from glutelab.processing import process_trial
from glutelab.segments import segment_model
from glutelab.simulate import simulate_trial

BODY = {"speed_m_s": 3.5, "height_m": 1.78, "mass_kg": 62.0, "sex": "male"}


@pytest.fixture(scope="module")
def recorded(raw_sample):
    markers = read_markers(raw_sample / "RBDS001runT35markers.txt.gz")
    forces = read_forces(raw_sample / "RBDS001runT35forces.txt.gz")
    standing = read_markers(raw_sample / "RBDS001static.txt.gz", standing=True)
    return markers, forces, segment_model(standing), detect_events_from_force(forces, markers)


def run(recorded, forces=None, events=None, **body):
    markers, force, model, found = recorded
    return process_trial(
        markers,
        model,
        found if events is None else events,
        forces=force if forces is None else forces,
        **{**BODY, **body},
    )


def changed(forces, force_n=None, cop_m=None):
    return ForceFrames(
        forces.force_n if force_n is None else force_n,
        forces.cop_m if cop_m is None else cop_m,
        forces.rate_hz,
        "run.txt",
    )


def late(forces, samples):
    return changed(
        forces, np.roll(forces.force_n, samples, axis=0), np.roll(forces.cop_m, samples, axis=0)
    )


def rules(result):
    return result.ledger.loc[result.ledger["kept"], "kinetics_rule"]


@pytest.fixture(scope="module")
def whole(recorded):
    return run(recorded)


# --- axes and signs -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "factors", "expected"),
    [
        ([0, 1, 2], [-1, 1, 1], r"pushes forward by -0\.4\d.*sign of X is flipped"),
        ([2, 1, 0], [1, 1, 1], r"swapped: give X forward and Z to the right"),
        ([2, 1, 0], [-1, 1, 1], r"swapped"),
        ([0, 1, 2], [0, 1, 0], r"\+0\.00 N s/kg.*all zero: export all three"),
        ([0, 1, 2], [0.1, 1, 0.1], r"\+0\.05 N s/kg.*in newtons.*leave the forces out"),
    ],
)
def test_a_horizontal_force_that_does_not_brake_and_push_is_refused(
    columns, factors, expected, recorded
):
    forces = recorded[1]
    with pytest.raises(DataError, match=rf"run\.txt: .*{expected}"):
        run(recorded, changed(forces, forces.force_n[:, columns] * factors))


def test_a_slope_or_a_change_of_speed_is_no_wrong_sign(recorded):
    """A constant push in addition, of a tenth of body weight, is that of a slope of 10 %."""
    forces = recorded[1]
    for share in (0.1, -0.1):
        tilted = forces.force_n + share * forces.force_n[:, [1, 0, 0]] * [1, 0, 0]
        assert (rules(run(recorded, changed(forces, tilted))) == "").all()


# --- place ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shift_m", "expected"),
    [
        ([0, 0.05, 0], r"m above heel and metatarsal heads.*0\.01 to 0\.08 m below"),
        ([0, -0.08, 0], r"m below heel and metatarsal heads"),
        ([0.05, 0, 0], r"\+0\.0\d+ m ahead of the metatarsal heads late in stance"),
        ([-0.05, 0, 0], r"-0\.0\d+ m ahead of the metatarsal heads"),
        ([2.0, 0, 0], r"m from the foot.*Expected under the foot.*origin and axes"),
    ],
)
def test_a_center_of_pressure_that_lies_elsewhere_is_refused(shift_m, expected, recorded):
    forces = recorded[1]
    with pytest.raises(DataError, match=expected):
        run(recorded, changed(forces, cop_m=forces.cop_m + shift_m))


def test_millimeters_are_named(recorded):
    forces = recorded[1]
    with pytest.raises(DataError, match=r"m from the foot.*Is it in millimeters\? Give meters"):
        run(recorded, changed(forces, cop_m=1000 * forces.cop_m))


# --- time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("samples", [3, 6, -3, -6])
def test_a_force_that_is_late_or_early_is_refused(samples, recorded):
    _, forces, _, events = recorded
    for shift_s in (0.0, samples / forces.rate_hz):  # events from markers, or from this force
        word = "late" if samples > 0 else "early"
        with pytest.raises(DataError, match=rf"ms {word} against the markers.*within 4.5 ms"):
            run(recorded, late(forces, samples), events.assign(time_s=events["time_s"] + shift_s))


def test_a_force_that_is_a_whole_contact_late_gives_no_moments(recorded):
    """With events from the markers it shows no contact where they say there is one."""
    result = run(recorded, late(recorded[1], 50))
    assert set(rules(result)) <= {"load", "cop_outside"}


def test_samples_lost_on_the_way_are_seen(recorded):
    forces = recorded[1]
    lost = np.delete(np.arange(len(forces)), np.arange(6000, 6006))
    lost = np.append(lost, [len(forces) - 1] * 6)
    events = recorded[3]
    events = events.assign(time_s=events["time_s"].where(events["time_s"] < 20, lambda t: t - 0.02))
    with pytest.raises(DataError, match="(19|20|21) ms early"):
        run(recorded, changed(forces, forces.force_n[lost], forces.cop_m[lost]), events)


def test_another_trial_does_not_fit(recorded, raw_sample):
    markers, forces, model, _ = recorded
    other = read_forces(raw_sample / "RBDS027runT45forces.txt.gz")
    scaled = changed(
        other, other.force_n * forces.force_n[:, 1].mean() / other.force_n[:, 1].mean()
    )
    # Its own contacts, so that the force looks whole.
    found = detect_events_from_force(
        other, read_markers(raw_sample / "RBDS027runT45markers.txt.gz")
    )
    with pytest.raises(DataError):
        process_trial(markers, model, found, forces=scaled, **BODY)


def test_the_lag_is_the_one_put_in():
    """Force, legs and an upper body of known mass that follows 7 ms later."""
    rate_hz, mass_kg = 150.0, 50.0
    t = np.arange(3000) / rate_hz
    wave, swing = 2 * np.pi * 2.8, 2 * np.pi * 1.4
    vertical = 700 + 900 * np.sin(wave * t) + 200 * np.sin(2 * wave * t)
    legs = 150 + 120 * np.cos(wave * t + 1.0) + 30 * np.sin(swing * t)
    # At t the body is where force and legs put it at t - 7 ms, so that both are shifted alike.
    for lag_s in (0.0, 0.007, -0.004):
        earlier = t - lag_s
        push = 900 * np.sin(wave * earlier) + 200 * np.sin(2 * wave * earlier)
        push -= 120 * np.cos(wave * t + 1.0) + 30 * np.sin(swing * t)
        spectrum = np.fft.rfft(push / mass_kg)
        turns = 2j * np.pi * np.fft.rfftfreq(len(t), 1 / rate_hz)
        spectrum[1:] /= turns[1:] ** 2
        spectrum[0] = 0
        found = force_lag(vertical, legs, 0.9 + np.fft.irfft(spectrum, len(t)), rate_hz)
        assert found.lag_s == pytest.approx(lag_s, abs=2e-4)
        assert found.correlation > 0.998
    assert force_lag(vertical[:200], legs[:200], t[:200], rate_hz) is None
    assert force_lag(vertical, legs, np.full(len(t), 0.9), rate_hz) is None


def test_what_cannot_be_compared_is_said(recorded):
    """Strides of a recording that is too short keep their moments, and a note."""
    trial = simulate_trial(duration_s=2.1)
    result = process_trial(
        trial.markers,
        segment_model(trial.standing),
        trial.events,
        forces=trial.forces,
        speed_m_s=3.5,
        mass_kg=68.0,
        sex="female",
    )
    assert any("not checked for synchrony: too little to compare" in note for note in result.notes)


# --- mass, and what is not given ------------------------------------------------------------------


@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_a_mass_ten_percent_off_is_noted(factor, recorded, whole):
    assert not any("weight" in note for note in whole.notes)
    (note,) = [n for n in run(recorded, mass_kg=62.0 * factor).notes if "weight" in n]
    assert "0.92 to 1.03 is usual" in note
    assert "is mass_kg right?" in note


@pytest.mark.parametrize("nothing", [None, pd.NA, np.nan])
def test_what_is_not_given_gets_a_sentence(nothing, recorded):
    with pytest.raises(DataError, match="mass_kg is.*leave the forces out"):
        run(recorded, mass_kg=nothing)
    with pytest.raises(DataError, match=r"sex is .*dempster"):
        run(recorded, sex=nothing)
    markers, _, model, events = recorded
    without = process_trial(markers, model, events, speed_m_s=3.5, mass_kg=nothing)
    assert without.strides["leg_stiffness_kn_m"].isna().all()
    with pytest.raises(DataError, match=r"mass_kg is 'heavy'.*a number"):
        process_trial(markers, model, events, speed_m_s=3.5, mass_kg="heavy")


def test_force_missing_in_flight_is_no_loss(recorded, whole):
    _, forces, _, events = recorded
    force, time_s = forces.force_n.copy(), np.arange(len(forces)) / forces.rate_hz
    contacts = np.concatenate(list(foot_contacts(events, 30.0).values()))
    down = ((time_s >= contacts[:, :1]) & (time_s <= contacts[:, 1:])).any(axis=0)
    force[~down] = np.nan
    result = run(recorded, changed(forces, force))
    assert (rules(result) == rules(whole)).all()
    for name in KINETIC_NAMES:  # what is left of the force just before and after contact
        difference = result.curves[name] - whole.curves[name]
        assert np.sqrt(np.nanmean(difference**2)) < 0.03


# --- strides --------------------------------------------------------------------------------------


def simulated(stride_time_s, contact_time_s):
    trial = simulate_trial(
        duration_s=12.0, stride_time_s=stride_time_s, contact_time_s=contact_time_s
    )
    return process_trial(
        trial.markers,
        segment_model(trial.standing),
        trial.events,
        forces=trial.forces,
        speed_m_s=2.0,
        mass_kg=68.0,
        sex="female",
    )


def test_contacts_that_no_foot_is_given_have_no_kinetics():
    assert (rules(simulated(1.0, 0.45)) == "").all()
    result = simulated(1.2, 0.55)
    assert set(rules(result)) == {"assigned"}
    assert result.ledger["kinetics_value"].max() == 0.0
    assert result.ledger["kinetics_reason"].str.contains("more than 0.5 s").all()
    assert sum("no left stride has joint moments" in note for note in result.notes) == 1


def test_a_long_contact_of_the_other_foot_is_double_support(recorded, whole):
    events = recorded[3].copy()
    places = events.index[(events["event"] == "toe_off") & (events["side"] == "right")]
    events.loc[places[10], "time_s"] += 0.3
    result = run(recorded, events=events)
    struck = result.ledger[result.ledger["kinetics_rule"] != ""]
    assert "double_support" in set(struck.loc[struck["side"] == "left", "kinetics_rule"])
    assert len(struck) <= 4


@pytest.mark.parametrize("damage", ["cop", "load", "double_support"])
def test_a_bad_next_contact_strikes_out_the_stride_it_ends(damage, recorded, whole):
    _, forces, _, events = recorded
    rows = whole.strides.query("side == 'left'").reset_index(drop=True)
    strike = rows.loc[7, "start_s"]
    force, cop, time_s = forces.force_n.copy(), forces.cop_m.copy(), np.arange(len(forces)) / 300
    here = (time_s > strike) & (time_s < strike + 0.06)
    rule = {"cop": "cop_outside"}.get(damage, damage)
    if damage == "cop":
        cop[here] += [0.0, 0.0, 0.15]
    elif damage == "load":
        force[here] = 0.0
    else:
        late_off = events.index[(events["side"] == "right") & (events["event"] == "toe_off")]
        before = late_off[events.loc[late_off, "time_s"] < strike][-1]
        events = events.copy()
        events.loc[before, "time_s"] = strike + 0.03
    result = run(recorded, changed(forces, force, cop), events)
    ledger = result.ledger.query("side == 'left' and kinetics_rule != ''")
    assert rows.loc[6, "stride"] in ledger["stride"].to_numpy()
    assert set(ledger["kinetics_rule"]) == {rule}
    assert rows.loc[5, "stride"] not in ledger["stride"].to_numpy()


def curves_with(hip_power, hip_moment=None):
    still = np.zeros((len(hip_power), 101))
    names = [f"{joint}_power_w_kg" for joint in ("hip", "knee", "ankle")]
    curves = dict.fromkeys(names, still) | {"hip_power_w_kg": hip_power}
    moments = ("hip_extensor", "knee_extensor", "ankle_plantarflexor")
    curves |= {f"{name}_moment_nm_kg": still for name in moments}
    return curves | {} if hip_moment is None else curves | {"hip_extensor_moment_nm_kg": hip_moment}


@pytest.mark.parametrize("early_s", [0.010, 0.020])
def test_strikes_that_are_a_little_early_strike_nothing_out(early_s, recorded, whole):
    """Strikes from filtered force come before the force passes 20 N."""
    events = recorded[3].copy()
    events.loc[events["event"] == "foot_strike", "time_s"] -= early_s
    found = rules(run(recorded, events=events))
    assert (found == "").sum() >= (rules(whole) == "").sum() - 1


def test_peaks_of_the_hip_are_those_after_the_impact():
    percent = np.arange(101.0)
    impact = 9.0 * np.exp(-percent / 2.0)
    burst = 4.0 * np.exp(-(((percent - 12.3) / 3.0) ** 2))
    power = np.stack([impact + burst, impact, -impact - 1.0, burst])
    times = pd.DataFrame({"start_s": [0.0] * 4, "toe_off_s": [0.25] * 4, "end_s": [0.7] * 4})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = kinetic_measures(curves_with(power, power), times, speed_m_s=3.0)
    peak, place = (found[f"peak_hip_power_stance_{unit}"].to_numpy() for unit in ("w_kg", "pct"))
    np.testing.assert_allclose(place[[0, 3]], 12.3, atol=0.05)
    np.testing.assert_allclose(peak[[0, 3]], 4.0, atol=0.05)
    assert np.isnan(place[1:3]).all()
    assert np.isnan(peak[1:3]).all()
    moment = found["peak_hip_extensor_moment_nm_kg"]
    np.testing.assert_allclose(moment[1], impact[5])
    # No positive work at all: no share, and no warning.
    assert np.isnan(found["hip_positive_work_share_stance_pct"][2])

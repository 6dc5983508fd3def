"""Kinetics from faulty forces: a sentence, or a ledger entry; never a guess."""

import numpy as np
import pandas as pd
import pytest

from glutelab.errors import DataError
from glutelab.events import detect_events_from_force
from glutelab.formats.rbds import read_forces, read_markers
from glutelab.frames import ForceFrames
from glutelab.kinetics import KINETIC_NAMES, kinetics_verdicts
from glutelab.kinetics.place import Place
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


def run(recorded, forces=None, events=None, markers=None, **body):
    own, force, model, found = recorded
    return process_trial(
        own if markers is None else markers,
        model,
        found if events is None else events,
        forces=force if forces is None else forces,
        **{**BODY, **body},
    )


@pytest.fixture(scope="module")
def whole(recorded):
    return run(recorded)


def changed(forces, force_n=None, cop_m=None, rate_hz=None):
    return ForceFrames(
        forces.force_n if force_n is None else force_n,
        forces.cop_m if cop_m is None else cop_m,
        rate_hz or forces.rate_hz,
        "run.txt",
    )


def struck(result):
    """Strides that are kept, but have no kinetics."""
    ledger = result.ledger[result.ledger["kept"]].reset_index(drop=True)
    return ledger[ledger["kinetics_rule"] != ""]


def check_books(result, whole):
    """Kept = with kinetics + without, and the others are as they were."""
    kept = result.ledger[result.ledger["kept"]].reset_index(drop=True)
    without = (kept["kinetics_rule"] != "").to_numpy()
    kinetic = [name for name in result.strides if name not in plain(result)]
    for name in KINETIC_NAMES:
        missing = np.isnan(result.curves[name])
        assert (missing.all(axis=1) == missing.any(axis=1)).all()
        assert (missing[:, 0] == without).all()
    assert (result.strides[kinetic].isna().all(axis=1) == without).all()
    assert result.strides[kinetic][~without].notna().all(axis=None)
    assert result.strides[plain(result)].notna().all(axis=None)
    reasons = kept.loc[without, ["kinetics_value", "kinetics_threshold"]]
    assert reasons.notna().all(axis=None)
    assert (kept.loc[without, "kinetics_reason"] != "").all()
    for name in KINETIC_NAMES:
        np.testing.assert_allclose(
            result.curves[name][~without], whole.curves[name][~without], atol=0.02
        )


def plain(result):
    words = ("moment", "power", "work", "impulse")
    return [name for name in result.strides if not any(word in name for word in words)]


def test_every_stride_of_a_whole_recording_has_kinetics(whole):
    assert struck(whole).empty
    check_books(whole, whole)


def test_a_missing_center_of_pressure_strikes_out_its_stride_only(recorded, whole):
    forces = recorded[1]
    row = whole.strides.query("side == 'left'").iloc[5]
    cop = forces.cop_m.copy()
    first = round((row["start_s"] + 0.10) * forces.rate_hz)
    cop[first : first + 3] = np.nan
    result = run(recorded, changed(forces, cop_m=cop))
    entry = struck(result)
    assert entry[["side", "stride", "kinetics_rule"]].values.tolist() == [
        ["left", row["stride"], "cop"]
    ]
    assert entry["kinetics_value"].item() == 3
    assert "center of pressure" in entry["kinetics_reason"].item()
    check_books(result, whole)


def test_what_is_missing_right_after_a_foot_strike_strikes_out_the_stride_before_too(
    recorded, whole
):
    forces = recorded[1]
    row = whole.strides.query("side == 'left'").iloc[5]
    cop = forces.cop_m.copy()
    first = round((row["start_s"] + 0.03) * forces.rate_hz)
    cop[first : first + 3] = np.nan
    result = run(recorded, changed(forces, cop_m=cop))
    assert struck(result)["stride"].tolist() == [row["stride"] - 1, row["stride"]]
    check_books(result, whole)


def test_a_center_of_pressure_missing_in_flight_does_not_matter(recorded, whole):
    forces = recorded[1]
    cop = np.where(forces.force_n[:, 1:2] > 20.0, forces.cop_m, np.nan)
    result = run(recorded, changed(forces, cop_m=cop))
    assert struck(result).empty
    for name in KINETIC_NAMES:
        assert np.array_equal(result.curves[name], whole.curves[name])


def test_missing_force_strikes_out_its_stride(recorded, whole):
    forces = recorded[1]
    row = whole.strides.query("side == 'right'").iloc[8]
    force = forces.force_n.copy()
    first = round((row["start_s"] + 0.10) * forces.rate_hz)
    force[first : first + 5] = np.nan
    result = run(recorded, changed(forces, force_n=force))
    assert struck(result)[["side", "stride", "kinetics_rule"]].values.tolist() == [
        ["right", row["stride"], "force"]
    ]
    check_books(result, whole)


def test_a_force_that_ends_a_little_early_strikes_out_what_it_lacks(recorded, whole):
    forces = recorded[1]
    short = changed(forces, forces.force_n[:-4], forces.cop_m[:-4])
    result = run(recorded, short)
    assert set(struck(result)["kinetics_rule"]) <= {"moments", "force"}
    check_books(result, whole)


def test_contacts_that_overlap_are_not_shared_out(recorded, whole):
    events = recorded[3].copy()
    later = events["event"] == "toe_off"
    events.loc[later, "time_s"] += 0.16  # no flight left: both feet on the ground
    result = run(recorded, events=events)
    entry = struck(result)
    assert len(entry) == len(result.strides)
    assert (entry["kinetics_rule"] == "double_support").mean() > 0.9
    assert (entry["kinetics_value"] > 0).all()


def test_a_center_of_pressure_off_the_foot_is_not_believed(recorded):
    forces = recorded[1]
    result = run(recorded, changed(forces, cop_m=forces.cop_m + [0.0, 0.0, 0.15]))
    assert set(struck(result)["kinetics_rule"]) == {"cop_outside"}
    assert len(struck(result)) == len(result.strides)
    assert "0.08 m from the foot" in struck(result)["kinetics_reason"].iloc[0]


def test_simulated_force_follows_the_foot():
    trial = simulate_trial(duration_s=8.0)
    result = process_trial(
        trial.markers,
        segment_model(trial.standing),
        trial.events,
        forces=trial.forces,
        speed_m_s=3.5,
        mass_kg=68.0,
        sex="female",
    )
    assert struck(result).empty
    assert result.strides["peak_ankle_plantarflexor_moment_nm_kg"].between(1.0, 4.0).all()


def test_contacts_that_the_force_does_not_show_have_no_kinetics(recorded):
    forces = recorded[1]
    force = forces.force_n.copy()
    force[2000:4000] = 0.0  # the belt was not recorded
    result = run(recorded, changed(forces, force_n=force))
    entry = struck(result)
    assert set(entry["kinetics_rule"]) == {"load"}
    assert entry["start_s"].between(2000 / 300 - 0.8, 4000 / 300).all()
    assert len(entry) > 10


def test_a_gap_in_the_markers_strikes_out_moments_beside_it(recorded):
    """A stride that ends where a segment is lost keeps its angles; the derivative needs more."""
    markers = recorded[0]
    rows = run(recorded).strides.query("side == 'left'").reset_index(drop=True)
    end = rows.loc[11, "start_s"] * markers.rate_hz
    positions = markers.positions_m.copy()
    names = ("left_thigh_top_lateral", "left_thigh_bottom_lateral", "left_thigh_top_medial")
    first = int(np.ceil(end)) + 2
    for name in names:
        positions[first : first + 45, markers.index(name)] = np.nan
    result = run(recorded, markers=markers.replaced(positions))
    entry = struck(result).query("side == 'left'")
    assert rows.loc[10, "stride"] in entry["stride"].to_numpy()
    assert set(entry["kinetics_rule"]) == {"moments"}


DAMAGES = {
    "mass": (lambda f: f, {"mass_kg": np.nan}, r"mass_kg is nan.*leave the forces out"),
    "sex": (lambda f: f, {"sex": None}, r"sex is None.*dempster"),
    "inertia": (lambda f: f, {"inertia": "hanavan"}, r"inertia is 'hanavan'"),
    "pounds": (lambda f: f, {"mass_kg": 136.7}, r"0\.4\d times the weight of 136\.7 kg.*newtons"),
    "kilonewtons": (
        lambda f: changed(f, f.force_n / 1000),
        {},
        r"run\.txt: the mean vertical force is 0\.00 times",
    ),
    "half": (
        lambda f: changed(f, f.force_n[:4500], f.cop_m[:4500]),
        {},
        r"force lasts 15\.00 s and the markers last 30\.00 s.*same trial",
    ),
    "rate": (
        lambda f: changed(f, rate_hz=1000.0),
        {},
        r"force lasts 9\.00 s.*both rates are right",
    ),
    "no cop": (
        lambda f: changed(f, cop_m=np.full_like(f.cop_m, np.nan)),
        {},
        r"center of pressure is missing in every sample.*leave the forces out",
    ),
    "no force": (
        lambda f: changed(f, np.full_like(f.force_n, np.nan)),
        {},
        r"the force is missing in every sample",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_forces_that_cannot_be_get_a_sentence(damage, recorded):
    harm, body, expected = DAMAGES[damage]
    with pytest.raises(DataError, match=expected):
        run(recorded, harm(recorded[1]), **body)


def test_rules_are_entered_in_order_and_only_once():
    """A stance without force is not blamed for the center of pressure, too."""
    n = 300
    force = np.zeros((n, 3))
    force[:, 1] = 500.0
    cop = np.full((n, 3), np.nan)
    force[10:20], cop[150:] = np.nan, 0.0
    forces = ForceFrames(force, cop, 100.0)
    times = pd.DataFrame({"start_s": [0.05, 1.0], "toe_off_s": [0.3, 1.25], "end_s": [0.7, 1.7]})
    still = np.zeros(n)
    place = Place(still > 0, still, still, still, still > 0, still > 0)
    contacts = {"left": np.array([[0.05, 0.3], [1.0, 1.25]]), "right": np.empty((0, 2))}
    verdicts = kinetics_verdicts(
        times, "left", np.zeros((2, 2, 101)), forces, contacts, place, 100.0
    )
    assert verdicts["rule"].tolist() == ["force", "cop"]
    assert verdicts["value"].tolist() == [10.0, 26.0]


# --- runners unlike those of RBDS -----------------------------------------------------------------


def simulated(forces=None, **options):
    trial = simulate_trial(**options)
    given = {"forces": forces or trial.forces, "mass_kg": 68.0, "sex": "male", "speed_m_s": 2.0}
    return process_trial(trial.markers, segment_model(trial.standing), trial.events, **given)


def with_kinetics(result):
    return int(result.strides["hip_positive_work_stance_j_kg"].notna().sum())


def test_walking_keeps_its_angles_and_is_told_why_it_has_no_moments():
    result = simulated(stride_time_s=1.1, contact_time_s=0.62)
    assert (struck(result)["kinetics_rule"] == "double_support").all()
    assert with_kinetics(result) == 0 < len(result.strides)
    assert any("as in walking" in note for note in result.notes)


def test_feet_that_take_turns_without_flight_share_nothing():
    result = simulated(stride_time_s=0.74, contact_time_s=0.37)
    assert with_kinetics(result) == len(result.strides) > 20


@pytest.mark.parametrize("elsewhere", [0.0, np.nan])
def test_a_plate_in_the_floor_sees_some_contacts_and_accuses_nobody(elsewhere):
    """One contact is no stride: without the next one its end is not known. The mass is right."""
    trial = simulate_trial()
    force, cop = trial.forces.force_n.copy(), trial.forces.cop_m.copy()
    time = np.arange(len(force)) / trial.forces.rate_hz
    on = (time > 3.65) & (time < 3.99)  # one contact of the right foot, from 3.70 to 3.94
    force[~on], cop[~on] = elsewhere, np.nan
    result = simulated(changed(trial.forces, force, cop))
    assert not any("weight" in note for note in result.notes)
    assert with_kinetics(result) == 0
    assert set(struck(result)["kinetics_rule"]) <= {"load", "force"}
    with pytest.raises(DataError, match="of both feet"):  # and none at all is a fault
        simulated(changed(trial.forces, np.zeros_like(force), np.zeros_like(cop)))

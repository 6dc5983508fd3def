"""Standing trials and forces that do not fit the running trial they lie beside."""

from __future__ import annotations

import numpy as np
import pytest

from glutelab.contract import examine_standing
from glutelab.events import detect_events_from_force
from glutelab.formats import rbds
from glutelab.frames import ForceFrames
from glutelab.intake.companions import examine_event_times, face_forward
from glutelab.kinematics import standing_posture
from glutelab.segments import segment_model


@pytest.fixture(scope="module")
def standing(raw_sample):
    return rbds.read_markers(raw_sample / "RBDS001static.txt.gz", standing=True)


@pytest.fixture(scope="module")
def running(raw_sample):
    return rbds.read_markers(raw_sample / "RBDS001runT25markers.txt.gz")


@pytest.fixture(scope="module")
def forces(raw_sample):
    return rbds.read_forces(raw_sample / "RBDS001runT25forces.txt.gz")


def turned(markers, degrees):
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return markers.replaced(
        markers.positions_m @ np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]])
    )


@pytest.mark.parametrize("degrees", [20, 45, 90, -135, 180])
def test_nobody_has_to_stand_the_way_they_run(standing, degrees):
    facing, notes = face_forward(turned(standing, degrees))
    assert "the runner stood turned by" in notes[0]
    straight = standing_posture(segment_model(face_forward(turned(standing, 0))[0]))
    tilt = standing_posture(segment_model(facing))["pelvic_tilt_deg"]
    assert tilt == pytest.approx(straight["pelvic_tilt_deg"], abs=0.1)
    assert examine_standing(facing) == []


def test_a_runner_who_stands_straight_is_not_turned(standing):
    facing, notes = face_forward(standing)
    assert facing is standing
    assert notes == []


@pytest.mark.parametrize(
    ("factors", "code"),
    [
        ((1, 1, -1), "sides_swapped"),
        ((1, -1, 1), "upside_down"),
        ((1e-3, 1e-3, 1e-3), "thousandths"),
    ],
)
def test_axes_and_unit_of_the_standing_trial(standing, factors, code):
    wrong = standing.replaced(standing.positions_m * np.array(factors))
    assert code in [finding.code for finding in examine_standing(face_forward(wrong)[0])]


@pytest.mark.parametrize(("shift_s", "wrong"), [(0.0, False), (0.05, True), (-0.1, True)])
def test_forces_that_begin_at_another_moment(running, forces, shift_s, wrong):
    n = round(shift_s * forces.rate_hz)
    late = ForceFrames(
        np.roll(forces.force_n, n, axis=0), np.roll(forces.cop_m, n, axis=0), forces.rate_hz
    )
    found = examine_event_times(detect_events_from_force(late, running), running, "run.c3d")
    assert [finding.code for finding in found] == ["out_of_step"] * wrong
    if shift_s == 0.05:
        assert "run.c3d: feet strike" in found[0].sentence
        assert "ms later than the markers tell" in found[0].sentence

"""Inverse dynamics against closed forms: pendulums, energy, mirrors, standing, units."""

import numpy as np
import pytest

from glutelab.errors import DataError
from glutelab.formats.rbds import read_forces, read_markers
from glutelab.frames import ForceFrames, MarkerFrames
from glutelab.kinematics import Motion, track_segments
from glutelab.kinetics import (
    foot_contacts,
    ground_loads,
    joint_kinetics,
    segment_inertia,
    trial_kinetics,
)
from glutelab.kinetics.dynamics import angular_velocity, derivative, moments_at, segment_loads
from glutelab.kinetics.ground import Ground
from glutelab.kinetics.inertia import Inertia
from glutelab.processing import process_trial
from glutelab.segments import segment_model
from glutelab.simulate import simulate_trial

RATE_HZ, GRAVITY = 1000.0, 9.81
SAGITTAL = ("hip_extensor_moment_nm_kg", "knee_extensor_moment_nm_kg")


def turned(angle, axis=2):
    """Rotation about X, Y or Z, shape (3, 3, n)."""
    cos, sin = np.cos(angle), np.sin(angle)
    result = np.zeros((3, 3, len(angle)))
    i, j = (axis + 1) % 3, (axis + 2) % 3
    result[axis, axis], result[i, i], result[j, j] = 1.0, cos, cos
    result[i, j], result[j, i] = -sin, sin
    return result


# --- the equations --------------------------------------------------------------------------------


def test_derivative_is_exact_for_polynomials_and_has_no_lag():
    t = np.arange(50) / 150.0
    np.testing.assert_allclose(derivative(t**4, 150.0)[2:-2], 4 * t[2:-2] ** 3, atol=1e-12)
    np.testing.assert_allclose(derivative(t**2, 150.0), 2 * t, atol=1e-12)
    wave = derivative(np.sin(2 * np.pi * 10 * np.arange(3000) / 150.0), 150.0)
    assert np.abs(wave[10:-10]).max() == pytest.approx(2 * np.pi * 10, rel=2e-3)


def test_angular_velocity_of_a_known_turn_in_space():
    t = np.arange(2000) / RATE_HZ
    tilt = turned(np.full(len(t), 0.4), axis=0)
    spin = turned(3.0 * t + 0.5 * t**2, axis=1)
    velocity = angular_velocity(np.einsum("ijt,jkt->ikt", tilt, spin), RATE_HZ)
    expected = tilt[:, 1] * (3.0 + t)
    np.testing.assert_allclose(velocity[:, 2:-2], expected[:, 2:-2], atol=1e-7)


def test_a_pendulum_has_the_analytic_moment():
    """Driven in one plane: M = (I + m c^2) alpha + m g c sin(angle), to 1e-6."""
    mass, length, about_center = 8.0, 0.2, 0.11
    t = np.arange(4000) / RATE_HZ
    angle = 0.7 * np.sin(2 * np.pi * 0.9 * t) + 0.2 * np.cos(2 * np.pi * 1.7 * t)
    change = -0.7 * (2 * np.pi * 0.9) ** 2 * np.sin(2 * np.pi * 0.9 * t)
    change -= 0.2 * (2 * np.pi * 1.7) ** 2 * np.cos(2 * np.pi * 1.7 * t)
    axes = turned(angle)
    pivot = np.array([0.3, 1.1, -0.2])[:, None] * np.ones(len(t))
    center = pivot - length * axes[:, 1]
    tensor = np.diag([0.3, 0.05, about_center])
    force, moment = segment_loads(
        np.array(mass), center, tensor, axes, angular_velocity(axes, RATE_HZ), RATE_HZ
    )
    found = moments_at(pivot, force, moment)[:, 10:-10]
    expected = (about_center + mass * length**2) * change + mass * GRAVITY * length * np.sin(angle)
    np.testing.assert_allclose(found[2], expected[10:-10], atol=1e-6)
    np.testing.assert_allclose(found[:2], 0.0, atol=1e-6)


def test_a_spinning_top_needs_the_gyroscopic_moment():
    """Turned about a fixed axis that is no axis of inertia: M = w x (I w), to 1e-6."""
    t = np.arange(2000) / RATE_HZ
    spin = 4.0
    tilted = turned(np.full(len(t), 0.5), axis=0)
    axes = np.einsum("ijt,jkt->ikt", turned(spin * t, axis=1), tilted)
    tensor = np.diag([0.3, 0.05, 0.2])
    velocity = angular_velocity(axes, RATE_HZ)
    center = np.zeros((3, len(t)))
    force, moment = segment_loads(np.array(2.0), center, tensor, axes, velocity, RATE_HZ)
    omega = np.array([0.0, spin, 0.0])
    in_space = np.einsum("ijt,jk,lkt->ilt", axes, tensor, axes)
    expected = np.cross(omega, np.einsum("ijt,j->it", in_space, omega).T).T
    np.testing.assert_allclose(moment[:, 10:-10], expected[:, 10:-10], atol=1e-6)
    np.testing.assert_allclose(force[1], 2.0 * GRAVITY, atol=1e-9)


# --- whole legs -----------------------------------------------------------------------------------


LENGTHS = {"thigh": 0.42, "shank": 0.41, "foot": 0.15}
MASSES = {"thigh": 9.0, "shank": 3.0, "foot": 1.0}
OWN = {"thigh": (0.13, 0.03, 0.12), "shank": (0.05, 0.01, 0.045), "foot": (0.004, 0.001, 0.005)}
CENTERS = {"thigh": 0.41, "shank": 0.44, "foot": 0.5}


def leg_motion(turns, hip, pelvis=None):
    """Both legs alike: a chain of segments below a hip that moves as it is told."""
    n_frames = hip.shape[-1]
    axes = {"pelvis": pelvis if pelvis is not None else turned(np.zeros(n_frames))}
    points, bodies = {}, {}
    for side in ("left", "right"):
        top, bodies[side] = hip, {}
        for name in ("thigh", "shank", "foot"):
            axes[f"{side}_{name}"] = turns[name]
            points[f"{side}_{name}_top"] = top
            bodies[side][name] = Inertia(
                MASSES[name],
                f"{name}_top",
                np.zeros(3),
                np.array([0.0, -CENTERS[name] * LENGTHS[name], 0.0]),
                np.diag(OWN[name]),
            )
            top = top - LENGTHS[name] * turns[name][:, 1]
        points[f"{side}_tip"] = top
    return Motion(axes, points, {}, {}, RATE_HZ), bodies


def no_ground(n_frames):
    return Ground(np.zeros((3, 2, n_frames)), np.zeros((3, 2, n_frames)), 0.0)


def swinging(t, in_space=True):
    """Three segments swinging at different rates, out of the sagittal plane too."""
    turns = {}
    for k, name in enumerate(("thigh", "shank", "foot")):
        flat = turned((0.5 + 0.2 * k) * np.sin(2 * np.pi * (0.7 + 0.3 * k) * t + k))
        tip = turned(0.25 * in_space * np.cos(2 * np.pi * 0.8 * t + k), axis=0)
        spin = turned(0.4 * in_space * np.sin(2 * np.pi * 0.6 * t - k), axis=1)
        turns[name] = np.einsum("ijt,jkt,klt->ilt", tip, flat, spin)
    hip = np.stack([0.1 * np.sin(5 * t), 0.9 + 0.03 * np.cos(9 * t), 0.02 * np.sin(4 * t)])
    pelvis = turned(0.1 * np.sin(4 * t), axis=1) if in_space else None
    return leg_motion(turns, hip, pelvis)


def test_work_of_the_joints_and_of_the_hip_force_is_the_change_of_energy():
    """Three segments, three dimensions: power in equals d(energy)/dt, to 1e-5 of its range."""
    t = np.arange(3000) / RATE_HZ
    motion, bodies = swinging(t)
    kinetics = joint_kinetics(motion, bodies, no_ground(len(t)), 1.0)["right"]
    energy, push, heave = 0.0, 0.0, derivative(motion.points_m["right_thigh_top"], RATE_HZ)
    for name, body in bodies["right"].items():
        axes = motion.axes[f"right_{name}"]
        center = motion.points_m[f"right_{name}_top"] + np.einsum("ijt,j->it", axes, body.center_m)
        velocity, turning = derivative(center, RATE_HZ), angular_velocity(axes, RATE_HZ)
        own = np.einsum("ijt,it->jt", axes, turning)
        energy = energy + body.mass_kg * (0.5 * (velocity**2).sum(axis=0) + GRAVITY * center[1])
        energy = energy + 0.5 * (np.diag(body.tensor_kg_m2)[:, None] * own**2).sum(axis=0)
        push = push + body.mass_kg * derivative(velocity, RATE_HZ)
    push[1] += GRAVITY * sum(MASSES.values())
    # The pelvis turns too, so that the hip moment works on it: its share is not the leg's.
    power = sum(kinetics[f"{joint}_power_3d_w_kg"] for joint in ("hip", "knee", "ankle"))
    power = power + (push * heave).sum(axis=0)
    whole = joint_kinetics(motion, bodies, no_ground(len(t)), 1.0, frame="laboratory")["right"]
    assert set(whole) == set(kinetics)
    pelvis = angular_velocity(motion.axes["pelvis"], RATE_HZ)
    power = power + (hip_moment_in_space(motion, bodies) * pelvis).sum(axis=0)
    change = derivative(energy, RATE_HZ)
    inner = slice(20, -20)
    np.testing.assert_allclose(power[inner], change[inner], atol=1e-5 * np.ptp(change))


def hip_moment_in_space(motion, bodies):
    """All three components, from the force and momentum of the whole leg at once."""
    total_force, total_moment = 0.0, 0.0
    for name, body in bodies["right"].items():
        axes = motion.axes[f"right_{name}"]
        center = motion.points_m[f"right_{name}_top"] + np.einsum("ijt,j->it", axes, body.center_m)
        force, moment = segment_loads(
            np.array(body.mass_kg),
            center,
            body.tensor_kg_m2,
            axes,
            angular_velocity(axes, RATE_HZ),
            RATE_HZ,
        )
        total_force, total_moment = total_force + force, total_moment + moment
    return moments_at(motion.points_m["right_thigh_top"], total_force, total_moment)


def test_a_double_pendulum_without_muscles_needs_none():
    """Simulated by Lagrange's equations, it swings freely: every joint moment is zero."""
    from scipy.integrate import solve_ivp

    m1, m2 = MASSES["thigh"], MASSES["shank"] + MASSES["foot"]
    thigh, shank, foot = (LENGTHS[name] for name in ("thigh", "shank", "foot"))
    c1 = CENTERS["thigh"] * thigh
    # The foot is fixed to the shank, straight: one rigid body.
    arms = CENTERS["shank"] * shank, shank + CENTERS["foot"] * foot
    c2 = (MASSES["shank"] * arms[0] + MASSES["foot"] * arms[1]) / m2
    i1 = OWN["thigh"][2]
    i2 = sum(
        OWN[name][2] + MASSES[name] * (arm - c2) ** 2
        for name, arm in zip(("shank", "foot"), arms, strict=True)
    )

    def fall(_, state):
        a, b, da, db = state
        matrix = [
            [i1 + m1 * c1**2 + m2 * thigh**2, m2 * thigh * c2 * np.cos(a - b)],
            [m2 * thigh * c2 * np.cos(a - b), i2 + m2 * c2**2],
        ]
        pull = [
            -m2 * thigh * c2 * np.sin(a - b) * db**2 - (m1 * c1 + m2 * thigh) * GRAVITY * np.sin(a),
            m2 * thigh * c2 * np.sin(a - b) * da**2 - m2 * c2 * GRAVITY * np.sin(b),
        ]
        return [da, db, *np.linalg.solve(matrix, pull)]

    t = np.arange(2000) / RATE_HZ
    tight = {"method": "DOP853", "max_step": 1 / RATE_HZ, "rtol": 1e-11, "atol": 1e-12}
    swing = solve_ivp(fall, (0, t[-1]), [1.2, -0.4, 0, 0], t_eval=t, **tight)
    a, b = swing.y[:2]
    turns = {"thigh": turned(a), "shank": turned(b), "foot": turned(b)}
    motion, bodies = leg_motion(turns, np.array([0.0, 0.9, 0.0])[:, None] * np.ones(len(t)))
    kinetics = joint_kinetics(motion, bodies, no_ground(len(t)), 1.0)["right"]
    for name in SAGITTAL:
        np.testing.assert_allclose(kinetics[name][20:-20], 0.0, atol=1e-4)  # of 37 N m


def test_standing_moments_are_weight_times_arm():
    """A static leg: the ground moment about each joint, less the weight of the leg below it."""
    n_frames, load, place = 200, 400.0, 0.15
    still = {
        name: turned(np.full(n_frames, angle))
        for name, angle in (("thigh", 0.5), ("shank", -0.3), ("foot", 0.0))
    }
    hip = np.array([0.0, 0.9, 0.0])[:, None] * np.ones(n_frames)
    motion, bodies = leg_motion(still, hip)
    force = np.zeros((3, 2, n_frames))
    force[1] = load
    ground = Ground(force, np.zeros_like(force), 0.0)
    ground.moment_nm[2] = place * load  # center of pressure at x = place
    kinetics = joint_kinetics(motion, bodies, ground, 80.0)["left"]
    x = {"hip": 0.0, "knee": 0.42 * np.sin(0.5)}
    x["ankle"] = x["knee"] - 0.41 * np.sin(0.3)
    centers = {
        "thigh": 0.41 * 0.42 * np.sin(0.5),
        "shank": x["knee"] - 0.44 * 0.41 * np.sin(0.3),
        "foot": x["ankle"],
    }
    below = {"ankle": ("foot",), "knee": ("foot", "shank"), "hip": ("foot", "shank", "thigh")}
    signs = {
        "ankle": ("ankle_plantarflexor", 1),
        "knee": ("knee_extensor", -1),
        "hip": ("hip_extensor", 1),
    }
    for joint, (name, sign) in signs.items():
        arm = load * (place - x[joint])
        arm -= sum(MASSES[s] * GRAVITY * (centers[s] - x[joint]) for s in below[joint])
        found = kinetics[f"{name}_moment_nm_kg"]
        np.testing.assert_allclose(found[20:-20], sign * arm / 80.0, atol=1e-9)
    # A ground force ahead of the ankle and of the hip is held by plantarflexors and extensors.
    assert kinetics["ankle_plantarflexor_moment_nm_kg"][100] > 0
    assert kinetics["hip_extensor_moment_nm_kg"][100] > 0


def test_power_is_generated_where_the_moment_turns_the_joint():
    """A knee that extends against its weight generates; the same backwards in time absorbs."""
    t = np.arange(1000) / RATE_HZ
    # Thigh level, as on a chair; the shank is lifted forward.
    lift = 0.2 + 0.8 * t
    turns = {"thigh": turned(0.0 * t + np.pi / 2), "shank": turned(lift), "foot": turned(lift)}
    hip = np.array([0.0, 0.9, 0.0])[:, None] * np.ones(len(t))
    motion, bodies = leg_motion(turns, hip)
    knee = joint_kinetics(motion, bodies, no_ground(len(t)), 1.0)["right"]
    assert (knee["knee_extensor_moment_nm_kg"][20:-20] > 0).all()
    assert (knee["knee_power_w_kg"][20:-20] > 0).all()
    np.testing.assert_allclose(knee["knee_power_w_kg"], knee["knee_power_3d_w_kg"], atol=1e-9)
    back, bodies = leg_motion({name: turn[..., ::-1] for name, turn in turns.items()}, hip)
    knee = joint_kinetics(back, bodies, no_ground(len(t)), 1.0)["right"]
    assert (knee["knee_power_w_kg"][20:-20] < 0).all()


# --- inertia --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def simulated():
    return simulate_trial(duration_s=8.0)


@pytest.fixture(scope="module")
def model(simulated):
    return segment_model(simulated.standing)


def test_inertia_is_that_of_the_published_proportions(model):
    """Thigh 0.42 m, shank 0.41 m: the numbers of de Leva 1996, table 4, by hand."""
    men, women = (segment_inertia(model, "right", 70.0, sex=sex) for sex in ("male", "female"))
    assert men["thigh"].mass_kg == pytest.approx(0.1416 * 70)
    assert women["thigh"].mass_kg == pytest.approx(0.1478 * 70)
    thigh = men["thigh"]
    assert np.linalg.norm(thigh.center_m - thigh.top_m) == pytest.approx(0.4095 * 0.42, rel=1e-3)
    turning = np.linalg.eigvalsh(thigh.tensor_kg_m2)
    expected = 0.1416 * 70 * (np.array([0.149, 0.329, 0.329]) * 0.42) ** 2
    np.testing.assert_allclose(turning, expected, rtol=2e-3)
    cadaver = segment_inertia(model, "right", 70.0, inertia="dempster")
    assert [cadaver[name].mass_kg / 70 for name in ("foot", "shank", "thigh")] == pytest.approx(
        [0.0145, 0.0465, 0.1]
    )
    across = cadaver["shank"].tensor_kg_m2[2, 2]
    length = np.linalg.norm(cadaver["shank"].top_m)
    assert across == pytest.approx(0.0465 * 70 * (0.302 * length) ** 2, rel=1e-6)


def test_both_legs_of_a_symmetric_runner_have_the_same_inertia(model):
    left, right = (segment_inertia(model, side, 70.0, sex="male") for side in ("left", "right"))
    flip = np.array([1.0, 1.0, -1.0])
    for name, body in left.items():
        np.testing.assert_allclose(body.center_m * flip, right[name].center_m, atol=1e-9)
        np.testing.assert_allclose(
            body.tensor_kg_m2 * np.outer(flip, flip), right[name].tensor_kg_m2, atol=1e-9
        )


# --- invariances of whole trials ------------------------------------------------------------------


@pytest.fixture(scope="module")
def recorded(raw_sample):
    """One real runner: markers, forces, model and events."""
    from glutelab.events import detect_events_from_force

    markers = read_markers(raw_sample / "RBDS001runT35markers.txt.gz")
    forces = read_forces(raw_sample / "RBDS001runT35forces.txt.gz")
    standing = read_markers(raw_sample / "RBDS001static.txt.gz", standing=True)
    return markers, forces, standing, detect_events_from_force(forces, markers)


BODY = {"speed_m_s": 3.5, "height_m": 1.78, "mass_kg": 62.0, "sex": "male"}


@pytest.fixture(scope="module")
def processed(recorded):
    markers, forces, standing, events = recorded
    return process_trial(markers, segment_model(standing), events, forces=forces, **BODY)


def test_mirrored_data_give_mirrored_results(recorded, processed):
    swap = {"left": "right", "right": "left"}

    def mirror(markers):
        names = tuple(
            f"{swap[name.split('_')[0]]}_{name.split('_', 1)[1]}" for name in markers.names
        )
        return MarkerFrames(names, markers.positions_m * [1, 1, -1], markers.rate_hz)

    markers, forces, standing, events = recorded
    turned_force = ForceFrames(
        forces.force_n * [1, 1, -1], forces.cop_m * [1, 1, -1], forces.rate_hz
    )
    other = process_trial(
        mirror(markers),
        segment_model(mirror(standing)),
        events.assign(side=events["side"].map(swap)),
        forces=turned_force,
        **BODY,
    )
    for side in ("left", "right"):
        here = (processed.strides["side"] == side).to_numpy()
        there = (other.strides["side"] == swap[side]).to_numpy()
        for name in ("hip_extensor_moment_nm_kg", "ankle_power_w_kg", "knee_power_w_kg"):
            np.testing.assert_allclose(
                processed.curves[name][here], other.curves[name][there], atol=1e-5
            )
        columns = [name for name in processed.strides if name.endswith(("_kg", "_kg_m"))]
        np.testing.assert_allclose(
            processed.strides.loc[here, columns],
            other.strides.loc[there, columns],
            atol=1e-7,
        )


def test_forces_leave_the_kinematics_alone(recorded, processed):
    markers, _, standing, events = recorded
    body = {name: value for name, value in BODY.items() if name != "sex"}
    without = process_trial(markers, segment_model(standing), events, **body)
    assert without.kinetics_method == ""
    assert not any("moment" in name for name in without.strides)
    assert "kinetics_rule" not in without.ledger
    assert processed.strides[without.strides.columns].equals(without.strides)
    assert processed.ledger[without.ledger.columns].equals(without.ledger)
    for name, curves in without.curves.items():
        assert np.array_equal(curves, processed.curves[name])


def test_a_place_elsewhere_on_the_belt_changes_nothing(recorded, processed):
    markers, forces, standing, events = recorded
    shift = np.array([3.0, 0.5, -1.0])
    moved = process_trial(
        markers.replaced(markers.positions_m + shift),
        segment_model(standing),
        events,
        forces=ForceFrames(forces.force_n, forces.cop_m + shift, forces.rate_hz),
        **BODY,
    )
    for name in ("hip_extensor_moment_nm_kg", "ankle_power_w_kg"):
        np.testing.assert_allclose(moved.curves[name], processed.curves[name], atol=1e-4)


def test_a_force_rate_that_does_not_divide_gives_the_same_moments(recorded, processed):
    markers, forces, standing, events = recorded
    times = np.arange(round(30.0 * 1111.0)) / 1111.0
    source = np.arange(len(forces)) / forces.rate_hz
    loaded = forces.force_n[:, 1] > 20.0
    cop = np.where(loaded[:, None], forces.cop_m, 0.0)
    # Force and moment are what a plate measures; the center of pressure follows from them.
    force = np.stack([np.interp(times, source, values) for values in forces.force_n.T], 1)
    pressed = np.stack([np.interp(times, source, v) for v in (cop * forces.force_n[:, 1:2]).T], 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        cop = np.where(force[:, 1:2] > 20.0, pressed / force[:, 1:2], 0.0)
    fast = ForceFrames(force, cop, 1111.0)
    other = process_trial(markers, segment_model(standing), events, forces=fast, **BODY)
    for joint, limit in (("hip_extensor", 0.03), ("ankle_plantarflexor", 0.03)):
        name = f"{joint}_moment_nm_kg"
        difference = other.curves[name] - processed.curves[name]
        assert np.sqrt(np.nanmean(difference**2)) < limit


def test_heavier_runners_with_the_same_movement_have_the_same_moments_per_kg(recorded, processed):
    markers, forces, standing, events = recorded
    heavy = process_trial(
        markers,
        segment_model(standing),
        events,
        forces=ForceFrames(1.5 * forces.force_n, forces.cop_m, forces.rate_hz),
        **{**BODY, "mass_kg": 1.5 * BODY["mass_kg"]},
    )
    # The gate of 20 N is another part of body weight: that is all that differs.
    difference = heavy.curves["hip_extensor_moment_nm_kg"]
    difference = difference - processed.curves["hip_extensor_moment_nm_kg"]
    assert np.sqrt((difference**2).mean()) < 0.01


def test_the_method_is_carried_along(processed, recorded):
    assert processed.kinetics_method.startswith("de_leva (male)")
    markers, forces, standing, events = recorded
    model = segment_model(standing)
    motion = track_segments(markers, model)
    kinetics = trial_kinetics(
        forces, motion, model, events, mass_kg=62.0, inertia="dempster", frame="distal"
    )
    assert kinetics.method == "dempster, markers and force low-passed at 10 Hz, distal axes"


def test_the_forces_of_both_feet_add_up_to_the_measured_force(recorded):
    _, forces, _, events = recorded
    contacts = foot_contacts(events, 30.0)
    ground = ground_loads(forces, contacts, 4500, 150.0, cutoff_hz=60.0)
    total = ground.force_n[1].sum(axis=0)
    measured = forces.force_n[::2, 1]
    inner = slice(300, -300)
    assert np.corrcoef(total[inner], measured[inner])[0, 1] > 0.999
    assert total[inner].mean() == pytest.approx(measured[inner].mean(), rel=0.005)
    assert not ((ground.force_n[1, 0] > 50.0) & (ground.force_n[1, 1] > 50.0)).any()


def test_unknown_inertia_is_refused(model):
    with pytest.raises(DataError, match=r"inertia is 'winter'.*de_leva, dempster"):
        segment_inertia(model, "left", 70.0, inertia="winter")


def test_unknown_axes_are_refused():
    motion, bodies = swinging(np.arange(50) / RATE_HZ)
    with pytest.raises(DataError, match=r"frame is 'knee'.*proximal, distal, laboratory"):
        joint_kinetics(motion, bodies, no_ground(50), 1.0, frame="knee")

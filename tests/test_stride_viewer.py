"""The stride viewer: geometry by hand, the same numbers from its code, errors in place."""

import time

import numpy as np
import plotly.graph_objects as go
import pytest

import glutelab as gl
from glutelab.errors import DataError
from glutelab.explore.stride_viewer.body import (
    ANKLE,
    PARTS,
    Lengths,
    arc,
    leg_points,
    pelvis_points,
)
from glutelab.explore.stride_viewer.catalog import Catalog
from glutelab.explore.stride_viewer.choices import Choices
from glutelab.explore.stride_viewer.strides import HIP, KNEE, THIGH, TILT, MeanStride, segments

LENGTHS = Lengths(0.42, 0.44, 0.26)
KNEE_POINT, TOE = 1, PARTS.index("toe")
SUM = ["hip_flexion_deg", "thigh_angle_deg", "pelvic_tilt_deg", "remainder_deg"]


@pytest.fixture(scope="module")
def rbds():
    return gl.load_cohort("rbds2017")


@pytest.fixture(scope="module")
def bmc():
    return gl.load_cohort("bmc-ric")


def drawn(figure):
    """Texts of a figure, as one."""
    panel = figure.to_dict()["layout"]
    notes = [note["text"] for note in panel.get("annotations", ())]
    return " | ".join([panel["title"].get("text", ""), *notes])


# --- geometry -------------------------------------------------------------------------------------


def test_standing_straight_has_the_ankle_under_the_hip_and_the_foot_level():
    points = leg_points(*np.zeros((3, 1)), LENGTHS)[0]
    np.testing.assert_allclose(points[ANKLE], [0, -0.86], atol=1e-12)
    np.testing.assert_allclose(points[PARTS.index("heel"), 1], points[TOE, 1])
    np.testing.assert_allclose(points[TOE, 0] - points[PARTS.index("heel"), 0], 0.26)
    assert points[TOE, 0] > 0  # toes ahead


def test_a_flexed_knee_puts_the_ankle_where_it_is_by_hand():
    # Thigh 30 degrees forward, knee bent by 90: the shank leans forward by 60, knee + thigh rule.
    points = leg_points([30.0], [60.0], [-20.0], LENGTHS)[0]
    knee = [0.42 / 2, -0.42 * np.sqrt(3) / 2]
    ankle = [knee[0] - 0.44 * np.sqrt(3) / 2, knee[1] - 0.44 / 2]
    np.testing.assert_allclose(points[KNEE_POINT], knee)
    np.testing.assert_allclose(points[ANKLE], ankle)
    assert points[TOE, 1] < points[PARTS.index("heel"), 1]  # toes down


def test_bones_keep_their_lengths():
    angles = np.random.default_rng(0).uniform(-90, 90, (3, 50))
    points = leg_points(*angles, LENGTHS)
    parts = {(0, 1): 0.42, (1, 2): 0.44, (3, 5): 0.26}
    for (one, two), length in parts.items():
        np.testing.assert_allclose(np.linalg.norm(points[:, one] - points[:, two], axis=1), length)


def test_a_tilt_of_10_with_the_thigh_upright_is_a_hip_angle_of_10():
    psis, asis = pelvis_points(10.0, LENGTHS)
    thigh = leg_points([0.0], None, None, LENGTHS)[0, KNEE_POINT]
    down = np.array([(asis - psis)[1], -(asis - psis)[0]])  # at right angles to the pelvis
    turn = np.degrees(np.arctan2(thigh[0], -thigh[1]) - np.arctan2(down[0], -down[1]))
    assert turn == pytest.approx(10.0)
    assert asis[1] < psis[1]  # anterior tilt: the front is lower
    # The arc of the hip angle begins where the pelvis points, and spans the hip angle.
    start = arc(-10.0, 0.0, 1.0)[0]
    np.testing.assert_allclose(start, down / np.linalg.norm(down), atol=1e-12)


def test_what_was_not_measured_follows_from_what_was():
    thigh, tilt, knee = np.array([20.0]), np.array([12.0]), np.array([50.0])
    whole = segments({THIGH: thigh, KNEE: knee}, upright=True)
    assert [None if one is None else one[0] for one in whole] == [20.0, 30.0, None]
    assert segments({HIP: thigh + tilt, TILT: tilt}, upright=True)[0][0] == 20.0
    assert segments({HIP: np.array([32.0])}, upright=True)[0] is None
    assert segments({HIP: np.array([32.0])}, upright=False)[0][0] == 32.0


def test_mirrored_sides_give_the_same_picture():
    wave = 30 * np.cos(2 * np.pi * np.arange(101) / 100)
    curves = {THIGH: wave, "shank_angle_deg": 40 - wave, "foot_angle_deg": wave / 2}
    same = {"runner_id": "A", "speed_m_s": 3.0, "curves": curves, "other": curves}
    same |= {"one_sided": False, "toe_off_pct": 35.0, "n_strides": 9, "lengths": LENGTHS}
    right, left = (MeanStride(side=side, scaled_by="height", **same) for side in ("right", "left"))
    here, there = right.legs(upright=True)
    np.testing.assert_array_equal(left.legs(upright=True)[0], here)
    np.testing.assert_allclose(there[:50], here[50:100])  # half a stride apart
    np.testing.assert_allclose(there[50:], here[:51], atol=1e-12)


# --- numbers --------------------------------------------------------------------------------------


def test_the_curves_are_those_of_runner_curves(rbds):
    view = gl.StrideViewer(rbds, runner_id="RBDS007", speed_m_s=2.5, side="left", at_pct=60)
    for name in (HIP, THIGH, TILT):
        table = gl.runner_curves(rbds, name, side="left")
        table = table.xs("RBDS007", level="runner_id").xs(2.5, level="speed_m_s")
        assert view.result.loc[0, name] == pytest.approx(float(table.iloc[0, 60]), abs=1e-4)
    means = gl.runner_means(rbds).query("runner_id == 'RBDS007' and side == 'left'")
    toe_off = means.query("speed_m_s == 2.5")["toe_off_pct"].item()
    assert view.result.loc[1, "at_pct"] == pytest.approx(toe_off)


def test_hip_is_thigh_plus_tilt_plus_the_remainder(rbds):
    view = gl.StrideViewer(rbds, against="RBDS002", against_speed_m_s=4.5, at_pct=38)
    table = view.result
    assert table["moment"].tolist() == [
        name for name in ("now", "toe-off", "lowest", "highest") for _ in range(3)
    ]
    hip, thigh, tilt, rest = (table[name].to_numpy() for name in SUM)
    known = table["moment"].isin(["now", "toe-off"]).to_numpy()
    np.testing.assert_allclose(hip[known], (thigh + tilt + rest)[known])
    assert np.abs(rest[known]).max() < 2  # the leg moves near the sagittal plane
    assert np.isnan(rest[~known]).all()
    np.testing.assert_allclose(hip[0] - hip[1], hip[2])  # first minus second
    assert any("Runner and speed both differ" in note for note in view.notes)


def test_the_code_gives_the_same_numbers_again(rbds):
    for options in (
        {},
        {"runner_id": "RBDS004", "speed_m_s": 4.5, "side": "left", "at_pct": 71},
        {"against_speed_m_s": 2.5, "at_pct": 33},
        {"runner_id": "RBDS003", "against": "RBDS009", "against_speed_m_s": 4.5},
    ):
        view = gl.StrideViewer(rbds, **options)
        again = eval(view.code, {"gl": gl})  # noqa: S307
        assert again.code == view.code
        assert again.choices == view.choices
        assert again.result.equals(view.result)


def test_a_cohort_without_a_name_of_its_own_is_called_by_its_variable():
    mine = gl.simulate_cohort(2, strides_per_side=2, seed=5)
    view = gl.StrideViewer(mine, runner_id="S002")
    assert view.code == "gl.StrideViewer(cohort, runner_id='S002')"
    again = eval(view.code, {"gl": gl, "cohort": mine})  # noqa: S307
    assert again.result.equals(view.result)


# --- what a cohort lacks --------------------------------------------------------------------------


def test_without_thigh_and_tilt_the_leg_is_drawn_against_the_pelvis_and_it_is_said(bmc):
    view = gl.StrideViewer(bmc, against="RIC02", at_pct=60)
    assert "as if that were level" in drawn(view.figure("posture"))
    text = drawn(view.figure("curves"))
    assert text.count("Not measured: this cohort has no curve of it.") == 2
    said = " ".join(view.notes)
    assert "bmc-ric has no curve of thigh angle." in said
    assert "from the curves of the same leg" in said
    assert "different laboratories" in said
    assert np.isfinite(view.result.loc[0, HIP])
    legs = view.strides[0].legs(upright=False)[0]
    assert np.isfinite(legs).all()


def test_simulated_is_said_and_legs_without_feet_are_drawn():
    view = gl.StrideViewer(gl.load_cohort("simulated"))
    assert all("SIMULATED" in drawn(figure) for figure in view.figures().values())
    assert "The foot was not measured: the leg ends where the curves do." in view.notes
    assert np.isfinite(view.strides[0].legs(upright=True)[0][:, : ANKLE + 1]).all()


def test_a_cohort_without_curves_still_opens():
    view = gl.StrideViewer(gl.simulate_cohort(2, strides_per_side=2, curves=False))
    assert "there is no leg to draw" in drawn(view.figure())
    assert view.result[["hip_flexion_deg", "thigh_angle_deg"]].isna().all(axis=None)


# --- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"runner_id": "RBD001"}, "Did you mean RBDS001"),
        ({"against": "rbds2"}, "against: no runner 'rbds2'"),
        ({"speed_m_s": 5.0}, "There are: 2.5, 3.5, 4.5"),
        ({"against_speed_m_s": 9.0}, "running speed .m/s. 9"),
        ({"slope_pct": 5.0}, "There are: 0"),
        ({"shoe": "spikes"}, "does not name any"),
        ({"side": "both"}, "There are: left, right"),
        ({"at_pct": 101}, "whole number from 0 to 100"),
        ({"at_pct": 3.5}, "whole number"),
        ({"at_pct": "now"}, "whole number"),
        ({"against": "RBDS001"}, "is the stride that is shown"),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(rbds, options, says):
    with pytest.raises(DataError, match=says):
        gl.StrideViewer(rbds, **options)


def test_no_cohort_is_refused():
    with pytest.raises(DataError, match="Expected a cohort"):
        gl.StrideViewer("rbds2017")


def test_in_the_widget_errors_stand_in_the_widget(rbds):
    view = gl.StrideViewer(rbds)
    view._controls["against"].value = view.choices.runner_id
    assert "role='alert'" in view._status.value
    assert "Shown is still RBDS001 at 3.5 m/s." in view._status.value
    view._controls["against"].value = "RBDS002"
    assert view._status.value == ""
    assert view.choices.against == "RBDS002"


# --- the widget -----------------------------------------------------------------------------------


def test_slider_choices_and_attributes_are_one(rbds):
    view = gl.StrideViewer(rbds)
    view._slider.value = 40
    assert view.at_pct == 40
    assert "at_pct=40" in view._code.value
    view.at_pct = 12
    assert view._slider.value == 12
    assert "12 %" in view._posture.label
    view.choices = Choices("RBDS002", 2.5, 0.0, against_speed_m_s=4.5, at_pct=3)
    assert view._controls["runner_id"].value == "RBDS002"
    assert view._controls["against_speed_m_s"].value == 4.5
    view._controls["against_speed_m_s"].value = ""
    assert view.choices.against_speed_m_s is None
    assert len(view.strides) == 1


def test_many_runners_are_typed_and_only_the_one_in_view_is_read():
    many = gl.simulate_cohort(70, strides_per_side=2, seed=3)
    view = gl.StrideViewer(many)
    view._controls["runner_id"].value = "S6"
    assert "no runner &#x27;S6&#x27;" in view._status.value
    view._controls["runner_id"].value = "S069"
    assert view.strides[0].runner_id == "S069"
    assert set(view._reader._tables) == {"S001", "S069"}


def test_plain_is_the_middle_speed_and_level_ground():
    hills = gl.simulate_cohort(3, slopes_pct=(-5.0, 0.0), strides_per_side=2, curves=False)
    plain = Catalog(hills).plain()
    assert (plain.speed_m_s, plain.slope_pct, plain.side) == (3.5, 0.0, "right")


def test_the_code_says_what_does_not_follow_from_the_rest():
    hills = gl.simulate_cohort(3, slopes_pct=(-5.0, 0.0), strides_per_side=2, curves=False)
    there = Catalog(hills)
    steep = Choices("S002", 4.5, -5.0)
    assert steep.code("cohort", there.left_out(steep)) == (
        "gl.StrideViewer(cohort, runner_id='S002', speed_m_s=4.5, slope_pct=-5.0)"
    )
    plain = there.plain()
    assert plain.code("cohort", there.left_out(plain)) == "gl.StrideViewer(cohort)"


def test_save_and_static_twin(rbds, tmp_path, monkeypatch):
    view = gl.StrideViewer(rbds, against_speed_m_s=4.5, at_pct=38)
    names = {path.name for path in view.save(tmp_path / "stride")}
    assert names == {
        "stride.csv",
        "stride.md",
        "stride_posture.html",
        "stride_curves.html",
        "stride.pdf",
        "stride.svg",
    }
    assert view.code in (tmp_path / "stride.md").read_text("utf-8")
    monkeypatch.setenv("GLUTELAB_STATIC", "1")
    page = view._repr_mimebundle_()["text/html"]
    assert "plotly-graph-div" in page
    assert "remainder" in page


def test_a_scrub_step_costs_less_than_building_one_figure(rbds):
    view = gl.StrideViewer(rbds, against_speed_m_s=4.5)
    view._later = lambda work: None  # numbers and words follow when the reader pauses
    posture, _ = view._drawn()

    def best(work):
        times = []
        for k in range(15):
            start = time.perf_counter()
            work(k)
            times.append(time.perf_counter() - start)
        return min(times)

    step = best(lambda k: setattr(view._slider, "value", 1 + k))
    build = best(lambda k: go.Figure(posture))
    print(f"scrub step {1000 * step:.1f} ms, one go.Figure {1000 * build:.1f} ms")
    assert step < build

"""The first strides by attribute: what is drawn is what was processed, a wrong sign is said."""

import base64

import numpy as np
import plotly.graph_objects as go
import pytest

import glutelab as gl
from glutelab.errors import DataError
from glutelab.explore.first_strides.band import band_speeds, find_band
from glutelab.frames import AngleFrames
from glutelab.processing import process_angles
from glutelab.simulate import simulate_trial

KNEE, HIP = "knee_flexion_deg", "hip_flexion_deg"


@pytest.fixture(scope="module")
def made():
    return simulate_trial(duration_s=6.0)


def processed(made, **factors):
    """A trial whose angles were multiplied, by name."""
    angles = {
        side: {name: factors.get(name, 1.0) * values for name, values in there.items()}
        for side, there in made.angles.items()
    }
    return process_angles(
        AngleFrames(angles, made.markers.rate_hz, "x.mot"), made.events, speed_m_s=3.5
    )


@pytest.fixture(scope="module")
def trials(made):
    return {
        "good": processed(made),
        "flipped": lambda: processed(made, **{KNEE: -1.0}),
        "radians": lambda: processed(made, **{HIP: np.pi / 180, KNEE: np.pi / 180}),
    }


@pytest.fixture
def view(trials):
    return gl.FirstStrides(trials)


def drawn(figure, side, panel):
    return [
        np.frombuffer(base64.b64decode(one.y["bdata"]), "<f4")
        for one in figure.data
        if one.name == side and one.yaxis in (panel, None if panel == "y" else panel)
    ]


def words(figure):
    return " | ".join(note.text for note in figure.layout.annotations)


def test_what_is_drawn_are_the_first_kept_strides(view, trials):
    view.n_strides = 2
    figure = view.figures()["strides"]
    for k, name in enumerate((HIP, KNEE, "ankle_dorsiflexion_deg", "pelvic_tilt_deg")):
        panel = "y" if k == 0 else f"y{k + 1}"
        for side in ("left", "right"):
            rows = np.flatnonzero((trials["good"].strides["side"] == side).to_numpy())[:2]
            values = drawn(figure, side, panel)[0].reshape(2, 102)
            np.testing.assert_allclose(
                values[:, :101], trials["good"].curves[name][rows], atol=1e-4
            )
            assert np.isnan(values[:, 101]).all()  # strides are not joined
    assert "not in<br>this trial" in words(figure)  # the thigh


def test_the_band_is_mean_and_2_sd_of_runners_at_the_nearest_speed(view):
    assert band_speeds() == [2.5, 3.5, 4.5]
    table = gl.runner_curves(gl.load_cohort("rbds2017"), KNEE, side="both")
    values = table.xs(3.5, level="speed_m_s").to_numpy(float)
    band = find_band(KNEE, 3.5)
    np.testing.assert_allclose(band.mean, values.mean(axis=0))
    np.testing.assert_allclose(band.high - band.low, 4 * values.std(axis=0, ddof=1))
    assert f"{len(values)} runners" in words(view.figures()["strides"])
    assert any("28 runners at 3.5 m/s" in note for note in view.notes)
    view.band_m_s = 4.5
    assert any("at 4.5 m/s" in note for note in view.notes)


@pytest.mark.parametrize(
    ("trial", "helps"), [("flipped", "Is the sign flipped?"), ("radians", "radians")]
)
def test_a_wrong_sign_or_unit_is_marked_and_said(view, trial, helps):
    assert not any(KNEE in one for one in view.findings)
    view.trial = trial
    assert any(KNEE in one and helps in one for one in view.findings)
    assert "outside the band<br><b>Knee flexion" in words(view.figures()["strides"])
    share = view.result.set_index(["side", "variable"])["outside_pct"]
    assert share["left", KNEE] > 50
    assert helps.split()[-1].rstrip("?") in view._table.value
    assert "Findings" in view._table.value


def test_trials_are_read_when_they_are_shown(made):
    read = []

    def make(name):
        def give():
            read.append(name)
            return processed(made)

        return give

    view = gl.FirstStrides({name: make(name) for name in "ABC"})
    assert read == ["A"]
    view.next()
    assert (view.trial, read) == ("B", ["A", "B"])
    view.previous()
    view.previous()
    assert view.trial == "C"
    assert view.trials == ["A", "B", "C"]


def test_controls_and_attributes_say_the_same(view):
    view.trial, view.side, view.n_strides = "flipped", "left", 3
    controls = view._controls
    assert [controls[name].value for name in ("trial", "side", "n_strides")] == [
        "flipped",
        "left",
        3,
    ]
    controls["side"].value = "right"
    controls["band_m_s"].value = 2.5
    assert (view.side, view.band_m_s) == ("right", 2.5)
    view._steps[1].click()
    assert view.trial == "radians"
    assert set(view.result["side"]) == {"right"}


def test_the_code_makes_the_view_again(view, trials):
    assert view.code == "gl.FirstStrides(trials)"
    view.trial, view.n_strides = "flipped", 4
    again = eval(view.code, {"gl": gl, "trials": trials})  # noqa: S307
    assert again.choices == view.choices
    assert again.figures()["strides"] == view.figures()["strides"]


def test_sentences_of_others_stand_beneath_and_are_escaped(trials):
    said = {"good": ["knee runs from -110 to 5: is the sign <b>flipped</b>?"]}
    view = gl.FirstStrides(trials, findings=said)
    assert "&lt;b&gt;flipped" in view._table.value
    view.trial = "flipped"
    assert view.findings == ()
    assert "No finding" in view._table.value
    view = gl.FirstStrides(trials, findings=lambda name: f"about {name}")
    assert view.findings == ("about good",)
    figure = gl.plot.first_strides(trials, findings=said)
    assert "is the sign &lt;b&gt;flipped" in words(figure)


def test_what_happened_to_the_strides_is_said(made):
    broken = processed(made)
    broken.ledger.loc[0, ["kept", "rule"]] = [False, "jump"]
    broken.notes.append("sign changed: left knee_flexion_deg")
    view = gl.FirstStrides(broken)
    count = len(broken.ledger)
    assert f"{count} strides in, {count - 1} kept, 1 dropped (1 by jump)." in view.notes[0]
    assert "sign changed" in view._table.value


def test_a_trial_without_strides_or_that_fails_is_said(made, trials):
    none = processed(made)
    keep = none.strides.iloc[:0]
    empty = type(none)(
        keep, none.ledger.assign(kept=False, rule="gap"), {HIP: np.zeros((0, 101))}, "", 6.0, []
    )

    def fails():
        raise DataError("b.mot: no knee. Expected one.")

    view = gl.FirstStrides({"empty": empty, "bad": fails})
    assert "No stride was kept" in words(view.figures()["strides"])
    assert "by gap" in view.notes[0]
    view.trial = "bad"
    assert "no knee" in view._status.value
    view.trial = "empty"
    assert "alert" not in view._status.value


def test_a_cohort_can_be_looked_at_too():
    cohort = gl.load_cohort("bmc-ric")
    view = gl.FirstStrides(cohort, trial="RIC05_T25")
    rows = (cohort.strides["trial_id"] == "RIC05_T25").to_numpy()
    expected = cohort.curves(KNEE)[rows][:5]
    shown = view.result.query("variable == @KNEE")
    assert shown["highest_deg"].item() == pytest.approx(expected.max())
    assert view.code == "gl.FirstStrides(gl.load_cohort('bmc-ric'), trial='RIC05_T25')"
    assert view.findings == ()
    assert isinstance(gl.plot.first_strides(cohort), go.Figure)


@pytest.mark.parametrize(
    ("given", "helps"),
    [
        ({"trial": "goood"}, "Did you mean"),
        ({"side": "up"}, "both, left, right"),
        ({"n_strides": 0}, "1 to 20"),
        ({"n_strides": "many"}, "1 to 20"),
        ({"band_m_s": 9.0}, "2.5, 3.5, 4.5"),
    ],
)
def test_what_cannot_be_shown_is_refused(trials, given, helps):
    with pytest.raises(DataError, match=helps):
        gl.FirstStrides(trials, **given)


def test_what_is_no_trial_is_refused():
    with pytest.raises(DataError, match="no trials"):
        gl.FirstStrides({})
    with pytest.raises(DataError, match="Expected a cohort"):
        gl.FirstStrides([1, 2])
    assert "ProcessedTrial" in gl.FirstStrides({"a": 3})._status.value

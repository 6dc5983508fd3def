"""Reliability: other software, known truth, and what is refused."""

import json
import types

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

import glutelab as gl
from glutelab.errors import DataError
from glutelab.repeatability import curve_reliability, intraclass_correlation, reliability
from glutelab.sentences import split

HIP = "peak_hip_extension_deg"


@pytest.fixture(scope="module")
def expected():
    path = ROOT / "tests" / "reference" / "groups" / "expected.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def rbds():
    return gl.load_cohort("rbds2017")


def cohort(n=30, between=4.0, within=1.0, strides=20, sessions=1, drift=0.0, seed=0, sides="both"):
    """Runners with a known standard deviation between people, sessions and strides."""
    rng = np.random.default_rng(seed)
    sides = ["left", "right"] if sides == "both" else [sides]
    own = rng.normal(10, between, n)
    rows, trials = [], []
    for session in range(sessions):
        day = rng.normal(0, within, n) if sessions > 1 else np.zeros(n)
        for k in range(n):
            trials.append({"trial_id": f"R{k}_{session}", "session": session, "speed_m_s": 3.5})
            for side in sides:
                noise = rng.normal(0, 0.1 if sessions > 1 else within, strides)
                rows.append(
                    pd.DataFrame(
                        {
                            "runner_id": f"R{k}",
                            "trial_id": f"R{k}_{session}",
                            "speed_m_s": 3.5,
                            "slope_pct": 0.0,
                            "side": side,
                            "stride": np.arange(1, strides + 1),
                            HIP: own[k] + day[k] + drift * session + noise,
                        }
                    )
                )
    strides = pd.concat(rows, ignore_index=True)
    return types.SimpleNamespace(
        name="made",
        runners=pd.DataFrame({"runner_id": [f"R{k}" for k in range(n)]}),
        strides=strides,
        trials=pd.DataFrame(trials),
        simulated=True,
        curve_variables=("hip_flexion_deg",),
        curves=lambda name: np.repeat(strides[HIP].to_numpy()[:, None], 101, axis=1),
    )


@pytest.mark.parametrize(("form", "kind"), [("ICC(3,1)", "ICC(C,{})"), ("ICC(2,1)", "ICC(A,{})")])
def test_icc_equals_pingouin(expected, form, kind):
    found = intraclass_correlation(np.array(expected["data"]["scores"]), form)
    for number, suffix in (("1", ""), ("k", "_mean")):
        theirs = expected["icc"][kind.format(number)]
        assert found[f"icc{suffix}"] == pytest.approx(theirs["icc"], rel=1e-10)
        ours = found[f"icc_low{suffix}"], found[f"icc_high{suffix}"]
        assert ours == pytest.approx(theirs["ci"], rel=1e-7)


def test_sem_and_smallest_change_follow_from_the_icc():
    row = reliability(cohort(), HIP, split="halves").iloc[0]
    made = cohort().strides
    parts = made.assign(part=made["stride"] > 10).groupby(["runner_id", "part"])[HIP].mean()
    variance = parts.unstack().var(ddof=1).mean()
    assert row["sem"] == pytest.approx(np.sqrt(variance * (1 - row["icc"])))
    assert row["mdc95"] == pytest.approx(1.96 * np.sqrt(2) * row["sem"])
    assert row["sem_mean"] == pytest.approx(row["sem"] / np.sqrt(2))
    assert row["icc_mean"] == pytest.approx(2 * row["icc"] / (1 + row["icc"]))
    assert (row["form"], row["form_mean"], row["n_parts"]) == ("ICC(3,1)", "ICC(3,k)", 2)


def test_known_error_is_inside_its_interval_at_the_stated_rate():
    rng = np.random.default_rng(1)
    made = rng.normal(0, 2, (1000, 20, 1)) + rng.normal(0, 1, (1000, 20, 2))
    found = intraclass_correlation(made)
    truth = 4 / 5
    inside = (found["icc_low"] <= truth) & (truth <= found["icc_high"])
    assert 0.93 <= inside.mean() <= 0.97
    rows = [reliability(cohort(8, seed=s, strides=8), HIP).iloc[0] for s in range(100)]
    sem = 1 / np.sqrt(4 * 2)  # four strides per part and side, two sides
    inside = [row["sem_low"] <= sem <= row["sem_high"] for row in rows]
    assert 0.88 <= np.mean(inside) <= 1.0


def test_sessions_show_what_one_recording_cannot():
    made = cohort(150, within=1.5, sessions=2, drift=2.0, strides=6)
    between = reliability(made, HIP, split="sessions").iloc[0]
    inside = reliability(made, HIP, split="odd_even").iloc[0]
    agreement = reliability(made, HIP, split="sessions", form="ICC(2,1)").iloc[0]
    assert between["sem"] == pytest.approx(1.5, rel=0.15)
    assert inside["sem"] < 0.2
    assert between["shift"] == pytest.approx(2.0, abs=0.5)
    assert agreement["icc"] < between["icc"]
    assert agreement["sem"] > between["sem"]
    assert "markers were not set anew" in inside["warning"]
    assert "markers" not in between["warning"]
    assert agreement["form_mean"] == "ICC(2,k)"


def test_order_of_rows_changes_nothing():
    made = cohort()
    plain = reliability(made, HIP, split="halves")
    made.strides = made.strides.sample(frac=1, random_state=2)
    pd.testing.assert_frame_equal(plain, reliability(made, HIP, split="halves"))


def test_every_measure_of_the_built_in_cohort_is_reliable_within_a_recording(rbds):
    table = reliability(rbds, split="halves")
    assert table.groupby("measure")["speed_m_s"].apply(list).map(len).eq(3).all()
    assert (table["n_runners"] == 28).all()
    assert table["icc"].between(0.8, 1).all()
    assert (table["icc_low"] <= table["icc"]).all()
    assert (table["icc"] <= table["icc_high"]).all()
    assert table["mdc95_low"].lt(table["mdc95"]).all()
    sterner = table.set_index(["measure", "speed_m_s"])["sem"]
    easier = reliability(rbds, split="odd_even").set_index(["measure", "speed_m_s"])["sem"]
    assert (sterner > easier).mean() > 0.8


def test_each_point_of_a_curve_is_that_of_its_values(rbds):
    points = curve_reliability(rbds, "hip_flexion_deg", speed_m_s=3.5, split="halves")
    assert points["percent"].tolist() == list(range(101))
    assert (points["n_runners"] == 28).all()
    assert points["icc"].between(0.95, 1).all()
    at_strike = reliability(rbds, "hip_flexion_at_foot_strike_deg", split="halves")
    at_strike = at_strike[at_strike["speed_m_s"] == 3.5].iloc[0]
    assert points["sem"].iloc[0] == pytest.approx(at_strike["sem"], rel=0.01)
    every = curve_reliability(rbds, "hip_flexion_deg")
    assert len(every) == 303


def test_one_side_is_taken_if_there_is_only_one():
    made = cohort(sides="right")
    assert reliability(made, HIP).iloc[0]["side"] == "right"
    assert curve_reliability(made, "hip_flexion_deg").iloc[0]["side"] == "right"
    with pytest.raises(DataError, match="there is no left side. There are: right"):
        reliability(made, HIP, side="left")


def test_a_cohort_made_by_a_program_says_so():
    assert reliability(cohort(), HIP).iloc[0]["warning"].startswith("Simulated:")


def test_what_cannot_be_computed_gets_a_sentence(rbds):
    with pytest.raises(DataError, match="no repeated sessions.*split='halves'"):
        reliability(rbds, HIP, split="sessions")
    with pytest.raises(DataError, match="split is 'thirds'"):
        reliability(rbds, HIP, split="thirds")
    with pytest.raises(DataError, match=r"form is 'ICC\(1,1\)'"):
        reliability(rbds, HIP, form="ICC(1,1)")
    with pytest.raises(DataError, match="'hip_angle' is no measure of the strides"):
        reliability(rbds, "hip_angle")
    with pytest.raises(DataError, match="no runner at 9 m/s. There are: 2.5, 3.5, 4.5"):
        curve_reliability(rbds, "hip_flexion_deg", speed_m_s=9)


def test_too_few_runners_and_measures_nobody_took_are_answers(rbds):
    few = reliability(cohort(3), HIP).iloc[0]
    assert "Cannot tell: 3 runners. Reliability needs 5" in few["warning"]
    assert "Cannot tell: 1 runner." in reliability(cohort(1), HIP).iloc[0]["warning"]
    right = gl.load_cohort("bmc-ric")
    row = reliability(right, "peak_thigh_extension_deg").iloc[0]
    assert (row["warning"], row["n_runners"]) == ("Not measured in this cohort.", 0)
    assert np.isnan(row["icc"])
    points = curve_reliability(right, "thigh_angle_deg")
    assert len(points) == 101
    assert points["mdc95"].isna().all()
    with pytest.raises(DataError, match="no curves of 'thigh_angel_deg'"):
        curve_reliability(right, "thigh_angel_deg")


def test_shoes_are_not_pooled():
    made = cohort(10)
    other = made.trials.assign(trial_id=made.trials["trial_id"] + "b", shoe="spikes")
    made.trials = pd.concat([made.trials.assign(shoe="flats"), other], ignore_index=True)
    more = made.strides.assign(trial_id=made.strides["trial_id"] + "b")
    more[HIP] += 5
    made.strides = pd.concat([made.strides, more], ignore_index=True)
    table = reliability(made, HIP)
    assert table["shoe"].tolist() == ["flats", "spikes"]
    assert (table["n_runners"] == 10).all()


def test_constant_values_are_perfectly_reliable_or_not_at_all():
    made = cohort()
    same = made.strides.groupby("runner_id")[HIP].transform("first")
    made.strides[HIP] = same
    row = reliability(made, HIP).iloc[0]
    assert row["icc"] == pytest.approx(1)
    assert row["sem"] == pytest.approx(0, abs=1e-9)
    made.strides[HIP] = 5.0
    assert np.isnan(reliability(made, HIP).iloc[0]["icc"])


def test_reliability_says_where_the_runners_come_from():
    made = cohort(10)
    labs = ["BMC", "RIC"] * 5
    made.runners = made.runners.assign(laboratory=labs, caveat="Simulated-altitude lab")
    made.simulated = False
    said = ["Pools the laboratories BMC, RIC.", "Simulated-altitude lab."]
    assert split(reliability(made, HIP)["warning"].item())[:2] == said
    points = curve_reliability(made, "hip_flexion_deg")
    assert split(points["warning"].iloc[0])[:2] == said


def test_a_measure_is_a_number_that_strides_have():
    made = cohort()
    for name in ("stride", "speed_m_s", "side", "hip_angle"):
        with pytest.raises(DataError, match=f"{name!r} is no measure of the strides"):
            reliability(made, name)
    with pytest.raises(DataError, match="no measure was asked for"):
        reliability(made, [])
    with pytest.raises(DataError, match="asked for twice"):
        reliability(made, [HIP, HIP])
    made.strides["my_own_angle_deg"] = made.strides[HIP]
    assert reliability(made, "my_own_angle_deg")["unit"].item() == "°"
    made.strides.loc[50, HIP] = np.inf
    for asked in (None, HIP):
        with pytest.raises(DataError, match=f"{HIP} of runner R1 is infinite"):
            reliability(made, asked)


@pytest.mark.parametrize("given", [None, "rbds2017", ["rbds2017"], pd.DataFrame({"strides": [1]})])
def test_a_cohort_is_expected(given):
    for call in (reliability, lambda one: curve_reliability(one, "hip_flexion_deg")):
        with pytest.raises(DataError, match=r"was given. Expected a cohort: glutelab.load_cohort"):
            call(given)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"speed_m_s": "fast"}, "speed_m_s is 'fast'. Expected a number"),
        ({"variable": ["hip_flexion_deg"]}, "is no name"),
        ({"confidence": 95}, "confidence is 95. Expected a part of one"),
        ({"confidence": "high"}, "confidence is 'high'. Expected a part of one"),
    ],
)
def test_what_curve_reliability_is_asked_for_is_checked(rbds, asked, expected):
    with pytest.raises(DataError, match=expected):
        curve_reliability(rbds, **{"variable": "hip_flexion_deg"} | asked)

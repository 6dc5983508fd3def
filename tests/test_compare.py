"""Slopes and correlations with the runner as the unit."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import glutelab as gl
from glutelab.compare import change_with_speed, relate
from glutelab.errors import DataError
from glutelab.sentences import SIMULATED, split


def runners(n=20, slope=3.0, speeds=(2.5, 3.5, 4.5), seed=0):
    rng = np.random.default_rng(seed)
    own, base = slope + rng.normal(0, 1.0, n), rng.normal(5, 4, n)
    speed, runner = np.tile(speeds, n), np.repeat(np.arange(n), len(speeds))
    return pd.DataFrame(
        {
            "runner_id": np.array([f"R{k:02d}" for k in range(n)])[runner],
            "speed_m_s": speed,
            "side": "both",
            "peak_hip_extension_deg": base[runner] + own[runner] * speed,
            "standing_pelvic_tilt_deg": (base + rng.normal(0, 1, n))[runner],
        }
    )


@pytest.mark.parametrize("studies", [200, pytest.param(1000, marks=pytest.mark.slow)])
def test_known_slope_is_inside_its_interval_at_the_stated_rate(studies):
    inside = 0
    for seed in range(studies):
        row = change_with_speed(runners(seed=seed), "peak_hip_extension_deg").iloc[0]
        inside += row["ci_low"] <= 3.0 <= row["ci_high"]
    # Of so many studies of 95 % each, 99.8 in 100 lie between these.
    fewest, most = stats.binom.ppf([0.001, 0.999], studies, 0.95)
    assert fewest <= inside <= most


def test_runners_count_as_people_whatever_the_number_of_speeds():
    three = change_with_speed(runners(), "peak_hip_extension_deg").iloc[0]
    dense = change_with_speed(runners(speeds=np.linspace(2.5, 4.5, 30)), "peak_hip_extension_deg")
    assert three["n_runners"] == dense.iloc[0]["n_runners"] == 20


def test_correlation_and_interval_are_those_of_scipy():
    table = runners()
    row = relate(table, "standing_pelvic_tilt_deg", "peak_hip_extension_deg", speed_m_s=3.5).iloc[0]
    at = table[table["speed_m_s"] == 3.5]
    expected = stats.pearsonr(at["standing_pelvic_tilt_deg"], at["peak_hip_extension_deg"])
    interval = expected.confidence_interval(0.95)
    assert row["r"] == pytest.approx(expected.statistic)
    assert row["p"] == pytest.approx(expected.pvalue)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((interval.low, interval.high))


def test_speeds_are_never_pooled():
    table = relate(runners(), "standing_pelvic_tilt_deg", "peak_hip_extension_deg")
    assert table["speed_m_s"].tolist() == [2.5, 3.5, 4.5]
    assert (table["n_runners"] == 20).all()


def test_the_order_of_rows_does_not_matter():
    table = runners()
    shuffled = table.sample(frac=1, random_state=3)
    for function in (
        lambda t: change_with_speed(t, "peak_hip_extension_deg"),
        lambda t: relate(t, "standing_pelvic_tilt_deg", "peak_hip_extension_deg"),
    ):
        pd.testing.assert_frame_equal(function(table), function(shuffled))


def test_too_few_give_a_row_with_n_and_no_interval():
    one_speed = change_with_speed(runners(speeds=(3.0,)), "peak_hip_extension_deg").iloc[0]
    assert one_speed["n_runners"] == 0
    assert np.isnan(one_speed["ci_low"])
    three = relate(runners(n=3), "standing_pelvic_tilt_deg", "peak_hip_extension_deg")
    assert (three["n_runners"] == 3).all()
    assert three[["r", "ci_low", "p"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda t: change_with_speed(t, "peak_hip_extention_deg"), "Did you mean peak_hip_ext"),
        (lambda t: change_with_speed(t, "runner_id"), "holds words"),
        (lambda t: change_with_speed(t, "peak_hip_extension_deg", side="Left"), "one of both"),
        (lambda t: change_with_speed(t, "peak_hip_extension_deg", side="left"), "no left side"),
        (lambda t: change_with_speed("rbds2017", "peak_hip_extension_deg"), "a str was given"),
        (
            lambda t: change_with_speed(t, "peak_hip_extension_deg", confidence=95),
            "a part of one",
        ),
        (
            lambda t: relate(t, "standing_pelvic_tilt_deg", "peak_hip_extension_deg", speed_m_s=3),
            "no runner at 3 m/s. There are: 2.5, 3.5, 4.5",
        ),
        (
            lambda t: relate(
                pd.concat([t, t]), "standing_pelvic_tilt_deg", "peak_hip_extension_deg"
            ),
            "Strides are not people",
        ),
    ],
)
def test_what_cannot_be_is_answered_with_a_sentence(call, expected):
    with pytest.raises(DataError, match=expected):
        call(runners())


def test_a_cohort_of_one_side_uses_it():
    right = runners().assign(side="right")
    assert change_with_speed(right, "peak_hip_extension_deg")["n_runners"].item() == 20


def table_of(values, name="behind_ahead_ratio"):
    who = [f"R{k}" for k in range(len(values))]
    return pd.DataFrame({"runner_id": who, "side": "both", "speed_m_s": 3.5, name: values})


def test_share_beyond_has_wilsons_interval():
    found = gl.compare.share_beyond(
        table_of([0.9] * 3 + [1.0] + [1.1] * 6), "behind_ahead_ratio", below=1
    )
    row = found.iloc[0]
    assert (row["n_runners"], row["n_beyond"], row["rule"]) == (10, 3, "below 1")
    # Newcombe 1998, doi 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, formula 3
    assert row["ci_low"] == pytest.approx(0.10779, abs=1e-5)
    assert row["ci_high"] == pytest.approx(0.60322, abs=1e-5)
    above = gl.compare.share_beyond(table_of([1.0, 2.0]), "behind_ahead_ratio", above=1).iloc[0]
    assert above["share"] == 0.5


def test_nobody_measured_is_an_answer():
    runners = gl.runner_means(gl.load_cohort("bmc-ric"))
    assert gl.compare.share_beyond(runners, "behind_ahead_ratio", below=1)["share"].isna().all()
    assert gl.mean_by_speed(runners, "behind_ahead_ratio")["n_runners"].tolist() == [0]


@pytest.mark.parametrize("asked", [{}, {"below": 1, "above": 2}])
def test_one_threshold_is_needed(asked):
    with pytest.raises(DataError, match="one threshold"):
        gl.compare.share_beyond(table_of([1.0, 2.0]), "behind_ahead_ratio", **asked)


def test_means_have_t_intervals():
    row = gl.mean_by_speed(table_of([1.0, 2.0, 3.0]), "behind_ahead_ratio").iloc[0]
    assert (row["n_runners"], row["mean"], row["sd"]) == (3, 2.0, 1.0)
    assert row["ci_high"] == pytest.approx(2 + 4.302653 / np.sqrt(3), rel=1e-6)


# --- one condition and one cohort at a time -------------------------------------------------------

HIP, TILT = "peak_hip_extension_deg", "standing_pelvic_tilt_deg"
ANSWERS = {
    "mean_by_speed": lambda table, **asked: gl.mean_by_speed(table, HIP, **asked),
    "share_beyond": lambda table, **asked: gl.compare.share_beyond(table, HIP, below=12, **asked),
    "relate": lambda table, **asked: relate(table, TILT, HIP, **asked),
    "change_with_speed": lambda table, **asked: change_with_speed(table, HIP, **asked),
}
each_answer = pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
each_by_condition = pytest.mark.parametrize("answer", list(ANSWERS.values())[:3])


def under(name, *values):
    """The same runners under each condition."""
    return pd.concat([runners(seed=k).assign(**{name: value}) for k, value in enumerate(values)])


def cohorts(**columns):
    """Two cohorts whose runners have the same names."""
    return pd.concat(
        [runners(12).assign(cohort="one"), runners(seed=1).assign(cohort="two", **columns)]
    )


@each_by_condition
@pytest.mark.parametrize(
    ("name", "values"),
    [("slope_pct", (0.0, 5.0)), ("shoe", ("flats", "spikes")), ("session", (1.0, None))],
)
def test_each_condition_has_rows_of_its_own(answer, name, values):
    table = answer(under(name, *values))
    assert len(table) == 6
    assert (table["n_runners"] == 20).all()
    columns = list(table)
    assert columns.index(name) == columns.index("speed_m_s") + 1
    one = answer(under(name, *values[:1]))
    assert name not in one
    first = table[table[name] == values[0]].drop(columns=name).reset_index(drop=True)
    pd.testing.assert_frame_equal(first, one)


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("slope_pct", (0.0, 5.0), r"pool slopes: 0, 5 %. Keep one, .*\['slope_pct'\] == 0.0\]"),
        ("shoe", ("spikes", "flats"), r"pool shoes: flats, spikes. .*\['shoe'\] == 'flats'\]"),
        ("session", (2.0, None), "pool sessions: 2, not stated"),
    ],
)
def test_changes_with_speed_are_of_one_condition(name, values, expected):
    with pytest.raises(DataError, match=expected):
        change_with_speed(under(name, *values), HIP)


@each_answer
def test_cohorts_are_never_pooled(answer):
    table = answer(cohorts())
    assert next(iter(table)) == "cohort"
    for name, n, alone in (("one", 12, runners(12)), ("two", 20, runners(seed=1))):
        found = table[table["cohort"] == name].drop(columns="cohort").reset_index(drop=True)
        assert (found["n_runners"] == n).all()
        pd.testing.assert_frame_equal(found, answer(alone))


@each_answer
def test_runners_without_a_cohort_are_those_of_one(answer):
    table = cohorts()
    table["cohort"] = table["cohort"].where(table["cohort"] == "two")
    assert set(answer(table)["cohort"]) == {"", "two"}


@each_answer
def test_no_cohort_drops_out_for_its_side(answer):
    sides = pd.concat([runners().assign(side=side) for side in ("left", "right", "both")])
    right = runners().assign(side="right", cohort="bmc-ric")
    table = pd.concat([sides.assign(cohort="rbds2017"), right])
    for side in ("both", "left"):
        with pytest.raises(DataError, match='bmc-ric has only the right side: side="right"'):
            answer(table, side=side)
    assert answer(table, side="right")["cohort"].nunique() == 2
    assert "cohort" not in answer(right)
    left = runners().assign(side="left", cohort="other")
    with pytest.raises(DataError, match="no side in common: bmc-ric only the right side, other"):
        answer(pd.concat([left, right]))


# --- what is said beside the number ---------------------------------------------------------------


@each_answer
def test_every_answer_says_where_the_runners_come_from(answer):
    table = runners(30)
    odd = table["runner_id"].str[-1].astype(int) % 2 == 1
    table = table.assign(
        simulated=True,
        laboratory=np.where(odd, "BMC", "RIC"),
        caveat=np.where(odd, "measured at St. Mary's. By hand", None),
    )
    expected = [SIMULATED, "Pools the laboratories BMC, RIC.", "Measured at St. Mary's. By hand."]
    assert [split(text) for text in answer(table)["warning"]] == [expected] * len(answer(table))
    assert (answer(runners())["warning"] == "").all()


def test_a_relation_that_a_laboratory_explains_is_confounded():
    table = runners(30)
    table["laboratory"] = np.where(table[TILT] > table[TILT].median(), "BMC", "RIC")
    assert relate(table, TILT, HIP)["warning"].str.startswith("Confounded with laboratory").all()


def test_a_missing_number_has_its_reason():
    lone = gl.mean_by_speed(runners(1), HIP)["warning"].iloc[0]
    assert lone == "Cannot tell: 1 runner is too few for an interval."
    three = relate(runners(3), TILT, HIP)["warning"].iloc[0]
    assert three == "Cannot tell: 3 runners are too few for a correlation with its interval."
    same = relate(runners().assign(**{TILT: 4.0}), TILT, HIP)["warning"].iloc[0]
    assert same == f"Cannot tell: {TILT} is the same for all."
    assert relate(runners(), HIP, HIP)["warning"].str.contains("both are the same measure").all()
    once = change_with_speed(runners(speeds=(3.0,)), HIP)["warning"].item()
    assert once == "Cannot tell: no runner was measured at two speeds."
    table = runners()
    table.loc[table["speed_m_s"] == 4.5, HIP] = np.nan
    found = gl.mean_by_speed(table, HIP)
    assert found["warning"].iloc[-1] == f"Cannot tell: no runner has {HIP} here."
    absent = gl.mean_by_speed(table, "behind_ahead_ratio")["warning"]
    assert set(absent) == {"Not measured in this cohort."}


# --- what is refused ------------------------------------------------------------------------------


@each_answer
def test_strides_are_not_people(answer):
    strides = pd.concat([runners().assign(stride=k, side="left") for k in range(3)])
    for table in (strides, strides.assign(side="both"), strides.drop(columns="stride")):
        with pytest.raises(DataError, match=r"Strides are not people: .* runner_means\(cohort\)"):
            answer(table)
    sides = pd.concat([runners().assign(side=side) for side in ("left", "right")])
    with pytest.raises(DataError, match=r"no row is the mean of both sides. Use runner_means"):
        answer(sides)


@each_answer
@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (runners().replace({HIP: {runners()[HIP][4]: np.inf}}), f"{HIP} of runner R01 is infinite"),
        (runners().drop(columns="speed_m_s"), "no column speed_m_s"),
        (runners().assign(speed_m_s=np.nan), "60 rows have no speed_m_s"),
        (runners().assign(runner_id=None), "60 rows have no runner_id"),
        (runners().iloc[:0], "no rows"),
        (pd.concat([runners(), runners()[[HIP]]], axis=1), f"the column {HIP} twice"),
        (["R01"], "a list was given. Expected one row per runner"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(answer, table, expected):
    with pytest.raises(DataError, match=expected):
        answer(table)


@each_answer
@pytest.mark.parametrize("confidence", [95, 0.05, 1, np.nan, "high", None, True])
def test_confidence_is_a_part_of_one(answer, confidence):
    with pytest.raises(DataError, match="confidence is .* Expected a part of one from 0.5 up"):
        answer(runners(), confidence=confidence)


@pytest.mark.parametrize("below", [np.nan, np.inf, "x", True])
def test_a_threshold_is_a_number(below):
    with pytest.raises(DataError, match=r"below is .* Expected a number\."):
        gl.compare.share_beyond(runners(), HIP, below=below)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [([], "no measure was asked for"), (None, "no measure"), ([HIP, HIP], "asked for twice")],
)
def test_measures_are_named_once(asked, expected):
    calls = (gl.mean_by_speed, change_with_speed, lambda table, names: relate(table, TILT, names))
    for call in calls:
        with pytest.raises(DataError, match=expected):
            call(runners(), asked)
    with pytest.raises(DataError, match="is no name. Expected a word"):
        gl.compare.share_beyond(runners(), asked, below=1)


def test_a_measure_of_ones_own_is_as_good_as_any():
    table = runners().rename(columns={HIP: "my_own_angle_deg", TILT: "balance"})
    means = gl.mean_by_speed(table, ["my_own_angle_deg", "balance"])
    assert means["unit"].tolist() == ["°"] * 3 + [""] * 3
    assert change_with_speed(table, "my_own_angle_deg")["unit"].item() == "° per m/s"
    assert change_with_speed(table, "balance")["unit"].item() == "per m/s"
    assert relate(table, "balance", "my_own_angle_deg")["r"].notna().all()
    assert gl.compare.share_beyond(table, "balance", above=0)["share"].notna().all()

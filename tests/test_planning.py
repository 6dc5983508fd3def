"""How many runners it takes, and changes within them that can be compared in turn."""

import numpy as np
import pandas as pd
import pytest
from made_runners import HIP, repeated
from scipy.special import stdtrit

import glutelab as gl
from glutelab.errors import DataError

# --- runners needed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (([0.5], "triples"), "design is 'triples'"),
        ((0.0,), "effect 0 of groups cannot be planned for"),
        (([1.0], "correlation"), "effect 1 of correlation"),
        ((0.0001,), "more than 1,000,000 runners"),
        ((0.001, "correlation"), "more than 1,000,000 runners"),
        (("x",), "effect 'x' is no number"),
        (([0.5, None],), "effect None is no number"),
        (([],), "no effect was given"),
        (([np.nan],), "effect nan of groups"),
        ((0.5, ["groups"]), r"design is \['groups'\]"),
    ],
)
def test_a_study_that_cannot_be_planned_is_refused(asked, expected):
    with pytest.raises(DataError, match=expected):
        gl.runners_needed(*asked)


def test_runners_needed_find_what_they_should():
    for design, effect in (("groups", 0.9), ("pairs", 0.7)):
        row = gl.runners_needed(effect, design).iloc[0]
        n = int(row["runners_per_group"]) if design == "groups" else int(row["runners"])
        rng = np.random.default_rng(3)
        first = rng.normal(effect, 1, (4000, n))
        if design == "groups":
            second = rng.normal(0, 1, (4000, n))
            error = np.sqrt((first.var(axis=1, ddof=1) + second.var(axis=1, ddof=1)) / n)
            t, df = (first.mean(axis=1) - second.mean(axis=1)) / error, 2 * n - 2
        else:
            t, df = first.mean(axis=1) / first.std(axis=1, ddof=1) * np.sqrt(n), n - 1
        assert (np.abs(t) > stdtrit(df, 0.975)).mean() == pytest.approx(0.8, abs=0.025)


@pytest.mark.parametrize("name", ["power", "confidence"])
@pytest.mark.parametrize("value", [80, "0.8", None, True, np.nan, 0.05])
def test_chances_are_parts_of_one(name, value):
    with pytest.raises(DataError, match=f"{name} is .* Expected a part of one from 0.5 up"):
        gl.runners_needed(0.5, **{name: value})


def test_large_studies_are_planned_up_to_the_limit():
    table = gl.runners_needed([0.004, -0.004])
    assert table["runners_per_group"].between(900_000, 1_000_000).all()
    assert table["runners"].tolist() == (2 * table["runners_per_group"]).tolist()
    assert gl.runners_needed(5.0, "pairs")["runners"].item() >= 2


# --- changes --------------------------------------------------------------------------------------


def sessions(name, first, last):
    """Runners before and after, with a second measure, and one that nobody asked for."""
    before, after = (
        repeated(speeds=(3.5,), seed=seed).assign(cadence_spm=160.0) for seed in (0, 1)
    )
    before = before.assign(**{name: first}, sex="male", my_own_angle_deg=1.0, n_strides=30)
    after = after.assign(**{name: last}, sex="male", my_own_angle_deg=2.0, n_strides=30)
    return pd.concat([before, after], ignore_index=True)


@pytest.mark.parametrize(("name", "between"), [("shoe", ("flats", "spikes")), ("session", (1, 2))])
def test_changes_between_shoes_and_sessions(name, between):
    table = sessions(name, *between)
    changes = gl.groups.condition_changes(table, HIP, name, between)
    wide = table.pivot_table(index="runner_id", columns=name, values=HIP)
    expected = wide[between[1]] - wide[between[0]]
    np.testing.assert_allclose(changes.set_index("runner_id")[HIP], expected)
    back = gl.groups.condition_changes(table, HIP, name, between[::-1])
    np.testing.assert_allclose(back[HIP], -changes[HIP])


def test_only_what_is_the_same_under_both_travels_along():
    changes = gl.groups.condition_changes(
        sessions("shoe", "flats", "spikes"), HIP, "shoe", ["flats", "spikes"]
    )
    assert list(changes) == ["runner_id", "level", "speed_m_s", HIP, "sex", "cohort"]
    cohort = gl.runner_means(gl.load_cohort("rbds2017"))
    fast = gl.groups.condition_changes(cohort, "hip_range_deg", "speed_m_s", (2.5, 4.5))
    assert not {"speed_m_s", "n_strides", "cadence_spm", "toe_off_pct"} & set(fast)
    assert {"cohort", "side", "slope_pct", "sex", "mass_kg", "leg_length_m"} <= set(fast)


def test_other_conditions_stay_apart():
    slopes = [repeated(seed=k).assign(slope_pct=slope) for k, slope in enumerate((0.0, 5.0))]
    changes = gl.groups.condition_changes(pd.concat(slopes), HIP, "speed_m_s", (2.5, 4.5 + 1e-9))
    assert changes.groupby("slope_pct").size().tolist() == [12, 12]


def test_runners_of_one_name_in_two_cohorts_are_two():
    table = pd.concat([repeated(seed=k).assign(cohort=f"c{k}") for k in range(2)])
    assert len(gl.groups.condition_changes(table, HIP, "speed_m_s", (2.5, 4.5))) == 24
    with pytest.raises(DataError, match="cohort is no condition"):
        gl.groups.condition_changes(table, HIP, "cohort", ("c0", "c1"))


@pytest.mark.parametrize(
    "between", [(2.5,), (2.5, 3.5, 4.5), (2.5, 2.5), "ab", 2.5, None, {2.5, 4.5}]
)
def test_a_change_is_between_two_conditions(between):
    with pytest.raises(DataError, match="between is .* Expected two conditions of speed_m_s"):
        gl.groups.condition_changes(repeated(), HIP, "speed_m_s", between)


def test_what_does_not_change_within_runners_is_refused():
    table = repeated(speeds=(3.5,))
    with pytest.raises(DataError, match="no runner has rows of level 'elite' and 'competitive'"):
        gl.groups.condition_changes(table, HIP, "level", ("elite", "competitive"))

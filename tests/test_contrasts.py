"""What comparisons of measures and of curves have in common: the same runners, the same words."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from made_runners import HIP, smooth

from glutelab.contrasts.caveats import find_caveats, is_simulated
from glutelab.curves import compare_curves
from glutelab.errors import DataError
from glutelab.groups import compare_groups
from glutelab.sentences import split


@pytest.fixture(params=["groups", "curves"])
def compare(request):
    """Either comparison, as the counts of its two groups and its sentences."""

    def compare(rows, **options):
        if request.param == "groups":
            row = compare_groups(rows, HIP, n_boot=0, **options).iloc[0]
            if "n" in row:
                return SimpleNamespace(n=[row["n"]], names=[], said=row["warning"])
            names = [row["group_1"], row["group_2"]]
            said = " ".join(split(row["warning"]))
            return SimpleNamespace(n=[row["n_1"], row["n_2"]], names=names, said=said)
        curves = pd.DataFrame(smooth(len(rows)), index=pd.MultiIndex.from_frame(rows))
        found = compare_curves(curves, n_permutations=50, **options)
        n = list(found.n.values()) * (2 if "pairs" in found.n else 1)
        return SimpleNamespace(n=n, names=list(found.means), said=" ".join(found.warnings))

    return compare


@pytest.fixture
def refused(compare):
    def refused(match, rows, **options):
        with pytest.raises(DataError, match=match):
            compare(rows, **options)

    return refused


def made(n=(14, 14), **columns):
    rng, total = np.random.default_rng(0), sum(n)
    rows = {
        "runner_id": [f"R{k:03d}" for k in range(total)],
        "level": ["elite"] * n[0] + ["recreational"] * n[1],
        "speed_m_s": 3.5,
        HIP: rng.normal(10, 4, total),
        "pace_min_km": rng.permutation(np.linspace(3, 6, total)),
        "mass_kg": rng.normal(70, 8, total),
    }
    return pd.DataFrame(rows | columns)


def twice(n=12, **second):
    """The same runners, once more under another condition."""
    rows = made((n // 2, n // 2))
    return pd.concat([rows, rows.assign(**second)], ignore_index=True)


# --- groups ---------------------------------------------------------------------------------------


def test_groups_can_be_joined_cut_split_and_made_by_a_rule(compare):
    rows = made((10, 20))
    rows.loc[10:14, "level"] = "competitive"
    joined = compare(rows, groups={"trained": ["elite", "competitive"], "other": "recreational"})
    assert (joined.names, joined.n) == (["trained", "other"], [15, 15])
    fast = int((rows["pace_min_km"] < 4).sum())
    cut = {"fast": (None, 4.0), "slow": (4.0, None)}
    assert compare(rows, by="pace_min_km", groups=cut).n == [fast, 30 - fast]
    split = compare(rows, by="pace_min_km", groups="median")
    assert split.n == [15, 15]
    assert split.names[0].startswith("pace_min_km < ")
    rule = compare(rows, by=lambda t: np.where(t["pace_min_km"] < 4, "a", "b"))
    assert (rule.names, rule.n) == (["a", "b"], [fast, 30 - fast])
    who = {name: "x" if k % 2 else "y" for k, name in enumerate(rows["runner_id"])}
    assert compare(rows, by=who).names == ["x", "y"]
    assert compare(rows, by="pace_min_km").n == [30]


def test_who_is_left_out_is_counted(compare):
    rows = made()
    rows.loc[[0, 20, 21], "level"] = ["competitive", "unknown", None]
    rows.loc[[2, 3], "pace_min_km"] = np.nan
    found = compare(rows, groups=["elite", "recreational"])
    assert found.n == [13, 12]
    for part in ("competitive (1)", "unknown (1)", "not stated (1)"):
        assert part in found.said
    dose = compare(rows, by="pace_min_km")
    assert dose.n == [26]
    assert "pace_min_km: 2 runners (R002, R003)." in dose.said
    cut = compare(rows, by="pace_min_km", groups={"a": (None, 4), "b": (5, None)})
    assert "Left out by pace_min_km: " in cut.said
    assert " runners." in cut.said


def test_a_declared_word_that_nobody_has_is_an_answer(compare):
    rows = made(sex="male")
    said = compare(rows, by="sex", groups=["female", "male"]).said
    assert said.startswith("Cannot tell: no female runner.")
    made_of_two = {"trained": ["elite", "competitive"], "other": ["unknown"]}
    found = compare(rows, groups=made_of_two)
    assert found.n == [14, 0]
    assert found.said.startswith("Cannot tell: no other runner. Left out by level: recreational")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"groups": ["elite", "amateur"]},
            r"no runner is in group 'amateur'. level has elite \(14\)",
        ),
        ({"groups": {"a": ["elite", "competitve"], "b": "recreational"}}, "group 'a'. level has"),
        ({"groups": {"a": [], "b": "elite"}}, "no runner is in group 'a'"),
        ({"groups": [np.nan, "elite"]}, "no runner is in group 'nan'"),
        ({"groups": ["elite"]}, "Expected at least two groups"),
        ({"groups": ["elite", "elite"]}, "Expected at least two groups"),
        ({"groups": [["elite"], ["recreational"]]}, "or a mapping from group to values"),
        ({"groups": 5}, "groups is 5. Expected a list of values"),
        ({"groups": {"elite", "recreational"}}, "a set, which has no order"),
        ({"groups": "median"}, "groups='median' cannot be made from level"),
        ({"groups": "dose"}, "groups='dose' cannot be made from level"),
        ({"groups": {"a": ["elite", "recreational"], "b": "elite"}}, "is in two groups, 'a' and"),
        ({"by": "levl"}, "by 'levl': nothing of that name.*Did you mean level"),
        ({"by": None}, "by is a NoneType"),
        ({"by": lambda rows: "x"}, "Expected one label per row: 28"),
        ({"by": lambda rows: np.full(len(rows), None)}, "rule is empty for all runners"),
        ({"by": "runner_id"}, r"28 groups \(R000.*Name those to compare"),
        ({"by": "pace_min_km", "groups": {"a": (None, 5), "b": (4, None)}}, "in two groups"),
        ({"by": "pace_min_km", "groups": {"a": ("x", 5), "b": (5, None)}}, "is no range of pace"),
        ({"by": "pace_min_km", "groups": ["fast", "slow"]}, "no runner is in group 'fast'"),
        ({"by": "pace_min_km", "paired": True}, "taken as a dose, which is between runners"),
        ({"paired": True}, "so there are no pairs"),
        ({"speed_m_s": 5}, "no runner at 5 m/s. There are: 3.5 m/s"),
        ({"side": "left"}, "there is no left side. There are: both"),
        ({"adjust_for": "mas_kg"}, "adjust_for 'mas_kg'.*Did you mean mass_kg"),
        ({"adjust_for": [["mass_kg"]]}, "Expected a column name, or a list of names"),
        ({"adjust_for": 5}, "adjust_for is 5. Expected a column name"),
        ({"adjust_for": "level"}, "cannot be adjusted for it"),
    ],
)
def test_what_was_asked_wrongly_is_refused(refused, options, said):
    refused(said, made(side="both"), **options)


def test_one_group_only_is_refused_and_an_empty_column(refused):
    refused("makes no two groups: all are 'elite'", made()[:14])
    refused("level is empty for all runners", made(level=None))


# --- rows -----------------------------------------------------------------------------------------


def test_nobody_counts_twice(refused):
    ground = twice(surface="grass").fillna({"surface": "track"})
    refused("R000 has 2 rows.*They differ in surface.*Strides are not people", ground)
    refused("R000 has 2 rows in one comparison", twice())
    refused("R000 has 2 rows in one comparison", twice(pace_min_km=9.0), by="pace_min_km")
    here, there = made(cohort="a", same_runner_as=None), made(cohort="b")
    there["same_runner_as"] = "a:" + there["runner_id"]
    both = pd.concat([here, there], ignore_index=True)
    refused("28 runners are in two cohorts.*R000 of b is a:R000", both)


def test_speeds_and_slopes_are_never_pooled(refused, compare):
    rows = twice(speed_m_s=2.5)
    refused("pool speeds of 2.5, 3.5 m/s and count each.*speed_m_s=3.5.*by='speed_m_s'", rows)
    refused("count each runner several times", rows, adjust_for=["speed_m_s"])
    refused("leaves nothing to compare.*name two speeds", rows, by="speed_m_s", speed_m_s=3.5)
    assert compare(rows, speed_m_s=3.5).n == [6, 6]
    own = made(speed_m_s=np.linspace(2.5, 4.5, 28))
    refused(r"or model it: adjust_for=\['speed_m_s'\]", own)
    refused("speed_m_s needs 'speed_m_s'", own.drop(columns="speed_m_s"), speed_m_s=3.5)
    assert compare(made(speed_m_s=np.linspace(3.46, 3.54, 28))).n == [14, 14]
    refused("pool slopes of -5, 0 %.*slope_pct == -5", made(slope_pct=[0.0, -5.0] * 14))
    refused("pool shoes of a, b and count each.*by='shoe'", twice(shoe="a").fillna({"shoe": "b"}))
    assert compare(made(shoe=["a", "b"] * 14)).n == [14, 14]  # shoes of one's own


def test_conditions_of_the_same_runners_are_found_out(refused, compare):
    rows = twice(speed_m_s=2.5).drop(index=[0, 13])
    found = compare(rows, by="speed_m_s")
    assert (found.names, found.n) == (["3.5", "2.5"], [10, 10])
    assert "Left out, not under both conditions: 2 runners (R000, R001)." in found.said
    refused("10 runners are in more than one group", rows, by="speed_m_s", paired=False)
    sessions = twice(session="second", speed_m_s=3.52).fillna({"session": "first"})
    assert compare(sessions, by="session").names == ["first", "second"]


# --- covariates -----------------------------------------------------------------------------------


def test_missing_and_constant_covariates_are_said(compare):
    rows = made(sex="male")
    rows.loc[4, "mass_kg"] = np.nan
    found = compare(rows, adjust_for=["mass_kg", "sex"])
    assert found.n == [13, 14]
    assert "mass_kg or sex: 1 runner (R004)." in found.said
    assert "Not adjusted for sex, which is the same for all." in found.said
    assert compare(rows, adjust_for="height_m").said == "Not measured in this cohort: height_m."


def test_covariates_that_cannot_be_told_apart_are_refused(refused, compare):
    rows = made(laboratory=["here"] * 14 + ["there"] * 14)
    refused("level cannot be told apart from laboratory", rows, adjust_for="laboratory")
    rows["mass_lb"] = 2.2 * rows["mass_kg"]
    refused("mass_kg, mass_lb repeat each other", rows, adjust_for=["mass_kg", "mass_lb"])
    rows["nearly"] = (rows["level"] == "elite") + np.random.default_rng(1).normal(0, 0.25, 28)
    said = compare(rows, adjust_for="nearly").said
    assert "Adjusted for nearly, which explains 8" in said
    assert "% of level: this rests on few runners." in said


@pytest.mark.parametrize("options", [{"adjust_for": "mass_kg"}, {"by": "mass_kg"}])
def test_infinite_numbers_are_refused(refused, options):
    rows = made()
    rows.loc[3, "mass_kg"] = np.inf
    refused("mass_kg of runner R003 is infinite", rows, **options)


# --- what is said beside the number ---------------------------------------------------------------


def test_confounding_is_said(compare):
    here = ["here"] * 13 + ["there"] * 15
    said = compare(made(laboratory=here)).said
    assert "Confounded with laboratory: elite 13 here + 1 there; recreational 14 there." in said
    assert (
        compare(made(laboratory=["here", "there"] * 14)).said
        == "Pools the laboratories here, there."
    )
    assert compare(made(laboratory="here")).said == ""
    rows = made(laboratory=here, pace_min_km=np.r_[np.arange(14.0), np.arange(20.0, 34)])
    said = compare(rows, by="pace_min_km").said
    assert "Confounded with laboratory: it explains" in said
    said = compare(made(laboratory=here), by="laboratory").said
    assert "Confounded with level: here 13 elite; there 1 elite + 14 recreational." in said
    long = made(pipeline=["a paragraph"] * 14 + ["another"] * 14)
    assert "elite 14 pipeline 1; recreational 14 pipeline 2." in compare(long).said
    moved = twice(session="second", laboratory="there").fillna(
        {"session": "first", "laboratory": "here"}
    )
    assert (
        "Confounded with laboratory: first 12 here; second 12 there."
        in compare(moved, by="session").said
    )


def test_simulated_runners_and_caveats_of_runners_are_said(compare):
    assert compare(made(cohort="simulated")).said.startswith("Simulated: ")
    notes = ["ran on grass.", "  ", None, 7] + [None] * 24
    said = compare(made(simulated=True, caveat=notes)).said
    assert said.startswith("Simulated: ")
    assert said.endswith("program. Ran on grass. 7.")
    assert compare(made((14, 0), simulated=True), groups=["elite", "recreational"]).said == (
        "Cannot tell: no recreational runner. Simulated: these runners were made by a program."
    )


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (True, True),
        ("True", True),
        (1, True),
        (1.0, True),
        (False, False),
        ("no", False),
        (None, False),
    ],
)
def test_simulated_is_read_from_files_too(word, expected):
    assert is_simulated(pd.DataFrame({"cohort": ["a", "b"], "simulated": [word, None]})) == expected


def test_few_runners_cannot_tell_much(compare):
    assert "Cannot tell much: with 4 and 14 runners " in compare(made((4, 14))).said
    assert compare(made((1, 14))).said == "Cannot tell: 1 and 14 runners are too few for this test."


def test_caveats_can_be_asked_for_alone():
    rows = made(cohort="a", laboratory=["x"] * 14 + ["y"] * 14)
    found = find_caveats(rows, rows["level"], ["elite", "recreational"], "level")
    assert found == ["Confounded with laboratory: elite 14 x; recreational 14 y."]


# --- slips ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", [None, np.nan])
def test_a_cohort_that_is_not_named_is_one_cohort(compare, missing):
    rows = twice(session="second").fillna({"session": "first"})
    for table in (rows, rows.assign(cohort=missing)):
        found = compare(table, by="session")
        assert (found.n, found.names) == ([12, 12], ["first", "second"])
    split = compare(made((10, 11)).assign(cohort=missing), by="pace_min_km", groups="median")
    assert split.n == [10, 11]


def test_no_cohort_is_dropped_because_of_its_sides(refused):
    both = made((9, 0), cohort="here", side="both")
    both = pd.concat([both, both.assign(side="right"), both.assign(side="left")])
    lone = made((0, 9), cohort="there", side="right").assign(runner_id=[f"S{k}" for k in range(9)])
    rows = pd.concat([both, lone], ignore_index=True)
    refused("there has only the right side", rows)


def test_groups_may_be_an_array_and_come_from_the_table(compare):
    rows = made()
    for groups in (np.array(["elite", "recreational"]), rows["level"].unique()):
        assert compare(rows, groups=groups).n == [14, 14]
    assert compare(rows, groups=iter(["recreational", "elite"])).names == ["recreational", "elite"]


def test_groups_that_differ_have_different_words(compare):
    days = compare(twice(session=20240102.0).fillna({"session": 20240101.0}), by="session")
    assert days.names == ["20240102.0", "20240101.0"]


def test_what_is_known_of_nobody_is_said(refused):
    refused("by is an empty mapping", made(), by={})
    refused("by names runners Q, none of whom is here. The runners are R000", made(), by={"Q": 1})
    refused("speed_m_s of runner R000 is 'fast'. Expected m/s.", made(speed_m_s="fast"))
    refused("stored as text .'3.5' of runner R000.. Turn them", made(speed_m_s="3.5"))
    refused("a group is called None", made(), groups={None: ["elite"], "b": ["recreational"]})
    several = twice(n=12, speed_m_s=2.5)
    refused(r"groups is 5", several, by="speed_m_s", groups=np.int64(5))

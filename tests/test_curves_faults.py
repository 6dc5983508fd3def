"""Comparisons of curves where something is odd: few runners, lone ones, names, order, slips."""

import numpy as np
import pandas as pd
import pytest
from made_runners import BUMP, curve_table, groups, pairs, smooth

import glutelab as gl
from glutelab.curves import compare_curves
from glutelab.errors import DataError


def refused(match, rows, **options):
    with pytest.raises(DataError, match=match) as error:
        compare_curves(rows, **options)
    assert "np." not in str(error.value)


# --- few runners ----------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [(3, 25), (7, 8), (3, 3)])
def test_separate_variances_of_few_runners_are_no_answer(n):
    found = compare_curves(groups(smooth(sum(n)), n[0]), variances="separate")
    assert not found.answerable
    reason = "Cannot tell: separate variances need 8 runners or more in each group; there are "
    assert found.warnings == (f"{reason}{n[0]} and {n[1]}.",)
    assert compare_curves(groups(smooth(16), 8), variances="separate", n_permutations=50).answerable


def test_pooled_variances_of_few_runners_always_warn():
    for scale in (1, 3):
        curves = smooth(28)
        curves[:3] *= scale
        said = compare_curves(groups(curves, 3), n_permutations=100).warnings
        assert said[-1] == (
            "Equal spread cannot be checked with 3 runners: if they vary more than the others, "
            "p is far too small."
        )
        assert not any("found" in one for one in said)
        assert any("at a usual point of the curve to reach p = 0.05" in one for one in said)
    even = compare_curves(groups(smooth(10), 5)).warnings[-1]
    assert even.endswith("if one group varies more than the other, p is somewhat too small.")
    assert compare_curves(groups(smooth(16), 8), n_permutations=100).warnings == ()


# --- lone runners ---------------------------------------------------------------------------------


def test_the_only_one_of_a_class_says_nothing_and_is_named():
    curves, sex = smooth(20), np.array(["male"] * 20)
    sex[4] = "female"
    rows = groups(curves, 10, sex=sex)
    curves[4] += 50
    odd = compare_curves(groups(curves, 10, sex=sex), adjust_for="sex", n_permutations=300)
    found = compare_curves(rows, adjust_for="sex", n_permutations=300)
    without = compare_curves(rows.drop(index="R04", level="runner_id"), n_permutations=300)
    np.testing.assert_allclose(found.t, without.t)
    np.testing.assert_array_equal(found.p, odd.p)
    assert found.n == {"elite": 9, "recreational": 10}
    assert found.warnings[0] == "Left out, alone once adjusted for sex: 1 runner (R04)."
    dose = curve_table(curves, tilt_deg=np.eye(20)[7])
    found = compare_curves(dose, by="tilt_deg")
    assert found.warnings[0] == "Cannot tell: what goes with tilt_deg rests on R07 alone."


# --- order and names ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [{}, {"variances": "separate"}, {"adjust_for": "mass_kg"}, {"by": "mass_kg"}, {"by": "side"}],
)
@pytest.mark.parametrize("n_first", [12, 15])
def test_neither_order_nor_names_nor_which_group_is_first_change_a_number(options, n_first):
    sides = options.get("by") == "side"
    curves = smooth(40 if sides else 30)
    curves[:n_first] += BUMP
    mass = np.random.default_rng(0).normal(70, 8, len(curves))
    rows = groups(curves, n_first, mass_kg=mass)
    if sides:
        side = ["left"] * 20 + ["right"] * 20
        rows = curve_table(curves, runner_id=[f"R{k}" for k in range(20)] * 2, side=side)
    options = {"n_permutations": 500, **options}
    one = compare_curves(rows, **options)
    assert not one.exact
    renamed = rows.reset_index()
    if not sides:
        renamed["runner_id"] = [f"Z{99 - k}" for k in range(30)]
    others = [rows.sample(frac=1, random_state=2), renamed.sample(frac=1, random_state=5)]
    for other in (compare_curves(table, **options) for table in others):
        np.testing.assert_array_equal(one.p, other.p)
        assert one.threshold == pytest.approx(other.threshold, rel=1e-12)
    if options.get("by") == "mass_kg":
        return
    names = ["right", "left"] if sides else ["recreational", "elite"]
    turned = compare_curves(rows, groups=names, **options)
    np.testing.assert_array_equal(one.p, turned.p)
    np.testing.assert_allclose(one.t, -turned.t, atol=1e-9)
    np.testing.assert_allclose(one.band_low, -turned.band_high, atol=1e-9)
    assert one.threshold == pytest.approx(turned.threshold, rel=1e-12)
    assert list(turned.means) == names


# --- names that collide ---------------------------------------------------------------------------


def test_a_column_that_is_called_like_the_variable_is_kept():
    rows = groups(smooth(20), 10, hip_flexion_deg=np.arange(20.0))
    seen = []
    options = {"n_permutations": 50}
    rule = compare_curves(
        rows, "hip_flexion_deg", by=lambda t: seen.append(t) or t["hip_flexion_deg"] < 12, **options
    )
    assert set(rule.n.values()) == {12, 8}
    refused("is what is compared, so", rows, variable="hip_flexion_deg", by="hip_flexion_deg")
    refused("for itself", rows, variable="hip_flexion_deg", adjust_for="hip_flexion_deg")
    days = curve_table(smooth(12), session=[20240101.0] * 6 + [20240102.0] * 6)
    found = compare_curves(days, by="session", groups=[20240101.0, 20240102.0])
    assert found.n == {"20240101.0": 6, "20240102.0": 6}


def test_sides_are_compared_within_runners():
    cohort = gl.load_cohort("rbds2017")
    options = {"by": "side", "speed_m_s": 3.5, "n_permutations": 50}
    found = compare_curves(cohort, "hip_flexion_deg", **options)
    assert (found.contrast, found.n, found.side) == ("left - right", {"pairs": 28}, "each")
    left, right = (gl.runner_curves(cohort, "hip_flexion_deg", side=s) for s in ("left", "right"))
    change = left.to_numpy() - right.to_numpy()
    change = change[left.index.get_level_values("speed_m_s") == 3.5].mean(axis=0)
    np.testing.assert_allclose(found.difference[:100], change[:100])
    lone = gl.load_cohort("bmc-ric")
    refused("no left side", lone, variable="hip_flexion_deg", by="side")
    refused("no row is of one side alone", gl.runner_curves(cohort, "hip_flexion_deg"), by="side")
    both = {"variable": "hip_flexion_deg", "by": "cohort", "speed_m_s": 2.5}
    refused("bmc-ric has only the right side; choose side='right'", [cohort, lone], **both)


# --- tables ---------------------------------------------------------------------------------------


def test_the_table_is_what_is_written(tmp_path):
    rows = groups(smooth(20) + 2 * np.outer(np.arange(20) < 10, BUMP), 10, simulated=True)
    found = compare_curves(rows, "hip_flexion_deg")
    for what in ("points", "clusters"):
        table = found.as_table(what)
        assert list(table)[:3] == ["variable", "contrast", "n"]
        assert list(table)[-3:] == ["kind", "simulated", "warnings"]
        read = pd.read_csv(found.to_csv(tmp_path / "x.csv", what=what))
        pd.testing.assert_frame_equal(read, table, check_dtype=False)
    with pytest.raises(DataError, match="what is 'pts'. Expected 'clusters' or 'points'"):
        found.to_csv(tmp_path / "x.csv", what="pts")
    assert len(compare_curves(groups(smooth(9), 1)).as_table()) == 1


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"seed": -1}, "seed is -1"),
        ({"seed": None}, "seed is None"),
        ({"workers": 0}, "workers is 0"),
        ({"workers": "2"}, "workers is '2'"),
        ({"alpha": "x"}, "alpha is 'x'"),
        ({"alpha": None}, "alpha is None"),
        ({"n_permutations": 1000.0}, "n_permutations is 1000.0"),
        ({"speed_within_m_s": None}, "speed_within_m_s is None"),
        ({"adjust_for": 5}, "adjust_for is 5"),
        ({"variable": 5}, "variable is 5"),
        ({"variable": ["x"]}, r"variable is \['x'\]"),
        ({"runners": 5}, "runners is a int"),
        ({"runners": pd.DataFrame({"runner_id": ["Q"], "x": [1.0]})}, "knows none of these"),
        ({"paired": "x"}, "paired is 'x'"),
    ],
)
def test_slips_get_a_sentence(options, match):
    refused(match, groups(smooth(20), 10), **options)


def test_tables_that_cannot_be_read_get_a_sentence():
    rows = groups(smooth(20), 10)
    words = rows.astype(object)
    words.iloc[3, 7] = "x"
    refused("the curves hold text", words)
    refused("has runner_id twice", rows.assign(runner_id="R"))
    refused("a ndarray was given", rows.to_numpy())
    missing = rows.reset_index()
    missing.loc[2, "runner_id"] = None
    refused("1 row has no runner_id", missing)
    superscript = rows.reset_index().rename(columns=str).assign(**{"²": 1, "007": 2.0})
    assert compare_curves(superscript, n_permutations=50).answerable
    three = pd.concat([pairs(smooth(8), smooth(8, 1)), curve_table(smooth(8, 2), speed_m_s=3.5)])
    refused(r"groups=\[4.5, 3.5\]", three, by="speed_m_s")
    same = pairs(smooth(8) + 3, smooth(8))
    refused("all 8 pairs have the same difference", same, by="speed_m_s")
    dose = np.arange(9.0)
    refused("follow exactly", curve_table(np.outer(dose, BUMP + 1), tilt_deg=dose), by="tilt_deg")

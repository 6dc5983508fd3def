"""Means and counts of a cohort so small that every number can be told by hand."""

import numpy as np
import pandas as pd
import pytest

from glutelab.cohort.memory import cohort_in_memory
from glutelab.errors import DataError
from glutelab.measures import (
    count_strides,
    describe_measures,
    measure_names,
    runner_curves,
    runner_means,
    with_conditions,
)

# Hip range of each stride, by trial and side. A ran on the flat and at a slope nobody wrote down.
STRIDES = {
    ("A1", "left"): [30.0, 40.0, 50.0],
    ("A1", "right"): [60.0],
    ("A2", "left"): [44.0],
    ("A2", "right"): [46.0, 48.0],
    ("B1", "left"): [20.0, 120.0],
    ("B1", "right"): [35.0],
}
RUNNERS = {"runner_id": ["A", "B"], "level": ["elite", "recreational"], "sex": ["female", None]}


def small(strides=STRIDES, *, ledger=True, curves=True, lost=(), runners=RUNNERS, **columns):
    """A cohort; `lost` are trial and side of strides that were dropped."""
    trials = pd.DataFrame({"trial_id": ["A1", "A2", "B1"], "runner_id": ["A", "A", "B"]})
    trials = trials.assign(**{"speed_m_s": 3.0, "slope_pct": [0.0, np.nan, 0.0]} | columns)
    rows = [
        (trial, trial[0], side, k + 1, 3.0, value)
        for (trial, side), values in strides.items()
        for k, value in enumerate(values)
    ]
    names = ["trial_id", "runner_id", "side", "stride", "speed_m_s", "hip_range_deg"]
    table = pd.DataFrame(rows, columns=names)
    tables = {"runners": pd.DataFrame(runners), "trials": trials, "strides": table}
    if ledger:
        every = table[names[:4]].assign(kept=True, rule="")
        more = [
            (trial, trial[0], side, 90 + k, False, "markers")
            for k, (trial, side) in enumerate(lost)
        ]
        more = pd.DataFrame(more, columns=[*names[:4], "kept", "rule"])
        tables["ledger"] = pd.concat([every, more], ignore_index=True) if len(more) else every
    shape = table["hip_range_deg"].to_numpy()[:, None] + np.arange(101.0)
    about = {"name": "small", "title": "Small", "simulated": False}
    return cohort_in_memory(tables, {"hip_flexion_deg": shape} if curves else None, about)


def test_each_mean_is_of_its_runner_condition_and_side():
    means = runner_means(small(lost=[("A1", "left"), ("A1", "left"), ("B1", "right")]))
    found = means[["runner_id", "slope_pct", "side", "n_strides", "n_dropped", "hip_range_deg"]]
    expected = [
        ["A", 0.0, "both", 4, 2, 50.0],  # the mean of sides, not of strides
        ["A", 0.0, "left", 3, 2, 40.0],
        ["A", 0.0, "right", 1, 0, 60.0],
        ["A", np.nan, "both", 3, 0, 45.5],
        ["A", np.nan, "left", 1, 0, 44.0],
        ["A", np.nan, "right", 2, 0, 47.0],
        ["B", 0.0, "both", 3, 1, 52.5],
        ["B", 0.0, "left", 2, 0, 70.0],
        ["B", 0.0, "right", 1, 1, 35.0],
    ]
    pd.testing.assert_frame_equal(
        found, pd.DataFrame(expected, columns=found.columns), check_dtype=False
    )
    front = ["cohort", "runner_id", "level", "speed_m_s", "slope_pct", "side", "n_strides"]
    assert list(means)[: len(front)] == front
    assert list(means)[-2:] == ["sex", "simulated"]
    assert set(means["cohort"]) == {"small"}
    assert not means["simulated"].any()
    assert means["level"].tolist() == ["elite"] * 6 + ["recreational"] * 3


def test_a_side_that_is_missing_leaves_no_mean_of_both():
    strides = {key: values for key, values in STRIDES.items() if key != ("B1", "right")}
    means = runner_means(small(strides, lost=[("B1", "right")])).set_index(["runner_id", "side"])
    both = means.loc[("B", "both")]
    assert np.isnan(both["hip_range_deg"])
    assert (both["n_strides"], both["n_dropped"]) == (2, 1)
    assert means.loc[("B", "right"), "n_strides"] == 0
    one_side = {key: values for key, values in STRIDES.items() if key[1] == "left"}
    assert set(runner_means(small(one_side))["side"]) == {"left"}


def test_without_a_ledger_nothing_is_said_of_what_was_dropped():
    means = runner_means(small(ledger=False))
    assert means["n_dropped"].isna().all()
    assert means["n_strides"].sum() == 2 * 10
    counts = count_strides(small(ledger=False))
    assert counts["kept"].tolist() == [3, 1, 1, 2, 2, 1]
    assert counts[["candidates", "dropped"]].isna().all(axis=None)
    assert list(counts) == ["trial_id", "runner_id", "side", "candidates", "kept", "dropped"]


def test_costs_of_a_condition_are_averaged_and_stand_in_the_rows_of_all_sides():
    costs = {
        "oxygen_cost_ml_kg_km": [200.0, 210.0, np.nan],
        "energy_cost_j_kg_m": [4.0, 4.2, np.nan],
        "energy_equation": ["weir", "weir", None],
        "energy_baseline": ["gross", "gross", None],
    }
    means = runner_means(small(**costs))
    assert means["oxygen_cost_ml_kg_km"].tolist()[:6] == [200.0] * 3 + [210.0] * 3
    assert means["oxygen_cost_ml_kg_km"][6:].isna().all()
    assert means["energy_equation"].tolist()[:6] == ["weir"] * 6
    assert "respiratory_exchange_ratio" not in means
    places = [list(means).index(name) for name in ("hip_range_deg", "oxygen_cost_ml_kg_km", "sex")]
    assert places == sorted(places)
    level = runner_means(small(**costs | {"slope_pct": 0.0}))
    assert level["oxygen_cost_ml_kg_km"].tolist()[:3] == [205.0] * 3
    with pytest.raises(DataError, match=r"small: .* in energy_equation \(brockway, weir\)"):
        runner_means(small(**costs | {"energy_equation": ["weir", "brockway", None]}))


def test_curves_are_means_of_sides_of_one_condition():
    curves = runner_curves(small(), "hip_flexion_deg")
    np.testing.assert_allclose(curves[0], [50.0, 45.5, 52.5], atol=0.01)
    np.testing.assert_allclose(curves[100] - curves[0], 100.0, atol=0.02)
    left = runner_curves(small(), "hip_flexion_deg", side="left")
    np.testing.assert_allclose(left[0], [40.0, 44.0, 70.0], atol=0.01)
    index = left.index.to_frame(index=False)
    assert index["runner_id"].tolist() == ["A", "A", "B"]
    assert index["level"].tolist() == ["elite", "elite", "recreational"]
    assert index["sex"].tolist() == ["female", "female", "unknown"]
    assert set(index["cohort"]) == {"small"}
    assert set(index["side"]) == {"left"}
    assert not index["simulated"].any()
    front = ["cohort", "runner_id", "level", "sex", "speed_m_s", "slope_pct", "side", "simulated"]
    assert list(index) == front


def test_curves_know_the_laboratory_where_the_runners_do():
    runners = RUNNERS | {"laboratory": ["Bern", "Graz"]}
    index = runner_curves(small(runners=runners), "hip_flexion_deg").index
    assert index.get_level_values("laboratory").tolist() == ["Bern", "Bern", "Graz"]
    without = {name: values for name, values in RUNNERS.items() if name != "sex"}
    index = runner_curves(small(runners=without), "hip_flexion_deg").index
    assert set(index.get_level_values("sex")) == {"unknown"}


def test_no_runner_with_both_sides_is_an_error():
    strides = {("A1", "left"): [30.0], ("B1", "right"): [35.0]}
    with pytest.raises(DataError, match="small: no runner has curves of both sides"):
        runner_curves(small(strides), "hip_flexion_deg")


def test_conditions_are_those_that_trials_name():
    strides, names = with_conditions(small())
    assert names == ["speed_m_s", "slope_pct"]
    strides, names = with_conditions(small(shoe=["flats", None, "spikes"]))
    assert names == ["speed_m_s", "slope_pct", "shoe"]
    shoes = strides.drop_duplicates("trial_id")["shoe"].astype(object)
    assert shoes.fillna("").tolist() == ["flats", "", "spikes"]
    assert measure_names(strides) == ["hip_range_deg"]
    whole = strides.assign(start_s=0.1, n=1, heel_rise_m=0.2)
    assert measure_names(whole) == ["hip_range_deg", "heel_rise_m"]


def test_the_range_of_a_measure_and_what_lies_outside():
    row = describe_measures(small()).iloc[0]
    assert row["measure"] == "hip_range_deg"
    assert (row["n_strides"], row["min"], row["max"]) == (10, 20.0, 120.0)
    assert row["mean"] == pytest.approx(49.3)
    assert row["plausible_low"] < 30.0 < row["plausible_high"] < 120.0
    values = np.concatenate(list(STRIDES.values()))
    outside = (values < row["plausible_low"]) | (values > row["plausible_high"])
    assert row["outside"] == outside.sum() > 0
    on_the_limit = {("A1", "left"): [row["plausible_low"], row["plausible_high"]]}
    assert describe_measures(small(on_the_limit))["outside"].tolist() == [0]


def test_strides_are_counted_by_trial_side_and_rule():
    counts = count_strides(small(lost=[("A1", "left"), ("A1", "left"), ("B1", "right")]))
    assert counts[["trial_id", "side"]].values.tolist() == [
        [trial, side] for trial in ("A1", "A2", "B1") for side in ("left", "right")
    ]
    assert counts["kept"].tolist() == [3, 1, 1, 2, 2, 1]
    assert counts["dropped"].tolist() == [2, 0, 0, 0, 0, 1]
    assert counts["markers"].tolist() == [2, 0, 0, 0, 0, 1]
    assert counts["candidates"].tolist() == [5, 1, 1, 2, 2, 2]
    some = {key: values for key, values in STRIDES.items() if key != ("A2", "right")}
    row = count_strides(small(some)).iloc[3]
    assert row[["candidates", "kept", "dropped"]].tolist() == [0, 0, 0]

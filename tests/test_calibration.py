"""The calibration of benchmarks/ at a small size: 200 seeded studies in which nothing differs."""

import importlib

import numpy as np
import pytest
from conftest import ROOT
from joblib import Parallel
from scipy.stats import binom

STUDIES = 200
# A rate of 5 % gives as many errors as this in 99.8 % of such runs.
FEWEST, MOST = binom.ppf([0.001, 0.999], STUDIES, 0.05)


@pytest.fixture
def load(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module


@pytest.mark.parametrize("scenario", ["two", "paired", "dose"])
def test_groups_err_as_often_as_stated(load, scenario):
    calibration = load("calibration_groups")
    size = ((14, 14),) if scenario == "two" else (20,)
    boot = {} if scenario == "dose" else {"n_boot": 0}
    rng = np.random.default_rng(11)
    rates = getattr(calibration, scenario)(*size, **boot, studies=STUDIES, rng=rng)
    for name in ("error t", "error permutation"):
        assert FEWEST <= STUDIES * rates[name] <= MOST, (name, rates[name])


@pytest.mark.parametrize(
    "row", [("two groups", (12, 12)), ("pairs", (15,)), ("groups, 2 covariates", (14, 14))]
)
def test_curves_err_as_often_as_stated(load, row):
    calibration = load("calibration_curves")
    one = calibration.Row(*row)
    found = np.sum([calibration.study(one, number, 400) for number in range(STUDIES)], axis=0)
    for name, errors in zip(("max-t", "mass", "extent"), found[:3], strict=True):
        assert FEWEST <= errors <= MOST, (name, errors)
    assert STUDIES - found[3] <= MOST  # and the band holds the truth


@pytest.mark.parametrize("name", ["2b", pytest.param("6", marks=pytest.mark.slow), "8e"])
def test_claims_are_rarely_supported_where_nothing_is_and_never_the_wrong_way(load, name):
    calibration = load("calibration_claims")
    one_by_one = Parallel(n_jobs=1)
    found = {sign: calibration.count(name, 40, sign, 40, 200, one_by_one) for sign in (1, 0, -1)}
    assert found[1]["contradicted"] == found[-1]["supported"] == 0
    assert found[0]["supported"] <= binom.ppf(0.999, 40, 0.05)
    assert min(found[1]["supported"], found[-1]["contradicted"]) >= 20

"""Rank stability: known order, intervals, what cannot be asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

import glutelab as gl
from glutelab.errors import DataError

HIP = "peak_hip_extension_deg"


def runners_with(slow, fast) -> pd.DataFrame:
    names = [f"R{k}" for k in range(len(slow))]
    parts = [
        pd.DataFrame({"runner_id": names, "speed_m_s": speed, "side": "both", HIP: values})
        for speed, values in ((2.5, slow), (4.5, fast))
    ]
    return pd.concat(parts, ignore_index=True)


def test_rho_is_that_of_scipy():
    rng = np.random.default_rng(0)
    slow = rng.normal(10, 3, 30)
    fast = slow + rng.normal(0, 2, 30)
    row = gl.stability.rank_stability(runners_with(slow, fast), HIP).iloc[0]
    assert row["rho"] == pytest.approx(spearmanr(slow, fast).statistic, abs=1e-12)
    assert row["ci_low"] < row["rho"] < row["ci_high"]


def test_same_and_turned_order():
    values = np.arange(10.0)
    rho = [
        gl.stability.rank_stability(runners_with(values, fast), HIP)["rho"].iloc[0]
        for fast in (values**2, -values)
    ]
    assert rho == pytest.approx([1, -1])


@pytest.mark.parametrize("studies", [100, pytest.param(400, marks=pytest.mark.slow)])
def test_interval_holds_the_truth(studies):
    rng = np.random.default_rng(1)
    r = 0.7
    truth = 6 / np.pi * np.arcsin(r / 2)  # Spearman's of a bivariate normal distribution
    held = []
    for _ in range(studies):
        slow, noise = rng.normal(size=(2, 30))
        table = gl.stability.rank_stability(
            runners_with(slow, r * slow + np.sqrt(1 - r**2) * noise), HIP
        )
        held.append(table["ci_low"].iloc[0] <= truth <= table["ci_high"].iloc[0])
    assert 0.95 - 3 * np.sqrt(0.95 * 0.05 / studies) <= np.mean(held) <= 0.99


def test_too_few_runners_or_one_speed_is_said():
    row = gl.stability.rank_stability(runners_with([1.0, 2, 3], [1.0, 2, 3]), HIP).iloc[0]
    assert np.isnan(row["rho"])
    assert "Cannot tell" in row["warning"]
    one = runners_with(np.arange(8.0), np.arange(8.0)).query("speed_m_s < 3")
    row = gl.stability.rank_stability(one, HIP).iloc[0]
    assert row["n_runners"] == 0
    assert "two speeds" in row["warning"]


def test_asked_wrongly():
    table = runners_with(np.arange(8.0), np.arange(8.0))
    with pytest.raises(DataError, match="nobody ran at 3 m/s. There are: 2.5, 4.5"):
        gl.stability.rank_stability(table, HIP, between=(2.5, 3))
    with pytest.raises(DataError, match="two different speeds"):
        gl.stability.rank_stability(table, HIP, between=(2.5, 2.5))
    with pytest.raises(DataError, match="Expected two speeds"):
        gl.stability.rank_stability(table, HIP, between=3)
    with pytest.raises(DataError, match="pool|slope"):
        gl.stability.rank_stability(table.assign(slope_pct=np.arange(16) % 2 * 2.0), HIP)


def test_speeds_of_a_belt_that_is_off_are_one():
    table = runners_with(np.arange(8.0), np.arange(8.0) ** 2)
    off = table.assign(speed_m_s=table["speed_m_s"] + np.linspace(-0.045, 0.045, 16))
    row = gl.stability.rank_stability(off, HIP).iloc[0]
    assert row["n_runners"] == 8
    assert row["rho"] == pytest.approx(1)
    twice = pd.concat([table, table.assign(speed_m_s=table["speed_m_s"] + 0.02)])
    assert gl.stability.rank_stability(twice, HIP)["n_runners"].iloc[0] == 8
    near = table.assign(speed_m_s=np.linspace(2.5, 2.55, 16))
    assert "two speeds" in gl.stability.rank_stability(near, HIP)["warning"].iloc[0]

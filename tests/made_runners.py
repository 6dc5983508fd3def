"""Runners and curves made up for the tests of comparisons."""

import numpy as np
import pandas as pd

from glutelab.groups import compare_groups

HIP = "peak_hip_extension_deg"
PERCENT = np.arange(101)
BUMP = np.exp(-(((PERCENT - 50) / 8) ** 2))


def runner_table(first, second, names=("elite", "recreational"), **columns):
    n1, n2 = len(first), len(second)
    return pd.DataFrame(
        {
            "runner_id": [f"R{k:03d}" for k in range(n1 + n2)],
            "level": [names[0]] * n1 + [names[1]] * n2,
            "speed_m_s": 3.5,
            HIP: np.concatenate([first, second]),
            **columns,
        }
    )


def simulated(n=(14, 14), shift=0.0, seed=0, **columns):
    rng = np.random.default_rng(seed)
    first, second = 10 + shift + 4 * rng.normal(size=n[0]), 10 + 4 * rng.normal(size=n[1])
    return runner_table(first, second, **columns)


def repeated(n=12, speeds=(2.5, 3.5, 4.5), seed=0):
    """The same runners at several speeds."""
    rng = np.random.default_rng(seed)
    runner = np.repeat(np.arange(n), len(speeds))
    speed = np.tile(speeds, n)
    return pd.DataFrame(
        {
            "runner_id": np.array([f"R{k:02d}" for k in range(n)])[runner],
            "level": np.where(runner < n // 2, "elite", "competitive"),
            "speed_m_s": speed,
            HIP: rng.normal(5, 4, n)[runner] + 3 * speed + rng.normal(0, 1, n * len(speeds)),
        }
    )


def one(runners, measures=HIP, **options):
    """The only row of a comparison."""
    options = {"n_boot": 0, "speed_m_s": 3.5} | options
    result = compare_groups(runners, measures, **options)
    assert len(result) == 1
    return result.iloc[0]


def smooth(n, seed=0, harmonics=5):
    """Closed curves, standard deviation about 1."""
    rng = np.random.default_rng(seed)
    angles = 2 * np.pi * np.outer(np.arange(1, harmonics + 1), PERCENT) / 100
    waves = np.vstack([np.cos(angles), np.sin(angles)]) / np.sqrt(harmonics)
    return rng.normal(size=(n, 2 * harmonics)) @ waves


def curve_table(curves, **columns):
    """As runner_curves gives it."""
    columns = {"runner_id": [f"R{k:02d}" for k in range(len(curves))], **columns}
    return pd.DataFrame(curves, index=pd.MultiIndex.from_frame(pd.DataFrame(columns)))


def groups(curves, n_first, **columns):
    level = ["elite"] * n_first + ["recreational"] * (len(curves) - n_first)
    return curve_table(curves, level=level, **columns)


def pairs(first, second):
    n = len(first)
    who = [f"R{k:02d}" for k in range(n)] * 2
    return curve_table(np.vstack([first, second]), runner_id=who, speed_m_s=[4.5] * n + [2.5] * n)

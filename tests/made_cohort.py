"""A small cohort that is right, and ways to spoil it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from glutelab.cohort import read_cohort, renew_hashes
from glutelab.errors import ProblemList

ABOUT = {
    "name": "two-runners",
    "title": "Two runners",
    "version": "1.0.0",
    "sources": [{"title": "Nobody (2026)", "path": "https://doi.org/10.1/x", "doi": "10.1/x"}],
    "licenses": [{"name": "CC-BY-4.0"}],
    "contributors": [{"title": "Nobody"}],
    "simulated": True,
    "level_mapping": {"Elite": "elite", "Hobby": "recreational"},
}


def make_tables() -> dict[str, pd.DataFrame]:
    """Two runners, one trial each, six strides found per trial and five kept."""
    runners = pd.DataFrame(
        {
            "runner_id": ["R01", "R02"],
            "sex": ["female", "male"],
            "height_m": [1.68, 1.81],
            "mass_kg": [57.0, 72.5],
            "level": ["elite", "recreational"],
            "source_level": ["Elite", "Hobby"],
            "weekly_distance_km": [">45", "26-35"],
        }
    )
    legs = pd.DataFrame(
        [(r, s, 0.85, 11.0) for r in ("R01", "R02") for s in ("left", "right")],
        columns=["runner_id", "side", "leg_length_m", "thomas_test_deg"],
    )
    trials = pd.DataFrame(
        {
            "trial_id": ["R01_T1", "R02_T1"],
            "runner_id": ["R01", "R02"],
            "speed_m_s": [3.5, 3.5],
            "slope_pct": [0.0, 0.0],
            "surface": ["treadmill"] * 2,
            "candidate_strides": [6.0, 6.0],
            "kept_strides": [5.0, 5.0],
            "notes": [np.nan, "left heel marker missing, filled"],
        }
    )
    ledger = pd.DataFrame(
        [(t, t[:3], s, n, 0.7 * n) for t in trials.trial_id for s in ("left", "right")
         for n in (1, 2, 3)],
        columns=["trial_id", "runner_id", "side", "stride", "start_s"],
    )  # fmt: skip
    ledger["kept"] = ~((ledger["side"] == "right") & (ledger["stride"] == 3))
    ledger["rule"] = np.where(ledger["kept"], "", "markers")
    strides = ledger.loc[ledger["kept"], ["runner_id", "trial_id", "side", "stride", "start_s"]]
    strides = strides.reset_index(drop=True).assign(speed_m_s=3.5, slope_pct=0.0)
    strides["peak_hip_extension_deg"] = np.linspace(5, 14, len(strides))
    strides["hip_flexion_at_foot_strike_deg"] = np.linspace(30, 44, len(strides))
    strides["contact_time_s"] = np.linspace(0.22, 0.25, len(strides))
    return {
        "runners": runners,
        "legs": legs,
        "trials": trials,
        "strides": strides,
        "ledger": ledger,
    }


def make_curves(count: int = 10) -> dict[str, np.ndarray]:
    """Curves shaped like running, slightly different in each stride."""
    cycle = np.linspace(0, 2 * np.pi, 101)
    each = np.linspace(-2, 2, count)[:, None]
    hip = 20 + each + 25 * np.cos(cycle) - 5 * np.sin(cycle)
    swing = np.exp(-(((cycle / (2 * np.pi) - 0.68) / 0.14) ** 2))
    knee = 12 + each + 85 * swing + 25 * np.exp(-(((cycle / (2 * np.pi) - 0.15) / 0.1) ** 2))
    return {"hip_flexion_deg": hip, "knee_flexion_deg": knee}


def edit(folder: Path, file: str, old: str, new: str, *, renew: bool = True) -> None:
    path = folder / file
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())
    if renew:
        renew_hashes(folder)


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(ProblemList) as caught:
        read_cohort(folder)
    return caught.value.problems


def the_problem_of(folder: Path) -> str:
    problems = problems_of(folder)
    assert len(problems) == 1, problems
    return problems[0]

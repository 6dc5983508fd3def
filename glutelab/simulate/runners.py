"""Runner means with a known truth, without strides: for studies of studies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from glutelab.errors import DataError
from glutelab.simulate.calibration import thigh_minus_hip
from glutelab.simulate.draw import NAMES, Drawn, draw_runners, oxygen
from glutelab.simulate.truth import Plan, describe_truth, make_plan

__all__ = ["runner_names", "simulate_runners", "trial_costs"]


def simulate_runners(
    n_runners: int = 40,
    *,
    studies: int | None = None,
    levels: Mapping[str, float] | None = None,
    speeds_m_s: Sequence[float] = (2.5, 3.5, 4.5),
    slopes_pct: Sequence[float] = (0.0,),
    effects: Mapping | None = None,
    measurement_error: Mapping[str, float] | None = None,
    missing: Mapping[str, float] | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Simulated runner means: one row per runner, speed and slope, of one study or of many.

    The same truth, and for the same seed the same runners, as `simulate_cohort`; strides are left
    out (their scatter is a tenth of the spread between runners, and averages out).

    Parameters
    ----------
    n_runners : int
        Of each study.
    studies : int, optional
        As many independent studies, told apart by the column ``study``.
    levels, speeds_m_s, slopes_pct, effects, measurement_error, missing, seed
        As in `simulate_cohort`.

    Returns
    -------
    DataFrame
        Columns as `runner_means` has them, ``side`` "both", with the costs of the trial and
        ``simulated`` True. ``attrs["truth"]`` is what was planted, as in
        ``cohort.about["truth"]``.

    Raises
    ------
    DataError
        If something asked for is not known or cannot be.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.simulate_runners(30, studies=500, speeds_m_s=[3.5], seed=1)
    >>> len(runners), runners["study"].nunique()
    (15000, 500)
    >>> round(runners.attrs["truth"]["indirect_j_kg_m"], 4)
    0.0102
    """
    if studies is not None and studies < 1:
        raise DataError(f"studies={studies}. Expected 1 or more.")
    plan = make_plan(n_runners, levels, speeds_m_s, slopes_pct, effects, measurement_error, missing)
    drawn = draw_runners(plan, np.random.default_rng(seed), studies or 1)
    table = _table(plan, drawn)
    if studies is not None:
        study = np.repeat(np.arange(studies), len(plan.levels) * len(plan.conditions))
        table.insert(0, "study", study)
    table = table[drawn.ran.ravel()].reset_index(drop=True)
    table.attrs["truth"] = describe_truth(plan, seed)
    return table


def runner_names(n: int) -> np.ndarray:
    """Names of simulated runners.

    Examples
    --------
    >>> runner_names(2).tolist()
    ['S001', 'S002']
    """
    return np.array([f"S{k:03d}" for k in range(1, n + 1)])


def trial_costs(drawn: Drawn, speeds_m_s: np.ndarray) -> dict[str, np.ndarray]:
    """The cost columns of trials, shape (n, conditions) each."""
    missing = np.isnan(drawn.cost)
    uptake = oxygen(drawn.cost, drawn.exchange_ratio, speeds_m_s)
    word = {"energy_equation": "peronnet-massicotte", "energy_baseline": "gross"}
    return {
        **uptake,
        "respiratory_exchange_ratio": np.where(missing, np.nan, drawn.exchange_ratio),
        "energy_cost_j_kg_m": drawn.cost,
        **{name: np.where(missing, None, text) for name, text in word.items()},
    }


def _table(plan: Plan, drawn: Drawn) -> pd.DataFrame:
    n, c = drawn.hip_deg.shape
    speeds, slopes = plan.conditions.T
    each = np.repeat(np.arange(n), c)
    value = {name: drawn.measures[..., k].ravel() for k, name in enumerate(NAMES)}
    names = runner_names(len(plan.levels))[np.arange(n) % len(plan.levels)]
    leg = drawn.people["leg_length_m"].mean(axis=1)[each]
    speed = np.tile(speeds, n)
    stride, contact = value["stride_time_s"], value["contact_time_s"]
    hip, tilt = value["peak_hip_extension_deg"], value["pelvic_tilt_mean_deg"]
    standing = drawn.people["standing_pelvic_tilt_deg"][each]
    lengths = {f"{name[:-4]}_m": value[name] * leg for name in NAMES if name.endswith("_leg")}
    return pd.DataFrame(
        {
            "cohort": "simulated",
            "runner_id": names[each],
            "level": drawn.levels[each],
            "speed_m_s": speed,
            "slope_pct": np.tile(slopes, n),
            "side": "both",
            **value,
            **lengths,
            "peak_thigh_extension_deg": hip + tilt + thigh_minus_hip(speed),
            "pelvic_tilt_from_standing_deg": tilt - standing,
            "behind_ahead_ratio": value["foot_behind_leg"] / value["foot_ahead_leg"],
            "flight_time_s": stride / 2 - contact,
            "duty_factor": contact / stride,
            "cadence_spm": 120 / stride,
            "stride_length_m": speed * stride,
            **{name: array.ravel() for name, array in trial_costs(drawn, speeds).items()},
            "thomas_test_deg": drawn.people["thomas_test_deg"].mean(axis=1)[each],
            "leg_length_m": leg,
            "sex": drawn.sex[each],
            **{name: drawn.people[name][each] for name in ("age_years", "height_m", "mass_kg")},
            "standing_pelvic_tilt_deg": standing,
            "simulated": True,
        }
    )

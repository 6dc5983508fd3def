"""A whole cohort with a known truth: runners, legs, trials with cost, strides, curves, ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from glutelab.cohort import Cohort, cohort_in_memory
from glutelab.errors import DataError
from glutelab.simulate.draw import Drawn, draw_runners
from glutelab.simulate.runners import runner_names, trial_costs
from glutelab.simulate.strides import draw_strides
from glutelab.simulate.truth import Plan, describe_truth, make_plan

__all__ = ["BUILT_IN", "built_in_cohort", "built_in_entry", "simulate_cohort"]

# The built-in cohort: what a usual study would look like, faults included.
BUILT_IN = {
    "n_runners": 40,
    "measurement_error": {
        "standing_pelvic_tilt_deg": 1.5,
        "thomas_test_deg": 5.5,
        "energy_cost_j_kg_m": 0.06,
    },
    "missing": {"thomas_test_deg": 0.05, "cost": 0.03},
    "bad_strides": 0.02,
    "strides_per_side": 10,
    "seed": 1,
}
_BUILT_IN_STRIDES = 2349  # kept, said without making them; a test holds it


def simulate_cohort(
    n_runners: int = 40,
    *,
    levels: Mapping[str, float] | None = None,
    speeds_m_s: Sequence[float] = (2.5, 3.5, 4.5),
    slopes_pct: Sequence[float] = (0.0,),
    effects: Mapping | None = None,
    measurement_error: Mapping[str, float] | None = None,
    missing: Mapping[str, float] | None = None,
    bad_strides: float = 0.0,
    strides_per_side: int = 10,
    curves: bool = True,
    seed: int = 0,
) -> Cohort:
    """Make a cohort whose truth is known; every card, table and figure of it says simulated.

    Spreads, correlations and changes with speed are those of rbds2017, costs those of the
    literature (``glutelab/simulate/calibration.py``).

    Parameters
    ----------
    n_runners : int
    levels : dict of str to float, optional
        Counts or shares of recreational, competitive, elite; by default 60, 25 and 15 %.
    speeds_m_s, slopes_pct : sequence of float
        Every runner runs at every speed (2.2 to 5.0 m/s) on every slope (-6 to 12 %, uphill
        positive) on which people can. Slope changes cost, not angles.
    effects : dict, optional
        What is planted; what is not given stays as in ``DEFAULT_EFFECTS``. Zero is allowed.
        ``posture_on_hip_extension`` (degrees of peak hip extension per degree of standing anterior
        tilt), ``hip_extension_on_cost_j_kg_m`` (J/kg/m per degree, positive: costs more),
        ``posture_on_cost_j_kg_m`` (the same per degree of tilt, past hip extension),
        ``confounding_r`` (correlation of what is left of hip extension with what is left of cost,
        between runners, from something not measured), and ``levels``: for each level, shifts of any
        measure, of ``standing_pelvic_tilt_deg``, ``flight_time_s`` or ``energy_cost_j_kg_m``.
    measurement_error : dict, optional
        Standard deviation of an error that truth does not have: ``standing_pelvic_tilt_deg``,
        ``thomas_test_deg``, ``energy_cost_j_kg_m`` (each trial), ``thigh_markers_deg`` (moves hip
        and thigh extension) and ``pelvis_markers_deg`` (moves tilt, standing and running, and hip
        extension the other way, so that they go together without any truth in it).
    missing : dict, optional
        Share that is missing completely at random: ``standing_pelvic_tilt_deg``,
        ``thomas_test_deg``, ``mass_kg``, ``height_m``, ``cost`` (of trials), ``trials``.
    bad_strides : float
        Share of candidate strides that a rule dropped; they stand in the ledger.
    strides_per_side : int
        Candidates of each trial and side.
    curves : bool
        Whether to keep the curves of hip, thigh, pelvis and knee.
    seed : int
        The same seed gives the same cohort.

    Returns
    -------
    Cohort
        ``about["truth"]`` holds what was planted and what follows: ``total_j_kg_m``,
        ``indirect_j_kg_m``, ``direct_j_kg_m`` and more. Nothing is written; `write_cohort` can.

    Raises
    ------
    DataError
        If something asked for is not known or cannot be; says what is.

    Examples
    --------
    >>> import glutelab as gl
    >>> cohort = gl.simulate_cohort(12, levels={"recreational": 6, "elite": 6}, seed=1)
    >>> cohort.simulated, len(cohort.trials)
    (True, 36)
    >>> cohort.about["truth"]["direct_j_kg_m"]
    0.0
    """
    if not 0 <= bad_strides <= 0.9:
        raise DataError(f"bad_strides={bad_strides}. Expected a share, 0 to 0.9.")
    if int(strides_per_side) != strides_per_side or strides_per_side < 1:
        raise DataError(f"strides_per_side={strides_per_side}. Expected 1 or more.")
    plan = make_plan(n_runners, levels, speeds_m_s, slopes_pct, effects, measurement_error, missing)
    rng = np.random.default_rng(seed)
    drawn = draw_runners(plan, rng)
    trials = _trials(plan, drawn)
    if trials.empty:
        raise DataError("missing: no trial is left. Lower the share of trials that are missing.")
    strides, ledger, shapes = draw_strides(
        plan,
        drawn,
        trials,
        rng,
        strides_per_side=int(strides_per_side),
        bad_strides=bad_strides,
    )
    tables = {
        "runners": _runners(plan, drawn),
        "legs": _legs(plan, drawn),
        "trials": _count(trials, ledger).drop(columns=["runner", "condition"]),
        "strides": strides,
        "ledger": ledger,
    }
    return cohort_in_memory(tables, shapes if curves else None, _about(plan, seed))


def built_in_cohort() -> Cohort:
    """The cohort that `load_cohort` gives as "simulated"; the same at every call."""
    return simulate_cohort(**BUILT_IN)


def built_in_entry() -> dict:
    """The row of `list_cohorts` for it, without making it."""
    speeds = (2.5, 3.5, 4.5)
    about = _about(make_plan(BUILT_IN["n_runners"], None, speeds, (0.0,), None, None, None), 0)
    return {
        "name": about["name"],
        "title": about["title"],
        "runners": BUILT_IN["n_runners"],
        "trials": 3 * BUILT_IN["n_runners"],
        "strides": _BUILT_IN_STRIDES,
        "speeds_m_s": "2.5, 3.5, 4.5",
        "license": about["licenses"][0]["name"],
        "source": about["sources"][0]["title"],
        "simulated": True,
    }


def _about(plan: Plan, seed: int) -> dict:
    speeds = ", ".join(f"{speed:.4g}" for speed in np.unique(plan.conditions[:, 0]))
    return {
        "name": "simulated",
        "title": f"{len(plan.levels)} simulated runners at {speeds} m/s, with a known truth",
        "description": "Made by a program; nobody was measured. What was planted stands in truth.",
        "simulated": True,
        "seed": int(seed),
        "truth": describe_truth(plan, seed),
        "sources": [{"title": "glutelab.simulate_cohort"}],
        "licenses": [{"name": "CC0-1.0", "title": "Public domain"}],
        "processing": {"events": "simulated", "curves": "mean shapes of rbds2017 at 3.5 m/s"},
    }


def _runners(plan: Plan, drawn: Drawn) -> pd.DataFrame:
    people = drawn.people
    return pd.DataFrame(
        {
            "runner_id": runner_names(len(plan.levels)),
            "level": drawn.levels,
            "sex": drawn.sex,
            "age_years": people["age_years"],
            "height_m": people["height_m"].round(3),
            "mass_kg": people["mass_kg"].round(1),
            "standing_pelvic_tilt_deg": people["standing_pelvic_tilt_deg"],
        }
    )


def _legs(plan: Plan, drawn: Drawn) -> pd.DataFrame:
    n = len(plan.levels)
    return pd.DataFrame(
        {
            "runner_id": np.repeat(runner_names(n), 2),
            "side": np.tile(["left", "right"], n),
            "leg_length_m": drawn.people["leg_length_m"].ravel(),
            "thomas_test_deg": drawn.people["thomas_test_deg"].ravel(),
        }
    )


def _trials(plan: Plan, drawn: Drawn) -> pd.DataFrame:
    n, c = drawn.hip_deg.shape
    speeds, slopes = plan.conditions.T
    names = np.repeat(runner_names(n), c)
    marks = [
        f"T{10 * speed:02.0f}" if np.isclose(10 * speed % 1, 0) else f"T{speed:g}"
        for speed in speeds
    ]
    if len(np.unique(slopes)) > 1:
        marks = [f"{mark}_{slope:+g}" for mark, slope in zip(marks, slopes, strict=True)]
    trials = pd.DataFrame(
        {
            "trial_id": [f"{name}_{mark}" for name, mark in zip(names, marks * n, strict=True)],
            "runner_id": names,
            "speed_m_s": np.tile(speeds, n),
            "slope_pct": np.tile(slopes, n),
            "surface": "treadmill",
            "event_method": "simulated",
            **{name: array.ravel() for name, array in trial_costs(drawn, speeds).items()},
            "notes": "simulated",
            "runner": np.repeat(np.arange(n), c),
            "condition": np.tile(np.arange(c), n),
        }
    )
    for name in ("energy_equation", "energy_baseline"):
        trials[name] = trials[name].astype("str").where(trials["energy_cost_j_kg_m"].notna())
    return trials[drawn.ran.ravel()].reset_index(drop=True)


def _count(trials: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    per_trial = ledger.groupby("trial_id")["kept"]
    return trials.assign(
        duration_s=trials["trial_id"].map(ledger.groupby("trial_id")["end_s"].max()).clip(lower=3),
        candidate_strides=trials["trial_id"].map(per_trial.size()).astype(float),
        kept_strides=trials["trial_id"].map(per_trial.sum()).astype(float),
    )

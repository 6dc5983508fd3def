"""What the caller plants in simulated runners, checked, and what follows from it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from glutelab.errors import DataError
from glutelab.schema.keys import LEVELS
from glutelab.simulate.calibration import (
    COST,
    MEASURES,
    MOST_OXYGEN,
    POSTURE,
    SPEED_RANGE,
    base_cost,
)

__all__ = ["DEFAULT_EFFECTS", "DEFAULT_LEVELS", "Plan", "describe_truth", "make_plan"]

DEFAULT_LEVELS = {"recreational": 0.6, "competitive": 0.25, "elite": 0.15}
DEFAULT_EFFECTS = {
    "posture_on_hip_extension": -0.68,  # deg per deg: as in rbds2017
    "hip_extension_on_cost_j_kg_m": -0.015,  # per deg; r of about -0.25
    "posture_on_cost_j_kg_m": 0.0,  # per deg, past hip extension
    "confounding_r": 0.0,
    "levels": {
        # Longer flight: Preece 2019; more flexed knee: there, too (full text). Better economy is
        # what makes them elite; how much better, here and in competitive, is our choice.
        "competitive": {"energy_cost_j_kg_m": -0.12, "flight_time_s": 0.005},
        "elite": {
            "energy_cost_j_kg_m": -0.30,
            "flight_time_s": 0.013,
            "peak_knee_flexion_swing_deg": 6.0,
        },
    },
}
SHIFTS = (*MEASURES, *POSTURE, "flight_time_s", "energy_cost_j_kg_m")
ERRORS = (
    "standing_pelvic_tilt_deg",
    "thomas_test_deg",
    "pelvis_markers_deg",
    "thigh_markers_deg",
    "energy_cost_j_kg_m",
)
MISSING = ("standing_pelvic_tilt_deg", "thomas_test_deg", "mass_kg", "height_m", "cost", "trials")


@dataclass(frozen=True)
class Plan:
    """A simulation as asked for, every part of it filled in.

    Attributes
    ----------
    levels : ndarray of str, shape (n_runners,)
    conditions : ndarray, shape (n_conditions, 2)
        Speed (m/s) and slope (%) of each trial of a runner.
    effects, errors, missing : dict
    """

    levels: np.ndarray
    conditions: np.ndarray
    effects: dict
    errors: dict[str, float]
    missing: dict[str, float]


def make_plan(
    n_runners: int,
    levels: Mapping[str, float] | None,
    speeds_m_s: Sequence[float],
    slopes_pct: Sequence[float],
    effects: Mapping | None,
    measurement_error: Mapping[str, float] | None,
    missing: Mapping[str, float] | None,
) -> Plan:
    """Check what was asked for and fill in the rest; see `simulate_cohort`.

    Raises
    ------
    DataError
        If a name is not known or a number cannot be; says which, and what is possible.
    """
    if int(n_runners) != n_runners or n_runners < 1:
        raise DataError(f"n_runners={n_runners}. Expected a whole number, 1 or more.")
    speeds = _numbers("speeds_m_s", speeds_m_s, *SPEED_RANGE)
    slopes = _numbers("slopes_pct", slopes_pct, -6.0, 12.0)
    _can_be_run(speeds, slopes)
    given = dict(effects or {})
    _known("effects", given, DEFAULT_EFFECTS)
    planted = DEFAULT_EFFECTS | given
    for name, value in planted.items():
        if name != "levels" and not np.isfinite(value):
            raise DataError(f"effects: {name} is {value}. Expected a number.")
    if not -1 < planted["confounding_r"] < 1:
        raise DataError("effects: confounding_r is a correlation. Expected between -1 and 1.")
    planted["levels"] = {level: dict(shift) for level, shift in planted["levels"].items()}
    _known("effects, levels", planted["levels"], LEVELS)
    for level, shift in planted["levels"].items():
        _known(f"effects, levels, {level}", shift, SHIFTS)
    errors, shares = dict(measurement_error or {}), dict(missing or {})
    _known("measurement_error", errors, ERRORS)
    _known("missing", shares, MISSING)
    _range("measurement_error", errors, 0.0, 30.0)
    _range("missing", shares, 0.0, 0.95)
    return Plan(
        _share_out(int(n_runners), DEFAULT_LEVELS if levels is None else levels),
        np.array([(speed, slope) for speed in speeds for slope in slopes]),
        planted,
        {name: float(errors.get(name, 0.0)) for name in ERRORS},
        {name: float(shares.get(name, 0.0)) for name in MISSING},
    )


def _numbers(name: str, values: Sequence[float], low: float, high: float) -> list[float]:
    numbers = sorted({float(value) for value in np.atleast_1d(values)})
    if not numbers or not low <= numbers[0] <= numbers[-1] <= high:
        raise DataError(f"{name}={values}. Expected {low:g} to {high:g}.")
    return numbers


def _can_be_run(speeds: list[float], slopes: list[float]) -> None:
    """Steady-state uptake at 21.15 J/ml, which is a respiratory exchange ratio of 0.88."""
    for speed in speeds:
        for slope in slopes:
            uptake = float(base_cost(speed, slope)) * speed * 60 / 21.15
            if uptake > MOST_OXYGEN:
                raise DataError(
                    f"{speed:.4g} m/s on {slope:g} % would take {uptake:.0f} ml/kg/min of oxygen: "
                    "no steady state. Lower the speed or the slope."
                )


def _known(where: str, given: Mapping, known) -> None:
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(str(name), list(known), 1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise DataError(f"{where}: {name!r} is not known.{hint} Known: {', '.join(known)}.")


def _range(where: str, given: Mapping[str, float], low: float, high: float) -> None:
    for name, value in given.items():
        if not low <= value <= high:
            raise DataError(f"{where}: {name} is {value}. Expected {low:g} to {high:g}.")


def _share_out(n: int, levels: Mapping[str, float]) -> np.ndarray:
    """Level of each runner: counts that add up to n, or shares of it."""
    _known("levels", levels, LEVELS)
    _range("levels", levels, 0, n)
    total = sum(levels.values())
    if not total > 0:
        raise DataError("levels: nobody is in any of them.")
    exact = {level: n * value / total for level, value in levels.items()}
    counts = {level: int(value) for level, value in exact.items()}
    left = sorted(exact, key=lambda level: counts[level] - exact[level])
    for level in left[: n - sum(counts.values())]:
        counts[level] += 1
    return np.repeat(list(counts), list(counts.values()))


def describe_truth(plan: Plan, seed: int) -> dict:
    """Everything that was planted, and what follows from it.

    Parameters
    ----------
    plan : Plan
    seed : int

    Returns
    -------
    dict
        Plain numbers and texts. ``indirect_j_kg_m``, ``direct_j_kg_m`` and ``total_j_kg_m`` are
        energy cost per degree of standing pelvic tilt without measurement error, at any speed and
        within levels; ``expected_total_j_kg_m`` is the total that the recorded tilt is expected to
        show, which is smaller if tilt was measured with error.
    """
    planted = plan.effects
    direct = float(planted["posture_on_cost_j_kg_m"])
    through = float(planted["posture_on_hip_extension"] * planted["hip_extension_on_cost_j_kg_m"])
    spread = POSTURE["standing_pelvic_tilt_deg"][1]
    error = plan.errors["standing_pelvic_tilt_deg"] ** 2 + plan.errors["pelvis_markers_deg"] ** 2
    reliability = spread**2 / (spread**2 + error)
    total = direct + through
    return {
        "effects": planted,
        "indirect_j_kg_m": through,
        "direct_j_kg_m": direct,
        "total_j_kg_m": total,
        "total_pct": 100 * total / COST["mean_j_kg_m"],
        "reliability_of_standing_pelvic_tilt": reliability,
        "expected_total_j_kg_m": reliability * total,
        "mean_cost_j_kg_m": {
            f"{speed:g} m/s, {slope:g} %": float(base_cost(speed, slope))
            for speed, slope in plan.conditions
        },
        "measurement_error": plan.errors,
        "missing": plan.missing,
        "seed": int(seed),
    }

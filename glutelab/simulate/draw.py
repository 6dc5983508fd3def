"""Draw runners and their trials from a plan: true values first, then what was recorded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glutelab.simulate.calibration import (
    CORRELATION,
    COST,
    MEASURES,
    PEOPLE,
    POSTURE,
    THOMAS_SIDE_DEG,
    base_cost,
    mean_measures,
)
from glutelab.simulate.truth import Plan

__all__ = ["NAMES", "Drawn", "draw_runners", "normal", "oxygen"]

NAMES = list(MEASURES)
HIP, TILT = NAMES.index("peak_hip_extension_deg"), NAMES.index("pelvic_tilt_mean_deg")
CONTACT = NAMES.index("contact_time_s")
_BETWEEN, _CHANGE, _SIDES = (np.array([row[k] for row in MEASURES.values()]) for k in (1, 2, 3))
_EDGE, _EDGE_SD = 2.5, 0.98846  # nobody is further out; standard deviation of what is left
_POSTURE_MEAN, _POSTURE_SD = POSTURE["standing_pelvic_tilt_deg"]


@dataclass(frozen=True)
class Drawn:
    """Simulated runners.

    Attributes
    ----------
    levels, sex : ndarray of str, shape (n,)
    people : dict of str to ndarray
        Recorded: ``age_years, height_m, mass_kg, standing_pelvic_tilt_deg``, shape (n,);
        ``thomas_test_deg, leg_length_m``, shape (n, 2), left and right.
    posture_deg : ndarray, shape (n,)
        True standing pelvic tilt.
    measures : ndarray, shape (n, conditions, 12)
        Recorded mean of both sides, in the order of ``NAMES``.
    hip_deg : ndarray, shape (n, conditions)
        True peak hip extension.
    sides : ndarray, shape (n, 12)
        Right minus left.
    cost, exchange_ratio : ndarray, shape (n, conditions)
        Recorded energy cost (J/kg/m; NaN where missing) and respiratory exchange ratio.
    true_cost : ndarray, shape (n, conditions)
    ran : ndarray of bool, shape (n, conditions)
        Whether there is such a trial.
    """

    levels: np.ndarray
    sex: np.ndarray
    people: dict[str, np.ndarray]
    posture_deg: np.ndarray
    measures: np.ndarray
    hip_deg: np.ndarray
    sides: np.ndarray
    cost: np.ndarray
    exchange_ratio: np.ndarray
    true_cost: np.ndarray
    ran: np.ndarray


def normal(rng: np.random.Generator, size) -> np.ndarray:
    """Normal deviates with nobody beyond 2.5 standard deviations; standard deviation 1."""
    return np.clip(rng.standard_normal(size), -_EDGE, _EDGE) / _EDGE_SD


def draw_runners(plan: Plan, rng: np.random.Generator, studies: int = 1) -> Drawn:
    """Draw the runners of one study, or of many at once.

    Posture comes first; hip extension follows from it by the planted slope, the other measures by
    their correlations; cost follows from posture and hip extension. Body size, sex, age and the
    Thomas test depend on none of these, so that adjusting for them leaves the planted slopes as
    they are.

    Parameters
    ----------
    plan : Plan
    rng : numpy.random.Generator
    studies : int

    Returns
    -------
    Drawn
        ``studies`` times the runners of the plan.
    """
    levels = np.tile(plan.levels, studies)
    n, speeds = len(levels), plan.conditions[:, 0]
    sex, people = _people(rng, n)
    shift = {name: _by_level(plan, levels, name) for name in _shifted(plan)}
    zero = np.zeros(n)
    posture, own = _between_runners(plan, rng, n, shift.get("standing_pelvic_tilt_deg", zero))
    hip_residual = own[:, HIP] / (_BETWEEN[HIP] * np.sqrt(1 - CORRELATION[0, HIP + 1] ** 2))
    own[:, HIP] += plan.effects["posture_on_hip_extension"] * (posture - _POSTURE_MEAN)
    for name, value in shift.items():
        if name in NAMES:
            own[:, NAMES.index(name)] += value
    own[:, CONTACT] -= shift.get("flight_time_s", zero)
    change = normal(rng, (n, len(speeds), len(NAMES))) * _CHANGE
    measures = mean_measures(speeds) + own[:, None] + change
    hip = measures[..., HIP].copy()
    true_cost, ratio = _costs(
        plan, rng, posture, hip, hip_residual, shift.get("energy_cost_j_kg_m", zero)
    )
    error = {name: sd * normal(rng, n) for name, sd in plan.errors.items() if "cost" not in name}
    measures[..., HIP] += (error["thigh_markers_deg"] - error["pelvis_markers_deg"])[:, None]
    measures[..., TILT] += error["pelvis_markers_deg"][:, None]
    people["standing_pelvic_tilt_deg"] = (
        posture + error["standing_pelvic_tilt_deg"] + error["pelvis_markers_deg"]
    )
    people["thomas_test_deg"] = _thomas(
        rng, n, shift.get("thomas_test_deg", zero) + error["thomas_test_deg"]
    )
    cost = true_cost + plan.errors["energy_cost_j_kg_m"] * normal(rng, true_cost.shape)
    sides = normal(rng, (n, len(NAMES))) * _SIDES
    ran, cost = _lose(plan, rng, people, cost)
    return Drawn(levels, sex, people, posture, measures, hip, sides, cost, ratio, true_cost, ran)


def oxygen(cost: np.ndarray, ratio: np.ndarray, speeds_m_s: np.ndarray) -> dict[str, np.ndarray]:
    """Oxygen that an energy cost takes, by Peronnet and Massicotte 1991 (16.89 and 4.84 J/ml).

    Parameters
    ----------
    cost : ndarray
        J/kg/m.
    ratio : ndarray
        Respiratory exchange ratio.
    speeds_m_s : ndarray

    Examples
    --------
    >>> found = oxygen(np.array([4.249]), np.array([0.9]), np.array([12 / 3.6]))
    >>> {name: round(float(value[0]), 1) for name, value in found.items()}
    {'oxygen_cost_ml_kg_km': 200.0, 'vo2_ml_kg_min': 40.0}
    """
    per_km = 1000 * cost / (16.89 + 4.84 * ratio)
    return {"oxygen_cost_ml_kg_km": per_km, "vo2_ml_kg_min": per_km * speeds_m_s * 60 / 1000}


def _people(rng, n: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    female = rng.random(n) < 0.4
    sex = np.where(female, "female", "male")
    sizes = {}
    shared = normal(rng, n)  # the taller are heavier, r = 0.5
    for k, name in enumerate(("mass_kg", "height_m")):
        mean, sd = np.where(female[:, None], PEOPLE["female"][k], PEOPLE["male"][k]).T
        sizes[name] = mean + sd * np.sqrt(0.5) * (shared + normal(rng, n))
    sizes["mass_kg"] = np.maximum(sizes["mass_kg"], 42.0)
    age, leg = PEOPLE["age_years"], PEOPLE["leg_per_height"]
    length = sizes["height_m"] * (leg[0] + leg[1] * normal(rng, n))
    return sex, {
        "age_years": np.round(age[0] + age[1] * normal(rng, n)),
        "height_m": sizes["height_m"],
        "mass_kg": sizes["mass_kg"],
        "leg_length_m": length[:, None] + 0.004 * normal(rng, (n, 2)),
    }


def _between_runners(plan: Plan, rng, n: int, shift: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """True posture, and what each runner differs from the mean by, without what posture does."""
    drawn = normal(rng, (n, len(NAMES) + 1)) @ np.linalg.cholesky(CORRELATION).T
    posture = _POSTURE_MEAN + _POSTURE_SD * drawn[:, 0] + shift
    own = drawn[:, 1:] * _BETWEEN
    own[:, HIP] -= CORRELATION[0, HIP + 1] * _BETWEEN[HIP] * drawn[:, 0]
    return posture, own


def _costs(plan: Plan, rng, posture, hip, hip_residual, shift) -> tuple[np.ndarray, np.ndarray]:
    """True energy cost and respiratory exchange ratio, shape (n, conditions)."""
    speeds, slopes = plan.conditions.T
    n, planted = len(posture), plan.effects
    r = planted["confounding_r"]
    own = COST["runners_sd"] * (r * hip_residual + np.sqrt(1 - r**2) * normal(rng, n))
    cost = (
        base_cost(speeds, slopes)
        + planted["hip_extension_on_cost_j_kg_m"] * (hip - mean_measures(speeds)[:, HIP])
        + (planted["posture_on_cost_j_kg_m"] * (posture - _POSTURE_MEAN) + shift + own)[:, None]
        + COST["trials_sd"] * normal(rng, hip.shape)
    )
    mean, per_m_s, runners, trials = COST["exchange_ratio"]
    ratio = mean + per_m_s * (speeds - 3.5) + runners * normal(rng, (n, 1))
    return cost, np.clip(ratio + trials * normal(rng, hip.shape), 0.72, 0.99)


def _thomas(rng, n: int, plus: np.ndarray) -> np.ndarray:
    mean, sd = POSTURE["thomas_test_deg"]
    half = np.array([-0.5, 0.5]) * THOMAS_SIDE_DEG * normal(rng, (n, 1))
    return (mean + sd * normal(rng, n) + plus)[:, None] + half


def _shifted(plan: Plan) -> set[str]:
    return {name for shift in plan.effects["levels"].values() for name in shift}


def _by_level(plan: Plan, levels: np.ndarray, name: str) -> np.ndarray:
    shifts = plan.effects["levels"]
    return np.array([shifts.get(level, {}).get(name, 0.0) for level in plan.levels])[
        np.arange(len(levels)) % len(plan.levels)
    ]


def _lose(plan: Plan, rng, people: dict, cost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Make values missing, completely at random; changes `people`."""
    n = len(cost)
    for name in ("standing_pelvic_tilt_deg", "thomas_test_deg", "mass_kg", "height_m"):
        lost = rng.random(n) < plan.missing[name]
        people[name][lost] = np.nan
    ran = rng.random(cost.shape) >= plan.missing["trials"]
    return ran, np.where(rng.random(cost.shape) < plan.missing["cost"], np.nan, cost)

"""What a stage has to be for its cost to be running economy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glutelab.economy.stages import RAMP_STEP_S, STANDING_M_S
from glutelab.economy.steady import ENOUGH_FOR_LINE, Window

__all__ = ["Limits", "find_cautions", "find_reasons"]

LOWEST_RER = 0.65  # pure fat gives 0.70
AEROBIC_RER = 1.0  # pure carbohydrate
LEVEL_PCT = 3.0
# Gross oxygen cost on the level, ml/kg/km: what can be at all, and what adults have.
LEVEL_COST = (100.0, 400.0)
USUAL_COST = (150.0, 260.0)


@dataclass(frozen=True)
class Limits:
    """What is asked of a stage.

    Attributes
    ----------
    min_stage_s : float
    max_slope_ml_min2 : float
        Of VO2, ml/min per minute.
    max_rer : float
    tolerance_s : float
        How inexactly the length of a stage is known, s.
    interval_s : float or None
        Averaging interval of the rows.
    """

    min_stage_s: float
    max_slope_ml_min2: float
    max_rer: float
    tolerance_s: float
    interval_s: float | None


def find_reasons(stage: dict, window: Window, gross_cost: float, limits: Limits) -> list[str]:
    """Why a stage is no steady state of running; empty if it is one.

    Parameters
    ----------
    stage : dict
        A row of stages.
    window : Window
        Its last minute or two, with the slope of VO2.
    gross_cost : float
        ml/kg/km.
    limits : Limits

    Returns
    -------
    list of str
        One clause each.
    """
    length = stage["end_s"] - stage["start_s"]
    if stage["steps"] > 1:
        count = stage["steps"]
        return [
            f"a ramp: {count} speeds or slopes in {length:.0f} s, each for less than "
            f"{RAMP_STEP_S:.0f} s, so uptake lags behind; expected {limits.min_stage_s:g} s each"
        ]
    if stage["speed_m_s"] < STANDING_M_S:
        return ["the belt stands: not running"]
    reasons = []
    if length < limits.min_stage_s - limits.tolerance_s:
        reasons.append(f"the stage lasts {length:.0f} s; expected {limits.min_stage_s:g} s or more")
    if not window.is_filled(limits.interval_s):
        count = window.n_breaths
        reasons.append(
            f"the window has {count} values and a gap of {window.gap_s:.0f} s; expected 3 or more "
            "values and no gap beyond a quarter of it"
        )
        return reasons
    slope, half = window.slope_ml_min2, window.slope_half_width_ml_min2
    if abs(slope) > max(limits.max_slope_ml_min2, half):
        verb = "rises" if slope > 0 else "falls"
        reasons.append(
            f"VO2 {verb} by {abs(slope):.0f} ml/min per minute (95 % interval "
            f"{slope - half:.0f} to {slope + half:.0f}); "
            f"expected {limits.max_slope_ml_min2:g} or less"
        )
    if window.rer >= limits.max_rer:
        reasons.append(f"RER is {window.rer:.2f}; expected less than {limits.max_rer:.2f}")
    elif window.rer < LOWEST_RER:
        reasons.append(f"RER is {window.rer:.2f}; expected {LOWEST_RER} or more")
    cause = _impossible_cost(gross_cost, stage)
    return [*reasons, cause] if cause else reasons


def _impossible_cost(cost: float, stage: dict) -> str:
    if abs(np.nan_to_num(stage["slope_pct"])) > LEVEL_PCT or LEVEL_COST[0] <= cost <= LEVEL_COST[1]:
        return ""
    cause = (
        "is the speed in km/h, or the body mass in pounds?"
        if cost < LEVEL_COST[0]
        else "is the speed in m/s but named km/h, or the body mass too small?"
    )
    low, high = LEVEL_COST
    return f"the oxygen cost is {cost:.0f} ml/kg/km; expected {low:g} to {high:g}: {cause}"


def find_cautions(stage: dict, window: Window, gross_cost: float, limits: Limits) -> list[str]:
    """What a reader has to know of a stage that was accepted.

    Parameters
    ----------
    stage : dict
    window : Window
    gross_cost : float
        ml/kg/km.
    limits : Limits

    Returns
    -------
    list of str
    """
    cautions = []
    half, slope = window.slope_half_width_ml_min2, window.slope_ml_min2
    largest = limits.max_slope_ml_min2
    if not abs(slope) + half <= largest:
        cautions.append(
            f"VO2 is too noisy to confirm that it is steady (slope {slope - half:.0f} to "
            f"{slope + half:.0f} ml/min per minute; steady is -{largest:g} to {largest:g})"
        )
    elif window.n_slope < ENOUGH_FOR_LINE:
        cautions.append(f"{window.n_slope} values are too few to confirm that VO2 is steady")
    if window.rer >= AEROBIC_RER:
        cautions.append(f"RER is {window.rer:.2f}: carbon dioxide of buffered acid is in the cost")
    if np.isnan(stage["slope_pct"]):
        cautions.append("the slope of the belt is not known")
    level = abs(np.nan_to_num(stage["slope_pct"])) <= LEVEL_PCT
    if level and not USUAL_COST[0] <= gross_cost <= USUAL_COST[1]:
        low, high = USUAL_COST
        cautions.append(
            f"the oxygen cost, {gross_cost:.0f} ml/kg/km gross, is unusual (usual {low:g} to "
            f"{high:g}): check mass and the unit of speed"
        )
    return cautions

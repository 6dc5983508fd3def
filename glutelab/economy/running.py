"""Running economy per stage."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from glutelab.economy.asked import asked_number
from glutelab.economy.baseline import Baseline, standing_baseline
from glutelab.economy.columns import ECONOMY
from glutelab.economy.equations import KCAL_J, metabolic_power_w
from glutelab.economy.gate import Limits, find_cautions, find_reasons
from glutelab.economy.stages import STEEPEST_PCT, check_speeds, find_stages, stages_from_table
from glutelab.economy.steady import Window, look_at_window
from glutelab.errors import DataError, say
from glutelab.formats.gas_exchange import BREATHS, GasExchange, check_breaths
from glutelab.formats.gas_exchange.header import check_mass
from glutelab.schema import RUNNERS, likely_cause

__all__ = ["running_economy"]

SHORTEST_STAGE_S = 180.0
SPEED_KNOWN_WITHIN_S = (5.0, 30.0)  # at best, and at worst: beyond, no length is taken on trust
SETTLED_S = 180.0  # of a stage, after which VO2 should be level
LONGEST_SLOPE_S = 300.0


def running_economy(
    gas: GasExchange | pd.DataFrame,
    stages: pd.DataFrame | None = None,
    *,
    mass_kg: float | None = None,
    speed_m_s: float | None = None,
    slope_pct: float | None = None,
    equation: str = "peronnet-massicotte",
    standing: tuple[float, float] | Mapping[str, float] | None = None,
    mass_exponent: float | None = None,
    window_s: float = 120.0,
    min_stage_s: float = 240.0,
    max_vo2_slope_ml_min2: float = 50.0,
    max_rer: float = 1.0,
) -> pd.DataFrame:
    """Oxygen and energy cost of running, one row per stage, or the reason why there is none.

    Means are taken over the last one or two minutes of a stage of four minutes or more. A stage
    that is no aerobic steady state stays in the table with ``accepted`` False, its reason, and
    without costs: in a ramp test, for example, VO2 lags behind speed, and the apparent cost falls
    as speed rises.

    Parameters
    ----------
    gas : GasExchange or DataFrame
        From `read_gas_exchange`, or a table with ``time_s, vo2_ml_min, vco2_ml_min``.
    stages : DataFrame, optional
        ``start_s, end_s, speed_m_s`` and if known ``slope_pct``. By default the stretches of one
        speed in the recording.
    mass_kg : float, optional
        Body mass, kg; by default what the file states.
    speed_m_s, slope_pct : float, optional
        One speed (m/s) and slope (%, uphill positive) for the whole recording, or for all `stages`.
    equation : {"peronnet-massicotte", "brockway", "weir"}
        See `metabolic_power_w`.
    standing : tuple of float or mapping, optional
        Costs become net of quiet standing: its start and end in this recording (s), or
        ``{"vo2_ml_min": ..., "vco2_ml_min": ...}``. By default costs are gross.
    mass_exponent : float, optional
        Adds costs per kg to this power, for example 0.75: ``oxygen_cost_ml_kg075_km`` and so on.
    window_s : float
        Length of the window at the end of each stage, 60 to 120 s.
    min_stage_s : float
        Shortest stage, s; not below 180.
    max_vo2_slope_ml_min2 : float
        Largest change of VO2, ml/min per minute; see Notes.
    max_rer : float
        From this respiratory exchange ratio on a stage is refused, 0.8 to 1.1. From 1 on, carbon
        dioxide comes also from buffered acid; a stage that is accepted there has a caution.

    Returns
    -------
    DataFrame
        One row per stage, in order of time; columns as in `ECONOMY`. Energy costs carry the name
        of their ``equation``, costs their ``baseline``.

    Raises
    ------
    DataError, ProblemList
        If numbers cannot be right (units, negative uptake, mass in grams, speed in km/h), or there
        is no speed.

    Notes
    -----
    VO2 is called steady if it changes by 50 ml/min per minute at most: our choice, 100 ml/min in
    two minutes, which is about 3 % of the uptake at 3.5 m/s. The slope is of the window or, where
    that is longer, of all that follows the third minute, at most the last five. A stage is refused
    if its slope is larger than this and its 95 % interval leaves out zero. It is accepted in
    silence if the interval lies within the limit on both sides, and with a ``caution`` if the
    breaths cannot tell.

    In simulated stages of five minutes at 3.5 m/s (400 each; noise is the scatter of a breath),
    2 to 3 % of steady ones were refused at any noise from 5 to 19 %, the others had a caution. Of
    stages that rise by 100 ml/min per minute, 78, 27, 20 and 8 % were refused at a noise of 5, 10,
    12 and 19 %; all others had a caution. Real breaths scatter like this: by 12 % on the mean of
    the ZAN sample (one runner; 4 to 19 %, falling with speed). Five minutes thus seldom confirm a
    steady state. Eight can: all were accepted in silence at 5 % noise, 37 % at 12 %. In a stage of
    four minutes from standing, uptake still rises by 36 in the last two: 18 % of them were refused
    at 5 % noise, and 4 to 5 % with ``window_s=60`` or after a stage at 3 m/s. All rates:
    ``benchmarks/results/economy_gate.md``.

    Examples
    --------
    >>> from glutelab.economy import simulate_step_test
    >>> import glutelab as gl
    >>> gas, truth = simulate_step_test([3.0, 3.5], oxygen_cost_ml_kg_km=205, seed=1)
    >>> cost = gl.running_economy(gas)
    >>> cost[["speed_m_s", "oxygen_cost_ml_kg_km", "accepted", "reason"]].round(1)
       speed_m_s  oxygen_cost_ml_kg_km  accepted                        reason
    0        0.0                   NaN     False  the belt stands: not running
    1        3.0                 206.9      True
    2        3.5                 208.7      True
    """
    gas = _with_numbers(gas)
    _check_limits(window_s, min_stage_s, mass_exponent)
    asked_number("max_vo2_slope_ml_min2", max_vo2_slope_ml_min2, 1, 200, "ml/min per minute")
    asked_number("max_rer", max_rer, 0.8, 1.1)
    mass_kg, mass_caution = _agreed_mass(mass_kg, gas.mass_kg)
    table, tolerance_s = _stages(gas, stages, speed_m_s, slope_pct)
    check_speeds(table)
    baseline = standing_baseline(gas.breaths, standing, mass_kg)
    limits = Limits(min_stage_s, max_vo2_slope_ml_min2, max_rer, tolerance_s, gas.interval_s)
    rows = []
    for number, stage in enumerate(table.to_dict("records"), start=1):
        start_s = max(stage["end_s"] - window_s, stage["start_s"])
        slope_start_s = max(stage["start_s"] + SETTLED_S, stage["end_s"] - LONGEST_SLOPE_S)
        window = look_at_window(gas.breaths, start_s, stage["end_s"], slope_start_s)
        costs = _costs(window, stage["speed_m_s"], mass_kg, baseline, equation, mass_exponent)
        verdict = _judged(stage, window, mass_kg, mass_caution, limits)
        rows.append(
            {
                "stage": number,
                **{name: stage[name] for name in ("start_s", "end_s", "speed_m_s", "slope_pct")},
                **_measured(window, mass_kg),
                **(costs if verdict["accepted"] else dict.fromkeys(costs, np.nan)),
                "equation": equation,
                "baseline": baseline.name,
                "mass_kg": mass_kg,
                **verdict,
                "simulated": gas.simulated,
            }
        )
    result = pd.DataFrame(rows)
    own = [name for name in result if name not in ECONOMY]
    return result[[*ECONOMY.names, *own]]


def _with_numbers(gas: object) -> GasExchange:
    """The recording, checked, whatever kind of numbers its columns hold."""
    if not isinstance(gas, GasExchange):
        if not isinstance(gas, pd.DataFrame):
            found = f"it is a {type(gas).__name__}"
            remedy = "Read the file first: read_gas_exchange(path)."
            raise DataError(say("gas", found, "a recording or a table of breaths", remedy))
        gas = GasExchange(gas)
    check_breaths(gas.breaths)
    columns = {name: gas.breaths[name] for name in BREATHS.names if name in gas.breaths}
    numbers = {name: pd.to_numeric(column).astype(float) for name, column in columns.items()}
    return replace(gas, breaths=gas.breaths.assign(**numbers))


def _check_limits(window_s: float, min_stage_s: float, mass_exponent: float | None) -> None:
    asked_number("window_s", window_s, 60, 120, "s")
    remedy = "VO2 takes about three minutes to settle."
    asked_number("min_stage_s", min_stage_s, SHORTEST_STAGE_S, np.inf, "s", remedy)
    if mass_exponent is None:
        return
    asked_number("mass_exponent", mass_exponent, 0.5, 1)
    if abs(mass_exponent * 100 % 1) > 1e-9:
        raise DataError(say("mass_exponent", f"it is {mass_exponent}", "0.50 to 1.00, two digits"))


def _agreed_mass(given: float | None, stated: float | None) -> tuple[float, str]:
    """Body mass in kg, and what is odd about it."""
    if given is None and stated is None:
        raise DataError(say("mass_kg", "the body mass is not known", "kg", "Give mass_kg=..."))
    if given is None:
        return stated, ""
    mass_kg = check_mass(given, "mass_kg")
    if stated and abs(mass_kg * 0.45359237 / stated - 1) < 0.03:
        found = f"it is {mass_kg:g}, and the file states {stated:g} kg"
        raise DataError(say("mass_kg", found, "kg", "Are these pounds?"))
    column = RUNNERS["mass_kg"]
    low, high = column.plausible
    if not low <= mass_kg <= high:
        cause = likely_cause(column, np.array([mass_kg]))
        text = say("mass_kg", f"it is {mass_kg:g} kg", f"{low:g} to {high:g} kg", cause)
        warnings.warn(text, stacklevel=3)
        return mass_kg, f"a body mass of {mass_kg:g} kg is unusual"
    if stated and abs(mass_kg / stated - 1) > 0.05:
        return mass_kg, f"the file states a body mass of {stated:g} kg"
    return mass_kg, ""


def _stages(
    gas: GasExchange,
    stages: pd.DataFrame | None,
    speed_m_s: float | None,
    slope_pct: float | None,
) -> tuple[pd.DataFrame, float]:
    """Stages, and how inexactly their length is known (s)."""
    if speed_m_s is not None:
        speed_m_s = asked_number("speed_m_s", speed_m_s, 0, np.inf, "m/s")
    if slope_pct is not None:
        slope_pct = asked_number("slope_pct", slope_pct, *STEEPEST_PCT, "%, uphill positive")
    if stages is not None:
        return stages_from_table(stages, speed_m_s, slope_pct), 0.0
    time = gas.breaths["time_s"]
    tolerance_s = float(np.clip(np.median(np.diff(time)), *SPEED_KNOWN_WITHIN_S))
    if speed_m_s is not None:
        whole = pd.DataFrame({"start_s": [time.iloc[0]], "end_s": [time.iloc[-1]]})
        return stages_from_table(whole, speed_m_s, slope_pct), tolerance_s
    found = find_stages(gas.breaths)
    return found if slope_pct is None else found.assign(slope_pct=slope_pct), tolerance_s


def _judged(
    stage: dict, window: Window, mass_kg: float, mass_caution: str, limits: Limits
) -> dict[str, object]:
    """Whether a stage is accepted, why not, and what has to be said of it if it is."""
    cost = _cost_per_km(window.vo2_ml_min / mass_kg, stage["speed_m_s"])
    reasons = find_reasons(stage, window, cost, limits)
    cautions = [] if reasons else find_cautions(stage, window, cost, limits)
    if mass_caution and not reasons:
        cautions.append(mass_caution)
    return {
        "accepted": not reasons,
        "reason": "; ".join(reasons),
        "caution": "; ".join(cautions),
    }


def _measured(window: Window, mass_kg: float) -> dict[str, float]:
    return {
        "window_start_s": window.start_s,
        "window_end_s": window.end_s,
        "n_breaths": window.n_breaths,
        "n_left_out": window.n_left_out,
        "vo2_ml_min": window.vo2_ml_min,
        "vo2_ml_kg_min": window.vo2_ml_min / mass_kg,
        "vco2_ml_min": window.vco2_ml_min,
        "rer": window.rer,
        "vo2_slope_ml_min2": window.slope_ml_min2,
        "vo2_slope_se_ml_min2": window.slope_se_ml_min2,
    }


def _cost_per_km(vo2_per_min: float, speed_m_s: float) -> float:
    """VO2 per minute to VO2 per kilometer; NaN where nobody runs."""
    return vo2_per_min / (speed_m_s * 0.06) if speed_m_s > 0 else np.nan


def _costs(
    window: Window,
    speed_m_s: float,
    mass_kg: float,
    baseline: Baseline,
    equation: str,
    mass_exponent: float | None,
) -> dict[str, float]:
    vo2 = window.vo2_ml_min - baseline.vo2_ml_min
    vco2 = window.vco2_ml_min - baseline.vco2_ml_min
    power_w = float(metabolic_power_w(vo2, vco2, equation))
    per_meter = power_w / speed_m_s if speed_m_s > 0 else np.nan  # J/m
    costs = {
        "metabolic_power_w_kg": power_w / mass_kg,
        "oxygen_cost_ml_kg_km": _cost_per_km(vo2, speed_m_s) / mass_kg,
        "energy_cost_j_kg_m": per_meter / mass_kg,
        "energy_cost_kcal_kg_km": per_meter * 1000 / KCAL_J / mass_kg,
    }
    if mass_exponent is not None:
        costs["mass_exponent"] = mass_exponent
        scale = mass_kg**mass_exponent
        name = f"kg{round(100 * mass_exponent):03d}"
        costs[f"oxygen_cost_ml_{name}_km"] = _cost_per_km(vo2, speed_m_s) / scale
        costs[f"energy_cost_j_{name}_m"] = per_meter / scale
    return costs

"""A step test with known costs, to see what an analysis makes of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from glutelab.economy.asked import asked_number
from glutelab.economy.stages import FASTEST_M_S
from glutelab.errors import DataError, say
from glutelab.formats.gas_exchange import GasExchange

__all__ = ["simulate_step_test"]

SLOW_COMPONENT_AFTER_S = 90.0
BREATH_S = 2.0
VCO2_SLOWER = 1.4  # carbon dioxide is stored in the body: its output follows more slowly
# What can be asked for. More noise than this would make breaths negative.
_POSSIBLE = {
    "speeds_m_s": (0.5, FASTEST_M_S, "m/s"),
    "oxygen_cost_ml_kg_km": (50.0, 600.0, "ml/kg/km"),
    "rer": (0.65, 1.5),
    "slow_component_ml_min2": (-1000.0, 1000.0, "ml/min per minute"),
    "mass_kg": (20.0, 250.0, "kg"),
    "stage_s": (10.0, 7200.0, "s"),
    "standing_s": (0.0, 7200.0, "s"),
    "standing_vo2_ml_kg_min": (2.0, 9.0, "ml/kg/min"),
    "tau_s": (1.0, 300.0, "s"),
    "noise": (0.0, 0.25),
}


def simulate_step_test(
    speeds_m_s: npt.ArrayLike,
    oxygen_cost_ml_kg_km: npt.ArrayLike = 205.0,
    *,
    mass_kg: float = 70.0,
    stage_s: float = 300.0,
    standing_s: float = 120.0,
    standing_vo2_ml_kg_min: float = 5.0,
    rer: npt.ArrayLike = 0.88,
    tau_s: float = 35.0,
    slow_component_ml_min2: npt.ArrayLike = 0.0,
    noise: float = 0.10,
    seed: int | None = None,
) -> tuple[GasExchange, pd.DataFrame]:
    """Breaths of a runner whose cost is known.

    Uptake approaches the demand of each stage exponentially; a slow component may rise on top of
    it from 90 s on. Breaths last 2 s on average; their noise is common to both gases for the most
    part, as tidal volume varies.

    Parameters
    ----------
    speeds_m_s : array_like, shape (n_stages,)
        m/s; run one after the other without rest, after standing.
    oxygen_cost_ml_kg_km : array_like
        Gross cost of each stage, or one for all.
    mass_kg : float
    stage_s, standing_s : float
        Length of each stage and of standing before the first, s.
    standing_vo2_ml_kg_min : float
    rer : array_like
        Respiratory exchange ratio once steady; of each stage, or one for all.
    tau_s : float
        Time constant of oxygen uptake, s; 35 s stands for delay and time constant together.
    slow_component_ml_min2 : array_like
        Rise of VO2 from 90 s on, ml/min per minute; of each stage, or one for all.
    noise : float
        Standard deviation of a breath, as a fraction of its mean, up to 0.25. In the ZAN sample
        that comes with the workbook (one runner) it is 0.04 to 0.19, 0.12 on the mean, and falls
        as speed rises.
    seed : int, optional

    Returns
    -------
    gas : GasExchange
        Marked simulated.
    truth : DataFrame
        ``start_s, end_s, speed_m_s, oxygen_cost_ml_kg_km, rer, slow_component_ml_min2``.

    Raises
    ------
    DataError
        If there is no stage, or a value cannot be: one sentence, with what it is called.

    Examples
    --------
    >>> gas, truth = simulate_step_test([3.0, 3.5, 4.0], seed=1)
    >>> gas.simulated, truth["oxygen_cost_ml_kg_km"].tolist()
    (True, [205.0, 205.0, 205.0])
    """
    mass_kg, stage_s, standing_s, standing_vo2_ml_kg_min, tau_s, noise = (
        asked_number(name, value, *_POSSIBLE[name])
        for name, value in (
            ("mass_kg", mass_kg),
            ("stage_s", stage_s),
            ("standing_s", standing_s),
            ("standing_vo2_ml_kg_min", standing_vo2_ml_kg_min),
            ("tau_s", tau_s),
            ("noise", noise),
        )
    )
    speeds = _of_each_stage("speeds_m_s", speeds_m_s)
    cost, ratio, slow = (
        _of_each_stage(name, values, len(speeds))
        for name, values in (
            ("oxygen_cost_ml_kg_km", oxygen_cost_ml_kg_km),
            ("rer", rer),
            ("slow_component_ml_min2", slow_component_ml_min2),
        )
    )
    rng = np.random.default_rng(_checked_seed(seed))
    start_s = standing_s + stage_s * np.arange(len(speeds))
    time = _breath_times(standing_s + stage_s * len(speeds), rng)
    stage = np.searchsorted(start_s, time, side="left") - 1  # -1 while standing
    demand = np.concatenate([[standing_vo2_ml_kg_min], cost * speeds * 0.06]) * mass_kg
    output = demand * np.concatenate([[ratio[0]], ratio])
    vo2 = _approach(time, stage, start_s, demand, tau_s)
    vco2 = _approach(time, stage, start_s, output, VCO2_SLOWER * tau_s)
    since = np.where(stage >= 0, time - start_s[stage] - SLOW_COMPONENT_AFTER_S, 0.0)
    extra = np.where(stage >= 0, slow[stage] * np.clip(since, 0, None) / 60, 0.0)
    common, own, other = rng.standard_normal((3, len(time)))
    breaths = pd.DataFrame(
        {
            "time_s": time,
            "vo2_ml_min": (vo2 + extra) * (1 + noise * (0.9 * common + 0.436 * own)),
            "vco2_ml_min": (vco2 + extra * ratio[stage])
            * (1 + noise * (0.9 * common + 0.436 * other)),
            "speed_m_s": np.where(stage >= 0, speeds[stage], 0.0),
            "slope_pct": 0.0,
        }
    )
    truth = pd.DataFrame(
        {
            "start_s": start_s,
            "end_s": start_s + stage_s,
            "speed_m_s": speeds,
            "oxygen_cost_ml_kg_km": cost,
            "rer": ratio,
            "slow_component_ml_min2": slow,
        }
    )
    return GasExchange(breaths, "simulated", mass_kg=mass_kg, simulated=True), truth


def _of_each_stage(name: str, values: object, n_stages: int | None = None) -> np.ndarray:
    """One checked number per stage; a single one stands for all, unless it tells how many."""
    given = [values] if isinstance(values, str) else np.atleast_1d(np.asarray(values, object))
    if np.ndim(given) > 1 or len(given) == 0 or len(given) not in (1, n_stages or len(given)):
        found = f"there are {np.size(given)} values"
        expected = "one per stage" if n_stages is None else f"1 or {n_stages}, one per stage"
        raise DataError(say(name, found, expected))
    numbers = [asked_number(name, value, *_POSSIBLE[name]) for value in given]
    return np.broadcast_to(np.array(numbers), (n_stages or len(numbers),))


def _checked_seed(seed: object) -> int | None:
    if seed is None:
        return None
    number = asked_number("seed", seed, 0, np.inf)
    if number != int(number):
        raise DataError(say("seed", f"it is {number:g}", "a whole number"))
    return int(seed)


def _breath_times(length_s: float, rng: np.random.Generator) -> np.ndarray:
    count = int(2 * length_s / BREATH_S) + 20
    ends = np.cumsum(rng.gamma(25.0, BREATH_S / 25.0, count))
    return ends[ends <= length_s]


def _approach(
    time: np.ndarray,
    stage: np.ndarray,
    start_s: np.ndarray,
    target: np.ndarray,
    tau_s: float,
) -> np.ndarray:
    """Exponential approach to the target of each stage (the first target is that of standing)."""
    ends = np.append(start_s[1:], np.inf)
    level = target[0]
    value = np.full(len(time), level)
    for k, (start, end) in enumerate(zip(start_s, ends, strict=True)):
        inside = stage == k
        value[inside] = target[k + 1] + (level - target[k + 1]) * np.exp(
            -(time[inside] - start) / tau_s
        )
        level = target[k + 1] + (level - target[k + 1]) * np.exp(-(end - start) / tau_s)
    return value

"""Breaths without any noise, and what running economy says of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.economy import running_economy

COSTS = [
    "metabolic_power_w_kg",
    "oxygen_cost_ml_kg_km",
    "energy_cost_j_kg_m",
    "energy_cost_kcal_kg_km",
]


def steady(vo2=2800.0, rer=0.9, speed=12 / 3.6, length_s=300, step=2.0, **more):
    """Breaths without any noise."""
    time = np.arange(step, length_s + step / 2, step)
    rows = {"time_s": time, "vo2_ml_min": vo2, "vco2_ml_min": np.asarray(vo2) * rer}
    return pd.DataFrame(rows | {"speed_m_s": speed, "slope_pct": 0.0} | more)


def refused(*args, **kwargs) -> str:
    """Give the reason of the last stage, which must have no costs."""
    row = running_economy(*args, **{"mass_kg": 70.0} | kwargs).iloc[-1]
    assert not row["accepted"]
    assert row[COSTS].isna().all()
    return row["reason"]

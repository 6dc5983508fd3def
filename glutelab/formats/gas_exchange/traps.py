"""Numbers that do not fit the unit a file states for them."""

from __future__ import annotations

import numpy as np

__all__ = ["rer_problem", "unit_problem"]

# Where the large values (95th percentile) of a recording lie, by unit. The lowest oxygen uptake of
# an adult at rest is near 150 ml/min or 2 ml/kg/min, the highest ever measured near 7.5 l/min and
# 97 ml/kg/min; carbon dioxide output goes somewhat higher.
_FLOW = {
    "ml/min": (120.0, 9000.0),
    "l/min": (0.12, 9.0),
    "ml/kg/min": (1.5, 120.0),
    "ml/s": (2.0, 150.0),
    "l/s": (0.002, 0.15),
}
_USUAL = ("ml/min", "l/min", "ml/kg/min")
# The fastest mile was run at 7.2 m/s.
_SPEED = {
    "m/s": (0.0, 8.0),
    "km/h": (0.0, 28.8),
    "mph": (0.0, 17.9),
    "km/h*10": (0.0, 288.0),
    "m/min": (0.0, 480.0),
}


def unit_problem(name: str, values: np.ndarray, unit: str) -> tuple[str, str, str] | None:
    """What speaks against a unit: what is found, what is expected, and the likely cause.

    Parameters
    ----------
    name : str
        ``vo2_ml_min``, ``vco2_ml_min``, ``speed_m_s``; others are not judged.
    values : ndarray
        As the file has them, in `unit`.
    unit : str

    Returns
    -------
    tuple of str or None

    Examples
    --------
    >>> import numpy as np
    >>> unit_problem("vo2_ml_min", np.full(9, 45.0), "ml/min")
    ('values up to 45 ml/min', '120 to 9,000 ml/min', 'Are they in ml/kg/min?')
    """
    ranges = _FLOW if name in ("vo2_ml_min", "vco2_ml_min") else _SPEED
    if name not in ("vo2_ml_min", "vco2_ml_min", "speed_m_s") or unit not in ranges:
        return None
    values = values[np.isfinite(values) & (values > 0)]
    if len(values) == 0:
        return None
    high = float(np.percentile(values, 95))
    if ranges[unit][0] <= high <= ranges[unit][1]:
        return None
    usual = _USUAL if ranges is _FLOW else ("m/s", "km/h")
    others = [u for u in usual if u != unit and ranges[u][0] <= high <= ranges[u][1]]
    cause = f"Are they in {' or '.join(others)}?" if others else "Is the column the right one?"
    low, top = ranges[unit]
    shown = float(f"{high:.3g}")
    return f"values up to {shown:,g} {unit}", f"{low:,g} to {top:,g} {unit}", cause


def rer_problem(vo2: np.ndarray, vco2: np.ndarray) -> tuple[str, str, str] | None:
    """What speaks against two columns being oxygen uptake and carbon dioxide output.

    Parameters
    ----------
    vo2, vco2 : ndarray
        In one unit.

    Returns
    -------
    tuple of str or None
        What is found, what is expected, and the likely cause.
    """
    both = np.isfinite(vo2) & np.isfinite(vco2) & (vo2 > 0)
    if not both.any():
        return None
    ratio = float(np.median(vco2[both] / vo2[both]))
    if 0.5 <= ratio <= 1.8:
        return None
    found = f"VCO2 is {ratio:.3g} times VO2 (median of the recording)"
    cause = "Are the two in different units, or is one of the columns another quantity?"
    return found, "0.7 to 1.2 times", cause

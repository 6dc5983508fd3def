"""Metabolic power from oxygen uptake and carbon dioxide output: three published equations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glutelab.errors import DataError, say

__all__ = ["EQUATIONS", "KCAL_J", "Equation", "metabolic_power_w"]

KCAL_J = 4184.0


@dataclass(frozen=True)
class Equation:
    """Watts per ml/s of oxygen uptake and of carbon dioxide output, and where they are from."""

    oxygen: float
    carbon_dioxide: float
    source: str


def _from_kcal_per_liter(kcal: float) -> float:
    """Watts per ml/s (which are joules per ml) from kcal per liter."""
    return kcal * KCAL_J / 1000


EQUATIONS = {
    "peronnet-massicotte": Equation(
        16.89,
        4.84,
        "Péronnet & Massicotte 1991, Can J Sport Sci 16:23-29 (PubMed 1645211), without protein, "
        "linear form as in Kipp 2018, doi:10.1139/apnm-2017-0781",
    ),
    "brockway": Equation(
        16.58,
        4.51,
        "Brockway 1987, Hum Nutr Clin Nutr 41C:463-471 (PubMed 3429265), without urinary nitrogen",
    ),
    "weir": Equation(
        _from_kcal_per_liter(3.941),
        _from_kcal_per_liter(1.106),
        "Weir 1949, J Physiol 109:1-9, doi:10.1113/jphysiol.1949.sp004363, without urinary "
        "nitrogen",
    ),
}


def metabolic_power_w(
    vo2_ml_min: npt.ArrayLike,
    vco2_ml_min: npt.ArrayLike,
    equation: str = "peronnet-massicotte",
) -> np.ndarray:
    """Metabolic power of aerobic steady state.

    Published equations differ by up to 5.2 % (Kipp, Byrnes & Kram 2018,
    doi:10.1139/apnm-2017-0781), Péronnet-Massicotte from the other two here by 2.7 to 3.0 %, so
    results of two equations must not be compared, and tables name the one they used.

    Parameters
    ----------
    vo2_ml_min, vco2_ml_min : array_like
        Oxygen uptake and carbon dioxide output, ml/min, STPD. Per kilogram in, per kilogram out.
    equation : {"peronnet-massicotte", "brockway", "weir"}

    Returns
    -------
    ndarray
        Watts, in the shape of the input.

    Raises
    ------
    DataError
        If there is no such equation.

    Examples
    --------
    40 ml/kg/min at a respiratory exchange ratio of 0.90, at 12 km/h:

    >>> power_w_kg = metabolic_power_w(40.0, 36.0)
    >>> round(float(power_w_kg), 3), round(float(power_w_kg / (12 / 3.6)), 3)
    (14.164, 4.249)
    """
    if equation not in EQUATIONS:
        found = f"there is no {equation!r}"
        raise DataError(say("equation", found, ", ".join(EQUATIONS)))
    factors = EQUATIONS[equation]
    oxygen = np.asarray(vo2_ml_min, dtype=float) / 60
    carbon_dioxide = np.asarray(vco2_ml_min, dtype=float) / 60
    return factors.oxygen * oxygen + factors.carbon_dioxide * carbon_dioxide

"""What the curves of running look like, and how far a runner may be from it.

Mean curves are those of rbds2017 (28 runners, 2.5 to 4.5 m/s), stored by
``data/prepare/running_reference.py``. Curves of walking are the usual textbook ones (Winter 1991,
The biomechanics and motor control of human gait, 2nd ed.), rounded: enough to tell that somebody
walks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

__all__ = ["SAGITTAL", "TOLERANCES", "Tolerance", "running_curves", "walking_curves"]

STORED = Path(__file__).with_name("reference.json")
SAGITTAL = (
    "hip_flexion_deg",
    "knee_flexion_deg",
    "ankle_dorsiflexion_deg",
    "thigh_angle_deg",
    "shank_angle_deg",
    "foot_angle_deg",
)


@dataclass(frozen=True)
class Tolerance:
    """How far a mean curve may be from the mean runner's.

    Attributes
    ----------
    least_r : float
        Correlation over the gait cycle.
    scale : tuple of float
        Its standard deviation over the cycle relative to the mean runner's.
    offset_deg : float
        Difference of the means over the cycle.
    """

    least_r: float
    scale: tuple[float, float]
    offset_deg: float


# Measured on 84 trials of rbds2017 and 46 of bmc-ric: see benchmarks/results/contract.md.
# Offsets leave room for other marker placements and models.
TOLERANCES = {
    "hip_flexion_deg": Tolerance(0.85, (0.45, 2.0), 36.0),
    "knee_flexion_deg": Tolerance(0.75, (0.50, 1.9), 30.0),
    "ankle_dorsiflexion_deg": Tolerance(0.55, (0.45, 2.0), 30.0),
    "thigh_angle_deg": Tolerance(0.85, (0.45, 2.0), 25.0),
    "shank_angle_deg": Tolerance(0.88, (0.50, 1.9), 30.0),
    "foot_angle_deg": Tolerance(0.88, (0.50, 1.9), 35.0),
    "pelvic_tilt_deg": Tolerance(0.10, (0.30, 3.5), 25.0),
    "pelvic_obliquity_deg": Tolerance(0.20, (0.25, 4.0), 12.0),
    "pelvic_rotation_deg": Tolerance(0.00, (0.25, 4.0), 12.0),
    "hip_adduction_deg": Tolerance(-0.60, (0.25, 4.0), 15.0),
}
# Foot strike to foot strike, every 5 %.
_WALKING = {
    "hip_flexion_deg": (
        22,
        21,
        19,
        16,
        12,
        8,
        4,
        0,
        -4,
        -7,
        -10,
        -10.5,
        -6,
        1,
        9,
        16,
        21,
        24,
        24,
        23,
        22,
    ),
    "knee_flexion_deg": (
        4,
        12,
        18,
        19,
        16,
        12,
        9,
        7,
        6,
        8,
        13,
        23,
        37,
        52,
        62,
        61,
        50,
        32,
        14,
        4,
        4,
    ),
    "ankle_dorsiflexion_deg": (
        0,
        -5,
        -3,
        1,
        4,
        6,
        7.5,
        8.5,
        9.5,
        9.5,
        7,
        0,
        -12,
        -18,
        -13,
        -6,
        -1,
        1,
        1,
        0.5,
        0,
    ),
}


@lru_cache(maxsize=1)
def running_curves() -> dict[str, np.ndarray]:
    """Mean curves of running, variable to ndarray of shape (101,), degrees."""
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    return {name: np.array(values) for name, values in stored["mean_deg"].items()}


@lru_cache(maxsize=1)
def walking_curves() -> dict[str, np.ndarray]:
    """Textbook curves of walking, variable to ndarray of shape (101,), degrees."""
    points = np.linspace(0, 100, 21)
    return {
        name: np.interp(np.arange(101), points, np.array(values, float))
        for name, values in _WALKING.items()
    }

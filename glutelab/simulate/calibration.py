"""What simulated runners are calibrated to.

Means, spreads and correlations are those of the cohort rbds2017 (28 runners at 2.5, 3.5 and 4.5
m/s, doi 10.7717/peerj.3298), mean of both sides; lengths are per leg length. Curves are its means
at 3.5 m/s, toe-off moved to 33 % of the cycle. Costs change with speed and slope as in the
literature named beside them; their means and spreads are plausible numbers, and our choice.
"""

from __future__ import annotations

import numpy as np

__all__ = [
    "CORRELATION",
    "COST",
    "CURVES",
    "MEASURES",
    "MOST_OXYGEN",
    "PEOPLE",
    "POSTURE",
    "REFERENCE_TOE_OFF",
    "SPEED_RANGE",
    "base_cost",
    "mean_measures",
    "thigh_minus_hip",
]

SPEEDS = (2.5, 3.5, 4.5)
SPEED_RANGE = (2.2, 5.0)
MOST_OXYGEN = 68.0  # ml/kg/min that runners can take up in a steady state, on the mean

# Mean at 2.5, 3.5, 4.5 m/s; standard deviation between runners; of a runner's own change with speed
# around the mean change; of right minus left; between strides.
MEASURES = {
    "peak_hip_extension_deg": ((3.895, 8.391, 12.194), 4.56, 1.06, 1.85, 0.73),
    "pelvic_tilt_mean_deg": ((14.164, 15.871, 16.648), 4.09, 1.01, 0.0, 0.61),
    "hip_range_deg": ((47.41, 60.87, 72.41), 5.43, 2.73, 3.44, 1.30),
    "peak_knee_flexion_swing_deg": ((93.02, 107.71, 118.01), 8.64, 4.80, 4.46, 1.78),
    "contact_time_s": ((0.2806, 0.2331, 0.2027), 0.0178, 0.0083, 0.0063, 0.0044),
    "stride_time_s": ((0.7450, 0.7031, 0.6571), 0.0401, 0.0173, 0.0, 0.0071),
    "foot_ahead_leg": ((0.3468, 0.4036, 0.4514), 0.0339, 0.0110, 0.0141, 0.0099),
    "foot_behind_leg": ((0.4007, 0.4659, 0.5245), 0.0342, 0.0097, 0.0189, 0.0134),
    "rearward_reach_leg": ((0.5890, 0.7115, 0.7926), 0.0380, 0.0219, 0.0203, 0.0126),
    "rearward_reach_delay_s": ((0.1160, 0.1179, 0.1055), 0.0126, 0.0101, 0.0061, 0.0046),
    "heel_rise_leg": ((0.4707, 0.6141, 0.7125), 0.0704, 0.0338, 0.0315, 0.0160),
    "vertical_oscillation_leg": ((0.1149, 0.1103, 0.0962), 0.0127, 0.0075, 0.0006, 0.0047),
}
_MEANS = np.array([row[0] for row in MEASURES.values()])

# Between runners: standing pelvic tilt first, then the measures in their order; lower triangle.
_TRIANGLE = (
    (1.0,),
    (-0.59, 1.0),
    (0.57, -0.81, 1.0),
    (-0.26, 0.51, -0.30, 1.0),
    (-0.17, 0.26, -0.17, 0.80, 1.0),
    (-0.13, 0.23, -0.12, 0.10, -0.15, 1.0),
    (-0.06, 0.24, 0.02, 0.23, 0.34, 0.56, 1.0),
    (0.01, -0.01, -0.03, 0.22, 0.16, 0.33, -0.11, 1.0),
    (-0.06, 0.48, -0.31, 0.31, -0.12, 0.66, 0.21, 0.41, 1.0),
    (0.0, 0.29, 0.19, 0.52, 0.52, 0.0, 0.40, 0.24, 0.19, 1.0),
    (0.04, -0.10, 0.39, 0.08, 0.43, -0.15, 0.58, -0.25, -0.45, 0.58, 1.0),
    (-0.08, 0.12, 0.06, 0.57, 0.88, -0.32, 0.28, 0.15, -0.32, 0.67, 0.60, 1.0),
    (0.03, 0.10, 0.12, 0.17, 0.52, -0.07, 0.63, -0.03, -0.11, 0.63, 0.73, 0.65, 1.0),
)
_LOWER = np.array([(*row, *([0.0] * (len(_TRIANGLE) - len(row)))) for row in _TRIANGLE])
CORRELATION = _LOWER + _LOWER.T - np.eye(len(_TRIANGLE))

# Mean, standard deviation between runners. The spread of the Thomas test in rbds2017 (7.8 deg) is
# half true and half error: intraclass correlations between two examiners, by goniometer, of 0.30
# to 0.65, PMC4560013.
POSTURE = {"standing_pelvic_tilt_deg": (9.84, 4.0), "thomas_test_deg": (11.2, 5.5)}
THOMAS_SIDE_DEG = 3.8  # standard deviation of right minus left

# By sex: mass (kg), height (m); then age (years), leg length over height.
PEOPLE = {
    "male": ((69.6, 7.5), (1.76, 0.065)),
    "female": ((57.5, 6.5), (1.65, 0.06)),
    "age_years": (34.8, 6.7),
    "leg_per_height": (0.4845, 0.015),
}

# Energy cost at 3.5 m/s (J/kg/m), its standard deviation between runners and between trials of a
# runner, and the exchange ratio are plausible numbers, and our choice. Change with speed after
# Batliner 2018, doi 10.1055/s-0043-122068: +9.6 % from 3.58 to 5.14 m/s, as the sub-elite runners
# there; the metabolic rate of its average runners rose linearly with speed. All levels get this
# curve. With slope after Minetti 2002, doi 10.1152/japplphysiol.01177.2001.
COST = {
    "mean_j_kg_m": 4.35,
    "runners_sd": 0.25,
    "trials_sd": 0.05,
    "per_m_s": 0.030,
    "per_m_s_squared": 0.018,
    "exchange_ratio": (0.88, 0.03, 0.02, 0.01),  # at 3.5 m/s, per m/s, SD of runners, of trials
}

# Fourier coefficients: mean and cosines, sines; degrees.
REFERENCE_TOE_OFF = 0.33
CURVES = {
    "thigh_angle_deg": (
        (7.44, 21.92, -5.57, -2.51, 0.03, -0.44, -0.09),
        (-17.56, 5.91, 2.11, 0.08, 0.2, -0.03),
    ),
    "pelvic_tilt_deg": ((15.88, 0.01, 0.15, 0.04, -0.2, 0.03), (0.01, -3.13, -0.01, -0.93, 0.01)),
    "knee_flexion_deg": (
        (49.39, -16.91, -13.46, -5.03, -0.69, -0.75, -0.23, 0.16),
        (-31.26, 22.11, 2.16, 0.47, 0.96, -0.18, -0.09),
    ),
}


def mean_measures(speeds_m_s: np.ndarray) -> np.ndarray:
    """Mean of each measure at given speeds: the parabola through the three measured ones.

    Parameters
    ----------
    speeds_m_s : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (n, 12)
        In the order of ``MEASURES``.
    """
    parabolas = np.linalg.solve(np.vander(SPEEDS, 3), _MEANS.T)
    return np.vander(np.asarray(speeds_m_s, float), 3) @ parabolas


def thigh_minus_hip(speeds_m_s: np.ndarray) -> np.ndarray:
    """Peak thigh extension minus (peak hip extension + mean tilt), degrees.

    The pelvis is tilted by more than its mean when the hip is most extended.
    """
    return np.interp(speeds_m_s, SPEEDS, (3.19, 3.40, 3.35))


def base_cost(speeds_m_s: np.ndarray, slopes_pct: np.ndarray) -> np.ndarray:
    """Mean gross energy cost of recreational runners, J/kg/m; curved as in sub-elite runners.

    Examples
    --------
    >>> base_cost(np.array([3.5, 3.5]), np.array([0.0, 5.0])).round(2).tolist()
    [4.35, 5.44]
    """
    faster = np.asarray(speeds_m_s, float) - 3.5
    level = 1 + COST["per_m_s"] * faster + COST["per_m_s_squared"] * faster**2
    minetti = np.array([155.4, -30.4, -43.3, 46.3, 19.5, 0.0])
    return COST["mean_j_kg_m"] * level + np.polyval(minetti, np.asarray(slopes_pct, float) / 100)

"""From one stride to named measures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

__all__ = ["curve_measures", "spring_mass", "stride_measures"]

GRAVITY_M_S2 = 9.81
# Where toe-off is not known, the knee's peak in swing is looked for from here on: contact of every
# runner from 2.5 m/s on is shorter, and no knee peaks earlier.
SURELY_SWING_PCT = 50.0


def stride_measures(
    curves: Mapping[str, np.ndarray],
    at_toe_off: Mapping[str, np.ndarray],
    times: pd.DataFrame,
    *,
    speed_m_s: float,
    leg_length_m: float = np.nan,
    standing_pelvic_tilt_deg: float = np.nan,
    height_m: float = np.nan,
    mass_kg: float = np.nan,
) -> pd.DataFrame:
    """All measures of the strides of one trial and side.

    Definition, unit, sign and source of each measure stand in the data dictionary.

    Parameters
    ----------
    curves : dict of str to ndarray, shape (n_strides, 101)
        ``hip_flexion_deg``, ``knee_flexion_deg``, ``thigh_angle_deg``, ``pelvic_tilt_deg``, and in
        meters ``forefoot_ahead_m`` (forefoot ahead of the mid-hip point), ``heel_height_m``,
        ``pelvis_height_m``; 0..100 % of the gait cycle. Measures of a quantity that is absent are
        NaN.
    at_toe_off : dict of str to ndarray, shape (n_strides,)
        The same quantities at the instant of toe-off.
    times : DataFrame
        ``start_s, toe_off_s, other_strike_s, end_s`` of each stride, NaN where not known; where
        only its place is known, ``toe_off_pct`` (0..100). Without toe-off what depends on it is
        NaN, and the peak of the knee is that from 50 % of the gait cycle on.
    speed_m_s : float
        Running speed.
    leg_length_m, standing_pelvic_tilt_deg, height_m, mass_kg : float
        Of the runner; NaN leaves the measures that need them NaN.

    Returns
    -------
    DataFrame
        One row per stride, columns as in the strides table of the schema.
    """
    curves, at_toe_off = _with_unknown(curves, times), _with_unknown(at_toe_off, times, 1)
    hip, thigh, tilt = (
        curves[name] for name in ("hip_flexion_deg", "thigh_angle_deg", "pelvic_tilt_deg")
    )
    contact = (times["toe_off_s"] - times["start_s"]).to_numpy()
    stride_time = (times["end_s"] - times["start_s"]).to_numpy()
    flight = (times["other_strike_s"] - times["toe_off_s"]).to_numpy()
    toe_off_pct, duty = 100 * contact / stride_time, contact / stride_time
    if "toe_off_pct" in times:
        toe_off_pct = times["toe_off_pct"].to_numpy(float)
        duty = toe_off_pct / 100
    swing = np.arange(hip.shape[1]) >= toe_off_pct[:, None] * (hip.shape[1] - 1) / 100
    ahead = curves["forefoot_ahead_m"]
    late = np.where(np.isnan(toe_off_pct), SURELY_SWING_PCT, toe_off_pct)
    bent = np.arange(hip.shape[1]) >= late[:, None] * (hip.shape[1] - 1) / 100
    reach, reach_pct = _refined_peak(-ahead)
    foot_ahead, foot_behind = ahead[:, 0], -at_toe_off["forefoot_ahead_m"]
    heel = curves["heel_height_m"]
    height = curves["pelvis_height_m"]
    heel_rise = heel.max(axis=1) - np.where(swing, np.inf, heel).min(axis=1)
    stride_length = speed_m_s * stride_time
    spring = spring_mass(contact, flight, speed_m_s, mass_kg=mass_kg, height_m=height_m)
    hip_at_toe_off = -at_toe_off["hip_flexion_deg"]
    peak_hip = np.fmax(-hip.min(axis=1), hip_at_toe_off)
    hip_after = np.maximum(-np.where(swing, hip, np.inf).min(axis=1), hip_at_toe_off)
    measures = {
        "peak_hip_extension_deg": peak_hip,
        "hip_extension_at_toe_off_deg": hip_at_toe_off,
        "hip_extension_after_toe_off_deg": hip_after - hip_at_toe_off,
        "hip_flexion_at_foot_strike_deg": hip[:, 0],
        "hip_range_deg": hip.max(axis=1) - hip.min(axis=1),
        "peak_thigh_extension_deg": np.fmax(-thigh.min(axis=1), -at_toe_off["thigh_angle_deg"]),
        "thigh_extension_at_toe_off_deg": -at_toe_off["thigh_angle_deg"],
        "pelvic_tilt_mean_deg": tilt[:, :-1].mean(axis=1),
        "pelvic_tilt_at_foot_strike_deg": tilt[:, 0],
        "pelvic_tilt_at_toe_off_deg": at_toe_off["pelvic_tilt_deg"],
        "pelvic_tilt_from_standing_deg": tilt[:, :-1].mean(axis=1) - standing_pelvic_tilt_deg,
        "foot_ahead_m": foot_ahead,
        "foot_behind_m": foot_behind,
        "behind_ahead_ratio": foot_behind / foot_ahead,
        "rearward_reach_m": reach,
        "rearward_reach_delay_s": reach_pct / 100 * stride_time - contact,
        "peak_knee_flexion_swing_deg": np.where(bent, curves["knee_flexion_deg"], -np.inf).max(
            axis=1
        ),
        "heel_rise_m": heel_rise,
        "contact_time_s": contact,
        "flight_time_s": flight,
        "stride_time_s": stride_time,
        "duty_factor": duty,
        "toe_off_pct": toe_off_pct,
        "cadence_spm": 120.0 / stride_time,
        "stride_length_m": stride_length,
        "vertical_oscillation_m": height.max(axis=1) - height.min(axis=1),
        "leg_stiffness_kn_m": spring["leg_stiffness_kn_m"],
        "vertical_stiffness_kn_m": spring["vertical_stiffness_kn_m"],
        "foot_ahead_leg": foot_ahead / leg_length_m,
        "foot_behind_leg": foot_behind / leg_length_m,
        "rearward_reach_leg": reach / leg_length_m,
        "heel_rise_leg": heel_rise / leg_length_m,
        "stride_length_leg": stride_length / leg_length_m,
        "vertical_oscillation_leg": (height.max(axis=1) - height.min(axis=1)) / leg_length_m,
    }
    return pd.DataFrame(measures)


_READ = (
    "hip_flexion_deg",
    "knee_flexion_deg",
    "thigh_angle_deg",
    "pelvic_tilt_deg",
    "forefoot_ahead_m",
    "heel_height_m",
    "pelvis_height_m",
)


def _with_unknown(values: Mapping[str, np.ndarray], times: pd.DataFrame, points: int = 101) -> dict:
    """All that measures read, NaN where it is not there."""
    shape = (len(times), points) if points > 1 else len(times)
    absent = {name: np.full(shape, np.nan) for name in _READ if name not in values}
    return {**values, **absent}


def curve_measures(
    curves: Mapping[str, np.ndarray], *, toe_off_pct: float | np.ndarray
) -> pd.DataFrame:
    """The measures that follow from joint angles alone: for cohorts that start from curves.

    Parameters
    ----------
    curves : dict of str to ndarray, shape (n_strides, 101)
        ``hip_flexion_deg`` and ``knee_flexion_deg``, 0..100 % of the gait cycle.
    toe_off_pct : float or ndarray, shape (n_strides,)
        Where swing begins; if toe-off is unknown, a percentage that is surely later and before the
        knee's peak in swing does.

    Returns
    -------
    DataFrame
        One row per stride. Peaks are those of the 101 points.
    """
    hip, knee = curves["hip_flexion_deg"], curves["knee_flexion_deg"]
    swing = np.arange(knee.shape[1]) >= np.reshape(toe_off_pct, (-1, 1))
    return pd.DataFrame(
        {
            "peak_hip_extension_deg": -hip.min(axis=1),
            "hip_flexion_at_foot_strike_deg": hip[:, 0],
            "hip_range_deg": hip.max(axis=1) - hip.min(axis=1),
            "peak_knee_flexion_swing_deg": np.where(swing, knee, -np.inf).max(axis=1),
        }
    )


def spring_mass(
    contact_time_s: np.ndarray,
    flight_time_s: np.ndarray,
    speed_m_s: float,
    *,
    mass_kg: float,
    height_m: float,
) -> dict[str, np.ndarray]:
    """Spring-mass stiffness from contact and flight time (sine-wave method).

    Morin 2005, doi 10.1123/jab.21.2.167; leg length is 0.53 of body height, as there.

    Parameters
    ----------
    contact_time_s, flight_time_s : array_like
    speed_m_s : float
    mass_kg, height_m : float

    Returns
    -------
    dict
        ``peak_force_n``, ``vertical_displacement_m`` (downward, positive),
        ``vertical_stiffness_kn_m``, ``leg_stiffness_kn_m``.

    Examples
    --------
    >>> spring = spring_mass(0.25, 0.10, 3.33, mass_kg=70, height_m=1.75)
    >>> {name: round(float(value), 2) for name, value in spring.items()}
    {'peak_force_n': 1510.13, 'vertical_displacement_m': 0.06,
     'vertical_stiffness_kn_m': 25.18, 'leg_stiffness_kn_m': 9.52}
    """
    contact, flight = np.asarray(contact_time_s, float), np.asarray(flight_time_s, float)
    leg = 0.53 * height_m
    force = mass_kg * GRAVITY_M_S2 * np.pi / 2 * (flight / contact + 1)
    drop = force * contact**2 / (mass_kg * np.pi**2) - GRAVITY_M_S2 * contact**2 / 8
    with np.errstate(invalid="ignore"):
        shortening = leg - np.sqrt(leg**2 - (speed_m_s * contact / 2) ** 2) + drop
    return {
        "peak_force_n": force,
        "vertical_displacement_m": drop,
        "vertical_stiffness_kn_m": force / drop / 1000,
        "leg_stiffness_kn_m": force / shortening / 1000,
    }


def _refined_peak(curves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Largest value of each curve and its place in percent, by a parabola through three points."""
    top = np.clip(np.argmax(np.nan_to_num(curves, nan=-np.inf), axis=1), 1, curves.shape[1] - 2)
    rows = np.arange(len(curves))
    before, peak, after = (curves[rows, top + k] for k in (-1, 0, 1))
    bend = before - 2 * peak + after
    shift = np.clip(0.5 * (before - after) / np.where(bend == 0, -1.0, bend), -1.0, 1.0)
    value = peak - 0.25 * (before - after) * shift
    return value, (top + shift) * 100.0 / (curves.shape[1] - 1)

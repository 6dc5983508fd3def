"""Curves of simulated strides, and the measures read off them.

The hip angle is the thigh angle plus the tilt of the pelvis at every instant, as it is in a body.
"""

from __future__ import annotations

import numpy as np

from glutelab.simulate.calibration import CURVES, REFERENCE_TOE_OFF

__all__ = ["angular_measures", "stride_curves"]

_CYCLE = np.linspace(0.0, 1.0, 101)


def stride_curves(
    hip_extension: np.ndarray,
    hip_range: np.ndarray,
    tilt: np.ndarray,
    knee_peak: np.ndarray,
    toe_off: np.ndarray,
) -> dict[str, np.ndarray]:
    """Mean-shaped curves that have exactly these features.

    Parameters
    ----------
    hip_extension, hip_range, tilt, knee_peak : ndarray, shape (n,)
        Peak hip extension, hip range, mean pelvic tilt, peak knee flexion in swing; degrees.
    toe_off : ndarray, shape (n,)
        Toe-off as a fraction of the cycle; the shapes are stretched so that theirs falls there.

    Returns
    -------
    dict of str to ndarray, shape (n, 101)
        ``hip_flexion_deg, thigh_angle_deg, pelvic_tilt_deg, knee_flexion_deg``.
    """
    bent = (REFERENCE_TOE_OFF - toe_off) / np.sin(np.pi * toe_off)
    phase = _CYCLE + bent[:, None] * np.sin(np.pi * _CYCLE)
    thigh, pelvis, knee = (
        _evaluate(CURVES[name], phase)
        for name in ("thigh_angle_deg", "pelvic_tilt_deg", "knee_flexion_deg")
    )
    pelvis += (tilt - pelvis[:, :-1].mean(axis=1))[:, None]
    for _ in range(8):  # the range of a sum is not quite the sum of ranges
        hip = thigh + pelvis
        thigh *= (hip_range / np.ptp(hip, axis=1))[:, None]
    thigh -= ((thigh + pelvis).min(axis=1) + hip_extension)[:, None]
    low = knee.min(axis=1, keepdims=True)
    knee = low + (knee - low) * (
        (knee_peak[:, None] - low) / (knee.max(axis=1, keepdims=True) - low)
    )
    return {
        "hip_flexion_deg": thigh + pelvis,
        "thigh_angle_deg": thigh,
        "pelvic_tilt_deg": pelvis,
        "knee_flexion_deg": knee,
    }


def _evaluate(coefficients: tuple, phase: np.ndarray) -> np.ndarray:
    cosines, sines = coefficients
    turn = np.exp(2j * np.pi * phase)
    power, value = np.ones_like(turn), np.full(phase.shape, cosines[0])
    for a, b in zip(cosines[1:], sines, strict=True):
        power = power * turn
        value += a * power.real + b * power.imag
    return value


def angular_measures(
    curves: dict[str, np.ndarray], toe_off: np.ndarray, standing_tilt: np.ndarray
) -> dict[str, np.ndarray]:
    """The angular measures of the strides table, by their definitions.

    Parameters
    ----------
    curves : dict of str to ndarray, shape (n, 101)
    toe_off : ndarray, shape (n,)
        Fraction of the cycle.
    standing_tilt : ndarray, shape (n,)
        Recorded, degrees.

    Returns
    -------
    dict of str to ndarray, shape (n,)
        Degrees.
    """
    hip, thigh, tilt = (
        curves[name] for name in ("hip_flexion_deg", "thigh_angle_deg", "pelvic_tilt_deg")
    )
    hip_off, thigh_off, tilt_off = (_at(values, toe_off) for values in (hip, thigh, tilt))
    swing = toe_off[:, None] <= _CYCLE
    later = np.maximum(-np.where(swing, hip, np.inf).min(axis=1), -hip_off)
    return {
        "peak_hip_extension_deg": np.maximum(-hip.min(axis=1), -hip_off),
        "hip_extension_at_toe_off_deg": -hip_off,
        "peak_thigh_extension_deg": np.maximum(-thigh.min(axis=1), -thigh_off),
        "thigh_extension_at_toe_off_deg": -thigh_off,
        "hip_flexion_at_foot_strike_deg": hip[:, 0],
        "pelvic_tilt_mean_deg": tilt[:, :-1].mean(axis=1),
        "pelvic_tilt_at_foot_strike_deg": tilt[:, 0],
        "pelvic_tilt_at_toe_off_deg": tilt_off,
        "pelvic_tilt_from_standing_deg": tilt[:, :-1].mean(axis=1) - standing_tilt,
        "hip_range_deg": np.ptp(hip, axis=1),
        "hip_extension_after_toe_off_deg": later + hip_off,
        "peak_knee_flexion_swing_deg": np.where(swing, curves["knee_flexion_deg"], -np.inf).max(
            axis=1
        ),
    }


def _at(curves: np.ndarray, fraction: np.ndarray) -> np.ndarray:
    """Value of each curve at its own instant, linear between points."""
    place = fraction * (len(_CYCLE) - 1)
    before = np.minimum(place.astype(int), len(_CYCLE) - 2)
    rows = np.arange(len(curves))
    first, second = curves[rows, before], curves[rows, before + 1]
    return first + (place - before) * (second - first)

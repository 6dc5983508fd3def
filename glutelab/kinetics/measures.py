"""From the moments and powers of one stride to named measures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

__all__ = ["kinetic_measures"]

_JOINTS = ("hip", "knee", "ankle")
# The peaks of the hip are looked for from here on, some 35 ms after foot strike. Before, the curves
# hold the impact (its peak in the ground force comes 5 to 30 ms after contact, Nigg 1986) and the
# end of the late-swing burst: in RBDS the greatest moment of stance is its very first point in 39 %
# of strides, the greatest power in 27 %. The burst of stance peaks at 9 to 17 % in 90 %.
AFTER_IMPACT_PCT = 5


def kinetic_measures(
    curves: Mapping[str, np.ndarray],
    times: pd.DataFrame | Mapping[str, np.ndarray],
    *,
    speed_m_s: float,
) -> pd.DataFrame:
    """All kinetic measures of the strides of one side.

    Definition, unit and sign of each measure stand in the data dictionary. Work is the integral of
    sagittal power over time, generation and absorption apart; integrals are trapezoidal.

    Parameters
    ----------
    curves : dict of str to ndarray, shape (n_strides, 101)
        The sagittal moments (N m/kg) and powers (W/kg) of `joint_kinetics`, 0..100 % of the gait
        cycle.
    times : DataFrame or dict of str to ndarray
        ``start_s, toe_off_s, end_s`` of each stride.
    speed_m_s : float
        Running speed.

    Returns
    -------
    DataFrame
        One row per stride, columns as in the strides table of the schema; NaN where a curve is.
        The peak of hip power, and its time, are NaN, too, where that power has no peak above zero
        between 5 % and toe-off.

    Examples
    --------
    Two joints rest, one turns at a constant power of 3 W/kg through a stance of 0.2 s.

    >>> still, steady = np.zeros((1, 101)), np.full((1, 101), 3.0)
    >>> names = [f"{joint}_power_w_kg" for joint in ("hip", "knee", "ankle")]
    >>> curves = dict.fromkeys(names, still) | {"hip_power_w_kg": steady}
    >>> moments = ("hip_extensor", "knee_extensor", "ankle_plantarflexor")
    >>> curves |= {f"{name}_moment_nm_kg": still for name in moments}
    >>> times = pd.DataFrame({"start_s": [1.0], "toe_off_s": [1.2], "end_s": [1.6]})
    >>> row = kinetic_measures(curves, times, speed_m_s=3.0).iloc[0]
    >>> row[["hip_positive_work_stance_j_kg", "hip_positive_work_j_kg_m"]].round(9).tolist()
    [0.6, 1.0]
    """
    start, toe_off, end = (np.asarray(times[name]) for name in ("start_s", "toe_off_s", "end_s"))
    stride_time = end - start
    toe_off_pct = 100 * (toe_off - start) / stride_time
    stance = _Stance(toe_off_pct, stride_time)
    hip, knee, ankle = (
        curves[f"{name}_moment_nm_kg"]
        for name in ("hip_extensor", "knee_extensor", "ankle_plantarflexor")
    )
    peak_power, peak_power_pct = _burst(stance.only(curves["hip_power_w_kg"]))
    measures = {
        "peak_hip_extensor_moment_nm_kg": stance.only(hip)[:, AFTER_IMPACT_PCT:].max(axis=1),
        "peak_hip_flexor_moment_nm_kg": -hip.min(axis=1),
        "peak_knee_extensor_moment_nm_kg": stance.only(knee).max(axis=1),
        "peak_ankle_plantarflexor_moment_nm_kg": stance.only(ankle).max(axis=1),
        "hip_extensor_impulse_nm_s_kg": stance.integrals(np.maximum(hip, 0.0))[0],
        "peak_hip_power_stance_w_kg": peak_power,
        "peak_hip_power_stance_pct": peak_power_pct,
    }
    power = np.stack([curves[f"{joint}_power_w_kg"] for joint in _JOINTS])
    names = [f"{joint}_{sign}_work" for sign in ("positive", "negative") for joint in _JOINTS]
    work = stance.integrals(np.concatenate([np.maximum(power, 0.0), np.minimum(power, 0.0)]))
    on_ground, whole = (dict(zip(names, part, strict=True)) for part in work)
    measures |= {f"{name}_stance_j_kg": values for name, values in on_ground.items()}
    length = speed_m_s * stride_time
    measures |= {f"{name}_j_kg": values for name, values in whole.items()}
    measures |= {f"{name}_j_kg_m": values / length for name, values in whole.items()}
    all_joints = sum(on_ground[f"{joint}_positive_work"] for joint in _JOINTS)
    with np.errstate(invalid="ignore"):  # without any work there is no share
        share = 100 * on_ground["hip_positive_work"] / all_joints
    measures["hip_positive_work_share_stance_pct"] = share
    return pd.DataFrame(np.column_stack(list(measures.values())), columns=_index(tuple(measures)))


@cache
def _index(names: tuple[str, ...]) -> pd.Index:
    """Names of columns: made once, as they are the same for every side of every trial."""
    return pd.Index(names)


def _burst(curves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Greatest local maximum above zero after the impact, and its place in percent.

    The place is that of the parabola through the point and its neighbors.
    """
    before, here, after = curves[:, :-2], curves[:, 1:-1], curves[:, 2:]
    is_peak = (here > 0) & (here >= before) & (here > after) & np.isfinite(after)
    is_peak[:, : AFTER_IMPACT_PCT - 1] = False
    top = np.where(is_peak, here, -np.inf).argmax(axis=1)
    rows = np.arange(len(curves))
    first, peak, last = (part[rows, top] for part in (before, here, after))
    with np.errstate(invalid="ignore", divide="ignore"):
        place = top + 1 + 0.5 * (first - last) / (first - 2 * peak + last)
    found = is_peak.any(axis=1)
    percent = place * 100 / (curves.shape[1] - 1)
    return np.where(found, peak, np.nan), np.where(found, percent, np.nan)


class _Stance:
    """The part of each stride before toe-off, on curves of 0..100 %."""

    def __init__(self, toe_off_pct: np.ndarray, stride_time_s: np.ndarray, points: int = 101):
        place = toe_off_pct[:, None] * (points - 1) / 100
        self._step_s = stride_time_s / (points - 1)
        self._before = np.arange(points) <= place
        # How much of each of the steps between two points lies in stance.
        self._part = np.clip(place - np.arange(points - 1), 0.0, 1.0)

    def only(self, curves: np.ndarray) -> np.ndarray:
        """Minus infinity in swing, for peaks; NaN stays."""
        return np.where(self._before | np.isnan(curves), curves, -np.inf)

    def integrals(self, curves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Over the time of stance, and of the stride; curves are straight between points."""
        first, change = curves[..., :-1], np.diff(curves)
        steps = first + 0.5 * change
        cut = self._part * (first + 0.5 * self._part * change)
        return cut.sum(axis=-1) * self._step_s, steps.sum(axis=-1) * self._step_s

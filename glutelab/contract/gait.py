"""Sampling rate, walking, standing, speed: what the feet and the pelvis tell in meters and time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from glutelab.contract.finding import Finding
from glutelab.contract.timing import CADENCE_SPM, fundamental_hz, likely_rates, rate_sentence
from glutelab.frames import MarkerFrames
from glutelab.signals import low_pass

__all__ = ["Gait", "examine_gait", "measure_gait"]

_LEAST_SWING_M = 0.15  # of the heel under the pelvis; less is standing
# A foot on the ground moves at one speed; walkers have one there for more than half of a stride.
_MOST_DUTY = 0.55
# Stated over measured: 0.99 to 1.05 in 42 trials of rbds2017; timing gates are less exact.
_SPEED_RATIO = (0.85, 1.18)
_UNITS = {3.6: "km/h", 2.237: "mph", 1000.0: "mm/s"}


class Gait(NamedTuple):
    """What the markers say of a recording.

    Attributes
    ----------
    swing_m : float
        How far the heel moves fore and aft under the pelvis (90 % of the frames).
    stride_hz : float
        Strides per second; NaN if the heel does not swing evenly.
    speed_m_s : float
        Of the pelvis over the foot on the ground; negative if the ground moves forward.
    duty_factor : float
        Share of the frames in which the foot is as slow as on the ground and low.
    """

    swing_m: float
    stride_hz: float
    speed_m_s: float
    duty_factor: float


def examine_gait(
    markers: MarkerFrames, where: str, speed_m_s: float | None = None
) -> list[Finding]:
    """Sampling rate, gait and speed of markers whose unit and axes are right."""
    gait = measure_gait(markers)
    if gait is None:
        return []
    if gait.swing_m < _LEAST_SWING_M:
        found = f"the heels move {gait.swing_m:.2f} m fore and aft under the pelvis"
        remedy = "Is this the standing trial?"
        return [Finding("standing", "heel", where, found, "about 0.5 m and more", remedy)]
    if not np.isfinite(gait.stride_hz):
        return []
    cadence = 120.0 * gait.stride_hz
    rate = markers.rate_hz
    walks = gait.duty_factor > _MOST_DUTY
    if walks and cadence < 150.0:
        found = (
            f"each foot is on the ground for {100 * gait.duty_factor:.0f} % of the stride, at "
            f"{cadence:.0f} steps per minute: there is no flight"
        )
        remedy = "These are walking: take the running trials only."
        return [Finding("walking", "heel, toe", where, found, "running", remedy)]
    findings = []
    if not CADENCE_SPM[0] <= cadence <= CADENCE_SPM[1]:
        found, expected, remedy = rate_sentence(cadence, rate)
        findings.append(Finding("sampling_rate", "rate_hz", where, found, expected, remedy))
    if gait.speed_m_s < -0.5:
        found = f"the foot on the ground moves forward, at {-gait.speed_m_s:.1f} m/s"
        remedy = "Is the recording reversed in time, or X turned without the names?"
        findings.append(Finding("ground_forward", "X", where, found, "a foot carried back", remedy))
    if not findings and speed_m_s is not None and np.isfinite(speed_m_s) and speed_m_s > 0:
        findings += _speed(gait, speed_m_s, cadence, rate, where)
    return findings


def _speed(gait: Gait, stated: float, cadence: float, rate_hz: float, where: str) -> list[Finding]:
    ratio = stated / gait.speed_m_s
    if not np.isfinite(ratio) or _SPEED_RATIO[0] <= ratio <= _SPEED_RATIO[1]:
        return []
    found = f"speed_m_s is {stated:g}, but the foot on the ground tells {gait.speed_m_s:.2f} m/s"
    expected = "the same within 15 %"
    for factor, unit in _UNITS.items():
        if 0.85 < ratio / factor < 1.18:
            remedy = f"Is the speed in {unit}? Then it is {stated / factor:.2f} m/s."
            return [Finding("speed_unit", "speed_m_s", where, found, expected, remedy)]
    true_rate = rate_hz * ratio
    near = [r for r in likely_rates(cadence, rate_hz) if abs(r / true_rate - 1) < 0.12]
    if near:
        remedy = f"Was it recorded at {near[0]} Hz? Or is it the speed of another trial?"
        what = "speed_m_s, rate_hz"
        return [Finding("speed_or_rate", what, where, found, expected, remedy)]
    remedy = "Is it the speed of another trial?"
    return [Finding("speed", "speed_m_s", where, found, expected, remedy)]


def measure_gait(markers: MarkerFrames) -> Gait | None:
    """Speed, cadence and duty factor as the markers have them.

    Parameters
    ----------
    markers : MarkerFrames
        Meters, X forward, Y up.

    Returns
    -------
    Gait or None
        None if the pelvis or both heels were never seen.
    """
    pelvis = _path(
        markers, [f"{s}_{n}" for n in ("asis", "psis") for s in ("left", "right")] + ["sacrum"]
    )
    heels = {
        side: _path(
            markers, [f"{side}_{n}" for n in ("heel_bottom", "heel", "heel_top", "heel_lateral")]
        )
        for side in ("left", "right")
    }
    toes = {
        side: _path(
            markers,
            [f"{side}_{n}" for n in ("metatarsal_5", "metatarsal_1", "metatarsal_2", "toe")],
        )
        for side in ("left", "right")
    }
    heels = {side: path for side, path in heels.items() if path is not None}
    if pelvis is None or not heels or len(markers) < 20:
        return None
    rate = markers.rate_hz
    swing = np.array([heel[0] - pelvis[0] for heel in heels.values()])
    extent = [float(np.nanquantile(s, 0.95) - np.nanquantile(s, 0.05)) for s in swing]
    stride_hz = fundamental_hz(swing, rate)
    speeds, duties = [], []
    for side, heel in heels.items():
        foot = toes[side] if toes[side] is not None else heel
        speed, duty = _ground(foot, heel, pelvis, rate)
        speeds.append(speed)
        duties.append(duty)
    return Gait(max(extent), stride_hz, float(np.nanmean(speeds)), float(np.nanmean(duties)))


def _path(markers: MarkerFrames, names: list[str]) -> np.ndarray | None:
    """The best seen of the markers, low-passed, shape (3, n_frames)."""
    seen = [
        (np.isfinite(markers[n][:, 0]).mean(), -k, n) for k, n in enumerate(names) if n in markers
    ]
    if not seen or max(seen)[0] < 0.3:
        return None
    values = markers[max(seen)[2]].T
    frames = np.arange(values.shape[1])
    filled = np.array(
        [np.interp(frames, frames[np.isfinite(v)], v[np.isfinite(v)]) for v in values]
    )
    if markers.rate_hz >= 40.0 and len(markers) >= 30:
        filled = low_pass(filled, markers.rate_hz, min(12.0, 0.2 * markers.rate_hz))
    return np.where(np.isfinite(values), filled, np.nan)


def _ground(foot: np.ndarray, heel: np.ndarray, pelvis: np.ndarray, rate: float):
    """Speed of the pelvis over a foot that is low, and how long it stays so slow."""
    velocity = np.gradient(foot[0]) * rate
    carried = np.gradient(pelvis[0]) * rate
    height = foot[1]
    floor, top = np.nanquantile(height, [0.02, 0.98])
    low = height < floor + 0.10 * (top - floor)
    if low.sum() < 5:
        return np.nan, np.nan
    ground = float(np.nanmedian(velocity[low]))
    speed = float(np.nanmedian(carried)) - ground
    slow = np.abs(velocity - ground) < 0.25 * max(abs(speed), 0.4)
    near = height < floor + 0.35 * (top - floor)
    return speed, float((slow & near).mean())

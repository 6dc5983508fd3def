"""Joint-angle time series: the same contract as for curves, without knowing where strides begin."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from glutelab.contract.curves import explain
from glutelab.contract.finding import ERROR, WARNING, Finding
from glutelab.contract.fit import roll
from glutelab.contract.reference import SAGITTAL, TOLERANCES, running_curves, walking_curves
from glutelab.contract.timing import CADENCE_SPM, fundamental_hz, rate_sentence
from glutelab.contract.walking import looks_like_walking
from glutelab.frames import AngleFrames
from glutelab.schema import CURVES

__all__ = ["examine_angles", "mean_cycle"]

_LEAST_SWING_DEG = 15.0  # of hip, thigh or knee: less is standing
_PHASES = 100


def examine_angles(angles: AngleFrames) -> list[Finding]:
    """What is wrong with the angles of one recording.

    Parameters
    ----------
    angles : AngleFrames
        Canonical variables, supposedly in degrees with this library's signs.

    Returns
    -------
    list of Finding
        Empty if everything is as it should be. Findings of both sides alike come once.

    Notes
    -----
    The mean cycle of each side is found by its period, and compared with the mean curves of
    running at the start that suits all of its variables best. Which side is which cannot be told
    from angles; that both sides are the same columns can.
    """
    where = angles.source or "angles"
    findings: list[Finding] = _same_sides(angles, where)
    sides = {}
    for side, variables in angles.angles_deg.items():
        sides[side] = _examine_side(variables, angles.rate_hz, f"{where} ({side} side)")
    return findings + _merged(sides, where)


def mean_cycle(
    variables: Mapping[str, np.ndarray], rate_hz: float
) -> tuple[dict[str, np.ndarray], float]:
    """Mean cycle of periodic signals, with a common but arbitrary start.

    Parameters
    ----------
    variables : dict of str to ndarray, shape (n_frames,)
    rate_hz : float

    Returns
    -------
    means : dict of str to ndarray, shape (101,)
        Empty if the signals do not repeat.
    stride_hz : float
        Cycles per second; NaN if they do not repeat.
    """
    timed = [name for name in SAGITTAL if name in variables] or list(variables)
    chosen = [np.asarray(variables[name], float) for name in timed]
    chosen = [signal for signal in chosen if np.isfinite(signal).mean() > 0.5]
    if not chosen:
        return {}, np.nan
    stride_hz = fundamental_hz(np.array(chosen), rate_hz)
    if not np.isfinite(stride_hz):
        return {}, np.nan
    n_frames = len(chosen[0])
    period = rate_hz / stride_hz
    starts = _starts(chosen, period, n_frames)
    grid = np.linspace(0.0, 1.0, _PHASES + 1)
    means = {}
    for name, values in variables.items():
        values = np.asarray(values, float)
        cycles = [np.interp(a + (b - a) * grid, np.arange(n_frames), values) for a, b in starts]
        whole = [cycle for cycle in cycles if np.isfinite(cycle).all()]
        if whole:
            means[name] = np.mean(whole, axis=0)
    return means, stride_hz


def _starts(chosen: list, period: float, n_frames: int) -> list[tuple[float, float]]:
    """Start and end of every cycle, from the phase of the fundamental where there are several."""
    count = int(np.floor((n_frames - 1) / period))
    if count < 3:
        return [(k * period, (k + 1) * period) for k in range(count)]
    signal = chosen[0]
    good = np.isfinite(signal)
    filled = np.interp(np.arange(n_frames), np.flatnonzero(good), signal[good])
    # Fundamental in a window of one period around each frame.
    turn = np.exp(-2j * np.pi * np.arange(n_frames) / period)
    width = max(3, round(period))
    demodulated = np.convolve((filled - filled.mean()) * turn, np.ones(width) / width, "valid")
    first = (width - 1) / 2
    frames = first + np.arange(len(demodulated))
    phase = np.unwrap(np.angle(demodulated)) + 2 * np.pi * frames / period
    whole = np.arange(np.ceil(phase[0] / (2 * np.pi)), phase[-1] / (2 * np.pi)) * 2 * np.pi
    marks = np.interp(whole, np.maximum.accumulate(phase), frames)
    pairs = list(pairwise(marks))
    kept = [(a, b) for a, b in pairs if 0.75 * period < b - a < 1.25 * period]
    return kept or [(k * period, (k + 1) * period) for k in range(count)]


def _examine_side(variables: Mapping, rate_hz: float, where: str) -> list[Finding]:
    values = {
        name: np.asarray(signal, float)
        for name, signal in variables.items()
        if name in CURVES and np.isfinite(np.asarray(signal, float)).any()
    }
    empty = [name for name in SAGITTAL if name in variables and name not in values]
    nothing = [
        Finding("empty", name, where, f"{name} holds no number", "degrees", "", WARNING)
        for name in empty
    ]
    if not values:
        return nothing
    still = [name for name, signal in values.items() if not np.nanstd(signal) > 0]
    findings = nothing + [
        Finding(
            "constant",
            name,
            where,
            f"{name} is the same number throughout",
            "an angle that changes",
            "Is it a column that was never computed?",
        )
        for name in still
    ]
    values = {name: signal for name, signal in values.items() if name not in still}
    means, stride_hz = mean_cycle(values, rate_hz)
    if not means:
        return [*findings, *_no_cycle(values, where)]
    here = explain({n: m for n, m in means.items() if n in TOLERANCES}, where, cut_known=False)
    cadence = 120.0 * stride_hz
    walks = _walks(means)
    if walks:
        return [*findings, _walking(where, means, cadence)]
    if not CADENCE_SPM[0] <= cadence <= CADENCE_SPM[1]:
        found, expected, remedy = rate_sentence(cadence, rate_hz)
        findings.append(Finding("sampling_rate", "rate_hz", where, found, expected, remedy))
    return findings + here


def _no_cycle(values: Mapping[str, np.ndarray], where: str) -> list[Finding]:
    names = [name for name in SAGITTAL if name in values]
    if not names:
        return []
    listed = ", ".join(names)
    swing = max(float(np.nanmax(values[name]) - np.nanmin(values[name])) for name in names)
    if 0.5 < swing < _LEAST_SWING_DEG and max(np.nanmean(np.abs(values[n])) for n in names) > 2.0:
        found = f"{listed} moves by {swing:.1f}° at most, and does not repeat"
        remedy = "Is this the standing trial?"
        return [Finding("standing", listed, where, found, "running", remedy)]
    found = f"{listed} does not repeat twice"
    remedy = "Is the recording shorter than two strides, or is this not running?"
    return [Finding("unlike_running", listed, where, found, "two strides or more", remedy, WARNING)]


def _walks(means: Mapping[str, np.ndarray]) -> bool:
    """Walking at the start that makes hip and knee most like walking; cadence says nothing."""
    main = {name: means[name] for name in SAGITTAL[:3] if name in means}
    knee = main.get("knee_flexion_deg")
    if len(main) < 2 or knee is None or not (knee.mean() < 30.0 and 45.0 < knee.max() < 75.0):
        return False

    def price(lag: int, curves: Mapping) -> float:
        turned = {name: roll(mean, lag) for name, mean in main.items()}
        r = [np.corrcoef(turned[name], curves[name])[0, 1] for name in turned]
        return float(np.sum(r))

    best = {
        kind: max(range(100), key=lambda lag, c=curves: price(lag, c))
        for kind, curves in (("walk", walking_curves()), ("run", running_curves()))
    }
    walk, run = price(best["walk"], walking_curves()), price(best["run"], running_curves())
    turned = {name: roll(mean, best["walk"]) for name, mean in main.items()}
    return walk > run and looks_like_walking(turned)


def _walking(where: str, means: Mapping, cadence: float) -> Finding:
    names = ", ".join(name for name in SAGITTAL[:3] if name in means)
    found = f"the angles ({names}) are those of walking, {cadence:.0f} steps per minute"
    return Finding("walking", names, where, found, "running", "Take the running trials only.")


def _same_sides(angles: AngleFrames, where: str) -> list[Finding]:
    """Columns of both sides that hold the same numbers."""
    left, right = (angles.angles_deg.get(side, {}) for side in ("left", "right"))
    same = [
        name
        for name in left
        if name in right
        and name != "pelvic_tilt_deg"
        and np.nanstd(np.asarray(left[name], float)) > 0
        and np.array_equal(left[name], right[name], equal_nan=True)
    ]
    if not same:
        return []
    found = f"{', '.join(same)} holds the same numbers on both sides"
    remedy = "Was one side's column read twice?"
    return [Finding("same_sides", ", ".join(same), where, found, "two legs", remedy, ERROR)]


def _merged(sides: Mapping[str, list[Finding]], where: str) -> list[Finding]:
    """Findings of both sides with the same cause and columns become one."""
    if len(sides) < 2:
        return [finding for found in sides.values() for finding in found]
    (_, first), (_, second) = list(sides.items())[:2]
    keys = {(finding.code, finding.what) for finding in second}
    both = [f for f in first if (f.code, f.what) in keys]
    shared = {(finding.code, finding.what) for finding in both}
    merged = [Finding(f.code, f.what, where, f.found, f.expected, f.fix, f.severity) for f in both]
    rest = [f for found in (first, second) for f in found if (f.code, f.what) not in shared]
    return merged + rest

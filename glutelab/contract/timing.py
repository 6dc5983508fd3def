"""Step rates that adults run at, and which sampling rate would give one."""

from __future__ import annotations

import numpy as np

__all__ = ["CADENCE_SPM", "fundamental_hz", "likely_rates", "rate_sentence"]

# The quickest of rbds2017 takes 223 steps per minute at 4.5 m/s.
CADENCE_SPM = (130.0, 235.0)
_SHORT_S, _CLOSED = 2.6, 0.10
_USUAL_SPM = (150.0, 190.0)
_COMMON_HZ = (50, 60, 100, 120, 125, 128, 150, 180, 200, 240, 250, 256, 300, 400, 500, 1000)


def fundamental_hz(signals: np.ndarray, rate_hz: float) -> float:
    """How often signals repeat per second, by the common peak of their autocorrelation.

    Parameters
    ----------
    signals : ndarray, shape (n_signals, n_frames)
        NaN where missing.
    rate_hz : float

    Returns
    -------
    float
        NaN if they do not repeat. A recording of less than about two periods is taken to run at a
        usual step rate, and the period is that at which all signals close best.
    """
    found = _by_autocorrelation(signals, rate_hz)
    if np.isfinite(found) or signals.shape[1] > _SHORT_S * rate_hz:
        return found
    return _by_closing(signals, rate_hz)


def _by_closing(signals: np.ndarray, rate_hz: float) -> float:
    """From the overlap of the end with the beginning of one stride and a bit."""
    n_frames = signals.shape[1]
    spread = np.nanvar(signals, axis=1) if n_frames else np.empty(0)
    moving = signals[spread > 0]
    best = (_CLOSED, np.nan)
    longest, shortest = (120.0 / spm * rate_hz for spm in CADENCE_SPM)
    for period in range(int(np.ceil(shortest)), int(longest) + 1):
        if n_frames - period < max(4, 0.08 * period) or len(moving) == 0:
            break
        apart = np.nanmean((moving[:, period:] - moving[:, :-period]) ** 2, axis=1)
        misfit = float(np.mean(apart / (2.0 * spread[spread > 0])))
        if misfit < best[0]:
            best = (misfit, rate_hz / period)
    return best[1]


def _by_autocorrelation(signals: np.ndarray, rate_hz: float) -> float:
    n_frames = signals.shape[1]
    total = np.zeros(n_frames)
    for signal in signals:
        good = np.isfinite(signal)
        if good.sum() < 0.5 * n_frames:
            continue
        # A gap bridged by a line would be a slow wave of its own: only pairs that are there count.
        filled = np.where(good, signal - signal[good].mean(), 0.0)
        if not filled.std() > 0:
            continue
        filled /= filled.std()
        pairs = np.maximum(_lagged(good.astype(float)), 0.25 * np.arange(n_frames, 0, -1))
        total += _lagged(filled) / pairs
    if not total[0] > 0:
        return np.nan
    total = total / total[0]
    below = np.flatnonzero(total < 0.0)
    last = int(0.75 * n_frames)
    if len(below) == 0 or below[0] + 2 >= last:
        return np.nan
    first = below[0]
    window = total[first:last]
    top = window.max()
    if top < 0.4:
        return np.nan
    # The first peak nearly as high as the highest: not twice the period.
    peaks = [
        k
        for k in range(1, len(window) - 1)
        if window[k] >= window[k - 1] and window[k] >= window[k + 1] and window[k] > 0.85 * top
    ]
    if not peaks:
        return np.nan
    k = peaks[0]
    bend = window[k - 1] - 2 * window[k] + window[k + 1]
    shift = 0.5 * (window[k - 1] - window[k + 1]) / bend if bend < 0 else 0.0
    return float(rate_hz / (first + k + shift))


def _lagged(values: np.ndarray) -> np.ndarray:
    """Sums of products with itself at every lag."""
    return np.fft.irfft(np.abs(np.fft.rfft(values, 2 * len(values))) ** 2)[: len(values)]


def likely_rates(cadence_spm: float, rate_hz: float) -> list[int]:
    """Common sampling rates at which the same frames would be running, likeliest first."""
    found = []
    for rate in _COMMON_HZ:
        spm = cadence_spm * rate / rate_hz
        if _USUAL_SPM[0] <= spm <= _USUAL_SPM[1]:
            found.append((abs(spm - 168.0), rate))
    return [rate for _, rate in sorted(found)]


def rate_sentence(cadence_spm: float, rate_hz: float) -> tuple[str, str, str]:
    """Found, expected and remedy for a step rate that nobody runs at."""
    rates = likely_rates(cadence_spm, rate_hz)
    words = " or ".join(f"{rate} Hz" for rate in rates[:3])
    remedy = f"Was it recorded at {words}?" if rates else "Look up the sampling rate."
    found = f"{cadence_spm:.0f} steps per minute at {rate_hz:g} Hz"
    return found, f"{CADENCE_SPM[0]:g} to {CADENCE_SPM[1]:g} in running", remedy

"""Were force and markers recorded together? The upper body has to move as the force says."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from glutelab.errors import DataError, say
from glutelab.kinetics.dynamics import derivative

__all__ = ["LARGEST_SHIFT_S", "USUAL_LAG_S", "Lag", "check_synchrony", "force_lag"]

# The acceleration of the pelvis follows the force on the upper body by 5.0 +- 1.3 ms with legs of
# de Leva, 5.5 +- 1.4 ms with those of Dempster, from 2.9 to 9.2 ms, with a correlation of 0.92 or
# more (84 trials of RBDS, three parts each). A force that is 1 ms late adds some 5 % to ankle work.
USUAL_LAG_S, LARGEST_SHIFT_S, LEAST_CORRELATION = 0.0055, 0.0045, 0.85
_FARTHEST_S = 0.12  # a third of a step: farther away the next step fits as well
_LEAST_S = 2.0
# Frames lost on the way show in a part; parts of 5 s differ from the whole by 1.5 ms at most.
_PART_S, _PARTS = 5.0, 3


class Lag(NamedTuple):
    """How the upper body follows the force.

    Attributes
    ----------
    lag_s : float
        By which the acceleration follows; negative where it precedes.
    correlation : float
        At that lag.
    """

    lag_s: float
    correlation: float


def force_lag(
    vertical_n: np.ndarray, legs_n: np.ndarray, height_m: np.ndarray, rate_hz: float
) -> Lag | None:
    """By how much the acceleration of the pelvis follows the vertical force on the upper body.

    That force is what the ground gives less what carries and moves the legs. Only the force of the
    ground is shifted until both agree best.

    Parameters
    ----------
    vertical_n : ndarray, shape (n_frames,)
        Ground reaction force of both feet together, low-passed like the markers.
    legs_n : ndarray, shape (n_frames,)
        Vertical force that carries and moves both legs, ``leg_load_n`` of `joint_kinetics`.
    height_m : ndarray, shape (n_frames,)
        Of the pelvis.
    rate_hz : float

    Returns
    -------
    Lag or None
        None if there are less than 2 s in which all three are known.
    """
    reach = round(_FARTHEST_S * rate_hz)
    acceleration = derivative(derivative(height_m, rate_hz), rate_hz)
    if len(vertical_n) <= 2 * reach:
        return None
    # Signals of 10 Hz need no more than about 25 values a second; column k is a shift of k - reach.
    step = max(1, int(rate_hz / 25))
    shifted = np.lib.stride_tricks.sliding_window_view(vertical_n, 2 * reach + 1)[::step, ::-1]
    moved, legs = (signal[reach : len(signal) - reach : step] for signal in (acceleration, legs_n))
    known = np.isfinite(moved) & np.isfinite(legs) & np.isfinite(shifted).all(axis=1)
    if known.sum() * step < _LEAST_S * rate_hz:
        return None
    moved, legs, shifted = (signal[known] for signal in (moved, legs, shifted))
    rest = shifted - legs[:, None]
    rest = rest - rest.mean(axis=0)
    moved = moved - moved.mean()
    spread = np.sqrt((rest**2).sum(axis=0) * (moved**2).sum())
    if not spread.all():
        return None  # a pelvis that does not move at all
    agreement = moved @ rest / spread
    best = int(agreement.argmax())
    shift = 0.0
    if 0 < best < len(agreement) - 1:
        before, top, after = agreement[best - 1 : best + 2]
        shift = 0.5 * (before - after) / (before - 2 * top + after)
    return Lag((best + shift - reach) / rate_hz, float(agreement[best]))


def check_synchrony(
    vertical_n: np.ndarray,
    legs_n: np.ndarray,
    height_m: np.ndarray,
    rate_hz: float,
    source: str = "",
) -> list[str]:
    """Refuse a force that was not recorded together with these markers.

    The lag of `force_lag` has to lie between 1 and 10 ms, in every part of the recording. Runners
    differ by 3 to 8 ms, so that only a force 7 ms late or early is certain to be seen, and one of
    4 ms late, or 5 ms early, in half of the recordings.

    Parameters
    ----------
    vertical_n, legs_n, height_m, rate_hz
        As in `force_lag`.
    source : str
        The file, for the error text.

    Returns
    -------
    list of str
        A note if nothing could be compared; else empty.

    Raises
    ------
    DataError
    """
    count = int(np.clip(len(height_m) / rate_hz / _PART_S, 1, _PARTS))
    parts = [
        force_lag(*part, rate_hz)
        for part in zip(
            *(np.array_split(signal, count) for signal in (vertical_n, legs_n, height_m)),
            strict=True,
        )
    ]
    compared = [part for part in parts if part is not None]
    if not compared:
        return ["force and markers were not checked for synchrony: too little to compare"]
    worst = max(compared, key=_badness)
    late = USUAL_LAG_S - worst.lag_s
    if worst.correlation >= LEAST_CORRELATION and abs(late) <= LARGEST_SHIFT_S:
        return []
    fits = worst.correlation >= LEAST_CORRELATION
    raise DataError(
        say(
            source or "forces",
            f"the force is {1000 * abs(late):.0f} ms {'late' if late > 0 else 'early'} against the "
            f"markers (the pelvis follows it with a correlation of {worst.correlation:.2f})"
            if fits
            else "force and markers do not fit: the pelvis does not follow the force (correlation "
            f"{worst.correlation:.2f} at best)",
            f"within {1000 * LARGEST_SHIFT_S:g} ms, and at least {LEAST_CORRELATION}",
            "Are both files of the same trial, complete, started together, and has neither a delay "
            "by a filter? Mend it, or leave the forces out to have angles only.",
        )
    )


def _badness(lag: Lag) -> float:
    """Those that do not fit at all come first, then those that are farthest from the usual lag."""
    apart = abs(lag.lag_s - USUAL_LAG_S)
    return apart if lag.correlation >= LEAST_CORRELATION else 10.0 - lag.correlation

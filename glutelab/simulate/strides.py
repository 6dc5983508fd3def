"""Strides of simulated trials: times, measures, curves, and those a rule dropped."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.schema import STRIDES
from glutelab.simulate.calibration import MEASURES
from glutelab.simulate.curves import angular_measures, stride_curves
from glutelab.simulate.draw import NAMES, Drawn, normal
from glutelab.simulate.truth import Plan

__all__ = ["draw_strides"]

_NOISE = np.array([row[4] for row in MEASURES.values()])
_SIDES = np.array(["left", "right"])
# Rule, value, threshold and reason of dropped strides, as processing has them.
_RULES = (
    ("cluster", 0.022, 0.015, "misfit of the right thigh cluster (m): markers were mixed up"),
    ("toe_off", 2.0, 1.0, "toe-offs within the stride"),
    ("stride_time", 1.9, 1.25, "duration relative to the trial's median: a contact was missed or "
     "doubled"),
)  # fmt: skip


def draw_strides(
    plan: Plan,
    drawn: Drawn,
    trials: pd.DataFrame,
    rng: np.random.Generator,
    *,
    strides_per_side: int,
    bad_strides: float,
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, np.ndarray]]:
    """Strides, ledger and curves of all trials.

    Parameters
    ----------
    plan : Plan
    drawn : Drawn
    trials : DataFrame
        With the columns ``runner, condition`` (places in `drawn`) beside those of the schema.
    rng : numpy.random.Generator
    strides_per_side : int
        Candidates of each trial and side.
    bad_strides : float
        Share of candidates that a rule drops, 0 to 1.

    Returns
    -------
    strides, ledger : DataFrame
    curves : dict of str to ndarray, shape (n_strides, 101)
    """
    count = strides_per_side
    trial = np.repeat(np.arange(len(trials)), 2 * count)
    side = np.tile(np.repeat([0, 1], count), len(trials))
    runner = trials["runner"].to_numpy()[trial]
    values = drawn.measures[runner, trials["condition"].to_numpy()[trial]]
    values = values + (side - 0.5)[:, None] * drawn.sides[runner]
    values = _within_reason(values + _NOISE * normal(rng, (len(trial), len(NAMES))))
    ledger = _ledger(trials, trial, side, values[:, NAMES.index("stride_time_s")], count)
    kept = rng.random(len(trial)) >= bad_strides
    kept[::count] = True  # no side of a trial is lost altogether
    _drop(ledger, kept, rng)
    measures, curves = _measure(
        {name: values[kept, k] for k, name in enumerate(NAMES)},
        trials["speed_m_s"].to_numpy()[trial[kept]],
        drawn.people["leg_length_m"][runner[kept], side[kept]],
        drawn.people["standing_pelvic_tilt_deg"][runner[kept]],
    )
    front = ledger.loc[kept, ["runner_id", "trial_id", "side", "stride", "start_s"]]
    front = front.reset_index(drop=True)
    for place, name in ((2, "speed_m_s"), (3, "slope_pct")):
        front.insert(place, name, trials[name].to_numpy()[trial[kept]])
    return pd.concat([front, pd.DataFrame(measures)], axis=1), ledger, curves


def _within_reason(values: np.ndarray) -> np.ndarray:
    """No stride beyond the plausible range, none without flight, and each foot lands ahead."""
    low, high = np.array([STRIDES[name].plausible for name in NAMES]).T
    edge = 0.01 * (high - low)
    values = np.clip(values, low + edge, high - edge)
    hip, tilt, span, contact, stride, bounce = (
        NAMES.index(name)
        for name in (
            "peak_hip_extension_deg",
            "pelvic_tilt_mean_deg",
            "hip_range_deg",
            "contact_time_s",
            "stride_time_s",
            "vertical_oscillation_leg",
        )
    )
    values[:, stride] = np.minimum(values[:, stride], 0.88)
    values[:, contact] = np.minimum(values[:, contact], values[:, stride] / 2 - 0.002)
    values[:, bounce] = np.maximum(values[:, bounce], 0.045)
    values[:, hip] = np.maximum(values[:, hip], 7.0 - values[:, tilt])
    landing = (values[:, hip] + values[:, tilt] + 5.0) / 0.75  # the thigh ahead at foot strike
    values[:, span] = np.maximum(values[:, span], landing)
    return values


def _ledger(trials, trial, side, duration, count: int) -> pd.DataFrame:
    """Candidates one after the other; the right foot comes half a stride after the left."""
    ends = np.cumsum(duration.reshape(-1, count), axis=1).ravel()
    start = ends - duration + np.where(side == 1, 0.5 * duration.mean(), 0.0)
    return pd.DataFrame(
        {
            "trial_id": trials["trial_id"].to_numpy()[trial],
            "runner_id": trials["runner_id"].to_numpy()[trial],
            "side": _SIDES[side],
            "stride": np.arange(len(trial)) % count + 1,
            "start_s": np.round(start, 4),
            "end_s": np.round(start + duration, 4),
        }
    )


def _drop(ledger: pd.DataFrame, kept: np.ndarray, rng: np.random.Generator) -> None:
    """Enter in the ledger which rule dropped what, in place."""
    which = np.where(kept, -1, rng.integers(0, len(_RULES), len(kept)))
    ledger["kept"] = kept
    for k, name in enumerate(("rule", "value", "threshold", "reason")):
        empty = None if name in ("rule", "reason") else np.nan
        ledger[name] = pd.Series(
            [_RULES[w][k] if w >= 0 else empty for w in which],
            dtype="str" if empty is None else "float64",
        )


def _measure(
    value: dict[str, np.ndarray], speed: np.ndarray, leg: np.ndarray, standing: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """All measures of kept strides, consistent among themselves, and their curves."""
    stride, contact = value["stride_time_s"], value["contact_time_s"]
    toe_off = contact / stride
    curves = stride_curves(
        value["peak_hip_extension_deg"],
        value["hip_range_deg"],
        value["pelvic_tilt_mean_deg"],
        value["peak_knee_flexion_swing_deg"],
        toe_off,
    )
    lengths = {name: value[name] for name in NAMES if name.endswith("_leg")}
    measures = {
        **angular_measures(curves, toe_off, standing),
        **{f"{name[:-4]}_m": share * leg for name, share in lengths.items()},
        "behind_ahead_ratio": value["foot_behind_leg"] / value["foot_ahead_leg"],
        "rearward_reach_delay_s": value["rearward_reach_delay_s"],
        "contact_time_s": contact,
        "flight_time_s": stride / 2 - contact,
        "stride_time_s": stride,
        "duty_factor": toe_off,
        "cadence_spm": 120 / stride,
        "stride_length_m": speed * stride,
        "toe_off_pct": 100 * toe_off,
        **lengths,
        "stride_length_leg": speed * stride / leg,
    }
    return measures, curves

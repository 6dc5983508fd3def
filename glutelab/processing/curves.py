"""From curves that were cut and normalized elsewhere to strides, measures and ledger."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from glutelab.errors import DataError, ProblemList, say
from glutelab.kinematics import ANGLE_NAMES
from glutelab.measures import stride_measures
from glutelab.processing.body import check_body
from glutelab.processing.cut import drop_jumps
from glutelab.processing.result import ProcessedTrial, SideStrides, gather_sides
from glutelab.processing.without import NEEDED, drop_unknown, no_toe_off
from glutelab.strides import drop, sample

__all__ = ["process_curves"]

SIDES = ("left", "right")
POINTS = 101


def process_curves(
    curves: Mapping[str, Mapping[str, np.ndarray]],
    *,
    source: str = "",
    toe_off_pct: float | Mapping[str, object] | None = None,
    stride_time_s: Mapping[str, object] | None = None,
    strides: Mapping[str, object] | None = None,
    speed_m_s: float = np.nan,
    height_m: float = np.nan,
    mass_kg: float = np.nan,
    leg_length_m: Mapping[str, float] | None = None,
    standing_pelvic_tilt_deg: float = np.nan,
    event_method: str = "as published",
) -> ProcessedTrial:
    """Strides, measures and ledger of one trial that came as curves over the gait cycle.

    Parameters
    ----------
    curves : dict of str to dict of str to ndarray, shape (n_strides, 101)
        ``curves["right"]["hip_flexion_deg"]``: degrees at 0..100 % of the gait cycle, foot strike
        to foot strike, with this library's signs. A mean curve is one stride.
    source : str
        For error texts.
    toe_off_pct : float, or dict of str to float or array, optional
        Where stance ends, 0..100, by side. Without it what depends on toe-off is left out.
    stride_time_s : dict of str to float or array, optional
        By side; without it there is no time, cadence or stride length.
    strides : dict of str to sequence of int, optional
        Numbers of the strides by side; by default 1, 2 ...
    speed_m_s, height_m, mass_kg, leg_length_m, standing_pelvic_tilt_deg
        As in `process_angles`.
    event_method : str
        Who cut the strides.

    Returns
    -------
    ProcessedTrial
        ``start_s`` and ``end_s`` are NaN: the curves do not say when they were run.

    Raises
    ------
    DataError
        If hip or knee is missing, or speed, height or mass cannot be.
    ProblemList
        All curves that have not 101 points, and all numbers that do not fit.
    """
    source = source or "curves"
    speed_m_s, height_m, mass_kg = check_body(source, speed_m_s, height_m, mass_kg)
    there, notes = _sides(curves, source)
    if toe_off_pct is None:
        notes.append(no_toe_off())
    sides = []
    for side, given in there.items():
        n_strides = len(next(iter(given.values())))
        numbers = {
            "toe_off_pct": _per_stride(toe_off_pct, side, n_strides, source, "toe_off_pct"),
            "stride_time_s": _per_stride(stride_time_s, side, n_strides, source, "stride_time_s"),
        }
        stride = _numbered(strides, side, n_strides, source)
        table = _candidates(side, stride, **numbers)
        for name in NEEDED:
            gone = np.isnan(given[name]).sum(axis=1)
            drop(table, gone > 0, "gap", gone, 0, f"points of 101 without {name}")
        drop_jumps(table, given["hip_flexion_deg"])
        kept = (table["rule"] == "").to_numpy()
        table["kept"] = kept
        times = table[kept].reset_index(drop=True)
        here = {name: values[kept] for name, values in given.items()}
        for name, values in here.items():
            partly = np.isnan(values).any(axis=1)
            if partly.any():
                values[partly] = np.nan
                notes.append(f"{partly.sum()} {side} strides have no {name}: points are missing")
        timed = times.assign(start_s=0.0, end_s=times["stride_time_s"])
        timed["toe_off_s"] = timed["toe_off_pct"] / 100 * timed["end_s"]
        measures = stride_measures(
            here,
            _at(here, times["toe_off_pct"].to_numpy()),
            timed,
            speed_m_s=speed_m_s,
            leg_length_m=(leg_length_m or {}).get(side, np.nan),
            standing_pelvic_tilt_deg=standing_pelvic_tilt_deg,
            height_m=height_m,
            mass_kg=mass_kg,
        )
        if not kept.any():
            notes.append(f"no {side} stride was kept")
        sides.append(SideStrides(table, times, here, measures))
    names = [name for name in ANGLE_NAMES if any(name in one for one in there.values())]
    rows, ledger, kept_curves = gather_sides(sides, names)
    return ProcessedTrial(drop_unknown(rows), ledger, kept_curves, event_method, np.nan, notes)


def _sides(curves, source: str) -> tuple[dict[str, dict[str, np.ndarray]], list[str]]:
    """Curves by side as arrays, checked; what is not used is said."""
    there, notes, problems = {}, [], []
    unknown = sorted(set(curves) - set(SIDES))
    if unknown:
        found = f"side is {', '.join(map(repr, unknown))}"
        raise DataError(say(source, found, "left or right"))
    for side in SIDES:
        given = curves.get(side, {})
        other = sorted(set(given) - set(ANGLE_NAMES))
        if other:
            notes.append(f"{side}: {', '.join(other)} not used: no angle of this library")
        known = {}
        for name in ANGLE_NAMES:
            if name not in given:
                continue
            values = np.array(given[name], float, ndmin=2)  # a copy: NaN are set in it
            if values.ndim != 2 or values.shape[1] != POINTS:
                found = f"{name} has {values.shape[-1]} points"
                expected = f"{POINTS}, from 0 to 100 % of the gait cycle"
                problems.append(say(f"{source}, {side}", found, expected, "Resample the curves."))
            else:
                known[name] = values
        counts = {name: len(values) for name, values in known.items()}
        if len(set(counts.values())) > 1:
            found = ", ".join(f"{count} of {name}" for name, count in counts.items())
            problems.append(say(f"{source}, {side}", found, "as many strides of every angle"))
        lacking = [name for name in NEEDED if name not in given]
        if not lacking:
            there[side] = known
        elif given:
            notes.append(f"the {side} side is left out: no {', '.join(lacking)}")
    if problems:
        raise ProblemList(source, problems)
    if not there:
        found = "neither side has hip and knee flexion"
        raise DataError(say(source, found, ", ".join(NEEDED), "Map the columns in the recipe."))
    return there, notes


def _per_stride(given, side: str, n_strides: int, source: str, name: str) -> np.ndarray:
    """One number per stride, NaN where it is not known."""
    if given is None:
        return np.full(n_strides, np.nan)
    value = given.get(side, np.nan) if isinstance(given, Mapping) else given
    try:
        values = np.broadcast_to(np.asarray(value, float), n_strides).copy()
    except (TypeError, ValueError) as error:
        found = f"{name} is {value!r}"
        expected = f"a number, or {n_strides}: one per stride"
        raise DataError(say(f"{source}, {side}", found, expected)) from error
    low, high = (5.0, 95.0) if name == "toe_off_pct" else (0.2, 3.0)
    wrong = values[(values < low) | (values > high)]
    if len(wrong):
        hint = "Is it a fraction, or in seconds?" if name == "toe_off_pct" else "Is it in seconds?"
        found = f"{name} is {wrong[0]:g}"
        raise DataError(say(f"{source}, {side}", found, f"{low:g} to {high:g}", hint))
    return values


def _numbered(strides, side: str, n_strides: int, source: str) -> np.ndarray:
    if strides is None or side not in strides:
        return np.arange(1, n_strides + 1)
    numbers = np.asarray(strides[side])
    if len(numbers) != n_strides or len(np.unique(numbers)) != n_strides:
        found = f"{len(np.unique(numbers))} different numbers for {n_strides} strides"
        raise DataError(say(f"{source}, {side}", found, "one number each"))
    return numbers.astype(int)


def _candidates(side: str, stride: np.ndarray, toe_off_pct, stride_time_s) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "side": side,
            "stride": stride,
            "start_s": np.nan,
            "end_s": np.nan,
            "other_strike_s": np.nan,
            "toe_off_pct": toe_off_pct,
            "stride_time_s": stride_time_s,
            "rule": "",
            "value": np.nan,
            "threshold": np.nan,
            "reason": "",
        }
    )


def _at(curves: Mapping[str, np.ndarray], percent: np.ndarray) -> dict[str, np.ndarray]:
    """Values of each stride's curves at its own percent, shape (n_strides,)."""
    if not np.isfinite(percent).any():
        return {name: np.full(len(values), np.nan) for name, values in curves.items()}
    rows = [
        sample(np.array([values[row] for values in curves.values()]), np.array([at]))[:, 0]
        for row, at in enumerate(percent)
    ]
    return dict(zip(curves, np.array(rows).T, strict=True))

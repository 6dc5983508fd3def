"""From the joint angles of one trial, frame by frame, to its strides, curves and ledger."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.errors import DataError, say
from glutelab.frames import AngleFrames
from glutelab.kinematics import ANGLE_NAMES
from glutelab.processing.body import check_body
from glutelab.processing.cut import cut_side, drop_jumps, drop_outside, stated_method
from glutelab.processing.result import ProcessedTrial, gather_sides
from glutelab.processing.without import NEEDED, drop_unknown, no_toe_off
from glutelab.signals import low_pass
from glutelab.strides import cut_strides, drop

__all__ = ["process_angles"]

SIDES = ("left", "right")
ANGLES_ALONE = (
    "events come from angles alone: the contact time of a leg differs from that of force by 8 ms "
    "(standard deviation over legs of runners that were not used for fitting)"
)


def process_angles(
    angles: AngleFrames,
    events: pd.DataFrame,
    *,
    speed_m_s: float = np.nan,
    height_m: float = np.nan,
    mass_kg: float = np.nan,
    leg_length_m: dict[str, float] | None = None,
    standing_pelvic_tilt_deg: float = np.nan,
    cutoff_hz: float | None = None,
) -> ProcessedTrial:
    """Strides, measures and ledger of one trial that came as joint angles.

    Parameters
    ----------
    angles : AngleFrames
        Hip and knee flexion of at least one side, with this library's signs.
    events : DataFrame
        ``event, side, time_s, method``, timed from the first frame of the angles. Without any
        toe-off what depends on it is left out; with one side only the other foot is not asked for.
    speed_m_s, height_m, mass_kg : float
        Of the trial and the runner; NaN leaves out what needs them.
    leg_length_m : dict of str to float, optional
        By side.
    standing_pelvic_tilt_deg : float
        By the same model, in standing.
    cutoff_hz : float, optional
        Zero-lag low-pass. By default the angles are taken as they were exported.

    Returns
    -------
    ProcessedTrial
        With the curves that the file has; where markers would be needed (foot, heel, pelvis
        height) measures are absent. A stride keeps a curve that is not hip or knee only if it is
        whole; else it is all NaN, and counted in the notes.

    Raises
    ------
    DataError
        If hip or knee is missing on both sides, no stride is found, or speed, height or mass
        cannot be.
    """
    source = angles.source or "angles"
    speed_m_s, height_m, mass_kg = check_body(source, speed_m_s, height_m, mass_kg)
    there, notes = _sides(angles, source)
    without, more = _rules(events, there)
    notes = [*angles.notes, *notes, *more]
    candidates = cut_strides(events, without=without)
    candidates = candidates[candidates["side"].isin(there)]
    _check_strides(candidates, there, source, len(angles) / angles.rate_hz)
    names = [name for name in ANGLE_NAMES if any(name in one for one in there.values())]
    sides = []
    for side, signals in there.items():
        if cutoff_hz is not None:
            smooth = low_pass(np.array(list(signals.values())), angles.rate_hz, cutoff_hz)
            signals = dict(zip(signals, smooth, strict=True))
        here = cut_side(
            candidates[candidates["side"] == side],
            signals,
            angles.rate_hz,
            lambda table, cut, signals=signals: _judge(table, cut, signals, angles.rate_hz),
            speed_m_s=speed_m_s,
            leg_length_m=(leg_length_m or {}).get(side, np.nan),
            standing_pelvic_tilt_deg=standing_pelvic_tilt_deg,
            height_m=height_m,
            mass_kg=mass_kg,
        )
        if not here.table["kept"].any():
            notes.append(f"no {side} stride was kept")
        for name, values in here.curves.items():
            partly = np.isnan(values).any(axis=1)
            if partly.any():
                values[partly] = np.nan
                notes.append(f"{partly.sum()} {side} strides have no {name}: frames are missing")
        sides.append(here)
    strides, ledger, curves = gather_sides(sides, names)
    if cutoff_hz is not None:
        notes.append(f"angles low-passed at {cutoff_hz:g} Hz")
    return ProcessedTrial(
        drop_unknown(strides),
        ledger,
        curves,
        stated_method(events),
        len(angles) / angles.rate_hz,
        notes,
    )


def _sides(angles: AngleFrames, source: str) -> tuple[dict[str, dict], list[str]]:
    """Angles by side, of the sides that have hip and knee; what else there is, is said."""
    there, notes = {}, []
    for side in SIDES:
        given = angles.angles_deg.get(side, {})
        known = {
            name: np.asarray(given[name], float)
            for name in ANGLE_NAMES
            if name in given and np.isfinite(given[name]).any()
        }
        other = sorted(set(given) - set(ANGLE_NAMES))
        if other:
            notes.append(f"{side}: {', '.join(other)} not used: no angle of this library")
        lacking = [name for name in NEEDED if name not in known]
        if not lacking:
            there[side] = known
        elif known:
            notes.append(f"the {side} side is left out: no {', '.join(lacking)}")
    if not there:
        found = "neither side has hip and knee flexion"
        raise DataError(say(source, found, ", ".join(NEEDED), "Map the columns in the recipe."))
    return there, notes


def _rules(events: pd.DataFrame, there) -> tuple[list[str], list[str]]:
    """Rules of `cut_strides` that cannot be asked, and why."""
    without, notes = [], []
    if {"event", "side"} <= set(events.columns):
        if not (events["event"] == "toe_off").any():
            without.append("toe_off")
            notes.append(no_toe_off())
        if events["side"].nunique() == 1:
            without.append("other_foot")
            side = events["side"].iloc[0]
            notes.append(f"only events of the {side} foot: flight time is not known")
        if "method" in events and events["method"].str.startswith("angles").any():
            notes.append(ANGLES_ALONE)
    return without, notes


def _check_strides(candidates: pd.DataFrame, there, source: str, duration_s: float) -> None:
    for side in there:
        if not (candidates["side"] == side).any():
            raise DataError(
                say(
                    source,
                    f"no stride of the {side} foot in {duration_s:.1f} s",
                    "two foot strikes or more of each foot",
                    "Are the events of this recording, and its rate right?",
                )
            )


def _judge(table: pd.DataFrame, cut: np.ndarray, signals, rate_hz: float) -> None:
    """Rules for angles: beyond the recording, hip or knee missing, the pelvis lost."""
    n_frames = len(next(iter(signals.values())))
    drop_outside(table, n_frames, rate_hz, "angles")
    order = list(signals)
    for name in NEEDED:
        gone = np.isnan(cut[order.index(name)]).sum(axis=1)
        drop(table, gone > 0, "gap", gone, 0, f"points of 101 without {name}")
    drop_jumps(table, cut[order.index("hip_flexion_deg")])

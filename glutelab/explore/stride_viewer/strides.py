"""The mean stride of one runner: its curves, its toe-off, and where its legs are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pandas as pd

from glutelab.errors import DataError
from glutelab.explore.stride_viewer.body import LEG_PER_HEIGHT, Lengths, leg_points
from glutelab.measures import runner_curves, runner_means
from glutelab.schema.keys import CONDITIONS

__all__ = ["HIP", "SHOWN", "THIGH", "TILT", "MeanStride", "StrideReader", "segments"]

HIP, THIGH, TILT = SHOWN = ("hip_flexion_deg", "thigh_angle_deg", "pelvic_tilt_deg")
SHANK, FOOT = "shank_angle_deg", "foot_angle_deg"
KNEE, ANKLE = "knee_flexion_deg", "ankle_dorsiflexion_deg"
USED = (HIP, THIGH, TILT, SHANK, FOOT, KNEE, ANKLE)
OTHER = {"right": "left", "left": "right"}
USUAL_HEIGHT_M = 1.75  # of a drawing, where nothing is stated
_HALF = (np.arange(101) + 50) % 100


@dataclass(frozen=True)
class MeanStride:
    """What is drawn of one runner under one condition.

    Attributes
    ----------
    runner_id, side : str
    speed_m_s : float or None
    curves : mapping of str to ndarray, shape (101,)
        What was measured of this side, degrees.
    other : mapping of str to ndarray
        The same of the other side, at its own percent; of this side if there is no other.
    one_sided : bool
        Whether there is no other side.
    toe_off_pct : float
        NaN if it was not recorded.
    n_strides : int
    lengths : Lengths
    scaled_by : {"leg length", "height", ""}
    """

    runner_id: str
    side: str
    speed_m_s: float | None
    curves: Mapping[str, np.ndarray]
    other: Mapping[str, np.ndarray]
    one_sided: bool
    toe_off_pct: float
    n_strides: int
    lengths: Lengths
    scaled_by: str

    @property
    def name(self) -> str:
        """Runner and speed."""
        at = "" if self.speed_m_s is None else f" at {self.speed_m_s:.4g} m/s"
        return f"{self.runner_id}{at}"

    @property
    def upright(self) -> bool:
        """Whether it is known where the vertical is."""
        return segments(self.curves, True)[0] is not None

    def value(self, name: str, at_pct: float) -> float:
        """A curve at a percent, linear between points; NaN without such a curve."""
        if name not in self.curves or not np.isfinite(at_pct):
            return float("nan")
        return float(np.interp(at_pct, np.arange(101), self.curves[name]))

    def legs(self, upright: bool) -> tuple[np.ndarray, np.ndarray] | None:
        """The leg of this side, and the other half a stride away, at each percent.

        Parameters
        ----------
        upright : bool
            Against the vertical; else against the pelvis, as if that were level.

        Returns
        -------
        pair of ndarray, shape (101, 6, 2), or None
            None if neither thigh nor hip was measured.
        """
        found = [segments(curves, upright) for curves in (self.curves, self.other)]
        if any(thigh is None for thigh, _, _ in found):
            return None
        here, there = (leg_points(*angles, self.lengths) for angles in found)
        return here, there[_HALF]


def segments(curves: Mapping[str, np.ndarray], upright: bool) -> tuple:
    """Angles of thigh, shank and foot; None for what is not known.

    An angle that was not measured follows from those that were: knee flexion = thigh + shank, ankle
    dorsiflexion = shank + foot, hip flexion = thigh + pelvic tilt.
    """
    joint = {name: curves.get(name) for name in (HIP, KNEE, ANKLE)}
    segment = {name: curves.get(name) if upright else None for name in (THIGH, SHANK, FOOT)}
    thigh = segment[THIGH]
    if thigh is None and joint[HIP] is not None:
        if not upright:
            thigh = joint[HIP]
        elif TILT in curves:
            thigh = joint[HIP] - curves[TILT]
    shank = segment[SHANK]
    if shank is None and thigh is not None and joint[KNEE] is not None:
        shank = joint[KNEE] - thigh
    foot = segment[FOOT]
    if foot is None and shank is not None and joint[ANKLE] is not None:
        foot = joint[ANKLE] - shank
    return thigh, shank, foot


class StrideReader:
    """Mean strides of a cohort, each read once.

    Parameters
    ----------
    cohort : Cohort
    """

    def __init__(self, cohort):
        self.cohort = cohort
        self.variables = [name for name in USED if name in cohort.curve_variables]
        self._tables: dict[str, tuple[pd.DataFrame, dict]] = {}

    def has_read(self, runner_id: str) -> bool:
        """Whether this runner costs no time any more."""
        return runner_id in self._tables

    def read(
        self, runner_id: str, conditions: Mapping[str, object], side: str, say: Callable
    ) -> MeanStride:
        """The mean stride of a runner.

        Parameters
        ----------
        runner_id : str
        conditions : mapping
            Speed, slope, shoe and session; None where the cohort names none.
        side : {"right", "left"}
        say : callable
            Is told, in words, what takes time.

        Raises
        ------
        DataError
            If the file of curves is not what it should be.
        """
        if runner_id not in self._tables:
            self._tables[runner_id] = self._read_runner(runner_id, say)
        means, curves = self._tables[runner_id]
        row = means[_rows(means, conditions) & (means["side"] == side)]
        if row.empty:
            raise DataError(f"{runner_id} has no strides of the {side} side under this condition.")
        row = row.iloc[0]
        here = _curves(curves, conditions, side)
        there = _curves(curves, conditions, OTHER[side])
        if set(there) != set(here):
            there = {}
        lengths, by = _lengths(row)
        return MeanStride(
            runner_id=runner_id,
            side=side,
            speed_m_s=conditions.get("speed_m_s"),
            curves=here,
            other=there or here,
            one_sided=not there,
            toe_off_pct=float(row.get("toe_off_pct", np.nan)),
            n_strides=int(row["n_strides"]),
            lengths=lengths,
            scaled_by=by,
        )

    def _read_runner(self, runner_id: str, say: Callable) -> tuple[pd.DataFrame, dict]:
        part = _part(self.cohort, runner_id)
        sides = [side for side in OTHER if (part.strides["side"] == side).any()]
        curves = {}
        for k, name in enumerate(self.variables):
            say(f"Reading the curves of {runner_id}, {k + 1} of {len(self.variables)} …")
            for side in sides:
                curves[name, side] = runner_curves(part, name, side=side)
        return runner_means(part), curves


def _part(cohort, runner_id: str) -> SimpleNamespace:
    """A cohort of this runner alone: what makes means of it need not see the others."""
    names = ("runners", "trials", "legs", "strides")
    tables = {name: getattr(cohort, name) for name in names}
    tables = {name: one[one["runner_id"] == runner_id] for name, one in tables.items()}
    return SimpleNamespace(
        **tables,
        ledger=cohort.ledger.iloc[:0],
        name=cohort.name,
        simulated=cohort.simulated,
        curves=lambda variable: cohort.curves(variable, runner_ids=[runner_id]),
    )


def _rows(table: pd.DataFrame, conditions: Mapping[str, object]) -> np.ndarray:
    keep = np.ones(len(table), bool)
    for name in CONDITIONS:
        if name in table:
            value = conditions.get(name)
            keep &= (table[name].isna() if value is None else table[name] == value).to_numpy(bool)
    return keep


def _curves(curves: dict, conditions: Mapping[str, object], side: str) -> dict[str, np.ndarray]:
    found = {}
    for (name, one), table in curves.items():
        if one == side:
            values = table.to_numpy(float)[_rows(table.index.to_frame(index=False), conditions)]
            if len(values) and np.isfinite(values[0]).all():
                found[name] = values[0]
    return found


def _lengths(row: pd.Series) -> tuple[Lengths, str]:
    leg, height = row.get("leg_length_m", np.nan), row.get("height_m", np.nan)
    if np.isfinite(leg):
        return Lengths.of_leg(float(leg)), "leg length"
    if np.isfinite(height):
        return Lengths.of_leg(LEG_PER_HEIGHT * float(height)), "height"
    return Lengths.of_leg(LEG_PER_HEIGHT * USUAL_HEIGHT_M), ""

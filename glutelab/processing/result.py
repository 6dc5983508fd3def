"""What one trial becomes, whatever it came as; and how its sides are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from glutelab.kinetics import VERDICT_COLUMNS

__all__ = ["ProcessedTrial", "SideStrides", "gather_sides"]


@dataclass(frozen=True)
class ProcessedTrial:
    """What one trial becomes.

    Attributes
    ----------
    strides : DataFrame
        One row per kept stride: ``side, stride, start_s`` and the measures.
    ledger : DataFrame
        One row per candidate stride: kept or dropped, by which rule, value and threshold. With
        forces also ``kinetics_rule, kinetics_value, kinetics_threshold, kinetics_reason``: why a
        stride that is kept has no kinetics.
    curves : dict of str to ndarray, shape (n_kept, 101), float32
        In the order of `strides`; moments and powers are all NaN where a stride has none.
    event_method : str
        How foot strike and toe-off were found.
    duration_s : float
        Length of the recording; NaN for curves that were normalized elsewhere.
    notes : list of str
        What a reader should know: what was put right, what was missing.
    kinetics_method : str
        Inertia, filter and axes of the moments; empty without forces.
    """

    strides: pd.DataFrame
    ledger: pd.DataFrame
    curves: dict[str, np.ndarray]
    event_method: str
    duration_s: float
    notes: list[str]
    kinetics_method: str = ""


@dataclass
class SideStrides:
    """One side of a trial on its way.

    Attributes
    ----------
    table : DataFrame
        Candidates, with ``kept`` and the verdict of the rules.
    times : DataFrame
        Rows of `table` that are kept.
    curves : dict of str to ndarray, shape (n_kept, 101)
    measures : DataFrame
    """

    table: pd.DataFrame
    times: pd.DataFrame
    curves: dict[str, np.ndarray]
    measures: pd.DataFrame


def gather_sides(
    sides: Sequence[SideStrides], names: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, np.ndarray]]:
    """Strides, ledger and curves of all sides, one below the other.

    Parameters
    ----------
    sides : sequence of SideStrides
    names : sequence of str
        Curves that are kept; NaN for a side that has not got one.

    Returns
    -------
    strides, ledger : DataFrame
    curves : dict of str to ndarray
    """
    strides = [
        pd.concat([side.times[["side", "stride", "start_s"]], side.measures], axis=1)
        for side in sides
    ]
    columns = ["side", "stride", "start_s", "end_s", "kept", *VERDICT_COLUMNS]
    curves = {
        name: np.concatenate([_curve(side, name).astype(np.float32) for side in sides])
        for name in names
    }
    ledger = pd.concat([side.table for side in sides], ignore_index=True)[columns]
    return pd.concat(strides, ignore_index=True), ledger, curves


def _curve(side: SideStrides, name: str) -> np.ndarray:
    if name in side.curves:
        return side.curves[name]
    points = next(iter(side.curves.values())).shape[1]
    return np.full((len(side.times), points), np.nan)

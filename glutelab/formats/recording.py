"""What a reader takes out of a file, in the file's own names, units and axes.

Nothing is turned or scaled here: which way is forward, which column is hip flexion and which sign
it has is said by the cohort's recipe, and checked, in `glutelab.intake`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["Channels", "Plate", "Points", "Recording"]


@dataclass(frozen=True)
class Points:
    """Markers, and other points, of one file.

    Attributes
    ----------
    names : tuple of str
        As in the file, each once; a marker without a name is ``unnamed_7`` (its place).
    positions : ndarray, shape (n_frames, n_points, 3), float64
        NaN where a marker was not seen.
    unit : str
        ``mm``, ``cm``, ``m``, or empty: the file does not say.
    rate_hz : float
        NaN if the file does not say.
    """

    names: tuple[str, ...]
    positions: np.ndarray
    unit: str
    rate_hz: float


@dataclass(frozen=True)
class Channels:
    """Columns of numbers that share one clock: joint angles, or curves over the gait cycle.

    Attributes
    ----------
    names : tuple of str
        As in the file; components are written ``LHipAngles.X``. A name may come again for another
        stride or trial of the same file.
    values : ndarray, shape (n_rows, n_channels), float64
        NaN where there is no value.
    units : tuple of str
        ``deg``, ``rad``, ``mm``, ``m``, ``N`` ..., empty where the file does not say.
    rate_hz : float
        NaN if the file does not say, and for curves over the gait cycle.
    normalized : bool
        Whether rows are 0..100 % of the gait cycle, not frames.
    trials : tuple of str
        Per column the file it was exported from, where one export holds several; else empty.
    """

    names: tuple[str, ...]
    values: np.ndarray
    units: tuple[str, ...]
    rate_hz: float
    normalized: bool = False
    trials: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plate:
    """One force plate, or one belt.

    Attributes
    ----------
    name : str
        As in the file; ``plate_1`` where it has none.
    force : ndarray, shape (n_samples, 3)
        On the runner, in `force_unit` and the axes of the file.
    cop : ndarray, shape (n_samples, 3)
        Center of pressure in `length_unit`; NaN where there is none.
    rate_hz : float
    force_unit, length_unit : str
        Empty if the file does not say.
    side : str
        ``left`` or ``right`` where the file says under which foot; else empty.
    """

    name: str
    force: np.ndarray
    cop: np.ndarray
    rate_hz: float
    force_unit: str = "N"
    length_unit: str = ""
    side: str = ""


@dataclass(frozen=True)
class Recording:
    """Everything a cohort can use of one file; header fields that name a person are not read.

    Attributes
    ----------
    source : str
        The file's name, for error texts.
    family : str
        ``c3d``, ``trc``, ``opensim``, ``visual3d``, ``qualisys``, ``running_injury_clinic`` or
        ``plain``.
    points, channels : Points, Channels or None
    plates : tuple of Plate
    events : DataFrame or None
        ``event`` (foot_strike, toe_off), ``side``, ``time_s`` from the first frame of the file.
    about : dict of str to str
        What the header says of the measurement: software, axes, rates. No person.
    notes : tuple of str
        What a reader should know: what was left out, what was made of odd entries.
    """

    source: str
    family: str
    points: Points | None = None
    channels: Channels | None = None
    plates: tuple[Plate, ...] = ()
    events: pd.DataFrame | None = None
    about: dict[str, str] | None = None
    notes: tuple[str, ...] = ()

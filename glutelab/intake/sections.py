"""The sections of ``recipe.toml``: every key, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = [
    "AXES",
    "EVENT_SOURCES",
    "FORCE_COLUMNS",
    "STARTS",
    "AngleColumn",
    "Angles",
    "Checks",
    "CohortSection",
    "CurveTable",
    "EventSection",
    "Forces",
    "Markers",
    "Sheet",
    "Trials",
]

STARTS = ("markers", "angles", "curves", "runners")
EVENT_SOURCES = ("auto", "forces", "markers", "file", "angles", "table")
FORCE_COLUMNS = ("fx", "fy", "fz", "copx", "copy", "copz")
AXES = ("+X", "-X", "+Y", "-Y", "+Z", "-Z")


@dataclass(frozen=True)
class CohortSection:
    """``[cohort]``: what the cohort is called, and from what it starts.

    Attributes
    ----------
    name : str
        Lower-case letters, digits, ``-``, ``_`` and ``.``.
    start : {"markers", "angles", "curves", "runners"}
        Marker positions; joint angles frame by frame; curves over the gait cycle; or tables alone.
    title, laboratory, source, doi, license : str
    simulated : bool
        Whether a program made the numbers.
    """

    name: str
    start: str
    title: str = ""
    laboratory: str = ""
    source: str = ""
    doi: str = ""
    license: str = ""
    simulated: bool = False


@dataclass(frozen=True)
class Sheet:
    """``[runners]``: a table of people, or the table of a ``[trials]`` section.

    Attributes
    ----------
    file : str
        Within the folder: CSV, Excel or Parquet.
    sheet : str
        Of an Excel workbook; empty takes the first that holds a table.
    columns : dict of str to (str or dict)
        Our column to theirs; ``{left = "L Thomas", right = "R Thomas"}`` for a measure of a leg.
    units : dict of str to str
        Our column to the unit theirs is in, where it is not ours: ``height_m = "cm"``.
    words : dict of str to dict
        Our column to their words and ours: ``level = {Elite = "elite", club = "competitive"}``.
    """

    file: str = ""
    sheet: str = ""
    columns: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Trials:
    """``[trials]``: which recordings there are.

    Attributes
    ----------
    recordings : str
        Files by pattern, ``raw/{runner_id}_T{speed}.c3d``; a ``*`` stands for anything, and
        ``{runner_id} {speed} {trial} {session} {shoe} {side} {stride}`` for what they say. Other
        patterns of this section take their values from it, or from the table of trials.
    standing, forces, events : str
        The runner's standing trial, forces and events, where they are in files of their own.
    speeds : dict of str to float
        The word a file name or table of curves has for a speed, and the speed in m/s:
        ``T25 = 2.5``. In a table of trials: ``words.speed_m_s = {fast = "3.5"}``.
    sheet : Sheet
        A table of trials (``file``, ``sheet``, ``columns``, ``units``, ``words``), for what file
        names do not say: speed, slope, shoe, cost. Its column ``recording`` may name the file.
    speed_m_s, slope_pct : float or None
    surface, shoe : str
        The same for all trials.
    """

    recordings: str = ""
    standing: str = ""
    forces: str = ""
    events: str = ""
    speeds: Mapping[str, float] = field(default_factory=dict)
    sheet: Sheet = field(default_factory=Sheet)
    speed_m_s: float | None = None
    slope_pct: float | None = None
    surface: str = ""
    shoe: str = ""


@dataclass(frozen=True)
class Markers:
    """``[markers]``: unit, axes and names of the markers.

    Attributes
    ----------
    unit : {"mm", "cm", "m", ""}
        Empty takes what the file says.
    rate_hz : float or None
        Where the file does not say.
    forward, up : str
        The axis of the file that points the way the runner faces, and up: ``+X``, ``-Z`` ...
    names : dict of str to str
        Our marker to theirs.
    clusters : dict of str to list of str
        Segment (pelvis, thigh, shank, foot) to our names, without side, of the markers that track
        it, three or more each.
    hip_centers : {"regression", "given"}
        From the distance between the ASIS; or the markers ``right_hip_center``,
        ``left_hip_center`` of the file.
    """

    unit: str = ""
    rate_hz: float | None = None
    forward: str = "+X"
    up: str = "+Y"
    names: Mapping[str, str] = field(default_factory=dict)
    clusters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hip_centers: str = "regression"


@dataclass(frozen=True)
class Forces:
    """``[forces]``: what files of forces do not say of themselves; their axes are the markers'.

    Attributes
    ----------
    rate_hz : float or None
        Samples per second, where the file does not say.
    unit : {"mm", "cm", "m", ""}
        Of the center of pressure. Empty takes what the file says, else the unit of the markers.
    columns : dict of str to str
        ``fx fy fz copx copy copz``, newtons acting on the runner, to their columns; needed only
        where theirs are not called so.
    """

    rate_hz: float | None = None
    unit: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AngleColumn:
    """One angle of the export, and what makes it ours: ours = factor times theirs plus offset."""

    column: str
    factor: float = 1.0
    offset_deg: float = 0.0


@dataclass(frozen=True)
class CurveTable:
    """Columns of a long table of curves: who, which leg, which stride, which percent."""

    runner_id: str = ""
    trial_id: str = ""
    speed_m_s: str = ""
    side: str = ""
    stride: str = ""
    percent: str = ""


@dataclass(frozen=True)
class Angles:
    """``[angles]``: joint angles, frame by frame or over the gait cycle.

    Attributes
    ----------
    preset : str
        Signs and names of a program: ``plug_in_gait``, ``visual3d``, ``opensim`` ...
    variant : str
        Where models of that program differ in sign.
    unit : {"deg", "rad", ""}
        Empty takes what the file says.
    rate_hz : float or None
        Where the file does not say.
    columns : dict of str to dict
        Side to our variable to an `AngleColumn`; added to, and before, those of the preset.
    table : CurveTable
        Where one file holds the curves of many runners.
    toe_off_pct : float or None
        Where stance ends in curves over the gait cycle, if that is known; duty factor and hip at
        toe-off are taken from it. Without it, what depends on toe-off is left out.
    """

    preset: str = ""
    variant: str = ""
    unit: str = ""
    rate_hz: float | None = None
    columns: Mapping[str, Mapping[str, AngleColumn]] = field(default_factory=dict)
    table: CurveTable = field(default_factory=CurveTable)
    toe_off_pct: float | None = None


@dataclass(frozen=True)
class EventSection:
    """``[events]``: where foot strike and toe-off come from.

    Attributes
    ----------
    source : {"auto", "forces", "markers", "file", "angles", "table"}
        ``auto`` takes forces where there are any, else markers; for joint angles the files of
        ``trials.events``, then the file's own events, else the angles themselves. ``table`` reads
        the files of ``trials.events``.
    forces : bool
        Whether moments and powers are calculated where forces were recorded.
    """

    source: str = "auto"
    forces: bool = False


@dataclass(frozen=True)
class Checks:
    """``[checks]``: findings that were looked at and are right as they are.

    Attributes
    ----------
    accept : tuple of str
        The code in square brackets at the end of a finding: ``"walking"`` in all trials,
        ``"walking: R07_*"`` in some, ``"sign: ankle_dorsiflexion_deg"`` of one variable;
        ``"sprint"``: speeds above 7.5 m/s. They become notes of the trial instead of stopping the
        import, and stand in the description of the cohort.
    """

    accept: tuple[str, ...] = ()

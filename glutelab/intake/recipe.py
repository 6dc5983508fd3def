"""``recipe.toml``: what glutelab has to be told about a folder of exports.

Every key, with its meaning, stands in the classes below; the file has the same sections.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from glutelab.errors import DataError, ProblemList, say
from glutelab.intake.parse import Reader

__all__ = [
    "FILE_NAME",
    "AngleColumn",
    "Angles",
    "CohortSection",
    "CurveTable",
    "EventSection",
    "Markers",
    "Recipe",
    "Sheet",
    "Trials",
    "parse_recipe",
    "read_recipe",
]

FILE_NAME = "recipe.toml"
LARGEST_BYTES = 2_000_000
STARTS = ("markers", "angles", "curves", "runners")
EVENT_SOURCES = ("auto", "forces", "markers", "file", "angles", "table")
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
        The word a file name or table has for a speed, and the speed in m/s: ``T25 = 2.5``.
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
    unit : {"mm", "cm", "m"}
    forward, up : str
        The axis of the file that points the way the runner faces, and up: ``+X``, ``-Z`` ...
    names : dict of str to str
        Our marker to theirs.
    clusters : dict of str to list of str
        Segment (pelvis, thigh, shank, foot) to our names of the markers that track it.
    """

    unit: str = "mm"
    forward: str = "+X"
    up: str = "+Y"
    names: Mapping[str, str] = field(default_factory=dict)
    clusters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


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
    unit : {"deg", "rad", ""}
        Empty takes what the file says.
    rate_hz : float or None
        Where the file does not say.
    columns : dict of str to dict
        Side to our variable to an `AngleColumn`; added to, and before, those of the preset.
    table : CurveTable
        Where one file holds the curves of many runners.
    toe_off_pct : float or None
        Where no events are known: a percentage that is surely in swing, before the knee's peak.
    """

    preset: str = ""
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
        ``auto`` takes forces where there are any, then the file's own events, then markers or
        angles. ``table`` reads the files of ``trials.events``.
    forces : bool
        Whether moments and powers are calculated where forces were recorded.
    """

    source: str = "auto"
    forces: bool = False


@dataclass(frozen=True)
class Recipe:
    """The whole of ``recipe.toml``.

    Attributes
    ----------
    folder : Path
    cohort, runners, trials, markers, angles, events
        One per section.
    """

    folder: Path
    cohort: CohortSection
    runners: Sheet
    trials: Trials
    markers: Markers
    angles: Angles
    events: EventSection


def read_recipe(folder: str | Path) -> Recipe:
    """Read and check the recipe of a folder.

    Parameters
    ----------
    folder : path

    Returns
    -------
    Recipe

    Raises
    ------
    ProblemList
        Everything that is wrong in the file, one sentence each.
    """
    where, folder = str(folder), Path(folder)
    path = folder / FILE_NAME
    if not folder.is_dir():
        raise ProblemList(where, [say(where, "there is no such folder", "a folder of exports")])
    if not path.is_file():
        remedy = f"'glutelab new {where}' looks at the folder and drafts it."
        raise ProblemList(where, [say(FILE_NAME, "the file is missing", "", remedy)])
    try:
        return parse_recipe(_text(path), folder)
    except DataError as error:
        problems = error.problems if isinstance(error, ProblemList) else [str(error)]
        raise ProblemList(where, problems) from error


def _text(path: Path) -> str:
    if path.stat().st_size > LARGEST_BYTES:
        found = f"the file has {path.stat().st_size:,} bytes"
        raise DataError(say(FILE_NAME, found, f"at most {LARGEST_BYTES:,}", "Is it a recipe?"))
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise DataError(say(FILE_NAME, "the text is not UTF-8", "", "Save it as UTF-8.")) from error


def parse_recipe(text: str, folder: Path) -> Recipe:
    """A recipe from its text.

    Parameters
    ----------
    text : str
        TOML.
    folder : Path
        The folder it describes.

    Returns
    -------
    Recipe

    Raises
    ------
    ProblemList
        Everything that is wrong, one sentence each.
    """
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "nested too deeply"
        remedy = 'Text stands in quotation marks: name = "my-lab".'
        raise ProblemList(str(folder), [say(FILE_NAME, reason, "TOML", remedy)]) from error
    reader = Reader(content, FILE_NAME)
    recipe = Recipe(
        folder,
        _cohort(reader.section("cohort")),
        _sheet(reader.section("runners")),
        _trials(reader.section("trials")),
        _markers(reader.section("markers")),
        _angles(reader.section("angles")),
        _events(reader.section("events")),
    )
    reader.close()
    problems = reader.problems or list(_contradictions(recipe))
    if problems:
        raise ProblemList(str(folder), problems)
    return recipe


def _cohort(part: Reader) -> CohortSection:
    name = part.text("name", required=True)
    if name and not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", name):
        part.fault("name", f"is {name!r}", "lower-case letters, digits, '-', '_' and '.'")
    return CohortSection(
        name=name,
        start=part.text("start", among=STARTS, required=True),
        title=part.text("title"),
        laboratory=part.text("laboratory"),
        source=part.text("source"),
        doi=part.text("doi"),
        license=part.text("license"),
        simulated=part.truth("simulated"),
    )


def _sheet(part: Reader) -> Sheet:
    return Sheet(
        file=part.text("file"),
        sheet=part.text("sheet"),
        columns=part.columns("columns"),
        units=part.texts("units"),
        words={name: part.section("words").texts(name) for name in part.section("words").entries()},
    )


def _trials(part: Reader) -> Trials:
    return Trials(
        recordings=part.text("recordings"),
        standing=part.text("standing"),
        forces=part.text("forces"),
        events=part.text("events"),
        speeds=part.numbers("speeds"),
        sheet=_sheet(part),
        speed_m_s=part.number("speed_m_s"),
        slope_pct=part.number("slope_pct"),
        surface=part.text("surface"),
        shoe=part.text("shoe"),
    )


def _markers(part: Reader) -> Markers:
    clusters = part.section("clusters")
    return Markers(
        unit=part.text("unit", "mm", among=("mm", "cm", "m")),
        forward=part.text("forward", "+X", among=AXES),
        up=part.text("up", "+Y", among=AXES),
        names=part.texts("names"),
        clusters={name: clusters.words(name) for name in clusters.entries()},
    )


def _angles(part: Reader) -> Angles:
    columns = part.section("columns")
    table = part.section("table")
    return Angles(
        preset=part.text("preset"),
        unit=part.text("unit", among=("", "deg", "rad")),
        rate_hz=part.number("rate_hz"),
        columns={
            side: {
                name: _angle_column(columns.section(side), name)
                for name in columns.section(side).entries()
            }
            for side in columns.entries(among=("left", "right"))
        },
        table=CurveTable(
            **{
                name: table.text(name)
                for name in ("runner_id", "trial_id", "speed_m_s", "side", "stride", "percent")
            }
        ),
        toe_off_pct=part.number("toe_off_pct"),
    )


def _angle_column(part: Reader, name: str) -> AngleColumn:
    if part.is_text(name):
        return AngleColumn(part.text(name))
    entry = part.section(name)
    return AngleColumn(
        entry.text("column", required=True),
        entry.number("factor", 1.0),
        entry.number("offset_deg", 0.0),
    )


def _events(part: Reader) -> EventSection:
    return EventSection(
        source=part.text("source", "auto", among=EVENT_SOURCES), forces=part.truth("forces")
    )


def _contradictions(recipe: Recipe):
    """What each section allows, but not together."""
    start, trials = recipe.cohort.start, recipe.trials
    if not recipe.runners.file:
        remedy = 'Name the table of runners: file = "runners.xlsx".'
        yield say(f"{FILE_NAME}, [runners]", "file is empty", "", remedy)
    if "runner_id" not in recipe.runners.columns:
        remedy = 'Say which column names the runner: columns = { runner_id = "Code" }.'
        yield say(f"{FILE_NAME}, [runners]", "columns has no runner_id", "", remedy)
    if not trials.recordings and not trials.sheet.file:
        remedy = 'For example recordings = "raw/{runner_id}_T{speed}.c3d".'
        yield say(f"{FILE_NAME}, [trials]", "neither recordings nor file is given", "", remedy)
    if start == "markers" and not recipe.markers.names:
        remedy = 'For example right_asis = "RASI".'
        yield say(f"{FILE_NAME}, [markers.names]", "no marker is named", "", remedy)
    if start == "markers" and recipe.markers.forward[1] == recipe.markers.up[1]:
        found = f"forward is {recipe.markers.forward} and up is {recipe.markers.up}"
        yield say(f"{FILE_NAME}, [markers]", found, "two different axes")
    if start in ("angles", "curves") and not (recipe.angles.preset or recipe.angles.columns):
        remedy = 'For example preset = "visual3d", or columns of your own.'
        yield say(f"{FILE_NAME}, [angles]", "neither preset nor columns is given", "", remedy)
    if recipe.events.source == "table" and not trials.events:
        yield say(f"{FILE_NAME}, [events]", "source is 'table', but trials.events is empty")

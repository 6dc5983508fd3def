"""``recipe.toml``: what glutelab has to be told about a folder of exports.

Every key, with its meaning, stands in `glutelab.intake.sections`; the file has the same sections.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from glutelab.errors import DataError, ProblemList, say
from glutelab.intake.parse import Reader
from glutelab.intake.sections import (
    AXES,
    EVENT_SOURCES,
    FORCE_COLUMNS,
    STARTS,
    AngleColumn,
    Angles,
    Checks,
    CohortSection,
    CurveTable,
    EventSection,
    Forces,
    Markers,
    Sheet,
    Trials,
)

__all__ = [
    "FILE_NAME",
    "AngleColumn",
    "Angles",
    "Checks",
    "CohortSection",
    "CurveTable",
    "EventSection",
    "Forces",
    "Markers",
    "Recipe",
    "Sheet",
    "Trials",
    "parse_recipe",
    "read_recipe",
]

FILE_NAME = "recipe.toml"
LARGEST_BYTES = 2_000_000


@dataclass(frozen=True)
class Recipe:
    """The whole of ``recipe.toml``.

    Attributes
    ----------
    folder : Path
    cohort, runners, trials, markers, forces, angles, events, checks
        One per section.
    """

    folder: Path
    cohort: CohortSection
    runners: Sheet
    trials: Trials
    markers: Markers
    forces: Forces
    angles: Angles
    events: EventSection
    checks: Checks


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
    except (ValueError, RecursionError) as error:
        reason = (
            "nested too deeply" if isinstance(error, RecursionError) else "a number is too long"
        )
        reason = str(error) if isinstance(error, tomllib.TOMLDecodeError) else reason
        remedy = 'Text stands in quotation marks: name = "my-lab".'
        raise ProblemList(str(folder), [say(FILE_NAME, reason, "TOML", remedy)]) from error
    reader = Reader(content, FILE_NAME)
    recipe = Recipe(
        folder,
        _cohort(reader.section("cohort")),
        _sheet(reader.section("runners")),
        _trials(reader.section("trials")),
        _markers(reader.section("markers")),
        _forces(reader.section("forces")),
        _angles(reader.section("angles")),
        _events(reader.section("events")),
        Checks(reader.section("checks").words("accept")),
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
        unit=part.text("unit", among=("", "mm", "cm", "m")),
        rate_hz=part.number("rate_hz"),
        forward=part.text("forward", "+X", among=AXES),
        up=part.text("up", "+Y", among=AXES),
        names=part.texts("names"),
        clusters={name: clusters.words(name) for name in clusters.entries()},
        hip_centers=part.text("hip_centers", "regression", among=("regression", "given")),
    )


def _forces(part: Reader) -> Forces:
    columns = part.section("columns")
    return Forces(
        rate_hz=part.number("rate_hz"),
        unit=part.text("unit", among=("", "mm", "cm", "m")),
        columns={name: columns.text(name) for name in columns.entries(among=FORCE_COLUMNS)},
    )


def _angles(part: Reader) -> Angles:
    columns = part.section("columns")
    table = part.section("table")
    return Angles(
        preset=part.text("preset"),
        variant=part.text("variant"),
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
        if start == "runners":
            table = recipe.runners.file or "runners.xlsx"
            code = recipe.runners.columns.get("runner_id", "...")
            sheet = ' sheet = "...",' if table.endswith((".xlsx", ".xlsm")) else ""
            columns = f'{{ runner_id = "{code}", oxygen_cost_ml_kg_km = "..." }}'
            remedy = (
                "Costs stand in a table of trials, which may be the same: "
                f'file = "{table}",{sheet} columns = {columns}, and speed_m_s.'
            )
        yield say(f"{FILE_NAME}, [trials]", "neither recordings nor file is given", "", remedy)
    rate = recipe.forces.rate_hz
    if rate is not None and not 0 < rate < 1_000_000:
        found = f"rate_hz is {rate:g}"
        yield say(f"{FILE_NAME}, [forces]", found, "samples per second, above 0")
    if start == "markers" and not recipe.markers.names:
        remedy = 'For example right_asis = "RASI".'
        yield say(f"{FILE_NAME}, [markers.names]", "no marker is named", "", remedy)
    used: dict[str, str] = {}
    for ours, theirs in recipe.markers.names.items():
        before = used.setdefault(theirs, ours)
        if before.partition("_")[0] != ours.partition("_")[0]:
            found = f"{theirs!r} is both {before} and {ours}"
            yield say(f"{FILE_NAME}, [markers.names]", found, "a marker of one side")
    if start == "markers" and recipe.markers.forward[1] == recipe.markers.up[1]:
        found = f"forward is {recipe.markers.forward} and up is {recipe.markers.up}"
        yield say(f"{FILE_NAME}, [markers]", found, "two different axes")
    if start in ("angles", "curves") and not (recipe.angles.preset or recipe.angles.columns):
        remedy = 'For example preset = "visual3d", or columns of your own.'
        yield say(f"{FILE_NAME}, [angles]", "neither preset nor columns is given", "", remedy)
    if any(entry.partition(":")[0].strip() == "*" for entry in recipe.checks.accept):
        remedy = "Name what you looked at: each finding ends with its code."
        yield say(f"{FILE_NAME}, [checks]", "accept holds '*'", "codes", remedy)
    if recipe.events.source == "table" and not trials.events:
        yield say(f"{FILE_NAME}, [events]", "source is 'table', but trials.events is empty")

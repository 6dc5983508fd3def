"""What lies in a folder of exports: which files are recordings, which are tables of people."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import pandas as pd

from glutelab.errors import DataError, ProblemList
from glutelab.formats.recognize import RECORDING_SUFFIXES
from glutelab.formats.recording import Recording
from glutelab.intake.drafting.axes import is_still
from glutelab.intake.drafting.file_names import role_of
from glutelab.intake.drafting.table_guess import TableGuess, guess_table
from glutelab.intake.files import list_files
from glutelab.intake.recipe import FILE_NAME
from glutelab.intake.words import plain

__all__ = ["Seen", "Survey", "look_into"]

TABLES = (".csv", ".xlsx", ".xlsm", ".tsv", ".txt", ".parquet")
# What the column of the runner is called in a table of curves.
RUNNER_COLUMN = r"(runner|subject|participant|athlete) ?(id)?|id|code|sub|who"
OWN_FILES = (FILE_NAME, "datapackage.json")
MOST_LOOKED_INTO = 16  # of files with one ending and role
MOST_OF_A_MIXTURE = 200  # further ones, where the first are not all of one kind
LARGEST_BYTES = 300_000_000
_LONGEST_TABLE = 200_000  # cells of a table of people
_PERCENT = ("percent", "pct", "percent gait cycle", "gait cycle", "gait cycle percent",
            "percentage", "prozent", "percent gait", "pct gait cycle", "gangzyklus")  # fmt: skip


@dataclass
class Seen:
    """One file.

    Attributes
    ----------
    name : str
        Relative to the folder, with slashes.
    kind : str
        ``points``, ``angles``, ``curves``, ``forces``, ``table``, ``curve_table`` or ``""``.
    role : str
        ``standing``, ``forces``, ``events`` or ``""``: by its name, or by what is in it.
    looked : bool
        Whether it was read; else kind is that of its like.
    recording : Recording or None
    table : DataFrame or None
    units : dict of str to str
        Of the columns of a table, as the file states them.
    fault : str
        Why it could not be read.
    sheet : str
        Of a workbook that has several sheets with tables; each is seen by itself.
    """

    name: str
    kind: str = ""
    role: str = ""
    looked: bool = False
    recording: Recording | None = None
    table: pd.DataFrame | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    sheet: str = ""

    @property
    def label(self) -> str:
        """Its name, and the sheet where there are several."""
        return f"{self.name}, sheet {self.sheet!r}" if self.sheet else self.name

    @property
    def suffix(self) -> str:
        """Its ending in lower case, without that of packing."""
        return PurePosixPath(self.name.lower().removesuffix(".gz")).suffix


@dataclass
class Survey:
    """All files of a folder.

    Attributes
    ----------
    folder : Path
    files : list of Seen
        Those that may be recordings or tables.
    other : Counter of str
        Endings of the rest.
    said : list of str
    """

    folder: Path
    files: list[Seen] = field(default_factory=list)
    other: Counter = field(default_factory=Counter)
    said: list[str] = field(default_factory=list)

    def of_kind(self, *kinds: str) -> list[Seen]:
        """Files of these kinds, without those that only accompany a recording."""
        return [seen for seen in self.files if seen.kind in kinds and not seen.role]

    def with_role(self, role: str) -> list[Seen]:
        """Files of one role that are no tables."""
        return [seen for seen in self.files if seen.role == role and seen.kind != "table"]


def look_into(folder: Path) -> Survey:
    """List the files of a folder and read some of each kind.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Survey
        No file stops it: what cannot be read is named, with the reason.
    """
    survey = Survey(folder)
    files = list_files(folder)
    hidden = _links_out(folder, files)
    if hidden:
        survey.said.append(f"{hidden} links lead out of the folder and were passed over.")
    for name in files:
        seen = Seen(name)
        if PurePosixPath(name).name in OWN_FILES or PurePosixPath(name).name.startswith("~$"):
            continue
        if seen.suffix in RECORDING_SUFFIXES or seen.suffix in TABLES:
            seen.role = role_of(name)
            survey.files.append(seen)
        else:
            survey.other[seen.suffix or "no ending"] += 1
    alike = defaultdict(list)
    for seen in survey.files:
        alike[seen.suffix, seen.role].append(seen)
    for group in alike.values():
        for seen in _some(group):
            _look(seen, files[seen.name])
        if len({(seen.kind, seen.role) for seen in group if seen.looked}) > 1:
            for seen in [seen for seen in group if not seen.looked][:MOST_OF_A_MIXTURE]:
                _look(seen, files[seen.name])
        _one_per_runner(group, files)
        _infer(group)
    for seen in [seen for seen in survey.files if seen.kind == "table"]:
        if seen.suffix in (".xlsx", ".xlsm"):
            _guarded(lambda seen=seen: _add_sheets(seen, files[seen.name], survey))
    return survey


def read_recording(path: Path) -> Recording:
    """One recording, whatever program it comes from."""
    from glutelab.formats.recognize import read_recording as read

    return read(path)


def read_table(path: Path) -> tuple[pd.DataFrame, Mapping[str, str]]:
    """A table of people, and the units that it states."""
    from glutelab.formats.sheet import read_sheet

    read = read_sheet(path, None)
    return read.frame, read.units


def _add_sheets(seen: Seen, path: Path, survey: Survey) -> None:
    """The further sheets of a workbook that are tables of people or trials."""
    from glutelab.formats.sheet import read_sheet

    first = read_sheet(path)
    for name in first.others:
        read = read_sheet(path, name)
        more = Seen(seen.name, looked=True, sheet=name)
        _take_table(more, read.frame, read.units)
        if more.kind == "table":
            seen.sheet = first.sheet
            survey.files.append(more)


def _links_out(folder: Path, files: Mapping[str, Path]) -> int:
    count = 0
    for place, below, names in os.walk(folder):
        below[:] = [name for name in below if not name.startswith(".")]
        for name in [*names, *below]:
            path = Path(place, name)
            inside = path.relative_to(folder).as_posix() in files
            count += path.is_symlink() and not name.startswith(".") and not inside
    return count


def _some(group: list[Seen]) -> list[Seen]:
    """A few of many files that are alike: first, last, and evenly between."""
    if len(group) <= MOST_LOOKED_INTO:
        return group
    last = len(group) - 1
    places = {round(k * last / (MOST_LOOKED_INTO - 1)) for k in range(MOST_LOOKED_INTO)}
    return [group[place] for place in sorted(places)]


def _look(seen: Seen, path: Path) -> None:
    seen.looked = True
    try:
        size = path.stat().st_size
    except OSError as error:
        seen.fault = error.strerror or type(error).__name__
        return
    if size > LARGEST_BYTES:
        seen.fault = f"it has {size / 1e6:,.0f} MB and was not looked into"
        return
    faults = []
    if seen.suffix in TABLES and not (seen.suffix == ".txt" and seen.role):
        fault = _guarded(lambda: _as_table(seen, path))
        if seen.kind:
            return
        faults.append(fault)
    if seen.suffix in RECORDING_SUFFIXES:
        fault = _guarded(lambda: _as_recording(seen, path))
        if seen.kind:
            return
        faults.append(fault)
    seen.fault = next((fault for fault in reversed(faults) if fault), "nothing in it is known")


def _guarded(act) -> str:
    """What went wrong, as a sentence; a draft must not stop because one file is odd."""
    try:
        act()
    except ProblemList as error:
        return error.problems[0] if error.problems else str(error)
    except DataError as error:
        return str(error)
    except ImportError as error:
        return f"{error.name or 'a package'} is needed to read it"
    except Exception as error:  # whatever a damaged file does to a reader
        return f"it cannot be read ({type(error).__name__})"
    return ""


def _as_table(seen: Seen, path: Path) -> None:
    _take_table(seen, *read_table(path))


def _take_table(seen: Seen, frame: pd.DataFrame, units: Mapping[str, str]) -> None:
    if frame.empty or len(frame.columns) < 2:
        return
    guess = guess_table(frame.head(2000), units)
    heads = {plain(name).removesuffix(" pct") for name in frame.columns} & set(_PERCENT)
    if heads and len(frame) >= 100:
        seen.kind = "curve_table"
    elif frame.size <= _LONGEST_TABLE and _of_people(guess, frame):
        seen.kind = "table"
    if seen.kind:
        seen.table, seen.units, seen.role = frame, dict(units), ""


def _one_per_runner(group: list[Seen], files: Mapping[str, Path]) -> None:
    """Tables of curves that do not say whose they are: each is the recording of one trial."""
    nameless = [
        seen
        for seen in group
        if seen.kind == "curve_table" and _runners_in(seen.table) < 2
        if len(seen.table) == 101 or sum(other.kind == "curve_table" for other in group) > 1
    ]
    for seen in nameless:
        if seen.suffix not in RECORDING_SUFFIXES:
            continue
        table, units = seen.table, seen.units
        seen.kind, seen.table, seen.units, seen.role = "", None, {}, role_of(seen.name)
        _guarded(lambda seen=seen: _as_recording(seen, files[seen.name]))
        if seen.kind != "curves":
            seen.kind, seen.table, seen.units, seen.role = "curve_table", table, units, ""
            seen.recording = None


def _runners_in(frame: pd.DataFrame) -> int:
    """How many runners a table of curves names."""
    names = [name for name in frame if re.fullmatch(RUNNER_COLUMN, plain(name))]
    return max((frame[name].nunique() for name in names), default=0)


def _of_people(guess: TableGuess, frame: pd.DataFrame) -> bool:
    described = guess.of_runners + guess.of_trials
    names = [name for name in guess.columns if name not in ("session", "trial_id")]
    return described >= 2 or ("runner_id" in names and described >= 1) or (
        "runner_id" in names and len(frame) < 1000 and not _numeric(frame)
    )  # fmt: skip


def _numeric(frame: pd.DataFrame) -> bool:
    numbers = frame.apply(pd.to_numeric, errors="coerce").notna()
    return float(numbers.to_numpy().mean()) > 0.9


def _as_recording(seen: Seen, path: Path) -> None:
    recording = read_recording(path)
    points, channels = recording.points, recording.channels
    if points is None and channels is not None:
        points = _guarded_points(recording)
    if points is not None and len(points.names) >= 3:
        seen.kind = "points"
    elif channels is not None and channels.normalized:
        seen.kind = "curves"
    elif recording.plates or _force_columns(channels):
        seen.kind, seen.role = "forces", "forces"
    elif channels is not None and len(channels.names):
        seen.kind = "angles"
    elif recording.events is not None and len(recording.events):
        seen.kind, seen.role = "events", "events"
    if seen.kind != "forces" and seen.role == "forces":
        seen.role = ""  # what is in a file tells more than its name
    if seen.kind == "points" and points is not None and not seen.role and is_still(points):
        seen.role = "still"
    seen.recording = replace(recording, points=points)  # of plain columns, too


def _guarded_points(recording: Recording):
    from glutelab.intake.frames import points_of

    return points_of(recording)


def _force_columns(channels) -> bool:
    names = {name.casefold() for name in channels.names} if channels is not None else set()
    return {"fx", "fy", "fz"} <= names


def _infer(group: Iterable[Seen]) -> None:
    """Files that were not looked into are of the kind of most of their like."""
    kinds = Counter((s.kind, s.role) for s in group if s.looked and s.kind)
    if not kinds:
        return
    kind, role = kinds.most_common(1)[0][0]
    for seen in group:
        if not seen.looked:
            seen.kind, seen.role = kind, role

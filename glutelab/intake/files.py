"""Which recordings there are: files by pattern, and what their names say."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from glutelab.errors import DataError, say
from glutelab.intake.recipe import FILE_NAME

__all__ = ["FIELDS", "Found", "find_by_pattern", "inside", "list_files", "path_by_pattern"]

# What a file name may say.
FIELDS = ("runner_id", "speed", "trial", "session", "shoe", "side", "stride")
_COHORT = {"datapackage.json", "runners.csv", "trials.csv"}  # what an import leaves behind
MOST_FILES = 2_000_000
MOST_STARS = 6  # each may stand for anything, and all ways to share a name out would be tried
_FIELD = re.compile(r"\{(\w*)\}")
# A folder never speaks for a file's name. A speed may hold a point or a comma, but none of the
# marks that stand between parts of a name, so that S-01-12kmh is runner S-01 at 12.
_VALUES = {"stride": r"\d{1,9}", "side": r"left|right|L|R|l|r", "speed": r"[^/_\- ]+?"}


@dataclass(frozen=True)
class Found:
    """One file that fits a pattern.

    Attributes
    ----------
    path : Path
    name : str
        Relative to the folder, with slashes.
    values : dict of str to str
        What the name says: ``{"runner_id": "R07", "speed": "25"}``.
    """

    path: Path
    name: str
    values: Mapping[str, str]


def list_files(folder: Path) -> dict[str, Path]:
    """All files of a folder and of those below it, by their name relative to it, in order.

    Hidden ones, links that lead out of the folder, and cohorts made of it are passed over.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    dict of str to Path

    Raises
    ------
    DataError
        If there are more files than any cohort has.
    """
    root = folder.resolve()
    files = {}
    for place, below, names in os.walk(folder):
        if Path(place) != Path(folder) and set(names) >= _COHORT:
            below.clear()
            continue
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith(".") or not path.resolve().is_relative_to(root):
                continue
            files[path.relative_to(folder).as_posix()] = path
            if len(files) > MOST_FILES:
                found = f"there are more than {MOST_FILES:,} files"
                raise DataError(say(str(folder), found, "", "Name a folder of one cohort."))
    return files


def find_by_pattern(files: Mapping[str, Path], pattern: str, key: str) -> list[Found]:
    """Files whose name fits a pattern.

    Parameters
    ----------
    files : dict of str to Path
        From `list_files`.
    pattern : str
        For example ``raw/{runner_id}_T{speed}.c3d``; ``*`` stands for anything but a slash.
    key : str
        Where the pattern stands in the recipe, for error texts.

    Returns
    -------
    list of Found
        In order of name.

    Raises
    ------
    DataError
        If the pattern leaves the folder, or has a field that is not one of `FIELDS`.

    Examples
    --------
    >>> files = {"raw/R07_T25.c3d": Path("raw/R07_T25.c3d"), "raw/notes.txt": Path("notes.txt")}
    >>> [dict(found.values) for found in find_by_pattern(files, "raw/{runner_id}_T{speed}.c3d", "")]
    [{'runner_id': 'R07', 'speed': '25'}]
    """
    expression = _compile(pattern, key)
    matches = ((name, path, expression.fullmatch(name)) for name, path in files.items())
    return [Found(path, name, match.groupdict()) for name, path, match in matches if match]


def path_by_pattern(
    files: Mapping[str, Path], pattern: str, values: Mapping[str, str], key: str
) -> Path | None:
    """The one file of a trial or runner, for example its standing trial.

    Parameters
    ----------
    files, pattern, key
        As for `find_by_pattern`.
    values : dict of str to str
        What fills the fields.

    Returns
    -------
    Path or None
        None if there is none.

    Raises
    ------
    DataError
        If several files fit, or a field has no value.
    """
    fields = set(_FIELD.findall(pattern))
    absent = sorted(name for name in fields if not values.get(name))
    if absent:
        found = f"{key} asks for {', '.join(absent)}, which trials.recordings does not give"
        raise DataError(say(FILE_NAME, found))
    if "*" not in pattern:
        return files.get(_FIELD.sub(lambda field: values[field[1]], _safe(pattern, key)))
    fitting = [
        found
        for found in find_by_pattern(files, pattern, key)
        if all(found.values[name] == values[name] for name in fields)
    ]
    if len(fitting) > 1:
        names = ", ".join(found.name for found in fitting[:3])
        remedy = "Make the pattern narrower, or remove what does not belong."
        raise DataError(say(f"{FILE_NAME}, {key}", f"{names} fit {pattern!r}", "one file", remedy))
    return fitting[0].path if fitting else None


def inside(folder: Path, name: str, key: str) -> Path:
    """A file that the recipe names, which has to be in its folder.

    Parameters
    ----------
    folder : Path
    name : str
    key : str
        Where it stands in the recipe.

    Returns
    -------
    Path

    Raises
    ------
    DataError
        If it is not there, or the name leads out of the folder.
    """
    path = folder / _safe(name, key)
    if not path.resolve().is_relative_to(folder.resolve()):
        raise DataError(say(f"{FILE_NAME}, {key}", f"{name!r} is a link that leaves the folder"))
    if not path.is_file():
        close = [entry.name for entry in sorted(folder.iterdir()) if entry.is_file()][:6]
        there = f"The folder holds {', '.join(close)}." if close else "The folder holds no files."
        raise DataError(say(f"{FILE_NAME}, {key}", f"{name!r} is not there", "", there))
    return path


def _compile(pattern: str, key: str) -> re.Pattern:
    parts, seen, place = [], set(), 0
    safe = re.sub(r"\*+", "*", _safe(pattern, key))
    if safe.count("*") > MOST_STARS:
        raise DataError(say(f"{FILE_NAME}, {key}", f"{safe.count('*')} stars", f"{MOST_STARS}"))
    for field in re.finditer(r"\{(\w*)\}|\*", safe):
        parts.append(re.escape(safe[place : field.start()]))
        place = field.end()
        name = field[1]
        if name is None:
            parts.append(r"[^/]*")
        elif name not in FIELDS:
            expected = ", ".join(f"{{{word}}}" for word in FIELDS)
            raise DataError(say(f"{FILE_NAME}, {key}", f"there is {{{name}}}", expected))
        elif name in seen:
            parts.append(f"(?P={name})")
        else:
            parts.append(f"(?P<{name}>{_VALUES.get(name, '[^/]+?')})")
            seen.add(name)
    parts.append(re.escape(safe[place:]))
    return re.compile("".join(parts))


def _safe(name: str, key: str) -> str:
    """The name with slashes, refused if it is more than a name within the folder."""
    fault = ""
    if "://" in name:
        fault = "an address"
    elif PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive or name[:1] == "\\":
        fault = "an absolute path"
    elif ".." in re.split(r"[\\/]", name):
        fault = "which leaves the folder"
    elif "\0" in name or not name.strip():
        fault = "not a file name"
    if fault:
        expected = "a name within the folder of the recipe"
        raise DataError(say(f"{FILE_NAME}, {key}", f"{name!r} is {fault}", expected))
    return name.replace("\\", "/").removeprefix("./")

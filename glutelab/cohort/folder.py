"""Read a cohort from its folder, write one, and accept a change made by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.cohort.checks import check_curve_keys, check_levels, check_links
from glutelab.cohort.cohort import Cohort
from glutelab.cohort.curve_blocks import check_block
from glutelab.cohort.curve_store import ROUNDED_TO_DEG, CurveStore, write_curves
from glutelab.cohort.manifest import (
    FILE_NAME,
    PROFILE,
    TABLES,
    check_about,
    check_hash,
    describe_file,
    find_files,
    hash_file,
    read_manifest,
    replace_manifest,
    to_json,
)
from glutelab.cohort.parts import absent_table, join_tables
from glutelab.cohort.tables import Checked, check_table, read_table, write_table
from glutelab.errors import DataError, ProblemList, say
from glutelab.folders import in_private, replace
from glutelab.schema import CURVES
from glutelab.schema.curves import CURVE_KEY

__all__ = ["check_parts", "read_cohort", "renew_hashes", "write_cohort"]

_LARGE_LEDGER = 50_000  # rows
_NO_STRIDES = say(
    "curves.parquet",
    "there are curves, but no table strides",
    "one row of strides for each curve: which runner, trial, side and stride it is of",
)


def read_cohort(folder: str | Path) -> Cohort:
    """Read and check a cohort folder.

    Parameters
    ----------
    folder : path
        Holds ``datapackage.json`` and the tables it lists.

    Returns
    -------
    Cohort

    Raises
    ------
    ProblemList
        Everything that is wrong in the folder, one sentence each; nothing is half-loaded. What is
        only suspicious does not stop it: see `Cohort.problems`. The curves' values and hash are
        checked when they are first read.

    Examples
    --------
    >>> read_cohort("my_lab")                                       # doctest: +SKIP
    Cohort my-lab: Runners of my laboratory
      runners  12 (6 female, 6 male; 8 competitive, 4 elite)
      ...
    """
    where, folder = str(folder), Path(folder)
    if not folder.is_dir():
        raise ProblemList(where, [say(where, "there is no such folder")])
    try:
        manifest = read_manifest(folder)
    except DataError as error:
        raise ProblemList(where, [str(error)]) from error
    files, found = find_files(folder, manifest)
    problems = check_about(manifest) + found
    entries = {item["name"]: item for item in manifest["resources"]}
    problems += [
        sentence
        for name, path in files.items()
        if name != "curves" and (sentence := check_hash(path, entries[name]))
    ]
    checked = {
        name: read_table(files[name], table)
        for name, table in TABLES.items()
        if name in files and name != "curves"
    }
    names = {name: entries[name]["path"] for name in files}
    problems += _check_together(checked, names, manifest.get("level_mapping"))
    store = None
    if "curves" in files:
        store, faults = _open_curves(files["curves"], checked.get("strides"))
        problems += faults if "strides" in entries else [_NO_STRIDES]
    if problems:
        raise ProblemList(where, problems)
    tables = {
        name: checked[name].frame.reset_index(drop=True) if name in checked else absent_table(table)
        for name, table in TABLES.items()
        if name != "curves"
    }
    level = [n for n in ("trials", "strides") if n in checked and _without_slope(tables[n])]
    for name in level:
        slope = tables[name].get("slope_pct", pd.Series(0.0, index=tables[name].index))
        tables[name] = tables[name].assign(slope_pct=slope.fillna(0.0))
    strides = tables["strides"].drop(columns="cohort", errors="ignore")
    strides.insert(0, "cohort", pd.Series(manifest["name"], index=strides.index, dtype="str"))
    tables["strides"] = strides
    warnings = [sentence for part in checked.values() for sentence in part.warnings]
    notes = [sentence for part in checked.values() for sentence in part.notes]
    notes += [
        f"{item['path']}: {FILE_NAME} gives no hash, so that a change would go unnoticed."
        for item in manifest["resources"]
        if not isinstance(item.get("hash"), str)
    ]
    notes += [f"{names[name]}: slope_pct is not given; taken as level (0)." for name in level]
    return Cohort(folder, manifest, tables, store, warnings, notes)


def _without_slope(frame: pd.DataFrame) -> bool:
    return "slope_pct" not in frame or frame["slope_pct"].isna().any()


def write_cohort(
    folder: str | Path,
    tables: Mapping[str, pd.DataFrame | Iterable[pd.DataFrame]],
    curves: Mapping[str, np.ndarray] | Iterable[Mapping[str, np.ndarray]] | None,
    about: Mapping,
    *,
    strides_as: str = "parquet",
) -> Path:
    """Check a cohort and write it; the folder appears whole or not at all.

    Parameters
    ----------
    folder : path
        An older cohort there is replaced; files in it that are not the cohort's own stay.
    tables : dict of str to DataFrame
        ``runners, trials``, and ``strides, legs, ledger`` if there are any. A table may also come
        in parts, an iterable of DataFrames.
    curves : dict of str to ndarray, shape (n_strides, 101), iterable of such, or None
        Degrees at 0..100 % of the gait cycle, in the order of the strides; rounded to 1/128 degree.
        What comes in blocks (each with the curves of the next strides) is checked and written block
        by block, and never lies in memory as a whole; the bytes are the same.
    about : dict
        ``name``, ``title``, ``sources`` (``[{"title", "path", "doi"}]``), ``licenses``
        (``[{"name", "title", "path"}]``), ``contributors``, ``version``; and this library's own
        ``simulated``, ``laboratory``, ``level_mapping``, ``sign_changes``, ``processing``.
    strides_as : {"parquet", "csv"}
        How strides are written.

    Returns
    -------
    Path
        The folder. The same input gives the same bytes.

    Raises
    ------
    ProblemList
        Everything that is wrong, one sentence each; nothing has been written then.
    """
    given = folder = Path(folder)
    _refuse_foreign_folder(folder)
    tables = {
        name: part if isinstance(part, pd.DataFrame) else join_tables(part)
        for name, part in tables.items()
    }
    names = {
        name: f"{name}.{_kind(name, tables[name], strides_as)}"
        for name in TABLES
        if name != "curves" and name in tables
    }
    checked, problems = check_parts(str(folder), tables, curves, about, names)
    if problems:
        raise ProblemList(str(folder), problems)

    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with in_private(folder.parent, folder.name) as partial:
        resources = []
        for name, file in names.items():
            frame = checked[name].frame
            write_table(frame, partial / file)
            resources.append(describe_file(TABLES[name], partial / file, frame))
        if curves is not None and "strides" in checked:
            path = partial / "curves.parquet"
            variables = write_curves(path, checked["strides"].frame, curves)
            if variables:
                entry = describe_file(CURVES, path, [*CURVE_KEY, *variables])
                resources.append(entry | {"rounded_to_deg": ROUNDED_TO_DEG})
        frames = {name: part.frame for name, part in checked.items()}
        manifest = {
            "$schema": PROFILE,
            **{key: value for key, value in about.items() if key not in ("$schema", "resources")},
            "simulated": about.get("simulated", False),
            "summary": _summary(frames),
            "resources": resources,
        }
        (partial / FILE_NAME).write_bytes(to_json(manifest))
        if folder.exists():
            _carry_over(folder, partial)
        replace(folder, partial)
    return given


def check_parts(
    where: str,
    tables: Mapping[str, pd.DataFrame],
    curves: Mapping[str, np.ndarray] | None,
    about: Mapping,
    names: Mapping[str, str],
) -> tuple[dict[str, Checked], list[str]]:
    """Check the parts of a cohort before they become one.

    Parameters
    ----------
    where : str
        For the sentences.
    tables, curves, about
        As `write_cohort` takes them.
    names : dict of str to str
        Table name to file name.

    Returns
    -------
    checked : dict of str to Checked
    problems : list of str
    """
    checked = {name: check_table(_bare(tables[name]), TABLES[name], names[name]) for name in names}
    problems = check_about(about)
    problems += [
        say(where, f"the table {table.name} is missing", table.row)
        for table in TABLES.values()
        if table.required and table.name not in names
    ]
    problems += [
        say(where, f"{name!r} is no table of a cohort", ", ".join(TABLES))
        for name in tables
        if name not in TABLES
    ]
    problems += _check_together(checked, names, about.get("level_mapping"))
    if curves and "strides" not in tables:
        problems.append(_NO_STRIDES)
    if isinstance(curves, Mapping) and curves and not problems:
        problems += check_block(curves, checked["strides"].frame)
    return checked, problems


def renew_hashes(folder: str | Path) -> list[str]:
    """Accept changes made to a cohort by hand: bring size and hash of each file up to date.

    Parameters
    ----------
    folder : path

    Returns
    -------
    list of str
        The files whose hash changed.

    Raises
    ------
    ProblemList
        If the description cannot be read or a listed file is missing.
    """
    where, folder = str(folder), Path(folder)
    if not folder.is_dir():
        raise ProblemList(where, [say(where, "there is no such folder")])
    try:
        manifest = read_manifest(folder)
    except DataError as error:
        raise ProblemList(where, [str(error)]) from error
    files, problems = find_files(folder, manifest)
    if problems:
        raise ProblemList(where, problems)
    changed = []
    for item in manifest["resources"]:
        new = hash_file(files[item["name"]])
        if item.get("hash") != new:
            changed.append(item["path"])
        item |= {"bytes": files[item["name"]].stat().st_size, "hash": new}
    if changed:
        replace_manifest(folder, manifest)
    return changed


# --- reading --------------------------------------------------------------------------------------


def _check_together(
    checked: Mapping[str, Checked], names: Mapping[str, str], level_mapping: object
) -> list[str]:
    """Problems of each table, and, where each can be read, of the tables with one another."""
    problems = [sentence for part in checked.values() for sentence in part.problems]
    usable = {
        name: part.frame
        for name, part in checked.items()
        if all(c.name in part.frame for c in TABLES[name] if c.required) and len(part.frame)
    }
    if {"runners", "trials", *({"strides"} & set(names))} <= set(usable):
        faulty = {name for name, part in checked.items() if part.problems}
        if not faulty:
            problems += check_links(usable, {"strides": "strides"} | dict(names))
            problems += check_levels(usable["runners"], level_mapping, names["runners"])
    elif not problems:
        problems += [
            say(names[name], "there are no rows", TABLES[name].row)
            for name in names
            if name in ("runners", "trials", "strides") and name not in usable
        ]
    return problems


def _open_curves(path: Path, strides: Checked | None) -> tuple[CurveStore | None, list[str]]:
    try:
        store = CurveStore(path)
        keys = store.keys()
    except DataError as error:
        return None, [str(error)]
    if strides is None or strides.problems:
        return store, []
    return store, check_curve_keys(keys, strides.frame, path.name)


# --- writing --------------------------------------------------------------------------------------


def _bare(frame: pd.DataFrame) -> pd.DataFrame:
    """A table as it is stored: without the column that loading adds."""
    return frame.drop(columns="cohort", errors="ignore").reset_index(drop=True)


def _kind(name: str, table: pd.DataFrame, strides_as: str) -> str:
    """CSV can be read by everybody, but of a large ledger it takes ten times as long."""
    if name == "strides":
        return strides_as
    return "parquet" if name == "ledger" and len(table) > _LARGE_LEDGER else "csv"


def _summary(frames: Mapping[str, pd.DataFrame]) -> dict:
    """Counts for lists of cohorts, so that nothing has to be read for them."""
    speeds = sorted(float(speed) for speed in frames["trials"]["speed_m_s"].unique())
    return {
        "runners": len(frames["runners"]),
        "trials": len(frames["trials"]),
        "strides": len(frames.get("strides", ())),
        "speeds_m_s": speeds,
    }


def _refuse_foreign_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise ProblemList(str(folder), [say(str(folder), "this is a file", "a folder")])
    if folder.is_dir() and any(folder.iterdir()) and not (folder / FILE_NAME).is_file():
        found = f"the folder is not empty and holds no {FILE_NAME}"
        remedy = "It is not a cohort, so nothing in it is replaced. Choose another folder."
        raise ProblemList(str(folder), [say(str(folder), found, "a new folder", remedy)])


def _carry_over(old: Path, new: Path) -> None:
    """Copy what lies in a cohort's folder but is not one of its files (a README, notes)."""
    own = {FILE_NAME, *(f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet"))}
    for entry in old.iterdir():
        if entry.name in own or (new / entry.name).exists():
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, new / entry.name, symlinks=True)
        else:
            shutil.copy2(entry, new / entry.name, follow_symlinks=False)

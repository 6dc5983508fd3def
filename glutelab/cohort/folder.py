"""Read a cohort from its folder, and accept a change made by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from glutelab.cohort.checks import check_curve_keys
from glutelab.cohort.cohort import Cohort
from glutelab.cohort.curve_store import CurveStore
from glutelab.cohort.manifest import (
    FILE_NAME,
    TABLES,
    check_about,
    check_hash,
    find_files,
    hash_file,
    read_manifest,
    replace_manifest,
)
from glutelab.cohort.parts import NO_STRIDES, absent_table, check_together
from glutelab.cohort.tables import Checked, read_table
from glutelab.errors import DataError, ProblemList, say

__all__ = ["read_cohort", "renew_hashes"]


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
    manifest = _manifest_of(folder, where)
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
    problems += check_together(checked, names, manifest.get("level_mapping"))
    store = None
    if "curves" in files:
        store, faults = _open_curves(files["curves"], checked.get("strides"))
        problems += faults if "strides" in entries else [NO_STRIDES]
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
    manifest = _manifest_of(folder, where)
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


def _manifest_of(folder: Path, where: str) -> dict:
    if not folder.is_dir():
        raise ProblemList(where, [say(where, "there is no such folder")])
    try:
        return read_manifest(folder)
    except DataError as error:
        raise ProblemList(where, [str(error)]) from error


def _open_curves(path: Path, strides: Checked | None) -> tuple[CurveStore | None, list[str]]:
    try:
        store = CurveStore(path)
        keys = store.keys()
    except DataError as error:
        return None, [str(error)]
    if strides is None or strides.problems:
        return store, []
    return store, check_curve_keys(keys, strides.frame, path.name)

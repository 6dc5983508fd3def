"""Write a cohort: the folder appears whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.cohort.curve_store import ROUNDED_TO_DEG, write_curves
from glutelab.cohort.manifest import FILE_NAME, PROFILE, TABLES, describe_file, to_json
from glutelab.cohort.parts import check_parts, join_tables
from glutelab.cohort.tables import write_table
from glutelab.errors import ProblemList, say
from glutelab.folders import in_private, replace
from glutelab.schema import CURVES
from glutelab.schema.curves import CURVE_KEY

__all__ = ["write_cohort"]

_LARGE_LEDGER = 50_000  # rows


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

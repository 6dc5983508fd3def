"""What changed between two reports."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.errors import DataError

__all__ = ["ReportChanges", "diff_reports"]

COLUMNS = ["what", "where", "row", "column", "first", "second"]
ROUNDING = 1e-5  # tables hold six digits
SHOWN = 5  # cells of one table
_KEYS = ["cohort", "claim", "study", "trial_id", "runner_id", "measure", "x", "y", "posture"]
_KEYS += ["speed_m_s", "slope_pct", "side", "groups", "part", "stage", "percent", "stride"]


@dataclass(frozen=True, repr=False)
class ReportChanges:
    """Made by `diff_reports`.

    Attributes
    ----------
    table : DataFrame
        One row per change: ``what`` (cohort, seed, input, version, verdict, cell, rows, columns,
        file), ``where``, ``row``, ``column``, ``first``, ``second``.
    """

    table: pd.DataFrame

    @property
    def same(self) -> bool:
        """Whether nothing changed beyond rounding."""
        return self.table.empty

    def __repr__(self) -> str:
        if self.same:
            return "The same: inputs, versions, seed, verdicts, tables and figures."
        lines = []
        for (what, where), rows in self.table.groupby(["what", "where"], sort=False):
            lines += [_line(what, where, row) for row in rows.head(SHOWN).itertuples()]
            if len(rows) > SHOWN:
                lines.append(f"{what} {where}: and {len(rows) - SHOWN} more")
        return "\n".join(lines)


def _line(what: str, where: str, row) -> str:
    place = ", ".join(filter(None, [row.row, row.column]))
    said = " ".join(filter(None, [what, where, f"[{place}]" if place else ""]))
    return f"{said}: {row.second if row.first == '' else f'{row.first} -> {row.second}'}"


def diff_reports(first: str | Path, second: str | Path) -> ReportChanges:
    """What changed from one report to another: inputs, versions, seed, verdicts, cells of tables.

    Parameters
    ----------
    first, second : path
        Folders that `report` made.

    Returns
    -------
    ReportChanges
        ``.same``, ``.table``; printed, one line per change. Numbers that agree to a relative 1e-5
        are the same: tables hold six digits.

    Raises
    ------
    DataError
        If a folder is no report.

    Examples
    --------
    >>> import glutelab as gl
    >>> changes = gl.reporting.diff_reports("reports/a", "reports/b")         # doctest: +SKIP
    >>> changes.table["where"].unique()                             # doctest: +SKIP
    """
    for given in (first, second):
        if not isinstance(given, str | os.PathLike):
            raise DataError(
                f"a {type(given).__name__} was given. Expected the folders of two reports."
            )
    folders = [Path(first), Path(second)]
    before, after = (_read(folder) for folder in folders)
    rows = []
    for what in ("cohort", "seed", "seed_of_cohort"):
        if before.get(what) != after.get(what):
            rows.append((what, "", "", "", before.get(what), after.get(what)))
    for what, key in {"input": "inputs", "version": "versions"}.items():
        rows += _entries(what, before[key], after[key])
    names = sorted(set(before["outputs"]) | set(after["outputs"]))
    for name in names:
        there = [(folder / name).is_file() for folder in folders]
        if not all(there):
            rows.append(("file", name, "", "", *("there" if one else "absent" for one in there)))
        elif (folders[0] / name).read_bytes() != (folders[1] / name).read_bytes():
            rows += _file(name, folders, [row[0] for row in rows])
    return ReportChanges(pd.DataFrame(rows, columns=COLUMNS, dtype=object))


def _read(folder: Path) -> dict:
    path = folder / "manifest.json"
    if not path.is_file():
        raise DataError(
            f"{folder} is no report: there is no manifest.json in it. Expected a folder that "
            "'glutelab report' made, such as reports/rbds2017."
        )
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not all(isinstance(found[key], dict) for key in ("inputs", "outputs", "versions")):
            raise KeyError
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path}: this is no manifest of a report. Run the report again to make it."
        ) from error
    return found


def _entries(what: str, before: dict, after: dict) -> list[tuple]:
    names = [*before, *(name for name in after if name not in before)]
    return [
        (what, name, "", "", _short(before.get(name)), _short(after.get(name)))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _short(value: object) -> str:
    return "absent" if value is None else str(value)[: 7 + 12]


def _file(name: str, folders: list[Path], known: list[str]) -> list[tuple]:
    """A file whose bytes differ: by cell if it is a table."""
    if name.endswith(".csv"):
        try:
            tables = [pd.read_csv(folder / name) for folder in folders]
        except ValueError:  # empty, or changed by hand
            return [("file", name, "", "", "", "differs, and cannot be read as a table")]
        return _cells(name, *tables)
    if name.startswith(("claims.", "checklist.", "methods.", "summary.")):
        said = any(what not in ("cell", "file", "rows", "columns") for what in known)
        return [] if said else [("file", name, "", "", "", "worded differently")]
    words = name.endswith((".md", ".html", ".tex", ".docx", ".txt"))
    return [("file", name, "", "", "", f"{'worded' if words else 'drawn'} differently")]


def _cells(name: str, before: pd.DataFrame, after: pd.DataFrame) -> list[tuple]:
    rows: list[tuple] = []
    names = [table["cohort"].unique() for table in (before, after) if "cohort" in table]
    if [len(one) for one in names] == [1, 1]:
        # Said once; else no claim of one cohort would meet its like of the other.
        before, after = before.drop(columns="cohort"), after.drop(columns="cohort")
    gone = [column for column in before if column not in after]
    new = [column for column in after if column not in before]
    if gone or new:
        rows.append(("columns", name, "", "", ", ".join(gone) or "-", ", ".join(new) or "-"))
    keys = [key for key in _KEYS if key in before and key in after]
    by_key = bool(keys) and not any(table.duplicated(keys).any() for table in (before, after))
    if by_key:
        before, after = before.set_index(keys), after.set_index(keys)
    lost, added = before.index.difference(after.index), after.index.difference(before.index)
    rows += [("rows", name, _place(key, keys, by_key), "", "there", "absent") for key in lost]
    rows += [("rows", name, _place(key, keys, by_key), "", "absent", "there") for key in added]
    both = before.index.intersection(after.index)
    for column in [column for column in before if column in after]:
        one, other = before.loc[both, column], after.loc[both, column]
        for k in np.flatnonzero(_differ(one, other)):
            verdict = name == "claims.csv" and column == "verdict"
            what = "verdict" if verdict else "cell"
            place = _place(both[k], keys, by_key)
            rows.append((what, name, place, column, one.iloc[k], other.iloc[k]))
    return rows


def _differ(one: pd.Series, other: pd.Series) -> np.ndarray:
    if all(pd.api.types.is_numeric_dtype(x) and x.dtype != bool for x in (one, other)):
        a, b = one.to_numpy(float), other.to_numpy(float)
        return ~np.isclose(a, b, rtol=ROUNDING, atol=0, equal_nan=True)
    a, b = (x.astype(object).where(x.notna(), "").astype(str).to_numpy() for x in (one, other))
    return a != b


def _place(key: object, keys: list[str], by_key: bool) -> str:
    if not by_key:
        return f"row {int(key) + 1}"
    values = key if isinstance(key, tuple) else (key,)
    said = [f"{name} {value}" for name, value in zip(keys, values, strict=True)]
    return ", ".join(said[1:] if keys[0] == "cohort" and len(said) > 1 else said)

"""``datapackage.json``: what a cohort is, where it comes from, and the hash of each file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

import pandas as pd

from glutelab.errors import DataError, say
from glutelab.schema import CURVES, LEDGER, LEGS, RUNNERS, STRIDES, TRIALS, Column, Table

__all__ = [
    "FILE_NAME",
    "PROFILE",
    "TABLES",
    "check_about",
    "check_hash",
    "describe_file",
    "find_files",
    "hash_file",
    "read_manifest",
    "replace_manifest",
    "to_json",
]

FILE_NAME = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TABLES: dict[str, Table] = {t.name: t for t in (RUNNERS, LEGS, TRIALS, STRIDES, LEDGER, CURVES)}
_MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
_FIELD_TYPES = {"text": "string", "number": "number", "whole": "integer", "yes_no": "boolean"}


def read_manifest(folder: Path) -> dict:
    """The description of a cohort folder.

    Raises
    ------
    DataError
        If the file is absent, unreadable, or not JSON with a list of resources.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        files = sorted(entry.name for entry in folder.iterdir())
        found = (
            f"the file is missing; the folder holds {', '.join(files[:6])}"
            if files
            else ("the file is missing; the folder is empty")
        )
        remedy = (
            "glutelab.cohort.write_cohort(folder, tables, curves, about) writes a complete folder."
        )
        raise DataError(f"{_not_imported(folder)}{say(FILE_NAME, found, '', remedy)}")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DataError(say(FILE_NAME, "the text is not UTF-8", "", "Save it as UTF-8.")) from error
    except json.JSONDecodeError as error:
        found = f"line {error.lineno}, column {error.colno}: {error.msg}"
        remedy = "Is a comma or a bracket missing, or was the file cut off?"
        raise DataError(say(FILE_NAME, found, "JSON", remedy)) from error
    except RecursionError as error:
        raise DataError(say(FILE_NAME, "brackets are nested too deeply", "JSON")) from error
    resources = manifest.get("resources") if isinstance(manifest, dict) else None
    if not isinstance(resources, list) or not all(
        isinstance(item, dict)
        and isinstance(item.get("name"), str)
        and isinstance(item.get("path"), str)
        for item in resources
    ):
        expected = 'an object with a list "resources", each with "name" and "path"'
        raise DataError(say(FILE_NAME, "the files of the cohort are not listed", expected))
    return manifest


def _not_imported(folder: Path) -> str:
    """What to do in a folder of exports, which was taken for the cohort made of it."""
    if not (folder / "recipe.toml").is_file():
        return ""
    made = folder / "cohort"
    if (made / FILE_NAME).is_file():
        return f"These are the exports; the cohort made of them is {made}. "
    return f"Not imported yet: glutelab import {folder}. "


def check_about(about: Mapping) -> list[str]:
    """What is wrong with the description of a cohort, one sentence each."""
    problems = []
    name = about.get("name")
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", name):
        expected = "lower-case letters, digits, '-', '_' and '.', as in 'my-lab-2026'"
        problems.append(say(FILE_NAME, f"name is {name!r}", expected))
    if not isinstance(about.get("title", ""), str):
        problems.append(say(FILE_NAME, f"title is {about['title']!r}", "a text"))
    if not isinstance(about.get("simulated", False), bool):
        problems.append(say(FILE_NAME, f"simulated is {about['simulated']!r}", "true or false"))
    for key in ("sources", "licenses", "contributors"):
        items = about.get(key, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            problems.append(say(FILE_NAME, f"{key} is not a list of objects", '[{"title": ...}]'))
    for key in ("level_mapping", "sign_changes", "processing"):
        if not isinstance(about.get(key, {}), dict):
            problems.append(say(FILE_NAME, f"{key} is {about[key]!r}", "an object {...}"))
    return problems


def find_files(folder: Path, manifest: Mapping) -> tuple[dict[str, Path], list[str]]:
    """Where the tables of a cohort are.

    Returns
    -------
    files : dict of str to Path
        Table name to file, only files that exist inside the folder.
    problems : list of str
    """
    files: dict[str, Path] = {}
    problems = []
    for item in manifest["resources"]:
        name, path = item["name"], item["path"]
        fault = _unsafe(folder, path)
        if fault:
            expected = "the name of a file in this folder"
            problems.append(say(FILE_NAME, f"the path of {name} is {path!r}, {fault}", expected))
        elif not (folder / path).is_file():
            remedy = "Put the file back, or take its entry out of the list."
            found = f"the file is missing, though {FILE_NAME} lists it as {name}"
            problems.append(say(path, found, "", remedy))
        elif name in files:
            problems.append(say(FILE_NAME, f"{name} is listed twice", "one file per table"))
        else:
            files[name] = folder / path
    listed = {item["name"] for item in manifest["resources"]}
    for table in TABLES.values():
        if table.required and table.name not in listed:
            found = f"the table {table.name} is not listed under resources"
            problems.append(say(FILE_NAME, found, table.row))
    return files, problems


def _unsafe(folder: Path, path: str) -> str:
    """Why a path may not be followed; empty if it may."""
    if "://" in path:
        return "an address"
    if PurePosixPath(path).is_absolute() or PureWindowsPath(path).drive or path[:1] == "\\":
        return "an absolute path"
    if ".." in re.split(r"[\\/]", path):
        return "which leaves the folder"
    if "\0" in path or "\\" in path or path.strip() in ("", "."):
        return "not a file name"
    if not (folder / path).resolve().is_relative_to(folder.resolve()):
        return "a link that leaves the folder"
    return ""


def hash_file(path: Path) -> str:
    """SHA-256 of a file as ``sha256:<hex>``."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def check_hash(path: Path, item: Mapping) -> str:
    """A sentence if a file is not the one the description was written for, else empty."""
    expected, found = item.get("hash"), hash_file(path)
    if not isinstance(expected, str) or found == expected:
        return ""
    remedy = (
        "If you changed it yourself, glutelab.cohort.renew_hashes(folder) accepts the change; "
        "if not, get the file again."
    )
    return say(
        item["path"],
        f"the content is not what {FILE_NAME} describes (hash {found})",
        f"hash {expected}",
        remedy,
    )


def describe_file(table: Table, path: Path, frame: pd.DataFrame | list[str]) -> dict:
    """The entry of one file: path, size, hash and its columns."""
    kind = path.suffix.lstrip(".")
    names = [str(name) for name in frame]
    schema: dict[str, object] = {
        "fields": [_field(table, name) for name in names],
        "primaryKey": list(table.key),
    }
    links = {RUNNERS: ["runner_id"], TRIALS: ["trial_id"], STRIDES: ["trial_id", "side", "stride"]}
    targets = {
        "legs": [RUNNERS],
        "trials": [RUNNERS],
        "strides": [RUNNERS, TRIALS],
        "ledger": [TRIALS],
        "curves": [STRIDES],
    }
    foreign = [
        {"fields": links[to], "reference": {"resource": to.name, "fields": links[to]}}
        for to in targets.get(table.name, [])
    ]
    if foreign:
        schema["foreignKeys"] = foreign
    return {
        "name": table.name,
        "title": table.row[0].upper() + table.row[1:],
        "path": path.name,
        "format": kind,
        "mediatype": _MEDIA_TYPES[kind],
        **({"encoding": "utf-8"} if kind == "csv" else {}),
        "bytes": path.stat().st_size,
        "hash": hash_file(path),
        "schema": schema,
    }


def _field(table: Table, name: str) -> dict:
    if name not in table:
        return {"name": name, "type": "any"}
    column = table[name]
    is_curve = table is CURVES and name not in table.key
    field = {
        "name": name,
        "type": "array" if is_curve else _FIELD_TYPES[column.dtype],
        "title": column.label,
        "description": column.definition,
        **({"unit": column.unit} if column.unit else {}),
        **({"sign": column.sign} if column.sign else {}),
    }
    limits = _constraints(column, is_curve)
    return field | ({"constraints": limits} if limits else {})


def _constraints(column: Column, is_curve: bool) -> dict:
    if is_curve:
        return {"minLength": 101, "maxLength": 101}
    limits: dict[str, object] = {"required": True} if column.required else {}
    if column.allowed:
        limits["enum"] = list(column.allowed)
    if column.possible:
        limits["minimum"], limits["maximum"] = column.possible
    return limits


def to_json(manifest: Mapping) -> bytes:
    """A description as the bytes of its file; the same description gives the same bytes."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def replace_manifest(folder: Path, manifest: Mapping) -> None:
    """Write the description beside the old one, then put it in its place: whole or not at all."""
    partial = folder / f".{FILE_NAME}.partial"
    partial.write_bytes(to_json(manifest))
    partial.replace(folder / FILE_NAME)

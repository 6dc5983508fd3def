"""Check and import a mutated folder, and say what came of it."""

from __future__ import annotations

import hashlib
import re
import warnings
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

import glutelab as gl
from glutelab.errors import DataError, ProblemList

__all__ = ["Outcome", "differences", "measures", "run_import"]

_RAW = re.compile(
    r"Traceback|<class|<[a-z_.]+ object|0x[0-9a-f]{8}|\b(Key|Value|Type|Index|Attribute|Unicode\w*|"
    r"OS|Runtime|Parser|Overflow|Memory|Recursion|NotImplemented)Error\b|NoneType|\bnumpy\b|\bpandas\b"
)
LONGEST = 1500


@dataclass
class Outcome:
    """What an import of a folder came to.

    Attributes
    ----------
    verdict : {"refused", "accepted"}
    problems, warnings, notes : list of str
    faults : list of str
        What must not happen: no sentence, a changed export, a leftover, half a cohort.
    codes : list of str
        Of findings.
    measures : dict of str to float
        Means over strides, runners and trials.
    strides : int
    """

    verdict: str = ""
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    measures: dict[str, float] = field(default_factory=dict)
    strides: int = 0

    def as_dict(self) -> dict:
        return asdict(self)


def run_import(folder: Path) -> Outcome:
    """Check a folder, import it, and look at what is there afterwards."""
    outcome, before = Outcome(), _state(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            check = gl.check_folder(folder, workers=1, progress=False)
            outcome.problems = list(check.problems)
            outcome.warnings, outcome.notes = list(check.warnings), list(check.notes)
        except DataError as error:
            outcome.problems = _sentences(error)
        except Exception as error:  # what a person would see as a traceback
            outcome.faults.append(f"check: {type(error).__name__}: {str(error)[:200]}")
        try:
            cohort = gl.import_cohort(folder, workers=1, progress=False)
            outcome.verdict = "accepted"
        except DataError as error:
            outcome.verdict = "refused"
            if not outcome.problems:
                outcome.faults.append("the import stops at what the check did not say")
            outcome.problems = outcome.problems or _sentences(error)
        except Exception as error:
            outcome.verdict = "crashed"
            outcome.faults.append(f"import: {type(error).__name__}: {str(error)[:200]}")
    if outcome.verdict == "accepted" and outcome.problems:
        outcome.faults.append("imported in spite of problems")
    if outcome.verdict == "accepted":
        try:
            outcome.measures, outcome.strides, more = measures(gl.load_cohort(cohort))
            outcome.notes += more
        except Exception as error:
            outcome.faults.append(f"load: {type(error).__name__}: {str(error)[:200]}")
    elif (folder / "cohort").exists():
        outcome.faults.append("half a cohort")
    outcome.faults += _leftovers(folder, outcome.verdict == "accepted")
    if _state(folder) != before:
        outcome.faults.append("an export was changed")
    said = outcome.problems + outcome.warnings
    outcome.faults += [f"no sentence: {text[:300]}" for text in said if not _reads_well(text)]
    found = [re.search(r"\[(\w+)\]$", text) for text in said]
    outcome.codes = sorted({match[1] for match in found if match})
    return outcome


def measures(cohort) -> tuple[dict[str, float], int, list[str]]:
    """Means of all numbers of a cohort, its curves among them; strides; notes of its trials."""
    means: dict[str, float] = {}
    for table in ("runners", "trials", "legs"):
        frame = getattr(cohort, table)
        for name in frame.select_dtypes("number"):
            means[f"{table}.{name}"] = float(frame[name].mean())
    strides = cohort.strides
    if len(strides):
        by_side = strides.groupby("side")
        for name in strides.select_dtypes("number"):
            for side, mean in by_side[name].mean().items():
                means[f"{side}.{name}"] = float(mean)
        for name in _variables(cohort.folder):
            curve = np.nanmean(np.asarray(cohort.curves(name), float), axis=0)
            for percent in (0, 25, 50, 75):
                means[f"curve.{name}.{percent}_deg"] = float(curve[percent])
    trials = cohort.trials
    notes = [str(text) for text in trials["notes"].dropna()] if "notes" in trials else []
    if len(cohort.ledger):
        dropped = cohort.ledger.loc[~cohort.ledger["kept"].astype(bool), "reason"]
        notes += [f"{n} strides left out: {why}" for why, n in dropped.value_counts().items()]
    for name in ("runner_id", "level", "sex"):
        if name in cohort.runners:
            text = "|".join(sorted(cohort.runners[name].astype(str)))
            means[f"text.{name}"] = float(int(hashlib.md5(text.encode()).hexdigest()[:8], 16))
    return means, len(strides), notes


def _variables(folder: Path) -> list[str]:
    path = folder / "curves.parquet"
    return [n for n in pq.read_schema(path).names if n.endswith("_deg")] if path.is_file() else []


def _sentences(error: DataError) -> list[str]:
    return list(error.problems) if isinstance(error, ProblemList) else [str(error)]


def _reads_well(text: str) -> bool:
    return 10 < len(text) < LONGEST and not _RAW.search(text) and text.isprintable()


def _state(folder: Path) -> dict[str, str]:
    """Digest of every export; what an import itself makes is left out."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.startswith((".glutelab", "cohort")) or path.is_symlink() or not path.is_file():
            continue
        try:
            found[name] = hashlib.md5(path.read_bytes()).hexdigest()
        except OSError:
            found[name] = "not to be read"
    return found


def _leftovers(folder: Path, accepted: bool) -> list[str]:
    """Hidden files; a refused import keeps its finished trials, and nothing else."""
    faults = []
    beside = [path for path in folder.parent.glob(".*") if path != folder]
    for path in [*folder.rglob("*"), *beside]:
        name = path.relative_to(folder.parent).as_posix()
        inner = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else name
        kept = inner == ".glutelab" or (
            inner.startswith(".glutelab/") and not inner.split("/")[1].startswith(".")
        )
        if any(part.startswith(".") for part in inner.split("/")) and (accepted or not kept):
            faults.append(f"left over: {name[-80:]}")
    return faults[:3]


def differences(base: dict[str, float], now: dict[str, float]) -> tuple[float, float, str]:
    """Largest difference in degrees; largest relative one of the others; and of what."""
    degrees, relative, what = 0.0, 0.0, ""
    for name in base.keys() | now.keys():
        one, other = base.get(name, np.nan), now.get(name, np.nan)
        if pd.isna(one) and pd.isna(other):
            continue
        if pd.isna(one) or pd.isna(other):
            relative, what = 1.0, f"{name} {'appears' if pd.isna(one) else 'is gone'}"
            continue
        if name.endswith("_deg"):
            if abs(one - other) > degrees:
                degrees, what = abs(one - other), name
        elif not name.endswith((".stride", "start_s", "end_s", "text.notes")):
            size = abs(one - other) / max(abs(one), abs(other), 1e-9)
            relative = max(relative, size)
    return degrees, relative, what

"""All parts of a cohort before it is written, and what writing it would stop at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from glutelab.batch import StoredTrials
from glutelab.cohort.curve_blocks import check_block
from glutelab.cohort.manifest import TABLES
from glutelab.cohort.parts import check_parts
from glutelab.errors import DataError, say
from glutelab.intake.parts import CurveBlocks, describe, ledger_table, stride_table
from glutelab.intake.recipe import Recipe

__all__ = ["WORK_FOLDER", "Prepared", "disk_errors"]

WORK_FOLDER = ".glutelab"


@dataclass
class Prepared:
    """All parts of a cohort, before it is written.

    Attributes
    ----------
    recipe : Recipe
    runners, legs, trials : DataFrame
    processed : mapping of str to ProcessedTrial
        Read from the work folder when asked for.
    problems, warnings, notes : list of str
    """

    recipe: Recipe
    runners: pd.DataFrame = field(default_factory=pd.DataFrame)
    legs: pd.DataFrame = field(default_factory=pd.DataFrame)
    trials: pd.DataFrame = field(default_factory=pd.DataFrame)
    processed: StoredTrials | Mapping = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def about(self) -> dict:
        """What `glutelab.cohort.write_cohort` takes as the description."""
        return describe(self.recipe)

    def parts(self) -> tuple[dict[str, pd.DataFrame], CurveBlocks | None]:
        """Tables and curves, as `glutelab.cohort.write_cohort` takes them."""
        tables = {"runners": self.runners, "trials": self.trials}
        if len(self.legs):
            tables["legs"] = self.legs
        if not self.processed:
            return tables, None
        tables["strides"] = stride_table(self.trials, self.processed)
        tables["ledger"] = ledger_table(self.trials, self.processed)
        return tables, CurveBlocks(self.processed)

    def faults(self) -> list[str]:
        """What writing the cohort would stop at, where nothing else does."""
        tables, curves = self.parts()
        names = {name: f"{name}.csv" for name in TABLES if name in tables}
        checked, problems = check_parts(str(self.recipe.folder), tables, None, self.about, names)
        if problems or curves is None:
            return problems
        strides = checked["strides"].frame.groupby("trial_id", sort=False)
        for name, block in zip(self.processed, curves, strict=True):
            if name in strides.groups:
                problems += check_block(block, strides.get_group(name).reset_index(drop=True))
        return problems

    def clean_up(self) -> None:
        """Remove what is kept for an import that would be interrupted."""
        shutil.rmtree(self.recipe.folder / WORK_FOLDER, ignore_errors=True)


@contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Say what the system does not allow: a full disk, a folder of somebody else."""
    try:
        yield
    except OSError as error:
        found = f"it cannot be read or written ({error.strerror or type(error).__name__})"
        remedy = "Is the disk full, or the folder somebody else's? Nothing was changed."
        raise DataError(say(str(place), found, "", remedy)) from error

"""From a folder and its recipe to a cohort."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab import __version__
from glutelab.batch import StoredTrials
from glutelab.cohort import write_cohort
from glutelab.cohort.curve_blocks import check_block
from glutelab.cohort.folder import check_parts
from glutelab.cohort.manifest import FILE_NAME as MANIFEST
from glutelab.cohort.manifest import read_manifest
from glutelab.errors import DataError, ProblemList, say
from glutelab.intake.prepare import Prepared, prepare
from glutelab.intake.recipe import Recipe
from glutelab.schema import LEDGER, STRIDES

__all__ = ["COHORT_FOLDER", "find_faults", "import_cohort"]

COHORT_FOLDER = "cohort"
_ROUNDED = ("start_s", "end_s", "value", "kinetics_value")


def import_cohort(
    folder: str | Path,
    to: str | Path | None = None,
    *,
    n_jobs: int = -1,
    scheduler: str | None = None,
    progress: bool = True,
) -> Path:
    """Make a cohort of a folder of exports, as its ``recipe.toml`` says.

    Trials are read, processed and kept one by one; an import that was stopped goes on where it
    was. The cohort appears whole or not at all, and the exports are never changed.

    Parameters
    ----------
    folder : path
        Holds ``recipe.toml`` and the exports.
    to : path, optional
        Folder of the cohort; by default ``cohort`` within the folder. An older cohort there is
        replaced.
    n_jobs : int
        Processes; -1 uses every core. The result does not depend on it.
    scheduler : str, optional
        Address of a dask.distributed scheduler whose workers process the trials.
    progress : bool

    Returns
    -------
    Path
        The folder of the cohort, for `glutelab.load_cohort`.

    Raises
    ------
    ProblemList
        Everything that is wrong, one sentence each; nothing has been written then.

    Examples
    --------
    >>> import_cohort("my_lab")                                     # doctest: +SKIP
    PosixPath('my_lab/cohort')
    """
    folder = Path(folder)
    prepared = prepare(folder, n_jobs=n_jobs, scheduler=scheduler, progress=progress)
    if prepared.problems:
        raise ProblemList(str(folder), prepared.problems)
    target = folder / COHORT_FOLDER if to is None else Path(to)
    _refuse_target(target, folder, prepared.recipe.cohort.name)
    curves = CurveBlocks(prepared.processed) if prepared.processed else None
    write_cohort(target, tables_of(prepared), curves, describe(prepared))
    prepared.clean_up()
    return target


def _refuse_target(target: Path, folder: Path, name: str) -> None:
    """Neither exports nor another cohort are ever replaced."""
    if folder.resolve().is_relative_to(target.resolve()):
        remedy = "Exports are never changed. Choose another folder for the cohort."
        raise ProblemList(str(target), [say(target, "this folder holds the exports", "", remedy)])
    try:
        there = read_manifest(target)["name"] if (target / MANIFEST).is_file() else name
    except DataError:
        return  # whatever was left of a cohort
    if there != name:
        found = f"there is another cohort, {there!r}"
        remedy = "Choose another folder, or remove that cohort yourself."
        raise ProblemList(str(target), [say(target, found, f"{name!r}, or no cohort", remedy)])


def tables_of(prepared: Prepared) -> dict[str, pd.DataFrame]:
    """The tables of a cohort.

    Parameters
    ----------
    prepared : Prepared

    Returns
    -------
    dict of str to DataFrame
    """
    tables = {"runners": prepared.runners, "trials": prepared.trials}
    if len(prepared.legs):
        tables["legs"] = prepared.legs
    if prepared.processed:
        tables["strides"] = stride_table(prepared.trials, prepared.processed)
        tables["ledger"] = ledger_table(prepared.trials, prepared.processed)
    return tables


def find_faults(prepared: Prepared) -> list[str]:
    """What would keep the parts from being a cohort, though each trial by itself is right.

    Parameters
    ----------
    prepared : Prepared
        Without problems so far.

    Returns
    -------
    list of str
    """
    tables = tables_of(prepared)
    names = {name: f"table {name}" for name in tables}
    _, problems = check_parts(str(prepared.recipe.folder), tables, None, describe(prepared), names)
    if problems or not prepared.processed:
        return problems
    of_trial = tables["strides"].groupby("trial_id", sort=False)
    for name, block in zip(prepared.processed, CurveBlocks(prepared.processed), strict=True):
        if name in of_trial.groups:
            problems += check_block(block, of_trial.get_group(name).reset_index(drop=True))
    return problems


class CurveBlocks:
    """The curves of one trial after the other; only one trial is in memory at a time.

    Variables that some trials lack are NaN there.

    Parameters
    ----------
    processed : mapping of str to ProcessedTrial
    """

    def __init__(self, processed: StoredTrials):
        self._processed = processed
        self.variables = tuple(
            dict.fromkeys(name for trial in processed.values() for name in trial.curves)
        )

    def __iter__(self) -> Iterator[dict[str, np.ndarray]]:
        for trial in self._processed.values():
            empty = np.full((len(trial.strides), 101), np.nan, np.float32)
            yield {name: trial.curves.get(name, empty) for name in self.variables}


def stride_table(trials: pd.DataFrame, processed: Mapping) -> pd.DataFrame:
    """One row per kept stride of all trials, in their order.

    Parameters
    ----------
    trials : DataFrame
    processed : mapping of str to ProcessedTrial

    Returns
    -------
    DataFrame
    """
    parts = [_table(processed, name, "strides").assign(trial_id=name) for name in processed]
    strides = pd.concat(parts, ignore_index=True)
    same = [n for n in ("runner_id", "speed_m_s", "slope_pct", "shoe", "session") if n in trials]
    strides = strides.merge(trials[["trial_id", *same]], on="trial_id", how="left")
    return _in_order(strides, STRIDES)


def ledger_table(trials: pd.DataFrame, processed: Mapping) -> pd.DataFrame:
    """One row per candidate stride of all trials.

    Parameters
    ----------
    trials : DataFrame
    processed : mapping of str to ProcessedTrial

    Returns
    -------
    DataFrame
    """
    parts = [_table(processed, name, "ledger").assign(trial_id=name) for name in processed]
    ledger = pd.concat(parts, ignore_index=True)
    ledger = ledger.merge(trials[["trial_id", "runner_id"]], on="trial_id", how="left")
    return _in_order(ledger.round(dict.fromkeys(_ROUNDED, 6)), LEDGER)


def _table(processed: Mapping, name: str, which: str) -> pd.DataFrame:
    """Strides or ledger of a trial, without its curves where they lie on disk."""
    if isinstance(processed, StoredTrials):
        return processed.table(name, which)
    return getattr(processed[name], which)


def _in_order(table: pd.DataFrame, declared) -> pd.DataFrame:
    first = [name for name in declared.names if name in table]
    return table[first + [name for name in table if name not in first]]


def describe(prepared: Prepared) -> dict:
    """The description that the cohort carries: source, level mapping, signs, processing.

    Parameters
    ----------
    prepared : Prepared

    Returns
    -------
    dict
    """
    recipe = prepared.recipe
    about = recipe.cohort
    sources = {"title": about.source, "doi": about.doi}
    return {
        "name": about.name,
        "title": about.title or about.name,
        "version": "1.0.0",
        "simulated": about.simulated,
        "laboratory": about.laboratory,
        "sources": [{k: v for k, v in sources.items() if v}] if about.source or about.doi else [],
        "licenses": [{"name": about.license}] if about.license else [],
        "level_mapping": dict(recipe.runners.words.get("level", {})),
        "sign_changes": _sign_changes(recipe),
        "processing": {
            "imported_with": f"glutelab {__version__}",
            "start": about.start,
            "files": recipe.trials.recordings or recipe.trials.sheet.file,
            **_how(recipe),
            "findings_accepted": list(recipe.checks.accept),
        },
    }


def _how(recipe: Recipe) -> dict[str, str]:
    if recipe.cohort.start == "markers":
        markers = recipe.markers
        return {
            "axes": f"forward was {markers.forward}, up was {markers.up} in the files",
            "filter": "markers: Butterworth, zero-lag, 3 dB down at 10 Hz after both passes",
            "events": recipe.events.source,
        }
    if recipe.cohort.start in ("angles", "curves"):
        return {
            "angles": recipe.angles.preset or "columns of the recipe",
            "filter": "none: as they were exported",
        }
    return {}


def _sign_changes(recipe: Recipe) -> dict[str, str]:
    changed = {}
    for side, columns in recipe.angles.columns.items():
        for name, column in columns.items():
            if column.factor != 1 or column.offset_deg:
                what = f"{column.factor:g} times {column.column} plus {column.offset_deg:g}"
                changed[f"{side} {name}"] = what
    return changed

"""The trials of a folder one by one, also those that an import would refuse: to look at them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from glutelab.errors import DataError, ProblemList
from glutelab.intake.accept import EVERYTHING
from glutelab.intake.job import process_recording
from glutelab.intake.prepare import list_jobs, take_tables
from glutelab.intake.prepared import Prepared
from glutelab.intake.recipe import read_recipe
from glutelab.intake.sections import Checks
from glutelab.processing import ProcessedTrial

__all__ = ["Preview"]


class Preview(Mapping):
    """Trials by name; each is read and processed when it is asked for.

    What would stop an import does not stop it here: it stands in the notes of the trial. A trial
    that cannot be processed at all has no strides, and says why.

    Parameters
    ----------
    folder : path
        Holds ``recipe.toml`` and the exports.

    Attributes
    ----------
    folder : Path
    speeds_m_s : dict of str to float

    Raises
    ------
    ProblemList
        If the recipe cannot be read, or there is no trial.
    """

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        recipe = replace(read_recipe(folder), checks=Checks(EVERYTHING))
        prepared = Prepared(recipe)
        listing = take_tables(prepared)
        jobs = list_jobs(prepared, listing)
        if not jobs and not prepared.processed:
            nothing = [f"{folder}: there is no trial to show."]
            raise ProblemList(str(folder), prepared.problems or nothing)
        self._jobs = {name: partial(_process, job) for name, job in jobs.items()}
        # A table of curves has been read as a whole.
        self._jobs |= {name: partial(_given, trial) for name, trial in prepared.processed.items()}
        table = prepared.trials[prepared.trials["trial_id"].isin(self._jobs)]
        self.speeds_m_s = dict(zip(table["trial_id"], table["speed_m_s"], strict=True))

    def __getitem__(self, name: str) -> Callable[[], ProcessedTrial]:
        return self._jobs[name]

    def __iter__(self):
        return iter(self._jobs)

    def __len__(self) -> int:
        return len(self._jobs)


def _given(trial: ProcessedTrial) -> ProcessedTrial:
    return trial


def _process(job: Mapping) -> ProcessedTrial:
    try:
        return process_recording(**job)
    except DataError as error:
        said = error.problems if isinstance(error, ProblemList) else [str(error)]
    strides = pd.DataFrame({"side": [], "stride": []}).astype({"side": "str", "stride": "int64"})
    ledger = pd.DataFrame({"side": [], "stride": [], "kept": [], "rule": []})
    return ProcessedTrial(strides, ledger, {}, "", float("nan"), said)
